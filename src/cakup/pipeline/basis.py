"""What every figure stands on: the state of persons on a day, and who is a known worker then.

``prepare`` makes temp tables. ``status`` is the ledger's word on every person
(``ledger.activity.status_sql``). ``people`` has one row for everybody alive who is on a list or was
ever registered, with ``no_worker`` saying why he is no worker of the day, NULL for workers
(``coverage.workforce``); ``workers`` are those. Places are those that the latest answering list
states, carried to the codes that are valid on the day. What takes longest is kept for the next
command that asks the same (``pipeline.kept_tables``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from cakup.coverage.workforce import asn_job_sql, no_worker_sql
from cakup.engines.store import Store
from cakup.kernel.ports import SqlEngine
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import (
    ENROLMENTS,
    LEDGER,
    MONEY_KINDS,
    PARTICIPANT_KINDS,
    PAYMENT_ORPHANS,
    PERSON_KINDS,
    RETURN_KINDS,
)
from cakup.ledger.activity import status_sql
from cakup.ledger.build import NEVER_REGISTERED
from cakup.ledger.cover import cover_sql
from cakup.ledger.rules import Rules
from cakup.pipeline import decisions, ledger, link
from cakup.pipeline.answers import view_answers
from cakup.pipeline.imports import Import, all_imports, in_force, usable, view_rows
from cakup.pipeline.kept_tables import key_of, make_kept
from cakup.pipeline.ledger import counting_rules
from cakup.pipeline.places import areas_version, workspace_places
from cakup.pipeline.workspace import Workspace

STATUS_RESTS_ON = ("ledger", "enrolments", "persons")
REGIONS = ("ktp", "domisili", "kerja")
#: Columns of ``workers`` in order.
WORKERS_COLUMNS = (
    "person_id", "nik", "nama", "tanggal_lahir", "jenis_kelamin", "kode_wilayah_ktp",
    "kode_wilayah_domisili", "kode_wilayah_kerja", "is_known_worker", "meninggal_on", "n_records",
    "age_years", "is_listed", "is_participant", "sektor", "segmen", "pekerjaan", "desil", "is_asn",
    "n_sources", "senders",
)  # fmt: skip


@dataclass(frozen=True)
class Basis:
    """What was prepared.

    Args:
        as_of: Day for which the tables answer.
        known: Only files and decisions received by this day; None = all.
        known_on: Last day of receipt of a usable file, None without any.
        place: Kemendagri code of the workspace.
        imports: Usable files that answer for the day.
        rules: Counting rules used.
        versions: Table → version read.
        not_carried: People of the day with a place code that cannot be carried to it, by code.
        is_behind: Whether files or decisions came in that persons and ledger do not know yet.
    """

    as_of: date
    known: date | None
    known_on: date | None
    place: str
    imports: tuple[Import, ...]
    rules: Rules
    versions: dict[str, str]
    not_carried: dict[str, int]
    is_behind: bool = False

    @property
    def has_participants(self) -> bool:
        """Whether any participant file or answer speaks; else nobody is known to be covered."""
        return any(i.kind in PARTICIPANT_KINDS for i in self.imports)

    @property
    def is_answers_only(self) -> bool:
        """Whether only answers about persons asked for speak, and no participant file."""
        return self.has_participants and all(i.kind != "peserta" for i in self.imports)


def prepare(
    engine: SqlEngine, workspace: Workspace, as_of: date, known: date | None = None,
    progress: Progress = SILENT, *, rules: Rules | None = None, suffix: str = "",
    is_cover_only: bool = False, regions: Sequence[str] = REGIONS,
) -> Basis:  # fmt: skip
    """Make the temp tables ``status`` and ``people`` and the view ``workers`` for a day.

    Args:
        engine: Engine; the views ``persons, memberships, links, review, ledger, enrolments,
            payment_orphans`` and ``records, payments, employers`` (rows that answer for the day)
            are readable afterwards too.
        workspace: Workspace; with ``known`` its persons and ledger of that day are made if they
            are missing or older than its files.
        as_of: The day.
        known: Only files, decisions and answers received by this day.
        progress: Listener.
        rules: Counting rules; None = those in force on the day.
        suffix: Put behind the names of these tables.
        is_cover_only: Make ``status`` with ``ledger.cover.cover_sql``: enough to count who is
            active, at a fraction of the work.
        regions: Region rules by which a figure is asked; places under others are left empty.

    Raises:
        InputError: ``workspace.table_missing`` if persons or ledger were never made.
    """
    imports = all_imports(workspace, known)
    is_behind = _is_behind(workspace, imports, known)
    if known is not None and is_behind:
        remake(workspace, known, progress)
        is_behind = False
    store = workspace.store(known)
    store.view(engine, "persons", "memberships", "links", "review")
    view_answers(engine, store)
    _view_ledger(engine, store, usable(imports))
    used = rules or counting_rules(workspace, as_of, known)
    progress.step("menghitung keadaan setiap orang")
    answering = in_force(imports, as_of)
    view_rows(engine, workspace, answering)
    status = cover_sql(as_of, used) if is_cover_only else status_sql(as_of, used)
    status_key = key_of(status, (store.versions.get(name, "") for name in STATUS_RESTS_ON))
    make_kept(engine, workspace, f"status{suffix}", status, status_key)
    ground = _Ground(workspace, as_of, tuple(answering), store.versions, tuple(regions))
    not_carried = _make_people(engine, ground, suffix, status_key)
    received = [i.received_on for i in usable(imports)]
    return Basis(
        as_of=as_of, known=known, known_on=known or max(received, default=None),
        place=workspace.place, imports=tuple(answering), rules=used, versions=store.versions,
        not_carried=not_carried, is_behind=is_behind,
    )  # fmt: skip


def _view_ledger(engine: SqlEngine, store: Store, files: Sequence[Import]) -> None:
    """Make the ledger's tables readable; without any file about money they are empty."""
    for table in (LEDGER, ENROLMENTS, PAYMENT_ORPHANS):
        if store.has(table.name) or any(i.kind in MONEY_KINDS for i in files):
            store.view(engine, table.name, verb="ledger")
        else:
            columns = ", ".join(f"{c.name} {c.type}" for c in table.columns)
            engine.run(f"CREATE OR REPLACE TEMP TABLE {table.name} ({columns})")


