"""Versions: named by content, whole or absent, the same bytes for every number of threads."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cakup.engines.duckdb import ROW_GROUP_ROWS, DuckEngine
from cakup.engines.files import sha256_of
from cakup.engines.store import Store
from cakup.kernel.errors import EngineError, InputError
from cakup.kernel.schemas import MEMBERSHIPS, PERSON_CHANGES

CHANGE = "SELECT 'a' AS old_id, 'b' AS new_id, 'merge' AS kind, '{}' AS run_id"


def _memberships(rows: int) -> str:
    """Awkward rows: NULLs in runs and scattered, long and short texts, few and many values."""
    return f"""
        SELECT md5(i::VARCHAR) AS record_id,
               CASE WHEN i % 7 = 0 THEN NULL ELSE 'import ' || i % 9 END AS import_id,
               CASE WHEN i BETWEEN 1000 AND 200000 THEN NULL ELSE 'Data ' || i % 3 END AS sheet,
               CASE WHEN i % 2 = 0 THEN NULL ELSE i END AS sheet_row,
               CASE WHEN i % 1000 = 0 THEN repeat('x', 300) ELSE 'dtsen' END AS kind,
               md5((i % 1000)::VARCHAR) AS person_id,
               CASE WHEN i % 5 = 0 THEN NULL ELSE i / 7.0 END AS probability,
               CASE WHEN i % 11 = 0 THEN '' END AS evidence
        FROM range({rows}) t(i)"""


def test_same_bytes_for_every_number_of_threads_and_order_of_rows(tmp_path: Path) -> None:
    versions = set()
    rows = 3 * ROW_GROUP_ROWS + 17
    for threads, order in ((1, "ASC"), (2, "DESC"), (4, "ASC")):
        store = Store(tmp_path)
        with DuckEngine(tmp_path / "scratch", threads=threads, memory_mb=300) as engine:
            engine.run(f"CREATE TEMP TABLE t AS {_memberships(rows)} ORDER BY i {order}")
            assert store.write(engine, MEMBERSHIPS, "SELECT * FROM t") == rows
        versions.add(store.commit()["memberships"])
    assert len(versions) == 1
    assert len(list((tmp_path / "tables" / "memberships").iterdir())) == 1


def test_same_bytes_whatever_the_engine_knows_of_missing_values(tmp_path: Path) -> None:
    """Files with statistics and without, tables, frames, constants: equal rows, equal bytes."""
    row = dict.fromkeys(MEMBERSHIPS.names, "x") | {"sheet_row": 1, "probability": 0.5}
    rows = pl.DataFrame([row, {**row, "record_id": "y"}])
    rows.write_parquet(tmp_path / "told.parquet", compression="zstd")
    rows.write_parquet(tmp_path / "untold.parquet", compression="lz4", statistics=False)
    versions = []
    with DuckEngine() as engine:
        engine.view("told", tmp_path / "told.parquet")
        engine.view("untold", tmp_path / "untold.parquet")
        engine.register("frame", rows)
        engine.run("CREATE TEMP TABLE held AS SELECT * FROM told")
        engine.run("CREATE TEMP TABLE maybe AS SELECT * FROM told UNION ALL SELECT * FROM told")
        engine.run("UPDATE maybe SET kind = NULL")
        engine.run("UPDATE maybe SET kind = 'x'")
        chosen = "SELECT DISTINCT * FROM maybe WHERE kind IS NOT NULL"
        for query in (*(f"SELECT * FROM {n}" for n in ("told", "untold", "frame", "held")), chosen):
            store = Store(tmp_path)
            store.write(engine, MEMBERSHIPS, query)
            versions.append(store.versions["memberships"])
    assert len(set(versions)) == 1
    assert pl.read_parquet(store.path("memberships")).rows() == rows.rows()


def test_a_value_that_cannot_be_converted_is_an_error_not_a_gap(tmp_path: Path) -> None:
    with DuckEngine() as engine, pytest.raises(EngineError):
        engine.write_parquet(
            "SELECT x::INTEGER AS x FROM (VALUES ('1'), ('a')) t(x)", tmp_path / "t"
        )


def test_rows_with_equal_keys_are_ordered_by_the_rest(tmp_path: Path) -> None:
    """A key that is not unique is a fault elsewhere; bytes must not depend on arrival even so."""
    versions = set()
    rows = ["('a','b','merge','1')", "('a','b','split','1')", "('a','b',NULL,'1')"]
    for values in (rows, rows[::-1]):
        store = Store(tmp_path)
        with DuckEngine(threads=1) as engine:
            query = f"SELECT * FROM (VALUES {','.join(values)}) t(old_id, new_id, kind, run_id)"
            store.write(engine, PERSON_CHANGES, query)
        versions.add(store.versions["person_changes"])
    assert len(versions) == 1


def test_a_version_is_named_by_its_content_and_private(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with DuckEngine() as engine:
        store.write(engine, PERSON_CHANGES, CHANGE.format(1))
    path = store.path("person_changes")
    assert sha256_of(path) == store.versions["person_changes"]
    assert path.stem == store.versions["person_changes"][:32]
    assert path.stat().st_mode & 0o777 == 0o600


def test_readers_keep_their_versions(tmp_path: Path) -> None:
    with DuckEngine() as engine:
        first = Store(tmp_path)
        first.write(engine, PERSON_CHANGES, CHANGE.format(1))
        assert not Store(tmp_path).has("person_changes")
        first.commit()
        reader = Store(tmp_path)
        second = Store(tmp_path)
        second.write(engine, PERSON_CHANGES, CHANGE.format(2))
        second.commit()
        reader.view(engine, "person_changes")
        assert engine.value("SELECT run_id FROM person_changes") == "1"


def test_two_pointers_stand_beside_each_other(tmp_path: Path) -> None:
    with DuckEngine() as engine:
        for number, pointer in ((1, "current.json"), (2, "known-2025-10-31.json")):
            store = Store(tmp_path, pointer)
            store.write(engine, PERSON_CHANGES, CHANGE.format(number))
            store.commit()
    assert len({Store(tmp_path, p.name).versions["person_changes"]
                for p in tmp_path.glob("*.json")}) == 2  # fmt: skip


def test_commit_without_change_writes_nothing(tmp_path: Path) -> None:
    with DuckEngine() as engine:
        for _ in range(2):
            store = Store(tmp_path)
            store.write(engine, PERSON_CHANGES, CHANGE.format(1))
            store.commit()
            state = (tmp_path / "current.json").stat()
            seen = (state.st_mtime_ns, state.st_ino)
    assert (tmp_path / "current.json").stat().st_mtime_ns == seen[0]


def test_a_missing_table_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Store(tmp_path).path("ledger", verb="ledger")
    assert caught.value.code == "workspace.table_missing"
    assert "cakup ledger" in str(caught.value)


@pytest.mark.parametrize("damage", ["remove", "cut", "flip", "pointer"])
def test_damage_is_noticed_and_mended_by_writing_again(tmp_path: Path, damage: str) -> None:
    with DuckEngine() as engine:
        store = Store(tmp_path)
        store.write(engine, PERSON_CHANGES, CHANGE.format(1))
        store.commit()
        path = store.path("person_changes")
        content = path.read_bytes()
        if damage == "remove":
            path.unlink()
        elif damage == "cut":
            path.write_bytes(content[:-5])
        elif damage == "flip":
            path.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
        else:
            (tmp_path / "current.json").write_text("[]")
        with pytest.raises(InputError) as caught:
            Store(tmp_path).path("person_changes")
        assert caught.value.code == "workspace.damaged"
        if damage != "pointer":
            again = Store(tmp_path)
            again.write(engine, PERSON_CHANGES, CHANGE.format(1))
            assert again.path("person_changes").read_bytes() == content
