"""Files of areas, bridges and boundaries: what loads, what is refused and how it is told."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from cakup.kernel.errors import InputError
from cakup.pipeline import places as use
from cakup.pipeline.workspace import Workspace
from cakup.places.boundaries import Boundaries, read_boundaries
from cakup.places.registry import Places

CITY = """kode,nama,valid_from,valid_to,successor
12.71,Kota Rekaan,,,
12.71.01,Satu,,,
12.71.01.1001,Lama,,2025-05-31,12.71.01.1002;12.71.01.1003
12.71.01.1002,Baru,2025-06-01,,
12.71.01.1003,Baru Juga,2025-06-01,,
"""


@pytest.fixture
def other(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "other", "12.71", seed=1)


def _file(folder: Path, text: str, name: str = "wilayah.csv") -> str:
    path = folder / name
    path.write_bytes(text.encode())
    return str(path)


def test_another_city_is_imported_and_read_back(other: Workspace, tmp_path: Path) -> None:
    result = use.import_areas(use.ImportRequest(_file(tmp_path, CITY)), other)
    assert result.n_areas == {"kabkota": 1, "kecamatan": 1, "desa_kelurahan": 3}
    assert (result.n_split, result.n_in_city) == (1, 5)
    places = use.city_places(other, date(2025, 12, 31))
    assert [a.nama for a in places.within("12.71", "desa_kelurahan")] == ["Baru", "Baru Juga"]
    assert use.workspace_places(other).carry("12.71.01.1001", date(2026, 1, 1)).how == "split"
    assert use.workspace_places(other).get("12.75.02.1006") is not None
    assert other.runs()[-1]["rows"] == 5


def test_successors_may_stand_in_repeated_rows(other: Workspace, tmp_path: Path) -> None:
    text = CITY.replace(
        ",12.71.01.1002;12.71.01.1003\n",
        ",12.71.01.1002\n12.71.01.1001,Lama,,2025-05-31,12.71.01.1003\n",
    ).replace(",", ";")
    assert use.import_areas(use.ImportRequest(_file(tmp_path, text)), other).n_split == 1


def test_every_wrong_row_is_named_by_reason(other: Workspace, tmp_path: Path) -> None:
    text = CITY + (
        "1271011009,Tanpa Titik,,,\n12.71.1.1,Bentuk,,,\n12.71.01.1004,,,,\n"
        "12.71.02.1001,Tanpa Induk,,,\n12.71.01.1002,Ganda,,,\n"
        "12.71.01.1005,Tanggal,31/12/2024,,\n12.71.01.1006,Urutan,2025-02-01,2025-01-01,\n"
        "12.71.01.1007,Akhir,,,12.71.01.1002\n12.71.01.1008,Diri,,2025-01-01,12.71.01.1008\n"
    )
    with pytest.raises(InputError) as caught:
        use.import_areas(use.ImportRequest(_file(tmp_path, text)), other)
    for lang in ("id", "en"):
        spoken = caught.value.spoken(lang)
        for row in range(7, 16):
            assert f" {row}" in spoken, (lang, row)
    assert caught.value.exit_code == 3
    assert not (other.root / "places").exists()


def test_a_province_beside_dotted_codes_is_kemendagri(other: Workspace, tmp_path: Path) -> None:
    text = CITY.replace("12.71,Kota", "12,Provinsi Rekaan,,,\n12.71,Kota")
    result = use.import_areas(use.ImportRequest(_file(tmp_path, text)), other)
    assert result.n_areas["provinsi"] == 1


def test_codes_without_dots_are_read_when_the_scheme_is_stated(
    other: Workspace, tmp_path: Path
) -> None:
    path = _file(tmp_path, "kode,nama\n1271,Kota\n127101,Satu\n1271011001,Kel\n")
    with pytest.raises(InputError) as caught:
        use.import_areas(use.ImportRequest(path), other)
    assert caught.value.code == "places.file.rows"
    assert use.import_areas(use.ImportRequest(path, "kemendagri"), other).n_in_city == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "places.file.empty"),
        ("kode,nama\n", "places.file.empty"),
        ("nama,kode_pos\nA,1\n", "places.file.header"),
        ("kode,nama,kode\n12.71,A,12.71\n", "places.file.header"),
        ("kode,nama\n12.71,\0\n", "places.file.unreadable"),
        ("kode,nama\n12.76,Kota Lain\n", "places.file.other_city"),
    ],
)
def test_files_refused_as_a_whole(other: Workspace, tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        use.import_areas(use.ImportRequest(_file(tmp_path, text)), other)
    assert caught.value.code == code


def test_a_missing_file_is_told(other: Workspace) -> None:
    with pytest.raises(InputError) as caught:
        use.import_areas(use.ImportRequest("tidak-ada.csv"), other)
    assert caught.value.code == "usage.file_missing"


def test_a_bridge_is_added_to_the_one_built_in(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, "kode_bps,kode\n1276020006,12.75.02.1006\n1275,12.71\n")
    result = use.import_bridge(use.BridgeRequest(path), workspace)
    assert (result.n_pairs, result.n_known, result.n_total) == (2, 1, 8)
    places = use.workspace_places(workspace)
    assert places.read_code("1276020006", "bps") == "12.75.02.1006"
    assert places.read_code("1275", "bps") == "12.71"


@pytest.mark.parametrize("row", ["12.75,1276", "1276,1275", "1276,12.75\n1276,12.71"])
def test_exchanged_or_contradicting_bridges_are_refused(
    workspace: Workspace, tmp_path: Path, row: str
) -> None:
    with pytest.raises(InputError) as caught:
        use.import_bridge(use.BridgeRequest(_file(tmp_path, f"kode_bps,kode\n{row}\n")), workspace)
    assert caught.value.code == "places.file.rows"


# Boundaries ------------------------------------------------------------------------------------


def _square(x: float, y: float, side: float = 0.01) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def _geojson(*features: dict[str, object]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def _feature(ring: list[list[float]], **properties: object) -> dict[str, object]:
    return {
        "type": "Feature", "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip


def test_boundaries_are_recognised_by_code_or_by_name(tmp_path: Path) -> None:
    places = Places.builtin()
    coded = _geojson(
        _feature(_square(98.4, 3.6), KDEPUM="12.75.02.1006", NAMOBJ="apa saja"),
        _feature(_square(98.5, 3.6), KDEPUM="12.71.02.1006", NAMOBJ="Medan"),
    )
    found = read_boundaries(Path(_file(tmp_path, coded, "a.geojson")), places, "12.75")
    assert (set(found.shapes), found.skipped) == ({"12.75.02.1006"}, 1)
    named = _geojson(
        _feature(_square(98.4, 3.6), kelurahan="NANGKA", kecamatan="Binjai Utara", kode=1275011003),
        _feature(_square(98.5, 3.6), kelurahan="Nangka", kecamatan="Binjai Kota", kode=1),
    )
    found = read_boundaries(Path(_file(tmp_path, named, "b.geojson")), places, "12.75")
    assert (set(found.shapes), found.matched_by) == ({"12.75.01.1003"}, "nama")
    stated = read_boundaries(
        Path(_file(tmp_path, named, "b.geojson")), places, "12.75", scheme="kemendagri"
    )
    assert stated.matched_by == "kode"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{}", "places.boundaries.unreadable"),
        ("not json", "places.boundaries.unreadable"),
        ('{"type":"Topology"}', "places.boundaries.unreadable"),
        (
            _geojson(_feature(_square(3.6, 98.4), kode="12.75.02.1006")),
            "places.boundaries.exchanged",
        ),
        (
            _geojson(_feature(_square(440000, 398000), kode="12.75.02.1006")),
            "places.boundaries.not_degrees",
        ),
        (_geojson(_feature(_square(98.4, 3.6), kode="1275021006")), "places.boundaries.no_area"),
        (_geojson({"properties": {}, "geometry": None}), "places.boundaries.no_area"),
        (
            _geojson({"properties": {"kode": "12.75.02.1006"}, "geometry": {"type": "Polygon"}}),
            "places.boundaries.unreadable",
        ),
    ],
)
def test_boundary_files_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_boundaries(Path(_file(tmp_path, text, "a.geojson")), Places.builtin(), "12.75")
    assert caught.value.code == code


def test_neighbours_keep_one_common_line(shared: Path) -> None:
    """After thinning every inner edge is still used by two areas, and areas hardly change."""
    path = shared / "data/geo/binjai_kelurahan.geojson"
    found = read_boundaries(path, Places.builtin(), "12.75")
    assert len(found.shapes) == 37
    raw = json.loads(path.read_text(encoding="utf-8"))
    before = {
        f["properties"]["kode"]: abs(_area([tuple(p) for p in f["geometry"]["coordinates"][0]]))
        for f in raw["features"]
    }
    edges: dict[frozenset[object], int] = {}
    for kode, polygons in found.shapes.items():
        assert abs(abs(_area(polygons[0][0])) / before[kode] - 1) < 0.05
        for polygon in polygons:
            for ring in polygon:
                for a, b in pairwise(ring):
                    edges[frozenset((a, b))] = edges.get(frozenset((a, b)), 0) + 1
    assert max(edges.values()) == 2
    outer = sum(n == 1 for n in edges.values())
    assert outer < 0.45 * len(edges), "inner lines are shared"
    assert Boundaries.from_json(json.loads(json.dumps(found.as_json()))) == found


def _area(ring: object) -> float:
    points = list(ring)  # type: ignore[call-overload]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points)) / 2


def test_topojson_is_read_too(shared: Path) -> None:
    places = Places.builtin()
    found = read_boundaries(
        shared / "data/geo/sumut_kabkota.topo.json", places, "12.75", level="kabkota"
    )
    assert set(found.shapes) == {"12.75"}
    west, south, east, north = found.box
    assert 98.4 < west < east < 98.6
    assert 3.5 < south < north < 3.8


def test_imported_boundaries_are_kept_in_the_workspace(workspace: Workspace, shared: Path) -> None:
    assert use.workspace_boundaries(workspace) is None
    path = str(shared / "data/geo/binjai_kelurahan.geojson")
    result = use.import_boundaries(use.BoundariesRequest(path), workspace)
    assert (result.n_areas, result.missing, result.n_skipped) == (37, (), 0)
    held = use.workspace_boundaries(workspace)
    assert held is not None
    assert len(held.shapes) == 37


def test_areas_are_named_by_code_name_or_kecamatan() -> None:
    places = Places.builtin()
    assert [a.kode for a in use.find_areas(places, "12.75", ["nangka", "12.75.02.1006"])] == [
        "12.75.01.1003", "12.75.02.1006",
    ]  # fmt: skip
    assert len(use.find_areas(places, "12.75", ["Binjai Utara"])) == 9
    assert [a.kode for a in use.find_areas(places, "12.75", ["Binjai"])] == ["12.75.02.1006"]
    with pytest.raises(InputError) as caught:
        use.find_areas(places, "12.75", ["Nangkaa"])
    assert "Nangka" in caught.value.spoken("id")


def test_an_unknown_city_is_told(other: Workspace) -> None:
    with pytest.raises(InputError) as caught:
        use.city_places(other, date(2025, 1, 1))
    assert caught.value.code == "places.unknown_city"
