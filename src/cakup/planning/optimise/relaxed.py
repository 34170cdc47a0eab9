"""The relaxation in HiGHS, with what was reached of earlier objectives as rows."""

from __future__ import annotations

from typing import Any, TypeAlias

import highspy
import numpy as np

from cakup.planning.optimise.problem import INFINITE, Aim, Floats, Problem

#: Rows of the objectives reached: coefficients, and what their sum must be at least.
Held: TypeAlias = "list[tuple[Floats, float]]"
NEAR = 1e-6
PRIMAL_SIMPLEX = 4
#: Relative distance to the bound at which rounding stops.
CLOSE = 2e-5
#: Room in the row of a reached objective, so that the whole-number solution is inside for certain.
HELD_ROOM = 1e-6
#: What a later objective may take of an earlier one that is not proven to be the best, relative to
#: its value; at least one unit (a person-month, a twelfth of a person).
GIVEN = 1e-5


def tightened(aim: Aim, bound: float) -> float:
    """Round the bound of a whole-number objective down."""
    return float(np.floor(bound + NEAR)) if aim.is_whole else bound


class Lp:
    """The relaxation, with the rows of the objectives that were reached.

    Args:
        problem: The problem.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.held: Held = []
        self.rooms: list[float] = []
        #: What the last objective loses per column and per row, those of objectives held last.
        self.reduced, self.duals = np.zeros(len(problem.upper)), np.zeros(len(problem.row_low))
        self.highs = solver()
        self.highs.passModel(modelled(problem, np.zeros(len(problem.upper))))

    def maximise(self, costs: Floats) -> tuple[Floats, float] | None:
        """Return the best fractional columns and the value, None if nothing is feasible."""
        n = len(costs)
        if not n:  # nobody may be paid by anything; HiGHS calls such a model empty
            is_met = self.problem.is_met(np.zeros(0))
            return (np.zeros(0), 0.0) if is_met else None
        if self.held:
            # The last basis is still primal feasible for new costs; the dual simplex would begin
            # from afar (measured: fifty times slower for the least share of a kelurahan).
            self.highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        self.highs.changeColsCost(n, np.arange(n, dtype=np.int32), -costs)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # A basis from the objective before may mislead; begin anew once.
            self.highs.clearSolver()
            self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = self.highs.getSolution()
        values = np.array(found.col_value)
        self.reduced, self.duals = np.array(found.col_dual), np.array(found.row_dual)
        return values, float(costs @ values)

    def hold(self, costs: Floats, value: float, room: float = 0.0) -> None:
        """Ask all later solutions to reach a value.

        Args:
            costs: The objective.
            value: What it reached.
            room: How much of it a later objective may take, see ``room_of``.
        """
        at = np.flatnonzero(costs).astype(np.int32)
        if not len(at):
            return
        least = value - HELD_ROOM
        self.held.append((costs, least))
        self.rooms.append(room)
        self.highs.addRow(least, INFINITE, len(at), at, costs[at])

    def raise_held(self, whole: Floats) -> None:
        """Ask for what earlier objectives reach by now, where it is more than when they were held.

        Whole persons of a later objective may reach more of an earlier one; less of it would not be
        in the user's order any more, and bounds would speak of plans that are not.
        """
        self.ask([(c, max(least, float(c @ whole) - HELD_ROOM)) for c, least in self.held])

    def loosened(self) -> Held:
        """Return the rows of reached objectives with what later ones may take of them."""
        return [(c, least - room) for (c, least), room in zip(self.held, self.rooms, strict=True)]

    def ask(self, held: Held) -> None:
        """Ask for other values of the objectives reached.

        Args:
            held: Like ``self.held``, of the same objectives.
        """
        for k, (_, least) in enumerate(held):
            if abs(least - self.held[k][1]) > NEAR:
                self.highs.changeRowBounds(len(self.problem.row_low) + k, least, INFINITE)
        self.held = list(held)


def room_of(aim: Aim, value: float, bound: float) -> float:
    """Return how much later objectives may take of what was reached: nothing where it is proven.

    Where value and bound differ the order of the objectives is known up to that difference only,
    and to refuse a later objective for a single month of it would be false exactness.
    """
    if not aim.is_whole or bound - value < 1.0 - NEAR:
        return 0.0
    return max(1.0, float(np.floor(GIVEN * abs(value))))


def solver() -> Any:
    """Return HiGHS as it is used everywhere: silent, one thread, one seed."""
    held: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    held.setOptionValue("output_flag", False)
    held.setOptionValue("threads", 1)
    held.setOptionValue("random_seed", 1)
    return held


def modelled(problem: Problem, costs: Floats) -> highspy.HighsLp:
    """Return the model of a problem for a minimising solver."""
    lp = highspy.HighsLp()
    n, m = len(problem.upper), len(problem.row_low)
    lp.num_col_, lp.num_row_ = n, m
    lp.col_cost_ = -costs
    lp.col_lower_ = problem.lower
    lp.col_upper_ = problem.upper
    lp.row_lower_ = problem.row_low
    lp.row_upper_ = problem.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = problem.starts.astype(np.int32)
    lp.a_matrix_.index_ = problem.rows.astype(np.int32)
    lp.a_matrix_.value_ = problem.values
    return lp
