"""Spark and DuckDB from the same texts: the same rows, the same tables, the same figures."""

from __future__ import annotations

import os
import shutil
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import small_city
import small_province
from cakup.engines import spark_session, spark_tasks
from cakup.engines.duckdb import DuckEngine
from cakup.engines.spark_tasks import SparkTasks
from cakup.kernel.errors import CakupError, EngineError
from cakup.pipeline import ledger, link, measure
from cakup.pipeline.workspace import Workspace
from hand_made import write_import

pytestmark = pytest.mark.spark
#: A short run has no time for the compiler of the JVM to pay.
QUICK = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.executorEnv.POLARS_MAX_THREADS": "1",
}
DAY = date(2025, 10, 31)
MARKED = "ZZMARKEDZZ"


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One Spark for all tests; they skip where it was not asked for or cannot run."""
    if not os.environ.get("CAKUP_SPARK"):
        pytest.skip("Spark takes minutes: CAKUP_SPARK=1, or CAKUP_SPARK=full with a whole city")
    try:
        spark_session.check_spark()
    except EngineError as err:
        pytest.skip(err.spoken("en"))
    from cakup.engines.spark import SparkEngine

    folder = tmp_path_factory.mktemp("spark")
    (folder / "events").mkdir()
    told = {"spark.eventLog.enabled": "true", "spark.eventLog.dir": (folder / "events").as_uri(),
            "spark.eventLog.compress": "false", **QUICK}  # fmt: skip
    with SparkEngine(folder, memory_mb=1500, threads=2, small_rows=0, settings=told) as engine:
        yield engine


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small_province.build(tmp_path_factory.mktemp("province"), persons=600)


@pytest.fixture(params=[0, 3, 1000])
def mixed(spark: Any, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with _on(spark, tmp_path, request.param) as engine:
        yield engine


@contextmanager
def _on(spark: Any, scratch: Path, small_rows: int) -> Iterator[Any]:
    """An engine on the same Spark that leaves statements over fewer rows to the embedded one."""
    engine = type(spark)(scratch, memory_mb=1500, threads=2, small_rows=small_rows)
    engine.__dict__["session"] = spark.session
    yield engine
    engine._duck.close()


ROWS = pl.DataFrame(
    {
        "id": ["a", "b", "c", "d", "e"],
        "who": ["x", "x", "y", "y", None],
        "day": [date(2024, 2, 29), date(2024, 1, 31), None, date(2023, 12, 31), date(2000, 2, 29)],
        "program": ["jkk,jkm", "jht", None, "jkm, jkk", ""],
        "n": [3, -7, None, 7, 0],
        "is_paid": [True, None, False, True, False],
        "name": ["SITI AMINAH", "SITI AMINA", "Müller", None, ""],
    }
)
TEXTS = (
    "SELECT id, n // 2 AS half, n % 3 AS rest, round(n / 2)::BIGINT AS near FROM t ORDER BY id",
    "SELECT id, (day + to_months(1))::DATE AS d, (day - to_months(13))::DATE AS e,"
    " date_trunc('month', day)::DATE AS m, last_day(day) AS l, day + 14 AS f FROM t ORDER BY id",
    "SELECT id, datesub('year', day, DATE '2025-02-28')::INTEGER AS age FROM t ORDER BY id",
    "SELECT id, trim(unnest(string_split(program, ','))) AS p FROM t ORDER BY id, p",
    "SELECT id, unnest(string_split(program, ',')) AS p,"
    " unnest(range(len(string_split(program, ',')))) = 0 AS is_first FROM t ORDER BY id, p",
    "SELECT id, unnest(generate_series(day, DATE '2024-02-01', INTERVAL 1 MONTH))::DATE AS m"
    " FROM t WHERE day > DATE '2023-01-01' ORDER BY id, m",
    "SELECT id, unnest(range(n - 2, 2)) AS k FROM t ORDER BY id, k",
    "SELECT id, list_sort(list_distinct(list_transform(string_split(program, ','),"
    " lambda p: trim(p))))[1] AS p FROM t WHERE program IS NOT NULL ORDER BY id",
    "SELECT who, min_by(program, id) AS p, arg_max(n, (day, id)) AS q, count(*) FILTER (is_paid)"
    " AS k, bool_or(is_paid) AS o, count(DISTINCT (who, day)) AS u,"
    " coalesce(sum(n) FILTER (n > 0), 0)::BIGINT AS s FROM t GROUP BY who ORDER BY who",
    "SELECT string_agg(DISTINCT who, ',' ORDER BY who) AS w, concat_ws(',', min(id), max(who)) AS c"
    " FROM t",
    "SELECT id, who FROM t QUALIFY row_number() OVER (PARTITION BY who ORDER BY day DESC, id) = 1"
    " ORDER BY id",
    "SELECT id, row_number() OVER (ORDER BY n, id) AS k, dense_rank() OVER (ORDER BY who) AS r"
    " FROM t ORDER BY id",
    "SELECT t.id, u.day AS next FROM (SELECT * FROM t WHERE who IS NOT NULL) t"
    " ASOF LEFT JOIN u ON u.who = t.who AND t.day <= u.day ORDER BY id",
    "WITH t AS (SELECT * FROM t WHERE n > 0) SELECT id FROM t"
    " SEMI JOIN (SELECT id FROM t) k USING (id) ORDER BY id",
    "SELECT id FROM t ANTI JOIN (SELECT who FROM u) u ON u.who = t.who ORDER BY id",
    "SELECT id, n IS DISTINCT FROM 3 AS a, (n < 5) IS NOT FALSE AS b, least(n, 1) AS c,"
    " greatest(n, NULL, 2) AS d, coalesce(nullif(program, ''), '?') AS e FROM t ORDER BY id",
    "SELECT a.id AS l, b.id AS r, jaro_winkler_similarity(a.name, b.name) AS s FROM t a, t b"
    " WHERE a.id < b.id ORDER BY l, r",
    "SELECT id, regexp_replace(upper(name), '[^A-Z0-9]', '', 'g') AS v, left(md5(id), 20) AS h,"
    " (n << 4) AS b, starts_with(name, 'SI') AS w FROM t WHERE n >= 0 ORDER BY id",
    "SELECT r.* REPLACE (1 AS n) FROM (SELECT id, n FROM t) r ORDER BY id",
)


@pytest.mark.parametrize("sql", TEXTS)
def test_the_same_text_gives_the_same_rows(spark: Any, sql: str) -> None:
    later = ROWS.filter(pl.col("day").is_not_null()).select("who", "day")
    with DuckEngine(threads=1) as duck:
        for engine in (duck, spark):
            engine.register("t", ROWS)
            engine.register("u", later)
        expected, got = duck.frame(sql), spark.frame(sql)
    assert expected.height
    assert got.rows() == expected.rows()


def test_tables_views_and_frames_of_a_run(mixed: Any) -> None:
    """Whichever engine holds a table, the next statement finds it."""
    mixed.register("given", pl.DataFrame({"a": [1, 2], "b": ["x", None], "c": [None, None]}))
    mixed.run("CREATE TEMP TABLE made AS SELECT a, b, NULL AS nothing FROM given")
    mixed.run("CREATE OR REPLACE TEMP VIEW seen AS SELECT sum(a)::BIGINT AS n FROM made")
    assert mixed.value("SELECT n FROM seen") == 3
    mixed.run("CREATE OR REPLACE TEMP TABLE made AS SELECT a, b FROM made WHERE a > 1")
    mixed.run("INSERT INTO made SELECT a, b FROM given WHERE a = 1")
    mixed.run("INSERT INTO made SELECT a + 10, b FROM given")
    assert mixed.value("SELECT n FROM seen") == 26
    assert mixed.value("SELECT a FROM made WHERE a > 99") is None
    assert mixed.frame("SELECT count(*) AS n, count(b) AS k FROM made").rows() == [(4, 2)]
    mixed.run("CREATE TEMP TABLE total AS SELECT sum(a) AS n FROM made")
    joined = "SELECT m.a, t.n::BIGINT AS n FROM made m, total t, given g WHERE g.a = 1 ORDER BY m.a"
    assert mixed.frame(joined).rows() == [(1, 26), (2, 26), (11, 26), (12, 26)]
    mixed.run("ALTER TABLE made RENAME TO kept")
    assert mixed.frame("SELECT a FROM kept ORDER BY a")["a"].to_list() == [1, 2, 11, 12]
    mixed.run("CREATE TEMP TABLE empty (a VARCHAR, n BIGINT)")
    assert mixed.frame("SELECT * FROM empty").schema == {"a": pl.String, "n": pl.Int64}
    mixed.run("INSERT INTO empty SELECT b, a FROM kept")
    assert mixed.value("SELECT sum(n)::BIGINT FROM empty") == 26
    mixed.run("DROP TABLE kept")
    mixed.drop("never_there")
    with pytest.raises(EngineError):
        mixed.frame("SELECT * FROM kept")


def test_small_work_never_starts_spark(spark: Any, tmp_path: Path) -> None:
    with type(spark)(tmp_path, memory_mb=1500, threads=1) as engine:
        engine.register("given", ROWS)
        engine.run("CREATE TEMP TABLE made AS SELECT id, n FROM given WHERE n > 0")
        engine.stream_parquet("SELECT * FROM made", tmp_path / "made.parquet", ("n", "id"))
        engine.view("read", tmp_path / "made.parquet")
        assert engine.frame("SELECT id FROM read")["id"].to_list() == ["a", "d"]
        assert not engine.is_started


def test_files_hold_the_same_rows_in_the_same_order(spark: Any, tmp_path: Path) -> None:
    sql = "SELECT id::VARCHAR AS id, n::BIGINT AS n, day::DATE AS day FROM t ORDER BY id, n"
    with DuckEngine(threads=1) as duck:
        for name, engine in (("duck", duck), ("spark", spark)):
            engine.register("t", ROWS)
            assert engine.write_parquet(sql, tmp_path / name) == ROWS.height
            engine.stream_parquet(sql, tmp_path / f"{name}_streamed", ("id", "n"))
    for name in ("", "_streamed"):
        duck_rows, spark_rows = (
            pl.read_parquet(tmp_path / f"{engine}{name}") for engine in ("duck", "spark")
        )
        assert spark_rows.equals(duck_rows)
        assert spark_rows.schema == duck_rows.schema


@pytest.mark.parametrize("sql", ["SELECT a::INTEGER AS n FROM people", "SELECT b FROM people"])
def test_no_failure_carries_a_value(
    spark: Any, sql: str, capfd: pytest.CaptureFixture[str]
) -> None:
    spark.register("people", pl.DataFrame({"a": [MARKED]}))
    with pytest.raises(CakupError) as caught:
        spark.frame(sql)
    assert caught.value.code == "engine.sql"
    assert caught.value.__context__ is None
    shown = "".join(traceback.format_exception(caught.value)) + "".join(capfd.readouterr())
    assert MARKED not in shown
    assert len(caught.value.spoken("en").splitlines()) == 1


def _workspace(folder: Path) -> Workspace:
    """Return a dozen people on lists, in the register and among payments, not linked yet."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ledger, "run", lambda *_: None)
        made = small_city.build(folder)
    paid = [
        {"kpj": "25000000001", "nik": small_city.nik(1), "program": "jkk,jkm", "amount_rp": 16_800,
         "bulan": date(2025, m, 1), "paid_on": date(2025, m, 10), "payer": "mandiri"}
        for m in range(1, 11)
    ]  # fmt: skip
    write_import(made, "e" * 16, "pembayaran", paid, sender="BPJS")
    shutil.rmtree(made.root / "tables")
    (made.root / "current.json").unlink()
    return made


