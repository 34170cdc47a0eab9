"""Rows on their way to the units: dates by number, and what the shelf gives back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.identifiers.dates import Orders
from cakup.linkage.cleaning import clean
from cakup.linkage.exact import Exact
from cakup.linkage.tables import birth_dates
from cakup.pipeline.partition_files import Shelf
from cakup.pipeline.partition_rows import DateTexts

TEXTS = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "1985-12-31", "31/12/1985", "12/31/1985", "3/4/85", "29 Feb 1900",
                     "12 Agustus 1985", "28358", "kosong"]),
    st.text("0123456789-/ ", max_size=10),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(TEXTS, max_size=6), min_size=1, max_size=4), st.integers(0, 3))
def test_dates_by_number_are_those_read_row_by_row(
    batches: list[list[str | None]], first_of_right: int
) -> None:
    orders = {0: Orders(), 1: Orders("mdy", "mdy")}
    known, numbers = DateTexts(), []
    for texts in batches:
        numbers.append(known.numbered(pl.Series("tanggal_lahir", texts, dtype=pl.String)))
    days = known.days(orders)
    for at, (texts, number) in enumerate(zip(batches, numbers, strict=True)):
        side = int(at >= first_of_right)
        rows = pl.DataFrame(
            {"side": [side] * len(texts), "tanggal_lahir": texts},
            schema={"side": pl.UInt8, "tanggal_lahir": pl.String},
        )
        assert days[str(side)].gather(number).to_list() == birth_dates(rows, orders).to_list()


def test_the_shelf_gives_back_what_was_cleaned(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "row": range(4), "side": pl.Series([0, 0, 0, 1], dtype=pl.UInt8),
            "source": ["a", "b", "a", ""], "nik": ["1275914108850001", None, None, None],
            "nik_seen": [None, "127591410885", None, None],
            "nama": ["Siti Aminah", None, "ST. AMINAH", "Budi"],
            "nama_ibu": ["Nur", "Nur", None, None], "desa_kelurahan": ["Damai", None, "DAMAI", ""],
        }
    )  # fmt: skip
    shelf = Shelf(tmp_path)
    for given_rows in (rows, rows.drop("nama_ibu")):
        told = clean(given_rows)
        assert all(
            (shelf.folder("1275") / name).exists() for name in shelf.put_cleaned("1275", told)
        )
        back = shelf.cleaned("1275")
        assert back.frame.equals(told.frame)
        assert back.frame.schema == told.frame.schema
        assert (back.has, back.sources) == (told.has, told.sources)
        (shelf.folder("1275") / "mother.npz").unlink(missing_ok=True)


def test_the_shelf_gives_back_the_exact_pass(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    doubt = pl.DataFrame({"l": [1], "r": [2]})
    told = Exact(np.array([0, 0, 2]), doubt, np.array([2]))
    shelf.put_exact("1275", told)
    back = shelf.exact("1275")
    assert back.person.tolist() == [0, 0, 2]
    assert back.person.dtype == np.int64
    assert back.doubt.equals(doubt)
    assert back.filler.tolist() == [2]
