"""Review: out to a workbook, back with decisions, which then win over scores for ever."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline import decisions, link, review_export, review_import
from cakup.pipeline.review_pairs import PairKey, chance
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from made_once import once

ANI = {
    "nik": "1275914105800001", "nama": "Ani Siregar", "tanggal_lahir": date(1980, 5, 1),
    "jenis_kelamin": "P", "nama_ibu": "Ros", "desa_kelurahan": "Satria",
}  # fmt: skip
#: The same name; one digit of the NIK and the birth date differ.
ANI_TOO = {**ANI, "nik": "1275914105800002", "tanggal_lahir": date(1980, 5, 2), "nama_ibu": None}
ANI_BARE = {"nama": "ANI SIREGAR"}
TODAY = "2025-11-20"


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


@pytest.fixture
def pairs(tmp_path: Path) -> Workspace:
    return _pairs(tmp_path / "workspace")


@once
def _pairs(folder: Path) -> Workspace:
    """A workspace with three records of one name and so three pairs to review."""
    workspace = Workspace.create(folder, "12.75", seed=7)
    write_import(workspace, "a", "daftar_pekerja", [ANI, ANI_BARE])
    write_import(workspace, "b", "peserta", [{**ANI_TOO, "kpj": "=1+1"}], sender="bpjs")
    link.run(link.Request(), workspace)
    return workspace


def _export(workspace: Workspace, path: Path, **options) -> Path:
    review_export.run(review_export.Request(str(path), **options), workspace)
    return path


def _fill(path: Path, answers: dict[int, str], **cells: str) -> Path:
    """Fill in decisions by number of pair; ``cells`` go into every decided row."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    head = {c.value: c.column for c in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        answer = answers.get(sheet.cell(row, head["No"]).value)
        if answer is not None:
            sheet.cell(row, head["Keputusan"], answer)
            for name, value in cells.items():
                sheet.cell(row, head[name], value)
    book.save(path)
    return path


def _import(workspace: Workspace, path: Path, **options) -> review_import.Result:
    given = {
        "by": "Ani",
        "basis": "KK, 2025-11-10",
        "on": "2025-11-10",
        "received_on": TODAY,
    } | options
    return review_import.run(review_import.Request(str(path), **given), workspace)


def _persons(workspace: Workspace) -> dict[str, str]:
    members = pl.read_parquet(workspace.store().path("memberships"))
    return dict(members.select("record_id", "person_id").rows())


def _states(workspace: Workspace) -> dict[str, int]:
    return link.run(link.Request(), workspace).decisions


def test_the_workbook_shows_both_rows_and_masks_the_nik(pairs: Workspace, tmp_path: Path) -> None:
    path = _export(pairs, tmp_path / "review.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    head = {c.value: c.column - 1 for c in sheet[1]}
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=2, max_row=4)]
    assert [row[head["No"]] for row in rows] == [1, 2, 3]
    by_sides = {frozenset((r[head["NIK A"]], r[head["NIK B"]])): r for r in rows}
    both = by_sides[frozenset(("1275…0001", "1275…0002"))]
    assert both[head["Beda pada"]] == "NIK (1 angka); Tanggal lahir"
    assert "KPJ B" in head
    assert "dinas.xlsx, Data, baris 2 (daftar pekerja, dinas, 31 Oktober 2025)" in both
    everything = " ".join(str(c.value) for s in openpyxl.load_workbook(path) for r in s for c in r)
    assert ANI["nik"] not in everything
    assert sheet.column_dimensions[
        openpyxl.utils.get_column_letter(head["Kunci (jangan diubah)"] + 1)
    ].hidden
    assert path.stat().st_mode & 0o077 == 0
    assert not any(c.data_type == "f" for r in sheet for c in r)
    shown = _export(pairs, tmp_path / "shown.xlsx", show_identity=True)
    cells = {c.value for r in openpyxl.load_workbook(shown).worksheets[0] for c in r}
    assert {ANI["nik"], ANI_TOO["nik"]} <= cells
    assert [r["identity_shown"] for r in pairs.runs() if r["verb"] == "review_export"] == [
        False,
        True,
    ]


