"""What is due for a month, or for several, for one person or many alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cakup.kernel.columns import plain
from cakup.kernel.errors import RuleError, UsageError
from cakup.kernel.months import add_months
from cakup.law.contributions import bpu, jakon, magang, pu
from cakup.law.questions import pension_side, pmi_side
from cakup.law.questions.answer import Answer, Book, unsure
from cakup.law.questions.facts import Facts
from cakup.law.questions.person import base_of, months_worked, wage_of
from cakup.law.terms import FULL, Terms

FOREIGN = "umum.pu.asing_bulan_min"
BILLED = ("jkk", "jkm", "jht", "jp")
DEFAULTS = {
    "pu": ("jkk", "jkm", "jht", "jp"), "bpu": ("jkk", "jkm"), "jakon": ("jkk", "jkm"),
    "pmi": ("jkk", "jkm"), "magang": ("jkk", "jkm"),
}  # fmt: skip
TOTALS = ("total", "total_normal", "worker_total", "employer_total")
WORKER = ("jht_worker", "jp_worker")
EMPLOYER = ("jkk", "jkm", "jht_employer", "jp_employer")
PARTS = {
    "jkk": ("jkk",), "jkm": ("jkm",), "jht": ("jht_worker", "jht_employer"),
    "jp": ("jp_worker", "jp_employer"),
}  # fmt: skip


class NormalTerms(Terms):
    """The law on a day as if no relief ran."""

    def part(self, key: str) -> int:
        """Return that nothing is taken off."""
        return FULL


@dataclass(frozen=True)
class Month:
    """One contribution month to be priced.

    Args:
        book: Where results go.
        normal: Terms without reliefs.
        facts: Inputs with defaults filled in.
        programmes: Programmes asked for, lower case.
    """

    book: Book
    normal: Terms
    facts: Facts
    programmes: tuple[str, ...]

    @property
    def t(self) -> Terms:
        """The law on the day."""
        return self.book.terms

    def item(self, name: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Compute one item with and without relief; what has no rule in force is a gap."""
        plain_kwargs = {k: v for k, v in kwargs.items() if k not in ("potongan", "padat_karya")}
        try:
            amount = self.book.apply(function, *args, out=name, **kwargs, t=self.t)
            if amount is not None:
                with self.normal.watch() as seen:
                    before = plain(function(*args, **plain_kwargs, t=self.normal))
                used = {**self.book.answer.steps[-1].inherited, **seen}
                self.book.put(f"{name}_normal", before, unsure(used))
        except RuleError as err:
            self.book.gap(name, err)


def contribution(book: Book, facts: Facts, programmes: tuple[str, ...]) -> None:
    """Price the month of ``book.terms.day`` and the months after it, and add up.

    Args:
        book: Where results, steps and doubts go.
        facts: Inputs with segment, payer and sector filled in.
        programmes: Programmes asked for; empty for those usual in the segment.
    """
    normal = NormalTerms(
        book.terms.day, book.terms.catalogue, allow_unconfirmed=book.terms.allow_unconfirmed
    )  # fmt: skip
    month = Month(book, normal, facts, programmes)
    if facts.segment == "pmi":
        pmi_side.contribution(month)
    else:
        PRICERS[str(facts.segment)](month)
    _sums(month)


def _pu(month: Month) -> None:
    """Wage earners."""
    wage = wage_of(month.book, month.facts, "iuran")
    if wage is None or not months_worked(month.book, month.facts):
        return
    relief = bool(month.facts.labour_intensive)
    if relief and month.t.runs(pu.PADAT_KARYA):
        month.book.assume("relief_pp7_2025", "qualifies")
    if month.facts.citizen is False:
        _foreigner(month)
    if month.facts.risk_group is None:
        month.book.gap("jkk", UsageError("law.input.missing", name="risk_group"))
    else:
        month.item("jkk", pu.iuran_jkk_pu, wage, tingkat_risiko=month.facts.risk_group,
                   padat_karya=relief)  # fmt: skip
    month.item("jkm", pu.iuran_jkm_pu, wage)
    _savings(month, wage)
    pension_side.job_loss(month, wage)


def _foreigner(month: Month) -> None:
    """Write down that a foreigner works in Indonesia long enough to be a member."""
    if month.t.has(FOREIGN):
        least = month.t.count(FOREIGN)
        month.book.assume("months_of_work_in_indonesia", f">= {least}")


def _savings(month: Month, wage: int) -> None:
    """JHT and JP of someone with a wage."""
    month.item("jht_worker", pu.iuran_jht_pekerja, wage)
    month.item("jht_employer", pu.iuran_jht_pemberi_kerja, wage)
    pension_side.pension(month, wage)


def _bpu(month: Month) -> None:
    """Non-wage earners."""
    base = base_of(month.book, month.facts)
    facts = month.facts
    part: Any = FULL
    marks: tuple[str, ...] = ()
    if any(month.t.runs(key) for key in (bpu.ANGKUTAN, bpu.LAIN)):
        part = month.book.apply(bpu.potongan_bpu, facts.payer, facts.sector, t=month.t)
        marks = month.book.answer.steps[-1].unconfirmed
    if base is not None:
        month.item("jkk", bpu.iuran_jkk_bpu, base, potongan=part)
    month.item("jkm", bpu.iuran_jkm_bpu, potongan=part)
    if base is not None and (facts.jht or "jht" in month.programmes):
        month.item("jht", bpu.iuran_jht_bpu, base)
    for name in ("jkk", "jkm"):
        if name in month.book.answer.computed:
            month.book.touch(name, *marks)


