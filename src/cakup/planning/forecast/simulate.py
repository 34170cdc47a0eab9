"""The same months drawn person by person, so that intervals can be told.

Every run draws for each person the month of death and the month of leaving. These two decide all
months, which is the month-by-month draw in one step: the chances are those of ``people``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cakup.planning.forecast.people import (
    AID,
    FIRM,
    NONE,
    OWN,
    Exits,
    Floats,
    Ints,
    People,
    leaving,
    survival,
)

#: Ends of the interval told.
LOW, HIGH = 0.025, 0.975


@dataclass(frozen=True)
class Drawn:
    """What many runs give.

    Args:
        active: Runs × months: persons covered, month 0 first.
        deaths: Per run, deaths of persons whom aid or the plan covered.
        runs: Number of runs.
        seed: Seed.
    """

    active: Floats
    deaths: Ints
    runs: int
    seed: int

    def interval(self) -> tuple[Floats, Floats, Floats]:
        """Return low, mean and high of the persons covered in every month."""
        low, high = np.quantile(self.active, [LOW, HIGH], axis=0)
        return low, self.active.mean(axis=0), high


def simulate(people: People, exits: Exits, horizon: int, runs: int, seed: int) -> Drawn:
    """Draw the course of every person, several times.

    Args:
        people: The persons.
        exits: How they leave.
        horizon: Months.
        runs: Number of runs.
        seed: Seed; the same seed gives the same runs on any machine.
    """
    made = np.random.default_rng(seed)
    kinds, alive = survival(people, exits, horizon)
    order = np.argsort(kinds, kind="stable")
    cuts = np.searchsorted(kinds[order], np.arange(len(alive) + 1))
    leave = leaving(people, exits)
    active = np.zeros((runs, horizon + 1))
    deaths = np.zeros(runs, dtype=np.int64)
    for run in range(runs):
        death = _deaths(made, order, cuts, alive, horizon)
        gone = _leaves(made, people, leave, horizon)
        active[run] = _covered(people, death, gone, horizon)
        deaths[run] = _covered_deaths(people, death, horizon)
    return Drawn(active, deaths, runs, seed)


def _deaths(
    made: np.random.Generator, order: Ints, cuts: Ints, alive: Floats, horizon: int
) -> Ints:
    """Return the month in which each person dies, ``horizon + 1`` = later."""
    drawn = made.random(len(order))
    month = np.empty(len(order), dtype=np.int64)
    for kind in np.flatnonzero(np.diff(cuts)):
        span = order[cuts[kind] : cuts[kind + 1]]
        # Dead in the first month after which fewer are alive than the number drawn.
        month[span] = horizon + 1 - np.searchsorted(alive[kind][:0:-1], drawn[span])
    return month


def _leaves(made: np.random.Generator, people: People, leave: Floats, horizon: int) -> Ints:
    """Return the month in which each person leaves employer or own payment."""
    chance = np.where(people.group == OWN, leave[OWN], leave[FIRM])
    with np.errstate(divide="ignore"):
        waits = np.log(made.random(len(people))) / np.log1p(-chance)
    months: Ints = np.minimum(np.floor(waits) + 1, horizon + 1).astype(np.int64)
    return months


def _covered(people: People, death: Ints, gone: Ints, horizon: int) -> Floats:
    """Return the persons covered in every month."""
    change = np.zeros(horizon + 2)
    stays = np.isin(people.group, (FIRM, OWN))
    ends = [np.where(stays, np.minimum(gone, death), 0)]
    starts = [np.zeros(len(people), dtype=np.int64)]
    ends.append(np.where(people.group == AID, np.minimum(people.aid_until + 1, death), 0))
    starts.append(starts[0])
    # The plan counts where nothing before it covers the month already.
    before = np.maximum(ends[0], ends[1])
    first = np.maximum(people.plan_first, before)
    last = np.where(people.plan_first > NONE, np.minimum(people.plan_last + 1, death), 0)
    starts.append(first)
    ends.append(np.maximum(last, first))
    for start, end in zip(starts, ends, strict=True):
        some = end > start
        change += np.bincount(np.minimum(start[some], horizon + 1), minlength=horizon + 2)
        change -= np.bincount(np.minimum(end[some], horizon + 1), minlength=horizon + 2)
    return np.cumsum(change)[: horizon + 1]


def _covered_deaths(people: People, death: Ints, horizon: int) -> int:
    """Return how many die in a month that aid or the plan has paid."""
    aided = (people.group == AID) & (death <= people.aid_until)
    planned = (people.plan_first > NONE) & (people.plan_first <= death)
    return int(((aided | (planned & (death <= people.plan_last))) & (death <= horizon)).sum())
