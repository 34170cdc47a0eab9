"""Does the interval that ``cakup measure`` prints hold the truth on the package's own city?

The fictitious city of ``cakup synth`` shares nothing with ``bench.noisy_city``, on which the method
was developed. Its files are imported and linked as an office would; the share of persons on lists
who are in the participant file is compared with the truth, for all lists and for each.

    python -m bench.list_coverage                       132,826 workers
    python -m bench.list_coverage --workers 20000 --seed 900001
    python -m bench.list_coverage --cities 24           small ones of three noises, in sum
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
#: What many cities are, in turn; seeds below 840,000 were used in development.
SIZES, NOISES, SHARES = (1500, 2500, 4000, 3000), (0.5, 1.0, 1.5), (0.2, 0.33, 0.5)


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


def city(seed: int, workers: int, noise: float, share: float) -> pl.DataFrame:
    """Make a city, link it, and return what ``compared`` returns.

    Args:
        seed: Seed.
        workers: Workers.
        noise: Of names and numbers; 1 is usual.
        share: Share of workers who are covered.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        synth.run(
            synth.Request(
                str(files), workers=workers, covered=round(workers * share), seed=seed, noise=noise
            )
        )  # fmt: skip
        workspace = import_city(files, Path(folder) / "workspace")
        link.run(link.Request(), workspace)
        return compared(workspace, files)


def print_city(found: pl.DataFrame) -> None:
    """Print one city, list by list."""
    print("| daftar | baris | kebenaran | menurut padanan | dikoreksi | selang 95 % | memuat |")
    print("|---|---:|---:|---:|---:|---:|---|")
    for row in found.iter_rows(named=True):
        inside = row["low"] <= row["truth"] <= row["high"]
        print(
            f"| {row['sender']} | {row['listed']:,.0f} | {100 * row['truth']:.2f} "
            f"| {100 * row['uncorrected']:.2f} | {100 * row['value']:.2f} "
            f"| {100 * row['low']:.2f}–{100 * row['high']:.2f} | {'ya' if inside else 'tidak'} |"
        )


def print_cities(found: pl.DataFrame) -> None:
    """Print many cities: how often intervals hold the truth, by noise."""
    inside = (pl.col("low") <= pl.col("truth") + 1e-6) & (pl.col("truth") <= pl.col("high") + 1e-6)
    told = (
        found.with_columns(is_whole=pl.col("import_id") == ALL, inside=inside)
        .group_by("noise", "is_whole")
        .agg(
            n=pl.len(), inside=pl.col("inside").sum(),
            error=100 * (pl.col("value") - pl.col("truth")).mean(),
            width=100 * (pl.col("high") - pl.col("low")).mean(),
            uncorrected=100 * (pl.col("uncorrected") - pl.col("truth")).mean(),
        ).sort("is_whole", "noise", descending=[True, False])
    )  # fmt: skip
    print("| selang | derau | banyaknya | memuat | galat | lebar | tanpa koreksi |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for row in told.iter_rows(named=True):
        print(
            f"| {'semua daftar' if row['is_whole'] else 'satu daftar'} | {row['noise']} "
            f"| {row['n']} | {row['inside']} ({100 * row['inside'] / row['n']:.0f} %) "
            f"| {row['error']:+.2f} | {row['width']:.2f} | {row['uncorrected']:+.2f} |"
        )


def main() -> None:
    """Make cities, link them and print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--noise", type=float)
    parser.add_argument("--cities", type=int, default=1)
    asked = parser.parse_args()
    if asked.cities == 1:
        print_city(city(asked.seed, asked.workers or WORKERS, asked.noise or 1.0, SHARE_COVERED))
    else:
        told = []
        for at in range(asked.cities):
            noise = asked.noise or NOISES[at % len(NOISES)]
            workers = asked.workers or SIZES[at % len(SIZES)]
            share = SHARES[at // len(NOISES) % len(SHARES)]
            found = city(asked.seed + at, workers, noise, share)
            told.append(found.with_columns(noise=pl.lit(noise)))
        print_cities(pl.concat(told))
    print(f"\nBenih {asked.seed}; {machine('polars', 'numpy', 'duckdb')}")


if __name__ == "__main__":
    main()
