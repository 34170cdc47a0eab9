"""Linkage by tasks that read and write files: the same tables, failures redone alone, no leak."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

import small_province
from cakup.engines.spark_tasks import DIED, NO_FOLDER, done_quietly
from cakup.kernel.errors import EngineError
from cakup.kernel.ports import Outcome
from cakup.pipeline import link, link_partitions
from cakup.pipeline.partitions import Division
from cakup.pipeline.workspace import Workspace

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

MARKED = "ZZMARKEDZZ"
Words = tuple[str, ...]


class Here:
    """Tasks that this process does, as a worker of Spark would; some fail as often as asked."""

    def __init__(self, failing: Callable[[Words], bool] = lambda _: False) -> None:
        self.done: list[list[Words]] = []
        self._failing = failing

    def each(
        self, work: str, pieces: Sequence[Words], heard: Callable[[int], None]
    ) -> list[Outcome]:
        self.done.append([piece[1:] for piece in pieces])
        outcomes = []
        for at, piece in enumerate(pieces):
            told = (0, DIED, "") if self._failing(piece) else done_quietly(work, piece, spoken=True)
            outcomes.append(Outcome(told[0], told[1]))
            heard(at + 1)
        return outcomes


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_province.build(tmp_path_factory.mktemp("province")).root


@pytest.fixture
def linked(
    province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Here | None, Division | None], Workspace]:
    def work(tasks: Here | None, division: Division | None) -> Workspace:
        @contextmanager
        def given(_: Workspace) -> Iterator[Here | None]:
            yield tasks

        monkeypatch.setattr(link_partitions, "DIVIDE", lambda asked, rows: division)
        monkeypatch.setattr(link_partitions, "BUCKET_PAIRS", 5 if tasks else 2_000_000)
        monkeypatch.setattr(Workspace, "tasks", given)
        folder = tmp_path / f"w{len(list(tmp_path.iterdir()))}"
        shutil.copytree(province, folder)
        workspace = Workspace.find(folder)
        link.run(link.Request(), workspace)
        return workspace

    return work


def test_units_as_tasks_give_the_same_tables(
    linked: Callable[[Here | None, Division | None], Workspace],
) -> None:
    tasks = Here()
    here, elsewhere = linked(None, Division(2, 0)), linked(tasks, Division(5))
    assert elsewhere.store().versions == here.store().versions
    assert not (elsewhere.root / "partitions").exists()
    steps = [{words[0] for words in pieces} for pieces in tasks.done]
    assert steps == [
        {s} for s in ("count", "learn", "link", "seek", "meet", "pair", "weigh", "settle")
    ]
    assert len(tasks.done[6]) > 1
    units = [{words[1] for words in tasks.done[at]} for at in (0, 2, 4)]
    assert len(units[0]) > 1
    assert units[0] == units[1] == units[2]


def test_all_at_once_is_one_task_with_the_same_tables(
    linked: Callable[[Here | None, Division | None], Workspace],
) -> None:
    tasks = Here()
    here, elsewhere = linked(None, None), linked(tasks, None)
    assert elsewhere.store().versions == here.store().versions
    assert len(tasks.done) == 1
    coverage = pl.read_parquet(elsewhere.store().path("list_coverage"))
    assert coverage.height > 1


def test_a_failed_unit_is_redone_alone_and_a_new_run_does_only_what_is_missing(
    province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_partitions, "DIVIDE", lambda asked, rows: Division(3))
    shutil.copytree(province, tmp_path / "w")
    workspace = Workspace.find(tmp_path / "w")
    chosen: list[str] = []

    def one_unit(words: Words) -> bool:
        chosen.extend([words[2]] if words[1] == "link" and not chosen else [])
        return words[1] == "link" and words[2] == chosen[0]

    failing = Here(one_unit)
    with pytest.raises(EngineError) as caught:
        _run(workspace, failing, monkeypatch)
    assert caught.value.code == "link.partition_failed"
    assert failing.done[-1] == [("link", chosen[0])]
    assert not workspace.store().versions
    again = Here()
    _run(workspace, again, monkeypatch)
    assert again.done[0] == [("link", chosen[0])]
    assert [pieces[0][0] for pieces in again.done] == [
        "link",
        "seek",
        "meet",
        "pair",
        "weigh",
        "settle",
    ]
    assert workspace.store().versions["persons"]


def _run(workspace: Workspace, tasks: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def given(_: Workspace) -> Iterator[Here]:
        yield tasks

    monkeypatch.setattr(Workspace, "tasks", given)
    link.run(link.Request(), workspace)


def leak(folder: str) -> int:
    """Say a marked value in every way that a library could."""
    print(MARKED)  # noqa: T201
    os.write(2, MARKED.encode())
    raise ValueError(MARKED)


def quit_at_once(folder: str) -> int:
    """End as a library's panic does, which is no ``Exception``."""
    raise SystemExit(MARKED)


def test_nothing_that_a_piece_says_leaves_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "leaking", sys.modules[__name__])
    for name in ("leak", "quit_at_once"):
        told = done_quietly(f"leaking:{name}", (str(tmp_path),))
        assert told == (0, DIED, "")
        assert MARKED not in json.dumps(told)
    assert done_quietly("leaking:leak", (str(tmp_path / "nowhere"),))[1] == NO_FOLDER
    os.write(1, b"heard again")
    shown = capfd.readouterr()
    assert shown.out == "heard again"
    assert MARKED not in shown.err
