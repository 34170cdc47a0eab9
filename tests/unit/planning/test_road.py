"""The road to a target: persons add up, places round up, money multiplies out."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from cakup.planning.road import road, straight


def test_a_road_by_hand() -> None:
    """1,000 workers, 300 covered without aid, 50 aided; half by the second year."""
    held = road(2027, 1_000, 0.0, straight(0.35, 0.5, 2), [300, 290], 50, 0.1, [201_600, 201_600])
    first, second = held
    assert (first.share, first.target_persons, first.places) == (0.425, 425, 125)
    assert (first.leave, first.stay, first.enter) == (5, 45, 80)
    assert (second.target_persons, second.places) == (500, 210)
    assert (second.leave, second.stay, second.enter) == (13, 112, 98)
    assert second.cost_rp == 210 * 201_600


def test_a_share_that_floats_cannot_hold_rounds_right() -> None:
    """37.10 percent of 132,826 is 49,278.4, so 49,279 persons reach it."""
    held = road(2027, 132_826, 0.0, [0.371], [43_833], 0, 0.0, [201_600])
    assert held[0].target_persons == 49_279
    assert held[0].places == 5_446
    assert held[0].cost_rp == 1_097_913_600


@given(
    st.integers(1, 10**6), st.floats(0, 0.05), st.floats(0.01, 1), st.integers(1, 12),
    st.integers(0, 10**5), st.floats(0, 0.3),
)  # fmt: skip
def test_persons_add_up(
    workers: int, growth: float, share: float, years: int, aided: int, leave: float
) -> None:
    alone = [workers // 4] * years
    held = road(2027, workers, growth, straight(0.2, share, years), alone, aided, leave,
                [201_600] * years)  # fmt: skip
    assert held[-1].share == pytest.approx(share, abs=1e-6)
    before = aided
    for one in held:
        assert one.stay + one.enter == one.places
        assert one.stay <= before - one.leave
        assert one.places == max(0, one.target_persons - one.without_aid)
        assert one.target_persons <= one.workers
        before = one.places
