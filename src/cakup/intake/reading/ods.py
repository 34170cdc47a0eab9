"""ODS to text, by walking its XML: raw values, formulas, hidden rows, merged cells."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import BinaryIO

import polars as pl

from cakup.intake.reading.frames import check_cells, column_names
from cakup.intake.reading.merges import fill_down
from cakup.intake.reading.numbers import iso_text, plain_number
from cakup.intake.reading.package import XML_ERRORS, Package, local, safe_parser
from cakup.intake.reading.workbook import (
    Limits,
    Merge,
    ReadingNote,
    Sheet,
    Workbook,
    note_of_rows,
)
from cakup.kernel.errors import InputError, LimitError, Where

_PART = "content.xml"
_BLOCK_BYTES = 4 << 20
_FLUSH_ROWS = 20_000
_NUMBERS = {"float", "percentage", "currency"}
_ERROR = re.compile(r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d+")


def read_ods(handle: BinaryIO, name: str, limits: Limits) -> Workbook:
    """Read an OpenDocument workbook whole.

    Args:
        handle: The open file.
        name: File name.
        limits: Caps.

    Raises:
        InputError: ``file.truncated``, ``file.damaged``, ``file.forbidden_xml``, ``file.password``,
            ``file.empty``.
        LimitError: ``file.zip_bomb``, ``file.too_many_…``, ``file.cell_too_long``.
    """
    where = Where(file=name)
    package = Package(handle, limits, where)
    manifest = "META-INF/manifest.xml"
    if package.has(manifest) and b"encryption-data" in package.small(manifest):
        raise InputError("file.password", where=where)
    walk = _Walk(limits, where)
    parser = safe_parser(_PART, where)
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.characters
    try:
        for block in package.blocks(_PART, _BLOCK_BYTES):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except XML_ERRORS as err:
        raise package.damaged(_PART) from err
    sheets = tuple(table.sheet(no, limits, where) for no, table in enumerate(walk.tables, start=1))
    if all(sheet.frame.is_empty() for sheet in sheets):
        raise InputError("file.empty", where=where)
    unchecked = ReadingNote("unchecked_raw_digits", params={"format": "ODS"})
    notes = (unchecked, *(note for sheet in sheets for note in sheet.notes))
    return Workbook(name, "ods", sheets, notes)


@dataclass
class _Table:
    """One sheet while it is read."""

    name: str
    is_hidden: bool
    rows: list[list[str | None]] = field(default_factory=list)
    frames: list[pl.DataFrame] = field(default_factory=list)
    height: int = 0
    blank_rows: int = 0
    width: int = 0
    filled: Counter[int] = field(default_factory=Counter)
    numbers: Counter[int] = field(default_factory=Counter)
    dates: Counter[int] = field(default_factory=Counter)
    formula_rows: list[int] = field(default_factory=list)
    formula_blank_rows: list[int] = field(default_factory=list)
    error_rows: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    @property
    def next_row(self) -> int:
        """Number of the row that comes next, 1-based."""
        return self.height + self.blank_rows + 1

    def add(self, row: list[str | None], times: int, limits: Limits, where: Where) -> None:
        """Take a row that stands ``times`` times; blank rows wait until a filled one follows."""
        if not any(value is not None for value in row):
            self.blank_rows += times
            return
        self.width = max(self.width, len(row))
        height = self.height + self.blank_rows + times
        if height > limits.rows:
            raise LimitError("file.too_many_rows", where=where, limit=limits.rows)
        if height * self.width > limits.cells:
            raise LimitError("file.too_many_cells", where=where, limit=limits.cells)
        self.rows += [[]] * self.blank_rows + [row] * times
        self.height, self.blank_rows = height, 0
        if len(self.rows) >= _FLUSH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Turn the rows held so far into a frame."""
        if self.rows:
            columns = list(zip_longest(*self.rows))
            names = column_names(len(columns))
            self.frames.append(
                pl.DataFrame(
                    dict(zip(names, columns, strict=True)),
                    schema=dict.fromkeys(names, pl.String),
                )
            )
            self.rows = []

    def sheet(self, no: int, limits: Limits, where: Where) -> Sheet:
        """Return the sheet."""
        self.flush()
        names = column_names(self.width)
        frame = (
            pl.concat(self.frames, how="diagonal").select(names)
            if self.frames
            else pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        )
        check_cells(frame, 1, limits, Where(where.file, self.name))
        merges = tuple(self.merges)
        frame, filled = fill_down(frame, merges)
        hidden = [row for row in self.hidden_rows if row <= frame.height]
        notes = [ReadingNote("hidden_sheet", self.name)] if self.is_hidden else []
        for code, rows in (
            ("hidden_rows", hidden),
            ("formula", self.formula_rows),
            ("formula_blank", self.formula_blank_rows),
            ("error_cells", self.error_rows),
            ("merged_filled", filled),
        ):
            notes += [note_of_rows(code, self.name, rows)] if rows else []
        if merges:
            notes.append(ReadingNote("merged", self.name, len(merges)))
        return Sheet(
            self.name,
            no,
            frame,
            is_hidden=self.is_hidden,
            hidden_rows=tuple(hidden),
            formula_rows=tuple(sorted(set(self.formula_rows))),
            merges=merges,
            number_share=self._share(self.numbers),
            date_share=self._share(self.dates),
            unchecked=("unchecked_raw_digits",),
            notes=tuple(notes),
        )

    def _share(self, part: Counter[int]) -> dict[str, float]:
        return {f"c{n}": part[n] / self.filled[n] for n in sorted(self.filled)}


