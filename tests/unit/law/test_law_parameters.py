"""Legal parameters: all carried, sourced, in range, read by a rule or said to be information."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cakup.kernel.errors import RuleError
from cakup.kernel.parameters import read_branch, read_text
from cakup.law.catalogue import BUILT_IN, Catalogue, built_in
from cakup.law.history import open_questions
from cakup.law.regulations import as_written
from cakup.law.rules import all_rules
from cakup.ledger.rules import parameters as counting_parameters

SCHEMA = BUILT_IN.with_name("parameters.schema.json")
FILES = sorted(BUILT_IN.rglob("*.yaml"))
#: Recorded for people to read; no rule computes with them.
INFORMATION = {
    "bpu.dasar.max", "bpu.iuran.minimum_dua_program", "bpu.iuran.minimum_tiga_program",
    "bpu.jenis_pekerjaan_maks", "beasiswa.anak_maks", "beasiswa.maks", "beasiswa.usia_maks",
    "diskon.pp7_2025.pekerja_min",
    "jht.iuran.bpu.max", "jht.tunda_setelah_56", "jkk.dugaan_kesimpulan_hari",
    "jkk.iuran.pu.kelompok_review_years", "jkk.manfaat.homecare_bulan_maks",
    "jkk.manfaat.kembali_kerja", "jkk.manfaat.upah_dasar", "jkk.upah_selama_stmb",
    "jkm.ahli_waris_urutan", "jkm.iuran.pu.tarif_setelah_rekomposisi", "jkm.manfaat.total",
    "jkm.masa_aktif", "jkm.tanpa_ahli_waris", "jkp.iuran.pemerintah_menahan_bila_terlambat",
    "jkp.iuran.tarif_pemerintah", "jkp.klaim_batas_bulan", "jkp.klaim_jarak_tahun",
    "jkp.klaim_kali_maks", "jkp.pengganti_batas_bulan", "jkp.tunggakan_bpjs_bayar_bulan",
    "jkp.tunggakan_pailit_bulan", "jp.ahli_waris_min_tahun", "jp.cacat_min_bulan",
    "jp.indeksasi", "jp.iuran.batas_upah_pdb", "jp.iuran.batas_upah_tenggat_bulan",
    "jp.konfirmasi_bulan", "jp.kurang_180_bulan", "jp.mulai",
    "magang.nasional_2025_dibayar_pemerintah", "pbi.dasar_hukum", "pbi.iuran_bpu",
    "pmi.iuran.g2g_korea_bulan", "pmi.iuran.jht_pilihan", "pmi.masa_perlindungan_bulan",
    "umum.bayar.jht_hari_kerja", "umum.bayar.jkk_hari_kerja", "umum.bayar.jkm_hari_kerja",
    "umum.bayar.jp_hari", "umum.lapor.jkk_jam", "umum.mulai_kartu_hari_kerja",
    "umum.pendaftaran_pekerja_baru_hari", "umum.pidana.pemberi_kerja_denda_maks",
    "umum.upah.komponen", "umum.upah.lantai_upah_minimum", "umum.usia_lewat",
}  # fmt: skip


class _TextDays(yaml.SafeLoader):
    """Keeps days as text, because JSON has no days."""


_TextDays.yaml_implicit_resolvers = {
    first: [(tag, rx) for tag, rx in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(BUILT_IN)))
def test_file_keeps_the_schema(path: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_TextDays)
    jsonschema.Draft202012Validator(schema).validate(loaded)


def test_the_schema_refuses_a_value_without_source() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    loaded = yaml.load(FILES[0].read_text(encoding="utf-8"), Loader=_TextDays)
    text = json.dumps(loaded).replace('"reference"', '"source"')
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(json.loads(text))


def test_every_parameter_is_read_by_a_rule_or_is_information() -> None:
    rules = all_rules().values()
    unread = {
        key
        for key in built_in().keys()  # noqa: SIM118 - no mapping
        if not any(rule.reads(key) for rule in rules) and not key.startswith("referensi.")
    }
    recomposed = {k for k in unread if "tarif_setelah_rekomposisi" in k}
    assert unread - recomposed == INFORMATION - recomposed


def test_the_recomposed_rates_are_the_bill_less_the_part_moved() -> None:
    """They are bookkeeping, never a bill: 0.24 − 0.14 = 0.10 and so on."""
    catalogue = built_in()
    for key in catalogue.below("jkk.iuran.pu.tarif_setelah_rekomposisi"):
        name = key.rpartition(".")[2]
        for day in (date(2021, 2, 2), date(2023, 10, 6), date(2025, 2, 7)):
            billed = catalogue[f"jkk.iuran.pu.tarif.{name}"].at(day).value
            moved = catalogue["jkp.iuran.dari_jkk"].at(day).value
            assert isinstance(billed, Decimal)
            assert isinstance(moved, Decimal)
            assert catalogue[key].at(day).value == billed - moved
    for day in (date(2021, 2, 2), date(2025, 2, 7)):
        parts = ("tarif_pemerintah", "dari_jkk", "dari_jkm")
        shares = [catalogue[f"jkp.iuran.{part}"].at(day).value for part in parts]
        assert (
            sum(Decimal(str(s)) for s in shares) == catalogue["jkp.iuran.tarif_total"].at(day).value
        )


def test_sums_that_the_law_states_agree_with_their_parts() -> None:
    catalogue = built_in()
    for day in (date(2013, 1, 1), date(2016, 1, 1), date(2020, 1, 1)):
        parts = ("santunan_sekaligus", "santunan_berkala", "biaya_pemakaman")
        values = [catalogue[f"jkm.manfaat.{part}"].at(day).value for part in parts]
        assert sum(int(str(v)) for v in values) == catalogue["jkm.manfaat.total"].at(day).value


def _leaves(tree: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(tree, dict):
        return
    if "values" in tree or "brackets" in tree:
        yield key, tree
        return
    for name, child in tree.items():
        yield from _leaves(child, f"{key}.{name}" if key else name)


def _dated(key: str, leaf: Any) -> Iterator[tuple[str, date, Any, str]]:
    usual = leaf["metadata"]["status"]
    if "brackets" in leaf:
        for n, bracket in enumerate(leaf["brackets"], 1):
            for part in ("threshold", "rate"):
                for day, entry in bracket[part].items():
                    yield f"{key}.{n}.{part}", day, entry["value"], usual
        return
    for day, entry in leaf["values"].items():
        yield key, day, entry["value"], entry.get("status", usual)


def test_all_recorded_parameters_are_carried(shared: Path) -> None:
    """265 plain leaves and two scales, each dated value with its status; nothing is lost."""
    raw = read_text((shared / "legal" / "parameters.yaml").read_text(encoding="utf-8"))
    leaves = dict(_leaves(raw["parameters"]))
    assert len(leaves) == 267
    catalogue = built_in()
    for key, leaf in leaves.items():
        for name, day, value, status in _dated(key, leaf):
            day = day if isinstance(day, date) else date.fromisoformat(str(day))
            held = catalogue[name].find(day)
            assert held is not None
            assert held.since == day, name
            wanted = "unconfirmed" if status == "from_memory_unconfirmed" else status
            assert held.status == wanted, (name, day)
            written = None if value == "null" else value
            if isinstance(value, list) and value and isinstance(value[0], dict):
                written = [
                    {k: None if v == "null" else v for k, v in band.items()} for band in value
                ]
            assert as_written(held.value) == written, (name, day)


def test_a_rate_ten_times_too_large_does_not_load(tmp_path: Path) -> None:
    """0.62 for 0.062: every share has a range that a slipped decimal point leaves."""
    text = (BUILT_IN / "jkk" / "iuran.yaml").read_text(encoding="utf-8")
    path = tmp_path / "iuran.yaml"
    path.write_text(text.replace("value: 0.0174", "value: 0.174"), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        read_branch(path, "jkk.iuran")
    assert "outside maximum" in str(caught.value)


def test_every_rate_and_amount_has_a_range() -> None:
    for parameter in built_in().all():
        numbers = [v.value for v in parameter.values if isinstance(v.value, int | Decimal)]
        if numbers and parameter.unit != "flag":
            assert parameter.maximum is not None, parameter.key
            largest = max(Decimal(n) for n in numbers)
            is_share_of_all = parameter.unit == "share" and largest * 10 > 1
            assert not largest or largest * 10 > parameter.maximum or is_share_of_all, parameter.key


def test_a_date_that_stands_twice_does_not_load(tmp_path: Path) -> None:
    text = (BUILT_IN / "jkm" / "iuran.yaml").read_text(encoding="utf-8")
    path = tmp_path / "iuran.yaml"
    path.write_text(text.replace("2015-07-01:", "2012-04-23:"), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        read_branch(path, "jkm.iuran")
    assert caught.value.code == "parameter.bad_file"


def test_shares_used_as_rates_are_whole_per_100_000() -> None:
    for parameter in built_in().all():
        if parameter.unit == "share":
            for value in parameter.values:
                if value.value is not None:
                    value.per(100_000)


def test_open_questions_name_real_parameters_that_are_not_sure() -> None:
    for question in open_questions():
        assert question.keys
        for key in question.keys:
            assert built_in()[key]
        assert any(
            not value.is_sure for key in question.keys for value in built_in()[key].values
        ), question.id


def test_counting_rules_of_the_ledger_agree_with_the_law() -> None:
    counting, law = counting_parameters(), built_in()
    pairs = {
        "counting.jkm_waiting_months": "jkm.manfaat.masa_tunggu_bulan",
        "counting.lapse_after_unpaid_months": "umum.bpu.nonaktif_setelah_bulan",
        "counting.pu_due_day": "umum.tenggat.pu_hari",
    }
    for theirs, ours in pairs.items():
        for day in (date(2015, 7, 1), date(2024, 12, 31), date(2025, 1, 1), date(2026, 4, 1)):
            assert counting[theirs].at(day).value == law[ours].at(day).value, theirs


LOCAL = """
description: x
unit: bands
values:
  2015-07-01:
    value:
      - {max_income: 1500000, base: 1000000}
      - {max_income: 3000000, base: 2000000}
    status: confirmed
    confirmed_by: Kepala Cabang
    confirmed_on: 2026-05-04
    document: B/1/2026
    reference: {title: "Surat cabang B/1/2026"}
