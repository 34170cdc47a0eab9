"""Boundaries of areas from GeoJSON or TopoJSON (WGS84), matched to codes and thinned.

Which property carries the code is found out: the one whose values are codes with dots; else areas
are matched by name inside their kecamatan. Codes without dots are never taken at their word, since
BPS and Kemendagri codes look alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cakup.kernel.errors import InputError, LimitError, Where
from cakup.places.codes import Level, Scheme
from cakup.places.registry import Places
from cakup.places.topology import Point, Ring, thin

MAX_BYTES = 200_000_000
DIGITS = 5
#: Indonesia, generous, in degrees.
WEST, SOUTH, EAST, NORTH = 94.0, -12.0, 142.0, 7.0
STEPS_ACROSS = 1200
NAME_KEYS = ("nama", "name", "namobj", "wadmkd", "desa", "kelurahan", "nm_kelurahan", "nama_desa")
KECAMATAN_KEYS = ("nama_kec", "kode_kec", "kecamatan", "wadmkc", "nm_kecamatan", "district")

Polygon = tuple[Ring, ...]


@dataclass(frozen=True)
class Boundaries:
    """Boundaries of a city's areas.

    Args:
        shapes: Code → polygons, each an outer ring and holes of (longitude, latitude) degrees.
        skipped: Number of features of other places, or not recognised.
        matched_by: ``kode`` or ``nama``: how features were recognised.
    """

    shapes: dict[str, tuple[Polygon, ...]]
    skipped: int
    matched_by: str

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        points = [p for polygons in self.shapes.values() for poly in polygons for p in poly[0]]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        return min(xs), min(ys), max(xs), max(ys)

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values; ``from_json`` reads them."""
        return {"shapes": self.shapes, "skipped": self.skipped, "matched_by": self.matched_by}

    @staticmethod
    def from_json(held: dict[str, Any]) -> Boundaries:
        """Return the boundaries written by ``as_json``."""
        shapes = {
            kode: tuple(tuple(tuple((x, y) for x, y in ring) for ring in poly) for poly in polygons)
            for kode, polygons in held["shapes"].items()
        }
        return Boundaries(shapes, held["skipped"], held["matched_by"])


def read_boundaries(
    path: Path, places: Places, kota: str, *, level: Level = "desa_kelurahan",
    scheme: Scheme | None = None,
) -> Boundaries:  # fmt: skip
    """Read the boundaries of a city.

    Args:
        path: GeoJSON FeatureCollection or TopoJSON topology, longitude before latitude, WGS84.
        places: Areas known.
        kota: Code of the city; features of other places are counted and left out.
        level: Level of the areas to draw.
        scheme: Scheme of codes without dots, if somebody states it.

    Raises:
        InputError: ``places.boundaries…`` if the file is no such file, is not in degrees, has
            exchanged coordinates, or holds no area of the city.
    """
    features = [f for f in _features(path) if f.get("geometry")]
    where = Where(file=path.name)
    found, matched_by = _recognise(features, places, kota, level, scheme)
    if not found:
        raise InputError("places.boundaries.no_area", where=where, kota=kota)
    shapes: dict[str, list[Polygon]] = {}
    for kode, feature in found:
        shapes.setdefault(kode, []).extend(_polygons(feature["geometry"], where))
    thinned = _thin_together(shapes)
    return Boundaries(thinned, len(features) - len(found), matched_by)


def _features(path: Path) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON or TopoJSON file."""
    where = Where(file=path.name)
    if not path.is_file():
        raise InputError("usage.file_missing", path=path.name)
    if path.stat().st_size > MAX_BYTES:
        raise LimitError("places.file.too_large", where=where, limit=f"{MAX_BYTES // 10**6} MB")
    try:
        held = json.loads(path.read_bytes())
        if held["type"] == "Topology":
            return list(_topo_features(held))
        if held["type"] == "FeatureCollection":
            return [f for f in held["features"] if isinstance(f, dict)]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as err:
        raise InputError("places.boundaries.unreadable", where=where) from err
    raise InputError("places.boundaries.unreadable", where=where)


def _topo_features(held: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the geometries of a topology as GeoJSON features."""
    arcs = _decoded(held)
    for thing in held["objects"].values():
        for geometry in thing.get("geometries", [thing]):
            if geometry.get("type") not in ("Polygon", "MultiPolygon"):
                continue
            multi = geometry["type"] == "MultiPolygon"
            polygons = geometry["arcs"] if multi else [geometry["arcs"]]
            yield {
                "id": geometry.get("id"),
                "properties": geometry.get("properties") or {},
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [[_stitch(ring, arcs) for ring in poly] for poly in polygons],
                },
            }


