"""Counting persons: one row per person with what figures ask of him, then sums by any axes.

All functions return SQL text over the temp tables ``status`` and ``people`` of the basis. A
person is one row, so no sum counts anybody twice, and every axis has an entry for everybody
(``tidak_diketahui``, ``lebih_dari_satu``), so parts add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cakup.kernel.schemas import SEGMENTS
from cakup.ledger.rules import Rules

UNKNOWN = "tidak_diketahui"
SEVERAL = "lebih_dari_satu"
#: Default segments: PMI is a switch (question B1 of the domain papers).
DEFAULT_SEGMENTS = ("pu", "bpu", "jakon")
AXES = (
    "kecamatan", "desa_kelurahan", "segmen", "sektor", "jenis_kelamin", "umur", "desil", "pembayar",
)  # fmt: skip
ALIASES = {"kelurahan": "desa_kelurahan"}
#: Axes that say how a person is covered, not who he is: they have parts but no denominator.
PART_AXES = ("segmen", "pembayar")
#: Upper ends of the age bands in completed years.
AGE_BANDS = ((17, "0-17"), (24, "18-24"), (34, "25-34"), (44, "35-44"), (54, "45-54"),
             (64, "55-64"))  # fmt: skip
OLDEST_BAND = "65+"


@dataclass(frozen=True)
class Scope:
    """Whom a figure is about.

    Args:
        place: Kemendagri code of the city.
        region: ``ktp``, ``domisili`` or ``kerja``: which place of a person counts.
        segments: Segments that count as covered.
        asn: ``out`` leaves ASN, TNI and Polri out of both sides; ``in`` keeps them.
    """

    place: str
    region: str = "ktp"
    segments: tuple[str, ...] = DEFAULT_SEGMENTS
    asn: str = "out"


#: Sums of every group, by name.
SUMS = {
    "n_workers": "count(*) FILTER (is_worker)",
    "n_listed": "count(*) FILTER (is_worker AND is_listed)",
    "n_active": "count(*) FILTER (is_active)",
    "n_registered": "count(*) FILTER (is_registered)",
    "n_jkm": "count(*) FILTER (is_active AND is_jkm_full)",
    "n_jkm_open": "count(*) FILTER (is_active AND is_jkm_full IS NULL)",
    "kpi_units": "coalesce(sum(kpi_units) FILTER (is_registered), 0)::BIGINT",
    "months_12": "coalesce(sum(active_months_12) FILTER (is_registered), 0)::BIGINT",
    "n_paid": "count(*) FILTER (is_active AND evidence = 'paid')",
    "n_spell": "count(*) FILTER (is_active AND evidence = 'spell')",
    "n_status": "count(*) FILTER (is_active AND evidence = 'status')",
    "n_mixed": "count(*) FILTER (is_active AND evidence = 'mixed')",
    "n_asn": "count(*) FILTER (is_left_out)",
    "n_over_age": "count(*) FILTER (is_worker AND NOT is_covered AND is_over_age)",
    "n_other_segment": "count(*) FILTER (is_worker AND NOT is_active AND is_covered)",
}


def facts_sql(scope: Scope, rules: Rules, suffix: str = "", axes: Sequence[str] = AXES) -> str:
    """Return SQL with one row per living person that is a known worker or was ever registered.

    Args:
        scope: Whom the figure is about.
        rules: Counting rules: KPI weights become whole units of the full weight, and nobody from
            the age limit on can be enrolled.
        suffix: Suffix of the tables ``status`` and ``people``.
        axes: Axes to work out.

    Returns:
        SQL of ``person_id, region`` (``in``, ``out`` or ``unknown``), ``is_worker, is_listed,
        is_participant, is_on_list, is_in_dtsen, n_work_lists, is_active, is_registered,
        is_jkm_full, kpi_units, active_months_12, evidence, n_sources, age_years``, the parts of the
        judgement (``is_covered`` and ``is_ever`` registered by any segment, ``is_chosen`` segments,
        ``is_kept`` by what lists state of ASN, ``is_left_out`` as a worker by the ASN rule,
        ``is_over_age``) and the axes.
    """
    wanted = ", ".join(f"'{s}'" for s in scope.segments)
    chosen = (
        "s.segments IS NULL OR s.segments = '' OR "
        f"list_has_any(string_split(s.segments, ','), [{wanted}])"
    )
    worked_out = "".join(f", {sql} AS {n}" for n, sql in _axes(scope).items() if n in axes)
    # A mere occupation takes nobody out of the covered, now or in another month.
    is_kept = "true" if scope.asn == "in" else "NOT coalesce(p.is_stated_asn, false)"
    is_asked = "true" if scope.asn == "in" else "NOT coalesce(p.is_asn, false)"
    return f"""
