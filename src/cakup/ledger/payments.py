"""Payments find their participant: by KPJ, else NIK, else kode iuran with NIK.

A KPJ that stands for two persons is told apart by NIK, NPP or kode iuran.

A payment that finds nobody is an orphan: it is counted, kept and listed, never dropped.
"""

from __future__ import annotations

from cakup.kernel.schemas import PAYERS, SEGMENTS

DEFAULT_PROGRAMS = "jkk,jkm"
#: How a payment found its person, best first.
JOINS = ("kpj", "kpj_nik", "kpj_npp", "kpj_kode_iuran", "nik", "kode_iuran_nik", "person_nik")
#: What a payment says of its payer.
KEY = ("kpj", "nik", "npp", "kode_iuran", "segmen")


def identities_sql() -> str:
    """Return SQL that names the person behind each identity of the participants.

    Returns:
        SQL of ``how, k1, k2, person_id, n``: ``how`` one of ``JOINS``, ``k1`` and ``k2`` the
        identity, ``n`` how many persons carry it. Over ``participants`` and ``persons``.
    """
    parts = [
        ("kpj", "kpj", "''", "participants", "kpj IS NOT NULL"),
        ("kpj_nik", "kpj", "nik", "participants", "kpj IS NOT NULL AND nik IS NOT NULL"),
        ("kpj_npp", "kpj", "npp", "participants", "kpj IS NOT NULL AND npp IS NOT NULL"),
        ("kpj_kode_iuran", "kpj", "kode_iuran", "participants",
         "kpj IS NOT NULL AND kode_iuran IS NOT NULL"),
        ("nik", "nik", "''", "participants", "nik IS NOT NULL"),
        ("kode_iuran_nik", "kode_iuran", "nik", "participants",
         "kode_iuran IS NOT NULL AND nik IS NOT NULL"),
        ("person_nik", "nik", "''", "persons", "nik IS NOT NULL"),
    ]  # fmt: skip
    return "\nUNION ALL\n".join(
        f"SELECT '{how}' AS how, {k1} AS k1, {k2} AS k2, min(person_id) AS person_id,"
        f" count(DISTINCT person_id) AS n FROM {table} WHERE {where} GROUP BY ALL"
        for how, k1, k2, table, where in parts
    )


def keys_sql() -> str:
    """Return SQL of the different identities that payments name, each with a number.

    A payer comes back every month under the same numbers: whom they mean is looked up once.

    Returns:
        SQL of ``key_no, kpj, nik, npp, kode_iuran, segmen`` over ``payments``.
    """
    return f"""
SELECT row_number() OVER () AS key_no, * FROM (SELECT DISTINCT {", ".join(KEY)} FROM payments)"""


def payers_sql() -> str:
    """Return SQL of who stands behind each identity, and for which enrolment he pays.

    Over ``payment_keys``, ``identities`` and ``participants``. The enrolment is the one whose NPP
    or kode iuran the payment names, else the participant's own.

    Returns:
        SQL of the columns of ``payment_keys`` with ``person_id, how, reason`` (why nobody was
        found), ``segment, kepesertaan_id, payer, program`` (of the enrolment, for payments that do
        not state them) and ``target_no``, a number per person and enrolment.
    """
    keys = {
        "kpj": ("p.kpj", "''"), "kpj_nik": ("p.kpj", "p.nik"), "kpj_npp": ("p.kpj", "p.npp"),
        "kpj_kode_iuran": ("p.kpj", "p.kode_iuran"), "nik": ("p.nik", "''"),
        "kode_iuran_nik": ("p.kode_iuran", "p.nik"), "person_nik": ("p.nik", "''"),
    }  # fmt: skip
    joins = "\n".join(
        f"LEFT JOIN identities i_{how} ON i_{how}.how = '{how}' AND i_{how}.k1 = {k1}"
        f" AND i_{how}.k2 = {k2}"
        for how, (k1, k2) in keys.items()
    )
    # A NIK on a participant decides before a person known only from lists does.
    one = " ".join(f"WHEN i_{how}.n = 1 THEN '{how}'" for how in JOINS)
    person = ", ".join(f"CASE WHEN i_{how}.n = 1 THEN i_{how}.person_id END" for how in JOINS)
    many = " OR ".join(f"i_{how}.n > 1" for how in JOINS)
    return f"""
WITH {_enrolment_ctes()}, found AS (
  SELECT p.*, coalesce({person}) AS person_id, CASE {one} END AS how,
    CASE WHEN coalesce({person}) IS NOT NULL THEN NULL
         WHEN {many} THEN 'ambiguous'
         WHEN p.kpj IS NOT NULL THEN 'unknown_kpj'
         WHEN p.nik IS NOT NULL THEN 'unknown_nik' ELSE 'no_identity' END AS reason
  FROM payment_keys p
  {joins}
), enrolled AS (
  SELECT a.*,
    coalesce(n.segment, k.segment, {_stated("a.segmen")},
      CASE WHEN a.kode_iuran IS NOT NULL THEN 'bpu' WHEN a.npp IS NOT NULL THEN 'pu' END,
      j.segment, o.segment, 'bpu') AS segment,
    coalesce(n.kepesertaan_id, k.kepesertaan_id,
      CASE WHEN a.npp IS NOT NULL THEN coalesce(a.kpj, o.kpj, '') || '+' || a.npp
           ELSE a.kode_iuran END,
      s.kepesertaan_id, j.kepesertaan_id, o.kepesertaan_id, a.kpj, 'NIK') AS kepesertaan_id,
    coalesce(n.payer, k.payer, s.payer, j.payer, o.payer) AS payer,
    coalesce(n.program, k.program, s.program, j.program, o.program, '{DEFAULT_PROGRAMS}')
      AS program
  FROM found a
  LEFT JOIN by_npp n ON n.person_id = a.person_id AND n.key = a.npp
  LEFT JOIN by_kode k ON k.person_id = a.person_id AND k.key = a.kode_iuran
  LEFT JOIN by_segment s ON s.person_id = a.person_id AND s.key = a.segmen
  LEFT JOIN by_kpj j ON j.person_id = a.person_id AND j.key = a.kpj
  LEFT JOIN by_person o ON o.person_id = a.person_id
)
SELECT *, dense_rank() OVER (ORDER BY person_id, kepesertaan_id) AS target_no FROM enrolled
"""


