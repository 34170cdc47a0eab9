"""A map without boundaries: one tile per kelurahan, grouped by kecamatan.

Kota Binjai has a layout made by hand after the centres of its kelurahan. Any other city gets
blocks of tiles, one block per kecamatan in the order of codes: neighbours inside a block are then
alphabetical by code, not by geography, and the report says so.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from importlib.resources import files

from cakup.places.registry import Area, Places

WIDTH_TILES = 10


@dataclass(frozen=True)
class Tile:
    """Where an area stands on the grid.

    Args:
        kode: Code of the area.
        column: 0-based, from the left (west on a hand-made layout).
        row: 0-based, from the top (north on a hand-made layout).
    """

    kode: str
    column: int
    row: int


@dataclass(frozen=True)
class Layout:
    """All tiles of a city.

    Args:
        tiles: One tile per desa or kelurahan, in order of code.
        is_geographic: Whether neighbours on the grid are roughly neighbours on the ground.
    """

    tiles: tuple[Tile, ...]
    is_geographic: bool

    @property
    def columns(self) -> int:
        """Number of columns."""
        return max((t.column for t in self.tiles), default=-1) + 1

    @property
    def rows(self) -> int:
        """Number of rows."""
        return max((t.row for t in self.tiles), default=-1) + 1


def layout(places: Places, kota: str) -> Layout:
    """Return the tile grid of a city.

    Args:
        places: Areas valid on the day of the figure.
        kota: Code of the city.

    Returns:
        The hand-made layout if it covers exactly the city's areas, else blocks by kecamatan.
    """
    areas = places.within(kota, "desa_kelurahan")
    drawn = _by_hand()
    if areas and {a.kode for a in areas} == set(drawn):
        return Layout(tuple(drawn[a.kode] for a in areas), True)
    return Layout(_blocks(areas), False)


def _by_hand() -> dict[str, Tile]:
    """Return the hand-made layout of Kota Binjai."""
    text = (files("cakup.places") / "data" / "binjai.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        r["kode"]: Tile(r["kode"], int(r["petak_kolom"]), int(r["petak_baris"]))
        for r in rows if r["petak_kolom"]
    }  # fmt: skip


def _blocks(areas: tuple[Area, ...]) -> tuple[Tile, ...]:
    """Lay out one nearly square block per kecamatan, blocks on shelves with a gap between."""
    groups: dict[str | None, list[Area]] = {}
    for area in areas:
        groups.setdefault(area.parent, []).append(area)
    width = max(WIDTH_TILES, *(math.isqrt(len(g) - 1) + 1 for g in groups.values()), 0)
    tiles: list[Tile] = []
    left = top = shelf = 0
    for group in groups.values():
        across = math.isqrt(len(group) - 1) + 1
        if left and left + across > width:
            left, top, shelf = 0, top + shelf + 1, 0
        for i, area in enumerate(group):
            tiles.append(Tile(area.kode, left + i % across, top + i // across))
        left, shelf = left + across + 1, max(shelf, -(-len(group) // across))
    return tuple(tiles)
