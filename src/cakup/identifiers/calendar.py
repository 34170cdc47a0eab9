"""Days from numbers, over whole columns, without ever raising on a value."""

from __future__ import annotations

from datetime import date

import polars as pl

SHORT_MONTHS = [4, 6, 9, 11]


def longest(month: pl.Expr) -> pl.Expr:
    """Return the days of a month in a leap year; 0 for a month outside 1–12."""
    return (
        pl.when(month.is_in(SHORT_MONTHS)).then(30)
        .when(month == 2).then(29)
        .when(month.is_between(1, 12)).then(31)
        .otherwise(0)
    )  # fmt: skip


def is_leap(year: pl.Expr) -> pl.Expr:
    """Return whether a year has 29 February."""
    return (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))


def month_length(year: pl.Expr, month: pl.Expr) -> pl.Expr:
    """Return the days of a month; 0 for a month outside 1–12, null for none.

    Args:
        year: Full year.
        month: Month, any integer.
    """
    days = pl.when((month == 2) & is_leap(year).not_()).then(28).otherwise(longest(month))
    return pl.when(month.is_not_null()).then(days)


def exists(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Return whether a day is in the calendar; false where a part is missing."""
    fits = (day >= 1) & (day <= month_length(year, month)) & (year >= 1) & (year <= 9999)
    return fits.fill_null(False)


def day_of(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Return the day as Date, null if the calendar does not have it.

    ``pl.date`` alone raises on such days, and its message holds the value.
    """
    real = exists(year, month, day)

    def or_1(part: pl.Expr) -> pl.Expr:
        return pl.when(real).then(part).otherwise(1)

    return pl.when(real).then(pl.date(or_1(year), or_1(month), or_1(day)))


def latest_year(yy: pl.Expr, month: pl.Expr, day: pl.Expr, latest: date) -> pl.Expr:
    """Return the full year of a two-digit year: the last one whose day is not after ``latest``.

    Args:
        yy: Year 0–99.
        month: Month 1–12.
        day: Day 1–31.
        latest: Last possible day, e.g. the date of the data for births.
    """
    century = latest.year // 100 * 100
    later = (yy, month, day)
    limit = (latest.year % 100, latest.month, latest.day)
    past = (later[0] > limit[0]) | (
        (later[0] == limit[0])
        & ((later[1] > limit[1]) | ((later[1] == limit[1]) & (later[2] > limit[2])))
    )
    turn = pl.when(past).then(century - 100).otherwise(century) + yy
    # 29 February: the later century may not have it although the earlier one does.
    leap_day = (month == 2) & (day == 29)
    return pl.when(leap_day & is_leap(turn).not_()).then(turn - 100).otherwise(turn)
