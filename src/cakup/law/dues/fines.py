"""Fines for late contributions."""

from __future__ import annotations

from cakup.kernel.columns import Column, where
from cakup.law.contributions.pu import BULAT
from cakup.law.rules import rule
from cakup.law.terms import PER_100K, Terms


@rule(
    "fine", "umum.denda.pu_per_bulan", "umum.denda.pu_jht_per_bulan", "umum.denda.bagian_bulan",
    BULAT, programme="umum",
    id="Denda {result} = iuran {iuran_rp} × {tarif} × {terlambat_months} bulan",
    en="Fine {result} = contribution {iuran_rp} × {tarif} × {terlambat_months} months",
)  # fmt: skip
def denda_pu(
    iuran_rp: Column, *, terlambat_months: Column, hanya_jht: bool = False, t: Terms
) -> Column:
    """Fine of an employer for a contribution that is paid late; linear, not compounded.

    Args:
        iuran_rp: Contribution due for the month, whole rupiah.
        terlambat_months: Months of delay, a started month counts.
        hanya_jht: Whether the contribution is JHT, for which the relief of 2020 did not apply.
        t: The law in force in the contribution month.

    Returns:
        Whole rupiah.

    Law: PP 44/2015 Pasal 22; PP 46/2015 Pasal 20; PP 45/2015 Pasal 31; PP 49/2020.
    """
    rate = t.rate("umum.denda.pu_jht_per_bulan" if hanya_jht else "umum.denda.pu_per_bulan")
    if not isinstance(terlambat_months, int) or terlambat_months > 0:
        t.flag("umum.denda.bagian_bulan")
    late = where(terlambat_months > 0, terlambat_months, 0)
    return t.divide(iuran_rp * late * rate, PER_100K)


@rule(
    "fine", "umum.denda.bpu_per_bulan", BULAT, programme="umum",
    id="Denda BPU {result}: tidak ada yang ditetapkan",
    en="Fine of a BPU {result}: none is laid down",
)  # fmt: skip
def denda_bpu(iuran_rp: Column, *, terlambat_months: Column, t: Terms) -> Column:
    """Fine of a non-wage earner: the regulations lay down none.

    Args:
        iuran_rp: Contribution due, whole rupiah.
        terlambat_months: Months of delay.
        t: The law in force.

    Returns:
        Whole rupiah, 0.

    Law: PP 44/2015 Pasal 24; PP 46/2015 Pasal 21.
    """
    return t.divide(iuran_rp * terlambat_months * t.rate("umum.denda.bpu_per_bulan"), PER_100K)


@rule(
    "administrative_fine", "umum.denda.administratif_per_bulan", BULAT, programme="umum",
    id="Denda administratif {result} = iuran {iuran_rp} × {administratif_per_bulan} × "
       "{bulan_months} bulan",
    en="Administrative fine {result} = contribution {iuran_rp} × {administratif_per_bulan} × "
       "{bulan_months} months",
)  # fmt: skip
def denda_administratif(iuran_rp: Column, *, bulan_months: Column, t: Terms) -> Column:
    """Administrative fine of an employer after the second written warning.

    Args:
        iuran_rp: Contribution that should have been paid, whole rupiah.
        bulan_months: Months.
        t: The law in force.

    Returns:
        Whole rupiah.

    Law: PP 86/2013 Pasal 10(4).
    """
    per_month = iuran_rp * bulan_months
    return t.divide(per_month * t.rate("umum.denda.administratif_per_bulan"), PER_100K)


@rule(
    "compensation", "umum.ganti_rugi.jkk_per_hari", BULAT, programme="umum",
    id="Ganti rugi {result} = manfaat {manfaat_rp} × {jkk_per_hari} × {hari_days} hari",
    en="Compensation {result} = benefit {manfaat_rp} × {jkk_per_hari} × {hari_days} days",
)  # fmt: skip
def ganti_rugi(manfaat_rp: Column, *, hari_days: Column, t: Terms) -> Column:
    """Compensation owed by BPJS Ketenagakerjaan for paying JKK or JKM late.

    Args:
        manfaat_rp: Benefit that was due, whole rupiah.
        hari_days: Days of delay.
        t: The law in force.

    Returns:
        Whole rupiah.

    Law: PP 44/2015 Pasal 37(3), 40(4).
    """
    return t.divide(manfaat_rp * hari_days * t.rate("umum.ganti_rugi.jkk_per_hari"), PER_100K)


@rule(
    "compensation", "umum.ganti_rugi.jp_per_bulan", BULAT, programme="jp",
    id="Ganti rugi {result} = pensiun {manfaat_rp} × {jp_per_bulan} × {bulan_months} bulan",
    en="Compensation {result} = pension {manfaat_rp} × {jp_per_bulan} × {bulan_months} months",
)  # fmt: skip
def ganti_rugi_jp(manfaat_rp: Column, *, bulan_months: Column, t: Terms) -> Column:
    """Compensation owed by BPJS Ketenagakerjaan for paying a pension late.

    Args:
        manfaat_rp: Pension that was due, whole rupiah.
        bulan_months: Months of delay.
        t: The law in force.

    Returns:
        Whole rupiah.

    Law: PP 45/2015 Pasal 35.
    """
    return t.divide(manfaat_rp * bulan_months * t.rate("umum.ganti_rugi.jp_per_bulan"), PER_100K)
