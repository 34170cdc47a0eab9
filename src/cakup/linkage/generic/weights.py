"""What agreement weighs in a table of anything, learnt from the table itself without labels.

``u`` (strangers) comes from random pairs and from exact counts of values, never from inside blocks.
``m`` (one entity) comes by expectation and maximisation over the candidate pairs with ``u`` held.
Columns that go wrong together (a whole address changes when somebody moves) form a group, whose
evidence against is bounded by how often that happens; columns that tell the same (town and
postcode) count once: a value's rarity is taken *given* the value of the column it goes with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cakup.linkage import score
from cakup.linkage.generic.levels import NAMES, STARTS, Levels
from cakup.linkage.generic.values import Column
from cakup.linkage.graph import components
from cakup.linkage.vocabulary import Ints, Reals

#: Pairs by which the starting shares count beside the data, and rounds of learning.
PRIOR_PAIRS, ROUNDS = 20.0, 25
#: Bits of one field at most, either way.
MOST_BITS = 30.0
#: Correlation of disagreements from which columns go wrong together, and pairs needed to say so.
TOGETHER_FROM, TOGETHER_PAIRS = 0.25, 30
#: Share of what all columns tell that one group may hold; more is no group but the entity.
MOST_POWER = 0.7
#: How much likelier than by chance two columns must agree together to count as telling the same.
SAME_TALE = 3.0
#: Records left out of the count of a value: the two that are compared.
LEFT_OUT, SMALLEST = 2.0, 1e-12


@dataclass(frozen=True)
class Counts:
    """What is counted in the rows, one row per entity as far as is known.

    Args:
        u: Per field, shares of strangers' pairs per level.
        rare: Per field and row, bits of sharing the row's value.
        given: The same given that the parent column agrees; zeros without parent.
        parent: Per field the column that it goes with, −1 = none.
    """

    u: tuple[Reals, ...]
    rare: tuple[Reals, ...]
    given: tuple[Reals, ...]
    parent: tuple[int, ...]


@dataclass(frozen=True)
class Learnt:
    """What was learnt from pairs.

    Args:
        m: Per field, shares of one entity's pairs per level.
        groups: Fields that go wrong together.
        stay: Per group, share of one entity's pairs in which it did not change as a whole.
        kin: Per group, share of strangers' pairs that share it as a whole (a household).
        prior: Log2 of the share of all pairs that are one entity.
    """

    m: tuple[Reals, ...]
    groups: tuple[tuple[int, ...], ...] = ()
    stay: tuple[float, ...] = ()
    kin: tuple[float, ...] = ()
    prior: float = -10.0


def beginning(columns: Sequence[Column]) -> Learnt:
    """Return what is believed before anything is learnt."""
    return Learnt(tuple(np.array(STARTS[c.kind], dtype=float) for c in columns))


def rarity(value: Ints, counted: Ints) -> tuple[Reals, float]:
    """Return bits per row of sharing its value, and the chance that two strangers share one.

    Args:
        value: Value of each row, 0 = missing.
        counted: Rows that count.
    """
    held = value[counted]
    counts = np.bincount(held[held > 0], minlength=int(value.max(initial=0)) + 1).astype(float)
    total = max(float(counts.sum()), 1.0)
    distinct = float((counts > 0).sum())
    share = (np.maximum(counts - LEFT_OUT, 0.0) + 0.5) / (total + 0.5 * distinct)
    same = float((counts * (counts - 1)).sum() / max(total * (total - 1), 1.0))
    bits = np.minimum(-np.log2(np.minimum(share, 1.0)), MOST_BITS)
    return np.where(value > 0, bits[value], 0.0), max(same, 0.25 / total**2, SMALLEST)


def count(columns: Sequence[Column], random: Levels, counted: Ints) -> Counts:
    """Return what the rows tell of strangers.

    Args:
        columns: Columns.
        random: Levels of random pairs of different entities, shape (fields, pairs).
        counted: One row per entity as far as is known.
    """
    u, rare, chances = [], [], []
    for at, told in enumerate(columns):
        bits, chance = rarity(told.value, counted)
        shares = np.bincount(random[at], minlength=len(STARTS[told.kind])).astype(float)
        shares[0] = 0.0
        seen = max(shares.sum(), 1.0)
        # A near value is no rarer among strangers than an equal one, as far as pairs can tell.
        shares = np.maximum((shares + 0.3) / (seen + 0.3 * len(shares)), min(2 * chance, 3 / seen))
        shares[0] = shares[-1] = 0.0
        shares[1:] *= (1.0 - chance) / max(shares[1:].sum(), SMALLEST)
        shares[-1], shares[0] = chance, 1.0
        u.append(shares)
        rare.append(bits)
        chances.append(chance)
    parent = _parents(columns, chances, counted)
    given = [
        _given(columns[at], columns[p], rare[at], counted) if p >= 0 else np.zeros(0)
        for at, p in enumerate(parent)
    ]
    return Counts(tuple(u), tuple(rare), tuple(given), parent)


def _both(a: Column, b: Column) -> Ints:
    return np.where((a.value > 0) & (b.value > 0), a.value * (len(b.texts) + 1) + b.value, 0)


def _numbered(values: Ints) -> Ints:
    """Return values as small numbers, 0 stays 0."""
    if not len(values):
        return values
    distinct, place = np.unique(values, return_inverse=True)
    return place + (0 if distinct[0] == 0 else 1)


def _parents(columns: Sequence[Column], chances: Sequence[float], counted: Ints) -> tuple[int, ...]:
    """Return for each column the one it tells the same as most, without circles.

    Only pairs count that other columns hold for two entities: rows that repeat somebody agree in
    everything, which says nothing of strangers.
    """
    found = []
    for f in range(len(columns)):
        for g in range(f):
            both = _both(columns[f], columns[g])[counted]
            rows, both = counted[both > 0], _numbered(both[both > 0])
            counts = np.bincount(both).astype(float)
            pairs, total = float((counts * (counts - 1)).sum() / 2), float(len(rows))
            if pairs < TOGETHER_PAIRS:
                continue
            strangers = _strangers(columns, (f, g), rows, both)
            chance = 2 * pairs * strangers / (total * (total - 1))
            ratio = chance / (chances[f] * chances[g])
            if ratio >= SAME_TALE and pairs * strangers >= TOGETHER_PAIRS:
                found.append((ratio, f, g))
    return _tree(len(columns), found)


def _strangers(columns: Sequence[Column], but: Sequence[int], rows: Ints, value: Ints) -> float:
    """Return the share of pairs with one value that other columns hold for strangers."""
    order = np.argsort(value, kind="stable")
    left, right = [], []
    for step in (1, 2, 5):
        same = np.flatnonzero(value[order[:-step]] == value[order[step:]]) if step < len(order) else order[:0]  # fmt: skip  # noqa: E501
        left.append(rows[order[same]])
        right.append(rows[order[same + step]])
    a, b = np.concatenate(left), np.concatenate(right)
    balance = np.zeros(len(a))
    for at, told in enumerate(columns):
        if at not in but:
            x, y = told.value[a], told.value[b]
            balance += np.where((x == 0) | (y == 0), 0.0, np.where(x == y, 1.0, -1.0))
    apart, near = float((balance < 0).sum()), float((balance > 0).sum())
    return apart / max(apart + near, 1.0)


def _tree(n: int, found: Sequence[tuple[float, int, int]]) -> tuple[int, ...]:
    """Return the parents of a forest of the strongest ties."""
    parent, root = [-1] * n, list(range(n))
    links: dict[int, list[int]] = {}
    for _, f, g in sorted(found, reverse=True):
        if root[f] != root[g]:
            old, new = root[f], root[g]
            root = [new if r == old else r for r in root]
            links.setdefault(f, []).append(g)
            links.setdefault(g, []).append(f)
    seen: set[int] = set()
    for start in range(n):
        todo = [start] if start not in seen else []
        while todo:
            at = todo.pop()
            seen.add(at)
            for near in links.get(at, ()):
                if near not in seen:
                    parent[near] = at
                    seen.add(near)
                    todo.append(near)
    return tuple(parent)


def _given(child: Column, parent: Column, rare: Reals, counted: Ints) -> Reals:
    """Return bits per row of sharing the child's value among those that share the parent's."""
    both = _numbered(_both(child, parent))
    size = int(both.max(initial=0)) + 1
    together = np.bincount(both[counted], minlength=size).astype(float)
    alone = np.bincount(
        np.where(child.value > 0, parent.value, 0)[counted], minlength=len(parent.texts) + 1
    ).astype(float)  # fmt: skip
    kappa = 4.0
    seen = np.maximum(together[both] - LEFT_OUT, 0.0) + kappa * np.exp2(-rare)
    share = seen / (np.maximum(alone[parent.value] - LEFT_OUT, 0.0) + kappa)
    bits = np.minimum(-np.log2(np.clip(share, 1e-9, 1.0)), rare)
    return np.where(both > 0, bits, 0.0)


def field_bits(
    columns: Sequence[Column], counts: Counts, m: Sequence[Reals], left: Ints, levels: Levels
) -> Reals:
    """Return the bits of every field of pairs, shape (fields, pairs).

    Args:
        columns: Columns.
        counts: What was counted.
        m: Shares of one entity's pairs.
        left: One row of each pair.
        levels: Levels of the pairs.
    """
    out = np.zeros(levels.shape)
    tops = np.array([len(NAMES[c.kind]) - 1 for c in columns])
    agree = levels == tops[:, None]
    for at in range(len(columns)):
        told = np.log2(np.maximum(m[at], 1e-9) / np.maximum(counts.u[at], SMALLEST))
        told[0], told[-1] = 0.0, np.log2(max(m[at][-1], 1e-9))
        bits = told[levels[at]]
        rows = np.flatnonzero(agree[at])
        rare = counts.rare[at][left[rows]]
        p = counts.parent[at]
        if p >= 0:
            rare = np.where(agree[p][rows], counts.given[at][left[rows]], rare)
        bits[rows] += rare
        out[at] = np.clip(bits, -MOST_BITS, MOST_BITS)
    return out


def evidence(bits: Reals, learnt: Learnt) -> Reals:
    """Return the evidence of pairs from the bits of their fields, groups weighed as groups."""
    total = bits.sum(axis=0)
    against = np.zeros(bits.shape[1])
    for group, stay, kin in zip(learnt.groups, learnt.stay, learnt.kin, strict=True):
        inner = bits[list(group)].sum(axis=0)
        bounded = np.logaddexp2(np.log2(stay) + inner, np.log2(1.0 - stay))
        there = np.any(bits[list(group)] != 0.0, axis=0)
        total += np.where(there, bounded - inner, 0.0)
        if kin > 0:
            against += kin * np.exp2(np.clip(inner, -50, 50))
    found: Reals = total - np.log2(1.0 + against)
    return found


def learn(
    columns: Sequence[Column], counts: Counts, left: Ints, levels: Levels, pairs: float,
    first: Learnt,
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
    starts = [np.array(STARTS[c.kind], dtype=float) for c in columns]
    told, ones = first, [np.ones(len(s)) for s in starts]
    rare = field_bits(columns, counts, ones, left, levels)
    most = float(len(counts.rare[0])) if len(counts.rare) else 1.0
    for _ in range(ROUNDS):
        bits = np.empty_like(rare)
        for at in range(len(columns)):
            level = levels[at]
            log_m = np.log2(np.maximum(told.m[at], 1e-9))
            log_m[0] = 0.0
            bits[at] = np.clip(rare[at] + log_m[level], -MOST_BITS, MOST_BITS)
        odds = evidence(bits, told)
        prior = _prior(odds, pairs, most * 20, told.prior)
        share = score.probability(odds + prior)
        told = _maximised(columns, told, bits, levels, share, starts, pairs, prior)
    return told


def _prior(odds: Reals, pairs: float, most: float, before: float) -> float:
    """Return log2 of the share of pairs that are one entity; a few steps from the last round's."""
    prior = before
    for _ in range(3):
        links = min(max(float(score.probability(odds + prior).sum()), 0.5), most)
        share = min(max(links / pairs, 1e-15), 0.5)
        prior = float(np.log2(share / (1.0 - share)))
    return prior


