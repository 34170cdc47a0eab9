"""Rows of a table of anything → entities and scored pairs: the whole machine, step by step.

1. candidates by keys of all columns, compared level by level, hopeless ones dropped at once;
2. weights learnt from them; likely entities found; counts taken again, one row per entity; learnt
   again with groups of columns;
3. entities that are sure share what they know, are compared again, joined; twice;
4. what is left between entities keeps its probability.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from cakup.kernel.progress import SILENT, Progress
from cakup.linkage import candidates as cd
from cakup.linkage import score
from cakup.linkage.clusters import clusters, edges
from cakup.linkage.generic import learning as ln
from cakup.linkage.generic import related as rl
from cakup.linkage.generic import weights as wt
from cakup.linkage.generic.classes import learnt_apart
from cakup.linkage.generic.keys import keys
from cakup.linkage.generic.levels import Compared, equal, settle, swapped
from cakup.linkage.generic.passing import emptying, passing
from cakup.linkage.generic.taught import Taught, learnt_alone
from cakup.linkage.generic.values import WORDY, Column, filled
from cakup.linkage.vocabulary import Bools, Ints, Reals

#: Log2 odds below which a pair is forgotten, bits against it that one column counts for at most
#: then, pairs compared at once, random pairs drawn, candidate pairs from which is learnt at most.
HOPELESS, WORST, PIECE, RANDOM, TAUGHT = -10.0, -2.5, 1 << 19, 300_000, 600_000
#: Probability from which rows count as one entity when values are counted, and share what they
#: know.
COUNTED_FROM, SHARE_FROM = 0.9, 0.97
#: Log2 odds from which the weights of a pair are kept for its evidence.
TOLD_FROM = -7.0
#: Rows up to which candidates are looked for again after entities shared what they know.
AGAIN = 300_000


@dataclass(frozen=True)
class Found:
    """What came out.

    Args:
        entity: Entity of each row, the smallest of its rows.
        sure: Probability with which each row is of its entity.
        pairs: Scored pairs of rows as they came: ``l``, ``r``, ``log_odds``, ``place``.
        between: Pairs of entities that may be one: ``le``, ``re``, ``log_odds``, ``place``.
        bits: Bits per field of the pairs at each ``place``, shape (fields, places).
        learnt: What was learnt.
        counts: What was counted.
        compared: Candidate pairs compared.
        passing: Columns that say nothing of who it is, see ``passing``. If there are any, nothing
            else was found: the others are to be compared without them.
    """

    entity: Ints
    sure: Reals
    pairs: pl.DataFrame
    between: pl.DataFrame
    bits: Reals
    learnt: ln.Learnt
    counts: wt.Counts
    compared: int
    passing: tuple[int, ...] = ()


def find(
    columns: Sequence[Column], side: Ints, entity_from: float = 0.5, progress: Progress = SILENT,
    twins: Sequence[tuple[int, int]] = (), asked: Collection[int] = (),
) -> Found:  # fmt: skip
    """Find the entities of rows.

    Args:
        columns: Columns of all rows.
        side: Table of each row, 0 or 1.
        entity_from: Probability from which rows become one entity.
        progress: Listener.
        twins: Columns of names that may stand in each other's place.
        asked: Columns that are to be compared whatever they say.
    """
    if len(side) < 2 or not columns:
        return _alone(len(side), len(columns))
    return _Run(columns, side, entity_from, progress, twins).all(asked)


def _alone(n: int, fields: int) -> Found:
    """Return what is found where there is nothing to compare: every row by itself."""
    whole, odds = dict.fromkeys(("l", "r", "le", "re", "place"), pl.Int64), {"log_odds": pl.Float64}
    empty = pl.DataFrame(schema={**whole, **odds})
    pairs, between = empty.drop("le", "re"), empty.drop("l", "r")
    nothing = np.zeros((fields, 0))
    return Found(
        np.arange(n, dtype=np.int64), np.ones(n), pairs, between, nothing, ln.Learnt(()),
        wt.Counts((), (), (), ()), 0,
    )  # fmt: skip


class _Run:
    """One run; every step reads what those before it left."""

    def __init__(
        self, columns: Sequence[Column], side: Ints, entity_from: float, progress: Progress,
        twins: Sequence[tuple[int, int]],
    ) -> None:  # fmt: skip
        self.columns, self.side, self.progress = list(columns), side, progress
        self.entity_from, self.twins, self.n = entity_from, tuple(twins), len(side)
        self.idf = [_idf(c) for c in columns]
        self.all_pairs = max(self.n * (self.n - 1) / 2, 1.0)

    def all(self, asked: Collection[int]) -> Found:
        """Do everything, or as much as tells that some columns say nothing."""
        self.learnt = ln.beginning(self.columns)
        everyone = np.arange(self.n, dtype=np.int64)
        self._count(everyone)
        self.progress.step("calon pasangan")
        pairs = self._candidates(self.columns, everyone)
        self.progress.step("bandingkan", len(pairs.left))
        compared = self._compared(self.columns, pairs.left, pairs.right)
        self.progress.step("bobot tiap kolom")
        everything = Taught(self.columns, self.counts, compared, self.all_pairs)
        seen = everything.at_most(TAUGHT)
        self.learnt = before = learnt_alone(seen, self.learnt)
        idle = passing(seen, before, asked)
        if not idle:
            self._learn(everything)
            idle = emptying(seen, before, self.learnt, asked)
        if idle:
            return replace(_alone(self.n, len(self.columns)), passing=idle)
        self.progress.step("kelompokkan")
        return self._joined(compared, len(pairs.left))

    def _count(self, entity: Ints) -> None:
        """Count values and random pairs, one row per entity."""
        counted = _fullest(self.columns, entity)
        left, right = _random(counted)
        random = Compared(left, right, equal(self.columns, left, right))
        for at in range(len(self.columns)):
            settle(at, self.columns, self.idf, random)
        swapped(self.columns, random, self.twins)
        self.counts = wt.count(self.columns, random.levels, counted)

    def _candidates(
        self, columns: Sequence[Column], entity: Ints, new: Sequence[Bools] | None = None
    ) -> cd.Pairs:
        def allowed(left: Ints, right: Ints) -> np.ndarray:
            apart: np.ndarray = entity[left] != entity[right]
            return apart

        return cd.pairs(keys(columns, new), self.n, allowed)

    def _compared(self, columns: Sequence[Column], left: Ints, right: Ints) -> Compared:
        """Compare pairs in pieces; those that cannot be one entity are dropped."""
        parts = [self._piece(columns, left[:0], right[:0])]
        for at in range(0, len(left), PIECE):
            parts.append(self._piece(columns, left[at : at + PIECE], right[at : at + PIECE]))
        return Compared(
            np.concatenate([p.left for p in parts]), np.concatenate([p.right for p in parts]),
            np.concatenate([p.levels for p in parts], axis=1),
        )  # fmt: skip

    def _piece(self, columns: Sequence[Column], left: Ints, right: Ints) -> Compared:
        pairs = Compared(left, right, equal(columns, left, right))
        swapped(columns, pairs, self.twins)
        told = self._best_bits(columns, pairs)
        for at in range(len(columns)):
            # A group of columns that went wrong together costs less than its columns one by one.
            bounded = np.maximum(told, WORST).sum(axis=0)
            keep = np.flatnonzero(bounded > math.log2(self.all_pairs / max(self.n, 1)) + HOPELESS)
            if len(keep) < len(bounded):
                pairs, told = pairs.take(keep), told[:, keep]
            settle(at, columns, self.idf, pairs)
            told[at] = wt.field_bits(
                [columns[at]], self._one(at), [self.learnt.m[at]], pairs.left, pairs.levels[[at]]
            )[0]  # fmt: skip
        return pairs

    def _one(self, at: int) -> wt.Counts:
        """Return the counts of one field, without its parent."""
        return wt.Counts(
            (self.counts.u[at],), (self.counts.rare[at],), (np.zeros(0),), (-1,)
        )  # fmt: skip

    def _best_bits(self, columns: Sequence[Column], pairs: Compared) -> Reals:
        """Return per field the most that pairs can reach whose values are not compared yet."""
        told = wt.field_bits(columns, self.counts, self.learnt.m, pairs.left, pairs.levels)
        for at in range(len(columns)):
            u, m = self.counts.u[at], self.learnt.m[at]
            most = np.log2(np.maximum(m[1:-1], 1e-9) / np.maximum(u[1:-1], wt.SMALLEST)).max(
                initial=0.0
            )
            told[at] = np.where(pairs.levels[at] == 1, min(most, wt.MOST_BITS), told[at])
        return told

    def _learn(self, everything: Taught) -> None:
        """Count again with one row per entity; learn again with groups."""
        odds = everything.odds(self.learnt)
        self._count(self._clustered(everything.some, odds, COUNTED_FROM))
        seen = replace(everything.at_most(TAUGHT), counts=self.counts)
        self.learnt = seen.learn(rl.grouped(seen, self.learnt))
        self.learnt = learnt_apart(seen, self.learnt)

    def _odds(self, columns: Sequence[Column], pairs: Compared) -> tuple[Reals, Reals]:
        """Return the log2 odds of pairs, and the bits of their fields."""
        bits = wt.field_bits(columns, self.counts, self.learnt.m, pairs.left, pairs.levels)
        return ln.evidence(bits, pairs.levels, self.learnt) + self.learnt.prior, bits

    def _clustered(self, pairs: Compared, odds: Reals, share: float) -> Ints:
        least = math.log2(share / (1 - share))
        return clusters(self.n, edges(pairs.left, pairs.right, np.clip(odds - least, -30, 30)))

    def _joined(self, compared: Compared, tried: int) -> Found:
        """Join what is sure, share what is known, compare again, until nothing is left to join."""
        odds, bits = self._odds(self.columns, compared)
        kept = np.flatnonzero(odds >= TOLD_FROM)
        direct = _frame(compared, odds, kept, 0)
        told = [bits[:, kept]]
        entity, sure = np.arange(self.n, dtype=np.int64), np.ones(self.n)
        left, right, place = compared.left, compared.right, np.full(len(odds), -1)
        place[kept] = np.arange(len(kept))
        columns: Sequence[Column] = self.columns
        for share in (SHARE_FROM, SHARE_FROM, self.entity_from):
            frame = _by_entity(entity, left, right, odds, place)
            joined = self._one_step(frame, entity, sure, share)
            if np.array_equal(joined, entity):
                continue
            entity = joined
            before = columns
            columns = filled(self.columns, entity)
            new = [a.value != b.value for a, b in zip(before, columns, strict=True)]
            changed = np.any(new, axis=0)
            fresh = self._again(columns, entity, new, left, right)
            more, new_bits = self._odds(columns, fresh)
            old = ~(changed[left] | changed[right])
            good = np.flatnonzero(more >= TOLD_FROM)
            new_place = np.full(len(more), -1)
            new_place[good] = sum(t.shape[1] for t in told) + np.arange(len(good))
            told.append(new_bits[:, good])
            left, right = np.concatenate([left[old], fresh.left]), np.concatenate([right[old], fresh.right])  # fmt: skip  # noqa: E501
            odds, place = np.concatenate([odds[old], more]), np.concatenate([place[old], new_place])
        between = _by_entity(entity, left, right, odds, place)
        return Found(
            entity, sure, direct, between.filter(pl.col("log_odds") >= TOLD_FROM),
            np.concatenate(told, axis=1), self.learnt, self.counts, tried,
        )  # fmt: skip

    def _again(
        self, columns: Sequence[Column], entity: Ints, new: Sequence[Bools], left: Ints,
        right: Ints,
    ) -> Compared:  # fmt: skip
        """Compare the pairs of rows that know more than before."""
        changed = np.any(new, axis=0)
        touched = (changed[left] | changed[right]) & (entity[left] != entity[right])
        codes = left[touched] * self.n + right[touched]
        if self.n <= AGAIN:
            found = self._candidates(columns, entity, new)
            codes = np.concatenate([codes, found.left * self.n + found.right])
        codes = np.unique(codes)
        return self._compared(columns, codes // self.n, codes % self.n)

    def _one_step(self, frame: pl.DataFrame, entity: Ints, sure: Reals, share: float) -> Ints:
        """Return entities after joining those that agree with at least a share of probability."""
        least = math.log2(share / (1 - share))
        le, re, odds = (frame[c].to_numpy() for c in ("le", "re", "log_odds"))
        label = clusters(self.n, edges(le, re, np.clip(odds - least, -30, 30)))
        inside = np.flatnonzero(label[le] == label[re])
        best = np.full(self.n, -np.inf)
        np.maximum.at(best, le[inside], odds[inside])
        np.maximum.at(best, re[inside], odds[inside])
        moved = label[entity] != entity
        weak = moved & np.isfinite(best[entity])
        sure[weak] = np.minimum(sure[weak], score.probability(best[entity[weak]]))
        joined: Ints = label[entity]
        return joined


def evidence_texts(found: Found, columns: Sequence[Column], place: Ints) -> pl.Series:
    """Return ``{"weights": {column: bits}}`` of pairs.

    Args:
        found: What was found.
        columns: Columns.
        place: Place of each pair among the bits, −1 = none kept.
    """
    texts = []
    names = [json.dumps(c.name) for c in columns]
    for at in place.tolist():
        if at < 0:
            texts.append('{"weights": {}}')
            continue
        told = np.round(found.bits[:, at], 1)
        inner = ", ".join(f"{n}: {b + 0.0}" for n, b in zip(names, told.tolist(), strict=True) if b)
        texts.append('{"weights": {' + inner + "}}")
    return pl.Series(texts, dtype=pl.String)


def _frame(pairs: Compared, odds: Reals, kept: Ints, start: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"l": pairs.left[kept], "r": pairs.right[kept], "log_odds": odds[kept],
         "place": start + np.arange(len(kept))}
    )  # fmt: skip


def _by_entity(entity: Ints, left: Ints, right: Ints, odds: Reals, place: Ints) -> pl.DataFrame:
    """Return the best pair of rows of every pair of entities: ``le``, ``re``, …"""
    a, b = entity[left], entity[right]
    frame = pl.DataFrame(
        {"le": np.minimum(a, b), "re": np.maximum(a, b), "log_odds": odds, "place": place}
    )
    return (
        frame.filter(pl.col("le") != pl.col("re"))
        .sort(["le", "re", "log_odds", "place"], descending=[False, False, True, False])
        .unique(["le", "re"], keep="first", maintain_order=True)
    )


def _fullest(columns: Sequence[Column], entity: Ints) -> Ints:
    """Return one row per entity: the one with most values."""
    known = np.sum([c.value > 0 for c in columns], axis=0)
    order = np.lexsort((np.arange(len(entity)), -known, entity))
    first = np.concatenate([[True], entity[order][1:] != entity[order][:-1]])
    return np.sort(order[first[: len(order)]])


def _random(rows: Ints) -> tuple[Ints, Ints]:
    """Return pairs of rows drawn without regard to what they say; always the same."""
    n = len(rows)
    if n < 2:
        return rows[:0], rows[:0]
    shifts = sorted({s for k in range(1, 60) if 0 < (s := (n * k) // 61 + k % 3) < n})
    wanted = max(RANDOM // max(len(shifts), 1), 1)
    step = max(n // wanted, 1)
    left = np.concatenate([rows[::step] for _ in shifts])
    right = np.concatenate([np.roll(rows, -s)[::step] for s in shifts])
    return left, right


def _idf(told: Column) -> Reals:
    """Return the bits of each word of a wordy column; word 0 has none."""
    if told.kind not in WORDY:
        return np.zeros(1)
    counts = np.bincount(told.value, minlength=len(told.texts)).astype(float)
    size = int(told.words.max(initial=0)) + 1
    seen = np.zeros(size)
    for k in range(told.words.shape[1]):
        seen += np.bincount(told.words[:, k], counts, minlength=size)
    bits = -np.log2((seen + 0.5) / (counts[1:].sum() + 1.0))
    least: Reals = np.maximum(bits, 0.05)
    least[0] = 0.0
    return least
