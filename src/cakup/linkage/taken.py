"""Variants of rows of a large table of which few are compared: a column is taken when it is asked.

Linking some rows again needs a few columns of all rows to find whom they meet, and the others of
those only. ``variants.variants`` makes every column of every variant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from cakup.linkage.rows import Array, Rows
from cakup.linkage.vocabulary import Ints


class Taken(Rows):
    """Variants of some rows, and behind them rows of a second table.

    Args:
        frame: See ``variants.with_lists``.
        source: Per column the row of ``frame`` from which each variant takes its value, see
            ``variants.whence``.
        more: Rows of the second table, same columns.
        n: Rows of which these are a part; None = they are all.
    """

    def __init__(
        self, frame: pl.DataFrame, source: Mapping[str, Ints], more: pl.DataFrame,
        n: int | None = None,
    ) -> None:  # fmt: skip
        super().__init__(frame)
        self._source, self._more = source, more
        self._n = len(source[frame.columns[0]]) + more.height if n is None else n
        self._whole: dict[str, Array] = {}
        self._texts: dict[str, pl.Series] = {}

    @property
    def n(self) -> int:
        """Number of rows of the whole."""
        return self._n

    def text(self, name: str) -> pl.Series:
        """Return a column of texts."""
        if name not in self._texts:
            own = self._frame[name].gather(self._source[name])
            self._texts[name] = pl.concat([own, self._more[name]])
        return self._texts[name]

    def take(self, at: Ints) -> Taken:
        """Return some of the rows, in order, as a part of the whole."""
        first = len(self._source[self._frame.columns[0]])
        own, further = at[at < first], at[at >= first] - first
        shorter: dict[int, Ints] = {}
        for rows in self._source.values():
            if id(rows) not in shorter:
                shorter[id(rows)] = rows.take(own)
        source = {column: shorter[id(rows)] for column, rows in self._source.items()}
        taken = Taken(self._frame, source, self._more[further], self._n)
        taken._whole = self._whole
        return taken

    def numbers(self, names: list[str]) -> pl.DataFrame:
        """Return columns of numbers as a frame, 0 where missing."""
        return pl.DataFrame({name: self[name] for name in names})

    def _column(self, name: str) -> Array:
        return self._of_rows(name, name, lambda column: column.fill_null(0).to_numpy())

    def _there(self, name: str) -> Array:
        return self._of_rows(name, f"has_{name}", lambda column: column.is_not_null().to_numpy())

    def _of_rows(self, name: str, kept_as: str, told: Callable[[pl.Series], Array]) -> Array:
        """Return what is told of a column; of one of the large table once, whoever is taken."""
        if kept_as not in self._whole:
            self._whole[kept_as] = told(self._frame[name])
        whole, source, more = self._whole[kept_as], self._source[name], told(self._more[name])
        found = np.empty(len(source) + len(more), dtype=whole.dtype)
        whole.take(source, out=found[: len(source)], mode="clip")
        found[len(source) :] = more
        return found
