"""Intervals of single lists, on lists drawn from known shares."""

from __future__ import annotations

import numpy as np
import pytest

from cakup.coverage.corrected import KINDS, STATES
from cakup.coverage.corrected_lists import of_lists
from cakup.linkage.probes import Doubt, Probes
from cakup.linkage.recalls import Odd, Recall
from cakup.linkage.relink import ALONE, BOTH, LISTED, REGISTERED

LISTS, GOOD = 12, 120
NONE = np.zeros(0, dtype=np.int64)


def _lists(seed: int, poor: int) -> tuple[Probes, list[float]]:
    """Return lists with hidden and poor rows, and the true share of each."""
    rng = np.random.default_rng(seed)
    rates = np.full((KINDS, STATES), 0.005)
    for kind, state in enumerate((LISTED, ALONE, BOTH, REGISTERED)):
        rates[kind, state] += 0.7
        rates[kind, ALONE] += 0.28
    rates /= rates.sum(axis=1, keepdims=True)
    kinds = np.array([rng.dirichlet((1.5, 5.0, 1.0, 2.5)) for _ in range(LISTS)])
    hidden = np.array([rng.choice(KINDS, GOOD, p=p) for p in kinds])
    came = np.array([rng.choice(KINDS, poor, p=p) for p in kinds])

    def joined(of: np.ndarray) -> np.ndarray:
        return np.array([rng.choice(STATES, p=rates[k]) for k in of.ravel()], dtype=np.int64)

    source = np.repeat(np.arange(LISTS), GOOD)
    n = source.size
    odd = Odd(NONE, NONE, np.zeros(0, dtype=bool), NONE, NONE)
    probes = Probes(
        source, hidden.ravel() > 1, hidden.ravel() % 2 == 1, np.ones(n), joined(hidden),
        np.ones(n), np.repeat(np.arange(LISTS), poor), joined(came), source, hidden.ravel() > 1,
        n, int((hidden > 1).sum()), 0, 0, odd, Doubt(0.0, 0.0, 0.0), Recall(9, 9), Recall(9, 9),
    )  # fmt: skip
    covered = (hidden > 1).sum(axis=1) + (came > 1).sum(axis=1)
    return probes, (covered / (GOOD + poor)).tolist()


@pytest.mark.slow
@pytest.mark.parametrize("poor", [3, 30, 150])
def test_intervals_hold_the_share_that_made_the_rows(poor: int) -> None:
    """Of 240 lists 95 % should; 216 is four standard deviations below."""
    inside, errors = 0, []
    for seed in range(20):
        probes, truth = _lists(seed, poor)
        for told, share in zip(of_lists(probes, seed).values(), truth, strict=True):
            inside += told.low <= share <= told.high
            errors.append(told.value - share)
    assert inside >= 216
    assert abs(np.mean(errors)) < 0.01


def test_a_list_of_few_poor_rows_that_found_nobody_is_not_certain() -> None:
    probes, _ = _lists(3, 3)
    alone = Probes(**{**probes.__dict__, "poor_state": np.full_like(probes.poor_state, ALONE)})
    for told in of_lists(alone).values():
        assert told.high > told.low
        assert told.low >= told.uncorrected


def test_no_poor_rows_and_no_hidden_rows_change_nothing() -> None:
    probes, _ = _lists(4, 3)
    bare = Probes(**{**probes.__dict__, "poor_state": NONE, "poor_source": NONE})
    for told in of_lists(bare).values():
        assert told.value == pytest.approx(told.uncorrected, abs=0.01)


def test_an_interval_holds_its_own_value() -> None:
    """Of a list with hardly any poor row nearly all draws are one number."""
    for seed, poor in ((4, 0), (5, 1), (6, 3), (7, 30)):
        probes, _ = _lists(seed, poor)
        for told in of_lists(probes, seed).values():
            assert told.low <= told.value <= told.high
