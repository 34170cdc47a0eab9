"""``cakup documents``: all papers of a plan from a workspace, read back from the files."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cakup.cli.main import main
from cakup.documents.plan.office import READY_WORDS
from cakup.documents.plan.reconcile import check_parts
from cakup.kernel.errors import EngineError, InputError, UsageError
from cakup.pipeline import plan_documents as use
from cakup.pipeline import plan_log, plan_papers, plan_waiting
from cakup.pipeline.plan_paper_set import BY_NAME, KINDS
from cakup.pipeline.workspace import Workspace
from plan_city import PLAN, YEAR, people, planned


@pytest.fixture(scope="module")
def konsep(city: Workspace) -> use.Result:
    return use.run(use.Request(), city)


def _summary(city: Workspace) -> dict[str, Any]:
    return plan_papers.find_plan(city, None).summary


def _rows(path: Path) -> list[list[Any]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return [[c.value for c in row] for row in book.worksheets[0].iter_rows()]


def _column(path: Path, header: str) -> list[Any]:
    """Return the cells of a column down to the first empty one."""
    rows = _rows(path)
    at = next(n for n, row in enumerate(rows) if header in row)
    place = rows[at].index(header)
    first = next((n for n, row in enumerate(rows[at + 1 :]) if row[0] in (None, "")), None)
    body = rows[at + 1 :] if first is None else rows[at + 1 : at + 1 + first]
    return [row[place] for row in body]


def test_every_document_is_there(konsep: use.Result) -> None:
    heads = {f.split("-")[0].split("_")[0].partition(".")[0] for f in konsep.files}
    assert heads == {
        "sekda", "skenario", "sk", "rka", "telaahan", "kak", "pks", "bpu", "sipp", "realisasi",
        "baris", "ba", "slip", "paritrana", "daftar", "lembar",
    }  # fmt: skip
    assert {"telaahan-staf.docx", "kak-rab.docx"} <= konsep.files.keys()
    assert sorted(p.name for p in konsep.folder.iterdir()) == sorted([*konsep.files, "isi.json"])
    assert all(c.totals for c in konsep.compared)
    assert len(konsep.compared) == 17


def test_workbooks_read_back_add_up_to_the_plan(city: Workspace, konsep: use.Result) -> None:
    base = _summary(city)["scenarios"][0]
    for tail in ("", "-disamarkan"):
        books = [konsep.folder / f"sk-lampiran-{p['id']}{tail}.xlsx" for p in base["purses"]]
        assert sum(sum(_column(b, "Iuran (Rp)")) for b in books) == base["rupiah_total"]
        assert sum(sum(_column(b, "Bulan")) for b in books) == base["person_months"]
        assert sum(len(_column(b, "No")) for b in books) == base["persons"]
    rows = konsep.folder / "rka-baris.xlsx"
    persons, months, prices, amounts = (
        _column(rows, h) for h in ("Orang", "Bulan", "Harga (Rp)", "Jumlah (Rp)")
    )
    assert [p * m * r for p, m, r in zip(persons, months, prices, strict=True)] == amounts
    assert sum(amounts) == base["rupiah_total"]
    assert (
        sum(_column(konsep.folder / "realisasi-bulanan.xlsx", "RAK (Rp)")) == base["rupiah_total"]
    )


def test_the_waiting_list_says_where_to_find_the_next_person(konsep: use.Result) -> None:
    rows = _rows(konsep.folder / "daftar-tunggu.xlsx")
    head = next(row for row in rows if "Urutan" in row)
    assert head[:5] == ["Urutan", "Nama", "NIK", "Kelurahan", "Alamat"]


def test_the_sheet_of_the_waiting_list_to_print_is_short_and_nobody_is_lost(
    city: Workspace, konsep: use.Result
) -> None:
    whole = (konsep.folder / "daftar-tunggu.xlsx").read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan_waiting, "CALLED_FIRST", 2)
        made = use.run(use.Request(only=("tunggu",)), city)
    path = made.folder / "daftar-tunggu.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["Dipanggil dahulu", "Selanjutnya"]
    numbers = [row[0] for name in book.sheetnames[:2]
               for row in book[name].iter_rows(values_only=True)
               if isinstance(row[0], int)]  # fmt: skip
    path.write_bytes(whole)  # as the other tests of this module expect it
    assert numbers == list(range(1, _summary(city)["scenarios"][0]["waiting"] + 1))


def test_uploads_hold_every_month_bought_once(city: Workspace, konsep: use.Result) -> None:
    base = _summary(city)["scenarios"][0]
    files = [konsep.folder / f for f in konsep.files if f.startswith("bpu-")]
    rows = [row for f in files for row in _rows(f)[1:]]
    assert len({row[0] for row in rows}) == len(rows) == base["persons"]
    assert sum(int(row[-1]) for row in rows) == base["person_months"]
    assert all(isinstance(cell, str) or cell is None for row in rows for cell in row)
    names = openpyxl.load_workbook(files[0]).sheetnames
    assert names == ["Data TK Baru", "Petunjuk", "Kode"]


def test_sipp_holds_only_workers_who_must_be_pu(konsep: use.Result) -> None:
    rows = _rows(konsep.folder / "sipp_data_tk_baru_bagian01.xlsx")
    assert len(rows) == 5
    assert {row[23] for row in rows[1:]} == {None, "3100000"}


def test_personal_data_is_declared_and_absent_elsewhere(konsep: use.Result) -> None:
    """Workbooks and letters without the mark hold no NIK, name, address or phone of anybody."""
    secrets = {str(row[k]) for row in people() for k in ("nik", "nama", "alamat", "telepon")}
    open_files = [f for f, has_names in konsep.files.items() if not has_names]
    assert {"sekda.pdf", "rka-baris.xlsx", "pks-lampiran.pdf", "telaahan-staf.docx"} <= set(
        open_files
    )
    for name in [f for f in open_files if not f.endswith(".pdf")]:
        with zipfile.ZipFile(konsep.folder / name) as packed:
            text = "".join(packed.read(n).decode("utf-8", "ignore") for n in packed.namelist())
        assert not [s for s in secrets if s in text], name
    contents = json.loads((konsep.folder / "isi.json").read_text(encoding="utf-8"))
    assert contents["files"] == konsep.files


def test_the_same_plan_gives_the_same_bytes(city: Workspace, konsep: use.Result) -> None:
    before = {f: (konsep.folder / f).read_bytes() for f in konsep.files}
    again = use.run(use.Request(), city)
    assert [f for f in again.files if (again.folder / f).read_bytes() != before[f]] == []


def test_only_some_kinds_leave_the_others_in_place(city: Workspace, konsep: use.Result) -> None:
    (konsep.folder / "sekda.pdf").unlink()
    result = use.run(use.Request(only=("sekda",)), city)
    assert list(result.files) == ["sekda.pdf"]
    assert (result.folder / "kak-rab.pdf").is_file()
    contents = json.loads((result.folder / "isi.json").read_text(encoding="utf-8"))
    assert set(contents["files"]) == set(konsep.files)


def test_nothing_is_written_when_a_paper_disagrees(
    city: Workspace, konsep: use.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: p.stat().st_mtime_ns for p in konsep.folder.iterdir()}
    real = plan_papers.facts_of

    def one_lost(*args: Any, **more: Any) -> Any:
        held = real(*args, **more)
        return replace(held, people=held.people.head(held.people.height - 1))

    monkeypatch.setattr(use, "facts_of", one_lost)
    with pytest.raises(EngineError) as caught:
        use.run(use.Request(), city)
    assert caught.value.code == "plan.documents.do_not_add"
    assert {p.name: p.stat().st_mtime_ns for p in konsep.folder.iterdir()} == before


def test_final_lists_what_is_open(city: Workspace, konsep: use.Result) -> None:
    with pytest.raises(InputError) as caught:
        use.run(use.Request(final=True), city)
    assert caught.value.code == "plan.documents.not_ready"
    assert caught.value.params["open"] == len(konsep.open_points)
    assert "Peraturan Wali Kota" in caught.value.params["missing"]
    assert not (konsep.folder.parent / "final").exists()


def _ready(konsep: use.Result, *, without: str = "") -> str:
    lines = ["[ready]"]
    lines += [f'{k} = {{ number = "1/{k}", date = "2026-11-20", by = "Kepala BPKAD" }}'
              for k in READY_WORDS if k != without]  # fmt: skip
    for point in konsep.open_points:
        if point.startswith("penerimaan atas "):
            key = point.removeprefix("penerimaan atas ")
            lines += ["[[accept]]", f'key = "{key}"', 'by = "Sekda"', 'on = "2026-11-21"',
                      'document = "ND-7"']  # fmt: skip
    return "\n".join(lines) + "\n"


def _with_ready(settings: Path, konsep: use.Result, *, without: str = "") -> None:
    text = settings.read_text(encoding="utf-8")
    head = text.split("# Kesiapan FINAL", 1)[0]
    settings.write_text(head + _ready(konsep, without=without), encoding="utf-8")


@pytest.mark.parametrize("without", ["perwal", "dukcapil"])
def test_one_open_requirement_is_enough(
    city: Workspace, konsep: use.Result, settings: Path, without: str
) -> None:
    _with_ready(settings, konsep, without=without)
    with pytest.raises(InputError) as caught:
        use.run(use.Request(final=True), city)
    assert caught.value.params["open"] == 1
    assert READY_WORDS[without] in caught.value.params["missing"]


def test_a_dead_persons_place_waits_until_somebody_saw_the_right(
    city: Workspace, konsep: use.Result, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_ready(settings, konsep)
    monkeypatch.setattr(use, "unseen_dead", lambda workspace, as_of: ("orang",))
    with pytest.raises(InputError) as caught:
        use.run(use.Request(final=True), city)
    assert caught.value.params["open"] == 1
    assert "1 peserta bantuan yang meninggal" in caught.value.params["missing"]


def test_a_complete_list_makes_it_final_and_is_logged(
    city: Workspace, konsep: use.Result, settings: Path
) -> None:
    _with_ready(settings, konsep)
    result = use.run(use.Request(final=True, by="Kepala Dinas"), city)
    assert result.folder.name == "final"
    assert result.open_points == []
    assert result.files.keys() == konsep.files.keys()
    with zipfile.ZipFile(result.folder / "telaahan-staf.docx") as packed:
        whole = "".join(packed.read(n).decode("utf-8", "ignore") for n in packed.namelist())
    assert "KONSEP" not in whole
    assert "belum dikonfirmasi" not in whole
    for name in [n for n in result.files if n.endswith(".xlsx")]:
        with zipfile.ZipFile(result.folder / name) as packed:
            told = "".join(packed.read(n).decode("utf-8", "ignore") for n in packed.namelist())
        assert "KONSEP" not in told, name
        # What is known of the insurer's columns stays in the upload files.
        assert name.startswith(("bpu-", "sipp_")) or "belum dikonfirmasi" not in told, name
    last = [e for e in plan_log.read(city, YEAR) if e.event == "final"][-1]
    assert (last.body["totals"], last.by) == (result.totals, "Kepala Dinas")


def test_the_number_of_a_decree_may_come_after_the_plan(city: Workspace) -> None:
    path = city.root / "plan.toml"
    more = 'certainty = "pasti"\nsk = "400.9/12/2027"\nopd = "Disnaker"\n'
    path.write_text(PLAN.replace('certainty = "pasti"\n', more), encoding="utf-8")
    try:
        result = use.run(use.Request(only=("sk",)), city)
    finally:
        path.write_text(PLAN, encoding="utf-8")
    rows = _rows(result.folder / "sk-lampiran-apbd-kota.xlsx")
    assert "400.9/12/2027" in rows[0][0]


def _exits(code: int, words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == code


def test_the_command_tells_totals_and_what_final_lacks(
    city: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ["documents", "--only", "rka", "-w", str(city.root), "--quiet"]
    _exits(0, [*here, "--json"])
    held = json.loads(capsys.readouterr().out)
    assert held["folder"] == "konsep"
    assert held["totals"]["rupiah"] == _summary(city)["scenarios"][0]["rupiah_total"]
    assert [c["group"] for c in held["compared"]] == ["rka", "rka-xlsx"]
    assert "Peraturan Wali Kota" in held["open"]
    _exits(3, [*here, "--final", "--lang", "en"])
    assert "plan.documents.not_ready" in capsys.readouterr().err
    _exits(0, here)
    told = " ".join(capsys.readouterr().out.split())  # lines break where the folder's name ends
    assert "memuat data pribadi" in told


def test_a_plan_by_numbers_has_papers_without_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = planned(tmp_path / "workspace", "pagu")
    seen = []
    monkeypatch.setattr(use, "check_parts", lambda facts: (seen.append(facts), check_parts(facts)))
    result = use.run(use.Request(), city)
    full, e = seen[0].base["full_jkm_months"], seen[0].expected
    assert 0 < full < seen[0].person_months
    assert e["deaths"][1] * 10_000_000 < e["jkm_rp"][1] < e["deaths"][1] * 42_000_000
    assert not any(result.files.values())
    base = plan_papers.find_plan(city, None, "pagu").summary["scenarios"][0]
    assert result.totals["rupiah"] == base["rupiah_total"] > 0
    assert sum(_column(result.folder / "rka-baris.xlsx", "Jumlah (Rp)")) == base["rupiah_total"]
    assert {c.group for c in result.compared} >= {"sekda", "rka", "rka-xlsx", "telaahan", "kak"}
    with pytest.raises(UsageError) as caught:
        use.run(use.Request(only=("sk",)), city)
    assert caught.value.code == "plan.documents.stage"
    assert set(BY_NAME) < set(KINDS)
