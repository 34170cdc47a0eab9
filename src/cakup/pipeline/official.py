"""``cakup measure --official``: another office's count beside ours, with a bridge that adds up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import yaml

from cakup.coverage import counts
from cakup.coverage.bridge import COUNTED, REGIONS, Bridge, Official, bridge
from cakup.intake.reading import read
from cakup.kernel.errors import InputError, UsageError, Where
from cakup.kernel.months import first_day, parse_day
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import SEGMENTS
from cakup.pipeline.basis import REGIONS as RULES
from cakup.pipeline.basis import Basis, prepare
from cakup.pipeline.imports import all_imports, in_force
from cakup.pipeline.measure import Measurement, make_facts
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine

KEYS = frozenset(
    {"issuer", "document", "as_of", "covered", "region", "segments", "count_of", "jakon", "base"}
)
JAKON = ("heads", "named")


def read_official(path: Path) -> Official:
    """Read a published count: YAML, or a table of two columns (key, value).

    Args:
        path: ``.yaml``, ``.yml``, or a workbook or CSV.

    Raises:
        UsageError: ``usage.file_missing``.
        InputError: ``official.bad_file`` naming the key.
    """
    if not path.is_file():
        raise UsageError("usage.file_missing", path=path.name)
    try:
        given = _yaml(path) if path.suffix.lower() in (".yaml", ".yml") else _table(path)
        return _official(given)
    except (KeyError, ValueError, TypeError, AttributeError, yaml.YAMLError) as err:
        key = err.args[0] if isinstance(err, KeyError | ValueError) and err.args else "–"
        raise InputError(
            "official.bad_file", where=Where(file=path.name), key=str(key)[:40],
            keys=", ".join(sorted(KEYS)),
        ) from err  # fmt: skip


def _yaml(path: Path) -> Mapping[str, Any]:
    given: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return given


def _table(path: Path) -> Mapping[str, Any]:
    rows = read(path).sheets[0].frame.rows()
    told = {(r[0] or "").strip(): (r[1] or "").strip() for r in rows if len(r) > 1 and r[0]}
    return {key: value for key, value in told.items() if key in KEYS}


def _official(given: Mapping[str, Any]) -> Official:
    unknown = set(given) - KEYS
    if unknown:
        raise ValueError(min(unknown))
    segments = given.get("segments", "pu,bpu,jakon")
    names = segments.split(",") if isinstance(segments, str) else list(segments)
    found = Official(
        issuer=str(given["issuer"]), document=str(given["document"]),
        as_of=_day(given["as_of"]), covered=_count("covered", given["covered"]),
        region=str(given.get("region", "ktp")), segments=tuple(n.strip() for n in names),
        count_of=str(given.get("count_of", "persons")),
        has_project_heads=str(given.get("jakon", "named")) == "heads",
        base=_count("base", given["base"]) if given.get("base") else None,
    )  # fmt: skip
    for key, value, known in (
        ("region", (found.region,), REGIONS), ("segments", found.segments, SEGMENTS),
        ("count_of", (found.count_of,), COUNTED), ("jakon", (given.get("jakon", "named"),), JAKON),
    ):  # fmt: skip
        if not set(value) <= set(known):
            raise ValueError(key)
    return found


def _day(given: Any) -> date:
    return given if isinstance(given, date) else parse_day(str(given), option="as_of")


def _count(key: str, given: Any) -> int:
    plain = str(given).replace(".", "").replace(" ", "")
    if not plain.isdigit():
        raise ValueError(key)
    return int(plain)


def compare(
    workspace: Workspace, ours: Measurement, official: Official, progress: Progress = SILENT
) -> Bridge:
    """Return the bridge from a measurement to a published count.

    Choices are exchanged one after the other: date, region, segments, the insurer's status, the
    dead, those without a place, numbers instead of persons, heads of projects, returned rows.

    Args:
        workspace: Workspace of the measurement.
        ours: Our measurement; its administrative count is where the bridge begins.
        official: Their count.
        progress: Listener.
    """
    request = ours.request
    with workspace.engine() as engine:
        basis = prepare(engine, workspace, official.as_of, request.known, progress)
        steps = _steps(engine, basis, ours, official)
        heads, _ = project_heads(engine, basis, official.as_of)
        steps["jakon"] = heads if official.has_project_heads else 0
    steps["returned"] = _returned(workspace, ours, official)
    doubtful = ("jakon",) if official.has_project_heads and not steps["jakon"] else ()
    estimate = round(ours.bounds.expected) if ours.bounds else None
    return bridge(ours.sums["n_active"], estimate, official, steps, doubtful)


def _steps(
    engine: DuckEngine, basis: Basis, ours: Measurement, official: Official
) -> dict[str, int]:
    """Return the terms that come from persons."""
    request, place = ours.request, basis.place
    theirs_region = "ktp" if official.region == "semua" else official.region

    def counted(region: str, segments: tuple[str, ...], *, everywhere: bool = False) -> int:
        scope = counts.Scope(place, region, segments, request.asn)
        make_facts(engine, scope, basis, axes=())
        where = "true" if everywhere else "region = 'in'"
        return int(engine.value(f"SELECT count(*) FROM facts WHERE is_active AND {where}"))

    everywhere = official.region == "semua"
    same = counted(request.region, request.segments)
    moved = counted(theirs_region, request.segments, everywhere=everywhere)
    with_pmi = tuple(sorted({*request.segments, *({"pmi"} & set(official.segments))}))
    pmi = counted(theirs_region, with_pmi, everywhere=everywhere)
    full = counted(theirs_region, official.segments, everywhere=everywhere)
    _view_numbers(engine, official, place, everywhere=everywhere)
    told = engine.frame("SELECT * FROM official_sums").row(0, named=True)
    return {
        "date": same - ours.sums["n_active"], "region": moved - same, "pmi": pmi - moved,
        "segments": full - pmi, "status": told["alive"] - full, "dead": told["dead"],
        "no_place": told["lost"],
        "duplicates": told["numbers"] - told["alive"] - told["dead"] - told["lost"]
        if official.count_of == "enrolments" else 0,
    }  # fmt: skip


def _view_numbers(engine: DuckEngine, official: Official, place: str, *, everywhere: bool) -> None:
    """Make ``official_sums``: persons whom the participant data call active, and their numbers.

    Over ``facts`` of the official scope.
    """
    segments = ", ".join(f"'{s}'" for s in official.segments)
    day = f"DATE '{official.as_of.isoformat()}'"
    inside = "true" if everywhere else "coalesce(f.region = 'in', d.is_here)"
    lost = "false" if everywhere else "coalesce(f.region = 'unknown', false)"
    rule = "ktp" if everywhere or official.region not in RULES else official.region
    here = f"p.kode_wilayah_{rule}"
    engine.run(f"""
