"""Reading ``places import`` and ``places bridge`` files: every wrong row is named, none is guessed.

``kode,nama[,valid_from,valid_to,successor]`` and ``kode_bps,kode``; separated by comma, semicolon
or tab; UTF-8 or cp1252. Several successors stand in one cell (``;``, ``|`` or blank between them)
or in repeated rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from cakup.kernel.errors import InputError, LimitError, Where
from cakup.kernel.language import Text
from cakup.places.codes import BARE, LEVELS, Scheme, dotted, is_kode, level_of
from cakup.places.registry import Area, Places

MAX_BYTES = 50_000_000
MAX_ROWS = 400_000
SHOWN_ROWS = 20
AREA_COLUMNS = ("kode", "nama", "valid_from", "valid_to", "successor")
_SPLIT = re.compile(r"[;|,\s]+")

REASONS = {
    "kode": Text("kode tidak berbentuk kode Kemendagri (12.75.01.1001)",
                 "the code has not the shape of a Kemendagri code (12.75.01.1001)"),
    "skema": Text("kode tanpa titik dan skemanya tidak dinyatakan (--scheme kemendagri|bps)",
                  "a code without dots and no stated scheme (--scheme kemendagri|bps)"),
    "bps": Text("kode BPS tidak ada pada jembatan (cakup places bridge)",
                "the BPS code is not in the bridge (cakup places bridge)"),
    "nama": Text("nama kosong", "the name is empty"),
    "ganda": Text("kode yang sama berlaku dua kali pada waktu yang sama",
                  "the same code is valid twice at the same time"),
    "tanggal": Text("tanggal bukan TTTT-BB-HH", "the date is not YYYY-MM-DD"),
    "urutan": Text("valid_to sebelum valid_from", "valid_to lies before valid_from"),
    "pengganti": Text("pengganti (successor) tidak dikenal, setingkat lain, atau dirinya sendiri",
                      "the successor is not known, of another level, or the area itself"),
    "akhir": Text("ada pengganti tetapi tidak ada valid_to",
                  "a successor is given but no valid_to"),
    "induk": Text("wilayah induknya tidak ada dalam berkas maupun daftar",
                  "its parent area is neither in the file nor known"),
}  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """One data row: its number as an editor shows it, and its cells by column name."""

    number: int
    cells: dict[str, str]


class _Faults:
    """Collects wrong rows by reason; one error tells them all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, list[int]] = defaultdict(list)

    def add(self, reason: str, row: int) -> None:
        """Remember that ``row`` is wrong for ``reason`` (a key of ``REASONS``)."""
        self.rows[reason].append(row)

    def refuse(self) -> None:
        """Raise if anything was wrong."""
        if self.rows:
            raise InputError(
                "places.file.rows", where=Where(file=self.path.name),
                n=sum(len(r) for r in self.rows.values()),
                faults=Text(self._spoken("id"), self._spoken("en")),
            )  # fmt: skip

    def _spoken(self, lang: str) -> str:
        parts = []
        for reason, rows in sorted(self.rows.items(), key=lambda x: (-len(x[1]), x[0])):
            shown = ", ".join(str(r) for r in sorted(rows)[:SHOWN_ROWS])
            more = ", …" if len(rows) > SHOWN_ROWS else ""
            words = REASONS[reason].en if lang == "en" else REASONS[reason].id
            parts.append(f"{words}: {'row' if lang == 'en' else 'baris'} {shown}{more}")
        return "; ".join(parts)


def read_areas(path: Path, known: Places, scheme: Scheme | None = None) -> list[Area]:
    """Read a file of areas.

    Args:
        path: CSV file, ``kode,nama[,valid_from,valid_to,successor]``.
        known: Areas known already; parents and successors may be among them.
        scheme: Scheme of codes without dots; ``bps`` needs the bridge of ``known``.

    Returns:
        The areas, each with all its successors, in the order of the file.

    Raises:
        InputError: ``places.file.rows`` naming every wrong row by reason; ``places.file.header``,
            ``places.file.empty``, ``places.file.unreadable`` for the file as a whole.
    """
    rows = list(_rows(path, ("kode", "nama"), AREA_COLUMNS))
    faults = _Faults(path)
    has_dots = any("." in row.cells["kode"] for row in rows)
    # A province's code has no dot to show; beside dotted codes it can only be Kemendagri's.
    found: dict[tuple[str, date | None, date | None], tuple[int, Area]] = {}
    for row in rows:
        area = _area(row, known, scheme, faults, has_dots=has_dots)
        if area is None:
            continue
        key = (area.kode, area.valid_from, area.valid_to)
        if key in found:
            _join(found, key, row.number, area, faults)
        else:
            found[key] = (row.number, area)
    _check_together(list(found.values()), known, faults)
    faults.refuse()
    return [area for _, area in found.values()]


def read_bridge(path: Path, known: Places) -> dict[str, str]:
    """Read a bridge of codes.

    Args:
        path: CSV file, ``kode_bps,kode``.
        known: Areas known already; codes of areas not among them are kept too.

    Returns:
        BPS code → Kemendagri code.

    Raises:
        InputError: as ``read_areas``.
    """
    faults = _Faults(path)
    found: dict[str, str] = {}
    for row in _rows(path, ("kode_bps", "kode"), ("kode_bps", "kode")):
        bps, kode = row.cells["kode_bps"], row.cells["kode"]
        # Only dots prove that the two columns were not exchanged: bare codes look alike.
        if not BARE.fullmatch(bps) or not is_kode(kode):
            faults.add("kode", row.number)
        elif found.setdefault(bps, kode) != kode:
            faults.add("ganda", row.number)
    faults.refuse()
    return found


