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
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

FIRST_L = (
    "AGUS BUDI SLAMET RIZAL FAHMI HENDRA TOGAR BINSAR JEFRI WAHYU SAMSUL RIDWAN POLTAK ANDI EKO "
    "JOKO SUTRISNO BAMBANG DEDI IWAN RUDI HERMAN YUSUF IBRAHIM ISMAIL ZAINAL ABDUL SYAHRUL FAISAL "
    "IRFAN ARIF FERI DONI RONI JONI SAHAT PARLINDUNGAN MANGASI TIGOR SABAR RAHMAT HIDAYAT SURYA "
    "INDRA ADI NUGROHO TRI DWI SUPRIADI SUGENG PONIMAN TUKIMIN WAGIMAN LEGIMAN NGATIMAN MISWAR "
    "KHAIRUL CHAIRUL AKHMAD AHMAD USMAN UMAR ALI HASAN HUSIN SYAFII ZULKIFLI ZULFIKAR FAUZI"
).split()
FIRST_P = (
    "SRI DEWI ROSMAWATI FITRI NURHAYATI TIUR YANTI MELATI RATNA SISKA ENDANG LINA MARLINA SITI NUR "
    "RINI WATI SUMIATI PONIYEM LEGINEM RUSMINI ERNAWATI YUNITA LESTARI MAYA INDAH PUTRI AYU "
    "NINGSIH HALIMAH FATIMAH AISYAH KHADIJAH MARIATI JUMIATI SUPIATI RAHMAWATI HERLINA ROSLINA "
    "DAHLIA MEGA SARTIKA WULAN DIAN EKA DESI RISKA NOVITA YULIA SARI KARTINI SULASTRI WAHYUNI "
    "ASTUTI MURNI TIURMA ROTUA LAMRIA DUMA RISMA TETTY HOTMAIDA LASMARIA DELIMA SAHARA ZURAIDAH "
    "SYAMSIAH"
).split()
SECOND_L = (
    "SAPUTRA PRATAMA WIJAYA SANTOSO HIDAYAT KURNIAWAN SETIAWAN GUNAWAN HARTONO SUSANTO PURNOMO "
    "RAMADHAN MAULANA AKBAR HAKIM RAHMAN RAHIM KARIM AZIZ MALIK FADLI YUDA ANGGARA PRAYOGA WIBOWO "
    "SUHENDRA IRAWAN DARMAWAN SYAHPUTRA EFENDI LUKMAN SIDIK BASRI HAMDANI SOFYAN ZAKARIA YAHYA"
).split()
SECOND_P = (
    "LESTARI WAHYUNI HANDAYANI SUSANTI RAHAYU PURNAMA SARI DEWI UTAMI KUSUMA ANGGRAINI PERTIWI "
    "MAHARANI SAFITRI HASANAH AZIZAH JANNAH LAILA KHAIRANI AMALIA OKTAVIA MAULIDA RAMADHANI "
    "HAYATI AINI ASIAH MAWADDAH HIDAYAH SYAHFITRI ANDRIANI PUSPITA KOMALA YANI SULISTIAWATI"
).split()
MARGA = (
    "SIREGAR NASUTION GINTING SEMBIRING LUBIS TARIGAN HARAHAP SITEPU SINAGA SIMANJUNTAK SITORUS "
    "HUTAGALUNG PANJAITAN SIAHAAN NAIBAHO PURBA SARAGIH DAMANIK KABAN KARO BANGUN BARUS SURBAKTI "
    "BATUBARA HASIBUAN DAULAY RANGKUTI POHAN MATONDANG TANJUNG PASARIBU MANURUNG TAMPUBOLON GULTOM"
).split()
SYLLABLES = "SU RI NA DI MA WA TI LA HAR YAN TO KA RO MI JI PAR NO SE LI FA ZA IN BU GI WI".split()
KELURAHAN = (
    "PAHLAWAN,JATI NEGARA,NANGKA,DAMAI,KEBUN LADA,CENGKEH TURI,JATI UTOMO,JATI MAKMUR,JATI KARYA,"
    "BERNGAM,SATRIA,SETIA,KARTINI,TANGSI,BINJAI,PEKAN BINJAI,BANDAR SENEMBAH,LIMAU MUNGKUR,"
    "LIMAU SUNDAI,PAYA ROBA,SUKA MAJU,SUKARAMAI,TANAH TINGGI,DATARAN TINGGI,TIMBANG LANGKAT,"
    "MENCIRIM,TUNGGURONO,SUMBER MULYOREJO,SUMBER KARYA,TANAH MERAH,BINJAI ESTATE,BHAKTI KARYA,"
    "RAMBUNG DALAM,PUJIDADI,TANAH SERIBU,RAMBUNG BARAT,RAMBUNG TIMUR"
).split(",")
TOWNS = "BINJAI BINJAI BINJAI BINJAI MEDAN MEDAN STABAT LANGKAT KISARAN PADANG KLATEN NIAS".split()
FOREIGN_KEC = ("120591", "120792", "127193", "127191", "330294", "137195")
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
class City:
    """A city with truth.

    Args:
        workers: Rows of all lists: list, nik, nama, tanggal_lahir, jenis_kelamin, nama_ibu,
            desa_kelurahan, tempat_lahir, person.
        register: Rows of the participant file, same columns without list.
    """

    workers: pl.DataFrame
    register: pl.DataFrame


