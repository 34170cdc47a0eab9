"""The column form on Polars frames and as SQL for DuckDB, with counts of what stayed missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from cakup.kernel.columns import Column, Sql, sql
from cakup.kernel.errors import UsageError
from cakup.law import columns as bills
from cakup.law.catalogue import FIRST_DAY, Catalogue
from cakup.law.contributions.bpu import PEMBAYAR, SEKTOR
from cakup.law.contributions.jakon import CONTRACT_LIMIT_RP
from cakup.law.contributions.wage import WAGE_LIMIT_RP
from cakup.law.terms import Terms, TermsOver

Bill = Callable[..., dict[str, Column]]
BILLS: dict[str, Bill] = {
    "pu": bills.wage_earner,
    "bpu": bills.non_wage_earner,
    "jakon": bills.construction_by_wage,
    "jakon_contract": bills.construction_by_contract,
    "pmi": bills.migrant,
    "magang": bills.apprentice,
}
#: Bill → its main inputs in order.
MAIN = {
    "pu": ("wage", "risk_group"), "bpu": ("base",), "jakon": ("wage",),
    "jakon_contract": ("contract_value",), "pmi": ("months",), "magang": ("wage",),
}  # fmt: skip
#: Inputs with a range, beyond which there is no result.
RANGES = {
    "wage": (0, WAGE_LIMIT_RP), "paid_wage": (0, WAGE_LIMIT_RP),
    "contract_value": (0, CONTRACT_LIMIT_RP),
}  # fmt: skip
#: Inputs with a closed list of words; another word has no price while a discount runs.
WORDS = {"payer": PEMBAYAR, "sector": SEKTOR}
#: A migrant's contract below this has no package.
SHORTEST_PACKAGE_MONTHS = 6


@dataclass(frozen=True)
class Priced:
    """A frame with the amounts added.

    Args:
        frame: The rows with one column per result.
        missing: How many rows have no amount, by reason: ``{wage_missing: 3, …}``.
    """

    frame: pl.DataFrame
    missing: dict[str, int]


def price_frame(
    frame: pl.DataFrame | pl.LazyFrame, segment: str, inputs: Mapping[str, Any], *,
    catalogue: Catalogue, on: date | None = None, month: str | None = None,
    allow_unconfirmed: bool = False, prefix: str = "",
) -> Priced:  # fmt: skip
    """Add the contributions of every row.

    Args:
        frame: Rows.
        segment: A key of ``BILLS``.
        inputs: Input of the bill → name of a column (text), or a constant given as
            ``polars.lit``; ``born`` decides JP by the contribution month.
        catalogue: Parameters.
        on: Day for all rows, or
        month: Column with a day of the contribution month of each row.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.
        prefix: Put before the names of the results.

    Returns:
        The frame with the results, and the counts of rows that stayed missing.

    Raises:
        UsageError: ``law.input.missing``; ``law.input.unknown``.
    """
    rows = frame.lazy()
    terms, days = _terms(rows, on, month, catalogue, allow_unconfirmed)
    given = {k: pl.col(v) if isinstance(v, str) else v for k, v in inputs.items()}
    made = _bill(segment, terms, given, days)
    results = {f"{prefix}{name}": _expr(column) for name, column in made.items()}
    counts = _counts(given, days if month else None, segment, terms)
    priced, counted = pl.collect_all([rows.with_columns(**results), rows.select(**counts)])
    row = counted.row(0, named=True) if counted.height else {}
    return Priced(priced, {k: int(v) for k, v in row.items() if v})


def bill_sql(
    segment: str, inputs: Mapping[str, str], *, catalogue: Catalogue, on: date | None = None,
    month: str | None = None, first: date | None = None, last: date | None = None,
    allow_unconfirmed: bool = False,
) -> dict[str, str]:  # fmt: skip
    """Return the contributions as SQL expressions in the DuckDB dialect.

    Args:
        segment: A key of ``BILLS``.
        inputs: Input of the bill → SQL expression (a column name, or a literal).
        catalogue: Parameters.
        on: Day for all rows, or
        month: SQL expression of a day in the contribution month, with
        first: earliest and
        last: latest day in it.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.

    Returns:
        Result → SQL expression, a BIGINT or NULL.

    Raises:
        UsageError: ``law.input.missing``; ``law.input.unknown``.
    """
    if on is not None:
        terms = Terms(on, catalogue, allow_unconfirmed=allow_unconfirmed)
        days: Column = on
    else:
        if month is None or first is None or last is None:
            raise UsageError("law.input.missing", name="on")
        days = Sql(month)
        terms = TermsOver(days, first, last, catalogue, allow_unconfirmed=allow_unconfirmed)
    given = {name: Sql(f"({text})") for name, text in inputs.items()}
    return {name: sql(column) for name, column in _bill(segment, terms, given, days).items()}


def _terms(
    rows: pl.LazyFrame, on: date | None, month: str | None, catalogue: Catalogue, allowed: bool
) -> tuple[Terms, Column]:
    """Return the law on one day, or over the column of days that the rows hold."""
    if on is not None:
        return Terms(on, catalogue, allow_unconfirmed=allowed), on
    if month is None:
        raise UsageError("law.input.missing", name="on")
    days = pl.col(month)
    seen = rows.select(first=days.min(), last=days.max()).collect()
    first, last = seen["first"][0] or FIRST_DAY, seen["last"][0] or FIRST_DAY
    return TermsOver(days, first, last, catalogue, allow_unconfirmed=allowed), days


def _bill(
    segment: str, terms: Terms, given: Mapping[str, Column], days: Column
) -> dict[str, Column]:
    """Call the bill of a segment with its main inputs in order and the rest by name."""
    if segment not in BILLS:
        near = ", ".join(BILLS)
        raise UsageError("law.input.unknown", name=segment, near=near)
    rest = dict(given)
    main = []
    for name in MAIN[segment]:
        if name not in rest:
            raise UsageError("law.input.missing", name=name)
        main.append(rest.pop(name))
    if "born" in rest:
        rest["month"] = days
    return BILLS[segment](terms, *main, **rest)


def _expr(column: Column) -> pl.Expr:
    """Return a result as a whole-number expression; a constant is spread over the rows."""
    if isinstance(column, pl.Expr):
        return column.cast(pl.Int64)
    return pl.lit(column if isinstance(column, int) else None, dtype=pl.Int64)


def _ranges(segment: str, terms: Terms) -> dict[str, tuple[int, int]]:
    """Return the range of every input outside which a segment has no result."""
    ranges = dict(RANGES)
    if segment == "bpu":
        low, high = (terms.catalogue[f"bpu.dasar.{end}"].at(terms.day) for end in ("min", "max"))
        ranges["base"] = (int(str(low.value)), int(str(high.value)))
    if segment == "pmi":
        ranges["months"] = (SHORTEST_PACKAGE_MONTHS, 2**62)
    return ranges


def _counts(
    given: Mapping[str, Any], days: pl.Expr | None, segment: str, terms: Terms
) -> dict[str, pl.Expr]:
    """Count rows that cannot be priced, by reason."""
    ranges = _ranges(segment, terms)
    counts: dict[str, pl.Expr] = {}
    for name, column in given.items():
        counts[f"{name}_missing"] = column.is_null().sum()
        if name in ranges:
            counts[f"{name}_out_of_range"] = (~column.is_between(*ranges[name])).sum()
        if name == "risk_group":
            counts["risk_group_unknown"] = (~column.is_between(1, 5)).sum()
        if name in WORDS:
            counts[f"{name}_unknown"] = (~column.is_in(WORDS[name])).sum()
    if days is not None:
        counts["month_missing"] = days.is_null().sum()
        counts["month_before_the_law"] = (days < FIRST_DAY).sum()
    return counts