def assigned_sql() -> str:
    """Return SQL that gives each payment its payer, or the reason why it has none.

    Over ``payments``, ``payment_payers`` and ``receipts(import_id, known_on)``.

    Returns:
        SQL of ``record_id, key_no, bulan, program, payer, amount_rp, paid_on, known_on, reason``.
    """
    same = " AND ".join(f"p.{name} IS NOT DISTINCT FROM k.{name}" for name in KEY)
    return f"""
SELECT p.record_id, k.key_no, p.bulan, p.program, p.payer, p.amount_rp, p.paid_on, r.known_on,
  CASE WHEN p.bulan IS NULL THEN 'no_month' ELSE k.reason END AS reason
FROM payments p JOIN receipts r ON r.import_id = p.import_id JOIN payment_payers k ON {same}
"""


def paid_lines_sql() -> str:
    """Return SQL of the months for which payments stand, with how many lines say so.

    Over ``assigned`` and ``payment_payers``. Payments equal in enrolment, payer, programme, month,
    amount and payment date count once; a month whose payments were all taken back (sum not above
    zero) is not paid. A payment without a programme counts for those of the participant.

    Returns:
        SQL of ``person_id, bulan, program, segment, kepesertaan_id, payer, paid_on, known_on,
        is_paid, n_lines, n_once``.
    """
    return f"""
WITH split AS (
  -- A line that stands for several programmes is one line: it is counted with its first.
  SELECT k.target_no, date_trunc('month', a.bulan)::DATE AS bulan, k.segment,
    {_payer()},
    a.amount_rp, a.paid_on, a.known_on,
    unnest(string_split(coalesce(nullif(a.program, ''), k.program), ',')) AS program_seen,
    unnest(range(len(string_split(coalesce(nullif(a.program, ''), k.program), ',')))) = 0 AS is_line
  FROM assigned a JOIN payment_payers k ON k.key_no = a.key_no
  WHERE a.reason IS NULL
), once AS (
  SELECT target_no, bulan, trim(program_seen) AS program, payer, amount_rp, paid_on,
    min(segment) AS segment, min(known_on) AS known_on, count(*) FILTER (is_line) AS n_lines
  FROM split GROUP BY target_no, bulan, trim(program_seen), payer, amount_rp, paid_on
), months AS (
  SELECT target_no, bulan, program, payer, min(segment) AS segment, min(paid_on) AS paid_on,
    min(known_on) AS known_on, sum(amount_rp) > 0 OR count(amount_rp) = 0 AS is_paid,
    sum(n_lines) AS n_lines, count(*) FILTER (n_lines > 0) AS n_once
  FROM once GROUP BY target_no, bulan, program, payer
)
SELECT t.person_id, m.bulan, m.program, m.segment, t.kepesertaan_id, m.payer, m.paid_on, m.known_on,
  m.is_paid, m.n_lines, m.n_once
FROM months m JOIN (
  SELECT DISTINCT target_no, person_id, kepesertaan_id FROM payment_payers
) t ON t.target_no = m.target_no
"""


def paid_months_sql() -> str:
    """Return SQL of the paid months in the grain of the ledger, over ``paid_lines``."""
    return """
SELECT person_id, bulan, program, segment, kepesertaan_id, payer, paid_on, known_on
FROM paid_lines WHERE is_paid
"""


