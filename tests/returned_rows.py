"""Fill in workbooks that Cakup sent out, as the people who receive them do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl


def answer(
    sent: Path, target: Path, fill: Callable[[dict[str, Any]], dict[str, Any]],
    above: dict[str, Any] | None = None, sheet: int = 0,
) -> Path:  # fmt: skip
    """Write a copy of a workbook with answers.

    Args:
        sent: Workbook as sent.
        target: Where the answered one goes.
        fill: Row by heads → cells to write, by heads; empty leaves the row alone.
        above: First words of a label above the header → what goes into the next tinted cell.
        sheet: Which sheet.
    """
    book = openpyxl.load_workbook(sent)
    page = book.worksheets[sheet]
    head = next(
        row[0].row for row in page.iter_rows(max_row=20)
        if {"Nomor rujukan", "Alasan"} & {c.value for c in row}
    )  # fmt: skip
    places = {c.value: c.column for c in page[head] if c.value}
    for label, value in (above or {}).items():
        for row in page.iter_rows(max_row=head - 1):
            if str(row[0].value or "").startswith(label):
                cell = next(c for c in row[1:] if c.fill.fgColor.rgb == "FFFFF7DB")
                cell.value = value
    for number in range(head + 1, page.max_row + 1):
        cells = {name: page.cell(number, column).value for name, column in places.items()}
        if not re.match(r"[PL]\d{4}-", str(cells.get("Nomor rujukan") or "")):
            continue
        for name, value in fill(cells).items():
            page.cell(number, places[name]).value = value
    book.save(target)
    return target
