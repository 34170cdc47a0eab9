"""Benefits of JKK in kind and in bills: transport, care, aids; and the time limits of a claim."""

from __future__ import annotations

from datetime import date

from cakup.kernel.columns import Column, least
from cakup.law.benefits.jkk import BULAT
from cakup.law.rules import rule
from cakup.law.terms import PER_100K, Terms

ANGKUTAN = ("darat", "laut", "udara")
BILLS = {
    "homecare": "jkk.manfaat.homecare_maks",
    "gigi_tiruan": "jkk.manfaat.gigi_tiruan_maks",
    "alat_bantu_dengar": "jkk.manfaat.alat_bantu_dengar_maks",
    "kacamata": "jkk.manfaat.kacamata_maks",
    "pengobatan": "jkk.manfaat.pengobatan_batas",
}


@rule(
    "transport", "jkk.manfaat.transport_*", programme="jkk",
    id="Pengangkutan {result}: biaya {biaya_rp}, paling banyak jumlah batas {angkutan}",
    en="Transport {result}: cost {biaya_rp}, at most the sum of the limits of {angkutan}",
)  # fmt: skip
def penggantian_angkutan(biaya_rp: Column, *, angkutan: tuple[str, ...], t: Terms) -> Column:
    """Refund for moving the injured, up to the sum of the limits of the kinds used.

    Args:
        biaya_rp: What was paid, whole rupiah.
        angkutan: Kinds used: ``darat``, ``laut``, ``udara``.
        t: The law in force on the day of the accident.

    Returns:
        Whole rupiah.

    Law: PP 82/2019 Lampiran III; PP 44/2015 Lampiran III (from memory); PP 53/2012 Lampiran II I.E.
    """
    most: Column = 0
    for kind in angkutan:
        most = most + t.rp(f"jkk.manfaat.transport_{kind}_maks")
    return least(biaya_rp, most)


@rule(
    "care", *BILLS.values(), programme="jkk",
    id="Penggantian {result}: biaya {biaya_rp}, paling banyak batasnya",
    en="Refund {result}: cost {biaya_rp}, at most the limit",
)  # fmt: skip
def penggantian_biaya(biaya_rp: Column, *, jenis: str, t: Terms) -> Column:
    """Refund of a bill up to its limit; medical care has none.

    Args:
        biaya_rp: What was paid, whole rupiah.
        jenis: ``homecare``, ``gigi_tiruan``, ``alat_bantu_dengar``, ``kacamata``, ``pengobatan``.
        t: The law in force on the day of the accident.

    Returns:
        Whole rupiah.

    Law: PP 44/2015 Pasal 25(2)a, 31; PP 82/2019 Pasal 25(2)a.13 and Lampiran III.
    """
    most = t.limit(BILLS[jenis])
    return biaya_rp if most is None else least(biaya_rp, most)


@rule(
    "aid", "jkk.manfaat.orthose_tambahan", BULAT, programme="jkk",
    id="Alat bantu {result} = harga pusat rehabilitasi {harga_rp} + {orthose_tambahan}",
    en="Aid {result} = price of the rehabilitation centre {harga_rp} + {orthose_tambahan}",
)  # fmt: skip
def alat_bantu(harga_rp: Column, *, t: Terms) -> Column:
    """Orthosis or prosthesis: price of the public rehabilitation centre plus a share, once.

    Args:
        harga_rp: Price, whole rupiah.
        t: The law in force on the day of the accident.

    Returns:
        Whole rupiah.

    Law: PP 82/2019 Lampiran III; PP 53/2012 Lampiran II I.C.
    """
    extra = harga_rp * t.rate("jkk.manfaat.orthose_tambahan")
    return harga_rp + t.divide(extra, PER_100K, "manfaat")


@rule(
    "claim_until", "jkk.klaim_kedaluwarsa_tahun", programme="jkk",
    id="Klaim JKK gugur setelah {result}",
    en="The JKK claim lapses after {result}",
)  # fmt: skip
def batas_klaim_jkk(kejadian: date, *, t: Terms) -> date:
    """Last day on which a JKK claim can be made.

    Args:
        kejadian: Day of the accident, or of the diagnosis (since PP 82/2019).
        t: The law in force on that day.

    Returns:
        The last day.

    Law: PP 44/2015 Pasal 26; PP 82/2019 Pasal 26.
    """
    return _years_after(kejadian, t.count("jkk.klaim_kedaluwarsa_tahun"))


@rule(
    "covered_until", "jkk.pak_setelah_berhenti_tahun", programme="jkk",
    id="Penyakit akibat kerja dijamin sampai {result}",
    en="An occupational disease is covered until {result}",
)  # fmt: skip
def penyakit_dijamin_sampai(berhenti: date, *, t: Terms) -> date:
    """Last day on which an occupational disease that shows after the job is still covered.

    Args:
        berhenti: Last day of the job.
        t: The law in force on that day.

    Returns:
        The last day.

    Law: PP 44/2015 Pasal 48(2).
    """
    return _years_after(berhenti, t.count("jkk.pak_setelah_berhenti_tahun"))


def _years_after(day: date, years: int) -> date:
    """Return the same day ``years`` later; 29 February gives 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
