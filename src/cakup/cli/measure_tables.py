"""Tables below the headline of a measurement: targets, groups, movement, completeness."""

from __future__ import annotations

from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING

from cakup.cli.registers import STATUS_WORDS
from cakup.cli.terminal import WIDTH, Terminal
from cakup.coverage.change import TERMS
from cakup.coverage.completeness import CAVEAT
from cakup.coverage.counts import SEVERAL, UNKNOWN
from cakup.coverage.definitions import SEGMENT_WORDS
from cakup.coverage.workforce import PARTS
from cakup.kernel import spelling
from cakup.kernel.figures import Figure
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.coverage.readings import Distance
    from cakup.pipeline.measure import Measurement

NAMES = {
    "aktif": Text("Aktif (efektif)", "Active (effective)"),
    "terdaftar": Text("Pernah terdaftar", "Ever registered"),
    "jkm_penuh": Text("Aktif dengan JKM penuh", "Active with full death cover"),
    "berbobot_kpi": Text("Berbobot KPI cabang", "Weighted as the branch's KPI"),
    "rata_rata_12_bulan": Text("Rata-rata 12 bulan", "12-month average"),
    "tercatat": Text("Pekerja tercatat", "Workers listed"),
}
AXIS_WORDS = {
    "kecamatan": Text("Kecamatan", "Kecamatan"),
    "desa_kelurahan": Text("Kelurahan", "Kelurahan"),
    "segmen": Text("Segmen", "Segment"), "sektor": Text("Sektor", "Sector"),
    "jenis_kelamin": Text("Jenis kelamin", "Sex"), "umur": Text("Umur", "Age"),
    "desil": Text("Desil", "Decile"), "pembayar": Text("Pembayar", "Payer"),
}  # fmt: skip
CODE_WORDS = {
    UNKNOWN: Text("tidak diketahui", "unknown"),
    ("segmen", SEVERAL): Text("lebih dari satu segmen", "more than one segment"),
    ("pembayar", SEVERAL): Text("lebih dari satu pembayar", "more than one payer"),
    ("jenis_kelamin", "L"): Text("laki-laki", "men"),
    ("jenis_kelamin", "P"): Text("perempuan", "women"),
}


def say_targets(held: Measurement, out: Terminal) -> None:
    """Print the distance to every target, and the readings of an increase side by side."""
    if not held.targets:
        return
    lang = out.lang
    heads = [t(lang) for t in (
        Text("Target", "Target"), Text("Status", "Status"), Text("Tahun", "Year"),
        Text("Pada", "At"), Text("Selisih", "Distance"), Text("Orang", "Persons"),
        Text("Kurang", "Missing"),
    )]  # fmt: skip
    rows: list[list[object]] = [
        [_target_name(t, lang), STATUS_WORDS[t.entry.status](lang), str(t.entry.year or ""),
         spelling.percent(float(t.target_share), 2, lang),
         _points(t, lang),
         t.target_persons,
         t.needed_persons if t.needed_persons else Text("tercapai", "reached")(lang)]
        for t in held.targets
    ]  # fmt: skip
    title = Text("Jarak ke target (selisih dalam poin persen)",
                 "Distance to targets (in percentage points)")(lang)  # fmt: skip
    out.table(heads, rows, title=title, right=(2, 3, 4, 5, 6))
    rises = [t for t in held.targets if t.baseline_persons is not None]
    if rises:
        base = spelled(rises[0].baseline_persons, lang)
        day = spelling.day(date.fromisoformat(rises[0].baseline_on), lang)
        duty = rises[0].entry.description
        text = Text(
            f"tiga pembacaan “{duty}”, dihitung dari {base} orang pada {day}; orang dibulatkan ke "
            "atas. Tidak satu pun diterapkan diam-diam.",
            f"three readings of “{duty}”, from {base} persons on {day}; persons are rounded up. "
            "None is applied silently.",
        )(lang)
        paragraph("A, B, C  ", text, out)
        out.say("")


def _target_name(line: Distance, lang: Lang) -> str:
    """Return the issuer, or the reading of an increase."""
    return line.reading_words(lang) if line.reading else line.entry.issuer


def _points(line: Distance, lang: Lang) -> str:
    """Return the percentage points that are missing, nothing once the target is reached."""
    if line.is_reached:
        return ""
    return spelling.decimal(float(line.target_share - line.current_share) * 100, 2, lang)


