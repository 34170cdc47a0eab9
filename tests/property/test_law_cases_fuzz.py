"""Whatever a case file says, the runner answers: a state, whole rupiah, nothing else escapes."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cakup.law.cases import OUTPUTS, run_case
from cakup.law.catalogue import built_in
from cakup.law.questions.events import EVENTS
from cakup.law.questions.facts import CHANNELS, CONTRACTS, HEIRS, PAYERS, SECTORS, SEGMENTS
from rounds import examples

MONEY = st.one_of(
    st.integers(0, 30_000_000), st.sampled_from([0, 1_000_000, 10**12, 10**12 + 1, -1, "x", None])
)
FEW = st.integers(-1, 40)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "segment": st.sampled_from([*SEGMENTS, "tni"]),
    "wage": MONEY, "paid_wage": MONEY, "daily_wage": MONEY, "base": MONEY, "income": MONEY,
    "contract_value": MONEY, "jht_balance": MONEY, "contribution_due": MONEY, "cost": MONEY,
    "previous_ceiling": MONEY, "risk_group": st.integers(0, 6), "employer_group": FEW,
    "age": FEW, "months": FEW, "persons": FEW, "membership_months": FEW, "unpaid_months": FEW,
    "employments": FEW, "children": FEW, "children_max_scholarship": FEW, "months_late": FEW,
    "registered_months": FEW, "monthly_factor": FEW, "year": st.integers(2010, 2030),
    "gdp_growth": st.sampled_from(["0.05", "-0.02", "5%", "lima"]),
    "labour_intensive": st.sampled_from([True, "false", "x"]),
    "citizen": st.booleans(), "jp_registered": st.booleans(), "jht": st.booleans(),
    "art_15_4_choice": st.booleans(), "after_widow": st.booleans(),
    "born": st.sampled_from(["1967-04-20", "2000-02-29", "2030-01-01", "1900", "kemarin"]),
    "joined": st.sampled_from(["2020-05-16", "2026-04-16"]),
    "left": st.sampled_from(["2020-05-16", "2026-04-16"]),
    "wage_type": st.sampled_from(list(CONTRACTS)),
    "contract_type": st.sampled_from(list(CONTRACTS)),
    "payer": st.sampled_from([*PAYERS, "apbd/dbh", "sultan"]),
    "sector": st.sampled_from(list(SECTORS)), "channel": st.sampled_from(list(CHANNELS)),
    "heir": st.sampled_from(list(HEIRS)), "cause": st.sampled_from(["natural", "accident"]),
    "event": st.sampled_from([*EVENTS, "phk", "flood"]),
    "levels": st.sampled_from(["all", ["sd", "pt"], "sd,s9"]),
    "scholarship": st.sampled_from([[{"level": "sd", "years": 3}], "pt:9", {"sma": 2}, "x"]),
    "body_part": st.sampled_from(["kedua_mata", "jari"]), "loss_percent": FEW,
    "transport_modes": st.sampled_from(["darat", "darat,laut", "unta"]),
    "note": st.just("x"), "salary": st.just(1),
}  # fmt: skip
DATES = st.sampled_from(
    ["2010-01-01", "2012-04-23", "2014-06-30", "2015-07-01", "2018-12-01", "2020-09-15",
     "2021-02-02", "2023-02-22", "2024-06-01", "2025-02-07", "2026-01-01", "2026-04",
     "2027-06-01", "2043-01-01"]
)  # fmt: skip
PROGRAMMES = st.sampled_from(
    [None, "JKK", "JKM", "JKK+JKM", "JKK+JKM+JHT+JP", "JHT", "JP", "JKP", "PMI", "denda",
     "beasiswa", "JKK+JKM+JHT+JP+JKP", "JKX"]
)  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(list(VALUES)), max_size=7, unique=True))
    inputs = {name: draw(VALUES[name]) for name in names}
    return {"id": "x", "date": draw(DATES), "programme": draw(PROGRAMMES), "inputs": inputs}


@settings(max_examples=examples(1_500), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases(), allow=st.booleans())
def test_every_case_gets_an_answer(case: dict[str, Any], allow: bool) -> None:
    result = run_case(case, built_in(), allow_unconfirmed=allow)
    assert result.status in ("pass", "unsupported", "error")
    assert set(result.computed) <= OUTPUTS
    for name, value in result.computed.items():
        if name in ("latest_registration_month", "arrears"):
            assert isinstance(value, str)
        else:
            assert isinstance(value, int)
            assert not isinstance(value, bool)
            assert value >= 0, name
    if result.status == "error":
        assert not result.computed
        assert result.reason
    if "salary" in case["inputs"]:
        assert result.status == "error"
        assert "salary" in result.reason
    if result.answer is not None:
        assert set(result.unconfirmed) <= set(result.answer.values) | _named(result.answer)
        again = run_case(case, built_in(), allow_unconfirmed=allow)
        assert again.payload() == result.payload()


def _named(answer: Any) -> set[str]:
    """Keys of values that were looked up for a year and not through a rule."""
    return {key for keys in answer.marks.values() for key in keys}
