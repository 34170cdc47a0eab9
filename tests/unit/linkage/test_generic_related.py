"""Tables of anything: those who moved are one entity, relatives and namesakes are two."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakup
from bench import generic_families as families
from bench import generic_unseen as unseen
from bench.generic import judged_clusters
from cakup.linkage import blocks
from cakup.linkage.candidates import pairs
from cakup.linkage.generic import choose as ch
from cakup.linkage.generic import keys as generic_keys
from cakup.linkage.generic import learning, levels, meanings, related, values, weights
from cakup.linkage.generic.keys import keys
from cakup.linkage.generic.learning import Learnt, Related
from cakup.linkage.generic.taught import Taught
from cakup.linkage.generic.values import CODE, NAME, TEXT, Column

OTHER, EQUAL = 1, len(levels.NAMES[TEXT]) - 1


def _column(name: str, bits: int = 3, kind: str = TEXT) -> Column:
    """Return a column that tells ``2 ** bits`` values apart."""
    value = np.arange(1 << bits) + 1
    texts = np.array(["", *(f"v{v}" for v in value)], dtype=object)
    nothing = np.zeros(len(texts), dtype=np.int64)
    return Column(name, kind, texts, value, nothing[:, None], (), nothing * np.nan, nothing, nothing)  # fmt: skip  # noqa: E501


def _shares(other: float, kind: str = TEXT) -> np.ndarray:
    told = np.full(len(levels.NAMES[kind]), 1e-3)
    told[OTHER], told[-1] = other, 1 - other - 1e-3 * (len(told) - 3)
    told[0] = 1.0
    return told


@given(
    prior=st.floats(-12, -1), kin=st.floats(-12, -1),
    pair=st.lists(st.sampled_from([0, OTHER, 2, EQUAL]), min_size=3, max_size=3),
    rare=st.lists(st.floats(0, 12), min_size=3, max_size=3),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_odds_are_those_of_three_explanations(
    prior: float, kin: float, pair: list[int], rare: list[float]
) -> None:
    """Against the definition: one entity, or else related or strangers, all weighed in full."""
    m, h = [_shares(0.1)] * 3, [_shares(0.1), _shares(0.9), _shares(0.9)]
    at = np.array(pair, dtype=np.uint8)[:, None]
    bits = np.array([[r + math.log2(m[f][x]) if x else 0.0] for f, (r, x) in enumerate(zip(rare, pair, strict=True))])  # fmt: skip  # noqa: E501
    told = Learnt(tuple(m), prior=prior, related=(Related(tuple(h), kin),))
    same = 2.0**prior * math.prod(2**r * m[f][x] for f, (r, x) in enumerate(zip(rare, pair, strict=True)) if x)  # fmt: skip  # noqa: E501
    near = 2.0**kin * math.prod(2**r * h[f][x] for f, (r, x) in enumerate(zip(rare, pair, strict=True)) if x)  # fmt: skip  # noqa: E501
    found = learning.evidence(bits, at, told)[0] + prior
    assert found == pytest.approx(math.log2(same / (1 + near)), abs=1e-6)


def test_related_pairs_never_agree_better_than_one_entity() -> None:
    """Pairs of three kinds; each class is given half of another's to begin with."""
    columns = [_column(c) for c in "abcd"]
    kinds = np.array([[EQUAL] * 4, [EQUAL, EQUAL, OTHER, OTHER], [OTHER] * 4], dtype=np.uint8)
    chance = np.random.default_rng(5)
    level = kinds[chance.choice(3, 3_000, p=(0.2, 0.3, 0.5))].T.copy()
    spoilt = chance.random(level.shape) < 0.05
    level[spoilt] = chance.choice([OTHER, EQUAL], spoilt.sum())
    rare = np.where(level == EQUAL, 6.0, 0.1)
    seen = learning._Pairs(columns, rare, level, 1e5, 1e5)
    start = Related((_shares(0.05), _shares(0.05), _shares(0.6), _shares(0.6)), -6.0)
    told = Learnt(learning.starts_of(columns), prior=-6.0, related=(start,))
    for _ in range(20):
        told = learning._round(seen, told, (start,))
        assert all(h[-1] <= m[-1] + 1e-9 for h, m in zip(told.related[0].shares, told.m, strict=True))  # fmt: skip  # noqa: E501
    assert [round(float(m[-1]), 1) for m in told.m] == [1.0] * 4
    assert [h[-1] > 0.8 for h in told.related[0].shares] == [True, True, False, False]
    assert 2 ** told.related[0].prior * 1e5 == pytest.approx(900, rel=0.15)
    assert 2**told.prior * 1e5 == pytest.approx(600, rel=0.15)


def test_swapped_names_are_no_relatives() -> None:
    """Both names are swapped at once; a class of such pairs would take them from one entity."""
    mark = levels.NAMES[NAME].index("swapped")
    one, bound = _shares(0.2, NAME), _shares(0.2, NAME)
    one[mark], one[-1] = 0.7, one[-1] - 0.699
    learning._less_often(one, bound, mark)
    assert one[mark] == pytest.approx(bound[mark])
    assert one[1:].sum() == pytest.approx(1.0)


