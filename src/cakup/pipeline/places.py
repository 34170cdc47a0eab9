"""Areas of a workspace: built in for Kota Binjai, imported for any other city.

``places/areas.csv``, ``places/bridge.csv`` and ``places/boundaries.json`` in the workspace hold
what was imported; they are written whole. Records keep the code as given.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cakup.engines.files import make_folder, read_json, sha256_of, write_json, write_text
from cakup.kernel.errors import InputError, Where
from cakup.kernel.language import Text
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.workspace import Workspace
from cakup.places.boundaries import Boundaries, read_boundaries
from cakup.places.codes import LEVELS, scheme_of
from cakup.places.reading import AREA_COLUMNS, read_areas, read_bridge
from cakup.places.registry import Area, Places

FOLDER = "places"


@dataclass(frozen=True)
class ImportRequest:
    """Import areas.

    Args:
        file: CSV file ``kode,nama[,valid_from,valid_to,successor]``.
        scheme: ``kemendagri`` or ``bps`` for codes without dots, None if all have dots.
        wait_seconds: Seconds to wait for the workspace's lock.
    """

    file: str
    scheme: str | None = None
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class ImportResult:
    """What the file held.

    Args:
        n_areas: Areas read, by level.
        n_replaced: Areas with exactly one successor: their people move on whole.
        n_split: Areas with several successors: their people cannot be carried over.
        n_in_city: Areas inside the workspace's city, the city itself included.
    """

    n_areas: dict[str, int]
    n_replaced: int
    n_split: int
    n_in_city: int


@dataclass(frozen=True)
class BridgeRequest:
    """Import a bridge of codes: CSV file ``kode_bps,kode``."""

    file: str
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class BridgeResult:
    """Numbers of the bridge.

    Args:
        n_pairs: Pairs of codes in the file.
        n_known: Pairs whose Kemendagri code is a known area.
        n_total: Pairs known now, with those built in.
    """

    n_pairs: int
    n_known: int
    n_total: int


@dataclass(frozen=True)
class BoundariesRequest:
    """Import boundaries.

    Args:
        file: GeoJSON or TopoJSON, WGS84.
        scheme: ``kemendagri`` or ``bps`` for codes without dots, None if all have dots.
        wait_seconds: Seconds to wait for the workspace's lock.
    """

    file: str
    scheme: str | None = None
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class BoundariesResult:
    """What was recognised.

    Args:
        n_areas: Areas that have a boundary now.
        missing: Codes of areas of the city without one.
        n_skipped: Features of other places or not recognised.
        matched_by: ``kode`` or ``nama``.
        n_points: Points kept after thinning.
    """

    n_areas: int
    missing: tuple[str, ...]
    n_skipped: int
    matched_by: str
    n_points: int


def workspace_places(workspace: Workspace) -> Places:
    """Return the areas that a workspace knows: built in, with what was imported."""
    folder = workspace.root / FOLDER
    places = Places.builtin()
    if (folder / "bridge.csv").exists():
        places = places.with_bridge(read_bridge(folder / "bridge.csv", places))
    if (folder / "areas.csv").exists():
        places = places.with_imported(folder / "areas.csv")
    return places


def areas_version(workspace: Workspace) -> str:
    """Return the hash of the areas that were imported, empty where only the built-in ones are."""
    path = workspace.root / FOLDER / "areas.csv"
    return sha256_of(path) if path.exists() else ""


def city_places(workspace: Workspace, day: date) -> Places:
    """Return the areas valid on ``day``, refused if the workspace's city is not among them.

    Raises:
        InputError: ``places.unknown_city``.
    """
    places = workspace_places(workspace).at(day)
    if places.get(workspace.place) is None or not places.within(workspace.place, "desa_kelurahan"):
        raise InputError("places.unknown_city", kota=workspace.place)
    return places


def workspace_boundaries(workspace: Workspace) -> Boundaries | None:
    """Return the imported boundaries, None if there are none."""
    path = workspace.root / FOLDER / "boundaries.json"
    return Boundaries.from_json(read_json(path)) if path.exists() else None


def find_areas(places: Places, kota: str, given: Iterable[str]) -> tuple[Area, ...]:
    """Return the desa and kelurahan that a user named by code or name.

    Args:
        places: Areas valid on the day of the figure.
        kota: Code of the city.
        given: Codes with dots, or names; the code or name of a kecamatan means all inside it.

    Raises:
        InputError: ``places.unknown_area`` with the nearest names.
    """
    found: dict[str, Area] = {}
    for name in given:
        held = _areas_of(places, kota, name)
        if not held:
            near = places.nearest(name, "desa_kelurahan", inside=kota)
            raise InputError(
                "places.unknown_area", given=name[:40], kota=kota, nearest=", ".join(near) or "–"
            )
        found |= {a.kode: a for a in held}
    return tuple(found[k] for k in sorted(found))


def _areas_of(places: Places, kota: str, name: str) -> tuple[Area, ...]:
    """Return the areas of one code or name; a kelurahan wins over a kecamatan of that name."""
    if name.strip() in places.by_kode:
        return tuple(
            a for a in places.within(name.strip(), "desa_kelurahan") if a.kode.startswith(kota)
        )
    found = places.find_desa_kelurahan(name, kota=kota)
    if found:
        return tuple(found)
    held = places.find(name, "kecamatan", inside=kota)
    return tuple(a for k in held for a in places.within(k.kode, "desa_kelurahan"))


def import_areas(
    request: ImportRequest, workspace: Workspace, progress: Progress = SILENT
) -> ImportResult:
    """Import the areas of a city.

    Args:
        request: What to import.
        workspace: Workspace that gets the areas; its city must be in the file.
        progress: Listener.

    Raises:
        InputError: ``places.file…`` with every wrong row; nothing is changed then.
    """
    path = Path(request.file)
    progress.step(Text("Membaca wilayah", "Reading areas").id)
    base = workspace_places(workspace)
    areas = read_areas(path, base, scheme_of(request.scheme))
    inside = [
        a for a in areas if a.kode == workspace.place or a.kode.startswith(workspace.place + ".")
    ]
    if not inside:
        raise InputError(
            "places.file.other_city", where=Where(file=path.name), kota=workspace.place
        )
    imported = _imported(workspace)
    kept = [a for a in imported if a.kode not in {b.kode for b in areas}] + areas
    with workspace.writing("places-import", request.wait_seconds):
        folder = make_folder(workspace.root / FOLDER)
        write_text(folder / "areas.csv", _as_csv(kept))
        result = ImportResult(
            n_areas={level: n for level in LEVELS if (n := _levels(areas)[level])},
            n_replaced=sum(len(a.successors) == 1 for a in areas),
            n_split=sum(len(a.successors) > 1 for a in areas),
            n_in_city=len({a.kode for a in inside}),
        )
        _record(workspace, "places-import", asdict(request), path, rows=len(areas))
    return result


def import_bridge(
    request: BridgeRequest, workspace: Workspace, progress: Progress = SILENT
) -> BridgeResult:
    """Import a bridge from BPS codes to Kemendagri codes.

    Raises:
        InputError: ``places.file…`` with every wrong row; nothing is changed then.
    """
    path = Path(request.file)
    progress.step(Text("Membaca jembatan kode", "Reading the bridge of codes").id)
    places = workspace_places(workspace)
    pairs = read_bridge(path, places)
    stored = workspace.root / FOLDER / "bridge.csv"
    held = read_bridge(stored, places) if stored.exists() else {}
    merged = {**held, **pairs}
    with workspace.writing("places-bridge", request.wait_seconds):
        make_folder(stored.parent)
        lines = "".join(f"{bps},{kode}\n" for bps, kode in sorted(merged.items()))
        write_text(stored, "kode_bps,kode\n" + lines)
        _record(workspace, "places-bridge", asdict(request), path, rows=len(pairs))
    known = sum(kode in places.by_kode for kode in pairs.values())
    return BridgeResult(len(pairs), known, len({**places.bridge, **pairs}))


def import_boundaries(
    request: BoundariesRequest, workspace: Workspace, progress: Progress = SILENT
) -> BoundariesResult:
    """Import boundaries for the map of the report.

    Raises:
        InputError: ``places.boundaries…``; nothing is changed then.
    """
    path = Path(request.file)
    progress.step(Text("Membaca batas wilayah", "Reading boundaries").id)
    places = workspace_places(workspace)
    found = read_boundaries(path, places, workspace.place, scheme=scheme_of(request.scheme))
    with workspace.writing("places-boundaries", request.wait_seconds):
        folder = make_folder(workspace.root / FOLDER)
        write_json(folder / "boundaries.json", found.as_json())
        _record(workspace, "places-boundaries", asdict(request), path, rows=len(found.shapes))
    wanted = [a.kode for a in places.within(workspace.place, "desa_kelurahan")]
    return BoundariesResult(
        n_areas=len(found.shapes),
        missing=tuple(sorted(set(wanted) - set(found.shapes))),
        n_skipped=found.skipped,
        matched_by=found.matched_by,
        n_points=sum(
            len(ring) for polygons in found.shapes.values() for poly in polygons for ring in poly
        ),
    )


def _levels(areas: Iterable[Area]) -> Counter[str]:
    return Counter(a.level for a in {a.kode: a for a in areas}.values())


def _imported(workspace: Workspace) -> list[Area]:
    """Return the areas imported so far, without those built in."""
    path = workspace.root / FOLDER / "areas.csv"
    return read_areas(path, Places.builtin()) if path.exists() else []


def _as_csv(areas: list[Area]) -> str:
    """Return areas as the CSV text that ``read_areas`` reads."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(AREA_COLUMNS)
    for a in sorted(areas, key=lambda a: (a.kode, a.valid_from or date.min)):
        ends = [d.isoformat() if d else "" for d in (a.valid_from, a.valid_to)]
        writer.writerow([a.kode, a.nama, *ends, ";".join(a.successors)])
    return out.getvalue()


