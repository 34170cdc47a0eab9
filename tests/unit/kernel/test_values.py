"""Kernel values: months, spelling, NIK facts, errors, figures."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cakup.kernel import months, spelling
from cakup.kernel.errors import CakupError, InputError, UsageError, Where
from cakup.kernel.figures import Figure, Source
from cakup.kernel.identifiers import is_fictitious_nik, mask_nik, nik_facts

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-10", date(2025, 10, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2025-10-05", date(2025, 10, 5)),
    ],
)
def test_a_month_stands_for_its_last_day(text: str, day: date) -> None:
    assert months.parse_day(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "2025", "2025-13", "31-10-2025", "2025/10", "2025-02-30", "okt", "0001-01", "9999-12"],
)
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        months.parse_day(text)
    assert caught.value.code == "usage.bad_date"
    assert caught.value.exit_code == 2


@given(days, st.integers(-600, 600))
def test_adding_months_and_counting_them_agree(day: date, n: int) -> None:
    moved = months.add_months(day, n) if 1901 <= day.year + n / 12 <= 2198 else None
    if moved is not None:
        assert months.months_between(day, moved) == n
        assert moved.day == 1


@given(days)
def test_last_day_is_the_day_before_the_next_month(day: date) -> None:
    assert (months.add_months(day, 1) - months.last_day(day)).days == 1


def test_spelling_follows_the_house() -> None:
    assert spelling.count(132_826) == "132.826"
    assert spelling.count(132_826, "en") == "132,826"
    assert spelling.percent(0.32769) == "32,8%"
    assert spelling.percent(1326 / 4000) == "33,2%"
    assert spelling.percent(1326 / 4000, 2) == "33,15%"
    assert spelling.decimal(-0.25) == "-0,3"
    assert spelling.decimal(1_234.5, 1, "en") == "1,234.5"
    assert spelling.rupiah(1_767_427_200) == "Rp1.767.427.200"
    assert spelling.rupiah(-16_800) == "−Rp16.800"
    assert spelling.day(date(2025, 10, 31)) == "31 Oktober 2025"
    assert spelling.month(date(2025, 8, 1)) == "Agu 2025"
    assert spelling.month(date(2025, 8, 1), "en") == "Aug 2025"


@given(
    st.sampled_from(["127591", "127595", "917191"]),
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    st.booleans(),
    st.integers(1, 9999),
)
def test_a_nik_says_birth_date_and_sex(place: str, born: date, woman: bool, serial: int) -> None:
    nik = f"{place}{born.day + 40 * woman:02d}{born:%m%y}{serial:04d}"
    facts = nik_facts(nik)
    if facts is None:  # only a filler may say nothing
        assert len(set(nik)) == 1
        return
    assert facts.jenis_kelamin == ("P" if woman else "L")
    found = facts.birth_date(date(2020, 12, 31))
    assert found is not None
    assert (found.day, found.month, found.year % 100) == (born.day, born.month, born.year % 100)
    assert is_fictitious_nik(nik)


@pytest.mark.parametrize(
    "nik",
    ["", "1" * 16, "1234567890123456", "1275913202900001", "1275910013900001", "12759101019000"],
)
def test_what_is_no_nik_says_nothing(nik: str) -> None:
    assert nik_facts(nik) is None


@given(st.text(alphabet="0123456789", min_size=16, max_size=16))
def test_a_masked_nik_shows_neither_birth_date_nor_sex(nik: str) -> None:
    assert nik[4:12] not in mask_nik(nik).split("…")
    assert len(mask_nik(nik)) == 9


def test_an_error_says_where_what_and_what_to_do() -> None:
    err = InputError(
        "workspace.table_missing", where=Where("a.xlsx", "Data", 4, "NIK"), table="t", verb="v"
    )
    assert err.parts("en")["where"] == "a.xlsx, sheet Data, row 4, column NIK"
    assert err.spoken("id").startswith("a.xlsx, lembar Data, baris 4, kolom NIK: Tabel t ")
    assert err.spoken("id").endswith("[workspace.table_missing]")
    assert isinstance(err, CakupError)
    assert err.exit_code == 3


def test_counts_in_a_message_are_marked_and_years_are_not() -> None:
    few = UsageError("synth.few_workers", least=2000)
    assert "2.000 pekerja" in few.spoken("id")
    assert "2,000 workers" in few.spoken("en")
    year = InputError("plan.purse.bad_months", year=2026, purse="x")
    assert "tahun 2026" in year.spoken("id")


def test_a_figure_becomes_json_with_every_key() -> None:
    figure = Figure(
        0.5, 1, 2, date(2025, 10, 31), None, "a", "b", "ktp", (Source("BPS", "x", 2025),), (0, 2)
    )
    assert figure.as_json() == {
        "value": 0.5, "numerator": 1, "denominator": 2, "as_of": "2025-10-31", "known_on": None,
        "numerator_definition": "a", "denominator_definition": "b", "region_rule": "ktp",
        "sources": [{"issuer": "BPS", "document": "x", "year": 2025, "status": "unconfirmed"}],
        "bounds": [0, 2], "interval": None, "unconfirmed": [], "suppressed": False,
        "by": {}, "name": "",
    }  # fmt: skip
