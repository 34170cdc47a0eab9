"""Field check: only the area's people go out; what comes back is taken once and can be undone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline import effect, field_receive, field_send, gap, ledger, link, withdraw
from cakup.pipeline.basis import prepare
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from made_once import once
from returned_rows import answer
from small_city import BINJAI, DAY, NANGKA, nik, worker

RECEIVED = date(2025, 12, 1)
VISIT = date(2025, 11, 20)
NAMES = ("Aman Abadi", "Budi Bakti", "Cici Cantik", "Dodi Damai", "Euis Elok")
ABOVE = {"Nama petugas": "Kepling Satu", "Tanggal kunjungan": "20-11-2025"}


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


@pytest.fixture
def listed(tmp_path: Path) -> Workspace:
    return _listed(tmp_path / "workspace")


@once
def _listed(folder: Path) -> Workspace:
    """Five workers in two kelurahan, the first in two lingkungan; lists only."""
    workspace = Workspace.create(folder, "12.75", seed=7)
    areas = [(NANGKA, "I"), (NANGKA, "I"), (NANGKA, "II"), (NANGKA, None), (BINJAI, "I")]
    rows = [
        worker(n, name, kode_wilayah_ktp=kode, lingkungan=ward, alamat=f"Jl. Mawar No. {n}",
               pekerjaan="pedagang")
        for n, (name, (kode, ward)) in enumerate(zip(NAMES, areas, strict=True), start=1)
    ]  # fmt: skip
    write_import(workspace, "a" * 16, "daftar_pekerja", rows, sender="Dinas Koperasi")
    link.run(link.Request(), workspace)
    return workspace


def send(workspace: Workspace, out: Path, **more: Any) -> field_send.Result:
    given = {"as_of": DAY, "basis": "Surat Tugas 15/2025", "sent_on": date(2025, 11, 1)}
    return field_send.run(field_send.Request(out=str(out), **(given | more)), workspace)


def take(workspace: Workspace, *files: Path, **more: Any) -> field_receive.Result:
    given = {"received_on": RECEIVED, "day": RECEIVED}
    return field_receive.run(
        field_receive.Request(tuple(map(str, files)), **(given | more)), workspace
    )


def fill(told: dict[str, dict[str, Any]]) -> Any:
    return lambda row: told.get(row["Nama"], {})


def only(folder: Path, part: str) -> Path:
    return next(p for p in sorted(folder.iterdir()) if part in p.name)


TOLD = {
    NAMES[0]: {"Ditemui": "ya", "Masih bekerja": "ya", "Pekerjaan sekarang": "tukang becak",
               "HP": "0812 3456 7890"},
    NAMES[1]: {"Ditemui": "tidak", "Meninggal pada": "02-11-2025"},
    NAMES[2]: {"Ditemui": "ya", "Masih bekerja": "tidak"},
    NAMES[3]: {"Ditemui": "tidak", "Pindah": "ya"},
}  # fmt: skip


def test_each_list_holds_only_its_area(listed: Workspace, tmp_path: Path) -> None:
    result = send(listed, tmp_path / "k")
    assert [(f.nama, f.persons) for f in result.files] == [("Nangka", 4), ("Binjai", 1)]
    text = "\n".join(
        str(c) for row in openpyxl.load_workbook(only(tmp_path / "k", "1003")).worksheets[0].values
        for c in row
    )  # fmt: skip
    assert NAMES[4] not in text
    assert nik(1) not in text
    assert "1275…0001" in text
    assert listed.runs()[-1]["basis"] == "Surat Tugas 15/2025"
    by_ward = send(listed, tmp_path / "l", by="lingkungan", again=True)
    assert [(f.nama, f.persons) for f in by_ward.files] == [
        ("Nangka I", 2), ("Nangka II", 1), ("Nangka tanpa keterangan", 1), ("Binjai I", 1),
    ]  # fmt: skip
    with pytest.raises(UsageError) as err:
        send(listed, tmp_path / "m", basis="")
    assert err.value.code == "field.no_basis"


def test_what_was_found_changes_persons_and_lists(listed: Workspace, tmp_path: Path) -> None:
    send(listed, tmp_path / "k")
    file = answer(only(tmp_path / "k", "1003"), tmp_path / "kembali.xlsx", fill(TOLD), ABOVE)
    result = take(listed, file)
    assert result.files[0].answers == {"ditemui": 2, "meninggal": 1, "pindah": 1}
    assert result.files[0].by == "Kepling Satu"
    assert result.effect is not None
    # One died, one does not work any more: three of five are workers still.
    assert (result.effect.changed["workers"], result.effect.changed["dead"]) == (-2, 1)
    with listed.engine() as engine:
        basis = prepare(engine, listed, RECEIVED)
        rows = gap.uncovered(engine, basis, gap.Request(as_of=RECEIVED, out=""))
    told = {r["nama"]: r for r in rows.iter_rows(named=True)}
    assert (told[NAMES[0]]["pekerjaan"], told[NAMES[0]]["telepon"]) == (
        "tukang becak", "081234567890",
    )  # fmt: skip
    assert told[NAMES[0]]["alamat"] == "Jl. Mawar No. 1", "the list's address stays"
    assert NAMES[1] not in told
    assert told[NAMES[2]]["excluded"] == "berhenti_bekerja"
    assert told[NAMES[3]]["excluded"] == "pindah"
    before_visit = effect.state(listed, DAY)[0]
    assert before_visit["workers"] == 5, "a visit says nothing about the days before it"


def test_twice_is_once_and_withdrawn_is_never(listed: Workspace, tmp_path: Path) -> None:
    before = listed.store().versions
    send(listed, tmp_path / "k")
    file = answer(only(tmp_path / "k", "1003"), tmp_path / "kembali.xlsx", fill(TOLD), ABOVE)
    first = take(listed, file)
    after = listed.store().versions
    again = take(listed, answer(file, tmp_path / "lagi.xlsx", lambda _: {}))
    assert again.files[0].is_new is False
    assert again.conflicts == ()
    assert listed.store().versions == after != before
    withdraw.run(withdraw.Request(first.files[0].import_id, "petugas lain"), listed)
    link.run(link.Request(), listed)
    assert listed.store().versions == before


def test_two_visitors_who_disagree_are_told(listed: Workspace, tmp_path: Path) -> None:
    send(listed, tmp_path / "k")
    file = only(tmp_path / "k", "1003")
    one = {NAMES[0]: {"Meninggal pada": "02-11-2025"}, NAMES[1]: TOLD[NAMES[0]]}
    two = {NAMES[0]: {"Ditemui": "ya", "Masih bekerja": "ya"}, NAMES[1]: TOLD[NAMES[0]]}
    take(listed, answer(file, tmp_path / "a.xlsx", fill(one), ABOVE))
    later = ABOVE | {"Nama petugas": "Kepling Dua", "Tanggal kunjungan": "25-11-2025"}
    result = take(listed, answer(file, tmp_path / "b.xlsx", fill(two), later))
    assert [(c.about, c.by) for c in result.conflicts] == [
        (("alive",), ("Kepling Dua", "Kepling Satu"))
    ]
    persons = pl.read_parquet(listed.store().path("persons"))
    assert persons["meninggal_on"].null_count() == persons.height, "the later visit counts"


def test_nobody_is_visited_twice_without_need(listed: Workspace, tmp_path: Path) -> None:
    send(listed, tmp_path / "k")
    second = send(listed, tmp_path / "l")
    assert (second.code, second.waiting, second.open_codes) == (None, 5, ("L0001",))
    repeated = send(listed, tmp_path / "m", repeat="L0001")
    assert (repeated.code, repeated.persons) == ("L0001", 5)
    one, three = (
        list(openpyxl.load_workbook(only(tmp_path / n, "1003")).worksheets[0].values)
        for n in ("k", "m")
    )
    assert one == three
    told = {NAMES[0]: TOLD[NAMES[0]], NAMES[1]: {"Ditemui": "tidak"}}
    take(listed, answer(only(tmp_path / "k", "1003"), tmp_path / "a.xlsx", fill(told), ABOVE))
    third = send(listed, tmp_path / "n", as_of=RECEIVED)
    # Met: not again. Not met: again. Three wait still.
    assert (third.persons, third.fresh, third.waiting) == (1, 1, 3)


def test_slips_are_told_by_row(listed: Workspace, tmp_path: Path) -> None:
    send(listed, tmp_path / "k")
    slips = {
        NAMES[0]: {"Ditemui": "mungkin"}, NAMES[1]: {"Ditemui": "ya", "HP": "tidak punya"},
        NAMES[2]: {"Ditemui": "ya", "Meninggal pada": "02-11-2025"},
        NAMES[3]: {"Ditemui": "ya", "Masih bekerja": "ya"},
    }  # fmt: skip
    file = only(tmp_path / "k", "1003")
    result = take(listed, answer(file, tmp_path / "a.xlsx", fill(slips), ABOVE))
    assert result.files[0].wrong == {"answer": 1, "contradiction": 1, "phone": 1}
    assert result.files[0].answers == {"ditemui": 1}
    nameless = {k: v for k, v in ABOVE.items() if k != "Nama petugas"}
    with pytest.raises(UsageError) as err:
        take(listed, answer(file, tmp_path / "b.xlsx", fill(TOLD), nameless))
    assert err.value.code == "field.no_officer"
    with pytest.raises(InputError) as refused:
        take(listed, file, by="Kepling Satu")
    assert refused.value.code == "field.nothing_understood"
    dateless = {k: v for k, v in ABOVE.items() if k == "Nama petugas"}
    with pytest.raises(InputError) as undated:
        take(listed, answer(file, tmp_path / "c.xlsx", fill(TOLD), dateless))
    assert "tanggal kunjungan" in undated.value.spoken("id")


def test_one_broken_file_leaves_nothing(listed: Workspace, tmp_path: Path) -> None:
    send(listed, tmp_path / "k")
    good = answer(only(tmp_path / "k", "1003"), tmp_path / "a.xlsx", fill(TOLD), ABOVE)
    (tmp_path / "b.csv").write_text("NIK;NAMA\n1;A\n", encoding="utf-8")
    imports = sorted(p.name for p in (listed.root / "imports").iterdir())
    with pytest.raises(InputError):
        take(listed, good, tmp_path / "b.csv")
    assert sorted(p.name for p in (listed.root / "imports").iterdir()) == imports


def test_answers_only_matter_with_a_ledger_too(listed: Workspace, tmp_path: Path) -> None:
    ledger.run(ledger.Request(), listed)
    send(listed, tmp_path / "k")
    file = answer(only(tmp_path / "k", "1003"), tmp_path / "kembali.xlsx", fill(TOLD), ABOVE)
    assert take(listed, file).effect is not None
