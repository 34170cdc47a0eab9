"""How many persons of the whole have which words and values, counted part by part.

Numbers of words and values mean something in one table only, so counts of several tables are kept
by keys that are the same everywhere. What two persons or fewer have counts like what nobody has
(both records of a pair are left out of every count), so merged counts forget it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cakup.linkage.cleaning import Cleaned
from cakup.linkage.rarities import LEFT_OUT, ValueCounts, numbered_values, value_keys
from cakup.linkage.rarity import Counts, word_counts
from cakup.linkage.vocabulary import Ints, Reals, Whole, WordTable, mixed

#: Columns of counts in a frame.
SCHEMA = {"kind": pl.String, "key": pl.Int64, "n": pl.Int64}
#: Kinds of counts that are of no field's values: words and neighbouring words of names.
NAMES, MOTHERS = "n", "m"


@dataclass(frozen=True)
class Sums:
    """Sums over all values of one kind.

    Args:
        total: Persons who have a value.
        distinct: Different values.
        pairs: Ordered pairs of persons with the same value.
    """

    total: float
    distinct: float
    pairs: float


@dataclass(frozen=True)
class Held:
    """Counts of one kind: keys in order, and the persons of each."""

    keys: Ints
    n: Reals

    def of(self, keys: Ints) -> Reals:
        """Return the persons of each key, 0 for one that is not held."""
        if not len(self.keys):
            return np.zeros(len(keys))
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        found: Reals = np.where(self.keys[at] == keys, self.n[at], 0.0)
        return found


_NONE = Held(np.zeros(0, dtype=np.int64), np.zeros(0))


@dataclass(frozen=True)
class Tally:
    """Counts of the whole; a ``rarities.WholeCounts``.

    Args:
        persons: Persons, as far as equal NIKs tell.
        registered: Those of them who have a row in the register.
        rows: Rows.
        held: Counts by kind.
        sums: Sums by kind.
    """

    persons: int
    registered: int
    rows: int
    held: Mapping[str, Held]
    sums: Mapping[str, Sums]

    def of_names(self, words: WordTable, prefix: str) -> Counts:
        """Return the counts of words: ``n`` names, ``m`` mothers."""
        return _Words(self, words, prefix)

    def of_values(self, name: str, keys: Ints) -> ValueCounts:
        """Return the counts of a field's values, given the key of each by its number here."""
        counts = self.held.get(name, _NONE).of(keys)
        counts[keys == 0] = 0.0
        sums = self.sums.get(name, Sums(0.0, 0.0, 0.0))
        return ValueCounts(counts, sums.total, sums.distinct, sums.pairs)

    def frame(self) -> pl.DataFrame:
        """Return the counts as rows: ``kind``, ``key``, ``n``."""
        parts = [
            pl.DataFrame({"kind": kind, "key": h.keys, "n": h.n.astype(np.int64)}, schema=SCHEMA)
            for kind, h in sorted(self.held.items())
        ]
        return pl.concat([pl.DataFrame(schema=SCHEMA), *parts])


class _Words:
    """The counts of one table's words; a ``rarity.Counts``."""

    def __init__(self, tally: Tally, words: WordTable, prefix: str) -> None:
        self.persons = float(tally.persons)
        self._tally, self._prefix, self._key_of = tally, prefix, words.key_of

    def of_words(self) -> Reals:
        """Return the persons with each word, by its number."""
        counts = self._tally.held.get(f"{self._prefix}w", _NONE).of(self._key_of)
        counts[0] = 0.0
        return counts

    def of_pairs(self, at: int, first: Whole, second: Whole, persons: Reals) -> Reals:
        """Return the persons with each pair of words."""
        held = self._tally.held.get(f"{self._prefix}{at}", _NONE)
        return held.of(_pair_keys(self._key_of[first], self._key_of[second]))


def tally(cleaned: Cleaned, exact: Ints) -> Tally:
    """Count the rows of one part.

    Args:
        cleaned: Rows without filler NIKs, see ``linking.exact_pass``.
        exact: Person of each row as far as equal NIKs tell.
    """
    n = len(exact)
    counted = exact == np.arange(n)
    register = cleaned.frame["side"].to_numpy() == 1
    registered = int((np.bincount(exact[register], minlength=n) > 0).sum())
    found = dict(_of_words(cleaned.words, NAMES, counted))
    if cleaned.mother is not None:
        found |= _of_words(cleaned.mother, MOTHERS, counted)
    for name, (values, texts) in numbered_values(cleaned.frame).items():
        counts = np.bincount(values[counted], minlength=int(values.max(initial=0)) + 1)
        counts[0] = 0
        found[name] = _held(value_keys(values, texts), counts.astype(float))
    return Tally(int(counted.sum()), registered, n, found, _sums(found))


def merged(parts: Sequence[Tally]) -> Tally:
    """Return the counts of all parts together, in any order."""
    every: dict[str, list[Held]] = {}
    for part in parts:
        for kind, held in part.held.items():
            every.setdefault(kind, []).append(held)
    found, sums = {}, {}
    for kind in sorted(every):
        held = _added(every.pop(kind))
        sums[kind] = _sums({kind: held})[kind]
        some = held.n > LEFT_OUT
        found[kind] = Held(held.keys[some], held.n[some])
    return Tally(
        sum(p.persons for p in parts), sum(p.registered for p in parts),
        sum(p.rows for p in parts), found, sums,
    )  # fmt: skip


def from_frame(frame: pl.DataFrame) -> dict[str, Held]:
    """Return the counts that ``Tally.frame`` wrote."""
    parts = frame.partition_by("kind", as_dict=True, include_key=False)
    return {
        str(kind[0]): Held(held["key"].to_numpy(), held["n"].to_numpy().astype(float))
        for kind, held in parts.items()
    }


def _added(parts: Iterable[Held]) -> Held:
    """Return the sum of counts by key."""
    parts = list(parts)
    every = pl.DataFrame(
        {"key": np.concatenate([p.keys for p in parts]), "n": np.concatenate([p.n for p in parts])}
    )
    total = every.group_by("key").agg(pl.col("n").sum()).sort("key")
    return Held(total["key"].to_numpy(), total["n"].to_numpy())


def _sums(found: Mapping[str, Held]) -> dict[str, Sums]:
    return {
        kind: Sums(float(h.n.sum()), float((h.n > 0).sum()), float((h.n * (h.n - 1.0)).sum()))
        for kind, h in found.items()
    }


def _held(keys: Ints, counts: Reals) -> Held:
    """Return counts in order of keys, those of nobody left out."""
    some = np.flatnonzero(counts)
    order = some[np.argsort(keys[some], kind="stable")]
    return Held(keys[order], counts[order])


def _of_words(words: WordTable, prefix: str, counted: np.ndarray) -> dict[str, Held]:
    """Return the persons per word, and per pair of neighbouring words at each place."""
    persons = np.bincount(words.place[counted], minlength=len(words.normal)).astype(float)
    counts = word_counts(words.sound, persons, len(words.key_of))
    found = {f"{prefix}w": _held(words.key_of, counts)}
    keys = words.key_of[words.sound]
    for k in range(1, words.sound.shape[1]):
        there = np.flatnonzero((words.sound[:, k] > 0) & (persons > 0))
        pairs = _pair_keys(keys[there, k - 1], keys[there, k])
        found[f"{prefix}{k}"] = _added([Held(pairs, persons[there])])
    return found


def _pair_keys(first: Whole, second: Whole) -> Ints:
    """Return a key for two words side by side, whatever their order."""
    return mixed(np.minimum(first, second), np.maximum(first, second))
