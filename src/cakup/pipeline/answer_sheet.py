"""A workbook that people filled in, read by its heads: rows with numbers, cells by meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cakup.intake.reading import Sheet, read
from cakup.kernel.language import LANGS, Text
from cakup.kernel.months import first_day

HEADER_WITHIN_ROWS = 20
_MONTHS = {
    name: n
    for n, names in enumerate(
        ("jan januari january", "feb februari february", "mar maret march", "apr april",
         "mei may", "jun juni june", "jul juli july", "agu ags agt agustus aug august",
         "sep sept september", "okt oktober oct october", "nov november",
         "des desember dec december"), start=1,
    )
    for name in names.split()
}  # fmt: skip


@dataclass(frozen=True)
class AnswerRow:
    """One row: its number in Excel and its cells by meaning, blank ones empty."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class AnswerSheet:
    """The sheet that holds the answers.

    Args:
        name: Its name.
        rows: Rows below the header in which a needed cell is filled.
        above: Answers to the labels above the header.
    """

    name: str
    rows: list[AnswerRow]
    above: dict[str, str] = field(default_factory=dict)


def find_sheet(
    path: Path, heads: Mapping[str, Text], needed: Iterable[str],
    labels: Mapping[str, Text] | None = None,
) -> AnswerSheet | None:  # fmt: skip
    """Return the first sheet with the needed heads, None if no sheet has them.

    Args:
        path: Workbook or CSV.
        heads: Meaning → text of its head, in either language.
        needed: Meanings that must be there; a row in which all of them are blank is left out.
        labels: Meaning → label above the header; the answer stands in the next filled cell.
    """
    wanted = set(needed)
    for sheet in read(path).sheets:
        found = _rows_of(sheet, heads, wanted, labels or {})
        if found is not None:
            return found
    return None


def day_of(text: str) -> date | None:
    """Return a day from ``2025-12-31``, ``31-12-2025``, ``31/12/2025`` or ``31 Desember 2025``."""
    plain = text.strip()
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?", plain)
    numbers = found.groups() if found else None
    if numbers is None:
        found = re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", plain)
        numbers = found.groups()[::-1] if found else None
    if numbers is None:
        found = re.fullmatch(r"(\d{1,2})[- ]([A-Za-z]+)[- ](\d{4})", plain)
        named = str(_MONTHS.get(found[2].lower(), 0)) if found else "0"
        numbers = (found[3], named, found[1]) if found else None
    try:
        return date(*map(int, numbers)) if numbers else None
    except ValueError:
        return None


def month_of(text: str) -> date | None:
    """Return the first day of a month from a day, ``12-2025``, ``2025-12`` or ``Des 2025``."""
    day = day_of(text)
    if day is not None:
        return first_day(day)
    plain = text.strip()
    if found := re.fullmatch(r"(\d{4})[-/ ](\d{1,2})", plain):
        year, month = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d{1,2})[-/ ](\d{4})", plain):
        year, month = int(found[2]), int(found[1])
    elif found := re.fullmatch(r"([A-Za-z]+)[-/. ]+(\d{4})", plain):
        year, month = int(found[2]), _MONTHS.get(found[1].lower(), 0)
    else:
        return None
    return date(year, month, 1) if 1 <= month <= 12 and year else None


def plain_word(text: str) -> str:
    """Return a word for comparing: lower case, no leading number, single blanks."""
    return " ".join(re.sub(r"^\d+[.) ]+", "", text.strip()).split()).casefold()


def _rows_of(
    sheet: Sheet, heads: Mapping[str, Text], needed: set[str], labels: Mapping[str, Text]
) -> AnswerSheet | None:
    """Return the rows below the header, None if the sheet has not the columns."""
    rows = sheet.frame.rows()
    for at, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
        places = _places(row, heads)
        if needed <= places.keys():
            found = [
                AnswerRow(sheet.first_row + number, cells)
                for number, values in enumerate(rows[at + 1 :], start=at + 1)
                if (cells := {n: (values[p] or "").strip() for n, p in places.items()})
                and any(cells[name] for name in needed)
            ]
            return AnswerSheet(sheet.name, found, _labelled(rows[:at], labels))
    return None


def _places(row: tuple[str | None, ...], heads: Mapping[str, Text]) -> dict[str, int]:
    """Return where the columns stand, by the texts of a header row."""
    texts = {
        " ".join((cell or "").split()).casefold(): at for at, cell in reversed(list(enumerate(row)))
    }
    return {
        name: texts[head(lang).casefold()]
        for name, head in heads.items()
        for lang in reversed(LANGS)
        if head(lang).casefold() in texts
    }


def _labelled(rows: list[tuple[str | None, ...]], labels: Mapping[str, Text]) -> dict[str, str]:
    """Return what stands beside the labels above the header."""
    found: dict[str, str] = {}
    for row in rows:
        first = (row[0] or "").strip().casefold() if row else ""
        for name, label in labels.items():
            if first and any(first.startswith(label(lang).casefold()) for lang in LANGS):
                found[name] = next((c.strip() for c in row[1:] if c and c.strip()), "")
    return found
