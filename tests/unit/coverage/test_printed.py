"""Printed counts and percentages are read as the rules say, or refused with a reason."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cakup.coverage.consistency import check, read_figures
from cakup.coverage.printed import read_count, read_percent
from cakup.kernel.errors import UsageError


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("132.826", 132826, 132826),
        ("132,826", 132826, 132826),
        ("132826", 132826, 132826),
        ("132 826", 132826, 132826),
        ("132.826,00", 132826, 132826),
        ("1.234.567 orang", 1234567, 1234567),
        ("0", 0, 0),
        ("sekitar 89.300", 89250, 89349),
        ("Sekitar 89,300 pekerja", 89250, 89349),
        ("±98.000", 97500, 98499),
        ("~98,000", 97500, 98499),
        ("98 ribu", 97500, 98499),
        ("98rb", 97500, 98499),
        ("sekitar 7", 7, 7),
        ("sekitar 12.345", 12345, 12345),
        ("sekitar 40", 35, 44),
        ("1,5 juta", 1450000, 1549999),
        ("1.5 jt", 1450000, 1549999),
        ("41,38 juta", 41375000, 41384999),
        ("0,125 juta", 124500, 125499),
        ("2 miliar", 1500000000, 2499999999),
        ("2 M", 1500000000, 2499999999),
        ("about 98 thousand", 97500, 98499),
        ("kurang lebih 600 orang", 550, 649),
        ("lebih dari 175.000", 175000, 176000),
        ("more than 175,000", 175000, 176000),
        ("hampir 500", 400, 500),
        ("hampir 98 ribu", 97000, 98000),
    ],
)
def test_counts(text: str, low: int, high: int) -> None:
    read = read_count(text, "--gap")
    assert (read.low, read.high) == (low, high)
    assert read.text == text


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1,5", "12.34.567", "1234.567", "-5", "5 m", "1.5.6 juta", "٣٣", "33 %", "1e5",
     "sekitar", "0,0000001 juta"],
)  # fmt: skip
def test_unreadable_counts(text: str) -> None:
    with pytest.raises(UsageError) as err:
        read_count(text, "--gap")
    assert err.value.code == "figure.unreadable_count"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("33", "32.5", "33.5"),
        ("33 %", "32.5", "33.5"),
        ("33 persen", "32.5", "33.5"),
        ("sekitar 33%", "32.5", "33.5"),
        ("36,6", "36.55", "36.65"),
        ("36.6", "36.55", "36.65"),
        ("36,60", "36.595", "36.605"),
        ("33,333", "33.3325", "33.3335"),
        ("0.125", "0.1245", "0.1255"),
        ("0", "0", "0.5"),
        ("hampir 40", "39", "40"),
        ("lebih dari 50 %", "50", "51"),
        ("1.250,5", "1250.45", "1250.55"),
    ],
)
def test_percentages(text: str, low: str, high: str) -> None:
    read = read_percent(text, "--percent")
    assert (read.low, read.high) == (Fraction(low), Fraction(high))


def test_refused_percentages() -> None:
    for text, code in {
        "33.333": "figure.ambiguous_percent",
        "tiga": "figure.unreadable_percent",
        "-1": "figure.unreadable_percent",
        "33,1234567890": "figure.unreadable_percent",
        "1000001": "figure.too_large",
        "3" * 61: "figure.too_large",
    }.items():
        with pytest.raises(UsageError) as err:
            read_percent(text, "--percent")
        assert err.value.code == code


def test_a_part_does_not_exceed_its_whole_unless_that_is_printed() -> None:
    assert check(read_figures({"covered": "5000", "base": "4000"})).conflicts == (
        ("covered", "base"),
    )
    assert check(read_figures({"covered": "5000", "base": "4000", "percent": "125"})).compatible


def test_unbounded_ranges_say_so() -> None:
    spoken = check(read_figures({"percent": "33"})).as_json()
    assert spoken["implied"]["base"] == {"low": 3, "high": None}
    assert spoken["implied"]["percent"] == {"low": 32.5, "high": 33.5}


def test_new_persons_imply_the_percentage_after_them() -> None:
    verdict = check(read_figures({"percent": "33", "base": "132.826", "new": "5.000"}))
    after = verdict.implied["new"]
    assert after.high is not None
    assert float(after.low) == pytest.approx(36.26, abs=0.01)
    assert float(after.high) == pytest.approx(37.26, abs=0.01)


def test_large_bases_cost_nothing() -> None:
    verdict = check(read_figures({
        "base": "sekitar 1.000.000.000", "percent": "33,333333", "gap_percent": "66,666667",
    }))  # fmt: skip
    assert verdict.compatible