def known_store(
    workspace: Workspace, known: date | None = None, progress: Progress = SILENT
) -> Store:
    """Return the current tables, or those as known on a day; the latter are made if need be.

    Args:
        workspace: Workspace.
        known: Only files and decisions received by this day; None = as they are now.
        progress: Listener.

    Raises:
        InputError: ``workspace.table_missing`` if persons or ledger cannot be made.
    """
    if known is not None and _is_behind(workspace, all_imports(workspace, known), known):
        remake(workspace, known, progress)
    return workspace.store(known)


def remake(workspace: Workspace, known: date, progress: Progress = SILENT) -> None:
    """Make persons and ledger as they would have been on a day of the past."""
    link.run(link.Request(known=known), workspace, progress)
    ledger.run(ledger.Request(known=known), workspace, progress)


def _is_behind(workspace: Workspace, imports: Sequence[Import], known: date | None) -> bool:
    """Return whether persons or ledger were made from other files or decisions than these."""
    store = workspace.store(known)
    files = usable(imports)
    linked = _made_by(workspace, "link", "memberships", store)
    built = _made_by(workspace, "ledger", "ledger", store)
    if not linked or (not built and any(i.kind in MONEY_KINDS for i in files)):
        return True
    persons = {i.id for i in files if i.kind in (*PERSON_KINDS, *RETURN_KINDS)}
    money = {i.id for i in files if i.kind in MONEY_KINDS}
    return (
        set(linked[-1]["inputs"]) != persons
        or linked[-1]["last_decision"] != decisions.last(workspace, known)
        or set(built[-1]["imports"] if built else ()) != money
        or (bool(built) and _has_new_appeals(workspace, known, built[-1]))
        or (bool(built) and built[-1]["run_id"] < linked[0]["run_id"])
    )


def _has_new_appeals(workspace: Workspace, known: date | None, built: dict[str, Any]) -> bool:
    """Return whether appeals were decided that the ledger does not know; others do not touch it."""
    log = decisions.read(workspace, known)
    at = {d.decision_id: n for n, d in enumerate(log)}.get(str(built.get("last_decision")), -1)
    return any(d.kind == "appeal_closed" for d in log[at + 1 :])


def _made_by(workspace: Workspace, verb: str, table: str, store: Store) -> list[dict[str, Any]]:
    """Return the manifests of the runs that wrote the version which the store reads."""
    version = store.versions.get(table)
    return [
        r for r in workspace.runs()
        if version is not None and r["verb"] == verb and r.get("tables", {}).get(table) == version
    ]  # fmt: skip


