"""The second month: linking only what is new gives what linking all rows gives, nearly always."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from cakup.engines.files import read_json
from cakup.engines.store import Store
from cakup.kernel.schemas import PERSONS
from cakup.pipeline import (
    decisions,
    erase,
    import_files,
    kept_linkage,
    link,
    link_update,
    synth,
    withdraw,
)
from cakup.pipeline.decisions import Decision
from cakup.pipeline.link_changes import NO_CHANGES
from cakup.pipeline.workspace import Workspace

PARTICIPANTS = "16_peserta.csv"
#: Share of the persons that may come out otherwise than in a run over all rows: those whose pairs
#: stand near a threshold, since that run learns its weights from the new rows too.
FEW = 0.02


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_linkage, "LEAST_ROWS", 300)
    monkeypatch.setattr(kept_linkage, "MOST_NEW", 0.3)
    monkeypatch.setattr(link_update, "MOST_REDONE", 0.9)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    synth.run(synth.Request(str(folder), workers=400, covered=170, seed=63, noise=1.5))
    return folder


def _bring(workspace: Workspace, files: Path, one: dict[str, str], **more: str) -> str:
    told = {"as_of": one["as_of"], "received": "2025-11-01"} | more
    request = import_files.Request(
        (str(files / more.pop("path", one["file"])),), kind=one["kind"], sender=one["sender"],
        list_name=one["list"], is_applied=False, as_of=told["as_of"], received=told["received"],
    )  # fmt: skip
    return str(import_files.run(request, workspace).files[0].import_id)


@pytest.fixture(scope="module")
def first(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = Workspace.create(tmp_path_factory.mktemp("space") / "w", "12.75", seed=7)
    for one in read_json(files / "daftar-berkas.json")["files"]:
        if one != _later(files) and one["kind"] in ("daftar_pekerja", "peserta", "dtsen"):
            _bring(workspace, files, one)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kept_linkage, "LEAST_ROWS", 300)
        told = link.run(link.Request(update=True), workspace)
    assert (told.work.why_all, told.changes) == ("first", None)
    return workspace.root


def _copy(root: Path, folder: Path) -> Workspace:
    shutil.copytree(root, folder)
    return Workspace.find(folder)


def _one(files: Path, name: str) -> dict[str, str]:
    told = read_json(files / "daftar-berkas.json")["files"]
    return next(f for f in told if f["file"] == name)


def _later(files: Path) -> dict[str, str]:
    """Return the smallest list; it comes later, every other one is there from the first day."""
    told = read_json(files / "daftar-berkas.json")["files"]
    return min((f for f in told if f["kind"] == "daftar_pekerja"), key=lambda f: f["rows"])


def _next_month(files: Path, folder: Path) -> Path:
    """Write next month's participants: two left, two were misspelt, one is new."""
    with (files / PARTICIPANTS).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    head = next(i for i, r in enumerate(rows) if "NIK" in r)
    name, nik, kpj = (rows[head].index(c) for c in ("NAMA", "NIK", "KPJ"))
    body = [list(r) for r in rows[head + 1 :]]
    body[5][name], body[9][name] = body[5][name][1:], body[9][name][:-1]
    stranger = list(body[20])
    stranger[name], stranger[nik], stranger[kpj] = "Wawan Pendatang", "1275910505900099", "2599"
    path = folder / "bulan_berikut.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([*rows[: head + 1], *body[2:], stranger])
    return path


def _bring_next_month(workspace: Workspace, files: Path, folder: Path) -> str:
    path = _next_month(files, folder)
    more = {"path": str(path), "as_of": "2025-11-30", "received": "2025-12-02"}
    return _bring(workspace, files, _one(files, PARTICIPANTS), **more)


def _table(workspace: Workspace, name: str) -> pl.DataFrame:
    return pl.read_parquet(workspace.store().path(name))


def _groups(workspace: Workspace) -> set[tuple[str, ...]]:
    members = _table(workspace, "memberships").group_by("person_id")
    return {tuple(sorted(g)) for g in members.agg("record_id")["record_id"].to_list()}