def _maximised(
    columns: Sequence[Column], told: Learnt, bits: Reals, levels: Levels, share: Reals,
    starts: Sequence[Reals], pairs: float, prior: float,
) -> Learnt:  # fmt: skip
    """Return the shares that fit best to how likely each pair is one entity."""
    weight = [share] * len(columns)
    stay, kin = [], []
    for group, old, kept in zip(told.groups, told.stay, told.kin, strict=True):
        inner = bits[list(group)].sum(axis=0)
        there = np.any(levels[list(group)] > 0, axis=0)
        held = score.probability(np.log2(old / (1.0 - old)) + inner)
        whole = float(share[there].sum())
        stay.append(float(np.clip((held * share)[there].sum() / max(whole, 1e-9), 0.05, 0.995)))
        for field in group:
            weight[field] = share * held
        related = (1.0 - share) * score.probability(np.log2(max(kept, 1e-15)) + inner)
        kin.append(float(max(related.sum() / pairs, 1e-15)))
    m = []
    for at in range(len(columns)):
        seen: Reals = np.bincount(levels[at], weight[at], minlength=len(starts[at])).astype(float)
        seen = seen + PRIOR_PAIRS * starts[at]
        seen[0] = 0.0
        seen[1:] /= seen[1:].sum()
        seen[0] = 1.0
        m.append(seen)
    return replace(told, m=tuple(m), stay=tuple(stay), kin=tuple(kin), prior=prior)


