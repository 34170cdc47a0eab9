"""How answers of the law look on a terminal: amounts, steps with articles, doubts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.kernel.parameters import Parameter, Value
    from cakup.law.catalogue import Catalogue
    from cakup.law.questions.answer import Answer

STATUS = {
    "solid": Text("dibaca dalam peraturan", "read in the regulation"),
    "confirmed": Text("dikonfirmasi setempat", "confirmed locally"),
    "secondary": Text("dari sumber kedua", "secondary"),
    "derived": Text("turunan", "derived"),
    "disputed": Text("diperselisihkan", "disputed"),
    "unconfirmed": Text("belum dikonfirmasi", "not confirmed"),
}
WORDS = {
    "jkk": Text("JKK", "JKK"), "jkm": Text("JKM", "JKM"), "jht": Text("JHT", "JHT"),
    "jht_worker": Text("JHT pekerja", "JHT worker"),
    "jht_employer": Text("JHT pemberi kerja", "JHT employer"),
    "jht_total": Text("JHT bersama", "JHT both"),
    "jp_worker": Text("JP pekerja", "JP worker"),
    "jp_employer": Text("JP pemberi kerja", "JP employer"),
    "jp_total": Text("JP bersama", "JP both"),
    "jkp_total": Text("JKP (tidak ditagih)", "JKP (not billed)"),
    "jkp_from_jkk": Text("  dari iuran JKK", "  out of JKK"),
    "jkp_from_jkm": Text("  dari iuran JKM", "  out of JKM"),
    "jkp_government": Text("  dari pemerintah", "  from the state"),
    "jkk_after_jkp": Text("JKK di dana JKK", "JKK left in its fund"),
    "jkm_after_jkp": Text("JKM di dana JKM", "JKM left in its fund"),
    "jkk_plus_jkm": Text("JKK + JKM", "JKK + JKM"),
    "worker_total": Text("Dibayar pekerja", "Paid by the worker"),
    "employer_total": Text("Dibayar pemberi kerja", "Paid by the employer"),
    "total": Text("JUMLAH", "TOTAL"), "total_normal": Text("Tanpa keringanan", "Without relief"),
    "per_month": Text("Sebulan", "Per month"),
    "per_month_1_3": Text("Sebulan, bulan 1–3", "Per month, months 1–3"),
    "per_month_4_6": Text("Sebulan, bulan 4–6", "Per month, months 4–6"),
    "lump_sum": Text("Santunan sekaligus", "Lump sum"),
    "periodic": Text("Santunan berkala", "Periodic grant"),
    "funeral": Text("Biaya pemakaman", "Funeral grant"),
    "multiple_of_wage": Text("Kelipatan upah", "Multiple of the wage"),
    "scholarship": Text("Beasiswa", "Scholarship"),
    "per_child": Text("Beasiswa satu anak", "Scholarship of one child"),
    "benefit": Text("Manfaat", "Benefit"), "fine": Text("Denda", "Fine"),
    "tax": Text("Pajak final", "Final tax"),
    "benefit_after_tax": Text("Setelah pajak", "After tax"),
    "jp_ceiling": Text("Batas upah JP", "JP ceiling"),
    "jp_min": Text("Pensiun terkecil", "Least pension"),
    "jp_max": Text("Pensiun terbesar", "Highest pension"),
    "latest_registration_month": Text("Bulan pendaftaran JP terakhir", "Last month to join JP"),
    "before_departure": Text("Sebelum bekerja", "Before departure"),
    "during_and_after": Text("Selama dan setelah bekerja", "During and after work"),
    "arrears": Text("Akibat tunggakan", "Effect of arrears"),
}  # fmt: skip
EVENT_WORDS = {
    "death": Text("kematian", "death"),
    "permanent_total_disability": Text("cacat total tetap", "permanent total disability"),
    "partial_disability": Text("cacat sebagian", "partial disability"),
    "stmb": Text("sementara tidak mampu bekerja", "temporary incapacity"),
    "transport": Text("pengangkutan", "transport"),
    "homecare": Text("perawatan di rumah", "home care"),
    "gigi_tiruan": Text("gigi tiruan", "dentures"),
    "alat_bantu_dengar": Text("alat bantu dengar", "hearing aid"),
    "kacamata": Text("kacamata", "glasses"), "pengobatan": Text("pengobatan", "care"),
    "alat_bantu": Text("alat bantu", "orthosis or prosthesis"),
    "gagal_berangkat": Text("gagal berangkat", "failed departure"),
    "dismissal": Text("pemutusan hubungan kerja", "dismissal"),
    "old_age": Text("usia pensiun", "old age"),
    "resignation": Text("berhenti bekerja", "leaving work"),
    "leaving_indonesia": Text("meninggalkan Indonesia", "leaving Indonesia"),
    "housing": Text("sebagian untuk perumahan", "part for housing"),
    "partial_withdrawal": Text("sebagian", "partial withdrawal"),
}  # fmt: skip
PLAIN = frozenset({"multiple_of_wage"})
ARREARS = {
    "full": Text("dibayar", "paid"),
    "conditional": Text("bersyarat: tunggakan dilunasi dahulu", "conditional: arrears first"),
    "employer_first": Text("pemberi kerja membayar dahulu", "the employer pays first"),
    "none": Text("tidak ada hak", "no right"),
}


def say_answer(out: Terminal, title: str, answer: Answer, catalogue: Catalogue) -> None:
    """Print an answer: table of results, what was assumed, what is not sure, what is missing.

    Args:
        out: Terminal.
        title: Line above the table.
        answer: The answer.
        catalogue: Parameters, for the descriptions of doubts.
    """
    out.say(title, style="bold")
    heads = [
        Text("", "")(out.lang),
        Text("hasil", "result")(out.lang),
        Text("dasar", "basis")(out.lang),
    ]
    out.table(heads, _rows(answer, out.lang), right=(1,))
    if answer.assumed:
        told = ", ".join(f"{k} = {_plain(v, out.lang)}" for k, v in answer.assumed.items())
        out.say(Text(f"Dianggap: {told}", f"Assumed: {told}"))
    say_doubts(out, answer.unconfirmed, catalogue, answer)
    for gap in answer.gaps:
        said = gap.error.spoken(out.lang)
        out.say(Text(f"Tidak dihitung {gap.name}: {said}", f"Not computed {gap.name}: {said}"))


def _rows(answer: Answer, lang: Lang) -> list[list[object]]:
    """Return one row per result; amounts without relief only where a relief changed them."""
    basis = {step.output: step.sources[0] for step in answer.steps}
    rows: list[list[object]] = []
    for name, value in answer.computed.items():
        if name.endswith("_normal") and (
            name != "total_normal" or value == answer.computed.get("total")
        ):
            continue
        word = WORDS.get(name)
        mark = " *" if answer.marks.get(name) else ""
        rows.append([word(lang) if word else name, f"{_amount(name, value, lang)}{mark}",
                     basis.get(name, "")])  # fmt: skip
    return rows


def _amount(name: str, value: Any, lang: Lang) -> str:
    """Return a result as people write it."""
    if isinstance(value, int) and name not in PLAIN:
        return spelling.rupiah(value, lang)
    return ARREARS[value](lang) if name == "arrears" else str(value)


def _plain(value: Any, lang: Lang) -> str:
    """Return an assumption in words."""
    if isinstance(value, bool):
        return (Text("ya", "yes") if value else Text("tidak", "no"))(lang)
    return str(value)


def say_doubts(
    out: Terminal, keys: Iterable[str], catalogue: Catalogue, answer: Answer | None = None
) -> None:
    """Print one line per value that is not sure: what it is and how unsure."""
    listed = list(keys)
    if not listed:
        return
    out.say(Text("* belum dikonfirmasi:", "* not confirmed:"))
    for key in listed:
        parameter = catalogue[key]
        held = answer.values.get(key) if answer else None
        status = STATUS[held.status](out.lang) if held else ""
        said = parameter.description if out.lang == "id" else parameter.description_en
        out.say(f"    {key}: {said}" + (f" ({status})" if status else ""))


def say_steps(out: Terminal, answer: Answer) -> None:
    """Print the steps in words, with their sources."""
    out.say(Text("Langkah:", "Steps:"), style="bold")
    for step in answer.steps:
        out.say(f"  {step.spoken(out.lang)}  [{'; '.join(step.sources)}]")


def value_text(value: Value | None, unit: str, lang: Lang) -> str:
    """Return a dated value as people write it."""
    if value is None or value.value is None:
        return "–"
    held = value.value
    if isinstance(held, bool):
        return _plain(held, lang)
    if unit == "share":
        text = spelling.decimal(float(str(held)) * 100, 4, lang).rstrip("0").rstrip(",.")
        return f"{text}%"
    if isinstance(held, int):
        money = unit.startswith("rp")
        return spelling.rupiah(held, lang) if money else spelling.count(held, lang)
    if isinstance(held, tuple):
        return ", ".join(_member(v, lang) for v in held)
    return str(held)


def _member(value: Any, lang: Lang) -> str:
    """Return one member of a list value."""
    if isinstance(value, tuple):
        most, base = value
        if most is None:
            return "…"
        return f"≤ {spelling.rupiah(most, lang)} → {spelling.rupiah(base, lang)}"
    return spelling.rupiah(value, lang) if isinstance(value, int) else str(value)


def say_parameter(out: Terminal, parameter: Parameter, values: Iterable[Value]) -> None:
    """Print a parameter with dated values, their status and sources."""
    said = parameter.description if out.lang == "id" else parameter.description_en
    out.say(f"{parameter.key}", style="bold")
    out.say(said)
    if parameter.documentation:
        out.say(parameter.documentation)
    words = (Text("sejak", "since"), Text("nilai", "value"), Text("status", "status"),
             Text("sumber", "source"))  # fmt: skip
    heads = [word(out.lang) for word in words]
    rows: list[list[object]] = []
    for value in values:
        sources = "; ".join(r.title for r in value.references)
        note = f" – {value.note}" if value.note else ""
        rows.append([value.since.isoformat(), value_text(value, parameter.unit, out.lang),
                     STATUS[value.status](out.lang), f"{sources}{note}"])  # fmt: skip
    out.table(heads, rows, right=(1,))
