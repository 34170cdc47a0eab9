"""Counting on a fictitious city whose linkage is perfect: whom the figures hold, against the truth.

What differs from the truth then is no fault of linkage. Every difference is looked at person by
person: it must come from what the files say (an unreported death, a wrong address), never from
counting somebody who lives elsewhere, is dead, does not work or is a civil servant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.true_links import import_city, link_truly, true_persons
from cakup.coverage.completeness import fienberg
from cakup.pipeline import gap, measure, report, synth
from cakup.pipeline.imports import all_imports
from cakup.pipeline.measure import Measurement
from cakup.pipeline.workspace import Workspace

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

DAY = date(2025, 10, 31)
WORKERS, COVERED = 2_000, 660
PLACE = "12.75"


@dataclass(frozen=True)
class City:
    """A workspace, what was measured, and per true person the facts, rows and truth."""

    workspace: Workspace
    found: Measurement
    people: dict[int, dict[str, Any]]
    rows: dict[int, list[dict[str, Any]]]
    truth: dict[int, dict[str, Any]]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    files = tmp_path_factory.mktemp("files")
    synth.run(synth.Request(str(files), workers=WORKERS, covered=COVERED, seed=41))
    workspace = import_city(files, tmp_path_factory.mktemp("space") / "w")
    link_truly(workspace, files)
    with workspace.engine() as engine:
        found = measure.measure_in(engine, workspace, measure.Request(DAY))
        engine.register("true_rows", true_persons(workspace, files))
        joined = """memberships m JOIN true_rows t ON t.import_id = m.import_id
            AND t.sheet = m.sheet AND t.sheet_row = m.sheet_row"""
        people = engine.frame(f"""
            SELECT DISTINCT t.true_person, f.*, p.no_worker, p.is_asn, s.lapsed_on
            FROM {joined} JOIN facts f ON f.person_id = m.person_id
            JOIN status s ON s.person_id = m.person_id
            JOIN people p ON p.person_id = m.person_id""")
        rows = engine.frame(f"""
            SELECT t.true_person, r.kind, r.kode_wilayah_ktp, r.is_pekerja, r.is_asn, r.pekerjaan,
              r.meninggal_on, r.selesai_on
            FROM {joined} JOIN records r ON r.record_id = m.record_id""")
    grouped: dict[int, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        grouped.setdefault(row["true_person"], []).append(row)
    truth = pl.read_parquet(files / "truth" / "persons.parquet")
    return City(
        workspace, found, {p["true_person"]: p for p in people.iter_rows(named=True)}, grouped,
        {t["true_person"]: t for t in truth.iter_rows(named=True)},
    )  # fmt: skip


def _is_here(kode: str | None) -> bool:
    return kode is not None and (kode == PLACE or kode.startswith(PLACE + "."))


def test_linkage_is_perfect(city: City) -> None:
    assert len({p["person_id"] for p in city.people.values()}) == len(city.people)


def test_the_covered_are_those_of_the_truth_but_for_what_the_files_do_not_say(city: City) -> None:
    counted = {
        n for n, p in city.people.items() if p["region"] == "in" and p["is_active"]
    }  # fmt: skip
    covered = {n for n, t in city.truth.items() if t["is_covered"]}
    for n in counted - covered:
        truth, said = city.truth[n], city.rows[n]
        dead = truth["meninggal_on"] is not None and truth["meninggal_on"] <= DAY
        unreported = dead and not any(r["kind"] == "kematian" for r in said)
        placed = not truth["is_resident"] and any(_is_here(r["kode_wilayah_ktp"]) for r in said)
        assert unreported or placed, "somebody else is counted"
    for n in covered - counted:
        said = [r["kode_wilayah_ktp"] for r in city.rows[n] if r["kode_wilayah_ktp"]]
        assert not said or not all(_is_here(k) for k in said), "lost without a reason"
    # Per cent of the covered: what unreported deaths and missing places may do.
    assert len(covered - counted) <= COVERED * 0.01
    assert abs(len(counted) - len(covered)) <= COVERED * 0.01


def test_nobody_to_visit_is_dead_elsewhere_idle_too_old_or_a_civil_servant(city: City) -> None:
    dtsen = max(i.as_of for i in all_imports(city.workspace) if i.kind == "dtsen")
    for n, p in city.people.items():
        if p["region"] != "in" or not p["is_worker"] or p["is_active"] or p["is_over_age"]:
            continue
        said = city.rows[n]
        assert not any(r["meninggal_on"] for r in said if r["kind"] == "kematian")
        assert any(_is_here(r["kode_wilayah_ktp"]) for r in said)
        working = [
            r for r in said
            if r["kind"] == "daftar_pekerja" or (r["kind"] == "dtsen" and r["is_pekerja"])
        ]  # fmt: skip
        idle = any(r["kind"] == "dtsen" and r["is_pekerja"] is False for r in said)
        assert working or any(r["kind"] == "peserta" for r in said)
        # DTSEN's word counts only if the cover had ended by the date of its data.
        assert working or not idle or p["is_covered"] or p["lapsed_on"] > dtsen
        assert not city.truth[n]["is_asn"] or not working
        assert p["age_years"] is None or 15 <= p["age_years"] < 65


def test_known_workers_are_near_the_truth(city: City) -> None:
    """Of the truth's own known workers at least 98 in 100 are known; hardly anybody else is."""
    known = {
        n for n, p in city.people.items()
        if p["region"] == "in" and (p["is_worker"] or (p["no_worker"] is None and p["is_asn"]))
    }  # fmt: skip
    true = {
        n for n, t in city.truth.items()
        if t["is_worker"] and t["is_resident"] and t["meninggal_on"] is None
    }  # fmt: skip
    listed = {n for n in true if city.truth[n]["is_listed"] or city.truth[n]["is_participant"]}
    assert len(listed & known) >= 0.98 * len(listed)
    assert len(known - true) <= 0.03 * len(known)


