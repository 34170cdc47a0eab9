"""How one column of facts looks in an office's file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from cakup.kernel.months import MONTHS_ID

#: Excel counts days from here (its false 29 February 1900 included).
EXCEL_EPOCH = date(1899, 12, 30)
#: Above this a whole number no longer fits into the floats of a spreadsheet.
LARGEST_EXACT = 2**53


@dataclass(frozen=True)
class Cells:
    """Cells of one column: text, or a number where ``numbers`` has one.

    Args:
        texts: Texts; null = empty cell.
        numbers: Numbers that stand as number cells, null where the text stands.
        format: Excel number format of the numbers.
    """

    texts: pl.Series
    numbers: pl.Series | None = None
    format: str | None = None

    def as_text(self) -> pl.Series:
        """Return the cells as a CSV shows them."""
        if self.numbers is None:
            return self.texts
        shown = self.numbers.cast(pl.String)
        return pl.DataFrame({"n": shown, "t": self.texts}).select(
            pl.coalesce("n", "t").alias("cells")
        ).to_series()  # fmt: skip

    def values(self) -> list[str | int | None]:
        """Return the cells as Python values for a spreadsheet."""
        texts: list[str | int | None] = self.texts.to_list()
        if self.numbers is None:
            return texts
        return [t if n is None else n for n, t in zip(self.numbers.to_list(), texts, strict=True)]


Render = Callable[[pl.DataFrame, np.random.Generator], Cells]


def _select(rows: pl.DataFrame, expression: pl.Expr) -> pl.Series:
    return rows.select(expression.cast(pl.String).alias("cells")).to_series()


def text(field: str) -> Render:
    """Return a column that shows a field as it is."""
    return lambda rows, rng: Cells(_select(rows, pl.col(field)))


def mapped(field: str, words: dict[str, str]) -> Render:
    """Return a column that shows other words for a field's values."""
    return lambda rows, rng: Cells(
        _select(rows, pl.col(field).cast(pl.String).replace(words))
    )  # fmt: skip


def expression(made: pl.Expr) -> Render:
    """Return a column made by an expression over the fields."""
    return lambda rows, rng: Cells(_select(rows, made))


def constant(word: str | None) -> Render:
    """Return a column that says the same in every row."""
    return lambda rows, rng: Cells(pl.repeat(word, len(rows), dtype=pl.String, eager=True))


def number(field: str) -> Render:
    """Return a column of number cells."""
    return lambda rows, rng: Cells(
        pl.repeat(None, len(rows), dtype=pl.String, eager=True), rows[field].cast(pl.Int64)
    )


def one_of(words: tuple[str, ...]) -> Render:
    """Return a column of words drawn at random: columns that no reader needs."""

    def render(rows: pl.DataFrame, rng: np.random.Generator) -> Cells:
        at = rng.integers(0, len(words), len(rows)).astype(np.uint32)
        return Cells(pl.Series(words, dtype=pl.String).gather(pl.Series(at)))

    return render


def running() -> Render:
    """Return the column "No": 1, 2, 3 …"""
    return lambda rows, rng: Cells(
        pl.repeat(None, len(rows), dtype=pl.String, eager=True), rows["_number"].cast(pl.Int64)
    )


DATE_SHAPES: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "iso": lambda d: d.dt.to_string("%Y-%m-%d"),
    "dash": lambda d: d.dt.to_string("%d-%m-%Y"),
    "slash": lambda d: pl.format("{}/{}/{}", d.dt.day(), d.dt.month(), d.dt.year()),
    "short": lambda d: pl.format("{}-{}-{}", d.dt.day(), d.dt.month(), d.dt.to_string("%y")),
    "words": lambda d: pl.format(
        "{} {} {}", d.dt.day(), d.dt.month().replace_strict(dict(enumerate(MONTHS_ID, start=1)),
                                                            return_dtype=pl.String), d.dt.year(),
    ),
}  # fmt: skip


def day(field: str, shape: str) -> Render:
    """Return a column of dates as text.

    Args:
        field: Column of dates.
        shape: Key of ``DATE_SHAPES``.
    """
    return lambda rows, rng: Cells(_select(rows, DATE_SHAPES[shape](pl.col(field))))


def serial(field: str, *, format: str | None = None, text_share: float = 0.0) -> Render:
    """Return a column of Excel day numbers.

    Args:
        field: Column of dates.
        format: Number format that makes Excel show a date; None shows the bare number.
        text_share: Share of the cells that are text ``d/m/yyyy`` instead.
    """

    def render(rows: pl.DataFrame, rng: np.random.Generator) -> Cells:
        as_text = pl.Series(rng.random(len(rows)) < text_share)
        days = (pl.col(field) - pl.lit(EXCEL_EPOCH)).dt.total_days()
        found = rows.select(
            pl.when(as_text).then(DATE_SHAPES["slash"](pl.col(field))).alias("t"),
            pl.when(~as_text).then(days).alias("n"),
        )
        return Cells(found["t"], found["n"], format)

    return render


def birth_place_and_date(field: str = "tanggal_lahir") -> Render:
    """Return a column ``Binjai, 12 Agustus 1985``; the place alone where the date is missing."""
    place = pl.col("tempat_lahir")
    both = pl.format("{}, {}", place, DATE_SHAPES["words"](pl.col(field)))
    return expression(pl.coalesce(both, place))


def nik_number(*, format: str | None = None) -> Render:
    """Return a column in which a NIK is a number cell, as far as it is sixteen plain digits.

    Args:
        format: Number format; None = General, in which Excel shows ``1,27591E+15`` although the
            file still holds all digits.
    """

    def render(rows: pl.DataFrame, rng: np.random.Generator) -> Cells:
        plain = pl.col("nik").str.contains("^[1-9][0-9]{15}$")
        value = pl.when(plain).then(pl.col("nik")).cast(pl.Int64, strict=False)
        fits = rows.select(pl.when(value < LARGEST_EXACT).then(value).alias("n")).to_series()
        return Cells(rows["nik"], fits, format)

    return render


def phone(shape: str) -> Render:
    """Return a column of telephone numbers.

    Args:
        shape: ``local`` (0849…), ``country`` (+62…) or ``marks`` (0849-…).
    """
    held = pl.col("telepon")
    shapes = {
        "local": held,
        "country": pl.lit("+62") + held.str.slice(1),
        "marks": held.str.slice(0, 4) + "-" + held.str.slice(4, 4) + "-" + held.str.slice(8),
    }
    return expression(shapes[shape])
