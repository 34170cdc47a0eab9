"""``cakup gap``: known workers without active cover, one workbook per kelurahan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cakup.coverage import counts
from cakup.coverage.register import read_register
from cakup.coverage.workforce import on_lists
from cakup.documents.gap_workbook import GapFacts, write_gap, write_index
from cakup.documents.visit_order import visit_sorted
from cakup.engines.duckdb import DuckEngine
from cakup.engines.files import make_folder, whole_file
from cakup.kernel import spelling
from cakup.kernel.cores import cores
from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.language import LANGS, Lang, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import PARTICIPANT_KINDS, PERSON_KINDS, RETURN_KINDS, SEGMENTS
from cakup.pipeline.basis import REGIONS, Basis, prepare
from cakup.pipeline.gap_rows import EXCLUDED, REASONS, GapScope, gap_sql
from cakup.pipeline.imports import Import
from cakup.pipeline.measure import make_facts
from cakup.pipeline.places import city_places, find_areas
from cakup.pipeline.workspace import Workspace
from cakup.places.registry import Area, Places

PURPOSE = "daftar kerja verifikasi dan pendaftaran pekerja"
UNKNOWN_AREA = Text("kelurahan belum diketahui", "kelurahan not known")
MOST_WRITERS = 4
_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Request:
    """Which work-lists to write.

    Args:
        as_of: Day for which cover is asked.
        out: ``NAME.xlsx`` (the overview; work-lists stand beside it as ``NAME-<kode>-<nama>.xlsx``)
            or a folder (then ``NAME`` is ``gap``).
        kelurahan: Codes or names of kelurahan or kecamatan; empty = all, with one list of those
            whose kelurahan is not known.
        combined: Write one workbook with everybody instead of one per kelurahan.
        region: ``ktp``, ``domisili`` or ``kerja``.
        segments: Segments that count as cover; empty = all.
        with_asn: List civil servants, military and police too.
        known: Count only files and decisions received by this day.
        purpose: Why the lists are made; stands in the record of exports.
        basis: On what ground they go out; ``recipient``: who gets them; both stand there too.
        lang: Language of the workbooks.
        wait_seconds: Seconds to wait for the workspace's lock.
    """

    as_of: date
    out: str
    kelurahan: tuple[str, ...] = ()
    combined: bool = False
    region: str = "ktp"
    segments: tuple[str, ...] = ()
    with_asn: bool = False
    known: date | None = None
    purpose: str = PURPOSE
    basis: str = ""
    recipient: str = ""
    lang: Lang = "id"
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class GapFile:
    """One workbook: path, code and name of its area (None = not known), persons."""

    path: str
    kode: str | None
    nama: str
    persons: int


@dataclass(frozen=True)
class Result:
    """What was written.

    Args:
        as_of: Day.
        persons: Persons on the work-lists.
        reasons: Persons by reason.
        excluded: Known workers without cover who are on no work-list, by why.
        files: Workbooks with people.
        index: Workbook without people, None if ``combined``.
        unlisted: Persons of the denominator on no list at all, None if not known.
        searched: Participant data searched, in words.
        not_carried: Persons whose place code could not be carried to the day.
        without_place: Persons on the lists of whom no list says in which city they live; the
            figures of the city leave them out.
    """

    as_of: date
    persons: int
    reasons: dict[str, int]
    excluded: dict[str, int]
    files: tuple[GapFile, ...]
    index: str | None
    unlisted: int | None
    searched: Text
    not_carried: int
    without_place: int


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Write the work-lists of known workers without active cover.

    Args:
        request: Which lists.
        workspace: Workspace; only read, but the export is recorded in it.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice`` for an unknown region or segment.
        InputError: ``gap.no_participants`` if no participant data answer for the day;
            ``places.unknown_area`` for a kelurahan that is not known.
    """
    _check(request)
    places = city_places(workspace, request.as_of)
    wanted = find_areas(places, workspace.place, request.kelurahan)
    with workspace.engine() as engine:
        basis = prepare(
            engine, workspace, request.as_of, request.known, progress, regions=(request.region,)
        )
        if not basis.has_participants:
            raise InputError("gap.no_participants", day=request.as_of.isoformat())
        progress.step(Text("Menyusun daftar kerja", "Making the work-lists")(request.lang))
        rows = uncovered(engine, basis, request)
        facts = _facts(engine, workspace, basis, places, request)
    if wanted:
        rows = rows.filter(pl.col("kode").is_in([a.kode for a in wanted]))
    excluded = dict(
        rows.drop_nulls("excluded").group_by("excluded").len().sort("excluded").iter_rows()
    )
    listed = visit_sorted(rows.filter(pl.col("excluded").is_null()).drop("excluded"))
    lists = _lists(places, workspace.place, listed, wanted, request)
    files = _write(request, lists, facts, progress)
    index = None if request.combined else _write_index(request, files, lists, places, facts)
    result = _result(request, listed, excluded, files, index, facts, basis)
    _record(workspace, request, result, basis)
    return result


