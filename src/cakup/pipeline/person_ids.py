"""Ids of persons that stay: minted once, kept, merged, split, never used for somebody else.

The rules (``docs/explanation/orang-dan-tandanya.md``), in this order:

1. A record that had a person at the last run claims that id, and the older ids that became aliases
   of it through its own fingerprint. An id belongs to the cluster with its oldest claiming record:
   so on a split the part with the oldest record keeps it.
2. A record that is new claims the ids which its fingerprint had before and which nobody owns now,
   unless its cluster owns one of them already. Several such clusters with one fingerprint
   (namesakes without any other detail) take the free ids in order of age.
3. A cluster that owns several ids keeps the oldest; the others become its aliases (merge).
4. A cluster that owns none gets a new id from its smallest fingerprint.

All of it is a function of the tables of the last run and of the clusters of this one, so a second
run with nothing new changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from cakup.kernel.schemas import PERSON_CHANGES
from cakup.pipeline.fingerprints import keyed_hex

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine

ID_BYTES = 10
CHUNK_ROWS = 500_000


@dataclass(frozen=True)
class Assigned:
    """What became of the ids.

    Args:
        run_id: Sequence number under which new ids and changes are noted, None if there are none.
        minted: New ids.
        merged: Ids that became aliases.
        split: Persons that were told apart.
    """

    run_id: str | None
    minted: int
    merged: int
    split: int


def assign(engine: SqlEngine, key: bytes, clusters: str = "r_clusters") -> Assigned:
    """Give every cluster the id of its person.

    Args:
        engine: Holds ``r_clusters(record_id, cluster_id)``, ``record_marks(record_id, fingerprint,
            age)`` and, from the last run or empty, ``before_members(record_id, person_id)``,
            ``before_ids`` and ``before_changes`` (tables ``person_ids`` and ``person_changes``).
            Makes ``cluster_persons(cluster_id, person_id)``, ``new_ids`` and ``new_changes`` (rows
            to add to ``person_ids`` and ``person_changes``).
        key: The workspace's key.
        clusters: Table to take instead of ``r_clusters``: the rows of some of its clusters.
    """
    run_id = _next_run(engine)
    changes = engine.frame("SELECT old_id, new_id, kind, run_id FROM before_changes")
    _tell_aliases(engine, "id_alias", changes)
    _read_records(engine, clusters)
    _claim_as_before(engine)
    _claim_by_fingerprint(engine)
    minted = _keep_or_mint(engine, key)
    new = _note_changes(engine, changes, run_id)
    engine.drop("new_changes")
    engine.register("new_changes", new)
    _tell_aliases(engine, "id_alias_after", pl.concat([changes, new]))
    _remember(engine, run_id)
    added = int(engine.value("SELECT count(*) FROM new_ids"))
    kinds = new["kind"].to_list()
    return Assigned(
        run_id=run_id if added or kinds else None,
        minted=minted,
        merged=kinds.count("merge"),
        split=kinds.count("split"),
    )


def aliases(changes: pl.DataFrame) -> dict[str, str]:
    """Return the ids that are aliases now, each with the id that stands for it.

    Args:
        changes: Rows of ``person_changes``.
    """
    direct = _direct(changes)
    return {old: _current(old, direct) for old in direct}


def _direct(changes: pl.DataFrame) -> dict[str, str]:
    """Return for every alias the id into which it was merged, which may be an alias itself."""
    direct: dict[str, str] = {}
    ordered = changes.select("run_id", "old_id", "new_id", "kind").sort(pl.all())
    for _, old, new, kind in ordered.rows():
        if kind == "merge":
            direct[old] = new
        else:
            direct.pop(new, None)
    return direct


def _current(person_id: str, direct: dict[str, str]) -> str:
    """Follow merges to their end; the older id stays each time, so there is one."""
    while person_id in direct:
        person_id = direct[person_id]
    return person_id


def _next_run(engine: SqlEngine) -> str:
    """Return the sequence number of this run: one more than the last that noted anything."""
    last = engine.value(
        "SELECT max(run_id) FROM (SELECT run_id FROM before_ids UNION ALL "
        "SELECT run_id FROM before_changes)"
    )
    return f"L{int(last[1:]) + 1 if last else 1:06d}"


def _tell_aliases(engine: SqlEngine, name: str, changes: pl.DataFrame) -> None:
    """Make ``name(person_id, current_id)``."""
    known = aliases(changes)
    frame = pl.DataFrame(
        {"person_id": list(known), "current_id": list(known.values())},
        schema={"person_id": pl.String, "current_id": pl.String},
    )
    engine.drop(name)
    engine.register(name, frame)


def _read_records(engine: SqlEngine, clusters: str) -> None:
    """Make ``id_records`` (every record with what it was), ``id_memory`` and ``id_born``."""
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE id_records AS
        SELECT c.record_id, c.cluster_id, m.fingerprint, m.age, b.person_id AS before_id
        FROM {clusters} c
        JOIN record_marks m ON m.record_id = c.record_id
        LEFT JOIN before_members b ON b.record_id = c.record_id""")
    asked, named = "", ""
    if clusters != "r_clusters":
        # Of the others nothing is asked: a few rows do not need the memory of a whole city.
        asked = "WHERE b.fingerprint IN (SELECT fingerprint FROM id_records)"
        named = """WHERE person_id IN (
            SELECT before_id FROM id_records UNION SELECT person_id FROM id_memory
            UNION SELECT current_id FROM id_memory)"""
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE id_memory AS
        SELECT b.fingerprint, b.person_id, coalesce(a.current_id, b.person_id) AS current_id
        FROM before_ids b LEFT JOIN id_alias a ON a.person_id = b.person_id {asked}""")
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE id_born AS
        SELECT person_id, min(run_id) AS born FROM before_ids {named} GROUP BY person_id""")


