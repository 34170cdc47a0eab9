"""Which persons a run of ``cakup link`` gives ids and values; all others are as they were.

A person of whom no row came or was linked again keeps his id, his values and his links: he is taken
over as he stands. The ids that come back with new rows are his too, so whoever bears the
fingerprint of a new row is looked at with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from cakup.kernel.schemas import PERSONS
from cakup.pipeline.person_ids import aliases

if TYPE_CHECKING:
    from cakup.engines.store import Store
    from cakup.kernel.ports import SqlEngine


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
    """Add the persons that are as they were to ``cluster_persons``.

    Makes ``scope_persons`` too: the persons whose values are worked out, which are those who have a
    new row as well.
    """
    engine.run("""
        INSERT INTO cluster_persons
        SELECT DISTINCT cluster_id, cluster_id FROM r_clusters
        WHERE cluster_id NOT IN (SELECT cluster_id FROM scope)""")
    engine.run("""
        CREATE OR REPLACE TEMP TABLE scope_persons AS
        SELECT * FROM cluster_persons WHERE cluster_id IN (
            SELECT cluster_id FROM scope
            UNION SELECT c.cluster_id FROM r_clusters c JOIN repeats r USING (record_id))""")


def take_over_values(engine: SqlEngine, store: Store) -> None:
    """Add the persons that are as they were to ``made_persons``."""
    engine.view("scope_values", store.path(PERSONS.name))
    names = ", ".join(f"v.{name}" for name in PERSONS.names)
    engine.run(f"""
        INSERT INTO made_persons BY NAME
        SELECT {names} FROM scope_values v
        WHERE v.person_id IN (
            SELECT person_id FROM cluster_persons
            WHERE cluster_id NOT IN (SELECT cluster_id FROM scope_persons))""")
