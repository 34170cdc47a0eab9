"""Which numbers a file has held before: exact, in eight bytes for each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: Longest sorted run; merging two of this length would need their memory again.
RUN_KEYS = 2_000_000
Keys = NDArray[np.uint64]


@dataclass
class Seen:
    """Whole numbers that earlier parts held, in sorted runs.

    Args:
        runs: Ascending numbers; each number stands in one run.
    """

    runs: list[Keys] = field(default_factory=list)

    def repeated(self, key: pl.Series) -> pl.Series:
        """Return whether each number was there before, in this column or an earlier one.

        Args:
            key: Whole numbers 0 or more, null where a row has none: that is never a repeat.
        """
        told = key.cast(pl.UInt64)
        again = told.is_first_distinct().not_() & told.is_not_null()
        fresh = np.sort(told.filter(again.not_() & told.is_not_null()).to_numpy())
        is_old = np.zeros(len(fresh), dtype=np.bool_)
        for run in self.runs:
            at = np.minimum(np.searchsorted(run, fresh), len(run) - 1)
            is_old |= run[at] == fresh
        if is_old.any():
            old = pl.Series(fresh[is_old])
            again = again | told.is_in(old.implode()).fill_null(False)
        self._add(fresh[~is_old])
        return again

    def _add(self, fresh: Keys) -> None:
        """Keep new numbers; short runs are merged, so that there are few to look through."""
        if not len(fresh):
            return
        self.runs.append(fresh)
        while len(self.runs) > 1 and len(self.runs[-2]) + len(self.runs[-1]) <= RUN_KEYS:
            # Two sorted runs: the stable sort merges them in one pass.
            merged = np.concatenate([self.runs[-2], self.runs[-1]])
            merged.sort(kind="stable")
            self.runs[-2:] = [merged]
