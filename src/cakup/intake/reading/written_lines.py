"""The lines of a text file as written: which are blank, and how many cells the others have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from cakup.intake.reading.dialect import probe, utf8_blocks
from cakup.intake.reading.opening import opened
from cakup.intake.reading.quoted import QUOTE, split_fields
from cakup.intake.reading.workbook import Limits
from cakup.kernel.errors import Where

BLOCK_BYTES = 4 << 20


def written_cells(
    path: Path, spans: Mapping[int, int], limits: Limits | None = None
) -> dict[int, int]:
    """Count the cells of some records of a CSV file.

    Args:
        path: The file.
        spans: First line of a record, 1-based → how many lines it takes.
        limits: Caps; the defaults of ``Limits`` where absent.

    Returns:
        First line → cells written there, for each of ``spans`` that the file has.

    Raises:
        InputError: As ``read``.
        LimitError: As ``read``.
    """
    found: dict[int, int] = {}
    begun, held = 0, [b""]
    for at, (line, separator) in enumerate(_lines(path, limits or Limits()), start=1):
        if at in spans:
            begun, held = at, []
        if not begun:
            continue
        held.append(line)
        if len(held) == spans[begun]:
            found[begun] = _cells(b"\n".join(held), separator)
            begun = 0
    return found


def blank_lines(path: Path, limits: Limits | None = None) -> list[int]:
    """Return the lines of a CSV file, from 1, without anything: not even a separator.

    Args:
        path: The file.
        limits: Caps; the defaults of ``Limits`` where absent.

    Raises:
        InputError: As ``read``.
        LimitError: As ``read``.
    """
    lines = enumerate(_lines(path, limits or Limits()), start=1)
    return [
        at for at, (line, mark) in lines if not line.strip(b"\r " if mark == "\t" else b"\r\t ")
    ]


def _lines(path: Path, limits: Limits) -> Iterator[tuple[bytes, str]]:
    """Yield the lines as UTF-8 without their ends, each with the separator of the file."""
    where = Where(file=path.name)
    with opened(path, limits.file_bytes) as handle:
        dialect = probe(handle, limits, where)
        rest = b""
        for block, _ in utf8_blocks(handle, dialect, BLOCK_BYTES, where):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                yield line, dialect.separator
        if rest:
            yield rest, dialect.separator


def _cells(record: bytes, separator: str) -> int:
    record = record.removesuffix(b"\r")
    if QUOTE.encode() not in record:
        return record.count(separator.encode()) + 1
    return len(split_fields(record.decode("utf-8", "replace"), separator, keep_open=True)[0])
