"""A second, independent maker of a city with known truth, for accuracy figures only.

It shares nothing with ``cakup.synth`` and nothing with ``cakup.linkage``: it was written from the
list of noises that real lists have (missing and damaged NIK, abbreviated, old-fashioned, misheard
and shortened names, dates in many shapes, siblings, twins, duplicates in the register). All people
are invented; the kecamatan digits of every NIK are 91 to 99.

Words of a name are drawn independently, or correlated (``correlated=True``): then most second and
third words come from a few favourites of the word before, as in "Siti Nur…".
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from bench.noisy_names import MARGA, Namer, spoil_name

KELURAHAN = (
    "PAHLAWAN,JATI NEGARA,NANGKA,DAMAI,KEBUN LADA,CENGKEH TURI,JATI UTOMO,JATI MAKMUR,JATI KARYA,"
    "BERNGAM,SATRIA,SETIA,KARTINI,TANGSI,BINJAI,PEKAN BINJAI,BANDAR SENEMBAH,LIMAU MUNGKUR,"
    "LIMAU SUNDAI,PAYA ROBA,SUKA MAJU,SUKARAMAI,TANAH TINGGI,DATARAN TINGGI,TIMBANG LANGKAT,"
    "MENCIRIM,TUNGGURONO,SUMBER MULYOREJO,SUMBER KARYA,TANAH MERAH,BINJAI ESTATE,BHAKTI KARYA,"
    "RAMBUNG DALAM,PUJIDADI,TANAH SERIBU,RAMBUNG BARAT,RAMBUNG TIMUR"
).split(",")
TOWNS = "BINJAI BINJAI BINJAI BINJAI MEDAN MEDAN STABAT LANGKAT KISARAN PADANG KLATEN NIAS".split()
FOREIGN_KEC = ("120591", "120792", "127193", "127191", "330294", "137195")
COLUMNS = (
    "nik", "nama", "tanggal_lahir", "jenis_kelamin", "nama_ibu", "desa_kelurahan",
    "tempat_lahir", "person",
)  # fmt: skip
MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
)


@dataclass(frozen=True)
class Noise:
    """How bad one list is: every field is a share of rows, 0–1."""

    no_nik: float
    excel: float
    nik_typo: float
    relative: float
    name: float
    no_date: float
    date_wrong: float
    no_mother: float
    no_village: float
    style: str

    def times(self, factor: float) -> Noise:
        """Return a list in which everything goes wrong so many times as often."""
        return Noise(*(v if isinstance(v, str) else min(v * factor, 0.95)
                       for v in vars(self).values()))  # fmt: skip


LISTS: dict[str, tuple[float, Noise]] = {
    "dukcapil": (0.22, Noise(0.003, 0.0, 0.002, 0.001, 0.08, 0.0, 0.004, 0.02, 0.01, "iso")),
    "dinsos": (0.20, Noise(0.03, 0.01, 0.01, 0.01, 0.20, 0.02, 0.02, 0.10, 0.03, "dmy")),
    "tani": (0.16, Noise(0.10, 0.10, 0.02, 0.02, 0.35, 0.10, 0.03, 0.60, 0.05, "serial")),
    "ojek": (0.11, Noise(0.08, 0.02, 0.03, 0.02, 0.35, 0.15, 0.03, 0.95, 0.10, "dmyy")),
    "pasar": (0.18, Noise(0.45, 0.02, 0.04, 0.03, 0.50, 0.45, 0.05, 1.0, 0.08, "words")),
    "nelayan": (0.06, Noise(0.20, 0.05, 0.03, 0.02, 0.45, 0.20, 0.04, 0.80, 0.05, "dmy")),
    "kelurahan": (0.35, Noise(0.05, 0.04, 0.02, 0.02, 0.30, 0.05, 0.03, 0.40, 0.0, "dmy")),
    "umkm": (0.12, Noise(0.12, 0.08, 0.02, 0.01, 0.30, 0.25, 0.02, 0.90, 0.10, "words")),
    "pabrik": (0.14, Noise(0.01, 0.03, 0.01, 0.005, 0.20, 0.01, 0.02, 0.50, 0.20, "iso")),
}
REGISTER = Noise(0.005, 0.0, 0.006, 0.004, 0.15, 0.003, 0.012, 0.05, 0.10, "iso")


@dataclass
class Person:
    """One invented person."""

    nik: str
    words: list[str]
    born: date
    sex: str
    mother: list[str]
    village: str
    town: str


@dataclass(frozen=True)
class Area:
    """Where people of one city live and where their numbers were issued.

    Args:
        code: First four digits of most NIKs.
        villages: Where people live.
        foreign: First six digits of the NIKs of those who were registered elsewhere.
        first_serial: Running number of the first of them on a day, less one.
        towns: Where people were born.
    """

    code: str
    villages: tuple[str, ...]
    foreign: tuple[str, ...]
    first_serial: int = 0
    towns: tuple[str, ...] = tuple(TOWNS)


BINJAI = Area("1275", tuple(KELURAHAN), FOREIGN_KEC)


@dataclass(frozen=True)
class City:
    """A city with truth.

    Args:
        workers: Rows of all lists: list, nik, nama, tanggal_lahir, jenis_kelamin, nama_ibu,
            desa_kelurahan, tempat_lahir, person.
        register: Rows of the participant file, same columns without list.
    """

    workers: pl.DataFrame
    register: pl.DataFrame


def make(
    persons: int, seed: int, *, correlated: bool = False, covered: float = 0.33, noise: float = 1.0
) -> City:
    """Return a city.

    Args:
        persons: Number of persons.
        seed: Seed; the same seed gives the same city.
        correlated: Whether words of a name depend on the word before.
        covered: Share of persons in the register.
        noise: How often everything goes wrong, as a multiple of what ``LISTS`` says.
    """
    rng = random.Random(f"{seed}-{correlated}")
    people = people_of(persons, rng, Namer(rng, correlated))
    rows = []
    for name, (share, usual) in LISTS.items():
        own = usual.times(noise)
        n = int(persons * share)
        for i in rng.sample(range(persons), n):
            copies = 2 if rng.random() < 0.015 else 1
            rows += [(name, *noisy_row(people, i, own, rng), i) for _ in range(copies)]
    rng.shuffle(rows)
    kept, register = [], REGISTER.times(noise)
    for i in rng.sample(range(persons), int(persons * covered)):
        copies = 2 if rng.random() < 0.02 else 1
        kept += [(*noisy_row(people, i, register, rng), i) for _ in range(copies)]
    rng.shuffle(kept)
    return City(
        pl.DataFrame(rows, schema=["list", *COLUMNS], orient="row"),
        pl.DataFrame(kept, schema=list(COLUMNS), orient="row"),
    )


def people_of(n: int, rng: random.Random, namer: Namer, area: Area = BINJAI) -> list[Person]:
    """Return ``n`` persons in families: siblings share mother, village and marga."""
    people: list[Person] = []
    serials: dict[str, int] = {}
    start = date(1958, 1, 1)
    while len(people) < n:
        mother = namer.name("P", None)
        marga = rng.choice(MARGA) if rng.random() < 0.3 else None
        village, town = rng.choice(area.villages), rng.choice(area.towns)
        local = rng.random() < 0.85
        kec = (
            f"{area.code}{91 + area.villages.index(village) // 8}"
            if local
            else rng.choice(area.foreign)
        )
        born = start + timedelta(days=rng.randrange(17_500))
        for child in range(rng.choices((1, 2, 3, 4), (55, 28, 12, 5))[0]):
            if child and rng.random() > 0.012:
                born = born + timedelta(days=rng.randrange(330, 1900))
            sex = rng.choice("LLLPP")
            day = born.day + (40 if sex == "P" else 0)
            head = f"{kec}{day:02d}{born:%m%y}"
            serials[head] = serials.get(head, 0 if local else area.first_serial) + 1
            home = village if rng.random() < 0.7 else rng.choice(area.villages)
            people.append(
                Person(
                    f"{head}{serials[head]:04d}",
                    namer.name(sex, marga),
                    born,
                    sex,
                    mother,
                    home,
                    town,
                )
            )
    return people[:n]


def noisy_row(
    people: list[Person], i: int, noise: Noise, rng: random.Random, village: str | None = None
) -> tuple[str | None, ...]:
    """Return one row about person ``i`` as a list with this noise would write it.

    Args:
        people: All people; those of one household stand together.
        i: Whom the row is about.
        noise: Noise of the list.
        rng: Source of chance.
        village: Where the list says that he lives, None where he does.
    """
    p = people[i] if village is None else replace(people[i], village=village)
    nik: str | None = p.nik
    if rng.random() < noise.relative:
        nik = people[min(i + 1, len(people) - 1)].nik
    if rng.random() < noise.no_nik:
        nik = rng.choice((None, None, None, "-", "0", "0000000000000000", "1234567890123456"))
    elif rng.random() < noise.excel:
        nik = _excel(str(nik), rng)
    elif rng.random() < noise.nik_typo:
        nik = _typo_digits(str(nik), rng)
    elif rng.random() < 0.01:
        nik = rng.choice(("'" + str(nik), f"{nik} ", f"{nik[:6]}.{nik[6:12]}.{nik[12:]}"))
    born: date | None = p.born
    if rng.random() < 0.015 * (noise.name > 0.1):
        born = p.born + timedelta(days=rng.choice((1, -1, 365, 30, -31, 10)))
    return (
        nik, spoil_name(p.words, noise.name, rng),
        None if rng.random() < noise.no_date else _date_text(born, noise, rng),
        _sex(p.sex, noise, rng),
        None if rng.random() < noise.no_mother else spoil_name(p.mother, noise.name, rng),
        None if rng.random() < noise.no_village else _village(p.village, noise, rng),
        None if rng.random() < noise.no_mother else p.town,
    )  # fmt: skip


def _sex(sex: str, noise: Noise, rng: random.Random) -> str | None:
    if rng.random() < 0.02:
        return None
    if rng.random() < 0.01:
        sex = "P" if sex == "L" else "L"
    if noise.style == "words":
        return {"L": "Laki-laki", "P": "Perempuan"}[sex]
    return sex


def _village(village: str, noise: Noise, rng: random.Random) -> str:
    if rng.random() < 0.04:
        village = rng.choice(KELURAHAN)
    shape = rng.random()
    if shape < 0.2:
        return village.title()
    return f"Kel. {village.title()}" if shape < 0.25 else village


def _excel(nik: str, rng: random.Random) -> str:
    if rng.random() < 0.48:
        return f"{nik[0]},{nik[1:6]}E+15"
    return nik[:15] + "0"


def _typo_digits(nik: str, rng: random.Random) -> str:
    at = rng.randrange(16)
    kind = rng.random()
    if kind < 0.5:
        return nik[:at] + rng.choice("0123456789") + nik[at + 1 :]
    if kind < 0.75:
        at = min(at, 14)
        return nik[:at] + nik[at + 1] + nik[at] + nik[at + 2 :]
    if kind < 0.85:
        return nik[:at] + rng.choice("0123456789") + nik[at:]
    short = nik[:at] + nik[at + 1 :]
    return short if kind < 0.95 else "0" + short


def _date_text(born: date, noise: Noise, rng: random.Random) -> str:
    if rng.random() < noise.date_wrong:
        kind = rng.random()
        if kind < 0.3 and born.day <= 12:
            born = date(born.year, born.day, born.month)
        elif kind < 0.6:
            born = date(born.year, 1, 1)
        elif kind < 0.8:
            born = born + timedelta(days=rng.choice((1, -1, 9, -9, 10)))
        else:
            year = born.year + rng.choice((1, -1, 10, -10, 2))
            born = date(min(year, 2012), born.month, min(born.day, 28))
    style = noise.style
    if style == "serial":
        return str((born - date(1899, 12, 30)).days) if rng.random() < 0.5 else f"{born:%d/%m/%Y}"
    if style == "words":
        return f"{born.day} {MONTHS[born.month - 1]} {born.year}"
    shape = {"iso": "%Y-%m-%d", "dmy": "%d/%m/%Y", "dmyy": "%d-%m-%y"}[style]
    return born.strftime(shape)
