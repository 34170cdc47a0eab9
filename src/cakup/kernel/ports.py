"""Ports: what feature code may ask of an engine without knowing which one it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import polars as pl


class SqlEngine(Protocol):
    """Runs SQL text in the DuckDB dialect; feature code returns the text, the engine runs it."""

    def run(self, sql: str) -> None:
        """Run one statement without a result."""

    def frame(self, sql: str) -> pl.DataFrame:
        """Return the result of a query as a Polars frame."""

    def value(self, sql: str) -> Any:
        """Return the single value of a query's first row and column, None if there is no row."""

    def register(self, name: str, frame: pl.DataFrame) -> None:
        """Make a Polars frame readable under ``name``."""

    def view(self, name: str, *files: Path) -> None:
        """Make Parquet files readable under ``name``; their columns are matched by name."""

    def drop(self, name: str) -> None:
        """Forget a table, view or frame; nothing happens if it is not there."""

    def write_parquet(self, sql: str, path: Path) -> int:
        """Write the result of a query, which must be ordered, and return its number of rows."""

    def stream_parquet(self, sql: str, path: Path, order: tuple[str, ...]) -> int:
        """Write rows that come in the order of these columns, without holding or sorting them."""


@dataclass(frozen=True)
class Outcome:
    """What became of one piece of work.

    Args:
        value: The number that the work returned, 0 if it failed.
        code: Code of the failure, None if there was none.
    """

    value: int
    code: str | None


class Tasks(Protocol):
    """Does pieces of work somewhere else; pieces read and write files, nothing else."""

    def each(
        self, work: str, pieces: Sequence[tuple[str, ...]], heard: Callable[[int], None]
    ) -> list[Outcome]:
        """Call ``module:function`` with the words of every piece; return what became of each."""
