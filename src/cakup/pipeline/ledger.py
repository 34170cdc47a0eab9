"""Use case: build the ledger (*buku kepesertaan*) from linked participants and payments."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from cakup.engines.store import Store
from cakup.kernel.errors import InputError
from cakup.kernel.months import add_months, first_day
from cakup.kernel.ports import SqlEngine
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import (
    ENROLMENTS,
    LEDGER,
    MONEY_KINDS,
    PARTICIPANT_KINDS,
    PAYMENT_ORPHANS,
)
from cakup.ledger import build, findings, payments
from cakup.ledger.rules import Rules, rule_periods, rules_at
from cakup.ledger.snapshots import Snapshot, Window, windows
from cakup.pipeline import decisions, imports
from cakup.pipeline.answers import view_answers
from cakup.pipeline.imports import Import
from cakup.pipeline.workspace import Workspace

#: Tables that ``status_sql`` and the other derivations read.
BASIS = ("ledger", "enrolments", "persons")


@dataclass(frozen=True)
class Request:
    """What to build.

    Args:
        known: Use only files, decisions and local answers received by this day.
        as_of: Day for the findings (over-age, deaths, …); None = date of the newest data.
        wait_seconds: How long to wait for another writer.
    """

    known: date | None = None
    as_of: date | None = None
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Part:
    """Rows, persons and person-months of one part of the ledger.

    Args:
        rows: Rows of the ledger.
        persons: Persons with at least one of them.
        person_months: Different pairs of person and month.
    """

    rows: int
    persons: int
    person_months: int


@dataclass(frozen=True)
class Result:
    """What was built and what someone must look at.

    Args:
        run_id: The run's id.
        as_of: Day of the findings, None without any data.
        known: As asked for.
        total: The whole ledger.
        first_month: First month of the ledger.
        last_month: Last month of the ledger; later ones are prepaid.
        by_segment: Parts by segment; a person in two segments is in both.
        by_payer: Parts by payer.
        by_evidence: Parts by evidence.
        payments: Lines read; joined by each key; orphans by reason; counted once although they
            came twice; months taken back.
        findings: Persons and months of each list, and of arrears.
        unconfirmed: Keys of the rules that touch the findings and are not sure.
        tables: Table → version written.
    """

    run_id: str
    as_of: date | None
    known: date | None
    total: Part
    first_month: date | None
    last_month: date | None
    by_segment: dict[str, Part] = field(default_factory=dict)
    by_payer: dict[str, Part] = field(default_factory=dict)
    by_evidence: dict[str, Part] = field(default_factory=dict)
    payments: dict[str, Any] = field(default_factory=dict)
    findings: dict[str, Any] = field(default_factory=dict)
    unconfirmed: tuple[str, ...] = ()
    tables: dict[str, str] = field(default_factory=dict)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Build the tables ``ledger``, ``enrolments`` and ``payment_orphans``.

    Args:
        request: What to build.
        workspace: The workspace; its persons must be linked (``cakup link``).
        progress: Listener.

    Raises:
        InputError: ``workspace.table_missing`` without links; ``ledger.links_behind`` if the links
            do not cover the participant files in use.
    """
    with workspace.writing("ledger", request.wait_seconds), workspace.computing() as engine:
        store = workspace.store(request.known)
        used = used_files(workspace, request.known)
        view_sources(engine, workspace, store, used)
        lines = _build(engine, store, used, progress)
        as_of = request.as_of or _newest(used)
        store.view(engine, "ledger", "enrolments", verb="ledger")
        progress.step("memeriksa temuan")
        rules = rules_at(as_of, workspace.root / "parameters", request.known) if as_of else None
        facts = {
            **_parts(engine),
            "payments": lines,
            "findings": _findings(engine, workspace, request, rules, used) if rules else {},
            "unconfirmed": rules.marks("active", "jkm", "over_age") if rules else (),
            "tables": store.commit(),
        }
        run_id = workspace.record_run(
            "ledger", _spell(request),
            purpose="buku kepesertaan", imports=[i.id for i in used], rows=facts["total"].rows,
            payments=lines, tables=facts["tables"],
            last_decision=decisions.last(workspace, request.known),
        )  # fmt: skip
    return Result(run_id=run_id, as_of=as_of, known=request.known, **facts)


