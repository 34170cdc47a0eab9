"""One person leaves everything: tables, imports, received files, what was sent; and stays away."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from cakup.engines.files import read_json
from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline import (
    crosscheck_receive,
    crosscheck_send,
    decisions,
    erase,
    import_files,
    ledger,
    link,
    withdraw,
)
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik
from made_once import once
from returned_rows import answer

NIK, NAME = "1275911001900077", "Zulkarnaen Penghapus"
OTHERS = [("1275911001900001", "Aman Abadi"), ("1275911001900002", "Budi Bakti")]
DAY = date(2025, 10, 31)


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


def bring(workspace: Workspace, path: Path, **more: Any) -> str:
    given = {"kind": "daftar_pekerja", "sender": "Dinas", "as_of": "2025-10-31",
             "received": "2025-11-01"}  # fmt: skip
    done = import_files.run(import_files.Request((str(path),), **(given | more)), workspace)
    return str(done.files[0].import_id)


@pytest.fixture
def filled(tmp_path: Path) -> Workspace:
    return _filled(tmp_path)


@once
def _filled(tmp_path: Path) -> Workspace:
    """The person in a CSV, a workbook, a withdrawn file, participants, payments and an answer."""
    workspace = Workspace.create(tmp_path / "workspace", "12.75", seed=7)
    lines = [f"{n};{name};Nangka;10-01-1990" for n, name in [*OTHERS, (NIK, NAME)]]
    head = "NIK;NAMA;KELURAHAN;TANGGAL LAHIR"
    (tmp_path / "pasar.csv").write_text("\n".join([head, *lines]), encoding="utf-8")
    (tmp_path / "lama.csv").write_text("\n".join([head, *lines[1:]]), encoding="utf-8")
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in [["NIK", "NAMA", "PEKERJAAN"], [NIK, NAME, "ojek"], [*OTHERS[0], "tani"]]:
        page.append(row)
    book.save(tmp_path / "ojek.xlsx")
    (tmp_path / "peserta.csv").write_text(
        "KPJ;NIK;NAMA;SEGMEN;STATUS;TANGGAL KEPESERTAAN\n"
        f"88000000001;{NIK};{NAME};BPU;aktif;01-01-2024\n", encoding="utf-8",
    )  # fmt: skip
    (tmp_path / "bayar.csv").write_text(
        "KPJ;NIK;BULAN IURAN;JUMLAH IURAN;TANGGAL BAYAR\n"
        f"88000000001;{NIK};2025-09;16800;05-09-2025\n", encoding="utf-8",
    )  # fmt: skip
    bring(workspace, tmp_path / "pasar.csv")
    bring(workspace, tmp_path / "ojek.xlsx", sender="Dishub")
    bring(workspace, tmp_path / "peserta.csv", kind="peserta", sender="BPJS")
    bring(workspace, tmp_path / "bayar.csv", kind="pembayaran", sender="BPJS")
    gone = bring(workspace, tmp_path / "lama.csv", sender="Kesra", as_of="2024-10-31")
    withdraw.run(withdraw.Request(gone, "lama"), workspace)
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    crosscheck_send.run(
        crosscheck_send.Request("bpjs", str(tmp_path / "p.xlsx"), DAY, "PKS", who="all",
                                sent_on=date(2025, 11, 2)), workspace,
    )  # fmt: skip
    file = answer(
        tmp_path / "p.xlsx", tmp_path / "j.xlsx", lambda _: {"Hasil": "aktif"},
        {"Keadaan data": "31-10-2025", "Data yang dicari": "Cabang Binjai"},
    )  # fmt: skip
    crosscheck_receive.run(
        crosscheck_receive.Request(str(file), received_on=date(2025, 11, 9)), workspace
    )
    return workspace


def person_of(workspace: Workspace, nik: str = NIK) -> str:
    persons = pl.read_parquet(workspace.store().path("persons"))
    return str(persons.filter(nik=nik)["person_id"][0])


def holds(root: Path, text: str) -> list[str]:
    """Return the files under a folder that hold a text, inside tables and workbooks too."""
    found = []
    for path in (p for p in sorted(root.rglob("*")) if p.is_file()):
        if path.suffix == ".parquet":
            blob = pl.read_parquet(path).write_csv()
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                blob = "".join(
                    archive.read(n).decode("utf-8", "replace") for n in archive.namelist()
                )
        else:
            blob = path.read_bytes().decode("utf-8", "replace")
        if text.casefold() in blob.casefold():
            found.append(path.relative_to(root).as_posix())
    return found


def go(workspace: Workspace, **more: Any) -> erase.Result:
    target = more["target"] if "target" in more else person_of(workspace)
    given = {"target": target, "by": "Ani", "basis": "permohonan 1/2026",
             "on": date(2026, 1, 5), "is_sure": True}  # fmt: skip
    return erase.run(erase.Request(**(given | more)), workspace)


def test_nothing_is_left_of_the_person(filled: Workspace, tmp_path: Path) -> None:
    person = person_of(filled)
    assert holds(filled.root, NIK)
    plan = go(filled, is_sure=False)
    assert plan.is_done is False
    assert sum(plan.rows.values()) == 6, "three lists, participant, payment, answer"
    assert holds(filled.root, NIK), "nothing was touched yet"
    done = go(filled)
    assert done.is_done
    assert done.sendings == 1
    for text in (NIK, NAME):
        assert holds(filled.root, text) == []
    left = [p for p in holds(filled.root, person) if not p.startswith("runs/")]
    assert left == ["decisions/log.jsonl"], "only the decision names the id"
    persons = pl.read_parquet(filled.store().path("persons"))
    assert sorted(persons["nik"]) == sorted(n for n, _ in OTHERS)
    manifest = filled.runs()[-1]
    assert (manifest["verb"], manifest["basis"]) == ("erase", "permohonan 1/2026")
    assert set(manifest["received"]) == set(done.received)
    for new in filter(None, done.received.values()):
        assert list((filled.root / "received").glob(f"{new}.*"))
    assert decisions.read(filled)[-1].kind == "erase_person"
    with pytest.raises(InputError):
        erase.run(erase.Request(person), filled)


def test_other_rows_keep_their_numbers(filled: Workspace) -> None:
    before = pl.read_parquet(filled.store().path("memberships")).filter(kind="daftar_pekerja")
    person = person_of(filled)
    others = before.filter(pl.col("person_id") != person).sort("record_id")
    go(filled)
    after = pl.read_parquet(filled.store().path("memberships")).filter(kind="daftar_pekerja")
    columns = ["record_id", "sheet", "sheet_row", "person_id"]
    assert after.sort("record_id").select(columns).equals(others.select(columns))


def test_the_same_file_sent_again_brings_nobody_back(filled: Workspace, tmp_path: Path) -> None:
    go(filled)
    again = import_files.run(
        import_files.Request((str(tmp_path / "pasar.csv"),), kind="daftar_pekerja", sender="Dinas",
                             as_of="2025-10-31", received="2026-02-01"), filled,
    )  # fmt: skip
    assert again.files[0].status == "unchanged"
    assert holds(filled.root, NIK) == []


def test_stopped_halfway_the_next_call_goes_on(
    filled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = erase.take_out, []

    def failing(*given: Any) -> Any:
        seen.append(given)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(erase, "take_out", failing)
    with pytest.raises(KeyboardInterrupt):
        go(filled)
    assert (filled.root / erase.ORDER).exists()
    assert NIK not in (filled.root / erase.ORDER).read_text(encoding="utf-8")
    monkeypatch.setattr(erase, "take_out", real)
    erase.run(erase.Request(person_of(filled, OTHERS[0][0])), filled)
    assert not (filled.root / erase.ORDER).exists()
    assert holds(filled.root, NIK) == []


def test_a_returned_row_is_nobodys_and_goes_alone(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "pasar.csv"
    rows = [f"{OTHERS[0][0]};{OTHERS[0][1]};Nangka;Jalan Satu 1", ";;Nangka;Jalan Rahasia 7"]
    path.write_text("\n".join(["NIK;NAMA;KELURAHAN;ALAMAT", *rows]), encoding="utf-8")
    one = bring(workspace, path)
    link.run(link.Request(), workspace)
    manifest = workspace.root / "imports" / one / "manifest.json"
    assert read_json(manifest)["rows"]["returned"] == 1
    assert holds(workspace.root, "Jalan Rahasia")
    done = go(workspace, target="pasar.csv:3")
    assert done.rows == {one: 1}
    assert holds(workspace.root, "Jalan Rahasia") == []
    assert holds(workspace.root, OTHERS[0][1]), "the other row stays"
    told = read_json(manifest)["rows"]
    assert (told["accepted"] + told["noted"], told["returned"], told["erased"]) == (1, 0, 1)
    assert told["read"] == 2
    assert decisions.read(workspace)[-1].kind == "erase_row"
    with pytest.raises(InputError):
        go(workspace, target="pasar.csv:3")


def test_erasing_needs_a_name_and_a_basis(filled: Workspace) -> None:
    with pytest.raises(UsageError) as err:
        go(filled, by="")
    assert err.value.code == "erase.by_and_basis"


def test_what_may_be_kept_until_a_day_goes_after_it(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "pasar.csv"
    path.write_text(f"NIK;NAMA;KELURAHAN\n{NIK};{NAME};Nangka\n", encoding="utf-8")
    (tmp_path / "lain.csv").write_text(
        f"NIK;NAMA;KELURAHAN\n{OTHERS[0][0]};{OTHERS[0][1]};Nangka\n", encoding="utf-8"
    )
    bring(workspace, path, keep_until="2025-12-31")
    bring(workspace, tmp_path / "lain.csv", sender="Kesra")
    link.run(link.Request(), workspace)
    early = go(workspace, target="", is_expired=True, on=date(2025, 12, 31))
    assert early.rows == {}
    done = go(workspace, target="", is_expired=True)
    assert list(done.rows.values()) == [1]
    assert holds(workspace.root, NIK) == []
    assert pl.read_parquet(workspace.store().path("persons")).height == 1
    assert go(workspace, target="", is_expired=True).rows == {}
