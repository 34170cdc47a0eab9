"""Text dates: shapes, one reading per column, never a guess cell by cell.

Senders write ``31/12/1985``, ``12/31/1985``, ``1985-12-31``, ``5-3-85``, ``12 Agustus 1985``, Excel
serials and mixtures of these. Which of day and month comes first is one decision for a whole
column: the readings that are possible are counted, and held against the birth dates that whole
NIKs imply. A cell that the decision cannot read stays without a date and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from cakup.identifiers.calendar import day_of, exists, latest_year
from cakup.identifiers.distinct import Distinct
from cakup.identifiers.shapes import split

#: ``dmy``/``mdy``: day or month first; ``mixed``: both are certain to occur; ``unknown``: nothing
#: decides, every cell so far can be read both ways.
Order = Literal["dmy", "mdy", "mixed", "unknown"]
STATUSES = ("ok", "missing", "impossible", "out_of_range", "ambiguous", "unreadable")
DATE_TYPE = pl.Struct({"tanggal": pl.Date, "status": pl.String})
EARLIEST_BIRTH = date(1900, 1, 1)
EXCEL_DAY_0 = date(1899, 12, 30)
#: Share of the evidence that one order must have; the rest are slips of the pen.
DECISIVE_SHARE = 0.95
#: Agreements with the NIK that an order needs before it may overrule ISO's own order.
ENOUGH_AGREEMENTS = 5


@dataclass(frozen=True)
class Orders:
    """What was decided for one column.

    Args:
        numeric: Order of the first two numbers in ``31/12/1985``.
        iso: ``dmy`` stands for year-month-day, ``mdy`` for year-day-month: a program that took
            ``3/4/1985`` for an American date and stored it so.
    """

    numeric: Order = "dmy"
    iso: Order = "dmy"


@dataclass(frozen=True)
class Evidence:
    """Counts that decide the orders of one column; evidence of parts adds up.

    Args:
        dmy: Numeric cells that only day-month can read, or that the NIK confirms so.
        mdy: The same for month-day.
        both: Numeric cells that both can read and nothing decides.
        iso_dmy: Year-first cells confirmed as year-month-day.
        iso_mdy: Year-first cells confirmed as year-day-month.
        filled: Filled cells.
    """

    dmy: int = 0
    mdy: int = 0
    both: int = 0
    iso_dmy: int = 0
    iso_mdy: int = 0
    filled: int = 0

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(
            self.dmy + other.dmy, self.mdy + other.mdy, self.both + other.both,
            self.iso_dmy + other.iso_dmy, self.iso_mdy + other.iso_mdy, self.filled + other.filled,
        )  # fmt: skip

    def decide(self) -> Orders:
        """Return the orders that the evidence carries."""
        swapped = self.iso_mdy >= ENOUGH_AGREEMENTS and self.iso_mdy > self.iso_dmy
        order = _order(self.dmy, self.mdy)
        # Nothing to decide where no cell leaves a choice.
        numeric: Order = "dmy" if order == "unknown" and not self.both else order
        return Orders(numeric, "mdy" if swapped else "dmy")


def _order(dmy: int, mdy: int) -> Order:
    """Return the order for which nearly all of the evidence speaks."""
    if not dmy + mdy:
        return "unknown"
    share = dmy / (dmy + mdy)
    if share >= DECISIVE_SHARE:
        return "dmy"
    return "mdy" if share <= 1 - DECISIVE_SHARE else "mixed"


def parse(
    text: pl.Expr,
    orders: Orders | None = None,
    *,
    latest: date,
    earliest: date = EARLIEST_BIRTH,
) -> pl.Expr:
    """Return the days that a column names.

    Args:
        text: Dates as text.
        orders: Decision for the column, day before month if absent; get it with ``evidence``.
        latest: Last possible day; years of two digits are the latest ones not after it.
        earliest: First possible day.

    Returns:
        Struct of ``tanggal`` (Date, null unless ``ok``) and ``status`` (one of ``STATUSES``).
    """
    held = orders or Orders()
    return text.map_batches(
        lambda column: Told.of(Distinct.of(column), latest=latest, earliest=earliest).days(held),
        return_dtype=DATE_TYPE,
        is_elementwise=True,
    )


def evidence(
    text: pl.Series,
    implied: pl.Series | None = None,
    *,
    latest: date,
    earliest: date = EARLIEST_BIRTH,
) -> Evidence:
    """Count what speaks for day-month and for month-day in a column.

    Args:
        text: Dates as text.
        implied: Birth dates that whole NIKs of the same rows imply, null where there is none.
        latest: Last possible day.
        earliest: First possible day.
    """
    return Told.of(Distinct.of(text), latest=latest, earliest=earliest).evidence(implied)


@dataclass(frozen=True)
class Told:
    """A column of dates taken apart once, for its evidence and then for its days.

    Args:
        column: Dates as text.
        readings: What the orders make of each of its texts.
    """

    column: Distinct
    readings: pl.DataFrame

    @staticmethod
    def of(column: Distinct, *, latest: date, earliest: date = EARLIEST_BIRTH) -> Told:
        """Take a column apart.

        Args:
            column: Dates as text.
            latest: Last possible day; years of two digits are the latest ones not after it.
            earliest: First possible day.
        """
        return Told(column, _readings(split(column.texts), earliest, latest))

    def evidence(self, implied: pl.Series | None = None) -> Evidence:
        """Count what speaks for day-month and for month-day.

        Args:
            implied: Birth dates that whole NIKs of the same rows imply, null where there is none.
        """
        told = self.readings.with_row_index("at").filter(
            pl.col("family").is_in(["numeric", "iso"]) & (pl.col("a") != pl.col("b"))
        )
        at = self.column.at
        rows = pl.DataFrame({"at": at.cast(pl.UInt32)}).with_columns(
            (pl.lit(None, pl.Date) if implied is None else implied).alias("implied")
        )
        useful = told.select("at", "family", "dmy", "mdy")
        seen = rows.join(useful, on="at", how="inner").select("family", *_votes())
        is_filled = self.column.texts.str.contains(r"\S")
        return _count(seen, int(self.column.spread(is_filled).sum()))

    def days(self, orders: Orders) -> pl.Series:
        """Return day and status of each row under a decision, in the type ``DATE_TYPE``.

        Args:
            orders: Decision for the column.
        """
        told = self.readings.with_columns(_chosen(orders))
        day = pl.when(pl.col("status") == "ok").then("tanggal")
        held = told.select(day.alias("tanggal"), "status")
        at = self.column
        rows = pl.DataFrame([at.spread(held.get_column(name)) for name in held.columns])
        return rows.with_columns(pl.col("status").fill_null("missing")).to_struct("tanggal")


def _votes() -> list[pl.Expr]:
    """Return for each row whether it speaks for an order."""
    dmy, mdy = pl.col("dmy").is_not_null(), pl.col("mdy").is_not_null()
    confirmed_dmy = (pl.col("dmy") == pl.col("implied")).fill_null(False)
    confirmed_mdy = (pl.col("mdy") == pl.col("implied")).fill_null(False)
    return [
        (dmy & mdy.not_() | dmy & mdy & confirmed_dmy).alias("for_dmy"),
        (mdy & dmy.not_() | dmy & mdy & confirmed_mdy).alias("for_mdy"),
        (dmy & mdy & confirmed_dmy.not_() & confirmed_mdy.not_()).alias("for_both"),
        (dmy & confirmed_dmy).alias("sure_dmy"),
        (mdy & confirmed_mdy).alias("sure_mdy"),
    ]


def _count(seen: pl.DataFrame, filled: int) -> Evidence:
    numeric = seen.filter(pl.col("family") == "numeric")
    iso = seen.filter(pl.col("family") == "iso")
    return Evidence(
        dmy=int(numeric.get_column("for_dmy").sum()),
        mdy=int(numeric.get_column("for_mdy").sum()),
        both=int(numeric.get_column("for_both").sum()),
        iso_dmy=int(iso.get_column("sure_dmy").sum()),
        iso_mdy=int(iso.get_column("sure_mdy").sum()),
        filled=filled,
    )


def _readings(parts: pl.DataFrame, earliest: date, latest: date) -> pl.DataFrame:
    """Add ``dmy`` and ``mdy``: the days that the two orders give, null if not in the range."""
    a, b, year = pl.col("a"), pl.col("b"), pl.col("year")
    full = parts.with_columns(
        year_dmy=pl.when("is_short").then(latest_year(year, b, a, latest)).otherwise(year),
        year_mdy=pl.when("is_short").then(latest_year(year, a, b, latest)).otherwise(year),
    )
    serial = pl.lit(EXCEL_DAY_0).cast(pl.Date) + pl.duration(days=pl.col("serial"))
    dmy = day_of(pl.col("year_dmy"), b, a)
    mdy = day_of(pl.col("year_mdy"), a, b)
    swaps = pl.col("family").is_in(["numeric", "iso"])
    full = full.with_columns(
        is_day=exists(pl.col("year_dmy"), b, a) | pl.col("serial").is_not_null(),
        is_day_swapped=exists(pl.col("year_mdy"), a, b) & swaps,
        dmy=pl.when(pl.col("family") == "serial").then(serial).otherwise(dmy),
        mdy=pl.when(swaps).then(mdy),
    )
    return full.with_columns(
        pl.when(pl.col(name).is_between(earliest, latest)).then(name).alias(name)
        for name in ("dmy", "mdy")
    )


def _chosen(orders: Orders) -> list[pl.Expr]:
    """Return the day under the decision, and the status."""
    numeric = _under(orders.numeric)
    iso = _under(orders.iso)
    fixed = (pl.col("dmy"), pl.col("is_day"), pl.lit(False))
    is_numeric, is_iso = pl.col("family") == "numeric", pl.col("family") == "iso"

    def pick(at: int) -> pl.Expr:
        return pl.when(is_numeric).then(numeric[at]).when(is_iso).then(iso[at]).otherwise(fixed[at])

    day, is_day, is_ambiguous = pick(0), pick(1), pick(2)
    status = (
        pl.when(pl.col("family") == "missing").then(pl.lit("missing"))
        .when(pl.col("family") == "other").then(pl.lit("unreadable"))
        .when(is_ambiguous).then(pl.lit("ambiguous"))
        .when(day.is_not_null()).then(pl.lit("ok"))
        .when(is_day).then(pl.lit("out_of_range"))
        .otherwise(pl.lit("impossible"))
    )  # fmt: skip
    return [day.alias("tanggal"), status.alias("status")]


def _under(order: Order) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Return the day, whether it is in the calendar, and whether two days are meant."""
    dmy, mdy = pl.col("dmy"), pl.col("mdy")
    if order == "dmy":
        return dmy, pl.col("is_day"), pl.lit(False)
    if order == "mdy":
        return mdy, pl.col("is_day_swapped"), pl.lit(False)
    two = dmy.is_not_null() & mdy.is_not_null() & (dmy != mdy)
    return pl.coalesce(dmy, mdy), pl.col("is_day") | pl.col("is_day_swapped"), two
