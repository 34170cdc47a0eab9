"""The least share of an area, as high as whole persons allow.

A share of whole persons is one of few numbers: some area's covered persons over its workers. So the
best share is looked for among these steps; at every step the floors of the areas are whole persons
again, and the relaxation says whether they can be met. Where it can, whole persons are looked for
by bringing those of the objective before up to the floors; where that fails and the problem is not
too large, a search of the whole problem finds them or proves that the step is out of reach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cakup.planning.optimise.missing import GIVING, SPARE, STRICT, Missing, restored
from cakup.planning.optimise.problem import INFINITE, Aim, Floats, Ints, Problem
from cakup.planning.optimise.relaxed import HELD_ROOM, NEAR, Lp
from cakup.planning.optimise.search import rounded

#: Steps that are tried in whole persons.
TRIES = 6
#: In problems of so few columns the search of the whole problem comes first.
FEW_COLUMNS = 4_000


@dataclass(frozen=True)
class _Areas:
    """The rows of the areas: persons + covered ≥ share × workers."""

    column: int
    rows: Ints
    workers: Floats
    covered: Floats

    def step(self, share: float) -> float:
        """Return the highest share of whole persons that is not above a share."""
        return float((np.floor(self.workers * share + NEAR) / self.workers).max())

    def above(self, share: float) -> float:
        """Return the lowest share of whole persons that is above a share."""
        return float(((np.floor(self.workers * share + NEAR) + 1) / self.workers).min())

    def floors(self, share: float) -> Floats:
        """Return the rows' lower bounds that ask for whole persons at a fixed share."""
        need = np.ceil(self.workers * share - self.covered - NEAR)
        return need - self.workers * share


def best_share(
    problem: Problem, lp: Lp, aim: Aim, values: Floats, before: Floats | None, *, most_proven: int
) -> tuple[Floats, float]:
    """Return whole persons with the highest least share, and what no solution can better.

    Args:
        problem: The problem; its rows are fixed at the share that was reached.
        lp: Its relaxation.
        aim: The share.
        values: Fractional solution with the highest share.
        before: Whole persons of the objective before.
        most_proven: Most columns with which the whole problem is searched where no whole persons
            are found for a step.
    """
    areas = _areas(problem, aim)
    high = float(values[areas.column])
    if before is None:
        # Nothing is reached yet: any whole-number solution is a beginning.
        before = rounded(problem, lp, Aim(aim.name, np.zeros(len(values))), values, None)[0]
    low = _share_of(problem, areas, before)
    share, values = _bisected(lp, areas, low, high, values)
    search = _Search(problem, lp, areas, values, before)
    low, bound = search.best(low, share, most_proven)
    _fix(problem, lp, areas, low)
    whole = search.before.copy()
    whole[areas.column] = low
    return whole, max(low, bound)


