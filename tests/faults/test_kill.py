"""Killed at any point, import, link and decisions leave no half state, and a rerun mends it.

What must be identical after the rerun is in ``interfaces.md`` section 3: the tables and the
imports byte for byte, the log of decisions; manifests of runs differ in their times.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import fault_driver as driver
from cakup.pipeline import decisions, link
from cakup.pipeline.imports import all_imports
from cakup.pipeline.workspace import Workspace
from fault_driver import start, state_of
from hand_made import resolve_by_nik

VERBS = ("import", "link", "decide")
#: ``CAKUP_FAULTS=all`` kills at every rename and often; the small version takes seconds.
EVERYTHING = os.environ.get("CAKUP_FAULTS") == "all"
RANDOM_KILLS = {"import": 1, "link": 2, "decide": 0} if not EVERYTHING else dict.fromkeys(VERBS, 12)
if sys.platform == "win32":
    pytest.skip("no SIGKILL on Windows", allow_module_level=True)


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each verb a workspace in the state before it; for link one that was linked before."""
    found = {}
    root = tmp_path_factory.mktemp("before")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "_linkage", lambda: resolve_by_nik)
        workspace = Workspace.create(root / "import" / "workspace", "12.75", seed=7)
        found["import"] = found["decide"] = workspace.root
        shutil.copytree(workspace.root, root / "link" / "workspace")
        linked = Workspace.find(root / "link" / "workspace")
        driver.work(linked, "import")
        driver.work(linked, "link")
        driver.work(linked, "decide")
        # Something new to link: a second list, and decisions (they find no rows and are orphaned).
        second = driver.office_file(root, 40).rename(root / "camat.csv")
        asked = driver.import_files.Request(
            (str(second),), kind="daftar_pekerja", sender="Camat", as_of="2025-11-30",
            received="2025-12-01",
        )  # fmt: skip
        driver.import_files.run(asked, linked)
        found["link"] = linked.root
    return found


def _counted(rename: Callable, seen: list[None]) -> Callable:
    def renaming(*args, **kwargs):
        seen.append(None)
        return rename(*args, **kwargs)

    return renaming


@pytest.fixture(scope="module")
def finished(before: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple]:
    """For each verb the state after it, its number of renames and its duration."""
    found = {}
    for verb in VERBS:
        copy = tmp_path_factory.mktemp("finished") / "workspace"
        shutil.copytree(before[verb], copy)
        workspace = Workspace.find(copy)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(link, "_linkage", lambda: resolve_by_nik)
            renames: list[None] = []
            for name in ("replace", "rename"):
                patch.setattr(os, name, _counted(getattr(os, name), renames))
            started = time.monotonic()
            driver.work(workspace, verb)
            found[verb] = (state_of(workspace), len(renames), time.monotonic() - started)
    return found


def _check_whole(workspace: Workspace, old: dict[str, str], new: dict[str, str]) -> None:
    """What everybody may rely on right after a crash, before anything was mended."""
    store = workspace.store()
    for name in store.versions:
        assert store.path(name).exists()
    state = state_of(workspace)
    pointer = state.get("current.json")
    assert pointer in (old.get("current.json"), new.get("current.json")), "all tables or none"
    for one in all_imports(workspace):
        for part in ("manifest.json", "records.parquet", "rows.parquet"):
            name = f"imports/{one.id}/{part}"
            assert state[name] in (old.get(name), new[name])
    log = decisions.read(workspace)
    assert len(log) in (0, driver.DECIDED), "all decisions or none"


def _check_mended(workspace: Workspace, verb: str, finished: dict[str, tuple]) -> None:
    """After the same command once more, nothing tells that there was a crash."""
    driver.work(workspace, verb)
    assert state_of(workspace) == finished[verb][0]
    assert list((workspace.root / "scratch").iterdir()) == []


#: Renames of each verb, by number; the small version kills at those that differ in kind.
RENAMES = {"import": 6, "link": 6, "decide": 2}
SMALL = {"import": (1, 2, 5), "link": (1, 5, 6), "decide": (1, 2)}
#: Of these `make test` takes the one that comes between two files which belong together.
SMALLEST = {"import": (5,), "link": (5,), "decide": (2,)}


def _points() -> Iterator[Any]:
    for verb in VERBS:
        for n in range(1, RENAMES[verb] + 1) if EVERYTHING else SMALL[verb]:
            yield pytest.param(verb, n, marks=() if n in SMALLEST[verb] else pytest.mark.slow)


@pytest.mark.parametrize(("verb", "point"), list(_points()))
def test_killed_before_a_file_appears(
    verb: str, point: int, before: dict, finished: dict, tmp_path: Path
) -> None:
    _, renames, _ = finished[verb]
    if point > renames:
        pytest.fail(f"{verb} renames {renames} files only")
    shutil.copytree(before[verb], tmp_path / "workspace")
    workspace = Workspace.find(tmp_path / "workspace")
    old = state_of(workspace)
    with start(workspace, verb, str(point)) as process:
        assert process.wait() == -signal.SIGKILL
    _check_whole(workspace, old, finished[verb][0])
    _check_mended(workspace, verb, finished)


def test_all_renames_are_covered(finished: dict) -> None:
    """A new file in a use case needs its own kill; ``RENAMES`` and ``SMALL`` tell which."""
    assert {verb: finished[verb][1] for verb in VERBS} == RENAMES


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_killed_at_random_times(verb: str, before: dict, finished: dict, tmp_path: Path) -> None:
    new, _, seconds = finished[verb]
    chance = random.Random(f"20261123 {verb}")
    for number in range(RANDOM_KILLS[verb]):
        root = tmp_path / str(number) / "workspace"
        shutil.copytree(before[verb], root)
        workspace = Workspace.find(root)
        old = state_of(workspace)
        with start(workspace, verb) as process:
            try:
                process.wait(timeout=chance.uniform(0, seconds))
            except subprocess.TimeoutExpired:
                process.kill()
        _check_whole(workspace, old, new)
        _check_mended(workspace, verb, finished)
