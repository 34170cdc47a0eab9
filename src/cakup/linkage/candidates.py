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

from cakup.linkage.blocks import Key, cut, run_starts
from cakup.linkage.pieces import each
from cakup.linkage.vocabulary import WORDS_KEPT, Bools, Ints, Whole, mixed

#: Words of a name that are paired with each other.
PAIRED_WORDS = 4
#: Columns of which keys are made, beside those whose name ends with ``_v``.
COLUMNS = (
    "sex", "d1", "d2", "n12", "np12", "nsound", "njoined", "msound",
    *(f"nw{k + 1}" for k in range(WORDS_KEPT)),
)  # fmt: skip
#: Keys there can be; one bit each.
MOST_KEYS = 60


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


class _Makes:
    """Makes keys from the columns of a frame; absent columns are missing everywhere."""

    def __init__(self, frame: pl.DataFrame, loose: Bools) -> None:
        self.frame, self.loose = frame, loose
        self.found: list[Key] = []

    def column(self, name: str) -> Whole:
        """Return a column as numbers of its own width, 0 for missing."""
        if name not in self.frame.columns:
            return np.zeros(self.frame.height, dtype=np.int8)
        return self.frame[name].fill_null(0).to_numpy()

    def add(
        self, name: str, *ways: tuple[Whole, ...], refine: tuple[Whole, ...] = (),
        most: float = 1.0, needy: Bools | None = None,
    ) -> None:  # fmt: skip
        """Add a key, see ``Key``; ways of which a column is wholly missing are left out."""
        used = tuple(way for way in ways if all(column.any() for column in way))
        if used:
            some = self.loose if needy is None else self.loose & needy
            self.found.append(Key(name, used, refine, most, some))


def keys(frame: pl.DataFrame, letters: Whole, loose: Bools) -> list[Key]:
    """Return all keys of a table of variants.

    Keys that few true pairs need alone are for pairs of which one row lacks its NIK or its date:
    two whole numbers that differ, on rows that agree in little else, are two persons.

    Args:
        frame: Cleaned columns, see ``cleaning``.
        letters: First sound of each word of the name, shape (rows, words), 0 = none.
        loose: Rows that are not settled by an equal NIK; a pair needs at least one.
    """
    make = _Makes(frame, loose)
    c = make.column
    desa, sex, day = c("desa_v"), c("sex"), c("d1")
    year, month_day = day // 10_000, day % 10_000
    words = [c(f"nw{k + 1}") for k in range(WORDS_KEPT)]
    each_letter = [letters[:, k] for k in range(WORDS_KEPT)]
    both = _word_pairs(words)
    sound, joined = c("nsound"), c("njoined")
    n12 = np.where(c("n12") > 0, c("n12"), c("np12"))
    unnumbered, undated = c("n12") == 0, day == 0
    make.add("nik12", (n12,), refine=(letters[:, 0], words[0]), most=0.2)
    make.add("date+word", *((d, w) for d in (day, c("d2")) for w in words), refine=(desa, sex))
    make.add(
        "date+letter", *((day, x) for x in each_letter), refine=(desa, c("msound")), most=0.4,
        needy=unnumbered,
    )  # fmt: skip
    make.add("day+name", (month_day, sound), (month_day, joined), refine=(desa,), most=0.1)
    make.add("village+name", (desa, sound), (desa, joined), refine=(year, sex), most=0.25)
    make.add("name", (sound,), (joined,), refine=(year, desa), most=0.3)
    if not desa.any():
        make.add("two words", *((w,) for w in both), refine=(year,), most=0.25, needy=unnumbered)
    make.add(
        "village+two words", *((desa, w) for w in both), refine=(year, sex), most=0.2,
        needy=unnumbered,
    )  # fmt: skip
    make.add(
        "village+word", *((desa, w) for w in words), refine=(sex, words[0]), most=0.4,
        needy=undated & unnumbered,
    )  # fmt: skip
    for name, column in (("mother", "msound"), ("address", "addr_v")):
        make.add(
            f"{name}+letter", *((c(column), x) for x in each_letter), refine=(year, desa),
            most=0.12, needy=unnumbered,
        )  # fmt: skip
    make.add("phone", (c("phone_v"),), refine=(words[0],), most=0.5)
    make.add("code", (c("code_v"),), refine=(words[0],), most=0.5)
    if unnumbered.all():
        _add_generic(make, words, each_letter)
    return make.found