SELECT person_id,
  CASE WHEN kode IS NULL THEN 'unknown'
       WHEN kode = '{scope.place}' OR starts_with(kode, '{scope.place}.') THEN 'in'
       ELSE 'out' END AS region,
  is_worker AND is_asked AS is_worker, is_listed, is_participant, is_on_list, is_in_dtsen,
  n_work_lists,
  is_covered AND is_chosen AND is_kept AS is_active,
  is_ever AND is_chosen AND is_kept AS is_registered, is_jkm_full, kpi_units, active_months_12,
  evidence, n_sources, age_years, is_covered, is_ever, is_chosen, is_kept,
  is_worker AND NOT is_asked AS is_left_out,
  coalesce(age_years >= {rules.over_age_from_years}, false) AS is_over_age{worked_out}
FROM (
  SELECT p.person_id, p.kode_wilayah_{scope.region} AS kode, p.is_worker, p.is_listed,
    p.is_participant, p.is_on_list, p.is_in_dtsen, p.n_work_lists,
    s.is_active AS is_covered, s.is_registered AS is_ever,
    ({chosen}) AS is_chosen, {is_kept} AS is_kept, {is_asked} AS is_asked,
    s.is_jkm_full, round(s.kpi_weight * {rules.kpi_full_months})::BIGINT AS kpi_units,
    s.active_months_12, s.evidence, p.n_sources, p.age_years, s.segments, s.payers, p.sektor,
    p.jenis_kelamin, p.desil
  FROM people{suffix} p JOIN status{suffix} s USING (person_id)
)"""


def _axes(scope: Scope) -> dict[str, str]:
    """Return SQL of every axis over the columns of the inner query of ``facts_sql``."""
    wanted = ", ".join(f"'{s}'" for s in scope.segments)
    segments = f"list_intersect(string_split(segments, ','), [{wanted}])"
    payers = "string_split(payers, ',')"
    bands = " ".join(f"WHEN age_years <= {last} THEN '{name}'" for last, name in AGE_BANDS)
    return {
        "kecamatan": f"CASE WHEN length(kode) >= 8 THEN left(kode, 8) ELSE '{UNKNOWN}' END",
        "desa_kelurahan": f"CASE WHEN length(kode) = 13 THEN kode ELSE '{UNKNOWN}' END",
        "segmen": _one_of("segments", segments),
        "sektor": f"coalesce(nullif(lower(trim(sektor)), ''), '{UNKNOWN}')",
        "jenis_kelamin": f"coalesce(jenis_kelamin, '{UNKNOWN}')",
        "umur": f"CASE WHEN age_years IS NULL THEN '{UNKNOWN}' {bands} ELSE '{OLDEST_BAND}' END",
        "desil": f"coalesce(desil::VARCHAR, '{UNKNOWN}')",
        "pembayar": _one_of("payers", payers),
    }


def _one_of(column: str, parts: str) -> str:
    """Return SQL of the only part of a list, ``lebih_dari_satu`` or ``tidak_diketahui``."""
    return (
        f"CASE WHEN {column} IS NULL OR len({parts}) = 0 OR {column} = '' THEN '{UNKNOWN}' "
        f"WHEN len({parts}) > 1 THEN '{SEVERAL}' ELSE {parts}[1] END"
    )


def sums_sql(axes: Sequence[str] = (), facts: str = "facts", where: str = "region = 'in'") -> str:
    """Return SQL of the sums of every group.

    Args:
        axes: Axes to group by, empty for one row.
        facts: Table made with ``facts_sql``.
        where: Which persons.
    """
    sums = ", ".join(f"{sql} AS {name}" for name, sql in SUMS.items())
    keys = ", ".join(axes)
    head = f"{keys}, " if axes else ""
    tail = f" GROUP BY {keys} ORDER BY {keys}" if axes else ""
    return f"SELECT {head}{sums} FROM {facts} WHERE {where}{tail}"


def sort_key(axis: str, code: str) -> tuple[int, int, str]:
    """Return the order of a code within its axis; several and unknown stand last."""
    last = {SEVERAL: 1, UNKNOWN: 2}.get(code, 0)
    if axis == "segmen" and code in SEGMENTS:
        return last, SEGMENTS.index(code), code
    if axis == "desil" and code.isdigit():
        return last, int(code), code
    return last, 0, code
