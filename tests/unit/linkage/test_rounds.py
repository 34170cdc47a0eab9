"""Persons are joined and compared again until nobody is left who is likely one with another."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bench.noisy_city import make
from cakup.engines.duckdb import DuckEngine
from cakup.linkage import linking, score
from cakup.linkage.cleaning import clean
from cakup.linkage.linking import Linked, Settings, link
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields


def _left(linked: Linked) -> int:
    """Return how many pairs of two persons are as likely one as those that were joined."""
    return int((score.probability(linked.log_odds()) >= Settings().person_from).sum())


def test_who_was_held_down_by_a_rival_is_joined_once_that_one_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = make(500, 640_061, noise=1.5)
    tables = (city.workers, city.register)
    asked = (Asked({}, (), "list"), Asked({}))
    rows = [
        logical_rows(t.drop("person"), table_fields(t.drop("person").columns, a), side)
        for side, (t, a) in enumerate(zip(tables, asked, strict=True))
    ]
    cleaned = clean(in_one_form(pl.concat(rows, how="diagonal")))
    with DuckEngine(threads=1) as engine:
        whole = link(engine, cleaned)
        monkeypatch.setattr(linking, "LAST_ROUNDS", 1)
        once = link(engine, cleaned)
    assert _left(once) > 0
    assert _left(whole) == 0
    # Persons only grow: who was one after the first of the last rounds is one still.
    first = np.unique(once.person, return_inverse=True)[1]
    assert len(np.unique(np.stack([first, whole.person]), axis=1).T) == len(np.unique(first))
    # Whoever came later is right: rows of one person by the truth.
    side, row = whole.frame["side"].to_numpy(), whole.frame["row"].to_numpy()
    truth = np.empty(len(row), dtype=np.int64)
    for at, table in enumerate(tables):
        truth[side == at] = table["person"].to_numpy()[row[side == at]]
    a, b = np.triu_indices(len(row), 1)
    later = (whole.person[a] == whole.person[b]) & (once.person[a] != once.person[b])
    assert later.any()
    assert (truth[a] == truth[b])[later].mean() > 0.9
