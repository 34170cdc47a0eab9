"""What a column may hold: every field Cakup understands, with the names senders give it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from cakup.intake.labels import bare, normal


@dataclass(frozen=True)
class Field:
    """One field.

    Args:
        name: Name in Cakup.
        looks: What its cells look like; a key of ``content.LOOKS`` or ``text``.
        synonyms: Names that senders use, any spelling that ``labels.normal`` brings together.
    """

    name: str
    looks: str
    synonyms: tuple[str, ...]


#: Words that say that a place is where a person lives now, or works.
DOMISILI = (
    "domisili",
    "tinggal",
    "tempat tinggal",
    "alamat domisili",
    "sekarang",
    "alamat tinggal",
)
KERJA = ("kerja", "tempat kerja", "lokasi kerja", "usaha", "tempat usaha", "perusahaan", "bekerja",
         "lokasi usaha", "lokasi pekerjaan", "tempat bekerja", "pekerjaan", "dagang")  # fmt: skip


@cache
def _catalogue() -> dict[str, Any]:
    text = (files("cakup.intake") / "data" / "fields.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def group(name: str) -> tuple[Field, ...]:
    """Return the fields of one group of the catalogue.

    Args:
        name: ``person``, ``place``, ``elsewhere``, ``work``, ``member``, ``death``, ``accident``,
            ``project``, ``welfare``, ``payment`` or ``employer``.
    """
    if name == "elsewhere":
        return _elsewhere("domisili", DOMISILI) + _elsewhere("kerja", KERJA)
    return tuple(
        Field(field, held["looks"], tuple(n.strip() for n in held["names"].split(";")))
        for field, held in _catalogue()[name].items()
    )


def ignored() -> tuple[str, ...]:
    """Return the names of columns that are known and not needed."""
    return tuple(name.strip() for name in _catalogue()["ignored"].split(";"))


def _elsewhere(suffix: str, words: tuple[str, ...]) -> tuple[Field, ...]:
    """Return the place fields of another place than the KTP's, e.g. where a person works."""
    made = []
    for field in group("place"):
        if field.name in ("provinsi", "kode_provinsi", "kode_kabkota"):
            continue
        names = [f"{s} {w}" for s in field.synonyms for w in words]
        names += [f"{w} {s}" for s in field.synonyms for w in words]
        made.append(Field(f"{field.name}_{suffix}", field.looks, tuple(names)))
    return tuple(made)


#: Labels of one such word alone say too little once words of no meaning are off.
WEAK = frozenset(
    "nomor tanggal jenis kode status jumlah id kelompok lama kepesertaan tempat dan akhir "
    "awal mulai selesai bulan periode kota kabupaten usaha bidang kategori".split()
)


@dataclass(frozen=True)
class Names:
    """Look-up from label forms to field names, for one set of fields.

    Args:
        exact: Normal form → field.
        bare: Form without words of no meaning → field.
        ignored: Normal forms of columns that are not needed.
    """

    exact: dict[str, str]
    bare: dict[str, str]
    ignored: frozenset[str]


@cache
def names_of(fields: tuple[Field, ...]) -> Names:
    """Return the look-up for fields; where two fields share a name the first one has it.

    Args:
        fields: Fields of a kind, the most important first.
    """
    exact: dict[str, str] = {}
    short: dict[str, str] = {}
    for field in fields:
        for synonym in field.synonyms:
            exact.setdefault(normal(synonym), field.name)
    unneeded = frozenset(normal(s) for s in ignored()) - set(exact)
    for form, name in exact.items():
        if bare(form) and bare(form) not in WEAK | unneeded:
            short.setdefault(bare(form), name)
    return Names(exact, short, unneeded)
