"""Kemendagri codes with dots, their levels, and codes that arrive without dots.

``12`` province, ``12.75`` kabupaten/kota, ``12.75.01`` kecamatan, ``12.75.01.1001`` desa or
kelurahan. BPS codes look the same and are not: Binjai is Kemendagri 12.75 and BPS 1276, and BPS
1275 is Medan. So a code without dots is read only when somebody said which scheme it follows.
"""

from __future__ import annotations

import re
from typing import Literal

from cakup.kernel.errors import InputError, UsageError

Level = Literal["provinsi", "kabkota", "kecamatan", "desa_kelurahan"]
Scheme = Literal["kemendagri", "bps"]
LEVELS: tuple[Level, ...] = ("provinsi", "kabkota", "kecamatan", "desa_kelurahan")
SCHEMES: tuple[Scheme, ...] = ("kemendagri", "bps")
KODE = re.compile(r"[1-9][0-9](?:\.[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{4})?)?)?")
BARE = re.compile(r"[1-9][0-9]{1,9}")
_CUTS = {2: (2,), 4: (2, 4), 6: (2, 4, 6), 10: (2, 4, 6, 10)}


def is_kode(text: str) -> bool:
    """Return whether ``text`` has the shape of a Kemendagri code with dots."""
    return KODE.fullmatch(text) is not None


def level_of(kode: str) -> Level:
    """Return the level of a Kemendagri code.

    Args:
        kode: Code with dots.
    """
    return LEVELS[kode.count(".")]


def parent_of(kode: str) -> str | None:
    """Return the code one level up, None for a province."""
    return kode.rpartition(".")[0] or None


def scheme_of(given: str | None) -> Scheme | None:
    """Return the scheme named by a user, refused if it is not one of the two."""
    if given is None:
        return None
    for known in SCHEMES:
        if given.strip().lower() == known:
            return known
    raise UsageError(
        "usage.bad_choice", option="--scheme", given=given[:20], choices=", ".join(SCHEMES)
    )


def dotted(text: str, scheme: Scheme | None = None) -> str | None:
    """Return a Kemendagri code with dots, None if ``text`` is no such code.

    Args:
        text: Code as it arrives; blanks around it do not matter.
        scheme: Scheme that somebody stated for codes without dots; with ``bps`` a code without
            dots is not Kemendagri's and gives None (``Places.from_bps`` knows those).

    Raises:
        InputError: ``places.code.scheme`` for a code without dots when no scheme is stated.
    """
    bare = text.strip()
    if "." in bare:
        return bare if is_kode(bare) else None
    if not BARE.fullmatch(bare):
        return None
    if scheme is None:
        raise InputError("places.code.scheme")
    cuts = _CUTS.get(len(bare)) if scheme == "kemendagri" else None
    if cuts is None:
        return None
    return ".".join(bare[a:b] for a, b in zip((0, *cuts), cuts, strict=False))
