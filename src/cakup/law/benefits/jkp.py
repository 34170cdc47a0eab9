"""Benefits of job-loss insurance (JKP): cash by month, and who qualifies."""

from __future__ import annotations

from cakup.kernel.columns import Column, greatest, least
from cakup.law.benefits.jkk import BULAT
from cakup.law.rules import rule
from cakup.law.terms import PER_100K, Terms


@rule(
    "per_month_1_3", "jkp.manfaat.tarif_bulan_1_3", BULAT, programme="jkp",
    id="Uang tunai bulan 1–3 {result} = dasar {dasar_rp} × {tarif}",
    en="Cash in months 1–3 {result} = base {dasar_rp} × {tarif}",
)  # fmt: skip
def uang_tunai_1_3(dasar_rp: Column, *, t: Terms) -> Column:
    """Monthly cash in the first three months after dismissal.

    Args:
        dasar_rp: Last reported wage up to the JKP cap.
        t: The law in force on the day of dismissal.

    Returns:
        Whole rupiah per month.

    Law: PP 37/2021 Pasal 21(1)a; PP 6/2025 Pasal 21(1).
    """
    return t.divide(dasar_rp * t.rate("jkp.manfaat.tarif_bulan_1_3"), PER_100K, "manfaat")


@rule(
    "per_month_4_6", "jkp.manfaat.tarif_bulan_4_6", BULAT, programme="jkp",
    id="Uang tunai bulan 4–6 {result} = dasar {dasar_rp} × {tarif}",
    en="Cash in months 4–6 {result} = base {dasar_rp} × {tarif}",
)  # fmt: skip
def uang_tunai_4_6(dasar_rp: Column, *, t: Terms) -> Column:
    """Monthly cash in the months after the third.

    Args:
        dasar_rp: Last reported wage up to the JKP cap.
        t: The law in force on the day of dismissal.

    Returns:
        Whole rupiah per month.

    Law: PP 37/2021 Pasal 21(1)b; PP 6/2025 Pasal 21(1).
    """
    return t.divide(dasar_rp * t.rate("jkp.manfaat.tarif_bulan_4_6"), PER_100K, "manfaat")


@rule(
    "benefit", "jkp.manfaat.bulan_maks", programme="jkp",
    id="Uang tunai JKP {result} untuk {bulan_months} bulan",
    en="JKP cash {result} for {bulan_months} months",
)  # fmt: skip
def uang_tunai_jkp(
    awal_rp: Column, kemudian_rp: Column, *, bulan_months: Column, t: Terms
) -> Column:
    """Cash of all months without work, at most six.

    Args:
        awal_rp: Monthly cash in months 1–3.
        kemudian_rp: Monthly cash in months 4–6.
        bulan_months: Months without work.
        t: The law in force on the day of dismissal.

    Returns:
        Whole rupiah.

    Law: PP 37/2021 Pasal 21(1); PP 6/2025 Pasal 21(1).
    """
    months = least(bulan_months, t.count("jkp.manfaat.bulan_maks"))
    return awal_rp * least(months, 3) + kemudian_rp * greatest(months - 3, 0)


@rule(
    "jkp_qualifies", "jkp.masa_iur_bulan", "jkp.masa_iur_jendela_bulan",
    "jkp.berturut_turut_bulan", programme="jkp",
    id="Masa iur JKP cukup: {result}",
    en="JKP contribution months are enough: {result}",
)  # fmt: skip
def berhak_jkp(dibayar_24_months: Column, *, berturut_months: Column, t: Terms) -> Column:
    """Whether the contribution record gives JKP.

    Args:
        dibayar_24_months: Months paid in the window before dismissal (24 months).
        berturut_months: Months paid without a gap right before dismissal.
        t: The law in force on the day of dismissal.

    Returns:
        True or False.

    Law: PP 37/2021 Pasal 19(3); PP 6/2025 Pasal 19(3).
    """
    t.count("jkp.masa_iur_jendela_bulan")
    enough = dibayar_24_months >= t.count("jkp.masa_iur_bulan")
    return enough & (berturut_months >= t.count("jkp.berturut_turut_bulan"))


@rule(
    "jkp_excluded", "jkp.dikecualikan", programme="jkp",
    id="Berakhirnya hubungan kerja dikecualikan dari JKP: {result}",
    en="The end of the job is excluded from JKP: {result}",
)  # fmt: skip
def dikecualikan_jkp(sebab: str, *, t: Terms) -> bool:
    """Whether the way in which the job ended gives no JKP.

    Args:
        sebab: Reason in the words of the regulation, e.g. ``mengundurkan_diri``.
        t: The law in force on that day.

    Returns:
        True or False.

    Law: PP 37/2021 Pasal 20(1).
    """
    return sebab in t.words("jkp.dikecualikan")
