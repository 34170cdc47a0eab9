"""Into how many partitions rows are divided, and how one that fails is redone."""

from __future__ import annotations

from pathlib import Path

import pytest

from cakup.kernel.errors import EngineError
from cakup.kernel.progress import SILENT
from cakup.pipeline import partitions
from cakup.pipeline.partition_files import Shelf
from cakup.pipeline.partitions import Division, _Run


def run_of(folder: Path) -> _Run:
    shelf = Shelf(folder)
    shelf.begin({"units": {"1201": 1, "1202": 1, "1203": 1}})
    return _Run(shelf, Division(1, 1), SILENT, None)


def tried_with(monkeypatch: pytest.MonkeyPatch, failing: list[str]) -> list[list[str]]:
    """Let units of ``failing`` fail, as often as they stand there; return what was tried."""
    tried: list[list[str]] = []

    def child(self: _Run, step: str, at: int, group: list[str], told: partitions._Told) -> None:
        tried.append(list(group))
        for unit in group:
            if unit in failing:
                failing.remove(unit)
                told.failed.append(at)
                return
            self.shelf.finish(unit, step, [])

    monkeypatch.setattr(_Run, "_child", child)
    return tried


def test_a_partition_is_redone_while_that_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = tried_with(monkeypatch, ["1202", "1203"])
    run_of(tmp_path).all_units("count")
    assert tried == [["1201", "1202", "1203"], ["1202", "1203"], ["1203"]]


def test_a_partition_that_does_not_get_on_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = tried_with(monkeypatch, ["1202"] * 5)
    run = run_of(tmp_path)
    with pytest.raises(EngineError) as failed:
        run.all_units("count")
    assert failed.value.code == "link.partition_failed"
    assert tried == [["1201", "1202", "1203"], ["1202", "1203"]]


def test_few_processes_are_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "cores", lambda: 2)
    assert Division.of(None, partitions.AUTOMATIC_FROM - 1) is None
    assert Division.of(None, 3_000_000) == Division(2, 2)
    assert Division.of(None, 19_000_000) == Division(2, 2)
    assert Division.of(None, 210_000_000) == Division(21, 2)
    assert Division.of(7, 10) == Division(7, 2)
