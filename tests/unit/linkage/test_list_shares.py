"""``m`` of every list, on pairs whose lists err as often as is known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.linkage import list_shares as ls
from cakup.linkage.compare import Compared, comparisons, quickly
from cakup.linkage.rows import Rows

FIELDS = comparisons(frozenset({"sex"}))
#: Share of values of a list that make a pair differ.
ERRS = (0.01, 0.04, 0.20)


def _pairs(seed: int, n: int, lists: int = 3) -> ls.Taught:
    """Return pairs of one person that differ when the value of either list is wrong."""
    rng = np.random.default_rng(seed)
    left, right = rng.integers(0, lists, n), rng.integers(0, lists, n)
    errs = np.array(ERRS)
    differ = rng.random(n) < errs[left] + errs[right]
    level = np.where(differ, 1, 2)[:, None]
    return ls.Taught(level, left, right, np.ones(n), frozenset())


def test_each_list_gets_its_own_errors() -> None:
    told = ls.learn(FIELDS, ("a", "b", "c"), [_pairs(1, 60_000)])
    assert told.halves[0][:, 1] == pytest.approx(ERRS, abs=0.006)
    assert told.halves[0].sum(axis=1) == pytest.approx(0.5)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(3, 400))
def test_as_by_loops(seed: int, n: int) -> None:
    taught = _pairs(seed, n)
    told = ls.learn(FIELDS, ("a", "b", "c"), [taught])
    pairs = list(zip(taught.left.tolist(), taught.right.tolist(), taught.levels[:, 0].tolist(),
                     strict=True))  # fmt: skip
    pooled = {k: (sum(level == k for *_, level in pairs) + 0.5) / (n + 1) for k in (1, 2)}
    half = [{k: p / 2 for k, p in pooled.items()} for _ in range(3)]
    for _ in range(ls.ROUNDS):
        caused = [{k: ls.SHRINKAGE * p / 2 for k, p in pooled.items()} for _ in range(3)]
        for a, b, level in pairs:
            both = half[a][level] + half[b][level]
            caused[a][level] += half[a][level] / both
            caused[b][level] += half[b][level] / both
        half = [{k: v / (2 * sum(c.values())) for k, v in c.items()} for c in caused]
    slow = [[h[1], h[2]] for h in half]
    assert told.halves[0][:, 1:] == pytest.approx(np.array(slow), abs=1e-9)


def test_a_list_of_few_pairs_is_as_all_together() -> None:
    many = _pairs(3, 5_000, lists=2)
    few = ls.Taught(np.array([[1]]), np.array([2]), np.array([2]), np.ones(1), frozenset())
    told = ls.learn(FIELDS, ("a", "b", "c"), [many, few])
    assert told.halves[0][2, 1] * 2 == pytest.approx(told.pooled[0][1], abs=0.02)


def test_a_population_says_nothing_about_what_chose_it() -> None:
    chosen = ls.Taught(np.array([[2]] * 90), *[np.zeros(90, dtype=np.int64)] * 2, np.ones(90),
                       frozenset({"jenis_kelamin"}))  # fmt: skip
    told = ls.learn(FIELDS, ("a", "b", "c"), [_pairs(4, 900), chosen])
    alone = ls.learn(FIELDS, ("a", "b", "c"), [_pairs(4, 900)])
    assert told.halves[0] == pytest.approx(alone.halves[0])


def test_lists_in_another_order_and_unknown_ones() -> None:
    told = ls.learn(FIELDS, ("a", "b", "c"), [_pairs(5, 9_000)])
    other = told.aligned(("c", "new", "a"))
    assert other.halves[0][0] == pytest.approx(told.halves[0][2])
    assert other.halves[0][1] == pytest.approx(told.pooled[0] / 2)
    assert other.halves[0][2] == pytest.approx(told.halves[0][0])


def test_one_list_has_nothing_to_be_compared_with() -> None:
    assert ls.learn(FIELDS, ("a",), [_pairs(6, 50, lists=1)]) is None


def test_a_difference_weighs_less_where_lists_err_and_more_where_they_do_not() -> None:
    told = ls.learn(FIELDS, ("a", "b", "c"), [_pairs(7, 60_000)])
    rows = Rows(pl.DataFrame({"sex": [1, 2, 1, 2], "source": [0, 0, 2, 2]}))
    left, right = np.array([0, 2]), np.array([1, 3])
    compared: Compared = quickly(FIELDS, rows, left, right)
    clean, dirty = told.bits(FIELDS, compared, rows)
    assert clean < -1 < 1 < dirty
    moved = Rows(pl.DataFrame({"sex": [1, 2, 1, 2], "source": [2] * 4, "sex_list": [0, 0, 2, 2]}))
    assert told.bits(FIELDS, compared, moved) == pytest.approx([clean, dirty])
