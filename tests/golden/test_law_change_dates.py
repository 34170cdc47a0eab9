"""Every programme on every date on which any parameter changes, the day before, the day after."""

from __future__ import annotations

import importlib.util
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from cakup.law.catalogue import built_in
from cakup.law.history import change_dates

ROOT = Path(__file__).resolve().parents[2]


def _script() -> Any:
    spec = importlib.util.spec_from_file_location("law_golden", ROOT / "scripts" / "law_golden.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_answers_on_every_change_date_are_as_recorded() -> None:
    script = _script()
    recorded = yaml.safe_load(script.GOLDEN.read_text(encoding="utf-8"))
    assert script.spells() == recorded


def test_the_day_before_and_after_every_change_is_looked_at() -> None:
    script = _script()
    looked_at = set(script.days())
    for day in change_dates(built_in()):
        if day <= script.LAST_DAY:
            assert {day - timedelta(days=1), day, day + timedelta(days=1)} <= looked_at


def test_answers_change_only_on_change_dates() -> None:
    recorded = yaml.safe_load(_script().GOLDEN.read_text(encoding="utf-8"))
    changes = set(change_dates(built_in()))
    for name, spells in recorded.items():
        for day in list(spells)[1:]:
            assert date.fromisoformat(day) in changes, (name, day)
