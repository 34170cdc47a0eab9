"""What cells mean: money, months, sexes, segments, payers, programmes and yes or no.

A reader is given one text and what it returns stands for all equal cells; a filled cell that gives
nothing is unreadable and is never turned into a default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

import polars as pl

from cakup.identifiers.shapes import MONTH_WORDS
from cakup.kernel.schemas import PROGRAMS

EMPTY_WORDS = frozenset(
    {"", "-", "--", "---", ".", "n/a", "na", "null", "none", "nan", "#n/a", "tidak ada", "nihil"}
)
LONGEST_EMPTY_WORD = max(map(len, EMPTY_WORDS))
#: Blanks and marks that ``text`` takes off or makes one; cells without them are as they should be.
ODD_BLANKS = r"[\s\u00A0\u200B\uFEFF]{2}|[^\S ]|[\u00A0\u200B\uFEFF]|^[ '`]|[ '`]$"
_APART = re.compile(r"[^a-z0-9]+")
_GROUPED = r"^-?[0-9]{1,3}([., ][0-9]{3})+$"
MAX_RP = 10**15


def words(text: str) -> str:
    """Return a text in lower-case words without punctuation.

    Args:
        text: A cell.
    """
    return _APART.sub(" ", text.casefold()).strip()


def text(cells: pl.Series) -> pl.Series:
    """Return cells as written, without blanks around; null where nothing is said.

    Args:
        cells: Cells as text.
    """
    tidy = _where(cells, ODD_BLANKS, lambda some: _stripped(some))
    short = (tidy.str.len_bytes() <= LONGEST_EMPTY_WORD).fill_null(False)
    if not short.any():
        return tidy
    said = tidy.filter(short)
    kept = said.str.to_lowercase().is_in(list(EMPTY_WORDS)).not_()
    return tidy.scatter(
        short.arg_true(), pl.DataFrame({"t": said}).select(pl.when(kept).then("t")).to_series()
    )


def _stripped(cells: pl.Series) -> pl.Series:
    return cells.str.replace_all(r"[\s\u00A0\u200B\uFEFF]+", " ").str.strip_chars(" '`")


def _where(cells: pl.Series, pattern: str, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Return cells with those that hold a pattern changed; most columns have few or none."""
    at = cells.str.contains(pattern).fill_null(False).arg_true()
    return cells.scatter(at, change(cells.gather(at))) if len(at) else cells


def digits(cells: pl.Series) -> pl.Series:
    """Return identifiers (KPJ, NPP, phone) as text without apostrophes, blanks and a final ``.0``.

    Args:
        cells: Cells as text.
    """
    return _where(text(cells), "[^0-9]", _packed)


def _packed(cells: pl.Series) -> pl.Series:
    plain = pl.col("t").str.replace(r"^([0-9]{5,})[.,]0+$", "$1")
    packed = plain.str.replace_all(r"[\s'’`.\-]+", "")
    told = pl.DataFrame({"t": cells}).select(
        pl.when(packed.str.contains(r"^\+?[0-9]+$")).then(packed).otherwise(plain)
    )
    return told.to_series()


def phone(cells: pl.Series) -> pl.Series:
    """Return telephone numbers as ``08…``; what is no number stays as written.

    Args:
        cells: Cells as text.
    """
    plain = digits(cells)
    return plain.str.replace(r"^(?:\+?62|0062)0?(8[0-9]+)$", "0$1").str.replace(
        r"^(8[0-9]{8,11})$", "0$1"
    )


def rupiah(cell: str) -> int | None:
    """Return whole rupiah; None where the text is no amount.

    ``1500000``, ``1.500.000``, ``Rp1.500.000,00``, ``1,500,000.00``, ``1,5 jt`` and ``1500 rb`` are
    read. A comma or dot before exactly three digits separates thousands.

    Args:
        cell: Cell as text.
    """
    lower = cell.casefold().replace("rp", "").replace("idr", "").strip(" .:")
    found = re.fullmatch(r"(-?[0-9., ]*[0-9])\s*,?-?\s*(ribu|rb|juta|jt|k)?", lower)
    if found is None:
        return _scientific(lower)
    number, unit = found.group(1).replace(" ", ""), found.group(2)
    value = _plain_number(number)
    if value is None:
        return None
    factor = {"ribu": 1_000, "rb": 1_000, "k": 1_000, "juta": 1_000_000, "jt": 1_000_000}
    # Rounding to whole rupiah happens only for sen, which no contribution has.
    rupiah = round(value * factor[unit] / 100) if unit else value // 100
    return rupiah if abs(rupiah) <= MAX_RP else None


