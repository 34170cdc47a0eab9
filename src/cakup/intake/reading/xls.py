"""XLS to text."""

from __future__ import annotations

import struct
from collections import Counter
from typing import BinaryIO

import olefile
import polars as pl

from cakup.intake.reading.biff import (
    Damaged,
    XlsBook,
    XlsCell,
    XlsSheet,
    read_book,
    read_sheets,
)
from cakup.intake.reading.frames import check_cells, column_letters, column_names
from cakup.intake.reading.merges import fill_down
from cakup.intake.reading.numbers import date_text, plain_number, time_text
from cakup.intake.reading.ooxml import DATE, NUMBER
from cakup.intake.reading.workbook import (
    Limits,
    ReadingNote,
    Sheet,
    Workbook,
    note_of_rows,
)
from cakup.kernel.errors import InputError, LimitError, Where

# 65,536 rows of a wide list fit in far less; more is not a list.
XLS_BYTES = 128 << 20


def read_xls(handle: BinaryIO, name: str, limits: Limits) -> Workbook:
    """Read an old Excel workbook whole.

    Args:
        handle: The open file.
        name: File name.
        limits: Caps.

    Raises:
        InputError: ``file.truncated``, ``file.empty``, ``file.no_sheets``.
        LimitError: ``file.too_large``, ``file.too_many_…``, ``file.cell_too_long``.
    """
    where = Where(file=name)
    book, found = _sheets(handle, limits, where)
    sheets = tuple(_sheet(sheet, book, limits, name) for sheet in found)
    if all(sheet.frame.is_empty() for sheet in sheets):
        raise InputError("file.empty", where=where)
    unchecked = ReadingNote("unchecked_raw_digits", params={"format": "XLS"})
    notes = (unchecked, *(note for sheet in sheets for note in sheet.notes))
    return Workbook(name, "xls", sheets, notes)


def _sheets(handle: BinaryIO, limits: Limits, where: Where) -> tuple[XlsBook, list[XlsSheet]]:
    """Return what the records say."""
    if handle.seek(0, 2) > XLS_BYTES:
        raise LimitError("file.too_large", where=where, limit_mb=XLS_BYTES >> 20)
    handle.seek(0)
    try:
        with olefile.OleFileIO(handle) as ole:
            stream = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read()
        book = read_book(stream)
        if not book.tabs:
            raise InputError("file.no_sheets", where=where)
        if len(book.tabs) > limits.sheets:
            raise LimitError("file.too_many_sheets", where=where, limit=limits.sheets)
        return book, read_sheets(stream, book)
    except (OSError, Damaged, struct.error, IndexError, ValueError, TypeError) as err:
        raise InputError("file.truncated", where=where) from err


def _sheet(sheet: XlsSheet, book: XlsBook, limits: Limits, file: str) -> Sheet:
    """Return one sheet."""
    where = Where(file=file, sheet=sheet.name)
    filled = [cell for cell in sheet.cells if cell.text]
    frame = _frame(filled, book, limits, where)
    check_cells(frame, 1, limits, where)
    formula_rows = sorted({row for row, _ in sheet.formulas})
    blank = _blank(frame, sheet.formulas)
    frame, merged = fill_down(frame, tuple(sheet.merges))
    hidden = sorted({row for row in sheet.hidden_rows if row <= frame.height})
    notes = [ReadingNote("hidden_sheet", sheet.name)] if sheet.is_hidden else []
    for code, rows in (
        ("hidden_rows", hidden),
        ("formula", sorted({row for row, _ in set(sheet.formulas) - blank})),
        ("formula_blank", sorted({row for row, _ in blank})),
        ("error_cells", sheet.error_rows),
        ("merged_filled", merged),
    ):
        notes += [note_of_rows(code, sheet.name, rows)] if rows else []
    if sheet.merges:
        notes.append(ReadingNote("merged", sheet.name, len(sheet.merges)))
    return Sheet(
        sheet.name,
        sheet.no,
        frame,
        is_hidden=sheet.is_hidden,
        hidden_rows=tuple(hidden),
        formula_rows=tuple(formula_rows),
        merges=tuple(sheet.merges),
        number_share=_share(filled, is_date=False),
        date_share=_share(filled, is_date=True),
        unchecked=("unchecked_raw_digits",),
        notes=tuple(notes),
    )


def _frame(cells: list[XlsCell], book: XlsBook, limits: Limits, where: Where) -> pl.DataFrame:
    """Return filled cells as a frame whose row 0 is sheet row 1."""
    height = max((cell.row for cell in cells), default=-1) + 1
    width = max((cell.column for cell in cells), default=-1) + 1
    if width > limits.columns:
        at = next(cell for cell in cells if cell.column >= limits.columns)
        where = Where(where.file, where.sheet, at.row + 1, column_letters(at.column + 1))
        raise LimitError("file.too_many_columns", where=where, limit=limits.columns)
    if height > limits.rows:
        raise LimitError("file.too_many_rows", where=where, limit=limits.rows)
    if height * width > limits.cells:
        raise LimitError("file.too_many_cells", where=where, limit=limits.cells)
    columns: dict[int, list[str | None]] = {}
    for cell in cells:
        column = columns.setdefault(cell.column, [None] * height)
        column[cell.row] = _shown(cell, book.is_1904)
    blank = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    return pl.DataFrame(
        [
            pl.Series(name, columns[n], dtype=pl.String) if n in columns else blank.alias(name)
            for n, name in enumerate(column_names(width))
        ]
    )


def _shown(cell: XlsCell, is_1904: bool) -> str:
    """Return a cell's text as it is read."""
    if not cell.is_number:
        return cell.text
    if cell.shows == NUMBER:
        return plain_number(cell.text)
    change = date_text if cell.shows == DATE else time_text
    return change(cell.text, is_1904=is_1904)


def _blank(frame: pl.DataFrame, cells: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return those cells (row, column) that hold nothing."""
    columns = {column: frame.to_series(column - 1) for _, column in cells if column <= frame.width}
    return {
        (row, column)
        for row, column in cells
        if column not in columns or row > frame.height or columns[column][row - 1] is None
    }


def _share(cells: list[XlsCell], *, is_date: bool) -> dict[str, float]:
    """Return for each filled column the share of numbers, or of dates."""
    filled = Counter(cell.column for cell in cells)
    part = Counter(
        cell.column for cell in cells if cell.is_number and (cell.shows != NUMBER) == is_date
    )
    return {f"c{n + 1}": part[n] / filled[n] for n in sorted(filled)}
