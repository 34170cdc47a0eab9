"""Score candidate pairs in pieces: most of them need numbers only, and are forgotten at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cakup.linkage import score
from cakup.linkage.blocks import run_starts
from cakup.linkage.candidates import Pairs
from cakup.linkage.compare import Compared, Comparison, pairs_frame, quickly, settle_field, settled
from cakup.linkage.parameters import Parameters
from cakup.linkage.pieces import each
from cakup.linkage.rows import Rows, Similarity
from cakup.linkage.score import Weights
from cakup.linkage.vocabulary import Ints, Reals

#: Log2 odds that a pair can have in the worst case without being forgotten at once. The share of
#: links among all pairs is about one in as many as there are rows, so what is forgotten has a
#: probability below 0.004; nothing under 0.01 is ever shown.
FORGOTTEN_FROM = -8.0
#: Pairs that are compared at once by numbers, and by texts; bounds memory, never changes a result.
PIECE, TEXT_PIECE = 1 << 16, 1 << 18


@dataclass(frozen=True)
class Hopeful:
    """Pairs that may still be a link.

    Args:
        compared: The pairs.
        keys: Bit per key that found each.
        most: Most evidence that each can have, bits.
    """

    compared: Compared
    keys: Ints
    most: Reals

    def take(self, at: Ints) -> Hopeful:
        """Return some of the pairs."""
        return Hopeful(self.compared.take(at), self.keys.take(at), self.most.take(at))


@dataclass(frozen=True)
class Scorer:
    """What is needed to score pairs of rows of one table.

    Args:
        rows: Table.
        fields: Comparisons.
        parameters: Parameters.
        similar: Similarity of texts.
    """

    rows: Rows
    fields: Sequence[Comparison]
    parameters: Parameters
    similar: Similarity

    @property
    def hopeless(self) -> float:
        """Evidence in bits at or below which a pair is forgotten."""
        return math.log2(max(self.rows.n, 2)) + FORGOTTEN_FROM

    def score(self, pairs: Pairs) -> pl.DataFrame:
        """Return the pairs that are not hopeless.

        Returns:
            ``l``, ``r`` (rows), ``pattern``, ``bits_<i>``, ``keys``, ``evidence`` (bits) and
            ``lists`` (bits of it that are due to the lists the values stand on).
        """
        told = score.weights(self.parameters)
        parts = []
        for first in range(0, max(len(pairs.left), 1), TEXT_PIECE):
            last = min(first + TEXT_PIECE, max(len(pairs.left), 1))
            held = joined(
                each(lambda at: self._by_numbers(pairs, at, told), range(first, last, PIECE))
            )
            parts.append(self._finish(self._by_texts(held, told)))
        return pl.concat(parts)

    def _by_numbers(self, pairs: Pairs, at: int, told: Weights) -> Hopeful:
        """Compare a piece by numbers alone and keep what may still be a link."""
        piece = slice(at, at + PIECE)
        compared = quickly(self.fields, self.rows, pairs.left[piece], pairs.right[piece])
        most = np.zeros(len(compared.left))
        for field in range(len(self.fields)):
            most += score.at_most(field, compared, self.parameters, told)
        return self._hopeful(Hopeful(compared, pairs.keys[piece], most))

    def _by_texts(self, held: Hopeful, told: Weights) -> Hopeful:
        """Compare texts field by field, the strongest first, and keep what may still be a link."""
        for at in range(len(self.fields)):
            compared = held.compared
            if compared.open[at] is not None:
                most = held.most - score.at_most(at, compared, self.parameters, told)
                settle_field(at, self.fields, self.rows, compared, self.similar)
                most += score.at_most(at, compared, self.parameters, told)
                held = self._hopeful(Hopeful(compared, held.keys, most))
        return held

    def _hopeful(self, held: Hopeful) -> Hopeful:
        """Return the pairs whose evidence may still pass."""
        hopeful = np.flatnonzero(held.most > self.hopeless)
        return held if len(hopeful) == len(held.keys) else held.take(hopeful)

    def _finish(self, held: Hopeful) -> pl.DataFrame:
        """Weigh pairs whose texts were compared."""
        compared = settled(self.fields, self.rows, held.compared, self.similar)
        kin = self.rows["nkin"]
        least = np.minimum(kin[compared.left], kin[compared.right])
        bits = score.evidence(compared, least, self.parameters)
        hopeful = np.flatnonzero(bits > self.hopeless)
        compared, bits = compared.take(hopeful), bits[hopeful]
        lists = self._of_lists(compared)
        return pairs_frame(compared, self.fields).with_columns(
            keys=pl.Series(held.keys[hopeful]), evidence=pl.Series(bits + lists),
            lists=pl.Series(lists, dtype=pl.Float32),
        )  # fmt: skip

    def _of_lists(self, compared: Compared) -> Reals:
        """Return what the lists of pairs add to their evidence."""
        if self.parameters.lists is None:
            return np.zeros(len(compared.left))
        return self.parameters.lists.bits(self.fields, compared, self.rows)


def joined(parts: Sequence[Hopeful]) -> Hopeful:
    """Return pieces as one."""
    return Hopeful(
        Compared.joined([p.compared for p in parts]),
        np.concatenate([p.keys for p in parts]),
        np.concatenate([p.most for p in parts]),
    )


def yields(scored: pl.DataFrame, compared: dict[str, int], log_odds: Reals) -> pl.DataFrame:
    """Return per key its pairs, its links, and the links that no other key found."""
    keys = scored["keys"].to_numpy()
    links = score.probability(log_odds)
    rows = []
    for at, (name, pairs) in enumerate(compared.items()):
        has, alone = (keys >> at) & 1 == 1, keys == 1 << at
        rows.append((name, pairs, float(links[has].sum()), float(links[alone].sum())))
    return pl.DataFrame(rows, schema=["key", "pairs", "links", "links_alone"], orient="row")


def best_of_equals(pair: Ints, evidence: Reals, keys: Ints) -> tuple[Ints, Ints]:
    """Return the place of the strongest of equal pairs, in order of pairs, and all their keys."""
    order = np.argsort(pair, kind="stable")
    starts = run_starts(pair[order])
    if not len(starts):
        return order, keys
    size = np.diff(np.append(starts, len(order)))
    strongest = np.repeat(np.maximum.reduceat(evidence[order], starts), size)
    at = np.where(evidence[order] == strongest, np.arange(len(order)), len(order))
    best = order[np.minimum.reduceat(at, starts)]
    return best, np.bitwise_or.reduceat(keys[order], starts)
