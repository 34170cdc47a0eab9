"""Some of many rows or values, chosen by what they say and not by where they stand.

What a column holds, or in which order a table writes day and month, is told from a part of a large
table. Were that its first rows, or every tenth, a table sorted otherwise could be read otherwise.
"""

from __future__ import annotations

import numpy as np
import polars as pl

_SEED = 11


def some_rows(table: pl.DataFrame, n: int) -> pl.DataFrame:
    """Return ``n`` rows of a table as if by lot, whatever their order; all of a small one.

    Args:
        table: Rows, most of which differ: equal ones are taken together.
        n: Rows.
    """
    if table.height <= n:
        return table
    keys = table.hash_rows(_SEED).to_numpy()
    return table[np.sort(np.argpartition(keys, n)[:n])]


def every_nth(table: pl.DataFrame, n: int) -> pl.DataFrame:
    """Return about one of ``n`` rows; which does not depend on the piece in which a row comes.

    Args:
        table: Rows, or a piece of them.
        n: One of how many.
    """
    return table.filter(table.hash_rows(_SEED) % n == 0) if n > 1 else table


def some_values(values: pl.Series, n: int) -> pl.Series:
    """Return ``n`` values of a column in the shares in which they occur, whatever their order.

    Args:
        values: Values, repeated as they may be; all are returned if there are no more.
        n: Values.
    """
    if len(values) <= n:
        return values
    counts = values.alias("v").value_counts(name="n").sort(pl.col("v").hash(_SEED))
    ends = counts["n"].cum_sum().to_numpy()
    places = (np.arange(n) + 0.5) * len(values) / n
    return counts["v"].gather(np.searchsorted(ends, places, side="right")).alias(values.name)
