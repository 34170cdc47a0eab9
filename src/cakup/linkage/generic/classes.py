"""Classes of pairs of two entities that are alike for a reason, one after the other.

The first class to form may be strangers whom a key brought together: there are more of them than
of relatives, and columns that go together by chance make them likelier than strangers drawn at
random. Relatives then still count as one entity. So more classes are tried, from several starts,
and one is kept if it makes the pairs likelier by more than its shares cost (Schwarz's criterion),
and if its entities differ in what tells entities apart: who is in another class of another school
this year is still the same pupil.

Schwarz, G. (1978). Estimating the dimension of a model. Annals of Statistics 6, 461–464.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cakup.linkage import score
from cakup.linkage.generic import learning as ln
from cakup.linkage.generic.learning import Learnt, Related
from cakup.linkage.generic.levels import STARTS, Levels
from cakup.linkage.generic.meanings import BORN, FAMILY_NAMES, is_birth, is_lasting
from cakup.linkage.generic.related import LITTLE_POWER, further_groups, has_birth
from cakup.linkage.generic.taught import Taught
from cakup.linkage.generic.values import NAME, Column
from cakup.linkage.generic.weights import TOGETHER_PAIRS, Counts
from cakup.linkage.vocabulary import Bools, Reals

#: Classes at most, besides those that groups of columns became.
MOST_CLASSES = 3
#: Pairs by which the start of a further class is chosen.
TRIED = 50_000
#: Log2 odds from which a pair that disagrees in half of what it says is alike for a reason.
ALIKE_FROM = -5.0
#: Related pairs per pair of one entity, fewer are chance.
LEAST_RELATED = 0.05
#: Where related entities differ a column is equal, and says, less than this share of what it is
#: and says of one entity; and columns (or groups) in which they must, if none stays for life.
DIFFERS, LEAST_DIFFERENT = 0.5, 2
#: Share of how often one entity agrees in its birth date from which a class does too; and of how
#: often it is expected to, below which it is no entity; or of how often its names differ.
AGREES = 0.6
#: Level of values that have nothing in common, see ``levels``.
OTHER = 1


def learnt_apart(seen: Taught, told: Learnt) -> Learnt:
    """Return what pairs teach with classes of those that are alike for a reason.

    Args:
        seen: The pairs.
        told: What they taught without.
    """
    told = _first_class(seen, told)
    for _ in range(MOST_CLASSES - 1):
        told = _regrouped(seen, told)
        start = _one_more(seen.at_most(TRIED), told)
        more = seen.learn(start) if start is not None else None
        if more is None or not _is_apart(seen, more):
            break
        told = more
    return _lasting(seen, told)


def _lasting(seen: Taught, told: Learnt) -> Learnt:
    """Return what pairs teach if those that seem one entity rarely have one birth date, or name.

    In a list in which hardly anybody is repeated relatives are all that there is to find, and they
    make up "one entity". So they do, however many are repeated, where relatives differ in a single
    column: no pair tells then which is which. They become a class, whose names stay those of
    strangers, and what one entity is begins as it is expected.
    """
    other = [f for f, (c, m) in enumerate(zip(seen.columns, told.m, strict=True)) if _is_none(c, m)]
    if not other:
        return told
    names = frozenset(f for f in other if seen.columns[f].kind == NAME)
    shares = [seen.counts.u[f] if f in names else m for f, m in enumerate(told.m)]
    alike = (*told.related, Related(tuple(shares), told.prior, names))
    return seen.learn(ln.beginning_again(seen.columns, told, told.groups, alike))


def _is_none(column: Column, m: Reals) -> bool:
    """Return whether one entity is none, as it is born on several days or bears several names."""
    if column.name == BORN:
        return bool(m[-1] < AGREES * STARTS[column.kind][-1])
    return column.kind == NAME and column.name not in FAMILY_NAMES and bool(m[OTHER] > AGREES)


def _first_class(seen: Taught, told: Learnt) -> Learnt:
    """Return what pairs teach with one class, if its pairs are not one entity that changed."""
    odds = seen.odds(told)
    some = (odds > ALIKE_FROM) & _mostly_different(seen.some.levels, told.groups)
    first = _with_class(seen.columns, told, seen.some.levels, odds, some)
    more = seen.learn(first) if first is not None else told
    kept = sound(seen.columns, seen.counts, more)
    if kept is not more:
        return seen.learn(kept)
    return more if first is None or _is_apart(seen, more) else told


def _regrouped(seen: Taught, told: Learnt) -> Learnt:
    """Return what pairs teach with the groups that show only now."""
    odds = seen.odds(told)
    groups = further_groups(seen.columns, seen.counts, told, seen.some.levels, odds)
    if groups == told.groups:
        return told
    return seen.learn(ln.beginning_again(seen.columns, told, groups, told.related))


def _one_more(seen: Taught, told: Learnt) -> Learnt | None:
    """Return the start of one more class that explains most, None if none explains enough."""
    shares = sum(len(m) - 2 for m in told.m) + 1
    best = seen.likelihood(told) + 0.5 * shares * np.log2(max(len(seen.some.left), 1))
    found = None
    for start in _starts(seen, told):
        more = seen.learn(start)
        reached = seen.likelihood(more)
        if reached > best and _is_apart(seen, more):
            best, found = reached, start
    return found


def _starts(seen: Taught, told: Learnt) -> Iterator[Learnt]:
    """Yield starts: pairs that may be one entity but differ in half or in a column that counts."""
    levels, odds = seen.some.levels, seen.odds(told)
    power = np.array([c.power for c in seen.columns])
    near = odds > ALIKE_FROM
    wrong = [levels[f] == 1 for f in np.flatnonzero(power >= 0.5 * power.max())]
    for some in (_mostly_different(levels, told.groups), *wrong):
        start = _with_class(seen.columns, told, levels, odds, near & some)
        if start is not None:
            yield start


def _with_class(
    columns: Sequence[Column], told: Learnt, levels: Levels, odds: Reals, some: Bools
) -> Learnt | None:
    """Return where learning starts again, with a class that begins with some pairs.

    None if there are too few of them.
    """
    at = np.flatnonzero(some)
    if len(at) < TOGETHER_PAIRS:
        return None
    weight = score.probability(odds[at])
    starts = [0.025 * s for s in ln.starts_of(columns)]
    shares = [ln.shares_of(levels[f, at], weight, start) for f, start in enumerate(starts)]
    related = [*told.related, Related(tuple(shares), told.prior - 1.0)]
    return ln.beginning_again(columns, told, told.groups, related)


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


def sound(columns: Sequence[Column], counts: Counts, told: Learnt) -> Learnt:
    """Return what was learnt without the related pairs that are one entity that changed.

    Related entities differ in several things that change by themselves. Pairs that differ in one
    are of one entity: it moved, or has another telephone. Nor are those who differ in all of a
    group and little else; what they differ in belongs to the group. Where there is a birth date,
    those who agree in it have moved, however many they are.

    Args:
        columns: Columns.
        counts: What was counted.
        told: What was learnt.
    """
    power = np.array([c.power for c in columns])
    kept, groups = [], list(told.groups)
    for other in told.related:
        apart = _apart(counts, told, other)
        moved = [
            g for g in groups if power[list(set(g) & apart)].sum() > 0.5 * power[list(g)].sum()
        ]
        many = other.prior >= told.prior + np.log2(LEAST_RELATED)
        several = sum(bool(apart & set(unit)) for unit in units(len(power), groups))
        if moved and power[list(apart)].sum() <= 0.5 * power.sum():
            rest = {f for g in groups if g not in moved for f in g}
            whole = tuple(sorted(({f for g in moved for f in g} | apart) - rest))
            groups = [whole, *(g for g in groups if g not in moved)]
        elif _same_birth(columns, told, other):
            whole = tuple(sorted(apart - {f for g in groups for f in g}))
            groups += [whole] if len(whole) > 1 else []
        elif (several >= LEAST_DIFFERENT or any(is_lasting(columns[f]) for f in apart)) and many:
            kept.append(other)
    if len(kept) == len(told.related):
        return told
    return ln.beginning_again(columns, told, groups, kept)


def _same_birth(columns: Sequence[Column], told: Learnt, other: Related) -> bool:
    """Return whether related entities have one birth date nearly as often as one entity has."""
    born = [f for f, column in enumerate(columns) if is_birth(column)]
    return bool(born) and all(other.shares[f][-1] > AGREES * told.m[f][-1] for f in born)


def _apart(counts: Counts, told: Learnt, other: Related) -> set[int]:
    """Return the fields in which related entities differ: rarely equal, and saying little.

    A long name is seldom equal letter by letter even of one entity, and sisters share a part of
    theirs; so what the levels of a field say together counts too.
    """
    found = set()
    for f, (m, u, h) in enumerate(zip(told.m, counts.u, other.shares, strict=True)):
        bits = np.log2(np.maximum(m[1:], 1e-9) / np.maximum(u[1:], 1e-9))
        if h[-1] < DIFFERS * m[-1] and h[1:] @ bits < DIFFERS * (m[1:] @ bits):
            found.add(f)
    return found


def _is_apart(seen: Taught, told: Learnt) -> bool:
    """Return whether all classes are sound and the last differs in what tells entities apart.

    That is the birth date where there is one: who agrees in it and not in the address has moved.
    Else it is what stays for life, or more than a third of what all columns tell.
    """
    columns = seen.columns
    power = np.array([c.power for c in columns])
    apart = list(_apart(seen.counts, told, told.related[-1]))
    if has_birth(columns, range(len(columns))):
        enough = has_birth(columns, apart)
    else:
        enough = bool(power[apart].sum() > LITTLE_POWER * power.sum()) or any(
            is_lasting(columns[f]) for f in apart
        )
    return enough and sound(columns, seen.counts, told) is told
