"""Versioned tables: ``tables/<name>/<content>.parquet``, named by content.

A run reads ``current.json`` once and uses those versions to its end. A version is written under a
temporary name, hashed and renamed; the new ``current.json`` is one rename too. So a run may die at
any line: either all of its tables are current, or none.
"""

from __future__ import annotations

import os
from pathlib import Path

from cakup.engines.duckdb import DuckEngine
from cakup.engines.files import (
    PRIVATE_FILE,
    file_errors,
    make_folder,
    read_json,
    sha256_of,
    write_json,
)
from cakup.kernel.errors import InputError
from cakup.kernel.schemas import TABLES, Table


class Store:
    """The tables of one workspace.

    Args:
        root: Workspace folder.
        pointer: File that says which versions are meant; ``current.json``, or one per ``--known``
            date, so that an old report can be repeated beside the current state.
    """

    def __init__(self, root: Path, pointer: str = "current.json") -> None:
        self.root = root
        self.pointer = pointer
        self._pinned: dict[str, str] = self._read_current()
        self._new: dict[str, str] = {}

    @property
    def versions(self) -> dict[str, str]:
        """Table name → version that this store reads, with those not committed yet."""
        return {**self._pinned, **self._new}

    def has(self, name: str) -> bool:
        """Return whether a version of the table exists."""
        return name in self.versions

    def path(self, name: str, *, verb: str = "link") -> Path:
        """Return the file of a table's version.

        Args:
            name: Table name.
            verb: Command that makes it, for the error.

        Raises:
            InputError: ``workspace.table_missing`` if it was never written.
        """
        if name not in self.versions:
            raise InputError("workspace.table_missing", table=name, verb=verb)
        path = self._file(name, self.versions[name])
        if not path.exists():
            raise InputError("workspace.damaged", path=f"tables/{name}")
        return path

    def view(self, engine: DuckEngine, *names: str, verb: str = "link") -> None:
        """Make tables readable in the engine under their own names."""
        for name in names:
            engine.view(name, self.path(name, verb=verb))

    def write(self, engine: DuckEngine, table: Table | str, query: str) -> int:
        """Write a new version of a table; it becomes current with ``commit``.

        Args:
            engine: Engine in which the query runs.
            table: Table or its name. A known table is cast to its schema and ordered by its key;
                an unknown name is written as the query gives it, which must then be ordered.
            query: SQL text of the rows.

        Returns:
            Number of rows.
        """
        known = table if isinstance(table, Table) else TABLES.get(table)
        name = known.name if known else str(table)
        if known:
            query = f"SELECT {known.select()} FROM ({query}) ORDER BY {', '.join(known.key)}"
        folder = make_folder(self.root / "tables" / name)
        temporary = folder / f".{os.getpid()}.part"
        with file_errors(temporary):
            try:
                rows = engine.write_parquet(query, temporary)
                version = sha256_of(temporary)
                os.chmod(temporary, PRIVATE_FILE)
                os.replace(temporary, self._file(name, version))
            finally:
                temporary.unlink(missing_ok=True)
        self._new[name] = version
        return rows

    def commit(self) -> dict[str, str]:
        """Make every table written through this store current, in one rename."""
        if self._new:
            merged = {**self._read_current(), **self._new}
            write_json(self.root / self.pointer, merged)
            self._pinned, self._new = {**self._pinned, **self._new}, {}
        return self.versions

    def _file(self, name: str, version: str) -> Path:
        return self.root / "tables" / name / f"{version[:32]}.parquet"

    def _read_current(self) -> dict[str, str]:
        path = self.root / self.pointer
        return read_json(path) if path.exists() else {}
