"""Workbooks to text (first working form)."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import polars as pl

from cakup.intake.reading.workbook import Limits, Sheet, Workbook


def read_spreadsheet(path: Path, limits: Limits) -> Workbook:
    """Read a workbook."""
    reader = fastexcel.read_excel(path)
    sheets = []
    for index, name in enumerate(reader.sheet_names):
        loaded = reader.load_sheet(index, header_row=None, skip_rows=0, dtypes="string")
        frame = loaded.to_polars() if loaded.width else pl.DataFrame()
        frame.columns = [f"c{n}" for n in range(1, frame.width + 1)]
        hidden = loaded.visible != "visible"
        sheets.append(Sheet(name, index + 1, frame.cast(pl.String), is_hidden=hidden))
    return Workbook(path.name, "xlsx", tuple(sheets))
