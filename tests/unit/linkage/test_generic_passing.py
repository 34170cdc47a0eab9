"""Columns that say when or how much, not who, are told from those that tell relatives apart."""

from __future__ import annotations

from dataclasses import replace
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


@pytest.mark.parametrize(("seed", "n"), [(31, 400), (32, 120)])
def test_what_was_ordered_is_not_who_ordered(tmp_path: Path, seed: int, n: int) -> None:
    """Article, clerk and store have fewer values than days have, so they are told by chance."""
    made = FAMILIES["orders"](seed, n)
    assert cakup_dedupe(made.rows, tmp_path, best=False).half[2] > 0.95
    assert cakup_match(*halves(made), tmp_path).half[2] > 0.95


@pytest.mark.parametrize("kinds", [8, 12, 16])
def test_classes_drawn_for_every_row_are_left_out(tmp_path: Path, kinds: int) -> None:
    rng = Random(kinds)
    made = FAMILIES["patients"](41, 300)
    drawn = {f"turn{at}": pl.Series(rng.choices("abcdefg"[: 3 + at % 5], k=made.rows.height))
             for at in range(kinds)}  # fmt: skip
    plain = cakup_dedupe(made.rows, tmp_path, best=False).half[2]
    more = replace(made, rows=made.rows.with_columns(**drawn))
    assert cakup_dedupe(more.rows, tmp_path, best=False).half[2] > plain - 0.03


@pytest.mark.parametrize("family", ["goods", "members", "patients", "companies"])
def test_a_clean_list_of_what_is_alike_is_not_joined(tmp_path: Path, family: str) -> None:
    """Sizes, members and siblings differ always too, and are as many entities as rows."""
    rows = FAMILIES[family](51, 500).rows.unique("entity", keep="first", maintain_order=True)
    table = tmp_path / "clean.parquet"
    rows.drop("entity").write_parquet(table)
    told = cakup.dedupe(table, out=tmp_path / "out.parquet")
    assert told.rows[0] - (told.clusters or 0) <= 0.02 * rows.height


@pytest.mark.parametrize("family", ["pupils", "alone"])
def test_siblings_of_a_nearly_clean_list_are_not_one(tmp_path: Path, family: str) -> None:
    """One in twenty is repeated; siblings are ten times as many, and made up "one entity"."""
    rows = FAMILIES[family](52, 600).rows
    place = rows.select(pl.int_range(pl.len()).over("entity").alias("k"), "entity")
    again = (pl.col("k") == 1) & pl.col("entity").str.ends_with("7")
    rows = rows.filter(place.select((pl.col("k") == 0) | again).to_series())
    table = tmp_path / "list.parquet"
    rows.drop("entity").write_parquet(table)
    told = cakup.dedupe(table, out=tmp_path / "out.parquet")
    repeated = rows.height - rows["entity"].n_unique()
    assert 0 < repeated < 0.1 * rows.height
    assert rows.height - (told.clusters or 0) <= repeated


@pytest.mark.parametrize("heading", ["first_name", "Vorname", "Prénom"])
def test_a_household_without_birth_dates_is_as_many_as_its_given_names(
    tmp_path: Path, heading: str
) -> None:
    """Only the name differs, and pairs alone do not tell siblings from rows that repeat."""
    maker, rows = Maker(7, 200), []
    for _ in range(150):
        home, family = maker.address(), maker.family.one()
        phone = f"08{maker.chance.randrange(10**9):09d}"
        names = {maker.given.one() for _ in range(maker.chance.choice((1, 2, 3, 4)))}
        for name in sorted(names):
            row = {heading: name, "last_name": family, "street": home["street"], "phone": phone,
                   "zip": home["postcode"], "entity": f"{name} {family} {phone}"}  # fmt: skip
            rows += [row] * maker.chance.choice((1, 1, 1, 2))
    made = pl.DataFrame(rows)
    precision, recall, _ = cakup_dedupe(made, tmp_path, best=False).half
    assert precision > 0.97
    assert recall > 0.9


def test_few_columns_beside_the_day_and_the_amount_find_who_it_is(tmp_path: Path) -> None:
    """Learning began so that nobody was found, and nobody was found."""
    rng, maker = Random(6), Maker(6, 200)
    who = [(f"{maker.given.one()} {maker.family.one()}", maker.towns.one()) for _ in range(200)]
    people = [p for p in who for _ in range(6)]
    table = tmp_path / "visits.csv"
    pl.DataFrame({
        "client": [p[0] for p in people], "town": [p[1] for p in people],
        "visited": _days(rng, 1200, 2021, 2024),
        "spent": [f"{rng.uniform(3, 400):.2f}" for _ in people],
    }).write_csv(table)  # fmt: skip
    told = cakup.dedupe(table, out=tmp_path / "out.parquet")
    assert 190 <= (told.clusters or 0) <= 210
