"""A text column as its distinct texts: what costs work per text is done once for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import pyarrow


@dataclass(frozen=True)
class Distinct:
    """A text column taken apart.

    Args:
        texts: Texts, each cell's once; after ``mapped`` some may be equal or null.
        at: For each row the position of its text, null for a blank cell.
    """

    texts: pl.Series
    at: pl.Series

    @staticmethod
    def of(column: pl.Series) -> Distinct:
        """Take a column apart; texts stand in the order of their first row.

        Args:
            column: Texts.
        """
        held = column.cast(pl.String).rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
        coded: Any = held.dictionary_encode()
        if isinstance(coded, pyarrow.ChunkedArray):
            coded = coded.combine_chunks()
        return Distinct(_series(coded.dictionary, pl.String), _series(coded.indices, pl.Int32))

    @staticmethod
    def nothing(height: int) -> Distinct:
        """Return a column without any text.

        Args:
            height: Number of rows.
        """
        at = pl.Series([None], dtype=pl.Int32).new_from_index(0, height)
        return Distinct(pl.Series([], dtype=pl.String), at)

    def mapped(self, change: Callable[[pl.Series], pl.Series]) -> Distinct:
        """Return the column with other texts in the same places.

        Args:
            change: What becomes of the texts, row by row.
        """
        return replace(self, texts=change(self.texts))

    def read(
        self, reader: Callable[[str], Any], kind: pl.DataType | type[pl.DataType]
    ) -> pl.Series:
        """Return what a reader makes of each row; null where it makes nothing.

        Args:
            reader: Gives the value of one text, None if it has none.
            kind: Type of the values.
        """
        told = [None if text is None else reader(text) for text in self.texts.to_list()]
        return self.spread(pl.Series(told, dtype=kind))

    def spread(self, values: pl.Series) -> pl.Series:
        """Return for each row the value of its text.

        Args:
            values: One for each of ``texts``.
        """
        if not len(values):
            nothing = pl.Series(values.name, [None], dtype=values.dtype)
            return nothing.new_from_index(0, len(self.at))
        return values.gather(self.at)

    def rows(self) -> pl.Series:
        """The column again, a text for each row."""
        return self.spread(self.texts)


def _series(array: Any, kind: type[pl.DataType]) -> pl.Series:
    made = pl.from_arrow(array)
    assert isinstance(made, pl.Series)
    return made.cast(kind)
