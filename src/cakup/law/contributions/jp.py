"""Contributions to the pension (JP): ceiling, who pays, from when until when."""

from __future__ import annotations

from datetime import date, timedelta

from cakup.kernel.columns import Column, negate, where, years_by_month_end
from cakup.kernel.months import add_months, first_day
from cakup.law.catalogue import Catalogue
from cakup.law.contributions.pu import BULAT, per_100k
from cakup.law.rules import rule
from cakup.law.terms import Terms

COVID_JP = "diskon.pp49_2020.jp_dibayar_dulu"


@rule(
    "jp_base", "jp.iuran.batas_upah", programme="jp",
    id="Dasar JP {result} = yang terkecil dari upah {upah_rp_month} dan batas atas",
    en="JP base {result} = the smaller of wage {upah_rp_month} and ceiling",
)  # fmt: skip
def dasar_jp(upah_rp_month: Column, *, t: Terms) -> Column:
    """Wage that JP is charged on: up to the yearly ceiling.

    Args:
        upah_rp_month: Wage paid for the month, whole rupiah.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 45/2015 Pasal 29(2)-(4).
    """
    return t.at_most(upah_rp_month, "jp.iuran.batas_upah")


@rule(
    "jp_due", "jp.usia_pensiun", "jp.tunda_maks_tahun", "jp.iuran.selama_tunda", programme="jp",
    id="Iuran JP terutang: {result}",
    en="JP contributions are due: {result}",
)  # fmt: skip
def wajib_jp(
    usia_years: Column, *, terdaftar: Column = True, menunda: Column = False, t: Terms
) -> Column:
    """Whether JP contributions are due in a month.

    Args:
        usia_years: Age in completed years by the end of the month.
        terdaftar: Whether the worker is enrolled in JP (a foreigner or a small firm may not be).
        menunda: Whether the worker past pension age chose to receive the pension later.
        t: The law in force.

    Returns:
        True or False; missing where the age is missing and decides.

    Law: PP 45/2015 Pasal 15(1)-(4); that contributions go on during the postponement is a reading.
    """
    usia_pensiun = t.count("jp.usia_pensiun")
    due = usia_years < usia_pensiun
    if menunda is not False:
        longest = usia_pensiun + t.count("jp.tunda_maks_tahun")
        goes_on = t.flag("jp.iuran.selama_tunda")
        due = due | (menunda & goes_on & (usia_years < longest))
    return where(terdaftar, due, False)


@rule(
    "jp_due", "jp.usia_pensiun", "jp.tunda_maks_tahun", "jp.iuran.selama_tunda",
    "jp.pendaftaran_batas", programme="jp",
    id="Iuran JP terutang menurut tanggal lahir: {result}",
    en="JP contributions are due by date of birth: {result}",
)  # fmt: skip
def wajib_jp_lahir(
    lahir: Column, bulan: Column, *, terdaftar: Column = True, menunda: Column = False, t: Terms
) -> Column:
    """Whether JP contributions are due in a month, by date of birth.

    Who once reached the pension age of that time stays a pensioner when the age rises later.

    Args:
        lahir: Date of birth.
        bulan: Any day of the contribution month.
        terdaftar: Whether the worker is enrolled in JP.
        menunda: Whether the worker past pension age chose to receive the pension later.
        t: The law in force.

    Returns:
        True or False; missing where the date of birth is missing and decides.

    Law: PP 45/2015 Pasal 15(1)-(4); the month in which the age is reached has no contribution (FAQ
    of BPJS Ketenagakerjaan on the last month for joining).
    """
    t.count("jp.usia_pensiun")
    if not isinstance(lahir, date) or _is_month_of_reaching(lahir, bulan, menunda, t):
        t.value("jp.pendaftaran_batas")
    due = negate(_reached(lahir, bulan, 0, t))
    if menunda is not False:
        longest = _reached(lahir, bulan, t.limit("jp.tunda_maks_tahun") or 0, t)
        due = due | (menunda & t.flag("jp.iuran.selama_tunda") & negate(longest))
    return where(terdaftar, due, False)


def _is_month_of_reaching(lahir: date, bulan: date, menunda: Column, t: Terms) -> bool:
    """Return whether the age, or the end of the postponement, is reached in the month itself."""
    reached = first_day(hari_usia_pensiun(lahir, t.catalogue)[0])
    years = t.limit("jp.tunda_maks_tahun") or 0
    last = add_months(reached, 12 * years) if menunda is True else reached
    return first_day(bulan) in (reached, last)


