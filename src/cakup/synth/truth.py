"""What is true of a fictitious city: persons, months of cover, payments made."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.synth import cover as covering
from cakup.synth import paying
from cakup.synth.cover import BPU, NEVER, SEGMENTS, Cover
from cakup.synth.paying import active_months
from cakup.synth.places import Land
from cakup.synth.records import programmes
from cakup.synth.spec import EPOCH, Part
from cakup.synth.work import NAMES, OCCUPATIONS, of_occupation

Ints = NDArray[np.int64]
#: Contribution of a BPU month, whole rupiah: the base price, without any relief.
AMOUNTS_RP = {"jkk": 10_000, "jkm": 6_800, "jht": 20_000}
NIK_ON_PAYMENT_SHARE = 0.6
PAID_TWICE_SHARE = 0.002


def active(part: Part, people: pl.DataFrame, held: Cover) -> NDArray[np.bool_]:
    """Return whether each enrolment is active on the judging day of each month.

    PU, jakon and pmi are active through their spell; BPU in a month paid and in the three after
    it; the dead are not.

    Returns:
        Enrolments × months.
    """
    days = np.array([d.toordinal() - EPOCH for d in part.spec.days])
    spell = (held.start[:, None] <= days) & (held.end[:, None] >= days)
    found = np.where((held.segment == BPU)[:, None], active_months(held.paid), spell)
    died = people["meninggal_on"].cast(pl.Int32).cast(pl.Int64).fill_null(NEVER).to_numpy()
    return found & (died[held.row][:, None] > days)


def person_months(
    part: Part, people: pl.DataFrame, held: Cover, employers: pl.DataFrame
) -> pl.DataFrame:
    """Return the months of cover.

    Args:
        part: The part of the city.
        people: From ``work.with_work``.
        held: The enrolments.
        employers: From ``firms.firms``.

    Returns:
        One row per enrolment and month that is paid, touched by a spell, or active:
        ``true_person, bulan`` (first day), ``program`` (joined by comma), ``segment, kpj, npp,
        kode_iuran, payer, is_paid, is_active`` (on the last day of the month, at most the city's
        date), ordered by person, month and enrolment.
    """
    first = _first_days(part)
    days = np.array([d.toordinal() - EPOCH for d in part.spec.days])
    is_active = active(part, people, held)
    touched = (held.start[:, None] <= days) & (held.end[:, None] >= first)
    touched &= (held.segment != BPU)[:, None]
    at, month = np.nonzero(held.paid | touched | is_active)
    heads = enrolments(part, people, held, employers)
    order = np.lexsort((at, month, held.row[at]))
    at, month = at[order], month[order]
    columns = (
        "true_person", "bulan", "program", "segment", "kpj", "npp", "kode_iuran", "payer",
        "is_paid", "is_active",
    )  # fmt: skip
    return heads[pl.Series(at.astype(np.uint32))].with_columns(
        pl.Series("bulan", first[month].astype("datetime64[D]")),
        pl.Series("is_paid", held.paid[at, month]),
        pl.Series("is_active", is_active[at, month]),
    ).select(columns)  # fmt: skip


def _first_days(part: Part) -> Ints:
    return np.array([m.toordinal() - EPOCH for m in part.spec.months])


def enrolments(
    part: Part, people: pl.DataFrame, held: Cover, employers: pl.DataFrame
) -> pl.DataFrame:
    """Return one row per enrolment: ``true_person, segment, kpj, npp, kode_iuran, payer,
    program``."""
    number = covering.kpj_text(part, held.kpj)
    firm = pl.Series(np.maximum(held.firm, 0).astype(np.uint32))
    words = pl.Series([*paying.PAYER_NAMES, "pemberi_kerja"], dtype=pl.Categorical)
    segments = pl.Series(SEGMENTS, dtype=pl.Categorical)
    return pl.DataFrame(
        {
            "true_person": people["person"].to_numpy()[held.row],
            "segment": segments.gather(pl.Series(held.segment.astype(np.uint32))),
            "kpj": number,
            "kode_iuran": covering.kode_iuran(held, number, people["area"].to_numpy()),
            "payer": words.gather(pl.Series((held.payer % len(words)).astype(np.uint32))),
            "program": programmes(held, employers),
            "_firm": held.firm,
        },
        schema_overrides={"kode_iuran": pl.String, "program": pl.Categorical},
    ).with_columns(
        pl.when(pl.col("_firm") >= 0).then(employers["npp"].gather(firm)).alias("npp")
    ).drop("_firm")  # fmt: skip


def pembayaran(
    part: Part, people: pl.DataFrame, held: Cover, employers: pl.DataFrame
) -> pl.DataFrame:
    """Return the payment lines: one per BPU enrolment, month and programme; a few stand twice.

    Args:
        part: The part of the city.
        people: From ``work.with_work``.
        held: The enrolments.
        employers: From ``firms.firms``.

    Returns:
        ``true_person, kpj, nik`` (text, often null), ``kode_iuran, program, bulan, amount_rp,
        paid_on, payer``, ordered by month, number and programme.
    """
    rng = part.stream("payments")
    bpu = held.take(np.flatnonzero(held.segment == BPU))
    days = paying.payment_days(rng, part.spec, bpu.payer, bpu.paid)
    month, at = np.nonzero(bpu.paid.T)
    nik = pl.Series("nik", people["nik"].to_numpy()[bpu.row]).cast(pl.String)
    known = pl.Series("_known", rng.random(len(nik)) < NIK_ON_PAYMENT_SHARE)
    heads = enrolments(part, people, bpu, employers).with_columns(nik, known)
    lines = heads[pl.Series(at.astype(np.uint32))].with_columns(
        pl.when("_known").then("nik").alias("nik"),
        pl.col("program").cast(pl.String).str.split(","),
        pl.Series("bulan", _first_days(part)[month].astype("datetime64[D]")),
        pl.Series("paid_on", days[at, month].astype("datetime64[D]")),
    )
    twice = np.flatnonzero(rng.random(len(lines)) < PAID_TWICE_SHARE)
    order = np.sort(np.concatenate([np.arange(len(lines)), twice]), kind="stable")
    rupiah = pl.col("program").replace_strict(AMOUNTS_RP, return_dtype=pl.Int64)
    return (
        lines[pl.Series(order.astype(np.uint32))]
        .explode("program")
        .with_columns(rupiah.alias("amount_rp"))
        .select(
            "true_person", "kpj", "nik", "kode_iuran", "program", "bulan", "amount_rp", "paid_on",
            "payer",
        )
    )  # fmt: skip


def persons(
    part: Part, people: pl.DataFrame, held: Cover, on: dict[str, Ints], areas: Land
) -> pl.DataFrame:
    """Return one row per human being with what is true of him or her.

    Args:
        part: The part of the city.
        people: From ``work.with_work``.
        held: The enrolments.
        on: Positions on the lists of workers.
        areas: The areas.

    Returns:
        ``true_person, nik, nama, tanggal_lahir, jenis_kelamin, nama_ibu, kode_wilayah_ktp,
        is_resident, is_worker`` (living worker with a KTP of the city), ``is_covered`` (such a
        worker, active on the city's date in PU, BPU or jakon), ``is_active`` (anyone active then
        in any segment), ``is_listed,
        n_lists, is_participant, left_on`` (left a firm that still reports him or her),
        ``meninggal_on, pekerjaan, sektor, desil, is_asn``.
    """
    n = len(people)
    now, counted = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    is_active = active(part, people, held)[:, -1]
    now[held.row[is_active]] = True
    counted[held.row[is_active & covering.COUNTED[held.segment]]] = True
    enrolled = np.zeros(n, dtype=np.bool_)
    enrolled[held.row] = True
    left = np.full(n, NEVER)
    np.minimum.at(left, held.row, held.left)
    n_lists = np.zeros(n, dtype=np.int64)
    for rows in on.values():
        n_lists[rows] += 1
    occupation = people["occupation"].to_numpy().astype(np.int64)
    names, sectors = pl.Series(NAMES), pl.Series([o.sektor for o in OCCUPATIONS])
    at = pl.Series(np.maximum(occupation, 0).astype(np.uint32))
    works, has_left = pl.Series(occupation >= 0), pl.Series(left < NEVER)
    kode = pl.Series(areas.kode.astype(str)).gather(pl.Series(people["area"].cast(pl.UInt32)))
    return people.select(
        pl.col("person").alias("true_person"),
        pl.col("nik").cast(pl.String),
        "nama", "tanggal_lahir", "jenis_kelamin", "nama_ibu", "tempat_lahir",
        pl.when(kode != "").then(kode).alias("kode_wilayah_ktp"),
        "is_resident", "is_worker",
        pl.Series("is_covered", counted & people["is_worker"].to_numpy()),
        pl.Series("is_active", now),
        pl.Series("is_listed", n_lists > 0),
        pl.Series("n_lists", n_lists.astype(np.int16)),
        pl.Series("is_participant", enrolled),
        pl.when(has_left).then(
            pl.Series(np.where(left < NEVER, left, 0).astype("datetime64[D]"))
        ).alias("left_on"),
        "meninggal_on",
        pl.when(works).then(names.gather(at)).alias("pekerjaan"),
        pl.when(works).then(sectors.gather(at)).alias("sektor"),
        "desil",
        pl.Series("is_asn", np.isin(occupation, of_occupation("PNS", "TNI/Polri"))),
    )  # fmt: skip
