"""What is owed after an event."""

from __future__ import annotations

from collections.abc import Callable

from cakup.kernel.errors import RuleError, UsageError
from cakup.law.benefits import care, jkk, jkm, jkp, pmi
from cakup.law.contributions.jkp import dasar_jkp
from cakup.law.dues.arrears import akibat_tunggakan
from cakup.law.questions import savings_side
from cakup.law.questions.answer import Book
from cakup.law.questions.events import cause_of, event_of
from cakup.law.questions.facts import Facts
from cakup.law.questions.person import benefit_base, wage_of
from cakup.law.questions.school_side import scholarship

CASH = ("per_month_1_3", "per_month_4_6", "per_month", "benefit")
CARE = ("homecare", "gigi_tiruan", "alat_bantu_dengar", "kacamata", "pengobatan")
Programmes = tuple[str, ...]


def benefit(book: Book, facts: Facts, programmes: Programmes) -> None:
    """Compute what an event gives.

    Args:
        book: Where results, steps and doubts go.
        facts: Inputs with defaults filled in.
        programmes: Programmes asked for.

    Raises:
        UsageError: ``law.event.unknown``.
        RuleError: ``law.rule.no_package`` where no rate is recorded.
    """
    event = event_of(facts.event or ("dismissal" if "jkp" in programmes else "death"))
    if facts.segment == "pmi" and event != "gagal_berangkat":
        raise RuleError("law.rule.no_package", what=f"pmi, {event}")
    HANDLERS[event](book, facts, programmes)


def _death(book: Book, facts: Facts, programmes: Programmes) -> None:
    """Death: by accident (JKK) or not (JKM), with pension and savings if asked for."""
    if "jp" in programmes:
        savings_side.survivors(book, facts)
    if "jht" in programmes or facts.jht_balance is not None:
        savings_side.whole_balance(book, facts, "meninggal")
    if set(programmes) & {"jkk", "jkm"} or not set(programmes) & {"jp", "jht"}:
        by_accident = _cause(book, facts, programmes) == "accident"
        (_work_death if by_accident else _natural_death)(book, facts)


def _cause(book: Book, facts: Facts, programmes: Programmes) -> str:
    """Return natural or accident: stated, by the programme asked for, else natural."""
    stated = facts.cause or cause_of(str(facts.event))
    if stated is not None:
        return stated
    asked = [p for p in programmes if p in ("jkk", "jkm")]
    likely = "accident" if asked[:1] == ["jkk"] else "natural"
    return likely if len(asked) == 1 else str(book.assume("cause", likely))


def _work_death(book: Book, facts: Facts) -> None:
    """JKK: lump sum, periodic grant, funeral, scholarship."""
    t = book.terms
    book.apply(jkk.kelipatan_upah, "kematian", t=t, out="multiple_of_wage")
    wage = benefit_base(book, facts)
    if wage is None:
        book.gap("lump_sum", UsageError("law.input.missing", name="wage"))
    else:
        book.attempt(jkk.santunan_kematian_kerja, wage, t=t, out="lump_sum")
    book.apply(jkk.santunan_berkala_jkk, t=t, out="periodic")
    book.apply(jkk.biaya_pemakaman_jkk, t=t, out="funeral")
    _finish(book, facts, ("lump_sum", "periodic", "funeral"), "jkk")
    scholarship(book, facts, "jkk")


def _natural_death(book: Book, facts: Facts) -> None:
    """JKM: lump sum, periodic grant, funeral, scholarship; only the funeral while waiting."""
    t = book.terms
    waits = t.count(jkm.TUNGGU[0]) if t.has(jkm.TUNGGU[0]) else 0
    months = facts.membership_months
    if months is None:
        months = int(waits)
        if waits:
            book.assume("membership_months", f">= {waits}")
    waiting = False
    marks: tuple[str, ...] = ()
    if waits:
        segment = str(facts.segment)
        waiting = book.apply(jkm.masih_menunggu, months, segmen=segment, t=t)
        marks = book.answer.steps[-1].unconfirmed
    book.apply(jkm.santunan_sekaligus_jkm, menunggu=waiting, t=t, out="lump_sum")
    book.apply(jkm.santunan_berkala_jkm, menunggu=waiting, t=t, out="periodic")
    book.apply(jkm.biaya_pemakaman_jkm, t=t, out="funeral")
    for name in ("lump_sum", "periodic", *(("funeral",) if waiting else ())):
        book.touch(name, *marks)
    _finish(book, facts, ("lump_sum", "periodic", "funeral"), "jkm")
    scholarship(book, facts, "jkm")


