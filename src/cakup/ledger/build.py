"""The ledger is built: participants and payments → enrolments and person-months.

Grain: person × month × programme × enrolment (KPJ + NPP, or kode iuran) × payer. One month of one
enrolment rests on its best evidence: paid, else its spell, else the insurer's word of a day. All
functions return SQL text; ``payment_steps`` names the first temp tables in the order in which they
are made.
"""

from __future__ import annotations

from datetime import date

from cakup.kernel.schemas import SEGMENTS
from cakup.ledger import payments
from cakup.ledger.payments import DEFAULT_PROGRAMS, stated_payer

#: Status with which the insurer says that a person was never registered.
NEVER_REGISTERED = "belum_terdaftar"
#: Months before the first snapshot for which its spells are written out.
HISTORY_MONTHS = 24
#: Longest time for which a stated ``paid_until`` is believed to run ahead of its snapshot.
AHEAD_MONTHS = 24


def payment_steps() -> tuple[tuple[str, str], ...]:
    """Return the temp tables from participants and payments to paid months: name and SQL."""
    return (
        ("participants", participants_sql()),
        ("identities", payments.identities_sql()),
        ("payment_keys", payments.keys_sql()),
        ("payment_payers", payments.payers_sql()),
        ("assigned", payments.assigned_sql()),
        ("paid_lines", payments.paid_lines_sql()),
        ("paid_months", payments.paid_months_sql()),
    )


def participants_sql() -> str:
    """Return SQL of the participants: usable rows of participant files with their person.

    Over ``records``, ``memberships`` and ``windows`` (``Window`` of ``snapshots.py`` as a frame).
    A row without a known segment is PU if it names an employer, else BPU. A row in which the
    insurer says that somebody was never registered is no participant.
    """
    return f"""
WITH told AS ({_answer_windows()}), rows AS (
  SELECT r.*, m.person_id,
    CASE WHEN r.segmen IN {SEGMENTS!r} THEN r.segmen
         WHEN r.npp IS NOT NULL THEN 'pu' ELSE 'bpu' END AS segment,
    w.as_of, coalesce(t.answers_from, w.answers_from) AS answers_from,
    coalesce(t.answers_to, w.answers_to) AS answers_to, w.known_on,
    w.is_answering AND coalesce(t.is_last, true) AS is_answering
  FROM records r JOIN windows w ON w.import_id = r.import_id
  JOIN memberships m ON m.record_id = r.record_id
  LEFT JOIN told t ON t.record_id = r.record_id
  WHERE r.kind = 'peserta' AND r.status_kepesertaan IS DISTINCT FROM '{NEVER_REGISTERED}'
), heard AS ({_heard_sql()})
SELECT record_id, person_id, segment, nik, kpj, npp, kode_iuran,
  CASE WHEN npp IS NOT NULL THEN coalesce(kpj, '') || '+' || npp
       ELSE coalesce(kode_iuran, kpj, 'NIK') END AS kepesertaan_id,
  {stated_payer("payer")} AS stated_payer,
  coalesce({stated_payer("payer")}, CASE WHEN segment IN ('pu', 'jakon')
    THEN 'pemberi_kerja' ELSE 'tidak_diketahui' END) AS payer,
  coalesce(nullif(program, ''), '{DEFAULT_PROGRAMS}') AS program,
  status_kepesertaan, mulai_on, selesai_on,
  CASE WHEN segment = 'bpu' AND paid_until IS NOT NULL THEN least(date_trunc('month', paid_until),
    date_trunc('month', as_of) + to_months({AHEAD_MONTHS}))::DATE END AS paid_until,
  as_of, answers_from, answers_to, known_on, is_answering
FROM heard
"""


def _answer_windows() -> str:
    """Return SQL of the days for which each answer about one person holds.

    It holds until the next answer about him from the same scope (one that finds nothing ends it
    too), or until a later participant file of that scope. Of two about one day the later received
    one holds; within one file the one that found him.
    """
    order = "PARTITION BY a.person_id, w.scope ORDER BY a.as_of"
    return f"""
  SELECT a.record_id,
    max(a.as_of) OVER ({order}
      RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY PRECEDING) AS earlier,
    CASE WHEN earlier IS NOT NULL THEN a.as_of END AS answers_from,
    least(min(a.as_of) OVER ({order}
      RANGE BETWEEN INTERVAL 1 DAY FOLLOWING AND UNBOUNDED FOLLOWING),
      (SELECT min(f.as_of) FROM windows f WHERE f.covers = w.scope AND f.as_of > a.as_of)
    ) AS answers_to,
    row_number() OVER (PARTITION BY a.person_id, w.scope, a.as_of
      ORDER BY a.turn DESC, (a.answer IN ('aktif', 'nonaktif')) DESC, a.record_id) = 1 AS is_last
  FROM answers a JOIN windows w ON w.import_id = a.import_id
  WHERE a.asked = 'bpjs' AND a.person_id IS NOT NULL"""


