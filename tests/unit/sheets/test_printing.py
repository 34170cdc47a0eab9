"""How workbooks go on paper."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import polars as pl
import pytest

from cakup.sheets.outline import ColumnOut, SheetOut
from cakup.sheets.workbook import write_xlsx


@pytest.mark.parametrize(("columns", "paper"), [(5, "9"), (8, "9"), (30, "8")])
def test_a_table_too_wide_for_a4_goes_on_a3(tmp_path: Path, columns: int, paper: str) -> None:
    """Excel's numbers of papers: 9 is A4, 8 is A3."""
    out = [ColumnOut(f"c{n}", f"Kolom {n}", width=14) for n in range(columns)]
    frame = pl.DataFrame({c.name: ["isi"] for c in out})
    path = tmp_path / "lebar.xlsx"
    write_xlsx(path, [SheetOut("Lembar", frame, out)])
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r'paperSize="(\d+)"', sheet) == [paper]
    assert 'fitToHeight="0"' in sheet