def _check(request: Request) -> None:
    """Refuse choices that are not on the lists."""
    if request.region not in REGIONS:
        raise UsageError(
            "usage.bad_choice", option="--region", given=request.region[:20],
            choices=", ".join(REGIONS),
        )  # fmt: skip
    for segment in request.segments:
        if segment not in SEGMENTS:
            raise UsageError(
                "usage.bad_choice", option="--segments", given=segment[:20],
                choices=", ".join(SEGMENTS),
            )  # fmt: skip


def uncovered(engine: DuckEngine, basis: Basis, request: Request) -> pl.DataFrame:
    """Return known workers without active cover, the excluded ones marked.

    Args:
        engine: Engine in which the basis was prepared.
        basis: The basis.
        request: Region rule, segments, and whether civil servants are kept.

    Returns:
        Columns of ``gap_rows.gap_sql``; holds names and NIKs.
    """
    files = [i for i in basis.imports if i.kind in (*PERSON_KINDS, *RETURN_KINDS)]
    latest_first = sorted(files, key=lambda i: (i.as_of, i.received_on, i.id), reverse=True)
    schema = {"import_id": pl.String, "back": pl.Int32}
    held = [(i.id, n) for n, i in enumerate(latest_first)]
    engine.register("gap_files", pl.DataFrame(held, schema=schema, orient="row"))
    scope = GapScope(
        basis.place, request.region, request.segments or None, request.with_asn,
        basis.rules.over_age_from_years, basis.as_of,
        any(i.kind == "peserta" for i in basis.imports),
    )  # fmt: skip
    return engine.frame(gap_sql(scope))


def _facts(
    engine: DuckEngine, workspace: Workspace, basis: Basis, places: Places, request: Request
) -> GapFacts:
    """Return what every list says beside its rows."""
    city = places.get(basis.place)
    assert city is not None
    unlisted, denominator = _unlisted(engine, workspace, basis, request)
    return GapFacts(
        place=city.nama, as_of=request.as_of,
        participants=searched(basis.imports),
        unlisted=unlisted, denominator=denominator,
    )  # fmt: skip


def _unlisted(
    engine: DuckEngine, workspace: Workspace, basis: Basis, request: Request
) -> tuple[int | None, Text | None]:
    """Return how many of the denominator are on no list, as in ``measure`` and ``report``."""
    local = workspace.root / "parameters"
    held = read_register("denominators", local, request.known).default(basis.place, basis.as_of)
    if held is None:
        return None, None
    scope = counts.Scope(basis.place, request.region, asn="in" if request.with_asn else "out")
    make_facts(engine, scope, basis, axes=())
    sums = engine.frame(counts.sums_sql()).row(0, named=True)
    rest = int(held.value) - on_lists(sums, held)
    words = Text(*(f"{spelling.count(int(held.value), lang)} ({held.kind_words(lang)})"
                   for lang in LANGS))  # fmt: skip
    return (rest, words) if rest >= 0 else (None, None)


def searched(imports: Sequence[Import]) -> Text:
    """Return which participant data were searched: scope and date of each file and answer.

    Args:
        imports: Files that answer for a day.
    """
    participants = [i for i in imports if i.kind in PARTICIPANT_KINDS]

    def spoken(lang: Lang) -> str:
        told = {
            (str(i.facts.get("scope") or i.sender), spelling.day(i.as_of, lang))
            for i in participants
        }
        per = Text("per", "of")(lang)
        return "; ".join(f"{scope} {per} {day}" for scope, day in sorted(told))

    return Text(f"data peserta {spoken('id')}", f"the participant data {spoken('en')}")


@dataclass(frozen=True)
class _List:
    """One work-list before it is written."""

    kode: str | None
    nama: str
    frame: pl.DataFrame


def _lists(
    places: Places, kota: str, listed: pl.DataFrame, wanted: tuple[Area, ...], request: Request
) -> list[_List]:
    """Return one list per kelurahan (empty ones too, so that no older file stays), or one."""
    if request.combined:
        city = places.get(kota)
        assert city is not None
        return [_List(kota, city.nama, listed)]
    parts = {key[0]: part for key, part in listed.partition_by("kode", as_dict=True).items()}
    none = listed.clear()
    areas = wanted or places.within(kota, "desa_kelurahan")
    held = [_List(a.kode, a.nama, parts.pop(a.kode, none)) for a in areas]
    if not wanted:
        held.append(_List(None, UNKNOWN_AREA(request.lang), _rest(list(parts.values()), none)))
    return held


def _rest(parts: list[pl.DataFrame], none: pl.DataFrame) -> pl.DataFrame:
    """Return everybody whose kelurahan is not known or no area of the day."""
    return visit_sorted(pl.concat([none, *parts]))


