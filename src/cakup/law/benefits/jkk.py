"""Cash benefits of employment injury insurance (JKK)."""

from __future__ import annotations

from cakup.kernel.columns import Column, greatest, least, where
from cakup.law.rules import rule
from cakup.law.terms import Terms

BULAT = "umum.pembulatan.manfaat"
STMB = "jkk.manfaat.stmb_*"


@rule(
    "stmb", STMB, BULAT, programme="jkk",
    id="STMB {result} untuk {bulan_months} bulan, upah {upah_rp_month}",
    en="STMB {result} for {bulan_months} months, wage {upah_rp_month}",
)  # fmt: skip
def stmb(upah_rp_month: Column, *, bulan_months: Column, t: Terms) -> Column:
    """Wage replacement while temporarily unable to work (STMB), by period.

    Args:
        upah_rp_month: Last wage at the accident; a BPU's base.
        bulan_months: Months of incapacity.
        t: The law in force on the day of the accident.

    Returns:
        Whole rupiah for all these months; it is paid by the month, so each month is rounded.

    Law: PP 44/2015 Pasal 25(2)b, 32(1) and Lampiran III; PP 82/2019 Lampiran III; PP 53/2012
    Lampiran II I.A.1 before.
    """
    first = t.count("jkk.manfaat.stmb_bulan_penuh")
    total = least(bulan_months, first) * _sebulan(
        upah_rp_month, "jkk.manfaat.stmb_tarif_pertama", t
    )
    if not _some(bulan_months - first):
        return total
    second = t.count("jkk.manfaat.stmb_bulan_75")
    if t.has("jkk.manfaat.stmb_tarif_kedua"):
        reduced = least(greatest(bulan_months - first, 0), second)
        amount = _sebulan(upah_rp_month, "jkk.manfaat.stmb_tarif_kedua", t)
        total = total + where(reduced > 0, reduced * amount, 0)
    if _some(bulan_months - first - second):
        later = greatest(bulan_months - first - second, 0)
        total = total + later * _sebulan(upah_rp_month, "jkk.manfaat.stmb_sesudahnya", t)
    return total


def _sebulan(upah_rp_month: Column, key: str, t: Terms) -> Column:
    """Return what one month gives: a share of the wage, in whole rupiah."""
    return t.divide(upah_rp_month * t.share(key, 100), 100, "manfaat")


def _some(months: Column) -> bool:
    """Return whether months may be above zero: always for a column."""
    return not isinstance(months, int) or months > 0


@rule(
    "multiple_of_wage", "jkk.manfaat.bulan_upah", "jkk.manfaat.kematian",
    "jkk.manfaat.cacat_total_tetap", programme="jkk",
    id="Kelipatan upah {result} = bagian × {bulan_upah} bulan upah",
    en="Multiple of the wage {result} = share × {bulan_upah} monthly wages",
)  # fmt: skip
def kelipatan_upah(peristiwa: str, *, t: Terms) -> Column:
    """How many monthly wages the lump sum is.

    Args:
        peristiwa: ``kematian`` or ``cacat_total_tetap``.
        t: The law in force on the day of the accident.

    Returns:
        Number of monthly wages: 48 for death, 56 for total disability.

    Law: PP 44/2015 Pasal 25(2)b and Lampiran III; PP 82/2019 Lampiran III; PP 53/2012 Lampiran II
    I.A.2-3 before.
    """
    months = t.count("jkk.manfaat.bulan_upah") * t.share(f"jkk.manfaat.{peristiwa}", 100)
    return t.divide(months, 100, "manfaat")


@rule(
    "lump_sum", "jkk.manfaat.bulan_upah", "jkk.manfaat.kematian", "jkk.manfaat.kematian_min", BULAT,
    programme="jkk",
    id="Santunan kematian {result} = {kematian} × {bulan_upah} × upah {upah_rp_month}, "
       "paling sedikit santunan JKM",
    en="Death grant {result} = {kematian} × {bulan_upah} × wage {upah_rp_month}, "
       "at least the lump sum of JKM",
)  # fmt: skip
def santunan_kematian_kerja(upah_rp_month: Column, *, t: Terms) -> Column:
    """Lump sum for death by a work accident.

    Args:
        upah_rp_month: Last wage at the accident; a BPU's base.
        t: The law in force on the day of the accident.

    Returns:
        Whole rupiah.

    Law: PP 44/2015 Pasal 25(2)b, 32(1) and Lampiran III; PP 82/2019 Lampiran III; PP 53/2012
    Lampiran II I.A.3 before.
    """
    weight = t.count("jkk.manfaat.bulan_upah") * t.share("jkk.manfaat.kematian", 100)
    amount = t.divide(upah_rp_month * weight, 100, "manfaat")
    return t.at_least(amount, "jkk.manfaat.kematian_min")