def _jakon(month: Month) -> None:
    """Construction projects: by contract value, or by wage and contract of the worker."""
    facts, book = month.facts, month.book
    if facts.contract_value is not None:
        month.item("jkk", jakon.iuran_jkk_kontrak, facts.contract_value)
        month.item("jkm", jakon.iuran_jkm_kontrak, facts.contract_value)
        return
    wage = wage_of(book, facts, "iuran")
    if wage is None or not months_worked(book, facts):
        return
    kind = facts.contract_type or facts.wage_type or book.assume("contract_type", "pkwt")
    if kind in ("pkwtt", "bulanan"):
        group = facts.employer_group or facts.risk_group
        if group is None:
            book.gap("jkk", UsageError("law.input.missing", name="employer_group"))
        else:
            month.item("jkk", pu.iuran_jkk_pu, wage, tingkat_risiko=group)
        month.item("jkm", pu.iuran_jkm_pu, wage)
    else:
        month.item("jkk", jakon.iuran_jkk_upah_jakon, wage)
        month.item("jkm", jakon.iuran_jkm_upah_jakon, wage)
    _savings(month, wage)


def _magang(month: Month) -> None:
    """Apprentices; the wage is the deemed one."""
    wage = wage_of(month.book, month.facts, "iuran")
    if wage is not None:
        month.item("jkk", magang.iuran_jkk_magang, wage)
        month.item("jkm", magang.iuran_jkm_magang, wage)


PRICERS: dict[str, Callable[[Month], None]] = {
    "pu": _pu, "bpu": _bpu, "jakon": _jakon, "magang": _magang,
}  # fmt: skip


def wanted(month: Month) -> tuple[str, ...]:
    """Return the programmes that the totals are made of; JP only since there is a JP."""
    asked = tuple(p for p in BILLED if p in month.programmes)
    chosen = asked or DEFAULTS[str(month.facts.segment)]
    if month.facts.segment == "bpu" and month.facts.jht and "jht" not in chosen:
        chosen = (*chosen, "jht")
    return tuple(p for p in chosen if p != "jp" or month.t.has(pension_side.JP_KEY))


def _sums(month: Month) -> None:
    """Add up by programme, by who pays, for all persons and months."""
    book, done = month.book, month.book.answer.computed
    for program in ("jht", "jp"):
        for ending in ("", "_normal"):
            parts = [f"{name}{ending}" for name in PARTS[program]]
            book.sum(f"{program}_total{ending}", parts)
    book.sum("jkk_plus_jkm", ["jkk", "jkm"])
    if month.facts.segment == "pmi":
        return
    programs = wanted(month)
    single = "jht" in done or month.facts.segment == "bpu"
    parts = [
        name for p in programs for name in ((p,) if p == "jht" and single else PARTS[p])
    ]  # fmt: skip
    is_project = month.facts.contract_value is not None and month.facts.segment == "jakon"
    persons = 1 if is_project else _times(book, month.facts.persons)
    months = 1 if is_project else _times(book, month.facts.months)
    if not single and not is_project:
        for name, side in (("worker_total", WORKER), ("employer_total", EMPLOYER)):
            book.sum(name, [p for p in parts if p in side], persons * months)
    for name, ending in (("total", ""), ("total_normal", "_normal")):
        book.sum(name, [f"{p}{ending}" for p in parts], persons * months)
    if months > 1 and any(name in done for name in TOTALS):
        _later_months(month, months)


def _times(book: Book, number: int | None) -> int:
    """Return a multiplier, 1 if it is not stated."""
    return 1 if number is None else number


def _later_months(month: Month, months: int) -> None:
    """Replace the totals by the sum over all months, each at its own price."""
    book = month.book
    priced = [_price_of(month, n) for n in range(months)]
    for name in TOTALS:
        if name in book.answer.computed:
            _add_up(book, name, priced)
    amounts = {one.computed.get("total") for one in priced}
    if len(amounts) == 1 and "total" in book.answer.computed:
        book.put("per_month", amounts.pop(), book.answer.marks["total"])
    last = add_months(book.terms.day, months - 1)
    span = f"{book.terms.day.isoformat()[:7]}..{last.isoformat()[:7]}"
    book.assume("contribution_months", span)


def _add_up(book: Book, name: str, priced: list[Answer]) -> None:
    """Store the sum of a total over months with every doubt; a gap if a month has no price."""
    unpriced = next((one for one in priced if name not in one.computed), None)
    if unpriced is not None:
        del book.answer.computed[name]
        book.answer.gaps += unpriced.gaps
        return
    marks = {key for one in priced for key in one.marks[name]}
    book.put(name, sum(one.computed[name] for one in priced), tuple(marks))


def _price_of(month: Month, later: int) -> Answer:
    """Return what is due for the month ``later`` months on, for all persons."""
    terms = month.t
    day = add_months(terms.day, later) if later else terms.day
    there = Terms(day, terms.catalogue, allow_unconfirmed=terms.allow_unconfirmed)
    book = Book(there)
    facts = replace(month.facts, months=1)
    if later:
        facts = replace(facts, paid_wage=None)  # it is the wage of the first month only
    contribution(book, facts, month.programmes)
    return book.answer
