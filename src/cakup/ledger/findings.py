"""What the ledger shows that someone must look at: double payers, over-age, deaths, arrears.

All functions return SQL text over ``ledger``, ``enrolments`` and ``persons``. Each list has one row
per person (double payers: per person and combination of payers), sorted by the person's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cakup.kernel.schemas import AID_PAYERS
from cakup.ledger.activity import state_sql
from cakup.ledger.intervals import joined, next_month
from cakup.ledger.rules import Rules

#: List → function name; the names are those of ``cakup ledger --list``.
LISTS = ("double", "overage", "after-death", "claims")


def double_sql(as_of: date) -> str:
    """Return SQL of double payments: two payers for one person, month and programme.

    At least one payer is aid, and either another payer is aid too, or the person is enrolled as PU
    through another enrolment. Two employers, or PU beside a self-paid BPU, are lawful.

    Args:
        as_of: Last day looked at.

    Returns:
        SQL of ``person_id, payers, segments, kind, first_month, last_month, n_months``; ``kind`` is
        ``two_aid`` or ``aid_and_pu``.
    """
    aid = f"payer IN {AID_PAYERS!r}"
    until = f"bulan <= DATE '{as_of.isoformat()}'"
    return f"""
WITH helped AS (
  -- Few persons can be paid twice at all: only their months are grouped.
  SELECT person_id FROM ledger WHERE {until} GROUP BY person_id
  HAVING min(payer) FILTER ({aid}) <> max(payer) FILTER ({aid})
    OR (bool_or({aid}) AND bool_or(segment = 'pu'))
), doubled AS (
  SELECT person_id, bulan, program, {joined("payer")} AS payers, {joined("segment")} AS segments,
    count(DISTINCT payer) FILTER ({aid}) >= 2 AS is_two_aid
  FROM ledger SEMI JOIN helped USING (person_id) WHERE {until}
  GROUP BY person_id, bulan, program
  HAVING count(DISTINCT payer) FILTER ({aid}) >= 2
    OR (bool_or({aid}) AND bool_or(segment = 'pu')
      AND count(DISTINCT kepesertaan_id) FILTER ({aid} OR segment = 'pu') >= 2)
)
SELECT person_id, payers, segments,
  CASE WHEN bool_or(is_two_aid) THEN 'two_aid' ELSE 'aid_and_pu' END AS kind,
  min(bulan) AS first_month, max(bulan) AS last_month, count(DISTINCT bulan) AS n_months
FROM doubled GROUP BY person_id, payers, segments ORDER BY person_id, payers, segments
"""


def over_age_sql(as_of: date, rules: Rules) -> str:
    """Return SQL of persons with months after the age limit, tested on the first day of each month.

    Args:
        as_of: Last day looked at.
        rules: Counting rules (limit and segments, unconfirmed).

    Returns:
        SQL of ``person_id, segments, payers, first_month, last_month, n_months``.
    """
    segments = ", ".join(f"'{s}'" for s in rules.over_age_segments) or "''"
    return f"""
SELECT l.person_id, {joined("segment")} AS segments,
  {joined("payer")} AS payers,
  min(l.bulan) AS first_month, max(l.bulan) AS last_month, count(DISTINCT l.bulan) AS n_months
FROM ledger l JOIN persons p ON p.person_id = l.person_id
WHERE l.bulan <= DATE '{as_of.isoformat()}' AND l.segment IN ({segments})
  AND p.tanggal_lahir + to_years({rules.over_age_from_years}) <= l.bulan
GROUP BY l.person_id ORDER BY l.person_id
"""


def after_death_sql(as_of: date) -> str:
    """Return SQL of persons for whom months after the month of death were paid.

    Args:
        as_of: Last day looked at.

    Returns:
        SQL of ``person_id, meninggal_on, segments, payers, first_month, last_month, n_months``.
    """
    return f"""
SELECT l.person_id, p.meninggal_on,
  {joined("segment")} AS segments,
  {joined("payer")} AS payers,
  min(l.bulan) AS first_month, max(l.bulan) AS last_month, count(DISTINCT l.bulan) AS n_months
FROM ledger l JOIN persons p ON p.person_id = l.person_id
WHERE l.evidence = 'paid' AND l.bulan > p.meninggal_on AND l.bulan <= DATE '{as_of.isoformat()}'
GROUP BY l.person_id, p.meninggal_on ORDER BY l.person_id
"""


def claims_sql(as_of: date, periods: Sequence[tuple[date, date, Rules]]) -> str:
    """Return SQL of persons who died while covered: a claim is due to their heirs.

    Args:
        as_of: Last day looked at.
        periods: First and last day of each period with the same rules; the rules of the day of
            death decide.

    Returns:
        SQL of ``person_id, meninggal_on, segments, payers, evidence, unbroken_months, is_jkm_full,
        is_month_covered``; full JKM NULL = the rules or the data leave it open.
    """
    columns = (
        "person_id, day AS meninggal_on, segments, payers, evidence, unbroken_months,"
        " is_jkm_full, is_month_covered"
    )
    parts = []
    for first, last, rules in periods:
        until = min(last, as_of)
        asked = (
            "SELECT person_id, meninggal_on AS day FROM persons WHERE meninggal_on BETWEEN "
            f"DATE '{first.isoformat()}' AND DATE '{until.isoformat()}'"
        )
        parts.append(
            f"SELECT {columns} FROM ({state_sql(asked, rules, are_few=True)}) WHERE is_covered"
        )
    none = (
        "SELECT NULL::VARCHAR AS person_id, NULL::DATE AS meninggal_on, NULL::VARCHAR AS segments,"
        " NULL::VARCHAR AS payers, NULL::VARCHAR AS evidence, NULL::INTEGER AS unbroken_months,"
        " NULL::BOOLEAN AS is_jkm_full, NULL::BOOLEAN AS is_month_covered WHERE false"
    )
    return "SELECT * FROM (\n" + "\nUNION ALL\n".join((none, *parts)) + "\n) ORDER BY person_id"


def arrears_sql(data_until: date, rules: Rules) -> str:
    """Return SQL of PU months that were due and for which no payment is known, by number.

    Only months in which PU payments are known at all are looked at: where no payment file covers a
    month, nothing can be said of it.

    Args:
        data_until: Date of the newest payment file.
        rules: Counting rules (day by which PU contributions are due).

    Returns:
        SQL of one row ``n_months, n_persons``.
    """
    due = f"({next_month('l.bulan')} + {rules.pu_due_day - 1})"
    return f"""
SELECT count(*) AS n_months, count(DISTINCT person_id) AS n_persons FROM (
  SELECT DISTINCT l.person_id, l.bulan, l.kepesertaan_id FROM ledger l
  WHERE l.segment = 'pu' AND l.evidence = 'spell' AND {due} < DATE '{data_until.isoformat()}'
    AND l.bulan IN (SELECT bulan FROM ledger WHERE segment = 'pu' AND evidence = 'paid')
)
"""
