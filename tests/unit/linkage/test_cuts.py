"""Agreeing pairs that stay apart tell which pair contradicts them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from bench.list_weights import cleaned
from bench.noisy_city import make
from cakup.engines.duckdb import DuckEngine
from cakup.linkage.clusters import clusters, edges
from cakup.linkage.cuts import AGAINST, FORGOTTEN, SCHEMA, cuts
from cakup.linkage.linked import NOTHING, Linked, Settings
from cakup.linkage.linking import link
from cakup.linkage.results import members
from cakup.linkage.reviewing import review_pairs
from cakup.pipeline.evidence_words import against

NONE = edges(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0.0)


def test_a_chain_names_the_pair_between_its_ends() -> None:
    """A–B and B–C agree, A–C contradicts: the weaker link is cut, and A–C is why."""
    held = edges(np.array([0, 1, 0]), np.array([1, 2, 2]), np.array([9.0, 4.0, -20.0]))
    label = clusters(3, held)
    assert label.tolist() == [0, 0, 2]
    found = cuts(held, np.array([11, 12, 13]), NONE, label)
    assert found.rows() == [(1, 2, 13)]


def test_the_strongest_contradiction_counts_and_forgotten_pairs_too() -> None:
    held = edges(np.array([0, 1, 0]), np.array([1, 2, 2]), np.array([9.0, 4.0, -20.0]))
    forgotten = edges(np.array([0]), np.array([2]), np.array([-30.0]))
    found = cuts(held, np.array([11, 12, 13]), forgotten, np.array([0, 0, 2]))
    assert found.rows() == [(1, 2, FORGOTTEN)]


def test_what_nothing_contradicts_is_no_cut() -> None:
    held = edges(np.array([0, 1]), np.array([1, 2]), np.array([9.0, 4.0]))
    assert cuts(held, np.array([1, 2]), NONE, np.array([0, 0, 2])).is_empty()
    assert cuts(held, np.array([1, 2]), NONE, np.array([0, 0, 0])).is_empty()


def test_pairs_to_review_say_what_kept_them_apart() -> None:
    with DuckEngine(threads=1) as engine:
        linked = link(engine, cleaned(make(600, 8_611, correlated=True)))
    names = pl.Series([str(n) for n in range(len(linked.person))])

    def told(of: Linked) -> pl.DataFrame:
        found = review_pairs(of, members(of), names, NOTHING, Settings())
        return found.filter(pl.col("pattern").str.contains(AGAINST, literal=True))

    is_open = linked.person[linked.pairs["le"]] != linked.person[linked.pairs["re"]]
    likely = np.argsort(-linked.log_odds() * is_open)[:2]
    le, re, pattern = (linked.pairs[c].to_numpy()[likely] for c in ("le", "re", "pattern"))
    given = pl.DataFrame({"l": le, "r": re, "against": [FORGOTTEN, int(pattern[0])]}).cast(SCHEMA)
    cut = told(replace(linked, cuts=given))
    assert cut.height == 2
    assert told(replace(linked, cuts=given.clear())).is_empty()
    both = {frozenset(p) for p in zip(linked.person[le], linked.person[re], strict=True)}
    persons = linked.person[cut.select("left_record_id", "right_record_id").cast(pl.Int64)]
    assert {frozenset(p) for p in persons.tolist()} == both


def test_in_words() -> None:
    assert against("nama=equal") == []
    told = against("nama=equal bertentangan: nik_date=other/other nama=equal jenis_kelamin=other")
    assert told == [
        "baris lain kedua orang ini bertentangan pada NIK dan tanggal lahir, jenis kelamin"
    ]
    assert against("nama=equal bertentangan: tidak_serupa", "en") == [
        "other rows of these two do not agree enough"
    ]
