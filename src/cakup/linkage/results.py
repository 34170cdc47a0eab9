"""From linked rows to what people read: memberships, links, pairs to review, evidence as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.linkage import score
from cakup.linkage.linking import Linked
from cakup.linkage.parameters import decode
from cakup.linkage.vocabulary import Ints, Reals

#: Probability of the exact pass; measured precision of equal NIK with agreeing name.
EXACT = 0.9998
ALONE = '{"pass": "alone"}'
BY_NIK = '{"pass": "nik"}'
BY_DECISION = '{"pass": "decision"}'
DIGITS = 6
#: What households take off, what the lists of a pair add or take, and from where on it is told.
HOUSEHOLD, LISTS, LEAST_TOLD = "keluarga", "daftar", 0.05


@dataclass(frozen=True)
class Members:
    """How each row came to its person, in content order.

    Args:
        person: Smallest row of the person.
        probability: Probability that the row is of the person.
        text: Place of each row's evidence among the texts; few differ.
        texts: Evidence as JSON.
    """

    person: Ints
    probability: Reals
    text: Ints
    texts: pl.Series

    @property
    def evidence(self) -> pl.Series:
        """Evidence of each row, JSON."""
        return self.evidence_of(slice(None))

    def evidence_of(self, rows: Ints | slice) -> pl.Series:
        """Return the evidence of some rows, JSON."""
        return self.texts.gather(self.text[rows])


def members(linked: Linked, decided: Iterable[int] = ()) -> Members:
    """Return how each row came to its person.

    The core of a person is its largest group of rows with one NIK; every other group came by its
    best pair with the rest.

    Args:
        linked: Linked rows.
        decided: Rows that a decision of people placed.
    """
    group, person = linked.exact, linked.person
    n = len(person)
    size, whole = np.bincount(group, minlength=n), np.bincount(person, minlength=n)
    several = size[group] > 1
    probability = np.where(several, EXACT, 1.0)
    text = several.astype(np.int64)
    grown = np.flatnonzero(whole[person] > size[group])
    if len(grown):
        probability[grown], text[grown] = _joined(linked, grown, size)
    rows = np.array(sorted(set(decided)), dtype=np.int64)
    probability[rows], text[rows] = 1.0, 2
    weighed = evidence_json(linked, linked.joins)
    texts = pl.concat([pl.Series([ALONE, BY_NIK, BY_DECISION]), weighed.alias("")])
    return Members(person, probability, text, texts)


def _joined(linked: Linked, rows: Ints, size: Ints) -> tuple[Reals, Ints]:
    """Return probability and place of the evidence of rows whose person is more than one group.

    Args:
        linked: Linked rows.
        rows: All rows of such persons.
        size: Rows of each group of the exact pass.
    """
    group, person = linked.exact[rows], linked.person[rows]
    best, lone = _best_joins(linked, group), size[group] == 1
    outer = _cores(group, person, size) != group
    p = np.append(score.probability(linked.joins["log_odds"].to_numpy()), 1.0)
    probability: Reals = np.where(outer & lone, 1.0, EXACT)
    probability[outer] = np.minimum(p[best[outer]], probability[outer])
    place: Ints = np.where((best >= 0) & (outer | lone), best + 3, 1)
    return np.round(probability, DIGITS), place


def _cores(group: Ints, person: Ints, size: Ints) -> Ints:
    """Return for each row the largest group of its person, the smallest number among equals."""
    order = np.lexsort((group, -size[group], person))
    starts = np.flatnonzero(np.diff(person[order], prepend=-1))
    core = np.empty(len(group), dtype=np.int64)
    core[order] = np.repeat(group[order[starts]], np.diff(np.append(starts, len(order))))
    return core


def _best_joins(linked: Linked, group: Ints) -> Ints:
    """Return for groups of the exact pass the pair that joined each best, −1 if none did.

    A later round names persons by their smallest row, so a group of the exact pass is looked up in
    the first round in which it, or the person it had become, was joined.
    """
    odds = linked.joins["log_odds"].to_numpy()
    order = np.lexsort((np.arange(len(odds)), odds, -linked.joins["round"].to_numpy()))
    left, right = (np.full(len(linked.person), -1, dtype=np.int64) for _ in range(2))
    left[linked.joins["le"].to_numpy()[order]] = order
    right[linked.joins["re"].to_numpy()[order]] = order
    rank = np.full(len(odds) + 1, -1, dtype=np.int64)
    rank[order] = np.arange(len(odds))
    return np.where(rank[right[group]] > rank[left[group]], right[group], left[group])


def evidence_json(linked: Linked, pairs: pl.DataFrame) -> pl.Series:
    """Return ``{"weights": {field: bits}}`` of scored pairs, without fields that say nothing."""
    if not pairs.height or linked.parameters is None:
        return pl.Series([], dtype=pl.String)
    bits = score.by_field(pairs, linked.parameters)
    levels = decode(pairs["pattern"].to_numpy(), linked.fields)
    lists = pairs["lists"].to_numpy()
    household = pairs["evidence"].to_numpy() - lists - bits.sum(axis=1)
    told = [
        _spelled(field.name, bits[:, at], levels[:, at] > 0)
        for at, field in enumerate(linked.fields)
    ]
    told.append(_spelled(HOUSEHOLD, household, household <= -LEAST_TOLD))
    told.append(_spelled(LISTS, lists, np.abs(lists) >= LEAST_TOLD))
    inner = pl.concat_str(pl.all(), separator=", ", ignore_nulls=True)
    start, end = pl.lit('{"weights": {'), pl.lit("}}")
    return pl.DataFrame(told).select(pl.concat_str([start, inner, end])).to_series()


def _spelled(name: str, bits: Reals, there: NDArray[np.bool_]) -> pl.Series:
    """Return ``"name": bits`` with one decimal where there is something to tell."""
    text = pl.Series(name, np.round(bits, 1) + 0.0).cast(pl.String)
    frame = pl.DataFrame({"t": text, "there": there})
    said = pl.concat_str([pl.lit(f"{json.dumps(name)}: "), "t"])
    return frame.select(pl.when("there").then(said).alias(name)).to_series()


def pattern_words(linked: Linked, pairs: pl.DataFrame) -> list[str]:
    """Return the pattern of pairs as text, e.g. ``nik_date=other/equal nama=sound``."""
    levels = decode(pairs["pattern"].to_numpy(), linked.fields)
    texts = []
    for row in levels.tolist():
        held = [f"{f.name}={f.levels[x]}" for f, x in zip(linked.fields, row, strict=True) if x]
        texts.append(" ".join(held))
    return texts
