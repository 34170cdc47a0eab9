"""SQL that names and adds up the months at issue, over the temp tables of ``pipeline.findings``."""

from __future__ import annotations

from cakup.kernel.language import Lang, Text
from cakup.ledger.audit import KINDS

_ROW = Text("baris", "row")
_SAME = " AND ".join(
    f"{{0}}.{c} = {{1}}.{c}" for c in ("person_id", "bulan", "kepesertaan_id", "payer")
)


def lines_sql(lang: Lang = "id") -> str:
    """Return SQL of one row per person, month, enrolment and purse at issue, each once.

    Args:
        lang: Language of the word "row" in the sources.

    Returns:
        SQL of ``kode_wilayah_ktp, nama, nik, person_id, bulan, kepesertaan_id, payer, programs,
        rupiah`` (NULL = no payment row gives an amount), ``kinds`` (comma-joined), ``sources``,
        ``is_waiting``.
    """
    return f"""
WITH at_issue AS (
  SELECT person_id, bulan, kepesertaan_id, payer,
    string_agg(DISTINCT program, ',' ORDER BY program) AS programs,
    string_agg(DISTINCT kind, ',' ORDER BY kind) AS kinds
  FROM issue GROUP BY ALL
), paid AS (
  -- Only the programmes that are at issue: the same month may hold others that are not.
  SELECT l.person_id, l.bulan, l.kepesertaan_id, l.payer, sum(l.amount_rp)::BIGINT AS rupiah
  FROM payment_lines l SEMI JOIN issue i ON {_SAME.format("i", "l")} AND i.program = l.program
  GROUP BY ALL
), rows AS (
  SELECT l.person_id, l.bulan, l.kepesertaan_id, l.payer, f.file_name, l.sheet,
    array_to_string(list_sort(list(DISTINCT l.sheet_row)), ', ') AS numbers
  FROM payment_lines l JOIN files f ON f.import_id = l.import_id
  SEMI JOIN at_issue i ON {_SAME.format("i", "l")}
  GROUP BY ALL
), sources AS (
  SELECT person_id, bulan, kepesertaan_id, payer, string_agg(
    file_name || CASE WHEN starts_with(file_name, sheet) THEN '' ELSE ' [' || sheet || ']' END
    || ' {_ROW(lang)} ' || numbers, '; ' ORDER BY file_name, sheet) AS sources
  FROM rows GROUP BY ALL
), waiting AS ({waiting_sql()})
SELECT p.kode_wilayah_ktp, p.nama, p.nik, i.person_id, i.bulan, i.kepesertaan_id, i.payer,
  i.programs, m.rupiah, i.kinds, s.sources, w.person_id IS NOT NULL AS is_waiting
FROM at_issue i JOIN persons p ON p.person_id = i.person_id
LEFT JOIN paid m ON {_SAME.format("m", "i")}
LEFT JOIN sources s ON {_SAME.format("s", "i")}
LEFT JOIN waiting w ON w.person_id = i.person_id
"""


def waiting_sql() -> str:
    """Return SQL of the persons of whom a pair of rows waits for review: ``person_id``."""
    return """
  SELECT DISTINCT m.person_id FROM memberships m JOIN (
    SELECT left_record_id AS record_id FROM review UNION SELECT right_record_id FROM review
  ) r ON r.record_id = m.record_id"""


def _amounts() -> str:
    """Return SQL of every month at issue per reason with its amount, in the grain of the ledger."""
    return f"""
SELECT i.kind, i.person_id, i.bulan, i.kepesertaan_id, i.payer, i.fact, i.fact_record,
  sum(l.amount_rp)::BIGINT AS rupiah, string_agg(DISTINCT i.program, ',' ORDER BY i.program)
    AS programs
FROM issue i LEFT JOIN (
  SELECT person_id, bulan, kepesertaan_id, payer, program, sum(amount_rp) AS amount_rp
  FROM payment_lines GROUP BY ALL
) l ON {_SAME.format("l", "i")} AND l.program = i.program
GROUP BY ALL"""


def sums_sql(by: str | None) -> str:
    """Return SQL of persons, months, rupiah, months without an amount and persons waiting.

    Args:
        by: ``kind`` (months of two reasons stand in both), ``payer`` or None (every month once).

    Returns:
        SQL of ``key, persons, months, rupiah, months_without_amount, waiting``.
    """
    if by == "kind":
        rows = (
            f"SELECT a.*, l.is_waiting FROM ({_amounts()}) a JOIN ("
            "SELECT DISTINCT person_id, is_waiting FROM issue_lines) l USING (person_id)"
        )
    else:
        rows = "SELECT * FROM issue_lines"
    key = by or "'total'"
    return f"""
SELECT {key} AS key, count(DISTINCT person_id), count(DISTINCT (person_id, bulan)),
  coalesce(sum(rupiah), 0)::BIGINT, count(DISTINCT (person_id, bulan)) FILTER (rupiah IS NULL),
  count(DISTINCT person_id) FILTER (is_waiting)
FROM ({rows}) {f"GROUP BY {by} ORDER BY {by}" if by else ""}"""


def findings_sql(lang: Lang = "id") -> str:
    """Return SQL of one row per reason, person and purse.

    Args:
        lang: Language of the word "row" in the sources.

    Returns:
        SQL of ``kind, kode_wilayah_ktp, nama, nik, person_id, payer, programs, first_month,
        last_month, n_months, rupiah, n_without_amount, fact, fact_source, is_waiting``, by reason
        and name.
    """
    rank = "CASE s.kind " + " ".join(
        f"WHEN '{k}' THEN {n}" for n, k in enumerate(KINDS)
    ) + " END"  # fmt: skip
    return f"""
WITH summed AS (
  SELECT kind, person_id, payer, string_agg(DISTINCT programs, ',' ORDER BY programs) AS programs,
    min(bulan) AS first_month, max(bulan) AS last_month, count(DISTINCT bulan) AS n_months,
    sum(rupiah)::BIGINT AS rupiah, count(DISTINCT bulan) FILTER (rupiah IS NULL)
      AS n_without_amount, min(fact) AS fact, min(fact_record) AS fact_record
  FROM ({_amounts()}) GROUP BY ALL
), waiting AS ({waiting_sql()})
SELECT s.kind, p.kode_wilayah_ktp, p.nama, p.nik, s.person_id, s.payer, s.programs, s.first_month,
  s.last_month, s.n_months, s.rupiah, s.n_without_amount, s.fact,
  f.file_name || CASE WHEN starts_with(f.file_name, m.sheet) THEN '' ELSE ' [' || m.sheet || ']'
    END || ' {_ROW(lang)} ' || m.sheet_row AS fact_source,
  w.person_id IS NOT NULL AS is_waiting
FROM summed s JOIN persons p ON p.person_id = s.person_id
LEFT JOIN memberships m ON m.record_id = s.fact_record
LEFT JOIN files f ON f.import_id = m.import_id
LEFT JOIN waiting w ON w.person_id = s.person_id
ORDER BY {rank}, p.nama, s.person_id, s.payer"""
