"""What agreement weighs in a table of anything, learnt from the table itself without labels.

``u`` (strangers) comes from random pairs and from exact counts of values, never from inside blocks.
``m`` (one entity) comes by expectation and maximisation over the candidate pairs with ``u`` held.
Columns that go wrong together (a whole address changes when somebody moves) form a group, whose
evidence against is bounded by how often that happens; columns that tell the same (town and
postcode) count once: a value's rarity is taken *given* the value of the column it goes with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cakup.linkage.generic.levels import NAMES, STARTS, Levels
from cakup.linkage.generic.meanings import is_moment
from cakup.linkage.generic.values import Column
from cakup.linkage.vocabulary import Ints, Reals

#: Bits of one field at most, either way.
MOST_BITS = 30.0
#: Pairs needed to say that columns go together.
TOGETHER_PAIRS = 30
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
    """Return the share of pairs with one value that other columns hold for strangers.

    A day or an amount is no witness: it may differ between any two rows.
    """
    order = np.argsort(value, kind="stable")
    left, right = [], []
    for step in (1, 2, 5):
        same = np.flatnonzero(value[order[:-step]] == value[order[step:]]) if step < len(order) else order[:0]  # fmt: skip  # noqa: E501
        left.append(rows[order[same]])
        right.append(rows[order[same + step]])
    a, b = np.concatenate(left), np.concatenate(right)
    balance = np.zeros(len(a))
    for at, told in enumerate(columns):
        if at not in but and not is_moment(told):
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
