"""SQL of the known workers without active cover: who, where, why, on what evidence.

Every person has exactly one reason, the first that holds in the order of ``REASONS``. The tables
``people``, ``status`` and the views ``persons, memberships, review, records`` come from
``pipeline.basis.prepare``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cakup.coverage.workforce import NO_WORKER
from cakup.kernel.language import Text
from cakup.ledger.build import NEVER_REGISTERED
from cakup.pipeline.answers import latest_sql

#: Reason → words, in the order in which they are tried.
REASONS: dict[str, Text] = {
    "mungkin_meninggal": Text("mungkin meninggal", "possibly dead"),
    "perlu_ditinjau": Text("perlu ditinjau", "needs review"),
    "belum_pernah": Text("belum pernah terdaftar", "never registered"),
    "segmen_lain": Text("aktif pada segmen lain", "active in another segment"),
    "terdaftar_lain": Text("terdaftar di tempat lain", "registered elsewhere"),
    "berhenti": Text("berhenti aktif", "no longer active"),
    "nik_rusak": Text("NIK rusak atau kosong", "NIK damaged or missing"),
    "belum_ditanyakan": Text("belum dipadankan dengan data peserta", "not crosschecked yet"),
    "tidak_ditemukan": Text("tidak ditemukan pada data peserta", "not found among participants"),
}
#: Why a known worker without cover is on no work-list.
EXCLUDED: dict[str, Text] = {
    "luar_kota": Text("beralamat di luar kota", "living elsewhere"),
    "pindah": Text("pindah menurut kunjungan", "moved away, by visit"),
    "bukan_penduduk": Text(
        "bukan penduduk kota ini menurut Dukcapil",
        "no resident of the city, says the civil registry",
    ),
    **NO_WORKER,
    "asn": Text("ASN, TNI, atau Polri", "civil servants, military, police"),
    "lewat_umur": Text("melewati batas umur pendaftaran", "over the age limit of enrolment"),
}


@dataclass(frozen=True)
class GapScope:
    """Which persons are asked for.

    Args:
        place: Kemendagri code of the city.
        region: ``ktp``, ``domisili`` or ``kerja``.
        segments: Segments that count as cover, None = all.
        with_asn: Whether civil servants are listed too.
        over_age_from_years: Age in completed years from which nobody can be enrolled any more.
        as_of: Day for which answers and visits speak; None = all of them.
        is_searched: Whether a participant file was searched for everybody; else only those about
            whom the insurer was asked were looked for.
    """

    place: str
    region: str = "ktp"
    segments: tuple[str, ...] | None = None
    with_asn: bool = False
    over_age_from_years: int = 65
    as_of: date | None = None
    is_searched: bool = True


def gap_sql(scope: GapScope, files: str = "gap_files") -> str:
    """Return SQL of one row per known worker without active cover, excluded ones marked.

    Args:
        scope: Which persons.
        files: View of ``import_id, file_name, sender, back`` of the files that answer.

    Returns:
        SQL whose column ``excluded`` is NULL for those who belong on a work-list.
    """
    return f"""
WITH uncovered AS (
  SELECT w.*, w.kode_wilayah_{scope.region} AS kode, s.is_registered, s.is_active, s.segments,
    s.lapsed_on
  FROM people w JOIN status s USING (person_id)
  WHERE (w.is_worker OR w.no_worker IN ({", ".join(f"'{n}'" for n in NO_WORKER)}))
    AND NOT coalesce({_covered(scope.segments)}, false)
),
pending AS ({pending_sql()}),
answered AS ({latest_sql(scope.as_of, "bpjs")}),
visited AS ({latest_sql(scope.as_of, "lapangan")}),
registry AS ({latest_sql(scope.as_of, "dukcapil")}),
rows AS ({_rows_sql(scope.place, files)})
SELECT u.person_id, CASE WHEN length(u.kode) = 13 THEN u.kode END AS kode, u.kode AS kode_seen,
  p.nama, p.nik, CASE WHEN p.nik IS NULL THEN r.nik_seen END AS nik_seen, u.jenis_kelamin,
  p.tanggal_lahir, u.age_years, r.home.alamat AS alamat, r.home.lingkungan AS lingkungan,
  r.home.rt AS rt, r.home.rw AS rw, r.telepon, u.pekerjaan, u.sektor,
  {_reason(scope)} AS alasan,
  CASE WHEN {_reason(scope)} IN ('berhenti', 'terdaftar_lain') THEN u.lapsed_on END AS sejak,
  CASE WHEN u.is_active THEN u.segments END AS segmen_lain,
  u.senders, r.n_files, r.n_rows, a.scope AS answer_scope, a.as_of AS answer_as_of,
  {_excluded(scope)} AS excluded
