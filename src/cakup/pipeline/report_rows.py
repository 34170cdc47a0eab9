"""Numbers of the report that are not figures: months, ends of cover, senders, what waits.

Everything here reads the temp tables that ``pipeline.measure`` leaves in its engine: ``facts`` (one
row per person: region, is_active, is_worker, is_kept) and ``pipeline.basis``'s views.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

import polars as pl

from cakup.documents.report.model import SenderLine, TrendPoint
from cakup.kernel.months import add_months, first_day
from cakup.kernel.ports import SqlEngine
from cakup.ledger.activity import trend_sql
from cakup.ledger.intervals import intervals_sql
from cakup.ledger.rules import Rules
from cakup.pipeline.gap_rows import pending_sql
from cakup.pipeline.imports import Import

MONTHS_BACK, MONTHS_AHEAD = 23, 6
DAYS_AHEAD = 90


def narrowed(
    sql: str, segments: Sequence[str], place: str, region: str, as_of: date, order: str
) -> str:  # fmt: skip
    """Return SQL that sees only what the headline counts of ``persons, ledger, enrolments``.

    Those who died by the day of the report are kept: they were active in earlier months.

    Args:
        sql: SQL over these tables.
        segments: Segments that count.
        place: Kemendagri code of the city.
        region: Region rule.
        as_of: Day of the report.
        order: Column by which the rows come.
    """
    wanted = ", ".join(f"'{s}'" for s in segments)
    kode = f"kode_wilayah_{region}"
    # Written out by hand they would be copied first: millions of months.
    return f"""
WITH persons AS NOT MATERIALIZED (
  SELECT * FROM persons
  WHERE person_id IN (SELECT person_id FROM facts WHERE region = 'in' AND is_kept)
    OR (meninggal_on <= DATE '{as_of.isoformat()}'
      AND ({kode} = '{place}' OR starts_with({kode}, '{place}.')))
), ledger AS NOT MATERIALIZED (SELECT * FROM ledger WHERE segment IN ({wanted})
), enrolments AS NOT MATERIALIZED (SELECT * FROM enrolments WHERE segment IN ({wanted}))
SELECT * FROM ({sql}) ORDER BY {order}"""


def trend(
    engine: SqlEngine, narrow: Callable[[str, str], str], as_of: date, rules: Rules, n_active: int
) -> tuple[TrendPoint, ...]:
    """Return the active persons of 24 months to the day, and the months already paid after it.

    Args:
        engine: Engine after ``measure``.
        narrow: ``narrowed`` for this report: SQL and order → SQL.
        as_of: Day of the report; its month carries the headline's number.
        rules: Counting rules of that day, for all months.
        n_active: Persons of the headline.
    """
    first = add_months(as_of, -MONTHS_BACK)
    sql = trend_sql(first, add_months(as_of, MONTHS_AHEAD), rules, is_active_only=True)
    rows = engine.frame(narrow(sql, "bulan")).rows(named=True)
    here = first_day(as_of)
    points = [
        TrendPoint(
            r["bulan"], n_active if r["bulan"] == here else int(r["n_active"]), r["bulan"] > here
        )
        for r in rows
    ]
    begun = next((i for i, p in enumerate(points) if p.n_active), len(points))
    return tuple(points[begun:])


def ending(
    engine: SqlEngine, narrow: Callable[[str, str], str], as_of: date, rules: Rules
) -> tuple[tuple[date, int], ...]:
    """Return the persons active now by the last month that is paid or spelled, up to 90 days on.

    Open spells do not end; persons of whom only the insurer's status is known are left out.

    Args:
        engine: Engine after ``measure``.
        narrow: ``narrowed`` for this report: SQL and order → SQL.
        as_of: Day of the report.
        rules: Counting rules.

    Returns:
        First day of the last month and persons, oldest first; months without anybody are left out.
    """
    until = as_of + timedelta(days=DAYS_AHEAD)
    day = f"DATE '{as_of.isoformat()}'"
    sql = f"""
WITH intervals AS ({intervals_sql(rules)}),
active AS (SELECT person_id FROM facts WHERE region = 'in' AND is_active),
spells AS (
  SELECT person_id, bool_or(until_on IS NULL) AS is_open, max(until_on) - 1 AS last_day
  FROM intervals WHERE evidence = 'spell' AND (until_on IS NULL OR until_on > {day})
  GROUP BY person_id
),
paid AS (
  SELECT person_id, max(last_day(bulan)) AS last_day FROM (
    SELECT person_id, bulan FROM ledger WHERE evidence = 'paid'
    UNION ALL SELECT person_id, paid_until FROM enrolments WHERE paid_until IS NOT NULL
  ) GROUP BY person_id
)
SELECT date_trunc('month', greatest(s.last_day, p.last_day))::DATE AS bulan, count(*) AS n
FROM active a LEFT JOIN spells s USING (person_id) LEFT JOIN paid p USING (person_id)
WHERE NOT coalesce(s.is_open, false) AND greatest(s.last_day, p.last_day) <= DATE '{until}'
GROUP BY 1"""
    return tuple((bulan, int(n)) for bulan, n in engine.frame(narrow(sql, "bulan")).iter_rows())


def area_doubts(engine: SqlEngine) -> dict[str, tuple[int, int]]:
    """Return, per kelurahan, covered persons on a doubtful link and others who may be covered.

    Returns:
        Code → (persons fewer if every doubtful link is wrong, persons more if every open pair with
        an active participant is right).
    """
    sql = f"""
