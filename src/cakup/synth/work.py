"""What people do: occupations, who works, firms, deciles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.synth.spec import Part

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Occupation:
    """One occupation.

    Args:
        nama: As written on lists.
        sektor: Economic sector.
        form: ``pu`` (employee), ``bpu`` (own account), ``jakon``, ``asn`` or ``pmi``.
        men: How frequent among working men.
        women: How frequent among working women.
        cover: How likely to be covered, relative to the others.
        desil: Middle of the welfare decile.
    """

    nama: str
    sektor: str
    form: str
    men: float
    women: float
    cover: float
    desil: float


OCCUPATIONS = tuple(
    Occupation(*row)
    for row in (
        ("Karyawan swasta", "jasa", "pu", 10, 10, 2.4, 6),
        ("Karyawan toko", "perdagangan", "pu", 5, 8, 1.1, 5),
        ("Buruh pabrik", "industri", "pu", 7, 6, 2.2, 5),
        ("Satpam", "jasa", "pu", 2, 0.2, 2.2, 5),
        ("Sopir perusahaan", "transportasi", "pu", 2.5, 0, 1.8, 5),
        ("Guru swasta", "pendidikan", "pu", 1, 4, 1.5, 6),
        ("Perawat", "kesehatan", "pu", 0.5, 2.2, 2.4, 7),
        ("Pegawai bank", "keuangan", "pu", 0.9, 1.1, 3.0, 8),
        ("Tenaga honorer", "pemerintahan", "pu", 1.4, 1.6, 3.0, 6),
        ("Petugas kebersihan", "pemerintahan", "pu", 1, 0.6, 3.0, 3),
        ("Pedagang pasar", "perdagangan", "bpu", 6, 13, 0.40, 4),
        ("Pedagang keliling", "perdagangan", "bpu", 4, 3, 0.25, 3),
        ("Usaha makanan", "perdagangan", "bpu", 2, 6, 0.30, 4),
        ("Penjahit", "industri", "bpu", 0.8, 3, 0.30, 4),
        ("Bengkel", "jasa", "bpu", 2.5, 0, 0.35, 5),
        ("Warung kelontong", "perdagangan", "bpu", 2, 5, 0.30, 5),
        ("Petani", "pertanian", "bpu", 4.5, 3, 0.40, 3),
        ("Buruh tani", "pertanian", "bpu", 1.5, 2, 0.40, 2),
        ("Peternak", "pertanian", "bpu", 1, 0.5, 0.35, 4),
        ("Penarik becak", "transportasi", "bpu", 2.3, 0, 0.55, 2),
        ("Ojek pangkalan", "transportasi", "bpu", 1, 0, 0.50, 3),
        ("Sopir angkot", "transportasi", "bpu", 1.6, 0, 0.50, 3),
        ("Ojek online", "transportasi", "bpu", 4.3, 0.7, 0.75, 4),
        ("Buruh bangunan", "konstruksi", "jakon", 7.5, 0.1, 0.90, 3),
        ("Tukang", "konstruksi", "jakon", 3, 0, 0.90, 4),
        ("Buruh harian lepas", "jasa", "bpu", 7, 4, 0.25, 2),
        ("Asisten rumah tangga", "jasa", "bpu", 0.1, 6, 0.20, 2),
        ("Juru parkir", "jasa", "bpu", 1.2, 0, 0.45, 2),
        ("Pemulung", "jasa", "bpu", 0.5, 0.5, 0.30, 1),
        ("Guru ngaji", "keagamaan", "bpu", 0.5, 1.3, 0.80, 4),
        ("Bilal mayit", "keagamaan", "bpu", 0.25, 0.2, 0.90, 3),
        ("Penggali kubur", "keagamaan", "bpu", 0.2, 0, 0.90, 2),
        ("Marbot masjid", "keagamaan", "bpu", 0.3, 0, 0.80, 3),
        ("Tagana", "sosial", "bpu", 0.1, 0.05, 1.5, 4),
        ("Wiraswasta", "perdagangan", "bpu", 6.5, 5.5, 0.30, 6),
        ("Pekerja migran", "jasa", "pmi", 0.1, 0.4, 0.0, 4),
        ("PNS", "pemerintahan", "asn", 3, 4.5, 0.0, 8),
        ("TNI/Polri", "pemerintahan", "asn", 1.2, 0.1, 0.0, 8),
    )
)
NAMES = [o.nama for o in OCCUPATIONS]
FORMS = np.array([o.form for o in OCCUPATIONS])
COVER = np.array([o.cover for o in OCCUPATIONS])
NOT_WORKING = ("Mengurus rumah tangga", "Pelajar/Mahasiswa", "Belum/tidak bekerja", "Pensiunan")
#: Deaths among the people of the lists: a share of the number of workers.
DEAD_SHARE = 0.016
#: Residents of 15 and over per worker, before the dead are taken out.
RESIDENTS_PER_WORKER = 1.42
#: People from outside per worker.
OUTSIDE_PER_WORKER = 0.06


def of_occupation(*names: str) -> Ints:
    """Return the positions of occupations."""
    return np.array([NAMES.index(name) for name in names], dtype=np.int64)


def pick(rng: np.random.Generator, weight: NDArray[np.float64], count: int) -> Ints:
    """Return ``count`` different positions; a higher weight makes one likelier, 0 comes last.

    Args:
        rng: Random numbers.
        weight: Not negative, one per candidate.
        count: At most the number of candidates.
    """
    # Exponential race: sorting by waiting time draws without replacement in proportion to weight.
    waiting = rng.exponential(size=len(weight)) / np.maximum(weight, 1e-12)
    return np.sort(np.argpartition(waiting, count - 1)[:count]) if count else np.empty(0, np.int64)


def with_work(part: Part, people: pl.DataFrame) -> pl.DataFrame:
    """Add death, work, occupation and decile.

    Args:
        part: The part of the city.
        people: From ``people.people``.

    Returns:
        The same rows with ``meninggal_on, is_worker, occupation, desil``: exactly
        ``part.workers`` living residents are workers; people from outside all work.
    """
    rng, n = part.stream("work"), len(people)
    age = people["umur"].to_numpy().astype(float)
    is_female = (people["jenis_kelamin"] == "P").to_numpy()
    resident = people["is_resident"].to_numpy()
    dead = np.zeros(n, dtype=np.bool_)
    n_dead = max(2, round(part.workers * DEAD_SHARE))
    dead[pick(rng, np.where(resident, (age / 50) ** 4, 0), n_dead)] = True
    ages, shares = [15, 18, 25, 55, 62, 70, 80], [0.03, 0.20, 0.85, 0.85, 0.6, 0.2, 0.03]
    chance = np.interp(age, ages, shares)
    chance = chance / (1.02 - chance) * np.where(is_female, 0.35, 1.4)
    works = np.zeros(n, dtype=np.bool_)
    works[pick(rng, np.where(resident & ~dead, chance, 0), part.workers)] = True
    works_or_did = works | dead | ~resident
    occupation = np.where(works_or_did, _occupations(rng, is_female), -1)
    base = np.array([o.desil for o in OCCUPATIONS])[occupation]
    base = np.where(occupation < 0, 3.6, base)
    desil = np.clip(np.rint(base + rng.normal(0, 1.7, n)), 1, 10).astype(np.int8)
    died = part.spec.today - rng.integers(5, 1300, n)
    return (
        people.with_columns(
            pl.Series("meninggal_on", np.where(dead, died, 0).astype("datetime64[D]")),
            pl.Series("is_dead", dead),
            pl.Series("is_worker", works),
            pl.Series("occupation", occupation.astype(np.int8)),
            pl.Series("desil", desil),
        )
        .with_columns(pl.when("is_dead").then("meninggal_on").alias("meninggal_on"))
        .drop("is_dead")
    )


def _occupations(rng: np.random.Generator, is_female: Bools) -> Ints:
    """Return an occupation per person by sex."""
    chance = rng.random(len(is_female))
    found = np.empty(len(is_female), dtype=np.int64)
    for sex, shares in (
        (False, [o.men for o in OCCUPATIONS]),
        (True, [o.women for o in OCCUPATIONS]),
    ):
        here = is_female == sex
        cumulative = np.cumsum(shares) / sum(shares)
        found[here] = np.minimum(np.searchsorted(cumulative, chance[here]), len(shares) - 1)
    return found


def occupation_names(occupation: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Return the words for occupations; those who do not work get a reason for it."""
    held = occupation.to_numpy().astype(np.int64)
    idle = rng.integers(0, len(NOT_WORKING), len(held))
    words = pl.Series([*NAMES, *NOT_WORKING])
    return words.gather(pl.Series(np.where(held < 0, len(NAMES) + idle, held).astype(np.uint32)))
