"""How pairs of one person agree by the lists they come from: ``m`` for every list.

A value is as good as the list that it stands on. What level a pair of one person has is put down
to one of its two lists, to each as often: the share of a level is half of one list's and half of
the other's. So a list shows how it errs beside every other list, few pairs are enough, and two
lists that never met have their shares as well. A small list is drawn towards all lists together.

The shares are found by expectation and maximisation of this mixture, from the pairs that taught the
pooled ``m`` and with the probabilities that they have there.

Fellegi, I. P., Sunter, A. B. (1969). A theory for record linkage. Journal of the American
Statistical Association 64, 1183–1210 (``m`` and ``u``; there for one pair of files).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cakup.linkage.compare import Compared, Comparison
from cakup.linkage.levels import DATE_LEVELS, NIK_LEVELS
from cakup.linkage.rows import Array, Rows
from cakup.linkage.vocabulary import Ints, Reals

#: Pairs that all lists together count for beside a list's own.
SHRINKAGE = 100.0
ROUNDS = 30
#: Bits by which the lists of a pair may change the weight of a level.
MOST_BITS = 4.0
LEAST = 1e-5
#: Levels of whole and of damaged NIKs are shares of their own.
NIK_CLASSES = (tuple(range(1, 8)), (8, 9))


@dataclass(frozen=True)
class Part:
    """A comparison, or the half of one, that one value of each row decides.

    Args:
        at: Place of the comparison.
        column: Column that tells which list the value stands on.
        levels: Level of the part for each level of the comparison; 0 says nothing.
        classes: Levels of the part that add up to 1.
    """

    at: int
    column: str
    levels: Ints
    classes: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """Number of levels."""
        return int(self.levels.max()) + 1


def parts(fields: Sequence[Comparison]) -> Iterator[Part]:
    """Yield the parts of comparisons; NIK and birth date may stand on different lists."""
    for at, field in enumerate(fields):
        n = len(field.levels)
        if field.name == "nik_date":
            joint, days = np.arange(n), len(DATE_LEVELS)
            assert n == days * len(NIK_LEVELS)
            yield Part(at, "nik_list", joint // days, NIK_CLASSES)
            yield Part(at, "day_list", joint % days, (tuple(range(1, days)),))
        else:
            yield Part(at, f"{field.short}_list", np.arange(n), (tuple(range(1, n)),))


@dataclass(frozen=True)
class Taught:
    """Pairs of rows and how likely each is one person.

    Args:
        levels: Level of each comparison, shape (pairs, comparisons).
        left: List of one row of each pair.
        right: List of the other.
        share: Probability that a pair is one person.
        blind: Comparisons by which the pairs were chosen; they say nothing here.
    """

    levels: Ints
    left: Ints
    right: Ints
    share: Reals
    blind: frozenset[str]


@dataclass(frozen=True)
class ListShares:
    """Shares of the levels among pairs of one person, list by list.

    Args:
        names: Lists.
        halves: Per part, half the shares of each list, shape (lists, levels).
        pooled: Per part, the shares of all lists together, shape (levels,).
    """

    names: tuple[str, ...]
    halves: tuple[Reals, ...]
    pooled: tuple[Reals, ...]

    def aligned(self, names: Sequence[str]) -> ListShares:
        """Return the shares for lists in another order; a list unknown here is as all together."""
        place = {name: at for at, name in enumerate(self.names)}
        at = np.array([place.get(name, len(self.names)) for name in names], dtype=np.int64)
        halves = tuple(
            np.vstack([half, whole / 2])[at]
            for half, whole in zip(self.halves, self.pooled, strict=True)
        )
        return ListShares(tuple(names), halves, self.pooled)

    def taken(self, of: Ints) -> ListShares:
        """Return the shares where each list has those of another: files of one list err alike.

        Args:
            of: Number of that other list for each.
        """
        return ListShares(self.names, tuple(half[of] for half in self.halves), self.pooled)

    def with_later(self, later: Mapping[str, str]) -> ListShares:
        """Return the shares with further lists, each of which errs like one that is known.

        Args:
            later: Known list by further list; those that are not known are left out.
        """
        new = {k: v for k, v in later.items() if v in self.names and k not in self.names}
        names = (*self.names, *new)
        held = self.aligned([*self.names, *new.values()])
        return ListShares(names, held.halves, self.pooled)

    def bits(self, fields: Sequence[Comparison], compared: Compared, rows: Rows) -> Reals:
        """Return what the lists of settled pairs add to their evidence, in bits.

        Args:
            fields: Comparisons.
            compared: See ``compare.settled``.
            rows: Rows; ``<short>_list`` or, without it, ``source`` tells the list of a value.
        """
        total = np.zeros(len(compared.left))
        for part, half, pooled in zip(parts(fields), self.halves, self.pooled, strict=True):
            level = part.levels[compared.levels[part.at]]
            on = lists_of(rows, part.column)
            share = half[on[compared.left], level] + half[on[compared.right], level]
            told = np.log2(np.maximum(share, LEAST) / np.maximum(pooled[level], LEAST))
            total += np.where(level > 0, np.clip(told, -MOST_BITS, MOST_BITS), 0.0)
        return total


def lists_of(rows: Rows, column: str) -> Array:
    """Return the list on which each row's value of a part stands."""
    return rows[column if rows.has(column) else "source"]


