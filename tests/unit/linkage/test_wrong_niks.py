"""Wrong NIKs: slips, relatives' numbers, and how often each is, beside plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import cast

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.linkage.cleaning import nik_columns
from cakup.linkage.linked import Linked
from cakup.linkage.wrong_niks import BEFORE, HOUSEHOLD, KIN_BEFORE, OTHERS_BEFORE, WrongNiks
from cakup.linkage.wrong_niks import slipped as slips

REPEATS = 200


@dataclass(frozen=True)
class Finished:
    """What is asked of a finished run here."""

    frame: pl.DataFrame
    person: np.ndarray


def nik(at: int, *, female: bool = False) -> str:
    """Return an invented NIK that differs from others in more digits than a slip does."""
    day = 1 + at % 28 + (40 if female else 0)
    return f"127591{day:02d}{1 + at % 12:02d}{60 + at % 40:02d}{1111 * (at % 9) + 1:04d}"


def run(rows: list[tuple[int, str | None, int, int, int, int | None]]) -> Linked:
    """Return a run of rows ``person, nik, mother, village, address, sex``."""
    columns = ["p", "nik", "msound", "desa_v", "addr_v", "sex"]
    schema = dict(zip(columns, (pl.Int64, pl.String, pl.Int64, pl.Int64, pl.Int64, pl.Int8),
                      strict=True))  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    numbers = nik_columns(frame["nik"], pl.Series([None] * frame.height, dtype=pl.String))
    frame = frame.with_columns(numbers).with_columns(source=pl.lit(0, pl.Int32))
    return cast(Linked, Finished(frame.drop("p"), frame["p"].to_numpy()))


def learnt(linked: Linked, odd: list[int]) -> WrongNiks:
    numbered = linked.frame["nik"].is_not_null().to_numpy()
    is_odd = np.zeros(len(numbered), dtype=bool)
    is_odd[odd] = True
    return WrongNiks.of(linked, numbered, is_odd)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=30), st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_a_slip_changes_one_digit_and_leaves_a_day(numbers: list[int], seed: int) -> None:
    was = pl.Series([nik(n) for n in numbers])
    told = slips(was, np.random.default_rng(seed)).to_list()
    for a, b in zip(was.to_list(), told, strict=True):
        assert sum(x != y for x, y in zip(a, b, strict=True)) == 1
        assert 1 <= int(b[6:8]) % 40 <= 31
        assert 1 <= int(b[8:10]) <= 12


def test_no_rows_no_slips() -> None:
    assert slips(pl.Series([], dtype=pl.String), np.random.default_rng(1)).to_list() == []


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 2), st.integers(0, 3)),
             min_size=2, max_size=25), st.integers(0, 10**6),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_relatives_are_those_of_one_mother_and_village_or_of_one_address(
    told: list[tuple[int, int, int, int]], seed: int
) -> None:
    """The plain way: every two persons of whom two rows share a household."""
    first = {p: at for at, (p, *_) in reversed(list(enumerate(told)))}
    linked = run([(first[p], nik(p), m, v, a, None) for p, m, v, a in told])
    near: dict[int, set[str]] = {}
    for (p, m, v, a), (q, n, w, b) in combinations(told, 2):
        if p != q and ((m == n and v == w and m and v) or (a == b and a)):
            near.setdefault(p, set()).add(nik(q))
            near.setdefault(q, set()).add(nik(p))
    sure = WrongNiks.of(linked, np.ones(len(told), dtype=bool), np.zeros(len(told), dtype=bool))
    drawn = sure._drawn_kin(np.arange(len(told)), np.random.default_rng(seed)).to_list()
    for (p, *_), got in zip(told, drawn, strict=True):
        assert got in near[p] if p in near else got is None


def test_a_street_is_no_household() -> None:
    linked = run([(p, nik(p), 0, 0, 7, None) for p in range(HOUSEHOLD + 1)])
    drawn = learnt(linked, [])._drawn_kin(np.arange(HOUSEHOLD + 1), np.random.default_rng(1))
    assert drawn.null_count() == HOUSEHOLD + 1


def test_shares_are_those_of_the_rows_that_came_wrong() -> None:
    """Person 0: a slip. Person 2: a relative's NIK. Person 4: a stranger's, with relatives."""
    slip = slips(pl.Series([nik(0)]), np.random.default_rng(3))[0]
    linked = run(
        [(0, nik(0), 1, 1, 0, None), (0, slip, 1, 1, 0, None), (2, nik(5), 2, 2, 0, None),
         (2, nik(8), 2, 2, 0, None), (4, nik(11), 3, 3, 0, None), (4, nik(5), 3, 3, 0, None),
         (6, nik(8), 2, 2, 0, None), (7, nik(14), 3, 3, 0, None)]
    )  # fmt: skip
    told = learnt(linked, [1, 3, 5])
    assert told.others == pytest.approx((2 + BEFORE * OTHERS_BEFORE) / (3 + BEFORE))
    assert told.kin == pytest.approx((1 + BEFORE * KIN_BEFORE) / (2 + BEFORE))
    none = learnt(linked, [])
    assert (none.others, none.kin) == pytest.approx((OTHERS_BEFORE, KIN_BEFORE))


@pytest.mark.parametrize(("poor", "taken"), [(2, 0.0), (None, 1.0)])
def test_a_sex_that_is_not_stated_follows_the_wrong_nik(poor: int | None, taken: float) -> None:
    """Rows without a NIK tell whether the list states the sex."""
    men = [(p, nik(p), 0, 0, 0, 1) for p in range(REPEATS)]
    linked = run([*men, *((REPEATS + k, None, 0, 0, 0, poor) for k in range(REPEATS))])
    new = pl.Series([nik(p, female=True) for p in range(REPEATS)])
    columns = nik_columns(new, pl.Series([None] * REPEATS, dtype=pl.String))
    sexes = learnt(linked, []).sexes(np.arange(REPEATS), columns, np.random.default_rng(1))
    assert (sexes == 2).mean() == pytest.approx(taken, abs=0.03)
