"""The records of an old Excel workbook (.xls), walked for what its reader does not tell.

Only the few record kinds that matter are looked at ([MS-XLS] section 2.4): where cells stand and
of what kind they are, formulas, hidden rows, merged ranges.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from cakup.intake.reading.ooxml import NUMBER, StyleKind, builtin_kind, format_kind
from cakup.intake.reading.workbook import Merge

_EOF, _BOUNDSHEET, _FORMAT, _XF = 0x000A, 0x0085, 0x041E, 0x00E0
_BOF = (0x0809, 0x0409, 0x0209, 0x0009)
_ROW, _MERGED, _FORMULA, _BOOLERR = 0x0208, 0x00E5, 0x0006, 0x0205
_NUMBERS = (0x0203, 0x027E)  # NUMBER, RK
_MULRK = 0x00BD
_TEXTS = (0x00FD, 0x0204, 0x00D6)  # LABELSST, LABEL, RSTRING
_WORKSHEET = 0
_HIDDEN_ROW_FLAG = 0x20


@dataclass
class SheetFacts:
    """What the records say about one worksheet; rows and columns are 1-based.

    Args:
        no: Position of the tab, chart sheets counted.
        first_column: First column with a filled cell, 0 if there is none.
        filled, numbers, dates: Cells per column.
    """

    no: int
    first_column: int = 0
    filled: Counter[int] = field(default_factory=Counter)
    numbers: Counter[int] = field(default_factory=Counter)
    dates: Counter[int] = field(default_factory=Counter)
    formula_cells: list[tuple[int, int]] = field(default_factory=list)
    error_cells: list[tuple[int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)


def worksheet_facts(stream: bytes) -> list[SheetFacts]:
    """Return the facts of each worksheet in the order of the tabs.

    Args:
        stream: The OLE stream ``Workbook`` (or ``Book``).

    Raises:
        struct.error: When a record is cut off.
    """
    formats: dict[int, StyleKind] = {}
    styles: list[int] = []
    tabs: list[int] = []
    for kind, data in _records(stream, 0):
        if kind == _BOUNDSHEET:
            position, _, tab_kind = struct.unpack_from("<IBB", data)
            tabs.append(position if tab_kind == _WORKSHEET else -1)
        elif kind == _FORMAT:
            number, code = _format(data)
            formats[number] = format_kind(code)
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", data, 2)[0])
    kinds = [formats.get(number, builtin_kind(str(number))) for number in styles]
    return [
        _facts(stream, position, no, kinds)
        for no, position in enumerate(tabs, start=1)
        if position >= 0
    ]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream; embedded ones (charts) are passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind in _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _format(data: bytes) -> tuple[int, str]:
    number, length, flags = struct.unpack_from("<HHB", data)
    if flags & 1:
        return number, data[5 : 5 + 2 * length].decode("utf-16-le", "replace")
    return number, data[5 : 5 + length].decode("latin-1")


def _facts(stream: bytes, position: int, no: int, kinds: list[StyleKind]) -> SheetFacts:
    """Return the facts of the worksheet whose records begin at ``position``."""
    facts = SheetFacts(no)
    for kind, data in _records(stream, position):
        if kind in _TEXTS or kind in _NUMBERS or kind in (_FORMULA, _BOOLERR):
            row, column, style = struct.unpack_from("<HHH", data)
            facts.filled[column + 1] += 1
            if kind in _NUMBERS:
                _count_number(facts, column + 1, style, kinds)
            elif kind == _FORMULA:
                facts.formula_cells.append((row + 1, column + 1))
            elif kind == _BOOLERR and data[7]:
                facts.error_cells.append((row + 1, column + 1))
        elif kind == _MULRK:
            _, first = struct.unpack_from("<HH", data)
            for place in range((len(data) - 6) // 6):
                style = struct.unpack_from("<H", data, 4 + 6 * place)[0]
                facts.filled[first + place + 1] += 1
                _count_number(facts, first + place + 1, style, kinds)
        elif kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", data)
            if flags & _HIDDEN_ROW_FLAG:
                facts.hidden_rows.append(row + 1)
        elif kind == _MERGED:
            facts.merges += _merges(data)
    facts.first_column = min(facts.filled, default=0)
    return facts


def _count_number(facts: SheetFacts, column: int, style: int, kinds: list[StyleKind]) -> None:
    is_number = style >= len(kinds) or kinds[style] == NUMBER
    (facts.numbers if is_number else facts.dates)[column] += 1


def _merges(data: bytes) -> list[Merge]:
    (count,) = struct.unpack_from("<H", data)
    found = []
    for place in range(count):
        top, bottom, left, right = struct.unpack_from("<HHHH", data, 2 + 8 * place)
        found.append(Merge(top + 1, left + 1, bottom + 1, right + 1))
    return found
