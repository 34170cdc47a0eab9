"""An employer's own list held against the participant data: SQL over the tables of a day.

The tables are those of ``pipeline.basis.prepare`` (``records, memberships, persons, status, review,
employers, enrolments``). An employer is known by its NPP, else by its name without punctuation; a
name that belongs to one NPP only is that NPP.
"""

from __future__ import annotations

from datetime import date

#: Why somebody on an employer's list was not found there, in the order in which they are tried.
NOT_FOUND = ("review", "other_firm", "own_account", "no_longer", "no_nik", "not_found")
#: What is known of somebody who is reported by an employer and is not on its list.
NOT_LISTED = ("dead", "other_list", "no_trace")
#: Reasons whose rows rest on too little to be counted.
WEAK = ("review", "no_nik")
#: Least probability of a link that counts as strong.
STRONG = 0.95
#: Links below this share of strong ones on a list: no counts are printed for the employer.
STRONG_SHARE = 0.8


def _plain(name: str) -> str:
    return f"nullif(regexp_replace(lower({name}), '[^a-z0-9]', '', 'g'), '')"


def tables_sql(as_of: date) -> tuple[tuple[str, str], ...]:
    """Return the temp tables of the comparison: name and SQL, in the order of their making.

    ``firms`` (one row per employer: ``firm, npp, nama, n_reported, is_registered, in_register``),
    ``claimed`` (one row per person on an employer's list), ``reported`` (one row per person whom an
    employer reports as an active wage earner on the day).

    Args:
        as_of: The day.
    """
    day = f"DATE '{as_of.isoformat()}'"
    return (
        ("named_firms", _named_sql()), ("firms", _firms_sql()), ("claimed", _claimed_sql()),
        ("reported", _reported_sql(day)), ("open_pairs", _open_pairs_sql()),
    )  # fmt: skip


def _named_sql() -> str:
    """Every NPP and name that stands together somewhere; names that mean one NPP only."""
    return f"""
WITH told AS (
  SELECT npp, nama_pemberi_kerja AS nama, count(*) AS n FROM (
    SELECT npp, nama_pemberi_kerja FROM employers
    UNION ALL SELECT npp, nama_pemberi_kerja FROM records WHERE kind IN
      ('peserta', 'daftar_pekerja') AND (npp IS NOT NULL OR nama_pemberi_kerja IS NOT NULL)
  ) GROUP BY ALL
), by_name AS (
  SELECT {_plain("nama")} AS plain, min(npp) AS npp FROM told WHERE npp IS NOT NULL
  GROUP BY 1 HAVING count(DISTINCT npp) = 1
)
SELECT coalesce(t.npp, b.npp, 'nama:' || {_plain("t.nama")}) AS firm, coalesce(t.npp, b.npp) AS npp,
  t.nama, {_plain("t.nama")} AS plain, t.npp AS stated_npp, sum(t.n)::BIGINT AS n
FROM told t LEFT JOIN by_name b ON b.plain = {_plain("t.nama")}
WHERE t.npp IS NOT NULL OR {_plain("t.nama")} IS NOT NULL GROUP BY ALL"""


def _firms_sql() -> str:
    return f"""
SELECT f.firm, min(f.npp) AS npp,
  arg_max(f.nama, (f.n, f.nama)) FILTER (f.nama IS NOT NULL) AS nama,
  max(e.n_pekerja) AS n_reported, bool_or(e.is_terdaftar) AS is_registered,
  count(e.record_id) > 0 AS in_register
FROM named_firms f LEFT JOIN employers e ON {_same_firm("e", "f")}
GROUP BY f.firm"""


def _same_firm(row: str, firm: str) -> str:
    """Return SQL that joins a row to the name of its employer."""
    return (
        f"{firm}.stated_npp IS NOT DISTINCT FROM {row}.npp"
        f" AND {firm}.plain IS NOT DISTINCT FROM {_plain(f'{row}.nama_pemberi_kerja')}"
    )


