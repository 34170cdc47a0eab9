"""The register of areas: built in for Kota Binjai, imported for any other city."""

from __future__ import annotations

import csv
import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from cakup.places import changes
from cakup.places.changes import Carried
from cakup.places.codes import Level, Scheme, dotted, level_of, parent_of
from cakup.places.names import plain, spellings


@dataclass(frozen=True)
class Area:
    """One area at one time.

    Args:
        kode: Kemendagri code with dots.
        nama: Official name.
        level: ``provinsi``, ``kabkota``, ``kecamatan`` or ``desa_kelurahan``; follows the code.
        parent: Code one level up, None for a province.
        kode_bps: BPS code where the bridge knows it.
        valid_from: First day, None = always.
        valid_to: Last day, None = still valid.
        successors: Codes that took over after ``valid_to``; several = split.
    """

    kode: str
    nama: str
    level: Level
    parent: str | None
    kode_bps: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()

    @staticmethod
    def of(
        kode: str, nama: str, *, valid_from: date | None = None, valid_to: date | None = None,
        successors: tuple[str, ...] = (), kode_bps: str | None = None,
    ) -> Area:  # fmt: skip
        """Return an area whose level and parent follow from its code."""
        return Area(
            kode, nama, level_of(kode), parent_of(kode), kode_bps, valid_from, valid_to, successors
        )

    @property
    def is_kelurahan(self) -> bool:
        """Whether the code says kelurahan (first digit of the last part 1), not desa."""
        return self.level == "desa_kelurahan" and self.kode[-4] == "1"


