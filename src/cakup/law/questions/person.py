"""What the questions share about a person: wage, base, age, segment, all with their assumptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from cakup.kernel.columns import completed_years
from cakup.kernel.errors import RuleError, UsageError
from cakup.kernel.months import add_months, first_day
from cakup.law.contributions.bpu import dasar_bpu
from cakup.law.contributions.jp import usia_lewat_pada
from cakup.law.contributions.wage import upah_sebulan_harian
from cakup.law.questions.answer import Book
from cakup.law.questions.facts import AID, PUBLIC, Facts

DAILY = {"iuran": "umum.upah.faktor_harian", "manfaat": "jakon.manfaat_upah_faktor_harian"}


def with_defaults(book: Book, facts: Facts) -> Facts:
    """Return the inputs with segment, payer and sector filled in and written down.

    Args:
        book: Where assumptions go.
        facts: Inputs as stated.
    """
    segment = facts.segment or book.assume("segment", _segment(facts))
    facts = replace(facts, segment=segment)
    if segment == "bpu" and facts.event is None:
        if facts.payer is None:
            book.assume("payer", "self")
            facts = replace(facts, payer="mandiri")
        if facts.sector is None:
            facts = replace(facts, sector=book.assume("sector", "other"))
    return facts


def _segment(facts: Facts) -> str:
    """Return the segment that the inputs point to; pu if none does."""
    if facts.contract_value is not None:
        return "jakon"
    if facts.channel is not None or facts.event == "gagal_berangkat":
        return "pmi"
    if facts.base is not None or facts.income is not None or facts.payer in AID:
        return "bpu"
    return "pu"


def wage_of(book: Book, facts: Facts, use: str) -> int | None:
    """Return the monthly wage, from the daily one if that is stated.

    Args:
        book: Where steps and assumptions go.
        facts: Inputs.
        use: ``iuran`` or ``manfaat``; construction has a factor of its own for benefits.
    """
    if facts.wage is not None:
        return facts.wage
    if facts.daily_wage is None:
        return None
    factor = facts.monthly_factor
    key = DAILY["manfaat" if use == "manfaat" and facts.segment == "jakon" else "iuran"]
    if factor is None:
        with book.terms.watch() as seen:
            factor = int(book.terms.count(key))
        book.rest_wage_on(seen)
        book.assume("monthly_factor", factor)
    wage: int = book.apply(upah_sebulan_harian, facts.daily_wage, faktor_days=factor)
    return wage


def base_of(book: Book, facts: Facts) -> int | None:
    """Return the base of a BPU: stated, by income, or the lowest; out of range is refused.

    Raises:
        UsageError: ``law.input.out_of_range``.
        RuleError: ``law.unconfirmed`` or ``law.base.unknown_band`` for an income.
    """
    low, high = book.terms.rp("bpu.dasar.min"), book.terms.rp("bpu.dasar.max")
    if facts.base is None and facts.income is not None:
        found = int(book.apply(dasar_bpu, facts.income, t=book.terms))
        book.rest_wage_on(book.answer.steps[-1].values)
        return found
    base = facts.base if facts.base is not None else facts.wage
    if facts.base is None:
        if base is None:
            with book.terms.watch() as seen:
                base = book.terms.rp("bpu.dasar.min")
            book.rest_wage_on(seen)
        book.assume("base", base)
    if base is None or not low <= base <= high:
        raise UsageError("law.input.out_of_range", name="base", low=low, high=high)
    return base


def benefit_base(book: Book, facts: Facts) -> int | None:
    """Return the wage or base that JKK benefits rest on, None if neither is stated."""
    wage = wage_of(book, facts, "manfaat")
    if wage is not None and facts.segment != "bpu":
        return wage
    if facts.base is None and facts.income is None and wage is None:
        return base_of(book, facts) if facts.segment == "bpu" and facts.payer in AID else None
    return base_of(book, facts)


def age_by_month_end(book: Book, facts: Facts) -> int | None:
    """Return the age that counts for the contribution month, None if nothing is stated."""
    if facts.born is not None:
        if facts.born > book.terms.day:
            raise UsageError("law.input.out_of_range", name="born", low="1900-01-01",
                             high=book.terms.day.isoformat())  # fmt: skip
        return usia_lewat_pada(facts.born, book.terms.day)
    return facts.age


def age_on_the_day(book: Book, facts: Facts) -> int | None:
    """Return the age in completed years on the day itself, None if nothing is stated."""
    if facts.born is None:
        return facts.age
    return int(completed_years(facts.born, book.terms.day))


def months_worked(book: Book, facts: Facts) -> bool:
    """Return whether the worker worked in the month; before joining and after leaving is not due.

    Raises:
        RuleError: ``law.not_employed`` if he did not.
    """
    month = first_day(book.terms.day)
    next_month = add_months(month, 1)
    if facts.joined is not None and facts.joined >= next_month:
        raise RuleError("law.not_employed", name="joined")
    if facts.left is not None and facts.left < month:
        raise RuleError("law.not_employed", name="left")
    return True


def is_broken_first_month(facts: Facts, day: date) -> bool:
    """Return whether the month is the one of joining and does not start with it."""
    return (
        facts.joined is not None
        and first_day(facts.joined) == first_day(day)
        and (facts.joined - timedelta(days=1) >= first_day(day))
    )


def is_public(facts: Facts) -> bool:
    """Return whether APBN or APBD pays."""
    return facts.payer in PUBLIC
