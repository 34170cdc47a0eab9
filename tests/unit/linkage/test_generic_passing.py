"""Columns that say when or how much, not who, are told from those that tell relatives apart."""

from __future__ import annotations

from pathlib import Path
from random import Random

import polars as pl
import pytest

import cakup
from bench.generic import FAMILIES, cakup_dedupe, cakup_match, halves
from bench.generic_families import Maker
from cakup.linkage.cleaning import REFERENCE
from cakup.linkage.generic import engine
from cakup.linkage.generic.values import CODE, DATE, NUMBER, TEXT, column


def _days(rng: Random, n: int, first: int, last: int) -> list[str]:
    return [f"{rng.randint(first, last)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
            for _ in range(n)]  # fmt: skip


def _passing(more: dict[str, tuple[str, list[str]]], asked: tuple[int, ...] = ()) -> list[str]:
    """Return which columns pass in 600 rows, three per person, with more columns."""
    maker = Maker(5, 200)
    people = [(f"{maker.given.one()} {maker.family.one()}", maker.towns.one(),
               f"m{maker.chance.randrange(10**6):06d}") for _ in range(200)]  # fmt: skip
    told = {
        name: (kind, [p[at] for p in people for _ in range(3)])
        for at, (name, kind) in enumerate((("who", TEXT), ("town", TEXT), ("member", CODE)))
    }
    told |= more
    side = pl.Series([0] * 600)
    columns = [column(name, kind, pl.Series(values), side, REFERENCE)
               for name, (kind, values) in told.items()]  # fmt: skip
    found = engine.find(columns, side.to_numpy(), asked=asked)
    return [columns[f].name for f in found.passing]


def test_the_day_and_the_amount_of_a_visit_pass() -> None:
    rng = Random(1)
    visited = (DATE, _days(rng, 600, 2022, 2025))
    spent = (NUMBER, [str(rng.randint(10, 9_999) * 100) for _ in range(600)])
    both = {"visited": visited, "spent": spent}
    assert _passing(both) == ["visited", "spent"]
    assert _passing(both, asked=(3, 4)) == [], "whoever names a column wants it compared"
    assert _passing({"visited": visited}) == [], "a single one is weighed, at next to nothing"


def test_what_may_tell_relatives_apart_does_not_pass() -> None:
    """In a table without repeated rows it differs as always as a visit's day does."""
    rng = Random(2)
    spent = (NUMBER, [str(rng.randint(10, 9_999) * 100) for _ in range(600)])
    phone = (CODE, [f"08{rng.randrange(10**9):09d}" for _ in range(600)])
    for name, days in (("tanggal_lahir", _days(rng, 600, 2014, 2018)),
                       ("since", _days(rng, 600, 1940, 2010))):  # fmt: skip
        assert _passing({name: (DATE, days), "spent": spent, "phone": phone}) == []


@pytest.mark.parametrize("seed", [21, 22])
def test_visits_are_found_to_be_of_one_person(tmp_path: Path, seed: int) -> None:
    """With the day and the amount compared not one row found its like."""
    made = FAMILIES["visits"](seed, 400)
    assert cakup_dedupe(made.rows, tmp_path, best=False).half[2] > 0.95
    assert cakup_match(*halves(made), tmp_path).half[2] > 0.95
    table = tmp_path / "visits.csv"
    made.rows.drop("entity").write_csv(table)
    told = cakup.dedupe(table, out=tmp_path / "out.parquet")
    left_out = {i.column: i.why for i in told.ignored}
    assert left_out["visited"] == left_out["spent"] == "passing"
