"""Reconciliation with the insurer: seven people, by hand, group by group.

October 2025 by the insurer: city 90100001 A and B (2 × 16.800), CSR 90400001 F. Our treasury booked
A, B and D for the city (D's October never reached the insurer) and, for CSR, the same total but for
another code: totals of a month may agree while groups do not.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

import cakup
from cakup.kernel.errors import InputError
from cakup.pipeline.upload_answer import read_answer
from cakup.pipeline.workspace import Workspace
from hand_made import write_import
from seven_people import AMOUNTS_RP, AS_OF, KODE, build, nik

THEIRS = "BPJS Cabang Binjai"
OCTOBER = date(2025, 10, 31)


def _ours(people: dict[str, str], *, joint: bool = False) -> list[dict[str, object]]:
    """Return payment rows of October: person → kode iuran."""
    amounts = {"jkk": 16_800, "jkm": None} if joint else AMOUNTS_RP
    return [
        {"kpj": f"25000000{who}", "nik": nik(who), "kode_iuran": kode, "program": program,
         "bulan": date(2025, 10, 1), "amount_rp": rupiah, "paid_on": date(2025, 10, 10),
         "payer": {v: k for k, v in KODE.items()}.get(kode, "csr")}
        for who, kode in people.items() for program, rupiah in amounts.items()
    ]  # fmt: skip


def _made(folder: Path, people: dict[str, str], *, joint: bool = False) -> Workspace:
    workspace = build(folder)
    write_import(workspace, "0" * 16, "pembayaran", _ours(people, joint=joint), sender="BPKAD",
                 as_of=AS_OF, received_on=date(2026, 1, 6))  # fmt: skip
    return workspace


CITY, CSR = KODE["apbd_kabkota"], KODE["csr"]


def test_groups_by_hand(tmp_path: Path) -> None:
    workspace = _made(tmp_path / "w", {"A": CITY, "B": CITY, "D": CITY, "F": "90400009"})
    found = cakup.reconcile(workspace, OCTOBER, ours="BPKAD", theirs=THEIRS)
    told = {
        (g["kode_iuran"], g["programs"]): (g["wadah"], g["our_persons"], g["our_rp"],
                                           g["their_persons"], g["their_rp"])
        for g in found.groups.to_dicts()
    }  # fmt: skip
    assert told == {
        (CITY, "jkk"): ("SG", 3, 30_000, 2, 20_000), (CITY, "jkm"): ("SG", 3, 20_400, 2, 13_600),
        (CSR, "jkk"): ("SC", None, None, 1, 10_000), (CSR, "jkm"): ("SC", None, None, 1, 6_800),
        ("90400009", "jkk"): ("SC", 1, 10_000, None, None),
        ("90400009", "jkm"): ("SC", 1, 6_800, None, None),
    }  # fmt: skip
    assert found.differing == 6
    assert found.sums() == {"our_rp": 67_200, "their_rp": 50_400, "difference_rp": 16_800}
    alone = {(r["side"], r["kpj"][-1], r["kode_iuran"]) for r in found.one_sided.to_dicts()}
    assert alone == {("ours", "D", CITY), ("ours", "F", "90400009"), ("theirs", "F", CSR)}


def test_equal_totals_that_hide_a_difference(tmp_path: Path) -> None:
    """C for D: the city's total is the same on both sides, the participants are not."""
    workspace = _made(tmp_path / "w", {"A": CITY, "D": CITY, "F": CSR})
    found = cakup.reconcile(workspace, OCTOBER, ours="BPKAD", theirs=THEIRS)
    assert found.sums()["difference_rp"] == 0
    assert found.differing == 0
    assert {(r["side"], r["kpj"][-1]) for r in found.one_sided.to_dicts()} == {
        ("ours", "D"), ("theirs", "B"),
    }  # fmt: skip


def test_one_amount_for_several_programmes_is_compared_together(tmp_path: Path) -> None:
    workspace = _made(tmp_path / "w", {"A": CITY, "B": CITY, "F": CSR}, joint=True)
    found = cakup.reconcile(workspace, OCTOBER, ours="BPKAD", theirs=THEIRS)
    assert set(found.groups["programs"]) == {"semua"}
    assert (found.differing, found.sums()["difference_rp"]) == (0, 0)


