"""Benefits of death insurance (JKM): three sums, a waiting time, one per employment."""

from __future__ import annotations

from cakup.kernel.columns import Column, greatest, where
from cakup.law.rules import rule
from cakup.law.terms import Terms

TUNGGU = ("jkm.manfaat.masa_tunggu_bulan", "jkm.manfaat.masa_tunggu_segmen")


@rule(
    "waiting", *TUNGGU, programme="jkm",
    id="Masih dalam masa tunggu JKM: {result}",
    en="Still in the waiting time of JKM: {result}",
)  # fmt: skip
def masih_menunggu(kepesertaan_months: Column, *, segmen: str, t: Terms) -> Column:
    """Whether a death falls into the waiting time, so that only the funeral grant is paid.

    Args:
        kepesertaan_months: Completed months of membership before the death.
        segmen: Segment.
        t: The law in force on the day of death.

    Returns:
        True or False.

    Law: Permenaker 1/2025 (text not read; press: the full sum after at least 3 months).
    """
    wait = t.count(TUNGGU[0])
    if isinstance(wait, int) and wait == 0:
        return False
    if segmen not in t.words(TUNGGU[1]):
        return False
    return kepesertaan_months < wait


@rule(
    "completed_months", "jkm.manfaat.masa_tunggu_bacaan", programme="jkm",
    id="Bulan kepesertaan yang lengkap {result}",
    en="Completed months of membership {result}",
)  # fmt: skip
def bulan_lengkap(dibayar_months: Column, *, belum_dibayar_months: Column = 0, t: Terms) -> Column:
    """Completed months of membership before a death: the month of death does not count.

    Args:
        dibayar_months: Paid months of the present membership.
        belum_dibayar_months: Unpaid months in a row up to and with the month of death.
        t: The law in force on the day of death.

    Returns:
        Months, never below 0.

    Law: Permenaker 1/2025 (text not read); whether the last waiting month counts is disputed.
    """
    t.value("jkm.manfaat.masa_tunggu_bacaan")
    return greatest(dibayar_months + belum_dibayar_months - 1, 0)


@rule(
    "lump_sum", "jkm.manfaat.santunan_sekaligus", "jkm.beberapa_pemberi_kerja", *TUNGGU,
    programme="jkm",
    id="Santunan sekaligus {result}",
    en="Lump sum {result}",
)  # fmt: skip
def santunan_sekaligus_jkm(*, menunggu: Column = False, t: Terms) -> Column:
    """Lump sum on death that is not by a work accident.

    Args:
        menunggu: Whether the death falls into the waiting time.
        t: The law in force on the day of death.

    Returns:
        Whole rupiah for one employment.

    Law: PP 44/2015 Pasal 34(1)a; PP 82/2019 Pasal 34(1)a; PP 53/2012 Pasal 22(1)a before.
    """
    return where(menunggu, 0, t.rp("jkm.manfaat.santunan_sekaligus"))


@rule(
    "periodic", "jkm.manfaat.santunan_berkala", *TUNGGU, programme="jkm",
    id="Santunan berkala {result}, dibayar sekaligus",
    en="Periodic grant {result}, paid at once",
)  # fmt: skip
def santunan_berkala_jkm(*, menunggu: Column = False, t: Terms) -> Column:
    """Periodic grant on death that is not by a work accident, paid at once.

    Args:
        menunggu: Whether the death falls into the waiting time.
        t: The law in force on the day of death.

    Returns:
        Whole rupiah for one employment.

    Law: PP 44/2015 Pasal 34(1)b; PP 82/2019 Pasal 34(1)b; PP 53/2012 Pasal 22(1)c before.
    """
    return where(menunggu, 0, t.rp("jkm.manfaat.santunan_berkala"))


@rule(
    "funeral", "jkm.manfaat.biaya_pemakaman", programme="jkm",
    id="Biaya pemakaman {result}",
    en="Funeral grant {result}",
)  # fmt: skip
def biaya_pemakaman_jkm(*, t: Terms) -> Column:
    """Funeral grant on death that is not by a work accident; paid in the waiting time, too.

    Args:
        t: The law in force on the day of death.

    Returns:
        Whole rupiah for one employment.

    Law: PP 44/2015 Pasal 34(1)c; PP 82/2019 Pasal 34(1)c; PP 53/2012 Pasal 22(1)b before.
    """
    return t.rp("jkm.manfaat.biaya_pemakaman")


@rule(
    "employments", "jkm.beberapa_pemberi_kerja", programme="jkm",
    id="{result}: dibayar untuk tiap pemberi kerja yang mendaftarkan",
    en="{result}: paid for each employer that enrolled the worker",
)  # fmt: skip
def tiap_pemberi_kerja(manfaat_rp: Column, *, pemberi_kerja: Column, t: Terms) -> Column:
    """A benefit for each employment in which the worker was enrolled.

    Args:
        manfaat_rp: Benefit of one employment, whole rupiah.
        pemberi_kerja: Number of employments.
        t: The law in force on the day of death.

    Returns:
        Whole rupiah.

    Law: PP 44/2015 Pasal 15(3); a paid case of 2023.
    """
    t.value("jkm.beberapa_pemberi_kerja")
    return manfaat_rp * pemberi_kerja
