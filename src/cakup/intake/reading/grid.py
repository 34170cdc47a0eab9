"""Cells become a frame with one row per sheet row, and what was seen on the way is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.intake.reading import cell_block as kinds
from cakup.intake.reading.cell_block import Cells
from cakup.intake.reading.frames import check_cells, column_letters, column_names, widened
from cakup.intake.reading.markup import Marks, Places
from cakup.intake.reading.numbers import (
    date_text,
    iso_text,
    mapped,
    plain_numbers,
    time_text,
    truth_text,
)
from cakup.intake.reading.ooxml import DATE, TIME, Book
from cakup.intake.reading.workbook import Limits
from cakup.kernel.errors import LimitError, Where


@dataclass
class Grid:
    """A sheet that grows block by block.

    Args:
        book: Styles and date system of the workbook.
        strings: Shared strings.
        limits: Caps.
        where: File and sheet for messages.
    """

    book: Book
    strings: pl.Series
    limits: Limits
    where: Where
    frames: list[pl.DataFrame] = field(default_factory=list)
    height: int = 0
    last_row: int = 0
    width: int = 0
    formula_rows: list[int] = field(default_factory=list)
    formula_stored_rows: list[int] = field(default_factory=list)
    formula_blank_rows: list[int] = field(default_factory=list)
    error_rows: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    n_text_bytes: int = 0

    def __post_init__(self) -> None:
        size = self.limits.columns + 1
        self._filled = np.zeros(size, dtype=np.int64)
        self._numbers = np.zeros(size, dtype=np.int64)
        self._dates = np.zeros(size, dtype=np.int64)

    def add(self, cells: Cells) -> None:
        """Take the cells of the next block.

        Raises:
            LimitError: ``file.too_many_columns``, ``file.too_many_rows``, ``file.too_many_cells``,
                ``file.cell_too_long``.
        """
        if len(cells.rows):
            self.last_row = int(cells.rows[-1])
        self.hidden_rows += cells.hidden_rows
        formula = cells.is_formula
        self.formula_rows += np.unique(cells.row[formula]).tolist()
        without = formula & cells.is_blank & (cells.kind != kinds.TEXT)
        self.formula_stored_rows += np.unique(cells.row[formula & ~without]).tolist()
        self.formula_blank_rows += np.unique(cells.row[without]).tolist()
        self.error_rows += np.unique(cells.row[cells.kind == kinds.ERROR]).tolist()
        self.n_text_bytes += int(cells.text.str.len_bytes().sum())
        if self.n_text_bytes > self.limits.text_bytes:
            limit_mb = self.limits.text_bytes >> 20
            raise LimitError("file.too_much_text", where=self.where, limit_mb=limit_mb)
        texts, place, is_date = self._texts(cells)
        is_filled = texts.is_not_null().to_numpy()[place]
        self._check_width(cells, is_filled)
        self._count(cells, is_filled, is_date)
        self._place(texts, place, cells, is_filled)

    def _texts(self, cells: Cells) -> tuple[pl.Series, Places, Marks]:
        """Return all texts of the block, where each cell's text stands, and which are dates."""
        is_shared = cells.kind == kinds.SHARED
        wanted = cells.shared[is_shared]
        beyond = (wanted < 0) | (wanted >= len(self.strings))
        if bool(beyond.all()):
            shared = pl.Series([None] * len(wanted), dtype=pl.String)
        else:
            # A reference to nothing reads as blank, as Excel shows it.
            shared = self.strings.gather(np.where(beyond, 0, wanted))
            if bool(beyond.any()):
                shared = shared.scatter(np.flatnonzero(beyond), None)
        kind, style = cells.kind[~is_shared], cells.style[~is_shared]
        style_kinds = self.book.style_kinds
        shown = style_kinds[np.where(style < len(style_kinds), style, 0)]
        texts = self._shown(cells.text, kind, shown)
        place = np.empty(len(cells.kind), dtype=np.int64)
        place[is_shared] = np.arange(len(shared))
        place[~is_shared] = np.arange(len(shared), len(shared) + len(texts))
        is_date = np.zeros(len(cells.kind), dtype=np.bool_)
        is_date[~is_shared] = (kind == kinds.NUMBER) & (shown != 0) | (kind == kinds.ISO_DATE)
        everything = pl.concat([shared, texts])
        return everything.set(everything == "", None), place, is_date

    def _shown(
        self, texts: pl.Series, kind: NDArray[np.int8], shown: NDArray[np.int8]
    ) -> pl.Series:
        """Return texts that are not shared as they are to be read."""
        is_number = kind == kinds.NUMBER
        index = np.flatnonzero(is_number)
        if len(index):
            texts = texts.scatter(index, plain_numbers(texts.gather(index)))
        is_1904 = self.book.is_1904
        changes = (
            (is_number & (shown == DATE), partial(date_text, is_1904=is_1904)),
            (is_number & (shown == TIME), partial(time_text, is_1904=is_1904)),
            (kind == kinds.BOOLEAN, truth_text),
            (kind == kinds.ISO_DATE, iso_text),
            (kind == kinds.ERROR, lambda _: ""),
        )
        for where, change in changes:
            texts = mapped(texts, pl.Series(where), change)
        return texts

    def _count(self, cells: Cells, is_filled: Marks, is_date: Marks) -> None:
        column = cells.column
        is_number = (cells.kind == kinds.NUMBER) & ~is_date
        for total, which in (
            (self._filled, is_filled),
            (self._numbers, is_filled & is_number),
            (self._dates, is_filled & is_date),
        ):
            total += np.bincount(column[which], minlength=self.limits.columns + 1)

    def _place(self, texts: pl.Series, place: Places, cells: Cells, is_filled: Marks) -> None:
        """Put the filled cells of the block into a frame that begins behind the last one."""
        row, column, place = cells.row[is_filled], cells.column[is_filled], place[is_filled]
        if not len(row):
            return
        width, last = int(column.max()), int(row.max())
        self.width = max(self.width, width)
        self._check_size(last)
        n_rows = last - self.height
        nothing = len(texts)
        texts = pl.concat([texts, pl.Series([None], dtype=pl.String)])
        order = np.argsort(column.astype(np.int16), kind="stable")
        edges = np.searchsorted(column[order], np.arange(1, width + 2))
        made = []
        for number, name in enumerate(column_names(width)):
            chosen = order[edges[number] : edges[number + 1]]
            source = np.full(n_rows, nothing, dtype=np.int64)
            source[row[chosen] - self.height - 1] = place[chosen]
            made.append(texts.gather(source).rename(name))
        frame = pl.DataFrame(made)
        check_cells(frame, self.height + 1, self.limits, self.where)
        self.frames.append(frame)
        self.height = last

    def _check_width(self, cells: Cells, is_filled: Marks) -> None:
        beyond = np.flatnonzero(is_filled & (cells.column > self.limits.columns))
        if len(beyond):
            letters = column_letters(int(cells.column[beyond[0]]))
            row = int(cells.row[beyond[0]])
            where = Where(self.where.file, self.where.sheet, row, letters)
            raise LimitError("file.too_many_columns", where=where, limit=self.limits.columns)

    def _check_size(self, last: int) -> None:
        if last > self.limits.rows:
            raise LimitError("file.too_many_rows", where=self.where, limit=self.limits.rows)
        if last * self.width > self.limits.cells:
            raise LimitError("file.too_many_cells", where=self.where, limit=self.limits.cells)

    def frame(self) -> pl.DataFrame:
        """Return the whole sheet; all blocks get the width of the widest."""
        names = column_names(self.width)
        if not self.frames:
            return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        return pl.concat([widened(frame, self.width) for frame in self.frames])

    def number_share(self) -> dict[str, float]:
        """Return for each filled column the share of cells stored as numbers."""
        return self._share(self._numbers)

    def date_share(self) -> dict[str, float]:
        """Return for each filled column the share of cells stored as dates."""
        return self._share(self._dates)

    def _share(self, part: Places) -> dict[str, float]:
        return {
            f"c{n}": int(part[n]) / int(self._filled[n])
            for n in range(1, self.width + 1)
            if self._filled[n]
        }