def grouped(columns: Sequence[Column], told: Learnt, levels: Levels, share: Reals) -> Learnt:
    """Return what was learnt with the groups of columns that go wrong together.

    Args:
        columns: Columns.
        told: What was learnt without groups.
        levels: Levels of pairs.
        share: How likely each is one entity.
    """
    sure = np.flatnonzero(share > 0.8)
    wrong, there = levels[:, sure] == 1, levels[:, sure] > 0
    left, right = [], []
    for f in range(len(columns)):
        for g in range(f):
            both = there[f] & there[g]
            if both.sum() < TOGETHER_PAIRS:
                continue
            a, b = wrong[f][both].astype(float), wrong[g][both].astype(float)
            if min(a.sum(), b.sum()) < 8:
                continue
            if np.corrcoef(a, b)[0, 1] >= TOGETHER_FROM:
                left.append(f)
                right.append(g)
    label = components(len(columns), np.array(left, dtype=int), np.array(right, dtype=int))
    groups = [tuple(np.flatnonzero(label == x).tolist()) for x in np.unique(label)]
    power = np.array([c.power for c in columns])
    groups = [g for g in groups if len(g) > 1 and power[list(g)].sum() <= MOST_POWER * power.sum()]
    n = len(groups)
    return replace(told, groups=tuple(groups), stay=(0.85,) * n, kin=(1e-9,) * n)
