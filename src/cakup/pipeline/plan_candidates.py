"""SQL of the candidates of a plan: known workers without cover, and those whom aid covers now.

One row per person with what rule sets ask for. The temp tables and views come from
``pipeline.basis.prepare``. Whoever is covered by an employer or pays alone is no candidate; whoever
is covered by aid must be chosen again each year and is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.schemas import AID_PAYERS
from cakup.pipeline.basis import Basis
from cakup.pipeline.gap_rows import pending_sql
from cakup.planning.criteria.evaluate import COLUMNS

#: Months before the day of the data in which aid makes a person one of last year's people.
KEPT_MONTHS = 12
#: Columns that only documents need.
IDENTITY = ("nama", "nik", "tempat_lahir", "alamat", "rt", "rw", "lingkungan", "telepon")
_LISTED = "(r.kind = 'daftar_pekerja' OR (r.kind = 'dtsen' AND coalesce(r.is_pekerja, false)))"


def candidates(engine: DuckEngine, basis: Basis, extra: Sequence[str] = ()) -> pl.DataFrame:
    """Return the candidates of a basis.

    Args:
        engine: Engine in which the basis was prepared.
        basis: The basis.
        extra: Further columns of ``records`` that a rule asks for.
    """
    _files(engine, basis)
    present = set(engine.frame("SELECT * FROM records LIMIT 0").columns)
    frame = engine.frame(candidates_sql(basis.place, basis.as_of, present, extra))
    return frame.with_columns(
        pl.col(name).cast(kind) for name, kind in COLUMNS.items() if name in frame.columns
    )


def record_columns(engine: DuckEngine) -> tuple[str, ...]:
    """Return the columns of the lists that hold anything."""
    names = engine.frame("SELECT * FROM records LIMIT 0").columns
    counts = engine.frame(f"SELECT {', '.join(f'count({n}) AS {n}' for n in names)} FROM records")
    held = counts.row(0, named=True)
    return tuple(n for n in names if held[n])


def _files(engine: DuckEngine, basis: Basis) -> None:
    """Tell the sender and the day of every answering file, the latest first."""
    latest = sorted(basis.imports, key=lambda i: (i.as_of, i.received_on, i.id), reverse=True)
    rows = [(i.id, i.sender, i.as_of, n) for n, i in enumerate(latest)]
    schema = {"import_id": pl.String, "sender": pl.String, "as_of": pl.Date, "back": pl.Int32}
    engine.register("plan_files", pl.DataFrame(rows, schema=schema, orient="row"))


def year_payers_sql(day: str) -> str:
    """Return SQL of the payers with imported payments in the year of a day: ``paid_payer``.

    Where a payer's payments are there, somebody whom only the insurer's status calls active was
    not paid for; where none are, the status is all there is.

    Args:
        day: SQL of the day.
    """
    return (f"SELECT DISTINCT payer AS paid_payer FROM ledger WHERE evidence = 'paid' "
            f"AND bulan BETWEEN date_trunc('year', {day}) AND {day}")  # fmt: skip


#: Whether a month of the ledger ``l`` joined with ``year_payers_sql`` as ``y`` makes one enrolled.
ENROLS = "(l.evidence <> 'status' OR y.paid_payer IS NULL)"


def candidates_sql(place: str, as_of: date, present: set[str], extra: Sequence[str] = ()) -> str:
    """Return SQL of the candidates.

    Args:
        place: Kemendagri code of the city.
        as_of: Day of the data.
        present: Columns that the lists of this workspace have; older imports lack some.
        extra: Further columns asked for.
    """
    aid = ", ".join(f"'{p}'" for p in AID_PAYERS)
    day = f"DATE '{as_of.isoformat()}'"
    own = f"NOT list_has_all([{aid}], string_split(s.payers, ','))"
    covered = f"s.is_active AND (coalesce(s.segments, '') <> 'bpu' OR {own})"
    inside = f"(w.kode_wilayah_{{}} = '{place}' OR starts_with(w.kode_wilayah_{{}}, '{place}.'))"
    further = "".join(f", r.x_{name} AS {name}" for name in extra)
    return f"""