def make(persons: int, seed: int, *, correlated: bool = False, covered: float = 0.33) -> City:
    """Return a city.

    Args:
        persons: Number of persons.
        seed: Seed; the same seed gives the same city.
        correlated: Whether words of a name depend on the word before.
        covered: Share of persons in the register.
    """
    rng = random.Random(f"{seed}-{correlated}")
    people = _people(persons, rng, _Namer(rng, correlated))
    rows = []
    for name, (share, noise) in LISTS.items():
        n = int(persons * share)
        for i in rng.sample(range(persons), n):
            copies = 2 if rng.random() < 0.015 else 1
            rows += [(name, *_noisy(people, i, noise, rng), i) for _ in range(copies)]
    rng.shuffle(rows)
    kept = []
    for i in rng.sample(range(persons), int(persons * covered)):
        copies = 2 if rng.random() < 0.02 else 1
        kept += [(*_noisy(people, i, REGISTER, rng), i) for _ in range(copies)]
    rng.shuffle(kept)
    columns = [
        "nik", "nama", "tanggal_lahir", "jenis_kelamin", "nama_ibu", "desa_kelurahan",
        "tempat_lahir", "person",
    ]  # fmt: skip
    return City(
        pl.DataFrame(rows, schema=["list", *columns], orient="row"),
        pl.DataFrame(kept, schema=columns, orient="row"),
    )


class _Namer:
    """Draws names; frequencies of words fall like 1/rank."""

    def __init__(self, rng: random.Random, correlated: bool) -> None:
        self.rng = rng
        self.correlated = correlated
        tail = sorted(
            {"".join(rng.choices(SYLLABLES, k=rng.choice((2, 3, 3, 4)))) for _ in range(4000)}
        )
        rng.shuffle(tail)
        self.pools = {
            "L": self._pool(FIRST_L, tail[:900]), "P": self._pool(FIRST_P, tail[900:1800]),
            "L2": self._pool(SECOND_L, tail[1800:2600]),
            "P2": self._pool(SECOND_P, tail[2600:3400]),
            "M": self._pool(MARGA, []),
        }  # fmt: skip
        self.favourites: dict[tuple[str, str], list[str]] = {}

    def _pool(self, head: list[str], tail: list[str]) -> tuple[list[str], list[float]]:
        words = list(head) + list(tail)
        weights = [1 / (rank + 6) for rank in range(len(words))]
        total, sums = 0.0, []
        for w in weights:
            total += w
            sums.append(total)
        return words, sums

    def _draw(self, pool: str) -> str:
        words, sums = self.pools[pool]
        return self.rng.choices(words, cum_weights=sums)[0]

    def _after(self, before: str, pool: str) -> str:
        if self.correlated and self.rng.random() < 0.7:
            key = (before, pool)
            if key not in self.favourites:
                self.favourites[key] = [self._draw(pool) for _ in range(4)]
            return self.rng.choice(self.favourites[key])
        return self._draw(pool)

    def name(self, sex: str, marga: str | None) -> list[str]:
        first = self._draw(sex)
        if sex == "L" and self.rng.random() < 0.1:
            first = "MUHAMMAD"
        words = [first]
        roll = self.rng.random()
        if marga:
            if roll < 0.5:
                words.append(self._after(first, sex + "2"))
            return [*words, marga]
        if roll < 0.09 and first != "MUHAMMAD":
            return words
        words.append(self._after(first, sex + "2"))
        if roll > 0.65:
            words.append(self._after(words[-1], sex + "2"))
        return words


def _people(n: int, rng: random.Random, namer: _Namer) -> list[Person]:
    """Return ``n`` persons in families: siblings share mother, village and marga."""
    people: list[Person] = []
    serials: dict[str, int] = {}
    start = date(1958, 1, 1)
    while len(people) < n:
        mother = namer.name("P", None)
        marga = rng.choice(MARGA) if rng.random() < 0.3 else None
        village, town = rng.choice(KELURAHAN), rng.choice(TOWNS)
        kec = (
            f"1275{91 + KELURAHAN.index(village) // 8}"
            if rng.random() < 0.85
            else rng.choice(FOREIGN_KEC)
        )
        born = start + timedelta(days=rng.randrange(17_500))
        for child in range(rng.choices((1, 2, 3, 4), (55, 28, 12, 5))[0]):
            if child and rng.random() > 0.012:
                born = born + timedelta(days=rng.randrange(330, 1900))
            sex = rng.choice("LLLPP")
            day = born.day + (40 if sex == "P" else 0)
            head = f"{kec}{day:02d}{born:%m%y}"
            serials[head] = serials.get(head, 0) + 1
            home = village if rng.random() < 0.7 else rng.choice(KELURAHAN)
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