def _claim_as_before(engine: SqlEngine) -> None:
    """Rule 1: make ``id_owners(person_id, cluster_id)``."""
    engine.run("""
        CREATE OR REPLACE TEMP TABLE id_owners AS
        SELECT person_id, arg_min(cluster_id, age) AS cluster_id FROM (
            SELECT before_id AS person_id, cluster_id, min(age) AS age
            FROM id_records WHERE before_id IS NOT NULL
            GROUP BY before_id, cluster_id
            UNION ALL
            SELECT m.person_id, r.cluster_id, min(r.age) AS age
            FROM id_records r
            JOIN id_memory m ON m.fingerprint = r.fingerprint AND m.current_id = r.before_id
            WHERE m.person_id <> m.current_id
            GROUP BY m.person_id, r.cluster_id
        ) GROUP BY person_id""")


def _claim_by_fingerprint(engine: SqlEngine) -> None:
    """Rule 2: add the ids that come back with a new record to ``id_owners``."""
    engine.run("""
        CREATE OR REPLACE TEMP TABLE id_had AS
        SELECT DISTINCT fingerprint, person_id FROM (
            SELECT fingerprint, person_id FROM id_memory
            UNION ALL SELECT fingerprint, current_id FROM id_memory)
        WHERE fingerprint IN (SELECT fingerprint FROM id_records WHERE before_id IS NULL)""")
    engine.run("""
        CREATE OR REPLACE TEMP TABLE id_asking AS
        SELECT r.fingerprint, r.cluster_id, min(r.age) AS age
        FROM id_records r
        WHERE r.before_id IS NULL AND r.fingerprint IN (SELECT fingerprint FROM id_had)
          AND NOT EXISTS (
            SELECT 1 FROM id_had h JOIN id_owners o ON o.person_id = h.person_id
            WHERE h.fingerprint = r.fingerprint AND o.cluster_id = r.cluster_id)
        GROUP BY r.fingerprint, r.cluster_id""")
    engine.run("""
        INSERT INTO id_owners
        SELECT i.person_id, arg_min(a.cluster_id, a.age)
        FROM (SELECT *, row_number() OVER (PARTITION BY fingerprint ORDER BY age) AS n
              FROM id_asking) a
        JOIN (SELECT h.fingerprint, h.person_id, row_number() OVER (
                PARTITION BY h.fingerprint ORDER BY b.born, h.person_id) AS n
              FROM id_had h LEFT JOIN id_born b ON b.person_id = h.person_id
              WHERE h.person_id NOT IN (SELECT person_id FROM id_owners)) i
          ON i.fingerprint = a.fingerprint AND i.n = a.n
        GROUP BY i.person_id""")


def _keep_or_mint(engine: SqlEngine, key: bytes) -> int:
    """Rules 3 and 4: make ``cluster_persons``; return how many ids are new."""
    engine.run("""
        CREATE OR REPLACE TEMP TABLE cluster_persons AS
        SELECT o.cluster_id, arg_min(o.person_id, coalesce(b.born, 'Z') || o.person_id) AS person_id
        FROM id_owners o LEFT JOIN id_born b ON b.person_id = o.person_id
        GROUP BY o.cluster_id""")
    engine.run("""
        CREATE OR REPLACE TEMP TABLE id_newborn AS
        SELECT cluster_id, min(fingerprint) AS fingerprint, min(age) AS age
        FROM id_records WHERE cluster_id NOT IN (SELECT cluster_id FROM cluster_persons)
        GROUP BY cluster_id""")
    engine.run("""
        CREATE OR REPLACE TEMP TABLE id_plain AS
        SELECT fingerprint, any_value(cluster_id) AS cluster_id, row_number() OVER () AS n
        FROM id_newborn
        WHERE fingerprint NOT IN (SELECT fingerprint FROM before_ids)
        GROUP BY fingerprint HAVING count(*) = 1""")
    total = int(engine.value("SELECT count(*) FROM id_plain"))
    for start in range(0, total, CHUNK_ROWS):
        chunk = engine.frame(
            "SELECT cluster_id, fingerprint FROM id_plain "
            f"WHERE n > {start} AND n <= {start + CHUNK_ROWS}"
        )
        _add_persons(engine, chunk["cluster_id"], _first_ids(chunk["fingerprint"], key))
    return total + _mint_shared(engine, key)


