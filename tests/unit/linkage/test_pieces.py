"""The pieces of linkage against naive versions of themselves."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.linkage.blocks import Key, allowance, cut
from cakup.linkage.candidates import pairs
from cakup.linkage.clusters import DIFFERENT, clusters, edges, uncompared
from cakup.linkage.competition import shared
from cakup.linkage.graph import components, is_among
from cakup.linkage.pieces import each
from cakup.linkage.rows import day_marks, digit_sum, digits_apart, packed_digits
from cakup.linkage.score import prior, probability
from cakup.linkage.variants import pairs_of_persons
from cakup.linkage.vocabulary import distinct_values, firsts, together

small = st.integers(0, 6)
numbers = st.lists(st.integers(0, 10**16 - 1), min_size=1, max_size=30)


@given(numbers, numbers)
def test_digits_are_counted_as_a_clerk_would(left: list[int], right: list[int]) -> None:
    n = min(len(left), len(right))
    a, b = (np.array(x[:n], dtype=np.int64) for x in (left, right))
    apart = digits_apart(packed_digits(a), packed_digits(b))
    naive = [
        sum(p != q for p, q in zip(f"{x:016d}", f"{y:016d}", strict=True))
        for x, y in zip(a.tolist(), b.tolist(), strict=True)
    ]
    assert apart.tolist() == naive


@given(st.lists(st.tuples(small, small), min_size=2, max_size=40), st.data())
def test_pairs_are_those_that_share_a_value(
    ways: list[tuple[int, int]], data: st.DataObject
) -> None:
    n = len(ways)
    needy = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    first, second = (np.array(x, dtype=np.int64) for x in zip(*ways, strict=True))
    key = Key("k", ((first,), (second,)), most=1e9, needy=needy)
    found = pairs([key], n, lambda left, right: np.ones(len(left), dtype=bool))
    got = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    values = [{v for v in pair if v} for pair in ways]
    assert got == {
        (a, b)
        for a, b in combinations(range(n), 2)
        if values[a] & values[b] and (needy[a] or needy[b])
    }
    assert (found.keys == 1).all()


@given(st.lists(small, min_size=2, max_size=200), st.floats(0.01, 5.0))
def test_a_key_keeps_its_budget(values: list[int], most: float) -> None:
    n = len(values)
    refine = (np.arange(n, dtype=np.int64) % 3, np.arange(n, dtype=np.int64) % 7)
    key = Key("k", ((np.array(values, dtype=np.int64),),), refine, most)
    found = pairs([key], n, lambda left, right: np.ones(len(left), dtype=bool))
    held = cut(key, n)
    assert set(held.row.tolist()) <= {at for at, v in enumerate(values) if v}
    assert len(found.left) <= (len(refine) + 1) * allowance(most, n)


@given(
    st.lists(st.tuples(small, small, small), min_size=2, max_size=60), st.integers(2, 5),
    st.booleans(),
)  # fmt: skip
def test_small_blocks_of_every_branch_are_paired(
    values: list[tuple[int, int, int]], least: int, some: bool
) -> None:
    """Rows that few share a value with meet, and so do those that few share it with in a branch."""
    n = len(values)
    way, one, other = (np.array(x, dtype=np.int64) for x in zip(*values, strict=True))
    needy = np.arange(n) % 2 == 0 if some else None
    key = Key("k", ((way,),), (), 0.0, needy, 0.0, (one, other), least)
    found = pairs([key], n, lambda left, right: np.ones(len(left), dtype=bool))
    got = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    blocks = [way.tolist()]
    blocks += [
        [(v, b) if v and b else 0 for v, b in zip(way, c, strict=True)] for c in (one, other)
    ]
    large = {v for v in way.tolist() if way.tolist().count(v) > least}
    expected = {
        (a, b)
        for block in blocks
        for a, b in combinations(range(n), 2)
        if block[a] and block[a] == block[b] and block.count(block[a]) <= least
        and (block is blocks[0] or way[a] in large) and (needy is None or needy[a] or needy[b])
    }  # fmt: skip
    assert got == expected


def test_many_equal_rows_stay_connected() -> None:
    n, same = 300, np.ones(300, dtype=np.int64)
    key = Key("k", ((same,),), (same,), 0.0, None, 1.0, (same,), 4)
    found = pairs([key], n, lambda left, right: np.ones(len(left), dtype=bool))
    assert (components(n, found.left, found.right) == 0).all()
    assert len(found.left) <= 3 * n


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_components_are_connected_nodes(edges_: list[tuple[int, int]]) -> None:
    left = np.array([a for a, _ in edges_], dtype=np.int64)
    right = np.array([b for _, b in edges_], dtype=np.int64)
    label = components(20, left, right).tolist()
    naive = list(range(20))
    for _ in range(20):
        for a, b in edges_:
            naive[a] = naive[b] = min(naive[a], naive[b])
    assert label == naive


@given(numbers, numbers)
def test_is_among(values: list[int], held: list[int]) -> None:
    got = is_among(np.array(values), np.array(held)).tolist()
    assert got == [v in set(held) for v in values]


weights = st.floats(-20, 20).map(lambda w: round(w, 1))
graphs = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] < p[1]), weights,
    max_size=20,
)  # fmt: skip


def _edges(graph: dict[tuple[int, int], float]):
    left = np.array([a for a, _ in graph], dtype=np.int64)
    right = np.array([b for _, b in graph], dtype=np.int64)
    return edges(left, right, np.array(list(graph.values()), dtype=float))


def _worth(graph: dict[tuple[int, int], float], label: list[int]) -> float:
    return sum(w for (a, b), w in graph.items() if label[a] == label[b])


def _partitions(n: int, label: tuple[int, ...] = ()):
    if len(label) == n:
        yield label
        return
    for group in range(max(label, default=-1) + 2):
        yield from _partitions(n, (*label, group))


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_clusters_are_nearly_as_good_as_the_best(graph: dict[tuple[int, int], float]) -> None:
    """Greedy contraction against exact correlation clustering of eight nodes (4,140 partitions)."""
    label = clusters(8, _edges(graph)).tolist()
    assert label == [min(b for b in range(8) if label[b] == x) for x in label]
    exact = max(_worth(graph, list(p)) for p in _partitions(8))
    assert _worth(graph, label) >= 0.7 * exact - 1e-6


@given(graphs, st.data())
def test_a_decision_against_is_kept(
    graph: dict[tuple[int, int], float], data: st.DataObject
) -> None:
    if not graph:
        return
    apart = data.draw(st.sampled_from(sorted(graph)))
    label = clusters(8, _edges({**graph, apart: DIFFERENT}))
    assert label[apart[0]] != label[apart[1]]


def test_a_chain_of_strangers_is_cut() -> None:
    """Fifty rows of which only neighbours agree are no person of fifty rows."""
    left = np.arange(49)
    found = edges(left, left + 1, 3.0)
    sizes = np.bincount(np.bincount(clusters(50, found)))
    assert len(sizes) - 1 < 10


def test_uncompared_pairs_of_a_component() -> None:
    left, right = uncompared(4, edges(np.array([0, 1, 2]), np.array([1, 2, 3]), 5.0))
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == {(0, 2), (1, 3), (0, 3)}


def test_rivals_share_and_repeated_rows_do_not() -> None:
    odds = np.array([5.0, 5.0])
    left, right = np.array([0, 0]), np.array([1, 2])
    p = probability(shared(left, right, odds))
    assert 0.45 < p[0] < 0.5
    same = np.array([5.0, 5.0, 8.0])
    p = probability(shared(np.array([0, 0, 1]), np.array([1, 2, 2]), same))
    assert p[0] > 0.96


@given(st.lists(st.floats(-60, 60), min_size=1, max_size=50), st.integers(50, 10_000))
def test_prior_is_a_fixed_point(bits: list[float], pairs_: int) -> None:
    evidence = np.array(bits)
    found = prior(evidence, pairs_, 50)
    share = 2**found / (1 + 2**found)
    expected = probability(evidence + found).sum()
    assert abs(share * pairs_ - min(max(expected, 0.5), 50)) <= max(0.05 * expected, 0.6)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_pairs_of_persons_are_all_pairs_of_their_variants(owners: list[int]) -> None:
    owner = np.array(owners)
    left, right = np.array([0, 1]), np.array([2, 3])
    a, b, which = pairs_of_persons(owner, left, right)
    got = sorted(zip(a.tolist(), b.tolist(), which.tolist(), strict=True))
    naive = [
        (x, y, at)
        for at, (p, q) in enumerate(((0, 2), (1, 3)))
        for x in range(len(owners))
        for y in range(len(owners))
        if owners[x] == p and owners[y] == q
    ]
    assert got == sorted(naive)


def test_blocks_hold_no_value_of_missing_columns() -> None:
    frame = pl.DataFrame({"a": [0, 0, 5, 5]})
    key = Key("k", ((frame["a"].to_numpy(),),))
    assert sorted(cut(key, 4).row.tolist()) == [2, 3]


@given(numbers)
def test_a_packed_number_keeps_its_digits(values: list[int]) -> None:
    packed = packed_digits(np.array(values, dtype=np.int64))
    assert [f"{x:016x}" for x in packed.tolist()] == [f"{x:016d}" for x in values]
    assert digit_sum(packed).tolist() == [sum(int(d) for d in str(x)) for x in values]


@given(
    st.lists(st.tuples(st.integers(1, 9999), st.integers(0, 99), st.integers(0, 99)), min_size=2)
)
def test_marks_of_days_differ_where_the_days_do(days: list[tuple[int, int, int]]) -> None:
    marks = day_marks(np.array([y * 10_000 + m * 100 + d for y, m, d in days])).tolist()
    for (one, first), (other, second) in zip(
        zip(days, marks, strict=True), zip(days[1:], marks[1:], strict=False), strict=False
    ):
        apart = first ^ second
        got = (apart >> 14 == 0, apart >> 7 & 0x7F == 0, apart & 0x7F == 0)
        assert got == tuple(a == b for a, b in zip(one, other, strict=True))


# Hashes that agree in all leading bits are what the fast order cannot tell apart.
hashes = st.lists(st.one_of(st.integers(0, 3), st.integers(-(2**63), 2**63 - 1)), max_size=60)


@given(hashes)
def test_equal_keys_stand_together_the_first_one_first(values: list[int]) -> None:
    keys = np.array(values, dtype=np.int64)
    ordered = together(keys).tolist()
    assert sorted(ordered) == list(range(len(values)))
    seen: dict[int, int] = {}
    for before, at in zip([-1, *ordered], ordered, strict=False):
        if values[at] in seen:
            assert 0 <= before < at
            assert values[before] == values[at]
        seen[values[at]] = at
    assert firsts(keys).tolist() == [values.index(v) for v in values]


@given(st.lists(st.one_of(st.none(), st.sampled_from("abc"), st.text(max_size=3)), max_size=40))
def test_distinct_values_stand_in_the_order_of_rows(values: list[str | None]) -> None:
    distinct, place = distinct_values(pl.Series("v", values, dtype=pl.String))
    assert distinct.to_list() == [*dict.fromkeys(v for v in values if v is not None), None]
    assert [distinct[at] for at in place.tolist()] == values


def test_pieces_answer_in_their_order() -> None:
    assert each(lambda n: n * n, range(50)) == [n * n for n in range(50)]
