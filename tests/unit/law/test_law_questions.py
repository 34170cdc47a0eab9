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


@pytest.mark.parametrize(
    ("inputs", "idle"),
    [
        ({"segment": "pu", "wage": 5_000_000, "risk_group": 1, "contract_type": "pkwt"},
         ("contract_type",)),
        ({"segment": "pu", "wage": 5_000_000, "risk_group": 1, "jp_registered": True}, ()),
        ({"segment": "jakon", "contract_value": 10**9, "wage": 4_000_000, "persons": 9},
         ("wage", "persons")),
        ({"segment": "jakon", "wage": 4_000_000, "contract_type": "pkwt", "employer_group": 3},
         ("employer_group",)),
        ({"event": "death", "programme": "JKM", "wage": 5_000_000, "note": "x"}, ("wage",)),
        ({"segment": "bpu", "base": 1_000_000, "payer": "self", "months": 30, "age": 40}, ()),
    ],
)  # fmt: skip
def test_inputs_that_made_no_difference_are_named(
    inputs: dict[str, Any], idle: tuple[str, ...]
) -> None:
    asked = at("2026-05-01")
    programmes = inputs.pop("programme", None)
    answer = asked._ask(programmes, inputs)
    assert asked.idle(answer, programmes=programmes, **inputs) == idle
    case = {"id": "x", "date": "2026-05-01", "programme": programmes, "inputs": inputs}
    reason = run_case(case, built_in(), lang="en").reason
    assert reason == (f"Made no difference: {', '.join(idle)}." if idle else "")
