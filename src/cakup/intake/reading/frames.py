"""What all readers do with a frame of text: names, widths, trimming, caps, notes."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from cakup.intake.reading.workbook import SHOWN_ROWS, Limits, ReadingNote
from cakup.kernel.errors import LimitError, Where


def column_names(width: int) -> list[str]:
    """Return ``c1`` … ``c<width>``."""
    return [f"c{n}" for n in range(1, width + 1)]


def filled_width(frame: pl.DataFrame) -> int:
    """Return the number of columns up to the last that is not wholly blank."""
    for n in range(frame.width, 0, -1):
        if frame.to_series(n - 1).null_count() < frame.height:
            return n
    return 0


def widened(frame: pl.DataFrame, width: int) -> pl.DataFrame:
    """Return the frame with blank columns at its right until it has ``width`` columns."""
    blank = pl.lit(None, dtype=pl.String)
    return frame.with_columns(blank.alias(name) for name in column_names(width)[frame.width :])


def trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame without blank columns at its right and blank rows at its end."""
    frame = frame.select(frame.columns[: filled_width(frame)])
    last = max((_last_filled(column) for column in frame), default=-1)
    return frame.head(last + 1)


def _last_filled(column: pl.Series) -> int:
    """Return the 0-based row of the last filled cell, -1 if none."""
    if column.null_count() == 0:
        return len(column) - 1
    place = column.is_not_null().reverse().arg_max()
    if place is None or column.null_count() == len(column):
        return -1
    return len(column) - 1 - place


def check_cells(frame: pl.DataFrame, first_row: int, limits: Limits, where: Where) -> None:
    """Refuse a frame with a cell beyond ``limits.cell_chars``, naming its row and column.

    Raises:
        LimitError: ``file.cell_too_long``.
    """
    if frame.is_empty():
        return
    longest = frame.select(pl.max_horizontal(pl.all().str.len_bytes().max())).item()
    if longest is None or longest <= limits.cell_chars:
        return
    for n, column in enumerate(frame, start=1):
        lengths = column.str.len_chars()
        if (lengths.max() or 0) > limits.cell_chars:  # type: ignore[operator]
            row = first_row + int(lengths.arg_max() or 0)
            raise LimitError(
                "file.cell_too_long",
                where=Where(where.file, where.sheet, row, column_letters(n)),
                limit=limits.cell_chars,
            )


def column_letters(number: int) -> str:
    """Return the letters of a 1-based column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def joined_notes(notes: Iterable[ReadingNote]) -> tuple[ReadingNote, ...]:
    """Return the notes of several parts; those with equal code and sheet become one."""
    joined: dict[tuple[str, str], ReadingNote] = {}
    for note in notes:
        key = (note.code, note.sheet)
        held = joined.get(key)
        joined[key] = (
            note
            if held is None
            else ReadingNote(
                note.code,
                note.sheet,
                held.count + note.count,
                (held.rows + note.rows)[:SHOWN_ROWS],
                held.params,
            )
        )
    return tuple(joined.values())
