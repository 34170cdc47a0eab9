"""Whole persons near a fractional solution: in few columns, then by sums in what can be better.

Searches in few columns are quick and mostly find what is asked for. Where they do not, the bound
may be what is off: an earlier objective that is held a unit or two below all the money lets parts
of persons into the relaxation that no whole person can follow. So what the relaxation rules out is
left out (``narrowed``), and of the rest a search of whole sums finds better persons and a better
bound at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cakup.planning.optimise.flows import Sums
from cakup.planning.optimise.narrowed import narrowed
from cakup.planning.optimise.problem import Aim, Floats, Problem
from cakup.planning.optimise.relaxed import CLOSE, NEAR, Lp, tightened
from cakup.planning.optimise.rounding import ROOM, Bools, settled, stages, value_of

#: Relative distance to the bound that is asked for: there all but the first searches are left out.
NEAR_ENOUGH, NEAR_STAGE = 1e-4, 3
#: In how many stages from that on the long search follows the short one.
LONG_STAGES = 2
#: HiGHS' search of the columns of little reduced cost is nearly the whole problem once more: up to
#: four fifths of the time. So it is left out first, and added where that finds too little.
LONGEST = ("root_reduced_cost",)
#: Searches in few columns before the one by sums, and how many where the relaxation leaves few
#: columns to whole persons: there the one by sums is the quicker (measured).
FIRST, FIRST_OF_FEW, FEW_COLUMNS = 3, 2, 4_000
#: Relative distance to its own bound at which the search by sums stops.
CLOSE_BY_SUMS = 5e-5


def rounded(
    problem: Problem, lp: Lp, aim: Aim, values: Floats, before: Floats | None, *,
    has_sums: bool = False,
) -> tuple[Floats, float]:  # fmt: skip
    """Return whole persons near a fractional solution, and what no solution can better.

    Args:
        problem: The problem.
        lp: Its relaxation with the rows of the objectives reached, solved for the objective.
        aim: The objective.
        values: Fractional solution.
        before: Whole-number solution of the objective before, which meets all its rows.
        has_sums: Whether it is searched by sums where searches in few columns find too little.
    """
    bound = tightened(aim, float(aim.costs @ values))
    search = _Search(problem, lp, aim, values, before, bound, has_sums)
    for number, (chosen, without) in enumerate(_searches(problem, lp, values, before)):
        if number and search.best is not None and search.is_over(number):
            break
        search.in_columns(chosen, without)
    best, whole = search.best, problem.is_whole
    if best is None:
        best = settled(problem, lp.held, aim, values, whole, None)
    # Rounding down keeps every upper bound; floors may suffer, which the caller sees.
    best = best if best is not None else np.where(whole, np.floor(values + NEAR), values)
    return best, search.bound


@dataclass
class _Search:
    """The best whole persons so far, and what no solution can better."""

    problem: Problem
    lp: Lp
    aim: Aim
    values: Floats
    best: Floats | None
    bound: float
    has_sums: bool

    def in_columns(self, chosen: Bools, without: Sequence[str]) -> None:
        """Search in some columns."""
        found = settled(
            self.problem, self.lp.held, self.aim, self.values, chosen, self.best, ROOM, without
        )
        if found is None:
            return
        if self.best is None or value_of(self.aim, found) > value_of(self.aim, self.best):
            self.best = found

    def is_over(self, number: int) -> bool:
        """Return whether the best is close enough after some searches, one by sums among them."""
        is_summed = False
        if self.has_sums and number >= FIRST_OF_FEW and self._distance() > NEAR_ENOUGH:
            is_summed = self._by_sums(number)
        return self._distance() <= (
            CLOSE if number < NEAR_STAGE and not is_summed else NEAR_ENOUGH
        )  # fmt: skip

    def _by_sums(self, number: int) -> bool:
        """Search by sums, once; return False if it is too early for that."""
        assert self.best is not None
        part, reach = promising(self.problem, self.lp, self.aim, self.values, self.best)
        if number < FIRST and _columns(part) > FEW_COLUMNS:
            return False
        self.has_sums = False
        self.best, bound = by_sums(part, reach, self.aim, self.best)
        self.bound = min(self.bound, bound)
        return True

    def _distance(self) -> float:
        """Return how far the best is from the bound, relative to it."""
        assert self.best is not None
        return (self.bound - value_of(self.aim, self.best)) / max(1.0, abs(self.bound))


def promising(
    problem: Problem, lp: Lp, aim: Aim, values: Floats, whole: Floats
) -> tuple[Problem, float]:
    """Return the problem without what is not better than whole persons, or far from the bound.

    Args:
        problem: The problem.
        lp: Its relaxation with the rows of the objectives reached, solved for the objective.
        aim: The objective; its value is a whole number.
        values: Fractional solution.
        whole: Whole persons who meet every row.

    Returns:
        The problem, and the value from which on it holds every solution.
    """
    best = float(aim.costs @ values)
    reach = max(value_of(aim, whole), float(np.floor(best - NEAR_ENOUGH * abs(best))))
    return narrowed(problem, lp, best - reach), reach


def by_sums(part: Problem, reach: float, aim: Aim, whole: Floats) -> tuple[Floats, float]:
    """Return better whole persons, if a search finds them, and what no solution can better.

    Args:
        part: The problem as ``promising`` returns it.
        reach: The value from which on it holds every solution.
        aim: The objective.
        whole: Whole persons who are to be bettered.
    """
    # Without HiGHS' searches inside the search whole persons are often not found (measured).
    whole, bound = Sums(part, [], aim).everywhere(whole, CLOSE_BY_SUMS, ())
    return whole, max(reach, bound)


def _columns(part: Problem) -> int:
    """Return how many columns can take more than one number of persons."""
    return int((part.is_whole & (part.lower < part.upper)).sum())


def _searches(
    problem: Problem, lp: Lp, values: Floats, before: Floats | None
) -> Iterator[tuple[Bools, Sequence[str]]]:
    """Yield which columns are free and what HiGHS leaves out, the long search last."""
    idle = np.abs(lp.reduced) < NEAR
    for number, chosen in enumerate(stages(problem, values, before, idle)):
        at = number - (NEAR_STAGE - 1)
        if at >= 0:
            yield chosen, LONGEST
        if at < LONG_STAGES:
            yield chosen, ()