def test_a_household_is_not_one_person(tmp_path: Path) -> None:
    rows = unseen.patients(31, 350).rows
    rows.drop("entity").write_parquet(tmp_path / "t.parquet")
    cakup.dedupe(tmp_path / "t.parquet", tmp_path / "o.parquet")
    found = pl.read_parquet(tmp_path / "o.parquet").sort("row")["cluster"]
    precision, recall, _ = judged_clusters(found, rows["entity"])
    assert precision > 0.8
    assert recall > 0.75


def _one_in(every: int, names: tuple[str, ...], kind: str = TEXT, rare: float = 9.0) -> Taught:
    """Return pairs of which one in some differs in the first two columns; all else is a slip."""
    level = np.full((4, 400), EQUAL, dtype=np.uint8)
    level[:2, ::every] = OTHER
    level[2, 1::7] = level[3, 2::9] = OTHER
    columns = [_column(c, 9) for c in names]
    shares = [_shares(0.9) for _ in columns]
    if kind != TEXT:
        columns[0], shares[0] = replace(columns[0], kind=kind), _shares(0.9, kind)
        shares[0][-1] = 1e-6
        level[0, level[0] == EQUAL] = len(levels.NAMES[kind]) - 1
    told = tuple(np.full(400, rare) for _ in columns)
    counts = weights.Counts(tuple(shares), told, tuple(np.zeros(400) for _ in columns), (-1,) * 4)
    rows = np.arange(400)
    return Taught(columns, counts, levels.Compared(rows, rows, level), 400.0)


def _groups(seen: Taught) -> tuple[tuple[tuple[int, ...], ...], int]:
    """Return the groups that moved, and how many classes of others there are."""
    m = tuple(_shares(0.05, c.kind) for c in seen.columns)
    found = related.grouped(seen, Learnt(m, prior=-1.0))
    return found.groups, len(found.related)


def test_a_group_with_the_birth_date_did_not_move() -> None:
    """One pair in five disagrees in two columns; whether one is the birth date decides."""
    assert _groups(_one_in(5, ("street", "x", "y", "z"))) == (((0, 1),), 0)
    assert _groups(_one_in(5, (meanings.BORN, "x", "y", "z"))) == ((), 1)


@pytest.mark.parametrize(("names", "kind"), [
    (("jenis_kelamin", "forename"), TEXT), (("forename", "age"), TEXT),
    (("register_no", "founded"), CODE),
])  # fmt: skip
def test_who_differs_in_what_stays_for_life_or_identifies_is_somebody_else(
    names: tuple[str, str], kind: str
) -> None:
    assert _groups(_one_in(5, (*names, "y", "z"), kind)) == ((), 1)
    for plain in (("phone", "town"), ("zip", "website"), ("e_mail", "home_address")):
        assert _groups(_one_in(5, (*plain, "y", "z"), CODE)) == (((0, 1),), 0)


def test_a_code_that_others_share_does_not_identify() -> None:
    code = replace(_column("size", 8), kind=CODE)
    assert meanings.is_identifier(code, 0.5 / 256)
    assert not meanings.is_identifier(code, 3.0 / 256)
    assert not meanings.is_identifier(replace(code, kind=TEXT), 0.0)
    assert not meanings.is_identifier(replace(code, name="Tel. rumah"), 0.0)


def test_only_keys_of_what_is_new_are_made_again() -> None:
    chance = Random(2)
    texts = [[f"{c}{chance.randrange(9)}" for _ in range(60)] for c in "xyz"]
    sides = pl.Series([0] * 60)
    columns = [values.column(c, TEXT, pl.Series(t), sides, date(2026, 12, 31)) for c, t in zip("xyz", texts, strict=True)]  # fmt: skip  # noqa: E501
    new = [np.zeros(60, dtype=bool) for _ in columns]
    assert keys(columns, new) == []
    new[1][:6] = True
    again = keys(columns, new)
    assert {k.name for k in again} == {"y", "y~", "x+y", "x~y", "y+z", "y~z"}
    assert {round(k.share**2, 6) for k in again} == {0.1}
    assert all(k.share == 1.0 and k.needy is None for k in keys(columns))


def test_deep_keys_find_nearly_all_among_few_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a large table allows per row, asked of a small one: a dozen pairs, nearly all true."""
    made = families.voters(77, 3_000)
    left = made.rows.drop("entity")
    choice = ch.choose(left, None, ({}, {}), ())
    sides = pl.Series([0] * left.height)
    columns = [values.column(f.name, f.kind, ch.joined(left, f.left), sides, date(2026, 12, 31))
               for f in choice.fields]  # fmt: skip
    entity = made.rows["entity"].to_numpy()
    counts = np.unique(entity, return_counts=True)[1]
    there = int((counts * (counts - 1) // 2).sum())
    monkeypatch.setattr(blocks, "SMALL_MOST", 0.0)
    recall = {}
    for deep in (10**9, 0):
        monkeypatch.setattr(generic_keys, "DEEP", deep)
        monkeypatch.setattr(generic_keys, "LARGE", 1)
        found = pairs(keys(columns), left.height, lambda a, b: np.ones(len(a), dtype=bool))
        assert len(found.left) <= 12 * left.height
        recall[deep] = int((entity[found.left] == entity[found.right]).sum()) / there
    assert recall[0] >= 0.95
    assert recall[0] >= recall[10**9] + 0.1
