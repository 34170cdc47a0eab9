"""Budgets as printed: reading, prices over time, refusals; against a slow search."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup import check_budget
from cakup.cli.main import main
from cakup.kernel.errors import RuleError, UsageError
from cakup.law.catalogue import built_in
from cakup.planning.budget_check import check_budget as check
from cakup.planning.budget_check import read_budget, read_period
from cakup.planning.prices import TWO_PROGRAMMES, Tariff
from rounds import examples

APBD = Tariff.of("apbd", "lain", TWO_PROGRAMMES, built_in())
SELF = Tariff.of("self", "lain", TWO_PROGRAMMES, built_in())


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Rp3.024.000.000", 3_024_000_000, 3_024_000_000),
        ("Rp 3.024.000.000,00", 3_024_000_000, 3_024_000_000),
        ("Rp.3.024.000.000,-", 3_024_000_000, 3_024_000_000),
        ("3,3 miliar", 3_250_000_000, 3_349_999_999),
        ("2,295 miliar rupiah", 2_294_500_000, 2_295_499_999),
        ("sekitar 500 juta", 450_000_000, 549_999_999),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, low: int, high: int) -> None:
    read = read_budget({"rupiah": text})["rupiah"]
    assert (read.low, read.high, read.text) == (low, high, text)


def test_prices_follow_the_month() -> None:
    verdict = check_budget(persons="1.000", period="2026-01..2026-12", payer="self")
    assert verdict.implied["rupiah"].low == 1_000 * (3 * 16_800 + 9 * 8_400)
    assert verdict.prices[0].rp_month is None
    assert "diskon.pp50_2025.bpu_lain" in verdict.prices[0].unconfirmed


def test_a_price_in_force_for_nine_months_buys_no_twelve() -> None:
    nine = check(read_budget({"persons": "1.000", "months": "9", "rupiah": "75.600.000"}), SELF)
    assert {p.rp_month for p in nine.prices if p.fits} == {8_400}
    twelve = check(read_budget({"persons": "1.000", "months": "12", "rupiah": "100.800.000"}), SELF)
    assert not twelve.compatible


def test_a_run_across_a_change_of_price_is_found() -> None:
    verdict = check(
        read_budget({"persons": "1.000", "months": "12", "rupiah": "126.000.000"}), SELF
    )
    assert verdict.compatible
    assert [p.rp_month for p in verdict.prices if p.fits] == [None]


def test_months_beyond_the_period_clash_alone() -> None:
    verdict = check(
        read_budget({"persons": "5.000", "months": "13"}), APBD, read_period("2025-01..2025-12")
    )
    assert verdict.conflicts == (("months",),)
    assert (verdict.implied["months"].low, verdict.implied["months"].high) == (1, 12)


def test_three_programmes_cost_36800() -> None:
    verdict = check_budget(persons="100", months="1", programmes=("jkk", "jkm", "jht"))
    assert verdict.implied["rupiah"].high == 3_680_000


@pytest.mark.parametrize("period", ["2025", "2025-13..2026-01", "2025-05..2025-01", "x..y"])
def test_a_bad_period_is_refused(period: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_period(period)
    assert caught.value.code == "budget.bad_period"


def test_nothing_given_and_unknown_words_are_refused() -> None:
    for call in ({}, {"persons": "1", "payer": "x"}, {"persons": "1", "sector": "x"},
                 {"persons": "1", "programmes": ("jp",)}):  # fmt: skip
        with pytest.raises(UsageError):
            check_budget(**call)  # type: ignore[arg-type]
    with pytest.raises(RuleError):
        check_budget(persons="1", period="2014-01..2014-03")


def test_json_of_the_command_has_the_shape_of_check_figure(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["check-budget", "--persons", "15.000", "--months", "12", "--rupiah",
              "Rp1.008.000.000", "--json"])  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert left.value.code == 0
    assert told["compatible"] is False
    assert told["rounding"] is None
    assert told["given"]["persons"] == {"text": "15.000", "low": 15_000, "high": 15_000}
    assert told["conflicts"] == [["persons", "rupiah"]]
    assert told["implied"]["persons"] == {"low": 5_000, "high": 5_000}


@cache
def _prices() -> list[int]:
    """Return the price of every month since the first, five years ahead."""
    prices: list[int] = []
    for a in SELF.spells():
        first, last = a.first, a.last
        n = 60 if last is None else (last.year - first.year) * 12 + last.month - first.month + 1
        prices += [a.price.total_rp] * n
    return prices


@settings(max_examples=examples(150), deadline=None)
@given(
    persons=st.integers(1, 400), months=st.integers(1, 24), price=st.sampled_from([16_800, 8_400]),
    off=st.sampled_from([0, 0, 0, 1, 8_400, 16_800]),
)  # fmt: skip
def test_a_slow_search_agrees(persons: int, months: int, price: int, off: int) -> None:
    """Every window of real months tried one by one gives the same verdict."""
    rupiah = persons * months * price + off
    told = {"persons": str(persons), "months": str(months), "rupiah": str(rupiah)}
    verdict = check(read_budget(told), SELF)
    prices = _prices()
    fits = any(
        persons * sum(prices[at : at + months]) == rupiah for at in range(len(prices) - months + 1)
    )
    assert verdict.compatible is fits


def test_ranges_that_clash_are_told_with_what_the_others_give(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["--persons", "sekitar 12.000", "--rupiah", "Rp2,1 miliar", "--period"]
    with pytest.raises(SystemExit):
        main(["check-budget", *words, "2026-01..2026-12"])
    told = " ".join(capsys.readouterr().out.split())
    # 11,500 to 12,499 persons for twelve months at Rp16,800.
    assert "memberi Rp2.318.400.000–2.519.798.400, tercetak Rp2,1 miliar" in told
    with pytest.raises(SystemExit):
        main(["check-budget", "--persons", "12.000", "--months", "12", "--rupiah", "10"])
    assert "memberi" not in capsys.readouterr().out
