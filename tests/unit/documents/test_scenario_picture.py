"""The picture of scenarios: numbers of targets that lie close together can all be read."""

from __future__ import annotations

import re
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given

from cakup.documents.plan.facts import between, low_high
from cakup.documents.scenarios.picture import NUMBER, STEP, Line, scenarios, stacked


@given(st.lists(st.floats(0, 500), max_size=12))
def test_no_number_stands_on_another(places: list[float]) -> None:
    places = sorted(places)
    heights = stacked(places)
    assert len(heights) == len(places)
    for level in set(heights):
        mine = [at for at, height in zip(places, heights, strict=True) if height == level]
        assert all(b - a >= NUMBER for a, b in pairwise(mine))


def test_four_targets_within_a_point_are_inside_the_picture_and_before_their_lines() -> None:
    targets = [(f"t{n}", 0.40 + n / 400) for n in range(4)]
    drawn = str(scenarios([Line("Dasar", 0.2, 0.5, 0.4, "Rp1")], targets, "id"))
    found = re.findall(r'<text[^>]*class="note number"[^>]*>', drawn)
    places = [tuple(float(v) for v in re.findall(r' [xy]="([\d.]+)"', one)) for one in found]
    assert len(places) == 4
    assert len({y for _, y in places}) == 4
    assert min(y for _, y in places) >= STEP  # nothing is cut off above
    assert drawn.rindex('class="reference"') < drawn.index("note number")


@pytest.mark.parametrize(
    ("values", "told"), [((0.8, 1.0, 1.3), "sekitar 1"), ((17, 25, 33), "17–33 (tengah 25)")]
)
def test_a_range_that_rounding_closes_is_one_number(
    values: tuple[float, float, float], told: str
) -> None:
    assert low_high(values) == told


def test_a_range_keeps_its_digits() -> None:
    assert between(0.11, 0.14, 1) == "sekitar 0,1"
    assert between(0.1, 0.3, 1) == "0,1–0,3"
