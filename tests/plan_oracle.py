"""A plan for few persons, one yes-or-no per person, month and purse: slow, and written apart.

Beside ``cakup.planning.optimise``: no strata, no ways, no gcd of prices. Continuity is a row per
person and month, and a payer stays the payer until its purse ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

MONTHS = 12
WAIT = 3


@dataclass(frozen=True)
class Soul:
    """One person: all that matters for money."""

    kode: str
    desil: int
    is_kept: bool
    first: int
    end: int
    purses: tuple[int, ...]


@dataclass(frozen=True)
class Bag:
    """One purse at one price for everybody."""

    pagu_rp: int
    first: int
    last: int
    is_public: bool
    prices: tuple[int, ...]


@dataclass(frozen=True)
class Bounds:
    """Persons of an area: at least, at most."""

    kode: str
    least: int
    most: int | None


class Oracle:
    """The MIP; ``maximise`` once per objective, each result is held for the next."""

    def __init__(
        self, souls: Sequence[Soul], bags: Sequence[Bag], bounds: Sequence[Bounds],
        target: tuple[int, int, int] | None = None,
    ) -> None:  # fmt: skip
        self.souls, self.bags = souls, bags
        self.highs: Any = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.at: dict[tuple[int, int, int], int] = {}
        for i, soul in enumerate(souls):
            for m in range(MONTHS):
                for u in soul.purses:
                    if bags[u].first <= m <= bags[u].last:
                        self.at[i, m, u] = self._column()
        self.begun = {(i, m): self._column() for i in range(len(souls)) for m in range(MONTHS)}
        for i in range(len(souls)):
            self._person(i)
        self._money()
        for one in bounds:
            inside = [i for i, s in enumerate(souls) if s.kode == one.kode]
            row = {self.begun[i, m]: 1.0 for i in inside for m in range(MONTHS)}
            self._row(row, one.least, np.inf if one.most is None else one.most)
        self.short = self._column(highspy.HighsVarType.kContinuous, np.inf) if target else -1
        if target:
            self._target(*target)

    def _column(self, kind: Any = highspy.HighsVarType.kInteger, upper: float = 1.0) -> int:
        self.highs.addVar(0.0, upper)
        number = self.highs.getNumCol() - 1
        self.highs.changeColIntegrality(number, kind)
        return int(number)

    def _row(self, row: dict[int, float], low: float, high: float) -> None:
        self.highs.addRow(low, high, len(row), list(row), list(row.values()))

    def _paid(self, i: int, m: int) -> dict[int, float]:
        return {c: 1.0 for (j, n, _), c in self.at.items() if (j, n) == (i, m)}

    def _person(self, i: int) -> None:
        soul = self.souls[i]
        for m in range(MONTHS):
            now = self._paid(i, m)
            before = self._paid(i, m - 1) if m else {}
            allowed = soul.first <= m <= soul.end
            self._row(now, 0, 1 if allowed else 0)  # one payer, and only at the right age
            # Begun now = paid now and not before; never stopped before the age limit.
            self._row(
                {self.begun[i, m]: 1.0} | dict.fromkeys(now, -1.0) | dict(before), 0, 0
            ) if m <= soul.end else self._row({self.begun[i, m]: 1.0}, 0, 0)  # fmt: skip
            for u in soul.purses:
                stays = (i, m, u) in self.at and (i, m - 1, u) in self.at and m <= soul.end
                if m and stays:
                    self._row({self.at[i, m, u]: 1.0, self.at[i, m - 1, u]: -1.0}, 0, 1)
        self._row({self.begun[i, m]: 1.0 for m in range(MONTHS)}, 0, 1)

    def _money(self) -> None:
        for u, bag in enumerate(self.bags):
            row = {c: bag.prices[m] / 100 for (_, m, v), c in self.at.items() if v == u}
            self._row(row, 0, bag.pagu_rp / 100)

    def _target(self, persons: int, base_dec: int, base_months: int) -> None:
        december = {c: 1.0 for (_, m, _), c in self.at.items() if m == MONTHS - 1}
        self._row({**december, self.short: 1.0}, persons - base_dec, np.inf)
        average = dict.fromkeys(self.at.values(), 1 / MONTHS)
        self._row({**average, self.short: 1.0}, persons - base_months / MONTHS, np.inf)

    def _costs(self, name: str) -> dict[int, float]:
        if name == "target" and self.short >= 0:
            return {self.short: -1.0}
        if name == "jkm_months":
            # A month counts as full once the waiting months before it were paid; whoever is kept
            # without a gap, from the first month that he may begin in, has waited already.
            costs = dict.fromkeys(self.at.values(), 1.0)
            for (i, m), c in self.begun.items():
                stays = self.souls[i].is_kept and m == self.souls[i].first
                costs[c] = 0.0 if stays else -float(min(WAIT, self.souls[i].end - m + 1))
            return costs
        weigh: dict[str, Callable[[Soul, Bag, int], float]] = {
            "keep": lambda s, b, m: float(s.is_kept),
            "target": lambda s, b, m: 1.0,
            "poorest": lambda s, b, m: float(11 - s.desil if s.desil else 0),
            "least_apbd": lambda s, b, m: -float(b.prices[m]) / 100 if b.is_public else 0.0,
        }
        return {c: weigh[name](self.souls[i], self.bags[u], m) for (i, m, u), c in self.at.items()}

    def maximise(self, name: str) -> float | None:
        """Return the best value of one objective, None if the rules cannot be met."""
        costs = self._costs(name)
        n = self.highs.getNumCol()
        self.highs.changeColsCost(
            n, np.arange(n, dtype=np.int32), np.array([-costs.get(c, 0.0) for c in range(n)])
        )
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        value = -float(self.highs.getInfo().objective_function_value)
        self._row(costs, value - 1e-6, np.inf)
        scale = {"target": -1.0 if self.short >= 0 else 1.0, "least_apbd": -100.0}
        return value * scale.get(name, 1.0)
