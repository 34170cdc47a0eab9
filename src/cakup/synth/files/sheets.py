"""A list as an Excel workbook: title rows, merged cells, several sheets, totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xlsxwriter

from cakup.synth.files.cells import Cells
from cakup.synth.files.shapes import Shape

#: A fixed date, so that the same city gives the same bytes.
CREATED_ON = datetime(2025, 1, 2)  # noqa: DTZ001 - a workbook's date has no zone
#: Above this the workbook is written row by row instead of being held in memory.
STREAMED_ROWS = 30_000
MERGED_BLOCK = (3, 15)


@dataclass(frozen=True)
class Formats:
    """Formats of one workbook."""

    title: Any
    head: Any
    plain: dict[str | None, Any]


def place(shape: Shape, n_rows: int) -> tuple[int, np.ndarray[Any, np.dtype[np.int64]]]:
    """Return where the header ends and on which sheet rows the data stand, both 1-based.

    Args:
        shape: The file's shape.
        n_rows: Rows of data on the sheet.
    """
    has_groups = any(c.group for c in shape.columns)
    above = len(shape.titles) + (1 if shape.titles else 0)
    header = above + (2 if has_groups else 1)
    first = header + (1 if shape.numbering else 0) + 1
    index = np.arange(n_rows, dtype=np.int64)
    blanks = index // shape.blank_every if shape.blank_every else 0
    return header, first + index + blanks


def write_workbook(
    path: Path, shape: Shape, rows: pl.DataFrame, words: dict[str, str], rng: np.random.Generator
) -> pl.DataFrame:
    """Write a list as a workbook.

    Args:
        path: File to write.
        shape: Its shape.
        rows: Rows in order; with ``_sheet`` if the shape divides them.
        words: Fillings of the title rows.
        rng: Random numbers for columns that are drawn here.

    Returns:
        ``sheet, sheet_row, true_person``, one row per row of data.
    """
    streamed = len(rows) > STREAMED_ROWS and shape.merged < 0
    book = xlsxwriter.Workbook(str(path), {"constant_memory": streamed})
    book.set_properties({"created": CREATED_ON, "author": "Cakup", "comments": "Data rekaan"})
    names = {
        c.render(rows.head(1).with_columns(_number=pl.lit(1)), rng).format for c in shape.columns
    }
    formats = Formats(
        book.add_format({"bold": True, "align": "center"}),
        book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter"}),
        {n: book.add_format({"num_format": n}) if n else None for n in names},
    )
    if shape.instructions:
        _instructions(book.add_worksheet("Petunjuk"), shape)
    parts = (
        rows.partition_by("_sheet", maintain_order=True, as_dict=True).items()
        if shape.split
        else [((shape.sheet,), rows)]
    )
    placed = []
    for (name,), part in sorted(parts, key=lambda item: str(item[0][0])):
        sheet = book.add_worksheet(str(name)[:31])
        at = _sheet(sheet, shape, part, {**words, "sheet": str(name).upper()}, formats, rng)
        placed.append(
            pl.DataFrame({
                "sheet": pl.repeat(str(name)[:31], len(part), dtype=pl.String, eager=True),
                "sheet_row": at, "true_person": part["true_person"],
            })
        )  # fmt: skip
    book.close()
    return pl.concat(placed)


def _instructions(sheet: Any, shape: Shape) -> None:
    for row, line in enumerate(shape.instructions):
        sheet.write_string(row, 0, line)


def _sheet(
    sheet: Any, shape: Shape, rows: pl.DataFrame, words: dict[str, str], formats: Formats,
    rng: np.random.Generator,
) -> np.ndarray[Any, np.dtype[np.int64]]:  # fmt: skip
    """Write one sheet and return the sheet rows of its data, 1-based."""
    header, at = place(shape, len(rows))
    for column, c in enumerate(shape.columns):
        sheet.set_column(column, column, c.width)
    _titles(sheet, shape, words, formats)
    _head(sheet, shape, header, formats)
    numbered = rows.with_columns(pl.int_range(1, len(rows) + 1).alias("_number"))
    cells = [c.render(numbered, rng) for c in shape.columns]
    _data(sheet, shape, at, cells, formats, rng)
    last = int(at[-1]) if len(at) else header
    _below(sheet, shape, last, len(rows), words)
    return at


def _titles(sheet: Any, shape: Shape, words: dict[str, str], formats: Formats) -> None:
    for row, title in enumerate(shape.titles):
        if title:
            sheet.merge_range(
                row, 0, row, len(shape.columns) - 1, title.format(**words), formats.title
            )


def _head(sheet: Any, shape: Shape, header: int, formats: Formats) -> None:
    """Write the header; groups share a merged cell above, other columns are merged downwards."""
    heads = shape.heads
    groups = [c.group for c in shape.columns]
    if any(groups):
        for column, group in enumerate(groups):
            if not group:
                sheet.merge_range(
                    header - 2, column, header - 1, column, heads[column], formats.head
                )
            else:
                sheet.write_string(header - 1, column, heads[column], formats.head)
                if column == 0 or groups[column - 1] != group:
                    end = column + groups[column:].count(group) - 1
                    sheet.merge_range(header - 2, column, header - 2, end, group, formats.head)
    else:
        for column, head in enumerate(heads):
            sheet.write_string(header - 1, column, head, formats.head)
    if shape.numbering:
        for column in range(len(heads)):
            sheet.write_string(header, column, f"({column + 1})")


def _data(
    sheet: Any, shape: Shape, at: np.ndarray[Any, np.dtype[np.int64]], cells: list[Cells],
    formats: Formats, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write the cells, row by row as a streamed workbook needs it."""
    values = [c.values() for c in cells]
    styles = [formats.plain[c.format] for c in cells]
    if shape.merged >= 0:
        _merged(sheet, shape.merged, at, values[shape.merged], rng)
        values[shape.merged] = [None] * len(at)
    string, figure = sheet.write_string, sheet.write_number
    for index, (row, line) in enumerate(zip(at.tolist(), zip(*values, strict=True), strict=True)):
        if shape.hidden_every and index % shape.hidden_every == shape.hidden_every - 1:
            sheet.set_row(row - 1, None, None, {"hidden": True})
        for column, value in enumerate(line):
            if value is None:
                continue
            if type(value) is str:
                if value:
                    string(row - 1, column, value)
            else:
                figure(row - 1, column, value, styles[column])


def _merged(
    sheet: Any, column: int, at: np.ndarray[Any, np.dtype[np.int64]], values: list[Any],
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Let blocks of rows share one merged cell."""
    start = 0
    while start < len(at):
        end = min(start + int(rng.integers(*MERGED_BLOCK)), len(at)) - 1
        first, last = int(at[start]) - 1, int(at[end]) - 1
        if first == last:
            sheet.write_string(first, column, values[start])
        else:
            sheet.merge_range(first, column, last, column, values[start])
        start = end + 1


def _below(sheet: Any, shape: Shape, last: int, n_rows: int, words: dict[str, str]) -> None:
    """Write the totals row and the place for a signature."""
    if shape.totals:
        sheet.write_string(last, 0, "JUMLAH")
        sheet.write_number(last, 2, n_rows)
    if shape.signature:
        side = len(shape.columns) - 2
        sheet.write_string(last + 2, side, f"{words['City']}, {words['day']}")
        sheet.write_string(last + 3, side, "Kepala,")
