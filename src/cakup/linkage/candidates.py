"""Which pairs are worth comparing: rows that share a key, a few dozen at most per key.

A key is a number made of some fields. A block (all rows with one value of a key) that is larger
than the cap is cut by a further field, and dropped if it is still too large: so pairs grow in
proportion to rows, whatever the size of the city. Every pair remembers which keys found it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from cakup.linkage.vocabulary import WORDS_KEPT, Ints, mixed

#: Rows per block at most.
CAP = 60
#: Rows per block of keys that rest on a name alone.
CAP_NAME = 12


@dataclass(frozen=True)
class Entry:
    """One key's values.

    Args:
        name: Name of the key, for the report of yields.
        at: Rows.
        key: Value per entry, never 0.
        refine: Further values by which blocks that are too large are cut, in order.
        cap: Rows per block at most.
        undated: Whether at least one row of a pair must lack a birth date.
    """

    name: str
    at: Ints
    key: Ints
    refine: tuple[Ints, ...] = ()
    cap: int = CAP
    undated: bool = False


class Columns:
    """The columns of a frame as arrays with 0 for missing; absent columns are all missing."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.rows = np.arange(frame.height, dtype=np.int64)

    def __call__(self, name: str) -> Ints:
        if name not in self.frame.columns:
            return np.zeros(self.frame.height, dtype=np.int64)
        return self.frame[name].cast(pl.Int64).fill_null(0).to_numpy()


def entries(frame: pl.DataFrame, letters: Ints, has: frozenset[str]) -> list[Entry]:
    """Return all keys of a table of variants.

    Args:
        frame: Cleaned columns, see ``cleaning``.
        letters: First letter of each word of the name, shape (rows, words), 0 = none.
        has: Fields that occur.
    """
    c = Columns(frame)
    desa, year, sex = c("desa_v"), c("d1") // 10_000, c("sex")
    bag, joined = c("nsound"), c("njoined")
    daymonth = np.where(c("d1") > 0, c("d1") % 10_000, 0)
    n12 = np.where(c("n12") > 0, c("n12"), c("np12"))
    words = [c(f"nw{k + 1}") for k in range(WORDS_KEPT)]
    found: list[Entry] = []

    def add(name: str, *parts: Ints, **more: object) -> None:
        all_there = np.logical_and.reduce([p != 0 for p in parts])
        at = c.rows[all_there]
        refine = tuple(r[all_there] for r in more.pop("refine", ()))  # type: ignore[attr-defined]
        found.append(Entry(name, at, mixed(*(p[all_there] for p in parts)), refine, **more))  # type: ignore[arg-type]

    add("nik12", n12, refine=(words[0],))
    for k in range(WORDS_KEPT):
        letter = letters[:, k]
        add("niktail+letter", c("ntail"), letter)
        add("date+letter", c("d1"), letter, refine=(words[k], desa))
        add("date+letter", c("d2"), letter, refine=(words[k], desa))
        add("mother+letter", c("msound"), letter, refine=(year, desa), cap=CAP // 2)
        add("address+letter", c("addr_v"), letter, refine=(year,), cap=CAP // 2)
        add(
            "word+village, no date",
            words[k],
            desa,
            refine=(sex, mixed(words[0], words[1])),
            cap=CAP // 2,
            undated=True,
        )
        for j in range(k):
            pair = mixed(np.minimum(words[j], words[k]), np.maximum(words[j], words[k]))
            both = (words[j] != 0) & (words[k] != 0)
            add("two words", np.where(both, pair, 0), refine=(year, desa), cap=CAP_NAME)
            add(
                "two words+village", np.where(both, pair, 0), desa, refine=(year, sex), cap=CAP // 2
            )
    for name, key in (("name", bag), ("joined", joined)):
        add(f"{name}", key, refine=(year, desa), cap=CAP_NAME)
        add(f"{name}+village", key, desa, refine=(year, sex))
        add(f"{name}+year", key, year, refine=(desa,))
        add(f"{name}+day", key, daymonth, refine=(desa,))
    add("year+word+village", year, words[0], desa)
    add("phone", c("phone_v"), refine=(words[0],))
    add("code", c("code_v"), refine=(words[0],))
    return [e for e in found if len(e.at) > 1]


def cut(entry: Entry) -> tuple[Ints, Ints]:
    """Return rows and keys of an entry after blocks that are too large were cut or dropped.

    Rows alone in their block are left out.
    """
    key, keep = entry.key, np.ones(len(entry.key), dtype=bool)
    size = _sizes(key)
    for extra in entry.refine:
        large = size > entry.cap
        if not large.any():
            break
        key = np.where(large, mixed(key, extra + 1), key)
        keep &= ~large | (extra != 0)
        size = _sizes(key)
    keep &= (size > 1) & (size <= entry.cap)
    return entry.at[keep], key[keep]


def _sizes(key: Ints) -> Ints:
    """Return for each entry how many entries have its key."""
    return pl.DataFrame({"k": key}).select(pl.len().over("k").cast(pl.Int64))["len"].to_numpy()


def pairs(
    found: list[Entry], allowed: Callable[[Ints, Ints], np.ndarray], dated: np.ndarray
) -> pl.DataFrame:
    """Return the distinct pairs that share a key.

    Args:
        found: Keys.
        allowed: Says for pairs of rows whether they may be compared at all.
        dated: Whether each row has a birth date.

    Returns:
        ``l < r`` (rows) and ``keys`` (bit per key name, in the order of ``names(found)``).
    """
    bits = {name: 1 << at for at, name in enumerate(names(found))}
    parts = []
    for entry in found:
        at, key = cut(entry)
        order = np.lexsort((at, key))
        at, key = at[order], key[order]
        for left, right in _within(at, key):
            ok = (left != right) & allowed(left, right)
            if entry.undated:
                ok &= ~(dated[left] & dated[right])
            low, high = np.minimum(left[ok], right[ok]), np.maximum(left[ok], right[ok])
            parts.append(
                pl.DataFrame({"p": low << 32 | high}).with_columns(
                    k=pl.lit(bits[entry.name], pl.Int64)
                )
            )
    if not parts:
        return pl.DataFrame(schema={"l": pl.Int32, "r": pl.Int32, "keys": pl.Int64})
    one = pl.concat(parts).group_by("p").agg(keys=pl.col("k").bitwise_or()).sort("p")
    return one.select(
        l=(pl.col("p") // 2**32).cast(pl.Int32), r=(pl.col("p") % 2**32).cast(pl.Int32), keys="keys"
    )


def names(found: list[Entry]) -> list[str]:
    """Return the names of the keys, each once, in order."""
    return list(dict.fromkeys(e.name for e in found))


def _within(at: Ints, key: Ints):  # type: ignore[no-untyped-def]
    """Yield the pairs of rows within equal keys, nearest neighbours first."""
    index = np.arange(len(key))
    step = 1
    while True:
        index = index[: np.searchsorted(index, len(key) - step)]
        index = index[key[index] == key[index + step]]
        if not len(index):
            return
        yield at[index], at[index + step]
        step += 1
