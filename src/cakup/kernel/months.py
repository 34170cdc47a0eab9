"""Days and months: parsing of ``--as-of``, month arithmetic, Indonesian names."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from cakup.kernel.errors import UsageError

DAY_OR_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
#: Years that a day may lie in: further off is a slip of the finger, and month by month a long way.
YEARS = range(1900, 2200)
MONTHS_ID = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS_ID_SHORT = (
    "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des",
)  # fmt: skip


def parse_day(text: str, *, option: str = "--as-of") -> date:
    """Return the day named by ``text``; a month stands for its last day.

    Args:
        text: ``YYYY-MM-DD`` or ``YYYY-MM``.
        option: Name of the option, for the error.

    Raises:
        UsageError: ``usage.bad_date`` if the text is neither, or of no year of ``YEARS``.
    """
    found = DAY_OR_MONTH.fullmatch(text)
    try:
        if found is None or int(found[1]) not in YEARS:
            raise ValueError(text)
        year, month, day = found.groups()
        if day is None:
            return last_day(date(int(year), int(month), 1))
        return date(int(year), int(month), int(day))
    except ValueError as err:
        raise UsageError("usage.bad_date", option=option) from err


def first_day(day: date) -> date:
    """Return the first day of the month of ``day``."""
    return day.replace(day=1)


def last_day(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(month: date, months: int) -> date:
    """Return the first day of the month ``months`` after the month of ``month``."""
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_between(start: date, end: date) -> int:
    """Return the number of months from the month of ``start`` to the month of ``end``."""
    return (end.year - start.year) * 12 + end.month - start.month
