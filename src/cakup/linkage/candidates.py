"""Which pairs are worth comparing: rows that share a key, a few dozen at most per key.

A key is a number made of some fields. A block (all rows with one value of a key) that is larger
than the cap is cut by a further field, and dropped if it is still too large: so pairs grow in
proportion to rows, whatever the size of the city. Every pair remembers which keys found it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.linkage.vocabulary import WORDS_KEPT, Ints, mixed

Bools = NDArray[np.bool_]
#: Rows per block at most.
CAP = 60
#: The same for keys that many strangers share.
CAP_LOOSE = 30
#: The same for keys that rest on a name alone.
CAP_NAME = 12
#: Words of a name that are paired with each other.
PAIRED_WORDS = 4
#: Keys there can be; one bit each.
MOST_KEYS = 32


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows to compare.

    Args:
        left: Smaller row.
        right: Larger row.
        keys: Bit per key that both share.
    """

    left: Ints
    right: Ints
    keys: Ints


@dataclass(frozen=True)
class Key:
    """One key's values; a row may have several, or none.

    Args:
        name: Name, for the report of yields.
        at: Rows.
        value: Value per entry.
        refine: Further values by which blocks that are too large are cut, in order; 0 = missing.
        cap: Rows per block at most.
        undated: Whether at least one row of a pair must lack a birth date.
    """

    name: str
    at: Ints
    value: Ints
    refine: tuple[Ints, ...] = ()
    cap: int = CAP
    undated: bool = False


