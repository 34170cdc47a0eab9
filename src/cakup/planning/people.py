"""Persons inside the plan: the order of the Perwal, the draw, families, strata, names."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from cakup.planning.criteria.evaluate import Evaluated
from cakup.planning.criteria.ruleset import RuleSet
from cakup.planning.optimise.build import Built, Stratum
from cakup.planning.optimise.problem import Ints
from cakup.planning.purses import TRANSPORT_GROUPS
from cakup.planning.settings import PlanSettings

#: Word of ``order`` → expression that sorts ascending.
ORDER = {
    "kept": ~pl.col("is_kept"), "desil": pl.col("desil").fill_null(99),
    "umur": pl.col("tanggal_lahir").fill_null(date(2100, 1, 1)),
    "umur_muda": -pl.col("tanggal_lahir").fill_null(date(1900, 1, 1)).cast(pl.Int32),
    "tanggungan": -pl.col("n_family").fill_null(0),
    "terdaftar": pl.col("listed_on").fill_null(date(2100, 1, 1)),
    "bukti": -pl.col("n_lists").fill_null(0),
}  # fmt: skip
#: Holds for whoever has a month left to begin in: the age limit may come before the first one.
MAY_BEGIN = pl.col("first") <= pl.min_horizontal("last_start", "end")
KEYS = (
    "kode", "desil", "sector", "is_kept", "is_fallback", "first", "last_start", "end", "mask",
    "is_waiting_over",
)  # fmt: skip


def drawn(person_ids: Sequence[str], seed: int) -> list[bytes]:
    """Return the lot of every person: it depends on the seed and the person only.

    Args:
        person_ids: Persons.
        seed: Seed, recorded before the list is closed.
    """
    salt = f"cakup:{seed}:".encode()
    return [hashlib.blake2b(salt + p.encode(), digest_size=8).digest() for p in person_ids]


@dataclass(frozen=True)
class Ranked:
    """The candidates who meet the rules, in order.

    Args:
        frame: Their rows with ``rank`` (1 = first), ``lot`` and the columns of ``KEYS``.
        not_first: Persons who stand behind another of the same NIK or family card.
        unknown_family: Persons in without a known family card.
        n_drawn: Persons whose place among equals was drawn.
    """

    frame: pl.DataFrame
    not_first: pl.Series
    unknown_family: int
    n_drawn: int


def ranked(told: Evaluated, rules: RuleSet, settings: PlanSettings, masks: pl.Expr) -> Ranked:
    """Put the candidates in the order of the rule set.

    Args:
        told: What the rules say of every person.
        rules: The rule set.
        settings: The plan.
        masks: Expression of the purses that may pay a person, as bits.
    """
    held = told.frame.filter(pl.col("is_in"))
    lots = drawn(held.get_column("person_id").to_list(), settings.seed)
    held = held.with_columns(
        lot=pl.Series(lots, dtype=pl.Binary),
        **{f"o{n}": ORDER[word] for n, word in enumerate(rules.order)},
    )
    keys = [f"o{n}" for n in range(len(rules.order))]
    held = held.sort([*keys, "lot", "person_id"])
    not_first, unknown = pl.Series(dtype=pl.String), 0
    if "nik" in held.columns:
        # One aid payer per NIK: two persons under one number are one place until that is settled.
        twice = pl.col("nik").is_not_null() & (pl.int_range(pl.len()).over("nik") > 0)
        not_first = held.filter(twice).get_column("person_id")
        held = held.filter(~twice)
    if rules.of_kind("one_per_family"):
        rule = rules.of_kind("one_per_family")[0]
        alone = pl.col("nkk").is_null()
        unknown = int(held.get_column("nkk").null_count())
        first = pl.int_range(pl.len()).over("nkk") == 0
        keep = pl.when(alone).then(pl.lit(rule.unknown != "out")).otherwise(first)
        held = held.with_columns(_keep=keep)
        others = held.filter(~pl.col("_keep")).get_column("person_id")
        not_first = pl.concat([not_first, others])
        held = held.filter(pl.col("_keep")).drop("_keep")
    tied = held.select(pl.struct(keys).is_duplicated().sum()).item() if held.height else 0
    held = _with_keys(held, settings, masks).drop(keys)
    held = held.with_columns(rank=pl.int_range(1, held.height + 1, dtype=pl.Int64))
    return Ranked(held, not_first, unknown, int(tied))


def _with_keys(frame: pl.DataFrame, settings: PlanSettings, masks: pl.Expr) -> pl.DataFrame:
    """Add what makes persons interchangeable for the money."""
    start = settings.begins
    paid = pl.col("aid_until")
    after = (paid.dt.year() - settings.year) * 12 + paid.dt.month().cast(pl.Int32)
    first = pl.max_horizontal("first_month", pl.lit(start), after.fill_null(0), pl.lit(0))
    transport = pl.col("groups").list.eval(pl.element().is_in(list(TRANSPORT_GROUPS))).list.any()
    return frame.with_columns(
        kode=pl.col("kode").fill_null(""),
        desil=pl.col("desil").fill_null(0),
        sector=pl.when(transport.fill_null(False)).then(pl.lit("transport"))
        .otherwise(pl.lit("other")),
        first=first,
        end=pl.col("last_month"),
        mask=masks,
        is_waiting_over=((after >= 0) & (first == after)).fill_null(False) & pl.col("is_kept"),
    )  # fmt: skip


def strata(frame: pl.DataFrame, n_purses: int, share: float = 1.0) -> tuple[Stratum, ...]:
    """Return the strata of ranked persons, in a fixed order.

    Args:
        frame: As ``Ranked.frame``.
        n_purses: Number of purses, the width of ``mask``.
        share: Expected share that passes verification: of every stratum so much counts (pagu
            stage); remainders are carried on so that the total is right.
    """
    grouped = frame.group_by(KEYS).len().sort(KEYS)
    sizes = grouped.get_column("len").to_numpy().astype(np.int64)
    if share < 1:
        marks = np.floor(np.cumsum(sizes) * share + 1e-9).astype(np.int64)
        sizes = np.diff(np.concatenate([[0], marks]))
    return tuple(
        Stratum(
            r["kode"], r["desil"], r["sector"], r["is_kept"], r["is_fallback"], r["first"],
            r["last_start"], r["end"],
            tuple(u for u in range(n_purses) if r["mask"] >> u & 1), int(n), r["is_waiting_over"],
        )
        for r, n in zip(grouped.iter_rows(named=True), sizes, strict=True)
    )  # fmt: skip


def placed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ranked persons with the number of their stratum, as ``strata`` counts them.

    Args:
        frame: As ``Ranked.frame``.

    Returns:
        ``person_id, rank, stratum`` and ``KEYS``, ordered by rank.
    """
    number = frame.select(KEYS).unique().sort(KEYS).with_columns(
        stratum=pl.int_range(pl.len(), dtype=pl.Int64)
    )  # fmt: skip
    return (
        frame.select("person_id", "rank", *KEYS).join(number, on=list(KEYS), how="left")
        .sort("rank")
    )  # fmt: skip


