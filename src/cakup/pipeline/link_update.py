"""Linkage of what is new: a list more, the next month's file, a decision, and whom they touch.

Rows that say what a row of the same list said before are that row's person. Of the others it is
found whom they may be (``linkage.neighbours``); these persons, whoever had to do with them, and the
new rows are linked as a run over all rows would link them, with its parameters, counts and priors.
Everybody else stays. Where that would not be sound, nothing is made and the reason is returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

import polars as pl

from cakup.kernel.list_schemas import LIST_COVERAGE, LIST_NOISE
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import LINKS, PERSON_KINDS, RETURN_KINDS, REVIEW
from cakup.pipeline import kept_linkage
from cakup.pipeline.imports import Import
from cakup.pipeline.kept_linkage import Held
from cakup.pipeline.link_lines import CONTENT, make_line_pairs, make_repeats
from cakup.pipeline.link_work import Work
from cakup.pipeline.list_coverage import make_list_coverage_again
from cakup.pipeline.list_noise import make_list_noise_again

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine
    from cakup.engines.store import Store
    from cakup.kernel.ports import SqlEngine
    from cakup.linkage.resolve import Resolved
    from cakup.pipeline.link_at_once import Asked

#: Share of all rows beyond which looking again costs as much as looking at all.
MOST_REDONE = 0.35
_ID = {"id": pl.String}


@dataclass(frozen=True)
class Updated:
    """What was done.

    Args:
        resolved: The rows that were linked.
        touched: Persons who were looked at again, as they were called.
        fresh: Imports that are new.
        n_fresh: Their rows.
        n_repeated: Those of them that repeat a row of their list.
        n_redone: Rows that were linked.
    """

    resolved: Resolved | None
    touched: frozenset[str]
    fresh: tuple[str, ...]
    n_fresh: int
    n_repeated: int
    n_redone: int

    @property
    def added(self) -> int:
        """Rows that said something new."""
        return self.n_fresh - self.n_repeated


@dataclass(frozen=True)
class Way:
    """How the rows were linked.

    Args:
        work: What the screen says of it.
        line: What answers of people made of the odds.
        asked: The run, None if it cannot be asked more.
        held: What it went on from, None if all rows were linked.
        updated: What was done with it.
    """

    work: Work
    line: tuple[float, float]
    asked: Asked | None
    held: Held | None = None
    updated: Updated | None = None

    def has_same_returns(self, imports: Sequence[Import]) -> bool:
        """Return whether the answers that came back are those of the last run."""
        returns = [i.id for i in imports if i.kind in RETURN_KINDS]
        return self.held is not None and self.held.returns == tuple(returns)

    def keep(self, store: Store, engine: SqlEngine, imports: Sequence[Import]) -> None:
        """Keep what the next run can go on from; current with the store's commit."""
        lists = [i.id for i in imports if i.kind in PERSON_KINDS]
        returns = tuple(i.id for i in imports if i.kind in RETURN_KINDS)
        if self.held is None or self.updated is None:
            kept_linkage.write_whole(store, engine, self.asked, lists, returns, self.line)
            return
        told = self.updated
        lists_known = self.held.known.lists
        part = told.resolved.written(lists_known) if told.resolved else None
        held = replace(self.held, returns=returns)
        kept_linkage.write_more(store, engine, held, part, told.touched, lists, told.added)


def go_on(
    engine: DuckEngine, store: Store, held: Held, lists: Sequence[Import],
    progress: Progress = SILENT,
) -> Way | str:  # fmt: skip
    """Link what is new, see ``update``; return how, or why not."""
    before = {i.list_key: i.id for i in lists if i.id in held.imports}
    later = {i.id: before[i.list_key] for i in lists if i.list_key in before}
    held = replace(held, known=held.known.with_later(later))
    give_line(engine, held.line)
    told = update(engine, store, held, lists, progress)
    if isinstance(told, str):
        return told
    work = Work(True, "", told.n_fresh, told.n_repeated, told.n_redone)
    return Way(work, held.line, None, held, told)


