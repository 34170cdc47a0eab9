"""A province of some 1,500 fictitious people in a workspace: several units, movers among them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bench import noisy_province
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields
from cakup.pipeline.workspace import Workspace
from hand_made import write_import

BESIDE = ("row", "side", "source", "person")


def build(folder: Path, persons: int = 1_500, seed: int = 5203) -> Workspace:
    """Return a workspace in which nothing was linked yet."""
    return build_known(folder, persons, seed)[0]


def build_known(
    folder: Path, persons: int = 1_500, seed: int = 5203
) -> tuple[Workspace, dict[str, int]]:
    """Return a workspace in which nothing was linked yet, and the person of each record."""
    files = folder / "files"
    files.mkdir(parents=True)
    made = noisy_province.make(persons, seed, files, city=persons // 3, in_process=True)
    workspace = Workspace.create(folder / "w", "12.75", seed=7)
    tables = [pl.read_parquet(made.workers), pl.read_parquet(made.register)]
    asked = (Asked({}, (), "list"), Asked({}))
    rows = in_one_form(pl.concat(
        [logical_rows(t, table_fields(t.columns, a), side)
         for side, (t, a) in enumerate(zip(tables, asked, strict=True))], how="diagonal",
    ))  # fmt: skip
    truth = [pl.read_parquet(p)["person"] for p in (made.truth, made.truth_register)]
    lists = rows.with_columns(person=pl.concat(truth)).partition_by("side", "source", as_dict=True)
    known: dict[str, int] = {}
    for number, ((side, source), held) in enumerate(sorted(lists.items())):
        fields = held.drop(BESIDE).rows(named=True)
        if side:
            fields = [f | {"kpj": f"K{at:06d}"} for at, f in enumerate(fields)]
        kind = "peserta" if side else "daftar_pekerja"
        ids = write_import(
            workspace, f"{number:016x}", kind, fields, sender=source, list_name=source
        )
        known |= dict(zip(ids, held["person"].to_list(), strict=True))
    return workspace, known
