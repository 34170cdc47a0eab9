"""Text out of raw XML bytes by arrays: where the tags are, and the text between them.

Walking ten million cells one event at a time takes Python half a minute and more. Here the places
of all ``<`` and ``>`` of a block come from two array operations. A block whose marks do not
alternate strictly (comments, CDATA, a raw ``>`` in text) is reported as irregular, and its reader
takes the slow, exact way (``expat``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

Places = NDArray[np.int64]
Marks = NDArray[np.bool_]
# Reading a few bytes behind the last tag must not leave the buffer.
PADDING = b"\0" * 32
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Tags:
    """The tags of a block.

    Args:
        buffer: The block's bytes, padded.
        opens: Place of each ``<``, ascending.
        closes: Place of the ``>`` that belongs to it.
    """

    buffer: NDArray[np.uint8]
    opens: Places
    closes: Places

    def byte(self, offset: int) -> NDArray[np.uint8]:
        """Return the byte at ``offset`` behind each ``<``."""
        return self.buffer[self.opens + offset]

    def text_after(self, which: Places) -> tuple[Places, Places]:
        """Return start and length of the text between tag ``which`` and the next tag."""
        starts = self.closes[which] + 1
        return starts, self.opens[which + 1] - starts


def find_tags(block: bytes) -> Tags | None:
    """Return the tags of a block of XML, or None when it is irregular.

    Args:
        block: UTF-8, whole elements only.
    """
    if b"<!" in block or b"<?" in block:
        return None
    buffer = np.frombuffer(block + PADDING, dtype=np.uint8)
    opens = np.flatnonzero(buffer == ord("<"))
    closes = np.flatnonzero(buffer == ord(">"))
    if len(opens) != len(closes) or not bool(np.all(opens < closes)):
        return None
    if not bool(np.all(closes[:-1] < opens[1:])):
        return None
    return Tags(buffer, opens, closes)


def digits(buffer: NDArray[np.uint8], starts: Places, longest: int) -> tuple[Places, Places]:
    """Return the whole number that begins at each place, and how many digits it has.

    Args:
        buffer: Padded bytes.
        starts: Places.
        longest: Digits read at most.
    """
    value = np.zeros(len(starts), dtype=np.int64)
    count = np.zeros(len(starts), dtype=np.int64)
    alive = np.ones(len(starts), dtype=np.bool_)
    for step in range(longest):
        byte = buffer[np.minimum(starts + step, len(buffer) - 1)]
        alive &= (byte >= ord("0")) & (byte <= ord("9"))
        if not alive.any():
            break
        value = np.where(alive, value * 10 + byte - ord("0"), value)
        count += alive
    return value, count


def gather_text(buffer: NDArray[np.uint8], starts: Places, lengths: Places) -> pl.Series:
    """Return the texts at the given places as a String series; the bytes must be valid UTF-8.

    Args:
        buffer: Bytes.
        starts: First byte of each text.
        lengths: Bytes of each text.
    """
    return slices(buffer, starts, lengths, lengths)


def slices(buffer: NDArray[np.uint8], starts: Places, lengths: Places, totals: Places) -> pl.Series:
    """Return texts put together from slices: text ``i`` takes the next ``totals[i]`` bytes."""
    ends = np.cumsum(lengths)
    n_bytes = int(ends[-1]) if len(ends) else 0
    source = np.repeat(starts - (ends - lengths), lengths) + np.arange(n_bytes)
    offsets = np.zeros(len(totals) + 1, dtype=np.int64)
    np.cumsum(totals, out=offsets[1:])
    array = pa.LargeStringArray.from_buffers(
        len(totals), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(buffer[source]))
    )
    made = pl.from_arrow(array)
    assert isinstance(made, pl.Series)
    return made


def unescaped(texts: pl.Series, *, has_entities: bool, has_escapes: bool) -> pl.Series:
    """Return texts with XML references and Excel's ``_x000D_`` escapes made plain.

    Args:
        texts: Raw texts.
        has_entities: Whether the block holds ``&`` at all.
        has_escapes: Whether it holds ``_x`` at all.
    """
    if has_entities:
        texts = _patched(texts, texts.str.contains("&", literal=True), _dereferenced)
    if has_escapes:
        texts = _patched(texts, texts.str.contains(_ESCAPE.pattern), plain_text)
    return texts


def _patched(texts: pl.Series, where: pl.Series, change: Callable[[str], str]) -> pl.Series:
    """Return texts with the marked ones changed; they are few, so Python may do it."""
    index = where.arg_true()
    if index.is_empty():
        return texts
    return texts.scatter(index, [change(text) for text in texts.gather(index).to_list()])


def plain_text(text: str) -> str:
    """Return one text with Excel's ``_x000D_`` escapes made plain."""
    return _ESCAPE.sub(_escaped, text) if "_x" in text else text


def _dereferenced(text: str) -> str:
    return _REFERENCE.sub(_referred, text)


def _referred(match: re.Match[str]) -> str:
    decimal, hexadecimal, _ = match.groups()
    if decimal or hexadecimal:
        return _character(int(decimal) if decimal else int(hexadecimal, 16), match.group())
    return _ENTITIES[match.group()]


def _escaped(match: re.Match[str]) -> str:
    return _character(int(match.group(1), 16), match.group())


def _character(number: int, otherwise: str) -> str:
    """Return the character; half pairs and numbers beyond Unicode stay as they were written."""
    is_half = 0xD800 <= number <= 0xDFFF
    return otherwise if is_half or number > 0x10FFFF else chr(number)