def _claimed_sql() -> str:
    return f"""
SELECT f.firm, m.person_id, min(r.record_id) AS record_id, min(r.import_id) AS import_id,
  arg_min(r.sheet, r.record_id) AS sheet, arg_min(r.sheet_row, r.record_id) AS sheet_row,
  max(r.upah_rp_month) AS upah_rp_month, max(i.as_of) AS list_on,
  bool_or(r.nik_status = 'ok') AS has_nik
FROM records r JOIN memberships m ON m.record_id = r.record_id
JOIN named_firms f ON {_same_firm("r", "f")} JOIN list_days i ON i.import_id = r.import_id
WHERE r.kind = 'daftar_pekerja' AND (r.npp IS NOT NULL OR r.nama_pemberi_kerja IS NOT NULL)
GROUP BY f.firm, m.person_id"""


def _reported_sql(day: str) -> str:
    return f"""
SELECT f.firm, e.person_id, min(r.kpj) AS kpj, min(r.record_id) AS record_id,
  max(r.upah_rp_month) AS upah_rp_month, arg_min(e.program, e.record_id) AS program,
  min(m.probability) AS probability, min(e.spell_from) AS since
FROM enrolments e JOIN records r ON r.record_id = e.record_id
JOIN memberships m ON m.record_id = e.record_id
JOIN named_firms f ON {_same_firm("r", "f")}
WHERE e.segment = 'pu' AND coalesce(e.answers_from <= {day}, true)
  AND coalesce(e.answers_to > {day}, true) AND (
  (e.spell_from <= {day} AND coalesce(e.spell_to >= {day}, true))
  OR (e.spell_from IS NULL AND e.status_kepesertaan = 'aktif'))
GROUP BY f.firm, e.person_id"""


def _open_pairs_sql() -> str:
    """Persons of whom a pair of rows waits for review."""
    return """
SELECT DISTINCT m.person_id FROM memberships m JOIN (
  SELECT left_record_id AS record_id FROM review UNION SELECT right_record_id FROM review
) r ON r.record_id = m.record_id"""


def not_found_sql() -> str:
    """Return SQL of people on an employer's list who are not reported by it.

    Returns:
        SQL of ``firm, person_id, nama, nik, record_id, import_id, sheet, sheet_row, reason``.
    """
    return """
SELECT c.firm, c.person_id, p.nama, p.nik, c.record_id, c.import_id, c.sheet, c.sheet_row,
  CASE WHEN w.person_id IS NOT NULL THEN 'review'
    WHEN o.person_id IS NOT NULL THEN 'other_firm'
    WHEN s.is_active THEN 'own_account' WHEN s.is_registered THEN 'no_longer'
    WHEN NOT c.has_nik AND p.nik IS NULL THEN 'no_nik' ELSE 'not_found' END AS reason
FROM claimed c JOIN persons p ON p.person_id = c.person_id
JOIN status s ON s.person_id = c.person_id
LEFT JOIN open_pairs w ON w.person_id = c.person_id
LEFT JOIN (SELECT DISTINCT person_id FROM reported) o ON o.person_id = c.person_id
ANTI JOIN reported r ON r.firm = c.firm AND r.person_id = c.person_id
ORDER BY c.firm, c.sheet_row, c.person_id"""


def not_listed_sql(as_of: date) -> str:
    """Return SQL of people reported by an employer that sent a list without them.

    Args:
        as_of: The day.

    Returns:
        SQL of ``firm, person_id, nama, nik, kpj, since, reason, other_firm, other_list_on,
        is_strong``; the other employer is for the office only, never for the employer.
    """
    return f"""
SELECT r.firm, r.person_id, p.nama, p.nik, r.kpj, r.since,
  CASE WHEN p.meninggal_on <= DATE '{as_of.isoformat()}' THEN 'dead'
    WHEN o.firm IS NOT NULL THEN 'other_list' ELSE 'no_trace' END AS reason,
  o.firm AS other_firm, o.list_on AS other_list_on,
  r.probability >= {STRONG} AND w.person_id IS NULL AS is_strong
FROM reported r JOIN persons p ON p.person_id = r.person_id
SEMI JOIN claimed l ON l.firm = r.firm
ANTI JOIN claimed c ON c.firm = r.firm AND c.person_id = r.person_id
LEFT JOIN open_pairs w ON w.person_id = r.person_id
LEFT JOIN (SELECT person_id, arg_max(firm, (list_on, firm)) AS firm, max(list_on) AS list_on
  FROM claimed GROUP BY person_id) o ON o.person_id = r.person_id
ORDER BY r.firm, p.nama, r.person_id"""


