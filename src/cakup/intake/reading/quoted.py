"""Quotation marks of CSV: whether they follow the rules, and an exact reader where they do not.

Polars reads regular text. What is not regular (``Soka"an``, an unclosed quote, text after a closing
quote) it refuses, or drops in silence, so such a part comes here. Rules, in this order:

1. A field that begins with a quote and ends with a quote before a separator or line end is quoted;
   inside it two quotes mean one, and line breaks belong to the field.
2. Any other quote is a plain character. A quoted field that does not close within
   ``lines_per_cell`` lines was never one: its quote is a plain character as well, so that one stray
   mark cannot swallow the rest of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

QUOTE = '"'
_OPEN = re.compile(r'"[^"]*(?:""[^"]*)*')


@dataclass(frozen=True)
class Record:
    """One record.

    Args:
        line: 0-based line on which it begins.
        n_lines: Lines that it takes, at least 1.
        fields: Fields as text; empty text is a blank cell.
        has_stray_quote: Whether a field begins with a quotation mark that is a plain character.
    """

    line: int
    n_lines: int
    fields: list[str]
    has_stray_quote: bool


class _Unclosed(Exception):
    """A quoted field is still open at the end of the text."""


class _NeverQuoted(Exception):
    """A field that seemed to span lines closes before plain text: its quote was a plain mark."""


def is_regular(text: bytes, separator: str) -> bool:
    """Tell whether every quotation mark opens, closes or doubles as RFC 4180 has it.

    Args:
        text: Whole records.
        separator: One character.
    """
    buffer = np.frombuffer(b"\n" + text + b"\n\n", dtype=np.uint8)
    marks = np.flatnonzero(buffer == ord(QUOTE))
    if len(marks) % 2:
        return False
    may_open, may_close = np.zeros((2, 256), dtype=np.bool_)
    may_open[[ord(separator), ord("\n"), ord(QUOTE)]] = True
    may_close[[ord(separator), ord("\n"), ord("\r"), ord(QUOTE)]] = True
    # Marks take turns: one opens, one closes; a doubled one closes and opens again at once.
    if not bool(np.all(may_open[buffer[marks[::2] - 1]])):
        return False
    closing = marks[1::2]
    following = buffer[closing + 1]
    if not bool(np.all(may_close[following])):
        return False
    returns = closing[following == ord("\r")]
    return bool(np.all(buffer[returns + 2] == ord("\n")))


def records(
    lines: list[str], separator: str, *, lines_per_cell: int, is_last: bool
) -> Iterator[Record]:
    """Yield the records of ``lines``; stop before a record whose end is not in sight yet.

    Args:
        lines: Text lines without their line feed.
        separator: One character.
        lines_per_cell: Lines that one quoted field may span.
        is_last: Whether the text ends here; else an open record is left for the next call.
    """
    at = 0
    while at < len(lines):
        line = lines[at].removesuffix("\r")
        if QUOTE not in line:
            yield Record(at, 1, line.split(separator), False)
            at += 1
            continue
        record = _quoted_record(lines, at, separator, lines_per_cell, is_last)
        if record is None:
            return
        yield record
        at += record.n_lines


def _quoted_record(
    lines: list[str], at: int, separator: str, lines_per_cell: int, is_last: bool
) -> Record | None:
    """Return the record that begins at line ``at``, or None when more lines are needed."""
    for n_lines in range(1, lines_per_cell + 1):
        if at + n_lines > len(lines):
            if not is_last:
                return None
            break
        text = "\n".join(lines[at : at + n_lines]).removesuffix("\r")
        try:
            fields, stray = split_fields(text, separator)
        except _Unclosed:
            continue
        except _NeverQuoted:
            break
        return Record(at, n_lines, fields, stray)
    fields, _ = split_fields(lines[at].removesuffix("\r"), separator, keep_open=True)
    return Record(at, 1, fields, True)


def split_fields(text: str, separator: str, *, keep_open: bool = False) -> tuple[list[str], bool]:
    """Split one record.

    Args:
        text: The record, line breaks of quoted fields included.
        separator: One character.
        keep_open: Read an unclosed quote as a plain character instead of raising.

    Returns:
        The fields, and whether one begins with a quote that is a plain character.
    """
    fields: list[str] = []
    stray = False
    at = 0
    while True:
        opened = _OPEN.match(text, at)
        if opened is None:
            end = text.find(separator, at)
            field = text[at:] if end < 0 else text[at:end]
        else:
            field, end, is_plain = _quoted_field(text, opened, separator, keep_open)
            stray = stray or is_plain
        fields.append(field)
        if end < 0 or end >= len(text):
            return fields, stray
        at = end + 1


def _quoted_field(
    text: str, opened: re.Match[str], separator: str, keep_open: bool
) -> tuple[str, int, bool]:
    """Return a field that begins with a quote, where it ends, and whether the quote strays."""
    stop = opened.end()
    if stop == len(text) and not keep_open:
        raise _Unclosed
    if stop < len(text) and (stop + 1 == len(text) or text[stop + 1] == separator):
        return opened.group()[1:].replace('""', QUOTE), stop + 1, False
    if "\n" in opened.group() and not keep_open:
        raise _NeverQuoted
    end = text.find(separator, opened.start())
    return (text[opened.start() :] if end < 0 else text[opened.start() : end]), end, True
