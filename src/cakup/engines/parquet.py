"""Parquet written part by part, so that a table may be larger than memory."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

ROW_GROUP_ROWS = 122_880
#: On tables of persons the higher levels write no smaller files and take a third longer.
ZSTD_LEVEL = 1


class PartWriter:
    """Appends frames of one schema to a Parquet file.

    The bytes depend on the rows and on how they come in parts, not on time or threads.

    Args:
        path: File to write; the caller makes it appear whole.
        empty: A frame without rows that has the schema.
    """

    def __init__(self, path: Path, empty: pl.DataFrame) -> None:
        self._schema: Any = empty.to_arrow().schema
        # Loaded late: most commands write no table in parts.
        self._writer: Any = import_module("pyarrow.parquet").ParquetWriter(
            path, self._schema, compression="zstd", compression_level=ZSTD_LEVEL
        )
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._begun: Future[None] | None = None

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows; they are written while the caller makes the next ones.

        Args:
            frame: Rows with the columns of the schema.

        Raises:
            OSError: An earlier part could not be written.
        """
        self._wait()
        if frame.height:
            self._begun = self._thread.submit(self._write, frame)

    def close(self) -> None:
        """Write the end of the file.

        Raises:
            OSError: A part could not be written.
        """
        try:
            self._wait()
        finally:
            self._thread.shutdown()
            self._writer.close()

    def _write(self, frame: pl.DataFrame) -> None:
        table = frame.to_arrow().cast(self._schema)
        self._writer.write_table(table, row_group_size=ROW_GROUP_ROWS)

    def _wait(self) -> None:
        """Wait for the part before; only one is ever under way, so that memory stays bounded."""
        begun, self._begun = self._begun, None
        if begun is not None:
            begun.result()

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()