def _same_spark(spark: Any, monkeypatch: pytest.MonkeyPatch, small_rows: int = 0) -> None:
    """Let workspaces use the Spark that runs already."""

    @contextmanager
    def engine(scratch: Path, **_: Any) -> Iterator[Any]:
        with _on(spark, scratch, small_rows) as made:
            yield made

    @contextmanager
    def tasks(*_: Any, **__: Any) -> Iterator[SparkTasks]:
        yield SparkTasks(spark.session)

    monkeypatch.setattr("cakup.engines.spark.SparkEngine", engine)
    monkeypatch.setattr("cakup.engines.spark_tasks.open_tasks", tasks)


@pytest.mark.parametrize("partitions", [0, 3])
def test_links_of_tasks_are_those_of_one_machine(
    spark: Any, province: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], partitions: int,
) -> None:  # fmt: skip
    """A province in workers of Spark: the same bytes, and nobody in what Spark says of it."""
    _same_spark(spark, monkeypatch)
    versions = []
    for name, engine in (("one", "duckdb"), ("two", "spark")):
        shutil.copytree(province.root, tmp_path / name)
        workspace = Workspace(tmp_path / name, province.place, engine)
        link.run(link.Request(partitions=partitions), workspace)
        versions.append(workspace.store().versions)
    assert versions[0] == versions[1]
    persons = pl.read_parquet(workspace.store().path("persons")).select("nik", "nama")
    assert persons.height > 400
    events = list(spark.session.sparkContext._jsc.sc().eventLogDir().get().getPath().split(","))
    said = "".join(f.read_text() for f in Path(events[0]).rglob("*") if f.is_file())
    assert "SparkListenerTaskEnd" in said
    said += "".join(capfd.readouterr())
    assert not [v for row in persons.rows() for v in row if v and len(v) > 8 and v in said]


