"""Score candidate pairs in pieces: most of them need numbers only, and are forgotten at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cakup.linkage import score
from cakup.linkage.candidates import Pairs
from cakup.linkage.compare import Compared, Comparison, pairs_frame, quickly, settle_field, settled
from cakup.linkage.parameters import Parameters
from cakup.linkage.rows import Rows, Similarity
from cakup.linkage.vocabulary import Ints, Reals

#: Log2 odds that a pair can have in the worst case without being forgotten at once. The share of
#: links among all pairs is about one in as many as there are rows.
FORGOTTEN_FROM = -14.0
#: Pairs that are compared at once; bounds memory, never changes a result.
PIECE = 1 << 18


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
            ``l``, ``r`` (rows), ``pattern``, ``bits_<i>``, ``keys`` and ``evidence`` (bits).
        """
        found = [self._finish(*self._begin(pairs, 0, 0))]
        for at in range(0, len(pairs.left), PIECE):
            found.append(self._finish(*self._begin(pairs, at, at + PIECE)))
        return pl.concat(found)

    def _begin(self, pairs: Pairs, start: int, stop: int) -> tuple[Compared, Ints]:
        """Compare a piece, the texts field by field, and keep what may still be a link."""
        piece = slice(start, stop)
        compared = quickly(self.fields, self.rows, pairs.left[piece], pairs.right[piece])
        keys, told = pairs.keys[piece], score.weights(self.parameters)
        most = np.zeros(len(keys))
        for at in range(len(self.fields)):
            most += score.at_most(at, compared, self.parameters, told)
        compared, keys, most = self._hopeful(compared, keys, most)
        for at in range(len(self.fields)):
            if compared.open[at] is not None:
                most -= score.at_most(at, compared, self.parameters, told)
                settle_field(at, self.fields, self.rows, compared, self.similar)
                most += score.at_most(at, compared, self.parameters, told)
                compared, keys, most = self._hopeful(compared, keys, most)
        return compared, keys

    def _hopeful(self, compared: Compared, keys: Ints, most: Reals) -> tuple[Compared, Ints, Reals]:
        """Return the pairs whose evidence may still pass."""
        hopeful = np.flatnonzero(most > self.hopeless)
        if len(hopeful) == len(keys):
            return compared, keys, most
        return compared.take(hopeful), keys[hopeful], most[hopeful]

    def _finish(self, compared: Compared, keys: Ints) -> pl.DataFrame:
        """Compare the texts of what is left and weigh it."""
        compared = settled(self.fields, self.rows, compared, self.similar)
        kin = self.rows["nkin"]
        least = np.minimum(kin[compared.left], kin[compared.right])
        bits = score.evidence(compared, least, self.parameters)
        frame = pairs_frame(compared, self.fields).with_columns(
            keys=pl.Series(keys), evidence=pl.Series(bits)
        )
        return frame.filter(pl.Series(bits > self.hopeless))