def _add_generic(make: _Makes, words: list[Whole], letters: list[Whole]) -> None:
    """Add keys for tables without NIK: any two columns together, and every column by itself.

    Which of them are of use is found from the data: what makes large blocks is cut, or dropped.
    """
    day = make.column("d1")
    columns = {"date": day, "year": day // 10_000}
    for name in make.frame.columns:
        if name.endswith("_v"):
            columns[name.removesuffix("_v")] = make.column(name)
    make.add("word", *((w,) for w in words), refine=(day, *columns.values()))
    for name, values in columns.items():
        make.add(f"{name} alone", (values,), refine=(words[0], letters[0]), most=0.2)
        make.add(f"{name}+word", *((values, w) for w in words), most=0.3)
        make.add(f"{name}+letter", *((values, x) for x in letters), most=0.2)
    named = list(columns.items())
    for at, (one, first) in enumerate(named[1:], start=1):
        for other, second in named[:at]:
            if len(make.found) < MOST_KEYS and {one, other} != {"date", "year"}:
                make.add(f"{one}+{other}", (first, second), refine=(letters[0],), most=0.2)


def _word_pairs(words: list[Whole]) -> list[Ints]:
    """Return a number for every pair of words of a name, whatever their order."""
    found = []
    for k in range(1, PAIRED_WORDS):
        for j in range(k):
            low, high = np.minimum(words[j], words[k]), np.maximum(words[j], words[k])
            found.append(np.where((low > 0) & (low != high), mixed(low, high), 0))
    return found


def pairs(found: list[Key], n: int, allowed: Callable[[Ints, Ints], Bools]) -> Pairs:
    """Return the distinct pairs that share a key.

    Args:
        found: Keys.
        n: Number of rows.
        allowed: Which pairs of rows may be compared.
    """

    def of_one(numbered: tuple[int, Key]) -> Ints:
        bit, key = numbered
        held = cut(key, n)
        parts = [np.zeros(0, dtype=np.int64)]
        for left, right in within(held.row, held.value, held.settled == 0):
            ok = (left != right) & allowed(left, right)
            a, b = left[ok], right[ok]
            parts.append((np.minimum(a, b) * n + np.maximum(a, b)) * MOST_KEYS + bit)
        every: Ints = np.concatenate(parts)
        # Rows that agree in much meet in most branches.
        return np.unique(every) if key.branches else every

    every = np.concatenate([np.zeros(0, dtype=np.int64), *each(of_one, enumerate(found))])
    every.sort()
    pair = every // MOST_KEYS
    # In place: in a large city these are the largest arrays of all.
    np.remainder(every, MOST_KEYS, out=every)
    np.left_shift(np.int64(1), every, out=every)
    starts = run_starts(pair)
    keys = np.bitwise_or.reduceat(every, starts) if len(starts) else every
    pair = pair[starts]
    return Pairs(pair // n, pair % n, keys)


def within(at: Ints, value: Ints, needy: Bools | None = None) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs of entries of equal value, which stand together; neighbours first.

    Args:
        at: Rows.
        value: Values, equal ones side by side.
        needy: Entries of which a pair needs one; among equal values they stand first.
    """
    last = len(value) - 1
    index = np.arange(last) if needy is None else np.flatnonzero(needy[:last])
    step = 1
    while len(index):
        index = index[value[index] == value[index + step]]
        yield at[index], at[index + step]
        step += 1
        index = index[: np.searchsorted(index, len(value) - step)]
