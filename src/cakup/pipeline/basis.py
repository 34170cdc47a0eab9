"""What every figure stands on: the state of persons on a day, and who is a known worker then.

``prepare`` makes temp tables. ``status`` is the ledger's word on every person
(``ledger.activity.status_sql``). ``people`` has one row for everybody alive who is a known worker
or was ever registered; ``workers`` are those of them who are known workers: on a list that answers
for the day, a participant, or active. Places are those that the latest answering
list states, carried to the codes that are valid on the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from cakup.engines.duckdb import DuckEngine
from cakup.engines.store import Store
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import ENROLMENTS, LEDGER, PAYMENT_ORPHANS, PERSON_KINDS
from cakup.ledger.activity import status_sql
from cakup.ledger.cover import cover_sql
from cakup.ledger.rules import Rules
from cakup.pipeline import decisions, ledger, link
from cakup.pipeline.imports import Import, all_imports, in_force, usable, view_rows
from cakup.pipeline.ledger import counting_rules
from cakup.pipeline.places import workspace_places
from cakup.pipeline.workspace import Workspace

MONEY_KINDS = ("peserta", "pembayaran")
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
        not_carried: Persons with a place code that cannot be carried to the day, by code.
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
        """Whether any participant file answers; without one nobody is known to be covered."""
        return any(i.kind == "peserta" for i in self.imports)


def prepare(
    engine: DuckEngine, workspace: Workspace, as_of: date, known: date | None = None,
    progress: Progress = SILENT, *, rules: Rules | None = None, suffix: str = "",
    is_cover_only: bool = False, before: Basis | None = None,
) -> Basis:  # fmt: skip
    """Make the temp tables ``status``, ``people`` and ``workers`` for a day.

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
        before: Basis prepared just before in this engine; what lists say of persons is taken from
            it where the same files answer.

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
    _view_ledger(engine, store, usable(imports))
    used = rules or counting_rules(workspace, as_of, known)
    progress.step("menghitung keadaan setiap orang")
    status = cover_sql(as_of, used) if is_cover_only else status_sql(as_of, used)
    engine.run(f"CREATE OR REPLACE TEMP TABLE status{suffix} AS {status}")
    answering = in_force(imports, as_of)
    view_rows(engine, workspace, answering)
    if before is None or _facts_key(before.versions, before.imports) != _facts_key(
        store.versions, answering
    ):
        _make_worker_rows(engine, answering)
    not_carried = _make_people(engine, workspace, as_of, suffix)
    received = [i.received_on for i in usable(imports)]
    return Basis(
        as_of=as_of, known=known, known_on=known or max(received, default=None),
        place=workspace.place, imports=tuple(answering), rules=used, versions=store.versions,
        not_carried=not_carried, is_behind=is_behind,
    )  # fmt: skip


def _view_ledger(engine: DuckEngine, store: Store, files: Sequence[Import]) -> None:
    """Make the ledger's tables readable; without any file about money they are empty."""
    for table in (LEDGER, ENROLMENTS, PAYMENT_ORPHANS):
        if store.has(table.name) or any(i.kind in MONEY_KINDS for i in files):
            store.view(engine, table.name, verb="ledger")
        else:
            columns = ", ".join(f"{c.name} {c.type}" for c in table.columns)
            engine.run(f"CREATE OR REPLACE TEMP TABLE {table.name} ({columns})")


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
    persons = {i.id for i in files if i.kind in PERSON_KINDS}
    money = {i.id for i in files if i.kind in MONEY_KINDS}
    return (
        set(linked[-1]["inputs"]) != persons
        or linked[-1]["last_decision"] != decisions.last(workspace, known)
        or set(built[-1]["imports"] if built else ()) != money
        or (bool(built) and built[-1]["run_id"] < linked[0]["run_id"])
    )


def _made_by(workspace: Workspace, verb: str, table: str, store: Store) -> list[dict[str, Any]]:
    """Return the manifests of the runs that wrote the version which the store reads."""
    version = store.versions.get(table)
    return [
        r for r in workspace.runs()
        if version is not None and r["verb"] == verb and r.get("tables", {}).get(table) == version
    ]  # fmt: skip


def _facts_key(
    versions: dict[str, str], files: Sequence[Import]
) -> tuple[str | None, frozenset[str]]:
    """Return what the facts of persons depend on: who the rows belong to, which files answer."""
    return versions.get("memberships"), frozenset(i.id for i in files if i.kind in PERSON_KINDS)


def _make_worker_rows(engine: DuckEngine, files: Sequence[Import]) -> None:
    """Make ``worker_rows``: what the answering files say of each person."""
    _register_files(engine, files)
    engine.run(f"CREATE OR REPLACE TEMP TABLE worker_facts AS {_FACTS}")
    # Few combinations of lists occur: their senders are spelled once per combination.
    engine.run("""
        CREATE OR REPLACE TEMP TABLE worker_rows AS
        WITH spelled AS (
          SELECT lists, string_agg(DISTINCT sender, '; ' ORDER BY sender) AS senders
          FROM (SELECT lists, unnest(lists) AS list_no
                FROM (SELECT DISTINCT lists FROM worker_facts))
          JOIN (SELECT DISTINCT list_no, sender FROM worker_files) USING (list_no)
          GROUP BY lists
        )
        SELECT f.* EXCLUDE (lists), len(lists)::INTEGER AS n_sources, senders
        FROM worker_facts f JOIN spelled USING (lists)""")
    engine.drop("worker_facts")
    engine.drop("worker_files")


