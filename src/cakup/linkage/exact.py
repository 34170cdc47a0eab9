"""The exact pass: equal NIK and agreeing name need no score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.linkage.blocks import run_sizes, run_starts
from cakup.linkage.candidates import within
from cakup.linkage.graph import is_among
from cakup.linkage.levels import ALIKE_WITH_WORD, name_words_level
from cakup.linkage.rows import Rows, Similarity
from cakup.linkage.vocabulary import Ints, mixed, together

#: Different names under one NIK from which it counts as filler, not as anybody's number.
FILLER_NAMES = 10
#: Levels of names that agree without a look at their texts, and those that a text may settle.
SOUNDS_ALIKE, SHORTENED = 8, 7


@dataclass(frozen=True)
class SameNik:
    """Pairs of rows with one NIK.

    Args:
        same: Pairs whose names agree, shape (n, 2).
        doubt: Pairs whose names do not: a relative's number, shape (n, 2).
        filler: Rows whose NIK too many different names bear.
    """

    same: Ints
    doubt: Ints
    filler: Ints


@dataclass(frozen=True)
class Exact:
    """What the exact pass found, to be kept.

    Args:
        person: Person of each row as far as equal NIKs and decisions tell.
        doubt: Pairs ``l``, ``r`` of rows with one NIK whose names do not agree, in order.
        filler: Rows whose NIK too many different names bear.
    """

    person: Ints
    doubt: pl.DataFrame
    filler: Ints


def same_nik(rows: Rows, similar: Similarity) -> SameNik:
    """Return the pairs of rows with equal NIK.

    Names agree if they sound alike, if one is the other shortened, or by Jaro-Winkler of 0.80; if
    the stated birth dates contradict, only names that sound alike will do, because a relative's
    number is a common mistake. Rows with one NIK and one name are joined in a row, so a NIK that
    stands a thousand times does not make a million pairs.

    Args:
        rows: Cleaned rows.
        similar: Similarity of texts.
    """
    nik, sound, joined = rows["nik"], rows["nsound"], rows["njoined"]
    held = np.flatnonzero(nik != 0)
    order = _by_number_and_name(held, nik, sound, joined)
    after, before = order[1:], order[:-1]
    alike = (nik[after] == nik[before]) & (sound[after] == sound[before])
    chained = np.stack([before[alike], after[alike]], axis=1)
    is_first = np.ones((2, len(order)), dtype=bool)
    is_first[0, 1:], is_first[1, 1:] = ~alike, ~(alike & (joined[after] == joined[before]))
    names, firsts = order[is_first[0]], order[is_first[1]]
    filler = held[is_among(nik[held], nik[names[run_sizes(nik[names]) > FILLER_NAMES]])]
    firsts = firsts[~is_among(firsts, filler)]
    near = [np.zeros((2, 0), dtype=np.int64), *(np.stack(p) for p in within(firsts, nik[firsts]))]
    pairs = np.sort(np.concatenate(near, axis=1), axis=0)
    agree = _names_agree(rows, pairs[0], pairs[1], similar)
    chained = chained[~is_among(chained[:, 0], filler)]
    same = np.concatenate([np.sort(chained, axis=1), pairs.T[agree]])
    return SameNik(same, pairs.T[~agree], filler)


def _by_number_and_name(held: Ints, nik: Ints, sound: Ints, joined: Ints) -> Ints:
    """Return the rows whose NIK stands on several: one NIK together, in it one name.

    Names are brought together by some bits of their hashes; two that have these in common stand
    mixed, which costs a comparison and changes nothing.
    """
    rows = held[together(mixed(nik[held]))]
    rows = rows[run_sizes(nik[rows]) > 1]
    starts = np.zeros(len(rows), dtype=np.int64)
    starts[run_starts(nik[rows])] = 1
    number = np.cumsum(starts)
    bits = (63 - len(rows).bit_length()) // 2
    name = mixed(sound[rows]) & ((1 << bits) - 1)
    code = (number << bits | name) << bits | (mixed(joined[rows]) & ((1 << bits) - 1))
    return rows[np.argsort(code, kind="stable")]


def _names_agree(rows: Rows, left: Ints, right: Ints, similar: Similarity) -> NDArray[np.bool_]:
    level = name_words_level(rows, left, right)
    n = rows
    a, b = n["d0"][left], n["d0"][right]
    no_contradiction = (a == 0) | (b == 0) | (a == b) | (n["ds"][left] == b)
    agree: NDArray[np.bool_] = (level >= SOUNDS_ALIKE) | ((level == SHORTENED) & no_contradiction)
    open_ = np.flatnonzero(~agree & no_contradiction & (level > 0))
    texts = rows.text("nm")
    agree[open_] = similar(texts.gather(left[open_]), texts.gather(right[open_])) >= ALIKE_WITH_WORD
    return agree
