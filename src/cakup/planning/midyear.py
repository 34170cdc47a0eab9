"""The budget changes in the middle of the year, while people are already enrolled.

Up to the month of the change the plan was carried out: those months are paid. From then on the
changed pagu counts. Who is enrolled stays to December, in the order of the rule set, each from the
purse of the plan or from another that may pay; where the money ends, the last of the order lose
cover, as few as the order allows, and nobody new begins with money that may pay one of them. What
is left after that is planned anew, by the objectives of the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from cakup.law.catalogue import Catalogue
from cakup.planning.compute import MONTHS, Outcome
from cakup.planning.optimise.build import Fair, Goal, Limit, Pot, Stratum, build
from cakup.planning.optimise.problem import Solution
from cakup.planning.optimise.run import TIME_LIMIT_SECONDS, solve
from cakup.planning.optimise.ways import Path, Way
from cakup.planning.people import named, placed
from cakup.planning.purses import pots
from cakup.planning.settings import PlanSettings

Parts = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Enrolled:
    """Persons who were enrolled before the change, alike and at one place of the order.

    Args:
        stratum: Their stratum.
        way: How they were planned.
        persons: How many; 1 where names are known.
        person_id: Who, empty in the pagu stage.
        rank: Place in the order of the rule set.
    """

    stratum: int
    way: Way | Path
    persons: int
    person_id: str = ""
    rank: int = 0


@dataclass
class Course:
    """What becomes of the enrolled.

    Args:
        first: First month of the changed budget, 0–11.
        enrolled: How many were enrolled before it.
        kept: How many of them stay to the end.
        moved: How many of these another purse pays from the change on.
        stopped: Month without cover (0–11) → how many lose it then, before their end.
        names: Those who lose cover: person, rank, first month without cover; the last of the
            order first. Empty in the pagu stage.
        owed_rp: Rupiah that the enrolled still cost from the change to their end, by purse.
        spent_rp: Rupiah paid before the change, by purse.
        left_rp: Rupiah that the changed pagu leaves from then on, by purse; negative = overspent.
        dry: First month (0–11) that a purse cannot pay for all enrolled if nobody is left out;
            −1 = it can pay all.
        added: New persons from the change on.
    """

    first: int
    enrolled: int = 0
    kept: int = 0
    moved: int = 0
    stopped: dict[int, int] = field(default_factory=dict)
    names: list[tuple[str, int, int]] = field(default_factory=list)
    owed_rp: list[int] = field(default_factory=list)
    spent_rp: list[int] = field(default_factory=list)
    left_rp: list[int] = field(default_factory=list)
    dry: list[int] = field(default_factory=list)
    added: int = 0


def change(
    base: Outcome, settings: PlanSettings, target_persons: int | None, catalogue: Catalogue,
    limits: Sequence[Limit] = (), time_limit_seconds: float = TIME_LIMIT_SECONDS,
) -> Outcome:  # fmt: skip
    """Carry out a plan up to a month and go on with a changed budget.

    Args:
        base: The plan, solved.
        settings: The changed settings; ``changed_from`` is the first month of the change. Its
            purses are those of the plan, in the same order.
        target_persons: Persons of the target aimed at.
        catalogue: Parameters of the law.
        limits: Quotas.
        time_limit_seconds: As in ``compute``.

    Returns:
        The year as it becomes, with ``course``.

    Raises:
        EngineError: ``plan.solver.stopped``.
    """
    first = settings.month(settings.changed_from, 0)
    made, prices = pots(settings, catalogue)
    people = enrolled(base, first)
    keeper = _Keeper(base, made, first)
    keeper.walk(people)
    if keeper.lost:
        # A purse that opens later may carry some on, if the first one pays only until then.
        other = _Keeper(base, made, first, is_sparing=True)
        other.walk(people)
        keeper = min(keeper, other, key=lambda k: sum(k.course.stopped.values()))
    fresh = _Fresh(base, settings, keeper, people)
    solution = fresh.solved(target_persons, limits, time_limit_seconds)
    if not solution.is_feasible:
        return replace(base, settings=settings, pots=made, prices=prices, built=fresh.built,
                       solution=solution, target_persons=target_persons)  # fmt: skip
    keeper.course.added = int(solution.persons[: len(fresh.built.ways)].sum())
    held: list[tuple[int, Way | Path, int]]
    held = [(s, w, n) for (s, w), n in keeper.counts.items()]
    held += [(int(s), w, int(n)) for s, w, n in
             zip(fresh.built.stratum, fresh.built.ways, solution.persons, strict=False)
             if n]  # fmt: skip
    held.sort(key=lambda one: (one[0], one[1].start, -one[1].end, one[1].parts()))
    whole = replace(fresh.built, stratum=np.array([s for s, _, _ in held], dtype=np.int64),
                    ways=[w for _, w, _ in held])  # fmt: skip
    names = _names(base, keeper, fresh, solution, held) if base.names.height else pl.DataFrame()
    told = replace(solution, persons=np.array([n for _, _, n in held], dtype=np.int64),
                   prices=np.zeros(0))  # fmt: skip
    return replace(base, settings=settings, pots=made, prices=prices, built=whole, solution=told,
                   target_persons=target_persons, names=names,
                   course=keeper.course)  # fmt: skip


def _names(
    base: Outcome, keeper: _Keeper, fresh: _Fresh, solution: Solution,
    held: Sequence[tuple[int, Way | Path, int]],
) -> pl.DataFrame:  # fmt: skip
    """Return who has which place of the changed year: those enrolled before, then the new ones."""
    at = {(s, way): n for n, (s, way, _) in enumerate(held)}
    rows = [(one.person_id, one.rank, one.stratum, at[one.stratum, path])
            for one, path in keeper.paths]  # fmt: skip
    gone = [one.person_id for one, _ in keeper.paths]
    added = named(base.ranked.frame, fresh.built, solution.persons, gone)
    rows += [(person, rank, s, at[s, fresh.built.ways[way]])
             for person, rank, s, way in added.iter_rows()]  # fmt: skip
    schema = {"person_id": pl.String, "rank": pl.Int64, "stratum": pl.Int64, "way": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("rank")


def enrolled(base: Outcome, first: int) -> list[Enrolled]:
    """Return who began before a month, those who stand first first.

    Args:
        base: A solved plan; with names every person stands alone.
        first: Month, 0–11.
    """
    ways, stratum = base.built.ways, base.built.stratum
    if base.names.height:
        return [
            Enrolled(int(s), ways[w], 1, person, int(rank))
            for person, rank, s, w in base.names.select("person_id", "rank", "stratum", "way")
            .sort("rank").iter_rows()
            if ways[w].start < first
        ]  # fmt: skip
    ranks = dict(placed(base.ranked.frame).group_by("stratum").agg(pl.col("rank").median())
                 .iter_rows())  # fmt: skip
    found = [
        Enrolled(int(s), way, int(n), rank=int(ranks.get(int(s), 0)))
        for s, way, n in zip(stratum, ways, base.columns, strict=True)
        if n and way.start < first
    ]
    return sorted(found, key=lambda one: (one.rank, one.stratum, one.way.start))


class _Keeper:
    """Walks down the order and keeps whom the money keeps."""

    def __init__(
        self, base: Outcome, made: Sequence[Pot], first: int, *, is_sparing: bool = False
    ) -> None:
        self.strata, self.made, self.first = base.strata, made, first
        self.is_sparing = is_sparing
        self.counts: dict[tuple[int, Path], int] = defaultdict(int)
        self.course = Course(first)
        self.lost: list[tuple[Enrolled, int]] = []
        self.paths: list[tuple[Enrolled, Path]] = []
        self.barred: set[int] = set()
        self.left = [pot.pagu_rp for pot in made]

    def walk(self, people: Sequence[Enrolled]) -> None:
        """Pay what was paid, keep whom the money keeps, tell what becomes of the rest."""
        course, months = self.course, np.zeros((len(self.made), MONTHS), dtype=np.int64)
        for one in people:
            for at, a, b in one.way.parts():
                prices = self.made[at].prices[self.strata[one.stratum].sector]
                months[at, a : b + 1] += one.persons * np.array(prices[a : b + 1])
        spent, owed = months[:, : self.first].sum(axis=1), months[:, self.first :]
        course.spent_rp, course.owed_rp = spent.tolist(), owed.sum(axis=1).tolist()
        self.left = [pot.pagu_rp - int(s) for pot, s in zip(self.made, spent, strict=True)]
        course.left_rp = list(self.left)
        course.dry = [_dry(o, left, self.first) for o, left in zip(owed, self.left, strict=True)]
        course.enrolled = sum(one.persons for one in people if one.way.end >= self.first)
        for one in people:
            self._keep(one)
        for one, persons in self.lost:
            self._stop(one, persons)
        course.names.sort(key=lambda name: -name[1])

    def _keep(self, one: Enrolled) -> None:
        """Keep as many as the money of their purse, then of others, pays to their end."""
        rest, end = one.persons, one.way.end
        own = tuple((at, max(a, self.first), b) for at, a, b in one.way.parts() if b >= self.first)
        if not own:  # their age ended it before
            self._pay(one, (), end, rest)
            return
        for parts in self._choices(one, own):
            persons = min(rest, self._affordable(parts, one))
            if persons:
                self._pay(one, parts, end, persons)
                self.course.kept += persons
                self.course.moved += persons if parts != own else 0
                rest -= persons
        if rest:
            self.lost.append((one, rest))
            self.barred |= set(self.strata[one.stratum].purses)

    def _choices(self, one: Enrolled, own: Parts) -> list[Parts]:
        """Return who may pay to the end: the purse of the plan, or another once it is open."""
        end, others = one.way.end, []
        for at in self.strata[one.stratum].purses:
            opens = max(self.first, self.made[at].first)
            if at != own[0][0] and opens <= end <= self.made[at].last:
                until = tuple((u, a, min(b, opens - 1)) for u, a, b in own if a < opens)
                others.append((opens, (*until, (at, opens, end))))
        # Only a purse that is short is spared.
        is_spared = self.is_sparing and self.course.dry[own[0][0]] >= 0
        others.sort(key=lambda choice: choice[0], reverse=is_spared)
        told = [parts for _, parts in others]
        return [*told, own] if is_spared else [own, *told]

    def _affordable(self, parts: Parts, one: Enrolled) -> int:
        """Return how many persons the money left pays for."""
        sector = self.strata[one.stratum].sector
        cost: dict[int, int] = defaultdict(int)
        for at, a, b in parts:
            if not self.made[at].first <= a <= b <= self.made[at].last:
                return 0
            cost[at] += self.made[at].cost(sector, a, b)
        return min((max(0, self.left[at]) // rp for at, rp in cost.items() if rp),
                   default=one.persons)  # fmt: skip

    def _pay(self, one: Enrolled, parts: Parts, end: int, persons: int) -> None:
        sector = self.strata[one.stratum].sector
        for at, a, b in parts:
            self.left[at] -= persons * self.made[at].cost(sector, a, b)
        before = tuple((at, a, min(b, self.first - 1)) for at, a, b in one.way.parts()
                       if a < self.first)  # fmt: skip
        path = Path(one.way.start, end, _joined(before + parts))
        self.counts[one.stratum, path] += persons
        if one.person_id:
            self.paths.append((one, path))

    def _stop(self, one: Enrolled, persons: int) -> None:
        """Pay what is left for one more, month by month; the others end with the change."""
        at = next(p for p, _, b in one.way.parts() if b >= self.first)
        last = self.first - 1
        while last + 1 <= one.way.end and self._affordable(((at, self.first, last + 1),), one):
            last += 1
        for number, end in ((1, last), (persons - 1, self.first - 1)):
            if number:
                parts = ((at, self.first, end),) if end >= self.first else ()
                self._pay(one, parts, end, number)
                self.course.stopped[end + 1] = self.course.stopped.get(end + 1, 0) + number
        if one.person_id:
            self.course.names.append((one.person_id, one.rank, last + 1))


def _dry(owed: np.ndarray[tuple[int], np.dtype[np.int64]], left: int, first: int) -> int:
    """Return the first month that money does not reach if everybody is paid on; −1 = none."""
    short = np.flatnonzero(np.cumsum(owed) > left)
    return first + int(short[0]) if len(short) and owed.any() else -1


def _joined(parts: Parts) -> Parts:
    """Join parts of one purse that follow each other."""
    made: list[tuple[int, int, int]] = []
    for at, a, b in parts:
        if made and made[-1][0] == at and made[-1][2] + 1 == a:
            made[-1] = (at, made[-1][1], b)
        else:
            made.append((at, a, b))
    return tuple(made)


class _Fresh:
    """Plans anew with what is left, for those who were not enrolled."""

    def __init__(
        self, base: Outcome, settings: PlanSettings, keeper: _Keeper, people: Sequence[Enrolled]
    ) -> None:
        self.base, self.settings, self.keeper = base, settings, keeper
        self.people = people
        self.taken = np.zeros(len(base.strata), dtype=np.int64)
        for one in people:
            self.taken[one.stratum] += one.persons

    def solved(
        self, target_persons: int | None, limits: Sequence[Limit], time_limit_seconds: float
    ) -> Solution:
        """Build and solve the problem of the rest of the year."""
        first, base = self.keeper.first, self.base
        strata = [
            replace(s, persons=max(0, s.persons - int(n)), first=max(s.first, first))
            for s, n in zip(base.strata, self.taken, strict=True)
        ]
        rest = [
            replace(pot, pagu_rp=0 if at in self.keeper.barred else max(0, left),
                    first=max(pot.first, first))
            for at, (pot, left) in enumerate(zip(self.keeper.made, self.keeper.left, strict=True))
        ]  # fmt: skip
        goal, here = None, self._stays()
        if target_persons is not None:
            months = base.base.months
            goal = Goal(target_persons, months[-1] + here[-1], sum(months) + sum(here))
        self.built = build(
            strata, rest, [self._limit(one) for one in limits], self.settings.objectives,
            goal=goal, fair=self._fair(), waiting_months=base.base.waiting_months,
            with_prices=False,
        )  # fmt: skip
        if base.names.height:
            gone = [one.person_id for one in self.people]
            free = placed(base.ranked.frame).filter(~pl.col("person_id").is_in(gone))
            self.built.problem.order = free.get_column("stratum").to_numpy()
        return solve(self.built.problem, time_limit_seconds)

    def _stays(self) -> list[int]:
        """Return the enrolled who are covered, month by month."""
        return [sum(n for (_, w), n in self.keeper.counts.items() if w.start <= m <= w.end)
                for m in range(MONTHS)]  # fmt: skip

    def _limit(self, limit: Limit) -> Limit:
        """Return a quota without the places of those who stay."""
        here = sum(
            n
            for (s, w), n in self.keeper.counts.items()
            if w.end == self.base.strata[s].end and limit.holds(self.base.strata[s])
        )
        most = None if limit.most is None else max(0, limit.most - here)
        return replace(limit, least=max(0, limit.least - here), most=most)

    def _fair(self) -> list[Fair]:
        """Return cover of the poor with those who stay."""
        stay: dict[str, int] = defaultdict(int)
        for (s, way), n in self.keeper.counts.items():
            one: Stratum = self.base.strata[s]
            if 1 <= one.desil <= 4 and way.end == MONTHS - 1:
                stay[one.kode] += n
        return [replace(f, covered=f.covered + stay[f.kode]) for f in self.base.base.fair]
