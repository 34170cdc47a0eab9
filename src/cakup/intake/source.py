"""A received file as parts that can be read again and again in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

import polars as pl

from cakup.intake.layout import Layout, find_layout
from cakup.intake.reading import Limits, ReadingNote, Sheet, Workbook, read
from cakup.intake.reading.delimited import read_parts
from cakup.intake.reading.dialect import Dialect, probe
from cakup.intake.reading.formats import detect
from cakup.intake.reading.opening import opened
from cakup.intake.reading.workbook import Format
from cakup.kernel.errors import InputError, Where

#: A sheet of more rows is converted in parts, so that only the cells themselves are held whole.
PART_ROWS = 200_000
#: A shorter part joins the one before: the foot of a list is told by the rows above it.
LEAST_ROWS = 1_000


@dataclass(frozen=True)
class Source:
    """One file. A CSV is read anew each time, part by part; a workbook is read once and kept.

    Args:
        path: The file under its sender's name; it must not change while it is used.
        limits: Caps.
    """

    path: Path
    limits: Limits = field(default_factory=Limits)
    _begun: list[Iterator[Sheet]] = field(default_factory=list, repr=False, compare=False)
    _layouts: dict[tuple[int, int | None], Layout | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def file_name(self) -> str:
        """Name of the file as its sender gave it."""
        return self.path.name

    @property
    def where(self) -> Where:
        """Place for messages."""
        return Where(file=self.file_name)

    def where_of(self, sheet: str) -> Where:
        """Return the place of a sheet for messages; a CSV is its own sheet.

        Args:
            sheet: Sheet name.
        """
        return self.where if self.format == "csv" else Where(self.file_name, sheet)

    @cached_property
    def format(self) -> Format:
        """Format found in the content."""
        with opened(self.path, self.limits.file_bytes) as handle:
            return detect(handle, self.where)

    @cached_property
    def dialect(self) -> Dialect | None:
        """How a CSV is written; None for workbooks."""
        if self.format != "csv":
            return None
        with opened(self.path, self.limits.file_bytes) as handle:
            return probe(handle, self.limits, self.where)

    @cached_property
    def _workbook(self) -> Workbook:
        return read(self.path, self.limits)

    def parts(self) -> Iterator[tuple[Sheet, bool]]:
        """Yield the parts in order, each with whether its sheet ends with it.

        Raises:
            InputError: The file is refused as a whole.
        """
        held: Sheet | None = None
        for part in self._all():
            if held is not None and held.no == part.no and part.frame.height < LEAST_ROWS:
                held = _joined(held, part)
                continue
            if held is not None:
                yield held, part.no != held.no
            held = part
        if held is not None:
            yield held, True

    @cached_property
    def openings(self) -> tuple[Sheet, ...]:
        """First part of every sheet.

        Raises:
            InputError: ``file.empty`` if there is none.
        """
        if self.format == "csv":
            parts = self._all()
            first = next(parts, None)
            found: tuple[Sheet, ...] = () if first is None else (first,)
            # The first pass goes on from here; what is parsed once is not parsed again for it.
            self._begun.append(chain(found, parts))
        else:
            found = self._workbook.sheets
        if not found:
            raise InputError("file.empty", where=self.where)
        return found

    @property
    def notes(self) -> tuple[ReadingNote, ...]:
        """What was noticed on a workbook; of a CSV the parts tell."""
        return () if self.format == "csv" else self._workbook.notes

    def layout(self, sheet: Sheet, header_row: int | None = None) -> Layout | None:
        """Return where the header of a sheet is; each is looked for once.

        Args:
            sheet: One of ``openings``.
            header_row: Sheet row that the user named, if any.
        """
        asked = (sheet.no, header_row)
        if asked not in self._layouts:
            self._layouts[asked] = find_layout(sheet, header_row)
        return self._layouts[asked]

    def _all(self) -> Iterator[Sheet]:
        dialect = self.dialect
        if dialect is None:
            yield from (part for sheet in self._workbook.sheets for part in _cut(sheet))
            return
        if self._begun:
            yield from self._begun.pop()
            return
        with opened(self.path, self.limits.file_bytes) as handle:
            yield from read_parts(handle, self.path, dialect, self.limits)


def _cut(sheet: Sheet) -> Iterator[Sheet]:
    """Yield a sheet in parts of at most ``PART_ROWS`` rows; one part if it is blank."""
    for at in range(0, max(1, sheet.frame.height), PART_ROWS):
        part = sheet.frame.slice(at, PART_ROWS)
        yield replace(sheet, frame=part, first_row=sheet.first_row + at)


def _joined(one: Sheet, other: Sheet) -> Sheet:
    """Return two parts of a sheet that follow each other as one."""
    return replace(
        one,
        frame=pl.concat([one.frame, other.frame]),
        continued_rows=one.continued_rows + other.continued_rows,
        notes=one.notes + other.notes,
    )
