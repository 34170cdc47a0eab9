"""What stands above a header: the date of the data, and nothing that is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cakup.identifiers.shapes import MONTH_WORDS
from cakup.kernel.months import last_day
from cakup.places.registry import Area, Places

_MONTHS = {word: n for n, held in MONTH_WORDS.items() for word in held}
_WORD = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"((?:19|20)[0-9]{2})"
_DAY_WORD = re.compile(rf"\b([0-9]{{1,2}})\s+({_WORD})\.?\s+{_YEAR}\b")
_MONTH_WORD = re.compile(rf"\b({_WORD})\.?\s+{_YEAR}\b")
_DAY_NUMBER = re.compile(rf"\b([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]{_YEAR}\b")
_ISO = re.compile(rf"\b{_YEAR}-([0-9]{{2}})-([0-9]{{2}})\b")
_MONTH_NUMBER = re.compile(
    rf"(?<![0-9/.-])([0-9]{{1,2}})[-/]{_YEAR}\b|\b{_YEAR}-([0-9]{{2}})\b(?!-)"
)
#: Words that say that a date is the date of the data.
_KEADAAN = re.compile(
    r"\b(keadaan|per|posisi|kondisi|data per|periode|bulan|tanggal data|cut ?off|s/?d|hingga|"
    r"sampai dengan|status|tanggal)\b"
)
#: Words that say that a date is about something else, e.g. a decree.
_PLACE = re.compile(r"\b(?:kelurahan|kel\.|desa)\s*:?\s*(\S.*)$", re.I)
_OTHER = re.compile(r"\b(nomor|no\.|sk|keputusan|peraturan|perwali|perda|surat|lampiran|dicetak)\b")


@dataclass(frozen=True)
class StatedDay:
    """A date of the data that a file states.

    Args:
        day: The day; a month stands for its last day.
        is_marked: Whether words such as *keadaan* or *per* stand before it.
    """

    day: date
    is_marked: bool


def stated_days(titles: Iterable[str]) -> list[StatedDay]:
    """Return the dates that titles state, each once.

    Args:
        titles: Cells above a header, e.g. ``Keadaan 31 Oktober 2025``.
    """
    found: dict[date, StatedDay] = {}
    for title in titles:
        text = title.casefold()
        if _OTHER.search(text) and not re.search(r"\b(keadaan|per|posisi)\b", text):
            continue
        for day in _days(text):
            stated = StatedDay(day, bool(_KEADAAN.search(text)))
            if day not in found or stated.is_marked:
                found[day] = stated
    return list(found.values())


def day_of_titles(titles: Iterable[str]) -> date | None:
    """Return the one date of the data that titles state; None if they state none or several.

    Args:
        titles: Cells above the headers of all sheets.
    """
    found = stated_days(titles)
    marked = [s for s in found if s.is_marked] or found
    return marked[0].day if len({s.day for s in marked}) == 1 else None


def place_of_titles(
    titles: Iterable[str], sheet_name: str, places: Places, kota: str
) -> dict[str, str]:
    """Return the one place that a whole sheet is about, as its titles or its name state it.

    Args:
        titles: Cells above the header, e.g. ``KELURAHAN TUNGGURONO``.
        sheet_name: Name of the sheet; it counts only if it is a kelurahan and nothing else.
        places: Known areas.
        kota: Code of the city.

    Returns:
        ``desa_kelurahan`` and, if stated, ``kecamatan``; empty if there is no such place or more
        than one.
    """
    stated = [t for t in titles if _PLACE.search(t)]
    found = {a.kode: a.nama for t in stated for a in _kelurahan_in(t, places, kota)}
    if not stated and not places.find(sheet_name, "kecamatan"):
        held = places.find_desa_kelurahan(sheet_name, kota=kota)
        is_city = any(a.kode == kota for a in places.find(sheet_name, "kabkota"))
        found = {} if is_city else {a.kode: a.nama for a in held}
    if len(found) != 1:
        return {}
    kode, nama = next(iter(found.items()))
    parent = places.get(kode.rpartition(".")[0])
    return {"desa_kelurahan": nama, **({"kecamatan": parent.nama} if parent else {})}


def _kelurahan_in(title: str, places: Places, kota: str) -> list[Area]:
    """Return the kelurahan that a title names after the word for it."""
    hit = _PLACE.search(title)
    if hit is None:
        return []
    name = re.split(r"\s*(?:,|-|\bkec\b|\bkecamatan\b|\bkota\b)", hit.group(1), flags=re.I)[0]
    return places.find_desa_kelurahan(name.strip(" :.-"), kota=kota)


def _days(text: str) -> list[date]:
    """Return the days in a text; a day written out hides the month inside it."""
    found: list[date] = []
    for pattern, order in ((_DAY_WORD, "dmy"), (_DAY_NUMBER, "dmy"), (_ISO, "ymd")):
        for hit in pattern.finditer(text):
            a, b, c = hit.groups()
            day, month, year = (a, b, c) if order == "dmy" else (c, b, a)
            found += _made(int(year), _MONTHS.get(month) or int(month), int(day))
        text = pattern.sub(" ", text)
    for hit in _MONTH_WORD.finditer(text):
        found += _ended(int(hit.group(2)), _MONTHS[hit.group(1)])
    for hit in _MONTH_NUMBER.finditer(text):
        month, year, iso_year, iso_month = hit.groups()
        found += _ended(int(year or iso_year), int(month or iso_month))
    return found


def _made(year: int, month: int, day: int) -> list[date]:
    try:
        return [date(year, month, day)]
    except ValueError:
        return []


def _ended(year: int, month: int) -> list[date]:
    return [last_day(d) for d in _made(year, month, 1)]
