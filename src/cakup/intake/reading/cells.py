"""The cells of an XLSX sheet, block by block, straight from its XML.

``quick_cells`` takes the form that nearly all writers use, by arrays, and checks every cell's head
byte for byte; one that does not fit sends the block to ``walked_cells``, which is slow and exact.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from cakup.intake.reading.cell_block import NUMBER, SHARED, TYPES, Cells
from cakup.intake.reading.markup import (
    Marks,
    Places,
    Tags,
    digits,
    find_tags,
    gather_text,
    unescaped,
)
from cakup.intake.reading.package import Package
from cakup.intake.reading.walked_cells import walked_cells

_MAX_ROW_DIGITS = 7
# Which bytes may follow "</": row, c, f, v, t, is.
_ENDED = np.zeros(256, dtype=np.bool_)
_ENDED[list(b"rcfvti")] = True
_ROW_HEAD = re.compile(rb"<row\b[^<>]*>")
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_NUMBER = re.compile(rb'\sr="(\d{1,7})"')
# The last row of an XLSX sheet; a number beyond it was not written by a spreadsheet.
LAST_ROW = 1_048_576


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

    ``all_known`` tells whether no other tag occurs, every tag has its end, and each stands inside
    the element that it belongs to.
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
        self.blank_text = (one == ord("t")) & is_empty
        empty = (one == ord("v")) & is_empty | self.blank_text
        ends = (one == ord("/")) & _ENDED[two]
        # </r> and </rPr> are of rich text, which the slow way reads.
        ends &= (two != ord("r")) | (three == ord("o"))
        self.value_end = (one == ord("/")) & ((two == ord("v")) | (two == ord("t")))
        known = self.row | self.cell | self.formula | self.value | self.text | self.inline | empty
        self.all_known = (
            bool(np.all(known | ends))
            and self._are_balanced(tags, ends)
            and self._are_nested(tags, known, ends)
        )

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

    def _are_nested(self, tags: Tags, known: Marks, ends: Marks) -> bool:
        """Tell whether cells stand in rows and values in cells: a stray one belongs to nothing."""
        is_whole = tags.buffer[tags.closes - 1] == ord("/")
        step = (known & ~is_whole).astype(np.int8) - ends
        depth = np.cumsum(step, dtype=np.int32) - step
        wanted = np.full(len(step), 2, dtype=np.int8)
        wanted[self.row], wanted[self.cell], wanted[self.text | self.blank_text] = 0, 1, 3
        return bool(np.all((depth == wanted) | ends))


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
    for name, code in TYPES.items():
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
