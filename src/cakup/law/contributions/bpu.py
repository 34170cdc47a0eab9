"""Contributions of non-wage earners (bukan penerima upah): price of a month by base and payer."""

from __future__ import annotations

from cakup.kernel.columns import Column, least, negate, one_of, where
from cakup.kernel.errors import RuleError
from cakup.law.contributions.pu import BULAT, COVID_JKK, COVID_JKM, per_100k
from cakup.law.rules import rule
from cakup.law.terms import FULL, Terms

ANGKUTAN, LAIN = "diskon.pp50_2025.bpu_angkutan", "diskon.pp50_2025.bpu_lain"
TANPA_POTONGAN = "diskon.pp50_2025.pembayar_dikecualikan"
BELUM_PASTI = "diskon.pp50_2025.pembayar_belum_pasti"
POTONGAN = (ANGKUTAN, LAIN, TANPA_POTONGAN, BELUM_PASTI)
#: The closed list of payers and of sectors; another word has no price while a discount runs.
PEMBAYAR = (
    "mandiri", "pemberi_kerja", "apbn", "apbd_kabkota", "apbd_provinsi", "dbh_cht", "dbh_sawit",
    "apbdes", "csr", "baznas", "sertakan", "lain", "tidak_diketahui",
)  # fmt: skip
SEKTOR = ("other", "transport")


def dasar_sah(dasar_rp_month: Column, t: Terms) -> Column:
    """Return a base, missing where it is below the lowest or above the highest band.

    Args:
        dasar_rp_month: Base, whole rupiah per month.
        t: The law in force.
    """
    fits = (dasar_rp_month >= t.rp("bpu.dasar.min")) & (dasar_rp_month <= t.rp("bpu.dasar.max"))
    return where(fits, dasar_rp_month, None)


@rule(
    "base", "bpu.dasar.pita", "bpu.dasar.min", programme="bpu",
    id="Dasar {result} = dasar pita Lampiran II untuk penghasilan {penghasilan_rp_month}",
    en="Base {result} = base of the band of Lampiran II for income {penghasilan_rp_month}",
)  # fmt: skip
def dasar_bpu(penghasilan_rp_month: int, *, t: Terms) -> int:
    """Base of the income band of Lampiran II.

    Only the lowest band is known well enough to price it; the bands between are from memory and
    are refused unless unconfirmed amounts are allowed; those above the last are unknown.

    Args:
        penghasilan_rp_month: Income, whole rupiah per month.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Raises:
        RuleError: ``law.unconfirmed`` for a middle band; ``law.base.unknown_band`` above them.

    Law: PP 44/2015 Pasal 20(1)-(2) and Lampiran II (annex not read).
    """
    lowest: int = t.rp("bpu.dasar.min")
    if penghasilan_rp_month <= lowest:
        return lowest
    bands = t.value("bpu.dasar.pita").value
    assert isinstance(bands, tuple)
    for highest, base in bands:
        if base is not None and penghasilan_rp_month <= highest:
            return int(base)
    raise RuleError("law.base.unknown_band")


@rule(
    "relief_part", *POTONGAN, programme="bpu",
    id="Bagian iuran yang dibayar menurut PP 50/2025: {result} per seribu",
    en="Part of the contribution that is paid under PP 50/2025: {result} per thousand",
)  # fmt: skip
def potongan_bpu(pembayar: Column, sektor: Column, *, t: Terms) -> Column:
    """What the discount of PP 50/2025 leaves of JKK and JKM, in thousandths.

    Args:
        pembayar: Payer, a word of the closed list of payers.
        sektor: ``transport`` or ``other``.
        t: The law in force.

    Returns:
        500 where the discount applies, else 1000; missing where payer or sector is missing or is
        no word of its list and a discount runs.

    Law: PP 50/2025 (not for contributions paid from APBN or APBD; third-party payers not known).
    """
    if _known(pembayar, PEMBAYAR) and _known(sektor, SEKTOR):
        return _bagian_seorang(pembayar, sektor, t)
    part = _bagian(sektor, t)
    if isinstance(part, int) and part == FULL:
        return FULL
    full_price = one_of(pembayar, (*t.words(TANPA_POTONGAN), *t.words(BELUM_PASTI)))
    discounted = where(one_of(pembayar, PEMBAYAR), part, None)
    return where(part == FULL, FULL, where(full_price, FULL, discounted))


