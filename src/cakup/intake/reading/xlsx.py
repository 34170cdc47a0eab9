"""XLSX to text, in one pass over each sheet's XML."""

from __future__ import annotations

import re
from typing import BinaryIO

import polars as pl

from cakup.intake.reading.cell_block import column_number
from cakup.intake.reading.cells import read_cells
from cakup.intake.reading.frames import column_letters
from cakup.intake.reading.grid import Grid
from cakup.intake.reading.merges import fill_down
from cakup.intake.reading.ooxml import Book, SheetPart, read_book
from cakup.intake.reading.package import Package
from cakup.intake.reading.stream import Surroundings, element_blocks
from cakup.intake.reading.strings import read_strings
from cakup.intake.reading.workbook import (
    Limits,
    Merge,
    ReadingNote,
    Sheet,
    Workbook,
    note_of_rows,
)
from cakup.kernel.errors import InputError, LimitError, Where

_MERGE = re.compile(rb'<mergeCell\b[^<>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_COLUMN = re.compile(rb"<col\b[^<>]*>")
_SPAN = re.compile(rb'\b(min|max)="(\d{1,5})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_MACRO_PART = "xl/vbaProject.bin"


def read_xlsx(handle: BinaryIO, name: str, limits: Limits) -> Workbook:
    """Read a workbook whole.

    Args:
        handle: The open file.
        name: File name.
        limits: Caps.

    Raises:
        InputError: ``file.truncated``, ``file.damaged``, ``file.forbidden_xml``, ``file.password``,
            ``file.no_sheets``, ``file.empty``.
        LimitError: ``file.zip_bomb``, ``file.too_many_…``, ``file.cell_too_long``.
    """
    where = Where(file=name)
    package = Package(handle, limits, where)
    book = read_book(package)
    if len(book.sheets) > limits.sheets:
        raise LimitError("file.too_many_sheets", where=where, limit=limits.sheets)
    if book.strings_part:
        strings = read_strings(package, book.strings_part)
    else:
        strings = pl.Series([], dtype=pl.String)
    sheets = tuple(_sheet(package, book, strings, part) for part in book.sheets)
    if all(sheet.frame.is_empty() for sheet in sheets):
        raise InputError("file.empty", where=where)
    notes = tuple(note for sheet in sheets for note in sheet.notes)
    if package.has(_MACRO_PART):
        notes = (ReadingNote("macros"), *notes)
    return Workbook(name, "xlsx", sheets, notes)


def _sheet(package: Package, book: Book, strings: pl.Series, part: SheetPart) -> Sheet:
    """Return one sheet."""
    grid = Grid(book, strings, package.limits, Where(package.where.file, part.name))
    around = Surroundings()
    for block in element_blocks(
        package, part.part, holder=b"sheetData", item_end=b"</row>", around=around
    ):
        grid.add(read_cells(block, grid.last_row, part.part, package))
    merges = _merges(around.tail)
    frame, filled = fill_down(grid.frame(), merges)
    hidden = tuple(row for row in grid.hidden_rows if row <= frame.height)
    return Sheet(
        part.name,
        part.no,
        frame,
        is_hidden=part.is_hidden,
        hidden_rows=hidden,
        formula_rows=tuple(grid.formula_rows),
        merges=merges,
        number_share=grid.number_share(),
        date_share=grid.date_share(),
        notes=_notes(part, grid, merges, filled, hidden, around.head),
    )


def _merges(tail: bytes) -> tuple[Merge, ...]:
    return tuple(
        Merge(int(top), column_number(left.decode()), int(bottom), column_number(right.decode()))
        for left, top, right, bottom in _MERGE.findall(tail)
    )


def _notes(
    part: SheetPart,
    grid: Grid,
    merges: tuple[Merge, ...],
    filled: list[int],
    hidden: tuple[int, ...],
    head: bytes,
) -> tuple[ReadingNote, ...]:
    """Return what was noticed on a sheet."""
    notes = [ReadingNote("hidden_sheet", part.name)] if part.is_hidden else []
    columns = _hidden_columns(head, grid.width)
    if columns:
        letters = ", ".join(column_letters(n) for n in columns)
        notes.append(ReadingNote("hidden_columns", part.name, len(columns), (), {"which": letters}))
    for code, rows in (
        ("hidden_rows", list(hidden)),
        ("formula", grid.formula_stored_rows),
        ("formula_blank", grid.formula_blank_rows),
        ("error_cells", grid.error_rows),
        ("merged_filled", filled),
    ):
        if rows:
            notes.append(note_of_rows(code, part.name, rows))
    if merges:
        notes.append(ReadingNote("merged", part.name, len(merges)))
    return tuple(notes)


def _hidden_columns(head: bytes, width: int) -> list[int]:
    """Return the hidden columns among those that are filled, 1-based."""
    found: set[int] = set()
    for column in _COLUMN.findall(head):
        if _HIDDEN.search(column):
            span = {key: int(value) for key, value in _SPAN.findall(column)}
            first, last = span.get(b"min", 0), span.get(b"max", 0)
            found.update(range(max(first, 1), min(last, width) + 1))
    return sorted(found)
