"""The records of an old Excel workbook (.xls), read in plain Python ([MS-XLS] section 2.4).

A sheet of this format has at most 65,536 rows, so speed matters less than that damaged bytes can do
no harm: the library tried before ended the whole process on some of them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from cakup.intake.reading.ooxml import NUMBER, StyleKind, builtin_kind, format_kind
from cakup.intake.reading.workbook import Merge

_EOF, _CONTINUE, _BOUNDSHEET, _FORMAT, _XF, _SST = 0x000A, 0x003C, 0x0085, 0x041E, 0x00E0, 0x00FC
_DATEMODE = 0x0022
BOF = (0x0809, 0x0409, 0x0209, 0x0009)
_BIFF8 = 0x0600
_ROW, _MERGED, _FORMULA, _STRING, _BOOLERR = 0x0208, 0x00E5, 0x0006, 0x0207, 0x0205
_NUMBER, _RK, _MULRK = 0x0203, 0x027E, 0x00BD
_LABELSST, _LABEL, _RSTRING = 0x00FD, 0x0204, 0x00D6
_WORKSHEET = 0
_HIDDEN_ROW_FLAG = 0x20
_WIDE, _ASIAN, _RICH = 1, 4, 8


class Damaged(Exception):
    """The records contradict themselves."""


@dataclass(frozen=True)
class XlsCell:
    """One filled cell: 0-based row and column, text as stored, whether it is a number.

    ``shows`` tells whether a number's format shows a number, a date or a time.
    """

    row: int
    column: int
    text: str
    is_number: bool
    shows: StyleKind


@dataclass
class XlsSheet:
    """One worksheet as its records tell; rows and columns of the lists are 1-based."""

    name: str
    no: int
    is_hidden: bool
    cells: list[XlsCell] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    error_rows: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)


@dataclass(frozen=True)
class XlsBook:
    """What the workbook's own records say."""

    tabs: list[tuple[str, int, int, bool]]
    strings: list[str]
    kinds: list[StyleKind]
    is_1904: bool
    is_biff8: bool


def read_book(stream: bytes) -> XlsBook:
    """Return the workbook's tabs (name, position, tab number, hidden), strings and styles.

    Args:
        stream: The OLE stream ``Workbook`` (or ``Book``).

    Raises:
        Damaged, struct.error: When the records cannot be followed.
    """
    if len(stream) < 8:
        raise Damaged
    is_biff8 = struct.unpack_from("<H", stream, 4)[0] == _BIFF8
    formats: dict[int, StyleKind] = {}
    styles: list[int] = []
    tabs: list[tuple[str, int, int, bool]] = []
    strings: list[str] = []
    is_1904 = False
    n_tabs = 0
    sst: list[bytes] = []
    last = 0
    for kind, data in _records(stream, 0, _Budget(len(stream))):
        if kind == _BOUNDSHEET:
            n_tabs += 1
            position, state, tab_kind = struct.unpack_from("<IBB", data)
            if tab_kind == _WORKSHEET:
                name = _short_text(data, 6, is_biff8)
                tabs.append((name, position, n_tabs, bool(state & 3)))
        elif kind == _FORMAT:
            formats[struct.unpack_from("<H", data)[0]] = format_kind(_format_code(data, is_biff8))
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _DATEMODE:
            is_1904 = data[:1] == b"\1"
        elif kind == _SST or (kind == _CONTINUE and last in (_SST, _CONTINUE) and sst):
            sst.append(data)
        last = kind
    if sst:
        strings = shared_strings(sst)
    kinds = [formats.get(number, builtin_kind(str(number))) for number in styles]
    return XlsBook(tabs, strings, kinds, is_1904, is_biff8)


class _Budget:
    """How many bytes of records may still be walked: each byte belongs to one sheet only."""

    def __init__(self, n_bytes: int) -> None:
        self.left = n_bytes

    def take(self, n_bytes: int) -> None:
        self.left -= n_bytes
        if self.left < 0:
            raise Damaged


