"""Shared fixtures: fictitious people only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

import quick_engines
from cakup.engines.duckdb import DuckEngine
from cakup.pipeline.workspace import Workspace
from rounds import examples

# A shared machine makes any single example slow at times; slowness is measured in bench/.
settings.register_profile("cakup", deadline=None, max_examples=examples(100))
settings.load_profile("cakup")


# No test can tell whether bytes reached the disk; the processes that tests kill still wait for it.
os.fsync = lambda fd: None
quick_engines.install()
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A new workspace of Kota Binjai whose ids repeat."""
    return Workspace.create(tmp_path / "workspace", "12.75", seed=7)


@pytest.fixture
def real_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines as in production, each with a database and a scratch folder of its own."""
    monkeypatch.setattr(DuckEngine, "__init__", quick_engines.REAL)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of input documents; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("folder shared/ is not beside this checkout")
    return SHARED