@dataclass(frozen=True)
class _Ground:
    """On what ``people`` stands: day, files, versions of the tables, region rules asked for."""

    workspace: Workspace
    as_of: date
    files: tuple[Import, ...]
    versions: dict[str, str]
    regions: tuple[str, ...]

    def file_rows(self) -> list[tuple[str, str, int | None, date, int]]:
        """Return each file about persons: id, sender, list, date, how far back (0 = latest).

        Answers are on no list: we asked about these persons ourselves.
        """
        held = [i for i in self.files if i.kind in (*PERSON_KINDS, *RETURN_KINDS)]
        latest_first = sorted(held, key=lambda i: (i.as_of, i.received_on, i.id), reverse=True)
        own = sorted({i.list_key for i in held if i.kind in PERSON_KINDS})
        lists = {key: n for n, key in enumerate(own)}
        return [
            (i.id, i.sender, lists.get(i.list_key), i.as_of, n) for n, i in enumerate(latest_first)
        ]


def _make_people(
    engine: SqlEngine, ground: _Ground, suffix: str, status_key: str
) -> dict[str, int]:
    """Make ``people`` and ``workers``; return the persons by code that no place answers to."""
    rows_key = key_of(_FACTS, (ground.versions["memberships"], str(ground.file_rows())))
    sql = _people_sql(ground.as_of, suffix, ground.regions)
    areas = areas_version(ground.workspace)
    key = key_of(sql, (status_key, rows_key, ground.versions["persons"], areas))

    def inputs() -> None:
        make_kept(
            engine, ground.workspace, "worker_rows", _FACTS, rows_key,
            lambda: _register_files(engine, ground),
        )  # fmt: skip
        _register_places(engine, ground)

    name = f"people{suffix}"
    make_kept(engine, ground.workspace, name, sql, key, inputs)
    engine.run(
        f"CREATE OR REPLACE TEMP VIEW workers{suffix} AS SELECT {', '.join(WORKERS_COLUMNS)}"
        f" FROM (SELECT * FROM {name} WHERE is_worker) JOIN"
        " (SELECT person_id, nik, nama, tanggal_lahir FROM persons) USING (person_id)"
    )
    for registered in ("worker_files", "worker_places"):
        engine.drop(registered)
    lost = f"SELECT kode_lost, count(*) FROM {name} WHERE kode_lost IS NOT NULL GROUP BY ALL"
    return {str(kode): int(n) for kode, n in engine.frame(f"{lost} ORDER BY ALL").iter_rows()}


def _register_files(engine: SqlEngine, ground: _Ground) -> None:
    """Tell each file's sender, list, date and how far back it is."""
    schema = {"import_id": pl.String, "sender": pl.String, "list_no": pl.Int32,
              "file_as_of": pl.Date, "back": pl.Int32}  # fmt: skip
    engine.register("worker_files", pl.DataFrame(ground.file_rows(), schema=schema, orient="row"))


def _latest(column: str, where: str = "true") -> str:
    """Return SQL of the value that the latest file states; the value breaks ties in one file."""
    return (
        f"arg_min({column}, (back, {column})) FILTER ({column} IS NOT NULL AND {where}) AS {column}"
    )


_PARTICIPANT = f"(kind = 'peserta' AND status_kepesertaan IS DISTINCT FROM '{NEVER_REGISTERED}')"
_LISTED = "(kind = 'daftar_pekerja' OR (kind = 'dtsen' AND coalesce(is_pekerja, false)))"
_WORK_SAID = f"({_LISTED} OR kind = 'lapangan')"
#: Few combinations of lists occur: their senders are spelled once per combination.
_FACTS = f"""
WITH told AS (
  SELECT m.person_id,
    bool_or({_LISTED}) AS is_listed,
    bool_or({_PARTICIPANT} AND list_no IS NOT NULL) AS is_participant,
    bool_or(kind = 'daftar_pekerja') AS is_on_list,
    bool_or(kind = 'dtsen' AND coalesce(is_pekerja, false)) AS is_in_dtsen,
    count(DISTINCT list_no) FILTER ({_LISTED} OR {_PARTICIPANT})::INTEGER AS n_work_lists,
    max(file_as_of) FILTER (kind = 'dtsen' AND NOT is_pekerja) AS idle_on,
    max(file_as_of) FILTER (kind = 'lapangan' AND NOT is_pekerja) AS stopped_on,
    max(file_as_of) FILTER ({_LISTED} OR (kind = 'lapangan' AND is_pekerja)) AS working_on,
    {", ".join(_latest(f"kode_wilayah_{rule}") for rule in REGIONS)},
    {_latest("sektor", _LISTED)}, {_latest("segmen")}, {_latest("pekerjaan", _WORK_SAID)},
    {_latest("desil")}, bool_or(is_asn) AS is_asn,
    list_sort(list_distinct(list(list_no) FILTER (list_no IS NOT NULL))) AS lists
  FROM (
    SELECT r.*, f.list_no, f.file_as_of, f.back, b.person_id
    FROM records r JOIN memberships b ON b.record_id = r.record_id
    JOIN worker_files f ON f.import_id = r.import_id
  ) m
  GROUP BY m.person_id
), spelled AS (
  SELECT lists, string_agg(DISTINCT sender, '; ' ORDER BY sender) AS senders
  FROM (SELECT lists, unnest(lists) AS list_no FROM (SELECT DISTINCT lists FROM told))
  JOIN (SELECT DISTINCT list_no, sender FROM worker_files) USING (list_no)
  GROUP BY lists
)
SELECT t.* EXCLUDE (lists), coalesce(len(lists), 0)::INTEGER AS n_sources, senders
FROM told t LEFT JOIN spelled USING (lists)"""


