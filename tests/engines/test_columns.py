"""One body, three engines: int, Polars and DuckDB give the same whole numbers, also below zero."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.engines.duckdb import DuckEngine
from cakup.kernel import columns as c
from cakup.kernel.columns import MISSING, Sql

WHOLE = st.one_of(st.none(), st.integers(-(10**13), 10**13), st.integers(-60, 60))
FLAG = st.one_of(st.none(), st.booleans())

BODIES: dict[str, Callable[..., Any]] = {
    "div_floor": lambda a, b, f: c.div_floor(a, 7),
    "div_ceil": lambda a, b, f: c.div_ceil(a, 100),
    "half_up_even": lambda a, b, f: c.div_half_up(a * 240, 100_000),
    "half_up_odd": lambda a, b, f: c.div_half_up(a, 3),
    "least": lambda a, b, f: c.least(a, b),
    "least_constant": lambda a, b, f: c.least(a, 5),
    "greatest": lambda a, b, f: c.greatest(a, b),
    "greatest_constant": lambda a, b, f: c.greatest(-3, a),
    "where": lambda a, b, f: c.where(f, a, b),
    "where_nothing": lambda a, b, f: c.where(a < b, a, None),
    "negate": lambda a, b, f: c.where(c.negate(f), 1, 2),
    "logic": lambda a, b, f: c.where((a < 0) & f | (b == 5), a - b, b - a),
    "unknown": lambda a, b, f: c.where(c.is_missing(a), 1, 0),
    "depth": lambda a, b, f: c.divide(c.least(c.greatest(a, 0), b) * 2000, 100_000, "down"),
}


def _scalar(body: Callable[..., Any], rows: list[tuple[Any, ...]]) -> list[Any]:
    given_ = [[MISSING if x is None else x for x in row] for row in rows]
    return [c.plain(body(*row)) for row in given_]


def _frame(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    schema = {"n": pl.Int64, "a": pl.Int64, "b": pl.Int64, "f": pl.Boolean}
    return pl.DataFrame([(n, *r) for n, r in enumerate(rows)], schema=schema, orient="row")


@pytest.fixture(scope="module")
def engine() -> Any:
    with DuckEngine(threads=1) as made:
        yield made


@pytest.mark.parametrize("name", BODIES)
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(WHOLE, WHOLE, FLAG), min_size=1, max_size=20))
def test_three_engines_agree(name: str, engine: DuckEngine, rows: list[tuple[Any, ...]]) -> None:
    body = BODIES[name]
    expected = _scalar(body, rows)
    frame = _frame(rows)
    got = frame.select(x=body(pl.col("a"), pl.col("b"), pl.col("f")))["x"].to_list()
    assert got == expected
    engine.register("t", frame)
    text = c.sql(body(Sql("a"), Sql("b"), Sql("f")))
    assert engine.frame(f"SELECT {text} AS x FROM t ORDER BY n")["x"].to_list() == expected


def test_division_says_which_way_it_rounds() -> None:
    assert [c.div_floor(n, 2) for n in (5, -5)] == [2, -3]
    assert [c.div_half_up(n, 2) for n in (5, -5)] == [3, -2]
    assert [c.div_ceil(n, 2) for n in (5, -5)] == [3, -2]
    assert c.div_half_up(10**18 + 49_999, 100_000) == 10**13
    assert c.div_half_up(10**18 + 50_000, 100_000) == 10**13 + 1


def test_by_day_gives_the_value_in_force(engine: DuckEngine) -> None:
    dated = [(date(2015, 7, 1), 7_000_000), (date(2016, 3, 1), 7_335_300)]
    days = [date(2015, 6, 30) + timedelta(days=d) for d in (0, 1, 243, 244, 245)]
    expected = [None, 7_000_000, 7_000_000, 7_000_000, 7_335_300]
    assert [c.plain(c.by_day(d, dated)) for d in days] == expected
    frame = pl.DataFrame({"d": days})
    assert frame.select(x=c.by_day(pl.col("d"), dated))["x"].to_list() == expected
    engine.register("days", frame)
    text = c.sql(c.by_day(Sql("d"), dated))
    assert engine.frame(f"SELECT {text} AS x FROM days ORDER BY d")["x"].to_list() == expected


def test_missing_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError):
        bool(MISSING)
    assert (False & MISSING) is False
    assert (True | MISSING) is True
    assert (True & MISSING) is MISSING
    assert repr(MISSING) == "MISSING"
    assert c.plain(MISSING + 1 - MISSING * 2) is None
