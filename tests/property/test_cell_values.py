"""Money and months in a cell: read as written, or not at all."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.intake import values
from cakup.kernel import spelling
from cakup.kernel.months import MONTHS_ID
from rounds import examples

RUPIAH = st.integers(0, 10**12)
MONTHS = st.dates(date(1990, 1, 1), date(2049, 12, 31)).map(lambda d: d.replace(day=1))


@given(RUPIAH)
def test_every_way_to_write_an_amount_gives_it_back(amount: int) -> None:
    dotted, comma = f"{amount:,}".replace(",", "."), f"{amount:,}"
    ways = [str(amount), dotted, f"Rp{dotted}", f"Rp {dotted},00", f"Rp. {dotted},-", comma,
            f"{comma}.00", f" {amount} ", f"{amount}.0", f"IDR {comma}"]  # fmt: skip
    assert {way: values.rupiah(way) for way in ways} == dict.fromkeys(ways, amount)
    assert values.rupiah(f"-{dotted}") == -amount


@given(st.integers(1, 9999), st.sampled_from(["rb", "ribu", "jt", "juta"]))
def test_words_for_thousands_and_millions(number: int, unit: str) -> None:
    factor = 1_000 if unit.startswith("r") else 1_000_000
    assert values.rupiah(f"{number} {unit}") == number * factor
    assert values.rupiah(f"{number},5 {unit}") == number * factor + factor // 2


@settings(max_examples=examples(400))
@given(st.text(max_size=16))
def test_what_is_no_amount_is_none_and_never_zero(text: str) -> None:
    found = values.rupiah(text)
    assert found is None or isinstance(found, int)
    if not any(c.isdecimal() for c in text):
        assert found is None


@pytest.mark.parametrize("text", ["1.50.000", "12,34,567", "1.000,000.00", "dua juta", "", "1/2"])
def test_marks_that_make_no_sense_are_not_guessed(text: str) -> None:
    assert values.rupiah(text) is None


@given(MONTHS)
def test_every_way_to_write_a_month_gives_it_back(month: date) -> None:
    name = MONTHS_ID[month.month - 1]
    ways = [f"{month:%Y-%m}", f"{month:%m/%Y}", f"{month:%Y%m}", f"{month:%m%Y}",
            f"{name} {month.year}", f"{name[:3]}-{month:%y}", f"{name.upper()} {month.year}",
            f"{month:%Y-%m-%d}", f"15/{month:%m/%Y}", f"{month:%Y-%m-%d} 00:00:00"]  # fmt: skip
    for way in ways:
        year = month.year if "-" not in way or len(way) > 6 else month.year % 100 + 2000
        assert values.month(way) == month.replace(year=year), way
    assert values.month_number(name) == month.month


@settings(max_examples=examples(400))
@given(st.text(max_size=12))
def test_any_text_is_a_first_day_or_none(text: str) -> None:
    found = values.month(text)
    assert found is None or found.day == 1


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=12))
def test_tidy_text_is_the_same_cell_by_cell(cells: list[str | None]) -> None:
    """Columns are looked at as a whole for speed; each cell must not know of the others."""
    whole = values.text(pl.Series(cells, dtype=pl.String)).to_list()
    assert whole == [values.text(pl.Series([c], dtype=pl.String)).item() for c in cells]
    for before, after in zip(cells, whole, strict=True):
        assert after is None or (after == after.strip(" '`") and after)
        if before is not None and before.isalpha() and before.isascii() and len(before) > 4:
            assert after == before


@given(st.integers(0, 10**13 - 1), st.sampled_from(["{}", "'{}", "{}.0", " {} ", "{} "]))
def test_identifiers_lose_only_what_is_not_theirs(number: int, way: str) -> None:
    digits = f"{number:08d}"
    assert values.digits(pl.Series([way.format(digits)])).item() == digits


def test_amounts_read_as_the_product_spells_them() -> None:
    assert values.rupiah("Rp" + spelling.count(1_767_427_200)) == 1_767_427_200
