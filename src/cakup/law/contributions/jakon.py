"""Contributions for construction projects (jasa konstruksi): by wage or by contract value."""

from __future__ import annotations

from functools import reduce
from math import gcd

from cakup.kernel.columns import Column, greatest, least, where
from cakup.law.contributions.pu import BULAT, COVID_JKK, COVID_JKM, per_100k
from cakup.law.rules import rule
from cakup.law.terms import FULL, PER_100K, Terms

#: A contract beyond this is refused: ten times the largest public works of the country.
CONTRACT_LIMIT_RP = 10**15


def kontrak_sah(nilai_kontrak_rp: Column) -> Column:
    """Return a contract value, missing where it is negative or beyond 10^15 rupiah."""
    fits = (nilai_kontrak_rp >= 0) & (nilai_kontrak_rp <= CONTRACT_LIMIT_RP)
    return where(fits, nilai_kontrak_rp, None)


def bertingkat(nilai_rp: Column, lapis: list[tuple[int, int]], part: Column, t: Terms) -> Column:
    """Return a progressive sum: each rate only on its slice, divided and rounded once.

    Args:
        nilai_rp: Contract value, whole rupiah.
        lapis: Threshold in rupiah and rate per 100,000 of each bracket, rising.
        part: What a relief leaves, in thousandths.
        t: The law in force, for the rounding convention.
    """
    shared = reduce(gcd, (rate for _, rate in lapis), PER_100K)
    total: Column = 0
    for n, (threshold, rate) in enumerate(lapis):
        top = lapis[n + 1][0] if n + 1 < len(lapis) else None
        capped = nilai_rp if top is None else least(nilai_rp, top)
        total = total + greatest(capped - threshold, 0) * (rate // shared)
    if isinstance(part, int) and part == FULL:
        return t.divide(total, PER_100K // shared)
    return t.divide(total * part, PER_100K // shared * FULL)


@rule(
    "jkk", "jakon.iuran.jkk_nilai_kontrak.*", COVID_JKK, BULAT, programme="jkk",
    id="JKK proyek {result} = nilai kontrak {nilai_kontrak_rp} bertingkat{sisa}, sekali per proyek",
    en="JKK of the project {result} = contract value {nilai_kontrak_rp} by slices{sisa}, once",
)  # fmt: skip
def iuran_jkk_kontrak(nilai_kontrak_rp: Column, *, t: Terms) -> Column:
    """Employment injury contribution of a construction project whose wages are not known.

    Args:
        nilai_kontrak_rp: Contract value without value-added tax, whole rupiah.
        t: The law in force.

    Returns:
        Whole rupiah, once for the project.

    Law: PP 44/2015 Pasal 54(2) and Penjelasan; PP 49/2020.
    """
    lapis = t.scale("jakon.iuran.jkk_nilai_kontrak")
    return bertingkat(nilai_kontrak_rp, lapis, t.part(COVID_JKK), t)


@rule(
    "jkm", "jakon.iuran.jkm_nilai_kontrak.*", COVID_JKM, BULAT, programme="jkm",
    id="JKM proyek {result} = nilai kontrak {nilai_kontrak_rp} bertingkat{sisa}, sekali per proyek",
    en="JKM of the project {result} = contract value {nilai_kontrak_rp} by slices{sisa}, once",
)  # fmt: skip
def iuran_jkm_kontrak(nilai_kontrak_rp: Column, *, t: Terms) -> Column:
    """Death contribution of a construction project whose wages are not known.

    Args:
        nilai_kontrak_rp: Contract value without value-added tax, whole rupiah.
        t: The law in force.

    Returns:
        Whole rupiah, once for the project.

    Law: PP 44/2015 Pasal 55(2) and Penjelasan; PP 49/2020.
    """
    lapis = t.scale("jakon.iuran.jkm_nilai_kontrak")
    return bertingkat(nilai_kontrak_rp, lapis, t.part(COVID_JKM), t)


@rule(
    "jkk", "jakon.iuran.jkk_tarif_upah", COVID_JKK, BULAT, programme="jkk",
    id="JKK jasa konstruksi {result} = upah {upah_rp_month} × {tarif}",
    en="JKK in construction {result} = wage {upah_rp_month} × {tarif}",
)  # fmt: skip
def iuran_jkk_upah_jakon(upah_rp_month: Column, *, t: Terms) -> Column:
    """Employment injury contribution of day, piece-rate and fixed-term workers on a project.

    Permanent staff (PKWTT) pay the rate of the firm's own risk class, see ``iuran_jkk_pu``.

    Args:
        upah_rp_month: Wage, whole rupiah per month.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 44/2015 Pasal 54(1); PP 49/2020.
    """
    return per_100k(upah_rp_month, t.rate("jakon.iuran.jkk_tarif_upah"), t.part(COVID_JKK), t)


@rule(
    "jkm", "jakon.iuran.jkm_tarif_upah", COVID_JKM, BULAT, programme="jkm",
    id="JKM jasa konstruksi {result} = upah {upah_rp_month} × {tarif}",
    en="JKM in construction {result} = wage {upah_rp_month} × {tarif}",
)  # fmt: skip
def iuran_jkm_upah_jakon(upah_rp_month: Column, *, t: Terms) -> Column:
    """Death contribution of day, piece-rate and fixed-term workers on a project.

    Args:
        upah_rp_month: Wage, whole rupiah per month.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 44/2015 Pasal 55(1); PP 49/2020.
    """
    return per_100k(upah_rp_month, t.rate("jakon.iuran.jkm_tarif_upah"), t.part(COVID_JKM), t)
