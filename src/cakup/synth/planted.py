"""Planted findings: a decree that leaves people out, enrolments that the register calls not active,
lists of employers with gaps; and what is true of them, worked out from the truth alone.

Only made with ``findings=True``: the city is otherwise the same, so nothing else changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.synth.cover import BPU, NEVER, PU, Cover
from cakup.synth.paying import CITY, MANDIRI, PAYER_NAMES
from cakup.synth.places import Land
from cakup.synth.spec import Part

Ints = NDArray[np.int64]
LEFT_OFF_DECREE_SHARE = 0.03
CALLED_INACTIVE_SHARE = 0.03
#: Employers that send a list, largest first, and how often their list and the register differ.
LISTING_FIRMS, SILENT_FIRMS = 6, 2
NOT_ENROLLED_SHARE, NOT_LISTED_SHARE, BELOW_MINIMUM_SHARE = 0.12, 0.06, 0.05
#: A minimum wage of a fictitious city, whole rupiah per month.
MINIMUM_RP, LOW_WAGE_RP = 3_000_000, 2_100_000
AGE_LIMIT_YEARS = 65
AID = tuple(n for n in PAYER_NAMES if n != "mandiri")
CITY_PURSES = ("apbd_kabkota", "dbh_sawit", "dbh_cht")


@dataclass(frozen=True)
class Planted:
    """What was planted in one part.

    Args:
        decree: Positions of the people on the annex of the decree.
        inactive: Enrolments that the register wrongly calls not active.
        employed: Rows of the employers' lists: ``row, firm, upah``.
        employer_truth: ``kind, npp, true_person`` of the differences.
    """

    decree: Ints
    inactive: NDArray[np.bool_]
    employed: pl.DataFrame
    employer_truth: pl.DataFrame


def plant(part: Part, people: pl.DataFrame, held: Cover, employers: pl.DataFrame) -> Planted:
    """Choose what to plant.

    Args:
        part: The part of the city.
        people: From ``work.with_work``.
        held: The enrolments.
        employers: From ``firms.firms``.
    """
    rng = part.stream("planted")
    year = np.array([m.year == part.spec.as_of.year for m in part.spec.months])
    paid = (held.segment == BPU) & (held.payer == CITY) & held.paid[:, year].any(axis=1)
    named = np.unique(held.row[paid])
    decree = named[rng.random(len(named)) >= LEFT_OFF_DECREE_SHARE]
    may = (held.segment == BPU) & held.paid[:, -1] & (held.payer != MANDIRI) & ~held.is_second_kpj
    inactive = may & (rng.random(len(held.row)) < CALLED_INACTIVE_SHARE)
    employed, differences = _employed(part, rng, people, held, employers)
    return Planted(decree, inactive, employed, differences)


def _employed(
    part: Part, rng: np.random.Generator, people: pl.DataFrame, held: Cover, employers: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of the employers' lists and how they differ from the register."""
    today = part.spec.today
    enrolled = (held.segment == PU) & (held.start <= today) & (held.end >= today)
    free = _nowhere(people, held)
    rng.shuffle(free)
    rows, truth = [], []
    npp, names = employers["npp"].to_list(), employers["nama_pemberi_kerja"].to_list()
    first_silent = int(employers["is_terdaftar"].sum())
    for firm in [*range(LISTING_FIRMS), *range(first_silent, first_silent + SILENT_FIRMS)]:
        if firm >= len(npp):
            break
        inside = np.unique(held.row[enrolled & (held.firm == firm)])
        dropped = rng.random(len(inside)) < NOT_LISTED_SHARE
        n_more = max(3, round(len(inside) * NOT_ENROLLED_SHARE))
        more, free = free[:n_more], free[n_more:]
        listed = np.concatenate([inside[~dropped], more])
        low = rng.random(len(listed)) < BELOW_MINIMUM_SHARE
        wage = np.where(low, LOW_WAGE_RP, MINIMUM_RP + 50_000 * rng.integers(0, 60, len(listed)))
        rows.append(pl.DataFrame({"row": listed, "firm": firm, "upah": wage}))
        differences = {
            "listed_not_found": more, "found_not_listed": inside[dropped], "below_umk": listed[low],
        }  # fmt: skip
        for kind, at in differences.items():
            who = people["person"].to_numpy()[at]
            told = {"kind": kind, "npp": npp[firm], "nama": names[firm], "true_person": who}
            truth.append(pl.DataFrame(told))
    return pl.concat(rows), pl.concat(truth)


def _nowhere(people: pl.DataFrame, held: Cover) -> Ints:
    """Return positions of living resident workers who were never participants."""
    enrolled = np.zeros(len(people), dtype=np.bool_)
    enrolled[held.row] = True
    alive = people["meninggal_on"].is_null().to_numpy()
    may = people["is_worker"].to_numpy() & people["is_resident"].to_numpy() & alive & ~enrolled
    return np.flatnonzero(may)