WITH rows AS ({_rows_sql(present, extra)}),
aided AS (
  SELECT person_id, max(bulan) AS aid_until, arg_max(payer, bulan) AS aid_payer,
    arg_max(payers, bulan) AS aid_payers,
    bool_or(bulan > {day} - INTERVAL {KEPT_MONTHS} MONTH) AS is_kept,
    string_agg(DISTINCT enrolling, ',' ORDER BY enrolling)
      FILTER (bulan BETWEEN date_trunc('year', {day}) AND {day}) AS year_payers
  FROM (
    SELECT person_id, bulan, max(payer) AS payer,
      string_agg(DISTINCT payer, ',' ORDER BY payer) AS payers,
      string_agg(DISTINCT payer, ',' ORDER BY payer) FILTER ({ENROLS}) AS enrolling
    FROM ledger l LEFT JOIN ({year_payers_sql(day)}) y ON y.paid_payer = l.payer
    WHERE l.payer IN ({aid}) GROUP BY person_id, bulan
  ) GROUP BY person_id
),
pending AS ({pending_sql()}),
family AS (
  SELECT nkk, count(DISTINCT person_id) AS n FROM rows WHERE nkk IS NOT NULL GROUP BY nkk
)
SELECT w.person_id, CASE WHEN length(w.kode_wilayah_ktp) = 13 THEN w.kode_wilayah_ktp END AS kode,
  w.kode_wilayah_ktp AS kode_ktp, w.kode_wilayah_domisili AS kode_domisili,
  coalesce({inside.format("ktp", "ktp")}, false) AS in_region,
  coalesce({inside.format("domisili", "domisili")}, {inside.format("ktp", "ktp")}, false)
    AS in_region_domisili,
  w.nama, w.nik, w.tanggal_lahir, w.jenis_kelamin, r.pekerjaan, w.sektor, w.desil,
  coalesce(w.is_asn, false) AS is_asn, r.nkk, r.bansos, r.upah_rp_month,
  w.nik IS NOT NULL AS has_nik, p.meninggal_on, coalesce(d.maybe_dead, false) AS maybe_dead,
  coalesce(d.maybe_covered, false) AS maybe_covered,
  CASE WHEN s.is_active THEN 'aid' ELSE 'none' END AS cover, a.aid_payer, a.aid_until,
  a.aid_payers, a.year_payers,
  coalesce(r.has_firm, false) AS is_pu, r.evidence_on, r.listed_on, w.senders, r.proposers,
  w.n_sources AS n_lists, coalesce(f.n, 1) - 1 AS n_family, coalesce(a.is_kept, false) AS is_kept,
  r.tempat_lahir, r.home.alamat AS alamat, r.home.rt AS rt, r.home.rw AS rw,
  r.home.lingkungan AS lingkungan, r.telepon{further}
FROM workers w JOIN status s USING (person_id) JOIN persons p USING (person_id)
LEFT JOIN rows r USING (person_id) LEFT JOIN aided a USING (person_id)
LEFT JOIN pending d USING (person_id) LEFT JOIN family f ON f.nkk = r.nkk
WHERE NOT coalesce({covered}, false) AND coalesce({inside.format("ktp", "ktp")}, true)
  AND coalesce(w.age_years, 15) >= 15
ORDER BY w.person_id"""


def _rows_sql(present: set[str], extra: Sequence[str]) -> str:
    """Return SQL of what the answering rows say of each person, the latest file first."""
    order = "(f.back, r.record_id)"

    def latest(column: str, name: str = "", where: str = "true") -> str:
        if column not in present:
            return f"NULL AS {name or column}"
        return (f"arg_min(r.{column}, {order}) FILTER (r.{column} IS NOT NULL AND {where})"
                f" AS {name or column}")  # fmt: skip

    firm = "r.kind = 'daftar_pekerja' AND (r.nama_pemberi_kerja IS NOT NULL OR r.npp IS NOT NULL)"
    further = "".join(f", {latest(name, f'x_{name}')}" for name in extra)
    return f"""
  SELECT m.person_id,
    string_agg(DISTINCT r.pekerjaan, ' | ' ORDER BY r.pekerjaan) FILTER ({_LISTED}) AS pekerjaan,
    string_agg(DISTINCT f.sender, '; ' ORDER BY f.sender) FILTER ({_LISTED}) AS proposers,
    max(f.as_of) FILTER ({_LISTED}) AS evidence_on, min(f.as_of) FILTER ({_LISTED}) AS listed_on,
    bool_or({firm}) AS has_firm, {latest("nkk")}, {latest("bansos")}, {latest("upah_rp_month")},
    {latest("tempat_lahir")}, {latest("telepon")},
    arg_min({{'alamat': r.alamat, 'lingkungan': r.lingkungan, 'rt': r.rt, 'rw': r.rw}},
      ((r.alamat IS NULL)::INTEGER, f.back, r.record_id)) AS home{further}
  FROM records r JOIN memberships m ON m.record_id = r.record_id
  JOIN plan_files f ON f.import_id = r.import_id
  GROUP BY m.person_id"""
