"""Connected components of pairs, without loops over rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cakup.linkage.vocabulary import Ints


def components(n: int, left: Ints, right: Ints) -> Ints:
    """Return for each of ``n`` nodes the smallest node it is connected with.

    Args:
        n: Number of nodes, 0 … n−1.
        left: One end of each edge.
        right: The other end.
    """
    label = np.arange(n, dtype=np.int64)
    a, b = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    while len(a):
        low = np.minimum(label[a], label[b])
        np.minimum.at(label, label[a], low)
        np.minimum.at(label, label[b], low)
        while True:
            shorter = label[label]
            if np.array_equal(shorter, label):
                break
            label = shorter
        open_ = label[a] != label[b]
        a, b = a[open_], b[open_]
    return label


def is_among(values: Ints, held: Ints) -> NDArray[np.bool_]:
    """Return whether each value is among others; faster than ``np.isin`` on large numbers.

    Args:
        values: Numbers.
        held: Numbers to look among, in any order.
    """
    if not len(held):
        return np.zeros(len(values), dtype=bool)
    ordered = np.sort(held)
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    found: NDArray[np.bool_] = ordered[at] == values
    return found


def ends_of(n: int, left: Ints, right: Ints) -> NDArray[np.bool_]:
    """Return which of ``n`` nodes are in a pair.

    Args:
        n: Number of nodes.
        left: One node of each pair.
        right: The other.
    """
    found = np.zeros(n, dtype=bool)
    found[left] = found[right] = True
    return found