def _area(
    row: _Row, known: Places, scheme: Scheme | None, faults: _Faults, *, has_dots: bool
) -> Area | None:
    """Build one area, or note why not."""
    kode = _kode(row.cells["kode"], known, scheme, has_dots=has_dots)
    if kode in REASONS:
        faults.add(kode, row.number)
        return None
    if not row.cells["nama"]:
        faults.add("nama", row.number)
        return None
    try:
        start, end = (_day(row.cells[c]) for c in ("valid_from", "valid_to"))
    except ValueError:
        faults.add("tanggal", row.number)
        return None
    successors = []
    for text in filter(None, _SPLIT.split(row.cells["successor"])):
        successors.append(_kode(text, known, scheme, has_dots=True))
    if start and end and end < start:
        faults.add("urutan", row.number)
    if successors and end is None:
        faults.add("akhir", row.number)
    if any(s in REASONS or s == kode or level_of(s) != level_of(kode) for s in successors):
        faults.add("pengganti", row.number)
        successors = []
    return Area.of(
        kode, row.cells["nama"], valid_from=start, valid_to=end, successors=tuple(successors)
    )


def _kode(text: str, known: Places, scheme: Scheme | None, *, has_dots: bool) -> str:
    """Return a code, or the reason (a key of ``REASONS``) why there is none."""
    if len(text) == 2 and has_dots and is_kode(text):
        return text
    if scheme == "bps" and BARE.fullmatch(text):
        return known.from_bps(text) or "bps"
    try:
        return dotted(text, scheme) or "kode"
    except InputError:
        return "skema"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _join(
    found: dict[tuple[str, date | None, date | None], tuple[int, Area]],
    key: tuple[str, date | None, date | None], number: int, area: Area, faults: _Faults,
) -> None:  # fmt: skip
    """Join a repeated row that only adds a successor; anything else is said twice."""
    first, held = found[key]
    if area.nama == held.nama and set(area.successors) - set(held.successors):
        joined = tuple(dict.fromkeys((*held.successors, *area.successors)))
        found[key] = (first, replace(held, successors=joined))
    else:
        faults.add("ganda", number)


def _check_together(found: list[tuple[int, Area]], known: Places, faults: _Faults) -> None:
    """Check what only the whole file can tell: overlaps, parents, successors."""
    codes = {a.kode for _, a in found} | set(known.by_kode)
    by_kode: dict[str, list[tuple[int, Area]]] = defaultdict(list)
    for number, area in found:
        by_kode[area.kode].append((number, area))
        # The province is above every city and nobody's figures need its name.
        if area.level not in LEVELS[:2] and area.parent not in codes:
            faults.add("induk", number)
        if not set(area.successors) <= codes:
            faults.add("pengganti", number)
    for held in by_kode.values():
        held.sort(key=lambda x: x[1].valid_from or date.min)
        for (first, before), (second, after) in pairwise(held):
            if before.valid_to is None or before.valid_to >= (after.valid_from or date.min):
                faults.add("ganda", max(first, second))


def _rows(path: Path, needed: tuple[str, ...], allowed: tuple[str, ...]) -> Iterator[_Row]:
    """Yield the data rows of a CSV file with their row numbers."""
    text = _text(path)
    where = Where(file=path.name)
    lines = text.splitlines()
    head = next((line for line in lines if line.strip() and not line.startswith("#")), None)
    if head is None:
        raise InputError("places.file.empty", where=where)
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names: list[str] = []
    any_row, before = False, 0
    try:
        for cells in reader:
            number, before = before + 1, reader.line_num
            filled = [c.strip() for c in cells]
            if not any(filled) or (not names and filled[0].startswith("#")):
                continue
            if not names:
                names = _header(filled, needed, allowed, Where(path.name, row=number))
                continue
            any_row = True
            if number > MAX_ROWS:
                raise LimitError("places.file.too_large", where=where, limit=f"{MAX_ROWS}")
            held = dict(zip(names, filled, strict=False))
            yield _Row(number, {c: held.get(c, "") for c in allowed})
    except csv.Error as err:
        raise InputError("places.file.unreadable", where=where) from err
    if not any_row:
        raise InputError("places.file.empty", where=where)


def _header(
    cells: list[str], needed: tuple[str, ...], allowed: tuple[str, ...], where: Where
) -> list[str]:
    """Return the column names; refused if a needed one is missing or one stands twice."""
    names = [c.lower().replace(" ", "_") for c in cells]
    kept = [n for n in names if n in allowed]
    if not set(needed) <= set(kept) or len(kept) != len(set(kept)):
        raise InputError("places.file.header", where=where, columns=", ".join(allowed))
    return names


def _text(path: Path) -> str:
    """Return the text of a file, UTF-8 or else cp1252."""
    if not path.is_file():
        raise InputError("usage.file_missing", path=path.name)
    if path.stat().st_size > MAX_BYTES:
        raise LimitError(
            "places.file.too_large", where=Where(file=path.name), limit=f"{MAX_BYTES // 10**6} MB"
        )
    raw = path.read_bytes()
    if b"\0" in raw:
        raise InputError("places.file.unreadable", where=Where(file=path.name))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