def _finish(book: Book, facts: Facts, parts: tuple[str, ...], program: str) -> None:
    """Multiply by employments, apply arrears, add up."""
    done, t = book.answer, book.terms
    if (facts.employments or 1) > 1:
        if program == "jkk":
            book.assume("wage_in_each_employment", "same")
        for name in [p for p in parts if p in done.computed]:
            held = done.marks[name]
            book.apply(jkm.tiap_pemberi_kerja, done.computed[name],
                       pemberi_kerja=facts.employments, t=t, out=name)  # fmt: skip
            book.touch(name, *held)
    if facts.unpaid_months:
        effect = book.apply(akibat_tunggakan, facts.unpaid_months, segmen=str(facts.segment),
                            program=program, t=t)  # fmt: skip
        book.put("arrears", effect.effect, book.answer.steps[-1].unconfirmed)
        if effect.effect == "none":
            for name in [p for p in parts if p in done.computed]:
                book.put(name, 0, done.marks[name])
    book.sum("total", list(parts))


def _total_disability(book: Book, facts: Facts, programmes: Programmes) -> None:
    """JKK: lump sum, periodic grant, scholarship; pension and savings if asked for."""
    t = book.terms
    if "jp" in programmes:
        savings_side.disability(book, facts)
    if "jht" in programmes or facts.jht_balance is not None:
        savings_side.whole_balance(book, facts, "cacat_total_tetap")
    if "jkk" not in programmes and set(programmes) & {"jp", "jht"}:
        return
    book.apply(jkk.kelipatan_upah, "cacat_total_tetap", t=t, out="multiple_of_wage")
    wage = benefit_base(book, facts)
    if wage is None:
        book.gap("lump_sum", UsageError("law.input.missing", name="wage"))
    else:
        book.apply(jkk.santunan_cacat_total, wage, t=t, out="lump_sum")
    book.apply(jkk.santunan_berkala_jkk, t=t, out="periodic")
    _finish(book, facts, ("lump_sum", "periodic"), "jkk")
    scholarship(book, facts, "jkk")


def _partial_disability(book: Book, facts: Facts, programmes: Programmes) -> None:
    """JKK: a row of the table of body parts."""
    wage = benefit_base(book, facts)
    for name, value in (("wage", wage), ("body_part", facts.body_part)):
        if value is None:
            raise UsageError("law.input.missing", name=name)
    rows = book.terms.catalogue.below("jkk.manfaat.tabel_cacat.rows")
    known = [row.rpartition(".")[2] for row in rows]
    if facts.body_part not in known:
        raise UsageError("law.input.bad_value", name="body_part", expected=", ".join(known))
    times = facts.body_part_times or book.assume("body_part_times", 1)
    lost = facts.loss_percent or book.assume("loss_percent", 100)
    book.apply(jkk.santunan_cacat_sebagian, wage, bagian=facts.body_part, kali=times,
               kehilangan_per_100=lost, t=book.terms, out="lump_sum")  # fmt: skip
    _finish(book, facts, ("lump_sum",), "jkk")


def _stmb(book: Book, facts: Facts, programmes: Programmes) -> None:
    """JKK: wage replacement, for one month and for all."""
    wage = benefit_base(book, facts)
    if wage is None:
        raise UsageError("law.input.missing", name="wage")
    book.apply(jkk.stmb, wage, bulan_months=1, t=book.terms, out="per_month")
    if facts.months is None:
        book.gap("total", UsageError("law.input.missing", name="months"))
    else:
        book.apply(jkk.stmb, wage, bulan_months=facts.months, t=book.terms, out="total")