def test_decisions_win_for_ever_and_twice_is_once(pairs: Workspace, tmp_path: Path) -> None:
    before = _persons(pairs)
    assert len(set(before.values())) == 3
    path = _fill(_export(pairs, tmp_path / "r.xlsx"), {1: " Sama ", 2: "belum tahu"})
    result = _import(pairs, path)
    assert (result.same, result.different, result.open, result.recorded) == (1, 0, 2, 1)
    assert _import(pairs, path).recorded == 0
    assert _states(pairs)["applied"] == 1
    after = _persons(pairs)
    assert len(set(after.values())) == 2
    assert link.run(link.Request(), pairs).review_pairs == 2
    # A new snapshot of the same rows obeys the old decision.
    write_import(pairs, "c", "daftar_pekerja", [ANI, ANI_BARE], as_of=date(2025, 12, 31))
    link.run(link.Request(), pairs)
    again = _persons(pairs)
    assert {r: again[r] for r in after} == after
    assert len(set(again.values())) == 2


def test_answers_keep_their_odds_and_tell_what_errors_to_expect(
    pairs: Workspace, tmp_path: Path
) -> None:
    path = _fill(_export(pairs, tmp_path / "r.xlsx"), {1: "berbeda"})
    result = _import(pairs, path)
    # Three pairs at even odds, all of them apart.
    assert [d.body["log_odds"] for d in decisions.read(pairs)] == [0.0]
    assert result.before is not None
    assert result.after is not None
    assert result.before.missed_links == pytest.approx(1.5)
    # Two wait, and the one answer says that even odds were too high.
    assert result.after.missed_links < 1.0
    assert result.after.false_links == result.before.false_links == 0.0
    again = _import(pairs, path)
    assert again.before == again.after == result.after
    assert [d.body["log_odds"] for d in decisions.read(pairs)] == [0.0]


def test_different_is_remembered_against_equal_niks(workspace: Workspace, tmp_path: Path) -> None:
    write_import(workspace, "a", "daftar_pekerja", [ANI])
    write_import(workspace, "b", "peserta", [{**ANI_TOO, "kpj": "1"}], sender="bpjs")
    link.run(link.Request(), workspace)
    path = _fill(_export(workspace, tmp_path / "r.xlsx"), {1: "berbeda"})
    _import(workspace, path)
    # The sender "corrects" the NIK to the other person's; the pass on NIK would join them.
    write_import(workspace, "c", "daftar_pekerja", [ANI], sender="camat")
    write_import(
        workspace,
        "d",
        "peserta",
        [{**ANI_TOO, "nik": ANI["nik"]}],
        sender="bpjs",
        as_of=date(2025, 12, 1),
    )
    link.run(link.Request(), workspace)
    persons = _persons(workspace)
    assert persons["a.1.2"] == persons["c.1.2"]
    assert persons["a.1.2"] != persons["b.1.2"]


def test_contradictions_go_back_to_review_and_can_be_settled(
    pairs: Workspace, tmp_path: Path
) -> None:
    book = _export(pairs, tmp_path / "r.xlsx")
    _import(pairs, _fill(book, {1: "sama"}), by="Ani")
    _import(pairs, _fill(book, {1: "berbeda"}), by="Budi")
    assert _states(pairs) == {"applied": 0, "replaced": 0, "contradicting": 2, "orphaned": 0}
    again = _export(pairs, tmp_path / "again.xlsx")
    sheet = openpyxl.load_workbook(again).worksheets[0]
    head = {c.value: c.column - 1 for c in sheet[1]}
    first = [c.value for c in sheet[2]]
    assert first[head["Peluang orang yang sama"]] == "keputusan orang bertentangan"
    assert "Budi" in first[head["Keputusan terdahulu"]]
    _import(pairs, _fill(again, {1: "sama"}), by="Citra")
    assert _states(pairs) == {"applied": 1, "replaced": 2, "contradicting": 0, "orphaned": 0}


