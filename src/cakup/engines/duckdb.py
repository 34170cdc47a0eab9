"""The embedded engine: DuckDB in one process, no extension, nothing fetched from a network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import duckdb
import polars

from cakup.kernel.errors import AccessError, EngineError

if TYPE_CHECKING:
    import polars as pl

ROW_GROUP_ROWS = 122_880


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
            "threads": threads or os.cpu_count() or 1,
            "preserve_insertion_order": True,
        }
        if scratch is not None:
            config["temp_directory"] = str(scratch)
        self._db = duckdb.connect(":memory:", config=config)
        # Progress and lambda syntax of 2.0 are defaults; time zones never enter (dates only).

    def __enter__(self) -> DuckEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and drop everything in it."""
        self._db.close()

    def run(self, sql: str) -> None:
        """Run one statement without a result."""
        self._execute(sql)

    def frame(self, sql: str) -> pl.DataFrame:
        """Return the result of a query as a Polars frame."""
        return cast("pl.DataFrame", polars.from_arrow(self._execute(sql).to_arrow_table()))

    def value(self, sql: str) -> Any:
        """Return the first value of a query, None if there is no row."""
        row = cast("Sequence[Any] | None", self._execute(sql).fetchone())
        return row[0] if row else None

    def register(self, name: str, frame: pl.DataFrame) -> None:
        """Make a Polars frame readable under ``name``."""
        self._db.register(name, frame.to_arrow())

    def view(self, name: str, *files: Path) -> None:
        """Make Parquet files readable under ``name``; columns are matched by name."""
        quoted = ", ".join("'" + str(f).replace("'", "''") + "'" for f in files)
        self.run(
            f"CREATE OR REPLACE TEMP VIEW {name} AS "
            f"SELECT * FROM read_parquet([{quoted}], union_by_name = true)"
        )

    def drop(self, name: str) -> None:
        """Forget a table, view or registered frame."""
        kinds = self._execute(
            "SELECT 'TABLE' FROM duckdb_tables() WHERE table_name = $1 "
            "UNION ALL SELECT 'VIEW' FROM duckdb_views() WHERE view_name = $1",
            [name],
        ).fetchall()
        for (kind,) in kinds:
            self.run(f"DROP {kind} IF EXISTS {name}")

    def write_parquet(self, sql: str, path: Path) -> int:
        """Write an ordered query to a Parquet file and return its number of rows."""
        target = str(path).replace("'", "''")
        row = self._execute(
            f"COPY ({sql}) TO '{target}' "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
        ).fetchone()
        return int(row[0]) if row else 0

    def _execute(self, sql: str, values: list[Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run SQL; a failure names the statement but never a value of the data."""
        try:
            return self._db.execute(sql, values) if values else self._db.execute(sql)
        except duckdb.IOException as err:
            if "No space left" in str(err) or "File too large" in str(err):
                raise AccessError("workspace.disk_full", path="…") from err
            raise EngineError("engine.sql", kind="IO", statement=sql[:60]) from err
        except duckdb.Error as err:
            raise EngineError("engine.sql", kind=type(err).__name__, statement=sql[:60]) from err
