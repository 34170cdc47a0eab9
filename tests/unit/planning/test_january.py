"""By when a plan must be fixed: before the first payment that it asks for is due."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from cakup.law.catalogue import built_in
from cakup.ledger.rules import rules_at
from cakup.planning.january import january
from cakup.planning.settings import PlanSettings


def told(as_of: date, **more: Any) -> dict[str, Any]:
    settings = PlanSettings(2027, as_of, 1, "uji", ("keep",), **more)
    outcome: Any = SimpleNamespace(solution=SimpleNamespace(is_feasible=False))
    return january(settings, outcome, built_in(), rules_at(as_of))


@pytest.mark.parametrize(
    ("as_of", "more", "said"),
    [
        (date(2027, 6, 30), {}, "sebelum 15 Juli 2027 (jatuh tempo iuran Juli)"),
        (date(2027, 6, 1), {}, "sebelum 15 Juli 2027 (jatuh tempo iuran Juli)"),
        (date(2027, 1, 31), {}, "sebelum 15 Februari 2027 (jatuh tempo iuran Februari)"),
        # The 15th of August is a Sunday.
        (date(2027, 7, 31), {}, "sebelum 16 Agustus 2027 (jatuh tempo iuran Agustus)"),
        # Old-age savings are due a month later than the rest, which decides.
        (date(2027, 6, 30), {"programmes": ("jht", "jkk", "jkm")},
         "sebelum 15 Juli 2027 (jatuh tempo iuran Juli)"),
        (date(2027, 6, 30), {"start": date(2027, 9, 1)},
         "sebelum 15 September 2027 (jatuh tempo iuran September)"),
        (date(2027, 12, 14), {}, "sebelum 15 Desember 2027 (jatuh tempo iuran Desember)"),
        (date(2027, 12, 15), {}, "segera (iuran Desember jatuh tempo 15 Desember 2027)"),
        (date(2026, 12, 31), {}, "sebelum akhir tahun"),
    ],
)  # fmt: skip
def test_a_running_plan_is_fixed_before_its_first_payment_is_due(
    as_of: date, more: dict[str, Any], said: str
) -> None:
    assert told(as_of, **more)["decide_by"] == said
