"""The workspace: private, one writer, runs on record."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest

from cakup.kernel.errors import ConflictError, UsageError
from cakup.pipeline.workspace import Workspace

HOLD = """
import sys
from pathlib import Path
from cakup.pipeline.workspace import Workspace
with Workspace.find(Path(sys.argv[1])).writing("import"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def writer(workspace: Workspace):
    """Another process that holds the writer's lock until a line arrives."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace.root)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with process:
        yield process
        process.kill()


def test_everything_is_for_the_owner_only(workspace: Workspace) -> None:
    for path in [workspace.root, *workspace.root.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_the_key_repeats_only_with_a_seed(tmp_path: Path) -> None:
    made = [
        Workspace.create(tmp_path / str(n), "12.75", seed=s)
        for n, s in enumerate((1, 1, None, None))
    ]
    keys = [w.key for w in made]
    assert keys[0] == keys[1]
    assert len(set(keys[1:])) == 3
    with pytest.raises(UsageError):
        Workspace.create(tmp_path / "1", "12.75")


@pytest.mark.parametrize("place", ["binjai", "1275", "12", "12.75.01", ""])
def test_only_a_city_has_a_workspace(tmp_path: Path, place: str) -> None:
    with pytest.raises(UsageError) as told:
        Workspace.create(tmp_path / "w", place)
    assert told.value.code == "workspace.bad_place"
    assert not (tmp_path / "w").exists()


def test_a_workspace_is_found_from_below(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CAKUP_WORKSPACE", raising=False)
    monkeypatch.chdir(workspace.root / "imports")
    assert Workspace.find().place == "12.75"
    monkeypatch.chdir(workspace.root.parent)
    with pytest.raises(UsageError):
        Workspace.find()
    monkeypatch.setenv("CAKUP_WORKSPACE", str(workspace.root))
    assert Workspace.find().root == workspace.root
    (workspace.root / "cakup.toml").write_text("place = ")
    with pytest.raises(UsageError) as caught:
        Workspace.find()
    assert caught.value.code == "workspace.bad_config"


def test_a_second_writer_is_refused_and_told_who(workspace: Workspace, writer) -> None:
    with pytest.raises(ConflictError) as caught, workspace.writing("link"):
        pass
    assert caught.value.exit_code == 5
    assert f"pid {writer.pid}" in str(caught.value)
    assert "import" in str(caught.value)


def test_a_second_writer_can_wait(workspace: Workspace, writer) -> None:
    threading.Timer(0.3, writer.kill).start()
    with workspace.writing("link", wait_seconds=30):
        assert (workspace.root / "lock").read_text().startswith("link")


def test_a_killed_writer_does_not_lock_others_out(workspace: Workspace, writer) -> None:
    writer.kill()
    writer.wait()
    (workspace.root / "tables" / "persons").mkdir()
    left = workspace.root / "tables" / "persons" / ".persons.1.abcd.part"
    left.write_text("half a table")
    with workspace.writing("link"):
        assert not left.exists()


def test_one_thread_may_take_the_lock_again_and_another_may_not(workspace: Workspace) -> None:
    refused = []

    def other() -> None:
        try:
            with workspace.writing("link"):
                refused.append(False)
        except ConflictError:
            refused.append(True)

    with workspace.writing("run"):
        with workspace.writing("link"):
            pass
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert refused == [True]
    with workspace.writing("link"):
        pass


def test_the_lock_is_given_back_when_the_work_fails(workspace: Workspace) -> None:
    with pytest.raises(ZeroDivisionError), workspace.writing("link"):
        raise ZeroDivisionError
    with workspace.writing("link"):
        pass


@pytest.mark.usefixtures("real_engines")
def test_engines_do_not_share_a_scratch_folder(workspace: Workspace) -> None:
    with workspace.engine() as one, workspace.engine() as two:
        folders = {e.value("SELECT current_setting('temp_directory')") for e in (one, two)}
    assert len(folders) == 2
    assert list((workspace.root / "scratch").iterdir()) == []


def test_runs_are_recorded_in_order(workspace: Workspace) -> None:
    ids = [workspace.record_run("gap", {"as_of": "2025-10-31"}, purpose="p", rows={"gap": n})
           for n in range(3)]  # fmt: skip
    assert [(r["run_id"], r["rows"]["gap"]) for r in workspace.runs()] == [
        (i, n) for n, i in enumerate(ids)
    ]
    manifest = workspace.runs()[0]
    assert {"verb", "request", "version", "ended_at", "user", "purpose"} <= set(manifest)


def test_a_day_of_knowledge_has_a_store_of_its_own(workspace: Workspace) -> None:
    assert workspace.store(date(2025, 10, 31)).pointer == "known-2025-10-31.json"
    assert workspace.store().pointer == "current.json"
