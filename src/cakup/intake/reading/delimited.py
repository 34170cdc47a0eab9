"""CSV to text: Polars for regular parts, the exact reader of ``quoted`` for the others.

The file is cut into parts at record ends, so memory stays bounded. A part is trusted to Polars only
when its rows and their inner line breaks add up to exactly the part's lines: then every row number
is the line number that a text editor shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.exceptions import PolarsError

from cakup.intake.reading.dialect import HARD_COLUMNS, Dialect, probe, utf8_blocks
from cakup.intake.reading.frames import (
    check_cells,
    column_names,
    filled_width,
    joined_notes,
    trimmed,
    widened,
)
from cakup.intake.reading.quoted import Record, is_regular, records
from cakup.intake.reading.workbook import Limits, ReadingNote, Sheet, Workbook, note_of_rows
from cakup.kernel.errors import InputError, LimitError, Where

BLOCK_BYTES = 16 << 20
# Parts of a wide file are smaller, because a blank cell costs 16 bytes in a frame.
FULL_BLOCK_COLUMNS = 16
SMALLEST_BLOCK_BYTES = 1 << 20


def read_delimited(handle: BinaryIO, path: Path, limits: Limits) -> Workbook:
    """Read a delimited text file whole.

    Args:
        handle: The open file.
        path: Its path, for the names.
        limits: Caps.

    Returns:
        A workbook of one sheet, trailing blank columns left out.

    Raises:
        InputError: ``file.empty``, ``file.nul_bytes``, ``file.encoding``.
        LimitError: ``file.too_many_columns``, ``file.too_many_rows``, ``file.too_many_cells``,
            ``file.too_much_text``, ``file.cell_too_long``.
    """
    where = Where(file=path.name)
    if handle.seek(0, 2) > limits.text_bytes:
        limit_mb = limits.text_bytes >> 20
        raise LimitError("file.too_much_text", where=where, limit_mb=limit_mb)
    handle.seek(0)
    dialect = probe(handle, limits, where)
    parts: list[Sheet] = []
    n_rows = width = 0
    for part in read_parts(handle, path, dialect, limits):
        n_rows += part.frame.height
        width = max(width, filled_width(part.frame))
        if n_rows * width > limits.cells:
            raise LimitError("file.too_many_cells", where=where, limit=limits.cells)
        parts.append(part)
    if width == 0:
        raise InputError("file.empty", where=where)
    names = column_names(width)
    frame = trimmed(pl.concat([widened(part.frame, width).select(names) for part in parts]))
    continued = tuple(row for part in parts for row in part.continued_rows)
    notes = joined_notes(note for part in parts for note in part.notes)
    sheet = replace(parts[0], frame=frame, continued_rows=continued, notes=notes)
    return Workbook(path.name, "csv", (sheet,), notes, dialect.encoding, dialect.separator)


def read_parts(handle: BinaryIO, path: Path, dialect: Dialect, limits: Limits) -> Iterator[Sheet]:
    """Yield the file as sheets of equal width; ``first_row`` goes on where the last part ended.

    Args:
        handle: The open file, any position.
        path: Its path, for the names.
        dialect: What ``probe`` found.
        limits: Caps.
    """
    reader = _PartReader(path, dialect, limits)
    shrink = max(1, dialect.width // FULL_BLOCK_COLUMNS)
    block_bytes = max(SMALLEST_BLOCK_BYTES, BLOCK_BYTES // shrink)
    rest, first_row = b"", 1
    for block, is_last in utf8_blocks(handle, dialect, block_bytes, reader.where):
        text = rest + block
        cut = len(text) if is_last else _safe_cut(text, dialect.has_quotes)
        if not cut:
            rest = text
            continue
        part = reader.parse(text[:cut], is_last)
        rest = text[part.n_bytes :]
        if part.n_lines:
            yield reader.sheet(part, first_row)
            first_row += part.n_lines


def _safe_cut(text: bytes, has_quotes: bool) -> int:
    """Return the end of the last line before which quotation marks pair; 0 if there is none."""
    cut = text.rfind(b"\n") + 1
    if not has_quotes:
        return cut
    n_quotes = text.count(b'"', 0, cut)
    while cut and n_quotes % 2:
        quote = text.rfind(b'"', 0, cut)
        before = text.rfind(b"\n", 0, quote) + 1
        n_quotes -= text.count(b'"', before, cut)
        cut = before
    # Marks that never pair are left to the exact reader.
    return cut or text.rfind(b"\n") + 1


@dataclass(frozen=True)
class _Part:
    """Records of one part.

    ``starts`` holds the 0-based line of each record; None when every line is one record.
    ``n_bytes`` is how much of the text they take.
    """

    frame: pl.DataFrame
    n_lines: int
    n_bytes: int
    starts: NDArray[np.int64] | None = None
    stray: tuple[int, ...] = ()


class _PartReader:
    """Reads the parts of one file."""

    def __init__(self, path: Path, dialect: Dialect, limits: Limits) -> None:
        self.where = Where(file=path.name)
        self._name = path.stem
        self._dialect, self._limits = dialect, limits
        self._width = min(dialect.width, HARD_COLUMNS)
        mark = dialect.separator
        self._head = (mark.join(column_names(self._width)) + "\n").encode()

    def parse(self, text: bytes, is_last: bool) -> _Part:
        """Return the records of one part; only the exact reader may leave bytes over."""
        return self._fast(text) or self._exact(text, is_last)

    def _fast(self, text: bytes) -> _Part | None:
        """Read with Polars; None when the result cannot be shown to be right."""
        has_quotes = self._dialect.has_quotes and b'"' in text
        if has_quotes and not is_regular(text, self._dialect.separator):
            return None
        n_lines = text.count(b"\n") + (not text.endswith(b"\n"))
        try:
            # The header line is ours: a title row must not decide how wide the file is.
            frame = pl.read_csv(
                self._head + text,
                separator=self._dialect.separator,
                quote_char='"' if has_quotes else None,
                infer_schema=False,
            )
        except PolarsError:
            return None
        if not has_quotes:
            return _Part(frame, n_lines, len(text)) if frame.height == n_lines else None
        breaks = frame.select(
            pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True)).cast(pl.Int64)
        ).to_series()
        spans = breaks.to_numpy() + 1
        if spans.sum() != n_lines or (spans.max(initial=1) > self._limits.lines_per_cell):
            return None
        frame = frame.with_columns(pl.all().replace("", None))
        starts = np.cumsum(spans) - spans if frame.height < n_lines else None
        return _Part(frame, n_lines, len(text), starts)

    def _exact(self, text: bytes, is_last: bool) -> _Part:
        """Read with the exact reader; a record cut off by the part's end stays for the next."""
        # The bytes were checked by the probe; "replace" serves a file that changed meanwhile,
        # which is refused at the end.
        lines = text.decode("utf-8", "replace").split("\n")
        if lines[-1] == "":
            lines.pop()
        found = list(
            records(
                lines,
                self._dialect.separator,
                lines_per_cell=self._limits.lines_per_cell,
                is_last=is_last,
            )
        )
        if not found:
            return _Part(pl.DataFrame(), 0, 0)
        n_lines = found[-1].line + found[-1].n_lines
        n_bytes = len(text)
        if n_lines < len(lines):
            n_bytes = sum(len(line.encode()) + 1 for line in lines[:n_lines])
        starts = np.array([record.line for record in found], dtype=np.int64)
        stray = tuple(record.line for record in found if record.has_stray_quote)
        return _Part(self._frame(found), n_lines, n_bytes, starts, stray)

    def _frame(self, found: list[Record]) -> pl.DataFrame:
        """Return records as a frame of the file's width."""
        for record in found:
            # Blank fields at the end may be millions, on purpose.
            while record.fields and not record.fields[-1]:
                record.fields.pop()
            if len(record.fields) > self._limits.columns:
                self._refuse_width()
        columns = list(zip_longest(*(record.fields for record in found)))
        if not columns:
            frame = pl.DataFrame({"c1": [None] * len(found)}, schema={"c1": pl.String})
            return widened(frame, self._width)
        names = column_names(len(columns))
        frame = pl.DataFrame(
            [
                pl.Series(name, [value or None for value in column], dtype=pl.String)
                for name, column in zip(names, columns, strict=True)
            ]
        )
        return widened(frame, self._width)

    def _refuse_width(self) -> None:
        raise LimitError("file.too_many_columns", where=self.where, limit=self._limits.columns)

    def sheet(self, part: _Part, first_row: int) -> Sheet:
        """Return one part as a sheet with a frame row for every line."""
        frame = part.frame
        continued: list[int] = []
        if part.starts is not None and frame.height < part.n_lines:
            frame, continued = _spread(frame, part.starts, part.n_lines)
        has_separator_line = first_row == 1 and self._dialect.has_separator_line
        if has_separator_line:
            frame = pl.concat([frame.clear(1), frame.slice(1)])
        if filled_width(frame) > self._limits.columns:
            self._refuse_width()
        frame = frame.select(frame.columns[: self._limits.columns])
        check_cells(frame, first_row, self._limits, self.where)
        notes = []
        if first_row == 1 and self._dialect.encoding in ("cp1252", "latin-1"):
            notes.append(ReadingNote("encoding", params={"encoding": self._dialect.encoding}))
        if has_separator_line:
            notes.append(ReadingNote("separator_line", rows=(1,)))
        stray = [first_row + line for line in part.stray]
        continued = [first_row + line for line in continued]
        notes += [note_of_rows("stray_quotes", "", stray)] if stray else []
        notes += [note_of_rows("continued_rows", "", continued)] if continued else []
        return Sheet(
            self._name, 1, frame, first_row, continued_rows=tuple(continued), notes=tuple(notes)
        )


def _spread(
    frame: pl.DataFrame, starts: NDArray[np.int64], n_lines: int
) -> tuple[pl.DataFrame, list[int]]:
    """Return the frame with blank rows where a line only continues the record above, and those."""
    place = np.full(n_lines, -1, dtype=np.int64)
    place[starts] = np.arange(len(starts))
    index = pl.Series(place).replace(-1, None)
    return frame.select(pl.all().gather(index)), np.flatnonzero(place < 0).tolist()
