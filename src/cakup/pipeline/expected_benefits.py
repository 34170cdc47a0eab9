"""What an event may give, as a range: the least and the most that the rules leave open."""

from __future__ import annotations

from datetime import date
from typing import Any

from cakup.law import api as law

#: Base of an own-account worker whose wage is not known: the lowest band, whole rupiah per month.
BPU_BASE_RP = 1_000_000
LONG_ENOUGH_MONTHS = 120


def death(
    row: dict[str, Any], segment: str, in_arrears: bool
) -> tuple[int | None, int | None, tuple[str, ...]]:
    """Return the least and the most that JKM may give, and what is not sure.

    Args:
        row: Row of ``ledger.rights.rights_sql``.
        segment: Segment.
        in_arrears: Whether the month of death was not paid.
    """
    waiting, doubt = _benefit(row["day"], "death", "jkm", segment=segment, membership_months=0)
    full, more = _benefit(
        row["day"], "death", "jkm", segment=segment, membership_months=LONG_ENOUGH_MONTHS
    )
    unsure = tuple(sorted({*doubt, *more}))
    if row["is_jkm_full"] is True and not in_arrears:
        return full, full, unsure
    n = row["unbroken_months"]
    # At the boundary the readings differ: the third paid month, or only the time after it.
    may_be_full = row["is_jkm_full"] is not False or n is None or n >= row["jkm_waiting_months"]
    # In unpaid months the article gives a right with conditions; practice is said to refuse.
    return 0 if in_arrears else waiting, full if may_be_full else waiting, unsure


def injury(row: dict[str, Any], segment: str) -> tuple[int | None, int | None, tuple[str, ...]]:
    """Return one month's pay while unable to work; the rest depends on the injury.

    Args:
        row: Row with ``day`` and ``upah_rp_month``.
        segment: Segment.
    """
    wage = row["upah_rp_month"] or (BPU_BASE_RP if segment == "bpu" else None)
    if wage is None:
        return None, None, ()
    given = {"base": wage} if segment == "bpu" else {"wage": wage}
    month, doubt = _benefit(row["day"], "stmb", "jkk", segment=segment, months=1, **given)
    return month, None, doubt


def accident_death(day: date, segment: str, wage: int | None) -> int | None:
    """Return what JKK gives for a death from work; the lowest band where no base is known.

    Args:
        day: Day of death.
        segment: Segment.
        wage: Wage or base, whole rupiah per month, None = not known.
    """
    if segment == "pu" and wage is None:
        return None
    given = {"wage": wage} if segment == "pu" else {"base": wage or BPU_BASE_RP}
    return _benefit(day, "death", "jkk", segment=segment, **given)[0]


def _benefit(
    day: date, event: str, programme: str, **inputs: Any
) -> tuple[int | None, tuple[str, ...]]:
    """Return the total of a benefit and the unsure values on which it rests."""
    answer = law.at(day, allow_unconfirmed=True).benefit(event, programme=programme, **inputs)
    total = answer.computed.get("total")
    return (int(total) if total is not None else None), tuple(answer.unconfirmed)
