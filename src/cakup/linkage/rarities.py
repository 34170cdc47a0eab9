"""How rare shared values are, as columns of whole parts of a bit beside the cleaned rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.linkage.cleaning import Cleaned
from cakup.linkage.levels import PARTS_PER_BIT
from cakup.linkage.rarity import Counts, rarity
from cakup.linkage.vocabulary import Ints, Reals, WordTable, stable_keys

Bools = NDArray[np.bool_]
LEFT_OUT = 2.0
#: No worker is born before.
FIRST_YEAR = 1850
#: Days of which only the chance is asked that two persons have the same → name of the chance.
DAYS_OF_CHANCES = {"d0": "nik_date", "nik_day": "nik_day"}


@dataclass(frozen=True)
class ValueCounts:
    """How many persons have each value of a field.

    Args:
        counts: By the value's number here, 0 for a missing one.
        total: Persons who have a value.
        distinct: Different values.
        pairs: Ordered pairs of persons who have the same value.
    """

    counts: Reals
    total: float
    distinct: float
    pairs: float

    @staticmethod
    def of(counts: Reals, every: Reals) -> ValueCounts:
        """Return counts by number with the sums over the counts of every value there is."""
        pairs = float((every * (every - 1.0)).sum())
        return ValueCounts(counts, float(every.sum()), float((every > 0).sum()), pairs)


class WholeCounts(Protocol):
    """Counts of everything of which the rows at hand are a part, see ``tally``."""

    def of_names(self, words: WordTable, prefix: str) -> Counts:
        """Return the counts of words: ``n`` names, ``m`` mothers."""

    def of_values(self, name: str, keys: Ints) -> ValueCounts:
        """Return the counts of a field's values, given the key of each by its number here."""


def value_rarity(
    values: Ints, counted: Bools, whole: ValueCounts | None = None
) -> tuple[Reals, float]:
    """Return the bits of every value and the chance that two persons have the same one.

    Args:
        values: Values as numbers below a few millions, 0 where missing.
        counted: Rows that count, one per person as far as is known.
        whole: Counts of the whole if the rows are a part of it.

    Returns:
        −log2 of the share of other people with the row's value (0 where missing), and the sum of
        squared shares.
    """
    bits, same = _value_bits(values, counted, whole)
    return bits[values], same


def _value_bits(
    values: Ints, counted: Bools, whole: ValueCounts | None = None
) -> tuple[Reals, float]:
    """Return what ``value_rarity`` does, the bits by the value's number."""
    told = whole or _value_counts(values, counted)
    counts, total, distinct = told.counts, max(told.total, 1.0), told.distinct
    share = (np.maximum(counts - LEFT_OUT, 0.0) + 0.5) / (total + 0.5 * distinct)
    bits = -np.log2(np.minimum(share, 1.0))
    bits[0] = 0.0
    same = float(told.pairs / max(total * (total - 1.0), 1.0))
    return bits, max(same, 0.5 / total**2)


def _value_counts(values: Ints, counted: Bools) -> ValueCounts:
    counts = np.bincount(
        values.take(np.flatnonzero(counted)), minlength=int(values.max(initial=0)) + 1
    ).astype(float)
    counts[0] = 0.0
    return ValueCounts.of(counts, counts)


def _numbers(column: pl.Series) -> Ints:
    return column.fill_null(0).cast(pl.Int64).to_numpy()


