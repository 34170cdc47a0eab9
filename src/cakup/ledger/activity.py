"""What the ledger says of a person on a day: active, unbroken months, full JKM, KPI weight.

"Covered" is never stored: it is derived here, each time, from the months of the ledger, the spells
of the participant snapshots and the counting rules. All functions return SQL text over the tables
``ledger``, ``enrolments`` and ``persons``. The same derivations stand a second time, slow and
plain, in ``tests/ledger_oracle.py``.
"""

from __future__ import annotations

from datetime import date

from cakup.ledger.intervals import EVIDENCE, intervals_sql, joined, month_index
from cakup.ledger.rules import Rules
from cakup.ledger.runs import full_jkm, runs_ctes

AVERAGE_MONTHS = 12

#: Columns of ``status_sql`` in order; NULL always means "not known".
STATUS_COLUMNS = (
    "person_id", "is_registered", "is_active", "segments", "payers", "evidence", "last_month",
    "lapsed_on", "unbroken_months", "is_jkm_full", "kpi_weight", "active_months_12",
    "registered_on", "is_month_covered",
)  # fmt: skip


def status_sql(as_of: date, rules: Rules) -> str:
    """Return SQL for the state of every person on a day.

    One row per row of ``persons``:

    - ``is_registered``: ever enrolled by that day; ``registered_on`` is the first day known.
    - ``is_active``: covered on that day and alive. BPU: until the lapse; PU, jakon, PMI: spell.
    - ``segments``, ``payers``: of the active enrolments, comma-joined and sorted, else those of
      the last month. ``evidence``: ``paid``, ``spell``, ``status`` or ``mixed``.
    - ``last_month``: last month in the ledger not after the day. ``lapsed_on``: first day without
      cover, for persons who are not active but once were.
    - ``unbroken_months``: months with JKM since the clock last started; 0 if not active; NULL if
      only the insurer's status speaks. ``is_jkm_full``: NULL where the rules leave it open.
    - ``kpi_weight``: 0–1, months of the calendar year up to the day.
    - ``active_months_12``: months in the ledger among the 12 that end with the month of the day.
    - ``is_month_covered``: whether the month of the day itself is in the ledger ("paid for").

    Args:
        as_of: The day.
        rules: Counting rules in force on that day.
    """
    asked = f"SELECT person_id, DATE '{as_of.isoformat()}' AS day FROM persons"
    return f"""
SELECT s.person_id, s.is_registered,
  s.is_covered AND (p.meninggal_on IS NULL OR p.meninggal_on > s.day) AS is_active,
  s.segments, s.payers, s.evidence, s.last_month,
  CASE WHEN s.is_covered AND p.meninggal_on <= s.day THEN p.meninggal_on
       WHEN p.meninggal_on <= s.day THEN least(s.lapsed_on, p.meninggal_on)
       ELSE s.lapsed_on END AS lapsed_on,
  CASE WHEN p.meninggal_on <= s.day THEN 0 ELSE s.unbroken_months END AS unbroken_months,
  CASE WHEN p.meninggal_on <= s.day THEN false ELSE s.is_jkm_full END AS is_jkm_full,
  s.kpi_weight, s.active_months_12, s.registered_on, s.is_month_covered
FROM ({state_sql(asked, rules)}) s JOIN persons p USING (person_id)
"""


def state_sql(asked: str, rules: Rules, *, are_few: bool = False) -> str:
    """Return SQL for the state of some persons, each on a day of its own; deaths are not looked at.

    Args:
        asked: SQL of ``person_id, day``, one row per person.
        rules: Counting rules; the same for all days.
        are_few: Whether so few are asked for that the others' rows are better left out first.

    Returns:
        SQL of ``person_id, day, is_covered`` and the columns of ``status_sql``.
    """
    full = rules.kpi_full_months
    return f"""
WITH asked AS (SELECT person_id, day, {month_index("day")} AS day_mi FROM ({asked})),
paid_from AS (SELECT min({month_index("bulan")}) AS mi FROM ledger WHERE evidence = 'paid'),
{_narrowed_ctes() if are_few else ""}
intervals AS ({intervals_sql(rules)}),
{_active_ctes()},
{_month_ctes(rules)},
{runs_ctes(rules)},
{_registered_cte()}
SELECT a.person_id, a.day,
  r.person_id IS NOT NULL OR m.last_mi IS NOT NULL AS is_registered,
  c.person_id IS NOT NULL AS is_covered,
  coalesce(c.segments, l.segments) AS segments, coalesce(c.payers, l.payers) AS payers,
  coalesce(c.evidence, l.evidence) AS evidence,
  {_date_of("m.last_mi")} AS last_month,
  CASE WHEN c.person_id IS NULL THEN e.ended_on END AS lapsed_on,
  CASE WHEN c.person_id IS NULL THEN 0 WHEN c.is_status_only THEN NULL
       WHEN u.is_running THEN u.n ELSE 0 END::INTEGER AS unbroken_months,
  {full_jkm(rules)} AS is_jkm_full,
  least(coalesce(m.n_kpi, 0) + CASE WHEN m.n_zero >= {full} THEN m.n_zero_only ELSE 0 END, {full})
    / {full}::DOUBLE AS kpi_weight,
  coalesce(m.n_12, 0)::INTEGER AS active_months_12,
  least(r.started_on, {_date_of("m.first_mi")}) AS registered_on,
  coalesce(m.last_mi = a.day_mi, false) AS is_month_covered
FROM asked a
LEFT JOIN covered c ON c.person_id = a.person_id
LEFT JOIN ended e ON e.person_id = a.person_id
LEFT JOIN last_rows l ON l.person_id = a.person_id
LEFT JOIN month_sums m ON m.person_id = a.person_id
LEFT JOIN running u ON u.person_id = a.person_id
LEFT JOIN registered r ON r.person_id = a.person_id
"""


