"""Does the interval that ``cakup measure`` prints hold the truth on the package's own city?

The fictitious city of ``cakup synth`` shares nothing with ``bench.noisy_city``, on which the method
was developed. Its files are imported and linked as an office would; the share of persons on lists
who are in the participant file is compared with the truth, for all lists and for each.

    python -m bench.list_coverage                       132,826 workers
    python -m bench.list_coverage --workers 20000 --seed 900001
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import polars as pl

from bench.spent import machine
from bench.true_links import import_city, true_persons
from cakup.pipeline import link, synth
from cakup.pipeline.imports import all_imports
from cakup.pipeline.list_coverage import ALL
from cakup.pipeline.workspace import Workspace

SEED, WORKERS, SHARE_COVERED = 900_000, 132_826, 0.3277


def compared(workspace: Workspace, files: Path) -> pl.DataFrame:
    """Return one row per list and one for all: truth, share as linked, corrected, interval.

    Args:
        workspace: Linked.
        files: Folder of the city, with its truth.
    """
    rows = true_persons(workspace, files)
    imports = pl.DataFrame(
        [(i.id, i.kind, i.sender) for i in all_imports(workspace)],
        schema=["import_id", "kind", "sender"], orient="row",
    )  # fmt: skip
    store = workspace.store()
    accepted = pl.read_parquet(store.path("memberships")).select(
        "import_id", "sheet", "sheet_row"
    )  # fmt: skip
    rows = rows.join(accepted, on=["import_id", "sheet", "sheet_row"]).join(imports, on="import_id")
    enrolled = rows.filter(pl.col("kind") == "peserta")["true_person"].unique()
    listed = rows.filter(pl.col("kind") == "daftar_pekerja").with_columns(
        is_covered=pl.col("true_person").is_in(enrolled.implode())
    )
    each = listed.group_by("import_id", "sender").agg(truth=pl.col("is_covered").mean())
    whole = listed.unique("true_person")["is_covered"].mean()
    truth = pl.concat(
        [pl.DataFrame({"import_id": [ALL], "sender": [ALL], "truth": [whole]}), each]
    )  # fmt: skip
    told = pl.read_parquet(store.path("list_coverage"))
    return truth.join(told, on="import_id").sort("listed", descending=True)


def main() -> None:
    """Make a city, link it and print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--noise", type=float, default=1.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        synth.run(
            synth.Request(
                str(files), workers=asked.workers, covered=round(asked.workers * SHARE_COVERED),
                seed=asked.seed, noise=asked.noise,
            )
        )  # fmt: skip
        workspace = import_city(files, Path(folder) / "workspace")
        link.run(link.Request(), workspace)
        found = compared(workspace, files)
    print("| daftar | baris | kebenaran | menurut padanan | dikoreksi | selang 95 % | memuat |")
    print("|---|---:|---:|---:|---:|---:|---|")
    for row in found.iter_rows(named=True):
        inside = row["low"] <= row["truth"] <= row["high"]
        print(
            f"| {row['sender']} | {row['listed']:,.0f} | {100 * row['truth']:.2f} "
            f"| {100 * row['uncorrected']:.2f} | {100 * row['value']:.2f} "
            f"| {100 * row['low']:.2f}–{100 * row['high']:.2f} | {'ya' if inside else 'tidak'} |"
        )
    print(f"\nBenih {asked.seed}; {machine('polars', 'numpy', 'duckdb')}")


if __name__ == "__main__":
    main()