def findings(
    part: Part, persons: pl.DataFrame, months: pl.DataFrame, payments: pl.DataFrame,
    reported_dead: pl.Series, planted: Planted, people: pl.DataFrame, held: Cover, areas: Land,
) -> pl.DataFrame:  # fmt: skip
    """Return every month at issue, from the truth: ``kind, true_person, bulan, program, payer``.

    Args:
        part: The part of the city.
        persons: From ``truth.persons``.
        months: From ``truth.person_months``.
        payments: From ``truth.pembayaran``.
        reported_dead: Persons on the list of deaths.
        planted: From ``plant``.
        people: From ``work.with_work``.
        held: The enrolments.
        areas: The areas.
    """
    home = pl.DataFrame({"true_person": people["person"], "ktp": _kabkota(people, areas)})
    key = ["true_person", "bulan", "program", "payer"]
    paid = payments.group_by([*key, "kode_iuran"]).agg(pl.col("paid_on").min()).join(
        persons.select("true_person", "tanggal_lahir", "meninggal_on"), on="true_person"
    ).join(home, on="true_person").with_columns(
        pl.col("payer", "program", "kode_iuran").cast(pl.String)
    )  # fmt: skip
    aid = paid.filter(pl.col("payer").is_in(AID))
    dead = paid.filter(pl.col("true_person").is_in(reported_dead.implode()))
    place, province = part.spec.place, part.spec.place.split(".")[0]
    ktp = pl.col("ktp")
    outside = (pl.col("payer").is_in(CITY_PURSES) & ~_within(ktp, place)) | (
        (pl.col("payer") == "apbd_provinsi") & ~_within(ktp, province)
    )
    limit = pl.col("tanggal_lahir").dt.offset_by(f"{AGE_LIMIT_YEARS}y")
    year = part.spec.as_of.year
    on_decree = people["person"].to_numpy()[planted.decree]
    found = {
        "two_aid": _second_payers(aid, key),
        "aid_and_pu": aid.join(_pu_months(months), on=["true_person", "bulan", "program"],
                               how="semi"),
        "after_death": dead.filter(pl.col("bulan") > pl.col("meninggal_on")),
        "over_age": paid.filter(limit <= pl.col("bulan")),
        "elsewhere": paid.filter(outside),
        "paid_not_active": _called_inactive(part, paid, planted, people, held),
        "not_on_decree": paid.filter(
            (pl.col("payer") == PAYER_NAMES[CITY]) & (pl.col("bulan").dt.year() == year)
            & ~pl.col("true_person").is_in(on_decree.tolist())
        ),
    }  # fmt: skip
    return pl.concat(
        frame.select(pl.lit(kind).alias("kind"), *key).unique() for kind, frame in found.items()
    ).sort("kind", *key)


def _kabkota(people: pl.DataFrame, areas: Land) -> pl.Series:
    """Return the code of the city or regency in which each person lives."""
    prefix = areas.prefix[people["area"].to_numpy()]
    return pl.Series([f"{p // 10_000:02}.{p // 100 % 100:02}" for p in prefix.tolist()])


def _within(kode: pl.Expr, area: str) -> pl.Expr:
    """Return whether a code is an area's or below."""
    return (kode == area) | kode.str.starts_with(f"{area}.")


def _second_payers(aid: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return payments of aid payers beyond the first to pay for a person, month and programme."""
    month = ["true_person", "bulan", "program"]
    ordered = aid.sort([*month, "paid_on", "payer", "kode_iuran"])
    first = ordered.group_by(month, maintain_order=True).agg(pl.col("payer").first().alias("first"))
    return aid.join(first, on=month).filter(pl.col("payer") != pl.col("first"))


def _pu_months(months: pl.DataFrame) -> pl.DataFrame:
    """Return months and programmes of wage enrolments."""
    return (
        months.filter(pl.col("segment").cast(pl.String) == "pu")
        .with_columns(pl.col("program").cast(pl.String).str.split(","))
        .explode("program")
        .select("true_person", "bulan", "program").unique()
    )  # fmt: skip


def _called_inactive(
    part: Part, paid: pl.DataFrame, planted: Planted, people: pl.DataFrame, held: Cover
) -> pl.DataFrame:
    """Return the last month of enrolments that were paid and that the register calls not active."""
    at = np.flatnonzero(planted.inactive)
    died = people["meninggal_on"].cast(pl.Int32).cast(pl.Int64).fill_null(NEVER).to_numpy()
    at = at[died[held.row[at]] > part.spec.today]
    chosen = pl.DataFrame(
        {
            "true_person": people["person"].to_numpy()[held.row[at]],
            "payer": [PAYER_NAMES[p] for p in held.payer[at].tolist()],
        },
        schema_overrides={"payer": pl.String},
    ).with_columns(pl.col("true_person").cast(paid["true_person"].dtype))
    last = paid.filter(pl.col("bulan") == part.spec.months[-1])
    return last.join(chosen, on=["true_person", "payer"], how="semi")
