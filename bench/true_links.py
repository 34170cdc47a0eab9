"""Linkage without a fault, from the truth of a fictitious city: what counting alone gets right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from cakup.engines.files import read_json
from cakup.pipeline import import_files, ledger, link
from cakup.pipeline.imports import all_imports
from cakup.pipeline.workspace import Workspace

PURPOSE = "pengukuran pada kota rekaan"


def import_city(files: Path, folder: Path) -> Workspace:
    """Import every file of a fictitious city as its manifest says.

    Args:
        files: Folder made by ``cakup synth``.
        folder: Folder of the new workspace.
    """
    workspace = Workspace.create(folder, "12.75", seed=7)
    for one in read_json(files / "daftar-berkas.json")["files"]:
        request = import_files.Request(
            (str(files / one["file"]),), kind=one["kind"], sender=one["sender"],
            as_of=one["as_of"], list_name=one["list"], purpose=PURPOSE,
        )  # fmt: skip
        import_files.run(request, workspace)
    return workspace


def true_persons(workspace: Workspace, files: Path) -> pl.DataFrame:
    """Return ``import_id, sheet, sheet_row, true_person`` of every row that stands for a person."""
    names = {i.id: i.file_name for i in all_imports(workspace)}
    known = pl.DataFrame({"import_id": list(names), "file": list(names.values())})
    truth = pl.read_parquet(files / "truth" / "records.parquet")
    return truth.join(known, on="file").drop("file")


def link_truly(workspace: Workspace, files: Path) -> None:
    """Link and build the ledger as if linkage never erred.

    Args:
        workspace: Made by ``import_city``.
        files: Folder made by ``cakup synth``.
    """
    held = link._linkage
    link._linkage = lambda: _resolver(true_persons(workspace, files))
    try:
        link.run(link.Request(), workspace)
    finally:
        link._linkage = held
    ledger.run(ledger.Request(), workspace)


def _resolver(truth: pl.DataFrame) -> Callable[[Any, Any], None]:
    """Return a linkage that puts the rows of each true person together and asks nobody."""

    def resolve(engine: Any, _progress: Any) -> None:
        engine.drop("true_rows")
        engine.register("true_rows", truth)
        engine.run("""
            CREATE OR REPLACE TEMP TABLE r_clusters AS
            SELECT r.record_id, min(r.record_id) OVER (PARTITION BY t.true_person) AS cluster_id,
              1.0::DOUBLE AS probability, '{"pass": "truth"}' AS evidence
            FROM records r JOIN true_rows t ON t.import_id = r.import_id AND t.sheet = r.sheet
              AND t.sheet_row = r.sheet_row""")
        engine.run("""
            CREATE OR REPLACE TEMP TABLE r_links AS
            SELECT c.cluster_id, c.record_id AS peserta_record_id, r.kpj, c.probability, c.evidence,
              'link' AS decision
            FROM r_clusters c JOIN records r ON r.record_id = c.record_id AND r.kind = 'peserta'""")
        engine.run("""
            CREATE OR REPLACE TEMP TABLE r_review (left_record_id VARCHAR, right_record_id VARCHAR,
              probability DOUBLE, pattern VARCHAR, value_of_information DOUBLE)""")

    return resolve
