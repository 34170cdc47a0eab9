"""Who may have a right: died, or had an accident, while covered or in months of arrears.

The opposite of money paid after a death: here somebody is owed. All functions return SQL text over
``ledger``, ``enrolments`` and ``persons``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cakup.ledger.activity import state_sql
from cakup.ledger.rules import Rules

EVENTS = ("death", "accident")
COLUMNS = (
    "person_id, day, segments, payers, evidence, unbroken_months, is_jkm_full, is_month_covered"
)


def deaths_sql(first: date, until: date) -> str:
    """Return SQL of the deaths of a time: ``person_id, day``.

    Args:
        first: First day.
        until: Last day.
    """
    return (
        "SELECT person_id, meninggal_on AS day FROM persons WHERE meninggal_on BETWEEN "
        f"DATE '{first.isoformat()}' AND DATE '{until.isoformat()}'"
    )


def accidents_sql(first: date, until: date, turn: int) -> str:
    """Return SQL of the reported accidents of a time, at most one per person: ``person_id, day``.

    Args:
        first: First day.
        until: Last day.
        turn: 1 = the first accident of each person in ``accidents(person_id, day)``, 2 = the next…
    """
    return f"""SELECT person_id, day FROM (
  SELECT person_id, day, row_number() OVER (PARTITION BY person_id ORDER BY day) AS turn
  FROM (SELECT DISTINCT person_id, day FROM accidents)
) WHERE turn = {turn} AND day BETWEEN DATE '{first.isoformat()}' AND DATE '{until.isoformat()}'"""


def rights_sql(
    until: date, periods: Sequence[tuple[date, date, Rules]], most_accidents: int = 0
) -> str:
    """Return SQL of the events that fell into covered months, or arrears that leave a right.

    Args:
        until: Last day looked at.
        periods: First and last day of each period with the same rules; the rules of the day of the
            event decide.
        most_accidents: Most accidents of one person in ``accidents``.

    Returns:
        SQL of ``event`` (one of ``EVENTS``), ``jkm_waiting_months`` and ``COLUMNS``.
    """
    parts = []
    for first, last, rules in periods:
        end = min(last, until)
        asked = [("death", deaths_sql(first, end))]
        asked += [("accident", accidents_sql(first, end, n + 1)) for n in range(most_accidents)]
        parts += [
            f"SELECT '{event}' AS event, {rules.jkm_waiting_months} AS jkm_waiting_months,"
            f" {COLUMNS} FROM ({state_sql(sql, rules, are_few=True)}) WHERE is_covered"
            for event, sql in asked
        ]
    return "SELECT * FROM (\n" + "\nUNION ALL\n".join(parts) + "\n) ORDER BY day, person_id, event"
