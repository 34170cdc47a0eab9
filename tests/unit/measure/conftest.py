"""The city that the tests of ``measure`` read from, made once for each of their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cakup.pipeline import link
from cakup.pipeline.measure import Measurement, Request, run
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik
from measured_city import OCTOBER, build


@pytest.fixture(autouse=True, scope="module")
def _simple_linkage() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "_linkage", lambda: resolve_by_nik)
        yield


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The city to read from; tests that change it take ``own``."""
    return build(tmp_path_factory.mktemp("city") / "w")


@pytest.fixture
def own(tmp_path: Path) -> Workspace:
    """A city of the test's own."""
    return build(tmp_path / "own")


@pytest.fixture(scope="module")
def october(city: Workspace) -> Measurement:
    """The city measured at the end of October."""
    return run(Request(OCTOBER), city)
