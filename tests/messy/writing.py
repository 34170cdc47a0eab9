"""Grids of cells as files: XLSX by openpyxl, XLS by xlwt, ODS and CSV by hand."""

from __future__ import annotations

import csv
import random
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlwt

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


@dataclass
class Sheet:
    """One sheet: its cells, how many rows stand above the data, merged ranges."""

    name: str
    grid: list[list[Any]]
    n_above: int
    merges: list[tuple[int, ...]] = field(default_factory=list)


def write(path: Path, sheets: list[Sheet], rng: random.Random) -> Path:
    """Write the sheets as the file's name says."""
    {"xlsx": _xlsx, "xls": _xls, "ods": _ods, "csv": _csv}[path.suffix[1:]](path, sheets, rng)
    return path


def _xlsx(path: Path, sheets: list[Sheet], rng: random.Random) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for held in sheets:
        sheet = book.create_sheet(held.name)
        for number, row in enumerate(held.grid, start=1):
            for at, cell in enumerate(row, start=1):
                if cell not in (None, ""):
                    sheet.cell(number, at, cell)
        for top, left, bottom, right in held.merges:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    book.save(path)


def _xls(path: Path, sheets: list[Sheet], rng: random.Random) -> None:
    book = xlwt.Workbook()
    for held in sheets:
        sheet = book.add_sheet(held.name)
        for number, row in enumerate(held.grid):
            for at, cell in enumerate(row):
                if cell not in (None, ""):
                    sheet.write(number, at, cell)
        for top, left, bottom, right in held.merges:
            sheet.merge(top - 1, bottom - 1, left - 1, right - 1)
    book.save(str(path))


def _ods(path: Path, sheets: list[Sheet], rng: random.Random) -> None:
    tables = []
    for held in sheets:
        spans = {(m[0], m[1]): (m[2] - m[0] + 1, m[3] - m[1] + 1) for m in held.merges}
        lines = []
        for number, row in enumerate(held.grid, start=1):
            cells = [_ods_cell(c, spans.get((number, at))) for at, c in enumerate(row, start=1)]
            lines.append("<table:table-row>" + "".join(cells) + "</table:table-row>")
        tables.append(f'<table:table table:name="{held.name}">{"".join(lines)}</table:table>')
    names = " ".join(f'xmlns:{n}="{OFFICE}{n}:1.0"' for n in ("office", "table", "text"))
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>{''.join(tables)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)


def _ods_cell(cell: Any, span: tuple[int, int] | None) -> str:
    size = ""
    if span:
        size = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
    if cell in (None, ""):
        return f"<table:table-cell{size}/>"
    if isinstance(cell, int):
        kind = f' office:value-type="float" office:value="{cell}"'
        return f"<table:table-cell{kind}{size}><text:p>{cell}</text:p></table:table-cell>"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(cell).split("\n"))
    return f"<table:table-cell{size}>{lines}</table:table-cell>"


def _csv(path: Path, sheets: list[Sheet], rng: random.Random) -> None:
    grid = sheets[0].grid
    width = max(len(row) for row in grid)
    encoding = rng.choice(("utf-8", "utf-8-sig", "cp1252"))
    flat = [["" if c is None else str(c).replace("\n", " ") for c in row] for row in grid]
    with path.open("w", encoding=encoding, newline="", errors="replace") as handle:
        writer = csv.writer(handle, delimiter=rng.choice(",;\t"))
        for row in flat:
            writer.writerow(row + [""] * (width - len(row)))
