"""The plan on a narrow screen: nothing that a wide one shows is lost."""

from __future__ import annotations

import re

import hypothesis.strategies as st
import pytest
from hypothesis import given

from cakup.documents.scenarios.folding import Row, folding
from cakup.documents.scenarios.narrow_picture import WIDTH, narrow_scenarios
from cakup.documents.scenarios.picture import Line

HEADS = ("Dompet", "Pagu", "Terpakai", "Sisa")


def test_what_has_no_column_is_a_line_under_the_name() -> None:
    row = Row("apbd", ("Rp10", "Rp8", "Rp2"), "semua", warned=(0, 2))
    drawn = str(folding(HEADS, [row], (2,)))
    assert re.findall(r'<span class="([^"]*)">([^<]*)<', drawn) == [
        ("sub", "semua"), ("sub folded warn", "Pagu: Rp10"), ("sub folded", "Terpakai: Rp8"),
    ]  # fmt: skip
    cells = re.findall(r'<td class="([^"]*)">([^<]*)<', drawn)
    assert cells == [("num warn fold", "Rp10"), ("num fold", "Rp8"), ("num warn", "Rp2")]
    heads = re.findall(r'<th[^>]*class="([^"]*)"[^>]*>([^<]*)<', drawn)
    assert heads == [("num fold", "Pagu"), ("num fold", "Terpakai"), ("num", "Sisa")]


def test_a_sentence_takes_the_place_of_all_values() -> None:
    drawn = str(folding(HEADS, [Row("apbd", told="tidak dapat dipenuhi")], (2,)))
    assert 'colspan="3"' in drawn
    assert "folded" not in drawn


LINES = st.builds(
    Line, st.text("abc ", max_size=140), st.floats(0, 0.3), st.floats(0.3, 1), st.floats(0, 1),
    is_met=st.booleans(),
)  # fmt: skip


@given(st.lists(LINES, min_size=1, max_size=6), st.lists(st.floats(0, 1), max_size=4))
def test_all_is_inside_the_picture_and_in_the_order_of_the_scenarios(
    lines: list[Line], shares: list[float]
) -> None:
    drawn = str(narrow_scenarios(lines, [(f"t{n}", s) for n, s in enumerate(shares)], "id"))
    height = float(re.findall(r'viewBox="0 0 368 ([\d.]+)"', drawn)[0])
    tops = [float(y) for y in re.findall(r'<text[^>]* y="([\d.]+)"', drawn)]
    assert all(0 < y <= height for y in tops)
    for x, width in re.findall(r'<rect[^>]* x="([\d.]+)"[^>]* width="([\d.]+)"', drawn):
        assert float(x) + float(width) <= WIDTH
    assert drawn.count('class="diamond"') == sum(line.is_met for line in lines)
    assert drawn.count("tidak dapat dipenuhi") == sum(not line.is_met for line in lines)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_long_title_has_two_lines_and_a_bar_below_both(lang: str) -> None:
    titles = ["Pendek", "Kuota tiap kelurahan sedikitnya tiga ratus orang dan paling banyak seribu"]
    drawn = str(narrow_scenarios([Line(t, 0.1, 0.4, 0.3) for t in titles], [], lang))  # type: ignore[arg-type]
    told = re.findall(r'class="title"[^>]*>([^<]*)<', drawn)
    assert told[0] == "Pendek"
    assert " ".join(told[1:]) == titles[1]
    last = max(float(y) for y in re.findall(r'<text[^>]* y="([\d.]+)"[^>]*class="title"', drawn))
    bars = [float(y) for y in re.findall(r'<rect[^>]*class="fill"[^>]* y="([\d.]+)"', drawn)]
    assert last < bars[1]
