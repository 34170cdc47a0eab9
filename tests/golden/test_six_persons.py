"""The six people of ``domain/coverage.md`` section 6: one history, several counts.

source: domain/coverage.md section 6 (worked example, fictional people, all months of 2025, count
date 31 December), with both readings of the lapse and of the waiting months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.schemas import ENROLMENTS, LEDGER, PERSONS, Table
from cakup.ledger.activity import status_sql, trend_sql
from cakup.ledger.rules import Rules, rules_at

AS_OF = date(2025, 12, 31)
#: person → payer, first and last month paid in 2025
PAID = {
    "A": ("apbd_kabkota", 1, 12),
    "B": ("apbd_kabkota", 10, 12),
    "C": ("apbd_provinsi", 11, 12),
    "D": ("apbd_kabkota", 1, 9),
    "E": ("apbdes", 1, 6),
    "F": ("csr", 8, 12),
}


def empty(table: Table) -> str:
    """SQL of the table without rows."""
    nulls = ", ".join(f"NULL::{c.type} AS {c.name}" for c in table.columns)
    return f"SELECT {nulls} WHERE false"


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(threads=1) as made:
        rows = [
            (who, date(2025, month, 1), program, payer)
            for who, (payer, first, last) in PAID.items()
            for month in range(first, last + 1)
            for program in ("jkk", "jkm")
        ]
        made.register(
            "paid",
            pl.DataFrame(rows, schema=["person_id", "bulan", "program", "payer"], orient="row"),
        )
        made.run(
            "CREATE TEMP TABLE ledger AS SELECT person_id, bulan, program, 'bpu' AS segment,"
            " person_id AS kepesertaan_id, payer, 'paid' AS evidence, bulan + 9 AS paid_on,"
            " bulan + 20 AS known_on FROM paid"
        )
        made.run(f"CREATE TEMP TABLE enrolments AS {empty(ENROLMENTS)}")
        made.run(f"CREATE TEMP TABLE persons AS {empty(PERSONS)}")
        made.run("INSERT INTO persons (person_id) SELECT DISTINCT person_id FROM ledger")
        assert set(made.frame("FROM ledger").columns) == set(LEDGER.names)
        yield made


def _by_person(engine: DuckEngine, rules: Rules, column: str) -> dict[str, object]:
    rows = engine.frame(f"SELECT * FROM ({status_sql(AS_OF, rules)}) ORDER BY person_id")
    return dict(zip(rows["person_id"], rows[column], strict=True))


def test_registered_and_person_months(engine: DuckEngine) -> None:
    rules = rules_at(AS_OF)
    assert sum(map(bool, _by_person(engine, rules, "is_registered").values())) == 6
    months = _by_person(engine, rules, "active_months_12")
    assert months == {"A": 12, "B": 3, "C": 2, "D": 9, "E": 6, "F": 5}
    assert sum(months.values()) == 37
    assert round(sum(months.values()) / 12, 2) == 3.08


def test_paid_for_december(engine: DuckEngine) -> None:
    paid = _by_person(engine, rules_at(AS_OF), "is_month_covered")
    assert {p for p, yes in paid.items() if yes} == set("ABCF")


@pytest.mark.parametrize(
    ("moment", "active"), [("next_month_start", "ABCDF"), ("last_month_end", "ABCF")]
)
def test_active_under_both_readings(engine: DuckEngine, moment: str, active: str) -> None:
    found = _by_person(engine, replace(rules_at(AS_OF), lapse_moment=moment), "is_active")
    assert {p for p, yes in found.items() if yes} == set(active)


def test_full_jkm_strict_leaves_d_open(engine: DuckEngine) -> None:
    found = _by_person(engine, rules_at(AS_OF), "is_jkm_full")
    assert found == {"A": True, "B": False, "C": False, "D": None, "E": False, "F": True}


def test_full_jkm_inclusive_adds_the_boundary(engine: DuckEngine) -> None:
    rules = replace(rules_at(AS_OF), jkm_waiting_reading="inclusive")
    assert _by_person(engine, rules, "is_jkm_full")["B"] is True


def test_kpi_weights(engine: DuckEngine) -> None:
    found = _by_person(engine, rules_at(AS_OF), "kpi_weight")
    assert found == {"A": 1, "B": 3 / 6, "C": pytest.approx(2 / 6), "D": 1, "E": 1, "F": 0}
    assert round(sum(found.values()), 2) == 3.83


def test_unbroken_months(engine: DuckEngine) -> None:
    found = _by_person(engine, rules_at(AS_OF), "unbroken_months")
    assert found == {"A": 12, "B": 3, "C": 2, "D": 9, "E": 0, "F": 5}


def test_lapse_days(engine: DuckEngine) -> None:
    strict = _by_person(engine, rules_at(AS_OF), "lapsed_on")
    assert strict["E"] == date(2025, 10, 1)
    assert strict["D"] is None
    early = replace(rules_at(AS_OF), lapse_moment="last_month_end")
    assert _by_person(engine, early, "lapsed_on")["D"] == date(2025, 12, 31)


def test_trend_shows_the_january_collapse(engine: DuckEngine) -> None:
    rows = engine.frame(trend_sql(date(2025, 12, 1), date(2026, 4, 1), rules_at(AS_OF)))
    assert rows["n_active"].to_list() == [5, 4, 4, 4, 0]
    assert rows["n_covered"].to_list() == [4, 0, 0, 0, 0]
    assert rows["is_forecast"].to_list() == [False, True, True, True, True]
