"""Which persons a run of ``cakup link`` gives ids and values; all others are as they were.

A person of whom no row came or was linked again keeps his id, his values and his links: he is taken
over as he stands. The ids that come back with new rows are his too, so whoever bears the
fingerprint of a new row is looked at with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from cakup.pipeline.person_ids import aliases

if TYPE_CHECKING:
    from cakup.engines.store import Store
    from cakup.kernel.ports import SqlEngine
    from cakup.kernel.tables import Table


def note_scope(engine: SqlEngine) -> None:
    """Make ``scope_clusters``: the rows of all clusters whose ids are worked out.

    Args:
        engine: Holds ``r_clusters``, ``record_marks``, ``before_members``, ``before_ids``,
            ``before_changes``, and ``up_clusters``, ``up_new`` of ``link_update``.
    """
    known = aliases(engine.frame("SELECT old_id, new_id, kind, run_id FROM before_changes"))
    told = {"person_id": list(known), "current_id": list(known.values())}
    schema = dict.fromkeys(told, pl.String)
    engine.register("scope_alias", pl.DataFrame(told, schema=schema))
    engine.run("""
        CREATE OR REPLACE TEMP TABLE scope AS
        WITH asked AS (
            SELECT DISTINCT m.fingerprint FROM record_marks m
            WHERE m.record_id IN (SELECT record_id FROM up_new)),
        named AS (SELECT DISTINCT i.person_id FROM before_ids i JOIN asked USING (fingerprint))
        SELECT cluster_id FROM up_clusters
        UNION SELECT person_id FROM named
        UNION SELECT a.current_id FROM scope_alias a JOIN named n USING (person_id)""")
    engine.run("""
        CREATE OR REPLACE TEMP TABLE scope_clusters AS
        SELECT * FROM r_clusters WHERE cluster_id IN (SELECT cluster_id FROM scope)""")
    engine.drop("scope_alias")


def take_over_ids(engine: SqlEngine) -> None:
    """Make ``cluster_persons`` a view with the persons that are as they were too.

    Makes ``scope_persons``: the persons whose values are worked out, which are those who have a new
    row as well.
    """
    engine.run("""
        CREATE OR REPLACE TEMP TABLE scope_persons AS
        SELECT cluster_id, person_id FROM cluster_persons
        UNION ALL
        SELECT DISTINCT c.cluster_id, c.cluster_id
        FROM r_clusters c JOIN repeats r USING (record_id)
        WHERE c.cluster_id NOT IN (SELECT cluster_id FROM scope)""")
    engine.drop("scope_named")
    engine.run("ALTER TABLE cluster_persons RENAME TO scope_named")
    engine.run("""
        CREATE TEMP VIEW cluster_persons AS
        SELECT cluster_id, person_id FROM scope_named
        UNION ALL
        SELECT DISTINCT cluster_id, cluster_id FROM r_clusters
        WHERE cluster_id NOT IN (SELECT cluster_id FROM scope)""")


def note_linked(engine: SqlEngine) -> str:
    """Make ``scope_linked``: the persons whose links are made anew; return its name.

    Those are the persons of ``scope_persons``, and whoever may be a participant whose row came
    again: he has that row's link too, though no row of his own.
    """
    engine.run("""
        CREATE OR REPLACE TEMP TABLE scope_linked AS
        SELECT cluster_id, person_id FROM scope_persons
        UNION ALL
        SELECT DISTINCT person_id, person_id FROM before_links
        WHERE peserta_record_id IN (SELECT of FROM repeats)
          AND person_id NOT IN (SELECT id FROM up_touched)
          AND person_id NOT IN (SELECT cluster_id FROM scope_persons)""")
    return "scope_linked"


def take_over(
    engine: SqlEngine, store: Store, table: Table, sql: str, scope: str = "scope_persons"
) -> pl.DataFrame:
    """Return a table's rows as they will be: those of the last version, and some in their place.

    Whoever is in the scope, or was looked at again, is in the last version as he was; his rows
    there make room for the new ones. The others need neither be joined nor sorted again.

    Args:
        engine: Holds the scope and ``up_touched``.
        store: Tables of the last run.
        table: Table whose rows are persons' (``person_id``).
        sql: The rows of these persons.
        scope: Table with the persons (``cluster_id``, ``person_id``) whose rows are made anew.

    Returns:
        The rows in the order of the key.
    """
    gone = engine.frame(
        f"SELECT id FROM up_touched UNION SELECT cluster_id FROM {scope}"
    ).to_series()
    before = pl.read_parquet(store.path(table.name))
    kept = before.filter(~pl.col("person_id").is_in(gone.implode()))
    return added(engine, kept, table, sql)


def added(engine: SqlEngine, rows: pl.DataFrame, table: Table, sql: str) -> pl.DataFrame:
    """Return rows of a table and more of them in the order of its key.

    Args:
        engine: Engine of the query.
        rows: Rows in that order.
        table: Table.
        sql: More rows, whose keys none of ``rows`` has.
    """
    order = f"ORDER BY {', '.join(table.order)}"
    more = engine.frame(f"SELECT {table.select()} FROM ({sql}) {order}")
    both = pl.concat([rows.select(table.names), more.cast(rows.select(table.names).schema)])
    return both.sort(table.key, nulls_last=True, maintain_order=True)
