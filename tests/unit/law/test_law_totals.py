"""Sums over programmes, persons and months: each month at its own law, no month left out."""

from __future__ import annotations

from datetime import date

import polars as pl

from cakup.law.api import at
from cakup.law.catalogue import built_in
from cakup.law.frames import price_frame


def test_totals_before_jp_are_of_what_there_was() -> None:
    """3,000,000: JKK 0.54% 16,200, JKM 9,000, JHT 60,000 + 111,000 (PP 53/2012 Pasal 9)."""
    asked = at("2015-06-30").contribution(
        segment="pu", wage=3_000_000, risk_group=2, programmes="jkk,jkm,jht,jp"
    )
    assert asked.computed["worker_total"] == 60_000
    assert asked.computed["employer_total"] == 136_200
    assert asked.computed["total"] == 196_200
    assert [gap.name for gap in asked.gaps] == ["jp"]
    usual = at("2015-06-30").contribution(segment="pu", wage=3_000_000, risk_group=2)
    assert usual.computed["total"] == 196_200
    assert usual.gaps == []


def test_months_across_the_first_day_of_jp() -> None:
    """May and June 2015 without JP, July and August with 3% of 5,000,000."""
    answer = at("2015-05-01").contribution(segment="pu", wage=5_000_000, risk_group=1, months=4)
    assert answer.computed["total"] == 4 * (12_000 + 15_000 + 285_000) + 2 * 150_000
    assert "per_month" not in answer.computed


def test_columns_of_months_before_jp_have_totals_without_it() -> None:
    months = [date(2015, 6, 10), date(2015, 7, 10), None]
    frame = pl.DataFrame({"w": [3_000_000] * 3, "r": [2] * 3, "m": months})
    made = price_frame(
        frame, "pu", {"wage": "w", "risk_group": "r"}, catalogue=built_in(), month="m"
    ).frame
    assert made["jp_worker"].to_list() == [None, 30_000, None]
    assert made["worker_total"].to_list() == [60_000, 90_000, None]
    assert made["employer_total"].to_list() == [136_200, 196_200, None]


def test_the_wage_of_a_broken_first_month_is_of_that_month_only() -> None:
    """JP 3% of 3,000,000 in May, of 6,000,000 in June."""
    answer = at("2026-05-01").contribution(
        segment="pu", wage=6_000_000, paid_wage=3_000_000, joined="2026-05-16", months=2,
        programmes="jp",
    )  # fmt: skip
    assert answer.computed["worker_total"] == 30_000 + 60_000
    assert answer.computed["total"] == 90_000 + 180_000


def test_sides_follow_the_price_of_each_month_even_without_a_whole_total() -> None:
    """The JP ceiling rises in March 2026; no risk class, so there is no total."""
    answer = at("2026-02-01").contribution(segment="pu", wage=20_000_000, months=2)
    assert "total" not in answer.computed
    assert answer.computed["worker_total"] == 2 * 400_000 + 105_474 + 110_863


def test_doubts_of_later_months_reach_every_total() -> None:
    """July 2020 is normal, August has the relief of PP 49/2020."""
    answer = at("2020-07-01").contribution(segment="pu", wage=5_000_000, risk_group=1, months=2)
    relief = "diskon.pp49_2020.jkk"
    assert relief not in answer.marks["jkk"]
    assert relief in answer.marks["total"]
    assert relief in answer.marks["employer_total"]
    assert relief not in answer.marks["worker_total"]
    assert "diskon.pp49_2020.jp_dibayar_dulu" in answer.marks["worker_total"]


def test_months_of_incapacity_are_rounded_one_by_one() -> None:
    """Half of 3,367,913 is 1,683,956.5, paid as 1,683,957 in each of two months."""
    answer = at("2026-06-01").benefit("stmb", wage=3_367_913, months=14)
    assert answer.computed["total"] == 12 * 3_367_913 + 2 * 1_683_957