def _both_ways(workspace: Workspace, folder: Path, *, values: bool = False) -> link.Result:
    """Link once each way, from the same state; return what going on gave.

    Args:
        workspace: Workspace.
        folder: Folder of the copy that is linked from scratch.
        values: Whether the values of persons are checked as well.
    """
    other = _copy(workspace.root, folder)
    before = dict(_table(workspace, "memberships").select("record_id", "person_id").rows())
    anew = link.run(link.Request(), other)
    told = link.run(link.Request(update=True), workspace)
    assert (told.work.is_update, anew.work.why_all) == (True, "asked")
    one, two = _groups(workspace), _groups(other)
    assert len(one ^ two) <= FEW * len(one | two)
    # Everything else is made of these groups, whoever made them.
    if values:
        _check_values(workspace, folder.with_name(f"{folder.name}-again"))
    after = dict(_table(workspace, "memberships").select("record_id", "person_id").rows())
    moved = {r for r, p in before.items() if after[r] != p}
    assert told.changes is not None
    assert len(moved) <= told.changes.moved_rows + told.changes.merged * 20
    return told


def _check_values(workspace: Workspace, folder: Path) -> None:
    """See that persons have the values that their rows give, not those of the month before."""
    other = _copy(workspace.root, folder)
    groups = _table(workspace, "memberships").select("record_id", "person_id")

    def as_found(engine: object, progress: object) -> None:
        engine.register("found_groups", groups)  # type: ignore[attr-defined]
        engine.run("""CREATE OR REPLACE TEMP TABLE r_clusters AS
            SELECT g.record_id, g.person_id AS cluster_id, 1.0::DOUBLE AS probability,
                   '{}' AS evidence
            FROM found_groups g JOIN records r USING (record_id)""")  # type: ignore[attr-defined]
        for name in ("links", "review"):
            columns = link_update.EMPTY[name]
            engine.run(f"CREATE OR REPLACE TEMP TABLE r_{name} ({columns})")  # type: ignore[attr-defined]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: as_found)
        link.run(link.Request(), other)
    one, two = (_table(w, PERSONS.name) for w in (workspace, other))
    assert one.equals(two)


def test_a_month_more(files: Path, first: Path, tmp_path: Path) -> None:
    workspace = _copy(first, tmp_path / "w")
    _bring_next_month(workspace, files, tmp_path)
    month = _both_ways(workspace, tmp_path / "b", values=True)
    assert month.work.new_rows - month.work.repeated_rows == 3
    assert month.work.linked_rows < 60
    assert month.changes is not None
    assert month.changes.new_persons == 1
    assert (month.changes.split, month.changes.moved_rows) == (0, 0)


