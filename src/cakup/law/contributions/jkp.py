"""Contributions to job-loss insurance (JKP): nothing on top of the bill, three sources."""

from __future__ import annotations

from cakup.kernel.columns import Column, least, where
from cakup.law.contributions.pu import BULAT, per_100k
from cakup.law.rules import rule
from cakup.law.terms import FULL, Terms


@rule(
    "jkp_base", "jkp.batas_upah", programme="jkp",
    id="Dasar JKP {result} = yang terkecil dari upah {upah_rp_month} dan batas JKP",
    en="JKP base {result} = the smaller of wage {upah_rp_month} and JKP cap",
)  # fmt: skip
def dasar_jkp(upah_rp_month: Column, *, t: Terms) -> Column:
    """Wage on which JKP is counted, for contribution and benefit.

    Args:
        upah_rp_month: Last reported wage, whole rupiah per month.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 37/2021 Pasal 11(7), 21(3); PP 6/2025 Pasal 11; Permenaker 3/2025 Pasal 14(3)-(4).
    """
    return least(upah_rp_month, t.rp("jkp.batas_upah"))


@rule(
    "jkp_due", "jkp.usia_maks_daftar", "jkp.wni", "jkp.iuran.hanya_peserta_jkp", programme="jkp",
    id="Termasuk JKP: {result}",
    en="In JKP: {result}",
)  # fmt: skip
def ikut_jkp(
    usia_daftar_years: Column, *, wni: Column = True, program_lengkap: Column = True, t: Terms
) -> Column:
    """Whether a worker is in JKP, so that JKK and JKM are recomposed for him.

    Args:
        usia_daftar_years: Age at registration.
        wni: Indonesian citizen.
        program_lengkap: Whether he is in all programmes that his firm's size requires.
        t: The law in force.

    Returns:
        True or False.

    Law: PP 37/2021 Pasal 4(2)-(3); PP 49/2023 Pasal 16A(2)-(3).
    """
    young = usia_daftar_years < t.count("jkp.usia_maks_daftar")
    citizen = wni if t.flag("jkp.wni") else True
    return young & citizen & program_lengkap


@rule(
    "jkp_total", "jkp.iuran.tarif_total", BULAT, programme="jkp",
    id="JKP {result} = dasar {dasar_rp} × {tarif} (tidak menambah tagihan)",
    en="JKP {result} = base {dasar_rp} × {tarif} (nothing on top of the bill)",
)  # fmt: skip
def iuran_jkp(dasar_rp: Column, *, t: Terms) -> Column:
    """Whole JKP contribution of a month; neither employer nor worker pays it on top.

    Args:
        dasar_rp: JKP base, see ``dasar_jkp``.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 37/2021 Pasal 11(2); PP 6/2025 Pasal 11(2).
    """
    return per_100k(dasar_rp, t.rate("jkp.iuran.tarif_total"), FULL, t)


@rule(
    "jkp_from_jkk", "jkp.iuran.dari_jkk", BULAT, programme="jkp",
    id="Dari iuran JKK {result} = dasar {dasar_rp} × {dari_jkk}",
    en="Out of JKK {result} = base {dasar_rp} × {dari_jkk}",
)  # fmt: skip
def jkp_dari_jkk(dasar_rp: Column, *, t: Terms) -> Column:
    """Part of the JKK contribution that is booked to JKP.

    Args:
        dasar_rp: JKP base, see ``dasar_jkp``.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 37/2021 Pasal 11(5)a; PP 6/2025 Pasal 11(5).
    """
    return per_100k(dasar_rp, t.rate("jkp.iuran.dari_jkk"), FULL, t)


@rule(
    "jkp_from_jkm", "jkp.iuran.dari_jkm", BULAT, programme="jkp",
    id="Dari iuran JKM {result}",
    en="Out of JKM {result}",
)  # fmt: skip
def jkp_dari_jkm(dasar_rp: Column, *, t: Terms) -> Column:
    """Part of the JKM contribution that is booked to JKP; none since PP 6/2025, by inference.

    Args:
        dasar_rp: JKP base, see ``dasar_jkp``.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 37/2021 Pasal 11(5)b; PP 6/2025 Pasal 11.
    """
    return per_100k(dasar_rp, t.rate("jkp.iuran.dari_jkm"), FULL, t)


@rule(
    "jkp_government", programme="jkp",
    id="Pemerintah pusat {result} = JKP {jkp_rp} − dari JKK {dari_jkk_rp} − dari JKM {dari_jkm_rp}",
    en="State {result} = JKP {jkp_rp} − from JKK {dari_jkk_rp} − from JKM {dari_jkm_rp}",
)  # fmt: skip
def jkp_pemerintah(
    jkp_rp: Column, *, dari_jkk_rp: Column, dari_jkm_rp: Column, terlambat: Column = False
) -> Column:
    """Part of JKP paid by the central government: what the recomposed parts leave.

    Args:
        jkp_rp: Whole JKP contribution.
        dari_jkk_rp: Part booked out of JKK.
        dari_jkm_rp: Part booked out of JKM.
        terlambat: Whether JKK or JKM of the month is in arrears; the government then pays later.

    Returns:
        Whole rupiah per month due now, so that the three parts add up to the whole.

    Law: PP 37/2021 Pasal 11(4), Pasal 16; PP 6/2025 Pasal 11.
    """
    return where(terlambat, 0, jkp_rp - dari_jkk_rp - dari_jkm_rp)
