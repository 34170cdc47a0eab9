"""What a table of a workspace is: columns with types and notes, and the key of its order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column.

    Args:
        name: Column name; units stand last (``_rp``, ``_months``).
        type: DuckDB type.
        note: What it holds, in Indonesian, for the reference page.
    """

    name: str
    type: str
    note: str


@dataclass(frozen=True)
class Table:
    """One table of the workspace.

    Args:
        name: Table name.
        columns: Columns in order.
        key: Columns by which every written version is ordered.
        identity: Whether it holds identifying data (nik, nama, alamat, …).
        note: What a row is, in Indonesian.
        is_unique: Whether no two rows can share a key, so that nothing else need order them.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    identity: bool
    note: str
    is_unique: bool = False

    def select(self) -> str:
        """Return the column list with casts, for a ``SELECT`` that fills this table."""
        return ", ".join(f"{c.name}::{c.type} AS {c.name}" for c in self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(c.name for c in self.columns)

    @property
    def order(self) -> tuple[str, ...]:
        """Columns that order its rows: the key, then all others unless no two rows share a key."""
        return self.key + tuple(c for c in self.names if c not in self.key and not self.is_unique)


def columns_of(text: str) -> tuple[Column, ...]:
    """Return columns from lines of ``name TYPE note``.

    Args:
        text: One column per line.
    """
    rows = (line.split(None, 2) for line in text.strip().splitlines())
    return tuple(Column(name, kind, note) for name, kind, note in rows)
