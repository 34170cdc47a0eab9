"""NIKs under every damage that offices do to them: what is lost is never made up."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cakup.identifiers import nik
from cakup.intake.seen import Seen
from cakup.kernel.identifiers import nik_facts

REFERENCE = date(2025, 10, 31)
AREAS = st.sampled_from(["127591", "127595", "919191", "969999", "110199"])
BIRTHS = st.dates(date(1926, 11, 1), date(2020, 1, 1))
#: The last digit is no 0, so that a lost one can be told from one that was there.
SERIALS = st.integers(1, 9999).filter(lambda n: n % 10 != 0)
LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs",))


@st.composite
def niks(draw: st.DrawFn) -> tuple[str, date, str]:
    """Return a NIK with the birth date and the sex that it states."""
    born, is_female = draw(BIRTHS), draw(st.booleans())
    day = born.day + 40 * is_female
    number = f"{draw(AREAS)}{day:02d}{born:%m%y}{draw(SERIALS):04d}"
    return number, born, "P" if is_female else "L"


def told(text: str | None, **column: bool) -> dict[str, str | None]:
    frame = pl.DataFrame({"n": pl.Series([text], dtype=pl.String)})
    return frame.select(nik.clean(pl.col("n"), **column).alias("n")).unnest("n").row(0, named=True)


@given(niks())
def test_a_whole_nik_is_itself_and_implies_what_plain_python_reads(
    held: tuple[str, date, str],
) -> None:
    number, born, sex = held
    assert told(number) == {"nik": number, "nik_status": "ok", "nik_seen": None, "nik_repair": None}
    frame = pl.DataFrame({"n": [number]})
    implied = frame.select(nik.implied(pl.col("n"), REFERENCE).alias("i")).unnest("i")
    day, stated_sex, kecamatan = implied.row(0)
    assert (day, stated_sex) == (born, sex)
    assert kecamatan == f"{number[:2]}.{number[2:4]}.{number[4:6]}"
    facts = nik_facts(number)
    assert facts is not None
    assert (facts.birth_date(REFERENCE), facts.jenis_kelamin) == (born, sex)


@given(niks(), st.sampled_from([" ", "'", ".", "-", "\u00a0", "\u200b", "/"]), st.integers(1, 15))
def test_marks_inside_a_nik_hide_nothing(
    held: tuple[str, date, str], mark: str, place: int
) -> None:
    number = held[0]
    found = told(f"{number[:place]}{mark}{number[place:]}")
    if mark in ".,":  # “1.2759…” could be a number of which the end was cut off
        assert found["nik"] in (number, None)
    else:
        assert (found["nik"], found["nik_status"]) == (number, "ok")


@given(niks(), st.integers(0, 15))
def test_the_letter_o_for_a_zero_is_mended_and_said(
    held: tuple[str, date, str], place: int
) -> None:
    number = held[0]
    if number[place] != "0":
        return
    found = told(f"{number[:place]}O{number[place + 1 :]}")
    assert (found["nik"], found["nik_repair"]) == (number, "letters")


@given(niks(), st.integers(0, 15))
def test_a_lost_digit_is_never_won_back(held: tuple[str, date, str], place: int) -> None:
    number = held[0]
    short = number[:place] + number[place + 1 :]
    found = told(short)
    assert found["nik"] is None
    assert found["nik_status"] in ("lost_digit", "filler")
    assert found["nik_seen"] in (short.lstrip("0"), None)


@given(niks(), st.integers(3, 12))
def test_scientific_notation_keeps_the_digits_that_it_shows(
    held: tuple[str, date, str], shown: int
) -> None:
    number = held[0]
    written = f"{number[0]},{number[1:shown]}E+15"
    found = told(written)
    assert (found["nik"], found["nik_status"]) == (None, "scientific")
    assert number.startswith(str(found["nik_seen"]))


@given(niks())
def test_fifteen_digits_of_a_spreadsheet_are_evidence_and_no_identity(
    held: tuple[str, date, str],
) -> None:
    number = held[0]
    cut = number[:15] + "0"
    found = told(cut, final_zero_lost=True)
    assert found["nik"] is None
    assert found["nik_status"] in ("excel15", "filler")
    if found["nik_status"] == "excel15":
        assert found["nik_seen"] == number[:15]


@given(niks())
def test_what_a_float_may_have_rounded_is_no_identity(held: tuple[str, date, str]) -> None:
    number = held[0]
    rounded = str(int(float(number)))
    found = told(rounded, is_rounded=True)
    if int(number) > nik.FLOAT_EXACT_BELOW:
        assert (found["nik"], found["nik_status"]) == (None, "float")
        assert found["nik_seen"] == rounded
    else:
        assert found["nik"] == number


TEXTS = st.one_of(
    st.none(), st.text(LETTERS, max_size=24), st.from_regex(r"[0-9OIl.,eE+ ']{0,22}")
)  # fmt: skip


@given(st.lists(TEXTS, min_size=5, max_size=9))
def test_any_text_has_a_status_and_only_16_digits_are_a_nik(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"n": pl.Series(texts, dtype=pl.String)})
    for found in frame.select(nik.clean(pl.col("n")).alias("n")).unnest("n").rows(named=True):
        assert found["nik_status"] in nik.STATUSES
        assert (found["nik"] is not None) == (found["nik_status"] == "ok")
        if found["nik"] is not None:
            assert found["nik"].isdecimal()
            assert len(found["nik"]) == 16
            assert nik_facts(found["nik"]) is not None


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 12)), max_size=12), max_size=6))
def test_repeats_are_found_over_all_parts(parts: list[list[int | None]]) -> None:
    """Against a plain set; nothing that is missing repeats."""
    seen, plain = Seen(), set()
    for part in parts:
        expected = []
        for number in part:
            expected.append(number is not None and number in plain)
            plain.add(number)
        assert seen.repeated(pl.Series(part, dtype=pl.Int64)).to_list() == expected
    assert sum(map(len, seen.runs)) == len(plain - {None})
