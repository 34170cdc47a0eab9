"""Exact means: how many are covered in every month, and how many person-months that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cakup.planning.forecast.people import (
    AID,
    FIRM,
    NONE,
    OWN,
    Bools,
    Exits,
    Floats,
    People,
    leaving,
    survival,
)


@dataclass(frozen=True)
class Course:
    """Expected persons by month, from month 0 (the day of the data) on.

    Args:
        active: Persons covered.
        deaths: Expected deaths of covered persons in every month.
        by_group: Persons covered by employers, by themselves, by aid or plan.
    """

    active: Floats
    deaths: Floats
    by_group: Floats


def course(people: People, exits: Exits, horizon: int) -> Course:
    """Return the expected course of cover.

    Args:
        people: The persons.
        exits: How they leave.
        horizon: Months.
    """
    kinds, alive = survival(people, exits, horizon)
    leave = leaving(people, exits)
    active, deaths = np.zeros(horizon + 1), np.zeros(horizon + 1)
    groups = np.zeros((3, horizon + 1))
    stays = np.where(np.isin(people.group, (FIRM, OWN)), 1.0, 0.0)
    rate = np.where(people.group == OWN, 1 - leave[OWN], 1 - leave[FIRM])
    for month in range(horizon + 1):
        paid = covered_by_money(people, month)
        own = stays * rate**month
        held = np.where(paid, 1.0, own)
        living = alive[kinds, month]
        active[month] = float((held * living).sum())
        groups[AID, month] = float(living[paid].sum())
        for group in (FIRM, OWN):
            inside = (people.group == group) & ~paid
            groups[group, month] = float((own * living)[inside].sum())
        if month:
            dying = alive[kinds, month - 1] - living
            deaths[month] = float((held * dying).sum())
    return Course(active, deaths, groups)


def covered_by_money(people: People, month: int) -> Bools:
    """Return whose month aid or the plan has paid; month 0 is the day of the data."""
    aided = (people.group == AID) & (month <= people.aid_until)
    planned = (people.plan_first > NONE) & (people.plan_first <= month)
    held: Bools = aided | (planned & (month <= people.plan_last))
    return held


def person_months(people: People, horizon: int, waiting_months: int) -> tuple[Floats, Floats]:
    """Return per person the months that aid and plan pay, and those with full death cover.

    Args:
        people: The persons.
        horizon: Months.
        waiting_months: Months before full death cover.
    """
    paid, full = np.zeros(len(people)), np.zeros(len(people))
    run = np.where(people.is_full, waiting_months, 0)
    for month in range(1, horizon + 1):
        now = covered_by_money(people, month)
        paid += now
        full += now & (run >= waiting_months)
        run = np.where(now, run + 1, 0)
    return paid, full
