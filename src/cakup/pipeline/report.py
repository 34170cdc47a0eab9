"""``cakup report``: one HTML file about the coverage of a day, without names and without NIK."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cakup.coverage import counts
from cakup.coverage.definitions import active_words
from cakup.documents.report.model import Report
from cakup.documents.report.page import page
from cakup.engines.files import make_folder, whole_file
from cakup.kernel.errors import InputError
from cakup.kernel.figures import Figure
from cakup.kernel.language import Lang, Text
from cakup.kernel.months import add_months, last_day
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import PARTICIPANT_KINDS
from cakup.pipeline import measure, report_notes, report_parts, report_public, report_rows
from cakup.pipeline.imports import all_imports, usable
from cakup.pipeline.places import city_places, workspace_boundaries
from cakup.pipeline.workspace import Workspace
from cakup.places.registry import Places
from cakup.places.tiles import layout

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine

PURPOSE = "laporan cakupan tanpa nama"
PUBLIC_PURPOSE = "laporan cakupan untuk umum, sel kecil disembunyikan"


@dataclass(frozen=True)
class Request:
    """Which report.

    Args:
        out: HTML file to write.
        as_of: Day for which it holds; None = the latest date of the participant data.
        is_public: Hide groups of 1–4 persons (parameter ``small_cell``) and what reveals them.
        region: ``ktp``, ``domisili`` or ``kerja``.
        segments: Segments that count as covered.
        asn: ``out`` or ``in``.
        since: Earlier day for "why did it move"; None = the same month a year before.
        known: Count only files, decisions and answers received by this day.
        denominator: Id of the denominator; None = the office's own, else the package's.
        lang: Language.
    """

    out: str
    as_of: date | None = None
    is_public: bool = False
    region: str = "ktp"
    segments: tuple[str, ...] = counts.DEFAULT_SEGMENTS
    asn: str = "out"
    since: date | None = None
    known: date | None = None
    denominator: str | None = None
    lang: Lang = "id"


@dataclass(frozen=True)
class Result:
    """What was written.

    Args:
        path: The file.
        as_of: Day.
        value: Share of the headline, None where no coverage can be told.
        numerator: Persons covered, None if hidden.
        denominator: Persons of the denominator, None if not recorded.
        n_hidden: Figures hidden for ``--public``.
        bytes: Size of the file.
    """

    path: str
    as_of: date
    value: float | None
    numerator: int | None
    denominator: int | None
    n_hidden: int
    bytes: int


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Write the report.

    Args:
        request: Which report.
        workspace: Workspace; only read, but the export is recorded in it.
        progress: Listener.

    Raises:
        InputError: ``report.no_date`` if no file states a date and none is given;
            ``workspace.table_missing`` before the first link.
        UsageError: ``usage.bad_choice`` for an unknown region, segment or ASN rule.
    """
    as_of = request.as_of or _newest(workspace, request.known)
    request = replace(request, as_of=as_of)
    published = _published(request, workspace, gather(request, workspace, progress))
    held = published.report
    progress.step(Text("Menulis laporan", "Writing the report")(request.lang))
    text = page(held, request.lang)
    out = Path(request.out)
    make_folder(out.parent)
    with whole_file(out) as temporary:
        temporary.write_text(text, encoding="utf-8")
    figure = held.headline
    result = Result(
        str(out), as_of, None if figure.suppressed else figure.value,
        None if figure.suppressed else figure.numerator, figure.denominator,
        report_public.n_hidden(held), len(text.encode()),
    )  # fmt: skip
    _record(workspace, request, result, published.hidden if request.is_public else None)
    return result


def _published(request: Request, workspace: Workspace, held: Report) -> report_public.Published:
    """Return the report as it may be shown."""
    if not request.is_public:
        return report_public.Published(held, frozenset())
    day = held.as_of.isoformat()
    return report_public.public(held, report_public.hidden_before(workspace, asdict(request), day))