def _day_number(days: Ints) -> Ints:
    """Return days yyyymmdd as small numbers that differ for every day."""
    since = days // 10_000 - FIRST_YEAR
    return np.where(days > 0, (np.maximum(since, 0) * 13 + days // 100 % 100) * 32 + days % 100, 0)


def with_rarity(
    cleaned: Cleaned, counted: Bools, whole: WholeCounts | None = None
) -> tuple[pl.DataFrame, dict[str, float]]:
    """Return the cleaned rows with their rarities, and chances of equal values.

    Args:
        cleaned: Cleaned rows.
        counted: Rows that count, one per person as far as is known.
        whole: Counts of the whole if the rows are a part of it.

    Returns:
        Frame with ``nbits`` (whole name), ``nb1…`` (words), ``ncorr`` (what words going together
        takes off), ``nkin`` (name without its last word), ``mbits``, ``dbits``, ``<field>_bits``;
        and per field the chance that two persons have the same value.
    """
    chances: dict[str, float] = {}
    columns = rarity_columns(cleaned, counted, whole, chances)
    return cleaned.frame.with_columns(**columns), chances


def rarity_columns(
    cleaned: Cleaned, counted: Bools, whole: WholeCounts | None = None,
    chances: dict[str, float] | None = None,
) -> dict[str, pl.Series]:  # fmt: skip
    """Return the columns of ``with_rarity`` alone.

    Args:
        cleaned: Cleaned rows.
        counted: Rows that count, one per person as far as is known.
        whole: Counts of the whole if the rows are a part of it.
        chances: Takes the chances of equal values; None = they are not asked.
    """
    columns: dict[str, NDArray[np.int16]] = {}
    named = whole.of_names(cleaned.words, "n") if whole else None
    for name, bits in _name_bits(cleaned.words, counted, chances, named).items():
        columns[name] = _parts(bits).take(cleaned.words.place)
    if cleaned.mother is not None:
        persons = _persons(cleaned.mother, counted)
        mothers = whole.of_names(cleaned.mother, "m") if whole else None
        names = rarity(cleaned.mother.sound, persons, whole=mothers)
        columns["mbits"] = _parts(names.name).take(cleaned.mother.place)
    asked = ("d1",) if chances is None else ("d1", *DAYS_OF_CHANCES)
    for name, (values, texts) in numbered_values(cleaned.frame, asked).items():
        known = whole.of_values(name, value_keys(values, texts)) if whole else None
        bits, chance = _value_bits(values, counted, known)
        if name not in DAYS_OF_CHANCES:
            columns["dbits" if name == "d1" else f"{name}_bits"] = _parts(bits).take(values)
        if chances is not None and name != "d1":
            chances[DAYS_OF_CHANCES.get(name, name)] = chance
    return {name: pl.Series(c) for name, c in columns.items()}


def _parts(bits: Reals) -> NDArray[np.int16]:
    """Return bits in whole parts of a bit."""
    return np.round(bits * PARTS_PER_BIT).astype(np.int16)


def numbered_values(
    frame: pl.DataFrame, days: Iterable[str] = ("d1", "d0", "nik_day")
) -> dict[str, tuple[Ints, pl.Series | None]]:
    """Return per field the number of each row's value, 0 where missing, and the texts if any.

    Numbers of a field without texts mean the same in every table.

    Args:
        frame: Cleaned rows.
        days: Which of the days are asked.
    """
    found: dict[str, tuple[Ints, pl.Series | None]] = {
        name: (
            _numbers(frame["ntail"]) // 10_000
            if name == "nik_day"
            else _day_number(_numbers(frame[name])),
            None,
        )
        for name in days
    }
    for name in frame.columns:
        if name.endswith("_v"):
            short = name.removesuffix("_v")
            found[short] = (_numbers(frame[name]), frame[f"{short}_t"])
    return found


def value_keys(values: Ints, texts: pl.Series | None) -> Ints:
    """Return for each value number a key that is the same in every table, 0 for a missing one."""
    size = int(values.max(initial=0)) + 1
    if texts is None:
        return np.arange(size, dtype=np.int64)
    row = np.zeros(size, dtype=np.int64)
    row[values] = np.arange(len(values))
    keys = stable_keys(texts.gather(row)) if len(values) else row
    keys[0] = 0
    return keys


def _persons(words: WordTable, counted: Bools) -> Reals:
    """Return how many counted rows have each name."""
    return np.bincount(words.place[counted], minlength=len(words.normal)).astype(float)


def _name_bits(
    words: WordTable, counted: Bools, chances: dict[str, float] | None, whole: Counts | None
) -> dict[str, Reals]:
    """Return the rarities of each name; notes how many words names of strangers share, if asked."""
    persons = _persons(words, counted)
    names = rarity(words.sound, persons, whole=whole)
    n_words = (words.sound > 0).sum(axis=1)
    last = np.take_along_axis(names.word, np.maximum(n_words - 1, 0)[:, None], axis=1)[:, 0]
    if chances is not None:
        same = np.where(names.name > 0, np.exp2(-names.name), 0.0)
        chances["name"] = float((same * persons).sum() / max(persons.sum(), 1.0))
        shared = np.where(names.word > 0, np.exp2(-names.word), 0.0).sum(axis=1)
        chances["words"] = float((shared * persons).sum() / max(persons.sum(), 1.0))
    return {
        "nbits": names.name,
        "ncorr": np.maximum(names.word.sum(axis=1) - names.name, 0.0),
        "nkin": np.maximum(np.where(n_words > 1, names.name - last, names.name), 0.0),
        **{f"nb{k + 1}": names.word[:, k] for k in range(names.word.shape[1])},
    }
