"""Pairs that teach, and what they teach before anything is known of groups and classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cakup.linkage.generic import learning as ln
from cakup.linkage.generic.learning import Learnt
from cakup.linkage.generic.levels import Compared
from cakup.linkage.generic.values import Column
from cakup.linkage.generic.weights import Counts, field_bits
from cakup.linkage.vocabulary import Reals


@dataclass(frozen=True)
class Taught:
    """Pairs that teach.

    Args:
        columns: Columns.
        counts: What was counted in the rows.
        some: The pairs.
        whole: Number of all pairs for which they stand.
    """

    columns: Sequence[Column]
    counts: Counts
    some: Compared
    whole: float

    def learn(self, first: Learnt) -> Learnt:
        """Return what they teach, beginning with what is believed."""
        left, levels = self.some.left, self.some.levels
        return ln.learn(self.columns, self.counts, left, levels, self.whole, first)

    def odds(self, told: Learnt) -> Reals:
        """Return the log2 odds of each pair that it is one entity."""
        bits = field_bits(self.columns, self.counts, told.m, self.some.left, self.some.levels)
        found: Reals = ln.evidence(bits, self.some.levels, told) + told.prior
        return found

    def likelihood(self, told: Learnt) -> float:
        """Return log2 of how likely the pairs are, against strangers alone."""
        return ln.likelihood(self.columns, self.counts, self.some.left, self.some.levels, told)

    def at_most(self, pairs: int) -> Taught:
        """Return some of the pairs, which stand for as many."""
        n = len(self.some.left)
        every = -(-n // pairs)
        if every <= 1:
            return self
        few = self.some.take(np.arange(0, n, every))
        return Taught(self.columns, self.counts, few, self.whole * len(few.left) / n)


def learnt_alone(seen: Taught, told: Learnt) -> Learnt:
    """Return what pairs teach without groups and classes.

    Two columns that differ in nearly every pair, the day and the amount of a visit, may keep few
    others from finding anybody at first. If nobody is found, learning begins again gently, and the
    likelier end counts.

    Args:
        seen: The pairs.
        told: What is believed before.
    """
    found = seen.learn(told)
    if np.exp2(found.prior) * seen.whole > ln.PRIOR_PAIRS or not len(seen.some.left):
        return found
    again = seen.learn(ln.beginning_gently(seen.columns, seen.whole))
    return max(found, again, key=seen.likelihood)
