"""Which columns change together, and which pairs are alike although they are two entities.

Both show in the same way: some columns disagree together where the others agree. Who moved is
still one entity, and its columns form a group; relatives, branches and namesakes are two, and form
a class of their own. Which it is follows from how often it happens, and from how much differs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cakup.linkage import score
from cakup.linkage.generic.learning import Learnt, Related, shares_of, starts_of
from cakup.linkage.generic.levels import Levels
from cakup.linkage.generic.values import Column
from cakup.linkage.generic.weights import TOGETHER_PAIRS, Counts
from cakup.linkage.graph import components
from cakup.linkage.vocabulary import Reals

#: Correlation of disagreements from which columns go wrong together.
TOGETHER_FROM = 0.25
#: Share of what all columns tell that one group may hold; more is no group but the entity.
MOST_POWER = 0.7
#: Share of pairs in which a group changed as a whole from which these are two entities: most rows
#: of one entity say the same.
TWO_FROM = 0.4
#: Field that stays with a person for life.
BORN = "tanggal_lahir"
#: Log2 odds from which a pair that disagrees in half of what it says is alike for a reason.
ALIKE_FROM = -5.0
#: Related pairs per pair of one entity, fewer are chance.
LEAST_RELATED = 0.05
#: Related entities agree in a column less than this share of how often one entity does, where
#: they differ; and columns (or groups) in which they must.
DIFFERS, LEAST_DIFFERENT = 0.5, 2


def grouped(
    columns: Sequence[Column], counts: Counts, told: Learnt, levels: Levels, odds: Reals
) -> Learnt:
    """Return where learning starts again: with the groups of columns that go wrong together.

    A group that changed in many of the pairs that look like one entity is none: those pairs are
    two entities, and start a class of their own. Nor is one with the birth date: who moves does not
    get another one, and if it is written wrongly, other columns do not change with it.

    Args:
        columns: Columns.
        counts: What was counted.
        told: What was learnt without groups.
        levels: Levels of pairs.
        odds: Log2 odds that each is one entity.
    """
    sure = levels[:, score.probability(odds) > 0.8]
    groups, related = [], []
    power = np.array([c.power for c in columns])
    for group in _together(sure):
        born = any(columns[f].name == BORN for f in group)
        if born or _changed(sure[list(group)], power[list(group)]) >= TWO_FROM:
            apart = [u if f in group else told.m[f] for f, u in enumerate(counts.u)]
            related.append(Related(tuple(apart), told.prior - 1.0))
        elif power[list(group)].sum() <= MOST_POWER * power.sum():
            groups.append(group)
    return _anew(columns, told, groups, related)


def _anew(
    columns: Sequence[Column], told: Learnt, groups: Sequence[tuple[int, ...]],
    related: Sequence[Related],
) -> Learnt:  # fmt: skip
    """Return what is believed of one entity before anything is learnt, with groups and classes."""
    n = len(groups)
    return Learnt(
        starts_of(columns), tuple(groups), (0.85,) * n, (1e-9,) * n, told.prior, tuple(related)
    )


def namesakes(
    columns: Sequence[Column], told: Learnt, levels: Levels, odds: Reals
) -> Learnt | None:
    """Return where learning starts again, with a class of pairs that are alike for a reason.

    It begins with pairs that may be taken for one entity although they disagree in half of what
    they say. None if there are too few of them.

    Args:
        columns: Columns.
        told: What was learnt without them.
        levels: Levels of pairs.
        odds: Log2 odds that each is one entity.
    """
    at = np.flatnonzero((odds > ALIKE_FROM) & _mostly_different(levels, told.groups))
    if len(at) < TOGETHER_PAIRS:
        return None
    weight = score.probability(odds[at])
    shares = [shares_of(levels[f, at], weight, 0.025 * s) for f, s in enumerate(starts_of(columns))]
    related = [*told.related, Related(tuple(shares), told.prior - 1.0)]
    return _anew(columns, told, told.groups, related)


def _together(sure: Levels) -> list[tuple[int, ...]]:
    """Return the groups of fields that go wrong together in pairs that are surely one entity."""
    wrong, there = sure == 1, sure > 0
    left, right = [], []
    for f in range(len(sure)):
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
    label = components(len(sure), np.array(left, dtype=int), np.array(right, dtype=int))
    groups = [tuple(np.flatnonzero(label == x).tolist()) for x in np.unique(label)]
    return [g for g in groups if len(g) > 1]


def _changed(levels: Levels, power: Reals) -> float:
    """Return the share of pairs in which most of what a group tells apart is different."""
    several = (levels > 0).sum(axis=0) >= 2
    there, alike = power @ (levels > 0), power @ (levels > 1)
    whole = several & (alike < (1.0 - MOST_POWER) * there)
    return float(whole.sum()) / max(float(several.sum()), 1.0)


def _mostly_different(levels: Levels, groups: Sequence[tuple[int, ...]]) -> NDArray[np.bool_]:
    """Return which pairs disagree in half of what they say; a group says one thing."""
    said, different = np.zeros(levels.shape[1]), np.zeros(levels.shape[1])
    for unit in units(len(levels), groups):
        there = (levels[list(unit)] > 0).any(axis=0)
        said += there
        different += there & ~(levels[list(unit)] > 1).any(axis=0)
    found: NDArray[np.bool_] = (said >= 2) & (different >= 0.5 * said)
    return found


def units(fields: int, groups: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return what changes by itself: groups, and the fields of none."""
    inside = {f for group in groups for f in group}
    return [*groups, *((f,) for f in range(fields) if f not in inside)]


def sound(columns: Sequence[Column], told: Learnt) -> Learnt:
    """Return what was learnt without the related pairs that are one entity that changed.

    Related entities differ in several things that change by themselves. Pairs that differ in one
    are of one entity: it moved, or has another telephone. Nor are those who differ in all of a
    group and little else; what they differ in belongs to the group.

    Args:
        columns: Columns.
        told: What was learnt.
    """
    power = np.array([c.power for c in columns])
    kept, groups = [], list(told.groups)
    for other in told.related:
        apart = {f for f, m in enumerate(told.m) if other.shares[f][-1] < DIFFERS * m[-1]}
        moved = [
            g for g in groups if power[list(set(g) & apart)].sum() > 0.5 * power[list(g)].sum()
        ]
        many = other.prior >= told.prior + np.log2(LEAST_RELATED)
        several = sum(bool(apart & set(unit)) for unit in units(len(power), groups))
        if moved and power[list(apart)].sum() <= 0.5 * power.sum():
            rest = {f for g in groups if g not in moved for f in g}
            whole = tuple(sorted(({f for g in moved for f in g} | apart) - rest))
            groups = [whole, *(g for g in groups if g not in moved)]
        elif several >= LEAST_DIFFERENT and many:
            kept.append(other)
    if len(kept) == len(told.related):
        return told
    return _anew(columns, told, groups, kept)