def _transport(book: Book, facts: Facts, programmes: Programmes) -> None:
    """JKK: moving the injured."""
    modes = tuple((facts.transport_modes or "").replace("+", ",").split(","))
    if facts.cost is None or not set(modes) <= set(care.ANGKUTAN):
        missing = "cost" if facts.cost is None else "transport_modes"
        raise UsageError("law.input.missing", name=missing)
    book.apply(
        care.penggantian_angkutan, facts.cost, angkutan=modes, t=book.terms, out="benefit"
    )  # fmt: skip
    book.sum("total", ["benefit"])


def _care(book: Book, facts: Facts, programmes: Programmes) -> None:
    """JKK: a bill with its limit."""
    if facts.cost is None:
        raise UsageError("law.input.missing", name="cost")
    kind = event_of(str(facts.event))
    if kind == "alat_bantu":
        book.apply(care.alat_bantu, facts.cost, t=book.terms, out="benefit")
    else:
        book.apply(care.penggantian_biaya, facts.cost, jenis=kind, t=book.terms, out="benefit")
    book.sum("total", ["benefit"])


def _failed_departure(book: Book, facts: Facts, programmes: Programmes) -> None:
    """PMI: the departure failed."""
    book.apply(pmi.gagal_berangkat, t=book.terms, out="benefit")
    book.sum("total", ["benefit"])


def _dismissal(book: Book, facts: Facts, programmes: Programmes) -> None:
    """JKP cash, or the JHT balance if that is asked for."""
    if "jht" in programmes or (facts.jht_balance is not None and "jkp" not in programmes):
        savings_side.whole_balance(book, facts, "berhenti_kerja")
        return
    t = book.terms
    wage = wage_of(book, facts, "manfaat")
    if wage is None:
        raise UsageError("law.input.missing", name="wage")
    base = book.apply(dasar_jkp, wage, t=t)
    base_marks = book.answer.steps[-1].unconfirmed
    early = book.apply(jkp.uang_tunai_1_3, base, t=t, out="per_month_1_3")
    late = book.apply(jkp.uang_tunai_4_6, base, t=t, out="per_month_4_6")
    months = facts.months
    if months is None:
        months = int(book.assume("months", t.count("jkp.manfaat.bulan_maks")))
    if early == late or months <= 3:
        book.put("per_month", early, book.answer.marks["per_month_1_3"])
    book.apply(jkp.uang_tunai_jkp, early, late, bulan_months=months, t=t, out="benefit")
    for name in ("per_month_1_3", *(("per_month_4_6",) if months > 3 else ())):
        book.touch("benefit", *book.answer.marks[name])
    for name in CASH:
        if name in book.answer.computed:
            book.touch(name, *base_marks)
    _qualified(book, facts)
    book.sum("total", ["benefit"])


def _qualified(book: Book, facts: Facts) -> None:
    """JKP: nothing without enough contribution months."""
    months = facts.membership_months
    if months is None:
        book.assume("jkp_contribution_months", "enough")
        return
    paid = min(months, 24)
    enough = book.apply(
        jkp.berhak_jkp, paid, berturut_months=months, t=book.terms
    )  # fmt: skip
    marks = book.answer.steps[-1].unconfirmed
    for name in [n for n in CASH if n in book.answer.computed]:
        if enough:
            book.touch(name, *marks)
        else:
            book.put(name, 0, marks)


HANDLERS: dict[str, Callable[[Book, Facts, Programmes], None]] = {
    "death": _death,
    "permanent_total_disability": _total_disability,
    "partial_disability": _partial_disability,
    "stmb": _stmb,
    "transport": _transport,
    **dict.fromkeys((*CARE, "alat_bantu"), _care),
    "gagal_berangkat": _failed_departure,
    "dismissal": _dismissal,
    "old_age": savings_side.old_age,
    "resignation": savings_side.left_work,
    "leaving_indonesia": savings_side.left_country,
    "housing": savings_side.part_balance,
    "partial_withdrawal": savings_side.part_balance,
}
