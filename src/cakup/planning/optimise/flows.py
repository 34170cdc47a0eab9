"""Whole persons where only how many go each way has to be whole; who goes it is a flow.

Money, target and the objectives reached ask of a way how many go it, never who. So the columns of
all pools that go the same way become parts of one sum, and only the sums are whole columns: a tenth
of them. A pool may go some ways, its people live in areas that lie inside each other: with whole
sums what is left is a flow through a network, and a corner of it is whole by itself. It is the same
problem, not one that comes near it, so what is proven of it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import highspy
import numpy as np

from cakup.planning.optimise.pooled import AREAS
from cakup.planning.optimise.problem import INFINITE, Aim, Floats, Ints, Problem
from cakup.planning.optimise.relaxed import NEAR, Held, modelled, solver, tightened
from cakup.planning.optimise.rounding import (
    SAFETY_SECONDS,
    has_solution,
    parted,
    run_from,
    value_of,
)

#: Nodes of a search among sums next to those of the relaxation, and of one among all.
NEAR_NODES, NODES = 200, 20
#: Near a solution the searches of HiGHS inside a search cost more than they find (measured).
LEFT_OUT = ("rens", "rins", "root_reduced_cost")


@dataclass(frozen=True)
class _Sums:
    """The problem with a column per sum behind its own, and a row per sum behind its own.

    Args:
        problem: The problem; only sums are whole.
        of: Sum per column, −1 of those that count no persons.
        own: Number of the problem's own columns.
    """

    problem: Problem
    of: Ints
    own: int

    def with_sums(self, columns: Floats) -> Floats:
        """Return own columns with their sums."""
        inside = self.of >= 0
        count = len(self.problem.upper) - self.own
        return np.append(columns, np.bincount(self.of[inside], columns[inside], count))


class Sums:
    """A problem with whole sums.

    Args:
        problem: The problem; columns of persons pool by pool, their pool in their first row.
        held: Rows of the objectives reached.
        aim: What is wanted.
    """

    def __init__(self, problem: Problem, held: Held, aim: Aim) -> None:
        self.given, self.held, self.aim = problem, held, aim
        self.sums = _summed(problem, held, aim.costs)
        more = len(self.sums.problem.upper) - self.sums.own
        self.costs = np.append(aim.costs, np.zeros(more))
        inside = np.flatnonzero(self.sums.of >= 0)
        self.costs[self.sums.own + self.sums.of[inside]] = aim.costs[inside]
        self.costs[inside] = 0.0

    def near(self, whole: Floats, likely: Floats) -> Floats:
        """Return whole persons whose sums stand next to those of parts of persons.

        Args:
            whole: Whole persons to begin with.
            likely: Parts of persons beside those that the relaxation finds.
        """
        relaxed, bound = _relaxed(self.sums.problem, self.costs)
        for parts in (relaxed, self.sums.with_sums(likely)):
            if parts is not None and tightened(self.aim, bound) > value_of(self.aim, whole):
                start = self.sums.with_sums(whole)
                part = _near(self.sums, parts, start)
                found, _ = _mip(part, self.costs, start, NEAR_NODES)
                whole = self._better(whole, found)
        return whole

    def everywhere(
        self, whole: Floats, gap: float = 0.0, left_out: Sequence[str] = LEFT_OUT
    ) -> tuple[Floats, float]:
        """Return the best whole persons that a search finds, and what no solution can better.

        Args:
            whole: Whole persons to begin with, where the problem has them; they are to be bettered.
            gap: Relative distance at which the search may stop.
            left_out: Heuristics of HiGHS that are left out.
        """
        is_inside = bool(
            np.all((whole >= self.given.lower - NEAR) & (whole <= self.given.upper + NEAR))
        ) and self.given.is_met(whole)
        start = self.sums.with_sums(whole) if is_inside else None
        found, bound = _mip(self.sums.problem, self.costs, start, NODES, gap, left_out)
        if is_inside and found is None:  # the search lost what it began with: nothing is proven
            return whole, INFINITE
        whole = self._better(whole, found)
        return whole, max(tightened(self.aim, bound), value_of(self.aim, whole))

    def _better(self, whole: Floats, found: Floats | None) -> Floats:
        better = _whole(self.given, self.held, self.sums, self.costs, found)
        if better is None or value_of(self.aim, better) <= value_of(self.aim, whole):
            return whole
        return better


def _summed(problem: Problem, held: Held, costs: Floats) -> _Sums:
    """Return the problem with sums; columns of a pool whose ways differ in an area stay whole."""
    n = len(problem.upper)
    part = parted(problem, held, np.arange(n), np.zeros(n))
    used = np.unique(problem.rows)
    kinds = np.array([problem.kinds[r] for r in used] + ["held"] * len(held), dtype=np.str_)
    is_area, is_plain = np.isin(kinds, AREAS), ~np.isin(kinds, (*AREAS, "stratum"))
    column = np.repeat(np.arange(n), np.diff(part.starts))
    plain = _entries(part, column, is_plain[part.rows], n)
    areas = _entries(part, column, is_area[part.rows], n)
    persons = np.flatnonzero(part.is_whole)
    pool = part.rows[part.starts[persons]]
    alone = _mixed(pool, [areas[c] for c in persons])
    keys: dict[Any, int] = {}
    of = np.full(n, -1)
    for c, p in zip(persons.tolist(), pool.tolist(), strict=True):
        key = (plain[c], float(costs[c]), c if p in alone else -1)
        of[c] = keys.setdefault(key, len(keys))
    return _Sums(_joined(part, column, of, is_plain, [k[0] for k in keys]), of, n)


def _entries(
    part: Problem, column: Ints, inside: Any, n: int
) -> list[tuple[tuple[int, float], ...]]:
    """Return row and value of some entries, column by column."""
    pairs = list(zip(part.rows[inside].tolist(), part.values[inside].tolist(), strict=True))
    at = np.searchsorted(column[inside], np.arange(n + 1)).tolist()
    return [tuple(pairs[a:b]) for a, b in pairwise(at)]


def _mixed(pool: Ints, areas: Sequence[Any]) -> set[int]:
    """Return the pools whose ways differ in an area."""
    first: dict[int, Any] = {}
    return {p for p, a in zip(pool.tolist(), areas, strict=True) if first.setdefault(p, a) != a}


def _joined(part: Problem, column: Ints, of: Ints, is_plain: Any, plain: Sequence[Any]) -> Problem:
    """Return the problem in which sums carry what columns of persons asked of plain rows."""
    n, m, k = len(part.upper), len(part.row_low), len(plain)
    stay = ~(is_plain[part.rows] & (of[column] >= 0))
    persons = np.flatnonzero(of >= 0)
    sizes = np.array([len(one) for one in plain], dtype=np.int64)
    flat = [entry for one in plain for entry in one]
    columns = [column[stay], persons, n + np.repeat(np.arange(k), sizes), n + np.arange(k)]
    rows = [part.rows[stay], m + of[persons], np.array([r for r, _ in flat], dtype=np.int64),
            m + np.arange(k)]  # fmt: skip
    values = [part.values[stay], np.ones(len(persons)),
              np.array([v for _, v in flat], dtype=np.float64), -np.ones(k)]  # fmt: skip
    at = np.concatenate(columns)
    order = np.argsort(at, kind="stable")
    upper = np.bincount(of[persons], part.upper[persons], k)
    return Problem(
        np.append(part.upper, upper), np.arange(n + k) >= n,
        np.concatenate([[0], np.cumsum(np.bincount(at, minlength=n + k))]),
        np.concatenate(rows)[order], np.concatenate(values)[order],
        np.append(part.row_low, np.zeros(k)), np.append(part.row_high, np.zeros(k)),
        lower=np.append(part.lower, np.zeros(k)),
    )  # fmt: skip


def _relaxed(problem: Problem, costs: Floats) -> tuple[Floats | None, float]:
    """Return the best parts of persons, or None, and their value."""
    highs = solver()
    highs.passModel(modelled(problem, costs))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, 0.0
    values = np.array(highs.getSolution().col_value)
    return values, float(costs @ values)


def _near(sums: _Sums, relaxed: Floats, start: Floats) -> Problem:
    """Return the problem with every sum next to that of the relaxation, or up to ``start``."""
    p, own = sums.problem, sums.own
    low, high = p.lower.copy(), p.upper.copy()
    low[own:] = np.minimum(np.floor(relaxed[own:] + NEAR), start[own:])
    high[own:] = np.maximum(np.ceil(relaxed[own:] - NEAR), start[own:])
    return Problem(high, p.is_whole, p.starts, p.rows, p.values, p.row_low, p.row_high, lower=low)


def _mip(
    problem: Problem, costs: Floats, start: Floats | None, nodes: int, gap: float = 0.0,
    left_out: Sequence[str] = LEFT_OUT,
) -> tuple[Floats | None, float]:  # fmt: skip
    """Return the best with whole sums, None if none is known, and the bound."""
    highs = solver()
    highs.setOptionValue("mip_max_nodes", nodes)
    highs.setOptionValue("time_limit", SAFETY_SECONDS)
    highs.setOptionValue("mip_abs_gap", 1.0 - NEAR)
    highs.setOptionValue("mip_rel_gap", gap)
    for name in left_out:
        highs.setOptionValue(f"mip_heuristic_run_{name}", False)
    model = modelled(problem, costs)
    whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole if one else part for one in problem.is_whole]
    highs.passModel(model)
    if start is None:
        highs.run()
    else:
        run_from(highs, costs, start)
    bound = -float(highs.getInfo().mip_dual_bound)
    if not has_solution(highs):
        return None, bound
    return np.array(highs.getSolution().col_value), bound


def _whole(
    problem: Problem, held: Held, sums: _Sums, costs: Floats, found: Floats | None
) -> Floats | None:
    """Return whole persons with the sums found: a corner of the flows, which is whole."""
    if found is None:
        return None
    p, own = sums.problem, sums.own
    low, high = p.lower.copy(), p.upper.copy()
    low[own:] = high[own:] = np.rint(found[own:])
    fixed = Problem(high, p.is_whole, p.starts, p.rows, p.values, p.row_low, p.row_high, lower=low)
    corner, _ = _relaxed(fixed, costs)
    if corner is None:
        return None
    whole = np.where(problem.is_whole, np.rint(corner[:own]), corner[:own])
    is_held = all(float(c @ whole) >= least - NEAR for c, least in held)
    return whole if is_held and problem.is_met(whole) else None
