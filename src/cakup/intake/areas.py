"""Names and codes of places in a file become Kemendagri codes, over distinct values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from cakup.intake.settings import Settings
from cakup.kernel.errors import InputError
from cakup.places.codes import is_kode
from cakup.places.names import plain
from cakup.places.registry import Area, Places

#: Column of the record ← suffix of the fields of that place.
TARGETS = {
    "kode_wilayah_ktp": "",
    "kode_wilayah_domisili": "_domisili",
    "kode_wilayah_kerja": "_kerja",
}
PARTS = ("desa_kelurahan", "kecamatan", "kabkota", "kode_desa_kelurahan", "kode_kecamatan")
STATUSES = ("ok", "missing", "unknown", "ambiguous", "outside", "code_unknown", "disagrees")
#: A file in which this share of codes contradicts the names states the wrong scheme.
DISAGREE_SHARE = 0.5
ENOUGH_TO_JUDGE = 5
#: Codes without a name beside them that only the other scheme knows: above this share it is one.
MIXED_SHARE = 0.2
_BARE = re.compile(r"[0-9]{2,10}")


@dataclass(frozen=True)
class _Found:
    kode: str | None
    status: str
    is_other_scheme: bool = False
    may_be_other: bool = False
    is_judged: bool = False


def resolve(cells: pl.DataFrame, suffix: str, settings: Settings) -> pl.DataFrame | None:
    """Return code and status of one place of every row.

    Args:
        cells: Fields of the rows as text.
        suffix: ``""`` (KTP), ``_domisili`` or ``_kerja``.
        settings: Settings of the import.

    Returns:
        ``kode`` and ``status`` (one of ``STATUSES``); None if the file has no such place.

    Raises:
        InputError: ``intake.codes.scheme_unstated``, ``intake.codes.mixed``,
            ``intake.codes.disagree``.
    """
    held = [part + suffix for part in PARTS if part + suffix in cells.columns]
    if not held:
        return None
    rows = cells.select(_tidy(pl.col(name)).alias(name) for name in held)
    distinct = rows.group_by(held, maintain_order=True).len("n")
    finder = _Finder(settings)
    found = [finder.find(row, suffix) for row in distinct.drop("n").to_dicts()]
    _refuse_wrong_scheme(found, distinct.get_column("n").to_list(), settings)
    told = distinct.with_columns(
        pl.Series("kode", [f.kode for f in found], dtype=pl.String),
        pl.Series("status", [f.status for f in found], dtype=pl.String),
    )
    joined = rows.join(told, on=held, how="left", nulls_equal=True, maintain_order="left")
    return joined.select("kode", "status")


def _tidy(cell: pl.Expr) -> pl.Expr:
    plain_ = cell.str.strip_chars(" \t'").str.replace(r"^([0-9]+)\.0$", "$1")
    return pl.when(plain_.is_in(["", "-", "--", "0"]).not_()).then(plain_)


@dataclass(frozen=True)
class _Finder:
    """Finds one place from what a row tells of it."""

    settings: Settings

    @property
    def _places(self) -> Places:
        return self.settings.places

    def find(self, row: dict[str, str | None], suffix: str) -> _Found:
        """Return code and status of one distinct combination."""
        told = {part: row.get(part + suffix) for part in PARTS}
        coded = _composed(told["kode_desa_kelurahan"], told["kode_kecamatan"])
        named = self._by_name(told)
        if coded is None:
            return named
        kode, other = self._by_code(coded)
        if kode is None:
            status = named.status if named.kode else "code_unknown"
            is_other = bool(other and named.kode and _same_place(other, named.kode))
            return _Found(named.kode, status, is_other, bool(other and not named.kode))
        if named.kode and not _same_place(kode, named.kode):
            return _Found(kode, "disagrees", is_judged=True)
        return _Found(kode, "ok", is_judged=named.kode is not None)

    def _by_name(self, told: dict[str, str | None]) -> _Found:
        desa, kecamatan, kabkota = told["desa_kelurahan"], told["kecamatan"], told["kabkota"]
        if kabkota and not self._is_city(kabkota):
            other = self._places.find(kabkota, "kabkota")
            return _Found(other[0].kode if len(other) == 1 else None, "outside")
        held = (
            self._places.find(kecamatan, "kecamatan", inside=self.settings.kota)
            if kecamatan
            else []
        )
        wider = held[0].kode if len(held) == 1 else None
        if not desa:
            return _Found(wider, "missing")
        found = self._at_day(
            self._places.find_desa_kelurahan(desa, kecamatan=kecamatan, kota=self.settings.kota)
        )
        if len(found) == 1:
            return _Found(found[0].kode, "ok")
        return _Found(wider, "ambiguous" if found else "unknown")

    def _at_day(self, found: list[Area]) -> list[Area]:
        """Prefer areas that are valid on the date of the data; keep older ones if none is."""
        day = self.settings.as_of
        valid = [
            a for a in found
            if (a.valid_from is None or a.valid_from <= day)
            and (a.valid_to is None or a.valid_to >= day)
        ]  # fmt: skip
        return valid or found

    def _is_city(self, name: str) -> bool:
        city = self._places.get(self.settings.kota)
        if any(a.kode == self.settings.kota for a in self._places.find(name, "kabkota")):
            return True
        return city is not None and plain(city.nama).removeprefix("kota") == plain(name)

    def _by_code(self, text: str) -> tuple[str | None, str | None]:
        """Return the code meant; if there is none, what the other scheme would make of it."""
        if "." in text:
            return (text if self._places.get(text) else None), None
        scheme = self.settings.scheme
        if scheme is None:
            raise InputError("intake.codes.scheme_unstated", where=self.settings.where)
        kemendagri, bps = self._kemendagri(text), self._bps(text)
        mine, other = (kemendagri, bps) if scheme == "kemendagri" else (bps, kemendagri)
        return mine, other if mine is None else None

    def _kemendagri(self, text: str) -> str | None:
        cuts = {4: (2, 4), 6: (2, 4, 6), 10: (2, 4, 6, 10)}.get(len(text), ())
        kode = ".".join(text[a:b] for a, b in zip((0, *cuts), cuts, strict=False))
        return kode if is_kode(kode) and self._places.get(kode) else None

    def _bps(self, text: str) -> str | None:
        """Return the area of a BPS code; of a village code unknown to the bridge the kecamatan."""
        for length in (len(text), 7, 4):
            if len(text) >= length and (kode := self._places.from_bps(text[:length])):
                return kode
        return None


def _composed(desa: str | None, kecamatan: str | None) -> str | None:
    """Return the whole code; short codes of desa and kecamatan are put together."""
    if desa and ("." in desa or len(desa) > 4):
        return desa
    if desa and kecamatan and "." in kecamatan:
        return f"{kecamatan}.{desa.zfill(4)}"
    if desa and kecamatan and len(kecamatan) in (6, 7):
        return kecamatan + desa.zfill(4 if len(kecamatan) == 6 else 3)
    whole = kecamatan if kecamatan and ("." in kecamatan or len(kecamatan) >= 6) else None
    return whole if whole and (_BARE.fullmatch(whole) or is_kode(whole)) else None


def _same_place(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _refuse_wrong_scheme(found: list[_Found], n_rows: Iterable[int], settings: Settings) -> None:
    """Refuse files whose codes follow another scheme than stated, wholly or in part."""
    weighed = list(zip(found, n_rows, strict=True))
    # A code of the other scheme may also be a lawful code of another city, so the name must say
    # that it is not, or there must be many of them.
    sure = sum(n for f, n in weighed if f.is_other_scheme)
    likely = sum(n for f, n in weighed if f.may_be_other)
    if sure or likely > MIXED_SHARE * sum(n for _, n in weighed):
        raise InputError(
            "intake.codes.mixed",
            where=settings.where, rows=sure + likely, scheme=str(settings.scheme),
        )  # fmt: skip
    judged = sum(n for f, n in weighed if f.is_judged)
    wrong = sum(n for f, n in weighed if f.status == "disagrees")
    if judged >= ENOUGH_TO_JUDGE and wrong > DISAGREE_SHARE * judged:
        raise InputError(
            "intake.codes.disagree", where=settings.where, rows=wrong, judged=judged,
            scheme=str(settings.scheme or "kemendagri"),
        )  # fmt: skip
