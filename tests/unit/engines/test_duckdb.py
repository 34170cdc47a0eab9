"""The engine: results as frames, failures without a value of the data."""

from __future__ import annotations

import subprocess
import sys
import traceback
from pathlib import Path

import polars as pl
import pytest

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.errors import AccessError, EngineError

MARKED = "ZZMARKEDZZ 1275911212900001"


@pytest.fixture
def engine():
    with DuckEngine(threads=2) as made:
        yield made


def test_frames_go_in_and_out(engine: DuckEngine) -> None:
    given = pl.DataFrame({"a": ["x", None], "n": [1, 2]})
    engine.register("given", given)
    assert engine.frame("SELECT a, n FROM given ORDER BY n").equals(given)
    assert engine.frame("SELECT a FROM given WHERE false").height == 0
    assert engine.value("SELECT sum(n) FROM given") == 3
    assert engine.value("SELECT n FROM given WHERE false") is None


@pytest.mark.parametrize(
    "given",
    [
        pl.DataFrame({"n": [1, 2], "nothing": [None, None]}),
        pl.DataFrame({"n": [1, 2], "nothing": [None, None]}).clear(),
        pl.DataFrame({"n": [1, 2], "many": [["a", "b"], None], "none": [[None], []]}),
        pl.DataFrame({"n": [1, 2], "kind": pl.Series(["a", None], dtype=pl.Categorical)}),
        pl.DataFrame({"n": [1, 2], "raw": [b"x", None], "is_so": [None, True]}),
        pl.concat([pl.DataFrame({"n": [1], "a": ["x"]}), pl.DataFrame({"n": [2], "a": [None]})]),
    ],
)
def test_frames_of_every_kind_go_in(engine: DuckEngine, given: pl.DataFrame) -> None:
    engine.register("given", given)
    engine.run("CREATE TEMP TABLE held AS SELECT * FROM given")
    for name in ("given", "held"):
        found = engine.frame(f"SELECT * FROM {name} ORDER BY n")
        assert found.rows() == given.rows()
        assert found.columns == given.columns


def test_drop_forgets_tables_views_and_frames(engine: DuckEngine) -> None:
    engine.run("CREATE TEMP TABLE thing AS SELECT 1 AS a")
    engine.run("CREATE TEMP VIEW seen AS SELECT 1 AS a")
    engine.register("framed", pl.DataFrame({"a": [1]}))
    for name in ("thing", "seen", "framed", "never_there"):
        engine.drop(name)
        with pytest.raises(EngineError):
            engine.run(f"SELECT * FROM {name}")


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT CAST(a AS INTEGER) FROM (SELECT '{MARKED}' AS a)",
        f"SELECT error(a) FROM (SELECT '{MARKED}' AS a)",
    ],
)
@pytest.mark.parametrize("how", ["run", "frame", "value"])
def test_no_failure_carries_a_value(engine: DuckEngine, how: str, sql: str) -> None:
    """Neither the message nor anything chained to the exception may show a person."""
    engine.run(f"CREATE TEMP TABLE people AS SELECT '{MARKED}' AS a")
    sql = sql.replace(f"(SELECT '{MARKED}' AS a)", "people")
    with pytest.raises(EngineError) as caught:
        getattr(engine, how)(sql)
    shown = "".join(traceback.format_exception(caught.value))
    assert "ZZMARKEDZZ" not in shown
    assert caught.value.__context__ is None
    assert caught.value.code == "engine.sql"


def test_no_failure_of_a_row_that_is_fetched_late_carries_a_value(engine: DuckEngine) -> None:
    """Rows that come before it are with Polars already, and Polars quotes DuckDB's error."""
    engine.run(
        f"CREATE TEMP TABLE many AS SELECT i, '{MARKED} ' || i AS a FROM range(3000000) t(i)"
    )
    with pytest.raises(EngineError) as caught:
        engine.frame("SELECT CASE WHEN i = 2999999 THEN a::INTEGER END AS n FROM many")
    assert "ZZMARKEDZZ" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None
    assert caught.value.code == "engine.sql"


def test_rows_are_handed_over_without_another_library_and_freed() -> None:
    """What is never freed, DuckDB tells on the screen when the process ends."""
    program = """
import sys
import polars as pl
from cakup.engines.duckdb import DuckEngine
with DuckEngine() as engine:
    given = pl.DataFrame({"a": ["x", None, "a text that is long"], "n": [1, 2, 3]})
    engine.register("given", given)
    assert engine.frame("SELECT * FROM given ORDER BY n").height == 3
    try:
        engine.frame("SELECT a::INTEGER FROM given")
    except Exception:
        pass
assert "pyarrow" not in sys.modules
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_a_fault_in_a_statement_is_told_apart(engine: DuckEngine) -> None:
    with pytest.raises(EngineError) as caught:
        engine.frame("SELECT nothing FROM nowhere")
    assert "nowhere" in str(caught.value)


def test_too_little_memory_is_said(tmp_path: Path) -> None:
    with DuckEngine(memory_mb=16, threads=1) as small, pytest.raises(EngineError) as caught:
        small.frame("SELECT list(i) FROM range(20000000) t(i)")
    assert caught.value.code == "engine.memory"


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with DuckEngine() as engine, pytest.raises(AccessError) as caught:
        engine.run(f"COPY (SELECT * FROM range(1000000)) TO '{full}' (FORMAT csv)")
    assert caught.value.code == "workspace.disk_full"


def test_view_matches_columns_by_name(engine: DuckEngine, tmp_path: Path) -> None:
    one, two = tmp_path / "a'1.parquet", tmp_path / "b.parquet"
    pl.DataFrame({"a": [1], "b": ["x"]}).write_parquet(one)
    pl.DataFrame({"b": ["y"], "a": [2], "c": [True]}).write_parquet(two)
    engine.view("two_files", one, two)
    assert engine.frame("SELECT a, b, c FROM two_files ORDER BY a").rows() == [
        (1, "x", None),
        (2, "y", True),
    ]
