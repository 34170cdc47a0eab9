"""Do printed figures fit together? One whole covered and one whole base must fit all of them.

Every printed figure leaves an interval (``coverage.printed``). Together they cut a polygon out of
the plane (covered, base); the figures are *compatible* if it holds a whole-number point
(``coverage.lattice``). A verdict is a question to the publisher, never a correction of the record.
Source of the rules: ``docs/how-to/memeriksa-angka.md``; decision 0025.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any, Literal

from cakup.coverage.lattice import Line, lowest_ratio, minimise
from cakup.coverage.printed import Printed, read_count, read_percent

NAMES = ("covered", "base", "percent", "gap", "gap_percent", "new")
PERCENT_NAMES = ("percent", "gap_percent")
Rounding = Literal["nearest", "truncated"]
#: No printed figure is above 10^15 and no percentage finer than 10^-9, so every finite answer is
#: below 10^30, and every answer that only this fence holds is above 10^40.
FENCE = 10**60
FINITE = 10**35


@dataclass(frozen=True)
class Span:
    """A range of numbers.

    Args:
        low: Smallest.
        high: Largest, None if nothing bounds it.
    """

    low: Fraction
    high: Fraction | None

    def as_json(self) -> dict[str, int | float | None]:
        """Return ``{"low", "high"}``; whole numbers are whole in JSON."""
        return {"low": _number(self.low), "high": None if self.high is None else _number(self.high)}


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Args:
        compatible: Whether one pair of whole numbers fits all figures.
        rounding: ``nearest``; ``truncated`` if only cut-off percentages fit; None if nothing does.
        given: The figures by name, as read.
        conflicts: Sets of figures that clash while every smaller part of them fits, by size.
        implied: If compatible, what all figures together leave for each name; ``new`` is then the
            percentage after the addition. If not, what the *other* figures would ask of each
            figure of a conflict: the nearest consistent values.
        is_exact: Whether the figures fit as printed, without any rounding.
    """

    compatible: bool
    rounding: Rounding | None
    given: dict[str, Printed]
    conflicts: tuple[tuple[str, ...], ...]
    implied: dict[str, Span]
    is_exact: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the verdict in the shape of ``cakup check-figure --json``."""
        return {
            "compatible": self.compatible,
            "rounding": self.rounding,
            "given": {
                name: {"text": one.text, **Span(one.low, one.high).as_json()}
                for name, one in self.given.items()
            },
            "conflicts": [list(names) for names in self.conflicts],
            "implied": {name: span.as_json() for name, span in self.implied.items()},
        }


def read_figures(texts: Mapping[str, str | None]) -> dict[str, Printed]:
    """Read the figures that were given, in the order of ``NAMES``.

    Args:
        texts: Printed text by name; None = not given.
    """
    readers = {name: read_percent if name in PERCENT_NAMES else read_count for name in NAMES}
    return {
        name: readers[name](text, f"--{name.replace('_', '-')}")
        for name in NAMES
        if (text := texts.get(name)) is not None
    }


def check(given: Mapping[str, Printed]) -> Verdict:
    """Check whether figures fit together.

    Args:
        given: Figures by name, see ``read_figures``.
    """
    claims = Claims.of(given)
    rounding = claims.rounding()
    if rounding is not None:
        ranges = _implied(claims, rounding)
        return Verdict(
            True, rounding, dict(given), (), ranges, claims.as_points().rounding() is not None
        )
    clashes = smallest_clashes(claims)
    return Verdict(False, None, dict(given), clashes, _asked_by_the_others(claims, clashes))


@dataclass(frozen=True)
class Claims:
    """Figures that are said to describe one place on one day.

    Args:
        given: Figures by name.
        is_above_base: Whether more persons than the base may be covered. A part does not exceed
            its whole, unless a percentage above 100 is itself printed (commuters counted at their
            place of work).
    """

    given: Mapping[str, Printed]
    is_above_base: bool = False

    @staticmethod
    def of(given: Mapping[str, Printed]) -> Claims:
        """Return the claims; a printed percentage above 100 lifts the limit for all of them."""
        return Claims(given, "percent" in given and given["percent"].point > 100)

    def part(self, names: Sequence[str]) -> Claims:
        """Return some of the claims, read under the same limit."""
        return Claims({name: self.given[name] for name in names}, self.is_above_base)

    def as_points(self) -> Claims:
        """Return the claims without their intervals."""
        points = {
            name: replace(one, low=one.point, high=one.point, is_rounded=False)
            for name, one in self.given.items()
        }
        return Claims(points, self.is_above_base)

    def rounding(self) -> Rounding | None:
        """Return the rounding under which the figures fit together, None if under none."""
        if minimise(self.region("nearest"), (0, 1)):
            return "nearest"
        is_rounded = any(one.is_rounded for one in self.given.values())
        if is_rounded and minimise(self.region("truncated"), (0, 1)):
            return "truncated"
        return None

    def region(self, rounding: Rounding) -> list[Line]:
        """Return the lines around all pairs (x = covered, y = base) that the figures allow."""
        least_base = 1 if any(name in self.given for name in PERCENT_NAMES) else 0
        lines: list[Line] = [(-1, 0, 0), (1, 0, FENCE), (0, -1, -least_base), (0, 1, FENCE)]
        if not self.is_above_base:
            lines.append((1, -1, 0))
        weights = {"covered": (1, 0), "base": (0, 1), "gap": (-1, 1)}
        for name, one in self.given.items():
            if name in weights:
                (a, b), low, high = weights[name], int(one.low), int(one.high)
                lines += [(a, b, high), (-a, -b, -low)]
            elif name == "new":
                lines.append((1, -1, -int(one.low)))
            else:
                lines += _percent_lines(one, rounding, is_gap=name == "gap_percent")
        return lines


def smallest_clashes(claims: Claims) -> tuple[tuple[str, ...], ...]:
    """Return every set of figures that clashes while each smaller part of it fits."""
    found: list[tuple[str, ...]] = []
    for size in range(1, len(claims.given) + 1):
        for names in combinations(claims.given, size):
            if any(set(smaller) <= set(names) for smaller in found):
                continue
            if claims.part(names).rounding() is None:
                found.append(names)
    return tuple(found)


def _percent_lines(one: Printed, rounding: Rounding, *, is_gap: bool) -> list[Line]:
    """Return the two lines of ``low ≤ 100·covered/base ≤ high``, or of the gap's percentage."""
    cut_off = rounding == "truncated" and one.is_rounded
    low, high = (one.point, one.point + one.unit) if cut_off else (one.low, one.high)
    lines = []
    for bound, sign in ((low, -1), (high, 1)):
        # sign·(100·part − bound·base) ≤ 0, times the denominator of the bound
        per_part, per_base = sign * 100 * bound.denominator, -sign * bound.numerator
        covered, base = (-per_part, per_base + per_part) if is_gap else (per_part, per_base)
        # A cut-off percentage is strictly below the next printed digit.
        lines.append((covered, base, -1 if cut_off and sign > 0 else 0))
    return lines


