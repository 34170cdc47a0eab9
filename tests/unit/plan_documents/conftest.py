"""A planned city for the tests of ``documents``; what a test writes into it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cakup.pipeline.workspace import Workspace
from plan_city import planned


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A city with a plan by name."""
    return planned(tmp_path_factory.mktemp("city") / "workspace")


def _taken_back(path: Path) -> Iterator[Path]:
    before = path.read_text(encoding="utf-8")
    yield path
    path.write_text(before, encoding="utf-8")


@pytest.fixture
def settings(city: Workspace) -> Iterator[Path]:
    """The city's documents.toml."""
    yield from _taken_back(city.root / "documents.toml")


@pytest.fixture
def plan_file(city: Workspace) -> Iterator[Path]:
    """The city's plan.toml."""
    yield from _taken_back(city.root / "plan.toml")
