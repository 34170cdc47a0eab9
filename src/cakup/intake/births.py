"""Birth dates found by the NIK: a column without a name whose days are those inside the NIKs."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from cakup.identifiers import dates, nik
from cakup.identifiers.dates import Orders
from cakup.intake.mapping import Mapping
from cakup.intake.settings import Settings

SAMPLE_ROWS = 200
#: Rows that must have both a NIK and a day, and the share of them in which the two agree.
LEAST_ROWS, LEAST_SHARE = 5, 0.6


def with_birth_by_nik(mapping: Mapping, below: pl.DataFrame, settings: Settings) -> Mapping:
    """Return the mapping with the column of birth dates, if only the NIKs can tell which it is.

    Serial numbers without a header may be anything; where most of them are the very days that the
    NIKs state, they are birth dates.

    Args:
        mapping: Mapping by names and content.
        below: Data rows of the sheet.
        settings: Settings of the import.
    """
    held = mapping.columns
    has_birth = {"tanggal_lahir", "tempat_tanggal_lahir", "bulan_lahir"} & set(held)
    if "tanggal_lahir" not in settings.kind.looks or "nik" not in held or has_birth:
        return mapping
    thin = below.gather_every(max(1, below.height // SAMPLE_ROWS))
    clean = thin.select(nik.clean(pl.col(f"c{held['nik'] + 1}")).alias("n")).unnest("n")
    born = clean.select(nik.implied(pl.col("nik"), settings.as_of).alias("i")).unnest("i")
    stated = born.get_column("tanggal_lahir_implied")
    for at, choice in enumerate(mapping.choices):
        if choice.field is None and choice.reason == "unknown":
            share = _agreement(thin.get_column(f"c{choice.index + 1}"), stated, settings)
            if share >= LEAST_SHARE:
                found = replace(
                    choice, field="tanggal_lahir", reason="by_nik",
                    confidence=round(0.95 * share, 4), fits=round(share, 4),
                )  # fmt: skip
                return Mapping((*mapping.choices[:at], found, *mapping.choices[at + 1 :]))
    return mapping


def _agreement(cells: pl.Series, stated: pl.Series, settings: Settings) -> float:
    """Return the share of rows whose day is the one inside the NIK, under the better order."""
    best = 0.0
    for order in (Orders("dmy"), Orders("mdy")):
        read = pl.DataFrame({"t": cells}).select(
            dates.parse(pl.col("t"), order, latest=settings.as_of).alias("d")
        )
        day = read.to_series().struct.field("tanggal")
        both = day.is_not_null() & stated.is_not_null()
        if int(both.sum()) >= LEAST_ROWS:
            best = max(best, float((day == stated).filter(both).mean() or 0.0))  # type: ignore[arg-type]
    return best