def test_where_nothing_came_nothing_is_done(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, other = _copy(first, tmp_path / "w"), _copy(first, tmp_path / "b")
    before = workspace.store().versions
    anew = link.run(link.Request(), other)

    def at_work(*_: object) -> None:
        raise AssertionError("rows are read")

    monkeypatch.setattr(link, "mark_records", at_work)
    told = link.run(link.Request(update=True), workspace)
    again = link.run(link.Request(update=True), workspace)
    assert workspace.store().versions == before
    for one in (told, again):
        assert (one.work.is_update, one.work.linked_rows, one.is_changed) == (True, 0, False)
        assert one.changes == anew.changes == NO_CHANGES
        for name in ("records", "persons", "known_workers", "listed", "participants",
                     "linked_participants", "review_pairs", "answers", "cluster_sizes", "noise",
                     "decisions", "tables"):  # fmt: skip
            assert getattr(one, name) == getattr(anew, name), name
    # Asked to start over, or with a table that is no longer what was written, it goes to work.
    with pytest.raises(AssertionError, match="rows are read"):
        link.run(link.Request(), workspace)
    workspace.store().path("links").write_bytes(b"")
    with pytest.raises(AssertionError, match="rows are read"):
        link.run(link.Request(update=True), workspace)


@pytest.mark.slow
def test_a_list_more_after_the_month(files: Path, first: Path, tmp_path: Path) -> None:
    workspace = _copy(first, tmp_path / "w")
    _bring_next_month(workspace, files, tmp_path)
    link.run(link.Request(update=True), workspace)
    _bring(workspace, files, _later(files), received="2025-12-03")
    told = _both_ways(workspace, tmp_path / "c")
    assert told.work.repeated_rows == 0
    assert 0 < told.work.new_rows < 100
    assert told.changes is not None
    assert {(c.list_name, c.new_rows) for c in told.changes.lists if c.new_rows} == {
        (_later(files)["list"], told.work.new_rows)
    }
    again = link.run(link.Request(update=True), workspace)
    assert (again.work.new_rows, again.work.linked_rows) == (0, 0)
    assert not again.is_changed


@pytest.mark.slow
def test_a_row_that_comes_again_is_the_person_it_was(
    files: Path, first: Path, tmp_path: Path
) -> None:
    workspace = _copy(first, tmp_path / "w")
    path = files / PARTICIPANTS
    later = {"path": str(path), "as_of": "2025-11-30", "received": "2025-12-02"}
    _bring(workspace, files, _one(files, PARTICIPANTS), **later)
    before = _table(workspace, "persons").drop("n_records")
    told = _both_ways(workspace, tmp_path / "b")
    assert told.work.new_rows == told.work.repeated_rows > 120
    assert told.work.linked_rows == 0
    same = _table(workspace, "persons").drop("n_records")
    assert same.select("person_id").equals(before.select("person_id"))
    links = _table(workspace, "links")
    assert links.group_by("person_id", "kpj").len()["len"].min() >= 2


def _decision(
    n: str, workspace: Workspace, row: dict[str, str], kind: str, replaces: tuple[str, ...] = ()
) -> Decision:
    pair = (row["left_record_id"], row["right_record_id"])
    members = dict(_table(workspace, "memberships").select("record_id", "person_id").rows())
    marks = pl.read_parquet(workspace.store().path("kept_marks"))
    prints = dict(marks.select("record_id", "fingerprint").rows())
    body = {
        "left": prints[pair[0]], "right": prints[pair[1]], "records": list(pair),
        "persons": [members[r] for r in pair], "replaces": list(replaces),
    }  # fmt: skip
    return Decision(n, kind, body, "Ani", "BA-1", "2025-11-02", "2025-11-02")


@pytest.mark.slow
def test_decisions_hold_and_are_taken_back(files: Path, first: Path, tmp_path: Path) -> None:
    workspace = _copy(first, tmp_path / "w")
    rows = _table(workspace, "review").sort("pair_id").head(6).rows(named=True)
    kinds = ["same_person" if n % 2 else "different_person" for n in range(6)]
    told = [
        _decision(f"d{n}", workspace, row, kind)
        for n, (row, kind) in enumerate(zip(rows, kinds, strict=True))
    ]
    with workspace.writing("test"):
        decisions.append(workspace, told)
    done = _both_ways(workspace, tmp_path / "b")
    assert done.decisions["applied"] == 6
    assert 0 < done.work.linked_rows < 200
    _bring(workspace, files, _later(files), received="2025-12-03")
    link.run(link.Request(update=True), workspace)
    persons = dict(_table(workspace, "memberships").select("record_id", "person_id").rows())
    for one in told:
        left, right = (persons[r] for r in one.body["records"])
        assert (left == right) == (one.kind == "same_person")
    back = _decision("d9", workspace, rows[1], "different_person", ("d1",))
    with workspace.writing("test"):
        decisions.append(workspace, [back])
    _both_ways(workspace, tmp_path / "c")
    persons = dict(_table(workspace, "memberships").select("record_id", "person_id").rows())
    assert len({persons[r] for r in back.body["records"]}) == 2


@pytest.mark.slow
def test_withdrawn_or_erased_rows_are_not_gone_on_from(
    files: Path, first: Path, tmp_path: Path
) -> None:
    workspace = _copy(first, tmp_path / "w")
    person = _table(workspace, "persons").sort("person_id")
    gone = person.filter(pl.col("nama").str.len_chars() > 14).row(0, named=True)
    erase.run(
        erase.Request(gone["person_id"], "Ani", "permintaan 2025-11-05", is_sure=True), workspace
    )
    assert list((workspace.root / "tables").glob("kept_*/*.parquet")) == []
    assert link.run(link.Request(update=True), workspace).work.why_all == "first"
    for path in (workspace.root / "tables").glob("kept_*/*.parquet"):
        frame = pl.read_parquet(path)
        for column in (c for c, kind in frame.schema.items() if kind == pl.String):
            assert gone["nik"] is None or gone["nik"] not in frame[column].to_list(), path
            assert gone["nama"].upper() not in frame[column].to_list(), path
    later = _bring(workspace, files, _later(files), received="2025-12-03")
    assert link.run(link.Request(update=True), workspace).work.is_update
    withdraw.run(withdraw.Request(later, "salah kirim"), workspace)
    told = link.run(link.Request(update=True), workspace)
    assert told.work.why_all == "withdrawn"
    assert told.changes is not None
    assert told.changes.lost_rows > 0


DIES = """
import os, signal, sys
from pathlib import Path
from cakup.engines.store import Store
from cakup.pipeline import kept_linkage, link, link_update
from cakup.pipeline.workspace import Workspace
kept_linkage.LEAST_ROWS, link_update.MOST_REDONE, n = 300, 0.9, [int(sys.argv[2])]
def counted(do):
    def work(*a, **k):
        n[0] -= 1
        if n[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return do(*a, **k)
    return work
for name in ("keep", "write", "write_frame", "commit"):
    setattr(Store, name, counted(getattr(Store, name)))
link.run(link.Request(update=True), Workspace.find(Path(sys.argv[1])))
"""


@pytest.mark.slow
@pytest.mark.parametrize("steps", [1, 13, 18])
def test_a_killed_run_leaves_the_old_state(
    files: Path, first: Path, tmp_path: Path, steps: int
) -> None:
    workspace = _copy(first, tmp_path / "w")
    before = workspace.store().versions
    _bring(workspace, files, _later(files), received="2025-12-03")
    words = [sys.executable, "-c", DIES, str(workspace.root), str(steps)]
    done = subprocess.run(words, check=False, env=os.environ, capture_output=True)
    assert done.returncode == -9
    assert workspace.store().versions == before
    told = link.run(link.Request(update=True), workspace)
    assert told.work.is_update
    other = _copy(first, tmp_path / "o")
    _bring(other, files, _later(files), received="2025-12-03")
    assert link.run(link.Request(update=True), other).tables == told.tables


@pytest.mark.slow
def test_what_does_not_fit_is_not_used(
    files: Path, first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = _copy(first, tmp_path / "w")
    path = next((workspace.root / "tables" / "kept_ties").glob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-9] + b"123456789")
    assert link.run(link.Request(update=True), workspace).work.why_all == "damaged"
    assert link.run(link.Request(update=True), workspace).work.is_update
    monkeypatch.setattr(kept_linkage, "__version__", "0.0.0")
    assert link.run(link.Request(update=True), workspace).work.why_all == "release"
    monkeypatch.setattr(kept_linkage, "MOST_NEW", 0.0)
    _bring(workspace, files, _later(files), received="2025-12-03")
    assert link.run(link.Request(update=True), workspace).work.why_all == "grown"
    assert not any(p.stat().st_mode & 0o077 for p in workspace.root.glob("tables/kept_*/*"))


@pytest.mark.slow
def test_only_the_latest_version_stays(files: Path, first: Path, tmp_path: Path) -> None:
    workspace = _copy(first, tmp_path / "w")
    _bring(workspace, files, _later(files), received="2025-12-03")
    link.run(link.Request(update=True), workspace)
    for name in kept_linkage.TABLES:
        assert len(list((workspace.root / "tables" / name).glob("*.parquet"))) == 1
    assert Store(workspace.root).has("kept_facts")


@pytest.mark.slow
def test_without_asking_all_rows_are_linked_and_nothing_is_kept(
    files: Path, first: Path, tmp_path: Path
) -> None:
    """Same files, same tables, whatever was linked before; what was kept told of other tables."""
    workspace = _copy(first, tmp_path / "w")
    _bring(workspace, files, _later(files), received="2025-12-03")
    other = _copy(workspace.root, tmp_path / "o")
    link.run(link.Request(update=True), other)
    assert link.run(link.Request(), other).work.why_all == "asked"
    link.run(link.Request(), workspace)
    one, two = (w.store().versions for w in (workspace, other))
    same = ("persons", "memberships", "links", "review")
    assert [one[name] for name in same] == [two[name] for name in same]
    assert not any(name.startswith("kept_") for name in two)
    assert list((other.root / "tables").glob("kept_*/*.parquet")) == []
