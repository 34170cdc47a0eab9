"""What a table is: columns with types and notes, a key, whether it holds identifying data."""

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
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    identity: bool
    note: str

    def select(self) -> str:
        """Return the column list with casts, for a ``SELECT`` that fills this table."""
        return ", ".join(f"{c.name}::{c.type} AS {c.name}" for c in self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(c.name for c in self.columns)


def columns(text: str) -> tuple[Column, ...]:
    """Return the columns that ``name TYPE note`` lines describe.

    Args:
        text: One column per line.
    """
    rows = (line.split(None, 2) for line in text.strip().splitlines())
    return tuple(Column(name, kind, note) for name, kind, note in rows)