def give_line(engine: SqlEngine, line: tuple[float, float]) -> None:
    """Make ``answers_line``: what answers of people make of the odds."""
    engine.drop("answers_line")
    engine.register("answers_line", pl.DataFrame([line], ("shift", "factor"), orient="row"))


def update(
    engine: DuckEngine, store: Store, held: Held, lists: Sequence[Import],
    progress: Progress = SILENT,
) -> Updated | str:  # fmt: skip
    """Make ``r_clusters``, ``r_links`` and ``r_review`` of what was there and what is new.

    The cluster of a person who is not looked at again is named by his id. Makes ``up_new`` too:
    new rows that repeat none.

    Args:
        engine: Holds ``records``, ``before_members``, ``decisions_pairs`` and ``answers_line``.
        store: Tables of the last run.
        held: What it kept.
        lists: Imports about persons.
        progress: Listener.

    Returns:
        What was done, or why not: a word of ``link_work.REASONS``.
    """
    return _Update(engine, store, held, lists, progress).all()


class _Update:
    """One update; every step reads what those before it left."""

    def __init__(
        self, engine: DuckEngine, store: Store, held: Held, lists: Sequence[Import],
        progress: Progress,
    ) -> None:  # fmt: skip
        self.engine, self.held, self.lists, self.progress = engine, held, lists, progress
        self.store = store
        self.fresh = tuple(sorted({i.id for i in lists} - set(held.imports)))
        self.linkage = import_module("cakup.linkage.resolve")
        self.neighbours = import_module("cakup.linkage.neighbours")
        for table in (LINKS, REVIEW):
            engine.view(f"before_{table.name}", store.path(table.name))
        self._register("up_fresh", list(self.fresh))
        self._register("up_lists", [i.id for i in lists])

    def _register(self, name: str, ids: Sequence[str]) -> None:
        self.engine.register(name, pl.DataFrame({"id": list(ids)}, schema=_ID))

    def _count(self, table: str) -> int:
        return int(self.engine.value(f"SELECT count(*) FROM {table}"))

    def all(self) -> Updated | str:
        """Do everything."""
        self.progress.step("cari baris baru")
        n_fresh = self._tell_new()
        added = self._count("up_new")
        if self.held.added + added > kept_linkage.MOST_NEW * self.held.rows:
            return "grown"
        touched = self._touched()
        if touched is None:
            return "fields"
        n_rows = self._choose_rows(touched)
        if n_rows > MOST_REDONE * self._count("records"):
            return "near"
        resolved = self._resolve(n_rows)
        if resolved is not None and resolved.new_fillers():
            return "fillers"
        self.progress.step("susun hasil")
        self._join_up()
        self._tell_coverage(is_same=not n_fresh and not n_rows)
        self._tell_noise(resolved)
        return Updated(
            resolved, frozenset(touched), self.fresh, n_fresh, n_fresh - added, n_rows
        )  # fmt: skip

    def _tell_coverage(self, *, is_same: bool) -> None:
        """Make ``made_list_coverage``; the last run's holds if no row moved."""
        if is_same and self.store.has(LIST_COVERAGE.name):
            self.engine.view("before_coverage", self.store.path(LIST_COVERAGE.name))
            self.engine.run(
                "CREATE OR REPLACE TEMP TABLE made_list_coverage AS FROM before_coverage"
            )
            return
        fillers = self.held.known.fillers
        make_list_coverage_again(self.engine, self.held.probes, fillers, self.lists)

    def _tell_noise(self, resolved: Resolved | None) -> None:
        """Make ``made_list_noise``."""
        before = {i.list_key: i.id for i in self.lists if i.id not in self.fresh}
        fresh = {i.id: before.get(i.list_key) for i in self.lists if i.id in self.fresh}
        was = pl.read_parquet(self.store.path(LIST_NOISE.name))
        make_list_noise_again(self.engine, was, resolved, self.lists, fresh)

    def _tell_new(self) -> int:
        """Make ``up_new(record_id)``; return how many rows the new files have."""
        make_repeats(self.engine, self.lists, set(self.held.imports))
        self.engine.run("""
            CREATE OR REPLACE TEMP TABLE up_new AS
            SELECT r.record_id FROM records r
            WHERE r.import_id IN (SELECT id FROM up_fresh)
              AND r.record_id NOT IN (SELECT record_id FROM repeats)""")
        return int(self.engine.value(
            "SELECT count(*) FROM records WHERE import_id IN (SELECT id FROM up_fresh)"
        ))  # fmt: skip

    def _take_rows(self, chosen: str) -> None:
        """Make ``up_rows``: what linkage reads of some records."""
        self.engine.run(f"""
            CREATE OR REPLACE TEMP TABLE up_rows AS
            SELECT record_id, import_id, kind, {", ".join(CONTENT)} FROM records
            WHERE record_id IN (SELECT record_id FROM {chosen})""")

    def _touched(self) -> set[str] | None:
        """Return the persons to look at again; None if new rows have a field never seen."""
        self._take_rows("up_new")
        records = self.linkage.read_records(
            self.engine, self.linkage.Part("up_rows", self.held.known)
        )
        found = set(self._by_number().to_list()) | set(self._by_decision().to_list())
        if records.height:
            row = pl.int_range(records.height, dtype=pl.Int64)
            fresh = import_module("cakup.linkage.cleaning").clean(
                records.drop("record_id", "kpj").with_columns(row=row)
            )
            if not fresh.has <= self.held.known.has:
                return None
            self.progress.step("calon pasangan")
            found |= set(
                self.neighbours.neighbours(
                    self.engine, self.held.known, self.held.written.table, fresh
                ).to_list()
            )
        return {str(p) for p in self.neighbours.closed(self.held.written.ties, found)}

    def _by_number(self) -> pl.Series:
        """Return the persons with a NIK or a participant number of a new row."""
        self._register("up_fillers", self.held.known.fillers)
        return self.engine.frame("""
            WITH asked AS (
                SELECT nik, kpj FROM up_rows),
            same AS (
                SELECT record_id FROM records WHERE nik IN (
                    SELECT nik FROM asked WHERE nik NOT IN (SELECT id FROM up_fillers))
                UNION SELECT record_id FROM records WHERE kpj IN (SELECT kpj FROM asked))
            SELECT DISTINCT m.person_id FROM before_members m JOIN same USING (record_id)
            ORDER BY m.person_id""")["person_id"]

    def _by_decision(self) -> pl.Series:
        """Return the persons of rows about which something was decided or taken back."""
        self.engine.register("up_decided", self.held.decided)
        return self.engine.frame("""
            WITH now AS (SELECT left_record_id, right_record_id, same FROM decisions_pairs),
            was AS (SELECT left_record_id, right_record_id, same FROM up_decided),
            moved AS ((FROM now EXCEPT FROM was) UNION ALL (FROM was EXCEPT FROM now)),
            ends AS (SELECT left_record_id AS record_id FROM moved
                     UNION SELECT right_record_id FROM moved),
            meant AS (SELECT record_id FROM ends UNION ALL
                      SELECT unnest([left_record_id, right_record_id]) FROM before_review
                      WHERE pattern = 'keputusan_bertentangan'
                      UNION SELECT r.of FROM repeats r JOIN ends USING (record_id))
            SELECT DISTINCT m.person_id FROM before_members m JOIN meant USING (record_id)
            ORDER BY m.person_id""")["person_id"]

    def _choose_rows(self, touched: set[str]) -> int:
        """Make ``up_rows``: the rows to link; return how many there are."""
        self._register("up_touched", sorted(touched))
        self.engine.run("""
            CREATE OR REPLACE TEMP TABLE up_chosen AS
            WITH old AS (
                SELECT m.record_id FROM before_members m
                WHERE m.person_id IN (SELECT id FROM up_touched)
                  AND m.import_id IN (SELECT id FROM up_lists))
            SELECT record_id FROM old UNION ALL SELECT record_id FROM up_new
            UNION ALL SELECT r.record_id FROM repeats r JOIN old o ON o.record_id = r.of""")
        self._take_rows("up_chosen")
        return self._count("up_rows")

    def _resolve(self, n_rows: int) -> Resolved | None:
        """Link the chosen rows; make ``up_clusters``, ``up_links`` and ``up_review``."""
        resolved: Resolved | None = None
        for name, columns in EMPTY.items():
            self.engine.run(f"CREATE OR REPLACE TEMP TABLE r_{name} ({columns})")
        if n_rows:
            make_line_pairs(self.engine, self.lists, "up_rows")
            part = self.linkage.Part("up_rows", self.held.known)
            resolved = self.linkage.resolve(
                self.engine, self.linkage.Settings(), self.progress, part
            )
        for name in EMPTY:
            self.engine.drop(f"up_{name}")
            self.engine.run(f"ALTER TABLE r_{name} RENAME TO up_{name}")
        return resolved

    def _join_up(self) -> None:
        """Make the tables of linkage: those who were looked at again, and all others."""
        for name, sql in (("clusters", _CLUSTERS), ("links", _LINKS), ("review", _REVIEW)):
            what = "VIEW" if name == "links" else "TABLE"  # links are read once
            self.engine.drop(f"r_{name}")
            self.engine.run(f"CREATE TEMP {what} r_{name} AS {sql}")


