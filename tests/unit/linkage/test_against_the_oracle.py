"""The fast linkage of two hundred people is held against the slow one, pair by pair."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import polars as pl
import pytest

import linkage_oracle as oracle
from bench.noisy_city import make
from cakup.engines.duckdb import DuckEngine
from cakup.linkage.candidates import Pairs
from cakup.linkage.cleaning import clean
from cakup.linkage.compare import quickly, settle_field, settled
from cakup.linkage.levels import BARELY
from cakup.linkage.linking import Linked, link
from cakup.linkage.rows import Rows, similarity
from cakup.linkage.score import at_most, weights
from cakup.linkage.scoring import Scorer
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields


@pytest.fixture(scope="module")
def engine() -> DuckEngine:
    with DuckEngine(threads=1) as made:
        yield made


@pytest.fixture(scope="module")
def linked(engine: DuckEngine) -> Linked:
    city = make(200, 77, correlated=True)
    tables = [city.workers.drop("person"), city.register.drop("person")]
    fields = [table_fields(t.columns, Asked({})) for t in tables]
    fields[0] = replace(fields[0], source="list")
    rows = pl.concat(
        [logical_rows(t, f, side) for side, (t, f) in enumerate(zip(tables, fields, strict=True))]
    )
    return link(engine, clean(in_one_form(rows)))


@pytest.fixture(scope="module")
def every(linked: Linked) -> tuple[np.ndarray, np.ndarray]:
    both = np.array(list(combinations(range(linked.frame.height), 2)))
    return both[:, 0], both[:, 1]


@pytest.fixture(scope="module")
def rows(linked: Linked) -> Rows:
    return Rows(linked.frame)


@pytest.fixture(scope="module")
def weighed(linked: Linked, every: tuple[np.ndarray, np.ndarray]) -> dict[tuple[int, int], float]:
    """What the oracle holds of every pair, without the lists that a person stands on."""
    told = linked.frame.to_dicts()
    return {
        (a, b): oracle.evidence(told[a], told[b], linked.parameters)
        for a, b in zip(*(x.tolist() for x in every), strict=True)
    }


def test_levels_of_every_pair(
    linked: Linked, rows: Rows, every: tuple[np.ndarray, np.ndarray], engine: DuckEngine
) -> None:
    left, right = every
    fast = settled(
        linked.fields, rows, quickly(linked.fields, rows, left, right), similarity(engine)
    )
    told = linked.frame.to_dicts()
    names = [(f.name, f.short) for f in linked.fields]
    for at, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        slow = oracle.levels(told[a], told[b], names)
        got = [f.levels[fast.levels[i][at]] for i, f in enumerate(linked.fields)]
        assert got == slow, (a, b)


def test_evidence_of_every_pair_that_is_not_hopeless(
    linked: Linked,
    rows: Rows,
    every: tuple[np.ndarray, np.ndarray],
    weighed: dict[tuple[int, int], float],
    engine: DuckEngine,
) -> None:
    left, right = every
    scorer = Scorer(rows, linked.fields, linked.parameters, similarity(engine))
    scored = scorer.score(Pairs(left, right, np.zeros(len(left), dtype=np.int64)))
    fast = {(r["l"], r["r"]): r["evidence"] for r in scored.iter_rows(named=True)}
    told = linked.frame.to_dicts()
    assert len(fast) > 200
    assert len(linked.parameters.lists.names) == 10
    for pair, slow in weighed.items():
        if pair in fast:
            lists = oracle.of_lists(told[pair[0]], told[pair[1]], linked.parameters)
            assert fast[pair] == pytest.approx(slow + lists, abs=1e-6)
        else:
            assert slow <= scorer.hopeless + 1e-6


def test_no_strong_pair_is_missed_by_the_keys(
    linked: Linked, weighed: dict[tuple[int, int], float]
) -> None:
    """Of all pairs, those that the oracle holds for one person are one person in the result."""
    prior = float(np.mean(linked.priors))
    strong = missed = 0
    for (a, b), evidence in weighed.items():
        if evidence + prior > 6:
            strong += 1
            missed += linked.person[a] != linked.person[b]
    assert strong > 150
    assert missed <= strong * 0.01


def test_rows_of_one_person_agree_somewhere(linked: Linked) -> None:
    """No row is in a person for no reason: it agrees with at least one other row of it."""
    told = linked.frame.to_dicts()
    for person in np.unique(linked.person):
        rows = np.flatnonzero(linked.person == person).tolist()
        for row in rows:
            others = [r for r in rows if r != row]
            assert not others or any(
                oracle.evidence(told[min(row, o)], told[max(row, o)], linked.parameters) > 0
                or (told[row]["nik"] and told[row]["nik"] == told[o]["nik"])
                for o in others
            )


def test_numbers_alone_leave_out_no_pair_that_its_texts_would_let_pass(
    engine: DuckEngine, linked: Linked, rows: Rows, every: tuple[np.ndarray, np.ndarray]
) -> None:
    compared, told = quickly(linked.fields, rows, *every), weights(linked.parameters)
    kinds = {int(kind) for open_ in compared.open if open_ is not None for kind in np.unique(open_)}
    assert kinds == {0, 1, BARELY}
    for at in range(len(linked.fields)):
        before = at_most(at, compared, linked.parameters, told)
        settle_field(at, linked.fields, rows, compared, similarity(engine))
        assert (before >= at_most(at, compared, linked.parameters, told)).all()
