"""Who loses cover in a changed year, as a workbook by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from cakup.pipeline.plan_stopped import stopped_books
from plan_facts import facts, people, person


def test_who_stops_is_listed_by_name_with_the_last_purse_and_the_month(tmp_path: Path) -> None:
    rows = [
        person(1, purse="a", last=date(2025, 3, 1), months=3, rupiah=50_400),
        person(1, purse="b", first=date(2025, 4, 1), months=9, rupiah=151_200),
        person(2, purse="b"), person(3, purse="b"),
    ]  # fmt: skip
    held = facts([("a", "other", 1, 3, 1), ("b", "other", 4, 12, 1), ("b", "other", 1, 12, 2)],
                 {"a": "csr", "b": "apbd_kabkota"}, people=people(rows))  # fmt: skip
    base = held.summary["scenarios"][0]
    cut = {**base, "id": "potong", "title": "Potong Juli", "mid_year": {"lost": 2}}
    held = replace(held, summary={**held.summary, "scenarios": [base, cut]})
    assert stopped_books(tmp_path, held) == [], "nobody known by name stops"
    ids = held.people.unique("person_id", maintain_order=True)["person_id"].to_list()
    pl.DataFrame({
        "person_id": [ids[2], ids[0]], "rank": [3, 1],
        "tanpa_perlindungan": [date(2025, 8, 1), date(2025, 9, 1)],
    }).write_parquet(tmp_path / "berhenti-potong.parquet")  # fmt: skip
    [book] = stopped_books(tmp_path, held)
    assert (book.name, book.has_names, book.totals) == ("berhenti-potong", True, {})
    frame = book.sheets[0].frame
    assert frame["person_id"].to_list() == [ids[2], ids[0]]
    assert frame["dompet"].to_list() == ["b", "b"]
    assert frame["sejak"].to_list() == ["Agu 2025", "Sep 2025"]
    assert frame["nama"].null_count() == 0
