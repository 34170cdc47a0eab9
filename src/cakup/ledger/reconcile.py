"""Payments of two sides held against each other by kode iuran × programme × month, never by total.

SQL over ``ours`` and ``theirs``, the payment rows of each side in the columns of ``payments``. Two
totals may agree while every group differs; so groups are compared, and only then added up. Where a
side states one amount for several programmes, that kode iuran and month is compared over these
programmes together: no split is invented.
"""

from __future__ import annotations

from datetime import date

from cakup.kernel.schemas import AID_PAYERS, PUBLIC_PAYERS

NO_CODE = "(tanpa kode)"
#: Payers → code of the insurer (*wadah*), where the payer alone tells it.
WADAH_OF = {
    "csr": "SC", **dict.fromkeys(PUBLIC_PAYERS, "SG"), "apbdes": "SD",
}  # fmt: skip
assert set(WADAH_OF) <= set(AID_PAYERS)


def sides_sql(first: date, last: date) -> str:
    """Return SQL of the comparison.

    Args:
        first: First month compared.
        last: Last month compared.

    Returns:
        SQL of ``wadah, payers, kode_iuran, bulan, programs`` (``semua`` = together),
        ``our_persons, our_rp, their_persons, their_rp``; NULL where a side has nothing.
    """
    return f"""
WITH {_once("ours", first, last)}, {_once("theirs", first, last)},
together AS (
  SELECT kode, bulan, bool_or(amount_rp IS NULL) AS is_joint FROM (
    SELECT kode, bulan, amount_rp FROM once_ours UNION ALL
    SELECT kode, bulan, amount_rp FROM once_theirs) GROUP BY kode, bulan
), {_grouped("ours")}, {_grouped("theirs")}
SELECT coalesce(o.wadah, t.wadah) AS wadah, coalesce(o.payers, t.payers) AS payers,
  coalesce(o.kode, t.kode) AS kode_iuran, coalesce(o.bulan, t.bulan) AS bulan,
  coalesce(o.programs, t.programs) AS programs, o.persons AS our_persons, o.rupiah AS our_rp,
  t.persons AS their_persons, t.rupiah AS their_rp
FROM sum_ours o FULL JOIN sum_theirs t ON o.kode = t.kode AND o.bulan = t.bulan
  AND o.programs = t.programs
ORDER BY wadah NULLS LAST, kode_iuran, bulan, programs"""


_SAME = (
    "coalesce(kode_iuran, ''), coalesce(kpj, nik, record_id), date_trunc('month', bulan), program, "
    "amount_rp, payer"
)
#: Holds for one of the rows that state the same payment: rows with a day come first, and two that
#: differ in their day are two payments.
_IS_FIRST = f"""CASE WHEN paid_on IS NULL THEN row_number() OVER (
    PARTITION BY {_SAME} ORDER BY paid_on NULLS LAST, record_id, import_id) = 1
  ELSE row_number() OVER (PARTITION BY {_SAME}, paid_on ORDER BY record_id, import_id) = 1 END"""


def _once(side: str, first: date, last: date) -> str:
    """Return a CTE of the payments of a side, those that came twice once.

    One without a day of payment is the same as an equal one with a day.
    """
    codes = " ".join(f"WHEN '{payer}' THEN '{code}'" for payer, code in WADAH_OF.items())
    return f"""once_{side} AS (
  SELECT DISTINCT coalesce(kode_iuran, '{NO_CODE}') AS kode, date_trunc('month', bulan)::DATE
    AS bulan, program, coalesce(kpj, nik, record_id) AS who, amount_rp, paid_on, payer,
    coalesce(wadah, CASE payer {codes} END) AS wadah
  FROM {side} WHERE bulan BETWEEN DATE '{first.isoformat()}' AND DATE '{last.isoformat()}'
  QUALIFY {_IS_FIRST}
)"""


def _grouped(side: str) -> str:
    """Return a CTE of persons and rupiah of a side by kode iuran, month and programme."""
    programs = "CASE WHEN t.is_joint THEN 'semua' ELSE n.program END"
    return f"""sum_{side} AS (
  SELECT n.kode, n.bulan, {programs} AS programs, min(n.wadah) AS wadah,
    string_agg(DISTINCT n.payer, ',' ORDER BY n.payer) AS payers,
    count(DISTINCT n.who) AS persons, coalesce(sum(n.amount_rp), 0)::BIGINT AS rupiah
  FROM once_{side} n JOIN together t ON t.kode = n.kode AND t.bulan = n.bulan
  GROUP BY n.kode, n.bulan, {programs}
)"""


def one_sided_sql(first: date, last: date) -> str:
    """Return SQL of the payments that only one side has, by person.

    Args:
        first: First month compared.
        last: Last month compared.

    Returns:
        SQL of ``side`` (``ours`` or ``theirs``), ``kode_iuran, bulan, kpj, nik, rupiah, import_id,
        sheet, sheet_row``, one row per participant number (else NIK), kode iuran and month.
    """
    span = f"bulan BETWEEN DATE '{first.isoformat()}' AND DATE '{last.isoformat()}'"

    def held(side: str) -> str:
        return f"""
  SELECT '{side}' AS side, coalesce(kode_iuran, '{NO_CODE}') AS kode_iuran,
    date_trunc('month', bulan)::DATE AS bulan, coalesce(kpj, nik) AS who, min(kpj) AS kpj,
    min(nik) AS nik, sum(amount_rp)::BIGINT AS rupiah, min(import_id) AS import_id,
    arg_min(sheet, record_id) AS sheet, arg_min(sheet_row, record_id) AS sheet_row
  FROM (SELECT * FROM {side} WHERE {span} QUALIFY {_IS_FIRST})
  WHERE coalesce(kpj, nik) IS NOT NULL GROUP BY ALL"""

    return f"""
WITH both_sides AS ({held("ours")} UNION ALL {held("theirs")})
SELECT a.side, a.kode_iuran, a.bulan, a.kpj, a.nik, a.rupiah, a.import_id, a.sheet, a.sheet_row
FROM both_sides a ANTI JOIN both_sides b ON b.side <> a.side AND b.kode_iuran = a.kode_iuran
  AND b.bulan = a.bulan AND b.who = a.who
ORDER BY a.side, a.kode_iuran, a.bulan, a.kpj, a.nik"""
