"""How far the estimates of the unlisted are off: ``python -m bench.unlisted --seeds 41,42``.

Fictitious cities, of which the truth is known. Each is measured twice: linked without a fault (from
the truth) and by ``cakup link``. What is printed stands in
``docs/explanation/kelengkapan-daftar.md``.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date
from pathlib import Path

import polars as pl

from bench.spent import machine
from bench.true_links import import_city, link_truly, true_persons
from cakup.pipeline import ledger, link, measure, synth
from cakup.pipeline.measure import Measurement
from cakup.pipeline.workspace import Workspace

DAY = date(2025, 10, 31)


def main() -> None:
    """Print one line per city, linkage and method."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--workers", type=int, default=132_826)
    given.add_argument("--seeds", default="41,42,43")
    asked = given.parse_args()
    print(machine())
    print("seed | linkage | known, true | known, counted | unlisted, true | method | estimate | "
          "95 % interval | off | truth inside")  # fmt: skip
    for seed in (int(s) for s in asked.seeds.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            _city(Path(folder), asked.workers, seed)


def _city(folder: Path, workers: int, seed: int) -> None:
    """Make one city, link it both ways and print what was found."""
    files = folder / "files"
    synth.run(synth.Request(str(files), workers=workers, seed=seed))
    workspace = import_city(files, folder / "w")
    link_truly(workspace, files)
    known = _known_workers(workspace, files)
    _tell(seed, "true", known, workers, measure.run(measure.Request(DAY), workspace))
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    _tell(seed, "cakup", known, workers, measure.run(measure.Request(DAY), workspace))


def _known_workers(workspace: Workspace, files: Path) -> int:
    """Return the true workers of the city who are on any list that states work."""
    with workspace.engine() as engine:
        workspace.store().view(engine, "memberships")
        paths = sorted((workspace.root / "imports").glob("*/records.parquet"))
        engine.view("records", *paths)
        stating = engine.frame("""
            SELECT DISTINCT m.import_id, m.sheet, m.sheet_row FROM memberships m
            JOIN records r ON r.record_id = m.record_id
            WHERE r.kind IN ('daftar_pekerja', 'peserta') OR (r.kind = 'dtsen' AND r.is_pekerja)""")
    truth = pl.read_parquet(files / "truth" / "persons.parquet").filter("is_worker", "is_resident")
    rows = true_persons(workspace, files).join(stating, on=["import_id", "sheet", "sheet_row"])
    return truth.join(rows, on="true_person", how="semi").height


def _tell(seed: int, linkage: str, known: int, workers: int, found: Measurement) -> None:
    counted = next(f.numerator for f in found.figures if f.name == "kelengkapan")
    unlisted = workers - known
    for one in found.estimates:
        off = one.unlisted / unlisted - 1
        inside = "yes" if one.low <= unlisted <= one.high else "no"
        told = (
            seed, linkage, f"{known:,}", f"{counted:,}", f"{unlisted:,}", one.method,
            f"{one.unlisted:,.0f}", f"{one.low:,.0f}–{one.high:,.0f}", f"{off:+.0%}", inside,
        )  # fmt: skip
        print(" | ".join(str(part) for part in told))


if __name__ == "__main__":
    main()
