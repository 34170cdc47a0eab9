"""``clean`` removes what nothing names, and never a version in use."""

from __future__ import annotations

from datetime import date

import pytest

from cakup.kernel.errors import ConflictError
from cakup.pipeline import clean
from cakup.pipeline.workspace import Workspace


def _write(workspace: Workspace, number: int, known: date | None = None) -> str:
    """Write one version and record the run that made it."""
    store = workspace.store(known)
    with workspace.engine() as engine:
        sql = f"SELECT 'a' AS old_id, 'b' AS new_id, 'merge' AS kind, '{number}' AS run_id"
        store.write(engine, "person_changes", sql)
    tables = store.commit()
    workspace.record_run("link", {}, tables=tables)
    return tables["person_changes"][:32]


def _left(workspace: Workspace) -> set[str]:
    return {p.stem for p in (workspace.root / "tables").glob("*/*.parquet")}


def test_versions_of_recent_runs_and_of_every_pointer_stay(workspace: Workspace) -> None:
    back = _write(workspace, 0, date(2025, 10, 31))
    made = [_write(workspace, n) for n in range(1, 6)]
    assert clean.run(clean.Request(keep=2, dry_run=True), workspace).removed == {
        "person_changes": 3
    }
    assert len(_left(workspace)) == 6
    result = clean.run(clean.Request(keep=2), workspace)
    assert result.removed == {"person_changes": 3}
    assert result.bytes > 0
    assert _left(workspace) == {back, *made[-2:]}
    assert clean.run(clean.Request(keep=0), workspace).kept == 2
    assert _left(workspace) == {back, made[-1]}
    assert workspace.store().path("person_changes").exists()
    assert clean.run(clean.Request(keep=0), workspace).removed == {}


def test_a_version_that_is_current_again_stays(workspace: Workspace) -> None:
    first = _write(workspace, 1)
    _write(workspace, 2)
    assert _write(workspace, 1) == first
    clean.run(clean.Request(keep=0), workspace)
    assert _left(workspace) == {first}


def test_tables_that_were_never_committed_go(workspace: Workspace) -> None:
    with workspace.engine() as engine:
        workspace.store().write(
            engine, "person_changes", "SELECT 'a' old_id, 'b' new_id, 'c' kind, 'd' run_id"
        )
    assert clean.run(clean.Request(), workspace).removed == {"person_changes": 1}
    assert list((workspace.root / "tables").iterdir()) == []


def test_received_files_and_decisions_are_not_touched(workspace: Workspace) -> None:
    kept = [
        workspace.root / "received" / "x.csv",
        workspace.root / "imports" / "a" / "records.parquet",
    ]
    for path in kept:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    clean.run(clean.Request(keep=0), workspace)
    assert all(path.exists() for path in kept)


def test_it_waits_for_nobody(workspace: Workspace) -> None:
    from cakup.engines.lock import FileLock

    lock = FileLock(workspace.root / "lock")
    assert lock.take("link", "now")
    with pytest.raises(ConflictError):
        clean.run(clean.Request(), workspace)
    lock.release()
