"""Benefits of migrant workers that are known so far."""

from __future__ import annotations

from cakup.kernel.columns import Column, least
from cakup.law.rules import rule
from cakup.law.terms import Terms


@rule(
    "benefit", "pmi.manfaat.gagal_berangkat", programme="pmi",
    id="Uang tunai gagal berangkat {result}",
    en="Cash for a failed departure {result}",
)  # fmt: skip
def gagal_berangkat(*, t: Terms) -> Column:
    """Cash when the departure fails.

    Args:
        t: The law in force on the day of the event.

    Returns:
        Whole rupiah.

    Law: Permenaker 4/2023 (FAQ of BPJS Ketenagakerjaan; article not read).
    """
    return t.rp("pmi.manfaat.gagal_berangkat")


@rule(
    "care", "pmi.manfaat.pengobatan_luar_negeri_maks", programme="pmi",
    id="Perawatan di luar negeri {result}: biaya {biaya_rp}, paling banyak batasnya",
    en="Treatment abroad {result}: cost {biaya_rp}, at most the limit",
)  # fmt: skip
def pengobatan_luar_negeri(biaya_rp: Column, *, t: Terms) -> Column:
    """Refund of treatment abroad up to a limit.

    Args:
        biaya_rp: What was paid, whole rupiah.
        t: The law in force on the day of the event.

    Returns:
        Whole rupiah.

    Law: Permenaker 4/2023 (FAQ of BPJS Ketenagakerjaan; article not read).
    """
    return least(biaya_rp, t.rp("pmi.manfaat.pengobatan_luar_negeri_maks"))