def gather(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Report:
    """Return everything the page says.

    Args:
        request: Which report; ``as_of`` is set.
        workspace: Workspace.
        progress: Listener.
    """
    assert request.as_of is not None
    places = city_places(workspace, request.as_of)
    with workspace.engine() as engine:
        asked = _measure_request(request)
        found = measure.measure_in(engine, workspace, asked, progress, counts.AXES)
        ground = report_parts.Ground.of(workspace, request.as_of, request.known)
        progress.step(Text("Menghitung isi laporan", "Counting for the report")(request.lang))
        report = Report(
            place=found.place_name, kode=found.place, as_of=request.as_of,
            known_on=found.known_on, headline=_headline(found, request),
            base=report_parts.base(found), layout=layout(places, workspace.place),
            boundaries=workspace_boundaries(workspace),
            facts={"at_least": "ya"} if found.reach else {},
            companions=report_parts.companions(found), parts=report_parts.parts(found),
            targets=report_parts.targets(found),
            n_listed=found.sums["n_workers"], n_region_unknown=found.unknown.workers_without_place,
            movement=report_parts.movement(found),
            completeness=report_parts.completeness(found), estimates=found.estimates,
            lists=report_parts.lists(ground.imports), list_shares=found.lists,
            unconfirmed=report_notes.unconfirmed(found, ground, workspace),
            notes=report_notes.notes(found, ground, request.is_public),
            is_fictitious=report_rows.is_fictitious(engine), small_cell=ground.rules.small_cell,
            is_public=request.is_public,
        )  # fmt: skip
        return _from_engine(report, engine, found, ground, places, workspace)


def _headline(found: measure.Measurement, request: Request) -> Figure:
    """Return the headline; for the public its definition tells no small share of evidence."""
    figure = found.figures[0]
    if not request.is_public or not found.has_participants:
        return figure
    scope = measure.scope_of(found.request, found.place)
    words = active_words(scope, figure.as_of, {"n_active": 0}, request.lang)
    return replace(
        figure, numerator_definition="; ".join(part for part in (words, found.reach) if part)
    )


def _from_engine(
    report: Report, engine: DuckEngine, found: measure.Measurement, ground: report_parts.Ground,
    places: Places, workspace: Workspace,
) -> Report:  # fmt: skip
    """Add what needs the tables: groups, months, senders, what waits."""
    request = found.request
    report = replace(
        report,
        areas=report_parts.areas(engine, found, ground, places),
        breakdowns=report_parts.breakdowns(engine, found, ground, places),
        senders=report_rows.senders(engine, ground.imports, is_cover_known=found.has_participants),
        evidence=report_parts.evidence(found),
        n_area_unknown=report_rows.workers_without_kelurahan(engine),
        n_area_elsewhere=report_rows.workers_elsewhere(engine),
        tasks=report_notes.tasks(engine, found, ground, workspace),
    )
    if not found.has_participants:
        return report

    def narrow(sql: str, order: str) -> str:
        scope = (request.segments, found.place, request.region, request.as_of)
        return report_rows.narrowed(sql, *scope, order)

    ending = report_rows.ending(engine, narrow, request.as_of, ground.rules)
    return replace(
        report,
        trend=report_rows.trend(
            engine, narrow, request.as_of, ground.rules, found.sums["n_active"]
        ),
        ending_90_days=ending,
        tasks=(*report_notes.ending_task(ending), *report.tasks),
    )


def _measure_request(request: Request) -> measure.Request:
    assert request.as_of is not None
    return measure.Request(
        as_of=request.as_of, known=request.known, region=request.region,
        segments=request.segments, asn=request.asn, lang=request.lang,
        since=request.since or last_day(add_months(request.as_of, -12)),
        denominator=request.denominator,
    )  # fmt: skip


def _newest(workspace: Workspace, known: date | None) -> date:
    """Return the end of the month of the newest participant data, else of any list."""
    files = usable(all_imports(workspace, known))
    days = [i.as_of for i in files if i.kind in PARTICIPANT_KINDS] or [i.as_of for i in files]
    if not days:
        raise InputError("report.no_date")
    return max(days)


def _record(
    workspace: Workspace, request: Request, result: Result, hidden: frozenset[str] | None
) -> None:
    """Record the export; the report holds no persons, so the number of rows is that of figures.

    The groups that a publication hid are recorded: the next one must not show them.
    """
    spelled = {
        k: Path(v).name if k == "out" else v.isoformat() if isinstance(v, date) else v
        for k, v in asdict(request).items()
    }
    workspace.record_run(
        "report", spelled, purpose=PUBLIC_PURPOSE if request.is_public else PURPOSE,
        rows=1, bytes=result.bytes, as_of=result.as_of.isoformat(), hidden=result.n_hidden,
        **({} if hidden is None else {"hidden_groups": sorted(hidden)}),
    )  # fmt: skip


def report(
    workspace: Workspace, out: Path | str, *, as_of: date | None = None, is_public: bool = False,
    region: str = "ktp", since: date | None = None, known: date | None = None, lang: Lang = "id",
    progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Write the report of a day as one HTML file without names and without NIK.

    Args:
        workspace: Workspace, linked and with its ledger.
        out: HTML file to write.
        as_of: Day; None = date of the newest participant data.
        is_public: Hide small groups and what reveals them.
        region: ``ktp``, ``domisili`` or ``kerja``.
        since: Earlier day for "why did it move"; None = the same month a year before.
        known: Only files and decisions received by this day.
        lang: Language.
        progress: Listener.

    Raises:
        InputError: ``report.no_date`` in an empty workspace.
    """
    request = Request(
        out=str(out), as_of=as_of, is_public=is_public, region=region, since=since, known=known,
        lang=lang,
    )  # fmt: skip
    return run(request, workspace, progress)