#: Columns of the tables of linkage.
EMPTY = {
    "clusters": "record_id VARCHAR, cluster_id VARCHAR, probability DOUBLE, evidence VARCHAR",
    "links": "cluster_id VARCHAR, peserta_record_id VARCHAR, kpj VARCHAR, probability DOUBLE, "
    "evidence VARCHAR, decision VARCHAR",
    "review": "left_record_id VARCHAR, right_record_id VARCHAR, probability DOUBLE, "
    "pattern VARCHAR, value_of_information DOUBLE",
}
#: A row that repeats another stands where that one stands.
_CLUSTERS = """
    WITH rest AS (
        SELECT record_id, person_id AS cluster_id, probability, evidence FROM before_members
        WHERE person_id NOT IN (SELECT id FROM up_touched)
          AND import_id IN (SELECT id FROM up_lists))
    SELECT record_id, cluster_id, probability, evidence FROM up_clusters
    UNION ALL SELECT * FROM rest
    UNION ALL SELECT r.record_id, o.cluster_id, o.probability, o.evidence
    FROM repeats r JOIN rest o ON o.record_id = r.of"""
_LINKS = """
    WITH rest AS (
        SELECT person_id AS cluster_id, kpj, peserta_record_id, probability, evidence, decision
        FROM before_links
        WHERE person_id NOT IN (SELECT id FROM up_touched)
          AND split_part(peserta_record_id, '.', 1) IN (SELECT id FROM up_lists))
    SELECT cluster_id, kpj, peserta_record_id, probability, evidence, decision FROM up_links
    UNION ALL SELECT * FROM rest
    UNION ALL
    SELECT o.cluster_id, o.kpj, r.record_id, o.probability, o.evidence, o.decision
    FROM repeats r JOIN rest o ON o.peserta_record_id = r.of"""
_REVIEW = """
    WITH moved AS (
        SELECT record_id FROM before_members WHERE person_id IN (SELECT id FROM up_touched))
    SELECT left_record_id, right_record_id, probability, pattern, value_of_information
    FROM up_review
    UNION ALL
    SELECT left_record_id, right_record_id, probability, pattern, value_of_information
    FROM before_review
    WHERE pattern <> 'keputusan_bertentangan'
      AND left_record_id NOT IN (SELECT record_id FROM moved)
      AND right_record_id NOT IN (SELECT record_id FROM moved)"""
