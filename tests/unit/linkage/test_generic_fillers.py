"""Texts that stand for missing values are missing, and people called Na are not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import cakup
from bench import generic
from cakup.linkage.generic.fillers import FILLERS, without_fillers

SPELLINGS = ("NA", " n/a ", "#N/A", "N.A.", "<na>")


@pytest.mark.parametrize("filler", [*FILLERS, "Tidak Ada", "(NONE)", "-", "--", "?", "...", "–"])
def test_a_filler_that_stands_often_is_missing(filler: str) -> None:
    told = without_fillers(pl.DataFrame({"kota": ["Medan", *[filler] * 10, None]}))
    assert told["kota"].to_list() == ["Medan", *[None] * 11]


def test_spellings_of_one_filler_count_together() -> None:
    told = without_fillers(pl.DataFrame({"kota": ["Binjai", *SPELLINGS * 2]}))
    assert told["kota"].null_count() == 10


def test_who_is_called_so_keeps_the_name() -> None:
    names = pl.DataFrame({"count": [*["Na"] * 9, *["Nabila"] * 20], "t": ["-", *["Null"] * 28]})
    told = without_fillers(names)
    assert told["count"].to_list() == names["count"].to_list()
    assert told["t"].to_list() == ["-", *[None] * 28]
    # Ten rows are little in a large table.
    many = pl.DataFrame({"nama": [*["Na"] * 12, *["Ani"] * 3_000]})
    assert without_fillers(many).equals(many)


def test_signs_that_may_be_values_stay() -> None:
    signs = pl.DataFrame({"rhesus": ["+"] * 30, "kosong": pl.Series([None] * 30, dtype=pl.String)})
    assert without_fillers(signs).equals(signs)


@pytest.mark.parametrize("filler", SPELLINGS[:2])
def test_a_table_with_fillers_is_answered_as_one_with_blanks(tmp_path: Path, filler: str) -> None:
    rows = generic.FAMILIES["persons"](5, 150).rows.drop("entity")
    holed = rows.with_columns(
        pl.when(pl.int_range(pl.len()) % 3 != at % 3).then(pl.col(name)).alias(name)
        for at, name in enumerate(rows.columns[2:])
    )
    holed.write_csv(tmp_path / "a.csv")
    holed.with_columns(pl.all().fill_null(filler)).write_csv(tmp_path / "b.csv")
    for name in "ab":
        cakup.dedupe(tmp_path / f"{name}.csv", tmp_path / f"o{name}.csv")
    assert (tmp_path / "oa.csv").read_bytes() == (tmp_path / "ob.csv").read_bytes()
