"""One body for a person and for ten million: the few operations that rules may use.

A rule is written with ``+ − ×``, comparisons, ``&`` and ``|``, and the functions of this module. It
then takes whole numbers, Polars expressions or ``Sql`` texts (DuckDB dialect) and gives the same
whole numbers from each, also for negative values and for missing ones: **missing stays missing**.
``//`` is not used in rules, because DuckDB cuts towards zero while Python and Polars round down.

The kernel imports no data-frame library: a Polars expression is recognised by its module.
"""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

#: ``int``, ``bool``, ``date``, ``MISSING``, ``Sql`` or ``polars.Expr``.
Column = Any


class _Missing:
    """What is not known, as a value: everything computed from it is not known either."""

    def _same(self, *_: object) -> _Missing:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _same
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _same  # type: ignore[assignment]
    __hash__ = object.__hash__

    def __and__(self, other: object) -> Any:
        """False and unknown is False; everything else with unknown is unknown."""
        return False if other is False else self

    def __or__(self, other: object) -> Any:
        """True or unknown is True; everything else with unknown is unknown."""
        return True if other is True else self

    __rand__, __ror__ = __and__, __or__

    def __bool__(self) -> bool:
        raise TypeError("a missing value is neither true nor false; use columns.where")

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


class Sql:
    """A SQL expression in the DuckDB dialect that can be computed with.

    Args:
        text: The expression, e.g. a column name; anything longer must stand in brackets.
    """

    __hash__ = object.__hash__

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Sql({self.text!r})"

    def _with(self, operator: str, other: Column, *, turned: bool = False) -> Sql:
        left, right = sql(self), sql(other)
        if turned:
            left, right = right, left
        return Sql(f"({left} {operator} {right})")

    def __add__(self, other: Column) -> Sql:
        return self._with("+", other)

    def __radd__(self, other: Column) -> Sql:
        return self._with("+", other, turned=True)

    def __sub__(self, other: Column) -> Sql:
        return self._with("-", other)

    def __rsub__(self, other: Column) -> Sql:
        return self._with("-", other, turned=True)

    def __mul__(self, other: Column) -> Sql:
        return self._with("*", other)

    def __rmul__(self, other: Column) -> Sql:
        return self._with("*", other, turned=True)

    def __lt__(self, other: Column) -> Sql:
        return self._with("<", other)

    def __le__(self, other: Column) -> Sql:
        return self._with("<=", other)

    def __gt__(self, other: Column) -> Sql:
        return self._with(">", other)

    def __ge__(self, other: Column) -> Sql:
        return self._with(">=", other)

    def __eq__(self, other: Column) -> Sql:  # type: ignore[override]
        return self._with("=", other)

    def __ne__(self, other: Column) -> Sql:  # type: ignore[override]
        return self._with("<>", other)

    def __and__(self, other: Column) -> Sql:
        return self._with("AND", other)

    def __rand__(self, other: Column) -> Sql:
        return self._with("AND", other, turned=True)

    def __or__(self, other: Column) -> Sql:
        return self._with("OR", other)

    def __ror__(self, other: Column) -> Sql:
        return self._with("OR", other, turned=True)


def sql(value: Column) -> str:
    """Return a value as SQL text: an expression as it stands, a constant as a literal."""
    if isinstance(value, Sql):
        return value.text
    if value is None or value is MISSING:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return f"{value}::BIGINT"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


def _polars(*values: Column) -> Any:
    """Return the Polars module if one of the values is a Polars expression, else None."""
    for value in values:
        if type(value).__module__.partition(".")[0] == "polars":
            return sys.modules["polars"]
    return None


def _lit(pl: Any, value: Column) -> Any:
    """Return a value as a Polars expression."""
    if type(value).__module__.partition(".")[0] == "polars":
        return value
    if value is None or value is MISSING:
        return pl.lit(None)
    if isinstance(value, int) and not isinstance(value, bool):
        return pl.lit(value, dtype=pl.Int64)
    return pl.lit(value)


def where(condition: Column, then: Column, otherwise: Column) -> Column:
    """Return ``then`` where the condition holds, else ``otherwise``; missing if it is missing.

    Args:
        condition: Truth value or expression.
        then: Value where it is true; None stands for missing.
        otherwise: Value where it is false; None stands for missing.
    """
    if pl := _polars(condition, then, otherwise):
        return _where_polars(pl, condition, then, otherwise)
    if any(isinstance(x, Sql) for x in (condition, then, otherwise)):
        test = sql(condition)
        if not isinstance(condition, Sql):
            return then if condition is True else MISSING if condition is MISSING else otherwise
        if otherwise is None or otherwise is MISSING:
            return Sql(f"CASE WHEN {test} THEN {sql(then)} END")
        return Sql(f"CASE WHEN {test} THEN {sql(then)} WHEN NOT {test} THEN {sql(otherwise)} END")
    if condition is None or condition is MISSING:
        return MISSING
    chosen = then if condition else otherwise
    return MISSING if chosen is None else chosen


def _where_polars(pl: Any, condition: Column, then: Column, otherwise: Column) -> Column:
    """``where`` on Polars; a null condition falls through both branches."""
    if isinstance(condition, bool):
        return _lit(pl, then if condition else otherwise)
    test = _lit(pl, condition)
    return pl.when(test).then(_lit(pl, then)).when(~test).then(_lit(pl, otherwise)).otherwise(None)


