"""Why two rows that agree are not one person: the pair that speaks against it.

When groups of rows meet, the evidence between all of their members counts. A pair that agrees stays
apart if another pair of the same two groups contradicts it more; that other pair is what a reader
must see to understand the cut.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.linkage.clusters import Edges
from cakup.linkage.vocabulary import Ints

#: Pattern of a pair whose evidence was so low that it was forgotten.
FORGOTTEN = -1
#: In a pattern as text: between the pattern of a pair and that of what contradicts it.
AGAINST, NOTHING_ALIKE = " bertentangan: ", "tidak_serupa"
SCHEMA = {"l": pl.Int64, "r": pl.Int64, "against": pl.Int64}


def cuts(weighed: Edges, pattern: Ints, forgotten: Edges, label: Ints) -> pl.DataFrame:
    """Return the agreeing pairs that were cut, each with what contradicts it most.

    Args:
        weighed: Scored pairs, bits above the threshold.
        pattern: Pattern of each, see ``compare.packed``.
        forgotten: Pairs inside the same components that were compared and forgotten.
        label: Group of each node after cutting.

    Returns:
        ``l``, ``r`` (nodes) and ``against``: the pattern of the contradicting pair, ``FORGOTTEN``
        if it agrees in next to nothing. Pairs that nothing contradicts are left out.
    """
    n = np.int64(len(label))

    def groups(found: Edges) -> Ints:
        a, b = label[found.left], label[found.right]
        return np.minimum(a, b) * n + np.maximum(a, b)

    apart = label[weighed.left] != label[weighed.right]
    group = groups(weighed)
    agree, contradict = apart & (weighed.bits > 0), apart & (weighed.bits <= 0)
    if not agree.any():
        return pl.DataFrame(schema=SCHEMA)
    against = pl.DataFrame(
        {
            "group": np.concatenate([group[contradict], groups(forgotten)]),
            "bits": np.concatenate([weighed.bits[contradict], forgotten.bits]),
            "against": np.concatenate(
                [pattern[contradict], np.full(len(forgotten.left), FORGOTTEN)]
            ),
        }
    )
    against = against.sort("group", "bits", "against").unique("group", keep="first")
    found = pl.DataFrame(
        {"l": weighed.left[agree], "r": weighed.right[agree], "group": group[agree]}
    )
    return found.join(against, on="group").select(*SCHEMA).sort("l", "r")
