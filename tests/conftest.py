"""Shared fixtures: fictitious people only."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from cakup.engines.duckdb import DuckEngine
from cakup.pipeline.workspace import Workspace
from rounds import examples

# A shared machine makes any single example slow at times; slowness is measured in bench/.
settings.register_profile("cakup", deadline=None, max_examples=examples(100))
settings.load_profile("cakup")


def _of_one_core(init: Callable[..., None]) -> Callable[..., None]:
    """Return how an engine begins that uses one thread unless told how many."""

    @wraps(init)
    def begin(self: DuckEngine, *args: Any, threads: int | None = None, **more: Any) -> None:
        init(self, *args, threads=threads or 1, **more)

    return begin


# No test can tell whether bytes reached the disk; the processes that tests kill still wait for it.
os.fsync = lambda fd: None
if "PYTEST_XDIST_WORKER" in os.environ:
    # Each worker has a core of its own: threads of small queries would only wait for each other.
    # Tests about threads name their number, and processes that tests start use all cores.
    DuckEngine.__init__ = _of_one_core(DuckEngine.__init__)
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A new workspace of Kota Binjai whose ids repeat."""
    return Workspace.create(tmp_path / "workspace", "12.75", seed=7)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of input documents; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("folder shared/ is not beside this checkout")
    return SHARED
