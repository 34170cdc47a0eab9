"""``cakup link``: from the rows of all lists to persons, and from persons to participants."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.kernel.cores import half
from cakup.kernel.errors import EngineError, InputError
from cakup.kernel.list_schemas import LIST_NOISE
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import (
    LINKS,
    MEMBERSHIPS,
    PERSON_CHANGES,
    PERSON_IDS,
    PERSON_KINDS,
    PERSONS,
    RETURN_KINDS,
    REVIEW,
)
from cakup.kernel.tables import Table
from cakup.pipeline import decisions, kept_linkage, link_again, link_update, review_quality
from cakup.pipeline.answers import attach
from cakup.pipeline.best_values import make_persons
from cakup.pipeline.fingerprints import mark_records
from cakup.pipeline.imports import Import, all_imports, usable, view_rows
from cakup.pipeline.judgements import Judged, judge
from cakup.pipeline.link_at_once import Linkage, Resolver, at_once, elsewhere, resolving
from cakup.pipeline.link_changes import NO_CHANGES, Changes, find_changes
from cakup.pipeline.link_counts import STATES, count
from cakup.pipeline.link_lines import make_line_pairs
from cakup.pipeline.link_scope import added, note_linked, note_scope, take_over, take_over_ids
from cakup.pipeline.link_tables import Made, links_sql, members_sql, write, write_first
from cakup.pipeline.link_update import Way
from cakup.pipeline.link_work import Work
from cakup.pipeline.list_noise import ListNoise, list_noise
from cakup.pipeline.person_ids import Assigned, assign
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine
    from cakup.engines.store import Store
    from cakup.pipeline.decisions import Decision
    from cakup.pipeline.kept_linkage import Held

PURPOSE = "menyusun orang dari semua daftar dan memadankannya dengan peserta"


@dataclass(frozen=True)
class Request:
    """What to link.

    Args:
        known: Only files and decisions received by this day; None = all. The result then stands
            beside the current one, so that an old report can be repeated.
        wait_seconds: How long to wait for another writer.
        partitions: Into how many partitions the rows are divided, 0 = not at all, None = as their
            number needs; the result does not depend on how many there are.
        update: Whether to link only what is new and whom it touches, where that is sound. The
            result then depends on what was linked before, not on the files alone.
    """

    known: date | None = None
    wait_seconds: float = 0.0
    partitions: int | None = None
    update: bool = False


@dataclass(frozen=True)
class Result:
    """What was made.

    Args:
        run_id: Manifest of the run.
        records: Rows by kind of file.
        persons: Persons, participants on no list included.
        known_workers: Persons of whom some file says that they work.
        listed: Persons on at least one list of workers (``daftar_pekerja``).
        participants: Persons in the participant data.
        linked_participants: Participants who are on a list (``daftar_pekerja`` or ``dtsen``) too.
        review_pairs: Pairs that need a decision of people.
        answers: Answers that came back (cross-check, field check).
        answers_orphaned: Those of them whose person is on no list any more.
        cluster_sizes: Number of persons by number of rows; ``6+`` for all larger ones.
        noise: How often each list errs; empty in partitions.
        ids: What became of the ids.
        changes: What changed since the run before, None if there was none.
        work: How linkage was done.
        decisions: Number of decisions by state.
        is_changed: Whether any table differs from the run before.
        tables: Version of every table written.
    """

    run_id: str
    records: dict[str, int]
    persons: int
    known_workers: int
    listed: int
    participants: int
    linked_participants: int
    review_pairs: int
    answers: int
    answers_orphaned: int
    cluster_sizes: dict[str, int]
    noise: tuple[ListNoise, ...]
    ids: Assigned
    changes: Changes | None
    work: Work
    decisions: dict[str, int]
    is_changed: bool
    tables: dict[str, str] = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return asdict(self)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Make persons, memberships, links and review from all usable imports.

    Args:
        request: What to link.
        workspace: Workspace.
        progress: Listener.

    Returns:
        Counts for the screen; the tables are current in the workspace.

    Raises:
        InputError: ``link.nothing`` if no list was imported; ``workspace.damaged``,
            ``decisions.broken_chain`` and ``decisions.shortened`` if the workspace is not intact.
        ConflictError: ``workspace.busy``.
    """
    with (
        workspace.writing("link", request.wait_seconds),
        workspace.engine(threads=half()) as engine,
        ExitStack() as stack,
    ):
        store = workspace.store(request.known)
        imports = _imports(workspace, store, request.known)
        # Answers never make a person: they are put on those who were asked about, afterwards.
        lists = [i for i in imports if i.kind in PERSON_KINDS]
        log = decisions.read(workspace, request.known)
        if request.update and request.known is None:
            last = link_again.same_as_last(workspace, store, imports)
            if last is not None:
                return _as_before(request, workspace, engine, store, lists, last)
        view_rows(engine, workspace, lists)
        line = review_quality.drawn(log).coefficients
        held, why = kept_linkage.held(
            store, lists, line, is_now=request.known is None, is_wanted=request.update
        )
        mark_records(engine, workspace, lists, progress, held.marks if held else ())
        _view_before(engine, workspace)
        judged = judge(engine, log)
        way = _link_rows(request, workspace, engine, stack, imports, judged, line, held, why,
                         progress)  # fmt: skip
        before = store.versions
        assigned, changes, made = _make(engine, workspace, store, imports, log, way, progress)
        progress.step("menulis tabel")
        rows = write(engine, store, made)
        if request.known is None and request.update:
            way.keep(store, engine, imports)
        elif request.known is None:
            store.forget(*kept_linkage.TABLES)  # they tell of tables that are no longer there
        facts = count(engine, rows[REVIEW.name])
        facts["decisions"] = {state: judged.count(state) for state in STATES}
        noise = list_noise(engine, lists)
        tables = {name: version for name, version in store.commit().items() if name in rows}
        run_id = workspace.record_run(
            "link", _spell(request), purpose=PURPOSE, rows=rows, tables=tables,
            inputs=[i.id for i in imports], sequence=assigned.run_id, line=way.line,
            last_decision=decisions.last(workspace, request.known), work=asdict(way.work),
            changes=asdict(changes) if changes else None, told=facts,
        )  # fmt: skip
        if request.known is None:
            store.prune(*kept_linkage.TABLES)
    return Result(
        run_id=run_id,
        **facts,
        noise=noise,
        ids=assigned,
        changes=changes,
        work=way.work,
        is_changed=any(before.get(name) != version for name, version in tables.items()),
        tables=tables,
    )