FROM uncovered u JOIN persons p USING (person_id)
LEFT JOIN rows r USING (person_id) LEFT JOIN pending d USING (person_id)
LEFT JOIN answered a USING (person_id) LEFT JOIN visited v USING (person_id)
LEFT JOIN registry g USING (person_id)
"""


def _covered(segments: Sequence[str] | None) -> str:
    """Return the condition under which a person is covered."""
    if segments is None:
        return "s.is_active"
    wanted = ", ".join(f"'{segment}'" for segment in segments)
    return f"s.is_active AND list_has_any(string_split(s.segments, ','), [{wanted}])"


def pending_sql() -> str:
    """Return SQL of open questions: pairs that might make a person dead or covered after all.

    Returns:
        SQL of ``person_id, maybe_dead, maybe_covered``.
    """
    return """
  SELECT m.person_id,
    bool_or(o.kind = 'kematian') AS maybe_dead,
    bool_or(o.kind = 'peserta' AND coalesce(t.is_active, false)) AS maybe_covered
  FROM (
    SELECT left_record_id AS record_id, right_record_id AS other_id FROM review
    UNION ALL SELECT right_record_id, left_record_id FROM review
  ) r
  JOIN memberships m ON m.record_id = r.record_id
  JOIN memberships o ON o.record_id = r.other_id AND o.person_id <> m.person_id
  LEFT JOIN status t ON t.person_id = o.person_id
  GROUP BY m.person_id"""


def _rows_sql(place: str, files: str) -> str:
    """Return SQL of what the answering rows of each person say; an address is never mixed.

    Address, RT, RW and lingkungan come from one row: with an address, from a list of workers, the
    latest data first.
    """
    ranks = {"lapangan": 0, "daftar_pekerja": 1, "dtsen": 2}
    rank = " ".join(f"WHEN '{kind}' THEN {n}" for kind, n in ranks.items())
    rank = f"CASE r.kind {rank} ELSE 3 END"
    order = f"{rank}, f.back, r.record_id"
    elsewhere = f"r.kode_wilayah_kerja <> '{place}' AND r.kode_wilayah_kerja NOT LIKE '{place}.%'"
    return f"""
  SELECT m.person_id, count(*)::BIGINT AS n_rows, count(DISTINCT r.import_id)::BIGINT AS n_files,
    arg_min(
      {{'alamat': r.alamat, 'lingkungan': r.lingkungan, 'rt': r.rt, 'rw': r.rw}},
      ((r.alamat IS NULL)::INTEGER, {order})
    ) AS home,
    arg_min(r.telepon, ({order})) FILTER (r.telepon IS NOT NULL) AS telepon,
    arg_min(r.nik_seen, ({order})) FILTER (r.nik_seen IS NOT NULL) AS nik_seen,
    bool_or(r.status_kepesertaan = '{NEVER_REGISTERED}') AS never_registered,
    coalesce(bool_and({elsewhere}) FILTER (r.kind = 'peserta'), false) AS is_elsewhere
  FROM records r
  JOIN (SELECT * FROM memberships SEMI JOIN uncovered USING (person_id)) m
    ON m.record_id = r.record_id
  JOIN {files} f ON f.import_id = r.import_id
  WHERE r.kind <> 'kematian'
  GROUP BY m.person_id"""


def _reason(scope: GapScope) -> str:
    """Return the expression of the one reason; the order is that of ``REASONS``."""
    unasked = "" if scope.is_searched else "WHEN a.answer IS NULL THEN 'belum_ditanyakan'"
    return f"""CASE
    WHEN d.maybe_dead THEN 'mungkin_meninggal'
    WHEN d.maybe_covered THEN 'perlu_ditinjau'
    WHEN (r.never_registered OR a.answer = 'belum_pernah') AND NOT u.is_registered
      THEN 'belum_pernah'
    WHEN u.is_active THEN 'segmen_lain'
    WHEN u.is_registered AND r.is_elsewhere THEN 'terdaftar_lain'
    WHEN u.is_registered THEN 'berhenti'
    WHEN p.nik IS NULL THEN 'nik_rusak'
    {unasked}
    ELSE 'tidak_ditemukan' END"""


def _excluded(scope: GapScope) -> str:
    """Return the expression that says why a person is on no work-list, NULL if on one."""
    asn = "" if scope.with_asn else "WHEN u.is_asn THEN 'asn'"
    return f"""CASE
    WHEN u.kode <> '{scope.place}' AND u.kode NOT LIKE '{scope.place}.%' THEN 'luar_kota'
    WHEN u.no_worker IS NOT NULL THEN u.no_worker {asn}
    WHEN v.has_moved THEN 'pindah'
    WHEN g.is_resident = false THEN 'bukan_penduduk'
    WHEN u.age_years >= {scope.over_age_from_years} AND NOT u.is_active THEN 'lewat_umur' END"""
