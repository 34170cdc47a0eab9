"""How a text file is written: encoding, separator, line ends, width; found before it is parsed."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from cakup.intake.reading.quoted import QUOTE, records
from cakup.intake.reading.workbook import Limits
from cakup.kernel.errors import InputError, LimitError, Where

SEPARATORS = (",", ";", "\t", "|")
PROBE_BYTES = 4 << 20
SNIFF_RECORDS = 300
# Widths beyond this are never parsed; columns after the cap are allowed only while blank.
HARD_COLUMNS = 1024
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Bytes that Windows-1252 leaves undefined: a file with one of them is Latin-1.
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_SEP_LINE = re.compile(rb"sep=(.)\r?\Z", re.I)


@dataclass(frozen=True)
class Dialect:
    """What the first pass over a text file found.

    Args:
        encoding: Python codec name.
        bom_bytes: Length of the byte order mark.
        separator: Column separator, one character.
        has_quotes: Whether a quotation mark occurs anywhere.
        has_only_returns: Whether lines end in a lone carriage return.
        has_separator_line: Whether the first line is Excel's ``sep=;``.
        width: Fields of the widest record at most; separators inside quotes are counted too.
    """

    encoding: str
    bom_bytes: int
    separator: str
    has_quotes: bool
    has_only_returns: bool
    has_separator_line: bool
    width: int


def probe(handle: BinaryIO, limits: Limits, where: Where) -> Dialect:
    """Read a text file once, block by block, and say how it is written.

    Args:
        handle: Binary stream at its start; nothing is kept in memory but one block and one line.
        limits: Caps: ``columns`` × ``cell_chars`` is the longest line.
        where: File name for messages.

    Raises:
        InputError: ``file.nul_bytes``, ``file.encoding``.
        LimitError: ``file.cell_too_long`` for a line beyond the cap.
    """
    first = handle.read(PROBE_BYTES)
    bom, encoding = next(((b, e) for b, e in _BOMS if first.startswith(b)), (b"", ""))
    watch = _Watch(limits, where, is_decoded=encoding.startswith("utf-16"))
    for block in _blocks(handle, first[len(bom) :], encoding, where):
        watch.see(block)
    watch.finish()
    found = watch.encoding()
    if encoding == "utf-8" != found:
        # Read on, every other letter would be replaced without a word.
        raise InputError("file.encoding", where=where, encoding="UTF-8")
    encoding = encoding or found
    return Dialect(
        encoding, len(bom), watch.separator, watch.has_quotes, watch.has_only_returns,
        watch.has_separator_line, watch.width,
    )  # fmt: skip


def _blocks(handle: BinaryIO, first: bytes, encoding: str, where: Where) -> Iterator[bytes]:
    """Yield the raw blocks, or for UTF-16 the blocks as UTF-8."""
    decode = _decoder(encoding, where) if encoding.startswith("utf-16") else None
    block = first
    while block:
        following = handle.read(PROBE_BYTES)
        yield decode(block, final=not following) if decode else block
        block = following


class _Decode:
    """Turn blocks of another encoding into UTF-8; a block may end inside a character."""

    def __init__(self, encoding: str, where: Where) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._encoding, self._where = encoding, where

    def __call__(self, block: bytes, *, final: bool) -> bytes:
        try:
            return self._decoder.decode(block, final).encode("utf-8")
        except UnicodeError as err:
            raise InputError("file.encoding", where=self._where, encoding=self._encoding) from err


def _decoder(encoding: str, where: Where) -> _Decode:
    return _Decode(encoding, where)


def utf8_blocks(
    handle: BinaryIO, dialect: Dialect, block_bytes: int, where: Where
) -> Iterator[tuple[bytes, bool]]:
    """Yield the file as UTF-8 blocks with line feeds, each with whether it is the last.

    Args:
        handle: Binary stream; read from behind its byte order mark.
        dialect: What ``probe`` found.
        block_bytes: Bytes read at a time.
        where: File name for messages.
    """
    handle.seek(dialect.bom_bytes)
    decode = None if dialect.encoding == "utf-8" else _Decode(dialect.encoding, where)
    block = handle.read(block_bytes)
    while block:
        following = handle.read(block_bytes)
        text = decode(block, final=not following) if decode else block
        if dialect.has_only_returns:
            text = text.replace(b"\r", b"\n")
        yield text, not following
        block = following


class _Watch:
    """Collects what the probe wants to know from blocks that may end inside a line."""

    def __init__(self, limits: Limits, where: Where, *, is_decoded: bool) -> None:
        self._where = where
        self._line_bytes = limits.columns * limits.cell_chars
        self._limits = limits
        self._utf8 = None if is_decoded else codecs.getincrementaldecoder("utf-8")("strict")
        self._is_utf8 = True
        self._is_cp1252 = True
        self._rows = 0
        self._rest = b""
        self._has_begun = False
        self._marks = self._lines = 0
        self._is_open = False
        self.separator = ","
        self.has_quotes = False
        self.has_only_returns = False
        self.has_separator_line = False
        self.width = 1

    def see(self, block: bytes) -> None:
        """Look at one block."""
        if b"\0" in block:
            row = self._rows + 1 + block.count(b"\n", 0, block.index(b"\0"))
            raise InputError("file.nul_bytes", where=Where(file=self._where.file, row=row))
        if not self._has_begun:
            self._begin(block)
        self._see_encoding(block)
        self.has_quotes = self.has_quotes or b'"' in block
        if self.has_only_returns:
            block = block.replace(b"\r", b"\n")
        text = self._rest + block
        cut = text.rfind(b"\n") + 1
        self._rest = text[cut:]
        if cut:
            self._measure(text[:cut])
        if len(self._rest) > self._line_bytes:
            self._refuse_line(self._rows + 1)

    def finish(self) -> None:
        """Look at the last line, which need not end."""
        self._measure(self._rest + b"\n")
        self.width = max(self.width, 1 + self._marks)
        if self._utf8 is not None and self._is_utf8:
            self._see_encoding(b"", final=True)

    def encoding(self) -> str:
        """Return the encoding of a file without a byte order mark."""
        if self._is_utf8:
            return "utf-8"
        return "cp1252" if self._is_cp1252 else "latin-1"

    def _begin(self, block: bytes) -> None:
        self._has_begun = True
        self.has_only_returns = b"\n" not in block and b"\r" in block
        stated = _SEP_LINE.match(block.replace(b"\r", b"\n").split(b"\n", 1)[0])
        if stated and stated.group(1).decode("latin-1") in SEPARATORS:
            self.has_separator_line = True
            self.separator = stated.group(1).decode("latin-1")
        else:
            self.separator = sniff_separator(block.decode("latin-1"), self._limits)

    def _see_encoding(self, block: bytes, *, final: bool = False) -> None:
        if self._utf8 is None:
            return
        is_plain = block.isascii() and not self._utf8.getstate()[0]
        if self._is_utf8 and (final or not is_plain):
            try:
                self._utf8.decode(block, final)
            except UnicodeDecodeError:
                self._is_utf8 = False
        if self._is_cp1252 and not is_plain and _NOT_CP1252.search(block):
            self._is_cp1252 = False

    def _measure(self, text: bytes) -> None:
        """Measure whole lines, the last line feed included."""
        buffer = np.frombuffer(text, dtype=np.uint8)
        ends = np.flatnonzero(buffer == ord("\n"))
        lengths = np.diff(ends, prepend=-1) - 1
        longest = int(lengths.max())
        if longest > self._line_bytes:
            self._refuse_line(self._rows + 1 + int(lengths.argmax()))
        marks = _per_line(buffer, self.separator, ends)
        quotes = _per_line(buffer, QUOTE, ends) if self.has_quotes else None
        if quotes is None or not (self._is_open or bool((quotes % 2).any())):
            self.width = max(self.width, 1 + int(marks.max()))
        else:
            self._measure_records(marks.tolist(), (quotes % 2).tolist())
        self._rows += len(ends)
        if self._rows > self._limits.rows + 1:
            raise LimitError("file.too_many_rows", where=self._where, limit=self._limits.rows)

    def _measure_records(self, marks: list[int], odd: list[int]) -> None:
        """Count separators over the lines of a record that quotation marks hold together."""
        for n_marks, is_odd in zip(marks, odd, strict=True):
            self._marks += n_marks
            self._lines += 1
            self._is_open ^= bool(is_odd)
            if not self._is_open or self._lines > self._limits.lines_per_cell:
                self.width = max(self.width, 1 + self._marks)
                self._marks, self._lines, self._is_open = 0, 0, False

    def _refuse_line(self, row: int) -> None:
        where = Where(file=self._where.file, row=row)
        raise LimitError("file.cell_too_long", where=where, limit=self._limits.cell_chars)


def _per_line(buffer: NDArray[np.uint8], mark: str, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how often a mark stands in each line that ends at ``ends``."""
    found = np.flatnonzero(buffer == ord(mark))
    return np.diff(np.searchsorted(found, ends), prepend=0)


def sniff_separator(text: str, limits: Limits) -> str:
    """Return the separator under which most records have the same number of fields, above one.

    Title rows above the header and totals below do not disturb: only the commonest width counts.
    Ties go to the wider reading, then to the order of ``SEPARATORS``.

    Args:
        text: Beginning of the file.
        limits: For ``lines_per_cell``.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", 4 * SNIFF_RECORDS)
    lines = lines[: 4 * SNIFF_RECORDS]
    best, best_score = SEPARATORS[0], (0.0, 0)
    for separator in SEPARATORS:
        if separator not in text:
            continue
        widths: Counter[int] = Counter()
        found = records(
            lines, separator, lines_per_cell=limits.lines_per_cell, is_last=len(text) < PROBE_BYTES
        )
        for record, _ in zip(found, range(SNIFF_RECORDS), strict=False):
            if record.fields != [""]:
                widths[len(record.fields)] += 1
        several = [(n, width) for width, n in widths.items() if width > 1]
        if not several:
            continue
        n, width = max(several)
        score = (round(n / widths.total(), 1), width)
        if score > best_score:
            best, best_score = separator, score
    return best