def _write(
    request: Request, lists: list[_List], facts: GapFacts, progress: Progress
) -> list[GapFile]:
    """Write the workbooks one by one; each appears whole or not at all."""
    out = _out(request)
    make_folder(out.parent)
    what = Text("Menulis daftar kerja", "Writing work-lists")(request.lang)

    def write(one: _List) -> GapFile:
        path = out if request.combined else out.with_name(f"{out.stem}-{_slug(one)}.xlsx")
        with whole_file(path) as temporary:
            write_gap(temporary, one.frame, one.nama, facts, REASONS, request.lang)
        return GapFile(str(path), one.kode, one.nama, one.frame.height)

    files = []
    # Most of the work, compressing and joining texts, runs outside Python's lock.
    with ThreadPoolExecutor(min(MOST_WRITERS, cores())) as writers:
        for n, file in enumerate(writers.map(write, lists)):
            progress.step(what, n + 1, len(lists))
            files.append(file)
    return files


def _out(request: Request) -> Path:
    """Return the path of the overview, or of the only workbook."""
    given = Path(request.out)
    return given if given.suffix.lower() == ".xlsx" else given / "gap.xlsx"


def _slug(one: _List) -> str:
    """Return the part of a file name that says which area it is."""
    name = _UNSAFE.sub("-", one.nama.lower()).strip("-")
    return f"{one.kode}-{name}" if one.kode else name


def _write_index(
    request: Request, files: list[GapFile], lists: list[_List], places: Places, facts: GapFacts
) -> str:
    """Write the overview without names."""
    rows = []
    for file, one in zip(files, lists, strict=True):
        counted: dict[str, int] = dict(one.frame.group_by("alasan").len().iter_rows())
        rows.append(
            {
                "kode": one.kode, "nama": one.nama, "kecamatan": _kecamatan(places, one.kode),
                "orang": one.frame.height, "berkas": Path(file.path).name,
                **{reason: counted.get(reason, 0) for reason in REASONS},
            }
        )  # fmt: skip
    path = _out(request)
    with whole_file(path) as temporary:
        write_index(temporary, pl.DataFrame(rows), facts, REASONS, request.lang)
    return str(path)


def _kecamatan(places: Places, kode: str | None) -> str | None:
    parent = places.get(kode.rpartition(".")[0]) if kode else None
    return parent.nama if parent else None


def _result(
    request: Request, listed: pl.DataFrame, excluded: dict[str, int], files: list[GapFile],
    index: str | None, facts: GapFacts, basis: Basis,
) -> Result:  # fmt: skip
    counted: dict[str, int] = dict(listed.group_by("alasan").len().iter_rows())
    return Result(
        as_of=request.as_of, persons=listed.height,
        reasons={r: counted[r] for r in REASONS if r in counted},
        excluded={e: excluded[e] for e in EXCLUDED if e in excluded},
        files=tuple(files), index=index, unlisted=facts.unlisted, searched=facts.participants,
        not_carried=sum(basis.not_carried.values()),
        without_place=listed.get_column("kode_seen").null_count(),
    )  # fmt: skip


def _record(workspace: Workspace, request: Request, result: Result, basis: Basis) -> None:
    """Record the export: purpose, rows, files, versions of the tables; never a name."""
    workspace.record_run(
        "gap", dict(_plain(asdict(request))), purpose=request.purpose, rows=result.persons,
        basis=request.basis, recipient=request.recipient,
        files={Path(f.path).name: f.persons for f in result.files}, tables=basis.versions,
    )  # fmt: skip


def _plain(request: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the request's fields as JSON values; the folder of the files stays out."""
    for key, value in request.items():
        if key == "out":
            yield key, Path(value).name
        else:
            yield key, value.isoformat() if isinstance(value, date) else value


def gap(
    workspace: Workspace, out: Path | str, *, as_of: date, kelurahan: Sequence[str] = (),
    combined: bool = False, region: str = "ktp", segments: Sequence[str] = (),
    known: date | None = None, purpose: str = PURPOSE, lang: Lang = "id",
    progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Write the work-lists of known workers without active cover, one workbook per kelurahan.

    Args:
        workspace: Workspace, linked and with its ledger.
        out: ``gap.xlsx`` or a folder; see ``Request``.
        as_of: Day for which cover is asked.
        kelurahan: Codes or names; empty = all.
        combined: One workbook for the whole city.
        region: ``ktp``, ``domisili`` or ``kerja``.
        segments: Segments that count as cover; empty = all.
        known: Only files and decisions received by this day.
        purpose: Why the lists are made; stands in the record of exports.
        basis: On what ground they go out; ``recipient``: who gets them; both stand there too.
        lang: Language of the workbooks.
        progress: Listener.

    Raises:
        InputError: ``gap.no_participants`` without participant data.
    """
    request = Request(
        as_of=as_of, out=str(out), kelurahan=tuple(kelurahan), combined=combined, region=region,
        segments=tuple(segments), known=known, purpose=purpose, lang=lang,
    )  # fmt: skip
    return run(request, workspace, progress)
