"""Which columns change together.

Some columns disagree together where the others agree. Who moved is still one entity, and its
columns form a group; relatives, branches and namesakes are two, and start a class of their own
(``classes``). Which it is follows from what the columns mean, where that is known, and from how
often it happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from cakup.linkage import score
from cakup.linkage.generic.learning import Learnt, Related, beginning_again
from cakup.linkage.generic.levels import Levels
from cakup.linkage.generic.meanings import is_birth, is_identifier, is_lasting
from cakup.linkage.generic.taught import Taught
from cakup.linkage.generic.values import Column
from cakup.linkage.generic.weights import TOGETHER_PAIRS, Counts
from cakup.linkage.graph import components
from cakup.linkage.vocabulary import Bools, Reals

#: Correlation of disagreements from which columns go wrong together.
TOGETHER_FROM = 0.25
#: Share of what all columns tell that one group may hold; more is no group but the entity.
MOST_POWER = 0.7
#: Share of what all columns tell up to which a group or a difference says little of who it is.
LITTLE_POWER = 1 / 3
#: Probability from which a pair tells which columns go wrong together.
SURE_FROM = 0.8
#: Share of pairs in which a group changed as a whole from which these are two entities: most rows
#: of one entity say the same.
TWO_FROM = 0.4


def grouped(seen: Taught, told: Learnt) -> Learnt:
    """Return where learning starts again: with the groups of columns that go wrong together.

    Pairs in which a group changed may be of two entities; then they start a class of their own.
    Such is a group with the birth date: who moves does not get another one, and if it is written
    wrongly, other columns do not change with it.

    Args:
        seen: Pairs.
        told: What they taught without groups.
    """
    levels = seen.some.levels
    sure = levels[:, score.probability(seen.odds(told)) > SURE_FROM]
    groups, related = [], []
    power = np.array([c.power for c in seen.columns])
    for group in _together(sure > 0, sure == 1):
        if _are_two(seen, told, group):
            related.append(_of_two(seen, told, group))
        elif power[list(group)].sum() <= MOST_POWER * power.sum():
            groups.append(group)
    return beginning_again(seen.columns, told, groups, related)


def further_groups(
    columns: Sequence[Column], counts: Counts, told: Learnt, levels: Levels, odds: Reals
) -> tuple[tuple[int, ...], ...]:
    """Return the groups of columns with those that show once related pairs are told apart.

    While relatives count as one entity they hide that columns go wrong together. Where no birth
    date says who it is, only groups that hold little of what tells entities apart are new: others
    may be further relatives. A value is wrong here if it is likelier between strangers: short codes
    are never far apart.

    Args:
        columns: Columns.
        counts: What was counted.
        told: What was learnt.
        levels: Levels of pairs.
        odds: Log2 odds that each is one entity.
    """
    power = np.array([c.power for c in columns])
    held = {f for group in told.groups for f in group}
    most = MOST_POWER if has_birth(columns, range(len(columns))) else LITTLE_POWER
    sure = levels[:, score.probability(odds) > SURE_FROM]
    wrong = np.array([(m < u)[level] for m, u, level in zip(told.m, counts.u, sure, strict=True)])
    found = [
        group for group in _together(sure > 0, wrong)
        if not held & set(group) and not has_birth(columns, group)
        and power[list(group)].sum() <= most * power.sum()
    ]  # fmt: skip
    return (*told.groups, *found)


def _are_two(seen: Taught, told: Learnt, group: tuple[int, ...]) -> bool:
    """Return whether who differs in a group is somebody else.

    The birth date says so if it can. So does what else stays with a person for life, and a code
    that identifies; else it depends on how many they are.
    """
    columns = seen.columns
    if has_birth(columns, range(len(columns))):
        return has_birth(columns, group)
    if any(is_lasting(columns[f]) or is_identifier(columns[f], seen.counts.u[f][-1])
           for f in group):  # fmt: skip
        return True
    sure = seen.some.levels[:, score.probability(seen.odds(told)) > SURE_FROM][list(group)]
    return _changed(sure, np.array([columns[f].power for f in group])) >= TWO_FROM


def _of_two(seen: Taught, told: Learnt, group: tuple[int, ...]) -> Related:
    """Return the class, as it starts, of pairs that differ in a group as strangers do."""
    apart = [u if f in group else told.m[f] for f, u in enumerate(seen.counts.u)]
    return Related(tuple(apart), told.prior - 1.0)


def has_birth(columns: Sequence[Column], fields: Iterable[int]) -> bool:
    """Return whether the birth date is among fields: whoever changes it is somebody else."""
    return any(is_birth(columns[f]) for f in fields)


def _together(there: Bools, wrong: Bools) -> list[tuple[int, ...]]:
    """Return the groups of fields that go wrong together in pairs that are surely one entity."""
    left, right = [], []
    for f in range(len(there)):
        for g in range(f):
            both = there[f] & there[g]
            if both.sum() < TOGETHER_PAIRS:
                continue
            a, b = wrong[f][both].astype(float), wrong[g][both].astype(float)
            if min(a.sum(), b.sum()) < 8 or max(a.min(), b.min()) == 1.0:
                continue
            if np.corrcoef(a, b)[0, 1] >= TOGETHER_FROM:
                left.append(f)
                right.append(g)
    label = components(len(there), np.array(left, dtype=int), np.array(right, dtype=int))
    groups = [tuple(np.flatnonzero(label == x).tolist()) for x in np.unique(label)]
    return [g for g in groups if len(g) > 1]


def _changed(levels: Levels, power: Reals) -> float:
    """Return the share of pairs in which most of what a group tells apart is different."""
    several = (levels > 0).sum(axis=0) >= 2
    there, alike = power @ (levels > 0), power @ (levels > 1)
    whole = several & (alike < (1.0 - MOST_POWER) * there)
    return float(whole.sum()) / max(float(several.sum()), 1.0)
