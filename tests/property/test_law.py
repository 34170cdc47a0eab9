"""What must hold for every wage, base, class and group, whatever the amounts of the law."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.kernel.columns import MISSING, plain
from cakup.law import columns as bills
from cakup.law.benefits import jkk
from cakup.law.catalogue import built_in
from cakup.law.contributions.jakon import CONTRACT_LIMIT_RP
from cakup.law.contributions.wage import WAGE_LIMIT_RP
from cakup.law.questions.ask import ask
from cakup.law.questions.facts import Facts
from cakup.law.terms import Terms
from rounds import examples

DAYS = st.sampled_from(
    [date(2013, 1, 1), date(2015, 7, 1), date(2020, 9, 1), date(2024, 6, 1), date(2026, 4, 1)]
)
WAGES = st.integers(0, 40_000_000)
RISK = st.integers(1, 5)
MANY = settings(max_examples=examples(300), deadline=None)


def _pu(day: date, wage: Any, risk: Any) -> dict[str, Any]:
    return bills.wage_earner(Terms(day, built_in()), wage, risk)


@MANY
@given(day=DAYS, wage=WAGES, more=st.integers(0, 10_000_000), risk=RISK)
def test_contributions_never_fall_with_the_wage(day: date, wage: int, more: int, risk: int) -> None:
    low, high = _pu(day, wage, risk), _pu(day, wage + more, risk)
    assert all(low[name] <= high[name] for name in low)


@MANY
@given(day=DAYS, wage=WAGES, risk=st.integers(1, 4))
def test_jkk_never_falls_with_the_risk(day: date, wage: int, risk: int) -> None:
    assert _pu(day, wage, risk)["jkk"] <= _pu(day, wage, risk + 1)["jkk"]


@MANY
@given(day=DAYS, wage=WAGES, risk=RISK)
def test_never_above_ceiling_times_rate(day: date, wage: int, risk: int) -> None:
    made, terms = _pu(day, wage, risk), Terms(day, built_in())
    assert made["jkm"] * 100_000 <= wage * terms.rate("jkm.iuran.pu.tarif") + 50_000
    if "jp_worker" in made:
        most = terms.rp("jp.iuran.batas_upah") * terms.rate("jp.iuran.tarif_pekerja")
        assert made["jp_worker"] * 100_000 <= most + 50_000
    if "jkp_total" in made:
        most = terms.rp("jkp.batas_upah") * terms.rate("jkp.iuran.tarif_total")
        assert made["jkp_total"] * 100_000 <= most + 50_000


@MANY
@given(day=DAYS, wage=WAGES, risk=RISK)
def test_parts_add_up(day: date, wage: int, risk: int) -> None:
    answer = ask(day, Facts(segment="pu", wage=wage, risk_group=risk), catalogue=built_in())
    done = answer.computed
    assert done["jht_total"] == done["jht_worker"] + done["jht_employer"]
    if "jp_worker" in done:
        assert done["total"] == done["worker_total"] + done["employer_total"]
        assert done["jp_total"] == done["jp_worker"] + done["jp_employer"]
    if "jkp_total" in done:
        parts = done["jkp_government"] + done["jkp_from_jkk"] + done["jkp_from_jkm"]
        assert parts == done["jkp_total"]
        assert done["jkk"] == done["jkk_after_jkp"] + done["jkp_from_jkk"]


@settings(max_examples=examples(100), deadline=None)
@given(
    day=st.sampled_from([date(2025, 3, 1), date(2026, 1, 1), date(2026, 12, 1)]),
    persons=st.integers(0, 100_000), months=st.integers(1, 18),
    base=st.integers(1_000_000, 20_700_000), payer=st.sampled_from(["mandiri", "apbd_kabkota"]),
)  # fmt: skip
def test_a_group_is_the_sum_of_its_persons_and_months(
    day: date, persons: int, months: int, base: int, payer: str
) -> None:
    def total(**more: int) -> int:
        facts = Facts(segment="bpu", base=base, payer=payer, sector="other", **more)
        return int(ask(day, facts, catalogue=built_in()).computed["total"])

    assert total(persons=persons, months=months) == persons * total(months=months)
    assert total(months=months) == total(months=1) + sum(
        int(ask(date(day.year + (day.month + n - 1) // 12, (day.month + n - 1) % 12 + 1, 1),
                Facts(segment="bpu", base=base, payer=payer, sector="other"),
                catalogue=built_in()).computed["total"])
        for n in range(1, months)
    )  # fmt: skip


@pytest.mark.parametrize("wage", [MISSING, -1, WAGE_LIMIT_RP + 1])
def test_missing_or_impossible_wages_stay_missing(wage: Any) -> None:
    made = _pu(date(2026, 4, 1), wage, 1)
    assert {plain(v) for v in made.values()} == {None}


@pytest.mark.parametrize("risk", [MISSING, 0, 6])
def test_an_unknown_class_leaves_jkk_missing_and_nothing_else(risk: Any) -> None:
    made = _pu(date(2026, 4, 1), 5_000_000, risk)
    assert plain(made["jkk"]) is None
    assert plain(made["employer_total"]) is None
    assert made["jkm"] == 15_000


def test_a_missing_age_leaves_jp_missing() -> None:
    terms = Terms(date(2026, 4, 1), built_in())
    made = bills.wage_earner(terms, 5_000_000, 1, age=MISSING)
    assert plain(made["jp_worker"]) is None
    assert plain(made["jht_worker"]) == 100_000


@MANY
@given(value=st.integers(0, CONTRACT_LIMIT_RP), more=st.integers(0, 10**10))
def test_project_contributions_rise_slower_than_the_contract(value: int, more: int) -> None:
    terms = Terms(date(2024, 1, 1), built_in())
    if value + more > CONTRACT_LIMIT_RP:
        return
    low = bills.construction_by_contract(terms, value)
    high = bills.construction_by_contract(terms, value + more)
    assert low["jkk"] <= high["jkk"]
    assert (high["jkk"] - low["jkk"]) * 100_000 <= more * 210 + 200_000


@MANY
@given(day=DAYS, wage=st.integers(400_000, 40_000_000), months=st.integers(0, 60))
def test_stmb_never_pays_more_than_the_wage(day: date, wage: int, months: int) -> None:
    terms = Terms(day, built_in())
    paid = jkk.stmb(wage, bulan_months=months, t=terms)
    assert months * wage // 2 <= paid <= months * wage