def _register_places(engine: SqlEngine, ground: _Ground) -> None:
    """Tell what each code means on the day; one that cannot be carried, the area above it."""
    places = workspace_places(ground.workspace)
    stated = " UNION ALL ".join(
        f"SELECT coalesce(w.kode_wilayah_{rule}, p.kode_wilayah_{rule}) AS kode"
        " FROM persons p LEFT JOIN worker_rows w USING (person_id)"
        for rule in ground.regions
    )
    codes = engine.frame(
        f"SELECT DISTINCT kode FROM ({stated}) WHERE kode IS NOT NULL ORDER BY kode"
    )
    rows = []
    for (kode,) in codes.iter_rows():
        carried = places.carry(kode, ground.as_of)
        # A code of a city that the register does not hold is still a place elsewhere.
        is_known = carried.how != "unknown"
        means = carried.kode or carried.inside if is_known else kode
        rows.append((kode, means, is_known and carried.kode is None))
    schema = {"kode": pl.String, "means": pl.String, "is_lost": pl.Boolean}
    engine.register("worker_places", pl.DataFrame(rows, schema=schema, orient="row"))


def _people_sql(as_of: date, suffix: str, regions: Sequence[str]) -> str:
    """Return SQL of ``people``; names and numbers of people stay in ``persons``."""
    day = f"DATE '{as_of.isoformat()}'"
    codes = ", ".join(
        f"{f'{rule}.means' if rule in regions else 'NULL::VARCHAR'} AS kode_wilayah_{rule}"
        for rule in REGIONS
    )
    joins = " ".join(
        f"LEFT JOIN worker_places {rule} ON {rule}.kode"
        f" = coalesce(w.kode_wilayah_{rule}, p.kode_wilayah_{rule})"
        for rule in regions
    )
    unknown = (f"CASE WHEN {rule}.is_lost THEN {rule}.kode END" for rule in regions)
    lost = f"coalesce({', '.join(unknown)})"
    age = f"datesub('year', p.tanggal_lahir, {day})::INTEGER"
    return f"""
SELECT p.person_id, p.jenis_kelamin, {codes}, {lost} AS kode_lost, p.is_known_worker,
  p.meninggal_on, p.n_records, {age} AS age_years,
  coalesce(w.is_listed, false) AS is_listed, coalesce(w.is_participant, false) AS is_participant,
  w.sektor, w.segmen, w.pekerjaan, w.desil,
  coalesce(w.is_asn, false) AS is_stated_asn,
  is_stated_asn OR ({asn_job_sql("w.pekerjaan")} AND NOT s.is_active) AS is_asn,
  coalesce(w.n_sources, 0) AS n_sources, coalesce(w.senders, '') AS senders,
  coalesce(w.is_on_list, false) AS is_on_list, coalesce(w.is_in_dtsen, false) AS is_in_dtsen,
  coalesce(w.n_work_lists, 0) AS n_work_lists,
  {no_worker_sql()} AS no_worker, no_worker IS NULL AS is_worker
FROM persons p JOIN status{suffix} s USING (person_id)
LEFT JOIN worker_rows w USING (person_id) {joins}
WHERE (w.is_listed OR w.is_participant OR s.is_active OR s.is_registered)
  AND (p.meninggal_on IS NULL OR p.meninggal_on > {day})"""