def _as_before(
    request: Request, workspace: Workspace, engine: DuckEngine, store: Store, lists: list[Import],
    last: dict[str, Any],
) -> Result:  # fmt: skip
    """Leave the tables as they are: a run would write the same."""
    engine.view("made_list_noise", store.path(LIST_NOISE.name))
    work, told, tables = Work(True, "", 0, 0, 0), last["told"], last["tables"]
    same = {name: last[name] for name in ("rows", "tables", "inputs", "line", "last_decision")}
    run_id = workspace.record_run(
        "link", _spell(request), purpose=PURPOSE, **same, sequence=None, work=asdict(work),
        changes=asdict(NO_CHANGES), told=told,
    )  # fmt: skip
    noise, ids = list_noise(engine, lists), Assigned(None, 0, 0, 0)
    return Result(run_id, **told, noise=noise, ids=ids, changes=NO_CHANGES, work=work,
                  is_changed=False, tables=tables)  # fmt: skip


def _spell(request: Request) -> dict[str, Any]:
    """Return the request as it stands in the manifest."""
    return {**asdict(request), "known": request.known.isoformat() if request.known else None}


def _imports(workspace: Workspace, store: Store, known: date | None) -> list[Import]:
    """Return the imports to link; none is an error unless there were some before."""
    kinds = (*PERSON_KINDS, *RETURN_KINDS)
    found = [i for i in usable(all_imports(workspace, known)) if i.kind in kinds]
    if not found and not store.has("persons"):
        raise InputError("link.nothing")
    return found


def _view_before(engine: DuckEngine, workspace: Workspace) -> None:
    """Make the ids of the last run readable; one that looks back uses those of today too."""
    current = workspace.store()
    for name, table in (
        ("before_members", MEMBERSHIPS),
        ("before_ids", PERSON_IDS),
        ("before_changes", PERSON_CHANGES),
    ):
        if current.has(table.name):
            engine.view(name, current.path(table.name))
        else:
            _empty(engine, name, table)


def _empty(engine: DuckEngine, name: str, table: Table) -> None:
    columns = ", ".join(f"{c.name} {c.type}" for c in table.columns)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")


