"""Questions: bad input is refused with a code, defaults are listed, doubts travel with amounts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cakup import law
from cakup.kernel.errors import CakupError
from cakup.law.api import at
from cakup.law.cases import count_states, run_case
from cakup.law.catalogue import built_in
from cakup.law.questions.facts import read_facts


def _code(day: str, **inputs: Any) -> str:
    with pytest.raises(CakupError) as caught:
        at(day)._ask(inputs.pop("programme", None), inputs)
    return caught.value.code


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"wage": -1}, "law.input.out_of_range"),
        ({"wage": 10**12 + 1}, "law.input.out_of_range"),
        ({"wage": "sepuluh juta"}, "law.input.bad_value"),
        ({"wage": "5000000.5"}, "law.input.bad_value"),
        ({"wage": 5_000_000, "risk_group": 6}, "law.input.out_of_range"),
        ({"wage": 5_000_000, "risk_group": 0}, "law.input.out_of_range"),
        ({"wage": 5_000_000, "segment": "tni"}, "law.input.bad_value"),
        ({"wage": 5_000_000, "salary": 1}, "law.input.unknown"),
        ({"base": 999_999, "segment": "bpu"}, "law.input.out_of_range"),
        ({"base": 20_700_001, "segment": "bpu"}, "law.input.out_of_range"),
        ({"base": 1_000_000, "payer": "sultan"}, "law.input.bad_value"),
        ({"base": 1_000_000, "payer": "apbd/sultan"}, "law.input.bad_value"),
        ({"segment": "bpu", "income": 2_500_000}, "law.unconfirmed"),
        ({"segment": "bpu", "income": 90_000_000, "programme": "xyz"}, "law.programme.unknown"),
        ({"segment": "pmi", "channel": "p3mi", "months": 5}, "law.rule.no_package"),
        ({"segment": "pmi", "event": "death"}, "law.rule.no_package"),
        ({"event": "flood"}, "law.event.unknown"),
        ({"event": "stmb"}, "law.input.missing"),
        ({"event": "partial_disability", "wage": 1}, "law.input.missing"),
        ({"event": "partial_disability", "wage": 1, "body_part": "x"}, "law.input.bad_value"),
        ({"event": "old_age", "wage": 1_000_000, "months": 100, "programme": "jp"},
         "law.rule.no_package"),
        ({"event": "gigi_tiruan", "cost": 9_000_000}, "law.unconfirmed"),
        ({"age": 40}, "law.nothing_to_compute"),
        ({"wage": 5_000_000, "born": "2030-01-01"}, "law.input.out_of_range"),
        ({"wage": 5_000_000, "joined": "2026-05-01"}, "law.not_employed"),
        ({"wage": 5_000_000, "left": "2026-03-31"}, "law.not_employed"),
        ({"wage": 5_000_000, "born": "kemarin"}, "usage.bad_date"),
    ],
)  # fmt: skip
def test_bad_input_has_a_code(inputs: dict[str, Any], code: str) -> None:
    assert _code("2026-04-15", **inputs) == code


def test_days_before_the_law() -> None:
    assert _code("2012-04-22", wage=5_000_000) == "law.before_the_law"
    assert _code("2015-06-30", wage=5_000_000, programme="jp") == "parameter.not_in_force"
    assert _code("2015-06-30", segment="bpu", base=1_000_000) == "parameter.not_in_force"
    answer = at("2015-06-30").contribution(wage=5_000_000, risk_group=1)
    assert "jp_worker" not in answer.computed
    assert answer.computed["jkk"] == 12_000
    assert answer.gaps == []


def test_messages_carry_no_value() -> None:
    with pytest.raises(CakupError) as caught:
        read_facts({"wage": "1234567890123456"})
    assert "1234567890123456" not in caught.value.spoken("id") + caught.value.spoken("en")


@pytest.mark.parametrize(
    "text", ["10000000", "10.000.000", "10,000,000", "Rp10.000.000", "10_000_000", " 10 000 000 "]
)
def test_amounts_are_read_as_people_write_them(text: str) -> None:
    assert read_facts({"wage": text}).wage == 10_000_000


def test_defaults_are_listed() -> None:
    answer = at("2026-05-01").contribution(base=1_000_000)
    assert answer.assumed == {"segment": "bpu", "payer": "self", "sector": "other"}
    aid = at("2026-05-01").contribution(payer="apbd")
    assert aid.assumed == {"segment": "bpu", "sector": "other", "base": 1_000_000}
    assert aid.computed["total"] == 16_800
    death = at("2026-05-01").benefit("death", programme="jkm")
    assert death.assumed == {"segment": "pu", "membership_months": ">= 3", "children": 0}
    wage = at("2026-05-01").contribution(wage=5_000_000)
    assert wage.assumed["age"] == "< 59"
    assert wage.assumed["segment"] == "pu"


def test_what_needs_a_missing_input_is_left_out_and_named() -> None:
    answer = at("2026-05-01").contribution(wage=5_000_000)
    assert "jkk" not in answer.computed
    assert "total" not in answer.computed
    gaps = {g.name: g.error for g in answer.gaps}
    assert gaps["jkk"].params["name"] == "risk_group"


def test_lowest_income_band_is_priced_and_middle_ones_need_permission() -> None:
    low = at("2025-06-01").contribution(segment="bpu", income=900_000)
    assert low.computed["total"] == 16_800
    allowed = at("2025-06-01", allow_unconfirmed=True).contribution(segment="bpu", income=2_500_000)
    assert allowed.computed["jkk"] == 24_500
    assert "bpu.dasar.pita" in allowed.marks["jkk"]
    assert "bpu.dasar.pita" in allowed.marks["total"]
    assert "bpu.dasar.pita" not in allowed.marks["jkm"]
    code = None
    try:
        at("2025-06-01", allow_unconfirmed=True).contribution(segment="bpu", income=9_000_000)
    except CakupError as err:
        code = err.code
    assert code == "law.base.unknown_band"


def test_third_party_payers_get_no_discount_and_a_mark() -> None:
    csr = at("2026-05-01").contribution(base=1_000_000, payer="csr", segment="bpu")
    assert csr.computed["total"] == 16_800
    assert "diskon.pp50_2025.pembayar_belum_pasti" in csr.marks["total"]
    self_paid = at("2026-05-01").contribution(base=1_000_000, payer="self", segment="bpu")
    assert self_paid.computed["total"] == 8_400


def test_a_disputed_daily_factor_marks_what_rests_on_the_wage() -> None:
    answer = at("2024-04-01").benefit(
        "death", programme="jkk", segment="jakon", daily_wage=100_000
    )  # fmt: skip
    factor = "jakon.manfaat_upah_faktor_harian"
    assert answer.computed["lump_sum"] == 48 * 2_500_000
    assert factor in answer.marks["lump_sum"]
    assert factor in answer.marks["total"]
    assert factor not in answer.marks["funeral"]
    stated = at("2024-04-01").benefit(
        "death", programme="jkk", segment="jakon", daily_wage=100_000, monthly_factor=30
    )
    assert factor not in stated.unconfirmed


def test_months_are_priced_each_at_its_own_price() -> None:
    answer = at("2026-02-01").contribution(
        segment="bpu", base=1_000_000, payer="self", sector="other", months=4, persons=3
    )
    assert answer.computed["total"] == 3 * (2 * 16_800 + 2 * 8_400)
    assert answer.computed["total_normal"] == 3 * 4 * 16_800
    assert answer.assumed["contribution_months"] == "2026-02..2026-05"
    assert "per_month" not in answer.computed
    level = at("2025-02-01").contribution(segment="bpu", base=1_000_000, months=4)
    assert level.computed["per_month"] == 16_800


def test_postponed_pension_ends_after_three_years() -> None:
    def due(age: int) -> int:
        answer = at("2026-04-01").contribution(wage=5_000_000, age=age, art_15_4_choice=True)
        return int(answer.computed["jp_worker"])

    assert [due(age) for age in (58, 59, 61, 62)] == [50_000, 50_000, 50_000, 0]
    plain = at("2026-04-01").contribution(wage=5_000_000, age=59)
    assert plain.computed["jp_worker"] == 0


def test_who_reached_pension_age_stays_a_pensioner_when_it_rises() -> None:
    """58 in December 2024 was the pension age; in January 2025 it became 59."""

    def due(born: str, on: str, **more: Any) -> int:
        answer = at(on).contribution(wage=5_000_000, born=born, **more)
        return int(answer.computed["jp_worker"])

    assert due("1966-12-20", "2024-11") == 50_000
    assert due("1966-12-20", "2024-12") == 0
    assert due("1966-12-20", "2025-02") == 0
    assert due("1967-01-05", "2025-02") == 50_000
    assert due("1966-12-20", "2027-11", art_15_4_choice=True) == 50_000
    assert due("1966-12-20", "2027-12", art_15_4_choice=True) == 0


def test_explain_gives_steps_with_articles_in_both_languages() -> None:
    told = law.explain(on="2026-05-10", programme="JKK", event="death", wage=3_000_000)
    assert any("Rp144.000.000" in line and "PP 82/2019" in line for line in told)
    assert any("belum dikonfirmasi" in line for line in told)
    english = law.explain(on="2026-05-10", segment="pu", wage=3_000_000, risk_group=1, lang="en")
    assert english[0].startswith("JKK Rp7,200 = wage Rp3,000,000 × 0.24% (risk class 1)")


def test_case_states() -> None:
    good = {"id": "a", "date": "2026-04-01", "programme": "JKM",
            "inputs": {"segment": "pu", "wage": 1_000_000}}  # fmt: skip
    cases = [
        {**good, "expected": {"jkm": 3000}},
        {**good, "expected": {"jkm": 3001, "jht_worker": 20_000}},
        {**good, "expected": {"jkk": 2400}},
        {**good, "inputs": {"wage": 1, "gaji": 2}},
        {**good},
        {**good, "inputs": {"segment": "bpu", "income": 2_000_000}},
        {**good, "date": "1999-01-01"},
        {"id": "b", "inputs": {"wage": 1}},
        {**good, "programme": "JKX"},
        {**good, "wage": 1},
        {**good, "colour": "blue"},
        {**good, "expected": {"something_reported": 5}},
    ]
    results = [run_case(c, built_in(), number=n) for n, c in enumerate(cases)]
    states = [r.status for r in results]
    assert states == [
        "pass", "fail", "unsupported", "error", "pass", "unsupported", "error", "error", "error",
        "error", "pass", "unsupported",
    ]  # fmt: skip
    assert results[1].difference == {"jkm": -1}
    assert results[2].difference == {"jkk": None}
    assert "gaji" in results[3].reason
    assert "bpu.dasar.pita" in results[5].reason
    assert count_states(results)["error"] == 5


def test_two_employments_double_the_sums() -> None:
    one = at("2024-05-01").benefit("death", programme="jkk", wage=2_000_000)
    two = at("2024-05-01").benefit("death", programme="jkk", wage=2_000_000, employments=2)
    assert two.computed["total"] == 2 * one.computed["total"]
    assert two.assumed["wage_in_each_employment"] == "same"


def test_unpaid_months_of_a_bpu_beyond_three_end_the_right() -> None:
    def total(unpaid: int, segment: str) -> int:
        answer = at("2024-05-01").benefit(
            "death", programme="jkm", segment=segment, unpaid_months=unpaid
        )
        return int(answer.computed["total"])

    assert total(3, "bpu") == 42_000_000
    assert total(4, "bpu") == 0
    assert total(4, "pu") == 42_000_000


def test_a_month_stands_for_its_last_day() -> None:
    assert at("2026-04").day == date(2026, 4, 30)


def test_the_jht_tax_is_from_memory_and_refused() -> None:
    answer = at("2024-05-01").benefit("old_age", programme="jht", jht_balance=70_000_000)
    assert answer.computed["benefit"] == 70_000_000
    assert "tax" not in answer.computed
    allowed = at("2024-05-01", allow_unconfirmed=True).benefit(
        "old_age", programme="jht", jht_balance=70_000_000
    )
    assert allowed.computed["tax"] == 1_000_000
    assert allowed.computed["benefit_after_tax"] == 69_000_000


def test_every_unknown_input_is_named() -> None:
    with pytest.raises(CakupError) as caught:
        read_facts({"wage": 1, "gaji": 2, "risk_grup": 3})
    assert caught.value.params["name"] == "gaji, risk_grup"
    assert "risk_group" in str(caught.value.params["near"])


@pytest.mark.parametrize("payer", ["apbd/csr", "csr/apbd", "self/apbd", "self+dbh"])
def test_of_several_payers_a_public_one_decides(payer: str) -> None:
    answer = at("2026-05-01").contribution(segment="bpu", base=1_000_000, payer=payer)
    assert answer.computed["total"] == 16_800


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


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"channel": "perseorangan", "months": 24}, "law.rule.no_package"),
        ({"channel": "p3mi", "months": 25}, "law.rule.no_package"),
        ({"channel": "g2g_korea"}, "law.rule.no_package"),
    ],
)
def test_the_flat_amount_of_migrants_is_known_up_to_24_months(
    inputs: dict[str, Any], code: str
) -> None:
    assert _code("2022-06-01", segment="pmi", **inputs) == code
    flat = at("2022-06-01").contribution(segment="pmi", channel="p3mi")
    assert flat.computed["total"] == 370_000
    assert flat.assumed["months"] == 24
    six = at("2022-06-01").contribution(segment="pmi", channel="p3mi", months=6)
    assert six.computed["total"] == 370_000
