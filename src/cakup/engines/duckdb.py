"""The embedded engine: DuckDB in one process, no extension, nothing fetched from a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import polars as pl

from cakup.engines.parquet import ROW_GROUP_ROWS, ZSTD_LEVEL
from cakup.kernel.cores import cores
from cakup.kernel.errors import AccessError, CakupError, EngineError

SIGNS_OF_FULL_DISK = ("No space left", "File too large", "max_temp_directory_size")
SIGNS_OF_NO_PERMISSION = ("Permission denied",)
SIGN_OF_NO_MEMORY = "Out of Memory Error"
#: The rows of a query as they are. DuckDB writes a column as one that is never missing where it
#: happens to know so, by the statistics of what it was computed from: equal rows would not be equal
#: bytes. Of a row without values that chance might have added it knows nothing.
_MAYBE_MISSING = (
    "SELECT * EXCLUDE (_none) FROM ((SELECT * FROM ({sql})) "
    "UNION ALL BY NAME (SELECT NULL AS _none WHERE random() > 2))"
)
#: Errors about the statement itself, which holds no value of the data.
SPEAKS_OF_SQL_ONLY = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
T = TypeVar("T")


class DuckEngine:
    """A DuckDB connection behind the port ``kernel.ports.SqlEngine``.

    Args:
        scratch: Folder for spilling; it must be as private as the workspace.
        memory_mb: Upper limit of memory, megabytes.
        threads: Number of threads, None = all cores. Results do not depend on it.
    """

    def __init__(
        self, scratch: Path | None = None, *, memory_mb: int = 1600, threads: int | None = None
    ) -> None:
        config: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": f"{memory_mb}MB",
            "threads": threads or cores(),
            "preserve_insertion_order": True,
        }
        if scratch is not None:
            config["temp_directory"] = str(scratch)
        self._memory_mb = memory_mb
        self._db = duckdb.connect(":memory:", config=config)

    def __enter__(self) -> DuckEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and drop everything in it."""
        self._db.close()

    def use_all_cores(self) -> None:
        """Work with as many threads as the system counts cores, from now on."""
        self.run(f"SET threads = {cores()}")

    def run(self, sql: str) -> None:
        """Run one statement without a result."""
        self._execute(sql)

    def frame(self, sql: str) -> pl.DataFrame:
        """Return the result of a query as a Polars frame."""
        return self._guarded(lambda: pl.DataFrame(_Stream(self._db.sql(sql))), sql)

    def value(self, sql: str) -> Any:
        """Return the first value of a query, None if there is no row."""
        # All rows are fetched: DuckDB refuses other work while a result is unfinished.
        # ``sql(…).limit(1)`` plans the query twice, which takes a small one three times as long.
        first = f"SELECT * FROM ({sql}) LIMIT 1"
        rows = self._guarded(lambda: self._db.execute(first).fetchall(), sql)
        return rows[0][0] if rows else None

    def register(self, name: str, frame: pl.DataFrame) -> None:
        """Make a Polars frame readable under ``name``."""
        # A column without any value, as Polars hands it over, DuckDB takes for a broken one.
        is_plain = not any(kind == pl.Null or kind.is_nested() for kind in frame.dtypes)
        self._db.register(name, _Stream(frame) if is_plain else frame.to_arrow())

    def view(self, name: str, *files: Path) -> None:
        """Make Parquet files readable under ``name``; columns are matched by name."""
        quoted = ", ".join("'" + str(f).replace("'", "''") + "'" for f in files)
        self.run(
            f"CREATE OR REPLACE TEMP VIEW {name} AS "
            f"SELECT * FROM read_parquet([{quoted}], union_by_name = true)"
        )

    def drop(self, name: str) -> None:
        """Forget a table, view or registered frame."""
        self._db.unregister(name)
        # Asking the catalogue what a name stands for takes four times as long as being told
        # that it is no table.
        try:
            self._db.execute(f"DROP TABLE IF EXISTS {name}")
        except duckdb.CatalogException:
            self.run(f"DROP VIEW IF EXISTS {name}")

    def write_parquet(self, sql: str, path: Path) -> int:
        """Write an ordered query to a Parquet file and return its number of rows."""
        target = str(path).replace("'", "''")
        rows = self._execute(
            f"COPY ({_MAYBE_MISSING.format(sql=sql)}) TO '{target}' "
            f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL {ZSTD_LEVEL}, "
            f"ROW_GROUP_SIZE {ROW_GROUP_ROWS}, USE_TMP_FILE false)"
        ).fetchall()
        return int(rows[0][0])

    def stream_parquet(self, sql: str, path: Path, order: tuple[str, ...]) -> int:
        """Write a query to a Parquet file as its rows come, without sorting or holding them.

        ``write_parquet`` cuts row groups where a thread's piece ends unless the rows are sorted
        last; here every row group but the last has the same number of rows, so that the bytes never
        depend on the number of threads.

        Args:
            sql: Query whose rows already come in their order.
            path: File to write.
            order: The columns of that order; other engines sort by them.

        Returns:
            Number of rows.
        """
        del order
        parquet = import_module("pyarrow.parquet")

        def write() -> int:
            reader = self._db.sql(sql).to_arrow_reader(ROW_GROUP_ROWS)
            with parquet.ParquetWriter(
                path, reader.schema, compression="zstd", compression_level=ZSTD_LEVEL
            ) as writer:
                return sum(_written(writer, group) for group in _row_groups(reader))

        return self._guarded(write, sql)

    def _execute(self, sql: str, values: list[Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run SQL."""
        return self._guarded(
            lambda: self._db.execute(sql, values) if values else self._db.execute(sql), sql
        )

    def _guarded(self, work: Callable[[], T], sql: str) -> T:
        """Do work on the connection; a failure names the statement, never a value of the data.

        DuckDB quotes the value that it could not convert. So its error is neither passed on nor
        chained: the new one is raised outside the ``except``, where no context clings to it. What
        fails while rows are fetched comes as an error of Polars, which quotes DuckDB's.
        """
        try:
            return work()
        except (duckdb.Error, pl.exceptions.PolarsError) as err:
            failure = self._failure(err, sql)
        raise failure

    def _failure(self, err: Exception, sql: str) -> CakupError:
        """Return the error to raise for one of DuckDB's, or of Polars that fetched its rows."""
        text = str(err)
        if any(sign in text for sign in SIGNS_OF_FULL_DISK):
            return AccessError("workspace.disk_full", path="scratch")
        if any(sign in text for sign in SIGNS_OF_NO_PERMISSION):
            return AccessError("workspace.no_permission", path="tables")
        if SIGN_OF_NO_MEMORY in text:
            return EngineError("engine.memory", memory_mb=self._memory_mb)
        detail = text.splitlines()[0][:120] if isinstance(err, SPEAKS_OF_SQL_ONLY) else ""
        return EngineError(
            "engine.sql", kind=type(err).__name__, statement=" ".join(sql.split())[:60],
            detail=detail,
        )  # fmt: skip


class _Stream:
    """Rows that DuckDB and Polars hand each other as they lie, by Arrow's interface for C.

    Given the objects themselves they would ask for a table of PyArrow, which copies every text; and
    to load PyArrow is a good part of a short command. Polars also looks for attributes of what it
    is given, and a relation of DuckDB makes a column of every one, which is never freed.

    Args:
        owner: A frame or a relation.
    """

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a stream of the rows."""
        return self._owner.__arrow_c_stream__(requested_schema)


def _row_groups(reader: Any) -> Iterator[Any]:
    """Yield the batches of a reader as tables of ``ROW_GROUP_ROWS`` rows, the last one shorter."""
    pyarrow = import_module("pyarrow")
    held: list[Any] = []
    for batch in reader:
        held.append(batch)
        while sum(b.num_rows for b in held) >= ROW_GROUP_ROWS:
            whole = pyarrow.Table.from_batches(held).combine_chunks()
            yield whole.slice(0, ROW_GROUP_ROWS)
            held = whole.slice(ROW_GROUP_ROWS).to_batches()
    rest = pyarrow.Table.from_batches(held, schema=reader.schema)
    if rest.num_rows:
        yield rest


def _written(writer: Any, group: Any) -> int:
    """Write one row group and return its number of rows."""
    writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
    return int(group.num_rows)