def _make_people(
    engine: DuckEngine, workspace: Workspace, as_of: date, suffix: str
) -> dict[str, int]:
    """Make ``people`` and ``workers``; return the persons by code that no place answers to."""
    not_carried = _register_places(engine, workspace, as_of)
    engine.run(f"CREATE OR REPLACE TEMP TABLE people{suffix} AS {_people_sql(as_of, suffix)}")
    engine.run(
        f"CREATE OR REPLACE TEMP VIEW workers{suffix} AS"
        f" SELECT {', '.join(WORKERS_COLUMNS)} FROM people{suffix} WHERE is_worker"
    )
    engine.drop("worker_places")
    return not_carried


def _register_files(engine: DuckEngine, files: Sequence[Import]) -> None:
    """Tell each file's sender, list and how far back it is (0 = latest data)."""
    about_persons = [i for i in files if i.kind in PERSON_KINDS]
    latest_first = sorted(about_persons, key=lambda i: (i.as_of, i.received_on, i.id), reverse=True)
    lists = {key: n for n, key in enumerate(sorted({i.list_key for i in about_persons}))}
    rows = [(i.id, i.sender, lists[i.list_key], n) for n, i in enumerate(latest_first)]
    schema = {"import_id": pl.String, "sender": pl.String, "list_no": pl.Int32, "back": pl.Int32}
    engine.register("worker_files", pl.DataFrame(rows, schema=schema, orient="row"))


def _latest(column: str, where: str = "true") -> str:
    """Return SQL of the value that the latest file states; the value breaks ties in one file."""
    return (
        f"arg_min({column}, (back, {column})) FILTER ({column} IS NOT NULL AND {where}) AS {column}"
    )


_LISTED = "(kind = 'daftar_pekerja' OR (kind = 'dtsen' AND coalesce(is_pekerja, false)))"
_FACTS = f"""
SELECT m.person_id,
  bool_or({_LISTED}) AS is_listed, bool_or(kind = 'peserta') AS is_participant,
  {", ".join(_latest(f"kode_wilayah_{rule}") for rule in REGIONS)},
  {_latest("sektor", _LISTED)}, {_latest("segmen")}, {_latest("pekerjaan", _LISTED)},
  {_latest("desil")}, bool_or(is_asn) AS is_asn,
  list_sort(list_distinct(list(list_no))) AS lists
FROM (
  SELECT r.*, f.list_no, f.back, b.person_id
  FROM records r JOIN memberships b ON b.record_id = r.record_id
  JOIN worker_files f ON f.import_id = r.import_id
) m
GROUP BY m.person_id"""


def _register_places(engine: DuckEngine, workspace: Workspace, as_of: date) -> dict[str, int]:
    """Tell what each code means on the day; a code that cannot be carried means no place."""
    places = workspace_places(workspace)
    stated = " UNION ALL ".join(
        f"SELECT coalesce(w.kode_wilayah_{rule}, p.kode_wilayah_{rule}) AS kode"
        " FROM persons p LEFT JOIN worker_rows w USING (person_id)"
        for rule in REGIONS
    )
    codes = engine.frame(f"""
        SELECT kode, count(*) AS n FROM ({stated}) WHERE kode IS NOT NULL
        GROUP BY kode ORDER BY kode""")
    rows, lost = [], {}
    for kode, n in codes.iter_rows():
        carried = places.carry(kode, as_of)
        # A code of a city that the register does not hold is still a place elsewhere.
        means = kode if carried.how == "unknown" else carried.kode
        rows.append((kode, means))
        if means is None:
            lost[kode] = n
    schema = {"kode": pl.String, "means": pl.String}
    engine.register("worker_places", pl.DataFrame(rows, schema=schema, orient="row"))
    return lost


def _people_sql(as_of: date, suffix: str) -> str:
    """Return SQL of ``people``: the columns of workers and ``is_worker``."""
    day = f"DATE '{as_of.isoformat()}'"
    codes = ", ".join(f"{rule}.means AS kode_wilayah_{rule}" for rule in REGIONS)
    joins = " ".join(
        f"LEFT JOIN worker_places {rule} ON {rule}.kode"
        f" = coalesce(w.kode_wilayah_{rule}, p.kode_wilayah_{rule})"
        for rule in REGIONS
    )
    return f"""
SELECT p.person_id, p.nik, p.nama, p.tanggal_lahir, p.jenis_kelamin, {codes}, p.is_known_worker,
  p.meninggal_on, p.n_records, datesub('year', p.tanggal_lahir, {day})::INTEGER AS age_years,
  coalesce(w.is_listed, false) AS is_listed, coalesce(w.is_participant, false) AS is_participant,
  w.sektor, w.segmen, w.pekerjaan, w.desil, w.is_asn,
  coalesce(w.n_sources, 0) AS n_sources, coalesce(w.senders, '') AS senders,
  coalesce(w.is_listed OR w.is_participant, false) OR s.is_active AS is_worker
FROM persons p JOIN status{suffix} s USING (person_id)
LEFT JOIN worker_rows w USING (person_id) {joins}
WHERE (w.is_listed OR w.is_participant OR s.is_active OR s.is_registered)
  AND (p.meninggal_on IS NULL OR p.meninggal_on > {day})"""
