"""Words of invented names, and how clerks spoil them; for ``bench.noisy_city`` only."""

from __future__ import annotations

import random
from collections.abc import Callable

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


class Namer:
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


def spoil_name(words: list[str], level: float, rng: random.Random) -> str:
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
