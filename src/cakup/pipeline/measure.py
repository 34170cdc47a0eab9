"""Use case: the coverage figures of a day, with everything a reader needs to judge them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cakup.coverage import bounds as limits
from cakup.coverage import completeness, counts, headline
from cakup.coverage.change import Change
from cakup.coverage.list_share import ListShare, list_figure
from cakup.coverage.readings import Distance, distances
from cakup.coverage.register import NATION, Entry, Register, read_register
from cakup.coverage.workforce import Division, divided
from cakup.kernel.errors import UsageError
from cakup.kernel.figures import Figure, Source
from cakup.kernel.language import Lang
from cakup.kernel.months import add_months, first_day
from cakup.kernel.ports import SqlEngine
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import MONEY_KINDS, SEGMENTS
from cakup.pipeline.answer_words import reach
from cakup.pipeline.basis import REGIONS, Basis, prepare
from cakup.pipeline.change import explain
from cakup.pipeline.list_coverage import list_shares
from cakup.pipeline.places import area_name, area_names, workspace_places
from cakup.pipeline.workspace import Workspace

ASN = ("in", "out")


@dataclass(frozen=True)
class Request:
    """What to measure.

    Args:
        as_of: Day for which the figures hold.
        known: Only files, decisions and answers received by this day; None = all.
        region: ``ktp``, ``domisili`` or ``kerja``: which place of a person counts.
        segments: Segments that count as covered.
        asn: ``out`` leaves ASN, TNI and Polri out, ``in`` keeps those who are on a list.
        by: Axes of ``coverage.counts.AXES``; several make one table of all combinations.
        since: Also tell why the figure moved since this day.
        since_known: As known on this day; None = the earlier day as known today.
        denominator: Id of the denominator; None = the office's own, else the package's.
        lang: Language of the definitions.
    """

    as_of: date
    known: date | None = None
    region: str = "ktp"
    segments: tuple[str, ...] = counts.DEFAULT_SEGMENTS
    asn: str = "out"
    by: tuple[str, ...] = ()
    since: date | None = None
    since_known: date | None = None
    denominator: str | None = None
    lang: Lang = "id"


@dataclass(frozen=True)
class Unknown:
    """What is not known, in persons.

    Args:
        active_without_place: Active persons whose place is unknown under the region rule.
        workers_without_place: Known workers whose place is unknown.
        active_elsewhere: Active persons of another place.
        not_carried: Place codes that no place of the day answers to.
        jkm_open: Active persons whose full death cover cannot be told.
    """

    active_without_place: int
    workers_without_place: int
    active_elsewhere: int
    not_carried: int
    jkm_open: int


@dataclass(frozen=True)
class Measurement:
    """What was found.

    Args:
        place: Kemendagri code of the city.
        place_name: Its name.
        request: What was asked.
        known_on: Last day of receipt of the files used.
        figures: All figures, the effective coverage of the city first.
        targets: Distance to every target; empty where no coverage can be told.
        change: Why the figure moved, if asked for.
        bounds: Bounds of the effective count, None without participants.
        estimates: Estimates of the unlisted.
        sums: Sums of ``coverage.counts.SUMS`` for the city.
        unknown: What is not known.
        denominator: Denominator of the city, None if none is recorded.
        division: The denominator in parts that add up, None where it cannot be taken apart.
        has_participants: Whether any participant file answers.
        is_behind: Whether files or decisions wait to be linked.
        reach: How far the figures reach where only answers speak; empty with participant files.
        lists: Share of the persons on lists who are participants, all lists together first;
            empty where nothing can be told.
        names: Name of every area code that occurs in ``figures``.
        run_id: Manifest of the run.
    """

    place: str
    place_name: str
    request: Request
    known_on: date | None
    figures: tuple[Figure, ...]
    targets: tuple[Distance, ...]
    change: Change | None
    bounds: limits.Bounds | None
    estimates: tuple[completeness.Estimate, ...]
    sums: dict[str, int]
    unknown: Unknown
    denominator: Entry | None
    division: Division | None
    has_participants: bool
    is_behind: bool
    reach: str = ""
    lists: tuple[ListShare, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    run_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return ``figures`` and ``targets``; ``lists`` and ``change`` where there are any."""
        spoken: dict[str, Any] = {
            "figures": [f.as_json() for f in self.figures],
            "targets": [t.as_json() for t in self.targets],
        }
        if self.lists:
            spoken["lists"] = [asdict(one) for one in self.lists]
        if self.change is not None:
            spoken["change"] = self.change.as_json()
        return spoken


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Measurement:
    """Measure coverage on a day.

    Args:
        request: What to measure.
        workspace: Workspace with persons (``cakup link``) and a ledger (``cakup ledger``).
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice``, ``coverage.measure.…`` for a call that makes no sense.
        InputError: ``workspace.table_missing`` before the first link.
        RuleError: ``parameter.not_in_force`` for a day before the rules.
    """
    with workspace.computing() as engine:
        return measure_in(engine, workspace, request, progress)


