"""Which rows of a table of anything are compared: keys made of its own columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from cakup.linkage.candidates import MOST_KEYS, Key
from cakup.linkage.generic.values import CLASS, WORDY, Column
from cakup.linkage.vocabulary import Ints

#: Pairs per row that one key may make in large tables.
ALONE, TOGETHER = 0.5, 0.35
#: Ways of each column that are crossed with those of another.
CROSSED = 3


def keys(columns: Sequence[Column]) -> list[Key]:
    """Return the keys of a table.

    Every column by itself and every two together, exact and by sound, beginning, end or word. A
    key that would make too many pairs is cut by a third column or dropped, so a column that is
    constant costs nothing and one that is unique finds nothing.

    Args:
        columns: Columns.
    """
    found: list[Key] = []
    useful = [c for c in columns if c.value.any()]
    for told in useful:
        if told.kind != CLASS:
            refine = tuple(o.value for o in useful if o is not told)
            alone = tuple((way[told.value],) for way in _ways(told))
            found.append(Key(f"{told.name}", alone, refine[:4], ALONE))
    pairs = sorted(combinations(useful, 2), key=lambda p: -p[0].power - p[1].power)
    for a, b in pairs[: MOST_KEYS - len(found)]:
        third = tuple(c.value for c in useful if c is not a and c is not b)[:3]
        ways = tuple(
            (x[a.value], y[b.value]) for x in _ways(a)[:CROSSED] for y in _ways(b)[:CROSSED]
        )
        found.append(Key(f"{a.name}+{b.name}", ways, third, TOGETHER))
    return [k for k in found if any(all(part.any() for part in way) for way in k.ways)]


def _ways(told: Column) -> tuple[Ints, ...]:
    """Return the ways of a column, each a number per distinct value."""
    exact = np.arange(len(told.texts))
    return (exact, *told.keys) if told.kind in WORDY else told.keys