def _narrowed_ctes() -> str:
    """Return CTEs that stand in for the tables of the same name, with the persons asked for only.

    What is said of the whole ledger (``paid_from``) must be asked before them.
    """
    return "".join(
        f"{name} AS (SELECT t.* FROM {name} t SEMI JOIN asked a ON a.person_id = t.person_id),\n"
        for name in ("ledger", "enrolments")
    )


def _date_of(index: str) -> str:
    """Return SQL for the first day of a month given by its index; NULL stays NULL."""
    return f"make_date(({index} // 12)::INTEGER, ({index} % 12 + 1)::INTEGER, 1)"


_EVIDENCE = "CASE WHEN count(DISTINCT evidence) = 1 THEN min(evidence) ELSE 'mixed' END"
_RANK = "CASE evidence " + " ".join(f"WHEN '{e}' THEN {i}" for i, e in enumerate(EVIDENCE)) + " END"


def _active_ctes() -> str:
    """Return CTEs ``covered`` (active enrolments per person) and ``ended`` (last end of cover)."""
    return f"""
hits AS (
  SELECT a.person_id, i.segment, i.payer, i.evidence
  FROM asked a JOIN intervals i ON i.person_id = a.person_id
    AND i.from_on <= a.day AND (i.until_on IS NULL OR i.until_on > a.day)
  QUALIFY rank() OVER (PARTITION BY a.person_id, i.segment ORDER BY {_RANK}) = 1
),
covered AS (
  SELECT person_id, {joined("segment")} AS segments, {joined("payer")} AS payers,
    {_EVIDENCE} AS evidence, bool_and(evidence = 'status') AS is_status_only
  FROM hits GROUP BY person_id
),
ended AS (
  SELECT a.person_id, max(i.until_on) AS ended_on
  FROM asked a JOIN intervals i ON i.person_id = a.person_id AND i.until_on <= a.day
  GROUP BY a.person_id
)"""


def _month_ctes(rules: Rules) -> str:
    """Return CTEs ``months`` (person × month with flags), ``month_sums`` and ``last_rows``.

    Spells still open where the ledger ends go on to the day asked for: the last snapshot answers
    until a newer one comes.
    """
    zero = ", ".join(f"'{p}'" for p in rules.kpi_zero_below_full_payers) or "''"
    year = "m.mi // 12 = a.day_mi // 12"
    return f"""
months AS (
  SELECT person_id, mi, bool_or(jkm) AS jkm, bool_or(jkm AND bpu) AS bpu,
    bool_or(NOT zero) AS other, bool_or(zero) AS zero
  FROM (
    SELECT l.person_id, {month_index("l.bulan")} AS mi,
      l.program = 'jkm' AND l.evidence <> 'status' AS jkm,
      l.evidence = 'paid' AND l.segment = 'bpu' AS bpu, l.payer IN ({zero}) AS zero
    FROM ledger l JOIN asked a ON a.person_id = l.person_id AND l.bulan <= a.day
    UNION ALL
    SELECT e.person_id, unnest(range({month_index("e.ledger_to")} + 1,
        least(a.day_mi, {month_index("e.spell_to")}) + 1)),
      list_contains(string_split(e.program, ','), 'jkm'), false, e.payer IN ({zero})
    FROM enrolments e JOIN asked a ON a.person_id = e.person_id
    WHERE e.answers_to IS NULL AND e.ledger_to < a.day
  ) GROUP BY person_id, mi
),
month_sums AS (
  SELECT m.person_id, min(m.mi) AS first_mi, max(m.mi) AS last_mi,
    count(*) FILTER (m.mi > a.day_mi - {AVERAGE_MONTHS}) AS n_12,
    count(*) FILTER ({year} AND m.other) AS n_kpi,
    count(*) FILTER ({year} AND m.zero) AS n_zero,
    count(*) FILTER ({year} AND m.zero AND NOT m.other) AS n_zero_only
  FROM months m JOIN asked a ON a.person_id = m.person_id GROUP BY m.person_id
),
last_rows AS (
  SELECT l.person_id, {joined("segment")} AS segments, {joined("payer")} AS payers,
    {_EVIDENCE} AS evidence
  FROM ledger l JOIN (
    SELECT l.person_id, max(l.bulan) AS bulan FROM ledger l
    JOIN asked a ON a.person_id = l.person_id AND l.bulan <= a.day
    ANTI JOIN covered c ON c.person_id = l.person_id GROUP BY l.person_id
  ) t ON t.person_id = l.person_id AND t.bulan = l.bulan GROUP BY l.person_id
)"""


