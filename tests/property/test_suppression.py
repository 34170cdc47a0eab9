"""Nobody can compute a hidden count: a linear programme tries it, on random trees and months."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from cakup.privacy.suppression import Group, hidden_groups, hidden_terms
from rounds import examples

#: More with CAKUP_EXAMPLES=1000; the suite has to stay short.
EXAMPLES = examples(40)
LIMIT = 5
counts = st.one_of(st.integers(0, 6), st.integers(0, 6), st.integers(0, 40))


def walk(group: Group) -> Iterator[Group]:
    yield group
    for part in group.parts:
        yield from walk(part)


def whole(key: str, parts: list[Group]) -> Group:
    return Group(key, tuple(sum(c) for c in zip(*(p.counts for p in parts), strict=True)),
                 tuple(parts))  # fmt: skip


@st.composite
def trees(draw: st.DrawFn, columns: int | None = None) -> Group:
    """City → one to four kecamatan → one to five kelurahan; or city → groups."""
    width = columns or draw(st.integers(1, 2))
    leaf = st.tuples(*[counts] * width)
    if draw(st.booleans()):
        held = draw(st.lists(leaf, min_size=1, max_size=8))
        return whole("kota", [Group(f"g{i}", c) for i, c in enumerate(held)])
    held = draw(st.lists(st.lists(leaf, min_size=1, max_size=5), min_size=1, max_size=4))
    return whole("kota", [
        whole(f"k{i}", [Group(f"k{i}.{j}", c) for j, c in enumerate(inner)])
        for i, inner in enumerate(held)
    ])  # fmt: skip


def widths(root: Group, hidden: frozenset[str], known: dict[str, int] | None = None,
           column: int = 0) -> dict[str, float]:  # fmt: skip
    """Return, for every hidden group, how far its count may still range.

    The attacker knows every shown count, that parts add up and that no count is negative, and
    ``known``: counts that he has from elsewhere. Nothing of the code under test is used.
    """
    names = [g.key for g in walk(root)]
    at = {name: i for i, name in enumerate(names)}
    rows, right = [], []
    for group in walk(root):
        if group.parts:
            row = np.zeros(len(names))
            row[at[group.key]] = 1
            for part in group.parts:
                row[at[part.key]] = -1
            rows.append(row)
            right.append(0)
    fixed = {g.key: g.counts[column] for g in walk(root) if g.key not in hidden}
    fixed |= known or {}
    limits = [(fixed[n], fixed[n]) if n in fixed else (0, None) for n in names]
    equal = {"A_eq": np.array(rows), "b_eq": np.array(right)} if rows else {}
    found = {}
    for name in sorted(hidden):
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(names))
            aim[at[name]] = sign
            solved = linprog(aim, bounds=limits, **equal)
            assert solved.status in (0, 3), solved.message
            ends.append(sign * (solved.fun if solved.status == 0 else float("-inf")))
        found[name] = ends[1] - ends[0]
    return found


def assert_safe(root: Group, hidden: frozenset[str]) -> None:
    for column in range(len(root.counts)):
        if root.counts[column] == 0 and root.key not in hidden:
            continue  # a shown 0 of the whole: nobody is in any part, and nothing is hidden
        above = {p.key: g for g in walk(root) for p in g.parts}
        for name, width in widths(root, hidden, column=column).items():
            upward = name
            while upward in hidden and upward in above:
                upward = above[upward].key
            shown = next(g for g in walk(root) if g.key == upward)
            if upward not in hidden and shown.counts[column] == 0:
                continue  # the same one level down
            assert width >= LIMIT, (name, width)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None)
@given(trees())
def test_no_hidden_count_can_be_computed(root: Group) -> None:
    hidden = hidden_groups(root, LIMIT)
    small = {g.key for g in walk(root) if any(0 < n < LIMIT for n in g.counts)}
    assert small <= hidden
    assert_safe(root, hidden)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None)
@given(st.data())
def test_two_months_do_not_fit_together(data: st.DataObject) -> None:
    """What was hidden stays hidden, and neither month nor their difference can be computed."""
    first = data.draw(trees(columns=1))
    moves = {g.key: data.draw(st.integers(0, 3)) for g in walk(first) if not g.parts}

    def later(group: Group) -> Group:
        if group.parts:
            return whole(group.key, [later(p) for p in group.parts])
        return Group(group.key, tuple(n + moves[group.key] for n in group.counts))

    second = later(first)
    was = hidden_groups(first, LIMIT)
    now = hidden_groups(second, LIMIT, was)
    assert was <= now
    assert_safe(second, now)
    assert_safe(first, was)
    for name, width in change_widths(first, was, second, now).items():
        under_nobody = any(
            name in set(g.all_keys()) and g.key not in now
            for g in walk(second) if g.counts[0] == 0
        )  # fmt: skip
        assert width >= LIMIT or under_nobody, (name, width)


def change_widths(
    first: Group, was: frozenset[str], second: Group, now: frozenset[str]
) -> dict[str, float]:
    """Return how far the change of every hidden group may range, both months known together."""
    names = [g.key for g in walk(first)]
    at = {name: i for i, name in enumerate(names)}
    rows = []
    for group in (g for g in walk(first) if g.parts):
        for shift in (0, len(names)):
            row = np.zeros(2 * len(names))
            row[at[group.key] + shift] = 1
            for part in group.parts:
                row[at[part.key] + shift] = -1
            rows.append(row)
    limits: list[tuple[int, int | None]] = []
    for tree, hidden in ((first, was), (second, now)):
        held = {g.key: g.counts[0] for g in walk(tree)}
        limits += [(0, None) if n in hidden else (held[n], held[n]) for n in names]
    found = {}
    for name in sorted(now):
        ends = []
        for sign in (1, -1):
            aim = np.zeros(2 * len(names))
            aim[at[name]], aim[at[name] + len(names)] = -sign, sign
            solved = linprog(aim, A_eq=np.array(rows), b_eq=np.zeros(len(rows)), bounds=limits)
            assert solved.status in (0, 3), solved.message
            ends.append(sign * (solved.fun if solved.status == 0 else float("-inf")))
        found[name] = ends[1] - ends[0]
    return found


def test_hiding_the_small_group_alone_is_found_out() -> None:
    """The programme of this test sees what a careless publisher would miss."""
    root = whole("kota", [Group("a", (3,)), Group("b", (90,)), Group("c", (60,))])
    assert widths(root, frozenset({"a"})) == {"a": 0}


def test_a_group_that_grew_stays_hidden_with_its_cover() -> None:
    """If both were shown next month, last month's small group would be a subtraction away."""
    first = whole("kota", [Group("a", (3,)), Group("b", (90,)), Group("c", (60,))])
    second = whole("kota", [Group("a", (8,)), Group("b", (90,)), Group("c", (60,))])
    was = hidden_groups(first, LIMIT)
    assert hidden_groups(second, LIMIT) == frozenset()
    assert widths(first, was, known={"c": 60})["a"] == 0
    assert hidden_groups(second, LIMIT, was) == was == {"a", "c"}


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None)
@given(st.lists(st.integers(-40, 40).filter(bool), max_size=9))
def test_hidden_reasons_of_a_movement_cannot_be_computed(values: list[int]) -> None:
    """Gains are not below 0, losses not above; the movement as a whole is known."""
    terms = [(f"t{i}", n) for i, n in enumerate(values)]
    hidden = hidden_terms(terms, LIMIT)
    if hidden is None:
        same = all(n > 0 for n in values) or all(n < 0 for n in values)
        assert same
        assert abs(sum(values)) < LIMIT or len(values) == 1
        return
    assert {k for k, n in terms if abs(n) < LIMIT} <= hidden
    chosen = [(k, n) for k, n in terms if k in hidden]
    limits = [(0, None) if n > 0 else (None, 0) for _, n in chosen]
    for i in range(len(chosen)):
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(chosen))
            aim[i] = sign
            solved = linprog(aim, A_eq=np.ones((1, len(chosen))),
                             b_eq=[sum(n for _, n in chosen)], bounds=limits)  # fmt: skip
            assert solved.status in (0, 3)
            ends.append(sign * (solved.fun if solved.status == 0 else float("-inf")))
        assert ends[1] - ends[0] >= LIMIT


