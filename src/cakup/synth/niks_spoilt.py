"""What happens to a NIK between the card and the list."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.synth.noise import Noise

Ints = NDArray[np.int64]
FILLERS = (
    "-",
    "0",
    "0000000000000000",
    "1111111111111111",
    "9999999999999999",
    "TIDAK ADA",
    "BELUM ADA",
)
FILLER_SHARE = 0.125
SCIENTIFIC_SHARE = 0.45


def spoil(rng: np.random.Generator, nik: Ints, nik_kin: Ints, noise: Noise) -> pl.Series:
    """Return NIKs as written; at most one fault each.

    Args:
        rng: Random numbers.
        nik: True NIKs as whole numbers.
        nik_kin: NIK of another person of the household, own where there is none.
        noise: Rates.
    """
    rates = (
        noise.nik_missing, noise.nik_excel, noise.nik_format, noise.nik_lost, noise.nik_typo,
        noise.nik_relative,
    )  # fmt: skip
    fault = np.searchsorted(np.cumsum(rates), rng.random(len(nik)), side="right")
    value = np.where(fault == 5, nik_kin, nik)
    text = pl.Series("nik", value).cast(pl.String)
    touched = np.flatnonzero(fault < 5)
    draw = random.Random(int(rng.integers(1 << 62)))
    faults = (_missing, _excel, _formatted, _lost, _mistyped)
    written = [
        faults[kind](draw, digits)
        for kind, digits in zip(
            fault[touched].tolist(), text.gather(touched).to_list(), strict=True
        )
    ]
    return text.scatter(touched, pl.Series(written, dtype=pl.String)).alias("nik")


def _missing(draw: random.Random, nik: str) -> str | None:
    return draw.choice(FILLERS) if draw.random() < FILLER_SHARE else None


def _excel(draw: random.Random, nik: str) -> str:
    if draw.random() < SCIENTIFIC_SHARE:
        return f"{nik[0]},{nik[1:6]}E+15"
    return nik[:15] + "0"


def _formatted(draw: random.Random, nik: str) -> str:
    kind = draw.randrange(6)
    if kind == 0:
        return "'" + nik
    if kind == 1:
        return " ".join((nik[:6], nik[6:12], nik[12:]))
    if kind == 2:
        return ".".join((nik[:2], nik[2:4], nik[4:6], nik[6:12], nik[12:]))
    if kind == 3:
        return nik + ".0"
    if kind == 4:
        return nik.replace("0", "O", 1)
    return f" {nik} "


def _lost(draw: random.Random, nik: str) -> str:
    at = draw.randrange(16)
    short = nik[:at] + nik[at + 1 :]
    return "0" + short if draw.random() < 0.5 else short


def _mistyped(draw: random.Random, nik: str) -> str:
    """Return a NIK with a typing error; the kecamatan digits stay fictitious."""
    kind, at = draw.random(), draw.randrange(6, 15)
    if kind < 0.55:
        return nik[:at] + str((int(nik[at]) + draw.randrange(1, 10)) % 10) + nik[at + 1 :]
    if kind < 0.85:
        return nik[:at] + nik[at + 1] + nik[at] + nik[at + 2 :]
    return nik[:at] + draw.choice("0123456789") + nik[at:]
