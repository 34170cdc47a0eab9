"""The engine of many machines: Spark behind the same port, from the same SQL texts.

Tables that a run makes are Parquet folders in the scratch folder; files of the workspace are
written by the embedded engine from Spark's parts, sorted, so that the same rows give the same bytes
whichever engine made them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import polars
import pyarrow
import pyarrow.parquet
from sqlglot import exp

from cakup.engines.duckdb import DuckEngine
from cakup.engines.spark_session import start
from cakup.engines.spark_sql import parse, to_spark
from cakup.kernel.errors import AccessError, CakupError, EngineError

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")
SIGNS_OF_FULL_DISK = ("No space left", "Disk quota exceeded")
SIGNS_OF_NO_MEMORY = ("OutOfMemoryError", "Cannot grow BufferHolder", "UNABLE_TO_ACQUIRE_MEMORY")
SIGNS_OF_NO_PERMISSION = ("Permission denied",)


class SparkEngine:
    """A session of Spark behind the port ``kernel.ports.SqlEngine``.

    Args:
        scratch: Private folder for tables of the run and for spilling.
        memory_mb: Memory of Spark's driver, megabytes; the embedded engine that writes the files of
            the workspace has a quarter of it.
        threads: Cores on one machine, None = all. Results do not depend on it.
        settings: Further settings ``spark.…``.
    """

    def __init__(
        self, scratch: Path, *, memory_mb: int = 3200, threads: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._scratch = scratch
        self._memory_mb = memory_mb
        self._session = start(scratch, memory_mb, threads, settings or {})
        self._spark = self._session.newSession()
        self._duck = DuckEngine(scratch, memory_mb=max(memory_mb // 4, 500), threads=threads)
        self._made = 0
        #: Folder of each table of the run; a view has none.
        self._folders: dict[str, Path] = {}

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def session(self) -> Any:
        """Spark's own session, for what else runs on it."""
        return self._session

    def close(self) -> None:
        """Stop Spark; the next engine of this process starts it again in its own folder."""
        self._duck.close()
        self._session.stop()

    def run(self, sql: str) -> None:
        """Run one statement without a result."""
        statement = parse(sql)
        if isinstance(statement, exp.Create):
            self._create(statement, sql)
        elif isinstance(statement, exp.Insert):
            self._insert(statement.this.name, self._query(statement.expression, sql), sql)
        elif isinstance(statement, exp.Drop):
            self.drop(statement.find(exp.Table).name)
        elif isinstance(statement, exp.Alter):
            self._rename(statement.this.name, statement.args["actions"][0].this.name, sql)
        else:
            raise EngineError("engine.dialect", form=type(statement).__name__)

    def frame(self, sql: str) -> pl.DataFrame:
        """Return the result of a query as a Polars frame."""
        found = self._query(parse(sql), sql)
        names = [f"_{at}_{name}" for at, name in enumerate(found.columns)]
        if len(set(found.columns)) == len(names):
            names = found.columns
        table = self._guarded(lambda: found.toDF(*names).toArrow(), sql)
        return cast("pl.DataFrame", polars.from_arrow(table))

    def value(self, sql: str) -> Any:
        """Return the first value of a query, None if there is no row."""
        rows = self._guarded(lambda: self._query(parse(sql), sql).take(1), sql)
        return rows[0][0] if rows else None

    def register(self, name: str, frame: pl.DataFrame) -> None:
        """Make a Polars frame readable under ``name``."""
        lost = [c for c, kind in frame.schema.items() if kind == polars.Null]
        folder = self._new_folder(name)
        folder.mkdir(mode=0o700)
        frame.with_columns(polars.col(lost).cast(polars.String)).write_parquet(
            folder / "part.parquet", compression="lz4"
        )
        self._folders[name] = folder
        self._show(name, name)

    def view(self, name: str, *files: Path) -> None:
        """Make Parquet files readable under ``name``; columns are matched by name."""
        self._folders.pop(name, None)
        self._read(name, [str(f) for f in files], [pyarrow.parquet.read_schema(f) for f in files])

    def drop(self, name: str) -> None:
        """Forget a table, view or registered frame."""
        self._folders.pop(name, None)
        self._spark.catalog.dropTempView(name)

    def write_parquet(self, sql: str, path: Path) -> int:
        """Write an ordered query to a Parquet file and return its number of rows."""
        return self._finish(sql, path, None)

    def stream_parquet(self, sql: str, path: Path, order: tuple[str, ...]) -> int:
        """Write rows to a Parquet file as the embedded engine streams them.

        Args:
            sql: Query.
            path: File to write.
            order: Columns by which the rows are sorted; tables of Spark have no order of their own.
        """
        return self._finish(sql, path, order)

    def _finish(self, sql: str, path: Path, order: tuple[str, ...] | None) -> int:
        """Let Spark compute the rows and the embedded engine write them, sorted, into one file."""
        query = parse(sql)
        by = query.args.pop("order", None)
        folder = self._new_folder("out")
        self._write(self._query(query, sql), folder, sql)
        rows = f"SELECT * FROM read_parquet('{_quoted(folder)}/*.parquet')"
        if order is None:
            ordered = f"{rows} {by.sql(dialect='duckdb') if by else ''}"
            return self._duck.write_parquet(ordered, path)
        return self._duck.stream_parquet(f"{rows} ORDER BY {', '.join(order)}", path, order)

    def _create(self, statement: exp.Create, sql: str) -> None:
        """Make a table or a view of the run."""
        schema = statement.this
        if isinstance(schema, exp.Schema):
            columns = ", ".join(
                f"CAST(NULL AS {c.args['kind'].sql(dialect='duckdb')}) AS {c.name}"
                for c in schema.expressions
            )
            self.run(
                f"CREATE OR REPLACE TEMP TABLE {schema.this.name} AS SELECT {columns} WHERE false"
            )
            return
        name, query = schema.name, self._query(statement.expression, sql)
        if statement.kind == "VIEW":
            self._folders.pop(name, None)
            query.createOrReplaceTempView(name)
            return
        folder = self._new_folder(name)
        self._write(query, folder, sql)
        self._folders[name] = folder
        self._show(name, sql)

    def _insert(self, name: str, rows: Any, sql: str) -> None:
        """Add rows to a table of the run; their columns are taken in order, as SQL does."""
        target = self._spark.table(name)
        rows = rows.toDF(*target.columns).to(target.schema)
        self._write(rows, self._folders[name], sql, "append")
        self._show(name, sql)

    def _rename(self, name: str, new: str, sql: str) -> None:
        """Give a table of the run another name."""
        self._folders[new] = self._folders.pop(name)
        self._show(new, sql)
        self.drop(name)

    def _query(self, query: exp.Expression, sql: str) -> Any:
        """Return a query as Spark's frame; columns without any type become texts."""
        text = to_spark(query)
        found = self._guarded(lambda: self._spark.sql(text), sql)
        for name, kind in found.dtypes:
            if kind == "void":
                found = found.withColumn(name, found[name].cast("string"))
        return found

    def _write(self, rows: Any, folder: Path, sql: str, mode: str = "errorifexists") -> None:
        self._guarded(lambda: rows.write.mode(mode).parquet(str(folder)), sql)

    def _show(self, name: str, sql: str) -> None:
        """Make the folder of a table readable under its name."""
        path = str(self._folders[name])
        self._guarded(lambda: self._spark.read.parquet(path).createOrReplaceTempView(name), sql)

    def _read(self, name: str, paths: list[str], schemas: list[Any]) -> None:
        """Make files readable; with their schema told, Spark need not look for it in a job."""
        from pyspark.sql.pandas.types import from_arrow_schema

        merged = pyarrow.unify_schemas(schemas, promote_options="permissive")
        read = self._spark.read.schema(from_arrow_schema(merged))
        self._guarded(lambda: read.parquet(*paths).createOrReplaceTempView(name), name)

    def _new_folder(self, name: str) -> Path:
        self._made += 1
        return self._scratch / f"{name}-{self._made}"

    def _guarded(self, work: Callable[[], T], sql: str) -> T:
        """Do work in Spark; a failure names the statement, never a value of the data.

        Spark quotes values and writes whole stack traces into its errors. So its error is neither
        passed on nor chained.
        """
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            return work()
        except (PySparkException, Py4JError, OSError) as err:
            failure = self._failure(err, sql)
        raise failure

    def _failure(self, err: Exception, sql: str) -> CakupError:
        """Return the error to raise for one of Spark's."""
        text = str(err)
        if any(sign in text for sign in SIGNS_OF_FULL_DISK):
            return AccessError("workspace.disk_full", path="scratch")
        if any(sign in text for sign in SIGNS_OF_NO_PERMISSION):
            return AccessError("workspace.no_permission", path="tables")
        if any(sign in text for sign in SIGNS_OF_NO_MEMORY):
            return EngineError("engine.memory", memory_mb=self._memory_mb)
        condition = getattr(err, "getCondition", lambda: None)() or ""
        return EngineError(
            "engine.sql", kind=type(err).__name__, statement=" ".join(sql.split())[:60],
            detail=condition,
        )  # fmt: skip


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
