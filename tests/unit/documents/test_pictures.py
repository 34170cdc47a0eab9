"""Markup, colours and pictures of the report."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.documents.markup import Markup, el, number, pct
from cakup.documents.report import palette
from cakup.documents.svg.area_map import MapArea, boundary_map, tile_map
from cakup.documents.svg.inline import bullet, dot, stacked, step
from cakup.documents.svg.scale import Classes, ticks
from cakup.documents.svg.trend import Month, trend
from cakup.kernel.months import add_months
from cakup.places.boundaries import Boundaries
from cakup.places.registry import Area, Places
from cakup.places.tiles import layout

SHARES = st.lists(st.floats(0, 1), max_size=40)


# Markup ----------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_text_and_attributes_come_back_as_they_were(text: str) -> None:
    parsed = ET.fromstring(el("p", text, title=text))
    assert (parsed.text or "") == text
    assert parsed.get("title") == text


def test_only_markup_passes_unescaped() -> None:
    assert el("p", "<b>") == "<p>&lt;b&gt;</p>"
    assert el("p", Markup("<b></b>"), None, [1, "a"]) == "<p><b></b>1a</p>"
    assert el("p", class_="x", hidden=True, title=None) == '<p class="x" hidden></p>'
    assert el("br") == "<br>"


def test_coordinates_are_short_and_inside() -> None:
    assert [number(x) for x in (1.0, 1.256, -0.001, 0.5)] == ["1", "1.26", "0", "0.5"]
    assert [pct(x) for x in (-1, 0.256, 7)] == ["0%", "25.6%", "100%"]


# Colours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), palette.TEXT_PAIRS)
def test_every_text_stands_out_from_its_ground(
    colours: dict[str, str], text: str, ground: str
) -> None:
    assert palette.contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_the_ramp_goes_one_way(colours: dict[str, str]) -> None:
    """Neighbouring classes differ in brightness, so that they are told apart without colour."""
    against_black = [palette.contrast(colours[f"r{i}"], "#000000") for i in range(1, 6)]
    rising = [b / a for a, b in pairwise(against_black)]
    assert all(r > 1.25 for r in rising) or all(r < 0.8 for r in rising)
    assert set(palette.LIGHT) == set(palette.DARK)


# Scales ----------------------------------------------------------------------------------------


@given(SHARES)
def test_classes_hold_every_share_and_have_round_bounds(shares: list[float]) -> None:
    classes = Classes.of(shares)
    assert len(classes.bounds) == 6
    widths = [b - a for a, b in pairwise(classes.bounds)]
    assert max(widths) - min(widths) < 1e-6
    for share in shares:
        n = classes.number(share)
        assert 1 <= n <= 5
        assert classes.bounds[n - 1] - 1e-6 <= share <= classes.bounds[n] + 1e-6


def test_classes_are_as_narrow_as_round_widths_allow() -> None:
    assert Classes.of([0.246, 0.423]).bounds == (0.24, 0.28, 0.32, 0.36, 0.4, 0.44)
    assert Classes.of([]).bounds == (0, 0.2, 0.4, 0.6, 0.8, 1)
    assert Classes.of([1.0]).number(1.0) == 5


@given(st.floats(0, 1e6), st.floats(0.001, 1e6))
def test_ticks_enclose_and_are_few(low: float, span: float) -> None:
    marks = ticks(low, low + span, 5)
    tolerance = (low + span) * 1e-6
    assert marks[0] <= low + tolerance
    assert marks[-1] >= low + span - tolerance
    assert len(marks) <= 8


# Pictures --------------------------------------------------------------------------------------


def _parsed(picture: Markup) -> ET.Element:
    return ET.fromstring(picture)


def _areas(places: Places, kota: str) -> dict[str, MapArea]:
    return {
        a.kode: MapArea(a.nama, a.parent or "", 1 + i % 5 if i % 7 else None, "31,2", "x", i)
        for i, a in enumerate(places.within(kota, "desa_kelurahan"))
    }


def test_every_kelurahan_has_a_tile_with_its_words() -> None:
    places = Places.builtin()
    areas = _areas(places, "12.75")
    picture = tile_map("m", "judul", "isi", layout(places, "12.75"), areas)
    parsed = _parsed(picture)
    titles = [e for e in parsed.iter() if e.tag.endswith("title")]
    assert len(titles) == 38
    assert "Sumber" in picture
    assert "url(#m-hatch)" in picture


def test_tiles_of_any_city_stay_inside_the_picture() -> None:
    extra = [Area.of("12.71", "Kota"), Area.of("12.71.01", "Satu")]
    extra += [Area.of(f"12.71.01.{1000 + i}", f"Nama Panjang Sekali {i}") for i in range(1, 120)]
    places = Places.builtin().with_areas(extra)
    parsed = _parsed(tile_map("m", "a", "b", layout(places, "12.71"), _areas(places, "12.71")))
    _, _, width, height = (float(x) for x in parsed.attrib["viewBox"].split())
    for rect in (e for e in parsed.iter() if e.tag.endswith("rect") and e.get("rx")):
        assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width + 2
        assert float(rect.attrib["y"]) + float(rect.attrib["height"]) <= height + 2


def test_a_map_of_boundaries_draws_areas_borders_and_numbers() -> None:
    places = Places.builtin()
    square = tuple(
        (98.0 + dx, 3.0 + dy) for dx, dy in ((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1), (0, 0))
    )
    other = tuple((x + 0.1, y) for x, y in square)
    shapes = {"12.75.01.1001": ((square,),), "12.75.02.1001": ((other,),)}
    picture = boundary_map(
        "b", "judul", "isi", Boundaries(shapes, 0, "kode"), _areas(places, "12.75")
    )
    parsed = _parsed(picture)
    paths = [e for e in parsed.iter() if e.tag.endswith("path") and "area" in e.get("class", "")]
    assert len(paths) == 2
    assert len([e for e in parsed.iter() if e.get("class", "").startswith("no")]) == 2


@settings(max_examples=40)
@given(st.lists(st.integers(0, 200_000), min_size=2, max_size=30), st.integers(0, 6))
def test_the_trend_stays_inside_its_picture(numbers: list[int], ahead: int) -> None:
    months = [
        Month(add_months(date(2023, 11, 1), i), n, i >= max(1, len(numbers) - ahead))
        for i, n in enumerate(numbers)
    ]
    for size in ((720, 280), (344, 250)):
        parsed = _parsed(trend("t", "a", "b", months, size=size))
        for line in (e for e in parsed.iter() if e.get("class", "").startswith("line-")):
            points = line.attrib["d"][1:].split("L")
            for point in points:
                x, y = (float(v) for v in point.split())
                assert 0 <= x <= size[0]
                assert 0 <= y <= size[1]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1).map(lambda x: (x, min(1.0, x + 0.1))))
def test_small_pictures_are_well_formed(a: float, b: float, bounds: tuple[float, float]) -> None:
    for picture in (
        bullet(a, b, 1.0, bounds=bounds), dot(a, (0.0, 1.0), bounds=bounds, reference=b),
        step(a, b, class_="up"), stacked([(a / 2, "covered"), (b / 2, "rest")]),
    ):  # fmt: skip
        assert _parsed(picture).get("aria-hidden") == "true"
