"""Persons of a forecast as columns: how long each is covered if nothing, and if a plan, is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from cakup.planning.claims import TABLES, death_rates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FIRM, OWN, AID = 0, 1, 2
#: Never: before the first month of a forecast.
NONE = 0
MONTHS_A_YEAR = 12
#: Level of mortality → how the two life tables are used.
LEVELS = ("low", "mid", "high")
OLDEST = 110


@dataclass(frozen=True)
class People:
    """Columns, one entry per person; months count from 1, the month after the day of the data.

    Args:
        age_months: Age in completed months on the day of the data.
        is_male: Whether a man; unknown counts as a woman in odd and a man in even positions.
        group: ``FIRM``, ``OWN`` or ``AID``; −1 for persons who are only in the plan.
        aid_until: Last month that aid has paid, ``NONE`` if none.
        plan_first: First month of the plan, ``NONE`` if the person is not in it.
        plan_last: Last month of the plan.
        is_full: Whether full death cover holds on the day of the data.
    """

    age_months: Ints
    is_male: Bools
    group: Ints
    aid_until: Ints
    plan_first: Ints
    plan_last: Ints
    is_full: Bools

    def __len__(self) -> int:
        """Return the number of persons."""
        return len(self.age_months)

    def without_plan(self) -> People:
        """Return the persons covered today, nothing new."""
        nothing = np.zeros(len(self), dtype=np.int64)
        return replace(self, plan_first=nothing, plan_last=nothing)

    def carried_on(self, horizon: int, oldest_months: int) -> People:
        """Return the persons with a plan that is renewed without a gap, up to the age limit.

        Args:
            horizon: Months of the forecast.
            oldest_months: Highest age in completed months.
        """
        last = np.minimum(horizon, oldest_months - self.age_months)
        last = np.where(self.plan_first > NONE, np.maximum(last, self.plan_last), NONE)
        return replace(self, plan_last=last)


@dataclass(frozen=True)
class Exits:
    """How persons leave.

    Args:
        stay_year: ``FIRM`` and ``OWN``: share still covered a year later, deaths among those who
            left; measured in the ledger.
        day: Day of the life tables.
        level: ``low`` (the lower of the two life tables at each age), ``mid`` (their mean) or
            ``high``.
    """

    stay_year: tuple[float, float]
    day: date
    level: str = "mid"


def monthly_deaths(people: People, exits: Exits) -> tuple[Ints, Floats]:
    """Return the class of every person, and the chance to die in a month by class.

    A class is a completed year of age and a sex; ages stay as they are for the whole forecast's
    first year and grow by one each year, see ``survival``.
    """
    years = np.minimum(people.age_months // MONTHS_A_YEAR, OLDEST)
    kinds = years * 2 + people.is_male
    ages = np.repeat(np.arange(OLDEST + 1, dtype=np.float64), 2)
    male = np.tile(np.array([False, True]), OLDEST + 1)
    low, high = (death_rates(table, ages, male, exits.day) for table in TABLES)
    rates = {
        "low": np.minimum(low, high), "mid": (low + high) / 2, "high": np.maximum(low, high),
    }[exits.level]  # fmt: skip
    return kinds, 1 - (1 - rates) ** (1 / MONTHS_A_YEAR)


def survival(people: People, exits: Exits, horizon: int) -> tuple[Ints, Floats]:
    """Return the class of every person, and per class the share alive after 0, 1, … months."""
    kinds, monthly = monthly_deaths(people, exits)
    held = np.ones((len(monthly), horizon + 1))
    for month in range(1, horizon + 1):
        older = np.minimum(np.arange(len(monthly)) + 2 * ((month - 1) // 12), len(monthly) - 1)
        held[:, month] = held[:, month - 1] * (1 - monthly[older])
    return kinds, held


def leaving(people: People, exits: Exits) -> Floats:
    """Return the chance to leave in a month other than by death, for ``FIRM`` and ``OWN``.

    The measured share that stays holds deaths too; what the life table explains is taken out.
    """
    kinds, monthly = monthly_deaths(people, exits)
    found = np.zeros(2)
    for group in (FIRM, OWN):
        inside = people.group == group
        mean = float(monthly[kinds[inside]].mean()) if inside.any() else 0.0
        stay = exits.stay_year[group] ** (1 / MONTHS_A_YEAR)
        found[group] = max(0.0, 1 - stay / (1 - mean))
    return found
