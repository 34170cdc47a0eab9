"""The road of the small town, and its command."""

from __future__ import annotations

import json

import pytest

from cakup.cli.main import main
from cakup.kernel.errors import UsageError
from cakup.pipeline import road
from cakup.pipeline.workspace import Workspace
from plan_town import build


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("road") / "ws")


def test_the_road_ends_at_its_target_and_says_when_lists_are_short(space: Workspace) -> None:
    held = road.road_to(space, 2030, 0.5)
    assert [s["year"] for s in held["steps"]] == [2026, 2027, 2028, 2029, 2030]
    assert held["steps"][-1]["target_persons"] == 66_413
    assert held["cost_rp"] == sum(s["cost_rp"] for s in held["steps"])
    assert held["short_of_candidates"] == held["steps"][-1]["places"] - held["eligible"]
    assert held["short_from"] == min(
        s["year"] for s in held["steps"] if s["places"] > held["eligible"]
    )


def test_bad_roads_are_refused(space: Workspace) -> None:
    for year, share in ((2025, 1.0), (2099, 1.0), (2030, 0.0), (2030, 1.2)):
        with pytest.raises(UsageError):
            road.road_to(space, year, share)


def test_the_command(space: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["road", "--to", "2028", "--share", "40", "-w", str(space.root)]
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert "tidak cukup sejak 2026" in out
    assert "perlu daftar baru" in out
    assert max(len(line) for line in out.splitlines()) <= 100
    with pytest.raises(SystemExit):
        main([*words, "--json"])
    assert json.loads(capsys.readouterr().out)["share"] == 0.4
