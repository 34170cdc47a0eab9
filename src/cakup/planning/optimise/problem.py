"""A lexicographic integer programme as plain arrays, as it travels to the solver's process."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
INFINITE = 1e30


@dataclass(frozen=True)
class Aim:
    """One objective.

    Args:
        name: Its name.
        costs: One coefficient per column; maximised.
        is_whole: Whether its value is a whole number for whole persons, so that bounds round down.
        constant: Added to the value when it is told.
        sign: −1 if the told value is to be small (a shortfall, a cost).
    """

    name: str
    costs: Floats
    is_whole: bool = False
    constant: float = 0.0
    sign: int = 1


@dataclass
class Problem:
    """Columns, rows and objectives.

    Args:
        upper: Upper bound per column; the lower one is 0.
        is_whole: Whether a column counts persons.
        starts: First entry of every column in ``rows`` and ``values`` (compressed columns).
        rows: Row of every entry.
        values: Value of every entry.
        row_low: Lower bound per row.
        row_high: Upper bound per row.
        row_names: Name per row, for what binds.
        aims: Objectives in order.
    """

    upper: Floats
    is_whole: NDArray[np.bool_]
    starts: Ints
    rows: Ints
    values: Floats
    row_low: Floats
    row_high: Floats
    row_names: list[str] = field(default_factory=list)
    aims: list[Aim] = field(default_factory=list)

    def packed(self) -> bytes:
        """Return the problem as bytes (NumPy arrays, no code)."""
        held = io.BytesIO()
        told = [
            {"name": a.name, "is_whole": a.is_whole, "constant": a.constant, "sign": a.sign}
            for a in self.aims
        ]
        np.savez(
            held, upper=self.upper, is_whole=self.is_whole, starts=self.starts, rows=self.rows,
            values=self.values, row_low=self.row_low, row_high=self.row_high,
            costs=np.array([a.costs for a in self.aims]),
            told=np.frombuffer(json.dumps(told).encode(), dtype=np.uint8),
        )  # fmt: skip
        return held.getvalue()

    @staticmethod
    def unpacked(raw: bytes) -> Problem:
        """Return the problem of ``packed``; names of rows stay behind."""
        with np.load(io.BytesIO(raw), allow_pickle=False) as f:
            told = json.loads(f["told"].tobytes())
            aims = [Aim(costs=c, **t) for c, t in zip(f["costs"], told, strict=True)]
            return Problem(
                f["upper"], f["is_whole"], f["starts"], f["rows"], f["values"], f["row_low"],
                f["row_high"], [], aims,
            )  # fmt: skip


@dataclass(frozen=True)
class Reached:
    """What one objective reached.

    Args:
        name: Objective.
        value: Value of the whole-number solution.
        bound: What no solution can better, given the objectives before it.
        seconds: Wall seconds.
    """

    name: str
    value: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """Relative distance between value and bound; 0 = exact."""
        return abs(self.bound - self.value) / max(1.0, abs(self.bound))


@dataclass(frozen=True)
class Solution:
    """What the solver found.

    Args:
        persons: Persons per column, whole.
        reached: One entry per objective.
        prices: Shadow price per row for person-months (perkiraan, from the LP); empty if not asked.
        shortages: Row → how far its bounds must give way, if the problem is infeasible.
    """

    persons: Ints
    reached: tuple[Reached, ...]
    prices: Floats
    shortages: dict[int, float]

    @property
    def is_feasible(self) -> bool:
        """Whether every rule can be met."""
        return not self.shortages
