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
        a count needs: ``person_id, is_registered, is_active, segments`` (of active enrolments,
        else NULL). The others (``payers, evidence, lapsed_on, is_jkm_full, kpi_weight,
        active_months_12``) are not worked out and NULL.
    """
    day = f"DATE '{as_of.isoformat()}'"
    # A month covers until its lapse; one month more keeps this true for either lapse moment.
    oldest = add_months(first_day(as_of), -rules.lapse_after_unpaid_months - 1)
    return f"""
WITH ever AS (
  SELECT DISTINCT person_id FROM ledger WHERE bulan <= {day}
  UNION
  SELECT DISTINCT person_id FROM enrolments
  WHERE (answers_from IS NULL OR answers_from <= {day}) AND (mulai_on IS NULL OR mulai_on <= {day})
), covered AS (
  WITH ledger AS (SELECT * FROM ledger WHERE bulan BETWEEN DATE '{oldest.isoformat()}' AND {day})
  SELECT person_id, string_agg(DISTINCT segment, ',' ORDER BY segment) AS segments
  FROM ({intervals_sql(rules)})
  WHERE from_on <= {day} AND (until_on IS NULL OR until_on > {day}) GROUP BY person_id
)
SELECT p.person_id, e.person_id IS NOT NULL AS is_registered,
  c.person_id IS NOT NULL AND (p.meninggal_on IS NULL OR p.meninggal_on > {day}) AS is_active,
  c.segments, NULL::VARCHAR AS payers, NULL::VARCHAR AS evidence, NULL::DATE AS lapsed_on,
  NULL::BOOLEAN AS is_jkm_full, NULL::DOUBLE AS kpi_weight, NULL::INTEGER AS active_months_12
FROM persons p LEFT JOIN ever e USING (person_id) LEFT JOIN covered c USING (person_id)"""
