"""The kabupaten and kota of a province: who should be in a table of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cakup.kernel.errors import InputError


@dataclass(frozen=True)
class Kabkota:
    """One kabupaten or kota: Kemendagri code and name."""

    kode: str
    nama: str


@cache
def kabkota_of(province: str) -> tuple[Kabkota, ...]:
    """Return the kabupaten and kota of a province that Cakup has built in.

    Args:
        province: Kemendagri code, e.g. ``12``.

    Returns:
        In the order of their codes; empty where Cakup has none.
    """
    path = files("cakup.places") / "data" / f"kabkota-{province}.csv"
    return read_kabkota(path.read_text(encoding="utf-8")) if path.is_file() else ()


def read_kabkota(text: str) -> tuple[Kabkota, ...]:
    """Return the kabupaten and kota of a CSV ``kode,nama``.

    Args:
        text: The CSV with its header.

    Raises:
        InputError: ``merge.bad_expected`` if a line is no code and name.
    """
    found = []
    lines = [line for line in text.strip().splitlines() if not line.startswith("#")]
    for line in lines[1:]:
        kode, comma, nama = line.partition(",")
        if not comma or len(kode.split(".")) != 2:
            raise InputError("merge.bad_expected")
        found.append(Kabkota(kode.strip(), nama.strip()))
    return tuple(sorted(found, key=lambda k: k.kode))