def _records(stream: bytes, at: int, budget: _Budget) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream; embedded ones (charts) are passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        budget.take(4 + length)
        if at + 4 + length > len(stream):
            raise Damaged
        if kind in BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        elif depth == 0:
            raise Damaged
        at += 4 + length
    raise Damaged


def _format_code(data: bytes, is_biff8: bool) -> str:
    return _long_text(data, 2) if is_biff8 else data[3 : 3 + data[2]].decode("cp1252", "replace")


def _short_text(data: bytes, at: int, is_biff8: bool) -> str:
    """Return a text whose length is one byte."""
    length = data[at]
    if not is_biff8:
        return data[at + 1 : at + 1 + length].decode("cp1252", "replace")
    if data[at + 1] & _WIDE:
        return data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    return data[at + 2 : at + 2 + length].decode("latin-1")


def _long_text(data: bytes, at: int, *, is_biff8: bool = True) -> str:
    """Return a text whose length is two bytes."""
    (length,) = struct.unpack_from("<H", data, at)
    if not is_biff8:
        return data[at + 2 : at + 2 + length].decode("cp1252", "replace")
    if data[at + 2] & _WIDE:
        return data[at + 3 : at + 3 + 2 * length].decode("utf-16-le", "replace")
    return data[at + 3 : at + 3 + length].decode("latin-1")


def shared_strings(segments: list[bytes]) -> list[str]:
    """Return the shared strings of the record SST and the CONTINUE records behind it.

    A text may be cut in two by the end of a record; its rest then begins with a byte that says anew
    whether characters take one byte or two.

    Args:
        segments: Data of the records in order.

    Raises:
        Damaged, struct.error: When they end too early.
    """
    cursor = _Cursor(segments)
    _, unique = struct.unpack("<II", cursor.take(8))
    found = []
    for _ in range(unique):
        length, flags = struct.unpack("<HB", cursor.take(3))
        n_runs = struct.unpack("<H", cursor.take(2))[0] if flags & _RICH else 0
        n_asian = struct.unpack("<I", cursor.take(4))[0] if flags & _ASIAN else 0
        found.append(cursor.characters(length, is_wide=bool(flags & _WIDE)))
        cursor.skip(4 * n_runs + n_asian)
    return found


