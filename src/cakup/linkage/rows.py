"""Cleaned rows as arrays of numbers, and texts where only a text will do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.kernel.ports import SqlEngine
from cakup.linkage.vocabulary import WORDS_KEPT, Ints

Array = NDArray[Any]
Similarity = Callable[[pl.Series, pl.Series], NDArray[np.float32]]
#: Digits of a NIK.
NIK_DIGITS = 16


@dataclass(frozen=True)
class Rows:
    """A table of variants for comparing.

    Args:
        numbers: Column → numbers, 0 where missing.
        texts: Column → texts.
        n: Number of rows.
    """

    numbers: dict[str, Array]
    texts: dict[str, pl.Series]
    n: int

    def words(self, prefix: str) -> list[Array]:
        """Return the words of a name, one array per place: ``n`` names, ``m`` mothers."""
        return [self.numbers[f"{prefix}w{k + 1}"] for k in range(WORDS_KEPT)]


def rows_of(frame: pl.DataFrame) -> Rows:
    """Return the columns of a cleaned frame as arrays.

    Args:
        frame: See ``cleaning``.
    """
    numbers: dict[str, Array] = {}
    texts = {}
    for name, kind in frame.schema.items():
        if kind == pl.String:
            texts[name] = frame[name]
        elif kind.is_numeric():
            numbers[name] = frame[name].fill_null(0).to_numpy()
    if "nik" in texts:
        nik = frame["nik"].cast(pl.Int64, strict=False).fill_null(0).to_numpy()
        numbers["nik"] = nik
        numbers["nik_packed"] = packed_digits(nik)
        numbers["has_part"] = frame["np"].is_not_null().to_numpy()
    return Rows(numbers, texts, frame.height)


def packed_digits(numbers: Ints) -> NDArray[np.uint64]:
    """Return numbers of at most 16 digits with four bits per digit, so that digits can be counted.

    Args:
        numbers: Not negative.
    """
    rest = numbers.astype(np.uint64)
    out = np.zeros(len(rest), dtype=np.uint64)
    for at in range(NIK_DIGITS):
        out |= (rest % np.uint64(10)) << np.uint64(4 * at)
        rest //= np.uint64(10)
    return out


def digits_apart(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return in how many digits packed numbers differ."""
    apart = left ^ right
    apart |= apart >> np.uint64(1)
    apart |= apart >> np.uint64(2)
    count: NDArray[np.uint8] = np.bitwise_count(apart & np.uint64(0x1111_1111_1111_1111))
    return count


def similarity(engine: SqlEngine) -> Similarity:
    """Return the Jaro-Winkler similarity of texts, pair by pair, computed by the engine."""

    def similar(left: pl.Series, right: pl.Series) -> NDArray[np.float32]:
        if not len(left):
            return np.zeros(0, dtype=np.float32)
        engine.register("lk_texts", pl.DataFrame({"a": left, "b": right}))
        sql = "SELECT coalesce(jaro_winkler_similarity(a, b), 0)::FLOAT AS s FROM lk_texts"
        found = engine.frame(sql)["s"].to_numpy()
        engine.drop("lk_texts")
        return found

    return similar
