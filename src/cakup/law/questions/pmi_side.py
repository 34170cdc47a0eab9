"""Migrant workers: the package of a contract, and the benefits known so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cakup.kernel.errors import RuleError, UsageError
from cakup.law.contributions import pmi
from cakup.law.questions.answer import unsure

if TYPE_CHECKING:
    from cakup.law.questions.contribution import Month

PACKAGE = "pmi.iuran.selama_dan_setelah_24_bulan"
#: The flat amount of 2018 is quoted for contracts of up to this length.
FLAT_MONTHS = 24


def contribution(month: Month) -> None:
    """Price the package of a contract; before packages existed, the flat amount."""
    book, facts, t = month.book, month.facts, month.t
    channel = facts.channel or book.assume("channel", "p3mi")
    if not t.has(PACKAGE):
        _before_packages(month, channel)
        return
    months = facts.months
    marks: tuple[str, ...] = ()
    if months is None and channel == "g2g_korea":
        with t.watch() as seen:
            months = book.assume("months", t.count("pmi.iuran.g2g_korea_bulan"))
        marks = unsure(seen)
    if months is None:
        book.gap("total", UsageError("law.input.missing", name="months"))
        return
    later = book.apply(pmi.iuran_selama_dan_setelah, months, t=t, out="during_and_after")
    if later is None:
        book.gap("total", RuleError("law.rule.no_package", what=f"pmi, {months} bulan"))
        return
    book.touch("during_and_after", *marks)
    parts = ["during_and_after"]
    book.apply(pmi.iuran_sebelum, channel == "perseorangan", t=t, out="before_departure")
    if channel == "g2g_korea":
        # Paid to BPJS before departure is the later part; the 37,500 was paid as a candidate.
        book.assume("before_departure_paid_apart", True)
    else:
        parts.append("before_departure")
    book.sum("total", parts, 1 if facts.persons is None else facts.persons)
    book.put("total_normal", book.answer.computed["total"], book.answer.marks["total"])
    _savings(month)


def _before_packages(month: Month, channel: str) -> None:
    """The flat amount of 2018: known up to 24 months and through a placing body only."""
    book, months = month.book, month.facts.months
    if not month.t.has("pmi.iuran.lama_2018"):
        book.gap("total", _not_in_force(month))
        return
    if channel != "p3mi" or (months or 0) > FLAT_MONTHS:
        told = f"pmi, {channel}, {months or FLAT_MONTHS} bulan, {month.t.day.year}"
        book.gap("total", RuleError("law.rule.no_package", what=told))
        return
    if months is None:
        book.assume("months", FLAT_MONTHS)
    book.apply(pmi.iuran_lama, t=month.t, out="total")
    _for_all(month)


def _for_all(month: Month) -> None:
    """Multiply the flat amount by the persons."""
    persons = 1 if month.facts.persons is None else month.facts.persons
    done = month.book.answer
    month.book.put("total", done.computed["total"] * persons, done.marks["total"])
    month.book.put("total_normal", done.computed["total"], done.marks["total"])


def _savings(month: Month) -> None:
    """Voluntary JHT: only the amounts of the list."""
    chosen = month.facts.jht_amount
    if chosen is None:
        return
    listed = month.t.value("pmi.iuran.jht_pilihan")
    assert isinstance(listed.value, tuple)
    if chosen not in listed.value:
        amounts = ", ".join(str(v) for v in listed.value)
        raise UsageError("law.input.bad_value", name="jht_amount", expected=amounts)
    marks = () if listed.is_sure else ("pmi.iuran.jht_pilihan",)
    month.book.put("jht", chosen, marks)


def _not_in_force(month: Month) -> RuleError:
    """Return the error for a day before any migrant package."""
    return RuleError("parameter.not_in_force", key=PACKAGE, day=month.t.day.isoformat())
