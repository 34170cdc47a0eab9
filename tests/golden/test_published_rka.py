"""Published budgets come out of the budget form to the rupiah, two accounts per group."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cakup.documents.plan.budget import budget_rows, total_rp
from cakup.documents.plan.budget_forms import rka_papers
from plan_facts import facts, strings

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "published_budgets.yaml").read_text(encoding="utf-8")
)
EXACT = [
    c for c in CASES
    if c["compatible"] and {"persons", "months"} <= c["given"].keys() and "implied" in c
    and "rupiah" in c["implied"] and c["given"]["months"].isdigit()
    and c["implied"]["rupiah"][0] == c["implied"]["rupiah"][1]
]  # fmt: skip


def _number(text: str) -> int:
    return int(text.replace(".", ""))


def test_there_are_published_cases() -> None:
    assert {c["place"].split(",")[0] for c in EXACT} >= {"Kab. PPU 2025", "Kota Medan"}


@pytest.mark.parametrize("case", EXACT, ids=[c["place"] for c in EXACT])
def test_the_form_reproduces_the_published_sum(case: dict[str, Any]) -> None:
    persons, months = _number(case["given"]["persons"]), int(case["given"]["months"])
    payer = case.get("payer", "apbd_kabkota").replace("apbd_kabkota", "apbd_kabkota")
    held = facts([("kota", "other", 13 - months, 12, persons)], {"kota": payer})
    rows = budget_rows(held, held.purses[0])
    assert [r.account[-4:] for r in rows] == ["0006", "0007"]
    assert all(r.amount_rp == r.persons * r.months * r.price_rp for r in rows)
    assert total_rp(rows) == case["implied"]["rupiah"][0]


def test_ppu_2025_printed() -> None:
    """15,000 persons for 12 months: Rp3,024,000,000 (Kab. PPU, APBD 2025)."""
    held = facts([("kota", "other", 1, 12, 15_000)], {"kota": "apbd_kabkota"})
    [paper] = rka_papers(held)
    text = strings(paper.blocks)
    assert "3.024.000.000" in text
    assert "15.000 Orang x 12 Bulan" in text
    assert {"1.800.000.000", "1.224.000.000"} <= set(text)
    assert any("Tiga miliar dua puluh empat juta rupiah" in t for t in text)
    assert paper.totals == {"lines": 15_000, "person_months": 180_000, "rupiah": 3_024_000_000}


def test_the_worked_lines_of_five_thousand() -> None:
    """5,000 × 12: 600,000,000 on …0006 and 408,000,000 on …0007, together 1,008,000,000."""
    held = facts([("kota", "other", 1, 12, 5_000)], {"kota": "apbd_kabkota"})
    rows = budget_rows(held, held.purses[0])
    assert [(r.account[-4:], r.coefficient, r.price_rp, r.amount_rp) for r in rows] == [
        ("0006", "5.000 Orang x 12 Bulan", 10_000, 600_000_000),
        ("0007", "5.000 Orang x 12 Bulan", 6_800, 408_000_000),
    ]
    assert total_rp(rows) == 1_008_000_000
