"""From ledger months and enrolment spells to intervals of cover, exact to the day.

An interval ``[from_on, until_on)`` says: on these days this enrolment of this person was active,
and on what evidence. ``until_on`` NULL is open. Intervals may overlap; persons are counted, never
intervals. All functions return SQL text over the tables ``ledger`` and ``enrolments``.
"""

from __future__ import annotations

from cakup.kernel.schemas import PAYERS, PROGRAMS, SEGMENTS
from cakup.ledger.rules import Rules

#: Best evidence first.
EVIDENCE = ("paid", "spell", "status")
WORDS = {"segment": SEGMENTS, "payer": PAYERS, "program": PROGRAMS}


def month_index(day: str) -> str:
    """Return SQL for the number of the month of a date: year × 12 + month − 1.

    Args:
        day: SQL expression of type DATE.
    """
    return f"(year({day}) * 12 + month({day}) - 1)"


def next_month(month: str, months: int = 1) -> str:
    """Return SQL for the first day of the month ``months`` after ``month`` (a first day)."""
    return f"({month} + to_months({months}))::DATE"


def joined(column: str) -> str:
    """Return SQL for the different words of a column in a group, sorted, joined by commas.

    The columns hold words of closed lists, and a flag per word costs a tenth of what sorting the
    texts of every group does.

    Args:
        column: ``segment``, ``payer`` or ``program``.
    """
    flags = ", ".join(
        f"CASE WHEN bool_or({column} = '{w}') THEN '{w}' END" for w in sorted(WORDS[column])
    )
    return f"concat_ws(',', {flags})"


def lapse_on(month: str, rules: Rules) -> str:
    """Return SQL for the first day on which a BPU last paid for ``month`` is not active.

    Args:
        month: SQL expression of the first day of the last paid month.
        rules: Counting rules.
    """
    fourth = next_month(month, rules.lapse_after_unpaid_months + 1)
    return fourth if rules.lapse_moment == "next_month_start" else f"({fourth} - 1)"


def answers(day: str, alias: str) -> str:
    """Return SQL that is true if the snapshot row ``alias`` answers for ``day``."""
    return (
        f"({alias}.answers_from IS NULL OR {alias}.answers_from <= {day}) "
        f"AND ({alias}.answers_to IS NULL OR {alias}.answers_to > {day})"
    )


def intervals_sql(rules: Rules) -> str:
    """Return SQL for all intervals of cover.

    - ``spell``: PU, jakon and PMI through their spell, as far as the snapshot answers.
    - ``paid``: a BPU month holds until the enrolment lapses, or until the insurer says that it is
      not active; a month of another segment holds for itself, within its spell if one is known.
    - ``status``: the months for which only the insurer's word exists; the last month paid that a
      snapshot states (``paid_until``) lapses like a payment.

    Args:
        rules: Counting rules.

    Returns:
        SQL of ``person_id, kepesertaan_id, segment, payer, evidence, from_on, until_on``.
    """
    key = "p.person_id, p.kepesertaan_id, p.segment, p.payer"
    return f"""
WITH paid AS (
  SELECT DISTINCT person_id, kepesertaan_id, segment, payer, bulan
  FROM ledger WHERE evidence = 'paid'
), stated AS (
  SELECT DISTINCT person_id, kepesertaan_id, segment, payer, paid_until AS bulan, answers_to
  FROM enrolments WHERE segment = 'bpu' AND paid_until IS NOT NULL
), closed AS (
  SELECT person_id, as_of AS closed_on FROM enrolments WHERE segment = 'bpu'
  GROUP BY person_id, as_of HAVING bool_and(status_kepesertaan IS NOT DISTINCT FROM 'nonaktif')
)
SELECT person_id, kepesertaan_id, segment, payer, 'spell' AS evidence,
  greatest(spell_from, answers_from) AS from_on, least(spell_to + 1, answers_to) AS until_on
FROM enrolments WHERE spell_from IS NOT NULL
  AND (greatest(spell_from, answers_from) < least(spell_to + 1, answers_to)) IS NOT FALSE
UNION ALL
SELECT {key}, 'paid', p.bulan, least({lapse_on("p.bulan", rules)}, c.closed_on)
FROM (SELECT *, {next_month("bulan")} AS after FROM paid WHERE segment = 'bpu') p
ASOF LEFT JOIN closed c ON c.person_id = p.person_id AND p.after <= c.closed_on
UNION ALL
SELECT {key}, 'paid', greatest(p.bulan, e.spell_from),
  least({next_month("p.bulan")}, e.spell_to + 1)
FROM paid p LEFT JOIN enrolments e
  ON e.person_id = p.person_id AND e.kepesertaan_id = p.kepesertaan_id
  AND e.spell_from <= last_day(p.bulan) AND (e.spell_to IS NULL OR e.spell_to >= p.bulan)
  AND {answers("last_day(p.bulan)", "e")}
WHERE p.segment <> 'bpu'
UNION ALL
SELECT DISTINCT person_id, kepesertaan_id, segment, payer, 'status', bulan, {next_month("bulan")}
FROM ledger WHERE evidence = 'status'
UNION ALL
SELECT {key}, 'status', p.bulan, least({lapse_on("p.bulan", rules)}, c.closed_on, p.answers_to)
FROM (SELECT *, {next_month("bulan")} AS after FROM stated
      WHERE answers_to IS NULL OR bulan < answers_to) p
ASOF LEFT JOIN closed c ON c.person_id = p.person_id AND p.after <= c.closed_on
"""
