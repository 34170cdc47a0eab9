"""The road to a target over several years: places, money, who comes and who leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Step:
    """One year of the road.

    Args:
        year: Year.
        workers: Workers on 31 December (perkiraan).
        share: Share aimed at on 31 December.
        target_persons: Persons at which it is reached, rounded up.
        without_aid: Persons covered by employers and by themselves (perkiraan).
        places: Persons to be aided, 0 if the target is met without aid.
        leave: Of last year's aided, those who die or pass the age limit (perkiraan).
        stay: Of last year's aided, those who stay.
        enter: New persons to be aided.
        new_workers: Workers who were not there a year ago, net (perkiraan).
        cost_rp: Twelve months for all places at that year's price.
    """

    year: int
    workers: int
    share: float
    target_persons: int
    without_aid: int
    places: int
    leave: int
    stay: int
    enter: int
    new_workers: int
    cost_rp: int

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def road(
    first_year: int, workers: int, growth: float, shares: Sequence[float],
    without_aid: Sequence[int], aided_now: int, leave_share: float, prices_rp: Sequence[int],
) -> tuple[Step, ...]:  # fmt: skip
    """Return the road year by year.

    Args:
        first_year: First year.
        workers: Workers in the year before.
        growth: Growth of the workers in a year, 0.01 = 1 percent.
        shares: Share aimed at in each year.
        without_aid: Persons covered without aid at the end of each year.
        aided_now: Persons aided in the year before.
        leave_share: Part of the aided who die or pass the age limit within a year.
        prices_rp: Rupiah of one person for twelve months, each year.
    """
    steps: list[Step] = []
    size, aided = workers, aided_now
    for n, (share, alone, price) in enumerate(zip(shares, without_aid, prices_rp, strict=True)):
        now = int(size * (1 + growth) + 0.5)
        need = -int(-(Fraction(str(share)) * now) // 1)
        places = max(0, need - alone)
        leave = int(aided * leave_share + 0.5)
        stay = min(places, aided - leave)
        steps.append(
            Step(first_year + n, now, share, need, alone, places, leave, stay, places - stay,
                 now - size, places * price)
        )  # fmt: skip
        size, aided = now, places
    return tuple(steps)


def straight(now: float, then: float, years: int) -> list[float]:
    """Return the shares of a straight road, the last year's included.

    Args:
        now: Share in the year before the first.
        then: Share of the last year.
        years: Number of years.
    """
    return [round(now + (then - now) * n / years, 6) for n in range(1, years + 1)]