CREATE OR REPLACE TEMP TABLE official_sums AS
WITH called AS (
  SELECT e.person_id, count(DISTINCT coalesce(r.kpj, e.record_id)) AS numbers
  FROM enrolments e JOIN records r ON r.record_id = e.record_id
  WHERE e.status_kepesertaan = 'aktif' AND e.segment IN ({segments})
    AND coalesce(e.answers_from <= {day}, true) AND coalesce(e.answers_to > {day}, true)
  GROUP BY e.person_id
), dead AS (
  SELECT p.person_id, {here} = '{place}' OR starts_with({here}, '{place}.') AS is_here
  FROM persons p WHERE p.meninggal_on <= {day}
), told AS (
  SELECT c.numbers, d.person_id IS NOT NULL AS is_dead, {lost} AS is_lost,
    coalesce({inside}, false) AS is_in
  FROM called c LEFT JOIN facts f ON f.person_id = c.person_id
  LEFT JOIN dead d ON d.person_id = c.person_id
  WHERE (d.person_id IS NOT NULL OR f.person_id IS NOT NULL) AND coalesce(f.is_kept, true)
)
SELECT count(*) FILTER (is_in AND NOT is_dead) AS alive,
  count(*) FILTER (is_in AND is_dead) AS dead,
  count(*) FILTER (is_lost AND NOT is_dead) AS lost,
  coalesce(sum(numbers) FILTER (is_in OR (is_lost AND NOT is_dead)), 0)::BIGINT AS numbers
FROM told""")


def project_heads(engine: DuckEngine, basis: Basis, day: date) -> tuple[int, int]:
    """Return heads and projects of construction in the month of a day, as stated.

    Projects whose place is known to be elsewhere are left out; nobody is de-duplicated.

    Args:
        engine: Engine in which ``basis.prepare`` was run.
        basis: What it prepared.
        day: The day.
    """
    month = first_day(day).isoformat()
    row = engine.frame(f"""
SELECT coalesce(sum(n_pekerja), 0)::BIGINT, count(*) FROM projects
WHERE coalesce(bulan, DATE '{month}') = DATE '{month}' AND coalesce(kode_wilayah_kerja =
  '{basis.place}' OR starts_with(kode_wilayah_kerja, '{basis.place}.'), true)""").row(0)
    return int(row[0]), int(row[1])


def _returned(workspace: Workspace, ours: Measurement, official: Official) -> int:
    """Return the rows of the answering participant files that came back to the sender."""
    files = in_force(all_imports(workspace, ours.request.known), official.as_of)
    total = 0
    for one in files:
        if one.kind == "peserta":
            rows = pl.read_parquet(workspace.root / "imports" / one.id / "rows.parquet")
            total += rows.filter(pl.col("outcome") == "returned").height
    return total
