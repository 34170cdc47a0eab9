"""Samples that do not depend on the order in which rows stand, nor on the pieces they come in."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.identifiers.dates import Orders
from cakup.linkage import tables
from cakup.linkage.generic import kinds
from cakup.linkage.generic.values import TEXT
from cakup.linkage.sampling import every_nth, some_rows, some_values

VALUES = st.lists(st.integers(0, 30), min_size=1, max_size=80)


def _shuffled(table: pl.DataFrame, seed: int) -> pl.DataFrame:
    return table.sample(fraction=1.0, shuffle=True, seed=seed)


@given(VALUES, st.integers(1, 40), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_values_keep_their_shares_in_any_order(values: list[int], n: int, seed: int) -> None:
    column = pl.Series("v", [str(v) for v in values])
    told = some_values(column, n)
    again = some_values(_shuffled(column.to_frame(), seed)["v"], n)
    assert Counter(told) == Counter(again)
    assert len(told) == min(n, len(values))
    for value, count in Counter(column).items():
        assert abs(Counter(told)[value] - count * len(told) / len(values)) < 1


@given(VALUES, st.integers(1, 40), st.integers(0, 99), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_rows_are_chosen_by_what_they_say(
    values: list[int], n: int, seed: int, pieces: int
) -> None:
    rows = pl.DataFrame({"a": values, "b": [f"x{v % 7}" for v in values]})
    other = _shuffled(rows, seed)
    assert Counter(some_rows(rows, n).rows()) == Counter(some_rows(other, n).rows())
    assert some_rows(rows, n).height == min(n, rows.height)
    parts = [every_nth(piece, 3) for piece in other.iter_slices(max(rows.height // pieces, 1))]
    assert Counter(pl.concat(parts).rows()) == Counter(every_nth(rows, 3).rows())
    assert every_nth(rows, 1).equals(rows)


def test_what_stands_in_every_ninth_row_does_not_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row in nine is of a list that writes dates, or an identifier, in a way of its own."""
    monkeypatch.setattr(tables, "ENOUGH_ROWS", 100)
    monkeypatch.setattr(kinds, "LOOKED_AT", 100)
    days = [(at % 11 + 1, at % 12 + 1, 1960 + at % 40) for at in range(900)]
    texts = [f"{m}/{d}/{y}" if at % 9 == 0 else f"{d}/{m}/{y}" for at, (d, m, y) in enumerate(days)]
    niks = [f"127591{d:02d}{m:02d}{y % 100:02d}{at:04d}" for at, (d, m, y) in enumerate(days)]
    rows = pl.DataFrame(
        {"side": pl.Series([0] * 900, dtype=pl.UInt8), "tanggal_lahir": texts, "nik": niks}
    )
    told = [tables.date_orders(table) for table in (rows, rows[::-1], _shuffled(rows, 3))]
    assert told[0] == told[1] == told[2] == {0: Orders("mixed", "dmy")}
    mixed = pl.Series("c", ["a b" if at % 9 == 0 else f"{at}" for at in range(1000, 1900)])
    found = [kinds.kind_of("c", c) for c in (mixed, mixed[::-1], mixed.shuffle(seed=1))]
    assert found[0] == found[1] == found[2] != TEXT