def _reached(lahir: Column, bulan: Column, more_years: int, t: Terms) -> Column:
    """Return whether the pension age of some time was reached, ``more_years`` ago by now."""
    values = t.catalogue["jp.usia_pensiun"].values
    past: Column = False
    for at, value in enumerate(values):
        assert isinstance(value.value, int)
        until = values[at + 1].since - timedelta(days=1) if at + 1 < len(values) else date.max
        then = where(bulan <= until, bulan, until)
        was = (bulan >= value.since) & (years_by_month_end(lahir, then) >= value.value)
        past = past | (was & (years_by_month_end(lahir, bulan) >= value.value + more_years))
    return past


@rule(
    "jp_worker", "jp.iuran.tarif_pekerja", COVID_JP, BULAT, programme="jp",
    id="JP pekerja {result} = dasar {dasar_rp} × {tarif}",
    en="JP of the worker {result} = base {dasar_rp} × {tarif}",
)  # fmt: skip
def iuran_jp_pekerja(dasar_rp: Column, *, t: Terms) -> Column:
    """Monthly pension contribution paid by the worker.

    Args:
        dasar_rp: JP base, see ``dasar_jp``.
        t: The law in force.

    Returns:
        Whole rupiah per month that are due at once.

    Law: PP 45/2015 Pasal 28(3)b; PP 49/2020 (99% deferred, not remitted).
    """
    return per_100k(dasar_rp, t.rate("jp.iuran.tarif_pekerja"), t.part(COVID_JP), t)


@rule(
    "jp_employer", "jp.iuran.tarif_pemberi_kerja", COVID_JP, BULAT, programme="jp",
    id="JP pemberi kerja {result} = dasar {dasar_rp} × {tarif}",
    en="JP of the employer {result} = base {dasar_rp} × {tarif}",
)  # fmt: skip
def iuran_jp_pemberi_kerja(dasar_rp: Column, *, t: Terms) -> Column:
    """Monthly pension contribution paid by the employer.

    Args:
        dasar_rp: JP base, see ``dasar_jp``.
        t: The law in force.

    Returns:
        Whole rupiah per month that are due at once.

    Law: PP 45/2015 Pasal 28(3)a; PP 49/2020 (99% deferred, not remitted).
    """
    return per_100k(dasar_rp, t.rate("jp.iuran.tarif_pemberi_kerja"), t.part(COVID_JP), t)


def hari_usia_pensiun(lahir: date, catalogue: Catalogue) -> tuple[date, int]:
    """Return the day on which someone reaches pension age, and that age.

    The age rises over the years: the day counts on which the age in force is reached.

    Args:
        lahir: Date of birth.
        catalogue: Parameters.

    Law: PP 45/2015 Pasal 15(1)-(3).
    """
    values = catalogue["jp.usia_pensiun"].values
    for at, value in enumerate(values):
        assert isinstance(value.value, int)
        reached = max(_birthday(lahir, value.value), value.since)
        if at + 1 == len(values) or reached < values[at + 1].since:
            return reached, value.value
    raise AssertionError("the last value has no successor")


def _birthday(lahir: date, years: int) -> date:
    """Return the birthday that completes ``years``; 29 February counts in February."""
    try:
        return lahir.replace(year=lahir.year + years)
    except ValueError:
        return date(lahir.year + years, 2, 28)


@rule(
    "latest_registration_month", "jp.usia_pensiun", "jp.pendaftaran_batas", programme="jp",
    id="Bulan pendaftaran JP terakhir {result}: bulan sebelum usia pensiun tercapai",
    en="Last month for joining JP {result}: the month before pension age is reached",
)  # fmt: skip
def bulan_pendaftaran_terakhir(lahir: date, *, t: Terms) -> str:
    """Last month in which someone may still join JP.

    Args:
        lahir: Date of birth.
        t: The law in force.

    Returns:
        Month as ``YYYY-MM``: the one before the month in which pension age is reached.

    Law: PP 45/2015 Pasal 15(1)-(3); FAQ of BPJS Ketenagakerjaan.
    """
    t.value("jp.pendaftaran_batas")
    t.value("jp.usia_pensiun")
    reached, _ = hari_usia_pensiun(lahir, t.catalogue)
    return add_months(first_day(reached), -1).isoformat()[:7]


def usia_lewat_pada(lahir: date, hari: date) -> int:
    """Return the age completed by the end of a day's month."""
    return hari.year - lahir.year - (hari.month < lahir.month)


def kecuali(due: Column, amount: Column) -> Column:
    """Return an amount where it is due, 0 where it is not."""
    return where(negate(due), 0, amount)
