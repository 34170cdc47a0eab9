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
#: What households take off, and from where on it is told.
HOUSEHOLD, LEAST_TOLD = "keluarga", -0.05


@dataclass(frozen=True)
class Members:
    """How each row came to its person, in content order.

    Args:
        person: Smallest row of the person.
        probability: Probability that the row is of the person.
        evidence: JSON.
    """

    person: Ints
    probability: Reals
    evidence: pl.Series


def members(linked: Linked, decided: Iterable[int] = ()) -> Members:
    """Return how each row came to its person.

    The core of a person is its largest group of rows with one NIK; every other group came by its
    best pair with the rest.

    Args:
        linked: Linked rows.
        decided: Rows that a decision of people placed.
    """
    n = len(linked.person)
    group, person = linked.exact, linked.person
    size = np.bincount(group, minlength=n)
    whole = np.bincount(person, minlength=n)
    best = _best_joins(linked)
    core = _cores(group, person, size)
    probability = np.where(size[group] > 1, EXACT, 1.0)
    joined = (whole[person] > size[group]) & (best[group] >= 0)
    weighed = evidence_json(linked, linked.joins)
    p = (
        score.probability(linked.joins["log_odds"].to_numpy())
        if linked.joins.height
        else np.zeros(0)
    )
    use = joined & ((core[person] != group) | (size[group] == 1))
    at = best[group[use]]
    outer = joined & (core[person] != group)
    probability[outer] = np.minimum(p[best[group[outer]]], probability[outer])
    lone = (core[person] == group) & (size[group] == 1)
    probability[lone & (whole[person] > 1)] = EXACT
    rows = np.array(sorted(set(decided)), dtype=np.int64)
    probability[rows] = 1.0
    text = np.where((size[group] > 1) | (whole[person] > 1), 1, 0)
    text[use], text[rows] = at + 3, 2
    texts = pl.concat([pl.Series([ALONE, BY_NIK, BY_DECISION]), weighed.alias("")])
    rounded = np.round(probability.astype(float), DIGITS)
    return Members(person, rounded, texts.gather(text))


def _cores(group: Ints, person: Ints, size: Ints) -> Ints:
    """Return per person its largest group, the smallest number among equals."""
    core = np.zeros(len(person), dtype=np.int64)
    if not len(person):
        return core
    core[person] = group
    rows = np.flatnonzero(np.bincount(person, minlength=len(person))[person] > size[group])
    if not len(rows):
        return core
    rows = rows[np.lexsort((group[rows], -size[group[rows]], person[rows]))]
    firsts = np.concatenate([[True], person[rows][1:] != person[rows][:-1]])
    core[person[rows][firsts]] = group[rows][firsts]
    return core


def _best_joins(linked: Linked) -> Ints:
    """Return for each group of the exact pass the pair that joined it best, −1 if none did.

    A later round names persons by their smallest row, so a group of the exact pass is looked up in
    the first round in which it, or the person it had become, was joined.
    """
    best = np.full(len(linked.person), -1, dtype=np.int64)
    if not linked.joins.height:
        return best
    odds = linked.joins["log_odds"].to_numpy()
    order = np.lexsort((np.arange(len(odds)), odds, -linked.joins["round"].to_numpy()))
    le, re = linked.joins["le"].to_numpy()[order], linked.joins["re"].to_numpy()[order]
    best[le] = order
    right = np.full_like(best, -1)
    right[re] = order
    rank = np.empty(len(odds), dtype=np.int64)
    rank[order] = np.arange(len(odds))
    padded = np.append(rank, -1)
    return np.where(padded[right] > padded[best], right, best)


def evidence_json(linked: Linked, pairs: pl.DataFrame) -> pl.Series:
    """Return ``{"weights": {field: bits}}`` of scored pairs, without fields that say nothing."""
    if not pairs.height or linked.parameters is None:
        return pl.Series([], dtype=pl.String)
    bits = score.by_field(pairs, linked.parameters)
    levels = decode(pairs["pattern"].to_numpy(), linked.fields)
    household = pairs["evidence"].to_numpy() - bits.sum(axis=1)
    told = [
        _spelled(field.name, bits[:, at], levels[:, at] > 0)
        for at, field in enumerate(linked.fields)
    ]
    told.append(_spelled(HOUSEHOLD, household, household <= LEAST_TOLD))
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
