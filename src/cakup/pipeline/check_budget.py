"""Use case: do printed budget figures fit together? Needs no workspace; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cakup.kernel.progress import SILENT, Progress
from cakup.law.catalogue import catalogue
from cakup.pipeline.workspace import Workspace
from cakup.planning.budget_check import BudgetVerdict, read_budget, read_period
from cakup.planning.budget_check import check_budget as check
from cakup.planning.prices import TWO_PROGRAMMES, Tariff


@dataclass(frozen=True)
class Request:
    """Budget figures as they stand in an article or a budget; None = not printed.

    Args:
        persons: Persons, e.g. ``15.000``.
        months: Months of cover, e.g. ``12``.
        rupiah: Amount, e.g. ``Rp3.024.000.000`` or ``3,3 miliar``.
        period: Contribution months ``YYYY-MM..YYYY-MM``, None = every price since 2015-07.
        payer: Who pays: ``apbd``, ``csr``, ``self``, …
        programmes: Of ``jkk, jkm, jht``.
        sector: ``lain`` or ``transport``.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.
    """

    persons: str | None = None
    months: str | None = None
    rupiah: str | None = None
    period: str | None = None
    payer: str = "apbd"
    programmes: tuple[str, ...] = TWO_PROGRAMMES
    sector: str = "lain"
    allow_unconfirmed: bool = False


def run(
    request: Request, workspace: Workspace | None = None, progress: Progress = SILENT
) -> BudgetVerdict:
    """Check the figures of a request.

    Args:
        request: The figures as printed.
        workspace: Its confirmed answers to the law are used if given.
        progress: Not used; the check takes milliseconds.

    Raises:
        UsageError: ``budget.nothing_given``, ``budget.bad_period``, a figure that cannot be read.
        RuleError: ``parameter.not_in_force`` for months before the law.
    """
    given = read_budget(
        {"persons": request.persons, "months": request.months, "rupiah": request.rupiah}
    )
    local: Path | None = workspace.root / "parameters" / "law" if workspace else None
    tariff = Tariff.of(
        request.payer, request.sector, request.programmes, catalogue(local),
        allow_unconfirmed=request.allow_unconfirmed,
    )  # fmt: skip
    return check(given, tariff, read_period(request.period) if request.period else None)


def check_budget(
    *, persons: str | None = None, months: str | None = None, rupiah: str | None = None,
    period: str | None = None, payer: str = "apbd", programmes: tuple[str, ...] = TWO_PROGRAMMES,
    sector: str = "lain",
) -> BudgetVerdict:  # fmt: skip
    """Return whether persons × months × price in force make the printed rupiah.

    Args:
        persons: Persons as printed.
        months: Months of cover as printed.
        rupiah: Amount as printed.
        period: Contribution months ``YYYY-MM..YYYY-MM``, None = every price since 2015-07.
        payer: Who pays.
        programmes: Of ``jkk, jkm, jht``.
        sector: ``lain`` or ``transport``.

    Raises:
        UsageError: If nothing is given or a figure cannot be read.

    Example:
        >>> check_budget(persons="15.000", months="12", rupiah="Rp3.024.000.000").compatible
        True
    """
    return run(Request(persons, months, rupiah, period, payer, tuple(programmes), sector))
