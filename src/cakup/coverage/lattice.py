"""Whole-number points in a convex region of the plane, found exactly and fast.

Printed figures leave a region of possible pairs (covered, base): a polygon cut out by straight
lines. Whether a pair of *whole* numbers lies in it, and which is the extreme one, is decided here
without walking over a base of 10^9: the number of lattice points under a line is a *floor sum*
(an Euclid-like recursion of logarithmic length), so columns of a region are counted, not visited.

A line is ``(a, b, c)`` and means ``a·x + b·y ≤ c`` with whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import gcd

Line = tuple[int, int, int]
Point = tuple[int, int]
#: ``(p, q, m)``: the value ``(p·t + q) / m`` at column ``t``, with ``m > 0``.
Edge = tuple[int, int, int]


def floor_sum(n: int, m: int, p: int, q: int) -> int:
    """Return ``Σ floor((p·i + q) / m)`` for ``i = 0 … n−1``.

    Args:
        n: Number of terms, 0 or more.
        m: Divisor, 1 or more.
        p: Slope, any whole number.
        q: Offset, any whole number.
    """
    total = 0
    while n > 0:
        total += (p // m) * n * (n - 1) // 2 + (q // m) * n
        p, q = p % m, q % m
        top = p * n + q
        if top < m:
            break
        n, q = divmod(top, m)
        m, p = p, m
    return total


def minimise(lines: Sequence[Line], weights: Point) -> Point | None:
    """Return a lattice point of a bounded region with the smallest ``p·x + q·y``.

    Args:
        lines: Lines that bound the region on every side.
        weights: ``(p, q)``, not both 0.

    Returns:
        The point, or None if the region holds no whole-number point.
    """
    p, q = weights
    shared = gcd(p, q)
    p, q = p // shared, q // shared
    v, w = _bezout(p, q)
    # t = p·x + q·y and s = −w·x + v·y: a change of axes of determinant 1 maps the lattice on
    # itself, so the smallest weighted sum is the first column t that holds a lattice point.
    turned = [(a * v + b * w, b * p - a * q, c) for a, b, c in lines]
    found = first_column(turned)
    if found is None:
        return None
    t, s = found
    return v * t - q * s, w * t + p * s


def lowest_ratio(lines: Sequence[Line], add: int = 0, sign: int = 1) -> Fraction | None:
    """Return the smallest ``(x + add) / y`` over lattice points with ``y ≥ 1``.

    Dinkelbach's iteration: each step asks for a point that beats the ratio held; the ratios fall
    strictly and the last one is proven to be the smallest.

    Args:
        lines: Lines of a bounded region; ``y ≥ 1`` is added here.
        add: Whole number added to ``x``.
        sign: −1 asks for the largest ratio instead.
    """
    region = [*lines, (0, -1, -1)]
    point = minimise(region, (0, 1))
    if point is None:
        return None
    ratio = Fraction(point[0] + add, point[1])
    while True:
        up, down = sign * ratio.denominator, sign * ratio.numerator
        point = minimise(region, (up, -down))
        if point is None or up * (point[0] + add) - down * point[1] >= 0:
            return ratio
        ratio = Fraction(point[0] + add, point[1])


def first_column(lines: Sequence[Line]) -> Point | None:
    """Return the smallest ``t`` with a whole ``s`` in the bounded region, and the least such ``s``.

    Args:
        lines: ``a·t + b·s ≤ c``; together they must bound the region on every side.
    """
    lowers = [(a, -c, -b) for a, b, c in lines if b < 0]
    uppers = [(-a, c, b) for a, b, c in lines if b > 0]
    flat = [(a, c) for a, b, c in lines if b == 0]
    meeting = [
        (pl * mu - pu * ml, qu * ml - ql * mu) for pl, ql, ml in lowers for pu, qu, mu in uppers
    ]
    span = _span([*flat, *meeting])
    if span is None:
        return None
    for start, end, lower, upper in _pieces(span, lowers, uppers):
        # Inside the span upper ≥ lower, so every column adds 0 or more and counts never fall.
        if _points(start, end, lower, upper):
            t = _first_with_points(start, end, lower, upper)
            return t, -(-(lower[0] * t + lower[1]) // lower[2])
    return None


def _bezout(p: int, q: int) -> Point:
    """Return ``(v, w)`` with ``p·v + q·w = 1`` for coprime ``p`` and ``q``."""
    old, new = (p, 1, 0), (q, 0, 1)
    while new[0]:
        times = old[0] // new[0]
        old, new = (
            new,
            (
                old[0] - times * new[0],
                old[1] - times * new[1],
                old[2] - times * new[2],
            ),
        )
    return old[0] * old[1], old[0] * old[2]


def _span(limits: Sequence[tuple[int, int]]) -> Point | None:
    """Return the first and last whole ``t`` with ``a·t ≤ c`` for every limit, None if none."""
    low: int | None = None
    high: int | None = None
    for a, c in limits:
        if a > 0:
            high = c // a if high is None else min(high, c // a)
        elif a < 0:
            low = -(c // -a) if low is None else max(low, -(c // -a))
        elif c < 0:
            return None
    if low is None or high is None:
        raise ValueError("the region is not bounded")
    return (low, high) if low <= high else None


def _pieces(
    span: Point, lowers: Sequence[Edge], uppers: Sequence[Edge]
) -> Iterator[tuple[int, int, Edge, Edge]]:
    """Cut the span into ranges on which one lower and one upper edge decide."""
    start, last = span
    cuts = {last}
    for edges in (lowers, uppers):
        for (p1, q1, m1), (p2, q2, m2) in combinations(edges, 2):
            slope = p1 * m2 - p2 * m1
            if slope:
                cut = (q2 * m1 - q1 * m2) // slope
                if start <= cut < last:
                    cuts.add(cut)
    for end in sorted(cuts):
        # No two edges cross inside the range, so the order of the sums at its ends is their order.
        yield start, end, _extreme(lowers, start, end, -1), _extreme(uppers, start, end, 1)
        start = end + 1


def _extreme(edges: Sequence[Edge], start: int, end: int, sign: int) -> Edge:
    """Return the lowest (``sign`` 1) or highest (−1) edge between two columns."""
    return min(edges, key=lambda e: sign * Fraction(e[0] * (start + end) + 2 * e[1], e[2]))


def _points(start: int, end: int, lower: Edge, upper: Edge) -> int:
    """Return the number of lattice points in columns ``start … end`` between two edges."""
    n = end - start + 1
    above = floor_sum(n, upper[2], upper[0], upper[0] * start + upper[1])
    below = floor_sum(n, lower[2], -lower[0], -(lower[0] * start + lower[1]))
    return above + below + n


def _first_with_points(start: int, end: int, lower: Edge, upper: Edge) -> int:
    """Return the first column that holds a lattice point, known to be in ``start … end``."""
    step = 1
    while not _points(start, min(start + step - 1, end), lower, upper):
        step *= 2
    low, high = start + step // 2, min(start + step - 1, end)
    while low < high:
        middle = (low + high) // 2
        if _points(start, middle, lower, upper):
            high = middle
        else:
            low = middle + 1
    return low
