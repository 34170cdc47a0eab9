"""Dates: one reading per column, right in every shape, and never a day that was not written."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cakup.identifiers import dates
from cakup.identifiers.dates import Evidence, Orders, Told
from cakup.identifiers.distinct import Distinct
from cakup.kernel.months import MONTHS_ID
from rounds import examples

LATEST = date(2025, 10, 31)
DAYS = st.dates(date(1926, 1, 1), LATEST)
EXCEL_DAY_0 = date(1899, 12, 30)
SHAPES: dict[str, Callable[[date], str]] = {
    "iso": lambda d: d.isoformat(),
    "iso with time": lambda d: f"{d} 00:00:00",
    "dashes": lambda d: f"{d:%d-%m-%Y}",
    "slashes": lambda d: f"{d.day}/{d.month}/{d.year}",
    "dots": lambda d: f"{d.day}.{d.month}.{d.year}",
    "words": lambda d: f"{d.day} {MONTHS_ID[d.month - 1]} {d.year}",
    "short words": lambda d: f"{d.day}-{MONTHS_ID[d.month - 1][:3]}-{d.year}",
    "weekday": lambda d: f"Senin, {d.day} {MONTHS_ID[d.month - 1]} {d.year}",
    "packed": lambda d: f"{d:%d%m%Y}",
    "serial": lambda d: str((d - EXCEL_DAY_0).days),
}


def parsed(texts: list[str | None], orders: Orders | None = None) -> list[tuple[date | None, str]]:
    frame = pl.DataFrame({"t": pl.Series(texts, dtype=pl.String)})
    made = frame.select(dates.parse(pl.col("t"), orders, latest=LATEST).alias("d")).unnest("d")
    return made.rows()


# A day is an example: the call takes as long for one as for forty.
@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=examples(40))
@given(st.lists(DAYS, min_size=10, max_size=40))
def test_every_shape_reads_back(shape: str, days: list[date]) -> None:
    texts = [SHAPES[shape](day) for day in days]
    assert parsed(texts) == [(day, "ok") for day in days]


@example([date(2025, 1, 11)])
@given(st.lists(DAYS, min_size=1, max_size=40))
def test_an_american_column_is_told_by_days_beyond_twelve(days: list[date]) -> None:
    texts = [f"{d.month}/{d.day}/{d.year}" for d in days]
    seen = dates.evidence(pl.Series(texts), latest=LATEST)
    if not any(d.day > 12 for d in days):
        # A day that would lie ahead, read the other way, tells as well.
        is_told = any(date(d.year, d.day, d.month) > LATEST for d in days)
        assert seen.decide().numeric in (
            ("unknown", "dmy", "mdy") if is_told else ("unknown", "dmy")
        )
        return
    assert seen.decide().numeric == "mdy"
    assert [day for day, _ in parsed(texts, seen.decide())] == days


@given(st.lists(st.dates(date(1950, 1, 1), date(2000, 12, 31)), min_size=6, max_size=40))
def test_the_nik_decides_where_no_day_is_beyond_twelve(days: list[date]) -> None:
    days = [d.replace(day=(d.day - 1) % 12 + 1) for d in days]
    if all(d.day == d.month for d in days):
        return
    texts = pl.Series([f"{d.month}/{d.day}/{d.year}" for d in days])
    seen = dates.evidence(texts, pl.Series(days, dtype=pl.Date), latest=LATEST)
    assert seen.decide().numeric == "mdy"


@given(st.lists(DAYS, min_size=1, max_size=30), st.integers(0, 5))
def test_evidence_of_parts_adds_up(days: list[date], cut: int) -> None:
    texts = pl.Series([SHAPES[list(SHAPES)[d.day % 5]](d) for d in days], dtype=pl.String)
    whole = dates.evidence(texts, latest=LATEST)
    parts = [dates.evidence(texts[a:b], latest=LATEST) for a, b in ((0, cut), (cut, len(days)))]
    assert sum(parts, Evidence()) == whole


@given(st.integers(0, 40), st.integers(0, 15), st.integers(0, 9999))
def test_a_day_that_is_not_in_the_calendar_is_never_made(day: int, month: int, year: int) -> None:
    text = f"{day:02d}/{month:02d}/{year:04d}"
    found, status = parsed([text])[0]
    try:
        real = date(year, month, day)
    except ValueError:
        real = None
    if real is None:
        assert (found, status) == (None, "impossible") or text == "00/00/0000"
    elif dates.EARLIEST_BIRTH <= real <= LATEST:
        assert (found, status) == (real, "ok")
    else:
        assert (found, status) == (None, "out_of_range")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("31/02/1980", "impossible"), ("29/02/1981", "impossible"), ("05/02/0025", "out_of_range"),
        ("05/02/2125", "out_of_range"), ("2125-02-05", "out_of_range"), ("-", "missing"),
        ("tidak tahu", "unreadable"), ("0", "missing"), ("1980", "unreadable"),
    ],
)  # fmt: skip
def test_dates_that_offices_send(text: str, status: str) -> None:
    assert parsed([text]) == [(None, status)]


@example([])
@example([None])
@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), min_size=8, max_size=24))
def test_any_text_has_a_status(texts: list[str | None]) -> None:
    told = Told.of(Distinct.of(pl.Series(texts, dtype=pl.String)), latest=LATEST)
    for order in ("dmy", "mdy", "mixed", "unknown"):
        rows = told.days(Orders(order)).struct.unnest().rows()
        for day, status in rows:
            assert status in dates.STATUSES
            assert (day is not None) == (status == "ok")
        if order == "dmy":
            assert parsed(texts) == rows


def test_two_digit_years_are_the_latest_that_are_not_in_the_future() -> None:
    chance = random.Random(4)
    days = [date(1926, 1, 1) + timedelta(days=chance.randrange(36_000)) for _ in range(300)]
    for day, (found, _) in zip(days, parsed([f"{d:%d-%m-%y}" for d in days]), strict=True):
        assert found is not None
        assert (found.day, found.month, found.year % 100) == (day.day, day.month, day.year % 100)
        assert found <= LATEST
        assert found.replace(year=found.year + 100, day=min(found.day, 28)) > LATEST