def test_minutes_hold_no_person_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    workspace = _made(tmp_path / "w", {"A": CITY, "B": CITY, "D": CITY, "F": CSR})
    answer = tmp_path / "jawaban.csv"
    answer.write_text(
        "NIK;Kode Iuran;Status;Alasan;KPJ\n"
        f"{nik('A')};{CITY};Diterima;;25000000A\n{nik('B')};{CITY};Ditolak;NIK tidak valid;\n"
        f"{nik('D')};{CITY};Ditolak;NIK tidak valid;\n{nik('F')};{CSR};Diterima;;25000000F\n",
        encoding="utf-8",
    )
    for name in ("a", "b"):
        found = cakup.reconcile(
            workspace, OCTOBER, ours="BPKAD", theirs=THEIRS, answer=answer,
            out=tmp_path / name / "ba.docx", number="900/1",
        )  # fmt: skip
    assert found.files == ("ba.docx", "ba.xlsx")
    one, two = ((tmp_path / n / "ba.docx").read_bytes() for n in "ab")
    assert one == two
    document = docx.Document(str(tmp_path / "a" / "ba.docx"))
    texts = [p.text for p in document.paragraphs]
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    assert any("bulan Oktober 2025" in t for t in texts)
    assert any("selisih Rp16.800,00 (enam belas ribu delapan ratus rupiah)" in t for t in texts)
    assert "NIK tidak valid: 2" in cells
    for who in "ABDF":
        assert not any(nik(who) in t or f"25000000{who}" in t for t in (*texts, *cells))
    book = openpyxl.load_workbook(tmp_path / "a" / "ba.xlsx")
    rows = [r for r in book["Hanya satu pihak"].iter_rows(values_only=True) if r[0] == "BPKAD"]
    assert [(r[3], r[5]) for r in rows] == [("25000000D", 16_800)]
    assert "…" in rows[0][4]


def test_the_answer_is_counted_by_kode_iuran(tmp_path: Path) -> None:
    path = tmp_path / "j.csv"
    path.write_text("NIK;STATUS;KETERANGAN\n1;VALID;\n2;Tidak Valid;usia\n3;menunggu;\n")
    [told] = read_answer(path).values()
    assert (told.sent, told.accepted, told.numbered, dict(told.rejected), told.open) == (
        3, 1, 0, {"usia": 1}, 1,
    )  # fmt: skip
    path.write_text("NIK;NAMA\n1;a\n")
    with pytest.raises(InputError) as caught:
        read_answer(path)
    assert caught.value.code == "reconcile.not_an_answer"


def test_a_side_without_payments_is_named(tmp_path: Path) -> None:
    workspace = build(tmp_path / "w")
    with pytest.raises(InputError) as caught:
        cakup.reconcile(workspace, OCTOBER, ours="BPKAD", theirs=THEIRS)
    assert caught.value.code == "reconcile.no_side"
    assert THEIRS in str(caught.value)


def test_the_insurers_codes_are_read_and_tell_the_payer(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", "12.75", seed=1)
    path = tmp_path / "p.csv"
    path.write_text(
        "KPJ;Bulan;Jumlah;Program;Wadah\n25000000001;2025-10;10000;JKK;SD\n"
        "25000000002;2025-10;10000;JKK;SG - pemerintah\n25000000003;2025-10;10000;JKK;XX\n"
    )
    for sender in ("BPKAD", "BPJS"):
        cakup.import_files(workspace, path, kind="pembayaran", sender=sender, as_of="2025-10-31")
    found = cakup.reconcile(workspace, OCTOBER, ours="BPKAD", theirs="BPJS")
    [group] = found.groups.to_dicts()
    assert (group["wadah"], group["payers"]) == ("SD", "apbdes,tidak_diketahui")
    assert found.differing == 0


def test_a_file_without_days_repeats_and_adds_nothing(tmp_path: Path) -> None:
    """BPKAD sends October twice, once with a date column whose order nobody can tell: no days."""
    people = {"A": CITY, "B": CITY, "D": CITY, "F": "90400009"}
    workspace = _made(tmp_path / "w", people)
    before = cakup.reconcile(workspace, OCTOBER, ours="BPKAD", theirs=THEIRS)
    for number, times in (("1", 1), ("2", 2)):  # and the last one names every line twice
        rows = [row | {"paid_on": None} for row in _ours(people)] * times
        write_import(workspace, number * 16, "pembayaran", rows, sender="BPKAD", as_of=AS_OF,
                     received_on=date(2026, 1, 7))  # fmt: skip
    after = cakup.reconcile(workspace, OCTOBER, ours="BPKAD", theirs=THEIRS)
    assert after.groups.equals(before.groups)
    columns = ["side", "kode_iuran", "kpj", "rupiah"]
    assert after.one_sided.select(columns).equals(before.one_sided.select(columns))
    ours = after.one_sided.to_dicts()[0]
    assert (ours["kpj"][-1], ours["rupiah"]) == ("D", 16_800)


def test_payments_of_two_days_are_two_payments(tmp_path: Path) -> None:
    workspace = _made(tmp_path / "w", {"A": CITY})
    rows = [row | {"paid_on": date(2025, 10, 28)} for row in _ours({"A": CITY})]
    write_import(workspace, "1" * 16, "pembayaran", rows, sender="BPKAD", as_of=AS_OF,
                 received_on=date(2026, 1, 7))  # fmt: skip
    found = cakup.reconcile(workspace, OCTOBER, ours="BPKAD", theirs=THEIRS)
    assert found.sums()["our_rp"] == 2 * 16_800