@rule(
    "lump_sum", "jkk.manfaat.bulan_upah", "jkk.manfaat.cacat_total_tetap", BULAT,
    programme="jkk",
    id="Santunan cacat total tetap {result} = {cacat_total_tetap} × {bulan_upah} × "
       "upah {upah_rp_month}",
    en="Grant for total disability {result} = {cacat_total_tetap} × {bulan_upah} × "
       "wage {upah_rp_month}",
)  # fmt: skip
def santunan_cacat_total(upah_rp_month: Column, *, t: Terms) -> Column:
    """Lump sum for permanent total disability.

    Args:
        upah_rp_month: Last wage at the accident; a BPU's base.
        t: The law in force on the day of the accident.

    Returns:
        Whole rupiah.

    Law: PP 44/2015 Pasal 25(2)b and Lampiran III; PP 82/2019 Lampiran III; PP 53/2012 Lampiran II
    I.A.2 before.
    """
    weight = t.count("jkk.manfaat.bulan_upah") * t.share("jkk.manfaat.cacat_total_tetap", 100)
    return t.divide(upah_rp_month * weight, 100, "manfaat")


@rule(
    "lump_sum", "jkk.manfaat.bulan_upah", "jkk.manfaat.tabel_cacat.rows.*",
    "jkk.manfaat.cacat_sebagian_formula", BULAT, programme="jkk",
    id="Santunan cacat sebagian {result} = persen tabel × {bulan_upah} × upah {upah_rp_month}",
    en="Grant for partial disability {result} = table percent × {bulan_upah} × "
       "wage {upah_rp_month}",
)  # fmt: skip
def santunan_cacat_sebagian(
    upah_rp_month: Column, *, bagian: str, kali: Column = 1, kehilangan_per_100: Column = 100,
    t: Terms,
) -> Column:  # fmt: skip
    """Lump sum for the loss of a part of the body or of its function.

    Args:
        upah_rp_month: Last wage at the accident; a BPU's base.
        bagian: Row of the table, e.g. ``ibu_jari_tangan_kanan``.
        kali: How often the row applies (fingers lost, steps of 10 %).
        kehilangan_per_100: Percent of function lost; 100 for an anatomical loss.
        t: The law in force on the day of the accident.

    Returns:
        Whole rupiah.

    Law: PP 44/2015 Pasal 25(2)b and Lampiran III; PP 82/2019 Lampiran III; PP 53/2012 Lampiran II.
    """
    t.value("jkk.manfaat.cacat_sebagian_formula")
    share = t.share(f"jkk.manfaat.tabel_cacat.rows.{bagian}", 1_000)
    months = t.count("jkk.manfaat.bulan_upah") * kali * kehilangan_per_100
    return t.divide(upah_rp_month * months * share, 100_000, "manfaat")


@rule(
    "periodic", "jkk.manfaat.santunan_berkala", programme="jkk",
    id="Santunan berkala {result}, dibayar sekaligus",
    en="Periodic grant {result}, paid at once",
)  # fmt: skip
def santunan_berkala_jkk(*, t: Terms) -> Column:
    """Periodic grant on death or permanent total disability, paid at once.

    Args:
        t: The law in force on the day of the accident.

    Returns:
        Whole rupiah.

    Law: PP 82/2019 Lampiran III; PP 53/2012 Lampiran II I.A.3b before; 2015–2019 from a paid case.
    """
    return t.rp("jkk.manfaat.santunan_berkala")


@rule(
    "funeral", "jkk.manfaat.biaya_pemakaman", programme="jkk",
    id="Biaya pemakaman {result}",
    en="Funeral grant {result}",
)  # fmt: skip
def biaya_pemakaman_jkk(*, t: Terms) -> Column:
    """Funeral grant on death by a work accident.

    Args:
        t: The law in force on the day of the accident.

    Returns:
        Whole rupiah.

    Law: PP 82/2019 Lampiran III; PP 53/2012 Lampiran II I.A.3c before; 2015–2019 from a paid case.
    """
    return t.rp("jkk.manfaat.biaya_pemakaman")
