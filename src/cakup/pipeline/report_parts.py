"""From measured coverage to what the report's page says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from cakup.coverage import counts, headline
from cakup.coverage.change import TERMS
from cakup.coverage.definitions import EVIDENCE_WORDS
from cakup.coverage.readings import READINGS, Distance
from cakup.documents.report.model import (
    AreaLine,
    Breakdown,
    Companion,
    ListLine,
    Movement,
    MoveTerm,
    Parts,
    TargetLine,
    Task,
)
from cakup.kernel import spelling
from cakup.kernel.figures import Figure
from cakup.kernel.language import LANGS, Text
from cakup.ledger import findings
from cakup.ledger.rules import Rules, parameters, rule_periods
from cakup.pipeline import report_rows
from cakup.pipeline.imports import Import, all_imports, in_force
from cakup.pipeline.ledger import counting_rules
from cakup.pipeline.measure import Measurement, scope_of
from cakup.pipeline.report_words import AXES, COMPANIONS, OTHERS, PAYERS, SEGMENTS, SEX, TASKS
from cakup.pipeline.workspace import Workspace
from cakup.places.registry import Places

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine

LONGEST_TABLE = 14
#: Axes whose groups stand by size; the others have an order of their own.
BY_SIZE = ("sektor", "pembayar")


@dataclass(frozen=True)
class Ground:
    """Files and rules on which the report stands.

    Args:
        as_of: Day of the report.
        known: Only files and answers received by this day; None = all.
        imports: Files that answer for the day.
        rules: Counting rules of the day.
    """

    as_of: date
    known: date | None
    imports: tuple[Import, ...]
    rules: Rules

    @staticmethod
    def of(workspace: Workspace, as_of: date, known: date | None) -> Ground:
        """Return the ground of a day."""
        files = in_force(all_imports(workspace, known), as_of)
        return Ground(as_of, known, tuple(files), counting_rules(workspace, as_of, known))


def base(found: Measurement) -> Text:
    """Return the short name of the denominator."""
    held = found.denominator
    return held.kind_words if held else Text("penyebut belum tercatat", "no denominator recorded")


def companions(found: Measurement) -> tuple[Companion, ...]:
    """Return the figures beside the headline."""
    by_name = {f.name: f for f in found.figures if not f.by}
    return tuple(
        Companion(label, by_name[name], note)
        for name, (label, note) in COMPANIONS.items() if name in by_name
    )  # fmt: skip


def parts(found: Measurement) -> Parts | None:
    """Return the denominator in three parts, None where they cannot add up."""
    if found.denominator is None or not found.has_participants:
        return None
    total, workers = int(found.denominator.value), found.sums["n_workers"]
    covered = found.sums["n_active"]
    if workers > total:
        return None
    return Parts(covered, workers - covered, total - workers)


def targets(found: Measurement) -> tuple[TargetLine, ...]:
    """Return the targets, shares first, then the readings of an increase."""
    ordered = sorted(found.targets, key=lambda d: (bool(d.reading), d.entry.since, d.entry.id))
    return tuple(_target(d) for d in ordered)


def _target(one: Distance) -> TargetLine:
    entry = one.entry
    if one.reading:
        step = f"{float(entry.value) * 100:g}"
        words = (READINGS[one.reading].format(lang, step=step) for lang in LANGS)
        label = Text(*(f"{one.reading}: {w}" for w in words))
    else:
        year = f" {entry.year}" if entry.year else ""
        label = Text(f"{entry.issuer}{year}", f"{entry.issuer}{year}")
    return TargetLine(
        label=label, share=float(one.target_share), persons=one.target_persons,
        missing=one.needed_persons, source=entry.document, is_sure=entry.is_sure,
        is_reading=bool(one.reading),
    )  # fmt: skip


def movement(found: Measurement) -> Movement | None:
    """Return why the number moved, None where nothing was counted on the earlier day."""
    change = found.change
    if change is None or not change.persons_from:
        return None
    terms = tuple(
        MoveTerm(key, TERMS[key], n) for key, n in change.terms.items() if n
    )  # fmt: skip
    person, other = change.person_part, change.denominator_part
    return Movement(
        change.from_on, change.to_on, change.persons_from, change.persons_to, terms,
        float(person) if person is not None else None, float(other) if other is not None else None,
    )  # fmt: skip


def completeness(found: Measurement) -> tuple[tuple[str, Figure], ...]:
    """Return what share of the workforce is on any list."""
    return tuple(
        (found.names.get(f.by.get("kecamatan", ""), found.place_name), f)
        for f in found.figures if f.name == "kelengkapan" and f.value is not None
    )  # fmt: skip


def estimates(found: Measurement) -> tuple[Figure, ...]:
    """Return the estimates of the unlisted, with their intervals in persons."""
    by_name = {f.name: f for f in found.figures}
    told = []
    for one in found.estimates:
        figure = by_name.get(f"perkiraan_tidak_tercatat_{one.method}")
        if figure is not None:
            told.append(replace(figure, interval=(one.low, one.high)))
    return tuple(told)


def lists(imports: Sequence[Import]) -> tuple[ListLine, ...]:
    """Return the files that answer, by kind and sender."""
    return tuple(
        ListLine(i.sender, i.list_name, i.kind, i.as_of, int(_rows(i)))
        for i in sorted(imports, key=lambda i: (i.kind, i.sender, i.list_name, i.as_of, i.id))
    )


def _rows(one: Import) -> int:
    held = one.facts.get("rows", {})
    return sum(int(held.get(name, 0)) for name in ("accepted", "noted"))


def _setting(found: Measurement, ground: Ground) -> headline.Setting:
    """Return what the figures of groups share with the headline."""
    own = found.denominator.source if found.denominator else None
    sources = tuple(s for s in found.figures[0].sources if s != own)
    return headline.Setting(
        scope_of(found.request, found.place), ground.as_of, found.known_on, ground.rules,
        found.denominator, sources, found.has_participants, found.request.lang,
    )  # fmt: skip


def _groups(
    engine: DuckEngine, found: Measurement, ground: Ground, axis: str
) -> tuple[Figure, ...]:
    """Return the figures of active persons by one axis."""
    groups = engine.frame(counts.sums_sql((axis,))).to_dicts()
    setting = _setting(found, ground)
    if not found.has_participants:
        return headline.listed_parts(setting, (axis,), groups)
    return tuple(f for f in headline.part_figures(setting, (axis,), groups) if f.name == "aktif")


def areas(
    engine: DuckEngine, found: Measurement, ground: Ground, places: Places
) -> tuple[AreaLine, ...]:
    """Return every kelurahan with the share of its listed workers who are covered."""
    if not found.has_participants:
        return ()
    doubts = report_rows.area_doubts(engine)
    by_kode = {f.by["desa_kelurahan"]: f for f in _groups(engine, found, ground, "desa_kelurahan")}
    lines = []
    for area in places.within(found.place, "desa_kelurahan"):
        parent = places.get(area.parent or "")
        figure = by_kode.get(area.kode)
        if figure is None:
            figure = replace(
                next(iter(by_kode.values()), found.figures[0]), value=None, numerator=0,
                denominator=0, by={"desa_kelurahan": area.kode}, bounds=None,
            )  # fmt: skip
        elif figure.numerator is not None:
            fewer, more = doubts.get(area.kode, (0, 0))
            figure = replace(figure, bounds=(figure.numerator - fewer, figure.numerator + more))
        lines.append(AreaLine(area.kode, area.nama, parent.nama if parent else "", figure))
    return tuple(lines)


def breakdowns(engine: DuckEngine, found: Measurement, ground: Ground) -> tuple[Breakdown, ...]:
    """Return the tables by segment, payer, sector, age and sex."""
    if not found.has_participants:
        return ()
    tables = []
    for axis, title in AXES.items():
        figures = _groups(engine, found, ground, axis)
        if axis in counts.PART_AXES:
            # Parts of the numerator: a share of the denominator beside them would mislead.
            figures = tuple(replace(f, value=None, denominator=None) for f in figures)
            figures = tuple(f for f in figures if f.numerator)
        rows = [(_label(axis, f.by[axis]), f) for f in figures]
        if axis in BY_SIZE:
            rows.sort(key=lambda r: (r[1].by[axis] in OTHERS, -_size(r[1]), r[1].by[axis]))
        shown, more = _shortened(rows)
        notes = [n for n in (more, _mostly_unknown(figures, axis)) if n is not None]
        note = Text(*(" ".join(n(lang) for n in notes) for lang in LANGS)) if notes else None
        tables.append(Breakdown(axis, title, shown, note, adds_up=more is None))
    return tuple(tables)


def _size(figure: Figure) -> int:
    return figure.denominator if figure.denominator is not None else figure.numerator or 0


def _mostly_unknown(figures: Sequence[Figure], axis: str) -> Text | None:
    """Return the warning that most lists do not state the axis, if that is so."""
    total = sum(_size(f) for f in figures)
    unknown = sum(_size(f) for f in figures if f.by[axis] == counts.UNKNOWN)
    if not total or unknown * 2 <= total:
        return None
    title = AXES[axis]
    return Text(
        f"Kebanyakan daftar tidak menyebut {title.id.lower()}, jadi baris lainnya bukan gambaran "
        "seluruh pekerja.",
        f"Most lists do not state the {title.en.lower()}, so the other rows do not picture all "
        "workers.",
    )


def _shortened(
    rows: list[tuple[Text, Figure]],
) -> tuple[tuple[tuple[Text, Figure], ...], Text | None]:
    """Return the first rows and how many stand only in ``cakup measure``."""
    if len(rows) <= LONGEST_TABLE:
        return tuple(rows), None
    more = len(rows) - LONGEST_TABLE
    return tuple(rows[:LONGEST_TABLE]), Text(
        f"{more} kelompok yang lebih kecil ada pada cakup measure --by.",
        f"{more} smaller groups: cakup measure --by.",
    )


def _label(axis: str, code: str) -> Text:
    """Return the words of a code."""
    known = {"segmen": SEGMENTS, "pembayar": PAYERS, "jenis_kelamin": SEX}.get(axis, {})
    if code in OTHERS:
        return OTHERS[code]
    if code in known:
        return known[code]
    words = code.replace("_", " ")
    return Text(words[:1].upper() + words[1:], words[:1].upper() + words[1:])


def evidence(found: Measurement) -> tuple[tuple[Text, int], ...]:
    """Return on what the covered rest."""
    return tuple(
        (words, found.sums[name]) for name, words in EVIDENCE_WORDS.items() if found.sums[name]
    )


def ending_task(ending: Sequence[tuple[date, int | None]]) -> tuple[Task, ...]:
    """Return the task to renew cover that ends soon."""
    n = sum(n or 0 for _, n in ending)
    return (
        Task(
            Text("orang habis bulan bayarnya dalam 90 hari", "persons whose paid months end in "
                 "90 days"), n,
            Text("Siapkan perpanjangan sebelum bulan itu; pada BPU, tiga bulan tanpa iuran "
                 "menggugurkan kepesertaan.",
                 "Prepare the renewal before that month; for BPU three unpaid months end the "
                 "membership."), is_urgent=True,
        ),
    )  # fmt: skip


def tasks(
    engine: DuckEngine, found: Measurement, ground: Ground, workspace: Workspace
) -> tuple[Task, ...]:
    """Return what waits for people, counted over all files that answer."""
    day = ground.as_of
    first = engine.value("SELECT min(meninggal_on) FROM persons")
    periods = rule_periods(first, day, workspace.root / "parameters", ground.known) if first else []
    queries = {
        "claims": findings.claims_sql(day, periods),
        "after_death": findings.after_death_sql(day),
        "double": findings.double_sql(day),
        "over_age": findings.over_age_sql(day, ground.rules),
    }
    n = {
        key: int(engine.value(f"SELECT count(DISTINCT person_id) FROM ({sql})"))
        for key, sql in queries.items()
    }
    n["review"] = int(engine.value("SELECT count(*) FROM review"))
    n["returned"] = sum(int(i.facts.get("rows", {}).get("returned", 0)) for i in ground.imports)
    n["orphans"] = int(engine.value("SELECT count(DISTINCT record_id) FROM payment_orphans"))
    return tuple(Task(label, n[key], do, urgent) for key, (label, do, urgent) in TASKS.items())


def unconfirmed(found: Measurement, ground: Ground, workspace: Workspace) -> tuple[Text, ...]:
    """Return everything unconfirmed that touches the figures, in words with its source."""
    keys = sorted({k for f in found.figures for k in f.unconfirmed})
    known = parameters(workspace.root / "parameters", ground.known)
    entries = {d.entry.key: d.entry for d in found.targets}
    if found.denominator is not None:
        entries[found.denominator.key] = found.denominator
    told = []
    for key in [*keys, *(k for k, e in sorted(entries.items()) if not e.is_sure and k not in keys)]:
        if key in known:
            held = ground.rules.values[key]
            told.append(f"{known[key].description}: {held.value} ({held.title})")
        elif key in entries:
            entry = entries[key]
            told.append(f"{entry.description}: {entry.reading} ({entry.document})")
        else:
            told.append(key)
    return tuple(Text(t, t) for t in dict.fromkeys(told))


def notes(found: Measurement, ground: Ground) -> tuple[Text, ...]:
    """Return how it was counted, and what is not known."""
    day = found.unknown
    told = [
        Text(
            "Satu orang dihitung satu kali, juga bila ia ada pada banyak daftar; peserta yang "
            "tidak ada pada daftar pekerja mana pun ikut terhitung.",
            "A person counts once, also if on many lists; participants on no worker list count "
            "too.",
        ),
        Text(
            "Aktif dihitung dari bulan: iuran yang dibayar, masa kepesertaan, atau status dari "
            "BPJS Ketenagakerjaan, bukan dari satu kolom pada daftar.",
            "Active is derived from months: contributions paid, enrolment spells or the insurer's "
            "status, never from a column of a list.",
        ),
        Text(
            "Garis bulanan memakai aturan hitung dan wilayah tanggal laporan untuk semua bulan.",
            "The monthly line uses the counting rules and the areas of the report's date for all "
            "months.",
        ),
        Text(
            "Batas bukan selang kepercayaan: yang bawah hanya memakai padanan yang pasti, yang "
            "atas memakai semua padanan dan pembayaran yang mungkin.",
            "Bounds are no confidence interval: the lower one uses certain links only, the upper "
            "one all possible links and payments.",
        ),
    ]
    if found.denominator is not None and found.has_participants:
        told.append(
            Text("“Tidak ada pada daftar mana pun” adalah selisih penyebut dan pekerja tercatat: "
                 "orang ganda yang belum terpadankan dan orang yang tidak lagi bekerja membuatnya "
                 "terlalu kecil. Perkiraannya ada pada Kelengkapan daftar.",
                 "“On no list at all” is the denominator less the listed workers: duplicates not "
                 "yet linked and people who no longer work make it too small. For estimates see "
                 "Completeness of the register.")
        )  # fmt: skip
    if day.jkm_open:
        n, en = spelling.count(day.jkm_open), spelling.count(day.jkm_open, "en")
        told.append(
            Text(f"Untuk {n} orang aktif belum dapat dipastikan apakah JKM-nya penuh.",
                 f"For {en} active persons it cannot be told whether their death cover is full.")
        )  # fmt: skip
    if day.active_elsewhere:
        n, en = spelling.count(day.active_elsewhere), spelling.count(day.active_elsewhere, "en")
        told.append(
            Text(f"{n} orang aktif pada data ini beralamat di luar kota dan tidak dihitung.",
                 f"{en} active persons in these data live elsewhere and are not counted.")
        )  # fmt: skip
    if day.not_carried:
        n, en = spelling.count(day.not_carried), spelling.count(day.not_carried, "en")
        told.append(
            Text(f"{n} orang memakai kode wilayah yang tidak dapat dipindahkan ke wilayah tanggal "
                 "ini (pemekaran).",
                 f"{en} persons carry a place code that cannot be carried to the areas of this day "
                 "(splits).")
        )  # fmt: skip
    if found.is_behind:
        told.append(
            Text("Ada berkas atau keputusan yang belum dihitung: jalankan cakup run.",
                 "Some files or decisions are not counted yet: run cakup run.")
        )  # fmt: skip
    return tuple(told)