def say_groups(held: Measurement, out: Terminal) -> None:
    """Print the groups that were asked for, and what their shares are shares of."""
    axes, lang = held.request.by, out.lang
    if not axes:
        return
    cells: dict[tuple[str, ...], dict[str, Figure]] = {}
    for f in held.figures:
        if set(f.by) == set(axes) and f.name in NAMES:
            cells.setdefault(tuple(f.by[a] for a in axes), {})[f.name] = f
    heads = [AXIS_WORDS[a](lang) for a in axes]
    rows: list[list[object]] = []
    label = ""
    for codes, by_name in cells.items():
        head: list[object] = [_code(held, a, c, lang) for a, c in zip(axes, codes, strict=True)]
        first = by_name.get("aktif") or by_name["tercatat"]
        label = first.denominator_definition
        if held.has_participants:
            head += [
                shown(first, lang), shown(by_name["terdaftar"], lang),
                spelled(first.denominator, lang), share(first, lang),
            ]  # fmt: skip
        else:
            head.append(shown(first, lang))
        rows.append(head)
    if held.has_participants:
        heads += [t(lang) for t in (Text("Aktif", "Active"), Text("Pernah", "Ever"),
                                    Text("Dari", "Of"), Text("Bagian", "Share"))]  # fmt: skip
    else:
        heads.append(Text("Tercatat", "Listed")(lang))
    out.table(heads, rows, right=tuple(range(len(axes), len(heads))))
    if held.has_participants:
        same = Text("dari penyebut kota di atas", "of the city's denominator above")(lang)
        is_city = axes == ("segmen",)
        paragraph(Text("Bagian  ", "Share  ")(lang), same if is_city else label, out)
        out.say("")


def _code(held: Measurement, axis: str, code: str, lang: Lang) -> str:
    """Return an axis value in words: the name of an area, a segment, a band."""
    if code in held.names:
        return held.names[code]
    if axis == "segmen" and code in SEGMENT_WORDS:
        return SEGMENT_WORDS[code](lang)
    words = CODE_WORDS.get((axis, code)) or CODE_WORDS.get(code)
    return words(lang) if words else code.replace("_", " ") if axis == "pembayar" else code


def say_change(held: Measurement, out: Terminal) -> None:
    """Print why the figure moved; the terms add up."""
    change, lang = held.change, out.lang
    if change is None:
        return
    start, end = spelling.day(change.from_on, lang), spelling.day(change.to_on, lang)
    rows: list[list[object]] = [[start, change.persons_from]]
    rows += [[f"  {TERMS[t](lang)}", _signed(n, lang)] for t, n in change.terms.items() if n]
    rows.append([end, change.persons_to])
    title = Text("Mengapa berubah (orang)", "Why it moved (persons)")(lang)
    out.table(["", Text("Orang", "Persons")(lang)], rows, title=title, right=(1,))
    person, denominator = change.person_part, change.denominator_part
    if person is None or denominator is None:
        return
    shares = (person + denominator, person, denominator)
    points = [spelling.decimal(float(x) * 100, 2, lang) for x in shares]
    text = Text(
        f"{points[0]} poin persen = {points[1]} karena orang + {points[2]} karena penyebut.",
        f"{points[0]} percentage points = {points[1]} by persons + {points[2]} by the denominator.",
    )(lang)
    whole, *parts = (round(x * 10_000) for x in shares)
    if whole != sum(parts):
        text += Text(" Selisih 0,01 karena pembulatan.", " They differ by 0.01 of rounding.")(lang)
    paragraph(Text("Cakupan berubah  ", "Coverage moved by  ")(lang), text, out)
    out.say("")


def say_division(held: Measurement, out: Terminal) -> None:
    """Print the denominator in parts that add up."""
    if held.division is None or held.denominator is None:
        return
    lang, base = out.lang, int(held.denominator.value)
    parts = held.division.named()
    rows = [[PARTS[key](lang), n, spelling.percent(n / base, 2, lang)] for key, n in parts]
    total = sum(n for _, n in parts)
    rows.append([Text("jumlah = penyebut", "sum = denominator")(lang), total, "100%"])
    heads = [
        Text("Penyebut terbagi habis", "The denominator in full")(lang),
        Text("Orang", "Persons")(lang), Text("Bagian", "Share")(lang),
    ]  # fmt: skip
    out.table(heads, rows, right=(1, 2))


