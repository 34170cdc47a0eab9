"""The pension and job-loss side of a monthly bill: who is in, on which base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cakup.kernel.errors import RuleError
from cakup.law.contributions import jkp, jp
from cakup.law.questions.person import age_by_month_end, is_broken_first_month

if TYPE_CHECKING:
    from cakup.law.questions.contribution import Month

ITEMS = (("jp_worker", jp.iuran_jp_pekerja), ("jp_employer", jp.iuran_jp_pemberi_kerja))
JP_KEY, JKP_KEY = "jp.iuran.tarif_pekerja", "jkp.iuran.tarif_total"


def exists(month: Month, programme: str, key: str) -> bool:
    """Return whether a programme is in force in the month, or was asked for by name."""
    return month.t.has(key) or programme in month.programmes


def pension(month: Month, wage: int) -> None:
    """JP of worker and employer: 0 where it is not due, nothing before the law."""
    book, facts = month.book, month.facts
    if not exists(month, "jp", JP_KEY):
        return
    try:
        due = _due(month)
        marks = book.answer.steps[-1].unconfirmed
        if due is False:
            for name, _ in ITEMS:
                book.put(name, 0, marks)
                book.put(f"{name}_normal", 0, marks)
            return
        if facts.paid_wage is None and is_broken_first_month(facts, book.terms.day):
            book.assume("paid_wage", wage)
        if facts.wage is None and facts.daily_wage is not None:
            book.assume("jp_daily_factor", "as for JKK")
        paid = facts.paid_wage if facts.paid_wage is not None else wage
        base = book.apply(jp.dasar_jp, paid, t=book.terms)
        base_marks = book.answer.steps[-1].unconfirmed
    except RuleError as err:
        book.gap("jp", err)
        return
    if book.terms.runs(jp.COVID_JP):
        book.assume("jp_deferral_pp49_2020", "granted")
    for name, function in ITEMS:
        month.item(name, function, base)
        if name in book.answer.computed:
            book.touch(name, *marks, *base_marks)
            book.touch(f"{name}_normal", *marks, *base_marks)


def _due(month: Month) -> bool:
    """Return whether JP is due, with the assumptions that this rests on."""
    book, facts = month.book, month.facts
    enrolled = facts.jp_registered
    if enrolled is None:
        enrolled = book.assume("jp_registered", facts.citizen is not False)
    choice = bool(facts.art_15_4_choice)
    age = age_by_month_end(book, facts)
    if facts.born is not None:
        by_birth: bool = book.apply(
            jp.wajib_jp_lahir, facts.born, book.terms.day, terdaftar=enrolled, menunda=choice,
            t=book.terms,
        )  # fmt: skip
        return by_birth
    if age is None:
        pension_age = book.terms.count("jp.usia_pensiun")
        book.assume("age", f"< {pension_age}")
        age = pension_age - 1
    due: bool = book.apply(
        jp.wajib_jp, age, terdaftar=enrolled, menunda=choice, t=book.terms, out=""
    )
    return due


def job_loss(month: Month, wage: int) -> None:
    """JKP: nothing on top of the bill, but part of it is booked there and the state adds."""
    book, facts = month.book, month.facts
    if not exists(month, "jkp", JKP_KEY):
        return
    try:
        base = book.apply(jkp.dasar_jkp, wage, t=book.terms)
        entered = _age_at_entry(month)
        is_in = book.apply(jkp.ikut_jkp, entered, wni=facts.citizen is not False, t=book.terms)
        marks = book.answer.steps[-1].unconfirmed
        if not is_in:
            book.put("jkp_total", 0, marks)
            return
        book.assume("jkp_registered", True)
        total = book.apply(jkp.iuran_jkp, base, t=book.terms, out="jkp_total")
        from_jkk = book.apply(jkp.jkp_dari_jkk, base, t=book.terms, out="jkp_from_jkk")
        from_jkm = book.apply(jkp.jkp_dari_jkm, base, t=book.terms, out="jkp_from_jkm")
        book.apply(
            jkp.jkp_pemerintah, total, dari_jkk_rp=from_jkk, dari_jkm_rp=from_jkm,
            out="jkp_government",
        )  # fmt: skip
        book.touch("jkp_government", *book.answer.marks["jkp_from_jkm"])
    except RuleError as err:
        book.gap("jkp", err)
        return
    _left_in_funds(month, from_jkk, from_jkm)


def _left_in_funds(month: Month, from_jkk: int, from_jkm: int) -> None:
    """What stays in the funds of JKK and JKM; not while a relief lowers the bill."""
    book, done = month.book, month.book.answer.computed
    for name, moved in (("jkk", from_jkk), ("jkm", from_jkm)):
        if name in done and done[name] == done[f"{name}_normal"]:
            marks = (*book.answer.marks[name], *book.answer.marks[f"jkp_from_{name}"])
            book.put(f"{name}_after_jkp", done[name] - moved, marks)


def _age_at_entry(month: Month) -> int:
    """Return the age at registration in JKP; young enough if nothing is stated."""
    facts, book = month.facts, month.book
    if facts.born is not None and facts.joined is not None:
        start = facts.joined
        return (
            start.year
            - facts.born.year
            - ((start.month, start.day) < (facts.born.month, facts.born.day))
        )
    limit: int = book.terms.count("jkp.usia_maks_daftar")
    age = age_by_month_end(book, facts)
    if age is not None and age < limit:
        return age
    book.assume("jkp_age_at_registration", f"< {limit}")
    return limit - 1
