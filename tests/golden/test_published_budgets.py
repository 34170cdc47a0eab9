"""Published budgets with their source keep the verdict that the price in force gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cakup.law.catalogue import built_in
from cakup.planning.budget_check import check_budget, read_budget, read_period
from cakup.planning.prices import TWO_PROGRAMMES, Tariff

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "published_budgets.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[c["place"] for c in CASES])
def test_verdict(case: dict[str, Any]) -> None:
    assert case["source"]
    tariff = Tariff.of(case.get("payer", "apbd"), "lain", TWO_PROGRAMMES, built_in())
    period = read_period(case["period"]) if "period" in case else None
    verdict = check_budget(read_budget(case["given"]), tariff, period)
    assert verdict.compatible is case["compatible"]
    assert [list(names) for names in verdict.conflicts] == case.get("conflicts", [])
    for name, (low, high) in case.get("implied", {}).items():
        assert (verdict.implied[name].low, verdict.implied[name].high) == (low, high)
