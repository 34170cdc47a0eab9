"""Reading files safely: every cell as text, every row with the number its sender sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cakup.intake.reading.delimited import read_delimited
from cakup.intake.reading.spreadsheet import read_spreadsheet
from cakup.intake.reading.workbook import Limits, Merge, ReadingNote, Sheet, Workbook

__all__ = [
    "Limits",
    "Merge",
    "ReadingNote",
    "Sheet",
    "Workbook",
    "read",
    "read_batches",
]


def read(path: Path, limits: Limits | None = None) -> Workbook:
    """Read a file whole.

    Args:
        path: CSV, XLSX, XLS or ODS.
        limits: Caps; the defaults of ``Limits`` where absent.

    Returns:
        All sheets as text.
    """
    with path.open("rb") as handle:
        magic = handle.read(4)
    limits = limits or Limits()
    if magic in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return read_spreadsheet(path, limits)
    return read_delimited(path, limits)


def read_batches(path: Path, limits: Limits | None = None) -> Iterator[Sheet]:
    """Yield the sheets of a file part by part, so that memory stays bounded."""
    yield from read(path, limits).sheets
