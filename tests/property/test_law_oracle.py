"""A second, slow, independent reading of the JP pension, its series, Jakon tariffs and the bills.

Nothing here uses the rules: Fractions, plain loops, and numbers typed from the regulation.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor

from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.law.benefits.jp import dalam_batas, formula_pensiun, upah_tertimbang
from cakup.law.catalogue import built_in
from cakup.law.columns import construction_by_contract, wage_earner
from cakup.law.contributions.jp import bulan_pendaftaran_terakhir
from cakup.law.terms import Terms
from rounds import examples

MANY = settings(max_examples=examples(300), deadline=None)
#: General inflation of the year before, by year of use, as typed from the press.
INFLATION = {
    2016: "3.35", 2017: "3.02", 2018: "3.61", 2019: "3.13", 2020: "2.72", 2021: "1.68",
    2022: "1.87", 2023: "5.51", 2024: "2.61", 2025: "1.57", 2026: "2.92",
}  # fmt: skip
JKK_SLICES = ((100, "0.21"), (400, "0.17"), (500, "0.13"), (4_000, "0.11"), (None, "0.09"))
JKM_SLICES = ((100, "0.03"), (400, "0.02"), (500, "0.02"), (4_000, "0.01"), (None, "0.01"))
MILLION = 1_000_000


def half_up(x: Fraction) -> int:
    return floor(x + Fraction(1, 2))


def slow_project(value: int, slices: tuple[tuple[int | None, str], ...]) -> int:
    left, due = value, Fraction(0)
    for millions, percent in slices:
        part = left if millions is None else min(left, millions * MILLION)
        due += part * Fraction(percent) / 100
        left -= part
    return half_up(due)


@MANY
@given(value=st.one_of(st.integers(0, 10**10), st.integers(0, 10**15)))
def test_project_tariffs(value: int) -> None:
    made = construction_by_contract(Terms(date(2024, 1, 1), built_in()), value)
    assert made["jkk"] == slow_project(value, JKK_SLICES)
    assert made["jkm"] == slow_project(value, JKM_SLICES)


def slow_weighted(wages: dict[int, int], until: int) -> Fraction:
    total = Fraction(0)
    for year, wage in wages.items():
        worth = Fraction(wage)
        for later in sorted(INFLATION):
            if year < later <= until:
                worth = worth * (100 + Fraction(INFLATION[later])) / 100
        total += worth
    return total / len(wages) / 12


@MANY
@given(
    wages=st.dictionaries(st.integers(2015, 2026), st.integers(0, 150_000_000), min_size=1),
    months=st.integers(1, 480),
)
def test_pension(wages: dict[int, int], months: int) -> None:
    terms = Terms(date(2026, 6, 1), built_in())
    average = half_up(slow_weighted(wages, 2026))
    assert upah_tertimbang(wages, sampai_tahun=2026, t=terms) == average
    formula = half_up(Fraction(average) * months / 12 / 100)
    assert formula_pensiun(average, masa_iur_months=months, t=terms) == formula
    expected = min(max(formula, 411_400), 4_932_300)
    assert dalam_batas(formula, t=terms) == expected


@MANY
@given(wage=st.integers(0, 10**12), risk=st.integers(1, 5))
def test_bill_of_a_wage_earner(wage: int, risk: int) -> None:
    made = wage_earner(Terms(date(2026, 4, 1), built_in()), wage, risk)
    rate = Fraction(["0.24", "0.54", "0.89", "1.27", "1.74"][risk - 1])
    capped = min(wage, 11_086_300)
    expected = {
        "jkk": wage * rate, "jkm": wage * Fraction("0.3"), "jht_worker": wage * Fraction(2),
        "jht_employer": wage * Fraction("3.7"), "jp_worker": capped * Fraction(1),
        "jp_employer": capped * Fraction(2), "jkp_total": min(wage, 5 * MILLION) * Fraction("0.36"),
    }  # fmt: skip
    assert {k: made[k] for k in expected} == {k: half_up(v / 100) for k, v in expected.items()}


def slow_last_month(born: date) -> str:
    """Walk month by month until the age in force is reached by the end of the month."""
    steps = {2015: 56, 2019: 57}
    year, month = 2015, 7
    while True:
        age = max(a for y, a in steps.items() if y <= year) if year < 2022 else 0
        if year >= 2022:
            age = min(58 + (year - 2022) // 3, 65)
        reached = (born.year + age, born.month) <= (year, month)
        if reached:
            before = (year, month - 1) if month > 1 else (year - 1, 12)
            return f"{before[0]}-{before[1]:02d}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


@MANY
@given(born=st.dates(date(1960, 1, 1), date(2000, 12, 28)))
def test_last_month_for_joining(born: date) -> None:
    terms = Terms(date(2026, 4, 1), built_in())
    assert bulan_pendaftaran_terakhir(born, t=terms) == slow_last_month(born)