def test_measure_report_and_gap_tell_one_story(city: City, tmp_path: Path) -> None:
    division = city.found.division
    assert division is not None
    assert sum(n for _, n in division.named()) == 132_826
    told = report.gather(report.Request(out="", as_of=DAY), city.workspace)
    assert told.parts is not None
    assert told.parts.known_uncovered == division.to_visit
    lists = gap.run(gap.Request(as_of=DAY, out=str(tmp_path)), city.workspace)
    assert lists.persons - lists.without_place == division.to_visit
    assert lists.unlisted == division.unlisted


def test_civil_servants_of_any_list_are_left_out_and_counted_apart(city: City) -> None:
    with_them = measure.run(measure.Request(DAY, asn="in"), city.workspace)
    division = city.found.division
    assert division is not None
    assert division.asn > 0
    assert with_them.sums["n_workers"] == city.found.sums["n_workers"] + division.asn
    true = sum(t["is_asn"] and t["is_worker"] and t["is_listed"] for t in city.truth.values())
    assert division.asn >= 0.97 * true


def test_three_lists_come_nearest_to_the_unlisted(city: City) -> None:
    """Among true workers, linked without a fault, the three-list estimate is the nearest."""
    cells: dict[tuple[bool, bool, bool], int] = {}
    unlisted = 0
    for n, t in city.truth.items():
        if not (t["is_worker"] and t["is_resident"]):
            continue
        said = city.rows.get(n, [])
        pattern = (
            any(r["kind"] == "daftar_pekerja" for r in said),
            any(r["kind"] == "dtsen" and r["is_pekerja"] for r in said),
            any(r["kind"] == "peserta" for r in said),
        )
        if any(pattern):
            cells[pattern] = cells.get(pattern, 0) + 1
        else:
            unlisted += 1
    found = fienberg(cells)
    assert found is not None
    assert found.low <= unlisted <= found.high
