"""Months that a plan cannot begin with: those that are over on the day of its data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cakup.kernel.errors import InputError
from cakup.kernel.months import last_day
from cakup.planning.toml_lines import TomlFile

if TYPE_CHECKING:
    from cakup.planning.settings import PlanSettings


def check_first_month(file: TomlFile, settings: PlanSettings) -> None:
    """Refuse a plan of a running year that begins in a month that is over.

    Nobody can be enrolled for a month that is over, whatever was paid in it: what was paid counts
    by itself, and the rest would be planned as persons, months and money that nobody can have.

    Args:
        file: Where it was written.
        settings: The plan.

    Raises:
        InputError: ``plan.year.over``; ``plan.start.over``.
    """
    if not settings.is_running:
        return
    year, as_of = settings.year, settings.as_of
    first = next((d for m in range(12) if last_day(d := date(year, m + 1, 1)) > as_of), None)
    if first is None:
        where = file.where("plan", 0, "as_of")
        raise InputError("plan.year.over", where=where, year=year, as_of=as_of.isoformat())
    if settings.start is not None and settings.start < first:
        raise InputError(
            "plan.start.over", where=file.where("plan", 0, "start"), as_of=as_of.isoformat(),
            start=f"{settings.start:%Y-%m}", first=f"{first:%Y-%m}",
        )  # fmt: skip
