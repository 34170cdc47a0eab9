"""Axes: round steps, positions, classes with printed bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

N_CLASSES = 5
_CLASS_STEPS = (
    0.002,
    0.005,
    0.01,
    0.015,
    0.02,
    0.025,
    0.03,
    0.04,
    0.05,
    0.06,
    0.08,
    0.1,
    0.15,
    0.2,
)


def round_step(span: float, wanted: int) -> float:
    """Return the smallest step 1, 2, 2.5 or 5 × 10ⁿ that cuts ``span`` into at most ``wanted``."""
    if span <= 0:
        return 1.0
    raw = span / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * (1 - 1e-9))


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return round values from the one at or below ``low`` to the one at or above ``high``."""
    step = round_step(high - low, wanted)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, max(last, first + 1) + 1)]


@dataclass(frozen=True)
class Classes:
    """Five classes of equal, round width.

    Args:
        bounds: Six shares; class i holds ``bounds[i] ≤ x < bounds[i + 1]``, the last its end too.
    """

    bounds: tuple[float, ...]

    @staticmethod
    def of(shares: Sequence[float]) -> Classes:
        """Return the narrowest classes of a round width that hold every share.

        Args:
            shares: Shares 0–1; none gives fifths.
        """
        low, high = (min(shares), max(shares)) if shares else (0.0, 1.0)
        for step in _CLASS_STEPS:
            first = math.floor(low / step + 1e-9) * step
            first = min(first, 1 - N_CLASSES * step)
            if first >= -1e-9 and high <= first + N_CLASSES * step + 1e-9:
                return Classes(tuple(round(first + i * step, 6) for i in range(N_CLASSES + 1)))
        return Classes(tuple(i / N_CLASSES for i in range(N_CLASSES + 1)))

    def number(self, share: float) -> int:
        """Return the class of a share, 1 (lowest) to 5."""
        inside = sum(share >= b - 1e-9 for b in self.bounds[1:-1])
        return inside + 1
