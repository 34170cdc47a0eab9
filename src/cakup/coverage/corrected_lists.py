"""Coverage of single lists, corrected for missed and false links, with an honest interval.

All lists together have rows enough to draw outcomes again (``corrected``). A single list may have
three rows without a NIK of which none found its person: drawn again, nothing always comes out as
nothing, and the interval is a point. So for one list everything unknown is drawn from what is known
of it, its posterior: how often a row of each kind joins what (probes of the list, beside those of
all lists), what kinds its poor rows are (data augmentation: given the rates, kinds for the rows;
given the kinds, their shares), and how many rows with a wrong NIK were not found again.

Tanner, M. A., Wong, W. H. (1987). The calculation of posterior distributions by data augmentation.
Journal of the American Statistical Association 82, 528–540.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cakup.coverage.corrected import (
    KINDS,
    LEAST_RECALL,
    ODD_KINDS,
    SHRINKAGE,
    STATES,
    UNLIKE,
    Corrected,
    ListCounts,
    Model,
    Reals,
    counts_of,
)
from cakup.linkage.probes import Probes
from cakup.linkage.relink import ALONE, REGISTERED

DRAWS, SWEEPS = 400, 40
INTERVAL = (0.025, 0.975)
#: Rows that what hidden rows say about the kinds of poor rows counts for; rows of all lists that
#: count beside a list's own hidden rows in it.
KINDS_WORTH, OTHERS_WORTH = 4.0, 10.0
#: How far rows that came poor may stay alone more or less often than rows that were hidden
#: (standard deviation of the logarithm). One list may be further off than all are on average.
UNLIKE_ROWS = 0.25
#: Kinds that can stay alone wrongly: those with company on lists or in the register.
HAS_COMPANY = (0, 2, 3)
#: Rows with a wrong NIK that the share of all lists counts for.
ODD_WORTH = 1.0
TINY = 1e-300


@dataclass(frozen=True)
class _Whole:
    """What is known of all lists together.

    Args:
        model: Rates by list.
        kinds: Share of each kind among hidden rows, shape (``KINDS``,).
        odd: Rows with a wrong NIK per row of a list by kind, shape (``ODD_KINDS``,).
        found: Share of them that is found again by kind, shape (``ODD_KINDS``,).
        apart: Register rows of listed persons that stand apart.
    """

    model: Model
    kinds: Reals
    odd: Reals
    found: Reals
    apart: float


def of_lists(probes: Probes, seed: int = 1) -> dict[int, Corrected]:
    """Return for each list the share of its rows whose person is in the register.

    Args:
        probes: What became of hidden rows.
        seed: Same seed, same intervals.

    Returns:
        By number of the list: mean and central 95 % of the posterior, the share as linked, rows.
        Where nearly all draws are one number the mean may lie beside that point; the interval then
        reaches as far as the mean.
    """
    lists = counts_of(probes)
    whole = _whole(probes, list(lists.values()))
    told = {}
    for at, (source, one) in enumerate(lists.items()):
        rows = max(_rows(one), 1.0)
        drawn = np.minimum(_covered(probes, whole, source, one, (seed, at)), rows) / rows
        low, high = np.quantile(drawn, INTERVAL)
        uncorrected = (one.good[1] + one.poor[REGISTERED:].sum()) / rows
        value = float(drawn.mean())
        low, high = min(float(low), value), max(float(high), value)
        told[source] = Corrected(value, low, high, uncorrected, value * rows, _rows(one))
    return told


def _rows(one: ListCounts) -> float:
    return float(one.good[0] + one.poor.sum())


def _whole(probes: Probes, lists: list[ListCounts]) -> _Whole:
    model = Model(lists, probes)
    lost, rows = model.lost(), sum(_rows(x) for x in lists)
    seen = sum((x.odd_seen for x in lists), np.full(ODD_KINDS, 0.5))
    tried = sum((x.odd_probes for x in lists), np.zeros((2, ODD_KINDS)))
    kinds = np.bincount(_kind(probes), probes.weight, minlength=KINDS) + 0.5
    return _Whole(
        model, kinds / kinds.sum(), seen / max(rows, 1.0), (tried[1] + 1.0) / (tried[0] + 1.5),
        float(lost.register + lost.covered),
    )  # fmt: skip


def _kind(probes: Probes) -> NDArray[np.int64]:
    return 2 * probes.is_covered.astype(np.int64) + probes.is_only.astype(np.int64)


def _covered(
    probes: Probes, whole: _Whole, source: int, one: ListCounts, seed: tuple[int, int]
) -> Reals:
    """Return draws of the rows of a list whose person is in the register."""
    rng = np.random.default_rng(seed)
    mine = probes.source == source
    own = np.bincount(_kind(probes)[mine], probes.weight[mine], minlength=KINDS)
    kinds = (own + OTHERS_WORTH * whole.kinds) / (own.sum() + OTHERS_WORTH)
    poor = _poor_kinds(one, _rates(one, whole, rng), kinds, rng)[:, 2:].sum(axis=1)
    part = one.good[1] / max(probes.covered, 1)
    apart = rng.poisson(part * whole.apart * _unlike(UNLIKE, DRAWS, rng))
    return np.asarray(one.good[1] + poor + apart + _odd(one, whole, rng), dtype=np.float64)


def _rates(one: ListCounts, whole: _Whole, rng: np.random.Generator) -> Reals:
    """Return draws of the share of each state by kind, shape (``DRAWS``, ``KINDS``, ``STATES``)."""
    worth = SHRINKAGE * whole.model.pooled + one.probes
    rates = rng.standard_gamma(worth, (DRAWS, KINDS, STATES)) + TINY
    rates /= rates.sum(axis=2, keepdims=True)
    rates[:, HAS_COMPANY, ALONE] *= _unlike(UNLIKE_ROWS, (DRAWS, 1), rng)
    return np.asarray(rates / rates.sum(axis=2, keepdims=True), dtype=np.float64)


def _unlike(spread: float, shape: int | tuple[int, int], rng: np.random.Generator) -> Reals:
    """Return factors by which rows may be unlike those that stand for them; 1 on average."""
    return np.asarray(rng.lognormal(-(spread**2) / 2.0, spread, shape), dtype=np.float64)


def _poor_kinds(
    one: ListCounts, rates: Reals, kinds: Reals, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return draws of the poor rows by kind, given what they joined.

    Args:
        one: List.
        rates: See ``_rates``.
        kinds: Share of each kind among rows that were hidden.
        rng: Generator.
    """
    share = np.broadcast_to(kinds, (DRAWS, KINDS))
    joined = one.poor.astype(np.int64)
    of_state = [(joined[s], rates[:, :, s].copy()) for s in np.flatnonzero(joined)]
    drawn = np.zeros((DRAWS, KINDS), dtype=np.int64)
    for _ in range(SWEEPS):
        drawn = np.zeros((DRAWS, KINDS), dtype=np.int64)
        for n, rate in of_state:
            drawn += rng.multinomial(n, _shares(share * rate))
        share = _shares(rng.standard_gamma(KINDS_WORTH * kinds + drawn) + TINY)
    return drawn


def _shares(told: Reals) -> Reals:
    """Return draws divided by their sums, shape (``DRAWS``, ``KINDS``)."""
    # Column by column: NumPy is slow at the sums of many short rows.
    total = told[:, 0] + told[:, 1]
    for k in range(2, KINDS):
        total += told[:, k]
    return np.asarray(told / total[:, None], dtype=np.float64)


def _odd(one: ListCounts, whole: _Whole, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return draws of rows with a wrong NIK that stand apart from their person in the register."""
    missed, rows = np.zeros(DRAWS, dtype=np.int64), _rows(one)
    for k in range(1, ODD_KINDS):
        tried, found = one.odd_probes[:, k] + SHRINKAGE * np.array([1.0, whole.found[k]])
        recall = np.maximum(rng.beta(found + 0.5, max(tried - found, 0.0) + 0.5, DRAWS),
                            LEAST_RECALL)  # fmt: skip
        expected = ODD_WORTH / whole.odd[k] + rows * recall
        per_row = rng.gamma(ODD_WORTH + one.odd_seen[k], 1.0 / expected)
        apart = per_row * rows * (1.0 - recall) * _unlike(UNLIKE, DRAWS, rng)
        missed += rng.poisson(apart)
    return missed
