"""A province linked all at once and in partitions: cost, memory, accuracy, and where they differ.

python -m bench.partitions --persons 1000000
python -m bench.partitions --persons 200000 --city 50000 --partitions 2 --partitions 4
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench import noisy_province
from bench.judge import judge
from bench.linkage import SEED, answered_rows
from bench.spent import Spent, machine, run

FROM, SURE = 0.5, 0.95


@dataclass(frozen=True)
class Run:
    """One way of linking.

    Args:
        partitions: Partitions, 0 = all at once.
        spent: Cost.
        rows: See ``bench.judge.judge``.
        answers: What was written.
    """

    partitions: int
    spent: Spent
    rows: pl.DataFrame
    answers: pl.DataFrame


def measure(persons: int, city: int, partitions: list[int]) -> list[Run]:
    """Link one province in several ways.

    Args:
        persons: Persons of the province.
        city: Persons of one city at most.
        partitions: Ways.
    """
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        made = noisy_province.make(persons, SEED, Path(folder), city=city)
        truth = pl.read_parquet(made.truth), pl.read_parquet(made.truth_register)["person"]
        for n in partitions:
            out = Path(folder) / f"out-{n}.parquet"
            words = ["match", str(made.workers), str(made.register), "--out", str(out)]
            words += ["--source-column", "list", "--partitions", str(n), "--json"]
            spent, _ = run(["-m", "cakup", *words])
            answers = pl.read_parquet(out)
            runs.append(Run(n, spent, answered_rows(truth, out), answers))
    return runs


def differences(one: Run, other: Run) -> dict[str, int]:
    """Return in how many left rows two runs answer differently from 0.5 on.

    Args:
        one: All at once.
        other: In partitions.
    """
    columns = ("right_row", "is_right", "probability")
    both = pl.concat(
        [r.rows.select(pl.col(c).alias(f"{c}_{at}") for c in columns)
         for at, r in enumerate((one, other))], how="horizontal",
    )  # fmt: skip
    linked = [pl.col(f"probability_{at}") >= FROM for at in (0, 1)]
    return {
        "hanya sekaligus": both.filter(linked[0] & ~linked[1]).height,
        "di antaranya benar": both.filter(linked[0] & ~linked[1] & pl.col("is_right_0")).height,
        "hanya per bagian": both.filter(linked[1] & ~linked[0]).height,
        "benar di antaranya": both.filter(linked[1] & ~linked[0] & pl.col("is_right_1")).height,
        "peserta lain": both.filter(
            linked[0] & linked[1] & (pl.col("right_row_0") != pl.col("right_row_1"))
        ).height,
    }


def table(runs: list[Run]) -> str:
    """Return the ways as a Markdown table, and what differs from the first."""
    out = ["| bagian | CPU s | jam s | memori MB | presisi (0,5) | recall (0,5) | F1 (0,5) "
           "| presisi (0,95) |", "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for one in runs:
        half, sure = judge(one.rows, FROM), judge(one.rows, SURE)
        out.append(
            f"| {one.partitions or 'sekaligus'} | {one.spent.cpu_s:.1f} | {one.spent.wall_s:.1f} "
            f"| {one.spent.memory_mb:,.0f} | {half.precision.value:.4f} | {half.recall.value:.4f} "
            f"| {half.f1.value:.4f} | {sure.precision.value:.4f} |"
        )
    for other in runs[1:]:
        told = ", ".join(f"{name} {n:,}" for name, n in differences(runs[0], other).items())
        same = other.answers.equals(runs[-1].answers)
        out.append(
            f"\n{other.partitions} bagian dari {other.rows.height:,} baris: {told}; sama dengan "
            f"{runs[-1].partitions} bagian: {'ya' if same else 'TIDAK'}."
        )
    return "\n".join([*out, "", machine("polars", "numpy", "duckdb")])


def main() -> None:
    """Link a province in the ways asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--city", type=int, default=noisy_province.CITY)
    parser.add_argument("--partitions", type=int, action="append")
    asked = parser.parse_args()
    print(table(measure(asked.persons, asked.city, [0, *(asked.partitions or [2])])))


if __name__ == "__main__":
    main()
