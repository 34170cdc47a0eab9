"""Contributions of migrant workers (pekerja migran Indonesia): packages by length of contract."""

from __future__ import annotations

from cakup.kernel.columns import Column, where
from cakup.law.rules import rule
from cakup.law.terms import Terms

PAKET = "pmi.iuran.selama_dan_setelah_{}_bulan"


@rule(
    "during_and_after", "pmi.iuran.selama_dan_setelah_*", "pmi.iuran.tambahan_per_bulan",
    programme="pmi",
    id="Selama dan setelah bekerja {result} untuk perjanjian {bulan_months} bulan",
    en="During and after work {result} for a contract of {bulan_months} months",
)  # fmt: skip
def iuran_selama_dan_setelah(bulan_months: Column, *, t: Terms) -> Column:
    """JKK and JKM during and after work abroad: the package that fits, plus months beyond it.

    Args:
        bulan_months: Length of the contract, months.
        t: The law in force.

    Returns:
        Whole rupiah for the whole contract; missing below 6 months, for which there is no package.

    Law: Permenaker 4/2023 Pasal 18(1)b, 18(2), 18(3).
    """
    extra = t.rp("pmi.iuran.tambahan_per_bulan")
    amount: Column = None
    for length in (6, 12, 24):
        package = t.rp(PAKET.format(length)) + (bulan_months - length) * extra
        amount = where(bulan_months >= length, package, amount)
    return amount


@rule(
    "before_departure", "pmi.iuran.p3mi_sebelum", "pmi.iuran.perseorangan_sebelum",
    programme="pmi",
    id="Sebelum bekerja {result}",
    en="Before departure {result}",
)  # fmt: skip
def iuran_sebelum(perseorangan: Column, *, t: Terms) -> Column:
    """JKK and JKM before departure; individual migrants have none.

    Args:
        perseorangan: Whether the migrant goes without a placing body.
        t: The law in force.

    Returns:
        Whole rupiah, once.

    Law: Permenaker 4/2023 Pasal 18(1)a, 18(2).
    """
    return where(
        perseorangan, t.rp("pmi.iuran.perseorangan_sebelum"), t.rp("pmi.iuran.p3mi_sebelum")
    )


@rule(
    "total", "pmi.iuran.lama_2018", programme="pmi",
    id="Iuran tetap sampai 24 bulan {result}",
    en="Flat amount up to 24 months {result}",
)  # fmt: skip
def iuran_lama(*, t: Terms) -> Column:
    """Flat amount before packages existed, through a placing body.

    Args:
        t: The law in force.

    Returns:
        Whole rupiah for up to 24 months.

    Law: Permenaker 18/2018 (press account; not read).
    """
    return t.rp("pmi.iuran.lama_2018")
