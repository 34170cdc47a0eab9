"""The engine of many machines: Spark behind the same port, from the same SQL texts.

Spark takes longer to plan a statement than the embedded engine takes to run it over a million rows.
So a statement that reads few rows is run by the embedded engine, and Spark is started by the first
one that reads many. A table is handed over as Parquet in the scratch folder when the other engine
asks for it. Files of the workspace are written by the embedded engine, sorted, so that the same
rows give the same bytes whichever engine made them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
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


#: Statements that read fewer rows than this are left to the embedded engine.
SMALL_ROWS = 1_000_000


#: Types of the embedded engine that Parquet or Spark does not have, and what they become.
_NARROWED = {"HUGEINT": "BIGINT", '"NULL"': "VARCHAR"}


@dataclass
class _Table:
    """A name of the run: how many rows stand behind it, and which engine can read it.

    Args:
        rows: Rows; of a view those of what it reads are counted when they are asked for.
        files: Parquet files or a pattern for them, where there are any.
        view: Query of a view.
        in_duck: Whether the embedded engine knows it.
        in_spark: Whether Spark knows it.
    """

    rows: int
    files: tuple[str, ...] = ()
    view: str = ""
    in_duck: bool = False
    in_spark: bool = False


class SparkEngine:
    """A session of Spark behind the port ``kernel.ports.SqlEngine``.

    Args:
        scratch: Private folder for tables of the run and for spilling.
        memory_mb: Memory of Spark's driver, megabytes; the embedded engine that runs what is small
            and writes the files of the workspace has a quarter of it.
        threads: Cores on one machine, None = all. Results do not depend on it.
        small_rows: Statements that read fewer rows are left to the embedded engine; 0 = none.
        settings: Further settings ``spark.…``.
    """

    def __init__(
        self, scratch: Path, *, memory_mb: int = 3200, threads: int | None = None,
        small_rows: int = SMALL_ROWS, settings: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._scratch = scratch
        self._memory_mb = memory_mb
        self._threads, self._settings = threads, settings or {}
        self._small_rows = small_rows
        self._duck = DuckEngine(scratch, memory_mb=max(memory_mb // 4, 500), threads=threads)
        self._made = 0
        self._tables: dict[str, _Table] = {}

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def session(self) -> Any:
        """Spark's own session, started when it is asked for."""
        return start(self._scratch, self._memory_mb, self._threads, self._settings)

    @cached_property
    def _spark(self) -> Any:
        return self.session.newSession()

    @property
    def is_started(self) -> bool:
        """Whether Spark runs: nothing was large enough if it does not."""
        return "session" in self.__dict__

    def close(self) -> None:
        """Stop Spark; the next engine of this process starts it again in its own folder."""
        self._duck.close()
        if self.is_started:
            self.session.stop()

    def run(self, sql: str) -> None:
        """Run one statement without a result."""
        statement = parse(sql)
        if isinstance(statement, exp.Create):
            self._create(statement, sql)
        elif isinstance(statement, exp.Insert):
            self._insert(statement, sql)
        elif isinstance(statement, exp.Drop):
            self.drop(statement.find(exp.Table).name)
        elif isinstance(statement, exp.Alter):
            self._rename(statement.this.name, statement.args["actions"][0].this.name, sql)
        else:
            raise EngineError("engine.dialect", form=type(statement).__name__)

    def frame(self, sql: str) -> pl.DataFrame:
        """Return the result of a query as a Polars frame."""
        query = parse(sql)
        if self._is_small(query):
            return self._duck.frame(sql)
        found = self._query(query, sql)
        names = [f"_{at}_{name}" for at, name in enumerate(found.columns)]
        if len(set(found.columns)) == len(names):
            names = found.columns
        table = self._guarded(lambda: found.toDF(*names).toArrow(), sql)
        return cast("pl.DataFrame", polars.from_arrow(table))

    def value(self, sql: str) -> Any:
        """Return the first value of a query, None if there is no row."""
        query = parse(sql)
        if self._is_small(query):
            return self._duck.value(sql)
        rows = self._guarded(lambda: self._query(query, sql).take(1), sql)
        return rows[0][0] if rows else None

    def register(self, name: str, frame: pl.DataFrame) -> None:
        """Make a Polars frame readable under ``name``."""
        self.drop(name)
        self._duck.register(name, frame)
        self._tables[name] = _Table(frame.height, in_duck=True)

    def view(self, name: str, *files: Path) -> None:
        """Make Parquet files readable under ``name``; columns are matched by name."""
        self.drop(name)
        self._tables[name] = _Table(_rows_in(files), tuple(str(f) for f in files))

    def drop(self, name: str) -> None:
        """Forget a table, view or registered frame."""
        table = self._tables.pop(name, None)
        if table and table.in_duck:
            self._duck.drop(name)
        if table and table.in_spark:
            self._spark.catalog.dropTempView(name)

    def write_parquet(self, sql: str, path: Path) -> int:
        """Write an ordered query to a Parquet file and return its number of rows."""
        query = parse(sql)
        if self._is_small(query):
            return self._duck.write_parquet(sql, path)
        by = query.args.pop("order", None)
        rows = self._computed(query, sql)
        return self._duck.write_parquet(f"{rows} {by.sql(dialect='duckdb') if by else ''}", path)

    def stream_parquet(self, sql: str, path: Path, order: tuple[str, ...]) -> int:
        """Write rows to a Parquet file as the embedded engine streams them.

        Args:
            sql: Query.
            path: File to write.
            order: Columns by which the rows are sorted; tables of Spark have no order of their own.
        """
        query = parse(sql)
        rows = f"SELECT * FROM ({sql})" if self._is_small(query) else self._computed(query, sql)
        return self._duck.stream_parquet(f"{rows} ORDER BY {', '.join(order)}", path, order)

    def _computed(self, query: exp.Expression, sql: str) -> str:
        """Let Spark compute the rows of a query; return the embedded engine's query for them."""
        folder = self._new_folder("out")
        self._write(self._query(query, sql), folder, sql)
        return f"SELECT * FROM read_parquet('{_quoted(folder)}/*.parquet')"

    def _create(self, statement: exp.Create, sql: str) -> None:
        """Make a table or a view of the run."""
        schema = statement.this
        name = schema.this.name if isinstance(schema, exp.Schema) else schema.name
        if isinstance(schema, exp.Schema):
            self.drop(name)
            self._duck.run(sql)
            self._tables[name] = _Table(0, in_duck=True)
        elif statement.kind == "VIEW":
            self.drop(name)
            self._tables[name] = _Table(0, view=_body(sql))
        elif self._is_small(statement.expression):
            # It may read what it replaces.
            self._duck.run(f"CREATE TEMP TABLE _new AS {_body(sql)}")
            self.drop(name)
            self._duck.run(f"ALTER TABLE _new RENAME TO {name}")
            rows = int(self._duck.value(f"SELECT count(*) FROM {name}"))
            self._tables[name] = _Table(rows, in_duck=True)
        else:
            folder = self._new_folder(name)
            self._write(self._query(statement.expression, sql), folder, sql)
            self.drop(name)
            self._tables[name] = _of_folder(folder)

    def _insert(self, statement: exp.Insert, sql: str) -> None:
        """Add rows to a table of the run; their columns are taken in order, as SQL does."""
        name = statement.this.name
        table = self._tables[name]
        if not table.files and self._is_small(statement):
            self._duck.run(sql)
            table.rows = int(self._duck.value(f"SELECT count(*) FROM {name}"))
            self._leave_spark(name)
            return
        rows = self._query(statement.expression, sql)
        self._to_spark(name)
        target = self._spark.table(name)
        rows = rows.toDF(*target.columns).to(target.schema)
        folder = Path(table.files[0]).parent if table.files else self._new_folder(name)
        if not table.files:
            self._write(target, folder, sql)
        self._write(rows, folder, sql, "append")
        self.drop(name)
        self._tables[name] = _of_folder(folder)

    def _rename(self, name: str, new: str, sql: str) -> None:
        """Give a table of the run another name."""
        table = self._tables[name]
        if table.in_duck and not table.files:
            self._duck.run(sql)
            self._leave_spark(name)
            self._tables[new] = self._tables.pop(name)
            return
        self.drop(name)
        self._tables[new] = _Table(table.rows, table.files, table.view)

    def _leave_spark(self, name: str) -> None:
        """Let Spark forget a table that changed where it does not see it."""
        if self._tables[name].in_spark:
            self._spark.catalog.dropTempView(name)
            self._tables[name].in_spark = False

    def _read_by(self, query: exp.Expression) -> list[str]:
        """Return the names of the run that a query may read."""
        return sorted({t.name for t in query.find_all(exp.Table)} & self._tables.keys())

    def _rows_of(self, query: exp.Expression) -> int:
        """Return how many rows stand behind a query."""
        rows = 0
        for name in self._read_by(query):
            table = self._tables[name]
            rows += self._rows_of(parse(table.view)) if table.view else table.rows
        for read in query.find_all(exp.ReadParquet):
            rows += _rows_in(Path(f.name) for f in read.expressions)
        return rows

    def _is_small(self, query: exp.Expression) -> bool:
        """Return whether the embedded engine runs a query; it knows all that is read then."""
        if self._rows_of(query) >= self._small_rows:
            return False
        for name in self._read_by(query):
            self._to_duck(name)
        return True

    def _to_duck(self, name: str) -> None:
        """Let the embedded engine know a name of the run."""
        table = self._tables[name]
        # What a view reads may have been made anew elsewhere since it was asked last.
        for inner in self._read_by(parse(table.view)) if table.view else []:
            self._to_duck(inner)
        if table.in_duck:
            return
        table.in_duck = True
        if table.view:
            self._duck.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {table.view}")
        else:
            self._duck.view(name, *(Path(f) for f in table.files))

    def _to_spark(self, name: str) -> None:
        """Let Spark know a name of the run."""
        table = self._tables[name]
        if table.in_spark and not table.view:
            return
        if table.view:
            # Spark's views keep what they read when they were made; ours read what is there now.
            found = self._query(parse(table.view), table.view)
            found.createOrReplaceTempView(name)
        else:
            files = [Path(f) for f in table.files]
            if not files:
                files = [self._new_folder(name) / "part.parquet"]
                files[0].parent.mkdir(mode=0o700)
                self._duck.write_parquet(f"SELECT {self._narrowed(name)} FROM {name}", files[0])
            self._show(name, files)
        table.in_spark = True

    def _narrowed(self, name: str) -> str:
        """Return the columns of a table, sums as whole numbers that Parquet has."""
        kinds = self._duck.frame(f"DESCRIBE {name}").select("column_name", "column_type")
        return ", ".join(
            f'"{column}"::{_NARROWED[kind]} AS "{column}"' if kind in _NARROWED else f'"{column}"'
            for column, kind in kinds.iter_rows()
        )

    def _query(self, query: exp.Expression, sql: str) -> Any:
        """Return a query as Spark's frame; columns without any type become texts."""
        for name in self._read_by(query):
            self._to_spark(name)
        text = to_spark(query)
        found = self._guarded(lambda: self._spark.sql(text), sql)
        for name, kind in found.dtypes:
            if kind == "void":
                found = found.withColumn(name, found[name].cast("string"))
        return found

    def _write(self, rows: Any, folder: Path, sql: str, mode: str = "errorifexists") -> None:
        self._guarded(lambda: rows.write.mode(mode).parquet(str(folder)), sql)

    def _show(self, name: str, files: list[Path]) -> None:
        """Make files readable in Spark; with their schema told, it need not look in a job."""
        from pyspark.sql.pandas.types import from_arrow_schema

        found = [f for pattern in files for f in sorted(pattern.parent.glob(pattern.name))]
        schemas = [pyarrow.parquet.read_schema(f) for f in found]
        merged = pyarrow.unify_schemas(schemas, promote_options="permissive")
        read = self._spark.read.schema(from_arrow_schema(merged))
        paths = [str(f) for f in found]
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


def _of_folder(folder: Path) -> _Table:
    """Return the table whose parts Spark wrote into a folder."""
    return _Table(_rows_in(folder.glob("*.parquet")), (str(folder / "*.parquet"),))


def _rows_in(files: Iterable[Path]) -> int:
    return sum(int(pyarrow.parquet.read_metadata(f).num_rows) for f in files)


def _body(sql: str) -> str:
    """Return what stands behind the first ``AS`` of a ``CREATE … AS``: the query as written."""
    return re.split(r"\bAS\b", sql, maxsplit=1, flags=re.IGNORECASE)[1]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
