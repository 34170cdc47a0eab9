"""Reading files safely: every cell as text, every row with the number its sender sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cakup.intake.reading.delimited import read_delimited, read_parts
from cakup.intake.reading.dialect import probe
from cakup.intake.reading.formats import detect
from cakup.intake.reading.ods import read_ods
from cakup.intake.reading.opening import fingerprint, opened, stable_copy
from cakup.intake.reading.workbook import (
    Limits,
    Merge,
    ReadingNote,
    Sheet,
    Workbook,
    note_of_rows,
)
from cakup.intake.reading.written_lines import blank_lines, written_cells
from cakup.intake.reading.xls import read_xls
from cakup.intake.reading.xlsx import read_xlsx
from cakup.kernel.errors import Where

__all__ = [
    "Limits",
    "Merge",
    "ReadingNote",
    "Sheet",
    "Workbook",
    "blank_lines",
    "fingerprint",
    "note_of_rows",
    "read",
    "read_batches",
    "stable_copy",
    "written_cells",
]


def read(path: Path, limits: Limits | None = None) -> Workbook:
    """Read a file whole; what it is, is found in its content.

    Args:
        path: CSV, XLSX, XLS or ODS.
        limits: Caps; the defaults of ``Limits`` where absent.

    Returns:
        All sheets as text, with what was noticed.

    Raises:
        InputError: The file is refused as a whole, with a ``file.…`` code.
        LimitError: A cap was reached.
    """
    limits = limits or Limits()
    with opened(path, limits.file_bytes) as handle:
        return _read_open(handle, path, limits)


def read_batches(path: Path, limits: Limits | None = None) -> Iterator[Sheet]:
    """Yield the sheets of a file part by part, so that memory stays bounded.

    A CSV comes in parts of equal width whose ``first_row`` goes on; a workbook by sheets. A file
    that changes meanwhile is refused when the last part has been taken, so nothing may be kept
    before the iterator ends.

    Args:
        path: CSV, XLSX, XLS or ODS.
        limits: Caps; the defaults of ``Limits`` where absent.

    Raises:
        InputError: As ``read``.
        LimitError: As ``read``.
    """
    limits = limits or Limits()
    with opened(path, limits.file_bytes) as handle:
        where = Where(file=path.name)
        if detect(handle, where) == "csv":
            dialect = probe(handle, limits, where)
            yield from read_parts(handle, path, dialect, limits)
        else:
            yield from _read_open(handle, path, limits).sheets


def _read_open(handle: BinaryIO, path: Path, limits: Limits) -> Workbook:
    """Read an open file as what it is."""
    found = detect(handle, Where(file=path.name))
    if found == "csv":
        return read_delimited(handle, path, limits)
    read_workbook = {"xlsx": read_xlsx, "xls": read_xls, "ods": read_ods}[found]
    return read_workbook(handle, path.name, limits)