def _decoded(held: dict[str, Any]) -> list[list[list[float]]]:
    """Return the arcs of a topology in degrees."""
    transform = held.get("transform")
    if transform is None:
        return [[list(p[:2]) for p in arc] for arc in held["arcs"]]
    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
    decoded = []
    for arc in held["arcs"]:
        x = y = 0
        line = []
        for dx, dy, *_ in arc:
            x, y = x + dx, y + dy
            line.append([x * sx + tx, y * sy + ty])
        decoded.append(line)
    return decoded


def _stitch(ring: list[int], arcs: list[list[list[float]]]) -> list[list[float]]:
    """Join the arcs of a ring; ``~i`` stands for arc i backwards."""
    line: list[list[float]] = []
    for i in ring:
        piece = arcs[i] if i >= 0 else arcs[~i][::-1]
        line += piece[1:] if line else piece
    return line


def _recognise(
    features: list[dict[str, Any]], places: Places, kota: str, level: Level, scheme: Scheme | None
) -> tuple[list[tuple[str, dict[str, Any]]], str]:
    """Return the features of the city with their codes, and how they were recognised."""
    wanted = {a.kode for a in places.within(kota, level)}
    keys = sorted({key for f in features for key in f.get("properties") or {}})
    best: list[tuple[str, dict[str, Any]]] = []
    for key in (None, *keys):
        codes = ((_code(f, key, places, scheme), f) for f in features)
        hits = [(kode, f) for kode, f in codes if kode in wanted]
        if len({k for k, _ in hits}) > len({k for k, _ in best}):
            best = [(k, f) for k, f in hits if k is not None]
    if best:
        return best, "kode"
    named = ((_by_name(f.get("properties") or {}, places, kota, level), f) for f in features)
    return [(kode, f) for kode, f in named if kode is not None], "nama"


def _code(
    feature: dict[str, Any], key: str | None, places: Places, scheme: Scheme | None
) -> str | None:
    """Return the code that a property (None = the feature's id) states, None if it is none."""
    value = feature.get("id") if key is None else (feature.get("properties") or {}).get(key)
    if not isinstance(value, str | int):
        return None
    try:
        return places.read_code(str(value), scheme)
    except InputError:
        return None


def _by_name(properties: dict[str, Any], places: Places, kota: str, level: Level) -> str | None:
    """Return the only area whose name, inside its kecamatan if told, is that of the feature."""
    told = {k.lower(): v for k, v in properties.items() if isinstance(v, str)}
    name = next((told[k] for k in NAME_KEYS if k in told), None)
    if name is None:
        return None
    kecamatan = next((told[k] for k in KECAMATAN_KEYS if k in told), None)
    if level == "desa_kelurahan":
        found = places.find_desa_kelurahan(name, kecamatan=kecamatan, kota=kota)
    else:
        found = places.find(name, level, inside=kota)
    return found[0].kode if len(found) == 1 else None


def _polygons(geometry: dict[str, Any], where: Where) -> Iterator[Polygon]:
    """Yield the polygons of a geometry, rounded, closed and checked."""
    try:
        kind, held = geometry["type"], geometry["coordinates"]
        for polygon in held if kind == "MultiPolygon" else [held] if kind == "Polygon" else []:
            rings = tuple(_ring(ring, where) for ring in polygon)
            yield tuple(r for r in rings if len(r) > 3)
    except (KeyError, TypeError, ValueError, IndexError) as err:
        raise InputError("places.boundaries.unreadable", where=where) from err


def _ring(points: Iterable[Any], where: Where) -> Ring:
    """Return a closed ring of rounded points without repetitions."""
    ring: list[Point] = []
    for point in points:
        x, y = float(point[0]), float(point[1])
        _check_point(x, y, where)
        rounded = (round(x, DIGITS), round(y, DIGITS))
        if not ring or ring[-1] != rounded:
            ring.append(rounded)
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    return tuple(ring)


def _check_point(x: float, y: float, where: Where) -> None:
    """Refuse a point outside Indonesia: exchanged coordinates or metres instead of degrees."""
    if WEST <= x <= EAST and SOUTH <= y <= NORTH:
        return
    if WEST <= y <= EAST and SOUTH <= x <= NORTH:
        raise InputError("places.boundaries.exchanged", where=where)
    raise InputError("places.boundaries.not_degrees", where=where)


def _thin_together(shapes: dict[str, list[Polygon]]) -> dict[str, tuple[Polygon, ...]]:
    """Thin all shapes at once to about a thousandth of the city's width."""
    flat = [ring for kode in sorted(shapes) for poly in shapes[kode] for ring in poly]
    xs = [p[0] for ring in flat for p in ring]
    ys = [p[1] for ring in flat for p in ring]
    extent = max(max(xs) - min(xs), max(ys) - min(ys)) if xs else 0.0
    thinned = iter(thin(flat, extent / STEPS_ACROSS))
    return {
        kode: tuple(tuple(next(thinned) for _ in poly) for poly in shapes[kode])
        for kode in sorted(shapes)
    }