def _known(word: Column, words: tuple[str, ...]) -> bool:
    """Return whether a value is one word, and one of the list."""
    return isinstance(word, str) and word in words


def _bagian_seorang(pembayar: str, sektor: str, t: Terms) -> Column:
    """Return the part for one payer; only what decides leaves a mark."""
    key = ANGKUTAN if sektor == "transport" else LAIN
    if not t.runs(key) or t.lists(TANPA_POTONGAN, pembayar) or t.lists(BELUM_PASTI, pembayar):
        return FULL
    return t.part(key)


def _bagian(sektor: Column, t: Terms) -> Column:
    """Return what the discount leaves for a sector before the payer is looked at."""
    if _known(sektor, SEKTOR):
        return t.part(ANGKUTAN if sektor == "transport" else LAIN)
    transport, other = t.part(ANGKUTAN), t.part(LAIN)
    if isinstance(transport, int) and isinstance(other, int) and transport == other:
        return transport
    known = where(sektor == "other", other, None)
    by_sector = where(sektor == "transport", transport, known)
    return where(transport == other, transport, by_sector)


@rule(
    "jkk", "jkk.iuran.bpu.tarif_dari_dasar", "jkk.iuran.bpu.min", "jkk.iuran.bpu.max", COVID_JKK,
    *POTONGAN, BULAT, programme="jkk",
    id="JKK BPU {result} = dasar {dasar_rp_month} × {tarif}{dibayar}",
    en="JKK of a BPU {result} = base {dasar_rp_month} × {tarif}{dibayar}",
)  # fmt: skip
def iuran_jkk_bpu(dasar_rp_month: Column, *, potongan: Column = FULL, t: Terms) -> Column:
    """Monthly contribution for employment injury of a non-wage earner.

    Args:
        dasar_rp_month: Base, whole rupiah per month, between the lowest and the highest band.
        potongan: What a discount leaves, in thousandths, see ``potongan_bpu``.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 44/2015 Pasal 20(1)-(2) and Lampiran II; PP 49/2020; PP 50/2025.
    """
    part = least(potongan, t.part(COVID_JKK))
    return per_100k(dasar_rp_month, t.rate("jkk.iuran.bpu.tarif_dari_dasar"), part, t)


@rule(
    "jkm", "jkm.iuran.bpu", COVID_JKM, *POTONGAN, BULAT, programme="jkm",
    id="JKM BPU {result} = jumlah tetap{sisa}{dibayar}",
    en="JKM of a BPU {result} = flat amount{sisa}{dibayar}",
)  # fmt: skip
def iuran_jkm_bpu(*, potongan: Column = FULL, t: Terms) -> Column:
    """Monthly contribution for death of a non-wage earner: one amount for all.

    Args:
        potongan: What a discount leaves, in thousandths, see ``potongan_bpu``.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 44/2015 Pasal 20(3); PP 49/2020 Pasal 9; PP 50/2025.
    """
    part = least(potongan, t.part(COVID_JKM))
    return t.divide(t.rp("jkm.iuran.bpu") * part, FULL)


@rule(
    "jht", "jht.iuran.bpu.tarif_dari_dasar", "jht.iuran.bpu.min", BULAT, programme="jht",
    id="JHT BPU {result} = dasar {dasar_rp_month} × {tarif}",
    en="JHT of a BPU {result} = base {dasar_rp_month} × {tarif}",
)  # fmt: skip
def iuran_jht_bpu(dasar_rp_month: Column, *, t: Terms) -> Column:
    """Monthly old-age savings of a non-wage earner who chose them; no discount.

    Args:
        dasar_rp_month: Base, whole rupiah per month.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 46/2015 Pasal 13(1), 18(1) and annex (not read).
    """
    return per_100k(dasar_rp_month, t.rate("jht.iuran.bpu.tarif_dari_dasar"), FULL, t)


def tanpa(terkena: Column, amount: Column) -> Column:
    """Return an amount where a programme was chosen, 0 where not."""
    return where(negate(terkena), 0, amount)