class _Walk:
    """State of the walk over ``content.xml``."""

    def __init__(self, limits: Limits, where: Where) -> None:
        self._limits, self._where = limits, where
        self.tables: list[_Table] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._depth = 0
        self._row: list[str | None] = []
        self._blank_cells = 0
        self._row_attrs: dict[str, str] = {}
        self._cell: dict[str, str] | None = None
        self._paragraphs: list[str] = []
        self._pieces: list[str] | None = None
        self._n_chars = 0
        self._aside = 0
        self._marks: list[tuple[int, str]] = []

    def start(self, tag: str, raw_attrs: dict[str, str]) -> None:
        """Take a start tag."""
        name = local(tag)
        attrs = {local(key): value for key, value in raw_attrs.items()}
        if self._aside or name in ("annotation", "shapes", "frame", "tracked-changes"):
            # Comments, pictures and earlier versions are no part of the list.
            self._aside += 1
        elif name == "style":
            self._style = attrs.get("name", "")
        elif name == "table-properties" and attrs.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif name == "table":
            self._begin_table(attrs)
        elif name == "table-row":
            self._row, self._blank_cells, self._row_attrs, self._marks = [], 0, attrs, []
        elif name in ("table-cell", "covered-table-cell"):
            self._cell, self._paragraphs, self._n_chars = attrs, [], 0
        elif name == "p" and self._cell is not None:
            self._pieces = []
        elif self._pieces is not None and name in ("s", "tab", "line-break"):
            n_spaces = min(int(attrs.get("c", "1")), self._limits.cell_chars)
            self.characters({"s": " " * n_spaces, "tab": "\t", "line-break": "\n"}[name])

    def end(self, tag: str) -> None:
        """Take an end tag."""
        name = local(tag)
        if self._aside:
            self._aside -= 1
        elif name == "p" and self._pieces is not None:
            self._paragraphs.append("".join(self._pieces))
            self._pieces = None
        elif name in ("table-cell", "covered-table-cell") and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == "table-row" and self._depth == 1:
            self._end_row()
        elif name == "table":
            self._depth -= 1

    def characters(self, data: str) -> None:
        """Take text."""
        if self._pieces is None or self._aside:
            return
        self._n_chars += len(data)
        if self._n_chars > self._limits.cell_chars:
            row = self.tables[-1].next_row if self.tables else None
            where = Where(self._where.file, self.tables[-1].name if self.tables else None, row)
            raise LimitError("file.cell_too_long", where=where, limit=self._limits.cell_chars)
        self._pieces.append(data)

    def _begin_table(self, attrs: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            is_hidden = attrs.get("style-name", "") in self._hidden_styles
            self.tables.append(_Table(attrs.get("name", ""), is_hidden))
            if len(self.tables) > self._limits.sheets:
                limit = self._limits.sheets
                raise LimitError("file.too_many_sheets", where=self._where, limit=limit)

    def _end_cell(self, attrs: dict[str, str]) -> None:
        """Put the cell, as often as it is repeated, behind the row's last."""
        times = int(attrs.get("number-columns-repeated", "1"))
        value, mark = _value(attrs, "\n".join(self._paragraphs))
        column = len(self._row) + self._blank_cells + 1
        if "formula" in attrs:
            self._marks.append((column, "formula" if value is not None else "formula_blank"))
        if mark:
            self._marks += [(column + n, mark) for n in range(min(times, self._limits.columns))]
        self._merge(attrs, column)
        if value is None:
            self._blank_cells += times
            return
        if column + times - 1 > self._limits.columns:
            where = Where(self._where.file, self.tables[-1].name, self.tables[-1].next_row)
            raise LimitError("file.too_many_columns", where=where, limit=self._limits.columns)
        self._row += [None] * self._blank_cells + [value] * times
        self._blank_cells = 0

    def _merge(self, attrs: dict[str, str], column: int) -> None:
        n_rows = int(attrs.get("number-rows-spanned", "1"))
        n_columns = int(attrs.get("number-columns-spanned", "1"))
        if (n_rows > 1 or n_columns > 1) and self.tables:
            top = self.tables[-1].next_row
            self.tables[-1].merges.append(
                Merge(top, column, top + n_rows - 1, column + n_columns - 1)
            )

    def _end_row(self) -> None:
        table, times = self.tables[-1], int(self._row_attrs.get("number-rows-repeated", "1"))
        first = table.next_row
        table.add(self._row, times, self._limits, Where(self._where.file, table.name))
        is_filled = table.blank_rows == 0
        if self._row_attrs.get("visibility") in ("collapse", "filter") and is_filled:
            table.hidden_rows += range(first, first + times)
        for column, value in enumerate(self._row, start=1):
            if value is not None:
                table.filled[column] += times
        # Marks of blank rows are few: a blank row that is repeated counts once.
        rows = range(first, first + times) if is_filled else range(first, first + 1)
        for column, mark in self._marks:
            if mark == "number":
                table.numbers[column] += times
            elif mark == "date":
                table.dates[column] += times
            elif mark == "error":
                table.error_rows += rows
            else:
                table.formula_rows += rows
                if mark == "formula_blank":
                    table.formula_blank_rows += rows


def _value(attrs: dict[str, str], text: str) -> tuple[str | None, str]:
    """Return the text of a cell and what it is: ``number``, ``date``, ``error`` or nothing."""
    kind = attrs.get("value-type", "")
    if _ERROR.fullmatch(text) and ("formula" in attrs or kind in ("float", "string", "")):
        return None, "error"
    if kind in _NUMBERS and "value" in attrs:
        written = plain_number(attrs["value"])
        return written.removesuffix(".0"), "number"
    if kind == "date" and "date-value" in attrs:
        return iso_text(attrs["date-value"]), "date"
    if kind == "boolean":
        return ("TRUE" if attrs.get("boolean-value") == "true" else "FALSE"), ""
    shown = text or attrs.get("string-value", "")
    return (shown or None), ""
