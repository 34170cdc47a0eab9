"""Fictitious people for the messy files; shares nothing with ``cakup.synth``."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

MEN = "Agus Budi Slamet Rizal Fahmi Hendra Togar Binsar Jefri Wahyu Samsul Ridwan Poltak".split()
WOMEN = (
    "Sri Dewi Rosmawati Fitri Nurhayati Tiur Yanti Melati Ratna Siska Endang Lina Marlina".split()
)
LAST = "Siregar Nasution Ginting Sembiring Pranoto Wijaya Lubis Tarigan Harahap Tan Lim".split()
KELURAHAN = {
    "Binjai Utara": ["Pahlawan", "Jati Negara", "Nangka", "Damai", "Kebun Lada", "Cengkeh Turi"],
    "Binjai Kota": ["Berngam", "Satria", "Setia", "Kartini", "Tangsi", "Binjai", "Pekan Binjai"],
    "Binjai Barat": ["Bandar Senembah", "Limau Mungkur", "Paya Roba", "Suka Maju", "Sukaramai"],
    "Binjai Timur": ["Tanah Tinggi", "Dataran Tinggi", "Mencirim", "Tunggurono", "Sumber Karya"],
    "Binjai Selatan": ["Tanah Merah", "Binjai Estate", "Bhakti Karya", "Pujidadi", "Rambung Barat"],
}
KECAMATAN_DIGITS = dict(zip(KELURAHAN, ("91", "92", "93", "94", "95"), strict=True))
WORK = "pedagang sayur;tukang becak;petani padi;penggali kubur;buruh cuci;nelayan;penjahit".split(
    ";"
)


@dataclass(frozen=True)
class Person:
    """One invented worker: what the file should be read as."""

    nik: str
    nama: str
    tanggal_lahir: date
    jenis_kelamin: str
    tempat_lahir: str
    nama_ibu: str
    kelurahan: str
    kecamatan: str
    alamat: str
    rt: str
    rw: str
    telepon: str
    pekerjaan: str
    upah: int


def people(n: int, rng: random.Random) -> list[Person]:
    """Return ``n`` people with distinct NIKs."""
    return [_person(i, rng) for i in range(n)]


def _person(i: int, rng: random.Random) -> Person:
    sex = rng.choice("LP")
    first = rng.choice(MEN if sex == "L" else WOMEN)
    words = [first] if rng.random() < 0.1 else [first, *rng.sample(LAST, rng.choice((1, 1, 2)))]
    born = date(1958, 1, 1) + timedelta(days=rng.randrange(17_500))
    kecamatan = rng.choice(list(KELURAHAN))
    day = born.day + (40 if sex == "P" else 0)
    nik = f"1275{KECAMATAN_DIGITS[kecamatan]}{day:02d}{born:%m%y}{i + 1:04d}"
    return Person(
        nik=nik, nama=" ".join(words).upper(), tanggal_lahir=born, jenis_kelamin=sex,
        tempat_lahir=rng.choice(("Binjai", "Medan", "Stabat", "Langkat")),
        nama_ibu=f"{rng.choice(WOMEN)} {rng.choice(LAST)}",
        kelurahan=rng.choice(KELURAHAN[kecamatan]), kecamatan=kecamatan,
        alamat=f"Jl. {rng.choice(LAST)} No. {rng.randrange(1, 200)}",
        rt=f"{rng.randrange(1, 12):03d}", rw=f"{rng.randrange(1, 6):03d}",
        telepon=f"08{rng.randrange(10**9, 10**10)}", pekerjaan=rng.choice(WORK),
        upah=rng.randrange(10, 60) * 50_000,
    )  # fmt: skip
