"""Rule sets: every kind of rule turns away for its own reason, in words; errors name the line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cakup.kernel.errors import InputError, UsageError
from cakup.planning.criteria.evaluate import Evaluated, evaluate
from cakup.planning.criteria.reasons import says, words
from cakup.planning.criteria.ruleset import KINDS, RuleSet, find_ruleset, read_ruleset, shipped
from plan_frames import frame, person

HEAD = """[criteria]
id = "uji"
title = "Uji"
instrument = "Perwali 1/2027"
date = 2027-01-01
region = "12.75"
source = "uji"
status = "confirmed"
"""
AS_OF = date(2026, 10, 31)


def rules(tmp_path: Path, *lines: str) -> RuleSet:
    path = tmp_path / "uji.toml"
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return read_ruleset(path)


def rule(kind: str, **options: Any) -> str:
    told = "".join(f"{k} = {v!r}\n".replace("'", '"').replace("True", "true") for k, v in
                   options.items())  # fmt: skip
    return f'[[rule]]\nid = "r"\nkind = "{kind}"\n{told}'


def judged(held: RuleSet, *people: dict[str, Any]) -> Evaluated:
    return evaluate(held, frame(*people), 2027, AS_OF)


def reason(tmp_path: Path, text: str, **facts: Any) -> tuple[bool, str]:
    told = judged(rules(tmp_path, text), person("A", **facts)).frame.row(0, named=True)
    return told["is_in"], told["r:r"]


@pytest.mark.parametrize(
    ("text", "facts", "outcome"),
    [
        (rule("alive"), {}, (True, "alive.ok")),
        (rule("alive"), {"meninggal_on": date(2026, 1, 1)}, (False, "alive.dead")),
        (rule("alive", unknown="check"), {"maybe_dead": True}, (True, "alive.unknown.check")),
        (rule("nik"), {"has_nik": False}, (False, "nik.missing")),
        (rule("domicile"), {"in_region": False}, (False, "domicile.elsewhere")),
        (rule("domicile"), {"kode_ktp": None}, (False, "domicile.unknown_out")),
        (rule("domicile", places=["12.75.02"]), {}, (False, "domicile.elsewhere")),
        (rule("domicile", places=["12.75.01"]), {}, (True, "domicile.ok")),
        (rule("occupation", groups=["becak"]), {}, (True, "occupation.ok")),
        (rule("occupation", groups=["becak"]), {"pekerjaan": "Betor"}, (True, "occupation.ok")),
        (rule("occupation", groups=["petani"]), {}, (False, "occupation.other")),
        (rule("occupation", groups=["petani"]), {"pekerjaan": "Becak | Tani"},
         (True, "occupation.ok")),
        (rule("occupation", without=["pegawai"]), {"pekerjaan": "Karyawan"},
         (False, "occupation.excluded")),
        (rule("occupation", without=["pegawai"]), {"pekerjaan": "Karyawan | Becak"},
         (True, "occupation.ok")),
        (rule("desil", max=3), {}, (True, "desil.ok")),
        (rule("desil", max=3), {"desil": 4}, (False, "desil.above")),
        (rule("desil", max=3, fallback_max=5), {"desil": 4}, (True, "desil.fallback")),
        (rule("desil", max=3, unknown="check"), {"desil": None}, (True, "desil.unknown.check")),
        (rule("aid", programmes=["pkh"]), {"bansos": "pkh"}, (False, "aid.receives")),
        (rule("aid", programmes=["pkh"], require=True), {"bansos": "pkh"}, (True, "aid.receives")),
        (rule("aid", programmes=["pkh"], require=True), {}, (False, "aid.receives_not")),
        (rule("income", max_rp_day=15_000), {"upah_rp_month": 450_000}, (True, "income.ok")),
        (rule("income", max_rp_day=15_000), {"upah_rp_month": 450_001}, (False, "income.above")),
        (rule("work_evidence", max_age_months=6), {}, (True, "work_evidence.ok")),
        (rule("work_evidence", max_age_months=6), {"evidence_on": date(2026, 4, 29)},
         (False, "work_evidence.old")),
        (rule("work_evidence"), {"evidence_on": None}, (False, "work_evidence.none")),
        (rule("work_evidence", lists=2), {}, (False, "work_evidence.few")),
        (rule("not_pu"), {"is_pu": True}, (False, "not_pu.employee")),
        (rule("not_pu"), {"pekerjaan": "Buruh pabrik"}, (False, "not_pu.employee")),
        (rule("not_asn"), {"pekerjaan": "PNS"}, (False, "not_asn.asn")),
        (rule("listed_by", senders=["Dinsos"]), {"senders": "Dinsos; Disnaker"},
         (True, "listed_by.ok")),
        (rule("listed_by", senders=["Dinsos"]), {"senders": "Disnaker"},
         (False, "listed_by.other")),
        (rule("column", name="jenis_kelamin", values=["P"]), {}, (False, "column.other")),
        (rule("no_double_payer"),
         {"aid_payer": "apbd_provinsi", "aid_until": date(2027, 12, 1)},
         (False, "no_double_payer.paid")),
        (rule("no_double_payer"), {"maybe_covered": True}, (True, "no_double_payer.maybe.check")),
        (rule("no_double_payer"),
         {"aid_payer": "apbd_kabkota", "aid_until": date(2026, 12, 1)},
         (True, "no_double_payer.ok")),
    ],
)  # fmt: skip
def test_each_kind_of_rule_decides_for_its_own_reason(
    tmp_path: Path, text: str, facts: dict[str, Any], outcome: tuple[bool, str]
) -> None:
    assert reason(tmp_path, text, **facts) == outcome


@pytest.mark.parametrize(
    ("born", "options", "first", "last", "told"),
    [
        # 65 on 15 June: 64 years 11 months on 1 June, 65 on 1 July.
        (date(1962, 6, 15), {}, 0, 5, "age.leaves"),
        # Decided on the last day of the month, June is lost.
        (date(1962, 6, 15), {"decides_on": "last_of_month"}, 0, 4, "age.leaves"),
        (date(1962, 6, 15), {"after_limit": "exclude"}, 0, 5, "age.leaves_out"),
        # Born on the first: 65 on 1 June itself.
        (date(1962, 6, 1), {}, 0, 4, "age.leaves"),
        (date(1962, 6, 15), {"when": "first_month"}, 0, 11, "age.ok"),
        (date(2009, 3, 2), {}, 3, 11, "age.enters"),
        (date(1962, 1, 1), {}, 0, -1, "age.too_old"),
        (date(2010, 1, 1), {}, 12, 11, "age.too_young"),
    ],
)
def test_age_holds_in_every_month_and_the_day_decides(
    tmp_path: Path, born: date, options: dict[str, Any], first: int, last: int, told: str
) -> None:
    text = rule("age", min_years=18, max_years=64, max_months=11, **options)
    row = judged(rules(tmp_path, text), person("A", tanggal_lahir=born)).frame.row(0, named=True)
    assert row["r:r"] == told
    if last >= 0 and first <= 11:
        assert (row["first_month"], row["last_month"]) == (first, last)


def test_every_reason_has_words_in_both_languages(tmp_path: Path) -> None:
    """No placeholder is left over and no sentence is empty, for every published rule."""
    for name in shipped():
        for one in find_ruleset(name).rules:
            told = says(one)
            assert told.id
            assert told.en
            assert "{" not in told.id + told.en
    held = rules(tmp_path, rule("age", min_years=18, max_years=64))
    assert words("age.leaves", held.rules[0]).id.startswith("melewati 64 tahun 11 bulan")
    assert words("age.unknown.check", held.rules[0]).id.endswith("diverifikasi")


@pytest.mark.parametrize("name", shipped())
def test_published_rule_sets_load_and_say_where_they_come_from(name: str) -> None:
    held = find_ruleset(name)
    assert held.id == name
    assert held.source.startswith("http")
    assert not held.is_sure  # from the press, nobody confirmed them
    assert held.rules
    judged(held, person("A"), person("B", desil=None, nkk=None, bansos=None))


def test_at_least_eight_rule_sets_are_published() -> None:
    assert len(shipped()) >= 8


def test_pkh_is_expressible_either_way() -> None:
    """Pekalongan excludes who receives PKH; Bekasi takes such people."""
    pekalongan, bekasi = find_ruleset("pekalongan-2022"), find_ruleset("bekasi-2025")
    aid = pekalongan.of_kind("aid")[0]
    told = judged(pekalongan, person("A", bansos="pkh"), person("B"))
    assert told.frame.get_column(f"p:{aid.id}").to_list() == [False, True]
    assert all(not r.get("require") for r in bekasi.of_kind("aid"))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('[[rule]]\nid = "a"\nkind = "umur"\n', "plan.key.bad_choice", 11),
        (rule("age", min_yaers=18), "plan.key.unknown", 12),
        (rule("age", min_years=-1), "plan.criteria.bad_number", 12),
        (rule("age", min_years=70, max_years=60), "plan.criteria.bad_number", 12),
        (rule("desil", fallback_max=11), "plan.criteria.bad_number", 12),
        (rule("occupation", groups=["astronot"]), "plan.key.bad_choice", 12),
        (rule("nik") + rule("alive"), "plan.criteria.twice", 12),
        ("[[rule]\n", "plan.file.unreadable", 9),
    ],
)
def test_wrong_rule_sets_are_refused_with_their_line(
    tmp_path: Path, text: str, code: str, line: int
) -> None:
    with pytest.raises(InputError) as caught:
        rules(tmp_path, text)
    assert caught.value.code == code
    assert caught.value.where is not None
    assert caught.value.where.file == "uji.toml"
    assert caught.value.where.row == line


def test_an_unknown_rule_set_offers_near_names() -> None:
    with pytest.raises(UsageError) as caught:
        find_ruleset("binjai-mou")
    assert "binjai-mou-2025" in str(caught.value)


def test_every_kind_of_rule_is_tested_or_applied_afterwards() -> None:
    assert {"one_per_family", "quota"} < set(KINDS)


def _running(tmp_path: Path, text: str, **facts: Any) -> dict[str, Any]:
    """Judge one person in June of the plan year, for a plan of the city and of Baznas."""
    held = frame(person("A", **facts))
    payers = ("apbd_kabkota", "baznas")
    return evaluate(
        rules(tmp_path, text), held, 2027, date(2027, 6, 30), payers
    ).frame.row(0, named=True)  # fmt: skip


@pytest.mark.parametrize(("paid_by", "stays"), [("apbd_kabkota", True), ("baznas,csr", True),
                                                ("csr", False), (None, False)])  # fmt: skip
def test_who_the_plan_paid_for_this_year_stays(
    tmp_path: Path, paid_by: str | None, *, stays: bool
) -> None:
    told = _running(tmp_path, rule("desil", max=3), desil=9, year_payers=paid_by, is_kept=True)
    assert told["is_in"] is stays
    assert told["r:r"] == ("desil.enrolled" if stays else "desil.above")
    assert told["is_kept"] is stays


def test_continuity_does_not_hold_the_dead_or_the_employed(tmp_path: Path) -> None:
    paid = {"year_payers": "apbd_kabkota", "cover": "aid"}
    assert not _running(tmp_path, rule("alive"), meninggal_on=date(2027, 4, 1), **paid)["is_in"]
    assert not _running(tmp_path, rule("not_pu"), is_pu=True, **paid)["is_in"]


def test_before_the_year_nobody_is_enrolled(tmp_path: Path) -> None:
    told = judged(rules(tmp_path, rule("desil", max=3)), person("A", desil=9, year_payers="csr"))
    assert not told.frame.row(0, named=True)["is_in"]


def test_another_payer_of_this_year_is_checked(tmp_path: Path) -> None:
    facts = {"aid_until": date(2027, 6, 1), "year_payers": "apbd_kabkota,apbd_provinsi"}
    double = _running(tmp_path, rule("no_double_payer"), aid_payers="apbd_kabkota,apbd_provinsi",
                      **facts)  # fmt: skip
    alone = _running(tmp_path, rule("no_double_payer"), aid_payers="apbd_kabkota", **facts)
    assert (double["is_in"], double["r:r"]) == (True, "no_double_payer.other.check")
    assert (alone["is_in"], alone["r:r"]) == (True, "no_double_payer.ok")
    assert "bantuan lain" in words(double["r:r"], None).id
