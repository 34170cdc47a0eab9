"""Scholarship of the children (beasiswa), for JKK and JKM."""

from __future__ import annotations

from collections.abc import Sequence

from cakup.kernel.columns import Column, least
from cakup.law.rules import rule
from cakup.law.terms import Terms

JENJANG = ("tk", "sd", "smp", "sma", "pt")


@rule(
    "scholarship_level", "beasiswa.*.per_tahun", "beasiswa.*.tahun_maks", programme="beasiswa",
    id="Jenjang {jenjang} {result} = {tahun_years} tahun × jumlah setahun",
    en="Level {jenjang} {result} = {tahun_years} years × yearly amount",
)  # fmt: skip
def beasiswa_jenjang(tahun_years: Column, *, jenjang: str, t: Terms) -> Column:
    """Scholarship of one child at one level.

    Args:
        tahun_years: Years at that level.
        jenjang: ``tk``, ``sd``, ``smp``, ``sma`` or ``pt``.
        t: The law in force on the day of the event.

    Returns:
        Whole rupiah.

    Law: PP 82/2019 Pasal 25(3), 34(3) and Lampiran III.
    """
    years = least(tahun_years, t.count(f"beasiswa.{jenjang}.tahun_maks"))
    return years * t.rp(f"beasiswa.{jenjang}.per_tahun")


@rule(
    "per_child", "beasiswa.maks_per_anak", "beasiswa.*.per_tahun", "beasiswa.*.tahun_maks",
    programme="beasiswa",
    id="Beasiswa satu anak {result}",
    en="Scholarship of one child {result}",
)  # fmt: skip
def beasiswa_anak(sisa: Sequence[tuple[str, int]], *, t: Terms) -> int:
    """Scholarship of one child over the levels still ahead, at most the sum of all levels.

    Args:
        sisa: Level and years still to go.
        t: The law in force on the day of the event.

    Returns:
        Whole rupiah.

    Law: PP 82/2019 Pasal 25(3), 34(3) and Lampiran III.
    """
    total: int = sum(beasiswa_jenjang(years, jenjang=level, t=t) for level, years in sisa)
    most: int = t.rp("beasiswa.maks_per_anak")
    return min(total, most)


def semua_jenjang(t: Terms) -> tuple[tuple[str, int], ...]:
    """Return every level with its longest time."""
    return tuple((level, t.count(f"beasiswa.{level}.tahun_maks")) for level in JENJANG)


@rule(
    "scholarship", "beasiswa.lama_jumlah", programme="beasiswa",
    id="Beasiswa sekaligus {result} per peserta",
    en="Scholarship {result}, one sum per member",
)  # fmt: skip
def beasiswa_lama(*, t: Terms) -> int:
    """One scholarship sum per member, before PP 82/2019.

    Args:
        t: The law in force on the day of the event.

    Returns:
        Whole rupiah.

    Law: PP 44/2015 Pasal 25(3), 34(2).
    """
    amount: int = t.rp("beasiswa.lama_jumlah")
    return amount


@rule(
    "scholarship_due", "beasiswa.jkm_masa_iur_tahun", programme="beasiswa",
    id="Syarat beasiswa JKM terpenuhi: {result}",
    en="Condition of the JKM scholarship is met: {result}",
)  # fmt: skip
def berhak_beasiswa_jkm(masa_iur_months: Column, *, t: Terms) -> Column:
    """Whether JKM gives a scholarship: enough years of contributions (JKK asks for none).

    Args:
        masa_iur_months: Months of contributions.
        t: The law in force on the day of death.

    Returns:
        True or False.

    Law: PP 44/2015 Pasal 34(1)d; PP 82/2019 Pasal 34(1)d.
    """
    return masa_iur_months >= t.count("beasiswa.jkm_masa_iur_tahun") * 12
