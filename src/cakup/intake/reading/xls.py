"""XLS to text: calamine reads the values, the records tell where they stand and what they were."""

from __future__ import annotations

import struct
from typing import BinaryIO

import fastexcel
import olefile
import polars as pl

from cakup.intake.reading.biff import SheetFacts, worksheet_facts
from cakup.intake.reading.frames import check_cells, column_names, trimmed
from cakup.intake.reading.merges import fill_down
from cakup.intake.reading.workbook import (
    Limits,
    ReadingNote,
    Sheet,
    Workbook,
    note_of_rows,
)
from cakup.kernel.errors import InputError, LimitError, Where

# 65,536 rows × 256 columns of an .xls fit in far less; more is not a list.
XLS_BYTES = 512 << 20
_MIDNIGHT = " 00:00:00"
_NO_DAY = r"^1899-12-3[01] "


def read_xls(handle: BinaryIO, name: str, limits: Limits) -> Workbook:
    """Read an old Excel workbook whole.

    Args:
        handle: The open file.
        name: File name.
        limits: Caps.

    Raises:
        InputError: ``file.truncated``, ``file.damaged``, ``file.empty``, ``file.no_sheets``.
        LimitError: ``file.too_large``, ``file.too_many_…``, ``file.cell_too_long``.
    """
    where = Where(file=name)
    raw = handle.read(XLS_BYTES + 1)
    if len(raw) > XLS_BYTES:
        raise LimitError("file.too_large", where=where, limit_mb=XLS_BYTES >> 20)
    facts = _facts(raw, where)
    reader = _open(raw, where)
    if not facts:
        raise InputError("file.no_sheets", where=where)
    if len(facts) > limits.sheets:
        raise LimitError("file.too_many_sheets", where=where, limit=limits.sheets)
    names = reader.sheet_names
    sheets = tuple(
        _sheet(reader, names[fact.no - 1], fact, limits, name)
        for fact in facts
        if fact.no <= len(names)
    )
    if all(sheet.frame.is_empty() for sheet in sheets):
        raise InputError("file.empty", where=where)
    unchecked = ReadingNote("unchecked_raw_digits", params={"format": "XLS"})
    notes = (unchecked, *(note for sheet in sheets for note in sheet.notes))
    return Workbook(name, "xls", sheets, notes)


def _facts(raw: bytes, where: Where) -> list[SheetFacts]:
    try:
        with olefile.OleFileIO(raw) as ole:
            stream = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read()
        return worksheet_facts(stream)
    except (OSError, struct.error, IndexError, ValueError) as err:
        raise InputError("file.truncated", where=where) from err


def _open(raw: bytes, where: Where) -> fastexcel.ExcelReader:
    try:
        return fastexcel.read_excel(raw)
    except fastexcel.FastExcelError as err:
        raise InputError("file.truncated", where=where) from err
    except BaseException as err:
        raise _from_panic(err, where, "Workbook") from err


def _from_panic(err: BaseException, where: Where, part: str) -> BaseException:
    """Return the error for a panic of the Rust reader; anything else goes on as it was."""
    if type(err).__name__ == "PanicException":
        return InputError("file.damaged", where=where, part=part)
    return err


def _sheet(
    reader: fastexcel.ExcelReader, name: str, facts: SheetFacts, limits: Limits, file: str
) -> Sheet:
    """Return one sheet."""
    where = Where(file=file, sheet=name)
    try:
        loaded = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        values = loaded.to_polars() if loaded.width else pl.DataFrame()
    except fastexcel.FastExcelError as err:
        raise InputError("file.damaged", where=where, part=name) from err
    except BaseException as err:
        raise _from_panic(err, where, name) from err
    frame = trimmed(_plain(values, max(facts.first_column - 1, 0), facts))
    if frame.width > limits.columns:
        raise LimitError("file.too_many_columns", where=where, limit=limits.columns)
    check_cells(frame, 1, limits, where)
    formula_blank = _blank_rows(frame, facts.formula_cells)
    formula_rows = sorted({row for row, _ in facts.formula_cells})
    frame, filled = fill_down(frame, tuple(facts.merges))
    hidden = [row for row in facts.hidden_rows if row <= frame.height]
    is_hidden = loaded.visible != "visible"
    notes = [ReadingNote("hidden_sheet", name)] if is_hidden else []
    for code, rows in (
        ("hidden_rows", hidden),
        ("formula", formula_rows),
        ("formula_blank", formula_blank),
        ("error_cells", [row for row, _ in facts.error_cells]),
        ("merged_filled", filled),
    ):
        notes += [note_of_rows(code, name, rows)] if rows else []
    if facts.merges:
        notes.append(ReadingNote("merged", name, len(facts.merges)))
    return Sheet(
        name,
        facts.no,
        frame,
        is_hidden=is_hidden,
        hidden_rows=tuple(hidden),
        formula_rows=tuple(formula_rows),
        merges=tuple(facts.merges),
        number_share=_share(facts, facts.numbers),
        date_share=_share(facts, facts.dates),
        unchecked=("unchecked_raw_digits",),
        notes=tuple(notes),
    )


def _plain(values: pl.DataFrame, blank_columns: int, facts: SheetFacts) -> pl.DataFrame:
    """Return values under the sheet's own columns, dates as ISO text, truth values as shown."""
    blank = pl.lit(None, dtype=pl.String)
    names = column_names(blank_columns + values.width)
    frame = values.select(
        *[blank.alias(name) for name in names[:blank_columns]],
        *[
            pl.col(old).cast(pl.String).alias(new)
            for old, new in zip(values.columns, names[blank_columns:], strict=True)
        ],
    )
    dates = [f"c{column}" for column in facts.dates if column <= frame.width]
    frame = frame.with_columns(
        pl.col(dates).str.strip_suffix(_MIDNIGHT).str.replace(_NO_DAY, "")
    ).with_columns(pl.all().replace({"": None, "true": "TRUE", "false": "FALSE"}))
    return _without_errors(frame, facts.error_cells)


def _blank_rows(frame: pl.DataFrame, cells: list[tuple[int, int]]) -> list[int]:
    """Return the rows of those cells that hold nothing."""
    columns = {column: frame.to_series(column - 1) for _, column in cells if column <= frame.width}
    return [
        row
        for row, column in cells
        if column not in columns or row > frame.height or columns[column][row - 1] is None
    ]


def _without_errors(frame: pl.DataFrame, cells: list[tuple[int, int]]) -> pl.DataFrame:
    """Return the frame with error cells (#N/A, #REF!) blank."""
    for column in sorted({column for _, column in cells}):
        rows = [row - 1 for row, at in cells if at == column and row <= frame.height]
        if column <= frame.width and rows:
            series = frame.to_series(column - 1)
            frame = frame.with_columns(series.scatter(rows, None))
    return frame


def _share(facts: SheetFacts, part: dict[int, int]) -> dict[str, float]:
    return {f"c{n}": part.get(n, 0) / facts.filled[n] for n in sorted(facts.filled)}
