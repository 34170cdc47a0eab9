"""Contributions of wage earners (penerima upah): JKK, JKM, JHT."""

from __future__ import annotations

from cakup.kernel.columns import Column, least, where
from cakup.law.rules import rule
from cakup.law.terms import FULL, PER_100K, Terms

#: Workplace risk classes 1–5 as the regulation names them.
KELAS = ("sangat_rendah", "rendah", "sedang", "tinggi", "sangat_tinggi")
BULAT = "umum.pembulatan.iuran"
PADAT_KARYA = "diskon.pp7_2025.jkk"
COVID_JKK, COVID_JKM = "diskon.pp49_2020.jkk", "diskon.pp49_2020.jkm"


def per_100k(upah_rp: Column, tarif_per_100k: Column, part: Column, t: Terms) -> Column:
    """Return wage × rate × relief, divided and rounded once.

    Args:
        upah_rp: Base, whole rupiah.
        tarif_per_100k: Rate per 100,000.
        part: What a relief leaves, in thousandths.
        t: The law in force, for the rounding convention.
    """
    if isinstance(part, int) and part == FULL:
        return t.divide(upah_rp * tarif_per_100k, PER_100K)
    return t.divide(upah_rp * tarif_per_100k * part, PER_100K * FULL)


def tarif_jkk(tingkat_risiko: Column, t: Terms) -> Column:
    """Return the JKK rate of a risk class per 100,000; missing outside 1–5.

    Args:
        tingkat_risiko: Workplace risk class 1–5.
        t: The law in force.
    """
    if isinstance(tingkat_risiko, int):
        known = 1 <= tingkat_risiko <= len(KELAS)
        name = KELAS[tingkat_risiko - 1] if known else ""
        return t.rate(f"jkk.iuran.pu.tarif.{name}") if known else where(False, 0, None)
    tarif: Column = None
    for kelas, name in enumerate(KELAS, 1):
        tarif = where(tingkat_risiko == kelas, t.rate(f"jkk.iuran.pu.tarif.{name}"), tarif)
    return tarif


def keringanan_jkk(padat_karya: Column, t: Terms) -> Column:
    """Return what the reliefs leave of JKK, in thousandths; the two never ran together.

    Args:
        padat_karya: Whether the employer is in a labour-intensive branch and qualifies.
        t: The law in force.
    """
    covid = t.part(COVID_JKK)
    if padat_karya is False:
        return covid
    return where(padat_karya, least(t.part(PADAT_KARYA), covid), covid)


@rule(
    "jkk", "jkk.iuran.pu.tarif.*", COVID_JKK, PADAT_KARYA, BULAT, programme="jkk",
    id="JKK {result} = upah {upah_rp_month} × {tarif} (tingkat risiko {tingkat_risiko})",
    en="JKK {result} = wage {upah_rp_month} × {tarif} (risk class {tingkat_risiko})",
)  # fmt: skip
def iuran_jkk_pu(
    upah_rp_month: Column, *, tingkat_risiko: Column, padat_karya: Column = False, t: Terms
) -> Column:
    """Monthly contribution for employment injury of a wage earner, paid by the employer.

    Args:
        upah_rp_month: Wage as reported, whole rupiah per month; no ceiling.
        tingkat_risiko: Workplace risk class, 1 (very low) to 5 (very high).
        padat_karya: Whether the relief of PP 7/2025 is granted to the employer.
        t: The law in force.

    Returns:
        Whole rupiah per month. A missing wage or a class outside 1–5 gives missing, never 0.

    Law: PP 44/2015 Pasal 16(1), 16(3); PP 53/2012 Pasal 9(1)a before; PP 49/2020; PP 7/2025 jo.
    PP 36/2025.
    """
    part = keringanan_jkk(padat_karya, t)
    return per_100k(upah_rp_month, tarif_jkk(tingkat_risiko, t), part, t)


@rule(
    "jkm", "jkm.iuran.pu.tarif", COVID_JKM, BULAT, programme="jkm",
    id="JKM {result} = upah {upah_rp_month} × {tarif}",
    en="JKM {result} = wage {upah_rp_month} × {tarif}",
)  # fmt: skip
def iuran_jkm_pu(upah_rp_month: Column, *, t: Terms) -> Column:
    """Monthly contribution for death of a wage earner, paid by the employer.

    Args:
        upah_rp_month: Wage as reported, whole rupiah per month; no ceiling.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 44/2015 Pasal 18; PP 53/2012 Pasal 9(1)c before; PP 49/2020 Pasal 9.
    """
    return per_100k(upah_rp_month, t.rate("jkm.iuran.pu.tarif"), t.part(COVID_JKM), t)


@rule(
    "jht_worker", "jht.iuran.pu.tarif_pekerja", BULAT, programme="jht",
    id="JHT pekerja {result} = upah {upah_rp_month} × {tarif}",
    en="JHT of the worker {result} = wage {upah_rp_month} × {tarif}",
)  # fmt: skip
def iuran_jht_pekerja(upah_rp_month: Column, *, t: Terms) -> Column:
    """Monthly old-age savings paid by the worker.

    Args:
        upah_rp_month: Wage as reported, whole rupiah per month; no ceiling.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 46/2015 Pasal 16(1)a; PP 53/2012 Pasal 9(3) before.
    """
    return per_100k(upah_rp_month, t.rate("jht.iuran.pu.tarif_pekerja"), FULL, t)


@rule(
    "jht_employer", "jht.iuran.pu.tarif_pemberi_kerja", BULAT, programme="jht",
    id="JHT pemberi kerja {result} = upah {upah_rp_month} × {tarif}",
    en="JHT of the employer {result} = wage {upah_rp_month} × {tarif}",
)  # fmt: skip
def iuran_jht_pemberi_kerja(upah_rp_month: Column, *, t: Terms) -> Column:
    """Monthly old-age savings paid by the employer.

    Args:
        upah_rp_month: Wage as reported, whole rupiah per month; no ceiling.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 46/2015 Pasal 16(1)b; PP 53/2012 Pasal 9(3) before.
    """
    return per_100k(upah_rp_month, t.rate("jht.iuran.pu.tarif_pemberi_kerja"), FULL, t)