def test_a_person_may_change_his_mind(pairs: Workspace, tmp_path: Path) -> None:
    book = _export(pairs, tmp_path / "r.xlsx")
    _import(pairs, _fill(book, {1: "sama"}), by="Ani")
    _import(pairs, _fill(book, {1: "berbeda"}), by=" ANI ", on="2025-11-12")
    assert _states(pairs) == {"applied": 1, "replaced": 1, "contradicting": 0, "orphaned": 0}


def test_decisions_around_a_circle_contradict(pairs: Workspace, tmp_path: Path) -> None:
    """a = b, b = c, a ≠ c: none of the three can be told wrong by the others."""
    book = _export(pairs, tmp_path / "r.xlsx")
    _import(pairs, _fill(book, {1: "sama", 2: "sama", 3: "berbeda"}))
    assert _states(pairs)["contradicting"] == 3
    assert len(set(_persons(pairs).values())) == 3
    assert link.run(link.Request(), pairs).review_pairs == 3


def test_orphans_are_listed(pairs: Workspace, tmp_path: Path) -> None:
    _import(pairs, _fill(_export(pairs, tmp_path / "r.xlsx"), {1: "sama", 2: "sama", 3: "sama"}))
    link.run(link.Request(), pairs)
    body = {"import_id": "b", "reason": "salah kirim"}
    decisions.append(
        pairs, [decisions.Decision("w", "withdraw_import", body, "A", "s", TODAY, TODAY)]
    )
    assert _states(pairs)["orphaned"] == 2
    path = _export(pairs, tmp_path / "left.xlsx")
    sheet = openpyxl.load_workbook(path)["Keputusan tak berlaku"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2, max_row=3)] == [
        "barisnya tidak ada lagi"
    ] * 2


def test_a_changed_row_is_found_through_its_person(pairs: Workspace, tmp_path: Path) -> None:
    """The sender mended the name, so the fingerprint is gone; the decision follows the person."""
    _import(pairs, _fill(_export(pairs, tmp_path / "r.xlsx"), {1: "sama", 2: "sama", 3: "sama"}))
    write_import(pairs, "c", "daftar_pekerja", [{**ANI, "nama": "Ani br Siregar"}], sender="camat")
    link.run(link.Request(), pairs)
    body = {"import_id": "a", "reason": "diganti"}
    decisions.append(
        pairs, [decisions.Decision("w", "withdraw_import", body, "A", "s", TODAY, TODAY)]
    )
    link.run(link.Request(), pairs)
    persons = _persons(pairs)
    assert persons["c.1.2"] == persons["b.1.2"]


def test_wrong_rows_refuse_the_file_and_name_the_rows(pairs: Workspace, tmp_path: Path) -> None:
    path = _export(pairs, tmp_path / "r.xlsx")
    _fill(path, {1: "sama", 2: "mungkin", 3: "berbeda"}, Tanggal="31/02/2025")
    with pytest.raises(InputError) as caught:
        _import(pairs, path)
    text = str(caught.value)
    assert caught.value.code == "review.bad_rows"
    assert "keputusan tidak dikenal (1: baris 3)" in text
    assert "Tanggal kosong, salah, atau di masa depan (3: baris 2, 3, 4)" in text
    assert decisions.read(pairs) == []
    with pytest.raises(InputError):
        _import(pairs, _fill(_export(pairs, path), {1: "sama"}, Tanggal="21-11-2025"))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": " "}, "decisions.no_by"), ({"by": None}, "decisions.no_by"),
        ({"basis": None}, "decisions.no_basis"), ({"basis": "KK 2025"}, "decisions.no_basis"),
        ({"basis": "2025-11-10"}, "decisions.no_basis"),
        ({"basis": "KK, 31-02-2025"}, "decisions.no_basis"),
    ],
)  # fmt: skip
def test_no_decision_comes_in_without_name_and_document(
    pairs: Workspace, tmp_path: Path, given: dict, code: str
) -> None:
    path = _fill(_export(pairs, tmp_path / "r.xlsx"), {1: "sama"})
    with pytest.raises(UsageError) as caught:
        _import(pairs, path, **given)
    assert caught.value.code == code
    assert decisions.read(pairs) == []


