"""Over- and under-payment: carried to the bill of the next month."""

from __future__ import annotations

from cakup.kernel.columns import Column, greatest
from cakup.law.rules import rule
from cakup.law.terms import Terms


@rule(
    "to_pay", "umum.lebih_kurang_bayar_hari_kerja", programme="umum",
    id="Yang dibayar {result} = tagihan {tagihan_rp} − sisa lebih bayar {saldo_rp}",
    en="To pay {result} = bill {tagihan_rp} − balance carried over {saldo_rp}",
)  # fmt: skip
def yang_dibayar(tagihan_rp: Column, *, saldo_rp: Column, t: Terms) -> Column:
    """What is to be paid for a month after earlier over- or under-payment.

    Args:
        tagihan_rp: Contribution of the month, whole rupiah.
        saldo_rp: Balance carried over: above 0 what was paid too much, below 0 too little.
        t: The law in force.

    Returns:
        Whole rupiah, never below 0.

    Law: PP 44/2015 Pasal 23(3)-(4); PP 50/2025 (overpaid amounts go to the next month).
    """
    t.count("umum.lebih_kurang_bayar_hari_kerja")
    return greatest(tagihan_rp - saldo_rp, 0)


@rule(
    "balance", programme="umum",
    id="Saldo {result} = saldo lama {saldo_rp} + dibayar {dibayar_rp} − tagihan {tagihan_rp}",
    en="Balance {result} = old balance {saldo_rp} + paid {dibayar_rp} − bill {tagihan_rp}",
)  # fmt: skip
def saldo_berikut(saldo_rp: Column, *, dibayar_rp: Column, tagihan_rp: Column) -> Column:
    """Balance that is carried to the next month.

    Args:
        saldo_rp: Balance before, whole rupiah.
        dibayar_rp: What was paid for the month.
        tagihan_rp: What was due for the month.

    Returns:
        Whole rupiah: above 0 paid too much, below 0 too little.

    Law: PP 44/2015 Pasal 23(3)-(4).
    """
    return saldo_rp + dibayar_rp - tagihan_rp
