"""What became of the enrolled is told by its reason: age is not money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl

from cakup.pipeline.plan_running import Running
from cakup.planning.reconcile import comparable
from cakup.planning.settings import PlanSettings

DAY = date(2027, 6, 30)


def _outcome(chosen: Sequence[str], ends: dict[str, int], behind: Sequence[str] = ()) -> Any:
    frame = pl.DataFrame({"person_id": list(ends), "end": list(ends.values())})
    return SimpleNamespace(
        settings=PlanSettings(2027, DAY, 1, "uji", ("keep",)),
        ranked=SimpleNamespace(frame=frame, not_first=list(behind)),
        names=pl.DataFrame({"person_id": list(chosen)}),
    )


def test_who_is_past_the_age_limit_by_july_is_not_told_to_lack_money() -> None:
    fates = dict.fromkeys("abcde", "tetap") | {"f": "meninggal"}
    held = Running(DAY, (), fates, frozenset(), unpaid=3)
    ends = {"a": 11, "b": 11, "c": 5, "d": 6, "e": 11}
    told = held.as_json(_outcome(["a", "d"], ends, behind=["e"]))
    assert told["fates"] == {"tetap": 2, "meninggal": 1, "usia": 1, "aturan": 1, "pagu": 1}
    assert sum(told["fates"].values()) == told["enrolled"] == 6
    assert "1 lewat batas umur" in told["told"]["id"][0]
    assert told["told"]["id"][-1].startswith("3 orang lain aktif menurut BPJS")
    assert told["unpaid"] == 3


def test_nobody_unpaid_is_not_told() -> None:
    told = Running(DAY, (), {"a": "tetap"}, frozenset()).as_json(_outcome(["a"], {"a": 11}))
    assert len(told["told"]["id"]) == 1


def test_the_rest_of_a_year_is_not_held_against_the_pagu_of_the_whole() -> None:
    whole = {"year": 2027, "scenarios": [{"feasible": True}], "running": None}
    rest = whole | {"running": {"until": "2027-06"}}
    assert comparable(whole, whole)
    assert comparable(rest, rest)
    assert not comparable(whole, rest)
    assert not comparable(rest, rest | {"running": {"until": "2027-07"}})
    assert not comparable(whole, whole | {"year": 2028})
    assert not comparable(whole, whole | {"scenarios": [{"feasible": False}]})
    old = {k: v for k, v in whole.items() if k != "running"}
    assert comparable(old, whole), "plans of earlier versions say nothing of a running year"