def _link_rows(
    request: Request, workspace: Workspace, engine: DuckEngine, stack: ExitStack,
    imports: list[Import], judged: Judged, line: tuple[float, float], held: Held | None, why: str,
    progress: Progress,
) -> Way:  # fmt: skip
    """Make ``r_clusters``, ``r_links`` and ``r_review``, of what is new if that will do."""
    lists = [i for i in imports if i.kind in PERSON_KINDS]
    engine.register("decisions_pairs", judged.pairs)
    engine.register("decisions_set_aside", judged.states.filter(state="contradicting"))
    engine.register("decisions_states", judged.states)
    rows = int(engine.value("SELECT count(*) FROM record_marks"))
    parts = import_module("cakup.pipeline.link_partitions")
    division = parts.DIVIDE(request.partitions, rows)
    tasks = stack.enter_context(workspace.tasks())
    if held is not None and (division is not None or tasks is not None):
        held, why = None, "parts"
    if held is not None:
        way = link_update.go_on(engine, workspace.store(), held, lists, progress)
        if isinstance(way, Way):
            _check_all_are_there(engine)
            return way
        why = way
    link_update.give_line(engine, line)
    make_line_pairs(engine, lists)
    found: AbstractContextManager[Linkage]
    if division is not None:
        engine.use_all_cores()
        found = parts.parted(workspace.root, division, imports, tasks=tasks)
    elif tasks is not None:
        found = elsewhere(workspace, tasks, lists, request.known)
    else:
        found = nullcontext(at_once(_linkage(), lists))
    asked = stack.enter_context(found)(engine, progress)
    _check_all_are_there(engine)
    return Way(Work(False, why, 0, 0, rows), line, asked)


def _check_all_are_there(engine: DuckEngine) -> None:
    """See that every record is in one cluster; row by row only if the sums of hashes differ."""
    sums = "SELECT count(*) AS n, sum(hash(record_id)) AS hashes FROM"
    if engine.value(f"SELECT a = b FROM ({sums} records) a, ({sums} r_clusters) b"):
        return
    lost = engine.value("""
        SELECT (SELECT count(*) FROM records) - (SELECT count(DISTINCT c.record_id)
                FROM r_clusters c JOIN records r ON r.record_id = c.record_id)
             + (SELECT count(*) - count(DISTINCT record_id) FROM r_clusters)""")
    if lost:
        raise EngineError("link.lost_records", rows=int(lost))


def _make(
    engine: DuckEngine, workspace: Workspace, store: Store, imports: list[Import],
    log: Sequence[Decision], way: Way, progress: Progress,
) -> tuple[Assigned, Changes | None, dict[Table, Made]]:  # fmt: skip
    """Give persons their ids, answers and values; only those concerned if only some were linked.

    Returns:
        Ids, what changed, and the tables that are written already or whose rows are at hand.
    """
    progress.step("tanda orang")
    is_update = way.updated is not None
    made: dict[Table, Made] = {}
    if is_update:
        note_scope(engine)
    assigned = assign(engine, workspace.key, "scope_clusters" if is_update else "r_clusters")
    if is_update:
        take_over_ids(engine)
    attach(engine, workspace, imports, log)
    scope = "scope_persons" if is_update and way.has_same_returns(imports) else None
    if scope:
        members = take_over(engine, store, MEMBERSHIPS, members_sql(scope))
        linked = note_linked(engine)
        made[LINKS] = take_over(engine, store, LINKS, links_sql(linked), linked)
        ids = pl.read_parquet(store.path(PERSON_IDS.name))
        made[PERSON_IDS] = added(engine, ids, PERSON_IDS, "FROM new_ids")
    made[MEMBERSHIPS] = write_first(engine, store, MEMBERSHIPS, members if scope else members_sql())
    changes = find_changes(engine, assigned, imports, scope)
    progress.step("data terbaik tiap orang")
    make_persons(engine, imports, scope or "cluster_persons")
    if scope:
        persons = take_over(engine, store, PERSONS, "FROM made_persons")
        engine.drop("made_persons")
        made[PERSONS] = write_first(engine, store, PERSONS, persons)
    return assigned, changes, made


def _linkage() -> Resolver:
    return resolving()


def link(
    workspace: Workspace, *, known: date | None = None, partitions: int | None = None,
    update: bool = False, progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Make persons from all lists of a workspace and link them to participants.

    Args:
        workspace: Workspace.
        known: Only files and decisions received by this day; None = all.
        partitions: See ``Request``.
        update: See ``Request``.
        progress: Listener.

    Raises:
        InputError: ``link.nothing`` if no list was imported.
        ConflictError: ``workspace.busy``.
        EngineError: ``link.partition_failed``; finished partitions are kept for the next run.
    """
    return run(Request(known, 0.0, partitions, update), workspace, progress)
