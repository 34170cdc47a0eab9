"""Whole persons who miss some floors, brought up to them person by person.

The floors of the areas become soft: a column per area counts the persons that it still misses, and
their sum is made as small as possible. So every step is a solution that meets all other rules, and
what no solution can better is proven in the same search: one person missed for certain means that
the floors cannot be met by whole persons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cakup.planning.optimise.merged import merged
from cakup.planning.optimise.problem import INFINITE, Aim, Floats, Ints, Problem
from cakup.planning.optimise.relaxed import NEAR, Held
from cakup.planning.optimise.rounding import proven, settled, spread

Bools = NDArray[np.bool_]
#: Columns that are free beside those in question, round by round.
SPARE_COLUMNS = (0, 0, 700)


class Missing:
    """The problem with soft floors.

    Args:
        problem: The problem, its share fixed and its floors whole persons.
        held: Rows of the objectives reached.
        floors: Rows of the areas.
    """

    def __init__(self, problem: Problem, held: Held, floors: Ints) -> None:
        n, areas = len(problem.upper), len(floors)
        self.columns, self.floors = n, floors
        self.strata = problem.rows[problem.starts[: int(problem.is_whole.sum())]]
        self.soft = Problem(
            np.append(problem.upper, np.full(areas, INFINITE)),
            np.append(problem.is_whole, np.zeros(areas, np.bool_)),
            np.append(problem.starts, problem.starts[-1] + 1 + np.arange(areas)),
            np.append(problem.rows, floors), np.append(problem.values, np.ones(areas)),
            problem.row_low, problem.row_high, lower=np.append(problem.lower, np.zeros(areas)),
            kinds=problem.kinds,
        )  # fmt: skip
        self.held = [(np.append(costs, np.zeros(areas)), least) for costs, least in held]
        self.aim = Aim("missing", np.append(np.zeros(n), -np.ones(areas)), is_whole=True)

    def counted(self, whole: Floats) -> Floats:
        """Return whole persons with what every area misses."""
        load = self.soft.loads(np.append(whole, np.zeros(len(self.floors))))[self.floors]
        missing = np.rint(self.soft.row_low[self.floors] - load)
        return np.append(whole, np.maximum(0.0, missing))

    def of(self, counted: Floats) -> int:
        """Return how many persons are missing in all."""
        return round(float(counted[self.columns :].sum()))

    def filled(self, whole: Floats, likely: Sequence[Floats]) -> Floats:
        """Return whole persons who miss as few as a search in few columns finds.

        Args:
            whole: Whole persons who meet every row but floors.
            likely: Other solutions; their columns are tried too.

        Returns:
            Like ``whole``, with what every area misses appended.
        """
        best = self.counted(whole)
        for free in self._neighbours(best, likely):
            if not self.of(best):
                break
            wanted = np.append(best[: self.columns], np.zeros(len(self.floors)))
            found = settled(self.soft, self.held, self.aim, wanted, free, best)
            if found is not None and self.of(found) < self.of(best):
                best = found
        return best

    def _neighbours(self, best: Floats, likely: Sequence[Floats]) -> Iterator[Bools]:
        """Yield which columns are free: those of the areas that miss somebody, and those in use."""
        n = len(self.strata)
        for round_, spare in enumerate(SPARE_COLUMNS):
            free = np.zeros(len(best), np.bool_)
            free[:n] = np.isin(self.strata, self._strata_of(best)) | (best[:n] > NEAR)
            if round_:
                for other in likely:
                    free[:n] |= other[:n] > NEAR
            yield free | spread(self.soft, spare) if spare else free

    def _strata_of(self, best: Floats) -> Ints:
        """Return the strata that count in an area that misses somebody."""
        rows = self.floors[best[self.columns :] > NEAR]
        column = np.repeat(np.arange(len(best)), np.diff(self.soft.starts))
        inside = np.unique(column[np.isin(self.soft.rows, rows)])
        return np.unique(self.strata[inside[inside < len(self.strata)]])

    def is_out_of_reach(self, counted: Floats) -> bool:
        """Return whether it is proven, in the merged problem, that somebody must be missed."""
        floors = self.floors[counted[self.columns :] > NEAR]
        small = merged(self.soft, self.held, self.aim, floors, counted)
        _, bound = proven(small.problem, small.held, small.aim, small.start, 0.0, 0.0)
        return bound < -NEAR

    def proven(self, counted: Floats) -> tuple[Floats, bool]:
        """Search everywhere.

        Returns:
            The best found, and whether it is proven that somebody must be missed.
        """
        found, bound = proven(self.soft, self.held, self.aim, counted, 0.0, 0.0)
        return found, bound < -NEAR
