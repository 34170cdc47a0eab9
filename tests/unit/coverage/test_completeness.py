"""Estimates of the unlisted: the formulas, and how often their intervals hold the truth."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from cakup.coverage.completeness import Histories, chao, chapman, estimates, fienberg


def test_chapman_by_hand() -> None:
    """101 × 101 / 21 − 1 = 484.76 in all, 180 seen."""
    found = chapman(100, 100, 20)
    assert found.observed == 180
    assert found.unlisted == pytest.approx(101 * 101 / 21 - 1 - 180)
    assert found.low < found.unlisted < found.high


def test_chao_by_hand() -> None:
    """Three lists, 40 on one, 9 on two: 2/3 · 40 · 39 / (2 · 10) = 52."""
    assert chao(55, 40, 9, 3).unlisted == pytest.approx(52)


def test_three_lists_by_hand() -> None:
    """All pairs may depend on each other: n000 = n111·n001·n010·n100 ÷ (n011·n101·n110)."""
    cells = {
        (True, True, True): 60, (False, False, True): 30, (False, True, False): 20,
        (True, False, False): 40, (False, True, True): 24, (True, False, True): 50,
        (True, True, False): 30,
    }  # fmt: skip
    found = fienberg(cells)
    assert found is not None
    assert found.observed == 254
    assert found.unlisted == pytest.approx(60 * 30 * 20 * 40 / (24 * 50 * 30))
    assert fienberg({**cells, (False, True, True): 4}) is None, "too few to divide by"


def test_patterns_are_counted_from_one_place() -> None:
    seen = Histories({(True, False, False): 5, (False, True, True): 3, (False, False, True): 2},
                     6, 4, 3)  # fmt: skip
    assert (seen.observed, seen.listed, seen.participants, seen.both) == (10, 8, 5, 3)


def test_everybody_on_both_lists_leaves_nobody() -> None:
    found = chapman(50, 50, 50)
    assert (found.unlisted, found.low, found.high) == (0, 0, 0)


def test_one_list_alone_estimates_nothing() -> None:
    assert estimates(Histories({(True, False, False): 30}, 30, 0, 1)) == ()


def test_intervals_hold_the_truth_when_the_assumption_holds() -> None:
    """Independent lists, 1,000 persons: about 95 of 100 intervals must hold the true number."""
    draw = random.Random(7)
    hits = {"chapman": 0, "chao": 0, "fienberg": 0}
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
        three = fienberg({p: n for p, n in Counter(seen).items() if any(p)})
        assert three is not None
        hits["fienberg"] += three.low <= unlisted <= three.high
    assert hits["chapman"] >= 182
    assert hits["chao"] >= 178
    assert hits["fienberg"] >= 182


def test_three_lists_find_the_truth_where_two_depend_on_each_other() -> None:
    """Lists that seek each other out, or avoid each other: only the three-list model holds."""
    draw = random.Random(11)
    seen = []
    for _ in range(60_000):
        first = draw.random() < 0.5
        second = draw.random() < (0.7 if first else 0.3)
        seen.append((first, second, draw.random() < (0.3 if first else 0.5)))
    unlisted = sum(not any(s) for s in seen)
    cells = {p: n for p, n in Counter(seen).items() if any(p)}
    three = fienberg(cells)
    assert three is not None
    assert three.low <= unlisted <= three.high
    two = chapman(
        sum(s[0] or s[1] for s in seen), sum(s[2] for s in seen),
        sum(s[2] and (s[0] or s[1]) for s in seen),
    )  # fmt: skip
    assert not two.low <= unlisted <= two.high
