"""What pairs of a table teach without labels: one entity, two that are related, or strangers.

Columns that go wrong together (a whole address changes when somebody moves) form a group, whose
evidence against is bounded by how often that happens. Pairs that are alike for a reason other than
being one entity (relatives in one household, branches of one firm, namesakes whose e-mail repeats
the name) form classes of their own: they agree in some columns as one entity does, and in the
others as strangers do. Without such a class these pairs are taken for repeated rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cakup.linkage import score
from cakup.linkage.generic.levels import NAMES, STARTS, Levels
from cakup.linkage.generic.values import NAME, Column
from cakup.linkage.generic.weights import MOST_BITS, Counts, field_bits
from cakup.linkage.vocabulary import Reals

#: Pairs by which the starting shares count beside the data, and rounds of learning.
PRIOR_PAIRS, ROUNDS = 20.0, 25
#: Least share of one entity's pairs in which a group did not change.
LEAST_STAY = 0.6
LEAST_SHARE = 1e-15
#: Share of one entity's pairs in which a column differs, to begin gently.
GENTLE = 0.3
SWAPPED = NAMES[NAME].index("swapped")


@dataclass(frozen=True)
class Related:
    """Pairs of two entities that are alike for a reason.

    Args:
        shares: Per field, shares of their pairs per level.
        prior: Log2 of the share of all pairs that are such.
        held: Fields whose shares stay as they began: pairs do not tell them.
    """

    shares: tuple[Reals, ...]
    prior: float
    held: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Learnt:
    """What was learnt from pairs.

    Args:
        m: Per field, shares of one entity's pairs per level.
        groups: Fields that go wrong together.
        stay: Per group, share of one entity's pairs in which it did not change as a whole.
        kin: Per group, share of strangers' pairs that share it as a whole (a household).
        prior: Log2 of the share of all pairs that are one entity.
        related: Classes of pairs of two entities that are alike for a reason.
    """

    m: tuple[Reals, ...]
    groups: tuple[tuple[int, ...], ...] = ()
    stay: tuple[float, ...] = ()
    kin: tuple[float, ...] = ()
    prior: float = -10.0
    related: tuple[Related, ...] = ()


def beginning(columns: Sequence[Column]) -> Learnt:
    """Return what is believed before anything is learnt."""
    return Learnt(starts_of(columns))


def beginning_gently(columns: Sequence[Column], pairs: float) -> Learnt:
    """Return what is believed where columns may differ more often than their kinds let expect.

    Args:
        columns: Columns.
        pairs: Number of all pairs; about one per row is of one entity.
    """
    shares = []
    for start in starts_of(columns):
        rest = start[2:] * (1.0 - GENTLE) / start[2:].sum()
        shares.append(np.concatenate([[1.0, GENTLE], rest]))
    return Learnt(tuple(shares), prior=float(np.log2(len(columns[0].value) / pairs)))


def starts_of(columns: Sequence[Column]) -> tuple[Reals, ...]:
    """Return per field the shares of levels that are expected of one entity."""
    return tuple(np.array(STARTS[c.kind], dtype=float) for c in columns)


def beginning_again(
    columns: Sequence[Column], told: Learnt, groups: Sequence[tuple[int, ...]],
    related: Sequence[Related],
) -> Learnt:  # fmt: skip
    """Return what is believed of one entity before anything is learnt, with groups and classes.

    Args:
        columns: Columns.
        told: What was learnt; how many pairs are one entity is taken over.
        groups: Fields that go wrong together.
        related: Classes of related pairs as they start.
    """
    n = len(groups)
    return Learnt(
        starts_of(columns), tuple(groups), (0.85,) * n, (1e-9,) * n, told.prior, tuple(related)
    )


def evidence(bits: Reals, levels: Levels, learnt: Learnt) -> Reals:
    """Return the evidence of pairs from the bits of their fields.

    Args:
        bits: Bits per field, shape (fields, pairs).
        levels: Levels of the pairs, same shape.
        learnt: What was learnt.
    """
    rare = bits - _bits_of(learnt.m, levels) if learnt.related else bits
    same, against = _grouped_evidence(bits, learnt)
    for other in learnt.related:
        against = against + np.exp2(_clipped(_class_bits(rare, other, levels)))
    found: Reals = same - np.log2(1.0 + against)
    return found


def _clipped(bits: Reals) -> Reals:
    clipped: Reals = np.clip(bits, -60.0, 900.0)
    return clipped


def _bits_of(shares: Sequence[Reals], levels: Levels) -> Reals:
    """Return log2 of the shares of levels, 0 where a value is missing."""
    out = np.empty(levels.shape)
    for at, share in enumerate(shares):
        told = np.log2(np.maximum(share, 1e-9))
        told[0] = 0.0
        out[at] = told[levels[at]]
    return out


def _class_bits(rare: Reals, told: Related, levels: Levels) -> Reals:
    """Return log2 of how likely pairs are related, against strangers."""
    total = np.full(levels.shape[1], told.prior)
    for at, share in enumerate(told.shares):
        bits = np.log2(np.maximum(share, 1e-9))
        bits[0] = 0.0
        total += rare[at] + bits[levels[at]]
    return total


def _grouped_evidence(bits: Reals, learnt: Learnt) -> tuple[Reals, Reals]:
    """Return the evidence for one entity, and how much likelier strangers share whole groups."""
    total = bits.sum(axis=0)
    against = np.zeros(bits.shape[1])
    for group, stay, kin in zip(learnt.groups, learnt.stay, learnt.kin, strict=True):
        inner = bits[list(group)].sum(axis=0)
        bounded = np.logaddexp2(np.log2(stay) + inner, np.log2(1.0 - stay))
        there = np.any(bits[list(group)] != 0.0, axis=0)
        total += np.where(there, bounded - inner, 0.0)
        if kin > 0:
            against += kin * np.exp2(np.clip(inner, -50, 50))
    return total, against


def learn(
    columns: Sequence[Column], counts: Counts, left: NDArray[np.int64], levels: Levels,
    pairs: float, first: Learnt,
) -> Learnt:  # fmt: skip
    """Return what the candidate pairs teach.

    Args:
        columns: Columns.
        counts: What was counted.
        left: One row of each pair.
        levels: Levels of the pairs.
        pairs: Number of all pairs, compared or not.
        first: What is believed so far.
    """
    ones = [np.ones(len(s)) for s in first.m]
    rare = field_bits(columns, counts, ones, left, levels)
    most = float(len(counts.rare[0])) if len(counts.rare) else 1.0
    told, starts = first, first.related
    for _ in range(ROUNDS):
        told = _round(_Pairs(columns, rare, levels, pairs, most * 20), told, starts)
    return told


def likelihood(
    columns: Sequence[Column], counts: Counts, left: NDArray[np.int64], levels: Levels,
    told: Learnt,
) -> float:  # fmt: skip
    """Return log2 of how likely pairs are by what was learnt, against strangers alone.

    Args:
        columns: Columns.
        counts: What was counted in the rows.
        left: One row of each pair.
        levels: Levels of the pairs.
        told: What was learnt.
    """
    ones = [np.ones(len(s)) for s in told.m]
    rare = field_bits(columns, counts, ones, left, levels)
    bits = np.clip(rare + _bits_of(told.m, levels), -MOST_BITS, MOST_BITS)
    same, against = _grouped_evidence(bits, told)
    total = 1.0 + against + np.exp2(_clipped(same + told.prior))
    for other in told.related:
        total += np.exp2(_clipped(_class_bits(rare, other, levels)))
    return float(np.log2(total).sum())


@dataclass(frozen=True)
class _Pairs:
    """Pairs that teach: bits of strangers against them, levels, number of all, links at most."""

    columns: Sequence[Column]
    rare: Reals
    levels: Levels
    pairs: float
    most: float


def _round(seen: _Pairs, told: Learnt, starts: Sequence[Related]) -> Learnt:
    """Return what is believed after one more round of expectation and maximisation."""
    bits = np.clip(seen.rare + _bits_of(told.m, seen.levels), -MOST_BITS, MOST_BITS)
    same, against = _grouped_evidence(bits, told)
    odds = [_clipped(_class_bits(seen.rare, r, seen.levels)) for r in told.related]
    prior, shift = told.prior, [0.0] * len(odds)
    for _ in range(3):
        weight = np.exp2(_clipped(same + prior))
        kin = [np.exp2(o + s) for o, s in zip(odds, shift, strict=True)]
        total = 1.0 + against + weight + np.sum(kin, axis=0)
        share = weight / total
        links = min(max(float(share.sum()), 0.5), seen.most)
        chance = min(max(links / seen.pairs, LEAST_SHARE), 0.5)
        prior = float(np.log2(chance / (1.0 - chance)))
        related = [k / total for k in kin]
        shift = [
            float(np.log2(max(k.sum(), 0.5) / seen.pairs)) - r.prior
            for k, r in zip(related, told.related, strict=True)
        ]
    told = replace(told, prior=prior)
    told = _maximised(seen, told, bits, share, np.sum(related, axis=0))
    return _maximised_related(seen, told, share, related, starts)


def _maximised(
    seen: _Pairs, told: Learnt, bits: Reals, share: Reals, related: Reals | float
) -> Learnt:
    """Return the shares that fit best to how likely each pair is one entity."""
    weight = [share] * len(seen.columns)
    stay, kin = [], []
    for group, old, kept in zip(told.groups, told.stay, told.kin, strict=True):
        inner = bits[list(group)].sum(axis=0)
        there = np.any(seen.levels[list(group)] > 0, axis=0)
        held = score.probability(np.log2(old / (1.0 - old)) + inner)
        whole = float(share[there].sum())
        kept_whole = float((held * share)[there].sum()) / max(whole, 1e-9)
        stay.append(float(np.clip(kept_whole, LEAST_STAY, 0.995)))
        for field in group:
            weight[field] = share * held
        strangers = 1.0 - share - related
        near = strangers * score.probability(np.log2(max(kept, LEAST_SHARE)) + inner)
        kin.append(float(max(near.sum() / seen.pairs, LEAST_SHARE)))
    m = tuple(
        shares_of(seen.levels[at], w, np.array(STARTS[c.kind], dtype=float))
        for at, (c, w) in enumerate(zip(seen.columns, weight, strict=True))
    )
    return replace(told, m=m, stay=tuple(stay), kin=tuple(kin))


def shares_of(level: NDArray[np.uint8], weight: Reals, start: Reals) -> Reals:
    """Return the weighted shares of levels beside some pairs that are as expected."""
    found: Reals = np.bincount(level, weight, minlength=len(start)) + PRIOR_PAIRS * start
    found[0] = 0.0
    found[1:] /= found[1:].sum()
    found[0] = 1.0
    return found


def _less_often(shares: Reals, bound: Reals, level: int) -> None:
    """Bound the share of one level, the rest disagrees; in place.

    Names stand in each other's columns both at once, which the shares of two columns do not know:
    a class of such pairs would form, and they are one entity.
    """
    over = max(float(shares[level] - bound[level]), 0.0)
    shares[level] -= over
    shares[1] += over


def _maximised_related(
    seen: _Pairs, told: Learnt, share: Reals, related: Sequence[Reals], starts: Sequence[Related]
) -> Learnt:
    """Return the shares of related pairs; they never agree better than one entity's do.

    Without that bound the two classes could change places: those who moved would be "one entity",
    and those who did not its relatives.
    """
    m, found = list(told.m), []
    ours = float(share.sum())
    for weight, start in zip(related, starts, strict=True):
        theirs = float(weight.sum())
        shares = []
        for at in range(len(m)):
            one = shares_of(seen.levels[at], weight, start.shares[at])
            if at in start.held:
                one = start.shares[at]
            if seen.columns[at].kind == NAME:
                _less_often(one, m[at], SWAPPED)
            if one[-1] > m[at][-1]:
                one = (ours * m[at] + theirs * one) / max(ours + theirs, 1e-9)
                one[0] = 1.0
                m[at] = one
            shares.append(one)
        prior = float(np.log2(max(theirs, 0.5) / seen.pairs))
        found.append(Related(tuple(shares), prior, start.held))
    return replace(told, m=tuple(m), related=tuple(found))