def sources_sql(where: str = "true") -> str:
    """Return SQL of the payment lines behind the months of the ledger.

    Over ``assigned``, ``payment_payers`` and ``payments``. The amount of a line that stands for
    several programmes is counted with its first; a line that came twice is counted once, but both
    rows are named. A line without a day of payment (a column whose order of day and month nobody
    can tell) is the same payment as an equal one with a day: the money of one is told, not of two.

    Args:
        where: Condition on the columns of ``payment_payers`` (``k``), e.g. one person.

    Returns:
        SQL of ``person_id, bulan, program, kepesertaan_id, payer, amount_rp`` (NULL on a repeated
        row and on further programmes of a line), ``paid_on, record_id, import_id, sheet,
        sheet_row``.
    """
    return f"""
WITH split AS (
  SELECT k.person_id, k.kepesertaan_id, date_trunc('month', a.bulan)::DATE AS bulan, {_payer()},
    a.record_id, a.amount_rp, a.paid_on,
    unnest(string_split(coalesce(nullif(a.program, ''), k.program), ',')) AS program_seen,
    unnest(range(len(string_split(coalesce(nullif(a.program, ''), k.program), ',')))) = 0 AS is_line
  FROM assigned a JOIN payment_payers k ON k.key_no = a.key_no
  WHERE a.reason IS NULL AND {where}
), told AS (
  SELECT *, trim(program_seen) AS program, row_number() OVER (
    PARTITION BY person_id, kepesertaan_id, bulan, trim(program_seen), payer, amount_rp, paid_on
    ORDER BY record_id) AS nth, paid_on IS NULL AND bool_or(paid_on IS NOT NULL) OVER (
    PARTITION BY person_id, kepesertaan_id, bulan, trim(program_seen), payer, amount_rp)
    AS has_twin
  FROM split
)
SELECT t.person_id, t.bulan, t.program, t.kepesertaan_id, t.payer,
  CASE WHEN t.is_line AND t.nth = 1 AND NOT t.has_twin THEN t.amount_rp END AS amount_rp, t.paid_on,
  t.record_id, p.import_id, p.sheet, p.sheet_row
FROM told t JOIN (SELECT DISTINCT record_id, import_id, sheet, sheet_row FROM payments) p
  ON p.record_id = t.record_id
"""


def _payer() -> str:
    """Return SQL of who paid a line: as stated, else as the enrolment says."""
    return (
        f"coalesce({stated_payer('a.payer')}, k.payer, CASE WHEN k.segment IN ('pu', 'jakon')"
        " THEN 'pemberi_kerja' ELSE 'tidak_diketahui' END) AS payer"
    )


def orphans_sql() -> str:
    """Return SQL of the payments that found nobody, in the columns of ``payment_orphans``."""
    return """
SELECT p.record_id, p.import_id, p.sheet, p.sheet_row, p.program, p.bulan, p.payer, a.reason
FROM payments p JOIN assigned a ON a.record_id = p.record_id
  AND a.program IS NOT DISTINCT FROM p.program AND a.bulan IS NOT DISTINCT FROM p.bulan
WHERE a.reason IS NOT NULL
"""


def counts_sql() -> str:
    """Return SQL of the lines that found their person, by way of ``JOINS``: ``how, n``."""
    return """
SELECT k.how, count(*) AS n FROM assigned a JOIN payment_payers k ON k.key_no = a.key_no
WHERE a.reason IS NULL GROUP BY k.how
"""


def stated_payer(column: str) -> str:
    """Return SQL for a payer as stated: NULL if unknown, ``lain`` if none of the closed list.

    Args:
        column: SQL of the payer.
    """
    return (
        f"CASE WHEN {column} = 'tidak_diketahui' OR {column} IS NULL THEN NULL"
        f" WHEN {column} IN {PAYERS!r} THEN {column} ELSE 'lain' END"
    )


def _stated(column: str) -> str:
    """Return SQL for a segment as stated, NULL if it is none of the closed list."""
    return f"CASE WHEN {column} IN {SEGMENTS!r} THEN {column} END"


def _enrolment_ctes() -> str:
    """Return CTEs that give a person's enrolment by each key a payment may name."""
    keys = {
        "by_npp": "npp", "by_kode": "kode_iuran", "by_segment": "segment", "by_kpj": "kpj",
        "by_person": "''",
    }  # fmt: skip
    picked = ", ".join(
        f"min_by({c}, (kepesertaan_id, record_id)) AS {c}"
        for c in ("kepesertaan_id", "segment", "kpj", "program")
    )
    return ", ".join(
        f"""{name} AS (
  SELECT person_id, {key} AS key, {picked},
    min_by(stated_payer, (kepesertaan_id, record_id)) AS payer
  FROM participants WHERE {key} IS NOT NULL GROUP BY ALL
)"""
        for name, key in keys.items()
    )
