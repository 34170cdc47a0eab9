"""The text of number, date and truth cells.

Raw digits win: what the XML says is what is read, never what a 64-bit float would make of it. Only
the way of writing changes: ``1.5E7`` becomes ``15000000``, ``7.0`` becomes ``7``, and a number in a
cell that shows a date becomes the ISO date.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import polars as pl

# Excel believes that 1900 was a leap year: serial 60 is a day that never was.
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001  (a spreadsheet knows no time zone)
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LEAP_SERIAL = 60
_LAST_SERIAL = 2_958_466
_DAY_SECONDS = 86_400
# Beyond this many digits a number is no identifier and no amount; it stays as written.
_LONGEST_DIGITS = 40


def plain_numbers(texts: pl.Series) -> pl.Series:
    """Return number texts without exponent and without an empty fraction.

    Args:
        texts: Raw texts of number cells.
    """
    texts = texts.str.strip_chars().str.replace(r"^([+-]?[0-9]+)\.0+$", "${1}")
    return mapped(texts, texts.str.contains("[eE]"), plain_number)


def plain_number(text: str) -> str:
    """Return a number in scientific notation as all its digits, exactly; else the text as it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_DIGITS:
        return text
    written = format(number, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


@lru_cache(maxsize=1 << 17)
def date_text(text: str, *, is_1904: bool) -> str:
    """Return the ISO date, or date and time, that a serial number shows; else the text as it is.

    Args:
        text: Raw text of the cell.
        is_1904: Whether the workbook counts days from 1904.
    """
    serial = _serial(text)
    if serial is None or serial < 1:
        return text
    days, seconds = divmod(round(serial * _DAY_SECONDS), _DAY_SECONDS)
    if is_1904:
        moment = _EPOCH_1904 + timedelta(days=days)
    elif days == _LEAP_SERIAL:
        return text
    else:
        moment = _EPOCH_1900 + timedelta(days=days + (days < _LEAP_SERIAL))
    moment += timedelta(seconds=seconds)
    return moment.date().isoformat() if seconds == 0 else moment.isoformat(" ")


def time_text(text: str, *, is_1904: bool) -> str:
    """Return the time of day that a fraction shows; a serial with days becomes date and time."""
    serial = _serial(text)
    if serial is None:
        return text
    if serial >= 1:
        return date_text(text, is_1904=is_1904)
    seconds = round(serial * _DAY_SECONDS) % _DAY_SECONDS
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _serial(text: str) -> float | None:
    try:
        serial = float(text)
    except ValueError:
        return None
    return serial if 0 <= serial < _LAST_SERIAL else None


def iso_text(text: str) -> str:
    """Return an ISO date cell (``2020-01-31T00:00:00Z``) without a midnight that says nothing."""
    day, _, time = text.strip().partition("T")
    time = time.removesuffix("Z").partition(".")[0]
    return day if time in ("", "00:00:00", "00:00") else f"{day} {time}"


def truth_text(text: str) -> str:
    """Return what Excel shows for a truth value."""
    return {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}.get(text, text)


def mapped(texts: pl.Series, where: pl.Series, change: Callable[[str], str]) -> pl.Series:
    """Return texts with the marked ones changed; each distinct text is worked out once.

    Args:
        texts: Texts.
        where: Marks, Boolean, of equal length.
        change: What becomes of a text.
    """
    index = where.arg_true()
    if index.is_empty():
        return texts
    chosen = texts.gather(index)
    distinct = chosen.unique(maintain_order=True)
    changed = pl.Series([change(text) for text in distinct.to_list()], dtype=pl.String)
    return texts.scatter(index, chosen.replace_strict(distinct, changed, return_dtype=pl.String))
