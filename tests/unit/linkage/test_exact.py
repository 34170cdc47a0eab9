"""Equal NIK: the same person, a relative's number, or a filler."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from cakup.engines.duckdb import DuckEngine
from cakup.linkage.cleaning import clean
from cakup.linkage.exact import FILLER_NAMES, SameNik, same_nik
from cakup.linkage.linking import link
from cakup.linkage.rows import Rows, similarity

NIK = "1275914105800001"


@pytest.fixture(scope="module")
def engine() -> DuckEngine:
    with DuckEngine(threads=1) as made:
        yield made


def _rows(names: list[str | None], dates: list[date | None] | None = None) -> pl.DataFrame:
    n = len(names)
    return pl.DataFrame(
        {"row": range(n), "side": [0] * n, "source": ["a"] * n, "nik": [NIK] * n, "nama": names,
         "tanggal_lahir": dates or [None] * n},
        schema_overrides={"nama": pl.String, "tanggal_lahir": pl.Date},
    )  # fmt: skip


def _told(rows: pl.DataFrame, engine: DuckEngine) -> tuple[SameNik, list[int]]:
    cleaned = clean(rows)
    return same_nik(Rows(cleaned.frame), similarity(engine)), cleaned.frame["row"].to_list()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ahmad Yusuf", "ACHMAD JOESOEF", True),
        ("Siti Aminah", "St. Aminah", True),
        ("Budi Santoso", "Budi", True),
        ("Rahmawati Siregar", "Rahmawaty Siregr", True),
        ("Budi Santoso", "Dewi Lestari", False),
    ],
)
def test_names_decide(one: str, other: str, same: bool, engine: DuckEngine) -> None:
    told, _ = _told(_rows([one, other]), engine)
    assert (len(told.same), len(told.doubt)) == ((1, 0) if same else (0, 1))


def test_contradicting_dates_need_equal_sound(engine: DuckEngine) -> None:
    days = [date(1980, 5, 1), date(1951, 2, 3)]
    told, _ = _told(_rows(["Budi Santoso", "Budi"], days), engine)
    assert len(told.doubt) == 1
    told, _ = _told(_rows(["Budi Santoso", "BUDI SANTOSA"], days), engine)
    assert len(told.same) == 1


def test_a_number_that_stands_a_thousand_times_makes_few_pairs(engine: DuckEngine) -> None:
    told, _ = _told(_rows(["Budi Santoso"] * 1000), engine)
    assert len(told.same) == 999
    assert len(told.doubt) == 0


def test_a_number_of_many_names_is_filler(engine: DuckEngine) -> None:
    names = ["Ani", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Galih", "Hadi", "Indah", "Joko",
             "Kartini", "Lukman"]  # fmt: skip
    assert len(names) > FILLER_NAMES
    told, _ = _told(_rows(names), engine)
    assert sorted(told.filler.tolist()) == list(range(len(names)))
    assert len(told.same) == 0
    linked = link(engine, clean(_rows(names)))
    assert linked.frame["nik"].null_count() == len(names)
    assert len(np.unique(linked.person)) == len(names)
