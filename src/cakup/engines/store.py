"""Versioned tables: ``tables/<name>/<content>.parquet``, named by content.

A run reads ``current.json`` once and uses those versions to its end. A version is written under a
temporary name, hashed and renamed; the new ``current.json`` is one rename too. So a run may die at
any line: either all of its tables are current, or none.

The name of a version is the SHA-256 of its bytes, and every version is checked against its name
before it is read: a figure rests on exactly the bytes that were written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cakup.engines.files import make_folder, put, read_json, sha256_of, staged, write_json
from cakup.engines.parquet import ROW_GROUP_ROWS, ZSTD_LEVEL
from cakup.kernel.errors import InputError
from cakup.kernel.ports import SqlEngine
from cakup.kernel.schemas import TABLES
from cakup.kernel.tables import Table

if TYPE_CHECKING:
    import polars as pl

#: How much of the hash stands in a file's name.
NAME_DIGITS = 32
CURRENT = "current.json"
#: Versions found intact by this process: path, size, time of change.
_intact: set[tuple[str, int, int]] = set()


class Store:
    """The tables of one workspace.

    Args:
        root: Workspace folder.
        pointer: File that says which versions are meant; ``current.json``, or one per ``--known``
            date, so that an old report can be repeated beside the current state.
    """

    def __init__(self, root: Path, pointer: str = CURRENT) -> None:
        self.root = root
        self.pointer = pointer
        self._pinned: dict[str, str] = self._read_current()
        self._new: dict[str, str] = {}
        self._gone: set[str] = set()

    @property
    def versions(self) -> dict[str, str]:
        """Table name → version that this store reads, with those not committed yet."""
        return {**self._pinned, **self._new}

    def has(self, name: str) -> bool:
        """Return whether a version of the table exists."""
        return name in self.versions

    def path(self, name: str, *, verb: str = "link") -> Path:
        """Return the file of a table's version, after comparing it with its hash.

        Args:
            name: Table name.
            verb: Command that makes it, for the error.

        Raises:
            InputError: ``workspace.table_missing`` if it was never written; ``workspace.damaged``
                if its file is gone or is not what was written.
        """
        if name not in self.versions:
            raise InputError("workspace.table_missing", table=name, verb=verb)
        version = self.versions[name]
        path = self._file(name, version)
        if not is_intact(path, version):
            raise InputError("workspace.damaged", path=f"tables/{name}")
        return path

    def view(self, engine: SqlEngine, *names: str, verb: str = "link") -> None:
        """Make tables readable in the engine under their own names."""
        for name in names:
            engine.view(name, self.path(name, verb=verb))

    def write(
        self, engine: SqlEngine, table: Table | str, query: str, *, is_ordered: bool = False
    ) -> int:
        """Write a new version of a table; it becomes current with ``commit``.

        Args:
            engine: Engine in which the query runs.
            table: Table or its name. A known table is cast to its schema and ordered by its key,
                then by its other columns (``Table.order``), so that the bytes never depend on the
                order in which rows arrive; an unknown name is written as the query gives it, which
                must then be ordered by itself.
            query: SQL text of the rows.
            is_ordered: Whether the rows already come in the order of the key and no two of them
                share one, so that sorting would change nothing.

        Returns:
            Number of rows.
        """
        known = table if isinstance(table, Table) else TABLES.get(table)
        name = known.name if known else str(table)
        if known:
            query = f"SELECT {known.select()} FROM ({query})"
            query += "" if is_ordered else f" ORDER BY {', '.join(known.order)}"
        folder = make_folder(self.root / "tables" / name)
        with staged(folder, name) as temporary:
            if known and is_ordered:
                rows = engine.stream_parquet(query, temporary, known.key)
            else:
                rows = engine.write_parquet(query, temporary)
            version = sha256_of(temporary)
            target = self._file(name, version)
            if not is_intact(target, version):
                put(temporary, target)
        self._new[name] = version
        return rows

    def write_frame(self, table: Table, frame: pl.DataFrame) -> int:
        """Write a new version of a table from rows at hand; it becomes current with ``commit``.

        Args:
            table: Table.
            frame: Its columns, of its types, in the order in which ``write`` would put the rows.

        Returns:
            Number of rows.
        """
        self._write_frame(
            table.name, frame.select(table.names), compression="zstd",
            compression_level=ZSTD_LEVEL, row_group_size=ROW_GROUP_ROWS,
        )  # fmt: skip
        return frame.height

    def keep(self, name: str, frame: pl.DataFrame) -> None:
        """Write a version of a table that only Cakup itself reads; current with ``commit``.

        Args:
            name: Table name.
            frame: Rows, in an order that does not depend on threads.
        """
        self._write_frame(name, frame, compression="lz4", statistics=False)

    def _write_frame(self, name: str, frame: pl.DataFrame, **how: Any) -> None:
        folder = make_folder(self.root / "tables" / name)
        with staged(folder, name) as temporary:
            frame.write_parquet(temporary, **how)
            version = sha256_of(temporary)
            target = self._file(name, version)
            if not is_intact(target, version):
                put(temporary, target)
        self._new[name] = version

    def forget(self, *names: str) -> None:
        """Let tables be no longer there, with ``commit``."""
        self._gone |= {name for name in names if self.has(name)}
        for name in names:
            self._new.pop(name, None)

    def prune(self, *names: str) -> None:
        """Delete the versions of tables that this store's pointer does not name."""
        for name in names:
            held = self.versions.get(name, "")[:NAME_DIGITS]
            for path in (self.root / "tables" / name).glob("*.parquet"):
                if path.stem != held:
                    path.unlink(missing_ok=True)

    def commit(self) -> dict[str, str]:
        """Make every table written through this store current, in one rename."""
        held = self._read_current()
        merged = {n: v for n, v in {**held, **self._new}.items() if n not in self._gone}
        if merged != held:
            write_json(self.root / self.pointer, merged)
        pinned = {**self._pinned, **self._new}
        self._pinned = {n: v for n, v in pinned.items() if n not in self._gone}
        self._new, self._gone = {}, set()
        return self.versions

    def _file(self, name: str, version: str) -> Path:
        return self.root / "tables" / name / f"{version[:NAME_DIGITS]}.parquet"

    def _read_current(self) -> dict[str, str]:
        path = self.root / self.pointer
        if not path.exists():
            return {}
        found = read_json(path)
        if not isinstance(found, dict):
            raise InputError("workspace.damaged", path=self.pointer)
        return {str(name): str(version) for name, version in found.items()}


def is_intact(path: Path, version: str) -> bool:
    """Return whether a file is there and has the content that its version names.

    Args:
        path: File of a version.
        version: SHA-256 of its bytes, hexadecimal.
    """
    try:
        state = path.stat()
    except FileNotFoundError:
        return False
    seen = (str(path), state.st_size, state.st_mtime_ns)
    if seen not in _intact:
        if sha256_of(path) != version:
            return False
        _intact.add(seen)
    return True