def _noisy(
    people: list[Person], i: int, noise: Noise, rng: random.Random
) -> tuple[str | None, ...]:
    """Return one row about person ``i`` as a list with this noise would write it."""
    p = people[i]
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
        nik, _spoil_name(p.words, noise.name, rng),
        None if rng.random() < noise.no_date else _date_text(born, noise, rng),
        _sex(p.sex, noise, rng),
        None if rng.random() < noise.no_mother else _spoil_name(p.mother, noise.name, rng),
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


def _spoil_name(words: list[str], level: float, rng: random.Random) -> str:
    """Return a name as a clerk might write it."""
    out = list(words)
    if rng.random() < level:
        for spoil in rng.sample(SPOILS, rng.choice((1, 1, 1, 2))):
            out = spoil(out, rng) or out
    if rng.random() < level * 0.25:
        out = [rng.choice(("H.", "HJ.", "DRS.", "IR.")), *out]
    text = " ".join(out)
    if rng.random() < level * 0.15:
        text += rng.choice((", SE", ", S.PD", ", SH", " S.Pd"))
    shape = rng.random()
    return text.title() if shape < 0.3 else text


def _initial(words: list[str], rng: random.Random) -> list[str]:
    at = rng.randrange(len(words))
    if len(words) < 2:
        return words
    return [w[0] + rng.choice((".", "")) if i == at else w for i, w in enumerate(words)]


def _abbreviate(words: list[str], rng: random.Random) -> list[str]:
    short = {
        "MUHAMMAD": ("MUH.", "M.", "MHD", "MOH.", "MOHD", "MUHAMAD", "MOHAMMAD"),
        "ABDUL": ("ABD.", "ABD"), "SITI": ("ST.", "SITTI"), "NUR": ("NR.", "NOER"),
    }  # fmt: skip
    return [rng.choice(short[w]) if w in short else w for w in words]


def _old(words: list[str], rng: random.Random) -> list[str]:
    def old(w: str) -> str:
        for new, past in (("SY", "SJ"), ("NY", "NJ"), ("U", "OE"), ("C", "TJ"), ("J", "DJ")):
            if new in w and rng.random() < 0.6:
                return w.replace(new, past, 1)
        return w

    return [old(w) for w in words]


def _sound(words: list[str], rng: random.Random) -> list[str]:
    pairs = (
        ("V", "F"), ("F", "P"), ("F", "V"), ("Z", "S"), ("Z", "J"), ("KH", "H"), ("SY", "S"),
        ("DH", "D"), ("TH", "T"), ("Q", "K"), ("I", "Y"), ("U", "O"), ("E", "I"), ("LL", "L"),
        ("MM", "M"), ("CH", "KH"), ("AH", "A"),
    )  # fmt: skip
    hits = [(i, a, b) for i, w in enumerate(words) for a, b in pairs if a in w]
    if not hits:
        return words
    at, a, b = rng.choice(hits)
    return [w.replace(a, b, 1) if i == at else w for i, w in enumerate(words)]


def _drop(words: list[str], rng: random.Random) -> list[str]:
    at = rng.randrange(len(words))
    return [w for i, w in enumerate(words) if i != at] if len(words) > 1 else words


def _swap(words: list[str], rng: random.Random) -> list[str]:
    return [*words[1:], words[0]] if len(words) > 1 else words


def _join(words: list[str], rng: random.Random) -> list[str]:
    return [words[0] + words[1], *words[2:]] if len(words) > 1 else words


def _split(words: list[str], rng: random.Random) -> list[str]:
    at = rng.randrange(len(words))
    w = words[at]
    if len(w) < 6:
        return words
    return [*words[:at], w[:3], w[3:], *words[at + 1 :]]


def _father(words: list[str], rng: random.Random) -> list[str]:
    return [*words, rng.choice(("BIN", "BINTI")), rng.choice(FIRST_L)]


def _typo(words: list[str], rng: random.Random) -> list[str]:
    at = rng.randrange(len(words))
    w = words[at]
    k = rng.randrange(len(w))
    letter = rng.choice("ABDEGHIKLMNOPRSTUWY")
    spoiled = rng.choice((
        w[:k] + letter + w[k + 1 :], w[:k] + w[k + 1 :], w[:k] + letter + w[k:],
        w[:k] + w[k + 1 : k + 2] + w[k : k + 1] + w[k + 2 :],
    ))  # fmt: skip
    return [spoiled or w if i == at else w for i, w in enumerate(words)]


SPOILS: list[Callable[[list[str], random.Random], list[str]]] = [
    _initial, _abbreviate, _abbreviate, _old, _sound, _sound, _drop, _drop, _swap, _join, _split,
    _father, _typo, _typo,
]  # fmt: skip
