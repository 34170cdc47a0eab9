"""How rare a name is: word by word, as far as the counts carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cakup.linkage.blocks import run_starts
from cakup.linkage.vocabulary import Ints, Reals, Whole

#: Bits of a whole number that is not negative.
MOST_BITS = 63


class Counts(Protocol):
    """How many persons of the whole have words, and words that stand side by side."""

    @property
    def persons(self) -> float:
        """All persons."""

    def of_words(self) -> Reals:
        """Return the persons with each word, by its number; 0 for number 0."""

    def of_pairs(self, at: int, first: Whole, second: Whole, persons: Reals) -> Reals:
        """Return the persons with each pair of words at a place, given those of its name here."""


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
    words: Whole, persons: Reals, *, kappa: float = 6.0, left_out: float = 2.0,
    whole: Counts | None = None,
) -> Rarity:  # fmt: skip
    """Return how rare names are.

    The share of people with a word is its count without the two records that are being compared;
    the share of a name is the product over its words, each given the word before it as far as the
    counts carry (``kappa`` weighs the word's own share against the pair's count), because words of
    real names go together.

    Args:
        words: Sound numbers, shape (names, words), 0 = no word.
        persons: Persons of each name, one row per person as far as is known.
        kappa: Observations that a word's own share is worth.
        left_out: Records left out of every count.
        whole: Counts of the whole if these names are a part of it, None if they are all.
    """
    whole = whole or _These(words, persons)
    counts = whole.of_words()
    share = (np.maximum(counts - left_out, 0.0) + 0.5) / (max(whole.persons, 1.0) + 1.0)
    bits = -np.log2(np.minimum(share, 1.0))
    bits[0] = 0.0
    word_bits = bits[words]
    name_bits = word_bits[:, 0].copy()
    for k in range(1, words.shape[1]):
        there = np.flatnonzero(words[:, k])
        first, second = words[there, k - 1], words[there, k]
        seen = whole.of_pairs(k, first, second, persons[there])
        given = np.maximum(seen - left_out, 0.0) + kappa * share[second]
        given /= np.maximum(counts[first] - left_out, 0.0) + kappa
        name_bits[there] -= np.log2(np.clip(given, 1e-12, 1.0))
    return Rarity(word_bits, name_bits)


class _These:
    """Counts where the names at hand are all there are."""

    def __init__(self, words: Whole, persons: Reals) -> None:
        self.persons = float(persons.sum())
        self._words, self._of = words, persons
        self._size = int(words.max(initial=0)) + 1

    def of_words(self) -> Reals:
        """Return the persons with each word, by its number."""
        return word_counts(self._words, self._of, self._size)

    def of_pairs(self, at: int, first: Whole, second: Whole, persons: Reals) -> Reals:
        """Return the persons with each pair of words."""
        pairs = np.minimum(first, second) * np.int64(self._size) + np.maximum(first, second)
        return _pair_counts(pairs, persons)


def word_counts(words: Whole, persons: Reals, size: int) -> Reals:
    """Return how many persons bear each word; a word twice in one name counts once."""
    total = np.zeros(size)
    columns = np.ascontiguousarray(words.T)
    for k, word in enumerate(columns):
        repeated = np.zeros(len(word), dtype=bool)
        for before in columns[:k]:
            repeated |= before == word
        total += np.bincount(np.where(repeated, 0, word), persons, minlength=size)
    total[0] = 0.0
    return total


def _pair_counts(pairs: Ints, persons: Reals) -> Reals:
    """Return for each name how many persons have its pair of words."""
    order = _together(pairs)
    starts = run_starts(pairs[order])
    found = np.empty(len(pairs))
    if len(order):
        sums = np.add.reduceat(persons[order], starts)
        found[order] = np.repeat(sums, np.diff(np.append(starts, len(order))))
    return found


def _together(pairs: Ints) -> Ints:
    """Return an order in which equal pairs stand together."""
    bits = max(len(pairs) - 1, 1).bit_length()
    if int(pairs.max(initial=0)).bit_length() + bits > MOST_BITS:
        return np.argsort(pairs)
    # Pair and place as one number: several times faster than sorting places by pairs.
    packed = np.sort(pairs << bits | np.arange(len(pairs)))
    return packed & ((1 << bits) - 1)