def scope_of(request: Request, place: str) -> counts.Scope:
    """Return whom the figures of a request are about."""
    return counts.Scope(place, request.region, request.segments, request.asn)


def _check(request: Request) -> None:
    """Refuse unknown words and days in the wrong order."""
    _choose("--region", (request.region,), REGIONS)
    _choose("--segments", request.segments, SEGMENTS)
    _choose("--asn", (request.asn,), ASN)
    _choose("--by", request.by, counts.AXES)
    if not request.segments:
        raise UsageError("coverage.measure.no_segment")
    if request.since is not None and request.since >= request.as_of:
        raise UsageError("coverage.measure.since_after", since=request.since, as_of=request.as_of)
    if request.since_known is not None and request.since is None:
        raise UsageError("coverage.measure.since_missing")


def _choose(option: str, given: Sequence[str], choices: Sequence[str]) -> None:
    for one in given:
        if one not in choices:
            raise UsageError(
                "usage.bad_choice", option=option, given=one[:40], choices=", ".join(choices)
            )


def measure_in(
    engine: SqlEngine, workspace: Workspace, request: Request, progress: Progress = SILENT,
    axes: Sequence[str] = ("kecamatan",),
) -> Measurement:  # fmt: skip
    """Measure with an open engine; ``facts, status, people`` and all views stay readable in it.

    Earlier days come first, so that the tables end on the day asked. See ``run``.

    Args:
        engine: Engine.
        workspace: Workspace.
        request: What to measure.
        progress: Listener.
        axes: Axes that ``facts`` shall have beside those of the request.
    """
    _check(request)
    scope = scope_of(request, workspace.place)
    local = workspace.root / "parameters"
    held = _denominator(read_register("denominators", local, request.known), request, scope.place)
    targets = _targets_of(read_register("targets", local, request.known), request, scope.place)
    baseline_on = date(request.as_of.year - 1, 12, 31)
    baseline = 0
    if held is not None and any(t.kind == "kenaikan" for t in targets):
        baseline = _count_on(engine, workspace, request, baseline_on, progress)
    told = explain(engine, workspace, request, scope, progress) if request.since else None
    basis = prepare(engine, workspace, request.as_of, request.known, progress,
                    regions=(request.region,))  # fmt: skip
    progress.step("menghitung cakupan")
    make_facts(engine, scope, basis, axes=(*request.by, "kecamatan", *axes))
    setting = headline.Setting(
        scope, basis.as_of, basis.known_on, basis.rules, held, _sources(basis),
        basis.has_participants, request.lang, reach(engine, basis, request.lang),
    )  # fmt: skip
    sums = _sums(engine)
    bounds = _bounds(engine, scope, basis) if basis.has_participants else None
    # Answers say nothing of people on no list: nobody could ask about them.
    seen = _unlisted(engine, basis) if bounds and not basis.is_answers_only else ()
    places = workspace_places(workspace)
    lists = list_shares(engine, workspace.store(request.known), basis.imports)
    figures = (
        *_figures(engine, setting, request, sums, bounds, seen, local),
        *(list_figure(setting, one) for one in lists[:1]),
    )
    current = sums["n_active"]
    use_now = not baseline
    return Measurement(
        place=basis.place, place_name=area_name(places, basis.place), request=request,
        known_on=basis.known_on, figures=figures,
        targets=distances(
            targets, int(held.value), current, current if use_now else baseline,
            (request.as_of if use_now else baseline_on).isoformat(),
        ) if held is not None and bounds is not None else (),
        change=told.change(engine, sums["n_active"], held) if told and bounds else None,
        bounds=bounds, estimates=seen, sums=sums, unknown=_unknown(engine, basis, sums),
        denominator=held, division=divided(sums, held) if held and bounds else None,
        has_participants=basis.has_participants, is_behind=basis.is_behind,
        reach=setting.reach, lists=lists, names=area_names(places, _codes(figures)),
        run_id=_record(workspace, request, basis, figures),
    )  # fmt: skip


def make_facts(
    engine: SqlEngine, scope: counts.Scope, basis: Basis, suffix: str = "",
    axes: Sequence[str] = counts.AXES,
) -> None:  # fmt: skip
    """Make the temp table of facts of a basis.

    Args:
        engine: Engine in which the basis was prepared.
        scope: Whom the figures are about.
        basis: The basis.
        suffix: Suffix with which the basis was prepared; the table is ``facts`` with it.
        axes: Axes to work out.
    """
    sql = counts.facts_sql(scope, basis.rules, suffix, axes)
    engine.run(f"CREATE OR REPLACE TEMP TABLE facts{suffix} AS {sql}")


def _count_on(
    engine: SqlEngine, workspace: Workspace, request: Request, day: date, progress: Progress
) -> int:
    """Return the effective count of another day, as known now."""
    basis = prepare(
        engine,
        workspace,
        day,
        request.known,
        progress,
        suffix="_then",
        is_cover_only=True,
        regions=(request.region,),
    )
    make_facts(engine, scope_of(request, workspace.place), basis, "_then", ())
    counted = engine.value("SELECT count(*) FROM facts_then WHERE region = 'in' AND is_active")
    return int(counted)


