"""A fictitious city with planted findings, imported, linked and booked; and who is who in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from cakup.engines.files import read_json
from cakup.pipeline import import_files, ledger, link, synth
from cakup.pipeline.imports import all_imports
from cakup.pipeline.places import places_import
from cakup.pipeline.workspace import Workspace

AS_OF = date(2025, 10, 31)


@dataclass(frozen=True)
class PlantedCity:
    """The city.

    Args:
        workspace: Its workspace.
        folder: The files as sent, with ``truth/``.
    """

    workspace: Workspace
    folder: Path

    def truth(self, name: str) -> pl.DataFrame:
        """Return one table of the truth."""
        return pl.read_parquet(self.folder / "truth" / f"{name}.parquet")

    @cached_property
    def who(self) -> pl.DataFrame:
        """``person_id, true_person``: whom the rows of each person really belong to."""
        files = pl.DataFrame(
            [(i.id, i.file_name) for i in all_imports(self.workspace)],
            schema=["import_id", "file"], orient="row",
        )  # fmt: skip
        members = pl.read_parquet(self.workspace.store().path("memberships"))
        rows = self.truth("records").with_columns(pl.col("sheet").fill_null(""))
        joined = members.join(files, on="import_id").with_columns(
            pl.when(pl.col("file").str.ends_with(".csv")).then(pl.lit(""))
            .otherwise("sheet").alias("sheet")
        ).join(
            rows.with_columns(pl.when(pl.col("file").str.ends_with(".csv")).then(pl.lit(""))
                              .otherwise("sheet").alias("sheet")),
            on=["file", "sheet", "sheet_row"],
        )  # fmt: skip
        return joined.select("person_id", "true_person").unique()


def build(folder: Path, *, workers: int = 3000, noise: float = 0.0, seed: int = 11) -> PlantedCity:
    """Make the city, import its files, link and book them."""
    city = synth.Request(
        str(folder / "kota"), workers=workers, noise=noise, seed=seed, findings=True
    )
    synth.run(city)
    workspace = Workspace.create(folder / "kerja", "12.75", seed=3)
    import_all(folder / "kota", workspace)
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    return PlantedCity(workspace, folder / "kota")


def import_all(folder: Path, workspace: Workspace) -> None:
    """Import every file of the city as its manifest says."""
    for one in read_json(folder / "daftar-berkas.json")["files"]:
        if one["kind"] == "places":
            places_import(workspace, folder / one["file"])
            continue
        import_files.run(
            import_files.Request(
                (str(folder / one["file"]),), kind=one["kind"], sender=one["sender"],
                as_of=one["as_of"], list_name=one["list"],
            ),
            workspace,
        )  # fmt: skip


UMK_YAML = """\
description: Upah minimum kota rekaan
unit: rp_month
values:
  2025-01-01:
    value: 3000000
    status: confirmed
    reference: {title: "Keputusan Gubernur rekaan 1/2025"}
    confirmed_by: "Ani, Disnaker"
    confirmed_on: 2025-01-10
    document: "Keputusan Gubernur rekaan 1/2025"
"""


def record_umk(workspace: Workspace) -> None:
    """Record the minimum wage of the fictitious city, as an office would."""
    folder = workspace.root / "parameters" / "employers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "umk_rp_month.yaml").write_text(UMK_YAML, encoding="utf-8")
