"""What is covered without a plan: how many today, how many stay, where the poor are covered.

Whoever an employer or the person pays for stays with the share that stayed over the last twelve
months (measured in the ledger, *perkiraan*); what aid pays ends with the last month paid. Nobody
new is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.months import last_day, months_between
from cakup.kernel.schemas import AID_PAYERS
from cakup.ledger.activity import trend_sql
from cakup.pipeline.basis import Basis
from cakup.planning.compute import BaseCover
from cakup.planning.optimise.build import Fair

GROUPS = ("firm", "own", "aid")
POOR_DECILES = 4


@dataclass(frozen=True)
class Standing:
    """Cover on the day of the data.

    Args:
        active: Group → persons active then (``firm``, ``own``, ``aid``).
        stay_year: Group → share still covered a year later, measured; 1 where nothing is known.
        seen: Group → persons on whom that share rests.
        aid_until: Months after the day → persons whose aid is paid up to then.
        past: Months before the day (negative) → persons who were covered at the end of that month;
            only the months that a plan of the running year asks for.
    """

    active: dict[str, int]
    stay_year: dict[str, float]
    seen: dict[str, int]
    aid_until: dict[int, int]
    past: dict[int, int] = field(default_factory=dict)

    def at(self, months: int) -> int:
        """Return the persons covered so many months after the day: counted, or perkiraan."""
        if months == 0:
            return sum(self.active.values())
        if months in self.past:
            return self.past[months]
        held = sum(
            self.active[g] * self.stay_year[g] ** (max(months, 0) / 12) for g in ("firm", "own")
        )
        return int(held) + sum(n for until, n in self.aid_until.items() if until >= months)

    def before_year(self, day: date, year: int) -> tuple[int, date]:
        """Return who was covered on the last day of the year before, or today if that is ahead.

        Args:
            day: Day of the data.
            year: Plan year.
        """
        last = date(year - 1, 12, 31)
        if months_between(day, last) in self.past:
            return self.at(months_between(day, last)), last
        return sum(self.active.values()), day


def group_sql() -> str:
    """Return SQL of the group of a person: covered by a firm, by own payment, by aid."""
    aid = ", ".join(f"'{p}'" for p in AID_PAYERS)
    return f"""CASE WHEN list_has_any(string_split(segments, ','), ['pu', 'jakon', 'pmi'])
      OR list_contains(string_split(payers, ','), 'pemberi_kerja') THEN 'firm'
    WHEN NOT list_has_all([{aid}], string_split(payers, ',')) THEN 'own' ELSE 'aid' END"""


def standing(engine: DuckEngine, basis: Basis, year: int) -> Standing:
    """Return who is covered on the day of the data and how many of such persons stay.

    Args:
        engine: Engine in which the basis was prepared.
        basis: The basis.
        year: Plan year; of its months that are over, and of the December before, cover is counted.
    """
    inside = f"(p.kode_wilayah_ktp = '{basis.place}' OR starts_with(p.kode_wilayah_ktp, '{basis.place}.'))"  # noqa: E501
    counted = engine.frame(f"""
        SELECT {group_sql()} AS kind, count(*) AS n
        FROM people p JOIN status s USING (person_id)
        WHERE s.is_active AND {inside} GROUP BY kind""")
    active = dict.fromkeys(GROUPS, 0) | {k: int(n) for k, n in counted.iter_rows() if k in GROUPS}
    day = f"DATE '{basis.as_of.isoformat()}'"
    stayed = engine.frame(f"""
        WITH months AS (
          SELECT person_id, bulan, string_agg(DISTINCT segment, ',') AS segments,
            string_agg(DISTINCT payer, ',') AS payers
          FROM ledger WHERE bulan IN (date_trunc('month', {day}),
            date_trunc('month', {day} - INTERVAL 12 MONTH)) GROUP BY person_id, bulan
        ),
        first AS (SELECT person_id, {group_sql()} AS kind FROM months
          WHERE bulan < date_trunc('month', {day}))
        SELECT kind, count(*) AS n, count(m.person_id) AS still
        FROM first f LEFT JOIN months m ON m.person_id = f.person_id
          AND m.bulan = date_trunc('month', {day})
        GROUP BY kind""")
    seen = dict.fromkeys(GROUPS, 0)
    stay = dict.fromkeys(GROUPS, 1.0)
    for kind, n, still in stayed.iter_rows():
        if kind in GROUPS and n:
            seen[kind], stay[kind] = int(n), int(still) / int(n)
    aid = ", ".join(f"'{p}'" for p in AID_PAYERS)
    paid = engine.frame(f"""
        SELECT until, count(*) AS n FROM (
          SELECT person_id, max(datediff('month', {day}, bulan)) AS until FROM ledger
          WHERE payer IN ({aid}) AND bulan > {day} GROUP BY person_id) GROUP BY until""")
    ahead = {int(u): int(n) for u, n in paid.iter_rows()}
    return Standing(active, stay, seen, ahead, _past(engine, basis, inside, year))


def _past(engine: DuckEngine, basis: Basis, inside: str, year: int) -> dict[int, int]:
    """Return who was covered at the end of the months from December before the year to the day."""
    first = date(year - 1, 12, 1)
    if basis.as_of <= last_day(first):
        return {}
    counted = trend_sql(first, basis.as_of, basis.rules, is_active_only=True)
    months = engine.frame(f"""
        WITH persons AS NOT MATERIALIZED (
          SELECT * FROM persons p WHERE {inside} AND (p.meninggal_on <= DATE '{basis.as_of}'
            OR p.person_id IN (SELECT person_id FROM people))
        ) SELECT bulan, n_active FROM ({counted}) WHERE bulan <= DATE '{basis.as_of}'""")
    return {months_between(basis.as_of, month): int(n) for month, n in months.iter_rows()}


def base_cover(
    engine: DuckEngine, basis: Basis, held: Standing, year: int, denominator: int
) -> BaseCover:
    """Return the cover without the plan in every month of a plan year.

    Args:
        engine: Engine in which the basis was prepared.
        basis: The basis.
        held: Who is covered on the day of the data.
        year: Plan year.
        denominator: Workers.
    """
    first = months_between(basis.as_of, basis.as_of.replace(year=year, month=1, day=1))
    return BaseCover(
        tuple(held.at(first + m) for m in range(12)), denominator, fair(engine, basis),
        basis.rules.jkm_waiting_months,
    )  # fmt: skip


def fair(engine: DuckEngine, basis: Basis) -> tuple[Fair, ...]:
    """Return how many workers of decile 1–4 each kelurahan has and how many are covered."""
    rows = engine.frame(f"""
        SELECT w.kode_wilayah_ktp AS kode, count(*) FILTER (s.is_active) AS covered, count(*) AS n
        FROM workers w JOIN status s USING (person_id)
        WHERE w.desil BETWEEN 1 AND {POOR_DECILES} AND length(w.kode_wilayah_ktp) = 13
          AND starts_with(w.kode_wilayah_ktp, '{basis.place}.')
        GROUP BY kode ORDER BY kode""")
    return tuple(Fair(kode, int(c), int(n)) for kode, c, n in rows.iter_rows())