def _record(
    workspace: Workspace, verb: str, request: dict[str, Any], path: Path, *, rows: int
) -> None:
    """Write the run's manifest: which file, how many rows."""
    workspace.record_run(
        verb, {**request, "file": path.name}, purpose="reference data", rows=rows,
        input={path.name: sha256_of(path)},
    )  # fmt: skip


def places_import(
    workspace: Workspace, file: Path | str, *, scheme: str | None = None
) -> ImportResult:
    """Import the areas of a city: CSV ``kode,nama[,valid_from,valid_to,successor]``.

    Args:
        workspace: Workspace that gets the areas.
        file: CSV file.
        scheme: ``kemendagri`` or ``bps`` for codes without dots.

    Raises:
        InputError: ``places.file…`` naming every wrong row.
    """
    return import_areas(ImportRequest(str(file), scheme), workspace)


def places_bridge(workspace: Workspace, file: Path | str) -> BridgeResult:
    """Import a bridge from BPS codes to Kemendagri codes: CSV ``kode_bps,kode``.

    Args:
        workspace: Workspace that gets the bridge.
        file: CSV file.

    Raises:
        InputError: ``places.file…`` naming every wrong row.
    """
    return import_bridge(BridgeRequest(str(file)), workspace)


def places_boundaries(
    workspace: Workspace, file: Path | str, *, scheme: str | None = None
) -> BoundariesResult:
    """Import boundaries for the map of the report: GeoJSON or TopoJSON, WGS84.

    Args:
        workspace: Workspace that gets the boundaries.
        file: File.
        scheme: ``kemendagri`` or ``bps`` for codes without dots.

    Raises:
        InputError: ``places.boundaries…``.
    """
    return import_boundaries(BoundariesRequest(str(file), scheme), workspace)


def area_names(places: Places, codes: Collection[str]) -> dict[str, str]:
    """Return the names of areas by code, the code itself where it has none."""
    return {code: area_name(places, code) for code in sorted(codes)}


def area_name(places: Places, code: str) -> str:
    """Return the name of an area, its code where it has none."""
    area = places.get(code)
    return area.nama if area else code
