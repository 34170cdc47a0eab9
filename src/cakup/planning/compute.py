"""One scenario: strata, problem, solution, and what it means in persons, months and rupiah."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.kernel import spelling
from cakup.kernel.language import Text
from cakup.law.catalogue import Catalogue
from cakup.planning.criteria.evaluate import Evaluated
from cakup.planning.criteria.ruleset import RuleSet
from cakup.planning.optimise.build import Built, Fair, Goal, Limit, Pot, Stratum, build
from cakup.planning.optimise.problem import Solution
from cakup.planning.optimise.run import TIME_LIMIT_SECONDS, solve
from cakup.planning.people import Ranked, named, placed, ranked, strata
from cakup.planning.prices import Price
from cakup.planning.purses import eligible_expr, pots
from cakup.planning.settings import PlanSettings

MONTHS = 12
#: Smallest gap that is not called exact.
EXACT = 1e-9
#: Shares are told per this much more money.
MORE_RP = 100_000_000


@dataclass(frozen=True)
class BaseCover:
    """What is covered without the plan, and the sizes it is held against.

    Args:
        months: Persons covered in each of the 12 months of the plan year (perkiraan).
        denominator: Workers.
        fair: Coverage of decile 1–4 by kelurahan.
        waiting_months: Months before full death cover.
    """

    months: tuple[int, ...]
    denominator: int
    fair: tuple[Fair, ...] = ()
    waiting_months: int = 3


@dataclass
class Outcome:
    """A solved scenario.

    Args:
        settings: Its settings.
        ranked: Its candidates in order.
        strata: Its strata.
        pots: Its purses.
        prices: The prices asked of the law.
        built: The problem.
        solution: What the solver found.
        target_persons: Persons of the target aimed at, None without one.
        base: Cover without the plan.
        names: Chosen persons (``person_id, rank, stratum, way``); empty in the pagu stage.
        course: What became of the enrolled when the budget changed in the middle of the year.
    """

    settings: PlanSettings
    ranked: Ranked
    strata: tuple[Stratum, ...]
    pots: tuple[Pot, ...]
    prices: tuple[Price, ...]
    built: Built
    solution: Solution
    target_persons: int | None
    base: BaseCover
    names: pl.DataFrame = field(default_factory=pl.DataFrame)
    course: Any = None

    @property
    def columns(self) -> NDArray[np.int64]:
        """Persons per column of persons."""
        return self.solution.persons[: len(self.built.ways)]

    @property
    def persons(self) -> int:
        """Persons covered in any month."""
        return int(self.columns.sum())

    @property
    def person_months(self) -> int:
        """Person-months paid."""
        return int(sum(n * w.months for n, w in zip(self.columns, self.built.ways, strict=True)))

    @property
    def earliest(self) -> int:
        """The first month (0–11) in which anybody new may begin."""
        held = self.settings
        return max(held.begins, held.month(held.changed_from, 0))

    def by_month(self) -> NDArray[np.int64]:
        """Return the persons covered in every month."""
        held = np.zeros(MONTHS, dtype=np.int64)
        for n, way in zip(self.columns, self.built.ways, strict=True):
            if n:
                held[way.start : way.end + 1] += n
        return held

    def money(self) -> NDArray[np.int64]:
        """Return rupiah by purse and month."""
        held = np.zeros((len(self.pots), MONTHS), dtype=np.int64)
        for n, way, s in self._used():
            for at, first, last in way.parts():
                prices = self.pots[at].prices[self.strata[s].sector]
                held[at, first : last + 1] += n * np.array(prices[first : last + 1])
        return held

    def heads(self) -> NDArray[np.int64]:
        """Return person-months by purse and month."""
        held = np.zeros((len(self.pots), MONTHS), dtype=np.int64)
        for n, way, _ in self._used():
            for at, first, last in way.parts():
                held[at, first : last + 1] += n
        return held

    def _used(self) -> list[tuple[int, Any, int]]:
        return [
            (int(n), self.built.ways[k], int(self.built.stratum[k]))
            for k, n in enumerate(self.columns)
            if n
        ]


def compute(
    told: Evaluated, rules: RuleSet, settings: PlanSettings, base: BaseCover,
    target_persons: int | None, catalogue: Catalogue, *, with_names: bool = True,
    time_limit_seconds: float = TIME_LIMIT_SECONDS,
) -> Outcome:  # fmt: skip
    """Solve one scenario.

    Args:
        told: What the rules say of every person.
        rules: The rule set.
        settings: Settings of the scenario.
        base: Cover without the plan.
        target_persons: Persons of the target aimed at.
        catalogue: Parameters of the law.
        with_names: Whether to give the places to persons.
        time_limit_seconds: Seconds of the processor after which the solver is ended.

    Raises:
        EngineError: ``plan.solver.stopped``.
    """
    made, prices = pots(settings, catalogue)
    masks = sum(
        (eligible_expr(p, rules.occupations).cast(pl.Int64) * (1 << n)
         for n, p in enumerate(settings.purses)), pl.lit(0),
    )  # fmt: skip
    order = ranked(told, rules, settings, masks)
    share = settings.yield_share if settings.stage == "pagu" else 1.0
    groups = strata(order.frame, len(made), share)
    goal = None
    if target_persons is not None:
        goal = Goal(target_persons, base.months[-1], sum(base.months))
    limits = limits_of(settings, rules, order)
    built = build(
        groups, made, limits, settings.objectives, goal=goal, fair=base.fair,
        waiting_months=base.waiting_months,
    )  # fmt: skip
    if share == 1.0:
        # Where only the kelurahan differs the places go to whom the rule set names first.
        built.problem.order = placed(order.frame).get_column("stratum").to_numpy()
    solution = solve(built.problem, time_limit_seconds)
    outcome = Outcome(settings, order, groups, made, prices, built, solution, target_persons, base)
    if with_names and settings.stage == "nama" and solution.is_feasible:
        outcome.names = named(order.frame, built, outcome.columns)
    return outcome


def limits_of(settings: PlanSettings, rules: RuleSet, order: Ranked) -> list[Limit]:
    """Return the quotas of the plan and of the rule set."""
    own = [Limit(q.kode, q.least, q.most, q.kode) for q in settings.quotas]
    return [*own, *_rule_limits(rules, order)]


def _rule_limits(rules: RuleSet, order: Ranked) -> list[Limit]:
    """Return the quotas of the rule set: one for all, or shares of the kelurahan."""
    found = []
    for rule in rules.of_kind("quota"):
        total = int(rule.get("total", 0))
        if rule.get("by") != "kelurahan":
            found.append(Limit("", 0, total, rule.id))
            continue
        sizes = order.frame.group_by("kode").len().sort("kode")
        weight = sizes.get_column("len").to_numpy().astype(np.float64)
        exact = weight / max(weight.sum(), 1) * total
        share = np.floor(exact).astype(np.int64)
        rest = np.argsort(-(exact - share), kind="stable")[: total - int(share.sum())]
        share[rest] += 1
        for kode, most in zip(sizes.get_column("kode"), share, strict=True):
            found.append(Limit(kode or "-", 0, int(most), f"{rule.id}:{kode}"))
    return found


def schedule(outcome: Outcome) -> pl.DataFrame:
    """Return one row per chosen person and month: ``persons.parquet``.

    Args:
        outcome: A solved scenario with names.

    Returns:
        ``person_id, purse, bulan, rupiah, stratum, rank`` ordered by person and month.
    """
    rows: dict[str, list[Any]] = {k: [] for k in ("way", "purse", "bulan", "rupiah")}
    for column in outcome.names.get_column("way").unique().sort() if outcome.names.height else []:
        way = outcome.built.ways[column]
        sector = outcome.strata[int(outcome.built.stratum[column])].sector
        for at, first, last in way.parts():
            for month in range(first, last + 1):
                rows["way"].append(column)
                rows["purse"].append(outcome.pots[at].id)
                rows["bulan"].append(date(outcome.settings.year, month + 1, 1))
                rows["rupiah"].append(int(outcome.pots[at].prices[sector][month]))
    schema = {"way": pl.Int64, "purse": pl.String, "bulan": pl.Date, "rupiah": pl.Int64}
    months = pl.DataFrame(rows, schema=schema)
    names = outcome.names if outcome.names.height else pl.DataFrame(
        schema={"person_id": pl.String, "rank": pl.Int64, "stratum": pl.Int64, "way": pl.Int64}
    )  # fmt: skip
    return (
        names.join(months, on="way", how="inner")
        .select("person_id", "purse", "bulan", "rupiah", "stratum", "rank")
        .sort("person_id", "bulan")
    )


def binding(outcome: Outcome) -> list[dict[str, Any]]:
    """Return what binds, with its shadow price in words (perkiraan)."""
    prices, rows = outcome.solution.prices, outcome.built.rows
    if not len(prices):
        return []
    found = []
    for at, pot in enumerate(outcome.pots):
        gain = float(prices[rows[f"purse:{pot.id}"]]) * MORE_RP / outcome.built.units[at]
        spent = int(outcome.money()[at].sum())
        if gain > 1e-6:
            months = max(1, pot.last - max(pot.first, outcome.earliest) + 1)
            people = int(gain / months + 1e-6)
            found.append(
                {
                    "kind": "purse", "id": pot.id, "person_months_per_100m_rp": round(gain, 3),
                    "persons_per_100m_rp": people, "months": months,
                    "left_rp": pot.pagu_rp - spent,
                    "text": Text(
                        f"Rp100 juta lagi pada {pot.id} menambah {spelling.count(people)} orang "
                        f"untuk {months} bulan (perkiraan)",
                        f"Rp100 million more in {pot.id} adds {spelling.count(people, 'en')} "
                        f"persons for {months} months (estimate)",
                    ),
                }
            )  # fmt: skip
    for name, row in rows.items():
        if name.startswith("quota:") and prices[row] > 1e-6:
            freed = float(prices[row])
            found.append(
                {
                    "kind": "quota", "id": name.removeprefix("quota:"),
                    "person_months_per_person": round(freed, 3),
                    "text": Text(
                        f"satu orang lebih longgar pada kuota {name.removeprefix('quota:')} "
                        f"mengubah {spelling.decimal(freed, 1)} orang-bulan (perkiraan)",
                        f"one person more room in quota {name.removeprefix('quota:')} changes "
                        f"{spelling.decimal(freed, 1, 'en')} person-months (estimate)",
                    ),
                }
            )  # fmt: skip
    if not found and outcome.persons == sum(s.persons for s in outcome.strata):
        found.append({
            "kind": "candidates", "id": "candidates",
            "text": Text("semua calon terlindungi; yang mengikat adalah banyaknya calon",
                         "every candidate is covered; the number of candidates binds"),
        })  # fmt: skip
    return found
