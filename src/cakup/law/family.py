"""One paragraph for a family: what is due, from which article, under which condition, how sure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from cakup.kernel import spelling
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Lang, Text
from cakup.law.benefits import jkm
from cakup.law.benefits.scholarship import berhak_beasiswa_jkm
from cakup.law.catalogue import Catalogue
from cakup.law.contributions.bpu import PEMBAYAR
from cakup.law.dues.arrears import InArrears, akibat_tunggakan
from cakup.law.history import open_questions
from cakup.law.questions.answer import Answer
from cakup.law.questions.ask import ask
from cakup.law.questions.facts import Facts
from cakup.law.terms import Terms

PRACTICE = "umum.bpu.nonaktif_setelah_bulan"
PAYER_WORDS = {
    "mandiri": Text("dibayar sendiri", "self-paid"),
    "pemberi_kerja": Text("dibayar pemberi kerja", "paid by the employer"),
    "apbn": Text("dibayar APBN", "paid by the APBN"),
}
SEGMENT_WORDS = {
    "bpu": Text("Peserta BPU", "A non-wage earner (BPU)"),
    "pu": Text("Pekerja penerima upah", "A wage earner"),
    "jakon": Text("Pekerja jasa konstruksi", "A construction worker"),
}
CAUSE_WORDS = {
    "natural": Text("bukan karena kecelakaan kerja", "not by a work accident"),
    "accident": Text("karena kecelakaan kerja", "by a work accident"),
}
SUMS = Text(
    "{name} sebesar {total}: santunan sekaligus {lump_sum}, santunan berkala {periodic}, biaya "
    "pemakaman {funeral} ({articles}).",
    "{name} of {total}: lump sum {lump_sum}, periodic grant {periodic}, funeral grant {funeral} "
    "({articles}).",
)
NOTHING = Text("Tidak ada hak atas {name} ({article}).", "There is no right to {name} ({article}).")
SCHOOL = Text(
    "Beasiswa sampai {most} untuk paling banyak {children} anak menurut jenjangnya.",
    "Scholarship of up to {most} for at most {children} children, by level.",
)
NO_SCHOOL = Text(
    "Beasiswa belum: JKM memerlukan masa iur {years} tahun.",
    "No scholarship yet: JKM asks for {years} years of contributions.",
)
ONLY_FUNERAL = Text(
    "{name} sebesar {total}, yaitu biaya pemakaman saja karena masa tunggu JKM belum lewat "
    "({articles}).",
    "{name} of {total}, the funeral grant only, because the waiting time of JKM is not over "
    "({articles}).",
)
OTHER_READING = Text(
    "Menurut bacaan lain bulan ke-{months} yang dibayar sudah memberi jumlah penuh, {total}.",
    "By another reading paid month {months} already gives the full sum, {total}.",
)
UNSURE = Text("Belum dikonfirmasi: {doubts}", "Not confirmed: {doubts}")
SURE = Text("Semua nilai dibaca dalam peraturannya.", "Every value was read in its regulation.")


@dataclass(frozen=True)
class Death:
    """What a family tells.

    Args:
        on: Day of death.
        segment: ``bpu``, ``pu`` or ``jakon``.
        cause: ``natural`` or ``accident``.
        paid_months: Paid months of the present membership; the death lies in the last of them if
            no month is unpaid.
        unpaid_months: Unpaid months in a row up to and with the month of death.
        payer: Payer, a word of the closed list; empty for the usual one of the segment.
        base: Base of a BPU, or
        wage: wage of a wage earner, whole rupiah per month.
        employments: Number of employments.
    """

    on: date
    segment: str = "bpu"
    cause: str = "natural"
    paid_months: int = 1
    unpaid_months: int = 0
    payer: str = ""
    base: int | None = None
    wage: int | None = None
    employments: int = 1


@dataclass(frozen=True)
class Paragraph:
    """The answer for a family.

    Args:
        text: The paragraph in both languages.
        answer: Amounts, steps and doubts.
        arrears: What unpaid months do to the right.
        articles: Articles on which it rests.
        unconfirmed: Keys of values that are not sure.
    """

    text: Text
    answer: Answer
    arrears: InArrears
    articles: tuple[str, ...]
    unconfirmed: tuple[str, ...]


def family(death: Death, catalogue: Catalogue, *, allow_unconfirmed: bool = False) -> Paragraph:
    """Return the paragraph for one family.

    Args:
        death: What the family tells.
        catalogue: Parameters.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.

    Raises:
        RuleError: ``parameter.not_in_force`` before the law; ``law.unconfirmed``.
        UsageError: ``law.input.missing`` for a work accident without wage;
            ``law.input.bad_value`` and ``law.input.out_of_range`` for what was told.
    """
    _check(death)
    if not death.payer:
        usual = "mandiri" if death.segment == "bpu" else "pemberi_kerja"
        death = replace(death, payer=usual)
    t = Terms(death.on, catalogue, allow_unconfirmed=allow_unconfirmed)
    program = "jkk" if death.cause == "accident" else "jkm"
    with t.watch() as seen:
        arrears = akibat_tunggakan(
            death.unpaid_months, segmen=death.segment, program=program, t=t
        )  # fmt: skip
    completed = death.paid_months + death.unpaid_months
    if program == "jkm" and t.has(jkm.TUNGGU[0]) and t.count(jkm.TUNGGU[0]):
        with t.watch() as read:
            completed = jkm.bulan_lengkap(
                death.paid_months, belum_dibayar_months=death.unpaid_months, t=t
            )
        seen |= read
    facts = Facts(
        segment=death.segment, event="death", cause=death.cause, payer=death.payer, wage=death.wage,
        base=death.base, membership_months=completed, unpaid_months=death.unpaid_months or None,
        employments=death.employments if death.employments > 1 else None,
    )  # fmt: skip
    answer = ask(
        death.on, facts, (program,), catalogue=catalogue, allow_unconfirmed=allow_unconfirmed
    )
    for gap in answer.gaps:
        if gap.name == "lump_sum":
            raise gap.error
    doubts = {key for key, value in seen.items() if not value.is_sure} | set(answer.unconfirmed)
    told = {lang: _paragraph(death, answer, arrears, program, t, lang) for lang in _LANGS}
    other = _other_reading(death, answer, facts, t)
    keys = tuple(sorted(doubts))
    if death.segment == "bpu" and death.unpaid_months:
        keys = tuple(sorted({*keys, PRACTICE}))
    closing = {lang: _closing(keys, catalogue, lang) for lang in _LANGS}
    parts = {
        lang: " ".join(filter(None, (told[lang], other(lang), closing[lang]))) for lang in _LANGS
    }
    text = Text(parts["id"], parts["en"])
    articles = tuple(dict.fromkeys((*_articles(answer), arrears.article)))
    return Paragraph(text, answer, arrears, articles, keys)


_LANGS: tuple[Lang, ...] = ("id", "en")
MONTHS = 1_200


def _check(death: Death) -> None:
    """Refuse a word outside its list and a number of months that cannot be."""
    words = (
        ("segment", death.segment, tuple(SEGMENT_WORDS)),
        ("cause", death.cause, tuple(CAUSE_WORDS)),
        ("payer", death.payer, ("", *PEMBAYAR)),
    )
    for name, word, known in words:
        if word not in known:
            raise UsageError(
                "law.input.bad_value", name=name, expected=", ".join(known).strip(", ")
            )
    least = 0 if death.unpaid_months else 1
    for name, months, low in (
        ("unpaid_months", death.unpaid_months, 0), ("paid_months", death.paid_months, least),
        ("employments", death.employments, 1),
    ):  # fmt: skip
        if not low <= months <= MONTHS:
            raise UsageError("law.input.out_of_range", name=name, low=low, high=MONTHS)


def _closing(keys: tuple[str, ...], catalogue: Catalogue, lang: Lang) -> str:
    """Return the last sentence: the open questions behind the doubts, in words, with their keys."""
    if not keys:
        return SURE(lang)
    told: list[str] = []
    left = set(keys)
    for question in open_questions():
        touched = [key for key in question.keys if key in left]
        if touched:
            left -= set(touched)
            told.append(f"{question.question(lang)} [{', '.join(touched)}]")
    for key in sorted(left):
        parameter = catalogue[key]
        said = parameter.description if lang == "id" else parameter.description_en
        told.append(f"{said} [{key}]")
    return UNSURE.format(lang, doubts="; ".join(told)) + "."


def _articles(answer: Answer) -> list[str]:
    """Return the first source of every amount due, and of the waiting time if it decides."""
    done = answer.computed
    shown = [name for name in ("lump_sum", "periodic", "funeral") if done.get(name)]
    if done.get("lump_sum") == 0:
        shown.append("waiting")
    return [
        title for step in answer.steps if step.output in shown for title in step.sources[:1]
    ]  # fmt: skip


def _other_reading(death: Death, answer: Answer, facts: Facts, t: Terms) -> Text:
    """Return what the last waiting month gives if it counts already; empty elsewhere."""
    waits = t.count(jkm.TUNGGU[0]) if t.has(jkm.TUNGGU[0]) else 0
    in_last = death.paid_months == waits and not death.unpaid_months
    if answer.computed.get("lump_sum") != 0 or death.cause == "accident" or not in_last:
        return Text("", "")
    full = ask(
        death.on, replace(facts, membership_months=waits), ("jkm",), catalogue=t.catalogue,
        allow_unconfirmed=t.allow_unconfirmed,
    ).computed["total"]  # fmt: skip
    said = {
        lang: OTHER_READING.format(lang, months=waits, total=spelling.rupiah(full, lang))
        for lang in _LANGS
    }
    return Text(said["id"], said["en"])


def _paragraph(
    death: Death, answer: Answer, arrears: InArrears, program: str, t: Terms, lang: Lang
) -> str:
    """Return the sentences before the closing one."""
    parts = [_who(death, lang)]
    name = program.upper()
    if arrears.effect == "none":
        return " ".join([*parts, NOTHING.format(lang, name=name, article=arrears.article)])
    done = answer.computed
    spoken = {
        k: spelling.rupiah(done[k], lang) if k in done else "–"
        for k in ("total", "lump_sum", "periodic", "funeral")
    }
    entitled = Text("Ahli waris berhak atas", "The heirs have a right to")(lang)
    listed = "; ".join(dict.fromkeys(_articles(answer)))
    form = ONLY_FUNERAL if program == "jkm" and done.get("lump_sum") == 0 else SUMS
    parts.append(f"{entitled} {form.format(lang, name=name, **spoken, articles=listed)}")
    if death.unpaid_months:
        parts.append(f"{arrears.condition(lang).rstrip('.')} ({arrears.article}).")
    parts.append(_school(death, program, t, lang))
    return " ".join(p for p in parts if p)


def _who(death: Death, lang: Lang) -> str:
    """Return the first sentence: who died when, how, in which month."""
    payer = PAYER_WORDS.get(death.payer)
    paid_by = payer(lang) if payer else Text("dibayar pihak lain", "paid by another")(lang)
    if death.payer.startswith(("apbd", "dbh")):
        paid_by = Text("dibayar APBD", "paid by the APBD")(lang)
    month = (
        Text(
            f"pada bulan ke-{death.unpaid_months} yang belum dibayar, setelah "
            f"{death.paid_months} bulan dibayar",
            f"in unpaid month {death.unpaid_months}, after {death.paid_months} paid months",
        )
        if death.unpaid_months
        else Text(
            f"pada bulan ke-{death.paid_months} yang dibayar", f"in paid month {death.paid_months}"
        )
    )
    return Text(
        f"{SEGMENT_WORDS[death.segment].id} yang iurannya {paid_by} meninggal pada "
        f"{spelling.day(death.on, 'id')} {CAUSE_WORDS[death.cause].id}, {month.id}.",
        f"{SEGMENT_WORDS[death.segment].en}, {paid_by}, died on "
        f"{spelling.day(death.on, 'en')} {CAUSE_WORDS[death.cause].en}, {month.en}.",
    )(lang)


def _school(death: Death, program: str, t: Terms, lang: Lang) -> str:
    """Return the sentence on scholarships, empty before the yearly amounts."""
    if not t.has("beasiswa.maks"):
        return ""
    if program == "jkm" and not berhak_beasiswa_jkm(death.paid_months, t=t):
        years = t.count("beasiswa.jkm_masa_iur_tahun")
        return NO_SCHOOL.format(lang, years=years)
    most = spelling.rupiah(t.rp("beasiswa.maks"), lang)
    return SCHOOL.format(lang, most=most, children=t.count("beasiswa.anak_maks"))
