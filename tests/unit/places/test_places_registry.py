"""Areas: codes, names, levels, the BPS bridge and changes over time."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from cakup.kernel.errors import InputError
from cakup.places.codes import dotted, is_kode, level_of, parent_of
from cakup.places.names import plain
from cakup.places.registry import Area, Places
from cakup.places.tiles import layout

BINJAI = Places.builtin()


def test_binjai_has_one_city_five_kecamatan_and_37_kelurahan() -> None:
    assert len(BINJAI.areas) == 43
    assert [a.nama for a in BINJAI.children("12.75")] == [
        "Binjai Utara", "Binjai Kota", "Binjai Barat", "Binjai Timur", "Binjai Selatan",
    ]  # fmt: skip
    assert len(BINJAI.within("12.75", "desa_kelurahan")) == 37
    assert all(a.is_kelurahan for a in BINJAI.within("12.75", "desa_kelurahan"))


def test_binjai_agrees_with_the_reference_file(shared: Path) -> None:
    with (shared / "data/regions/binjai_regions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            area = BINJAI.get(row["kode_kemendagri"])
            assert area is not None
            assert (area.nama, area.kode_bps or "") == (row["nama"], row["kode_bps"])


@pytest.mark.parametrize(
    ("text", "kode"),
    [
        ("Pekan Binjai", "12.75.02.1007"),
        ("PEKANBINJAI", "12.75.02.1007"),
        ("pekan - binjai", "12.75.02.1007"),
        ("Kel. Pekan Binjai", "12.75.02.1007"),
        ("Kelurahan Pekan Binjai, Kec. Binjai Kota", "12.75.02.1007"),
        ("KEL.PEKAN BINJAI KEC BINJAI KOTA", "12.75.02.1007"),
        ("Jatinegara", "12.75.01.1002"),
        ("Binjai", "12.75.02.1006"),
        ("Kel Binjai", "12.75.02.1006"),
        ("Binjai, Kota Binjai", "12.75.02.1006"),
        ("Binjai-Estate", "12.75.05.1002"),
    ],
)
def test_a_kelurahan_is_found_by_its_name(text: str, kode: str) -> None:
    assert [a.kode for a in BINJAI.find_desa_kelurahan(text)] == [kode]


@pytest.mark.parametrize("text", ["Kota Binjai", "Binjai Kota", "Binjai Kota, Kota Binjai", ""])
def test_city_and_kecamatan_are_never_taken_for_the_kelurahan_binjai(text: str) -> None:
    assert BINJAI.find_desa_kelurahan(text) == []


def test_the_city_is_found_with_and_without_its_word_of_office() -> None:
    for text in ("Kota Binjai", "BINJAI", "kodya binjai"):
        assert [a.kode for a in BINJAI.find(text, "kabkota")] == ["12.75"]


def test_a_kecamatan_narrows_the_search_only_if_it_is_known() -> None:
    assert BINJAI.find_desa_kelurahan("Nangka", kecamatan="Binjai Kota") == []
    assert len(BINJAI.find_desa_kelurahan("Nangka", kecamatan="Binjai Utara")) == 1
    assert len(BINJAI.find_desa_kelurahan("Nangka", kecamatan="12.75.01")) == 1
    assert len(BINJAI.find_desa_kelurahan("Nangka", kecamatan="tidak ada")) == 1


def test_two_areas_of_one_name_are_both_returned() -> None:
    places = BINJAI.with_areas([Area.of("12.75.01.1010", "Binjai")])
    found = places.find_desa_kelurahan("binjai")
    assert [a.kode for a in found] == ["12.75.01.1010", "12.75.02.1006"]
    assert len(places.find_desa_kelurahan("binjai", kecamatan="Binjai Kota")) == 1


def test_punctuation_of_names_does_not_matter() -> None:
    assert plain("Jong-Jong") == plain("Jong - Jong") == plain("JONG JONG")
    assert plain("Soka'an") == plain('Soka"an')


def test_nearest_names_are_offered() -> None:
    assert "Tunggurono" in BINJAI.nearest("Tunggorono", "desa_kelurahan")


def test_codes_say_their_level_and_parent() -> None:
    assert level_of("12.75.02.1006") == "desa_kelurahan"
    assert parent_of("12.75.02.1006") == "12.75.02"
    assert parent_of("12") is None
    assert is_kode("96.71")
    assert not any(is_kode(x) for x in ("12.7", "1275", "12.75.2", "12.75.02.106", "02.75", ""))


def test_a_bare_code_needs_its_scheme() -> None:
    with pytest.raises(InputError) as caught:
        BINJAI.read_code("1275")
    assert caught.value.code == "places.code.scheme"
    assert BINJAI.read_code("1275", "kemendagri") == "12.75"
    assert BINJAI.read_code("1275021006", "kemendagri") == "12.75.02.1006"
    assert BINJAI.read_code("1276", "bps") == "12.75"
    assert BINJAI.read_code("1275", "bps") is None, "Medan, which nobody told us of"
    assert BINJAI.read_code("12.75.02.1006") == "12.75.02.1006"
    assert dotted("127502", "kemendagri") == "12.75.02"
    assert dotted("1276020", "kemendagri") is None, "seven digits are BPS only"


SPLIT = [
    Area.of("12.75.06", "Kecamatan Rekaan"),
    Area.of("12.75.06.1001", "Lama", valid_to=date(2025, 5, 31), successors=("12.75.06.1003",)),
    Area.of(
        "12.75.06.1002", "Besar", valid_to=date(2025, 5, 31),
        successors=("12.75.06.1004", "12.75.06.1005"),
    ),
    *(
        Area.of(f"12.75.06.{n}", f"Baru {n}", valid_from=date(2025, 6, 1))
        for n in (1003, 1004, 1005)
    ),
]  # fmt: skip


def test_codes_are_carried_to_the_places_of_the_day() -> None:
    places = BINJAI.with_areas(SPLIT)
    before, after = date(2025, 1, 1), date(2025, 12, 31)

    def say(kode: str, day: date) -> tuple[str | None, str]:
        carried = places.carry(kode, day)
        return carried.kode, carried.how

    assert say("12.75.06.1001", before) == ("12.75.06.1001", "same")
    assert say("12.75.06.1001", after) == ("12.75.06.1003", "carried")
    assert say("12.75.06.1002", after) == (None, "split")
    assert say("12.75.06.1004", before) == ("12.75.06.1002", "carried"), "a part lay in one area"
    assert say("12.71.01.1001", after) == (None, "unknown")
    assert {a.kode[-4:] for a in places.at(after).children("12.75.06")} == {"1003", "1004", "1005"}


def test_merged_areas_cannot_be_told_apart_afterwards() -> None:
    merged = [
        Area.of(f"12.75.06.{n}", f"Lama {n}", valid_to=date(2025, 5, 31),
                successors=("12.75.06.1009",))
        for n in (1001, 1002)
    ]  # fmt: skip
    places = BINJAI.with_areas(
        [*merged, Area.of("12.75.06.1009", "Gabungan", valid_from=date(2025, 6, 1))]
    )
    assert places.carry("12.75.06.1001", date(2026, 1, 1)).kode == "12.75.06.1009"
    assert places.carry("12.75.06.1009", date(2025, 1, 1)).how == "split"


def test_a_circle_of_successors_ends() -> None:
    day = date(2025, 5, 31)
    places = BINJAI.with_areas(
        [
            Area.of("12.75.06.1001", "A", valid_to=day, successors=("12.75.06.1002",)),
            Area.of("12.75.06.1002", "B", valid_to=day, successors=("12.75.06.1001",)),
        ]
    )
    assert places.carry("12.75.06.1001", date(2026, 1, 1)).how == "ended"


def test_the_tile_grid_of_binjai_is_made_by_hand() -> None:
    grid = layout(BINJAI, "12.75")
    assert grid.is_geographic
    assert len({(t.column, t.row) for t in grid.tiles}) == 37
    assert (grid.columns, grid.rows) == (6, 10)


def test_north_is_up_and_east_is_right_on_the_tile_grid(shared: Path) -> None:
    """Tiles and centres of the true boundaries rank alike (Spearman > .9 on both axes)."""
    import json

    held = json.loads((shared / "data/geo/binjai_kelurahan.geojson").read_text(encoding="utf-8"))
    tiles = {t.kode: t for t in layout(BINJAI, "12.75").tiles}
    across, down = [], []
    for feature in held["features"]:
        ring = feature["geometry"]["coordinates"][0]
        tile = tiles[feature["properties"]["kode"]]
        across.append((tile.column, sum(p[0] for p in ring) / len(ring)))
        down.append((-tile.row, sum(p[1] for p in ring) / len(ring)))
    assert _spearman(across) > 0.85
    assert _spearman(down) > 0.9


def _spearman(pairs: list[tuple[float, float]]) -> float:
    def ranks(values: list[float]) -> list[float]:
        return [sum(w < v for w in values) + (sum(w == v for w in values) - 1) / 2 for v in values]

    a, b = ranks([p[0] for p in pairs]), ranks([p[1] for p in pairs])
    mean = sum(a) / len(a)
    over = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    under = sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b)
    return float(over / under**0.5)


def test_any_other_city_gets_blocks_of_tiles() -> None:
    areas = [Area.of("12.71", "Kota Lain")]
    for kec in range(1, 8):
        areas.append(Area.of(f"12.71.{kec:02}", f"Kecamatan {kec}"))
        areas += [Area.of(f"12.71.{kec:02}.{1000 + i}", f"K{i}") for i in range(1, 2 + kec * 2)]
    places = BINJAI.with_areas(areas)
    grid = layout(places, "12.71")
    assert not grid.is_geographic
    assert len(grid.tiles) == len({(t.column, t.row) for t in grid.tiles}) == 63
    assert layout(places, "12.99").tiles == ()
