"""Shared fixtures: fictitious people only."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from cakup.pipeline.workspace import Workspace

# A shared machine makes any single example slow at times; slowness is measured in bench/.
settings.register_profile("cakup", deadline=None)
settings.load_profile("cakup")
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