@dataclass(frozen=True)
class Places:
    """All areas Cakup knows, with look-up by code, name and BPS code.

    Args:
        areas: Areas in order of code and time.
        bridge: BPS code → Kemendagri code.
    """

    areas: tuple[Area, ...]
    bridge: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def builtin() -> Places:
        """Return Kota Binjai: one city, 5 kecamatan, 37 kelurahan.

        Source: Kepmendagri 300.2.2-2430/2025; BPS codes of city and kecamatan from BPS bridging.
        """
        text = (files("cakup.places") / "data" / "binjai.csv").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        rows = list(csv.DictReader(lines))
        bridge = {r["kode_bps"]: r["kode"] for r in rows if r["kode_bps"]}
        return Places((), bridge).with_areas(Area.of(r["kode"], r["nama"]) for r in rows)

    def with_areas(self, areas: Iterable[Area]) -> Places:
        """Return a register with these areas added; a code given anew replaces the older entry."""
        added = list(areas)
        new = {a.kode for a in added}
        kept = [a for a in self.areas if a.kode not in new] + added
        ordered = sorted(kept, key=lambda a: (a.kode, a.valid_from or date.min))
        return Places(tuple(_bridged(ordered, self.bridge)), self.bridge)

    def with_bridge(self, bridge: dict[str, str]) -> Places:
        """Return a register that also knows these BPS codes (BPS → Kemendagri)."""
        merged = {**self.bridge, **bridge}
        return Places(tuple(_bridged(self.areas, merged)), merged)

    def with_imported(self, path: Path, scheme: Scheme | None = None) -> Places:
        """Return a register with the areas of a CSV file added.

        Args:
            path: ``kode,nama[,valid_from,valid_to,successor]``.
            scheme: Scheme of codes without dots, if the file has such.

        Raises:
            InputError: ``places.file…`` naming every wrong row by reason.
        """
        from cakup.places.reading import read_areas

        return self.with_areas(read_areas(path, self, scheme))

    # Look-up -------------------------------------------------------------------------------

    @cached_property
    def by_kode(self) -> dict[str, tuple[Area, ...]]:
        """Areas by code; several entries of a code are different times, oldest first."""
        found: dict[str, list[Area]] = defaultdict(list)
        for area in self.areas:
            found[area.kode].append(area)
        return {kode: tuple(held) for kode, held in found.items()}

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], tuple[Area, ...]]:
        found: dict[tuple[str, str], list[Area]] = defaultdict(list)
        for area in self.areas:
            found[(area.level, plain(area.nama))].append(area)
            for form in spellings(area.nama, area.level)[1:] if area.level == "kabkota" else ():
                found[(area.level, form)].append(area)
        return {key: tuple(held) for key, held in found.items()}

    @cached_property
    def _by_parent(self) -> dict[str, tuple[Area, ...]]:
        found: dict[str, list[Area]] = defaultdict(list)
        for area in self.areas:
            if area.parent is not None:
                found[area.parent].append(area)
        return {kode: tuple(held) for kode, held in found.items()}

    def get(self, kode: str) -> Area | None:
        """Return the area of a code (its latest entry), None if it is not known."""
        held = self.by_kode.get(kode)
        return held[-1] if held else None

    def named(self, codes: Iterable[str]) -> dict[str, str]:
        """Return what the areas of codes are called; one that is not known by its code.

        Args:
            codes: Kemendagri codes.
        """
        return {kode: (area.nama if (area := self.get(kode)) else kode) for kode in codes}

    def children(self, kode: str) -> tuple[Area, ...]:
        """Return the areas one level below ``kode``, in order of code."""
        return self._by_parent.get(kode, ())

    def within(self, kode: str, level: Level) -> tuple[Area, ...]:
        """Return all areas of a level inside ``kode`` (or ``kode`` itself)."""
        inside = kode + "."
        return tuple(
            a for a in self.areas
            if a.level == level and (a.kode == kode or a.kode.startswith(inside))
        )  # fmt: skip

    def at(self, day: date) -> Places:
        """Return the register of the areas that are valid on ``day``."""
        return Places(tuple(a for a in self.areas if changes.valid(a, day)), self.bridge)

    def carry(self, kode: str, day: date) -> Carried:
        """Return what a code as given means on ``day``; see ``cakup.places.changes``."""
        return changes.carry(self.by_kode, kode, day)

    def find(self, name: str, level: Level, *, inside: str | None = None) -> list[Area]:
        """Return the areas of a level with this name, compared without case and punctuation.

        Args:
            name: Name as written; words of office (``Kel.``) may stand before it.
            level: Level. The kelurahan *Binjai*, the kecamatan *Binjai* and the city *Binjai* are
                three areas: nothing is ever found at another level.
            inside: Code of an area in which it must lie.

        Returns:
            All that fit, in order of code; several mean that the name alone does not decide.
        """
        for form in spellings(name, level):
            found = [
                a for a in self._by_name.get((level, form), ())
                if inside is None or a.kode == inside or a.kode.startswith(inside + ".")
            ]  # fmt: skip
            if found:
                return list({a.kode: a for a in found}.values())
        return []

    def find_desa_kelurahan(
        self, name: str, *, kecamatan: str | None = None, kota: str | None = None
    ) -> list[Area]:
        """Return the desa or kelurahan of a name.

        Args:
            name: Name as written.
            kecamatan: Name or code of the kecamatan, if the file tells it. One that is not known
                does not narrow the search; one that is known and does not fit gives nothing.
            kota: Code of the city in which to look.
        """
        held = self._kecamatan(kecamatan, kota) if kecamatan else []
        if held:
            return [a for k in held for a in self.find(name, "desa_kelurahan", inside=k)]
        return self.find(name, "desa_kelurahan", inside=kota)

    def _kecamatan(self, given: str, kota: str | None) -> list[str]:
        if given.strip() in self.by_kode:
            return [given.strip()]
        return [a.kode for a in self.find(given, "kecamatan", inside=kota)]

    def nearest(self, name: str, level: Level, *, inside: str | None = None) -> list[str]:
        """Return up to three official names that look most like ``name``, for messages."""
        known = {
            plain(a.nama): a.nama
            for a in (self.within(inside, level) if inside else self.areas) if a.level == level
        }  # fmt: skip
        close = difflib.get_close_matches(plain(name), sorted(known), n=3, cutoff=0.6)
        return [known[c] for c in close]

    def from_bps(self, kode_bps: str) -> str | None:
        """Return the Kemendagri code of a BPS code, None if the bridge does not know it."""
        return self.bridge.get(kode_bps.strip())

    def read_code(self, text: str, scheme: Scheme | None = None) -> str | None:
        """Return the Kemendagri code that ``text`` stands for, None if none.

        Args:
            text: Code as it arrives.
            scheme: Scheme stated for codes without dots.

        Raises:
            InputError: ``places.code.scheme`` for a code without dots when no scheme is stated.
        """
        if scheme == "bps" and "." not in text:
            return self.from_bps(text)
        return dotted(text, scheme)


def _bridged(areas: Iterable[Area], bridge: dict[str, str]) -> list[Area]:
    """Return the areas with the BPS codes of the bridge."""
    back = {kode: bps for bps, kode in sorted(bridge.items(), reverse=True)}
    return [replace(a, kode_bps=back.get(a.kode, a.kode_bps)) for a in areas]
