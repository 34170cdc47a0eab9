"""Small office files and their imports, for the tests of intake: fictitious people only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import xlwt

import cakup
from cakup.pipeline.import_results import FileResult
from cakup.pipeline.workspace import Workspace
from made_files import HEAD, write_parts

Row = Sequence[Any]
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
HEADER = ("No", "NIK", "Nama", "Tanggal Lahir", "L/P", "Kelurahan")
FIRST = ("Rudi", "Mariana", "Poltak", "Siti", "Budi", "Lina", "Togar", "Dewi", "Agus", "Ratna")
LAST = ("Sitepu", "Ginting", "Sihombing", "Nasution", "Harahap", "Lubis", "Siregar", "Tarigan")


def born(n: int) -> date:
    """Return the birth date of person ``n``."""
    return date(1960 + n % 40, 1 + n % 12, 1 + (7 * n + 3) % 28)


def nik(n: int, area: str = "127591") -> str:
    """Return the NIK of person ``n``; every second one is a woman."""
    day = born(n)
    return f"{area}{day.day + 40 * (n % 2):02d}{day:%m%y}{n + 1:04d}"


def person(n: int) -> list[Any]:
    """Return the row of person ``n`` under ``HEADER``."""
    sex = "P" if n % 2 else "L"
    name = f"{FIRST[n % len(FIRST)]} {LAST[n // len(FIRST) % len(LAST)]}"
    return [n + 1, nik(n), name, f"{born(n):%d-%m-%Y}", sex, "Pahlawan"]


def crowd(n: int) -> list[list[Any]]:
    """Return a header and ``n`` people."""
    return [list(HEADER), *(person(i) for i in range(n))]


def xlsx(
    path: Path, rows: Sequence[Row] | dict[str, Sequence[Row]],
    edit: Callable[[openpyxl.Workbook], None] | None = None,
) -> Path:  # fmt: skip
    """Write a workbook of one sheet *Data*, or of several by name."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheets = rows if isinstance(rows, dict) else {"Data": rows}
    for name, held in sheets.items():
        sheet = book.create_sheet(name)
        for row in held:
            sheet.append(list(row))
    if edit:
        edit(book)
    book.save(path)
    return path


def xls(path: Path, sheets: dict[str, Sequence[Row]]) -> Path:
    """Write an old workbook."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell)
    book.save(str(path))
    return path


def ods(path: Path, sheets: dict[str, Sequence[Row]]) -> Path:
    """Write an OpenDocument workbook; whole numbers become number cells."""
    tables = []
    for name, rows in sheets.items():
        lines = "".join(
            "<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>"
            for row in rows
        )
        tables.append(f'<table:table table:name="{name}">{lines}</table:table>')
    content = (
        f'{HEAD}<office:document-content xmlns:office="{OFFICE}office:1.0" '
        f'xmlns:table="{OFFICE}table:1.0" xmlns:text="{OFFICE}text:1.0"><office:body>'
        f"<office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return write_parts(path, {"mimetype": mime, "content.xml": content})


def _ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, int):
        kind = f'office:value-type="float" office:value="{cell}"'
        return f"<table:table-cell {kind}><text:p>{cell}</text:p></table:table-cell>"
    return f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"


def csv(path: Path, rows: Sequence[Row], separator: str = ";", encoding: str = "utf-8",
        newline: str = "\n") -> Path:  # fmt: skip
    """Write a CSV without quotation marks."""
    lines = [separator.join("" if c is None else str(c) for c in row) for row in rows]
    path.write_bytes((newline.join(lines) + newline).encode(encoding))
    return path


def imported(workspace: Workspace, path: Path, **more: Any) -> FileResult:
    """Import a file as a list of workers of October 2025, unless told otherwise."""
    asked = {"kind": "daftar_pekerja", "sender": "Dinas Uji", "as_of": "2025-10", **more}
    return cakup.import_files(workspace, path, **asked).files[0]


def returned_again(workspace: Workspace, path: Path) -> FileResult:
    """Import a returned file: nothing needs to be said about it."""
    return cakup.import_files(workspace, path).files[0]


def table(workspace: Workspace, result: FileResult, name: str = "records") -> pl.DataFrame:
    """Return a table of an import."""
    assert result.import_id is not None
    return pl.read_parquet(workspace.root / "imports" / result.import_id / f"{name}.parquet")


def fields(result: FileResult, sheet: int = 0) -> dict[str, str]:
    """Return field → column letter of one sheet."""
    columns = result.facts["sheets"][sheet]["columns"]
    return {c["field"]: c["letter"] for c in columns if c["field"]}


def reasons(result: FileResult) -> dict[str, int]:
    """Return reason code → rows."""
    return {r["code"]: r["rows"] for r in result.counts["reasons"]}


def notes(result: FileResult) -> dict[str, list[int]]:
    """Return note code → rows."""
    return {n["code"]: n["rows"] for n in result.facts["notes"]}
