"""The areas of a fictitious city as columns, with places outside it where people also live."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cakup.synth.spec import Spec

#: Kabupaten/kota where people are born or live: code, name, how often, a few desa with kecamatan.
OUTSIDE = (
    ("12.05", "Langkat", 30, "Selesai:Padang Cermin, Stabat:Karang Rejo, Kuala:Namu Mbelin"),
    ("12.07", "Deli Serdang", 22, "Sunggal:Sei Semayang, Kutalimbaru:Suka Rende"),
    ("12.71", "Medan", 18, "Medan Sunggal:Lalang, Medan Helvetia:Cinta Damai"),
    ("12.06", "Karo", 6, "Berastagi:Gundaling"),
    ("12.08", "Simalungun", 5, "Siantar:Rambung Merah"),
    ("12.09", "Asahan", 4, "Kisaran Timur:Sentang"),
    ("12.02", "Tapanuli Utara", 4, "Tarutung:Hutatoruan"),
    ("12.13", "Mandailing Natal", 4, "Panyabungan:Gunung Tua"),
    ("12.04", "Nias", 3, "Gido:Hiliweto"),
    ("11.16", "Aceh Tamiang", 4, "Kuala Simpang:Sriwijaya"),
    ("13.71", "Padang", 3, "Koto Tangah:Lubuk Buaya"),
    ("33.05", "Kebumen", 3, "Gombong:Wero"),
    ("31.75", "Jakarta Timur", 2, "Cakung:Penggilingan"),
    ("91.71", "Jayapura", 1, "Abepura:Awiyo"),
)  # fmt: skip
#: Kecamatan digits of fictitious people: no area has 91–99.
FIRST_DIGITS, N_DIGITS = 91, 9


@dataclass(frozen=True)
class Land:
    """Areas as parallel arrays; those of the city come first.

    Args:
        kelurahan: Names of desa/kelurahan.
        kecamatan: Names of kecamatan.
        kabkota: Names of kabupaten/kota.
        kode: Kemendagri codes; "" outside the city.
        prefix: First six digits of NIKs given there (fictitious kecamatan digits).
        n_inside: How many of the areas belong to the city.
        weight: How many people live in an area of the city, adding up to 1.
        outside_weight: How many of the people from outside live in an area outside, adding up to 1.
        born_prefix: First six digits of NIKs given elsewhere.
        born_name: Names of those places of birth.
        born_share: How often each, adding up to 1.
    """

    kelurahan: NDArray[np.object_]
    kecamatan: NDArray[np.object_]
    kabkota: NDArray[np.object_]
    kode: NDArray[np.object_]
    prefix: NDArray[np.int64]
    n_inside: int
    weight: NDArray[np.float64]
    outside_weight: NDArray[np.float64]
    born_prefix: NDArray[np.int64]
    born_name: NDArray[np.object_]
    born_share: NDArray[np.float64]


def fictitious_prefix(kode_kecamatan: str) -> int:
    """Return the first six digits of a fictitious NIK: kabkota, then 91–99 for the kecamatan.

    Args:
        kode_kecamatan: With dots; ``12.75.01`` gives 127591. The tenth kecamatan shares 91.
    """
    province, kabkota, kecamatan = (int(p) for p in kode_kecamatan.split("."))
    return province * 10_000 + kabkota * 100 + FIRST_DIGITS + (kecamatan - 1) % N_DIGITS


def land(spec: Spec, city_name: str) -> Land:
    """Return the areas of a city and a few of its neighbours'.

    Args:
        spec: The city.
        city_name: Its name without "Kota" or "Kabupaten".
    """
    rows = [
        (area.nama, kecamatan.nama, city_name, area.kode, fictitious_prefix(kecamatan.kode))
        for kecamatan, area in spec.areas
    ]
    others = [entry for entry in OUTSIDE if entry[0] != spec.place]
    lives: list[float] = []
    for kode, name, share, pairs in others:
        for at, pair in enumerate(pairs.split(", "), start=1):
            kecamatan, desa = pair.split(":")
            lives.append(share**1.5)
            rows.append((desa, kecamatan, name, "", fictitious_prefix(f"{kode}.{at:02}")))
    n = len(spec.areas)
    # The golden ratio spreads sizes evenly between half and one and a half of the mean.
    weight = 0.5 + (np.arange(1, n + 1) * 0.618033988749895) % 1
    often = np.array([entry[2] for entry in others], dtype=float)
    born = [fictitious_prefix(f"{entry[0]}.{i % 9 + 1:02}") for i, entry in enumerate(others)]

    def column(at: int) -> NDArray[np.object_]:
        return np.array([row[at] for row in rows], dtype=object)

    return Land(
        kelurahan=column(0), kecamatan=column(1), kabkota=column(2), kode=column(3),
        prefix=np.array([row[4] for row in rows], dtype=np.int64), n_inside=n,
        weight=weight / weight.sum(), outside_weight=np.array(lives) / sum(lives),
        born_prefix=np.array(born, dtype=np.int64),
        born_name=np.array([entry[1] for entry in others], dtype=object),
        born_share=often / often.sum(),
    )  # fmt: skip