def _sums(engine: SqlEngine) -> dict[str, int]:
    row = engine.frame(counts.sums_sql()).row(0, named=True)
    return {name: int(n) for name, n in row.items()}


def _bounds(engine: SqlEngine, scope: counts.Scope, basis: Basis) -> limits.Bounds:
    """Return the bounds; a payment covers until the lapse, so earlier ones cover nobody."""
    last = first_day(basis.as_of)
    first = add_months(last, -basis.rules.lapse_after_unpaid_months)
    return limits.bounds(engine, scope, first, last)


def _unlisted(engine: SqlEngine, basis: Basis) -> tuple[completeness.Estimate, ...]:
    """Return the estimates of the workers on no list."""
    stating = {
        i.list_key for i in basis.imports if i.kind in ("daftar_pekerja", "dtsen", "peserta")
    }
    return completeness.estimates(completeness.histories(engine, len(stating)))


def _figures(
    engine: SqlEngine, setting: headline.Setting, request: Request, sums: dict[str, int],
    bounds: limits.Bounds | None, seen: Sequence[completeness.Estimate], local: Path,
) -> tuple[Figure, ...]:  # fmt: skip
    """Return the figures of the city, of the groups asked for, and of the lists' completeness."""
    groups = engine.frame(counts.sums_sql(request.by)).to_dicts() if request.by else []
    if bounds is None:
        whole = (headline.listed_figure(setting, sums["n_workers"]),)
        return (*whole, *headline.listed_parts(setting, request.by, groups))
    register = read_register("denominators", local, request.known)
    areas = [
        (entry, group)
        for group in engine.frame(counts.sums_sql(("kecamatan",))).iter_rows(named=True)
        if (entry := register.default(group["kecamatan"], request.as_of)) is not None
    ]
    return (
        *headline.headline_figures(setting, sums, bounds),
        *headline.part_figures(setting, request.by, groups),
        *headline.completeness_figures(setting, sums, areas, seen),
    )


def _denominator(register: Register, request: Request, place: str) -> Entry | None:
    """Return the denominator asked for, else the place's own; it must be persons of this place."""
    if request.denominator is None:
        return register.default(place, request.as_of)
    entry = register.get(request.denominator, request.as_of)
    if entry.place != place:
        raise UsageError(
            "coverage.measure.other_place", id=entry.id, place=entry.place, expected=place
        )
    return entry


def _targets_of(register: Register, request: Request, place: str) -> list[Entry]:
    """Return the targets of the place that still count, and the nation's increases.

    A target counts for its year; a later one is shown ahead of time, an older one only as long as
    no younger one of the same id is in force.
    """
    ahead = [e for e in register.current() if e.place == place and e.since > request.as_of]
    own = [*register.at(place, request.as_of), *ahead]
    nation = [e for e in register.at(NATION, request.as_of) if e.kind == "kenaikan"]
    return [*sorted(own, key=lambda e: (e.since, e.id)), *nation]


def _unknown(engine: SqlEngine, basis: Basis, sums: dict[str, int]) -> Unknown:
    """Count what is not known."""
    row = engine.frame("""
        SELECT count(*) FILTER (region = 'unknown' AND is_active),
          count(*) FILTER (region = 'unknown' AND is_worker),
          count(*) FILTER (region = 'out' AND is_active) FROM facts""").row(0)
    active_lost, workers_lost, elsewhere = (int(n) for n in row)
    return Unknown(
        active_without_place=active_lost, workers_without_place=workers_lost,
        active_elsewhere=elsewhere, not_carried=sum(basis.not_carried.values()),
        jkm_open=sums["n_jkm_open"],
    )  # fmt: skip


def _sources(basis: Basis) -> tuple[Source, ...]:
    """Return the participant and payment files behind the numerator, one line per sender."""
    latest: dict[tuple[str, str], date] = {}
    for one in basis.imports:
        if one.kind in MONEY_KINDS:
            key = (str(one.facts.get("scope") or one.sender), one.kind)
            latest[key] = max(one.as_of, latest.get(key, one.as_of))
    words = {
        "peserta": "data peserta", "pembayaran": "data pembayaran",
        "padan_bpjs": "jawaban padan",
    }  # fmt: skip
    return tuple(
        Source(sender, f"{words[kind]} per {day.isoformat()}", day.year, "solid")
        for (sender, kind), day in sorted(latest.items())
    )


def _codes(figures: Sequence[Figure]) -> set[str]:
    """Return the areas that figures are broken down by."""
    return {f.by[a] for f in figures for a in ("kecamatan", "desa_kelurahan") if a in f.by}


def _record(workspace: Workspace, request: Request, basis: Basis, figures: Sequence[Figure]) -> str:
    """Write the manifest of the run."""
    spelled = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(request).items()}
    return workspace.record_run(
        "measure",
        spelled,
        purpose="mengukur cakupan",
        rows=len(figures),
        tables=basis.versions,
        inputs=[i.id for i in basis.imports],
    )
