"""From measured coverage to what the report's page says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from cakup.coverage import counts, headline
from cakup.coverage.change import TERMS
from cakup.coverage.definitions import EVIDENCE_WORDS
from cakup.coverage.readings import Distance
from cakup.coverage.workforce import PARTS
from cakup.documents.report.model import (
    AreaLine,
    Breakdown,
    Companion,
    ListLine,
    Movement,
    MoveTerm,
    Parts,
    TargetLine,
)
from cakup.kernel.figures import Figure
from cakup.kernel.language import Text
from cakup.ledger.rules import Rules
from cakup.pipeline import report_rows
from cakup.pipeline.imports import Import, all_imports, in_force
from cakup.pipeline.ledger import counting_rules
from cakup.pipeline.measure import Measurement, scope_of
from cakup.pipeline.report_words import AXES, COMPANIONS, OTHERS, PAYERS, SEGMENTS, SEX
from cakup.pipeline.workspace import Workspace
from cakup.places.registry import Places

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine

LONGEST_TABLE = 14
#: Code of the row that holds the smaller groups together.
REST = "yang_lain"
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
    """Return the denominator in parts, None where they cannot add up."""
    held = found.division
    if held is None:
        return None
    named = ("covered", "to_visit", "unlisted")
    outside = tuple((PARTS[key], n) for key, n in held.named() if key not in named)
    return Parts(held.covered, held.to_visit, held.unlisted, outside)


def targets(found: Measurement) -> tuple[TargetLine, ...]:
    """Return the targets, shares first, then the readings of an increase."""
    ordered = sorted(found.targets, key=lambda d: (bool(d.reading), d.entry.since, d.entry.id))
    return tuple(_target(d) for d in ordered)


def _target(one: Distance) -> TargetLine:
    entry = one.entry
    if one.reading:
        label = one.reading_words
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


def breakdowns(
    engine: DuckEngine, found: Measurement, ground: Ground, places: Places
) -> tuple[Breakdown, ...]:
    """Return the tables by kecamatan, segment, payer, sector, age and sex."""
    if not found.has_participants:
        return ()
    tables = []
    for axis, title in AXES.items():
        figures = _groups(engine, found, ground, axis)
        if axis in counts.PART_AXES:
            # Parts of the numerator: a share of the denominator beside them would mislead.
            figures = tuple(replace(f, value=None, denominator=None) for f in figures)
            figures = tuple(f for f in figures if f.numerator)
        rows = [(_label(axis, f.by[axis], places), f) for f in figures]
        if axis in BY_SIZE:
            rows.sort(key=lambda r: (r[1].by[axis] in OTHERS, -_size(r[1]), r[1].by[axis]))
        note = _mostly_unknown(figures, axis)
        tables.append(Breakdown(axis, title, _shortened(rows, axis), note))
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


def _shortened(rows: list[tuple[Text, Figure]], axis: str) -> tuple[tuple[Text, Figure], ...]:
    """Return the first rows, and the smaller ones together as the last."""
    if len(rows) <= LONGEST_TABLE:
        return tuple(rows)
    shown, rest = rows[: LONGEST_TABLE - 1], rows[LONGEST_TABLE - 1 :]
    n = sum(f.numerator or 0 for _, f in rest)
    of = sum(f.denominator or 0 for _, f in rest) if rest[0][1].denominator is not None else None
    together = replace(
        rest[0][1], by={axis: REST}, numerator=n, denominator=of, value=n / of if of else None
    )
    label = Text(f"{len(rest)} kelompok lain", f"{len(rest)} other groups")
    return (*shown, (label, together))


def _label(axis: str, code: str, places: Places) -> Text:
    """Return the words of a code."""
    area = places.get(code) if axis == "kecamatan" else None
    if area is not None:
        return Text(area.nama, area.nama)
    known = {"segmen": SEGMENTS, "pembayar": PAYERS, "jenis_kelamin": SEX}.get(axis, {})
    if code in OTHERS:
        return OTHERS[code]
    if code in known:
        return known[code]
    words = code.replace("-", "–") if axis == "umur" else code.replace("_", " ")
    return Text(words[:1].upper() + words[1:], words[:1].upper() + words[1:])


def evidence(found: Measurement) -> tuple[tuple[Text, int], ...]:
    """Return on what the covered rest."""
    return tuple(
        (words, found.sums[name]) for name, words in EVIDENCE_WORDS.items() if found.sums[name]
    )