def _registered_cte() -> str:
    """Return the CTE ``registered``: enrolments that a snapshot knew by the day asked for."""
    return """
registered AS (
  SELECT e.person_id, min(e.mulai_on) AS started_on
  FROM enrolments e JOIN asked a ON a.person_id = e.person_id
  WHERE (e.answers_from IS NULL OR e.answers_from <= a.day)
    AND (e.mulai_on IS NULL OR e.mulai_on <= a.day)
  GROUP BY e.person_id
)"""


def months_sql(first: date, last: date) -> str:
    """Return SQL for the strip of months of every person: what is known of each month.

    Args:
        first: Any day of the first month.
        last: Any day of the last month.

    Returns:
        SQL of ``person_id, bulan, segments, payers, programs, evidence``; months without a row
        in the ledger have none here.
    """
    return f"""
SELECT person_id, bulan, {joined("segment")} AS segments, {joined("payer")} AS payers,
  {joined("program")} AS programs, {_EVIDENCE} AS evidence
FROM ledger
WHERE bulan BETWEEN DATE '{first.replace(day=1).isoformat()}' AND DATE '{last.isoformat()}'
GROUP BY person_id, bulan
"""


def trend_sql(first: date, last: date, rules: Rules, *, is_active_only: bool = False) -> str:
    """Return SQL for the number of active persons at the end of every month.

    Months after the newest participant file and the newest payment are a forecast: spells go on
    as they stand, budget-paid months end where they were paid to.

    Args:
        first: Any day of the first month.
        last: Any day of the last month.
        rules: Counting rules; the same for all months.
        is_active_only: Whether ``n_covered`` is left out: it reads every month of the ledger.

    Returns:
        SQL of ``bulan, n_active, n_covered`` (persons whose month itself is in the ledger or in an
        open spell), ``is_forecast``, ordered by month; months without anybody are there with 0.
    """
    held = "SELECT NULL::DATE AS bulan, NULL::BIGINT AS n_covered WHERE false"
    if not is_active_only:
        held = _held_sql(first.replace(day=1).isoformat(), last.replace(day=1).isoformat())
    begin, end = first.replace(day=1).isoformat(), last.replace(day=1).isoformat()
    return f"""
WITH intervals AS ({intervals_sql(rules)}),
strip AS (
  SELECT unnest(generate_series(DATE '{begin}', DATE '{end}', INTERVAL 1 MONTH))::DATE AS bulan
),
known AS (
  SELECT greatest((SELECT max(as_of) FROM enrolments), (SELECT max(paid_on) FROM ledger)) AS day
),
active AS (
  SELECT s.bulan, count(DISTINCT i.person_id) AS n_active
  FROM strip s JOIN intervals i ON i.from_on <= last_day(s.bulan)
    AND (i.until_on IS NULL OR i.until_on > last_day(s.bulan))
  JOIN persons p ON p.person_id = i.person_id
  WHERE p.meninggal_on IS NULL OR p.meninggal_on > last_day(s.bulan)
  GROUP BY s.bulan
),
held AS ({held})
SELECT s.bulan, coalesce(a.n_active, 0) AS n_active, coalesce(h.n_covered, 0) AS n_covered,
  coalesce(s.bulan > k.day, true) AS is_forecast
FROM strip s CROSS JOIN known k
LEFT JOIN active a ON a.bulan = s.bulan LEFT JOIN held h ON h.bulan = s.bulan
ORDER BY s.bulan
"""


def _held_sql(begin: str, end: str) -> str:
    """Return SQL of the persons whose month itself is in the ledger or in an open spell."""
    return f"""
  SELECT bulan, count(DISTINCT person_id) AS n_covered FROM (
    SELECT person_id, bulan FROM ledger WHERE bulan BETWEEN DATE '{begin}' AND DATE '{end}'
    UNION ALL
    SELECT e.person_id, s.bulan FROM enrolments e JOIN strip s ON s.bulan > e.ledger_to
      AND (e.spell_to IS NULL OR e.spell_to >= s.bulan) WHERE e.answers_to IS NULL
  ) GROUP BY bulan"""
