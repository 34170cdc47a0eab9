"""Maps of a city's areas: tiles, or real boundaries where they were imported."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from cakup.documents.markup import Markup, el, number
from cakup.documents.svg.chart import chart, hatch, text
from cakup.places.boundaries import Boundaries, Polygon
from cakup.places.tiles import Layout, Tile

WIDTH = 348.0
TILE_HEIGHT = 44.0
GAP_X, GAP_Y = 4.0, 15.0
LABEL_RADIUS = 9.0


@dataclass(frozen=True)
class MapArea:
    """One area on a map.

    Args:
        nama: Name.
        group: Name of the kecamatan.
        class_no: Class 1–5, None for hidden or unknown: hatched.
        value: Words for the value.
        tooltip: Full sentence for the title.
        no: Row number in the table twin.
    """

    nama: str
    group: str
    class_no: int | None
    value: str
    tooltip: str
    no: int


def tile_map(
    key: str, title: str, description: str, layout: Layout, areas: Mapping[str, MapArea]
) -> Markup:
    """Return a map of tiles.

    Args:
        key: Stable name, unique on the page.
        title: What it shows.
        description: What it says.
        layout: Tiles.
        areas: Areas by code; tiles without an area are hatched.
    """
    width = (WIDTH + GAP_X) / max(layout.columns, 1) - GAP_X
    width = min(width, 84.0)
    grid = _Grid(width, layout, areas)
    height = layout.rows * (TILE_HEIGHT + GAP_Y) + GAP_X
    return chart(
        key, title, description, (WIDTH, height), hatch(key),
        [grid.ground(t) for t in layout.tiles],
        [grid.tile(t, key) for t in layout.tiles],
        grid.group_names(),
        class_="tiles",
    )  # fmt: skip


class _Grid:
    """Positions of tiles and which neighbours belong together."""

    def __init__(self, width: float, layout: Layout, areas: Mapping[str, MapArea]) -> None:
        self.width, self.layout, self.areas = width, layout, areas
        self.at = {(t.column, t.row): t for t in layout.tiles}
        self.left = (WIDTH - layout.columns * (width + GAP_X) + GAP_X) / 2

    def group(self, tile: Tile | None) -> str | None:
        """Return the kecamatan of a tile, None where there is no tile."""
        area = self.areas.get(tile.kode) if tile else None
        return area.group if area else None

    def corner(self, tile: Tile) -> tuple[float, float]:
        """Return the upper left corner of a tile."""
        return (
            self.left + tile.column * (self.width + GAP_X),
            GAP_Y + tile.row * (TILE_HEIGHT + GAP_Y),
        )

    def ground(self, tile: Tile) -> Markup:
        """Return the ground that joins a tile to neighbours of the same kecamatan."""
        x, y = self.corner(tile)
        group = self.group(tile)
        right = self.group(self.at.get((tile.column + 1, tile.row))) == group
        below = self.group(self.at.get((tile.column, tile.row + 1))) == group
        return el(
            "rect", class_="ground", x=x - 1.5, y=y - 1.5,
            width=self.width + 3 + (GAP_X if right else 0),
            height=TILE_HEIGHT + 3 + (GAP_Y if below else 0), rx=2,
        )  # fmt: skip

    def tile(self, tile: Tile, key: str) -> Markup:
        """Return a tile with its name in at most two lines and its value."""
        x, y = self.corner(tile)
        area = self.areas.get(tile.kode)
        known = area is not None and area.class_no is not None
        middle = x + self.width / 2
        lines = _lines(area.nama if area else "", int(self.width / 5.3))
        first = y + (14.5 if len(lines) == 1 else 11.5)
        box = el(
            "rect", x=x, y=y, width=self.width, height=TILE_HEIGHT, rx=2,
            class_=f"r{area.class_no}" if known and area else None,
            fill=None if known else f"url(#{key}-hatch)",
        )  # fmt: skip
        tone = f"on-r{area.class_no}" if known and area else "on-hatch"
        return el(
            "g",
            el("title", area.tooltip if area else tile.kode),
            box,
            [text(middle, first + 9.5 * i, part, "name", "middle") for i, part in enumerate(lines)],
            text(middle, y + TILE_HEIGHT - 6, area.value if area else "", "value", "middle"),
            class_=tone,
        )

    def group_names(self) -> list[Markup]:
        """Return the kecamatan names, each over its first tile from the top left."""
        first: dict[str, Tile] = {}
        for tile in sorted(self.layout.tiles, key=lambda t: (t.row, t.column)):
            group = self.group(tile)
            if group is not None:
                first.setdefault(group, tile)
        names = []
        for group, tile in first.items():
            x, y = self.corner(tile)
            is_last = tile.column == self.layout.columns - 1 and self.layout.columns > 1
            names.append(
                text(x + self.width, y - 4.5, group, "group", "end")
                if is_last
                else text(x, y - 4.5, group, "group")
            )
        return names


def _lines(name: str, fits: int) -> list[str]:
    """Return a name in at most two lines; what does not fit is cut with an ellipsis."""
    words = name.split()
    lines = [name]
    if len(name) > fits and len(words) > 1:
        cut = min(
            range(1, len(words)),
            key=lambda i: max(len(" ".join(words[:i])), len(" ".join(words[i:]))),
        )
        lines = [" ".join(words[:cut]), " ".join(words[cut:])]
    return [x if len(x) <= fits + 1 else x[: fits - 1] + "…" for x in lines]


def boundary_map(
    key: str, title: str, description: str, boundaries: Boundaries, areas: Mapping[str, MapArea]
) -> Markup:
    """Return a map of real boundaries; numbers on it are row numbers of the table twin.

    Args:
        key: Stable name, unique on the page.
        title: What it shows.
        description: What it says.
        boundaries: Boundaries; areas without one are in the table only.
        areas: Areas by code.
    """
    plane = _Plane(boundaries)
    shapes, labels = [], []
    for kode, polygons in sorted(boundaries.shapes.items()):
        area = areas.get(kode)
        known = area is not None and area.class_no is not None
        shapes.append(
            el(
                "path", el("title", area.tooltip if area else kode),
                d="".join(plane.path(p) for p in polygons),
                class_=f"area r{area.class_no}" if known and area else "area",
                fill=None if known else f"url(#{key}-hatch)",
            )
        )  # fmt: skip
        place = plane.inside(polygons) if area else None
        if place and area:
            tone = f"on-r{area.class_no}" if known else "on-hatch"
            labels.append(text(place[0], place[1] + 3.2, str(area.no), f"no {tone}", "middle"))
    borders = el("path", class_="border", d=plane.borders(boundaries, areas))
    return chart(
        key, title, description, (WIDTH, plane.height), hatch(key), shapes, borders, labels,
        class_="areas",
    )  # fmt: skip


class _Plane:
    """Degrees to the plane: longitudes shortened by the cosine of the middle latitude."""

    def __init__(self, boundaries: Boundaries) -> None:
        west, south, east, north = boundaries.box
        self.west, self.north = west, north
        self.squeeze = math.cos(math.radians((south + north) / 2))
        across, down = (east - west) * self.squeeze, north - south
        self.zoom = min((WIDTH - 8) / across, 1.6 * WIDTH / down)
        self.height = down * self.zoom + 8
        self.left = (WIDTH - across * self.zoom) / 2

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return the position of a longitude and a latitude."""
        return (
            self.left + (x - self.west) * self.squeeze * self.zoom,
            4 + (self.north - y) * self.zoom,
        )

    def path(self, polygon: Polygon) -> str:
        """Return the path of a polygon and its holes."""
        parts = []
        for ring in polygon:
            points = (self.point(*p) for p in ring[:-1])
            parts.append("M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z")
        return "".join(parts)

    def borders(self, boundaries: Boundaries, areas: Mapping[str, MapArea]) -> str:
        """Return the path of every edge between two kecamatan and along the city's rim."""
        owners: dict[frozenset[tuple[float, float]], list[str]] = {}
        for kode, polygons in boundaries.shapes.items():
            group = areas[kode].group if kode in areas else kode
            for ring in (r for p in polygons for r in p):
                for a, b in pairwise(ring):
                    owners.setdefault(frozenset((a, b)), []).append(group)
        parts = []
        drawn = [e for e, held in owners.items() if len(held) == 1 or len(set(held)) > 1]
        for edge in sorted(sorted(e) for e in drawn):
            (ax, ay), (bx, by) = (self.point(*p) for p in edge)
            parts.append(f"M{number(ax)} {number(ay)}L{number(bx)} {number(by)}")
        return "".join(parts)

    def inside(self, polygons: Iterable[Polygon]) -> tuple[float, float] | None:
        """Return a roomy place for a number, None if the area is too small for one."""
        best: tuple[float, tuple[float, float]] | None = None
        for polygon in polygons:
            ring = [self.point(*p) for p in polygon[0]]
            for spot in _grid_points(ring):
                room = _room(spot, ring)
                if best is None or room > best[0]:
                    best = (room, spot)
        return best[1] if best and best[0] >= LABEL_RADIUS * 0.7 else None


def _grid_points(ring: list[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    """Yield a grid of points over the box of a ring."""
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    n = 14
    for i in range(1, n):
        for j in range(1, n):
            yield (
                min(xs) + (max(xs) - min(xs)) * i / n,
                min(ys) + (max(ys) - min(ys)) * j / n,
            )


def _room(spot: tuple[float, float], ring: list[tuple[float, float]]) -> float:
    """Return the distance of a point to the ring, negative outside."""
    x, y = spot
    inside, nearest = False, math.inf
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
        length = (bx - ax) ** 2 + (by - ay) ** 2
        along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length if length else 0.0
        along = min(1.0, max(0.0, along))
        nearest = min(nearest, math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
    return nearest if inside else -nearest