def wages_sql(umk_rp: int | None) -> str:
    """Return SQL of wages to be explained: below the UMK, or reported lower than on the list.

    Args:
        umk_rp: Minimum wage, whole rupiah per month; None = not known, then only the second.

    Returns:
        SQL of ``firm, person_id, nama, nik, kpj, sheet_row, listed_rp, reported_rp, is_below_umk,
        is_under_reported``.
    """
    least = "NULL::BIGINT" if umk_rp is None else str(umk_rp)
    return f"""
SELECT * FROM (
  SELECT c.firm, c.person_id, p.nama, p.nik, r.kpj, c.sheet_row, c.upah_rp_month AS listed_rp,
    r.upah_rp_month AS reported_rp,
    coalesce(least(c.upah_rp_month, r.upah_rp_month) < {least}, false) AS is_below_umk,
    coalesce(r.upah_rp_month < c.upah_rp_month, false) AS is_under_reported
  FROM claimed c JOIN persons p ON p.person_id = c.person_id
  LEFT JOIN reported r ON r.firm = c.firm AND r.person_id = c.person_id
) WHERE is_below_umk OR is_under_reported ORDER BY firm, sheet_row, person_id"""


def sums_sql() -> str:
    """Return SQL of what is known of each employer in numbers.

    Over the temp tables ``not_found, not_listed, wages``.

    Returns:
        SQL of ``firm, npp, nama, n_reported, is_registered, in_register, n_listed, n_strong,
        n_active, n_not_found, n_weak, n_not_listed, n_below_umk, n_under_reported,
        n_without_jkk_jkm, n_without_jht, n_without_jp``.
    """
    weak = ", ".join(f"'{w}'" for w in WEAK)
    lacks = "NOT list_contains(string_split(r.program, ','), '{}')".format
    return f"""
SELECT f.*,
  coalesce(l.n, 0) AS n_listed, coalesce(l.strong, 0) AS n_strong, coalesce(a.n, 0) AS n_active,
  coalesce(n.strong, 0) AS n_not_found, coalesce(n.weak, 0) AS n_weak,
  coalesce(o.strong, 0) AS n_not_listed, coalesce(w.below, 0) AS n_below_umk,
  coalesce(w.under, 0) AS n_under_reported, coalesce(a.core, 0) AS n_without_jkk_jkm,
  coalesce(a.jht, 0) AS n_without_jht, coalesce(a.jp, 0) AS n_without_jp
FROM firms f
LEFT JOIN (SELECT c.firm, count(*) AS n, count(*) FILTER (c.has_nik AND x.person_id IS NULL)
    AS strong FROM claimed c LEFT JOIN open_pairs x ON x.person_id = c.person_id GROUP BY c.firm
  ) l ON l.firm = f.firm
LEFT JOIN (SELECT r.firm, count(*) AS n, count(*) FILTER ({lacks("jkk")} OR {lacks("jkm")}) AS core,
    count(*) FILTER ({lacks("jht")}) AS jht, count(*) FILTER ({lacks("jp")}) AS jp
  FROM reported r GROUP BY r.firm) a ON a.firm = f.firm
LEFT JOIN (SELECT firm, count(*) FILTER (reason NOT IN ({weak})) AS strong,
    count(*) FILTER (reason IN ({weak})) AS weak FROM not_found GROUP BY firm) n ON n.firm = f.firm
LEFT JOIN (SELECT firm, count(*) FILTER (is_strong) AS strong FROM not_listed GROUP BY firm
  ) o ON o.firm = f.firm
LEFT JOIN (SELECT firm, count(*) FILTER (is_below_umk) AS below,
    count(*) FILTER (is_under_reported) AS under FROM wages GROUP BY firm) w ON w.firm = f.firm
ORDER BY f.firm"""
