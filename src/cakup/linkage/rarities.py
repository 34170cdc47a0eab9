"""How rare shared values are, as columns of whole parts of a bit beside the cleaned rows."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.linkage.cleaning import Cleaned
from cakup.linkage.levels import PARTS_PER_BIT
from cakup.linkage.rarity import rarity
from cakup.linkage.vocabulary import Ints, Reals, WordTable

Bools = NDArray[np.bool_]
LEFT_OUT = 2.0
#: No worker is born before.
FIRST_YEAR = 1850


def value_rarity(values: Ints, counted: Bools) -> tuple[Reals, float]:
    """Return the bits of every value and the chance that two persons have the same one.

    Args:
        values: Values as numbers below a few millions, 0 where missing.
        counted: Rows that count, one per person as far as is known.

    Returns:
        −log2 of the share of other people with the row's value (0 where missing), and the sum of
        squared shares.
    """
    counts = np.bincount(values[counted], minlength=int(values.max(initial=0)) + 1).astype(float)
    counts[0] = 0.0
    total = max(counts.sum(), 1.0)
    distinct = float((counts > 0).sum())
    share = (np.maximum(counts - LEFT_OUT, 0.0) + 0.5) / (total + 0.5 * distinct)
    bits = -np.log2(np.minimum(share, 1.0))
    bits[0] = 0.0
    same = float((counts * (counts - 1.0)).sum() / max(total * (total - 1.0), 1.0))
    return bits[values], max(same, 0.5 / total**2)


def _numbers(column: pl.Series) -> Ints:
    return column.fill_null(0).cast(pl.Int64).to_numpy()


def _day_number(days: Ints) -> Ints:
    """Return days yyyymmdd as small numbers that differ for every day."""
    since = days // 10_000 - FIRST_YEAR
    return np.where(days > 0, (np.maximum(since, 0) * 13 + days // 100 % 100) * 32 + days % 100, 0)


def with_rarity(cleaned: Cleaned, counted: Bools) -> tuple[pl.DataFrame, dict[str, float]]:
    """Return the cleaned rows with their rarities, and chances of equal values.

    Args:
        cleaned: Cleaned rows.
        counted: Rows that count, one per person as far as is known.

    Returns:
        Frame with ``nbits`` (whole name), ``nb1…`` (words), ``ncorr`` (what words going together
        takes off), ``nkin`` (name without its last word), ``mbits``, ``dbits``, ``<field>_bits``;
        and per field the chance that two persons have the same value.
    """
    frame = cleaned.frame
    chances: dict[str, float] = {}
    columns: dict[str, Reals] = {}
    for name, bits in _name_bits(cleaned.words, counted, chances).items():
        columns[name] = bits[cleaned.words.place]
    if cleaned.mother is not None:
        persons = _persons(cleaned.mother, counted)
        columns["mbits"] = rarity(cleaned.mother.sound, persons).name[cleaned.mother.place]
    columns["dbits"], _ = value_rarity(_day_number(_numbers(frame["d1"])), counted)
    _, chances["nik_date"] = value_rarity(_day_number(_numbers(frame["d0"])), counted)
    _, chances["nik_day"] = value_rarity(_numbers(frame["ntail"]) // 10_000, counted)
    for name in frame.columns:
        if name.endswith("_v"):
            short = name.removesuffix("_v")
            columns[f"{short}_bits"], chances[short] = value_rarity(_numbers(frame[name]), counted)
    parts = {
        name: pl.Series(np.round(bits * PARTS_PER_BIT).astype(np.int16))
        for name, bits in columns.items()
    }
    return frame.with_columns(**parts), chances


def _persons(words: WordTable, counted: Bools) -> Reals:
    """Return how many counted rows have each name."""
    return np.bincount(words.place[counted], minlength=len(words.normal)).astype(float)


def _name_bits(words: WordTable, counted: Bools, chances: dict[str, float]) -> dict[str, Reals]:
    """Return the rarities of each name; notes how many words names of strangers share."""
    persons = _persons(words, counted)
    names = rarity(words.sound, persons)
    n_words = (words.sound > 0).sum(axis=1)
    last = np.take_along_axis(names.word, np.maximum(n_words - 1, 0)[:, None], axis=1)[:, 0]
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