def negate(condition: Column) -> Column:
    """Return whether a condition does not hold; missing stays missing."""
    if isinstance(condition, Sql):
        return Sql(f"(NOT {condition.text})")
    if condition is None or condition is MISSING:
        return MISSING
    return ~condition if _polars(condition) else not condition


def is_missing(value: Column) -> Column:
    """Return whether a value is missing."""
    if isinstance(value, Sql):
        return Sql(f"({value.text} IS NULL)")
    return value.is_null() if _polars(value) else (value is None or value is MISSING)


def least(left: Column, right: Column) -> Column:
    """Return the smaller of two values; missing if either is missing."""
    return _bound(left, right, "upper_bound")


def greatest(left: Column, right: Column) -> Column:
    """Return the larger of two values; missing if either is missing."""
    return _bound(left, right, "lower_bound")


def _bound(left: Column, right: Column, side: str) -> Column:
    """Smaller (``upper_bound``) or larger of two; a constant bound is a plain cut."""
    if isinstance(left, int) and not isinstance(right, int):
        left, right = right, left
    if isinstance(left, Sql):
        name = "least" if side == "upper_bound" else "greatest"
        # DuckDB passes over NULL here; adding 0 × the column makes the bound NULL with it.
        other = f"{sql(right)} + 0 * {left.text}" if isinstance(right, int) else sql(right)
        text = f"{name}({left.text}, {other})"
        if isinstance(right, int):
            return Sql(text)
        return Sql(f"CASE WHEN {left.text} IS NOT NULL AND {other} IS NOT NULL THEN {text} END")
    if _polars(left) and isinstance(right, int):
        return left.clip(**{side: right})
    return where(left <= right if side == "upper_bound" else left >= right, left, right)


def div_floor(value: Column, divisor: int) -> Column:
    """Return ``value / divisor`` rounded down (towards minus infinity), whole.

    Args:
        value: Whole number or column.
        divisor: Positive whole number, the same for all rows.
    """
    assert divisor > 0
    if divisor == 1:
        return value
    if isinstance(value, Sql):
        text, by = value.text, f"{divisor}::BIGINT"
        return Sql(f"(({text}) // {by} - CASE WHEN ({text}) % {by} < 0 THEN 1 ELSE 0 END)")
    return MISSING if value is MISSING else value // divisor


def div_ceil(value: Column, divisor: int) -> Column:
    """Return ``value / divisor`` rounded up (towards plus infinity), whole."""
    return 0 - div_floor(0 - value, divisor)


def div_half_up(value: Column, divisor: int) -> Column:
    """Return ``value / divisor`` rounded to the nearest whole number, halves upwards.

    ``-5 / 2`` gives ``-2`` and ``5 / 2`` gives ``3`` on every engine.
    """
    if divisor % 2 == 0:
        return div_floor(value + divisor // 2, divisor)
    return div_floor(value * 2 + divisor, divisor * 2)


ROUNDINGS = {"half_up": div_half_up, "down": div_floor, "up": div_ceil}


def divide(value: Column, divisor: int, rounding: str) -> Column:
    """Return ``value / divisor``, rounded as a convention says.

    Args:
        value: Whole number or column.
        divisor: Positive whole number, the same for all rows.
        rounding: ``half_up``, ``down`` or ``up``.
    """
    return ROUNDINGS[rounding](value, divisor)


def by_day(day: Column, dated: list[tuple[date, Column]]) -> Column:
    """Return the value in force on each day of a column.

    Args:
        day: Day or column of days.
        dated: First days and values, oldest first; days before the first give missing.
    """
    if pl := _polars(day, *(value for _, value in dated)):
        return _by_day_polars(pl, day, dated)
    chosen: Column = None
    for since, value in dated:
        chosen = where(day >= since, value, chosen)
    return MISSING if chosen is None else chosen


def _by_day_polars(pl: Any, day: Column, dated: list[tuple[date, Column]]) -> Column:
    """``by_day`` on Polars, latest first; a null day falls through every branch."""
    chain = pl
    for since, value in reversed(dated):
        chain = chain.when(day >= since).then(_lit(pl, value))
    return chain.otherwise(None) if chain is not pl else pl.lit(None)


def plain(value: Column) -> Column:
    """Return a single result for people: None for what is missing."""
    return None if value is MISSING else value


def day_number(day: Column) -> Column:
    """Return a day as the number ``yyyymmdd``, e.g. 20260401; differences // 10000 are ages."""
    if isinstance(day, Sql):
        t = day.text
        return Sql(f"(year({t}) * 10000 + month({t}) * 100 + day({t}))")
    if pl := _polars(day):
        parts = day.dt.year().cast(pl.Int64), day.dt.month().cast(pl.Int64), day.dt.day()
        return parts[0] * 10_000 + parts[1] * 100 + parts[2]
    return MISSING if day is MISSING else day.year * 10_000 + day.month * 100 + day.day


def completed_years(since: Column, until: Column) -> Column:
    """Return completed years between two days, e.g. an age on a day.

    Someone born on 29 February completes a year on 1 March of a common year.
    """
    return div_floor(day_number(until) - day_number(since), 10_000)


def years_by_month_end(since: Column, month: Column) -> Column:
    """Return years completed by the end of the month in which ``month`` lies."""
    end = div_floor(day_number(month), 100) * 100 + 31
    return div_floor(end - day_number(since), 10_000)


def one_of(value: Column, words: tuple[str, ...]) -> Column:
    """Return whether a text is one of some words; missing stays missing."""
    found: Column = False
    for word in words:
        found = (value == word) | found
    return found
