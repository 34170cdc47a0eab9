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
#: By how much a row may be off, relative to its size.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Aim:
    """One objective.

    Args:
        name: Its name.
        costs: One coefficient per column; maximised.
        is_whole: Whether its value is a whole number for whole persons, so that bounds round down.
        unit: What one unit of its value is when it is told: a twelfth of a person, so many rupiah;
            negative where little is wanted (a shortfall, a cost).
        is_share: Whether it is the least share of an area, one continuous column.
    """

    name: str
    costs: Floats
    is_whole: bool = False
    unit: float = 1.0
    is_share: bool = False


@dataclass
class Problem:
    """Columns, rows and objectives.

    Args:
        upper: Upper bound per column.
        is_whole: Whether a column counts persons.
        starts: First entry of every column in ``rows`` and ``values`` (compressed columns).
        rows: Row of every entry.
        values: Value of every entry.
        row_low: Lower bound per row.
        row_high: Upper bound per row.
        row_names: Name per row, for what binds.
        aims: Objectives in order.
        lower: Lower bound per column, 0 unless a value is fixed.
        kinds: Kind of every row: the first part of its name.
        order: Row of the stratum of every person, those who stand first first; empty = of strata
            that are alike each gives its part.
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
    lower: Floats = field(default_factory=lambda: np.zeros(0))
    kinds: list[str] = field(default_factory=list)
    order: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        """Fill in what was not given."""
        if not len(self.lower):
            self.lower = np.zeros(len(self.upper))
        if not self.kinds:
            self.kinds = [name.partition(":")[0] for name in self.row_names]

    def kind_of(self, row: int) -> str:
        """Return ``purse``, ``quota``, ``stratum`` or ``other``."""
        kind = self.kinds[row] if self.kinds else "other"
        return kind if kind in ("purse", "quota", "stratum") else "other"

    def loads(self, columns: Floats) -> Floats:
        """Return what columns add up to in every row."""
        of = np.repeat(np.arange(len(self.upper)), np.diff(self.starts))
        weights = self.values * columns[of]
        return np.bincount(self.rows, weights, len(self.row_low)).astype(np.float64)

    def broken(self, columns: Floats) -> dict[int, float]:
        """Return by how much rows are broken: above their upper bound negative, below positive."""
        load = self.loads(columns)
        low, high = self.row_low - load, self.row_high - load
        room = TOLERANCE * np.maximum(1.0, np.abs(load))
        found = {int(r): float(low[r]) for r in np.flatnonzero(low > room)}
        return found | {int(r): float(high[r]) for r in np.flatnonzero(high < -room)}

    def is_met(self, columns: Floats) -> bool:
        """Return whether columns meet every row."""
        return not self.broken(columns)

    def packed(self) -> bytes:
        """Return the problem as bytes (NumPy arrays, no code)."""
        held = io.BytesIO()
        told = [
            {"name": a.name, "is_whole": a.is_whole, "unit": a.unit, "is_share": a.is_share}
            for a in self.aims
        ]
        np.savez(
            held, upper=self.upper, is_whole=self.is_whole, starts=self.starts, rows=self.rows,
            values=self.values, row_low=self.row_low, row_high=self.row_high,
            costs=np.array([a.costs for a in self.aims]), order=self.order,
            told=np.frombuffer(json.dumps([told, self.kinds]).encode(), dtype=np.uint8),
        )  # fmt: skip
        return held.getvalue()

    @staticmethod
    def unpacked(raw: bytes) -> Problem:
        """Return the problem of ``packed``; names of rows stay behind."""
        with np.load(io.BytesIO(raw), allow_pickle=False) as f:
            told, kinds = json.loads(f["told"].tobytes())
            aims = [Aim(costs=c, **t) for c, t in zip(f["costs"], told, strict=True)]
            return Problem(
                f["upper"], f["is_whole"], f["starts"], f["rows"], f["values"], f["row_low"],
                f["row_high"], [], aims, kinds=kinds, order=f["order"],
            )  # fmt: skip


@dataclass(frozen=True)
class Reached:
    """What one objective reached.

    Args:
        name: Objective.
        value: Value of the whole-number solution.
        bound: What no solution can better, given the objectives before it.
        seconds: CPU seconds of the solver, which has one thread.
        given: How much of the value a later objective took; nothing of one that is proven, and of
            the others at most a hundred-thousandth or one unit.
    """

    name: str
    value: float
    bound: float
    seconds: float
    given: float = 0.0

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
        clash: Rows that together cannot be met.
        ways_out: Least changes that would do, each like ``shortages``.
    """

    persons: Ints
    reached: tuple[Reached, ...]
    prices: Floats
    shortages: dict[int, float]
    clash: tuple[int, ...] = ()
    ways_out: tuple[dict[int, float], ...] = ()

    @property
    def is_feasible(self) -> bool:
        """Whether every rule can be met."""
        return not self.shortages
