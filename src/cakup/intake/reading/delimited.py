"""CSV to text (first working form)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cakup.intake.reading.workbook import Limits, Sheet, Workbook


def read_delimited(path: Path, limits: Limits) -> Workbook:
    """Read a delimited text file."""
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    lines = raw.split(b"\n", 200)[:200]
    sep = max(b",;\t|", key=lambda s: sum(line.count(bytes([s])) > 0 for line in lines))
    width = max(line.count(bytes([sep])) for line in raw.split(b"\n")) + 1
    head = chr(sep).join(f"c{n}" for n in range(1, width + 1)).encode() + b"\n"
    frame = pl.read_csv(head + raw, separator=chr(sep), infer_schema=False)
    return Workbook(path.name, "csv", (Sheet(path.stem, 1, frame),))
