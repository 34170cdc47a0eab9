"""Coverage of listed workers, corrected for missed and false links, with an honest interval.

Rows that came without a NIK are of unknown kind: covered or not, the person's only row or one of
several. What hidden rows of known kind became (``linkage.probes``) says how often a row of each
kind joins what; the kinds of the poor rows are those that best explain what *they* joined
(Rogan and Gladen's correction for more than two classes, by maximum likelihood). The interval comes
from drawing probes and outcomes again (parametric bootstrap).

Rogan, W. J., Gladen, B. (1978). Estimating prevalence from the results of a screening test.
American Journal of Epidemiology 107, 71–76.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cakup.linkage.probes import Probes
from cakup.linkage.relink import ALONE

Reals = NDArray[np.float64]
#: Kinds of rows: covered or not, only row or one of several; and what a row can join.
KINDS, STATES = 4, 4
#: Kinds of rows with a wrong NIK: covered or not, and whether other list rows are there.
ODD_KINDS = 3
#: Probes that what is known of all lists together counts for beside a list's own.
SHRINKAGE = 5.0
ROUNDS = 200
REPLICATES = 400
Z = 1.959964
LEAST_RECALL = 0.05
#: How far what was lost may be from what probes say (standard deviation of its logarithm): nobody
#: knows that rows with a wrong NIK are otherwise like the rows that were given one.
UNLIKE = 0.5
#: The same for how often rows that came poor stay alone.
UNLIKE_POOR = 0.25


@dataclass(frozen=True)
class Corrected:
    """A share with its interval.

    Args:
        value: Corrected share, 0–1.
        low: Lower end of the 95 % interval.
        high: Upper end.
        uncorrected: Share as linked.
        covered: Corrected number in the register.
        listed: Corrected number of persons (or rows of a list).
    """

    value: float
    low: float
    high: float
    uncorrected: float
    covered: float
    listed: float


@dataclass(frozen=True)
class ListCounts:
    """One list's counts.

    Args:
        probes: Probes by kind and state, shape (``KINDS``, ``STATES``).
        share: Mean share per kind, see ``Probes.share``.
        poor: Poor rows by state.
        good: Rows with a NIK, and those of them in the register.
        odd_seen: Rows with a wrong NIK by kind, see ``probes.Odd``, shape (``ODD_KINDS``,).
        odd_probes: Rows that were given a wrong NIK by kind, and those found again, shape (2, …).
    """

    probes: Reals
    share: Reals
    poor: Reals
    good: tuple[int, int]
    odd_seen: Reals
    odd_probes: Reals


def persons(probes: Probes, uncorrected: float, seed: int = 1) -> Corrected:
    """Return the share of listed persons who are in the register.

    Args:
        probes: What became of hidden rows.
        uncorrected: The share as linked.
        seed: Same seed, same interval.
    """
    model = Model(list(counts_of(probes).values()), probes)
    kinds = model.kinds()
    covered, listed = (float(n) for n in model.persons(kinds, model.lost()))
    rng = np.random.default_rng(seed)
    drawn = model.persons(model.drawn(kinds, rng), model.lost(rng), rng)
    return _corrected(covered, listed, drawn[0] / np.maximum(drawn[1], 1.0), uncorrected)


def _corrected(covered: float, listed: float, drawn: Reals, uncorrected: float) -> Corrected:
    value = covered / max(listed, 1.0)
    spread = Z * float(np.std(drawn))
    return Corrected(
        value, max(value - spread, 0.0), min(value + spread, 1.0), uncorrected, covered, listed
    )


def counts_of(probes: Probes) -> dict[int, ListCounts]:
    """Count the rows of each list that has any, by its number, and its probes.

    A probe counts as much as it is worth for the interval.
    """
    n = 1 + max(int(x.max(initial=0)) for x in (probes.good_source, probes.poor_source))
    good = np.bincount(probes.good_source, minlength=n)
    covered = np.bincount(probes.good_source[probes.good_is_covered], minlength=n)
    poor = np.bincount(probes.poor_source * STATES + probes.poor_state, minlength=n * STATES)
    poor = poor.reshape(n, STATES).astype(np.float64)
    return {
        one: ListCounts(
            *_hidden(probes, one), poor[one], (int(good[one]), int(covered[one])),
            *_misnumbered(probes, one),
        )
        for one in np.flatnonzero(good + poor.sum(axis=1)).tolist()
    }  # fmt: skip


def _hidden(probes: Probes, source: int) -> tuple[Reals, Reals]:
    """Return ``probes`` and ``share`` of ``ListCounts``."""
    mine = np.flatnonzero(probes.source == source)
    kind = 2 * probes.is_covered[mine].astype(int) + probes.is_only[mine].astype(int)
    weight, table, share = probes.weight[mine], np.zeros((KINDS, STATES)), np.zeros(KINDS)
    state, shares = probes.state[mine], probes.share[mine]
    for k in range(KINDS):
        some = weight[kind == k]
        worth = some.sum() / max((some**2).sum(), 1e-9)
        table[k] = np.bincount(state[kind == k], some * worth, minlength=STATES)
        share[k] = _mean(shares[kind == k], some, k % 2)
    return table, share


def _misnumbered(probes: Probes, source: int) -> tuple[Reals, Reals]:
    """Return ``odd_seen`` and ``odd_probes`` of ``ListCounts``."""
    odd, own = probes.odd, probes.odd.source == source
    tried = np.bincount(odd.kind[own], minlength=ODD_KINDS)
    found = np.bincount(odd.kind[own & odd.is_found], minlength=ODD_KINDS)
    seen = np.bincount(odd.seen_kind[odd.seen_source == source], minlength=ODD_KINDS)
    return seen.astype(float), np.array([tried, found])


def _mean(values: Reals, weight: Reals, default: float) -> float:
    return float(np.average(values, weights=weight)) if weight.sum() > 0 else float(default)


@dataclass(frozen=True)
class Lost:
    """What stands apart though it belongs together; a draw to a row where it was drawn.

    Args:
        lists: List rows with a wrong NIK by list and kind, shape (…, lists, ``ODD_KINDS``).
        register: Register rows of listed persons, shape (…).
        listed: Pairs of listed persons with one NIK who are one, shape (…).
        covered: Listed persons whose register row has their NIK but stands apart, shape (…).
    """

    lists: Reals
    register: Reals
    listed: Reals
    covered: Reals


class Model:
    """The lists and how often a row of each kind joins what."""

    def __init__(self, lists: list[ListCounts], probes: Probes) -> None:
        self.lists, self.probes = lists, probes
        pooled = sum((x.probes for x in lists), np.full((KINDS, STATES), 0.02))
        pooled = pooled / pooled.sum(axis=1, keepdims=True)
        tables = np.array([x.probes for x in lists]).reshape(len(lists), KINDS, STATES)
        self.rates = _shrunk(tables, pooled)
        self.pooled = pooled

    def kinds(self) -> Reals:
        """Return the poor rows of every list by kind, shape (lists, ``KINDS``)."""
        return _explained(_rows([x.poor for x in self.lists], STATES), self.rates)

    def lost(self, rng: np.random.Generator | None = None) -> Lost:
        """Return what stands apart though it belongs together, with ``rng`` in draws."""
        p, n = self.probes, sum((x.odd_probes for x in self.lists), np.zeros((2, ODD_KINDS)))
        pooled = (n[1] + 1.0) / (n[0] + 1.5)
        tried, found = (
            _rows([x.odd_probes[at] for x in self.lists], ODD_KINDS) + SHRINKAGE * more
            for at, more in enumerate((np.ones(ODD_KINDS), pooled))
        )
        lists = _of_recall(_rows([x.odd_seen for x in self.lists], ODD_KINDS), tried, found, rng)
        bare, wrong = p.register_bare, p.register_wrong
        register = _of_recall(p.scored, bare.probes, bare.found, rng)
        register = register + _of_recall(p.register_odd, wrong.probes, wrong.found, rng)
        doubt = [np.array(float(n)) for n in (p.doubt.listed, p.doubt.covered)]
        if rng is None:
            return Lost(lists, register, *doubt)
        doubt = [rng.poisson(n, REPLICATES).astype(np.float64) for n in doubt]
        unlike = rng.lognormal(0.0, UNLIKE, (4, REPLICATES))
        return Lost(
            lists * unlike[0][:, None, None], register * unlike[1], doubt[0] * unlike[2],
            doubt[1] * unlike[3],
        )  # fmt: skip

    def persons(
        self, kinds: Reals, lost: Lost, rng: np.random.Generator | None = None
    ) -> tuple[Reals, Reals]:
        """Return the numbers of covered and of all listed persons, shapes (…).

        Args:
            kinds: Poor rows by list and kind, shape (…, lists, ``KINDS``).
            lost: What stands apart.
            rng: Draws how many of the rows are persons of their own.
        """
        p = self.probes
        new = kinds * _rows([x.share for x in self.lists], KINDS)
        if rng is not None:
            new[..., ::2] = rng.poisson(new[..., ::2])
        covered = p.covered + lost.register + lost.covered + lost.lists[..., 2].sum(axis=-1)
        listed = p.persons - lost.listed - lost.lists[..., :2].sum(axis=(-2, -1))
        return covered + new[..., 2:].sum(axis=(-2, -1)), listed + new.sum(axis=(-2, -1))

    def drawn(self, kinds: Reals, rng: np.random.Generator) -> Reals:
        """Return kinds as other draws of probes and outcomes would have them.

        Args:
            kinds: What ``kinds`` returns.
            rng: Draws.

        Returns:
            Rows by list and kind, shape (``REPLICATES``, lists, ``KINDS``).
        """
        shape = (REPLICATES, *kinds.shape)
        rows = _whole(np.broadcast_to(kinds, shape), rng)
        probes = np.round(_rows([x.probes.sum(axis=1) for x in self.lists], KINDS))
        tables = rng.multinomial(np.broadcast_to(probes.astype(np.int64), shape), self.rates)
        outcomes = rng.multinomial(rows, _unlike(self.rates, rng)).sum(axis=2).astype(float)
        return _explained(outcomes, _shrunk(tables.astype(float), self.pooled))


def _rows(of_lists: Sequence[Reals], n: int) -> Reals:
    """Return a row of ``n`` numbers for each list, shape (lists, ``n``); there may be no list."""
    return np.array(of_lists, dtype=np.float64).reshape(len(of_lists), n)


def _unlike(rates: Reals, rng: np.random.Generator) -> Reals:
    """Return rates of draws in which rows with company stay alone more or less often than probes.

    Args:
        rates: Share of each state by list and kind.
    """
    drawn = np.broadcast_to(rates, (REPLICATES, *rates.shape)).copy()
    drawn[..., ::2, ALONE] *= rng.lognormal(0.0, UNLIKE_POOR, (REPLICATES, 1, 1))
    return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True), dtype=np.float64)


def _of_recall(
    seen: Reals | float, tried: Reals | float, found: Reals | float,
    rng: np.random.Generator | None,
) -> Reals:  # fmt: skip
    """Return how many rows are missed, from those that were found and the recall of probes.

    Args:
        seen: Rows that were found.
        tried: Probes.
        found: Probes that were found.
        rng: Draws ``REPLICATES`` times, None for what is expected.
    """
    if rng is None:
        rate = (found + 1.0) / (tried + 1.5)
        return np.asarray(seen * (1.0 - rate) / rate, dtype=np.float64)
    shape = (REPLICATES, *np.shape(seen))
    rate = np.maximum(rng.beta(found + 1.0, tried - found + 0.5, shape), LEAST_RECALL)
    return np.asarray(rng.poisson(seen * (1.0 - rate) / rate), dtype=np.float64)


def _shrunk(table: Reals, pooled: Reals) -> Reals:
    """Return rates of states per kind, drawn towards those of all lists where a list is small."""
    n = table.sum(axis=-1, keepdims=True)
    return np.asarray((table + SHRINKAGE * pooled) / (n + SHRINKAGE), dtype=np.float64)


def _whole(numbers: Reals, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return whole numbers that are right on average."""
    down = np.floor(numbers)
    return (down + (rng.random(numbers.shape) < numbers - down)).astype(np.int64)


def _explained(states: Reals, rates: Reals) -> Reals:
    """Return the numbers of rows by kind that best explain what rows joined.

    Args:
        states: Rows by state, shape (…, ``STATES``).
        rates: Share of each state by kind, shape (…, ``KINDS``, ``STATES``).
    """
    shape = np.broadcast_shapes(states.shape[:-1], rates.shape[:-2])
    # Kinds and states first: NumPy is slow at many small matrices.
    rate = np.moveaxis(np.broadcast_to(rates, (*shape, KINDS, STATES)), (-2, -1), (0, 1)).copy()
    seen = np.moveaxis(np.broadcast_to(states, (*shape, STATES)), -1, 0).copy()
    weight = np.repeat(np.asarray(seen.sum(axis=0) / KINDS, dtype=np.float64)[None], KINDS, axis=0)
    each, part = np.empty_like(rate), np.empty_like(seen)
    for _ in range(ROUNDS):
        np.multiply(weight[:, None], rate, out=each)
        np.add.reduce(each, axis=0, out=part)
        np.maximum(part, 1e-12, out=part)
        np.divide(seen, part, out=part)
        np.multiply(rate, part, out=each)
        weight *= np.add.reduce(each, axis=1)
    return np.moveaxis(weight, 0, -1)
