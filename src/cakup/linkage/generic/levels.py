"""How much two values agree, kind by kind; level 0 is ``missing``, 1 ``other``, last ``equal``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from cakup.linkage.generic.values import CLASS, CODE, DATE, NAME, NUMBER, TEXT, Column
from cakup.linkage.vocabulary import Ints, Reals

Levels = NDArray[np.uint8]
NAMES: dict[str, tuple[str, ...]] = {
    NAME: ("missing", "other", "some", "alike", "initial", "typo", "swapped", "equal"),
    TEXT: ("missing", "other", "some", "alike", "typo", "equal"),
    CODE: ("missing", "other", "two_edits", "one_edit", "equal"),
    DATE: ("missing", "other", "two_parts", "slip", "equal"),
    NUMBER: ("missing", "other", "close", "one_edit", "equal"),
    CLASS: ("missing", "other", "equal"),
}
#: Shares of one person's pairs per level, before anything is learnt.
STARTS: dict[str, tuple[float, ...]] = {
    NAME: (1, 0.05, 0.02, 0.04, 0.02, 0.10, 0.02, 0.75),
    TEXT: (1, 0.12, 0.04, 0.05, 0.09, 0.70),
    CODE: (1, 0.14, 0.03, 0.08, 0.75),
    DATE: (1, 0.05, 0.04, 0.08, 0.83),
    NUMBER: (1, 0.12, 0.05, 0.05, 0.78),
    CLASS: (1, 0.06, 0.94),
}
#: Similarities from which texts are alike in some way, and shares of shared words, by weight.
SOME, ALIKE, TYPO = 0.78, 0.86, 0.93
SOME_WORDS, ALIKE_WORDS, MOST_WORDS = 0.30, 0.55, 0.85


@dataclass(frozen=True)
class Compared:
    """Levels of pairs.

    Args:
        left: Row of each pair.
        right: The other row.
        levels: Level per field, shape (fields, pairs).
    """

    left: Ints
    right: Ints
    levels: Levels

    def take(self, at: Ints | NDArray[np.bool_]) -> Compared:
        """Return some of the pairs."""
        return Compared(self.left[at], self.right[at], self.levels[:, at])


def equal(columns: Sequence[Column], left: Ints, right: Ints) -> Levels:
    """Return for pairs 0 where a value is missing, the last level where equal, else 1."""
    out = np.zeros((len(columns), len(left)), dtype=np.uint8)
    for at, told in enumerate(columns):
        a, b = told.value[left], told.value[right]
        top = len(NAMES[told.kind]) - 1
        out[at] = np.where((a == 0) | (b == 0), 0, np.where(a == b, top, 1))
    return out


def settle(at: int, columns: Sequence[Column], idf: Sequence[Reals], pairs: Compared) -> None:
    """Tell the values of one field apart where they are not equal; in place."""
    told, level = columns[at], pairs.levels[at]
    open_ = np.flatnonzero(level == 1)
    if not len(open_) or told.kind == CLASS:
        return
    a, b = told.value[pairs.left[open_]], told.value[pairs.right[open_]]
    code = np.minimum(a, b) * len(told.texts) + np.maximum(a, b)
    both, place = np.unique(code, return_inverse=True)
    x, y = both // len(told.texts), both % len(told.texts)
    level[open_] = _of_values(told, idf[at], x, y)[place]


def _of_values(told: Column, idf: Reals, x: Ints, y: Ints) -> Levels:
    """Return the levels of pairs of different values."""
    if told.kind in (NAME, TEXT):
        return _texts(told, idf, x, y)
    edits = cpdist(told.texts[x], told.texts[y], scorer=OSA.distance, score_cutoff=2, workers=1)
    if told.kind == CODE:
        return np.select([edits <= 1, edits == 2], [3, 2], 1).astype(np.uint8)
    if told.kind == DATE:
        return _dates(told, edits, x, y)
    p, q = told.number[x], told.number[y]
    apart = np.abs(p - q)
    close = (apart <= 1) | (apart <= 0.03 * np.minimum(np.abs(p), np.abs(q)))
    long = np.minimum(np.abs(p), np.abs(q)) >= 100
    year = (p > 1500) & (p < 2100) & (q > 1500) & (q < 2100)
    close = np.where(year, apart <= 1, close)
    return np.select([close, (edits <= 1) & long], [2, 3], 1).astype(np.uint8)


def _dates(told: Column, edits: np.ndarray, x: Ints, y: Ints) -> Levels:
    """Return the levels of two days: a slip, two of three marks, or other."""
    # What is no day of eight digits has no marks to compare, only letters.
    day = np.where(told.number < 100_000_000, told.number, 0.0).astype(np.int64)
    p, q = day[x], day[y]
    same = [p // 10_000 == q // 10_000, p // 100 % 100 == q // 100 % 100, p % 100 == q % 100]
    parts = sum(s.astype(np.int64) for s in same)
    turned = same[0] & (p // 100 % 100 == q % 100) & (p % 100 == q // 100 % 100)
    return np.select([(edits <= 1) | turned, parts == 2], [3, 2], 1).astype(np.uint8)


def _texts(told: Column, idf: Reals, x: Ints, y: Ints) -> Levels:
    """Return the levels of two texts, by letters and by words."""
    a, b = told.texts[x], told.texts[y]
    alike = cpdist(a, b, scorer=JaroWinkler.normalized_similarity, score_cutoff=SOME, workers=1)
    shared = _shared_words(told.words[x], told.words[y], idf)
    if told.kind == NAME:
        level = np.select(
            [(alike >= TYPO) | (shared >= MOST_WORDS), (alike >= ALIKE) | (shared >= ALIKE_WORDS),
             (alike >= SOME) | (shared >= SOME_WORDS)], [5, 3, 2], 1,
        ).astype(np.uint8)  # fmt: skip
        one = (told.first[x] == told.first[y]) & (np.minimum(told.size[x], told.size[y]) == 1)
        level[one & (level < 5)] = 4
        return level
    return np.select(
        [(alike >= TYPO) | (shared >= MOST_WORDS), (alike >= ALIKE) | (shared >= ALIKE_WORDS),
         (alike >= SOME) | (shared >= SOME_WORDS)], [4, 3, 2], 1,
    ).astype(np.uint8)  # fmt: skip


def _shared_words(a: Ints, b: Ints, idf: Reals) -> Reals:
    """Return what two values share of their words, weighed by rarity, 0–1."""
    if not a.shape[1]:
        return np.zeros(len(a))
    both = np.zeros(len(a))
    for k in range(a.shape[1]):
        hit = (a[:, k : k + 1] == b).any(axis=1) & (a[:, k] > 0)
        both += np.where(hit, idf[a[:, k]], 0.0)
    most = np.maximum(idf[a].sum(axis=1), idf[b].sum(axis=1))
    share: Reals = both / np.maximum(most, 1e-9)
    return share


def swapped(columns: Sequence[Column], pairs: Compared, twins: Sequence[tuple[int, int]]) -> None:
    """Mark pairs whose two names stand in each other's columns; in place.

    Args:
        columns: Columns; names of twin columns have one numbering.
        pairs: Compared pairs.
        twins: Columns that may be swapped.
    """
    top, mark = NAMES[NAME].index("equal"), NAMES[NAME].index("swapped")
    for f, g in twins:
        x, y = columns[f].value, columns[g].value
        straight = (pairs.levels[f] == top) | (pairs.levels[g] == top)
        one = (x[pairs.left] == y[pairs.right]) & (x[pairs.left] > 0)
        two = (y[pairs.left] == x[pairs.right]) & (y[pairs.left] > 0)
        at = np.flatnonzero((one | two) & ~straight)
        for field in (f, g):
            some = at[pairs.levels[field][at] > 0]
            pairs.levels[field][some] = mark