"""


def test_a_confirmed_local_answer_takes_the_mark_away(tmp_path: Path) -> None:
    from cakup.law.api import at

    with pytest.raises(RuleError) as caught:
        at("2026-06-01").contribution(segment="bpu", income=2_500_000, payer="self")
    assert caught.value.code == "law.unconfirmed"
    folder = tmp_path / "bpu" / "dasar"
    folder.mkdir(parents=True)
    (folder / "pita.yaml").write_text(LOCAL, encoding="utf-8")
    answer = at("2025-06-01", local=tmp_path).contribution(
        segment="bpu", income=2_500_000, payer="self"
    )
    assert answer.computed["total"] == 26_800
    assert "bpu.dasar.pita" not in answer.unconfirmed
    assert len(Catalogue(tmp_path)["bpu.dasar.pita"].values) == 2


def test_unknown_keys_offer_the_nearest() -> None:
    with pytest.raises(RuleError) as caught:
        built_in()["jp.iuran.batas_upa"]
    assert "jp.iuran.batas_upah" in caught.value.params["near"]


def test_numbers_never_pass_through_a_binary_float() -> None:
    value = built_in()["jkk.iuran.pu.tarif.sangat_tinggi"].at(date(2026, 1, 1)).value
    assert isinstance(value, Decimal)
    assert value == Decimal("0.0174")