class _Makes:
    """Makes keys from the columns of a frame; 0 stands for missing, absent columns are missing."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.found: list[Key] = []

    def column(self, name: str) -> Ints:
        """Return a column as numbers."""
        if name not in self.frame.columns:
            return np.zeros(self.frame.height, dtype=np.int64)
        return self.frame[name].cast(pl.Int64).fill_null(0).to_numpy()

    def add(
        self, name: str, *ways: tuple[Ints, ...], refine: tuple[Ints, ...] = (), cap: int = CAP,
        undated: bool = False,
    ) -> None:  # fmt: skip
        """Add a key.

        Args:
            name: Its name.
            ways: Each the fields that make one value of a row, e.g. one way per word of the name.
            refine: See ``Key``.
            cap: See ``Key``.
            undated: See ``Key``.
        """
        rows = np.arange(self.frame.height, dtype=np.int64)
        ats, values = [], []
        for parts in ways:
            there = np.logical_and.reduce([p != 0 for p in parts])
            if there.any():
                ats.append(rows[there])
                values.append(mixed(*(p[there] for p in parts)))
        if ats:
            at = np.concatenate(ats)
            cuts = tuple(r[at] for r in refine)
            self.found.append(Key(name, at, np.concatenate(values), cuts, cap, undated))


def keys(frame: pl.DataFrame, letters: Ints) -> list[Key]:
    """Return all keys of a table of variants.

    Args:
        frame: Cleaned columns, see ``cleaning``.
        letters: First sound of each word of the name, shape (rows, words), 0 = none.
    """
    make = _Makes(frame)
    c = make.column
    desa, sex, day = c("desa_v"), c("sex"), c("d1")
    year, month_day = day // 10_000, day % 10_000
    words = [c(f"nw{k + 1}") for k in range(WORDS_KEPT)]
    each_letter = [letters[:, k] for k in range(WORDS_KEPT)]
    both = _word_pairs(words)
    n12 = np.where(c("n12") > 0, c("n12"), c("np12"))
    make.add("nik12", (n12,), refine=(words[0],))
    make.add("nik_tail+letter", *((c("ntail"), x) for x in each_letter))
    make.add(
        "date+letter", *((d, x) for d in (day, c("d2")) for x in each_letter),
        refine=(desa, words[0]),
    )  # fmt: skip
    make.add("date+word", *((day, w) for w in words), refine=(desa, year))
    make.add("day+name", (month_day, c("nsound")), (month_day, c("njoined")), refine=(desa,))
    make.add("year+name", (year, c("nsound")), (year, c("njoined")), refine=(desa,))
    make.add("village+name", (desa, c("nsound")), (desa, c("njoined")), refine=(year, sex))
    make.add("name", (c("nsound"),), (c("njoined"),), refine=(year, desa), cap=CAP_NAME)
    make.add("two words", *((w,) for w in both), refine=(year, desa), cap=CAP_NAME)
    make.add(
        "village+two words", *((desa, w) for w in both), refine=(year, sex), cap=CAP_LOOSE
    )  # fmt: skip
    make.add("year+village+word", *((year, desa, w) for w in words), cap=CAP_LOOSE)
    make.add(
        "village+word, undated", *((desa, w) for w in words), refine=(sex, words[0]),
        cap=CAP_LOOSE, undated=True,
    )  # fmt: skip
    for name, column in (("mother", "msound"), ("address", "addr_v")):
        make.add(
            f"{name}+letter", *((c(column), x) for x in each_letter), refine=(year, desa),
            cap=CAP_LOOSE,
        )  # fmt: skip
    make.add("phone", (c("phone_v"),), refine=(words[0],))
    make.add("code", (c("code_v"),), refine=(words[0],))
    return make.found


def _word_pairs(words: list[Ints]) -> list[Ints]:
    """Return a number for every pair of words of a name, whatever their order."""
    found = []
    for k in range(1, PAIRED_WORDS):
        for j in range(k):
            low, high = np.minimum(words[j], words[k]), np.maximum(words[j], words[k])
            found.append(np.where((low > 0) & (low != high), mixed(low, high), 0))
    return found


def cut(key: Key) -> tuple[Ints, Ints]:
    """Return rows and values of a key after blocks that are too large were cut or dropped.

    Rows alone in their block are left out; equal values stand together.
    """
    index, value = _together(np.arange(len(key.value)), key.value)
    kept = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
    for extra in (*key.refine, None):
        size = run_sizes(value)
        fits = (size > 1) & (size <= key.cap)
        kept.append((index[fits], value[fits]))
        large = size > key.cap
        if extra is None or not large.any():
            break
        index, value = index[large], value[large]
        there = extra[index] != 0
        index, value = index[there], value[there]
        index, value = _together(index, mixed(value, extra[index] + 1))
    at = np.concatenate([i for i, _ in kept])
    return key.at[at], np.concatenate([v for _, v in kept])


def _together(index: Ints, value: Ints) -> tuple[Ints, Ints]:
    """Return entries with equal values side by side."""
    order = np.argsort(value)
    return index[order], value[order]


def run_sizes(value: Ints) -> Ints:
    """Return for each entry how many entries have its value; equal ones stand together."""
    starts = run_starts(value)
    size = np.diff(np.append(starts, len(value)))
    return np.repeat(size, size)


def run_starts(value: Ints) -> Ints:
    """Return where runs of equal values begin."""
    if not len(value):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate([[True], value[1:] != value[:-1]]))


def pairs(found: list[Key], n: int, allowed: Callable[[Ints, Ints], Bools], dated: Bools) -> Pairs:
    """Return the distinct pairs that share a key.

    Args:
        found: Keys.
        n: Number of rows.
        allowed: Which pairs of rows may be compared.
        dated: Whether each row has a birth date.
    """
    codes = [np.zeros(0, dtype=np.int64)]
    for bit, key in enumerate(found):
        at, value = cut(key)
        near = [np.zeros((2, 0), dtype=np.int64), *(np.stack(p) for p in within(at, value))]
        left, right = np.concatenate(near, axis=1)
        ok = (left != right) & allowed(left, right)
        if key.undated:
            ok &= ~(dated[left] & dated[right])
        left, right = left[ok], right[ok]
        codes.append((np.minimum(left, right) * n + np.maximum(left, right)) * MOST_KEYS + bit)
    every = np.sort(np.concatenate(codes))
    starts = run_starts(every // MOST_KEYS)
    bits = np.int64(1) << every % MOST_KEYS
    keys = np.bitwise_or.reduceat(bits, starts) if len(starts) else bits
    pair = every[starts] // MOST_KEYS
    return Pairs(pair // n, pair % n, keys)


def within(at: Ints, value: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield all pairs of entries of equal value, which stand together; neighbours first.

    Args:
        at: Rows.
        value: Values, equal ones side by side.
    """
    index = np.arange(len(value) - 1)
    step = 1
    while len(index):
        index = index[value[index] == value[index + step]]
        yield at[index], at[index + step]
        step += 1
        index = index[: np.searchsorted(index, len(value) - step)]
