"""Doubts stand on the amounts that rest on them, and on no others."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from cakup.law.api import at
from cakup.law.catalogue import built_in
from cakup.law.frames import price_frame

CEILING, FLOOR = "jp.iuran.batas_upah", "jkk.manfaat.kematian_min"
DISCOUNT = "diskon.pp50_2025.bpu_lain"
KEPT_OUT, UNKNOWN = (
    "diskon.pp50_2025.pembayar_dikecualikan",
    "diskon.pp50_2025.pembayar_belum_pasti",
)


@pytest.mark.parametrize(
    ("wage", "marked"),
    [(7_000_000, False), (7_000_001, True), (10_600_000, True), (30_000_000, True)],
)
def test_a_ceiling_marks_who_one_of_the_recorded_ceilings_would_cut(
    wage: int, marked: bool
) -> None:
    """10,600,000 lies between the ceilings that are told for March 2026, so the doubt decides."""
    answer = at("2026-03-01").contribution(segment="pu", wage=wage, risk_group=1)
    assert (CEILING in answer.marks["jp_worker"]) is marked
    assert (CEILING in answer.marks["worker_total"]) is marked
    assert CEILING not in answer.marks["jht_worker"]


def test_a_floor_marks_who_one_of_the_recorded_floors_would_raise() -> None:
    def marks(wage: int) -> tuple[str, ...]:
        return at("2026-03-01").benefit("death", programme="jkk", wage=wage).marks["lump_sum"]

    assert FLOOR not in marks(3_000_000)
    assert FLOOR in marks(400_000)


def test_bounds_of_the_pension_mark_where_they_may_decide() -> None:
    def marks(wage: int) -> set[str]:
        answer = at("2026-05-01").benefit("old_age", programme="jp", wage=wage, months=240)
        return set(answer.marks["per_month"]) & {"jp.manfaat.min", "jp.manfaat.max"}

    assert marks(6_000_000) == set()
    assert marks(1_000_000) == {"jp.manfaat.min"}
    assert marks(30_000_000) == {"jp.manfaat.max"}


@pytest.mark.parametrize(
    ("payer", "on", "expected"),
    [
        ("self", "2026-05-01", {DISCOUNT}),
        ("apbd", "2026-05-01", {KEPT_OUT}),
        ("csr", "2026-05-01", {UNKNOWN}),
        ("self", "2026-02-01", set()),
        ("csr", "2026-02-01", set()),
        ("apbd", "2027-01-01", set()),
    ],
)
def test_a_discount_marks_by_what_decides(payer: str, on: str, expected: set[str]) -> None:
    answer = at(on).contribution(segment="bpu", base=1_000_000, payer=payer, sector="other")
    assert {key for key in answer.marks["jkm"] if key.startswith("diskon.")} == expected


def _priced(on: date, **columns: list[Any]) -> Any:
    frame = pl.DataFrame(columns)
    inputs = {name: name for name in columns}
    return price_frame(frame, "bpu", inputs, catalogue=built_in(), on=on)


def test_a_word_outside_the_list_of_payers_never_gets_the_discount() -> None:
    made = _priced(
        date(2026, 5, 1),
        base=[1_000_000] * 5, payer=["mandiri", "self", "apbd_kabkota", "apbd", None],
        sector=["other", "other", "other", "other", "other"],
    )  # fmt: skip
    assert made.frame["jkm"].to_list() == [3_400, None, 6_800, None, None]
    assert made.missing == {"payer_missing": 1, "payer_unknown": 2}


def test_a_word_outside_the_list_of_sectors_has_no_price_while_sectors_differ() -> None:
    columns = {"base": [1_000_000] * 2, "payer": ["mandiri"] * 2, "sector": ["ojol", "transport"]}
    assert _priced(date(2026, 2, 1), **columns).frame["jkm"].to_list() == [None, 3_400]
    assert _priced(date(2025, 2, 1), **columns).frame["jkm"].to_list() == [6_800, 6_800]


def test_rows_out_of_range_are_counted_with_the_range_of_their_segment() -> None:
    low = _priced(date(2025, 2, 1), base=[999_999, 20_700_001, 1_000_000])
    assert low.missing == {"base_out_of_range": 2}
    frame = pl.DataFrame({"v": [2 * 10**12, 10**15 + 1], "n": [5, 6]})
    contract = price_frame(
        frame, "jakon_contract", {"contract_value": "v"}, catalogue=built_in(), on=date(2025, 2, 1)
    )
    assert contract.missing == {"contract_value_out_of_range": 1}
    assert contract.frame["jkk"].null_count() == 1
    migrant = price_frame(frame, "pmi", {"months": "n"}, catalogue=built_in(), on=date(2025, 2, 1))
    assert migrant.missing == {"months_out_of_range": 1}
    assert migrant.frame["total"].null_count() == 1


def test_the_normal_amount_does_not_rest_on_the_relief() -> None:
    answer = at("2020-09-01").contribution(segment="pu", wage=5_000_000, risk_group=1)
    assert answer.marks["jkk"] == ("diskon.pp49_2020.jkk",)
    assert answer.marks["jkk_normal"] == ()
    assert answer.marks["total_normal"] == ()
    half = at("2026-05-01").contribution(segment="bpu", base=1_000_000, payer="self")
    assert DISCOUNT in half.marks["total"]
    assert DISCOUNT not in half.marks["total_normal"]


def test_conditions_of_a_relief_are_assumptions_while_it_runs() -> None:
    def assumed(on: str, **inputs: Any) -> dict[str, Any]:
        return at(on).contribution(segment="pu", wage=5_000_000, risk_group=1, **inputs).assumed

    assert assumed("2020-09-01")["jp_deferral_pp49_2020"] == "granted"
    assert "jp_deferral_pp49_2020" not in assumed("2021-02-01")
    assert assumed("2026-01-01", labour_intensive=True)["relief_pp7_2025"] == "qualifies"
    assert "relief_pp7_2025" not in assumed("2026-02-01", labour_intensive=True)
    foreign = assumed("2026-02-01", citizen=False)
    assert foreign["months_of_work_in_indonesia"] == ">= 6"


def test_steps_tell_the_arithmetic_that_was_done() -> None:
    """1.74% of 5,000,000 is 87,000; with the relief of 2020 1% of it is due."""
    answer = at("2020-09-01").contribution(segment="jakon", wage=5_000_000, contract_type="pkwt")
    told = [step.spoken("en") for step in answer.steps]
    assert "JKK in construction Rp870 = wage Rp5,000,000 × 1.74% × 1%" in told
    paid = at("2026-05-01").contribution(segment="bpu", base=1_000_000, payer="self", jht=True)
    assert [step.spoken("id") for step in paid.steps][1:] == [
        "JKK BPU Rp5.000 = dasar Rp1.000.000 × 1% × 50%",
        "JKM BPU Rp3.400 = jumlah tetap × 50%",
        "JHT BPU Rp20.000 = dasar Rp1.000.000 × 2%",
    ]
    full = at("2025-05-01").contribution(segment="bpu", base=1_000_000)
    assert full.steps[0].spoken("id") == "JKK BPU Rp10.000 = dasar Rp1.000.000 × 1%"
    death = at("2014-05-01").benefit("death", programme="jkk", wage=3_000_000)
    said = "Death grant Rp144,000,000 = 60% × 80 × wage Rp3,000,000, at least the lump sum of JKM"
    assert said in [step.spoken("en") for step in death.steps]


def test_the_usual_contract_of_a_programme_marks_what_rests_on_it() -> None:
    usual = at("2024-10-01").contribution(segment="pmi", channel="g2g_korea")
    assert usual.computed["total"] == 494_500  # the notice PENG.2647 of September 2024
    assert usual.marks["total"] == ("pmi.iuran.g2g_korea_bulan",)
    stated = at("2024-10-01").contribution(segment="pmi", channel="g2g_korea", months=36)
    assert stated.computed["total"] == 494_500
    assert stated.marks["total"] == ()
