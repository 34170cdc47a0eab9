"""What may be published of a person: initials, a NIK that tells nobody, no small groups."""

from __future__ import annotations

import polars as pl

#: Fewest persons of a kelurahan, or of an occupation in it, that a published list names
#: (parameter ``small_cell`` of the published figures, not confirmed).
SMALL_CELL = 5
HIDDEN = "disamarkan"


def masked_nik(nik: str | None) -> str:
    """Return a NIK that tells nobody: ``1275…0042``."""
    return f"{nik[:4]}…{nik[-4:]}" if nik else ""


def masked_name(nama: str | None) -> str:
    """Return a name by its first letters: ``S*** A***``."""
    return " ".join(f"{part[0].upper()}***" for part in (nama or "").split() if part)


def first_occupation(occupations: str | None) -> str:
    """Return the first of several occupations."""
    return (occupations or "").split(" | ")[0]


def published(people: pl.DataFrame) -> pl.DataFrame:
    """Return people as they may be published.

    A kelurahan with fewer than ``SMALL_CELL`` persons, and an occupation that fewer persons of a
    kelurahan share, are hidden: initials there would tell a neighbour who it is.

    Args:
        people: Rows of ``PlanFacts.people``.

    Returns:
        ``nik, nama, kelurahan, kecamatan, pekerjaan, first, last, months, rupiah``, same order.
    """
    work = pl.col("pekerjaan").map_elements(first_occupation, return_dtype=pl.String)
    few_here = pl.len().over("kode") < SMALL_CELL
    few_alike = pl.len().over("kode", "pekerjaan") < SMALL_CELL
    return people.with_columns(pekerjaan=work.fill_null("")).select(
        nik=pl.col("nik").map_elements(masked_nik, return_dtype=pl.String),
        nama=pl.col("nama").map_elements(masked_name, return_dtype=pl.String),
        kelurahan=pl.when(few_here).then(pl.lit(HIDDEN)).otherwise(pl.col("kelurahan")),
        kecamatan="kecamatan",
        pekerjaan=pl.when(few_here | few_alike).then(pl.lit(HIDDEN)).otherwise(pl.col("pekerjaan")),
        first="first", last="last", months="months", rupiah="rupiah",
    )  # fmt: skip
