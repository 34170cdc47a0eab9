"""The tables that papers multiply out: blocks of persons, their prices, bills and budget rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from cakup.law.catalogue import Catalogue
from cakup.planning.prices import Tariff

#: Columns of blocks: persons whom a purse pays from one month (1-12) to another.
BLOCKS = {"purse": pl.String, "sector": pl.String, "first": pl.Int64, "last": pl.Int64,
          "persons": pl.Int64}  # fmt: skip
SECTORS = ("other", "transport")


def priced(blocks: pl.DataFrame, settings: Mapping[str, Any], catalogue: Catalogue) -> pl.DataFrame:
    """Return one row per block, month and programme with its price.

    Args:
        blocks: Columns of ``BLOCKS``.
        settings: ``year``, ``programmes`` and ``purses`` (``id, payer``) of the plan.
        catalogue: Parameters of the law.

    Returns:
        The columns of ``blocks`` and ``bulan, programme, price_rp``.
    """
    rows = []
    for purse in settings["purses"]:
        for sector in SECTORS:
            tariff = Tariff(purse["payer"], sector, tuple(settings["programmes"]), catalogue)
            for month in range(1, 13):
                day = date(settings["year"], month, 1)
                for programme, price in tariff.at(day).parts.items():
                    rows.append((purse["id"], sector, day, programme, price))
    schema = {"purse": pl.String, "sector": pl.String, "bulan": pl.Date, "programme": pl.String,
              "price_rp": pl.Int64}  # fmt: skip
    prices = pl.DataFrame(rows, schema=schema, orient="row")
    month_of = pl.col("bulan").dt.month()
    return blocks.join(prices, on=["purse", "sector"], how="left").filter(
        (month_of >= pl.col("first")) & (month_of <= pl.col("last"))
    )


def rupiah(made: pl.DataFrame) -> int:
    """Return the money of priced blocks, whole rupiah."""
    return int((made.get_column("price_rp") * made.get_column("persons")).sum())


def bills(made: pl.DataFrame) -> pl.DataFrame:
    """Return priced blocks by purse, month, programme and price."""
    return (
        made.group_by("purse", "bulan", "programme", "price_rp")
        .agg(persons=pl.col("persons").sum())
        .with_columns(rupiah=pl.col("persons") * pl.col("price_rp"))
        .sort("purse", "bulan", "programme", "price_rp")
    )


def spans(made: pl.DataFrame) -> pl.DataFrame:
    """Return one row per purse, programme, price and number of months: each multiplies out."""
    key = ("purse", "sector", "first", "last", "persons", "programme", "price_rp")
    each = made.group_by(key).agg(months=pl.len().cast(pl.Int64))
    return (
        each.group_by("purse", "programme", "price_rp", "months")
        .agg(persons=pl.col("persons").sum())
        .with_columns(rupiah=pl.col("persons") * pl.col("months") * pl.col("price_rp"))
        .sort("purse", "programme", "months", "price_rp")
    )
