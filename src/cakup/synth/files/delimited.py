"""A list as CSV, written part by part."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import TracebackType

import numpy as np
import polars as pl

from cakup.synth.files.shapes import Shape


class CsvFile:
    """A CSV file that grows by parts.

    Args:
        path: File to write.
        shape: Its shape.
        words: Fillings of the title rows.
        rng: Random numbers for columns that are drawn here.
    """

    def __init__(
        self, path: Path, shape: Shape, words: dict[str, str], rng: np.random.Generator
    ) -> None:
        self.path, self.shape, self._rng = path, shape, rng
        self._encoding = "utf-8" if shape.encoding == "utf-8-sig" else shape.encoding
        self._handle = path.open("wb")
        if shape.encoding == "utf-8-sig":
            self._handle.write(b"\xef\xbb\xbf")
        head = io.StringIO()
        writer = csv.writer(head, delimiter=shape.separator, lineterminator="\n")
        for title in shape.titles:
            writer.writerow([title.format(**words), *[""] * (len(shape.columns) - 1)])
        writer.writerow(shape.heads)
        self._write(head.getvalue())
        self._lines = head.getvalue().count("\n")
        self.n_rows = 0

    def __enter__(self) -> CsvFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Finish the file."""
        self._handle.close()

    def _write(self, text: str) -> None:
        self._handle.write(text.encode(self._encoding))

    def add(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Append rows.

        Args:
            rows: Rows in order.

        Returns:
            ``sheet, sheet_row, true_person``, one row per row of data; the row is the line that a
            text editor shows, the sheet is the file's name without ending.
        """
        n = len(rows)
        index = np.arange(self.n_rows, self.n_rows + n, dtype=np.int64)
        every = self.shape.blank_every
        blanks = index // every if every else np.zeros(n, dtype=np.int64)
        numbered = rows.with_columns(pl.Series("_number", index + 1))
        frame = pl.DataFrame(
            [
                column.render(numbered, self._rng).as_text().alias(f"c{i}")
                for i, column in enumerate(self.shape.columns)
            ]
        )
        if every:
            before = self.n_rows and (self.n_rows - 1) // every
            place = index - self.n_rows + blanks - before
            source = np.full(int(place[-1]) + 1 if n else 0, -1, dtype=np.int64)
            source[place] = np.arange(n)
            frame = frame.select(pl.all().gather(pl.Series(source).replace(-1, None)))
        self._write_frame(frame)
        self.n_rows += n
        return pl.DataFrame(
            {
                "sheet": pl.repeat(self.path.stem, n, dtype=pl.String, eager=True),
                "sheet_row": self._lines + 1 + index + blanks,
                "true_person": rows["true_person"],
            }
        )

    def _write_frame(self, frame: pl.DataFrame) -> None:
        if self._encoding == "utf-8":
            frame.write_csv(self._handle, include_header=False, separator=self.shape.separator)
            return
        buffer = io.BytesIO()
        frame.write_csv(buffer, include_header=False, separator=self.shape.separator)
        self._write(buffer.getvalue().decode("utf-8"))
