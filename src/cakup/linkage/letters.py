"""Which letters a text has, as one number, to tell that two texts cannot be alike.

Jaro-Winkler similarity needs letters in common. How many two texts have at most is told by a few
operations on whole numbers, so most pairs never have their texts compared.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Letters = NDArray[np.uint64]
#: Letters of one class; what a class says of letters in common holds however they are grouped.
CLASSES = (
    *"ABCDEGHIJKLMNOPRSTUWY", "FV", "QXZ", "0123456789",
)  # fmt: skip
#: Bits: classes that the text has, classes of which it has an odd number, first byte, length.
ODD, FIRST, LENGTH = np.uint64(24), np.uint64(48), np.uint64(56)
HAS = np.uint64((1 << 24) - 1)
#: Lengths from here on are not told.
TOO_LONG = 256
#: Texts that are looked at together; what is made of them fits into a processor's own memory.
AT_ONCE = 1 << 14
#: What rounding may add; texts are alike from a similarity with a few digits on.
ROUNDING = 1e-6


def _classes() -> NDArray[np.uint32]:
    table = np.zeros(256, dtype=np.uint32)
    for at, letters in enumerate(CLASSES):
        table[list(letters.encode())] = 1 << at
    return table


_CLASS_OF = _classes()


def letters_of(texts: pl.Series) -> Letters:
    """Return the letters of texts, 0 where a text is missing, empty or too long to tell.

    Args:
        texts: Capital letters and digits; other bytes count as they can for any letter.
    """
    pieces = [_letters_of(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)]
    return np.concatenate([np.zeros(0, dtype=np.uint64), *pieces])


def _letters_of(texts: pl.Series) -> Letters:
    length = texts.str.len_bytes().fill_null(0).to_numpy().astype(np.int64)
    end = np.cumsum(length)
    # One byte more, so that the last text has an end as well.
    data = np.frombuffer(f"{texts.str.join().item()} ".encode(), dtype=np.uint8)
    told = np.flatnonzero((length > 0) & (length < TOO_LONG))
    found = np.zeros(len(texts), dtype=np.uint64)
    if len(told):
        start, size = (end - length)[told], length[told].astype(np.uint64)
        bounds = np.stack([start, end[told]], axis=1).ravel()
        classes = _CLASS_OF[data]
        has = np.bitwise_or.reduceat(classes, bounds)[::2].astype(np.uint64)
        odd = np.bitwise_xor.reduceat(classes, bounds)[::2].astype(np.uint64)
        first = data[start].astype(np.uint64)
        found[told] = has | odd << ODD | first << FIRST | size << LENGTH
    return found


def most_alike(left: Letters, right: Letters) -> NDArray[np.float64]:
    """Return the Jaro-Winkler similarity that pairs of texts have at most.

    What one text has of a class that the other lacks matches nothing; of a class of which one has
    an odd and the other an even number, something is left over. Texts whose first bytes differ
    get nothing for a common beginning, others as if they had four letters in common there.

    Args:
        left: Letters of one text of each pair.
        right: Letters of the other.

    Returns:
        Shares 0–1; 1 where the letters of one are not told.
    """
    long_a, long_b = (_number(x >> LENGTH) for x in (left, right))
    only_a, only_b = left & ~right & HAS, right & ~left & HAS
    lone_a, lone_b = (_lone(*x) for x in ((only_a, left), (only_b, right)))
    over = np.bitwise_count((left ^ right) >> ODD & left & right & HAS)
    common = np.minimum(long_a - lone_a, long_b - lone_b)
    common = np.minimum(common, (long_a + long_b - lone_a - lone_b - over) // 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        jaro = np.where(common > 0, (common / long_a + common / long_b + 1.0) / 3.0, 0.0)
    first = (left ^ right) >> FIRST & np.uint64(0xFF)
    alike = np.where((first == 0) & (jaro > 0.7), 0.6 * jaro + 0.4, jaro)
    return np.where((long_a == 0) | (long_b == 0), 1.0, np.minimum(alike + ROUNDING, 1.0))


def _number(bits: Letters) -> NDArray[np.int16]:
    return bits.astype(np.int16)


def _lone(only: Letters, of: Letters) -> NDArray[np.int16]:
    """Return how many bytes at least are of classes that only one text has."""
    even = only & ~(of >> ODD)
    return np.bitwise_count(only).astype(np.int16) + np.bitwise_count(even)
