"""One question in, one answer out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from cakup.kernel.errors import CakupError, RuleError, UsageError
from cakup.kernel.language import Text
from cakup.law.catalogue import FIRST_DAY, Catalogue
from cakup.law.questions import other
from cakup.law.questions.answer import Answer, Book
from cakup.law.questions.benefit import benefit
from cakup.law.questions.contribution import contribution
from cakup.law.questions.facts import Facts
from cakup.law.questions.person import with_defaults
from cakup.law.questions.school_side import is_asked, scholarship
from cakup.law.terms import Terms

PROGRAMMES = ("jkk", "jkm", "jht", "jp", "jkp", "pmi", "denda", "beasiswa")
MONEY_INPUTS = ("wage", "daily_wage", "paid_wage", "base", "income", "contract_value", "channel")


def read_programmes(text: str | None) -> tuple[str, ...]:
    """Return the programmes named in a text such as ``JKK+JKM`` or ``jkk,jkm``.

    Args:
        text: Names joined by ``+``, ``,``, ``/`` or blanks; None or empty = none named.

    Raises:
        UsageError: ``law.programme.unknown``.
    """
    words = [w for w in re.split(r"[+,/\s]+", (text or "").lower()) if w]
    for word in words:
        if word not in PROGRAMMES:
            known = ", ".join(PROGRAMMES)
            raise UsageError("law.programme.unknown", name=word, known=known)
    return tuple(dict.fromkeys(words))


def ask(
    day: date, facts: Facts, programmes: tuple[str, ...] = (), *, catalogue: Catalogue,
    allow_unconfirmed: bool = False,
) -> Answer:  # fmt: skip
    """Compute everything that the inputs allow.

    Args:
        day: Any day of the contribution month, or the day of the event.
        facts: What is stated.
        programmes: Programmes asked for, lower case; empty for those usual in the segment.
        catalogue: Parameters.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.

    Raises:
        RuleError: ``law.before_the_law``; the reason if nothing at all could be computed.
        UsageError: An input is missing or outside its range.
    """
    if day < FIRST_DAY:
        first = FIRST_DAY.isoformat()
        raise RuleError("law.before_the_law", day=day.isoformat(), first=first)
    book = Book(Terms(day, catalogue, allow_unconfirmed=allow_unconfirmed))
    if facts.segment is None and "pmi" in programmes:
        facts = replace(facts, segment="pmi")
    facts = with_defaults(book, facts)
    _topics(book, facts, programmes)
    _refuse_empty(book.answer, programmes)
    return book.answer


def _topics(book: Book, facts: Facts, programmes: tuple[str, ...]) -> None:
    """Answer every topic that the inputs touch."""
    if facts.contribution_due is not None:
        other.fine(book, facts, programmes)
    if facts.previous_ceiling is not None or facts.year is not None:
        other.yearly(book, facts)
    other.joining(book, facts)
    if facts.event is not None:
        benefit(book, facts, programmes)
        return
    if "beasiswa" in programmes or (is_asked(facts) and not set(programmes) - {"jkk", "jkm"}):
        scholarship(book, facts, "beasiswa")
        book.sum("total", ["scholarship"])
    priced = any(getattr(facts, name) is not None for name in MONEY_INPUTS)
    if programmes == ("jkp",) and priced:
        _job_loss_only(book, facts)
    elif priced or _names_a_bill(facts, book):
        contribution(book, facts, programmes)
    elif programmes == ("jp",) and not book.answer.computed:
        other.yearly(book, facts)


def _names_a_bill(facts: Facts, book: Book) -> bool:
    """Return whether segment or payer alone ask for a price."""
    stated = "segment" not in book.answer.assumed or facts.segment != "pu"
    return stated and not book.answer.computed and facts.segment in ("bpu", "pmi")


def _job_loss_only(book: Book, facts: Facts) -> None:
    """JKP alone: the contribution of one month and the benefit."""
    inner = Book(book.terms)
    contribution(inner, replace(facts, months=None, persons=None), ("jkp",))
    for name in [n for n in inner.answer.computed if n.startswith("jkp_")]:
        book.put(name, inner.answer.computed[name], inner.answer.marks[name])
    assumed = inner.answer.assumed.items()
    book.answer.assumed |= {k: v for k, v in assumed if k.startswith("jkp_")}
    book.answer.steps += [s for s in inner.answer.steps if s.output.startswith("jkp_")]
    book.answer.gaps += [g for g in inner.answer.gaps if g.name == "jkp"]
    benefit(book, facts, ("jkp",))


def _refuse_empty(answer: Answer, programmes: tuple[str, ...]) -> None:
    """Raise the first reason if nothing was computed, or nothing of what was asked for."""
    billed = [p for p in programmes if p in ("jkk", "jkm", "jht", "jp", "jkp")]
    of_asked = any(name.split("_")[0] in billed for name in answer.computed)
    general = any(name.split("_")[0] not in PROGRAMMES for name in answer.computed)
    if answer.computed and (not billed or of_asked or general):
        return
    reasons: list[CakupError] = [g.error for g in answer.gaps if g.name.split("_")[0] in billed]
    reasons += [g.error for g in answer.gaps]
    if reasons:
        raise reasons[0]
    if not answer.computed:
        reason = Text("Tidak ada yang dapat dihargai.", "There is nothing to be priced.")
        raise UsageError("law.nothing_to_compute", reason=reason)
