"""Which offices send lists, and who stands on them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.synth.noise import NOISE, Noise
from cakup.synth.spec import Part
from cakup.synth.work import NAMES, of_occupation, pick

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Plan:
    """One list of workers.

    Args:
        key: Name used for rates of noise and in the column ``list``.
        sender: Who sends it.
        title: First title row.
        everyone: Share of all resident workers on it.
        groups: Further shares by occupation.
        outside: How likely a person from outside is on it, compared with a resident.
        upper: Whether names are written in capitals.
    """

    key: str
    sender: str
    title: str
    everyone: float = 0.0
    groups: dict[str, float] = field(default_factory=dict)
    outside: float = 0.6
    upper: bool = False


def _same(share: float, *names: str) -> dict[str, float]:
    return dict.fromkeys(names, share)


PLANS = (
    Plan("dukcapil", "Disdukcapil", "DATA PENDUDUK BEKERJA MENURUT KARTU KELUARGA", 0.46,
         outside=0.0, upper=True),
    Plan("kepling", "Kepala Lingkungan", "PENDATAAN PEKERJA PER LINGKUNGAN", 0.34,
         _same(0.35, "Buruh harian lepas", "Asisten rumah tangga", "Pemulung", "Buruh bangunan"),
         outside=0.15, upper=True),
    Plan("pasar", "Dinas Perdagangan", "DAFTAR PEDAGANG PASAR DAN KAKI LIMA",
         groups={"Pedagang pasar": 0.72, "Pedagang keliling": 0.35}, outside=1.0),
    Plan("tani", "Dinas Ketahanan Pangan dan Pertanian", "DAFTAR ANGGOTA KELOMPOK TANI DAN TERNAK",
         groups=_same(0.75, "Petani", "Buruh tani", "Peternak")),
    Plan("dishub", "Dinas Perhubungan", "DATA PENGEMUDI BECAK, OJEK, ANGKOT DAN JURU PARKIR",
         groups=_same(0.70, "Penarik becak", "Ojek pangkalan", "Sopir angkot", "Juru parkir"),
         outside=1.0),
    Plan("umkm", "Dinas Koperasi dan UKM", "DATA PELAKU USAHA MIKRO",
         groups={**_same(0.55, "Usaha makanan", "Penjahit", "Bengkel", "Warung kelontong"),
                 "Wiraswasta": 0.40}),
    Plan("non_asn", "BKPSDM", "DAFTAR PEGAWAI NON-ASN DAN PETUGAS KEBERSIHAN",
         groups=_same(0.93, "Tenaga honorer", "Petugas kebersihan"), outside=1.5),
    Plan("kesra", "Bagian Kesra", "DAFTAR GURU NGAJI, BILAL MAYIT, PENGGALI KUBUR DAN MARBOT",
         groups=_same(0.80, "Guru ngaji", "Bilal mayit", "Penggali kubur", "Marbot masjid")),
    Plan("tagana", "Dinas Sosial", "DAFTAR RELAWAN TAGANA", groups={"Tagana": 0.95}),
    Plan("ojol", "Asosiasi Pengemudi Ojek Online", "DAFTAR MITRA PENGEMUDI",
         groups={"Ojek online": 0.65, "Ojek pangkalan": 0.1}, outside=1.6),
    Plan("bpu", "Dinas Tenaga Kerja", "USULAN PEKERJA RENTAN",
         groups=_same(0.10, "Petani", "Buruh tani", "Penarik becak", "Pedagang pasar", "Tagana",
                      "Bilal mayit", "Penggali kubur", "Buruh harian lepas", "Juru parkir")),
    Plan("lurah", "Lurah", "DAFTAR PEKERJA RENTAN KELURAHAN", outside=0.0),
)  # fmt: skip
GENERAL = ("dukcapil", "kepling", "lurah")
#: The one kelurahan whose lurah sends a list of his own, and how many of its workers are on it.
LURAH_AREA, LURAH_SHARE = 26, 0.40
DEAD_FACTOR = 0.6
DTSEN_BY_DESIL = np.array([0, 0.85, 0.82, 0.75, 0.65, 0.5, 0.12, 0.06, 0.04, 0.03, 0.02])
DEATHS_REPORTED_SHARE = 0.62


def noise_of(part: Part, key: str) -> Noise:
    """Return the rates of a list in this city."""
    return NOISE[key].scaled(part.spec.noise)


def memberships(part: Part, people: pl.DataFrame) -> dict[str, Ints]:
    """Return positions of the people on each list of workers, duplicates not yet added.

    Args:
        part: The part of the city.
        people: From ``work.with_work``.

    Returns:
        Key of the plan → positions. Exactly ``part.n_listed`` resident living workers stand on
        at least one of them.
    """
    rng, n = part.stream("lists"), len(people)
    worker = people["is_worker"].to_numpy()
    dead = people["meninggal_on"].is_not_null().to_numpy()
    outside = ~people["is_resident"].to_numpy()
    area = people["area"].to_numpy()
    works = people["occupation"].to_numpy() >= 0
    occupation = np.maximum(people["occupation"].to_numpy().astype(np.int64), 0)
    lurah_area = LURAH_AREA % len(part.spec.areas)
    on = np.zeros((len(PLANS), n), dtype=np.bool_)
    for at, plan in enumerate(PLANS):
        shares = np.full(len(NAMES), plan.everyone)
        for name, share in plan.groups.items():
            shares[of_occupation(name)] = np.maximum(shares[of_occupation(name)], share)
        chance = shares[occupation]
        if plan.key == "lurah":
            chance = np.where(area == lurah_area, LURAH_SHARE, 0.0)
        chance = chance * np.where(outside, plan.outside, 1) * np.where(dead, DEAD_FACTOR, 1)
        on[at] = works & (rng.random(n) < chance)
    _exactly(part, rng, on, worker)
    return {plan.key: np.flatnonzero(on[at]) for at, plan in enumerate(PLANS)}


def _exactly(part: Part, rng: np.random.Generator, on: Bools, worker: Bools) -> None:
    """Take people off all lists, or put people on a general one, until the number is met."""
    listed = np.flatnonzero(on.any(axis=0) & worker)
    keys = [p.key for p in PLANS]
    if len(listed) > part.n_listed:
        # Those who stand on general lists only go first, so that small lists keep their size.
        special = np.array([k not in GENERAL for k in keys])
        weight = np.where(on[special][:, listed].any(axis=0), 0.0, 1.0)
        on[:, listed[pick(rng, weight, len(listed) - part.n_listed)]] = False
        return
    missing = np.flatnonzero(worker & ~on.any(axis=0))
    chosen = missing[pick(rng, np.ones(len(missing)), part.n_listed - len(listed))]
    first = rng.random(len(chosen)) < 0.55
    on[keys.index("dukcapil"), chosen[first]] = True
    on[keys.index("kepling"), chosen[~first]] = True


def on_dtsen(part: Part, people: pl.DataFrame) -> Ints:
    """Return positions of the residents in the social register: mostly the lower deciles."""
    rng = part.stream("dtsen")
    chance = DTSEN_BY_DESIL[people["desil"].to_numpy()] * people["is_resident"].to_numpy()
    # The register is kept up by household, not always in time: some of its people are dead.
    chance = chance * np.where(people["meninggal_on"].is_not_null().to_numpy(), 0.5, 1)
    return np.flatnonzero(rng.random(len(people)) < chance)


def on_deaths(part: Part, people: pl.DataFrame) -> Ints:
    """Return positions of the dead whose death was reported."""
    rng = part.stream("deaths")
    dead = people["meninggal_on"].is_not_null().to_numpy()
    return np.flatnonzero(dead & (rng.random(len(people)) < DEATHS_REPORTED_SHARE))