def _implied(claims: Claims, rounding: Rounding) -> dict[str, Span]:
    """Return the tightest range of every name that the figures leave."""
    region = claims.region(rounding)
    found = {
        "covered": _extremes(region, (1, 0)),
        "base": _extremes(region, (0, 1)),
        "gap": _extremes(region, (-1, 1)),
    }
    low, high = lowest_ratio(region), lowest_ratio(region, sign=-1)
    if low is not None and high is not None:
        found["percent"] = Span(100 * low, 100 * high)
        found["gap_percent"] = Span(100 - 100 * high, 100 - 100 * low)
        if "new" in claims.given:
            found["new"] = _percent_after(region, claims.given["new"])
    return {name: found[name] for name in NAMES if name in found}


def _extremes(region: Sequence[Line], weights: tuple[int, int]) -> Span:
    """Return the least and greatest value of a weighted sum over the region's points."""
    p, q = weights
    least, most = minimise(region, weights), minimise(region, (-p, -q))
    assert least is not None, "the region holds a point"
    assert most is not None
    low, high = (p * x + q * y for x, y in (least, most))
    return Span(Fraction(low), Fraction(high) if high < FINITE else None)


def _percent_after(region: Sequence[Line], new: Printed) -> Span:
    """Return the percentage after adding ``new`` persons, who all come out of the gap."""
    low = lowest_ratio(region, int(new.low))
    room = [*region, (-1, 1, int(new.high))]
    if minimise(room, (0, 1)) is not None:
        high: Fraction | None = Fraction(1)
    else:
        high = lowest_ratio(region, int(new.high), sign=-1)
    assert low is not None, "the region holds a point with a base"
    assert high is not None
    return Span(100 * low, 100 * high)


def _asked_by_the_others(claims: Claims, clashes: Sequence[Sequence[str]]) -> dict[str, Span]:
    """Return, for every figure of a clash, what the rest of that clash would ask of it."""
    asked: dict[str, Span] = {}
    for names in clashes:
        for name in names:
            others = claims.part([n for n in names if n != name])
            rounding = others.rounding() if others.given else None
            if name in asked or rounding is None or name == "new":
                continue
            ranges = _implied(others, rounding)
            if name in ranges:
                asked[name] = ranges[name]
    return {name: asked[name] for name in NAMES if name in asked}


def _number(value: Fraction) -> int | float:
    """Return a whole number as ``int``, anything else as the nearest ``float``."""
    if value.denominator == 1:
        return int(value)
    return float(value) if value * FINITE > 1 else 0.0
