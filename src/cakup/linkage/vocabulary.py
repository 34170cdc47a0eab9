"""Names as word numbers: equal words, sound-alikes and rarity become comparisons of integers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.names.normal import normal_names, skeletons

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
WORDS_KEPT = 5
_MIX = np.int64(-7046029254386353131)


@dataclass(frozen=True)
class WordTable:
    """The names of a column as words.

    Args:
        normal: Normal form, missing if there is none.
        sound: Number of each word's skeleton, shape (rows, ``WORDS_KEPT``), 0 = no word. The
            numbers follow the alphabet, so they do not depend on the order of rows.
        plain: The same for the words as normally spelled.
        n_words: Words per name, at most ``WORDS_KEPT``.
        n_initials: How many of them are single letters.
        n_sounds: Distinct skeletons.
    """

    normal: pl.Series
    sound: Ints
    plain: Ints
    n_words: Ints
    n_initials: Ints
    n_sounds: int


def word_table(names: pl.Series, *, expand_m: bool = True) -> WordTable:
    """Return the names of a column as words.

    Args:
        names: Names as written.
        expand_m: See ``names.normal.normal_names``.
    """
    normal = normal_names(names, expand_m=expand_m)["normal"]
    lists = normal.str.split(" ")
    lengths = lists.list.len().fill_null(0).to_numpy().astype(np.int64)
    words = lists.drop_nulls().explode()
    known = pl.DataFrame({"word": words.unique().sort()})
    known = known.with_columns(sound=skeletons(known["word"]).fill_null("")).with_columns(
        plain=pl.int_range(1, known.height + 1, dtype=pl.Int64),
        sound_no=pl.col("sound").rank("dense").cast(pl.Int64),
        is_initial=pl.col("word").str.len_bytes() == 1,
    )
    at = pl.DataFrame({"word": words}).join(
        known.select("word", "plain", "sound_no", "is_initial"), on="word", how="left",
        maintain_order="left",
    )  # fmt: skip
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else lengths
    shape = (starts, lengths)
    initials = _wide(at["is_initial"].to_numpy().astype(np.int64), *shape)
    return WordTable(
        normal=normal,
        sound=_wide(at["sound_no"].to_numpy(), *shape),
        plain=_wide(at["plain"].to_numpy(), *shape),
        n_words=np.minimum(lengths, WORDS_KEPT),
        n_initials=initials.sum(axis=1),
        n_sounds=int(known["sound_no"].max() or 0),  # type: ignore[arg-type]
    )


def _wide(values: Ints, starts: Ints, lengths: Ints) -> Ints:
    """Spread a flat array of words over ``WORDS_KEPT`` columns, 0 where a name is shorter."""
    out = np.zeros((len(lengths), WORDS_KEPT), dtype=np.int64)
    for k in range(WORDS_KEPT):
        has = lengths > k
        out[has, k] = values[starts[has] + k]
    return out


def bag_key(words: Ints) -> Ints:
    """Return one number per row for its words whatever their order; 0 for a row without words.

    Args:
        words: Word numbers, shape (rows, words), 0 = no word.
    """
    ordered = np.sort(words, axis=1)
    key = np.zeros(len(words), dtype=np.int64)
    with np.errstate(over="ignore"):
        for k in range(words.shape[1]):
            key = (key ^ ordered[:, k]) * _MIX + (key >> np.int64(29))
    return np.where(words.any(axis=1), key, 0)


def mixed(*parts: Ints) -> Ints:
    """Return one number per row from several columns of numbers, order matters."""
    key = np.zeros(len(parts[0]), dtype=np.int64)
    with np.errstate(over="ignore"):
        for part in parts:
            key = (key ^ part) * _MIX
            key ^= (key >> np.int64(31)) & np.int64(0x1FFFFFFFF)
    return key


@dataclass(frozen=True)
class Rarity:
    """How rare the names of a column are, in bits: −log2 of the share of people bearing them.

    Args:
        word: Bits of each word, shape as the words; 0 where there is none.
        name: Bits of the whole name, words taken one after the other.
    """

    word: Reals
    name: Reals


def rarity(
    words: Ints, counted: NDArray[np.bool_], *, kappa: float = 6.0, left_out: float = 2.0
) -> Rarity:
    """Return how rare names are.

    The share of people with a word is its count without the two records that are being compared;
    the share of a name is the product over its words, each given the word before it as far as the
    counts carry (``kappa`` weighs the word's own share against the pair's count), because words of
    real names go together.

    Args:
        words: Sound numbers, shape (rows, words), 0 = no word.
        counted: Rows that count; one row per person as far as is known.
        kappa: Observations that a word's own share is worth.
        left_out: Records left out of every count.
    """
    persons = max(float(counted.sum()), 1.0)
    size = int(words.max(initial=0)) + 1
    counts = _word_counts(words[counted], size)
    share = (np.maximum(counts - left_out, 0.0) + 0.5) / (persons + 1.0)
    bits = -np.log2(np.minimum(share, 1.0))
    bits[0] = 0.0
    word_bits = bits[words]
    name_bits = word_bits[:, 0].copy()
    for k in range(1, words.shape[1]):
        first, second = words[:, k - 1], words[:, k]
        pairs = np.minimum(first, second) * size + np.maximum(first, second)
        seen = _pair_counts(pairs, counted & (second > 0))
        given = np.maximum(seen - left_out, 0.0) + kappa * share[second]
        given /= np.maximum(counts[first] - left_out, 0.0) + kappa
        name_bits += np.where(second > 0, -np.log2(np.clip(given, 1e-12, 1.0)), 0.0)
    return Rarity(word_bits, name_bits)


def _word_counts(words: Ints, size: int) -> Reals:
    """Return in how many rows each word stands; a word twice in one name counts once."""
    total = np.zeros(size)
    for k in range(words.shape[1]):
        repeated = (words[:, :k] == words[:, k : k + 1]).any(axis=1) if k else False
        total += np.bincount(np.where(repeated, 0, words[:, k]), minlength=size)
    total[0] = 0.0
    return total


def _pair_counts(pairs: Ints, counted: NDArray[np.bool_]) -> Reals:
    """Return for each row how many counted rows have its pair."""
    known, counts = np.unique(pairs[counted], return_counts=True)
    if not len(known):
        return np.zeros(len(pairs))
    at = np.minimum(np.searchsorted(known, pairs), len(known) - 1)
    return np.where(known[at] == pairs, counts[at], 0).astype(np.float64)
