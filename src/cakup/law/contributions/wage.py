"""The wage that contributions rest on."""

from __future__ import annotations

from cakup.kernel.columns import Column, where
from cakup.law.rules import rule
from cakup.law.terms import Terms

#: Beyond this a wage is a slip of the keyboard, not a wage.
WAGE_LIMIT_RP = 10**12


@rule(
    "wage", "umum.upah.faktor_harian", "jakon.manfaat_upah_faktor_harian", programme="umum",
    id="Upah sebulan {result} = upah sehari {upah_rp_day} × {faktor_days}",
    en="Monthly wage {result} = daily wage {upah_rp_day} × {faktor_days}",
)  # fmt: skip
def upah_sebulan_harian(upah_rp_day: Column, *, faktor_days: Column) -> Column:
    """Monthly wage of a worker who is paid by the day.

    Args:
        upah_rp_day: Daily wage, whole rupiah.
        faktor_days: Days; ``umum.upah.faktor_harian`` unless a case states another one.

    Returns:
        Whole rupiah per month.

    Law: PP 44/2015 Pasal 19(3); PP 46/2015 Pasal 17(3). PP 45/2015 has no such rule for JP.
    """
    return upah_rp_day * faktor_days


@rule(
    "wage", "umum.upah.borongan_rata_bulan", "umum.upah.cuaca_rata_bulan", programme="umum",
    id="Upah borongan sebulan {result} = rata-rata {bulan_months} bulan terakhir",
    en="Monthly piece-rate wage {result} = average of the last {bulan_months} months",
)  # fmt: skip
def upah_sebulan_borongan(jumlah_rp: Column, *, bulan_months: int, t: Terms) -> Column:
    """Monthly wage of a piece-rate worker: the average of the last months.

    Args:
        jumlah_rp: Sum of the wages of the last ``bulan_months`` months, whole rupiah.
        bulan_months: 3 months, or 12 where work depends on the weather.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 44/2015 Pasal 19(4)-(5); PP 46/2015 Pasal 17(4)-(5).
    """
    return t.divide(jumlah_rp, bulan_months)


def upah_sah(upah_rp_month: Column) -> Column:
    """Return a wage, missing where it is negative or beyond 10^12 rupiah.

    Args:
        upah_rp_month: Wage, whole rupiah per month.
    """
    fits = (upah_rp_month >= 0) & (upah_rp_month <= WAGE_LIMIT_RP)
    return where(fits, upah_rp_month, None)
