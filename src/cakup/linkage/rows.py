"""Cleaned rows as arrays of numbers, and texts where only a text will do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from cakup.kernel.ports import SqlEngine
from cakup.linkage.vocabulary import WORDS_KEPT, Ints

Array = NDArray[Any]
Similarity = Callable[[pl.Series, pl.Series], NDArray[np.float32]]
#: Running numbers of a NIK: its last four digits.
NIK_SERIALS = 10_000
#: Pairs of texts that are handed over at once, so that their memory serves the next ones.
TEXTS_AT_ONCE = 1 << 14


class Rows:
    """A table of cleaned rows for comparing; columns become arrays when they are first asked for.

    Args:
        frame: See ``cleaning``.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        self._arrays: dict[str, Array] = {}

    @property
    def n(self) -> int:
        """Number of rows."""
        return self._frame.height

    def has(self, name: str) -> bool:
        """Return whether there is a column."""
        return name in self._frame.columns

    def __getitem__(self, name: str) -> Array:
        """Return a column as numbers, 0 where missing."""
        if name not in self._arrays:
            self._arrays[name] = self._derived(name)
        return self._arrays[name]

    def text(self, name: str) -> pl.Series:
        """Return a column of texts."""
        return self._frame[name]

    def words(self, prefix: str) -> list[Array]:
        """Return the words of a name, one array per place: ``n`` names, ``m`` mothers."""
        return [self[f"{prefix}w{k + 1}"] for k in range(WORDS_KEPT)]

    def _derived(self, name: str) -> Array:
        """Return a column, or what is computed from one.

        ``nik`` (a number), ``nik_packed``, ``has_part``, and ``<column>_marks`` of days.
        """
        if name == "nik":
            return self["n12"] * NIK_SERIALS + self["nser"]
        if name == "nik_packed":
            return packed_digits(self["nik"])
        if name == "has_part":
            return self._there("np")
        if name.endswith("_marks"):
            return day_marks(self[name.removesuffix("_marks")])
        return self._column(name)

    def _column(self, name: str) -> Array:
        return self._frame[name].fill_null(0).to_numpy()

    def _there(self, name: str) -> Array:
        return self._frame[name].is_not_null().to_numpy()


def day_marks(days: Array) -> NDArray[np.int32]:
    """Return days yyyymmdd with seven bits each for day and month, so that marks can be compared.

    Args:
        days: Days as numbers, 0 where missing.
    """
    years, months = days // 10_000, days // 100
    marks: NDArray[np.int32] = (
        years << 14 | (months - years * 100) << 7 | (days - months * 100)
    ).astype(np.int32)
    return marks


def packed_digits(numbers: Ints) -> NDArray[np.uint64]:
    """Return numbers of at most 16 digits with four bits per digit, so that digits can be counted.

    Args:
        numbers: Not negative.
    """
    packed = _halved(numbers.astype("<u8"), 10**8, 32)
    for size, base in ((4, 10_000), (2, 100), (1, 10)):
        parts = packed.view(f"<u{size}")
        packed = _halved(parts, base, 4 * size).view("<u8")
    return packed


def _halved(values: Array, base: int, bits: int) -> Array:
    """Return numbers below base² with their upper half moved up to its own bits."""
    kind = values.dtype.type
    upper = values // kind(base)
    halved: Array = upper << kind(bits) | (values - upper * kind(base))
    return halved


def digit_sum(packed: NDArray[np.uint64]) -> Ints:
    """Return the sum of the digits of packed numbers."""
    odd = np.uint64(0x0F0F_0F0F_0F0F_0F0F)
    pairs = (packed & odd) + (packed >> np.uint64(4) & odd)
    total: Ints = (pairs * np.uint64(0x0101_0101_0101_0101) >> np.uint64(56)).astype(np.int64)
    return total


def digits_apart(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return in how many digits packed numbers differ."""
    apart = left ^ right
    apart |= apart >> np.uint64(1)
    apart |= apart >> np.uint64(2)
    count: NDArray[np.uint8] = np.bitwise_count(apart & np.uint64(0x1111_1111_1111_1111))
    return count


def similarity(engine: SqlEngine) -> Similarity:
    """Return the Jaro-Winkler similarity of texts, pair by pair, of their bytes; 0 beside none.

    The engine's own function gives the same numbers, but handing it pairs costs several
    milliseconds a time, and linkage asks some seventy times for a few thousand pairs.

    Args:
        engine: Not asked.
    """
    del engine
    return _similar


def _similar(left: pl.Series, right: pl.Series) -> NDArray[np.float32]:
    found = np.empty(len(left), dtype=np.float32)
    for first in range(0, len(left), TEXTS_AT_ONCE):
        piece = slice(first, first + TEXTS_AT_ONCE)
        texts = (side[piece].cast(pl.Binary).to_list() for side in (left, right))
        found[piece] = process.cpdist(*texts, scorer=JaroWinkler.similarity, dtype=np.float32)
    return found