def build_ledger(
    workspace: Workspace, *, known: date | None = None, as_of: date | None = None,
    progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Build the ledger of a workspace: person × month × programme × enrolment × payer.

    Args:
        workspace: The workspace; its persons must be linked (``cakup link``).
        known: Use only files, decisions and local answers received by this day.
        as_of: Day for the findings; None = date of the newest data.
        progress: Listener.

    Raises:
        InputError: ``workspace.table_missing``; ``ledger.links_behind``.

    Example:
        >>> cakup.build_ledger(cakup.Workspace.find()).total.person_months  # doctest: +SKIP
        1093482
    """
    return run(Request(known=known, as_of=as_of), workspace, progress)


def _spell(request: Request) -> dict[str, Any]:
    """Return the request as it stands in the manifest."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(request).items()}


def view_basis(engine: SqlEngine, store: Store) -> None:
    """Make the tables readable from which ``status_sql`` derives: ledger, enrolments, persons."""
    store.view(engine, "persons")
    store.view(engine, "ledger", "enrolments", verb="ledger")


def counting_rules(workspace: Workspace, day: date, known: date | None = None) -> Rules:
    """Return the counting rules in force on a day in this workspace.

    Args:
        workspace: The workspace; its own answers stand in ``parameters/counting/``.
        day: The day for which is counted.
        known: Leave out local answers confirmed after this day.
    """
    return rules_at(day, workspace.root / "parameters", known)


def used_files(workspace: Workspace, known: date | None) -> list[Import]:
    """Return the participant and payment files that were not withdrawn."""
    found = imports.usable(imports.all_imports(workspace, known))
    return [i for i in found if i.kind in MONEY_KINDS]


def _newest(used: list[Import], kind: str | None = None) -> date | None:
    """Return the newest date of data, None without a file."""
    return max((i.as_of for i in used if kind in (None, i.kind)), default=None)


def view_sources(
    engine: SqlEngine, workspace: Workspace, store: Store, used: list[Import]
) -> list[Window]:
    """Make the inputs readable and hold the links against the files in use.

    Args:
        engine: Engine; ``records, payments, employers, memberships, persons, windows, receipts``
            are readable afterwards.
        workspace: Workspace.
        store: Pinned tables.
        used: Files from ``used_files``.

    Raises:
        InputError: ``ledger.links_behind``.
    """
    imports.view_rows(engine, workspace, used)
    store.view(engine, "memberships", "persons")
    view_answers(engine, store)
    snapshots = [
        Snapshot(i.id, i.list_key, i.as_of, i.received_on, i.corrects)
        for i in used
        if i.kind == "peserta"
    ]
    held = windows(snapshots)
    _register_windows(engine, held, used)
    receipts = [(i.id, i.received_on) for i in used if i.kind == "pembayaran"]
    engine.register(
        "receipts",
        pl.DataFrame(receipts, schema={"import_id": pl.String, "known_on": pl.Date}, orient="row"),
    )
    missing = engine.value(
        "SELECT count(*) FROM records r JOIN windows w ON w.import_id = r.import_id"
        " AND w.scope IS NULL ANTI JOIN memberships m ON m.record_id = r.record_id"
    )
    if missing:
        raise InputError("ledger.links_behind", n=missing)
    return held


def _register_windows(engine: SqlEngine, held: list[Window], used: list[Import]) -> None:
    """Tell for which days each participant file answers, and what the files with answers cover.

    An answer about a person holds until the next one about him from the same scope, or until a
    later participant file of that scope.
    """
    files = {i.id: i for i in used}
    rows = [{**asdict(w), "scope": None, "covers": scope_of(files[w.import_id])} for w in held]
    rows += [
        {
            "import_id": i.id, "as_of": i.as_of, "answers_from": None, "answers_to": None,
            "known_on": i.received_on, "is_answering": True, "scope": scope_of(i), "covers": None,
        }
        for i in used if i.kind == "padan_bpjs"
    ]  # fmt: skip
    schema = {
        "import_id": pl.String, "as_of": pl.Date, "answers_from": pl.Date, "answers_to": pl.Date,
        "known_on": pl.Date, "is_answering": pl.Boolean, "scope": pl.String, "covers": pl.String,
    }  # fmt: skip
    engine.register("windows", pl.DataFrame(rows, schema=schema))


def scope_of(one: Import) -> str:
    """Return what a participant or answer file covers, in lower case; its sender if not said."""
    return str(one.facts.get("scope") or one.sender).strip().casefold()


def _build(
    engine: SqlEngine, store: Store, used: list[Import], progress: Progress
) -> dict[str, Any]:
    """Write the three tables; return the counts of payment lines."""
    progress.step("mencocokkan pembayaran")
    for name, sql in build.payment_steps():
        engine.run(f"CREATE TEMP TABLE {name} AS {sql}")
    store.write(engine, PAYMENT_ORPHANS, payments.orphans_sql())
    progress.step("menulis buku kepesertaan")
    first, last = _horizon(used)
    store.write(engine, ENROLMENTS, build.enrolments_sql(first, last))
    store.view(engine, "enrolments", "payment_orphans", verb="ledger")
    lines = _payment_counts(engine)
    for name in ("participants", "identities", "assigned", "paid_lines"):
        engine.drop(name)
    engine.run(f"CREATE TEMP TABLE ledger_order AS {build.ledger_order_sql()}")
    store.write(engine, LEDGER, build.ledger_sql(), is_ordered=True)
    for name in ("payment_keys", "payment_payers", "paid_months"):
        engine.drop(name)
    return lines


def _horizon(used: list[Import]) -> tuple[date, date]:
    """Return the first and last month for which spells are written out."""
    oldest = min((i.as_of for i in used if i.kind in PARTICIPANT_KINDS), default=date(2015, 7, 1))
    newest = first_day(_newest(used) or date(2015, 7, 1))
    return add_months(oldest, 1 - build.HISTORY_MONTHS), newest


def _payment_counts(engine: SqlEngine) -> dict[str, Any]:
    """Return lines read = joined + orphans, and what was counted once or taken back."""
    found = dict(engine.frame(payments.counts_sql()).iter_rows())
    joined = {how: int(found.get(how, 0)) for how in payments.JOINS}
    orphans = dict(
        engine.frame(
            "SELECT reason, count(*) AS n FROM payment_orphans GROUP BY reason ORDER BY reason"
        ).iter_rows()
    )
    return {
        "lines": sum(joined.values()) + sum(orphans.values()),
        "joined": joined,
        "orphans": orphans,
        "repeated": engine.value(
            "SELECT coalesce(sum(n_lines - n_once), 0)::BIGINT FROM paid_lines"
        ),
        "taken_back_months": engine.value("SELECT count(*) FROM paid_lines WHERE NOT is_paid"),
    }


def _parts(engine: SqlEngine) -> dict[str, Any]:
    """Return the sizes of the ledger, whole and by segment, payer and evidence; drop its order."""
    sizes = (
        "coalesce(sum(len(programs)), 0)::BIGINT, count(DISTINCT person_id),"
        " count(DISTINCT (person_id, bulan))"
    )
    total = engine.frame(f"SELECT {sizes}, min(bulan), max(bulan) FROM ledger_order").row(0)
    found: dict[str, Any] = {
        "total": Part(*total[:3]), "first_month": total[3], "last_month": total[4],
    }  # fmt: skip
    for column in ("segment", "payer", "evidence"):
        rows = engine.frame(
            f"SELECT {column}, {sizes} FROM ledger_order GROUP BY {column} ORDER BY {column}"
        ).iter_rows()
        found[f"by_{column}"] = {row[0]: Part(*row[1:]) for row in rows}
    engine.drop("ledger_order")
    return found


def _findings(
    engine: SqlEngine, workspace: Workspace, request: Request, rules: Rules, used: list[Import]
) -> dict[str, Any]:
    """Return persons and months of each list."""
    found: dict[str, Any] = {}
    for name in findings.LISTS:
        sql = listing_sql(engine, name, rules, workspace.root / "parameters", request.known)
        sums = (
            "count(*) FILTER (is_jkm_full) AS full_jkm,"
            " count(*) FILTER (is_jkm_full IS NULL) AS open_jkm"
            if name == "claims"
            else "coalesce(sum(n_months), 0)::BIGINT AS months"
        )
        found[name] = engine.frame(
            f"SELECT count(DISTINCT person_id) AS persons, {sums} FROM ({sql})"
        ).row(0, named=True)
    paid_until = _newest(used, "pembayaran")
    if paid_until is not None:
        until = min(paid_until, rules.day)
        row = engine.frame(findings.arrears_sql(until, rules)).row(0)
        found["arrears"] = {"persons": row[1], "months": row[0]}
    return found


def listing_sql(
    engine: SqlEngine, name: str, rules: Rules, local: Path | None, known: date | None
) -> str:
    """Return the SQL of one list of ``findings.LISTS``.

    Args:
        engine: Engine in which the basis is readable; asked for the first death.
        name: Name of the list.
        rules: Counting rules; their day is the last day looked at.
        local: The workspace's ``parameters`` folder; a claim is judged by the rules of its day.
        known: Leave out local answers confirmed after this day.
    """
    if name == "double":
        return findings.double_sql(rules.day)
    if name == "overage":
        return findings.over_age_sql(rules.day, rules)
    if name == "after-death":
        return findings.after_death_sql(rules.day)
    first = engine.value("SELECT min(meninggal_on) FROM persons") or rules.day + timedelta(days=1)
    return findings.claims_sql(rules.day, rule_periods(first, rules.day, local, known))