def named(
    frame: pl.DataFrame, built: Built, persons: Ints, without: Sequence[str] = ()
) -> pl.DataFrame:
    """Give the places of every stratum to its persons in their order.

    Places that begin first go to the persons who stand first.

    Args:
        frame: As ``Ranked.frame``.
        built: The problem with its columns.
        persons: Persons per column.
        without: Who has a place already.

    Returns:
        ``person_id, rank, stratum, way`` (column of the problem) of the chosen.
    """
    free = placed(frame).filter(~pl.col("person_id").is_in(list(without)))
    seated = free.with_columns(seat=pl.int_range(pl.len(), dtype=pl.Int64).over("stratum"))
    used = np.flatnonzero(persons[: len(built.ways)])
    order = sorted(
        used, key=lambda c: (built.stratum[c], built.ways[int(c)].start, -built.ways[int(c)].end, c)
    )
    seats: dict[str, list[int]] = {"stratum": [], "seat": [], "way": []}
    taken: dict[int, int] = {}
    for column in order:
        stratum, n = int(built.stratum[column]), int(persons[column])
        first = taken.get(stratum, 0)
        seats["stratum"] += [stratum] * n
        seats["seat"] += range(first, first + n)
        seats["way"] += [int(column)] * n
        taken[stratum] = first + n
    schema = {"stratum": pl.Int64, "seat": pl.Int64, "way": pl.Int64}
    held = pl.DataFrame(seats, schema=schema)
    return (
        seated.join(held, on=["stratum", "seat"], how="inner")
        .select("person_id", "rank", "stratum", "way").sort("rank")
    )  # fmt: skip
