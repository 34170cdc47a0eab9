"""Reference pages made from the parameters and rules; ``make docs`` writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from cakup.kernel import spelling
from cakup.kernel.parameters import Parameter, Value
from cakup.law.api import LawOn
from cakup.law.cases import OUTPUTS
from cakup.law.catalogue import built_in
from cakup.law.history import doubts, open_questions
from cakup.law.questions.events import EVENTS
from cakup.law.questions.facts import INPUTS, PAYERS
from cakup.law.regulations import regulations
from cakup.law.rules import Rule, all_rules

STATUS = {
    "solid": "dibaca dalam peraturan", "confirmed": "dikonfirmasi setempat",
    "secondary": "dari sumber kedua", "derived": "turunan", "disputed": "diperselisihkan",
    "unconfirmed": "belum dikonfirmasi",
}  # fmt: skip
PROGRAMMES = {
    "jkk": "Jaminan kecelakaan kerja (JKK)", "jkm": "Jaminan kematian (JKM)",
    "jht": "Jaminan hari tua (JHT)", "jp": "Jaminan pensiun (JP)",
    "jkp": "Jaminan kehilangan pekerjaan (JKP)", "bpu": "Bukan penerima upah (BPU)",
    "jakon": "Jasa konstruksi", "pmi": "Pekerja migran Indonesia (PMI)",
    "magang": "Magang", "beasiswa": "Beasiswa anak", "diskon": "Keringanan dan potongan iuran",
    "umum": "Ketentuan umum", "pbi": "Bantuan iuran", "referensi": "Bilangan rujukan",
}  # fmt: skip


def cell(text: str | None) -> str:
    """Return text that fits one cell of a Markdown table."""
    return " ".join((text or "").split()).replace("|", "\\|")


def value_text(value: Value, unit: str) -> str:
    """Return a dated value as people write it."""
    held = value.value
    if held is None:
        return "–"
    if isinstance(held, bool):
        return "ya" if held else "tidak"
    if unit == "share" and isinstance(held, Decimal):
        return spelling.decimal(float(held * 100), 4, "id").rstrip("0").rstrip(",") + "%"
    if isinstance(held, int):
        return spelling.rupiah(held) if unit.startswith("rp") else spelling.count(held)
    if isinstance(held, tuple):
        return ", ".join(_member(member) for member in held)
    return str(held)


def _member(member: object) -> str:
    """Return one member of a list value."""
    if isinstance(member, tuple):
        most, base = member
        return "…" if most is None else f"≤ {spelling.rupiah(most)} → {spelling.rupiah(base)}"
    return spelling.rupiah(member) if isinstance(member, int) else str(member)


def _sources(value: Value) -> str:
    """Return the sources of a value as links."""
    told = []
    for one in value.references:
        told.append(f"[{cell(one.title)}]({one.href})" if one.href else cell(one.title))
    return "; ".join(told)


def _parameter(parameter: Parameter) -> list[str]:
    """Return one parameter with its history."""
    lines = [f"### `{parameter.key}`", "", parameter.description + ".", ""]
    if parameter.documentation:
        lines += [parameter.documentation, ""]
    lines += ["| sejak | nilai | status | sumber | catatan |", "|---|---|---|---|---|"]
    for value in parameter.values:
        shown = cell(value_text(value, parameter.unit))
        lines.append(
            f"| {value.since.isoformat()} | {shown} | {STATUS[value.status]} | {_sources(value)} "
            f"| {cell(value.note)} |"
        )
    return [*lines, ""]


UNITS = ("_rp_month", "_rp_day", "_rp", "_months", "_years", "_days", "_per_100")
#: Factors that the sentence of a step shows only where they take something off.
FACTORS = {"sisa": " × *keringanan*", "dibayar": " × *bagian yang dibayar*"}


def sentence(text: str) -> str:
    """Return the sentence of a rule with words in the place of its numbers.

    Args:
        text: Sentence with ``{placeholders}``; one that follows its own word is left out.
    """

    def word(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in FACTORS:
            return FACTORS[name]
        for unit in UNITS:
            name = name.removesuffix(unit)
        said = name.replace("_", " ")
        before = text[: found.start()].rstrip().lower()
        if name == "result" or before.endswith(said):
            return ""
        follows = text[found.end() :].lstrip().lower().startswith(said)
        return "*n*" if follows else f"*{said}*"

    filled = PLACEHOLDER.sub(word, text)
    joined = re.sub(r"\s+([:,.)]|$)", r"\1", " ".join(filled.split())).strip(": ")
    return joined[:1].upper() + joined[1:]


PLACEHOLDER = re.compile(r"\{(\w+)\}")


def _rule(rule: Rule) -> list[str]:
    """Return one rule with its articles and parameters."""
    keys = ", ".join(f"`{key}`" for key in rule.keys) or "–"
    return [
        f"### `{rule.name}` → `{rule.output}`", "", f"{sentence(rule.says.id)}.", "",
        f"- {rule.summary}", f"- Dasar: {rule.articles}", f"- Memakai: {keys}", "",
    ]  # fmt: skip


def programme_page(program: str) -> str:
    """Return the page of one programme: its rules, then its parameters with history.

    Args:
        program: First part of the keys, e.g. ``jkk``.
    """
    lines = [f"# {PROGRAMMES[program]}: aturan dan parameter", ""]
    rules = [r for r in all_rules().values() if r.programme == program]
    if rules:
        lines += [
            "## Aturan",
            "",
            "Satu aturan = satu fungsi; angkanya dari parameter di bawah.",
            "",
        ]
        for rule in rules:
            lines += _rule(rule)
    lines += ["## Parameter", ""]
    for parameter in built_in().all():
        if parameter.key.startswith(f"{program}."):
            lines += _parameter(parameter)
    return "\n".join(lines).rstrip() + "\n"


def inputs_page() -> str:
    """Return the page of inputs, events and results."""
    lines = [
        "# Masukan, peristiwa, dan hasil", "",
        "Nama masukan sama untuk berkas kasus, pilihan perintah (`--nama-masukan`), dan pustaka. "
        "Masukan yang tidak dikenal ditolak. Yang tidak dinyatakan dan dianggap ditulis pada "
        "`assumed`.", "",
        "| masukan | arti | jangkauan atau pilihan |", "|---|---|---|",
    ]  # fmt: skip
    for name, made in INPUTS.items():
        meta = made.metadata
        limits = ", ".join(meta.get("choices", ()))
        if meta["high"]:
            low, high = (spelling.count(meta[side]) for side in ("low", "high"))
            limits = f"{low} – {high}"
        lines.append(f"| `{name}` | {cell(meta['says'].id)} | {cell(limits)} |")
    lines += ["", "## Peristiwa", "", "| peristiwa | ejaan lain |", "|---|---|"]
    lines += [f"| `{name}` | {', '.join(also)} |" for name, also in EVENTS.items()]
    lines += ["", "## Pembayar", "", "| ditulis | berarti |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in PAYERS.items()]
    lines += ["", "## Hasil", "", ", ".join(f"`{name}`" for name in sorted(OUTPUTS)) + ".", ""]
    return "\n".join(lines)


def questions_page() -> str:
    """Return the page of open legal questions and of every value that is not sure."""
    lines = [
        "# Pertanyaan hukum yang terbuka", "",
        "Selama belum dijawab orang yang berwenang, nilai yang terkena menandai setiap jumlah yang "
        "disentuhnya. Jawaban yang dikonfirmasi ditulis di `parameters/law/` ruang kerja, dengan "
        "nama, tanggal, dan dokumen; aturan bawaan tidak ditimpa.", "",
    ]  # fmt: skip
    for one in open_questions():
        keys = ", ".join(f"`{key}`" for key in one.keys)
        lines += [
            f"## {one.question.id}", "", f"- Bacaan: {one.readings.id}",
            f"- Dipakai: {one.taken.id}", f"- Yang dapat menjawab: {one.ask.id}",
            f"- Parameter: {keys}", "",
        ]  # fmt: skip
    lines += ["## Semua nilai yang belum pasti", ""]
    lines += ["| parameter | status | sejak | hasil yang bertumpu padanya |", "|---|---|---|---|"]
    for doubt in doubts(None, built_in()):
        outputs = ", ".join(f"`{name}`" for name in doubt.outputs) or "keterangan saja"
        since = doubt.value.since.isoformat()
        lines.append(
            f"| `{doubt.parameter.key}` | {STATUS[doubt.value.status]} | {since} | {outputs} |"
        )
    return "\n".join(lines) + "\n"


def regulations_page() -> str:
    """Return the page of regulations, in the order in which they came into force."""
    lines = ["# Peraturan dan sumber, menurut urutan berlakunya", ""]
    lines += ["| berlaku | peraturan | bagi siapa | parameter yang diubah |", "|---|---|---|---|"]
    for one in regulations():
        title = f"[{cell(one.title)}]({one.href})" if one.href else cell(one.title)
        lines.append(
            f"| {one.in_force_from.isoformat()} | {title} | {cell(one.concerns.id)} "
            f"| {_named(one.changes)} |"
        )
    return "\n".join(lines) + "\n"


def _named(changes: Iterable[str]) -> str:
    """Return the keys a regulation set, the first few by name."""
    keys = list(changes)
    shown = ", ".join(f"`{key}`" for key in keys[:4])
    return f"{shown}, … ({len(keys)})" if len(keys) > 4 else shown


def index_page() -> str:
    """Return the page that leads to the others."""
    lines = [
        "# Aturan sebagai kode", "",
        "Setiap angka punya tanggal, satuan, status, dan sumber. Bukan nasihat hukum.", "",
        "- [Masukan, peristiwa, dan hasil](hukum-masukan.md)",
        "- [Pertanyaan hukum yang terbuka](hukum-pertanyaan.md)",
        "- [Peraturan menurut urutan berlakunya](hukum-peraturan.md)", "",
        "| program | parameter | nilai bertanggal | belum pasti |", "|---|---|---|---|",
    ]  # fmt: skip
    for program, title in PROGRAMMES.items():
        own = [p for p in built_in().all() if p.key.startswith(f"{program}.")]
        values = [value for parameter in own for value in parameter.values]
        unsure = sum(not value.is_sure for value in values)
        lines.append(
            f"| [{title}](parameter-{program}.md) | {len(own)} | {len(values)} | {unsure} |"
        )
    return "\n".join(lines) + "\n"


def law_pages() -> dict[str, str]:
    """Return file name → content of every reference page of the law."""
    return {
        "hukum.md": index_page(),
        "hukum-masukan.md": inputs_page(),
        "hukum-pertanyaan.md": questions_page(),
        "hukum-peraturan.md": regulations_page(),
        **{f"parameter-{program}.md": programme_page(program) for program in PROGRAMMES},
    }


#: Day for which the guides show amounts.
GUIDE_DAY = date(2026, 4, 1)
HOLE = re.compile(r"\{\{(.+?)\}\}")


def fill(template: str) -> str:
    """Return a guide with its holes filled from the parameters and rules.

    A hole is ``{{KEY}}`` for a value in force, or ``{{contribution name=value … -> result}}`` or
    ``{{benefit EVENT name=value … -> result}}`` for an amount.

    Args:
        template: Markdown with holes.
    """
    doubts: set[str] = set()
    filled = HOLE.sub(lambda found: _filled(found.group(1).strip(), doubts), template)
    if not doubts:
        return filled
    return filled.replace(ENGLISH, _doubts_of_page(doubts) + ENGLISH)


ENGLISH = "## In English"


def _doubts_of_page(keys: set[str]) -> str:
    """Return the paragraph that names what is not confirmed among the numbers of a page."""
    said = "".join(f"- `{key}`: {built_in()[key].description}\n" for key in sorted(keys))
    return f"## Belum dikonfirmasi di antara angka halaman ini\n\n{said}\n"


def _filled(hole: str, doubts: set[str]) -> str:
    """Return what stands in one hole; keys of values that are not sure are added."""
    if "->" not in hole:
        parameter = built_in()[hole]
        held = parameter.at(GUIDE_DAY)
        if not held.is_sure:
            doubts.add(hole)
        return value_text(held, parameter.unit)
    question, _, output = (part.strip() for part in hole.partition("->"))
    verb, *words = question.split()
    inputs = dict(word.split("=", 1) for word in words if "=" in word)
    programme = inputs.pop("programme", None)
    law = LawOn(GUIDE_DAY, built_in())
    if verb == "benefit":
        answer = law.benefit(words[0], programme=programme, **inputs)
    else:
        answer = law.contribution(programmes=programme, **inputs)
    doubts.update(answer.marks[output])
    found = answer.computed[output]
    return spelling.rupiah(found) if isinstance(found, int) else str(found)
