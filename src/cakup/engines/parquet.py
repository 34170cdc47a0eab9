"""Parquet written part by part, so that a table may be larger than memory."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pyarrow.parquet

if TYPE_CHECKING:
    import polars as pl

ROW_GROUP_ROWS = 122_880


class PartWriter:
    """Appends frames of one schema to a Parquet file.

    The bytes depend on the rows and on how they come in parts, not on time or threads.

    Args:
        path: File to write; the caller makes it appear whole.
        empty: A frame without rows that has the schema.
    """

    def __init__(self, path: Path, empty: pl.DataFrame) -> None:
        self._schema: Any = empty.to_arrow().schema
        self._writer: Any = pyarrow.parquet.ParquetWriter(
            path, self._schema, compression="zstd", compression_level=1
        )

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows."""
        if frame.height:
            table = frame.to_arrow().cast(self._schema)
            self._writer.write_table(table, row_group_size=ROW_GROUP_ROWS)

    def close(self) -> None:
        """Write the end of the file."""
        self._writer.close()

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()