@pytest.mark.parametrize(
    "basis",
    ["BA-12/2025, 2025-11-20", "BA-12/2025 tanggal 20 November 2025", "BA-12/2025, 20/11/2025"],
)
def test_the_document_of_a_decision_stands_in_the_log_with_its_date(
    pairs: Workspace, tmp_path: Path, basis: str
) -> None:
    path = _fill(_export(pairs, tmp_path / "r.xlsx"), {1: "sama"})
    _import(pairs, path, basis=basis, on=None, received_on="2025-11-21")
    [held] = decisions.read(pairs)
    assert (held.by, held.basis, held.decided_on) == ("Ani", "BA-12/2025, 2025-11-20", "2025-11-20")


def test_a_key_of_another_workspace_or_a_changed_one_is_refused(
    pairs: Workspace, tmp_path: Path
) -> None:
    path = _fill(_export(pairs, tmp_path / "r.xlsx"), {1: "sama"})
    other = Workspace.create(tmp_path / "other", "12.75", seed=8)
    for workspace, change in ((other, False), (pairs, True)):
        if change:
            book = openpyxl.load_workbook(path)
            cell = book.worksheets[0].cell(2, book.worksheets[0].max_column)
            cell.value = cell.value.replace("a.1.2", "a.1.9").replace("a.1.3", "a.1.8")
            book.save(path)
        with pytest.raises(InputError) as caught:
            _import(workspace, path)
        assert "kunci hilang atau berubah" in str(caught.value)


def test_other_files_are_refused(pairs: Workspace, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["NIK", "Nama"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InputError) as caught:
        _import(pairs, tmp_path / "x.xlsx")
    assert caught.value.code == "review.not_a_review"
    with pytest.raises(UsageError):
        _import(pairs, tmp_path / "none.xlsx")
    for out in ("review.csv", "nowhere/review.xlsx"):
        with pytest.raises(UsageError):
            _export(pairs, tmp_path / out)


def test_nothing_to_review_writes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    write_import(workspace, "a", "daftar_pekerja", [ANI])
    link.run(link.Request(), workspace)
    result = review_export.run(review_export.Request(str(tmp_path / "r.xlsx")), workspace)
    assert result.out is None
    assert not (tmp_path / "r.xlsx").exists()


def test_limit_takes_the_most_valuable(pairs: Workspace, tmp_path: Path) -> None:
    result = review_export.run(review_export.Request(str(tmp_path / "r.xlsx"), limit=1), pairs)
    assert (result.pairs, result.left) == (1, 2)


def test_a_key_comes_back_as_it_was(workspace: Workspace) -> None:
    key = PairKey(("f1", "f2"), ("p1", "p2"), ("a.1.2", "b.1.2"), ("d1", "d2"))
    assert PairKey.read(f" {key.spelled(workspace)} ", workspace) == key
    for text in ("", "1|2|3", key.spelled(workspace)[:-1], key.spelled(workspace) + "|"):
        assert PairKey.read(text, workspace) is None


def test_chances_have_words() -> None:
    assert [chance(p, "en").split(" (")[0] for p in (0.99, 0.8, 0.5, 0.2, 0.0, None)] == [
        "almost surely the same", "very likely the same", "rather the same", "rather different",
        "very likely different", "decisions contradict",
    ]  # fmt: skip