def learn(
    fields: Sequence[Comparison], names: Sequence[str], taught: Sequence[Taught]
) -> ListShares | None:
    """Return the shares of every list, None if there are fewer than two.

    Args:
        fields: Comparisons.
        names: Lists.
        taught: Pairs, see ``Taught``.
    """
    if len(names) < 2:
        return None
    halves, pooled = [], []
    for part in parts(fields):
        name = fields[part.at].name
        told = [t for t in taught if name not in t.blind]
        left = np.concatenate([t.left for t in told] or [np.zeros(0, dtype=np.int64)])
        right = np.concatenate([t.right for t in told] or [np.zeros(0, dtype=np.int64)])
        share = np.concatenate([t.share for t in told] or [np.zeros(0)])
        level = np.concatenate([part.levels[t.levels[:, part.at]] for t in told] or [left])
        half, whole = _of_part(part, len(names), np.stack([left, right]), level, share)
        halves.append(half)
        pooled.append(whole)
    return ListShares(tuple(names), tuple(halves), tuple(pooled))


def _of_part(part: Part, n: int, lists: Ints, level: Ints, share: Reals) -> tuple[Reals, Reals]:
    """Return half the shares of each list and the pooled shares of one part."""
    pooled = np.zeros(part.size)
    half = np.zeros((n, part.size))
    seen = level > 0
    lists, level, share = lists[:, seen], level[seen], share[seen]
    pair = lists.min(axis=0) * n + lists.max(axis=0)
    met, place = np.unique(pair, return_inverse=True)
    at = place * part.size + level
    pairs = np.bincount(at, share, minlength=len(met) * part.size).astype(np.float64)
    count = pairs.reshape(len(met), part.size)
    one, other = met // n, met % n
    for levels in part.classes:
        here = np.array(levels)
        prior = np.full(len(here), 1.0 / len(here))
        whole = count[:, here].sum(axis=0) + prior
        pooled[here] = whole / whole.sum()
        half[:, here] = _halves(n, one, other, count[:, here], pooled[here])
    return half, pooled


def _halves(n: int, one: Ints, other: Ints, count: Reals, pooled: Reals) -> Reals:
    """Return half the shares of each list, by expectation and maximisation.

    Args:
        n: Number of lists.
        one: A list of each two that met.
        other: The other.
        count: Pairs of those two per level, shape (twos, levels).
        pooled: Shares of all lists together.
    """
    half = np.tile(pooled / 2, (n, 1))
    for _ in range(ROUNDS):
        caused = count / np.maximum(half[one] + half[other], LEAST)
        total = np.tile(SHRINKAGE * pooled / 2, (n, 1))
        np.add.at(total, one, half[one] * caused)
        np.add.at(total, other, half[other] * caused)
        half = total / (2.0 * total.sum(axis=1, keepdims=True))
    return half
