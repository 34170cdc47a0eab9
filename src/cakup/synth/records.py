"""Rows of lists, register and death list: true facts, spoilt as each sender spoils them."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.synth import cover as covering
from cakup.synth.cover import BPU, JAKON, NEVER, PU, SEGMENTS, Cover
from cakup.synth.lists import PLANS, noise_of
from cakup.synth.noise import JAKON_NIK_MISSING
from cakup.synth.paying import MANDIRI, active_months
from cakup.synth.places import Land
from cakup.synth.spec import Part, stream
from cakup.synth.spoil import spoil
from cakup.synth.work import OCCUPATIONS, occupation_names

Ints = NDArray[np.int64]
STREETS = (
    "Melati Mawar Anggrek Kenanga Dahlia Flamboyan Cempaka Teratai Kamboja Seroja Rambutan "
    "Durian Mangga Manggis Duku Jambu Nangka Kelapa Salak Sawo Merpati Kutilang Kenari "
    "Cendrawasih Nuri Rajawali Elang Murai Gelatik Pipit"
).split()
ROMAN = "I II III IV V VI VII VIII IX X XI XII".split()
#: Mobile numbers begin with 0849, a block that no operator is known to use (unconfirmed).
PHONE_BLOCK = "0849"
DUPLICATE_NOISE_FACTOR = 1.5


def wide(part: Part, people: pl.DataFrame, areas: Land) -> pl.DataFrame:
    """Return the people with everything that an office might write down about them.

    Args:
        part: The part of the city.
        people: From ``work.with_work``.
        areas: The areas.

    Returns:
        One row per person, in the same order, ready for ``spoil.spoil``.
    """
    rng, n = part.stream("wide"), len(people)
    household = people["household"].to_numpy().astype(np.int64)
    nik = people["nik"].to_numpy()
    after = np.minimum(np.arange(n) + 1, n - 1)
    before = np.maximum(np.arange(n) - 1, 0)
    kin = np.where(household[after] == household, after, before)
    kin = np.where((household[kin] == household) & (kin != np.arange(n)), kin, np.arange(n))
    mixed = (household * 2_654_435_761 + part.number * 97) % (1 << 31)
    phone = (np.arange(n) * part.spec.n_parts + part.number) * 48_271 % 100_000_000
    number = household * part.spec.n_parts + part.number
    family = (
        areas.prefix[people["area"].to_numpy()] * 10**10
        + (number % 28 + 1) * 10**8 + (number // 28 % 12 + 1) * 10**6
        + (number // 336 % 20 + 5) * 10**4 + number // 6720 + 1
    )  # fmt: skip
    sector = pl.Series([o.sektor for o in OCCUPATIONS])
    occupation = people["occupation"].to_numpy().astype(np.int64)
    street, lane = pl.Series(STREETS), pl.Series(ROMAN)
    return people.with_columns(
        pl.Series("nik_kin", nik[kin]),
        pl.Series("nkk", family).cast(pl.String),
        pl.Series("_street", street.gather(pl.Series((mixed % len(STREETS)).astype(np.uint32)))),
        pl.Series("_no", mixed // 64 % 180 + 1),
        pl.Series("rt", mixed // 4096 % 9 + 1).cast(pl.String).str.zfill(3),
        pl.Series("rw", mixed // 65536 % 6 + 1).cast(pl.String).str.zfill(3),
        pl.Series("lingkungan", lane.gather(pl.Series((mixed // 262144 % 12).astype(np.uint32)))),
        pl.Series("telepon", phone).cast(pl.String).str.zfill(8),
        occupation_names(people["occupation"], rng).alias("pekerjaan"),
        pl.Series("sektor", sector.gather(pl.Series(np.maximum(occupation, 0).astype(np.uint32)))),
        pl.Series("_at", np.arange(n)),
        pl.Series("upah_rp_month", (rng.gamma(6, 0.3, n) * 30).astype(np.int64) * 50_000 + 500_000),
    ).with_columns(
        pl.format("Jl. {} No. {}", "_street", "_no").alias("alamat"),
        pl.lit(PHONE_BLOCK).add(pl.col("telepon")).alias("telepon"),
        pl.when(pl.col("occupation") >= 0).then("sektor").alias("sektor"),
    ).drop("_street", "_no").rename({"person": "true_person"})  # fmt: skip


def of_list(part: Part, wide: pl.DataFrame, areas: Land, key: str, rows: Ints) -> pl.DataFrame:
    """Return the rows of one list of workers, duplicates and faults included, in its own order."""
    rng, noise = part.stream(f"list:{key}"), noise_of(part, key)
    twice = rows[rng.random(len(rows)) < noise.duplicate]
    order = np.concatenate([rows, twice])
    if key in ("kepling", "dukcapil", "lurah"):
        order = np.sort(order, kind="stable")
    else:
        rng.shuffle(order)
    frame = _spoilt(rng, part, wide, areas, order, key)
    upper = next(p.upper for p in PLANS if p.key == key)
    return frame.with_columns(pl.col("nama", "nama_ibu").str.to_uppercase()) if upper else frame


def _spoilt(
    rng: np.random.Generator, part: Part, wide: pl.DataFrame, areas: Land, order: Ints, key: str
) -> pl.DataFrame:
    """Return rows of ``wide`` with the faults of a list and the names of the written areas."""
    names = pl.Series(areas.kelurahan.astype(str))
    frame = spoil(rng, wide[order], noise_of(part, key), names, areas.n_inside)
    at = pl.Series(frame["area"].to_numpy().astype(np.uint32))
    return frame.with_columns(
        pl.Series("kecamatan", pl.Series(areas.kecamatan.astype(str)).gather(at)),
        pl.Series("kabkota", pl.Series(areas.kabkota.astype(str)).gather(at)),
        pl.Series("kode_wilayah", pl.Series(areas.kode.astype(str)).gather(at)),
    )


def of_decree(part: Part, wide: pl.DataFrame, areas: Land, rows: Ints) -> pl.DataFrame:
    """Return the annex of the decree (SK): names as the civil registry writes them."""
    frame = _spoilt(part.stream("decree:rows"), part, wide, areas, rows, "dukcapil")
    return frame.with_columns(pl.col("nama", "nama_ibu").str.to_uppercase())


def of_employers(
    part: Part, wide: pl.DataFrame, areas: Land, employed: pl.DataFrame, employers: pl.DataFrame
) -> pl.DataFrame:
    """Return the employers' own lists of workers in one file.

    Args:
        part: The part of the city.
        wide: From ``wide``.
        areas: The areas.
        employed: ``row, firm, upah`` of ``planted.plant``.
        employers: Employers by position.
    """
    rows = employed["row"].to_numpy()
    frame = _spoilt(part.stream("employers:rows"), part, wide, areas, rows, "non_asn")
    at = employed["firm"].cast(pl.UInt32)
    known = pl.when(employers["is_terdaftar"].gather(at)).then(employers["npp"].gather(at))
    return frame.with_columns(
        known.alias("npp"), employers["nama_pemberi_kerja"].gather(at),
        employed["upah"].alias("upah_rp_month"), pl.lit("Karyawan").alias("pekerjaan"),
    )  # fmt: skip


def called_inactive(
    register: pl.DataFrame, held: Cover, kpj: list[str], inactive: NDArray[np.bool_]
) -> pl.DataFrame:
    """Return the register with some own-account enrolments wrongly called not active.

    Args:
        register: From ``peserta``.
        held: The enrolments.
        kpj: Participant number of each enrolment.
        inactive: Which of them.
    """
    at = np.flatnonzero(inactive)
    payers = covering.payer_names(held.payer[at])
    wrong = pl.DataFrame(
        {"kpj": [kpj[i] for i in at.tolist()], "payer": payers},
        schema={"kpj": pl.String, "payer": pl.String},
    ).with_columns(segmen=pl.lit("bpu"), _wrong=pl.lit(True))
    return register.join(
        wrong, on=["kpj", "payer", "segmen"], how="left", maintain_order="left"
    ).with_columns(
        pl.when("_wrong").then(pl.lit("NONAKTIF")).otherwise("status").alias("status")
    ).drop("_wrong")  # fmt: skip


def dtsen(part: Part, wide: pl.DataFrame, areas: Land, rows: Ints) -> pl.DataFrame:
    """Return the social register: workers and others, with decile and what is said of work."""
    rng = part.stream("dtsen:rows")
    frame = _spoilt(rng, part, wide, areas, rows, "dtsen")
    slip = rng.random(len(rows))
    works = frame["is_worker"].to_numpy()
    said = np.where(works, slip < 0.94, slip < 0.02)
    asn = frame["pekerjaan"].is_in(["PNS", "TNI/Polri"])
    return frame.with_columns(
        pl.col("nama", "nama_ibu").str.to_uppercase(),
        pl.Series("is_pekerja", said),
        asn.alias("is_asn"),
    )


def kematian(part: Part, wide: pl.DataFrame, areas: Land, rows: Ints) -> pl.DataFrame:
    """Return the reported deaths."""
    return _spoilt(part.stream("kematian:rows"), part, wide, areas, rows, "kematian")


def peserta(
    part: Part, wide: pl.DataFrame, areas: Land, held: Cover, employers: pl.DataFrame
) -> pl.DataFrame:
    """Return the participant register on the city's date: one row per enrolment.

    Args:
        part: The part of the city.
        wide: From ``wide``.
        areas: The areas.
        held: The enrolments.
        employers: Employers by position.
    """
    rng = part.stream("peserta:rows")
    number = covering.kpj_text(part, held.kpj)
    frame = _spoilt(rng, part, wide, areas, held.row, "peserta")
    # One participant number has one identity in the register: its first row's.
    identity = [
        "nik", "nama", "tanggal_lahir", "jenis_kelamin", "nama_ibu", "area", "desa_kelurahan",
        "kecamatan", "kabkota", "kode_wilayah", "telepon",
    ]  # fmt: skip
    at = pl.Series(np.maximum(held.firm, 0).astype(np.uint32))
    no_nik = pl.Series((held.segment == JAKON) & (rng.random(len(held.row)) < JAKON_NIK_MISSING))
    area = wide["area"].to_numpy()
    frame = frame.with_columns(
        pl.Series("kpj", number),
        pl.when(no_nik).then(None).otherwise(pl.col("nik")).alias("nik"),
        pl.col("nama", "nama_ibu").str.to_uppercase(),
    ).with_columns(pl.col(identity).first().over("kpj"))
    has_firm = pl.Series(held.firm >= 0)
    frame = frame.with_columns(
        pl.Series("segmen", [SEGMENTS[s] for s in held.segment.tolist()]),
        pl.when(has_firm).then(employers["npp"].gather(at)).alias("npp"),
        pl.when(has_firm).then(employers["nama_pemberi_kerja"].gather(at)).alias("nama_pemberi_kerja"),
        pl.Series("kode_iuran", covering.kode_iuran(held, number, area), dtype=pl.String),
        pl.Series("payer", covering.payer_names(held.payer)),
        pl.Series("mulai_on", held.start.astype("datetime64[D]")),
        pl.Series("selesai_on", np.where(held.end == NEVER, 0, held.end).astype("datetime64[D]")),
        pl.Series("_open", held.end == NEVER),
        pl.Series("program", programmes(held, employers)),
        pl.Series("status", np.where(_says_active(part, held), "AKTIF", "NONAKTIF")),
        pl.Series("is_second_kpj", held.is_second_kpj),
    ).with_columns(
        pl.when("_open").then(None).otherwise("selesai_on").alias("selesai_on")
    ).drop("_open")  # fmt: skip
    # Rows come by number, as an export does.
    return frame.sort("kpj", "mulai_on", "segmen", maintain_order=True)


def _says_active(part: Part, held: Cover) -> NDArray[np.bool_]:
    """Return what the insurer's system says: spells still open, or BPU not yet lapsed.

    The system learns of deaths from claims only, so the dead may be active in it.
    """
    today = part.spec.today
    spell = (held.start <= today) & (held.end >= today)
    return np.where(held.segment == BPU, active_months(held.paid)[:, -1], spell)


def programmes(held: Cover, employers: pl.DataFrame) -> list[str]:
    """Return the programmes of each enrolment, joined by comma: large employers add JP, some who
    pay themselves add JHT."""
    large = employers["is_large"].to_numpy()[np.maximum(held.firm, 0)] & (held.firm >= 0)
    saves = has_jht(held)
    return [
        ("jkk,jkm,jht,jp" if big else "jkk,jkm,jht")
        if s == PU
        else "jkk,jkm,jht"
        if j
        else "jkk,jkm"
        for s, big, j in zip(held.segment.tolist(), large.tolist(), saves.tolist(), strict=True)
    ]


def has_jht(held: Cover) -> NDArray[np.bool_]:
    """Return which BPU enrolments also save for old age: every fifth of the self-paid ones."""
    saves: NDArray[np.bool_] = (held.segment == BPU) & (held.payer == MANDIRI) & (held.kpj % 5 == 0)
    return saves


def employer_rows(seed: int, employers: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """Return the list of employers with the number of workers that each reports.

    Args:
        seed: Seed of the city.
        employers: From ``firms.firms``.
        counted: ``npp, n_aktif``: active wage earners per employer.
    """
    rng = stream(seed, 0, "employer_rows")
    factor = rng.choice([1.0, 1.0, 1.0, 1.15, 1.4], len(employers))
    return employers.join(counted, on="npp", how="left").with_columns(
        (
            pl.col("n_aktif").fill_null(0) * pl.Series(factor)
            + pl.Series(rng.integers(1, 12, len(employers)))
        ).cast(pl.Int64).alias("n_pekerja"),
        pl.when("is_terdaftar").then("npp").alias("npp_known"),
    )  # fmt: skip
