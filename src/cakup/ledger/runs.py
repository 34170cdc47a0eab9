"""The JKM clock: how many months a person has been a member without a break, and what it gives."""

from __future__ import annotations

from cakup.ledger.intervals import month_index
from cakup.ledger.rules import Rules


def runs_ctes(rules: Rules) -> str:
    """Return the CTE ``running`` (and what it needs) over the CTEs ``asked``, ``months``
    and ``paid_from`` (first month for which any payment is known).

    A run is a row of months with JKM (paid or by spell) in which the clock did not restart. Columns
    of ``running``: ``n`` months of the last run, ``is_running`` whether it reaches the day asked
    for, ``is_now`` whether the day's own month is in it, ``is_cut`` whether it may have begun
    before the data do.

    Args:
        rules: Counting rules.
    """
    unpaid = rules.lapse_after_unpaid_months
    return f"""
gaps AS (
  SELECT person_id, mi, bpu, lag(mi) OVER w AS prev,
    max(CASE WHEN bpu THEN mi END) OVER (
      PARTITION BY person_id ORDER BY mi ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS prev_bpu
  FROM months WHERE jkm WINDOW w AS (PARTITION BY person_id ORDER BY mi)
),
starts AS (
  SELECT person_id, max(mi) FILTER ({_breaks(rules)}) AS start_mi FROM gaps GROUP BY person_id
),
runs AS (
  SELECT g.person_id, s.start_mi, count(*) AS n, max(g.mi) AS last_mi,
    max(CASE WHEN g.bpu THEN g.mi END) AS last_bpu
  FROM gaps g JOIN starts s ON s.person_id = g.person_id AND g.mi >= s.start_mi
  GROUP BY g.person_id, s.start_mi
),
older AS (
  SELECT person_id, {month_index("ledger_from")} AS start_mi,
    min({month_index("spell_from")}) AS from_mi
  FROM enrolments
  WHERE answers_from IS NULL AND spell_from < ledger_from
    AND list_contains(string_split(program, ','), 'jkm')
  GROUP BY person_id, ledger_from
),
begun AS (
  SELECT person_id, min({month_index("mulai_on")}) AS mi FROM enrolments GROUP BY person_id
),
running AS (
  SELECT r.person_id, r.n + coalesce(r.start_mi - o.from_mi, 0) AS n,
    r.last_mi = a.day_mi AS is_now,
    r.last_mi = a.day_mi OR a.day_mi - r.last_bpu <= {unpaid} AS is_running,
    o.from_mi IS NULL AND coalesce(b.mi < w.mi, true) AND r.start_mi = w.mi AS is_cut
  FROM runs r JOIN asked a ON a.person_id = r.person_id
  LEFT JOIN older o ON o.person_id = r.person_id AND o.start_mi = r.start_mi
  LEFT JOIN begun b ON b.person_id = r.person_id
  CROSS JOIN paid_from w
)"""


def full_jkm(rules: Rules) -> str:
    """Return SQL for full JKM over the aliases ``c`` (covered) and ``u`` (running).

    Args:
        rules: Counting rules.

    Returns:
        SQL of type BOOLEAN: NULL where only the insurer's status speaks, where the month is unpaid
        but not lapsed and the rule is open, and where the data begin too late to tell.
    """
    wait = rules.jkm_waiting_months
    now = f"u.n > {wait}" if wait and rules.jkm_waiting_reading == "strict" else f"u.n >= {wait}"
    # In an unpaid month after the last waiting month that month is over, so both readings agree.
    unpaid = {"open": "NULL", "covered": "true", "not_covered": "false"}[rules.jkm_in_arrears]
    return f"""CASE
    WHEN c.person_id IS NULL THEN false
    WHEN c.is_status_only THEN NULL
    WHEN u.is_running IS NOT TRUE THEN false
    WHEN u.is_now AND {now} THEN true
    WHEN NOT u.is_now AND '{rules.jkm_in_arrears}' = 'not_covered' THEN false
    WHEN NOT u.is_now AND u.n >= {wait} THEN {unpaid}
    WHEN u.is_cut THEN NULL
    ELSE false END"""


def _breaks(rules: Rules) -> str:
    """Return SQL that is true where the clock starts (again) with a month of ``gaps``."""
    if rules.jkm_clock_restart == "never":
        return "prev IS NULL"
    if rules.jkm_clock_restart == "any_gap":
        return "prev IS NULL OR prev < mi - 1"
    lapsed = f"prev_bpu IS NULL OR mi - prev_bpu - 1 >= {rules.lapse_after_unpaid_months}"
    return f"prev IS NULL OR (prev < mi - 1 AND ({lapsed}))"
