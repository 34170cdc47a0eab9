"""Payments find their participant: by KPJ, else NIK, else kode iuran with NIK.

A KPJ that stands for two persons is told apart by NIK, NPP or kode iuran.

A payment that finds nobody is an orphan: it is counted, kept and listed, never dropped.
"""

from __future__ import annotations

from cakup.kernel.schemas import PAYERS, SEGMENTS

DEFAULT_PROGRAMS = "jkk,jkm"
#: How a payment found its person, best first.
JOINS = ("kpj", "kpj_nik", "kpj_npp", "kpj_kode_iuran", "nik", "kode_iuran_nik", "person_nik")


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


def assigned_sql() -> str:
    """Return SQL that gives each payment its person, or the reason why it has none.

    Over ``payments``, ``identities`` and ``receipts(import_id, known_on)``.

    Returns:
        SQL of the columns of ``payments`` with ``known_on, person_id, how, reason``.
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
SELECT p.*, r.known_on, coalesce({person}) AS person_id, CASE {one} END AS how,
  CASE WHEN p.bulan IS NULL THEN 'no_month'
       WHEN coalesce({person}) IS NOT NULL THEN NULL
       WHEN {many} THEN 'ambiguous'
       WHEN p.kpj IS NOT NULL THEN 'unknown_kpj'
       WHEN p.nik IS NOT NULL THEN 'unknown_nik' ELSE 'no_identity' END AS reason
FROM payments p JOIN receipts r ON r.import_id = p.import_id
{joins}
"""


def paid_lines_sql() -> str:
    """Return SQL of the months for which payments stand, with how many lines say so.

    Over ``assigned`` and ``participants``. Payments equal in enrolment, payer, programme, month,
    amount and payment date count once; a month whose payments were all taken back (sum not above
    zero) is not paid. The enrolment is the one whose NPP or kode iuran the payment names, else the
    participant's own; a payment without a programme counts for those of the participant.

    Returns:
        SQL of ``person_id, bulan, program, segment, kepesertaan_id, payer, paid_on, known_on,
        is_paid, n_lines, n_once`` and one count ``n_<how>`` per way of ``JOINS``.
    """
    hows = ", ".join(f"count(*) FILTER (is_line AND how = '{how}') AS n_{how}" for how in JOINS)
    sums = ", ".join(f"sum(n_{how}) AS n_{how}" for how in JOINS)
    return f"""
WITH {_enrolment_ctes()}, named AS (
  SELECT a.person_id, date_trunc('month', a.bulan)::DATE AS bulan, a.amount_rp, a.paid_on,
    a.known_on, a.how,
    coalesce(n.segment, k.segment, {_stated("a.segmen")},
      CASE WHEN a.kode_iuran IS NOT NULL THEN 'bpu' WHEN a.npp IS NOT NULL THEN 'pu' END,
      j.segment, o.segment, 'bpu') AS segment,
    coalesce(n.kepesertaan_id, k.kepesertaan_id,
      CASE WHEN a.npp IS NOT NULL THEN coalesce(a.kpj, o.kpj, '') || '+' || a.npp
           ELSE a.kode_iuran END,
      s.kepesertaan_id, j.kepesertaan_id, o.kepesertaan_id, a.kpj, 'NIK') AS kepesertaan_id,
    coalesce({stated_payer("a.payer")}, n.payer, k.payer, s.payer, j.payer, o.payer)
      AS payer,
    string_split(coalesce(nullif(a.program, ''), n.program, k.program, s.program, j.program,
      o.program, '{DEFAULT_PROGRAMS}'), ',') AS programs
  FROM assigned a
  LEFT JOIN by_npp n ON n.person_id = a.person_id AND n.key = a.npp
  LEFT JOIN by_kode k ON k.person_id = a.person_id AND k.key = a.kode_iuran
  LEFT JOIN by_segment s ON s.person_id = a.person_id AND s.key = a.segmen
  LEFT JOIN by_kpj j ON j.person_id = a.person_id AND j.key = a.kpj
  LEFT JOIN by_person o ON o.person_id = a.person_id
  WHERE a.reason IS NULL
), split AS (
  -- A line that stands for several programmes is one line: it is counted with its first.
  SELECT *, unnest(programs) AS program_seen, unnest(range(len(programs))) = 0 AS is_line
  FROM named
), once AS (
  SELECT person_id, bulan, trim(program_seen) AS program, kepesertaan_id, min(segment) AS segment,
    coalesce(payer, CASE WHEN segment IN ('pu', 'jakon') THEN 'pemberi_kerja'
      ELSE 'tidak_diketahui' END) AS payer,
    amount_rp, paid_on, min(known_on) AS known_on, count(*) FILTER (is_line) AS n_lines, {hows}
  FROM split GROUP BY person_id, bulan, trim(program_seen), kepesertaan_id, 6, amount_rp, paid_on
)
SELECT person_id, bulan, program, min(segment) AS segment, kepesertaan_id, payer,
  min(paid_on) AS paid_on, min(known_on) AS known_on,
  sum(amount_rp) > 0 OR count(amount_rp) = 0 AS is_paid,
  sum(n_lines) AS n_lines, count(*) FILTER (n_lines > 0) AS n_once, {sums}
FROM once GROUP BY person_id, bulan, program, kepesertaan_id, payer
"""


def paid_months_sql() -> str:
    """Return SQL of the paid months in the grain of the ledger, over ``paid_lines``."""
    return """
SELECT person_id, bulan, program, segment, kepesertaan_id, payer, paid_on, known_on
FROM paid_lines WHERE is_paid
"""


def orphans_sql() -> str:
    """Return SQL of the payments that found nobody, in the columns of ``payment_orphans``."""
    return """
SELECT record_id, import_id, sheet, sheet_row, program, bulan, payer, reason
FROM assigned WHERE reason IS NOT NULL
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
