"""Thinning of boundaries so that neighbours keep one common line.

Every ring is cut where lines of several areas meet; each piece between two such points is thinned
once, in the same direction for both neighbours, so no gap opens between them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

Point = tuple[float, float]
Ring = tuple[Point, ...]
MIN_RING = 4


def thin(rings: Iterable[Ring], tolerance: float) -> list[Ring]:
    """Thin closed rings together.

    Args:
        rings: Rings whose last point repeats the first; coordinates already rounded alike.
        tolerance: Largest distance of a removed point from the new line, in units of the points.

    Returns:
        The rings in the same order; one that would vanish keeps its original points.
    """
    held = list(rings)
    junctions = _junctions(held)
    return [_thin_ring(r, junctions, tolerance) for r in held]


def _junctions(rings: Sequence[Ring]) -> set[Point]:
    """Return the points where more than two different lines meet."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for a, b in pairwise(ring):
            neighbours[a].add(b)
            neighbours[b].add(a)
    return {p for p, around in neighbours.items() if len(around) > 2}


def _thin_ring(ring: Ring, junctions: set[Point], tolerance: float) -> Ring:
    """Thin one ring piece by piece; a ring without junctions is cut at two far points."""
    body = list(ring[:-1])
    cuts = [i for i, p in enumerate(body) if p in junctions]
    if len(cuts) < 2:
        first = min(range(len(body)), key=lambda i: body[i])
        far = max(range(len(body)), key=lambda i: (_square(body[i], body[first]), body[i]))
        cuts = sorted({*cuts, first, far})
    turned = body[cuts[0] :] + body[: cuts[0]]
    stops = [c - cuts[0] for c in cuts] + [len(body)]
    turned.append(turned[0])
    thinned: list[Point] = []
    for a, b in pairwise(stops):
        thinned += _thin_line(turned[a : b + 1], tolerance)[:-1]
    thinned.append(thinned[0])
    return tuple(thinned) if len(thinned) >= MIN_RING else ring


def _thin_line(line: list[Point], tolerance: float) -> list[Point]:
    """Douglas-Peucker in one canonical direction, so that both neighbours get the same line."""
    if line[0] > line[-1] or (line[0] == line[-1] and line[1:-1] > line[-2:0:-1]):
        return _peucker(line[::-1], tolerance)[::-1]
    return _peucker(line, tolerance)


def _peucker(line: list[Point], tolerance: float) -> list[Point]:
    """Keep the ends and, again and again, the point farthest from the line between kept ones."""
    keep = {0, len(line) - 1}
    stack = [(0, len(line) - 1)]
    while stack:
        a, b = stack.pop()
        if b - a < 2:
            continue
        far = max(range(a + 1, b), key=lambda i: _distance_square(line[i], line[a], line[b]))
        if _distance_square(line[far], line[a], line[b]) > tolerance**2:
            keep.add(far)
            stack += [(a, far), (far, b)]
    return [line[i] for i in sorted(keep)]


def _square(p: Point, q: Point) -> float:
    return (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2


def _distance_square(p: Point, a: Point, b: Point) -> float:
    """Return the squared distance of ``p`` from the piece of line between ``a`` and ``b``."""
    length = _square(a, b)
    if length == 0:
        return _square(p, a)
    along = ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length
    along = min(1.0, max(0.0, along))
    return _square(p, (a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])))
