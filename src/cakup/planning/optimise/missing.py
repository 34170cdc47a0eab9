"""Whole persons who miss some floors, brought up to them person by person.

The floors of the areas become soft: a column per area counts the persons that it still misses, and
their sum is made as small as possible. So every step is a solution that meets all other rules, and
what no solution can better is proven in the same search: one person missed for certain means that
the floors cannot be met by whole persons.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from cakup.planning.optimise.flows import Sums
from cakup.planning.optimise.problem import INFINITE, Aim, Floats, Ints, Problem
from cakup.planning.optimise.relaxed import NEAR, Held
from cakup.planning.optimise.rounding import ROOM, parted, proven, settled, spread

#: About how many columns are free beside those in question, and where the first of their pools
#: stands, round by round.
SPARE = ((0, 0.0), (700, 0.25), (1_500, 0.5), (700, 0.75), (1_500, 0.1))
#: Searches in which earlier objectives are asked to the unit, before some of them give way, and
#: those in which they are brought up again.
STRICT, GIVING, RESTORING = 1, 2, 2
#: Near few persons missed this heuristic of HiGHS finds nothing that the others do not (measured).
LEFT_OUT = ("rins",)


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
        # What groups hold may be parts of persons until the end; floors are whole.
        missing = np.ceil(self.soft.row_low[self.floors] - load - NEAR)
        return np.append(whole, np.maximum(0.0, missing))

    def of(self, counted: Floats) -> int:
        """Return how many persons are missing in all."""
        return round(float(counted[self.columns :].sum()))

    def filled(self, whole: Floats, likely: Floats, searches: int = len(SPARE)) -> Floats:
        """Return whole persons who miss as few as a search in few columns finds.

        Args:
            whole: Whole persons who meet every row but floors.
            likely: Parts of persons who meet every row; few of their columns are unused in
                ``whole``.
            searches: Most searches.

        Returns:
            Like ``whole``, with what every area misses appended.
        """
        best = self.counted(whole)
        wanted = np.append(likely, np.zeros(len(self.floors)))
        for spare, share in SPARE[:searches]:
            if not self.of(best):
                break
            free = (best > NEAR) | (wanted > NEAR)
            if spare:
                free |= spread(self.soft, spare, share)
            found = settled(self.soft, self.held, self.aim, wanted, free, best, ROOM, LEFT_OUT)
            if found is not None and self.of(found) < self.of(best):
                best = found
        return best

    def proven(self, counted: Floats) -> tuple[Floats, bool]:
        """Search everywhere.

        Returns:
            The best found, and whether it is proven that somebody must be missed.
        """
        found, bound = proven(self.soft, self.held, self.aim, counted, 0.0, 0.0)
        return found, bound < -NEAR

    def near(self, counted: Floats, likely: Floats) -> Floats:
        """Return whole persons who miss fewer, next to parts of persons by their sums."""
        return self.sums.near(counted, np.append(likely, np.zeros(len(self.floors))))

    def everywhere(self, counted: Floats) -> tuple[Floats, bool]:
        """Search everywhere by sums; as in ``proven``, for larger problems."""
        found, bound = self.sums.everywhere(counted)
        return found, bound < -NEAR

    @cached_property
    def sums(self) -> Sums:
        """The problem in which only sums are whole."""
        return Sums(self.soft, self.held, self.aim)


def restored(problem: Problem, held: Held, asked: Held, whole: Floats) -> Floats:
    """Return whole persons who reach as much of earlier objectives as a search finds.

    Rows of objectives of which something may be taken become soft, like the floors of areas.

    Args:
        problem: The problem, its share fixed and its floors whole persons.
        held: The rows of the objectives, as little as may be; ``whole`` meets them.
        asked: The same rows, as they were reached before.
        whole: Whole persons.
    """
    n = len(whole)
    every = parted(problem, asked, np.arange(n), np.zeros(n))
    rows = [k for k, ((_, now), (_, then)) in enumerate(zip(held, asked, strict=True))
            if now < then]  # fmt: skip
    soft = Missing(every, [], len(every.row_low) - len(asked) + np.array(rows, dtype=np.int64))
    return soft.filled(whole, whole, RESTORING)[:n]
