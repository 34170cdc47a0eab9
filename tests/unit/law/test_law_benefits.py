"""Benefits: what is refused, what is not due, and what is assumed."""

from __future__ import annotations

from typing import Any

import pytest

from cakup.kernel.errors import CakupError
from cakup.law.api import at


def test_a_refused_floor_refuses_the_lump_sum_and_leaves_the_rest() -> None:
    """48 × 300,000 = 14,400,000 lies below the floor of 2015–2019 that is from memory."""
    answer = at("2018-06-10").benefit("death", programme="jkk", wage=300_000)
    assert "lump_sum" not in answer.computed
    assert "total" not in answer.computed
    assert (answer.computed["periodic"], answer.computed["funeral"]) == (4_800_000, 3_000_000)
    assert [(g.name, g.error.code) for g in answer.gaps] == [("lump_sum", "law.unconfirmed")]
    allowed = at("2018-06-10", allow_unconfirmed=True).benefit(
        "death", programme="jkk", wage=300_000
    )
    assert allowed.computed["total"] == 16_200_000 + 4_800_000 + 3_000_000
    with pytest.raises(CakupError) as caught:
        at("2018-06-10").family(segment="pu", cause="accident", wage=300_000, paid_months=50)
    assert caught.value.code == "law.unconfirmed"


def test_who_has_no_right_for_arrears_has_no_scholarship_either() -> None:
    answer = at("2024-05-01").benefit(
        "death", programme="jkm", segment="bpu", membership_months=48, unpaid_months=4, children=1,
        levels="all",
    )  # fmt: skip
    assert answer.computed["arrears"] == "none"
    assert answer.computed["scholarship"] == 0


def test_jkp_without_enough_contributions_is_nothing_by_month_too() -> None:
    few = at("2026-05-01").benefit("dismissal", wage=4_000_000, membership_months=11)
    assert {few.computed[n] for n in ("benefit", "total", "per_month", "per_month_1_3")} == {0}
    enough = at("2026-05-01").benefit("dismissal", wage=4_000_000, membership_months=12)
    assert enough.computed["total"] == 6 * 2_400_000
    assert "jkp.berturut_turut_bulan" in enough.marks["total"]


def test_the_cause_is_an_assumption_where_two_programmes_are_asked_for() -> None:
    one = at("2026-05-01").benefit("death", programme="jkk", wage=3_000_000)
    assert "cause" not in one.assumed
    two = at("2026-05-01").benefit("death", programme="jkk,jkm", wage=3_000_000)
    assert two.assumed["cause"] == "accident"


@pytest.mark.parametrize(
    ("event", "inputs", "paid"),
    [
        ("old_age", {"age": 55}, 0),
        ("old_age", {"age": 56}, 9_000_000),
        ("old_age", {"born": "1970-05-02"}, 0),
        ("old_age", {"born": "1970-05-01"}, 9_000_000),
        ("old_age", {}, 9_000_000),
        ("resignation", {"age": 30}, 9_000_000),
    ],
)
def test_savings_are_paid_from_56(event: str, inputs: dict[str, Any], paid: int) -> None:
    answer = at("2026-05-01").benefit(event, programme="jht", jht_balance=9_000_000, **inputs)
    assert answer.computed["total"] == paid
    assert ("age" in answer.assumed) is (event == "old_age" and not inputs)


def test_before_september_2015_who_left_work_waited_for_56() -> None:
    def paid(**inputs: Any) -> int:
        answer = at("2015-08-01").benefit(
            "resignation", programme="jht", jht_balance=9_000_000, **inputs
        )  # fmt: skip
        return int(answer.computed["total"])

    assert paid() == 0
    assert paid(age=55) == 0
    assert paid(age=56) == 9_000_000


def test_a_pension_is_paid_from_pension_age() -> None:
    def paid(**inputs: Any) -> int:
        answer = at("2026-05-01").benefit(
            "old_age", programme="jp", wage=6_000_000, membership_months=240, **inputs
        )  # fmt: skip
        return int(answer.computed["per_month"])

    assert [paid(), paid(age=58), paid(age=59)] == [1_200_000, 0, 1_200_000]
    assert [paid(born="1967-05-02"), paid(born="1967-05-01")] == [0, 1_200_000]
    assert paid(born="1962-06-01") == 1_200_000  # 56 in 2018, when that was the pension age


@pytest.mark.parametrize(
    ("inputs", "total"),
    [
        ({"scholarship": "sd:6,sd:6"}, 18_000_000),
        ({"scholarship": "sd:4,sd:4", "children": 1}, 9_000_000),
        ({"scholarship": "sd:6,smp:3,pt:4", "children": 3}, 57_000_000),
        ({"scholarship": "sd:6,smp:3,pt:4", "children": 1}, 63_000_000),
    ],
)
def test_listed_levels_belong_to_children(inputs: dict[str, Any], total: int) -> None:
    """6 × 1.5 m; at most 6 years of SD for one child; two children of three; all of one child."""
    answer = at("2026-05-01")._ask("beasiswa", inputs)
    assert answer.computed["scholarship"] == total
