"""What a column means, as far as its heading and its values tell: for life, for now, or once."""

from __future__ import annotations

import re

import numpy as np

from cakup.linkage.fields import NAME_PARTS, plain
from cakup.linkage.generic.values import CODE, DATE, NUMBER, Column

#: Field that stays with a person for life, and years between which nine of ten days lie if they
#: may be birth dates under another name.
BORN, GENERATION_YEARS = "tanggal_lahir", 15
#: Fields, and headings of given names, that stay with a person for life.
LASTING = frozenset((BORN, "jenis_kelamin", "nama_ibu", "tempat_lahir", *NAME_PARTS[0]))
#: Headings of names that marriage changes, and that relatives may not share.
FAMILY_NAMES = frozenset((*NAME_PARTS[1], *NAME_PARTS[2]))
#: Headings of birth dates and years of birth that are no known field.
_BIRTH = re.compile(
    r"birth|born|yob$|lahir$|geb$|geboren|geburt|naiss|nele$|nacid|nacim|nascit|nascim"
)
#: Headings of where somebody is reached, which change when he moves.
_REACHED = re.compile(
    r"alamat|address|adress|addr|street|strasse|jalan|calle|rue|voie|house|home|rumah|"
    r"city|town|kota|ciudad|ville|commune|ort$|suburb|desa|kelurahan|kecamatan|district|"
    r"zip|post|plz|pos$|cp$|tel|phone|fon|handphone|hp$|mobil|celular|fax|"
    r"mail|surel|courriel|correo|web|url|site|situs|page"
)
#: Other rows that share a value of an identifier by chance on average, at most.
OWN_TO = 1.0


def is_moment(column: Column) -> bool:
    """Return whether a column is an amount, or a day that is no birth date."""
    return column.kind == NUMBER or (column.kind == DATE and not is_birth(column))


def is_lasting(column: Column) -> bool:
    """Return whether a column says of a person what does not change when he moves."""
    return is_birth(column) or plain(column.name) in LASTING or column.name in LASTING


def is_identifier(column: Column, chance: float) -> bool:
    """Return whether a column is a code that hardly two entities share, and no place or telephone.

    Args:
        column: Column.
        chance: Share of pairs of two entities that have it in common.
    """
    if column.kind != CODE or _REACHED.search(plain(column.name)):
        return False
    return chance * len(column.value) <= OWN_TO


def is_birth(column: Column) -> bool:
    """Return whether a column is a birth date or year, by its name or as days span a generation."""
    if column.name == BORN:
        return True
    if column.kind in (DATE, NUMBER) and _BIRTH.search(plain(column.name)):
        return True
    if column.kind != DATE:
        return False
    days = column.number[column.value[column.value > 0]]
    days = days[np.isfinite(days)]
    if not len(days):
        return False
    low, high = np.quantile(days // 10_000, (0.05, 0.95))
    return bool(high - low >= GENERATION_YEARS)
