"""From scored pairs to clusters: no chains, no merging against a decision.

Two rows that agree are one person; a chain of agreements is not, if its ends contradict. So pairs
are joined greedily by evidence, and when two groups meet, the evidence between *all* of their
members counts, for and against (greedy additive edge contraction). A "not the same person" of a
human being counts more than any evidence.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from cakup.linkage.graph import components, is_among
from cakup.linkage.vocabulary import Ints, Reals

#: Weight in bits of a decision "same person"; of "not the same person" the negative, and heavier.
SAME = 1_000.0
DIFFERENT = -1_000_000.0
#: Weight of a pair inside a large component that was never compared.
UNCOMPARED = -2.0
#: Components up to this size are compared pair by pair before they are cut.
CLOSED_SIZE = 40


@dataclass(frozen=True)
class Edges:
    """Evidence between nodes.

    Args:
        left: Smaller node of each pair.
        right: Larger node.
        bits: Evidence in bits above the threshold: positive joins.
    """

    left: Ints
    right: Ints
    bits: Reals

    def plus(self, other: Edges) -> Edges:
        """Return both sets of edges."""
        return Edges(
            np.concatenate([self.left, other.left]),
            np.concatenate([self.right, other.right]),
            np.concatenate([self.bits, other.bits]),
        )


def edges(left: Ints, right: Ints, bits: Reals | float) -> Edges:
    """Return edges with the smaller node first."""
    a, b = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    weight = np.broadcast_to(np.asarray(bits, dtype=float), a.shape).copy()
    return Edges(np.minimum(a, b), np.maximum(a, b), weight)


def clusters(n: int, found: Edges) -> Ints:
    """Return for each of ``n`` nodes the smallest node of its cluster.

    Args:
        n: Number of nodes.
        found: Evidence; pairs that are absent say nothing, except in components larger than
            ``CLOSED_SIZE``, where each counts ``UNCOMPARED`` bits.
    """
    joins = found.bits > 0
    label = components(n, found.left[joins], found.right[joins])
    inside = label[found.left] == label[found.right]
    size = np.bincount(label, minlength=n)
    tangled = np.zeros(n, dtype=bool)
    tangled[label[found.left[inside & ~joins]]] = True
    tangled |= size > CLOSED_SIZE
    if not tangled.any():
        return label
    chosen = inside & tangled[label[found.left]]
    return _cut(label, size, Edges(found.left[chosen], found.right[chosen], found.bits[chosen]))


def uncompared(n: int, found: Edges) -> tuple[Ints, Ints]:
    """Return the pairs inside components that have no edge, for components of bearable size."""
    joins = found.bits > 0
    label = components(n, found.left[joins], found.right[joins])
    size = np.bincount(label, minlength=n)
    members = np.flatnonzero((size[label] > 2) & (size[label] <= CLOSED_SIZE))
    order = members[np.lexsort((members, label[members]))]
    left, right, step = [], [], 1
    index = np.arange(len(order))
    while True:
        index = (
            index[: max(len(order) - step, 0)] if step == 1 else index[index + step < len(order)]
        )
        index = index[label[order[index]] == label[order[index + step]]]
        if not len(index):
            break
        left.append(order[index])
        right.append(order[index + step])
        step += 1
    if not left:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    low, high = np.concatenate(left), np.concatenate(right)
    new = ~is_among(low * n + high, found.left * n + found.right)
    return low[new], high[new]


def _cut(label: Ints, size: Ints, inner: Edges) -> Ints:
    """Cut the components that hold contradictions; ``inner`` are all their edges."""
    out = label.copy()
    order = np.lexsort((inner.right, inner.left, label[inner.left]))
    left, right, bits = inner.left[order], inner.right[order], inner.bits[order]
    owner = label[left]
    starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    stops = np.append(starts[1:], len(owner))
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        part = slice(start, stop)
        absent = UNCOMPARED if size[owner[start]] > CLOSED_SIZE else 0.0
        parents = contract(left[part].tolist(), right[part].tolist(), bits[part].tolist(), absent)
        for node, parent in parents.items():
            out[node] = parent
    return out


def contract(
    left: list[int], right: list[int], bits: list[float], absent: float = 0.0
) -> dict[int, int]:
    """Contract the strongest edge until none is positive.

    Args:
        left: Nodes.
        right: Nodes.
        bits: Evidence per edge; parallel edges add up.
        absent: Evidence of a pair of nodes without an edge.

    Returns:
        Node → smallest node of its cluster. Ties fall to the smaller nodes.
    """
    around: dict[int, dict[int, float]] = {}
    for a, b, w in zip(left, right, bits, strict=True):
        around.setdefault(a, {})[b] = around.setdefault(a, {}).get(b, 0.0) + w
        around.setdefault(b, {})[a] = around.setdefault(b, {}).get(a, 0.0) + w
    parent = {node: node for node in around}
    members = dict.fromkeys(around, 1)
    pairs = {node: dict.fromkeys(near, 1.0) for node, near in around.items()} if absent else {}

    def total(a: int, b: int) -> float:
        w = around[a][b]
        return w + absent * (members[a] * members[b] - pairs[a][b]) if absent else w

    heap = [(-total(a, b), a, b) for a in around for b in around[a] if a < b and around[a][b] > 0]
    heapq.heapify(heap)
    while heap:
        negative, a, b = heapq.heappop(heap)
        if (
            a not in around
            or b not in around.get(a, {})
            or -negative != total(a, b)
            or negative >= 0
        ):
            continue
        _merge(a, b, around, parent, members, pairs)
        for c in around[a]:
            w = total(a, c)
            if w > 0:
                heapq.heappush(heap, (-w, min(a, c), max(a, c)))
    return {node: _root(node, parent) for node in parent}


def _merge(
    a: int,
    b: int,
    around: dict[int, dict[int, float]],
    parent: dict[int, int],
    members: dict[int, int],
    pairs: dict[int, dict[int, float]],
) -> None:
    """Take node ``b`` into node ``a``, the smaller one."""
    parent[b] = a
    members[a] += members[b]
    for table in (around, pairs):
        if not table:
            continue
        gone = table.pop(b)
        del table[a][b]
        for c, value in gone.items():
            if c != a:
                del table[c][b]
                table[a][c] = table[c][a] = table[a].get(c, 0) + value


def _root(node: int, parent: dict[int, int]) -> int:
    while parent[node] != node:
        node = parent[node]
    return node
