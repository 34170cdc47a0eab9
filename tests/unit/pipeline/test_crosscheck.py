"""Crosscheck: the smallest list out, answers in, scope in every word, undone without a trace."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline import appeals, crosscheck_receive, crosscheck_send, gap, ledger, link, withdraw
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from made_once import once
from returned_rows import answer
from small_city import DAY, nik, worker

ABOVE = {"Keadaan data": "31-10-2025", "Data yang dicari": "Cabang Binjai, PU dan BPU"}
RECEIVED = date(2025, 11, 10)
NAMES = ("Aman Abadi", "Budi Bakti", "Cici Cantik", "Dodi Damai", "Euis Elok")


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


@pytest.fixture
def listed(tmp_path: Path) -> Workspace:
    return _listed(tmp_path / "workspace")


@once
def _listed(folder: Path) -> Workspace:
    """Lists only: five workers, one without NIK, and no participant data."""
    workspace = Workspace.create(folder, "12.75", seed=7)
    rows = [worker(n, name) for n, name in enumerate(NAMES, start=1)]
    rows.append(worker(6, "Fajar Tanpa", nik=None))
    write_import(workspace, "a" * 16, "daftar_pekerja", rows, sender="Dinas Koperasi")
    link.run(link.Request(), workspace)
    return workspace


def ask(workspace: Workspace, out: Path, **more: Any) -> crosscheck_send.Result:
    given = {"to": "bpjs", "as_of": DAY, "basis": "PKS 12/2025", "sent_on": date(2025, 11, 1)}
    return crosscheck_send.run(
        crosscheck_send.Request(out=str(out), **(given | more)), workspace
    )  # fmt: skip


def take(workspace: Workspace, file: Path, **more: Any) -> crosscheck_receive.Result:
    return crosscheck_receive.run(
        crosscheck_receive.Request(str(file), received_on=RECEIVED, **more), workspace
    )


def by_name(told: dict[str, dict[str, Any]]) -> Any:
    return lambda row: told.get(row["Nama"], {})


ANSWERS = {
    NAMES[0]: {"Hasil": "aktif", "Segmen": "BPU", "Pembayar iuran": "APBD kabupaten/kota",
               "Dibayar sampai (bulan)": "12-2025"},
    NAMES[1]: {"Hasil": "tidak aktif", "Segmen": "PU"},
    NAMES[2]: {"Hasil": "tidak ditemukan"},
    NAMES[3]: {"Hasil": "belum pernah terdaftar"},
}  # fmt: skip


def state(workspace: Workspace) -> dict[str, str]:
    return workspace.store().versions


def reasons(workspace: Workspace, out: Path) -> dict[str, str]:
    """Name → reason on the work-list."""
    ledger.run(ledger.Request(), workspace)
    gap.run(gap.Request(as_of=DAY, out=str(out), combined=True), workspace)
    page = openpyxl.load_workbook(out).worksheets[0]
    rows = [[c.value for c in row] for row in page.iter_rows()]
    head = next(row for row in rows if "Nama" in row)
    found = {row[head.index("Nama")]: row for row in rows[rows.index(head) + 1 :]}
    return {
        name: f"{row[head.index('Alasan')]}|{row[head.index('Dicari pada')]}"
        for name, row in found.items() if name
    }  # fmt: skip


def test_the_list_holds_no_more_than_agreed(listed: Workspace, tmp_path: Path) -> None:
    result = ask(listed, tmp_path / "padan.xlsx")
    assert (result.code, result.persons, result.without_nik) == ("P0001", 5, 1)
    page = openpyxl.load_workbook(tmp_path / "padan.xlsx").worksheets[0]
    heads = [c.value for c in page[7]]
    assert heads[:4] == ["Nomor rujukan", "NIK", "Nama", "Tanggal lahir"]
    assert "Hasil" in heads
    assert "Alamat" not in heads
    manifest = listed.runs()[-1]
    assert (manifest["verb"], manifest["basis"], manifest["recipient"], manifest["rows"]) == (
        "crosscheck_send", "PKS 12/2025", "BPJS Ketenagakerjaan", {"persons": 5},
    )  # fmt: skip
    kept = (listed.root / "sent" / "P0001" / "rows.parquet").read_bytes()
    assert nik(1).encode() not in kept
    assert NAMES[0].encode() not in kept


def test_nothing_goes_out_without_a_basis(listed: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as err:
        ask(listed, tmp_path / "padan.xlsx", basis=" ")
    assert err.value.code == "crosscheck.no_basis"
    assert not (tmp_path / "padan.xlsx").exists()


def test_answers_carry_their_scope(listed: Workspace, tmp_path: Path) -> None:
    ask(listed, tmp_path / "padan.xlsx")
    file = answer(tmp_path / "padan.xlsx", tmp_path / "jawab.xlsx", by_name(ANSWERS), ABOVE)
    result = take(listed, file, day=DAY)
    assert result.answers == {"aktif": 1, "belum_pernah": 1, "nonaktif": 1, "tidak_ditemukan": 1}
    assert (result.open, result.wrong, result.scope) == (1, {}, "Cabang Binjai, PU dan BPU")
    taken = next(r for r in listed.runs() if r["verb"] == "crosscheck_receive")
    assert taken["basis"] == "PKS 12/2025", "the ground on which was asked"
    assert result.effect is not None
    assert result.effect.after["covered"] == 1
    told = reasons(listed, tmp_path / "gap.xlsx")
    assert NAMES[0] not in told, "covered, so on no work-list"
    assert told[NAMES[1]].startswith("berhenti aktif")
    assert told[NAMES[2]] == (
        "tidak ditemukan pada data peserta|"
        "jawaban BPJS: Cabang Binjai, PU dan BPU per 31 Oktober 2025"
    )
    assert told[NAMES[3]].startswith("belum pernah terdaftar")
    assert told[NAMES[4]].startswith("belum dipadankan")
    paid = pl.read_parquet(listed.store().path("ledger"))
    assert set(paid["payer"]) == {"apbd_kabkota"}
    assert set(paid["evidence"]) == {"status"}
    assert paid["bulan"].max() == date(2025, 12, 1)


def test_twice_is_once_and_withdrawn_is_never(listed: Workspace, tmp_path: Path) -> None:
    ledger.run(ledger.Request(), listed)
    before = state(listed)
    ask(listed, tmp_path / "padan.xlsx")
    file = answer(tmp_path / "padan.xlsx", tmp_path / "jawab.xlsx", by_name(ANSWERS), ABOVE)
    first = take(listed, file)
    after = state(listed)
    resaved = answer(file, tmp_path / "lagi.xlsx", lambda _: {})
    second = take(listed, resaved)
    assert (second.import_id, second.is_new) == (first.import_id, False)
    assert state(listed) == after != before
    assert second.effect is not None
    assert second.effect.changed == {}
    withdraw.run(withdraw.Request(first.import_id, "salah cabang"), listed)
    link.run(link.Request(), listed)
    ledger.run(ledger.Request(), listed)
    assert state(listed) == before
    third = take(listed, file)
    assert third.is_new
    assert third.import_id != first.import_id


def test_nobody_is_asked_twice_without_need(listed: Workspace, tmp_path: Path) -> None:
    ask(listed, tmp_path / "satu.xlsx")
    second = ask(listed, tmp_path / "dua.xlsx")
    assert (second.code, second.waiting, second.open_codes) == (None, 5, ("P0001",))
    assert not (tmp_path / "dua.xlsx").exists()
    again = ask(listed, tmp_path / "tiga.xlsx", repeat="P0001")
    assert (again.code, again.persons) == ("P0001", 5)
    one, three = (openpyxl.load_workbook(tmp_path / f"{n}.xlsx").worksheets[0].values
                  for n in ("satu", "tiga"))  # fmt: skip
    assert list(one) == list(three)
    take(listed, answer(tmp_path / "satu.xlsx", tmp_path / "j.xlsx", by_name(ANSWERS), ABOVE))
    third = ask(listed, tmp_path / "empat.xlsx")
    # One is covered now, three were answered lately, one still waits.
    assert (third.persons, third.fresh, third.waiting) == (0, 3, 1)
    assert ask(listed, tmp_path / "lima.xlsx", again=True).persons == 4


def test_a_later_answer_of_the_same_scope_wins(listed: Workspace, tmp_path: Path) -> None:
    ask(listed, tmp_path / "satu.xlsx")
    take(listed, answer(tmp_path / "satu.xlsx", tmp_path / "j1.xlsx", by_name(ANSWERS), ABOVE))
    ask(listed, tmp_path / "dua.xlsx", who="all", again=True)
    later = {"Keadaan data": "30-11-2025", "Data yang dicari": "cabang binjai, pu dan bpu"}
    gone = {NAMES[0]: {"Hasil": "tidak ditemukan"}}
    crosscheck_receive.run(
        crosscheck_receive.Request(
            str(answer(tmp_path / "dua.xlsx", tmp_path / "j2.xlsx", by_name(gone), later)),
            received_on=date(2025, 12, 1),
        ),
        listed,
    )
    from cakup.pipeline import effect

    assert effect.state(listed, DAY)[0]["covered"] == 1
    assert effect.state(listed, date(2025, 11, 30))[0]["covered"] == 0


def test_another_branch_that_finds_nothing_undoes_nothing(
    listed: Workspace, tmp_path: Path
) -> None:
    ask(listed, tmp_path / "satu.xlsx")
    take(listed, answer(tmp_path / "satu.xlsx", tmp_path / "j1.xlsx", by_name(ANSWERS), ABOVE))
    ask(listed, tmp_path / "dua.xlsx", who="all", again=True)
    other = {"Keadaan data": "31-10-2025", "Data yang dicari": "Cabang Medan"}
    gone = {NAMES[0]: {"Hasil": "tidak ditemukan"}}
    result = take(
        listed, answer(tmp_path / "dua.xlsx", tmp_path / "j2.xlsx", by_name(gone), other), day=DAY
    )
    assert result.effect is not None
    assert result.effect.after["covered"] == 1


def test_slips_are_told_by_row_and_the_rest_is_taken(listed: Workspace, tmp_path: Path) -> None:
    ask(listed, tmp_path / "padan.xlsx")
    slips = {
        NAMES[0]: {"Hasil": "mungkin"}, NAMES[1]: {"Hasil": "aktif", "Segmen": "lain-lain"},
        NAMES[2]: {"Hasil": "aktif", "Nomor rujukan": "P0001-00003-000"},
        NAMES[3]: {"Hasil": "aktif", "Dibayar sampai (bulan)": "besok"},
        NAMES[4]: {"Hasil": "tidak ditemukan"},
    }  # fmt: skip
    file = answer(tmp_path / "padan.xlsx", tmp_path / "jawab.xlsx", by_name(slips), ABOVE)
    result = take(listed, file)
    assert result.wrong == {"answer": 1, "paid_until": 1, "reference": 1, "segmen": 1}
    assert result.answers == {"tidak_ditemukan": 1}
    assert "baris 8" in result.wrong_rows["id"]


@pytest.mark.parametrize(
    ("above", "code"),
    [
        ({"Keadaan data": "31-10-2025"}, "crosscheck.no_scope"),
        ({"Data yang dicari": "Cabang Binjai"}, "crosscheck.no_date"),
        (ABOVE | {"Keadaan data": "31-12-2029"}, "crosscheck.no_date"),
    ],
)
def test_an_answer_without_scope_and_date_is_refused(
    listed: Workspace, tmp_path: Path, above: dict[str, str], code: str
) -> None:
    ask(listed, tmp_path / "padan.xlsx")
    file = answer(tmp_path / "padan.xlsx", tmp_path / "jawab.xlsx", by_name(ANSWERS), above)
    with pytest.raises(UsageError) as err:
        take(listed, file)
    assert err.value.code == code


def test_a_file_that_is_no_answer_is_refused(listed: Workspace, tmp_path: Path) -> None:
    (tmp_path / "lain.csv").write_text("NIK;NAMA\n1;A\n", encoding="utf-8")
    with pytest.raises(InputError) as err:
        take(listed, tmp_path / "lain.csv")
    assert err.value.code == "crosscheck.not_an_answer"


def test_the_registry_reports_a_death(listed: Workspace, tmp_path: Path) -> None:
    ask(listed, tmp_path / "padan.xlsx", to="dukcapil")
    told = {
        NAMES[0]: {"Hidup": "meninggal", "Tanggal meninggal": "5 Mei 2025"},
        NAMES[1]: {"Hidup": "hidup", "Penduduk kota ini": "tidak"},
        NAMES[2]: {"Hidup": "meninggal"},
    }
    above = {"Keadaan data": "31-10-2025"}
    file = answer(tmp_path / "padan.xlsx", tmp_path / "jawab.xlsx", by_name(told), above)
    result = take(listed, file, day=DAY)
    assert result.wrong == {"death_day": 1}
    assert result.effect is not None
    assert (result.effect.changed["dead"], result.effect.changed["workers"]) == (1, -1)
    persons = pl.read_parquet(listed.store().path("persons"))
    assert persons.filter(nama=NAMES[0])["meninggal_on"].to_list() == [date(2025, 5, 1 + 4)]


def test_the_social_office_gives_a_decile(listed: Workspace, tmp_path: Path) -> None:
    ask(listed, tmp_path / "padan.xlsx", to="dinsos")
    heads = [c.value for c in openpyxl.load_workbook(tmp_path / "padan.xlsx").worksheets[0][7]]
    assert heads[:3] == ["Nomor rujukan", "NIK", "Nama"], "no birth date: it is not needed"
    told = {NAMES[0]: {"Hasil": "ditemukan", "Desil DTSEN": "3"},
            NAMES[1]: {"Hasil": "ditemukan", "Desil DTSEN": "13"}}  # fmt: skip
    above = {"Keadaan data": "31-10-2025"}
    file = answer(tmp_path / "padan.xlsx", tmp_path / "jawab.xlsx", by_name(told), above)
    assert take(listed, file).wrong == {"desil": 1}
    rows = pl.read_parquet(listed.store().path("memberships")).filter(kind="dtsen")
    assert rows.height == 1


def test_an_appeal_has_a_state_of_its_own(workspace: Workspace, tmp_path: Path) -> None:
    """Until it is accepted the insurer's word counts; then the enrolment ended on the day named."""
    write_import(workspace, "a" * 16, "daftar_pekerja", [worker(1, NAMES[0])], sender="Dinas")
    write_import(
        workspace, "b" * 16, "peserta",
        [worker(1, NAMES[0], kpj="A1", segmen="pu", status_kepesertaan="aktif", npp="N1",
                mulai_on=date(2024, 1, 1), program="jkk,jkm")],
        sender="BPJS Cabang Binjai",
    )  # fmt: skip
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    from cakup.pipeline import effect

    person = pl.read_parquet(workspace.store().path("persons"))["person_id"][0]
    lodged = appeals.run(
        appeals.Request(person, "Budi (Disnaker)", "surat 5/2025", date(2025, 11, 2)), workspace
    )
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    assert appeals.open_appeals(workspace)["state"].to_list() == ["diajukan"]
    assert effect.state(workspace, DAY)[0]["covered"] == 1
    sent = ask(workspace, tmp_path / "padan.xlsx")
    assert (sent.persons, sent.objections) == (1, 1)
    told = {NAMES[0]: {"Hasil": "tidak aktif", "Jawaban sanggahan": "diterima",
                       "Berhenti bekerja pada": "30-06-2025"}}  # fmt: skip
    file = answer(tmp_path / "padan.xlsx", tmp_path / "jawab.xlsx", by_name(told), ABOVE)
    result = take(workspace, file, day=DAY)
    assert result.appeals == 1
    assert result.effect is not None
    assert result.effect.after["covered"] == 0
    assert appeals.open_appeals(workspace)["state"].to_list() == ["diterima"]
    assert effect.state(workspace, date(2025, 6, 15))[0]["covered"] == 1
    assert take(workspace, file).appeals == 0
    with pytest.raises(UsageError) as err:
        appeals.run(appeals.Request(lodged.appeal_id, "B", "", outcome="ditolak"), workspace)
    assert err.value.code == "crosscheck.by_and_basis"
