"""Counts kept by keys, part by part, give the bits that counting everything at once gives."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bench.noisy_city import make
from cakup.engines.duckdb import DuckEngine
from cakup.linkage.cleaning import Cleaned, clean
from cakup.linkage.linking import Linked, Whole, exact_pass, learn, link
from cakup.linkage.rarities import with_rarity
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields
from cakup.linkage.tally import Tally, from_frame, merged, tally


def rows_of(persons: int, seed: int) -> pl.DataFrame:
    city = make(persons, seed)
    tables = (city.workers.drop("person"), Asked({}, (), "list")), (
        city.register.drop("person"), Asked({}),
    )  # fmt: skip
    rows = [logical_rows(t, table_fields(t.columns, a), at) for at, (t, a) in enumerate(tables)]
    return in_one_form(pl.concat(rows, how="diagonal"))


@pytest.fixture(scope="module")
def engine() -> DuckEngine:
    with DuckEngine(threads=1) as made:
        yield made


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return rows_of(1500, 311)


@pytest.fixture(scope="module")
def plain(engine: DuckEngine, rows: pl.DataFrame) -> Linked:
    return link(engine, clean(rows))


def counted(engine: DuckEngine, cleaned: Cleaned) -> Tally:
    settled, exact = exact_pass(engine, cleaned)
    return tally(settled, exact.person)


def halves(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Return rows in two parts; rows with one NIK stay together."""
    part = pl.col("nik").hash(5) % 2 == 0
    chosen = rows.select(part.fill_null(True)).to_series()
    return [rows.filter(chosen), rows.filter(~chosen)]


def test_one_part_is_the_whole(engine: DuckEngine, rows: pl.DataFrame, plain: Linked) -> None:
    cleaned = clean(rows)
    counts = merged([counted(engine, cleaned)])
    parameters, priors = learn(engine, cleaned, counts)
    linked = link(engine, cleaned, whole=Whole(counts, parameters, priors))
    assert linked.pairs.equals(plain.pairs)
    assert linked.joins.equals(plain.joins)
    assert np.array_equal(linked.person, plain.person)
    assert np.array_equal(linked.priors, plain.priors)


def test_parts_add_up_and_outlive_a_file(engine: DuckEngine, rows: pl.DataFrame) -> None:
    whole = merged([counted(engine, clean(rows))])
    parts = merged([counted(engine, clean(half)) for half in halves(rows)])
    assert (parts.persons, parts.registered, parts.rows) == (
        whole.persons, whole.registered, whole.rows,
    )  # fmt: skip
    assert parts.sums == whole.sums
    assert parts.frame().equals(whole.frame())
    held = from_frame(whole.frame())
    assert {k: h.n.tolist() for k, h in held.items()} == {
        k: h.n.tolist() for k, h in whole.held.items() if len(h.n)
    }


def test_a_part_weighs_like_the_whole(
    engine: DuckEngine, rows: pl.DataFrame, plain: Linked
) -> None:
    whole = merged([counted(engine, clean(rows))])
    told = plain.frame.select("row", "side", pl.col("^.*bits$", "^nb.*$", "ncorr", "nkin"))
    for half in halves(rows):
        cleaned, told_exact = exact_pass(engine, clean(half))
        exact = told_exact.person
        frame, _ = with_rarity(cleaned, exact == np.arange(len(exact)), whole)
        weighed = frame.select(told.columns).sort("side", "row")
        assert weighed.equals(
            told.join(weighed.select("side", "row"), on=["side", "row"], how="semi").sort(
                "side", "row"
            )
        )
