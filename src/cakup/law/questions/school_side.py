"""Scholarship of the children after an event."""

from __future__ import annotations

from cakup.kernel.errors import RuleError, UsageError
from cakup.law.benefits.scholarship import (
    beasiswa_anak,
    beasiswa_lama,
    berhak_beasiswa_jkm,
    semua_jenjang,
)
from cakup.law.questions.answer import Book
from cakup.law.questions.facts import Facts


def is_asked(facts: Facts) -> bool:
    """Return whether the inputs speak of children."""
    stated = (
        facts.children, facts.levels, facts.scholarship, facts.children_max_scholarship,
    )  # fmt: skip
    return any(x is not None for x in stated)


def scholarship(book: Book, facts: Facts, program: str) -> None:
    """Compute the scholarship if children are spoken of; a child-free heir is assumed if not.

    Args:
        book: Where results go.
        facts: Inputs.
        program: ``jkk``, ``jkm`` or ``beasiswa``.
    """
    if not is_asked(facts):
        if program != "beasiswa":
            book.assume("children", 0)
            return
        book.assume("children", 1)
    if facts.children == 0 or book.answer.computed.get("arrears") == "none":
        book.put("scholarship", 0)
        return
    try:
        marks = _condition(book, facts) if program == "jkm" else ()
        if marks is None:
            return
        _amount(book, facts)
        if "scholarship" in book.answer.computed:
            book.touch("scholarship", *marks)
    except (RuleError, UsageError) as err:
        book.gap("scholarship", err)


def _condition(book: Book, facts: Facts) -> tuple[str, ...] | None:
    """JKM: enough contribution years; None if not, with the scholarship set to 0."""
    if facts.membership_months is None:
        years = book.terms.count("beasiswa.jkm_masa_iur_tahun")
        book.assume("contribution_months", f">= {years * 12}")
        return ()
    due = book.apply(berhak_beasiswa_jkm, facts.membership_months, t=book.terms)
    marks = book.answer.steps[-1].unconfirmed
    if not due:
        book.put("scholarship", 0, marks)
        return None
    return marks


def _amount(book: Book, facts: Facts) -> None:
    """One sum per member before PP 82/2019, by level and year since then."""
    t = book.terms
    if not t.has("beasiswa.maks_per_anak"):
        book.apply(beasiswa_lama, t=t, out="scholarship")
        return
    most = t.count("beasiswa.anak_maks")
    if facts.scholarship is not None:
        _listed(book, facts, most)
        return
    children = facts.children if facts.children is not None else facts.children_max_scholarship
    if children is None:
        children = int(book.answer.assumed.get("children") or book.assume("children", 1))
    levels = facts.levels
    if levels is None and facts.children_max_scholarship is None and facts.children is not None:
        raise UsageError("law.input.missing", name="levels")
    ahead = tuple(p for p in semua_jenjang(t) if levels is None or p[0] in levels)
    per_child = book.apply(beasiswa_anak, ahead, t=t, out="per_child")
    marks = book.answer.marks["per_child"]
    book.put("scholarship", per_child * min(children, most), marks)


def _listed(book: Book, facts: Facts, most: int) -> None:
    """Levels and years as listed; every entry is one level of one child."""
    entries = facts.scholarship or ()
    levels = [level for level, _ in entries]
    children = facts.children
    if children is None:  # the same level twice means that there are two children
        children = int(book.assume("children", max(1, *map(levels.count, levels), 1)))
    if children == 1:
        years = {level: sum(n for name, n in entries if name == level) for level in levels}
        book.apply(beasiswa_anak, tuple(years.items()), t=book.terms, out="scholarship")
        marks = book.answer.marks["scholarship"]
        book.put("per_child", book.answer.computed["scholarship"], marks)
        return
    parts = [book.apply(beasiswa_anak, (entry,), t=book.terms) for entry in entries]
    of_entries = {key for step in book.answer.steps[-len(parts) :] for key in step.unconfirmed}
    if len(parts) == children:  # one entry a child: those of the law's number who get most
        parts = sorted(parts)[-most:]
    limit = book.terms.rp("beasiswa.maks_per_anak") * min(children, most)
    book.put("scholarship", min(sum(parts), limit), tuple(of_entries))
