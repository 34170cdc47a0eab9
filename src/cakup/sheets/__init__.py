"""Safe XLSX and CSV writing: text cells, no formulas, footers."""

from __future__ import annotations

from cakup.sheets.delimited import guarded, unguarded, write_csv
from cakup.sheets.outline import Code, ColumnOut, Mark, Paper, SheetOut, safe_sheet_names
from cakup.sheets.workbook import write_xlsx

__all__ = [
    "Code",
    "ColumnOut",
    "Mark",
    "Paper",
    "SheetOut",
    "guarded",
    "safe_sheet_names",
    "unguarded",
    "write_csv",
    "write_xlsx",
]