def test_a_worker_that_fails_says_only_a_code(
    spark: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = SparkTasks(spark.session)
    pieces = [(str(tmp_path), MARKED), (str(tmp_path),)]
    told = tasks.each("os.path:basename", pieces)
    assert [outcome.code for outcome in told] == ["died", "died"]
    with pytest.raises(EngineError) as caught:
        tasks.each("os.path:basename", [(str(tmp_path / "nowhere"),)])
    assert caught.value.code == "engine.spark_storage"
    module = tmp_path / "sudden.py"
    module.write_text("import os\ndef end(folder):\n    os.kill(os.getpid(), 9)\n")
    spark.session.sparkContext.addPyFile(str(module))
    assert [o.code for o in tasks.each("sudden:end", [(str(tmp_path),)])] == ["died"]
    shown = "".join(capfd.readouterr())
    assert MARKED not in shown
    monkeypatch.setattr(spark_tasks, "__version__", "9.9")
    with pytest.raises(EngineError) as caught:
        tasks.each("os.path:basename", [(str(tmp_path),)])
    assert caught.value.code == "engine.spark_worker"
    assert "9.9" in caught.value.spoken("en")


@pytest.mark.parametrize("small_rows", [1_000_000, 30, 0])
def test_a_city_has_the_same_ledger_and_figures(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_rows: int
) -> None:
    """Link, ledger and measure on both engines, from the same files."""
    if os.environ["CAKUP_SPARK"] != "full" and small_rows < 1_000_000:
        pytest.skip("the whole way runs with CAKUP_SPARK=full (make spark)")
    first = _workspace(tmp_path / "one")
    shutil.copytree(first.root, tmp_path / "two")
    second = Workspace(tmp_path / "two", first.place, "spark")

    _same_spark(spark, monkeypatch, small_rows)
    told = [_told(w) for w in (first, second)]
    assert told[0]["versions"].keys() == told[1]["versions"].keys()
    different = {k for k, v in told[0]["versions"].items() if told[1]["versions"][k] != v}
    for name in different:
        rows = [pl.read_parquet(w.store().path(name)).rows() for w in (first, second)]
        assert rows[0] == rows[1], name
    assert told[0]["figures"] == told[1]["figures"]
    assert told[0]["links"]["linked_participants"] > 0


def _told(workspace: Workspace) -> dict[str, Any]:
    links = link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    found = measure.run(measure.Request(as_of=DAY, by=("kecamatan", "segmen")), workspace).as_json()
    return {"links": links.as_json(), "figures": found, "versions": workspace.store().versions}
