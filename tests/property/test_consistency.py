"""The exact search agrees with walking over every pair of small numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.coverage.consistency import NAMES, check
from cakup.coverage.lattice import Line, floor_sum, lowest_ratio, minimise
from cakup.coverage.printed import Printed
from rounds import examples

SMALL = st.integers(-30, 30)
MOST = 45


@given(st.integers(0, 30), st.integers(1, 20), SMALL, SMALL)
def test_floor_sum(n: int, m: int, p: int, q: int) -> None:
    assert floor_sum(n, m, p, q) == sum((p * i + q) // m for i in range(n))


@settings(max_examples=examples(400), deadline=None)
@given(
    st.integers(1, 8),
    st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), SMALL), max_size=4),
    st.tuples(st.integers(-9, 9), st.integers(-9, 9)).filter(lambda w: w != (0, 0)),
    st.integers(0, 3),
)
def test_extreme_points(reach: int, lines: list[Line], weights: tuple[int, int], add: int) -> None:
    region = [(1, 0, reach), (-1, 0, reach), (0, 1, reach), (0, -1, reach), *lines]
    span = range(-reach, reach + 1)
    points = [(x, y) for x in span for y in span if all(a * x + b * y <= c for a, b, c in region)]
    found = minimise(region, weights)
    p, q = weights
    if points:
        assert found in points
        assert p * found[0] + q * found[1] == min(p * x + q * y for x, y in points)
    else:
        assert found is None
    ratios = [Fraction(x + add, y) for x, y in points if y >= 1]
    assert lowest_ratio(region, add) == (min(ratios) if ratios else None)
    assert lowest_ratio(region, add, sign=-1) == (max(ratios) if ratios else None)


def _count(low: int, width: int) -> Printed:
    return Printed("", Fraction(low), Fraction(low + width), Fraction(low), Fraction(1))


def _percent(point: int, unit: Fraction) -> Printed:
    value = point * unit
    low = max(value - unit / 2, Fraction(0))
    return Printed("", low, value + unit / 2, value, unit, is_rounded=True)


COUNTS = st.builds(_count, st.integers(0, 30), st.integers(0, 6))
PERCENTS = st.one_of(
    st.builds(_percent, st.integers(0, 100), st.just(Fraction(1))),
    st.builds(_percent, st.integers(0, 1000), st.just(Fraction(1, 10))),
    st.builds(_percent, st.integers(0, 10), st.just(Fraction(10))),
)
#: The base is always given, so that walking over all pairs ends.
FIGURES = st.fixed_dictionaries(
    {"base": st.builds(_count, st.integers(0, MOST - 6), st.integers(0, 6))},
    optional={
        "covered": COUNTS, "percent": PERCENTS, "gap": COUNTS,
        "gap_percent": PERCENTS, "new": COUNTS,
    },
)  # fmt: skip


#: Every pair (covered, base) and what the figures say of it; shares in percent.
PAIRS = [(covered, base) for base in range(MOST + 1) for covered in range(base + 1)]
SHARES = {(part, base): Fraction(100 * part, base) for part, base in PAIRS if base}


def _pairs(figures: dict[str, Printed], is_cut: bool) -> list[tuple[int, int]]:
    """Return every (covered, base) that fits, by walking."""
    found = PAIRS
    # Counts first: they leave fewer pairs for the comparing of fractions.
    for name in sorted(figures, key=lambda n: n.endswith("percent")):
        found = [p for p in found if _fits(name, figures[name], *p, is_cut)]
    return found


def _fits(name: str, one: Printed, covered: int, base: int, is_cut: bool) -> bool:
    counts = {"covered": covered, "base": base, "gap": base - covered}
    if name in counts:
        return one.low <= counts[name] <= one.high
    if name == "new":
        return base - covered >= one.low
    if base == 0:
        return False
    share = SHARES[covered if name == "percent" else base - covered, base]
    if is_cut:
        return one.point <= share < one.point + one.unit
    return one.low <= share <= one.high


def _rounding(figures: dict[str, Printed]) -> str | None:
    if _pairs(figures, False):
        return "nearest"
    return "truncated" if _pairs(figures, True) else None


@settings(max_examples=examples(300), deadline=None)
@given(FIGURES)
def test_verdict_and_implied_ranges(figures: dict[str, Printed]) -> None:
    verdict = check(figures)
    assert verdict.rounding == _rounding(figures)
    assert verdict.compatible is (verdict.rounding is not None)
    if not verdict.compatible:
        return
    pairs = _pairs(figures, verdict.rounding == "truncated")
    for name, value in {
        "covered": lambda c, b: c, "base": lambda c, b: b, "gap": lambda c, b: b - c,
    }.items():  # fmt: skip
        values = [value(c, b) for c, b in pairs]
        assert (verdict.implied[name].low, verdict.implied[name].high) == (
            min(values), max(values),
        )  # fmt: skip
    shares = [Fraction(100 * c, b) for c, b in pairs if b]
    if shares:
        span = verdict.implied["percent"]
        assert (span.low, span.high) == (min(shares), max(shares))
    if shares and "new" in figures:
        new = figures["new"]
        after = [
            Fraction(100 * (c + n), b)
            for c, b in pairs if b
            for n in range(int(new.low), min(int(new.high), b - c) + 1)
        ]  # fmt: skip
        span = verdict.implied["new"]
        assert (span.low, span.high) == (min(after), max(after))


@settings(max_examples=examples(150), deadline=None)
@given(FIGURES)
def test_conflicts_are_the_smallest_clashing_sets(figures: dict[str, Printed]) -> None:
    """Sets without a base are walked too: small counts keep every pair below the fence."""
    verdict = check(figures)
    if verdict.compatible:
        assert verdict.conflicts == ()
        return
    order = [n for n in NAMES if n in figures]
    for names in verdict.conflicts:
        clash = {n: figures[n] for n in names}
        if "base" in clash:
            assert _rounding(clash) is None
            for smaller in combinations([n for n in names if n != "base"], len(names) - 2):
                kept = {"base": figures["base"], **{n: figures[n] for n in smaller}}
                assert _rounding(kept) is not None
        assert set(names) <= set(order)
    assert not any(set(a) < set(b) for a in verdict.conflicts for b in verdict.conflicts)
