"""Estimates of the unlisted: the formulas, and how often their intervals hold the truth."""

from __future__ import annotations

import random

import pytest

from cakup.coverage.completeness import Histories, chao, chapman, estimates


def test_chapman_by_hand() -> None:
    """101 × 101 / 21 − 1 = 484.76 in all, 180 seen."""
    found = chapman(100, 100, 20)
    assert found.observed == 180
    assert found.unlisted == pytest.approx(101 * 101 / 21 - 1 - 180)
    assert found.low < found.unlisted < found.high


def test_chao_by_hand() -> None:
    """Three lists, 40 on one, 9 on two: 2/3 · 40 · 39 / (2 · 10) = 52."""
    assert chao(55, 40, 9, 3).unlisted == pytest.approx(52)


def test_everybody_on_both_lists_leaves_nobody() -> None:
    found = chapman(50, 50, 50)
    assert (found.unlisted, found.low, found.high) == (0, 0, 0)


def test_one_list_alone_estimates_nothing() -> None:
    assert estimates(Histories(30, 30, 0, 0, 30, 0, 1)) == ()


def test_intervals_hold_the_truth_when_the_assumption_holds() -> None:
    """Independent lists, 1,000 persons: about 95 of 100 intervals must hold the true number."""
    draw = random.Random(7)
    hits = {"chapman": 0, "chao": 0}
    for _ in range(200):
        seen = [tuple(draw.random() < p for p in (0.4, 0.3, 0.35)) for _ in range(1000)]
        unlisted = sum(not any(s) for s in seen)
        pair = chapman(
            sum(s[0] for s in seen), sum(s[1] for s in seen), sum(s[0] and s[1] for s in seen)
        )
        outside = sum(not (s[0] or s[1]) for s in seen)
        hits["chapman"] += pair.low <= outside <= pair.high
        ones, twos = (sum(sum(s) == k for s in seen) for k in (1, 2))
        many = chao(sum(any(s) for s in seen), ones, twos, 3)
        hits["chao"] += many.low <= unlisted <= many.high
    assert hits["chapman"] >= 182
    assert hits["chao"] >= 178
