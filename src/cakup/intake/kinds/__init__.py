"""Kinds of files, one module each."""

from __future__ import annotations

from functools import cache

from cakup.intake.fields import Field
from cakup.intake.kinds import (
    daftar_pekerja,
    dtsen,
    jakon,
    kecelakaan,
    kematian,
    pembayaran,
    pemberi_kerja,
    peserta,
)
from cakup.intake.kinds.kind import Kind
from cakup.kernel.errors import UsageError

KINDS: dict[str, Kind] = {
    m.KIND.name: m.KIND
    for m in (
        daftar_pekerja,
        peserta,
        pembayaran,
        kematian,
        pemberi_kerja,
        dtsen,
        kecelakaan,
        jakon,
    )
}


def kind_named(name: str) -> Kind:
    """Return a kind.

    Args:
        name: One of ``kernel.schemas.KINDS``.

    Raises:
        UsageError: ``usage.bad_choice``.
    """
    if name not in KINDS:
        raise UsageError(
            "usage.bad_choice", option="--kind", given=name[:40], choices=", ".join(KINDS)
        )
    return KINDS[name]


@cache
def all_fields() -> tuple[Field, ...]:
    """Return the fields of every kind once, to recognise a header row of any file."""
    held = [f for kind in KINDS.values() for f in kind.fields]
    return tuple({f.name: f for f in held}.values())


__all__ = ["KINDS", "Kind", "all_fields", "kind_named"]
