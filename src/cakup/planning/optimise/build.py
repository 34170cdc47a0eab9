"""From strata, purses and quotas to the columns and rows of the problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cakup.planning.optimise.problem import INFINITE, Aim, Floats, Ints, Problem
from cakup.planning.optimise.ways import MONTHS, Path, Way, ways

#: Weight of decile d; those without a decile come last.
DECILES = 10


@dataclass(frozen=True)
class Stratum:
    """Persons who are interchangeable for the money.

    Args:
        kode: Kemendagri code of the kelurahan, empty if unknown.
        desil: Decile 1–10, 0 = unknown.
        sector: ``other`` or ``transport``.
        is_kept: Last year's people.
        is_fallback: Only the fallback band of the decile.
        first: First month in which they may begin, 0 = January.
        last_start: Last month in which they may begin.
        end: Last month in which they may be covered.
        purses: Positions of the purses that may pay them.
        persons: How many.
        is_waiting_over: Whether full death cover holds from ``first`` on (kept without a gap).
    """

    kode: str
    desil: int
    sector: str
    is_kept: bool
    is_fallback: bool
    first: int
    last_start: int
    end: int
    purses: tuple[int, ...]
    persons: int
    is_waiting_over: bool = False


@dataclass(frozen=True)
class Pot:
    """A purse as the solver sees it.

    Args:
        id: Name.
        pagu_rp: Money.
        first: First month, 0–11; 12 = never.
        last: Last month.
        is_public: Whether it is APBD money.
        prices: Sector → rupiah of each of the 12 months.
    """

    id: str
    pagu_rp: int
    first: int
    last: int
    is_public: bool
    prices: dict[str, Sequence[int]]

    def cost(self, sector: str, first: int, last: int) -> int:
        """Return the rupiah of one person from one month to another, both kept."""
        return int(sum(self.prices[sector][first : last + 1]))


@dataclass(frozen=True)
class Limit:
    """A floor and a ceiling of persons in an area.

    Args:
        kode: Code that the kelurahan must equal or begin with; empty = everybody.
        least: Fewest persons.
        most: Most persons, None = no ceiling.
        name: How it is called in what binds.
    """

    kode: str
    least: int
    most: int | None
    name: str

    def holds(self, stratum: Stratum) -> bool:
        """Return whether a stratum counts."""
        return (
            not self.kode or stratum.kode == self.kode
            or stratum.kode.startswith(f"{self.kode}.")
        )  # fmt: skip


@dataclass(frozen=True)
class Goal:
    """The target in persons.

    Args:
        persons: Persons at which it is reached.
        base_dec: Persons covered on 31 December without the plan.
        base_months: Persons covered without the plan, added up over the 12 months.
    """

    persons: int
    base_dec: int
    base_months: int


@dataclass(frozen=True)
class Fair:
    """Coverage of the poor in one kelurahan without the plan.

    Args:
        kode: Kelurahan.
        covered: Persons of decile 1–4 covered.
        persons: Known workers of decile 1–4.
    """

    kode: str
    covered: int
    persons: int


@dataclass
class Built:
    """The problem with what its columns mean.

    Args:
        problem: The problem.
        stratum: Stratum per column of persons.
        ways: Way per column of persons.
        cost: Pots × columns: rupiah of one person.
        rows: Name of a row → its position.
        units: Rupiah of one unit of every pot's row: what divides all its prices.
    """

    problem: Problem
    stratum: Ints
    ways: Sequence[Way | Path]
    cost: NDArray[np.int64]
    rows: dict[str, int] = field(default_factory=dict)
    units: tuple[int, ...] = ()


@dataclass
class _Columns:
    """Columns of persons, gathered stratum by stratum."""

    stratum: list[int] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)


def build(
    strata: Sequence[Stratum], pots: Sequence[Pot], limits: Sequence[Limit], aims: Sequence[str], *,
    goal: Goal | None = None, fair: Sequence[Fair] = (), waiting_months: int = 3,
    with_prices: bool = True,
) -> Built:  # fmt: skip
    """Build the problem.

    Args:
        strata: Strata.
        pots: Purses.
        limits: Quotas.
        aims: Objectives in order; see ``planning.settings.OBJECTIVES``.
        goal: The target; without it ``target`` counts person-months.
        fair: Kelurahan of the poor, for ``fairness``.
        waiting_months: Months before full death cover.
        with_prices: Whether to ask for shadow prices of person-months.
    """
    columns = _columns(strata, pots)
    n = len(columns.ways)
    cost = np.zeros((len(pots), n), dtype=np.int64)
    for k, (s, way) in enumerate(zip(columns.stratum, columns.ways, strict=True)):
        for at, first, last in way.parts():
            cost[at, k] += pots[at].cost(strata[s].sector, first, last)
    maker = _Maker(strata, pots, limits, columns, cost)
    extra = _Extra(goal, fair, aims)
    problem = maker.problem(extra)
    facts = _Facts(strata, columns, cost, pots, waiting_months, len(problem.upper))
    problem.aims = [a for name in aims for a in facts.aims(name, extra, n)]
    problem.aims += facts.tie_breakers(aims)
    if with_prices:
        problem.aims.append(facts.named("price", facts.months))
    return Built(
        problem, np.array(columns.stratum, dtype=np.int64), columns.ways, cost, maker.rows,
        maker.units,
    )  # fmt: skip


def _columns(strata: Sequence[Stratum], pots: Sequence[Pot]) -> _Columns:
    """Return the ways of every stratum; strata alike in months and purses share them."""
    held = _Columns()
    seen: dict[tuple[object, ...], tuple[Way, ...]] = {}
    for number, one in enumerate(strata):
        key = (one.first, one.last_start, one.end, one.purses)
        if key not in seen:
            spans = [(at, pots[at].first, pots[at].last) for at in one.purses]
            seen[key] = ways(one.first, one.last_start, one.end, spans)
        held.ways += seen[key]
        held.stratum += [number] * len(seen[key])
    return held


@dataclass(frozen=True)
class _Extra:
    """Columns beside persons: shortfall of the target, the least share of a kelurahan."""

    goal: Goal | None
    fair: Sequence[Fair]
    aims: Sequence[str]

    @property
    def has_shortfall(self) -> bool:
        return self.goal is not None and "target" in self.aims

    @property
    def has_share(self) -> bool:
        return bool(self.fair) and "fairness" in self.aims

    def shortfall_at(self, n: int) -> int:
        return n

    def share_at(self, n: int) -> int:
        return n + int(self.has_shortfall)


class _Maker:
    """Makes rows and entries."""

    def __init__(
        self, strata: Sequence[Stratum], pots: Sequence[Pot], limits: Sequence[Limit],
        columns: _Columns, cost: NDArray[np.int64],
    ) -> None:  # fmt: skip
        self.strata, self.pots, self.limits = strata, pots, limits
        self.columns, self.cost = columns, cost
        self.rows: dict[str, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.entries: list[tuple[Ints, Ints, Floats]] = []
        self.units = tuple(int(np.gcd.reduce(one)) or 1 for one in cost)

    def _row(self, name: str, low: float, high: float, at: Ints, values: Floats) -> None:
        number = len(self.low)
        self.rows[name] = number
        self.low.append(low)
        self.high.append(high)
        self.entries.append((np.full(len(at), number), at, values))

    def problem(self, extra: _Extra) -> Problem:
        """Return the problem without objectives."""
        n = len(self.columns.ways)
        stratum = np.array(self.columns.stratum, dtype=np.int64)
        sizes = np.array([s.persons for s in self.strata], dtype=np.float64)
        self._strata_rows(stratum, sizes)
        for at, pot in enumerate(self.pots):
            used = np.flatnonzero(self.cost[at])
            # No sum of these prices lies between the last whole unit and the pagu.
            unit = self.units[at]
            self._row(
                f"purse:{pot.id}", -INFINITE, float(pot.pagu_rp // unit), used,
                (self.cost[at][used] // unit).astype(np.float64),
            )  # fmt: skip
        for limit in self.limits:
            inside = np.array([limit.holds(s) for s in self.strata])
            used = np.flatnonzero(inside[stratum]) if n else np.zeros(0, np.int64)
            most = INFINITE if limit.most is None else float(limit.most)
            least = float(limit.least) if limit.least else -INFINITE
            self._row(f"quota:{limit.name}", least, most, used, np.ones(len(used)))
        self._goal_rows(extra, n)
        self._fair_rows(extra, stratum, n)
        total = n + int(extra.has_shortfall) + int(extra.has_share)
        upper = np.full(total, INFINITE)
        upper[:n] = sizes[stratum]
        if extra.has_share:
            upper[extra.share_at(n)] = 1.0
        is_whole = np.zeros(total, np.bool_)
        is_whole[:n] = True
        return self._assembled(upper, is_whole)

    def _strata_rows(self, stratum: Ints, sizes: Floats) -> None:
        """Add one row per stratum: no more persons than there are."""
        offset = len(self.low)
        self.low += [-INFINITE] * len(sizes)
        self.high += list(sizes)
        n = len(stratum)
        self.entries.append((stratum + offset, np.arange(n), np.ones(n)))
        self.rows |= {f"stratum:{k}": offset + k for k in range(len(sizes))}

    def _goal_rows(self, extra: _Extra, n: int) -> None:
        """Tie the shortfall to 31 December and to the average of the 12 months."""
        if not extra.has_shortfall or extra.goal is None:
            return
        months = np.array([w.months for w in self.columns.ways], dtype=np.float64)
        in_december = np.array([w.end == MONTHS - 1 for w in self.columns.ways], dtype=np.float64)
        column = extra.shortfall_at(n)
        goal = extra.goal
        # In twelfths of a person the average is a whole number too, and so is the shortfall.
        for name, values, need in (
            ("target:dec31", MONTHS * in_december, MONTHS * (goal.persons - goal.base_dec)),
            ("target:avg12", months, MONTHS * goal.persons - goal.base_months),
        ):
            at = np.append(np.flatnonzero(values), column)
            self._row(name, float(need), INFINITE, at, np.append(values[values != 0], 1.0))

    def _fair_rows(self, extra: _Extra, stratum: Ints, n: int) -> None:
        """Tie the least share to every kelurahan of the poor."""
        if not extra.has_share:
            return
        poor = np.array([1 <= s.desil <= 4 for s in self.strata])
        kode = np.array([s.kode for s in self.strata])
        in_december = np.array([w.end == MONTHS - 1 for w in self.columns.ways])
        for one in extra.fair:
            if not one.persons:
                continue
            used = np.flatnonzero((poor & (kode == one.kode))[stratum] & in_december)
            at = np.append(used, extra.share_at(n))
            values = np.append(np.ones(len(used)), -float(one.persons))
            self._row(f"fair:{one.kode}", -float(one.covered), INFINITE, at, values)

    def _assembled(self, upper: Floats, is_whole: NDArray[np.bool_]) -> Problem:
        rows, at, values = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        order = np.argsort(at, kind="stable")
        counts = np.bincount(at, minlength=len(upper))
        names = sorted(self.rows, key=lambda name: self.rows[name])
        return Problem(
            upper, is_whole, np.concatenate([[0], np.cumsum(counts)]), rows[order],
            values[order].astype(np.float64), np.array(self.low), np.array(self.high), names,
        )  # fmt: skip


class _Facts:
    """Coefficients of the objectives."""

    def __init__(
        self, strata: Sequence[Stratum], columns: _Columns, cost: NDArray[np.int64],
        pots: Sequence[Pot], waiting_months: int, total: int,
    ) -> None:  # fmt: skip
        self.total = total
        s = [strata[k] for k in columns.stratum]
        self.months = np.array([w.months for w in columns.ways], dtype=np.float64)
        weight = np.array([DECILES + 1 - x.desil if x.desil else 0 for x in s], dtype=np.float64)
        self.poor = weight * self.months
        wait = np.array([0 if x.is_waiting_over and w.start == x.first else waiting_months
                         for x, w in zip(s, columns.ways, strict=True)])  # fmt: skip
        self.full = np.maximum(0.0, self.months - wait)
        self.kept = np.array([x.is_kept for x in s], dtype=np.float64) * self.months
        self.first_band = np.array([not x.is_fallback for x in s], dtype=np.float64) * self.months
        self.has_fallback = any(x.is_fallback for x in strata)
        public = np.array([p.is_public for p in pots], dtype=np.bool_)
        self.unit_rp = int(np.gcd.reduce(cost, axis=None)) or 1
        self.public = (cost[public].sum(axis=0) // self.unit_rp).astype(np.float64)
        self.any = (cost.sum(axis=0) // self.unit_rp).astype(np.float64)

    def named(self, name: str, costs: Floats, unit: float = 1.0) -> Aim:
        """Return an objective over the columns of persons; its coefficients are whole."""
        padded = np.zeros(self.total)
        padded[: len(costs)] = costs
        return Aim(name, padded, True, unit)

    def aims(self, name: str, extra: _Extra, n: int) -> list[Aim]:
        """Return the objectives behind one word of the user."""
        simple = {"keep": self.kept, "poorest": self.poor, "jkm_months": self.full}
        if name in simple:
            held = [self.named(name, simple[name])]
            if name == "poorest" and self.has_fallback:
                held.insert(0, self.named("first_band", self.first_band))
            return held if simple[name].any() else []
        if name == "least_apbd":
            return [self.named(name, -self.public, -float(self.unit_rp))]
        costs = np.zeros(self.total)
        if name == "target":
            if not extra.has_shortfall:
                return [self.named(name, self.months)]
            costs[extra.shortfall_at(n)] = -1.0
            return [Aim(name, costs, True, -1 / MONTHS)]
        if not extra.has_share:
            return []
        costs[extra.share_at(n)] = 1.0
        return [Aim(name, costs, is_share=True)]

    def tie_breakers(self, aims: Sequence[str]) -> list[Aim]:
        """Return what decides where the user's objectives leave a choice."""
        held = []
        if "target" not in aims and "least_apbd" not in aims:
            held.append(self.named("months", self.months))
        if "jkm_months" not in aims and self.full.any():
            held.append(self.named("jkm_months", self.full))
        if "least_apbd" not in aims:
            held.append(self.named("least_rp", -self.any, -float(self.unit_rp)))
        return held