@dataclass
class _Search:
    """Whole persons at one step after the other."""

    problem: Problem
    lp: Lp
    areas: _Areas
    values: Floats
    before: Floats
    #: Whether a large problem is searched at length: until that has once ended without an answer.
    is_patient: bool = True

    def best(self, low: float, high: float, most_proven: int) -> tuple[float, float]:
        """Return the highest share reached and what no solution can better.

        First the highest step that parts of persons can meet; then the one just above what was
        reached, because a proof that nobody can do that settles all steps between at once; then
        those in the middle.

        Args:
            low: Share of ``before``.
            high: Highest step that parts of persons can meet.
            most_proven: As in ``best_share``.
        """
        bound, at = high, high
        for number in range(TRIES):
            if high <= low + NEAR:
                break
            whole, is_impossible = self.at(at, most_proven)
            reached = _share_of(self.problem, self.areas, whole)
            if reached > low + NEAR:
                low, self.before = reached, whole
            if reached < at - NEAR:
                high = self.areas.step(at - 10 * NEAR)
                bound = high if is_impossible else bound
            middle = self.areas.step((low + high) / 2)
            at = middle if number and middle > low + NEAR else self.areas.above(low)
        return low, bound

    def at(self, share: float, most_proven: int) -> tuple[Floats, bool]:
        """Return whole persons near a share, and whether it is proven that none reach it."""
        _fix(self.problem, self.lp, self.areas, share)
        # Parts of persons with few columns that are not in use yet: near them whole ones are found.
        is_new = self.problem.is_whole & (self.before < NEAR)
        found = self.lp.maximise(-is_new.astype(np.float64))
        likely = self.values if found is None else found[0]
        missing = Missing(self.problem, self.lp.held, self.areas.rows)
        start = self.before.copy()
        start[self.areas.column] = share
        counted = missing.counted(start)
        if len(start) > FEW_COLUMNS:
            counted = missing.filled(start, likely, STRICT if self._may_give() else len(SPARE))
        if not missing.of(counted):
            return counted[: len(start)], False
        if len(start) <= most_proven:
            counted, is_impossible = missing.proven(counted)
            if missing.of(counted) and not is_impossible and self._may_give():
                return self._given(share, counted[: len(start)]), False
            return counted[: len(start)], is_impossible
        if not self.is_patient:
            return counted[: len(start)], False
        return self._at_length(share, missing, counted, likely)

    def _at_length(
        self, share: float, missing: Missing, counted: Floats, likely: Floats
    ) -> tuple[Floats, bool]:
        """Return the same of a large problem: by sums, for a little of the earlier, everywhere."""
        n = len(self.before)
        closer = missing.near(counted, likely)
        if not missing.of(closer):
            return closer[:n], False
        if self._may_give():
            given = self._given(share, counted[:n])
            if _share_of(self.problem, self.areas, given) > share - NEAR:
                return given, False
        counted, is_impossible = missing.everywhere(counted)
        self.is_patient = is_impossible or not missing.of(counted)
        return counted[:n], is_impossible

    def _may_give(self) -> bool:
        """Return whether something of an earlier objective may be taken."""
        return any(self.lp.rooms)

    def _given(self, share: float, whole: Floats) -> Floats:
        """Return whole persons who reach a share for a little of objectives that are not proven.

        What was taken is brought up again where a search finds how; what is still missing then is
        no longer asked for.

        Args:
            share: The share, fixed.
            whole: Whole persons near it, who meet all earlier objectives.
        """
        asked = self.lp.held
        self.lp.ask(self.lp.loosened())
        is_new = self.problem.is_whole & (whole < NEAR)
        found = self.lp.maximise(-is_new.astype(np.float64))
        missing = Missing(self.problem, self.lp.held, self.areas.rows)
        likely = self.values if found is None else found[0]
        counted = missing.filled(whole, likely, GIVING)
        if missing.of(counted):
            counted = missing.near(counted, likely)
        if missing.of(counted):
            self.lp.ask(asked)
            return whole
        whole = restored(self.problem, self.lp.held, asked, counted[: len(whole)])
        self.lp.ask([(c, min(least, float(c @ whole) - HELD_ROOM)) for c, least in asked])
        return whole


def _areas(problem: Problem, aim: Aim) -> _Areas:
    column = int(np.flatnonzero(aim.costs)[0])
    span = slice(problem.starts[column], problem.starts[column + 1])
    rows = problem.rows[span]
    return _Areas(column, rows, -problem.values[span], -problem.row_low[rows])


def _share_of(problem: Problem, areas: _Areas, whole: Floats) -> float:
    """Return the least share of whole persons."""
    persons = whole.copy()
    persons[areas.column] = 0.0
    held = problem.loads(persons)[areas.rows]
    # Groups may hold parts of persons until the end: floors below them can be met by whole ones.
    return float(((np.floor(held + NEAR) + areas.covered) / areas.workers).min())


def _bisected(
    lp: Lp, areas: _Areas, low: float, high: float, values: Floats
) -> tuple[float, Floats]:
    """Return the highest step at which the relaxation with whole floors can be met."""
    at, nothing = areas.step(high), np.zeros(len(values))
    while at > low + NEAR:
        _fix(lp.problem, lp, areas, at, keep=True)
        found = lp.maximise(nothing)
        if found is not None:
            low, values = at, found[0]
        else:
            high = at - 10 * NEAR
        middle = areas.step((low + high) / 2)
        at = middle if middle > low + NEAR else areas.step(high)
    return low, values


def _fix(problem: Problem, lp: Lp, areas: _Areas, share: float, *, keep: bool = False) -> None:
    """Fix the share, with floors of whole persons; ``keep`` changes the relaxation only."""
    floors = areas.floors(share)
    lp.highs.changeColBounds(areas.column, share, share)
    for row, floor in zip(areas.rows, floors, strict=True):
        lp.highs.changeRowBounds(int(row), float(floor), INFINITE)
    if not keep:
        problem.row_low[areas.rows] = floors
        problem.lower[areas.column] = problem.upper[areas.column] = share
