"""When a contribution is due, with holidays as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cakup.kernel.months import add_months, first_day
from cakup.law.rules import rule
from cakup.law.terms import Terms

SATURDAY = 5
HOLIDAYS = "umum.hari_libur"


@dataclass(frozen=True)
class DueDate:
    """Last day for a payment.

    Args:
        day: The day, moved for a holiday.
        nominal: The day that the article names.
        holidays_known: Whether the national holidays of that year are recorded; if not, only
            Saturdays and Sundays moved it.
    """

    day: date
    nominal: date
    holidays_known: bool


def is_hari_libur(day: date, t: Terms) -> bool:
    """Return whether a day is a Saturday, a Sunday or a recorded national holiday.

    Args:
        day: The day.
        t: The law in force (for its catalogue).
    """
    held = t.catalogue[HOLIDAYS].find(day)
    dates = held.value if held is not None and isinstance(held.value, tuple) else ()
    return day.weekday() >= SATURDAY or day.isoformat() in dates


@rule(
    "due", "umum.tenggat.*", "umum.hari_libur", "diskon.pp49_2020.tenggat_hari", programme="umum",
    id="Jatuh tempo {result}",
    en="Due on {result}",
)  # fmt: skip
def jatuh_tempo(bulan: date, *, segmen: str, program: str, t: Terms) -> DueDate:
    """Last day on which a contribution month is paid in time.

    Args:
        bulan: Any day of the contribution month.
        segmen: ``pu``, ``bpu`` or ``jakon``.
        program: ``jkk``, ``jkm``, ``jht``, ``jp`` or ``jkp``.
        t: The law in force in the contribution month.

    Returns:
        The due date. BPU pay JKK and JKM in the month itself; JP has no rule for holidays; during
        the relief of 2020 the day is the 30th for JKK, JKM, JHT and JP (PP 49/2020 Pasal 3(2)a and
        4, as quoted by the press) and a holiday moves it to the working day before.

    Law: PP 44/2015 Pasal 21(2)-(3), 24(3)-(4); PP 46/2015 Pasal 19(2)-(3), 21(3)-(4); PP 45/2015
    Pasal 30(3); PP 49/2020.
    """
    same_month = segmen == "bpu" and program in ("jkk", "jkm")
    t.value("umum.tenggat.bpu_jkk_jkm" if same_month else "umum.tenggat.pu_hari")
    start = first_day(bulan) if same_month else add_months(first_day(bulan), 1)
    relief = program in ("jkk", "jkm", "jht", "jp") and not same_month
    day_of_month = t.count("diskon.pp49_2020.tenggat_hari") if relief else 15
    normal = t.count("umum.tenggat.pu_hari")
    if program != "jp":
        t.value("umum.tenggat.pu_hari_libur")
    is_relief = relief and day_of_month != normal
    nominal = _day(start, day_of_month if is_relief else normal)
    if program == "jp" and not is_relief:
        return DueDate(nominal, nominal, True)
    return _moved(nominal, -1 if is_relief else 1, t)


def _day(month: date, wanted: int) -> date:
    """Return a day of a month, its last one if the month is shorter."""
    last = (add_months(month, 1) - timedelta(days=1)).day
    return month.replace(day=min(wanted, last))


def _moved(nominal: date, step: int, t: Terms) -> DueDate:
    """Move a day past weekends and holidays."""
    day = nominal
    while is_hari_libur(day, t):
        day += timedelta(days=step)
    held = t.catalogue[HOLIDAYS].find(nominal)
    return DueDate(day, nominal, held is not None and held.value is not None)


def bulan_terlambat(jatuh: date, dibayar: date) -> int:
    """Return the months of delay, every started month counting.

    Args:
        jatuh: Due date.
        dibayar: Day of payment.

    Law: PP 44/2015 Pasal 22 (silent on part months; see ``umum.denda.bagian_bulan``).
    """
    if dibayar <= jatuh:
        return 0
    months = (dibayar.year - jatuh.year) * 12 + dibayar.month - jatuh.month
    return months + 1 if dibayar.day > jatuh.day else max(months, 1)