@given(trees())
def test_the_order_of_the_parts_does_not_matter(root: Group) -> None:
    def turned(group: Group) -> Group:
        return Group(group.key, group.counts, tuple(turned(p) for p in group.parts[::-1]))

    assert hidden_groups(root, LIMIT) == hidden_groups(turned(root), LIMIT)


def test_large_groups_are_all_shown() -> None:
    root = whole("kota", [Group(f"k{i}", (100 + i, 200)) for i in range(5)])
    assert hidden_groups(root, LIMIT) == frozenset()


def test_one_small_group_takes_the_smallest_other_with_it() -> None:
    root = whole("kota", [Group("a", (3, 50)), Group("b", (90, 80)), Group("c", (60, 40))])
    assert hidden_groups(root, LIMIT) == {"a", "c"}


def test_two_small_groups_that_hold_too_few_take_a_third() -> None:
    root = whole("kota", [Group("a", (1,)), Group("b", (2,)), Group("c", (60,)), Group("d", (7,))])
    assert hidden_groups(root, LIMIT) == {"a", "b", "d"}


def test_a_kecamatan_of_one_kelurahan_is_hidden_with_it() -> None:
    root = whole("kota", [
        whole("k1", [Group("k1.1", (3,))]),
        whole("k2", [Group("k2.1", (30,)), Group("k2.2", (40,))]),
        whole("k3", [Group("k3.1", (60,)), Group("k3.2", (80,))]),
    ])  # fmt: skip
    assert hidden_groups(root, LIMIT) == {"k1", "k1.1", "k2", "k2.1"}


def test_a_small_city_shows_nothing_of_its_parts() -> None:
    root = whole("kota", [Group("a", (2,)), Group("b", (1,))])
    assert hidden_groups(root, LIMIT) == {"kota", "a", "b"}