def _heard_sql() -> str:
    """Return SQL of participant rows after accepted appeals: the enrolment objected to has ended.

    An appeal speaks about what was said by the day on which it was accepted; a later file that
    reports the worker again is a new dispute.
    """
    return """
  SELECT r.* REPLACE (
    CASE WHEN o.ended_on IS NOT NULL THEN least(r.selesai_on, o.ended_on)
      ELSE r.selesai_on END AS selesai_on,
    CASE WHEN o.ended_on IS NOT NULL THEN 'nonaktif'
      ELSE r.status_kepesertaan END AS status_kepesertaan)
  FROM rows r LEFT JOIN (
    SELECT r.record_id, min(a.ended_on) AS ended_on
    FROM rows r JOIN appeals a ON a.person_id = r.person_id AND a.state = 'diterima'
      AND a.ended_on IS NOT NULL AND (a.npp IS NULL OR a.npp = r.npp)
      AND r.segment IN ('pu', 'jakon') AND r.as_of <= a.closed_on
    GROUP BY r.record_id
  ) o ON o.record_id = r.record_id"""


def enrolments_sql(first: date, last: date) -> str:
    """Return SQL of what each snapshot says of each enrolment, in the columns of ``enrolments``.

    A spell (PU, jakon, PMI) begins on its stated day, else with its first paid month, and ends on
    its stated day. If the insurer says "not active" and the stated end is missing or later than the
    snapshot, the true end is unknown and there is no spell: only paid months count.

    Args:
        first: First month of the ledger's spells.
        last: Last month of the ledger's spells.
    """
    return f"""
WITH begun AS (
  SELECT p.*, coalesce(p.mulai_on, f.bulan) AS begun_on
  FROM participants p LEFT JOIN (
    SELECT person_id, kepesertaan_id, min(bulan) AS bulan FROM paid_months GROUP BY ALL
  ) f ON f.person_id = p.person_id AND f.kepesertaan_id = p.kepesertaan_id
  WHERE p.is_answering
), spells AS (
  SELECT *, CASE WHEN segment <> 'bpu' AND (selesai_on IS NULL OR selesai_on >= begun_on)
      AND NOT coalesce(status_kepesertaan = 'nonaktif'
        AND (selesai_on IS NULL OR selesai_on >= as_of), false)
    THEN begun_on END AS spell_from
  FROM begun
), months AS (
  SELECT *, CASE WHEN spell_from IS NOT NULL THEN selesai_on END AS spell_to,
    {_month("spell_from")} AS from_month,
    CASE WHEN spell_from IS NOT NULL THEN greatest({_month("spell_from")},
      {_month("answers_from")}, DATE '{first.isoformat()}') END AS ledger_from,
    CASE WHEN spell_from IS NOT NULL THEN least({_month("selesai_on")},
      ({_month("answers_to")} - to_months(1))::DATE, DATE '{last.isoformat()}') END AS written_to
  FROM spells
)
SELECT record_id, person_id, kepesertaan_id, segment, payer, program, status_kepesertaan, mulai_on,
  spell_from, spell_to, paid_until, as_of, answers_from, answers_to, ledger_from,
  CASE WHEN spell_from IS NOT NULL
    THEN greatest(written_to, (from_month - to_months(1))::DATE) END AS ledger_to, known_on
FROM months
"""


def ledger_order_sql() -> str:
    """Return SQL of the ledger's rows in its order, some still with several programmes in one row.

    Over ``paid_months`` and ``enrolments``. A spell's month is written where no payment of the same
    enrolment, month and programme stands; a status month where neither stands for the person, month
    and programme. Most people have one spell and nothing else: their months go through as they are,
    with all programmes in one row, and only the others are looked at programme by programme.

    Returns:
        SQL of the columns of the ledger with ``programs`` (sorted list) for ``program``, ordered by
        its key.
    """
    columns = "person_id, bulan, programs, segment, kepesertaan_id, payer"
    return f"""
WITH {_spell_ctes()}, {_unseen_ctes()}
SELECT {columns}, evidence, paid_on, known_on FROM (
  SELECT {columns}, 'spell' AS evidence, NULL::DATE AS paid_on, known_on
  FROM ({_months("single ANTI JOIN unseen USING (person_id)")})
  UNION ALL
  SELECT person_id, bulan, [unnest(programs)], segment, kepesertaan_id, payer, 'spell', NULL,
    known_on FROM ({_months("single SEMI JOIN unseen USING (person_id)")})
  UNION ALL
  SELECT person_id, bulan, [program], segment, kepesertaan_id, payer, 'paid', paid_on, known_on
  FROM paid_months
  UNION ALL
  SELECT person_id, bulan, [program], segment, kepesertaan_id, payer, 'spell', NULL, known_on
  FROM spells
  UNION ALL
  SELECT person_id, bulan, [program], segment, kepesertaan_id, payer, 'status', NULL, known_on
  FROM unseen
)
ORDER BY person_id, bulan, programs[1], kepesertaan_id, payer
"""


