"""What a run of ``cakup link`` changed: counts of persons and rows, never who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from cakup.pipeline.imports import Import

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine
    from cakup.pipeline.person_ids import Assigned


@dataclass(frozen=True)
class ListChange:
    """What changed in one list of workers or DTSEN: rows of it.

    Args:
        kind: Kind of its files.
        sender: Who sends it.
        list_name: Which of the sender's lists.
        new_rows: Rows that came.
        won: Rows that were there, whose person is a participant now and was not.
        lost: Rows that were there, whose person was a participant and is not now.
    """

    kind: str
    sender: str
    list_name: str
    new_rows: int
    won: int
    lost: int


@dataclass(frozen=True)
class Changes:
    """What changed since the run before; persons unless said otherwise.

    Args:
        new_persons: Ids that are new.
        merged: Ids that became aliases of an older one.
        split: Persons that were told apart.
        gone: Persons none of whose rows is left.
        newly_linked: On a list or DTSEN and a participant now, and not before.
        lost_links: Both before, and no longer.
        moved_rows: Rows that were there before and belong to somebody else now.
        new_rows: Rows that came.
        lost_rows: Rows that are gone.
        lists: By list, only those of which something changed.
    """

    new_persons: int
    merged: int
    split: int
    gone: int
    newly_linked: int
    lost_links: int
    moved_rows: int
    new_rows: int
    lost_rows: int
    lists: tuple[ListChange, ...]


#: Of a run to which nothing came.
NO_CHANGES = Changes(0, 0, 0, 0, 0, 0, 0, 0, 0, ())


def find_changes(
    engine: SqlEngine, ids: Assigned, lists: Sequence[Import], scope: str | None = None
) -> Changes | None:
    """Compare persons with those of the run before.

    Args:
        engine: Holds ``before_members`` and ``id_alias_after`` (what ids stand for now), and
            ``made_memberships`` (the rows of ``memberships`` as they will be).
        ids: What became of the ids.
        lists: Imports about persons, those of the run before too if they are still there.
        scope: Table with the persons that may differ; None = all.

    Returns:
        Counts; None if nothing was linked before.
    """
    if not engine.value("SELECT count(*) FROM before_members"):
        return None
    _note_rows(engine, scope)
    found = engine.frame(_COUNTS).row(0, named=True)
    return Changes(
        ids.minted, ids.merged, ids.split, **{name: int(n or 0) for name, n in found.items()},
        lists=tuple(_by_list(engine, lists)),
    )  # fmt: skip


def _note_rows(engine: SqlEngine, scope: str | None) -> None:
    """Make ``changed_rows``: rows of persons that may differ, whose they were and whose they are.

    A person as such may be one that a run merged away: he counts as whom he was merged into.
    """
    engine.drop("changed_now")
    some = f"WHERE m.person_id IN (SELECT person_id FROM {scope})" if scope else ""
    old = "WHERE b.record_id IN (SELECT record_id FROM changed_now)" if scope else ""
    # Few rows are held, of a whole city they are read where they are.
    engine.run(f"""
        CREATE TEMP {"TABLE" if scope else "VIEW"} changed_now AS
        SELECT m.record_id, m.import_id, m.kind, m.person_id FROM made_memberships m {some}""")
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE changed_rows AS
        WITH was AS (
            SELECT b.record_id, b.import_id, b.kind,
                   coalesce(a.current_id, b.person_id) AS person_id
            FROM before_members b LEFT JOIN id_alias_after a ON a.person_id = b.person_id {old})
        SELECT coalesce(w.import_id, n.import_id) AS import_id, coalesce(w.kind, n.kind) AS kind,
               w.person_id AS was, n.person_id AS is_now
        FROM changed_now n FULL JOIN was w USING (record_id)
        WHERE coalesce(w.kind, n.kind) IN (
            'daftar_pekerja', 'dtsen', 'peserta', 'kematian', 'kecelakaan')""")
    for name, column in (("changed_was", "was"), ("changed_is", "is_now")):
        engine.run(f"""
            CREATE OR REPLACE TEMP TABLE {name} AS
            SELECT {column} AS person_id, bool_or(kind = 'peserta') AS enrolled,
                   bool_or(kind = 'peserta') AND bool_or(kind IN ('daftar_pekerja', 'dtsen'))
                       AS linked
            FROM changed_rows WHERE {column} IS NOT NULL GROUP BY {column}""")


_COUNTS = """
    SELECT
        (SELECT count(*) FROM changed_is n LEFT JOIN changed_was w USING (person_id)
         WHERE n.linked AND NOT coalesce(w.linked, false)) AS newly_linked,
        (SELECT count(*) FROM changed_was w JOIN changed_is n USING (person_id)
         WHERE w.linked AND NOT n.linked) AS lost_links,
        (SELECT count(*) FROM changed_was ANTI JOIN changed_is USING (person_id)) AS gone,
        count_if(was <> is_now) AS moved_rows, count_if(was IS NULL) AS new_rows,
        count_if(is_now IS NULL) AS lost_rows
    FROM changed_rows"""


def _by_list(engine: SqlEngine, lists: Sequence[Import]) -> list[ListChange]:
    """Return what changed by list, those in which most did first."""
    names = pl.DataFrame(
        [(i.id, i.sender, i.list_name) for i in lists],
        schema=dict.fromkeys(("import_id", "sender", "list_name"), pl.String), orient="row",
    )  # fmt: skip
    engine.register("changed_lists", names)
    rows = engine.frame("""
        SELECT r.kind, l.sender, l.list_name, count_if(r.was IS NULL) AS new_rows,
               count_if(r.was IS NOT NULL AND NOT w.enrolled AND n.enrolled) AS won,
               count_if(w.enrolled AND NOT n.enrolled) AS lost
        FROM changed_rows r JOIN changed_lists l USING (import_id)
        LEFT JOIN changed_was w ON w.person_id = r.was
        LEFT JOIN changed_is n ON n.person_id = r.is_now
        WHERE r.is_now IS NOT NULL AND r.kind <> 'peserta' OR r.was IS NULL
        GROUP BY ALL HAVING new_rows + won + lost > 0
        ORDER BY won + lost DESC, new_rows DESC, r.kind, l.sender, l.list_name""").rows()
    engine.drop("changed_lists")
    return [ListChange(k, s, n, *(int(x or 0) for x in counts)) for k, s, n, *counts in rows]
