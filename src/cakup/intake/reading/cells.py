"""The cells of an XLSX sheet, block by block, straight from its XML.

``quick_cells`` takes the form that nearly all writers use, by arrays, and checks every cell's head
byte for byte; one that does not fit sends the block to ``walked_cells``, which is slow and exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.intake.reading.markup import (
    Marks,
    Places,
    Tags,
    digits,
    find_tags,
    gather_text,
    plain_text,
    unescaped,
)
from cakup.intake.reading.package import XML_ERRORS, Package, local, safe_parser

SHARED, TEXT, NUMBER, BOOLEAN, ERROR, ISO_DATE = range(6)
_TYPES = {
    "s": SHARED,
    "str": TEXT,
    "inlineStr": TEXT,
    "n": NUMBER,
    "b": BOOLEAN,
    "e": ERROR,
    "d": ISO_DATE,
}
_MAX_ROW_DIGITS = 7
# Which bytes may follow "</": row, c, f, v, t, is.
_ENDED = np.zeros(256, dtype=np.bool_)
_ENDED[list(b"rcfvti")] = True
_ROW_HEAD = re.compile(rb"<row\b[^<>]*>")
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_NUMBER = re.compile(rb'\sr="(\d{1,7})"')
# The last row of an XLSX sheet; a number beyond it was not written by a spreadsheet.
LAST_ROW = 1_048_576


@dataclass(frozen=True)
class Cells:
    """Cells of one block, in the order of the file; arrays are of equal length but ``rows``.

    Args:
        rows: Row numbers present, ascending, 1-based.
        row: Row number of each cell.
        column: Column of each cell, 1-based.
        kind: ``SHARED``, ``TEXT``, ``NUMBER``, …
        style: Index into the cell styles.
        shared: Index into the shared strings, -1 for other kinds.
        text: Raw text of the cells that are not ``SHARED``, in order.
        is_formula: Whether the cell holds a formula.
        is_blank: Whether no value is stored.
        hidden_rows: Rows marked as hidden.
    """

    rows: Places
    row: Places
    column: Places
    kind: NDArray[np.int8]
    style: Places
    shared: Places
    text: pl.Series
    is_formula: Marks
    is_blank: Marks
    hidden_rows: list[int]


def read_cells(block: bytes, last_row: int, part: str, package: Package) -> Cells:
    """Return the cells of a block of whole rows.

    Args:
        block: UTF-8 bytes of ``<row>`` elements.
        last_row: Last row of the block before, 0 at the beginning.
        part: Name of the part, for messages.
        package: The workbook, for messages.

    Raises:
        InputError: ``file.damaged`` when the XML is broken or rows do not ascend.
    """
    tags = find_tags(block)
    cells = None if tags is None else quick_cells(tags, block)
    if cells is None:
        cells = walked_cells(block, last_row, part, package)
    rows = cells.rows
    if len(rows):
        ascends = int(rows[0]) > last_row and bool(np.all(rows[1:] > rows[:-1]))
        if not ascends or int(rows[-1]) > LAST_ROW:
            raise package.damaged(part)
    return cells


def quick_cells(tags: Tags, block: bytes) -> Cells | None:
    """Return the cells by arrays, or None when the block is not in the usual form."""
    names = _Names(tags)
    if not names.all_known or not len(tags.opens):
        return None
    rows, row_digits, rows_fit = _row_numbers(tags, names.row)
    if not rows_fit:
        return None
    row_of_tag = np.cumsum(names.row) - 1
    which = np.flatnonzero(names.cell)
    content = np.flatnonzero(names.value | names.text | names.formula)
    # Rows hold cells and cells hold values; nothing else is the usual form.
    if len(which) == 0 or row_of_tag[which[0]] < 0 or (len(content) and content[0] < which[0]):
        return None
    heads = _heads(tags, which, row_digits[row_of_tag[which]])
    if heads is None:
        return None
    column, style, kind = heads
    cell_of_tag = np.cumsum(names.cell) - 1
    values = _values(tags, names, cell_of_tag, len(which))
    if values is None:
        return None
    starts, lengths = values
    is_formula = np.zeros(len(which), dtype=np.bool_)
    is_formula[cell_of_tag[np.flatnonzero(names.formula)]] = True
    is_shared = kind == SHARED
    shared = np.full(len(which), -1, dtype=np.int64)
    number, n_digits = digits(tags.buffer, starts[is_shared], 10)
    if not bool(np.all(n_digits == lengths[is_shared])):
        return None
    shared[is_shared] = np.where(n_digits > 0, number, -1)
    other = ~is_shared
    text = unescaped(
        gather_text(tags.buffer, starts[other], lengths[other]),
        has_entities=b"&" in block,
        has_escapes=b"_x" in block,
    )
    hidden = _hidden_rows(block) if b" hidden=" in block else []
    return Cells(
        rows, rows[row_of_tag[which]], column, kind, style, shared, text, is_formula,
        lengths == 0, hidden,
    )  # fmt: skip


class _Names:
    """Which tag is what, by the bytes behind ``<``.

    ``all_known`` tells whether no other tag occurs and every tag has its end.
    """

    def __init__(self, tags: Tags) -> None:
        one, two, three = tags.byte(1), tags.byte(2), tags.byte(3)
        after_two = (two == ord(">")) | (two == ord(" "))
        is_empty = two == ord("/")
        self.row = (one == ord("r")) & (two == ord("o")) & (three == ord("w"))
        self.cell = (one == ord("c")) & after_two
        self.formula = (one == ord("f")) & (after_two | is_empty)
        self.value = (one == ord("v")) & after_two
        self.text = (one == ord("t")) & after_two
        self.inline = (one == ord("i")) & (two == ord("s"))
        empty = (one == ord("v")) & is_empty | (one == ord("t")) & is_empty
        ends = (one == ord("/")) & _ENDED[two]
        # </r> and </rPr> are of rich text, which the slow way reads.
        ends &= (two != ord("r")) | (three == ord("o"))
        self.value_end = (one == ord("/")) & ((two == ord("v")) | (two == ord("t")))
        known = self.row | self.cell | self.formula | self.value | self.text | self.inline | empty
        self.all_known = bool(np.all(known | ends)) and self._are_balanced(tags, ends)

    def _are_balanced(self, tags: Tags, ends: Marks) -> bool:
        """Tell whether every element that is opened is ended: a lost tag would move cells."""
        two = tags.byte(2)
        is_whole = tags.buffer[tags.closes - 1] == ord("/")
        return all(
            int((opened & ~is_whole).sum()) == int((ends & (two == ord(letter))).sum())
            for opened, letter in (
                (self.row, "r"),
                (self.cell, "c"),
                (self.formula, "f"),
                (self.value, "v"),
                (self.text, "t"),
                (self.inline, "i"),
            )
        )


def _row_numbers(tags: Tags, is_row: Marks) -> tuple[Places, Places, bool]:
    """Return number and digits of each row, and whether all heads begin ``<row r="…"``."""
    starts = tags.opens[is_row]
    buffer = tags.buffer
    fits = np.ones(len(starts), dtype=np.bool_)
    for offset, byte in enumerate(b' r="', start=4):
        fits &= buffer[starts + offset] == byte
    number, count = digits(buffer, starts + 8, _MAX_ROW_DIGITS)
    fits &= (count > 0) & (buffer[starts + 8 + count] == ord('"'))
    return number, count, bool(np.all(fits))


def _heads(
    tags: Tags, which: Places, row_digits: Places
) -> tuple[Places, Places, NDArray[np.int8]] | None:
    """Return column, style and kind of each cell; None unless every head is ``r [s] [t]``."""
    buffer, starts = tags.buffer, tags.opens[which]
    fits = np.ones(len(which), dtype=np.bool_)
    for offset, byte in enumerate(b' r="', start=2):
        fits &= buffer[starts + offset] == byte
    column, n_letters = _columns(buffer, starts + 6)
    at = starts + 6 + n_letters + row_digits
    fits &= (n_letters > 0) & (buffer[at] == ord('"'))
    at += 1
    ends = tags.closes[which]
    ends = ends - (buffer[ends - 1] == ord("/"))
    style = np.zeros(len(which), dtype=np.int64)
    kind = np.full(len(which), NUMBER, dtype=np.int8)
    # Usually s stands before t; the second round takes the other order.
    for _ in range(2):
        more = np.flatnonzero(at < ends)
        if not len(more):
            break
        at[more] = _read_style(buffer, at[more], more, style)
        more = more[at[more] < ends[more]]
        at[more] = _read_kind(buffer, at[more], more, kind)
    return (column, style, kind) if bool(np.all(fits & (at == ends))) else None


def _columns(buffer: NDArray[np.uint8], starts: Places) -> tuple[Places, Places]:
    """Return the column number of the letters at each place, and how many letters there are."""
    column = np.zeros(len(starts), dtype=np.int64)
    count = np.zeros(len(starts), dtype=np.int64)
    alive = np.ones(len(starts), dtype=np.bool_)
    for step in range(3):
        byte = buffer[starts + step]
        alive &= (byte >= ord("A")) & (byte <= ord("Z"))
        column = np.where(alive, column * 26 + byte - 64, column)
        count += alive
    return column, count


def _read_style(buffer: NDArray[np.uint8], at: Places, cells: Places, style: Places) -> Places:
    """Read `` s="…"`` where it stands; return the places behind it."""
    here = np.ones(len(at), dtype=np.bool_)
    for offset, byte in enumerate(b' s="'):
        here &= buffer[at + offset] == byte
    number, count = digits(buffer, at + 4, 6)
    here &= (count > 0) & (buffer[at + 4 + count] == ord('"'))
    style[cells[here]] = number[here]
    return np.where(here, at + 5 + count, at)


def _read_kind(
    buffer: NDArray[np.uint8], at: Places, cells: Places, kind: NDArray[np.int8]
) -> Places:
    """Read `` t="…"`` where it stands; return the places behind it."""
    behind = at.copy()
    for name, code in _TYPES.items():
        attribute = f' t="{name}"'.encode()
        # The last byte first: it leaves few to compare.
        here = np.flatnonzero(buffer[np.minimum(at + len(attribute) - 1, len(buffer) - 1)] == 34)
        for offset, byte in enumerate(attribute):
            here = here[buffer[at[here] + offset] == byte]
        kind[cells[here]] = code
        behind[here] += len(attribute)
    return behind


def _values(
    tags: Tags, names: _Names, cell_of_tag: Places, n_cells: int
) -> tuple[Places, Places] | None:
    """Return where the value of each cell stands; None when a cell has more than one."""
    which = np.flatnonzero(names.value | names.text)
    cell = cell_of_tag[which]
    if len(which) and which[-1] + 1 == len(cell_of_tag):
        return None
    if not bool(np.all(names.value_end[which + 1])):
        return None
    if not bool(np.all(cell[1:] > cell[:-1])):
        return None
    starts = np.zeros(n_cells, dtype=np.int64)
    lengths = np.zeros(n_cells, dtype=np.int64)
    starts[cell], lengths[cell] = tags.text_after(which)
    return starts, lengths


def _hidden_rows(block: bytes) -> list[int]:
    found = []
    for head in _ROW_HEAD.findall(block):
        number = _NUMBER.search(head)
        if number and _HIDDEN.search(head):
            found.append(int(number.group(1)))
    return found


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
            self.column = 0
            if attrs.get("hidden") in ("1", "true"):
                self.hidden.append(self.last_row)
        elif name == "c":
            letters = re.match(r"[A-Za-z]{1,3}", attrs.get("r", ""))
            self.column = column_number(letters.group()) if letters else self.column + 1
            self.kind = _TYPES.get(attrs.get("t", "n"), TEXT)
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
        if name == "c":
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


def column_number(letters: str) -> int:
    """Return the 1-based number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