def _spell_ctes() -> str:
    """Return CTEs of spells: ``single``, the only thing known of a person, and all other months."""
    parts = "list_transform(string_split(program, ','), lambda p: trim(p))"
    return f"""
enrolled AS (
  SELECT *, list_sort(list_distinct({parts})) AS programs FROM enrolments
  WHERE spell_from IS NOT NULL AND ledger_from <= ledger_to
), single AS (
  SELECT * FROM enrolled ANTI JOIN (SELECT DISTINCT person_id FROM paid_months) p USING (person_id)
  QUALIFY count(*) OVER (PARTITION BY person_id) = 1
), spells AS (
  SELECT person_id, bulan, program, min(segment) AS segment, kepesertaan_id, payer,
    min(known_on) AS known_on
  FROM (
    SELECT person_id, segment, kepesertaan_id, payer, known_on, bulan, unnest(programs) AS program
    FROM ({_months("enrolled ANTI JOIN single USING (person_id)")})
  ) s
  ANTI JOIN paid_months p ON p.person_id = s.person_id AND p.bulan = s.bulan
    AND p.program = s.program AND p.kepesertaan_id = s.kepesertaan_id
  GROUP BY person_id, bulan, program, kepesertaan_id, payer
)"""


def _unseen_ctes() -> str:
    """Return CTEs of the months for which only the insurer's word stands: ``unseen``."""
    return f"""
said AS (
  SELECT s.* FROM ({_status_months()}) s
  LEFT JOIN single o ON o.person_id = s.person_id AND s.bulan BETWEEN o.ledger_from AND o.ledger_to
    AND list_contains(o.programs, s.program)
  WHERE o.person_id IS NULL
), seen AS (
  SELECT person_id, bulan, program FROM (
    SELECT person_id, bulan, program FROM paid_months
    UNION ALL SELECT person_id, bulan, program FROM spells
  ) SEMI JOIN (SELECT DISTINCT person_id FROM said) p USING (person_id)
), unseen AS (
  SELECT person_id, bulan, program, min(segment) AS segment, kepesertaan_id, payer,
    min(known_on) AS known_on
  FROM said ANTI JOIN seen ON seen.person_id = said.person_id AND seen.bulan = said.bulan
    AND seen.program = said.program
  GROUP BY person_id, bulan, program, kepesertaan_id, payer
)"""


def ledger_sql() -> str:
    """Return SQL of the ledger's rows over ``ledger_order``, in the order of its key."""
    return """
SELECT person_id, bulan, unnest(programs) AS program, segment, kepesertaan_id, payer, evidence,
  paid_on, known_on
FROM ledger_order
"""


def _months(enrolled: str) -> str:
    """Return SQL of enrolment rows, one per month of their spell."""
    return f"""
SELECT *, unnest(generate_series(ledger_from, ledger_to, INTERVAL 1 MONTH))::DATE AS bulan
FROM {enrolled}"""


def _month(day: str) -> str:
    return f"date_trunc('month', {day})::DATE"


def _unnested(first: str, last: str, where: str) -> str:
    """Return SQL of enrolment rows, one per month from ``first`` to ``last`` and per programme."""
    return f"""
SELECT person_id, segment, kepesertaan_id, payer, known_on, bulan,
  trim(unnest(string_split(program, ','))) AS program
FROM (
  SELECT *, unnest(generate_series({first}, {last}, INTERVAL 1 MONTH))::DATE AS bulan
  FROM enrolments WHERE {where} AND {first} <= {last}
)"""


def _status_months() -> str:
    """Return SQL of the months for which only the insurer's word stands.

    The month of the snapshot if it says "active"; for BPU also the last month paid that it states,
    and every month between.
    """
    begin = f"greatest({_month('as_of')}, {_month('answers_from')})"
    end = f"({_month('answers_to')} - to_months(1))::DATE"
    upto = f"least(greatest(paid_until, {_month('as_of')}), {end})"
    before = (
        f"(answers_from IS NULL OR paid_until >= {_month('answers_from')}) "
        f"AND (answers_to IS NULL OR paid_until <= {end})"
    )
    return "\nUNION ALL\n".join(
        (
            _unnested(begin, f"least({_month('as_of')}, {end})", "status_kepesertaan = 'aktif'"),
            _unnested(begin, upto, f"paid_until >= {_month('as_of')}"),
            _unnested("paid_until", "paid_until", f"paid_until < {_month('as_of')} AND {before}"),
        )
    )
