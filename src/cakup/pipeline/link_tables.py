"""The tables that ``cakup link`` writes, and the query of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from cakup.kernel.list_schemas import LIST_COVERAGE, LIST_NOISE
from cakup.kernel.schemas import (
    ANSWERS,
    APPEALS,
    DECISION_STATES,
    LINKS,
    MEMBERSHIPS,
    PERSON_CHANGES,
    PERSON_IDS,
    PERSONS,
    REVIEW,
)
from cakup.kernel.tables import Table

if TYPE_CHECKING:
    from cakup.engines.store import Store
    from cakup.kernel.ports import SqlEngine


#: A table that is written, by its number of rows, or its rows in their order.
Made = int | pl.DataFrame


def write(engine: SqlEngine, store: Store, made: dict[Table, Made]) -> dict[str, int]:
    """Write all tables; they become current with the store's commit.

    Args:
        engine: Holds what a run made.
        store: Tables of the workspace.
        made: Tables that need no query.

    Returns:
        Number of rows by name.
    """
    return {
        table.name: _write(engine, store, table, made.get(table, sql))
        for table, sql in _tables().items()
    }


def write_first(engine: SqlEngine, store: Store, table: Table, what: str | pl.DataFrame) -> int:
    """Write a table that the steps after read, and make it readable as ``made_`` and its name.

    So its rows need not be held in the engine as well.

    Args:
        engine: Engine.
        store: Tables of the workspace.
        table: Table.
        what: Its query, or its rows in their order.

    Returns:
        Number of rows.
    """
    rows = _write(engine, store, table, what)
    if isinstance(what, str):
        engine.view(f"made_{table.name}", store.path(table.name))
    else:
        engine.register(f"made_{table.name}", what)
    return rows


def _write(engine: SqlEngine, store: Store, table: Table, what: str | Made) -> int:
    if isinstance(what, str):
        return store.write(engine, table, what)
    return what if isinstance(what, int) else store.write_frame(table, what)


def members_sql(persons: str = "cluster_persons") -> str:
    """Return the query of ``memberships``.

    Args:
        persons: Clusters and their persons: all, or some.
    """
    return f"""
    SELECT r.record_id, r.import_id, r.sheet, r.sheet_row, r.kind, p.person_id,
           c.probability, c.evidence
    FROM records r
    JOIN r_clusters c ON c.record_id = r.record_id
    JOIN {persons} p ON p.cluster_id = c.cluster_id"""


def links_sql(persons: str = "cluster_persons") -> str:
    """Return the query of ``links``.

    Args:
        persons: Clusters and their persons: all, or some.
    """
    return f"""
    SELECT p.person_id, l.kpj, l.peserta_record_id, l.probability, l.evidence, l.decision
    FROM r_links l JOIN {persons} p ON p.cluster_id = l.cluster_id"""


def _tables() -> dict[Table, str]:
    """Return the query of every table that this use case writes."""
    return {
        PERSONS: "SELECT * FROM made_persons",
        MEMBERSHIPS: members_sql(),
        LINKS: links_sql(),
        REVIEW: _REVIEW,
        PERSON_IDS: "SELECT * FROM before_ids UNION ALL BY NAME SELECT * FROM new_ids",
        PERSON_CHANGES: "SELECT * FROM before_changes UNION ALL BY NAME SELECT * FROM new_changes",
        LIST_COVERAGE: "SELECT * FROM made_list_coverage",
        LIST_NOISE: "SELECT * FROM made_list_noise",
        DECISION_STATES: "SELECT * FROM decisions_states",
        ANSWERS: "SELECT * FROM made_answers",
        APPEALS: "SELECT * FROM made_appeals",
    }


#: Pairs whose decisions contradict each other come first: nobody's answer holds for them.
_REVIEW = """
    WITH again AS (
        SELECT least(left_record_id, right_record_id) AS left_record_id,
               greatest(left_record_id, right_record_id) AS right_record_id,
               NULL::DOUBLE AS probability, 'keputusan_bertentangan' AS pattern,
               1 + (SELECT coalesce(max(value_of_information), 0) FROM r_review)
                   AS value_of_information
        FROM decisions_set_aside GROUP BY ALL),
    settled AS (
        SELECT left_record_id, right_record_id FROM decisions_pairs
        UNION SELECT left_record_id, right_record_id FROM again),
    open AS (
        SELECT r.* FROM r_review r
        ANTI JOIN settled s
          ON s.left_record_id = least(r.left_record_id, r.right_record_id)
         AND s.right_record_id = greatest(r.left_record_id, r.right_record_id))
    SELECT left(md5(least(left_record_id, right_record_id) || '|'
                    || greatest(left_record_id, right_record_id)), 20) AS pair_id, *
    FROM (SELECT * FROM again UNION ALL BY NAME SELECT * FROM open)"""
