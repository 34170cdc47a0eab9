"""The lines of a CSV table: which are rows, which repeat its header, which have cells astray."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cakup.intake.reading import (
    ReadingNote,
    Workbook,
    blank_lines,
    note_of_rows,
    read,
    written_cells,
)

#: Column of the lines' numbers, beside ``c1``, ``c2``, …
LINE = "line"


def csv_rows(path: Path) -> pl.DataFrame:
    """Return the header and the rows of a table with the numbers of their lines.

    A line of separators is a row; a blank line and one that repeats the header are none.

    Args:
        path: CSV of any dialect.

    Raises:
        InputError: A ``file.…`` code.
        LimitError: A ``file.…`` code.
    """
    rows = _records(read(path), path)
    return _without(rows, _repeated_header(rows))


def line_notes(path: Path) -> tuple[ReadingNote, ...]:
    """Return what a user should know of the lines of a table, nothing if it is no CSV.

    Args:
        path: See ``csv_rows``.

    Raises:
        InputError: A ``file.…`` code.
        LimitError: A ``file.…`` code.
    """
    if path.suffix.lower() == ".parquet":
        return ()
    book = read(path)
    rows = _records(book, path)
    repeated = _repeated_header(rows)
    notes = [_note("repeated_header", path, repeated)]
    rows = _without(rows, repeated)
    width = _header_width(rows)
    beyond = [c for c in rows.columns if c != LINE][width:]
    if beyond:
        filled = pl.any_horizontal(pl.col(beyond).is_not_null())
        notes.append(_note("long_lines", path, rows.filter(filled)))
    if book.format == "csv":
        notes.append(_note("short_lines", path, _short(rows, width, book, path)))
    return tuple(n for n in notes if n.count)


def _records(book: Workbook, path: Path) -> pl.DataFrame:
    """Return the lines that hold a record, repeated headers among them."""
    sheet = book.sheets[0]
    rows = sheet.frame.with_row_index(LINE, offset=sheet.first_row)
    gone = [row for n in sheet.notes if n.code == "separator_line" for row in n.rows]
    empty = rows.filter(_said(pl.col("c1")) == "").filter(_is_empty())[LINE].to_list()
    if empty:
        gone += [*blank_lines(path), *sheet.continued_rows] if book.format == "csv" else empty
    return rows.filter(~pl.col(LINE).is_in(gone)) if gone else rows


def _is_empty() -> pl.Expr:
    return pl.all_horizontal(_said(pl.all().exclude(LINE)) == "")


def _repeated_header(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that say again what the header says, in all columns."""
    head = rows.select(_said(pl.all().exclude(LINE))).row(0, named=True)
    found = rows.slice(1)
    for column, said in head.items():
        # Hardly a row is left after the first column.
        found = found.filter(_said(pl.col(column)) == said)
    return found


def _without(rows: pl.DataFrame, some: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~pl.col(LINE).is_in(some[LINE].to_list())) if some.height else rows


def _said(cell: pl.Expr) -> pl.Expr:
    return cell.fill_null("").str.strip_chars().str.to_lowercase()


def _header_width(rows: pl.DataFrame) -> int:
    """Return the columns up to the last one that the header names."""
    head = rows.select(_said(pl.all().exclude(LINE))).row(0)
    return max((at for at, name in enumerate(head, start=1) if name), default=len(head))


def _short(rows: pl.DataFrame, width: int, book: Workbook, path: Path) -> pl.DataFrame:
    """Return the rows that were written with fewer cells than the header names."""
    # A row whose last cell is filled has them all, so most files are not read again.
    at_end = rows.filter(pl.col(f"c{width}").is_null() & ~_is_empty())
    if not at_end.height:
        return at_end
    gone_on = set(book.sheets[0].continued_rows)
    spans = {}
    for line in at_end[LINE].to_list():
        spans[line] = 1
        while line + spans[line] in gone_on:
            spans[line] += 1
    found = written_cells(path, spans)
    return at_end.filter(pl.col(LINE).is_in([n for n, cells in found.items() if cells < width]))


def _note(code: str, path: Path, rows: pl.DataFrame) -> ReadingNote:
    return note_of_rows(code, "", rows[LINE].to_list(), file=path.name)
