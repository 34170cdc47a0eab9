"""Published figures with their source keep the verdict that arithmetic gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cakup.coverage.consistency import check, read_figures

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "published_figures.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[c["place"] for c in CASES])
def test_verdict(case: dict[str, Any]) -> None:
    assert case["source"]
    verdict = check(read_figures(case["given"]))
    assert verdict.compatible is case["compatible"]
    assert verdict.rounding == case.get("rounding")
    assert [list(names) for names in verdict.conflicts] == case.get("conflicts", [])
    for name, (low, high) in case.get("implied", {}).items():
        assert (verdict.implied[name].low, verdict.implied[name].high) == (low, high)
    for name, ends in case.get("rounded", {}).items():
        found = verdict.implied[name]
        assert [round(float(x), 1) for x in (found.low, found.high or 0)] == ends