class _Cursor:
    """A place in the data of several records that belong together."""

    def __init__(self, segments: list[bytes]) -> None:
        self._segments, self._segment, self._at = segments, 0, 0

    def _left(self) -> int:
        """Return the bytes left in the present record, going on to the next when there are none."""
        while self._segment < len(self._segments):
            left = len(self._segments[self._segment]) - self._at
            if left:
                return left
            self._segment, self._at = self._segment + 1, 0
        raise Damaged

    def take(self, n_bytes: int) -> bytes:
        """Return the next bytes, across records if need be."""
        taken = b""
        while len(taken) < n_bytes:
            step = min(self._left(), n_bytes - len(taken))
            taken += self._segments[self._segment][self._at : self._at + step]
            self._at += step
        return taken

    def skip(self, n_bytes: int) -> None:
        """Go on without looking."""
        while n_bytes:
            step = min(self._left(), n_bytes)
            self._at += step
            n_bytes -= step

    def characters(self, length: int, *, is_wide: bool) -> str:
        """Return a text of ``length`` characters."""
        pieces = []
        while length:
            size = 2 if is_wide else 1
            step = min(self._left() // size, length)
            if step == 0:
                raise Damaged
            data = self._segments[self._segment][self._at : self._at + step * size]
            pieces.append(data.decode("utf-16-le" if is_wide else "latin-1", "replace"))
            self._at += step * size
            length -= step
            if length:
                is_wide = bool(self.take(1)[0] & _WIDE)
        return "".join(pieces)


def read_sheets(stream: bytes, book: XlsBook) -> list[XlsSheet]:
    """Return the worksheets in the order of the tabs.

    Args:
        stream: The OLE stream.
        book: What ``read_book`` found.

    Raises:
        Damaged, struct.error: When the records cannot be followed.
    """
    budget = _Budget(len(stream))
    sheets = []
    for name, position, no, is_hidden in book.tabs:
        sheet = XlsSheet(name, no, is_hidden)
        waiting: tuple[int, int] | None = None
        for kind, data in _records(stream, position, budget):
            if kind == _STRING and waiting:
                text = _long_text(data, 0, is_biff8=book.is_biff8)
                sheet.cells.append(XlsCell(*waiting, text, False, NUMBER))
                waiting = None
            elif kind == _FORMULA:
                waiting = _formula(sheet, data, book)
            else:
                _take(sheet, kind, data, book)
        sheets.append(sheet)
    return sheets


def _take(sheet: XlsSheet, kind: int, data: bytes, book: XlsBook) -> None:
    """Take one record of a worksheet."""
    if kind in (_LABELSST, _LABEL, _RSTRING):
        row, column, _ = struct.unpack_from("<HHH", data)
        if kind == _LABELSST:
            number = struct.unpack_from("<I", data, 6)[0]
            text = book.strings[number] if number < len(book.strings) else ""
        else:
            text = _long_text(data, 6, is_biff8=book.is_biff8)
        sheet.cells.append(XlsCell(row, column, text, False, NUMBER))
    elif kind == _NUMBER:
        row, column, style, number = struct.unpack_from("<HHHd", data)
        sheet.cells.append(_number(row, column, style, number, book))
    elif kind == _RK:
        row, column, style, packed = struct.unpack_from("<HHHI", data)
        sheet.cells.append(_number(row, column, style, unpacked(packed), book))
    elif kind == _MULRK:
        row, first = struct.unpack_from("<HH", data)
        for place in range((len(data) - 6) // 6):
            style, packed = struct.unpack_from("<HI", data, 4 + 6 * place)
            sheet.cells.append(_number(row, first + place, style, unpacked(packed), book))
    elif kind == _BOOLERR:
        row, column, _, value, is_error = struct.unpack_from("<HHHBB", data)
        _truth(sheet, row, column, value, bool(is_error))
    elif kind == _ROW:
        row, flags = struct.unpack_from("<H10xH", data)
        if flags & _HIDDEN_ROW_FLAG:
            sheet.hidden_rows.append(row + 1)
    elif kind == _MERGED:
        for place in range(struct.unpack_from("<H", data)[0]):
            top, bottom, left, right = struct.unpack_from("<HHHH", data, 2 + 8 * place)
            sheet.merges.append(Merge(top + 1, left + 1, bottom + 1, right + 1))


def _formula(sheet: XlsSheet, data: bytes, book: XlsBook) -> tuple[int, int] | None:
    """Take a formula's stored result; return its place when the text follows in a record."""
    row, column, style, number = struct.unpack_from("<HHHd", data)
    sheet.formulas.append((row + 1, column + 1))
    if data[12:14] != b"\xff\xff":
        sheet.cells.append(_number(row, column, style, number, book))
    elif data[6] == 0:
        return row, column
    elif data[6] in (1, 2):
        _truth(sheet, row, column, data[8], data[6] == 2)
    return None


def _truth(sheet: XlsSheet, row: int, column: int, value: int, is_error: bool) -> None:
    if is_error:
        sheet.error_rows.append(row + 1)
    else:
        sheet.cells.append(XlsCell(row, column, "TRUE" if value else "FALSE", False, NUMBER))


def _number(row: int, column: int, style: int, number: float, book: XlsBook) -> XlsCell:
    shows = book.kinds[style] if style < len(book.kinds) else NUMBER
    is_whole = number == number and abs(number) < 1e21 and number == int(number)
    return XlsCell(row, column, str(int(number)) if is_whole else repr(number), True, shows)


def unpacked(packed: int) -> float:
    """Return the number of an RK value: 30 bits of a whole number or of a float, perhaps / 100.

    Args:
        packed: The 32 bits as stored.
    """
    if packed & 2:
        whole = packed >> 2
        number = float(whole - (1 << 30) if whole >= 1 << 29 else whole)
    else:
        (number,) = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))
    return number / 100 if packed & 1 else number
