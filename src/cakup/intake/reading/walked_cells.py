"""The cells of a block of XLSX rows by walking its XML: slow and exact, for unusual forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from cakup.intake.reading.cell_block import NUMBER, SHARED, TEXT, TYPES, Cells, column_number
from cakup.intake.reading.markup import plain_text
from cakup.intake.reading.package import XML_ERRORS, Package, local, safe_parser


@dataclass
class _Walk:
    """State of the slow walk over one block."""

    last_row: int
    rows: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    cells: list[tuple[int, int, int, int, bool, str | None]] = field(default_factory=list)
    column: int = 0
    kind: int = NUMBER
    style: int = 0
    is_formula: bool = False
    is_in_cell: bool = False
    is_in_row: bool = False
    in_value: int = 0
    in_aid: int = 0
    pieces: list[str] = field(default_factory=list)
    has_value: bool = False

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Take a start tag."""
        name = local(tag)
        if name == "row":
            self.last_row = int(attrs.get("r", self.last_row + 1))
            self.rows.append(self.last_row)
            self.column, self.is_in_row = 0, True
            if attrs.get("hidden") in ("1", "true"):
                self.hidden.append(self.last_row)
        elif name == "c":
            if not self.is_in_row:
                raise ValueError("a cell outside its row")
            letters = re.match(r"[A-Za-z]{1,3}", attrs.get("r", ""))
            self.column = column_number(letters.group()) if letters else self.column + 1
            self.kind = TYPES.get(attrs.get("t", "n"), TEXT)
            self.style = int(attrs.get("s", "0"))
            self.is_formula = self.has_value = False
            self.is_in_cell = True
            self.pieces.clear()
        elif name == "f":
            self.is_formula = True
        elif name in ("v", "t") and self.is_in_cell:
            self.in_value += 1
            self.has_value = True
        elif name == "rPh":
            self.in_aid += 1

    def end(self, tag: str) -> None:
        """Take an end tag."""
        name = local(tag)
        if name == "row":
            self.is_in_row = False
        elif name == "c":
            text = "".join(self.pieces) if self.has_value else None
            cell = (self.last_row, self.column, self.kind, self.style, self.is_formula, text)
            self.cells.append(cell)
            self.is_in_cell = False
        elif name in ("v", "t") and self.in_value:
            self.in_value -= 1
        elif name == "rPh":
            self.in_aid -= 1

    def characters(self, data: str) -> None:
        """Take text."""
        if self.in_value and not self.in_aid:
            self.pieces.append(data)


def walked_cells(block: bytes, last_row: int, part: str, package: Package) -> Cells:
    """Return the cells by walking the XML: any attribute order, no ``r`` needed, rich text.

    Args:
        block: UTF-8 bytes of ``<row>`` elements.
        last_row: Last row of the block before, for rows without a number.
        part: Name of the part, for messages.
        package: The workbook, for messages.

    Raises:
        InputError: ``file.damaged``.
    """
    walk = _Walk(last_row)
    parser = safe_parser(part, package.where)
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.characters
    try:
        parser.Parse(b"<sheetData>" + block + b"</sheetData>", True)
        return _walked(walk)
    except XML_ERRORS as err:
        raise package.damaged(part) from err


def _walked(walk: _Walk) -> Cells:
    """Return what a walk found as arrays."""
    columns: list[tuple[Any, ...]] = list(zip(*walk.cells, strict=True)) or [()] * 6
    row, column, kind, style, is_formula, texts = columns
    kinds = np.array(kind, dtype=np.int8)
    shared = np.full(len(kinds), -1, dtype=np.int64)
    for place in np.flatnonzero(kinds == SHARED):
        shared[place] = int(texts[place] or -1)
    others = [
        plain_text(text or "") for text, code in zip(texts, kind, strict=True) if code != SHARED
    ]
    return Cells(
        np.array(walk.rows, dtype=np.int64),
        np.array(row, dtype=np.int64),
        np.array(column, dtype=np.int64),
        kinds,
        np.array(style, dtype=np.int64),
        shared,
        pl.Series(others, dtype=pl.String),
        np.array(is_formula, dtype=np.bool_),
        np.array([not text for text in texts], dtype=np.bool_),
        walk.hidden,
    )
