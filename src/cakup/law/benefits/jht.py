"""Benefits of old-age savings (JHT): balance, full and partial payment, tax."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from cakup.kernel.columns import Column, greatest
from cakup.law.benefits.jkk import BULAT
from cakup.law.rules import rule
from cakup.law.terms import PER_100K, Terms

#: Events that give the full balance, with the parameter on which each rests.
PENUH = {
    "usia": "jht.manfaat.usia",
    "meninggal": "jht.manfaat.isi",
    "cacat_total_tetap": "jht.manfaat.isi",
    "berhenti_kerja": "jht.manfaat.berhenti_kerja",
    "meninggalkan_indonesia": "jht.manfaat.meninggalkan_indonesia",
}
SEBAGIAN = {
    "perumahan": "jht.manfaat.sebagian_perumahan",
    "lain": "jht.manfaat.sebagian_lain",
}
YEARLY = "jht.manfaat.masa_kepesertaan_sebagian_tahun"


@rule(
    "benefit", "jht.manfaat.*", programme="jht",
    id="JHT {result} = seluruh saldo {saldo_rp}",
    en="JHT {result} = the whole balance {saldo_rp}",
)  # fmt: skip
def jht_penuh(saldo_rp: Column, *, sebab: str, t: Terms) -> Column:
    """Whole balance: at 56, on death, total disability, leaving work or leaving Indonesia.

    Args:
        saldo_rp: Contributions and returns, whole rupiah.
        sebab: A key of ``PENUH``.
        t: The law in force on the day of the event.

    Returns:
        Whole rupiah before tax. Resignation before 1 September 2015 is paid at 56 only: 0 now.

    Law: PP 46/2015 Pasal 22(1)-(2), 26; PP 60/2015 Pasal I; Permenaker 4/2022.
    """
    t.value("jht.manfaat.isi")
    rests_on = t.value(PENUH[sebab]).value
    return 0 if rests_on == "at_56" else saldo_rp


@rule(
    "benefit", "jht.manfaat.sebagian_*", YEARLY, BULAT, programme="jht",
    id="JHT sebagian {result} = saldo {saldo_rp} × bagian",
    en="Partial JHT {result} = balance {saldo_rp} × share",
)  # fmt: skip
def jht_sebagian(saldo_rp: Column, *, untuk: str, t: Terms) -> Column:
    """Partial withdrawal after ten years of membership: one of the two, once.

    Args:
        saldo_rp: Balance, whole rupiah.
        untuk: ``perumahan`` (30 %) or ``lain`` (10 %).
        t: The law in force on the day.

    Returns:
        Whole rupiah, at most.

    Law: PP 46/2015 Pasal 22(4)-(6).
    """
    t.count(YEARLY)
    return t.divide(saldo_rp * t.rate(SEBAGIAN[untuk]), PER_100K, "manfaat")


@rule(
    "tax", "jht.pajak.batas_nol", "jht.pajak.tarif_di_atas", BULAT, programme="jht",
    id="Pajak final {result}",
    en="Final tax {result}",
)  # fmt: skip
def pajak_jht(manfaat_rp: Column, *, t: Terms) -> Column:
    """Final income tax on a lump sum of JHT; from memory, refused unless allowed.

    Args:
        manfaat_rp: Payment, whole rupiah.
        t: The law in force on the day.

    Returns:
        Whole rupiah.

    Law: PP 68/2009; PMK 16/PMK.03/2010 (from memory).
    """
    above = greatest(manfaat_rp - t.rp("jht.pajak.batas_nol"), 0)
    return t.divide(above * t.rate("jht.pajak.tarif_di_atas"), PER_100K, "manfaat")


@rule(
    "balance", "jht.manfaat.isi", "jht.hasil.minimum", BULAT, programme="jht",
    id="Saldo JHT {result} dari iuran dan hasil pengembangan yang diberikan",
    en="Balance of JHT {result} from contributions and given returns",
)  # fmt: skip
def saldo_jht(
    saldo_awal_rp: int, *, iuran_bulanan_rp: Sequence[Sequence[int]], hasil: Sequence[Decimal],
    t: Terms,
) -> int:  # fmt: skip
    """Balance after some years, with the yearly returns that are given.

    A contribution earns from the month after it was paid, a twelfth of the yearly return a month;
    returns join the balance at the end of the year. Each year is rounded once. The declared
    returns are not recorded here and must be given.

    Args:
        saldo_awal_rp: Balance at the start, whole rupiah.
        iuran_bulanan_rp: For each year, the contributions of its months in order, at most 12.
        hasil: For each year the return, e.g. ``Decimal("0.0572")``.
        t: The law in force.

    Returns:
        Whole rupiah.

    Law: PP 46/2015 Pasal 22(2), 27(3); how part years earn is a convention.
    """
    t.value("jht.manfaat.isi")
    t.value("jht.hasil.minimum")
    balance = saldo_awal_rp
    for months, share in zip(iuran_bulanan_rp, hasil, strict=True):
        base = Fraction(balance) + sum(
            Fraction(paid * (12 - n), 12) for n, paid in enumerate(months, 1)
        )
        grown = base * Fraction(share)
        balance += sum(months) + t.divide(grown.numerator, grown.denominator, "manfaat")
    return balance
