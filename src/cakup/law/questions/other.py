"""Fines, the yearly series of JP, the last month for joining."""

from __future__ import annotations

from cakup.kernel.errors import RuleError
from cakup.law.contributions.jp import bulan_pendaftaran_terakhir
from cakup.law.dues.fines import denda_bpu, denda_pu
from cakup.law.questions.answer import Book
from cakup.law.questions.facts import Facts
from cakup.law.series import batas_upah_berikut, nilai_tahun
from cakup.law.terms import Terms

SERIES = {
    "jp_ceiling": "jp.iuran.batas_upah",
    "jp_min": "jp.manfaat.min",
    "jp_max": "jp.manfaat.max",
}


def fine(book: Book, facts: Facts, programmes: tuple[str, ...]) -> None:
    """Fine for a late contribution."""
    due = facts.contribution_due
    late = facts.months_late
    if late is None:
        late = int(book.assume("months_late", 1))
    t = book.terms
    if facts.segment == "bpu":
        book.apply(denda_bpu, due, terlambat_months=late, t=t, out="fine")
    else:
        only_jht = tuple(p for p in programmes if p in ("jkk", "jkm", "jht", "jp")) == ("jht",)
        book.apply(denda_pu, due, terlambat_months=late, hanya_jht=only_jht, t=t, out="fine")
    fined = book.answer.computed["fine"]
    book.put("total", (due or 0) + fined, book.answer.marks["fine"])


def yearly(book: Book, facts: Facts) -> None:
    """JP ceiling from the one before, and the values of a year."""
    t = book.terms
    if facts.previous_ceiling is not None and facts.gdp_growth is not None:
        book.apply(batas_upah_berikut, facts.previous_ceiling, pertumbuhan=facts.gdp_growth,
                   t=t, out="jp_ceiling")  # fmt: skip
    for name, key in SERIES.items():
        if name in book.answer.computed:
            continue
        try:
            held = _of_year(t, key, facts.year)
        except RuleError as err:
            book.gap(name, err)
            continue
        book.put(name, held[0], held[1])


def _of_year(t: Terms, key: str, year: int | None) -> tuple[int, tuple[str, ...]]:
    """Return the value set for a year, or the one in force if no year is stated."""
    found = nilai_tahun(t.catalogue, key, year) if year is not None else t.value(key)
    if found is None:
        raise RuleError("parameter.not_in_force", key=key, day=str(year))
    assert isinstance(found.value, int)
    return found.value, () if found.is_sure else (key,)


def joining(book: Book, facts: Facts) -> None:
    """Last month in which someone born on a day may join JP."""
    if facts.born is not None:
        book.apply(bulan_pendaftaran_terakhir, facts.born, t=book.terms,
                   out="latest_registration_month")  # fmt: skip
