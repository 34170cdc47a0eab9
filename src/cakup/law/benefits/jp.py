"""Benefits of the pension (JP): formula, bounds, survivors, disability, lump sum."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from cakup.kernel.columns import Column, greatest, where
from cakup.law.benefits.jkk import BULAT
from cakup.law.rules import rule
from cakup.law.terms import PER_100K, Terms

BOUNDS = ("jp.manfaat.min", "jp.manfaat.max")


@rule(
    "pension_formula", "jp.formula.faktor", BULAT, programme="jp",
    id="Formula {result} = {faktor} × {masa_iur_months}/12 × "
       "upah rata-rata tertimbang {upah_rp_month}",
    en="Formula {result} = {faktor} × {masa_iur_months}/12 × "
       "weighted average wage {upah_rp_month}",
)  # fmt: skip
def formula_pensiun(upah_rp_month: Column, *, masa_iur_months: Column, t: Terms) -> Column:
    """Monthly pension by the formula, before the bounds.

    Args:
        upah_rp_month: Average of the inflation-weighted yearly wages, divided by 12, whole rupiah.
        masa_iur_months: Contribution months.
        t: The law in force in the year in which the pension starts.

    Returns:
        Whole rupiah per month.

    Law: PP 45/2015 Pasal 17(2)-(3).
    """
    weight = masa_iur_months * t.rate("jp.formula.faktor")
    return t.divide(upah_rp_month * weight, PER_100K * 12, "manfaat")


@rule(
    "per_month", *BOUNDS, programme="jp",
    id="Pensiun {result}: formula {formula_rp_month} di antara batas terkecil dan terbesar",
    en="Pension {result}: formula {formula_rp_month} between the least and the highest",
)  # fmt: skip
def dalam_batas(formula_rp_month: Column, *, t: Terms) -> Column:
    """Monthly pension between the least and the highest of the year.

    Args:
        formula_rp_month: Amount by the formula (or its share for survivors).
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 45/2015 Pasal 18(1)-(3).
    """
    return t.at_most(t.at_least(formula_rp_month, BOUNDS[0]), BOUNDS[1])


@rule(
    "old_age_due", "jp.masa_iur_min_bulan", programme="jp",
    id="Masa iur {masa_iur_months} bulan cukup untuk pensiun: {result}",
    en="{masa_iur_months} contribution months are enough for a pension: {result}",
)  # fmt: skip
def berhak_pensiun(masa_iur_months: Column, *, t: Terms) -> Column:
    """Whether contribution months give an old-age pension instead of a lump sum.

    Args:
        masa_iur_months: Contribution months.
        t: The law in force.

    Returns:
        True or False.

    Law: PP 45/2015 Pasal 19(1), 24.
    """
    return masa_iur_months >= t.count("jp.masa_iur_min_bulan")


@rule(
    "deemed_months", "jp.dianggap_bulan", "jp.kepadatan_min", programme="jp",
    id="Masa iur yang dihitung {result} bulan",
    en="Counted contribution months {result}",
)  # fmt: skip
def masa_iur_dianggap(masa_iur_months: Column, *, sejak_daftar_months: Column, t: Terms) -> Column:
    """Contribution months that count for disability and survivors.

    With few unpaid months, at least 180 months are deemed; otherwise those paid count.

    Args:
        masa_iur_months: Months paid.
        sejak_daftar_months: Months from registration to the event.
        t: The law in force on the day of the event.

    Returns:
        Months.

    Law: PP 45/2015 Pasal 20(3), 21(3), 22(3), 23(3).
    """
    dense = masa_iur_months * PER_100K >= sejak_daftar_months * t.rate("jp.kepadatan_min")
    return where(dense, greatest(masa_iur_months, t.count("jp.dianggap_bulan")), masa_iur_months)


SURVIVORS = {
    "widow": "jp.pensiun_janda_duda",
    "child": "jp.pensiun_anak",
    "parent": "jp.pensiun_orang_tua",
}


@rule(
    "survivor_pension", "jp.pensiun_*", BULAT, programme="jp",
    id="Pensiun ahli waris {result} = bagian × {pensiun_rp_month}",
    en="Survivor's pension {result} = share × {pensiun_rp_month}",
)  # fmt: skip
def pensiun_ahli_waris(
    pensiun_rp_month: Column, *, penerima: str, setelah_janda: bool = False, t: Terms
) -> Column:
    """Share of the formula for a survivor.

    A child gets half of the formula when there is no widow or widower, but half of the *widow's*
    pension (a quarter of the formula) after the widow or widower dies or marries again.

    Args:
        pensiun_rp_month: Formula of the member, or the pension in payment.
        penerima: ``widow``, ``child`` or ``parent``.
        setelah_janda: Whether the child follows a widow or widower.
        t: The law in force on the day of death.

    Returns:
        Whole rupiah per month for all of that kind together, before the bounds.

    Law: PP 45/2015 Pasal 21(2), 22(2), 23(2).
    """
    weight = t.rate(SURVIVORS[penerima])
    if setelah_janda:
        product = pensiun_rp_month * weight * t.rate(SURVIVORS["widow"])
        return t.divide(product, PER_100K * PER_100K, "manfaat")
    return t.divide(pensiun_rp_month * weight, PER_100K, "manfaat")


@rule(
    "weighted_wage", "jp.inflasi", BULAT, programme="jp",
    id="Upah rata-rata tertimbang {result}",
    en="Inflation-weighted average wage {result}",
)  # fmt: skip
def upah_tertimbang(upah_tahunan_rp: Mapping[int, int], *, sampai_tahun: int, t: Terms) -> int:
    """Average of yearly wages, each brought to the year of the pension by inflation, per month.

    Args:
        upah_tahunan_rp: Wage of each year on which contributions were paid, whole rupiah.
        sampai_tahun: Year in which the pension starts.
        t: The law in force in that year.

    Returns:
        Whole rupiah per month.

    Law: PP 45/2015 Pasal 17(3)-(5); that each year's wage grows with the inflation of every year
    after it is a reading.
    """
    series = {v.since.year: v for v in t.catalogue["jp.inflasi"].values}
    t.value("jp.inflasi")
    total = Fraction(0)
    for year, wage in upah_tahunan_rp.items():
        grown = Fraction(wage)
        for later in range(year + 1, sampai_tahun + 1):
            inflation = series[later].value if later in series else 0
            grown *= 1 + Fraction(str(inflation))
        total += grown
    average = total / (12 * len(upah_tahunan_rp))
    return int(t.divide(average.numerator, average.denominator, "manfaat"))
