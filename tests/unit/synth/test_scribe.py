"""The second process writes the same bytes, and is not missed when it dies."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cakup.pipeline.synth import Request, run
from cakup.synth.files import scribe


def _bytes(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def _city(folder: Path) -> dict[str, str]:
    run(Request(str(folder), workers=1_500, covered=500, seed=3))
    return _bytes(folder)


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, str]:
    return _city(tmp_path / "alone")


def test_a_child_writes_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: dict[str, str]
) -> None:
    monkeypatch.setattr(scribe, "WORTH_WORKERS", 0)
    monkeypatch.setattr(scribe, "cores", lambda: 2)
    asked = []
    told = scribe.Scribe.workbook

    def spy(self: scribe.Scribe, *job: object) -> object:
        placed = told(self, *job)  # type: ignore[arg-type]
        asked.append(placed is not None)
        return placed

    monkeypatch.setattr(scribe.Scribe, "workbook", spy)
    assert _city(tmp_path / "two") == alone
    assert any(asked)


def test_a_child_that_dies_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: dict[str, str]
) -> None:
    monkeypatch.setattr(scribe, "WORTH_WORKERS", 0)
    monkeypatch.setattr(scribe, "cores", lambda: 2)
    made = scribe.Scribe.__init__

    def killed(self: scribe.Scribe, workers: int) -> None:
        made(self, workers)
        assert self._child is not None
        self._child.kill()

    monkeypatch.setattr(scribe.Scribe, "__init__", killed)
    assert _city(tmp_path / "two") == alone