def _mint_shared(engine: SqlEngine, key: bytes) -> int:
    """Mint where several clusters share a fingerprint, or an id was minted from it before."""
    shared = engine.frame("""
        SELECT cluster_id, fingerprint FROM id_newborn
        WHERE cluster_id NOT IN (SELECT cluster_id FROM id_plain)
        ORDER BY fingerprint, age""")
    if shared.is_empty():
        return 0
    engine.register("id_shared", shared)
    taken: dict[str, set[str]] = defaultdict(set)
    for fingerprint, person_id in engine.frame(
        "SELECT fingerprint, person_id FROM before_ids "
        "WHERE fingerprint IN (SELECT fingerprint FROM id_shared)"
    ).rows():
        taken[fingerprint].add(person_id)
    engine.drop("id_shared")
    ids: list[str] = []
    nth: dict[str, int] = defaultdict(int)
    for fingerprint in shared["fingerprint"].to_list():
        while (made := mint(fingerprint, key, nth[fingerprint])) in taken[fingerprint]:
            nth[fingerprint] += 1
        nth[fingerprint] += 1
        ids.append(made)
    _add_persons(engine, shared["cluster_id"], ids)
    return len(ids)


def mint(fingerprint: str, key: bytes, nth: int = 0) -> str:
    """Return the ``nth`` id that can be minted from a fingerprint: 20 hexadecimal digits."""
    hashed = _minting(key)
    hashed.update((f"{fingerprint}.{nth}" if nth else fingerprint).encode())
    return hashed.hexdigest()


def _minting(key: bytes) -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=ID_BYTES, key=key[:64], person=b"cakup-person")


def _first_ids(fingerprints: pl.Series, key: bytes) -> pl.Series:
    """Return ``mint(fingerprint, key)`` of each; the key is worked in once, not for each."""
    return keyed_hex(fingerprints, _minting(key))


def _add_persons(engine: SqlEngine, clusters: pl.Series, ids: pl.Series | list[str]) -> None:
    frame = pl.DataFrame({"cluster_id": clusters, "person_id": ids})
    engine.register("id_minted", frame)
    engine.run("INSERT INTO cluster_persons SELECT cluster_id, person_id FROM id_minted")
    engine.drop("id_minted")


def _note_changes(engine: SqlEngine, changes: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """Return the rows to add to ``person_changes``."""
    apart = engine.frame("""
        SELECT DISTINCT old_id, new_id FROM (
            -- parts of a person that lost his id and are no person known at the last run
            SELECT r.before_id AS old_id, p.person_id AS new_id
            FROM id_records r
            JOIN cluster_persons p ON p.cluster_id = r.cluster_id
            JOIN id_owners o ON o.person_id = r.before_id
            WHERE r.before_id <> p.person_id AND o.cluster_id <> r.cluster_id
              AND NOT EXISTS (SELECT 1 FROM before_members b WHERE b.person_id = p.person_id)
            UNION ALL
            -- aliases that stand for somebody of their own again
            SELECT a.current_id, p.person_id
            FROM cluster_persons p JOIN id_alias a ON a.person_id = p.person_id)
        ORDER BY old_id, new_id""").rows()
    joined = engine.frame("""
        SELECT o.person_id, p.person_id AS kept
        FROM id_owners o
        JOIN cluster_persons p ON p.cluster_id = o.cluster_id
        LEFT JOIN id_born b ON b.person_id = o.person_id
        WHERE o.person_id <> p.person_id
        ORDER BY b.born, o.person_id""").rows()
    direct = _direct(changes)
    for _, new in apart:
        direct.pop(new, None)
    found = [(old, new, "split") for old, new in apart]
    # The oldest first: what an alias leads to is right before the alias itself is looked at.
    for old, kept in joined:
        if _current(old, direct) != kept:
            direct[old] = kept
            found.append((old, kept, "merge"))
    rows = [(*change, run_id) for change in found]
    return pl.DataFrame(rows, schema=dict.fromkeys(PERSON_CHANGES.names, pl.String), orient="row")


def _remember(engine: SqlEngine, run_id: str) -> None:
    """Make ``new_ids``: fingerprints that do not lead to their person yet."""
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE new_ids AS
        SELECT DISTINCT r.fingerprint, r.person_id, '{run_id}' AS run_id
        FROM (SELECT i.fingerprint, p.person_id
              FROM id_records i JOIN cluster_persons p ON p.cluster_id = i.cluster_id) r
        ANTI JOIN (SELECT b.fingerprint, coalesce(a.current_id, b.person_id) AS person_id
              FROM before_ids b LEFT JOIN id_alias_after a ON a.person_id = b.person_id) k
          ON k.fingerprint = r.fingerprint AND k.person_id = r.person_id""")
