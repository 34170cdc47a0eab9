"""Savings (JHT) and pension (JP) after an event."""

from __future__ import annotations

from cakup.kernel.errors import RuleError, UsageError
from cakup.law.benefits import jht, jp
from cakup.law.contributions.jp import hari_usia_pensiun
from cakup.law.questions.answer import Book
from cakup.law.questions.events import event_of
from cakup.law.questions.facts import Facts
from cakup.law.questions.person import age_on_the_day

Programmes = tuple[str, ...]


def whole_balance(book: Book, facts: Facts, reason: str) -> None:
    """JHT: the whole balance, and the tax if unconfirmed amounts are allowed."""
    if facts.jht_balance is None:
        raise UsageError("law.input.missing", name="jht_balance")
    t = book.terms
    old_enough = _is_of_age(book, facts, reason)
    if old_enough:
        reason = "usia"
    paid = book.apply(jht.jht_penuh, facts.jht_balance, sebab=reason, t=t, out="benefit")
    if reason == "berhenti_kerja" and paid:
        book.assume("months_since_work", ">= 1")
    if reason == "usia" and old_enough is False:
        paid = book.put("benefit", 0, book.answer.marks["benefit"])
    book.sum("total", ["benefit"])
    tax = book.attempt(jht.pajak_jht, paid, t=t, out="tax")
    if tax is not None:
        marks = (*book.answer.marks["benefit"], *book.answer.marks["tax"])
        book.put("benefit_after_tax", paid - tax, marks)


def _is_of_age(book: Book, facts: Facts, reason: str) -> bool | None:
    """Return whether the age of full payment is reached, None if nothing is known or asked."""
    if reason not in ("usia", "berhenti_kerja"):
        return None
    needed = int(book.terms.count(jht.PENUH["usia"]))
    age = age_on_the_day(book, facts)
    if age is None and reason == "usia":
        book.assume("age", f">= {needed}")
    return None if age is None else age >= needed


def part_balance(book: Book, facts: Facts, programmes: Programmes) -> None:
    """JHT: 30 % for housing or 10 % for another preparation, after ten years."""
    if facts.jht_balance is None:
        raise UsageError("law.input.missing", name="jht_balance")
    t = book.terms
    years = t.count(jht.YEARLY)
    if facts.membership_months is None:
        book.assume("membership_months", f">= {years * 12}")
    part = "perumahan" if event_of(str(facts.event)) == "housing" else "lain"
    book.apply(jht.jht_sebagian, facts.jht_balance, untuk=part, t=t, out="benefit")
    if facts.membership_months is not None and facts.membership_months < years * 12:
        book.put("benefit", 0, book.answer.marks["benefit"])
    book.sum("total", ["benefit"])


def left_work(book: Book, facts: Facts, programmes: Programmes) -> None:
    """JHT after resignation or dismissal."""
    whole_balance(book, facts, "berhenti_kerja")


def left_country(book: Book, facts: Facts, programmes: Programmes) -> None:
    """JHT when leaving Indonesia for good."""
    whole_balance(book, facts, "meninggalkan_indonesia")


def old_age(book: Book, facts: Facts, programmes: Programmes) -> None:
    """Old age: the pension, the savings, or both, as asked for or as the inputs allow."""
    wants_pension = "jp" in programmes or (not programmes and facts.wage is not None)
    if "jht" in programmes or facts.jht_balance is not None:
        whole_balance(book, facts, "usia")
    elif not wants_pension:
        raise UsageError("law.input.missing", name="jht_balance")
    if wants_pension:
        _pension(book, facts)


def _paid(book: Book, facts: Facts) -> tuple[int, int]:
    """Return weighted average wage and contribution months, both needed."""
    months = facts.months if facts.months is not None else facts.membership_months
    if facts.wage is None or months is None:
        raise UsageError("law.input.missing", name="months" if facts.wage is not None else "wage")
    book.assume("wage_is", "inflation-weighted average per month")
    return facts.wage, months


def _pension(book: Book, facts: Facts) -> None:
    """Old-age pension by the formula; with too few months a lump sum of what was paid in."""
    wage, months = _paid(book, facts)
    t = book.terms
    enough = book.apply(jp.berhak_pensiun, months, t=t)
    if not enough:
        raise RuleError("law.rule.no_package", what=f"jp, {months} < 180: iuran + hasil")
    _within_bounds(book, book.apply(jp.formula_pensiun, wage, masa_iur_months=months, t=t))
    if not _has_pension_age(book, facts):
        for name in ("per_month", "benefit"):
            book.put(name, 0, book.answer.marks[name])


def _has_pension_age(book: Book, facts: Facts) -> bool:
    """Return whether pension age is reached on the day; assumed if no age is stated."""
    if facts.born is not None:
        return hari_usia_pensiun(facts.born, book.terms.catalogue)[0] <= book.terms.day
    needed = book.terms.count("jp.usia_pensiun")
    if facts.age is None:
        book.assume("age", f">= {needed}")
        return True
    return bool(facts.age >= needed)


def _within_bounds(book: Book, amount: int) -> None:
    """Put a pension between the bounds of the year."""
    marks = book.answer.steps[-1].unconfirmed
    book.apply(jp.dalam_batas, amount, t=book.terms, out="per_month")
    book.touch("per_month", *marks)
    book.put("benefit", book.answer.computed["per_month"], book.answer.marks["per_month"])


def _formula_with_deemed_months(book: Book, facts: Facts, least_key: str, times: int) -> int:
    """Return the formula with deemed months where the conditions of density and time hold."""
    wage, months = _paid(book, facts)
    t = book.terms
    since = facts.registered_months
    if since is None:
        since = int(book.assume("registered_months", months))
    counted = months
    if since >= t.count(least_key) * times:
        counted = book.apply(jp.masa_iur_dianggap, months, sejak_daftar_months=since, t=t)
    formula: int = book.apply(jp.formula_pensiun, wage, masa_iur_months=counted, t=t)
    return formula


def disability(book: Book, facts: Facts) -> None:
    """Disability pension: at least one month after registration, deemed months if dense."""
    _within_bounds(book, _formula_with_deemed_months(book, facts, "jp.cacat_min_bulan", 1))


def survivors(book: Book, facts: Facts) -> None:
    """Pension of widow or widower, children or parents: a share of the formula."""
    formula = _formula_with_deemed_months(book, facts, "jp.ahli_waris_min_tahun", 12)
    heir = facts.heir or book.assume("heir", "widow")
    share = book.apply(jp.pensiun_ahli_waris, formula, penerima=heir,
                       setelah_janda=bool(facts.after_widow), t=book.terms)  # fmt: skip
    _within_bounds(book, share)
