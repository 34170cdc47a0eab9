"""Contributions for apprentices and students on placement (magang)."""

from __future__ import annotations

from cakup.kernel.columns import Column
from cakup.law.contributions.pu import BULAT, per_100k
from cakup.law.rules import rule
from cakup.law.terms import FULL, Terms

DASAR = ("magang.dianggap_pekerja_jkk", "magang.upah_dianggap")


@rule(
    "jkk", "magang.iuran_tarif_jkk", *DASAR, BULAT, programme="jkk",
    id="JKK magang {result} = upah yang dianggap {upah_rp_month} × {tarif}",
    en="JKK of an apprentice {result} = deemed wage {upah_rp_month} × {tarif}",
)  # fmt: skip
def iuran_jkk_magang(upah_rp_month: Column, *, t: Terms) -> Column:
    """Employment injury contribution of an apprentice, who counts as a worker for JKK.

    Args:
        upah_rp_month: Deemed wage: the lowest monthly wage for the same job at that employer.
        t: The law in force.

    Returns:
        Whole rupiah per month; the rate is from memory.

    Law: PP 44/2015 Pasal 28(1)-(3); procedure by Permenaker (not read).
    """
    for key in DASAR:
        t.value(key)
    return per_100k(upah_rp_month, t.rate("magang.iuran_tarif_jkk"), FULL, t)


@rule(
    "jkm", "magang.iuran_tarif_jkm", BULAT, programme="jkm",
    id="JKM magang {result} = upah yang dianggap {upah_rp_month} × {tarif}",
    en="JKM of an apprentice {result} = deemed wage {upah_rp_month} × {tarif}",
)  # fmt: skip
def iuran_jkm_magang(upah_rp_month: Column, *, t: Terms) -> Column:
    """Death contribution of an apprentice.

    Args:
        upah_rp_month: Deemed wage: the lowest monthly wage for the same job at that employer.
        t: The law in force.

    Returns:
        Whole rupiah per month; the rate is from memory.

    Law: PP 44/2015 Pasal 28(3); procedure by Permenaker (not read).
    """
    return per_100k(upah_rp_month, t.rate("magang.iuran_tarif_jkm"), FULL, t)
