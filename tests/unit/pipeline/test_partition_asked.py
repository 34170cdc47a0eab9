"""What units found is added up as if their rows had been counted together."""

from __future__ import annotations

import polars as pl
import pytest

from cakup.kernel.list_schemas import LIST_NOISE
from cakup.pipeline.partition_asked import added, summed

NAMES = [c.name for c in LIST_NOISE.columns]


def _noise(*rows: tuple[str, str, int, float, float, int, float | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=list(_ORDER), orient="row").select(NAMES)


_ORDER = ("import_id", "field", "n_rows", "missing", "damaged", "n_compared", "wrong")


def test_noise_of_units_is_added_row_by_row() -> None:
    one = _noise(("a", "nik", 100, 0.1, 0.05, 50, 0.02), ("a", "nama", 100, 0.0, 0.0, 0, None))
    # The second unit says nothing of names: none of its rows has one.
    two = _noise(("a", "nik", 300, 0.2, 0.0, 150, 0.06), ("b", "nik", 10, 1.0, 0.0, 0, None))
    told = {(r["import_id"], r["field"]): r for r in added([one, two]).to_dicts()}
    nik = told["a", "nik"]
    assert (nik["n_rows"], nik["n_compared"]) == (400, 200)
    assert nik["missing"] == pytest.approx((10 + 60) / 400)
    assert nik["damaged"] == pytest.approx(5 / 400)
    assert nik["wrong"] == pytest.approx((1 + 9) / 200)
    assert told["a", "nama"]["missing"] == pytest.approx(300 / 400)
    assert told["a", "nama"]["wrong"] is None
    assert told["b", "nik"]["missing"] == 1.0
    assert added([two, one]).equals(added([one, two]))


def test_facts_of_units_are_added() -> None:
    one = {"persons": 30, "covered": 10, "scored": 1, "register_odd": 2, "doubt": [1.0, 0.5, 2.0],
           "bare": [10, 8], "wrong": [6, 3]}  # fmt: skip
    two = {"persons": 10, "covered": 5, "scored": 0, "register_odd": 1, "doubt": [0.5, 0.0, -2.0],
           "bare": [5, 5], "wrong": [0, 0]}  # fmt: skip
    assert summed([one]) == one
    assert summed([one, two]) == {
        "persons": 40, "covered": 15, "scored": 1, "register_odd": 3, "doubt": [1.5, 0.5, 1.0],
        "bare": [15, 13], "wrong": [6, 3],
    }  # fmt: skip
