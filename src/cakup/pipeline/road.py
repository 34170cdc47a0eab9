"""Use case: the road from today's cover to a target year, with its cost per year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from cakup.kernel.errors import UsageError
from cakup.kernel.months import months_between
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.plan import plan_path
from cakup.pipeline.plan_inputs import PlanInputs, gather
from cakup.pipeline.workspace import Workspace
from cakup.planning.claims import TABLES, death_rates
from cakup.planning.prices import Tariff, months_of
from cakup.planning.road import road, straight
from cakup.planning.settings import PlanSettings, read_plan

LONGEST_YEARS = 25
MONTHS = 12


@dataclass(frozen=True)
class Request:
    """Which road.

    Args:
        to: Last year.
        share: Share aimed at on 31 December of that year, 0–1.
        growth: Growth of the workers in a year.
        plan: ``plan.toml``; None = the one in the workspace.
    """

    to: int
    share: float = 1.0
    growth: float = 0.0
    plan: str | None = None


def run(
    request: Request, workspace: Workspace, progress: Progress = SILENT
) -> dict[str, Any]:  # fmt: skip
    """Return the road: a step per year, sums, and how many candidates there are for it.

    Args:
        request: Which road.
        workspace: Workspace, linked and with its ledger.
        progress: Listener.

    Raises:
        UsageError: ``road.bad_year``, ``road.bad_share``.
        InputError: ``plan.…`` for what is wrong in plan or criteria, naming file and line.
    """
    settings = read_plan(plan_path(workspace, request.plan))
    years = request.to - settings.year + 1
    if not 1 <= years <= LONGEST_YEARS:
        last = settings.year + LONGEST_YEARS - 1
        raise UsageError("road.bad_year", first=settings.year, last=last)
    if not 0 < request.share <= 1 or not -0.1 <= request.growth <= 0.1:
        raise UsageError("road.bad_share")
    with workspace.engine() as engine:
        inputs = gather(engine, workspace, settings, progress, with_money=False)
    return _told(request, settings, inputs, years)


def _told(
    request: Request, settings: PlanSettings, inputs: PlanInputs, years: int
) -> dict[str, Any]:
    """Return the road as plain values."""
    workers = int(inputs.denominator.value)
    standing, day = inputs.standing, inputs.basis.as_of
    now = sum(standing.active.values()) / workers
    ends = [months_between(day, date(settings.year + n, MONTHS, 1)) for n in range(years)]
    alone = [standing.at(months) for months in ends]
    steps = road(
        settings.year, workers, request.growth, straight(now, request.share, years), alone,
        standing.active["aid"], leaving(inputs), _prices(settings, inputs, years),
    )  # fmt: skip
    inside = int(inputs.told.frame.get_column("is_in").sum())
    return {
        "as_of": day.isoformat(), "to": request.to, "share": request.share,
        "growth": request.growth, "share_now": round(now, 6), "eligible": inside,
        "leave_share": round(leaving(inputs), 6), "steps": [s.as_json() for s in steps],
        "cost_rp": sum(s.cost_rp for s in steps),
        "short_of_candidates": max(0, max(s.places for s in steps) - inside),
        "short_from": next((s.year for s in steps if s.places > inside), None),
        "denominator": inputs.denominator.as_json(),
    }  # fmt: skip


def leaving(inputs: PlanInputs) -> float:
    """Return the part of those who meet the rules who pass the age limit or die within a year.

    Args:
        inputs: What the plan stands on.
    """
    inside = inputs.told.frame.filter(pl.col("is_in"))
    if not inside.height:
        return 0.0
    aged = float((inside.get_column("last_month") < MONTHS - 1).mean() or 0.0)  # type: ignore[arg-type]
    born = inside.get_column("tanggal_lahir").drop_nulls()
    ages = (inputs.basis.as_of.year - born.dt.year()).to_numpy().astype(np.float64)
    male = (inside.filter(pl.col("tanggal_lahir").is_not_null()).get_column("jenis_kelamin")
            == "L").fill_null(False).to_numpy()  # fmt: skip
    both = [death_rates(table, ages, male, inputs.basis.as_of) for table in TABLES]
    deaths = float(np.mean(both)) if len(ages) else 0.0
    return aged + deaths


def _prices(settings: PlanSettings, inputs: PlanInputs, years: int) -> list[int]:
    """Return what one person costs in each year at the APBD price of its months."""
    tariff = Tariff("apbd_kabkota", "other", settings.programmes, inputs.catalogue)
    return [
        sum(p.total_rp for p in tariff.over(months_of(date(y, 1, 1), date(y, MONTHS, 1))))
        for y in range(settings.year, settings.year + years)
    ]


def road_to(
    workspace: Workspace, year: int, share: float = 1.0, *, growth: float = 0.0,
    plan: Path | str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the road to a share of workers in a target year, with its cost per year.

    Args:
        workspace: Workspace, linked and with its ledger.
        year: Last year.
        share: Share aimed at on 31 December of that year, 0–1.
        growth: Growth of the workers in a year.
        plan: ``plan.toml`` with criteria and day of the data; None = the one in the workspace.

    Raises:
        UsageError: ``road.bad_year``, ``road.bad_share``.
    """
    return run(Request(year, share, growth, str(plan) if plan else None), workspace)