def say_completeness(held: Measurement, out: Terminal) -> None:
    """Say how much of the workforce is on any list, and estimate the rest."""
    lang = out.lang
    whole = [f for f in held.figures if f.name == "kelengkapan"]
    for f in whole:
        if f.value is None:
            continue
        place = held.names.get(f.by["kecamatan"], "") if f.by else held.place_name
        text = Text(
            f"{share(f, lang)} dari penyebut {place} ({shown(f, lang)} orang) ada pada daftar "
            "mana pun.",
            f"{share(f, lang)} of the denominator of {place} ({shown(f, lang)} persons) are on "
            "any list.",
        )(lang)
        paragraph(Text("Kelengkapan daftar  ", "Completeness  ")(lang), text, out)
    if held.estimates:
        _say_estimates(held, out)


def _say_estimates(held: Measurement, out: Terminal) -> None:
    """Print the estimates of the unlisted side by side, and how far they can be trusted."""
    lang = out.lang
    rows = []
    for one in held.estimates:
        n, low, high = (spelling.count(round(x), lang) for x in (one.unlisted, one.low, one.high))
        rows.append([one.name(lang), n, f"{low}–{high}"])
    heads = [
        Text("Perkiraan yang tidak tercatat", "Estimate of the unlisted")(lang),
        Text("Orang", "Persons")(lang), Text("Selang 95 %", "95 % interval")(lang),
    ]  # fmt: skip
    out.table(heads, rows, right=(1, 2))
    for one in held.estimates:
        paragraph(f"{one.method.capitalize():<8}  ", f"{one.assumption(lang)}.", out)
    paragraph(Text("Semuanya  ", "All       ")(lang), CAVEAT(lang), out)
    out.say("")


def say_lists(held: Measurement, out: Terminal) -> None:
    """Print what share of each list's people are participants, as linked and corrected."""
    lang = out.lang
    if not held.lists:
        return
    rows = []
    for one in held.lists:
        name = one.sender if one.sender == one.list_name else f"{one.sender} {one.list_name}"
        rows.append([
            name.strip() or Text("semua daftar (orang)", "all lists (persons)")(lang),
            spelling.count(round(one.listed), lang), spelling.percent(one.uncorrected, 1, lang),
            spelling.percent(one.value, 1, lang),
            spelling.percent_range(one.low, one.high, 1, lang),
        ])  # fmt: skip
    heads = [
        Text("Peserta di antara yang tercatat", "Participants among the listed")(lang),
        Text("Baris", "Rows")(lang), Text("Menurut padanan", "As linked")(lang),
        Text("Dikoreksi", "Corrected")(lang), Text("Selang 95 %", "95 % interval")(lang),
    ]  # fmt: skip
    out.table(heads, rows, right=(1, 2, 3, 4))
    text = Text(
        "peserta aktif atau tidak, dari wilayah mana pun. Baris yang NIK-nya pasti disembunyikan "
        f"NIK-nya dan dipadankan lagi ({spelling.count(held.lists[0].n_hidden, lang)} baris): "
        "sebanyak itu pula baris yang sungguh tanpa NIK luput. Daftar kecil berselang lebar: "
        "sedikit barisnya yang dapat dicoba.",
        "participants active or not, of any place. Rows whose NIK is sure had it hidden and were "
        f"linked again ({spelling.count(held.lists[0].n_hidden, lang)} rows): rows that truly lack "
        "it are missed as often. Small lists have wide intervals: few of their rows can be tried.",
    )(lang)
    paragraph(Text("Koreksi  ", "Corrected  ")(lang), text, out)
    out.say("")


def paragraph(head: str, text: str, out: Terminal) -> None:
    """Print a labelled paragraph, wrapped and indented under its label."""
    lines = wrap(text, WIDTH - 4 - len(head)) or [""]
    for at, line in enumerate(lines):
        out.say(f"  {head if at == 0 else ' ' * len(head)}{line}")


def spelled(n: int | None, lang: Lang) -> str:
    """Return a whole number as people write it, nothing for None."""
    return "" if n is None else spelling.count(n, lang)


def shown(figure: Figure, lang: Lang) -> str:
    """Return the persons of a figure; a hidden figure shows that it is hidden."""
    return "–" if figure.suppressed else spelled(figure.numerator, lang)


def share(figure: Figure, lang: Lang) -> str:
    """Return the percentage of a figure, nothing where none may be told."""
    return "" if figure.value is None else spelling.percent(figure.value, 2, lang)


def spelled_range(pair: tuple[int, int] | None, lang: Lang) -> str:
    """Return two whole numbers with a dash."""
    return "" if pair is None else "–".join(spelling.count(n, lang) for n in pair)


def _signed(n: int, lang: Lang) -> str:
    return ("+" if n > 0 else "−") + spelling.count(abs(n), lang)