WITH linked AS (
  SELECT person_id, max(probability) AS chance FROM memberships WHERE kind = 'peserta'
  GROUP BY person_id
), pending AS ({pending_sql()})
SELECT f.desa_kelurahan,
  count(*) FILTER (f.is_active AND coalesce(l.chance, 1) < 0.95) AS n_doubtful,
  count(*) FILTER (f.is_worker AND NOT f.is_active AND coalesce(d.maybe_covered, false)) AS n_maybe
FROM facts f LEFT JOIN linked l USING (person_id) LEFT JOIN pending d USING (person_id)
WHERE f.region = 'in' GROUP BY f.desa_kelurahan ORDER BY f.desa_kelurahan"""
    return {kode: (int(a), int(b)) for kode, a, b in engine.frame(sql).iter_rows()}


def senders(
    engine: SqlEngine, imports: Sequence[Import], *, is_cover_known: bool = True
) -> tuple[SenderLine, ...]:
    """Return one line per sender of lists of people, by name.

    Args:
        engine: Engine after ``measure``.
        imports: Files that answer for the day.
        is_cover_known: Whether anybody is known to be covered; else no share is told.
    """
    by_sender: dict[str, list[Import]] = {}
    for one in imports:
        if one.kind in ("daftar_pekerja", "dtsen"):
            by_sender.setdefault(one.sender, []).append(one)
    sent = [(i.id, sender) for sender, files in by_sender.items() for i in files]
    schema = {"import_id": pl.String, "sender": pl.String}
    engine.register("sent", pl.DataFrame(sent, schema=schema, orient="row"))
    rows = engine.frame("""
        SELECT f.sender, count(*) AS held, count(DISTINCT m.person_id) AS persons,
          count(*) FILTER (r.nik_status <> 'ok') AS bad_nik,
          count(*) FILTER (r.is_sk_ready) AS sk_ready,
          count(DISTINCT m.person_id) FILTER (s.is_active) AS matched
        FROM records r JOIN sent f ON f.import_id = r.import_id
        JOIN memberships m ON m.record_id = r.record_id
        LEFT JOIN status s ON s.person_id = m.person_id
        GROUP BY f.sender ORDER BY f.sender""").rows(named=True)
    engine.drop("sent")
    return tuple(
        SenderLine(
            sender=row["sender"], **_outcomes(files, row["held"]), quality=_score(files),
            duplicates=row["held"] - row["persons"],
            **{n: row[n] for n in ("bad_nik", "persons", "sk_ready")},
            matched=row["matched"] if is_cover_known else None,
        )
        for row in rows
        for files in (by_sender[row["sender"]],)
    )  # fmt: skip


def _outcomes(files: Iterable[Import], held: int) -> dict[str, int]:
    """Return rows by outcome from the manifests; without counts all rows held are accepted."""
    counted = [i.facts["rows"] for i in files if "rows" in i.facts]
    if not counted:
        return {"rows": held, "accepted": held, "noted": 0, "returned": 0}
    accepted, noted, returned = (
        sum(int(c.get(name, 0)) for c in counted) for name in ("accepted", "noted", "returned")
    )
    return {
        "rows": accepted + noted + returned, "accepted": accepted, "noted": noted,
        "returned": returned,
    }  # fmt: skip


def _score(files: Iterable[Import]) -> float | None:
    """Return the quality score 0–1 of a sender: that of its files, weighted by their rows."""
    scored = [
        (float(q["score"]), int(i.facts.get("rows", {}).get("read", 1)) or 1)
        for i in files
        if (q := i.facts.get("quality")) and q.get("score") is not None
    ]
    if not scored:
        return None
    return sum(s * n for s, n in scored) / sum(n for _, n in scored) / 100


def is_fictitious(engine: SqlEngine) -> bool:
    """Return whether most NIKs carry kecamatan digits 91–99, which no area has."""
    share = engine.value(
        "SELECT avg((substr(nik, 5, 2) BETWEEN '91' AND '99')::INTEGER) FROM persons"
        " WHERE nik IS NOT NULL"
    )
    return share is not None and float(share) > 0.5


def workers_without_kelurahan(engine: SqlEngine) -> int:
    """Return the known workers of the city, or of nobody knows where, without a kelurahan."""
    return int(
        engine.value(
            "SELECT count(*) FROM facts WHERE is_worker AND (region = 'unknown'"
            " OR (region = 'in' AND desa_kelurahan = 'tidak_diketahui'))"
        )
    )


def workers_elsewhere(engine: SqlEngine) -> int:
    """Return the known workers whose place is outside the city."""
    return int(engine.value("SELECT count(*) FROM facts WHERE region = 'out' AND is_worker"))
