"""Clean facts in, facts as offices write them out: faults drawn for whole columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.synth import names_spoilt, niks_spoilt
from cakup.synth.noise import Noise

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: Wrong areas that lie across the city's border: of residents, of people from outside.
OUT_OF_CITY_SHARE, INTO_CITY_SHARE = 0.03, 0.30


def spoil(
    rng: np.random.Generator, rows: pl.DataFrame, noise: Noise, areas: pl.Series, n_inside: int
) -> pl.DataFrame:
    """Return the rows with the faults of one list.

    Args:
        rng: Random numbers of the list.
        rows: ``nik`` (whole number), ``nik_kin`` (of another of the household), ``nama``,
            ``nama_ibu``, ``tanggal_lahir``, ``jenis_kelamin``, ``area``, ``telepon`` and others,
            which stay as they are.
        noise: Rates.
        areas: Names of areas by position.
        n_inside: How many of them, the first ones, belong to the city.

    Returns:
        The same rows; ``nik`` is the text that the office wrote, null = blank; ``desa_kelurahan``
        is added; ``nik_kin`` is gone.
    """
    n = len(rows)
    nik = niks_spoilt.spoil(rng, rows["nik"].to_numpy(), rows["nik_kin"].to_numpy(), noise)
    nama = names_spoilt.spoil(rng, rows["nama"], rows["jenis_kelamin"], noise)
    nama_ibu = names_spoilt.spoil(rng, rows["nama_ibu"], None, _milder(noise))
    dates, no_date = _dates(rng, rows["tanggal_lahir"], noise)
    area, spelled = _areas(rng, rows["area"].to_numpy(), areas, n_inside, noise)

    def blank(rate: float) -> pl.Series:
        return pl.Series(rng.random(n) < rate)

    sex_wrong = blank(noise.sex_wrong)
    other = pl.when(pl.col("jenis_kelamin") == "L").then(pl.lit("P")).otherwise(pl.lit("L"))
    columns: dict[str, tuple[pl.Series, pl.Series]] = {
        "nama_ibu": (nama_ibu, blank(noise.mother_missing)),
        "telepon": (rows["telepon"], blank(noise.phone_missing)),
        "tanggal_lahir": (dates, no_date),
        "desa_kelurahan": (spelled, blank(noise.area_missing)),
    }
    frame = rows.drop("nik_kin").with_columns(
        nik.alias("nik"), nama.alias("nama"), pl.Series("area", area.astype(np.int16)),
        pl.when(blank(noise.sex_missing)).then(None)
        .when(sex_wrong).then(other).otherwise(pl.col("jenis_kelamin").cast(pl.String))
        .alias("jenis_kelamin"),
    )  # fmt: skip
    return frame.with_columns(
        [
            pl.when(gone).then(None).otherwise(values).alias(c)
            for c, (values, gone) in columns.items()
        ]
    )


def _milder(noise: Noise) -> Noise:
    """Return the rates for mothers' names: no titles, no bin."""
    return Noise(**{**noise.__dict__, "name_title": 0.0, "name_bin": 0.0})


def _dates(rng: np.random.Generator, born: pl.Series, noise: Noise) -> tuple[pl.Series, pl.Series]:
    """Return birth dates with faults, and which are missing."""
    n = len(born)
    day, month, year = (
        getattr(born.dt, part)().cast(pl.Int64).to_numpy().copy()
        for part in ("day", "month", "year")
    )
    default = rng.random(n) < noise.date_default
    day[default], month[default] = 1, 1
    swapped = (rng.random(n) < noise.date_swapped) & (day <= 12) & ~default
    day[swapped], month[swapped] = month[swapped], day[swapped]
    typo = np.flatnonzero((rng.random(n) < noise.date_typo) & ~default & ~swapped)
    kind = rng.integers(0, 4, len(typo))
    step = rng.choice([-1, 1], len(typo))
    day[typo] = np.where(kind == 0, np.clip(day[typo] + step, 1, 28), day[typo])
    month[typo] = np.where(kind == 1, (month[typo] + step - 1) % 12 + 1, month[typo])
    year[typo] += np.where(kind == 2, step, 0) + np.where(kind == 3, 10 * step, 0)
    frame = pl.DataFrame({"y": year, "m": month, "d": np.minimum(day, 31)})
    longest = pl.date("y", "m", 1).dt.month_end().dt.day().cast(pl.Int64)
    fixed = frame.select(pl.date("y", "m", pl.min_horizontal("d", longest)).alias("tanggal_lahir"))
    return fixed.to_series(), pl.Series(rng.random(n) < noise.date_missing)


def _areas(
    rng: np.random.Generator, area: Ints, names: pl.Series, n_inside: int, noise: Noise
) -> tuple[Ints, pl.Series]:
    """Return the areas that are written and their spelling."""
    n = len(area)
    wrong = rng.random(n) < noise.area_wrong
    # A wrong area mostly lies on the right side of the city's border.
    inside, crosses = area < n_inside, rng.random(n)
    inside ^= crosses < np.where(inside, OUT_OF_CITY_SHARE, INTO_CITY_SHARE)
    first, last = np.where(inside, 0, n_inside), np.where(inside, n_inside, len(names))
    found = np.where(wrong, rng.integers(first, last), area)
    forms: tuple[Callable[[str], str], ...] = (
        lambda w: w,
        lambda w: f"Kel. {w}",
        lambda w: w.replace(" ", ""),
        lambda w: f"{w.split()[0][0]}. {w.split(' ', 1)[1]}" if " " in w else w,
        lambda w: w.replace("ng", "n", 1) if w.count("ng") > 1 else w.replace("ll", "l") + " ",
    )
    spelled = pl.Series([change(name) for change in forms for name in names])
    form = np.where(rng.random(n) < noise.area_spelling, rng.integers(1, len(forms), n), 0)
    return found, spelled.gather(pl.Series((form * len(names) + found).astype(np.uint32)))
