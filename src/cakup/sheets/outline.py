"""What a workbook should hold, before it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from cakup.kernel.errors import LimitError, Where

Kind = Literal["text", "id", "count", "rupiah", "decimal", "percent", "date"]
NUMBER_KINDS = ("count", "rupiah", "decimal", "percent")
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
_NAME_CHARS = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True)
class ColumnOut:
    """One column of a sheet.

    Args:
        name: Column of the frame.
        header: What stands in the header row; the frame's name where empty.
        kind: ``text``; ``id`` (NIK, KPJ, phone: text, never a number); ``count``, ``rupiah``,
            ``decimal`` (numbers); ``percent`` (a share 0–1); ``date`` (a Date column).
        has_total: Whether the footer adds it up.
        width: Width in characters; measured from the content where None.
        choices: Answers offered in a drop-down list.
        is_input: Whether people are asked to fill it; it gets a tint.
        is_hidden: Whether it is kept out of sight: for ids that Cakup needs when the file returns.
        is_wrapped: Whether long texts go on in the next line of the cell.
    """

    name: str
    header: str = ""
    kind: Kind = "text"
    has_total: bool = False
    width: float | None = None
    choices: tuple[str, ...] = ()
    is_input: bool = False
    is_hidden: bool = False
    is_wrapped: bool = False

    @property
    def title(self) -> str:
        """Text of the header cell."""
        return self.header or self.name


@dataclass(frozen=True)
class Mark:
    """Cells that stand out in some rows.

    Args:
        columns: Columns whose cells are marked.
        where: Text column that decides.
        word: A cell is marked in the rows whose ``where`` contains this word, whatever its case.
    """

    columns: tuple[str, ...]
    where: str
    word: str


@dataclass(frozen=True)
class Paper:
    """How a sheet is printed for people who carry it about and write on it.

    Every cell gets a line below it, texts wrap, rows are high enough for handwriting.

    Args:
        row_points: Height of a row.
        new_page_before: Positions of the rows that begin a new page, first row = 0.
        note: Words at the foot of every page.
    """

    row_points: float = 27.0
    new_page_before: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class SheetOut:
    """One sheet.

    Args:
        name: Sheet name; made safe and unique on writing.
        frame: Rows to write, in this order.
        columns: Columns in order; every column as text, under its own name, where empty.
        above: Rows above the header, each a sequence of cell texts from column A; None is blank.
        has_header: Whether a header row is written; False when ``above`` brings its own.
        heads: Positions of the rows of ``above`` that are such a header.
        fills: Cells above the header that people are asked to fill, each row and column from 0.
        has_footer: Whether the number of rows and the totals stand below the table.
        footer: Lines of text below the totals.
        freeze_columns: Columns at the left that stay in view.
        marks: Cells that stand out.
        print_columns: Columns at the left that go on paper; None = all.
        paper: How it is printed, where people write on it; None = as a plain table.
    """

    name: str
    frame: pl.DataFrame
    columns: Sequence[ColumnOut] = ()
    above: Sequence[Sequence[str | None]] = ()
    has_header: bool = True
    heads: Sequence[int] = ()
    fills: Sequence[tuple[int, int]] = ()
    has_footer: bool = True
    footer: Sequence[str] = ()
    freeze_columns: int = 0
    marks: Sequence[Mark] = ()
    print_columns: int | None = None
    paper: Paper | None = None

    def __post_init__(self) -> None:
        rows = self.frame.height + len(self.above) + len(self.footer) + 4
        if rows > MAX_ROWS or len(self.shown) > MAX_COLUMNS:
            raise LimitError("sheet.too_large", where=Where(sheet=self.name), limit=MAX_ROWS)

    @property
    def shown(self) -> tuple[ColumnOut, ...]:
        """The columns in order."""
        return tuple(self.columns) or tuple(ColumnOut(name) for name in self.frame.columns)

    @property
    def header_rows(self) -> int:
        """Rows that stand above the data."""
        return len(self.above) + self.has_header

    def totals(self) -> dict[str, float]:
        """Return the totals asked for, by column name; missing values count as nothing."""
        return {
            column.name: float(self.frame.get_column(column.name).sum() or 0)
            for column in self.shown
            if column.has_total
        }


@dataclass(frozen=True)
class Code:
    """One line of the sheet *Kode*: in which column, which code, what it means."""

    column: str
    code: str
    meaning: str


def safe_sheet_names(names: Sequence[str]) -> list[str]:
    """Return sheet names that Excel accepts: at most 31 characters, none forbidden, no two equal.

    Args:
        names: Wished names.
    """
    safe: list[str] = []
    taken: set[str] = {"history"}  # Excel keeps this one for itself
    for name in names:
        plain = _FORBIDDEN.sub(" ", name).strip().strip("'").strip() or "Lembar"
        candidate = plain[:_NAME_CHARS].strip()
        number = 2
        while candidate.casefold() in taken:
            tail = f" ({number})"
            candidate = plain[: _NAME_CHARS - len(tail)].strip() + tail
            number += 1
        taken.add(candidate.casefold())
        safe.append(candidate)
    return safe