def _plain_number(number: str) -> int | None:
    """Return hundredths of a number with any marks, None if the marks make no sense."""
    if re.fullmatch(r"-?[0-9]+", number):
        return int(number) * 100
    if re.fullmatch(_GROUPED, number) and len(set(re.findall("[.,]", number))) == 1:
        return int(re.sub("[.,]", "", number)) * 100
    parts = re.fullmatch(r"(-?[0-9]+(?:[.,][0-9]{3})*)[.,]([0-9]{1,2}|0+)", number)
    if parts is None or len(set(re.findall("[.,]", parts.group(1)))) > 1:
        return None
    return int(re.sub("[.,]", "", parts.group(1))) * 100 + int(parts.group(2).ljust(2, "0")[:2])


def _scientific(lower: str) -> int | None:
    """Return a whole amount from ``1.5e+06``; a spreadsheet shows large numbers so."""
    found = re.fullmatch(r"([0-9])(?:[.,]([0-9]+))?e\+?([0-9]{1,2})", lower)
    if found is None:
        return None
    whole, rest, power = found.group(1), found.group(2) or "", int(found.group(3))
    if len(rest) > power or power > 15:
        return None
    return int(whole + rest.ljust(power, "0"))


@cache
def _month_numbers() -> Mapping[str, int]:
    return {word: n for n, held in MONTH_WORDS.items() for word in held}


def month(cell: str) -> date | None:
    """Return the first day of the month that a cell names.

    ``2025-10``, ``10/2025``, ``202510``, ``102025``, ``Okt 2025``, ``Okt-25`` and whole days in the
    order year-month-day or day-month-year are read.

    Args:
        cell: Cell as text.
    """
    plain = words(re.sub(r"[ tT][0-9]{1,2}:[0-9:.]+$", "", cell.strip()))
    named = re.fullmatch(r"(?:([0-9]{1,2}) ?)?([a-z]+) ?((?:19|20)[0-9]{2}|[0-9]{2})", plain)
    if named and named.group(2) in _month_numbers():
        return _first(int(named.group(3)), _month_numbers()[named.group(2)])
    for shape, year, number in (
        (r"((?:19|20)[0-9]{2}) ?([0-9]{1,2})(?: [0-9]{1,2})?", 1, 2),
        (r"([0-9]{1,2}) ?((?:19|20)[0-9]{2})", 2, 1),
        (r"(?:[0-9]{1,2}) ([0-9]{1,2}) ((?:19|20)[0-9]{2})", 2, 1),
        (r"((?:19|20)[0-9]{2})([0-9]{2})[0-9]{2}", 1, 2),
    ):
        if found := re.fullmatch(shape, plain):
            return _first(int(found.group(year)), int(found.group(number)))
    return None


def _first(year: int, number: int) -> date | None:
    full = year + 2000 if year < 100 else year
    return date(full, number, 1) if 1 <= number <= 12 else None


def month_number(cell: str) -> int | None:
    """Return the number of a month that stands without a year: ``10`` or ``Oktober``.

    Args:
        cell: Cell as text.
    """
    plain = words(cell)
    if re.fullmatch("[0-9]{1,2}", plain):
        return int(plain) if 1 <= int(plain) <= 12 else None
    return _month_numbers().get(plain)


def programs(cell: str) -> str | None:
    """Return the programmes that a cell names, joined with commas in the order of the law.

    Args:
        cell: ``JKK, JKM``, ``JKK+JKM+JHT``, ``2 program``, ``jkk jkm``.
    """
    plain = words(cell)
    if found := re.fullmatch(r"([23]) ?program(?: .*)?", plain):
        return ",".join(PROGRAMS[: int(found.group(1))])
    held = set(re.findall(r"jkk|jkm|jht|jkp|jp", plain))
    return ",".join(p for p in PROGRAMS if p in held) or None
