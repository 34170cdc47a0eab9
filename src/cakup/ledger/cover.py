"""Who is covered on a day, and nothing else: the short form of ``ledger.activity.status_sql``.

For days that a figure is only compared with. Months so long ago that they can no longer cover are
not read, which is most of a ledger; a test holds every answer against ``status_sql``.
"""

from __future__ import annotations

from datetime import date

from cakup.kernel.months import add_months, first_day
from cakup.ledger.intervals import intervals_sql
from cakup.ledger.rules import Rules


def cover_sql(as_of: date, rules: Rules) -> str:
    """Return SQL for the cover of every person on a day.

    Args:
        as_of: The day.
        rules: Counting rules.

    Returns:
        SQL over ``ledger``, ``enrolments`` and ``persons`` with the columns of ``status_sql`` that
        a count needs; those that it does not work out (``is_jkm_full, kpi_weight,
        active_months_12``) are NULL, and so are segments, payers and evidence of persons who are
        not active.
    """
    day = f"DATE '{as_of.isoformat()}'"
    # A month covers until its lapse; one month more keeps this true for either lapse moment.
    oldest = add_months(first_day(as_of), -rules.lapse_after_unpaid_months - 1)
    joined = {c: f"string_agg(DISTINCT {c}, ',' ORDER BY {c}) AS {c}s" for c in _SPOKEN}
    return f"""
WITH ever AS (
  SELECT DISTINCT person_id FROM ledger WHERE bulan <= {day}
  UNION
  SELECT DISTINCT person_id FROM enrolments
  WHERE (answers_from IS NULL OR answers_from <= {day}) AND (mulai_on IS NULL OR mulai_on <= {day})
), covered AS (
  WITH ledger AS (SELECT * FROM ledger WHERE bulan BETWEEN DATE '{oldest.isoformat()}' AND {day})
  SELECT person_id, {joined["segment"]}, {joined["payer"]},
    CASE WHEN count(DISTINCT evidence) = 1 THEN min(evidence) ELSE 'mixed' END AS evidence
  FROM ({intervals_sql(rules)})
  WHERE from_on <= {day} AND (until_on IS NULL OR until_on > {day}) GROUP BY person_id
)
SELECT p.person_id, e.person_id IS NOT NULL AS is_registered,
  c.person_id IS NOT NULL AND (p.meninggal_on IS NULL OR p.meninggal_on > {day}) AS is_active,
  c.segments, c.payers, c.evidence, NULL::BOOLEAN AS is_jkm_full, NULL::DOUBLE AS kpi_weight,
  NULL::INTEGER AS active_months_12
FROM persons p LEFT JOIN ever e USING (person_id) LEFT JOIN covered c USING (person_id)"""


_SPOKEN = ("segment", "payer")
