"""``link``: persons with lasting ids, their best values, the same bytes every time."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cakup.kernel.errors import EngineError, InputError
from cakup.pipeline import decisions, link
from cakup.pipeline.decisions import Decision
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import

ANI = {
    "nik": "1275914105800001",
    "nama": "Ani Siregar",
    "tanggal_lahir": date(1980, 5, 1),
    "jenis_kelamin": "P",
}
BUDI = {
    "nik": "1275920203750002",
    "nama": "Budi Ginting",
    "tanggal_lahir": date(1975, 3, 2),
    "jenis_kelamin": "L",
}
CITRA = {"nama": "Citra", "jenis_kelamin": "P"}


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


def _table(workspace: Workspace, name: str, known: date | None = None) -> pl.DataFrame:
    return pl.read_parquet(workspace.store(known).path(name))


def _persons(workspace: Workspace) -> dict[str, dict]:
    return {p["nama"]: p for p in _table(workspace, "persons").to_dicts()}


def _withdraw(workspace: Workspace, import_id: str) -> None:
    body = {"import_id": import_id, "reason": "uji"}
    made = Decision(
        f"w{import_id}", "withdraw_import", body, "Ani", "surat", "2025-11-02", "2025-11-02"
    )
    decisions.append(workspace, [made])


def test_persons_come_from_every_kind(workspace: Workspace) -> None:
    write_import(workspace, "a", "daftar_pekerja", [ANI, BUDI, CITRA])
    write_import(workspace, "b", "peserta", [{**ANI, "kpj": "11"}, {"nama": "Dewi", "kpj": "12"}])
    write_import(
        workspace,
        "c",
        "dtsen",
        [{**BUDI, "is_pekerja": False}, {"nama": "Eka", "is_pekerja": True}, {"nama": "Fitri"}],
    )
    write_import(
        workspace,
        "d",
        "kematian",
        [
            {**BUDI, "meninggal_on": date(2025, 1, 2)},
            {"nama": "Gani", "meninggal_on": date(2025, 3, 4)},
        ],
    )
    result = link.run(link.Request(), workspace)
    assert result.records == {"daftar_pekerja": 3, "dtsen": 3, "kematian": 2, "peserta": 2}
    assert (result.persons, result.known_workers, result.listed) == (7, 5, 3)
    assert (result.participants, result.linked_participants) == (2, 1)
    assert result.cluster_sizes == {"1": 5, "2": 1, "3": 1}
    assert result.is_changed
    persons = _persons(workspace)
    assert {n for n, p in persons.items() if p["is_known_worker"]} == {
        "Ani Siregar", "Budi Ginting", "Citra", "Dewi", "Eka",
    }  # fmt: skip
    assert persons["Budi Ginting"]["meninggal_on"] == date(2025, 1, 2)
    assert persons["Gani"]["is_known_worker"] is False
    members = _table(workspace, "memberships")
    assert members.height == 10
    assert members["record_id"].is_unique().all()
    assert set(members["person_id"]) == set(_table(workspace, "persons")["person_id"])
    links = _table(workspace, "links")
    assert links.filter(kpj="11")["person_id"].to_list() == [persons["Ani Siregar"]["person_id"]]


def test_a_second_link_changes_no_byte(workspace: Workspace) -> None:
    write_import(workspace, "a", "daftar_pekerja", [ANI, BUDI, CITRA, CITRA])
    first = link.run(link.Request(), workspace)
    files = sorted((workspace.root / "tables").rglob("*.parquet"))
    second = link.run(link.Request(), workspace)
    assert not second.is_changed
    assert second.tables == first.tables
    assert second.ids.run_id is None
    assert sorted((workspace.root / "tables").rglob("*.parquet")) == files


def test_ids_stay_when_lists_come_and_go(workspace: Workspace) -> None:
    write_import(workspace, "a", "daftar_pekerja", [ANI, BUDI])
    link.run(link.Request(), workspace)
    before = _persons(workspace)
    write_import(
        workspace,
        "b",
        "daftar_pekerja",
        [ANI, CITRA],
        sender="camat",
        received_on=date(2025, 11, 5),
    )
    link.run(link.Request(), workspace)
    after = _persons(workspace)
    assert after["Ani Siregar"]["person_id"] == before["Ani Siregar"]["person_id"]
    _withdraw(workspace, "a")
    link.run(link.Request(), workspace)
    assert set(_persons(workspace)) == {"Ani Siregar", "Citra"}
    write_import(
        workspace, "c", "daftar_pekerja", [BUDI], sender="lurah", received_on=date(2025, 11, 9)
    )
    link.run(link.Request(), workspace)
    again = _persons(workspace)
    assert again["Ani Siregar"]["person_id"] == before["Ani Siregar"]["person_id"]
    assert again["Budi Ginting"]["person_id"] == before["Budi Ginting"]["person_id"]


def test_same_files_in_another_workspace_give_the_same_bytes(tmp_path) -> None:
    versions = []
    for name in ("one", "two"):
        workspace = Workspace.create(tmp_path / name, "12.75", seed=7)
        write_import(workspace, "a", "daftar_pekerja", [ANI, BUDI, CITRA])
        versions.append(link.run(link.Request(), workspace).tables)
    assert versions[0] == versions[1]


def test_known_looks_back_beside_the_present(workspace: Workspace) -> None:
    write_import(workspace, "a", "daftar_pekerja", [ANI], received_on=date(2025, 10, 1))
    write_import(
        workspace, "b", "daftar_pekerja", [BUDI], sender="camat", received_on=date(2025, 11, 1)
    )
    link.run(link.Request(), workspace)
    now = workspace.store().versions
    then = date(2025, 10, 15)
    first = link.run(link.Request(known=then), workspace)
    assert first.persons == 1
    assert workspace.store().versions == now
    back = _table(workspace, "persons", then)
    assert back["person_id"].to_list() == [_persons(workspace)["Ani Siregar"]["person_id"]]
    assert link.run(link.Request(known=then), workspace).tables == first.tables


def test_nothing_to_link_is_said(workspace: Workspace) -> None:
    with pytest.raises(InputError) as caught:
        link.run(link.Request(), workspace)
    assert caught.value.code == "link.nothing"
    write_import(workspace, "a", "daftar_pekerja", [ANI])
    link.run(link.Request(), workspace)
    _withdraw(workspace, "a")
    assert link.run(link.Request(), workspace).persons == 0
    assert _table(workspace, "memberships").is_empty()


def test_a_resolver_that_loses_rows_is_caught(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lossy(engine, progress) -> None:
        resolve_by_nik(engine)
        kept = engine.frame("SELECT * FROM r_clusters").head(1)
        engine.drop("r_clusters")
        engine.register("r_clusters", kept)

    monkeypatch.setattr(link, "_linkage", lambda: lossy)
    write_import(workspace, "a", "daftar_pekerja", [ANI, BUDI])
    with pytest.raises(EngineError) as caught:
        link.run(link.Request(), workspace)
    assert caught.value.code == "link.lost_records"
    assert not workspace.store().has("persons")


def test_the_manifest_tells_what_was_used(workspace: Workspace) -> None:
    write_import(workspace, "a", "daftar_pekerja", [ANI])
    _withdraw(workspace, "zz")
    result = link.run(link.Request(), workspace)
    manifest = workspace.runs()[-1]
    assert manifest["run_id"] == result.run_id
    assert manifest["inputs"] == ["a"]
    assert manifest["last_decision"] == "wzz"
    assert manifest["rows"]["persons"] == 1
    assert manifest["tables"] == result.tables
    assert manifest["purpose"]
