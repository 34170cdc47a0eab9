"""Cakup and Splink 5 side by side in one run: cost, pairs, precision, recall, F1.

    python -m bench.linkage                       130,000 persons
    python -m bench.linkage --persons 1000000 --persons 10000000
    python -m bench.noisy_province --persons 10000000 --seed 8401 --out FOLDER
    python -m bench.linkage --persons 10000000 --province FOLDER      made before, e.g. overnight

Splink gets the columns that Cakup cleaned, and nothing is charged for cleaning them; Cakup is
charged once with cleaning and once without. No labels for either. A run longer than the limit is
"no result in N s"; with ``--limit 0`` Splink is not run at all.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from bench import noisy_province
from bench.judge import answered, best, judge
from bench.noisy_city import make
from bench.spent import Spent, machine, run
from cakup.engines.parquet import PartWriter
from cakup.linkage.cleaning import clean
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields
from cakup.names.normal import skeletons, sorted_words
from cakup.pipeline.table_files import batches

SEED = 8401
#: Persons up to which they live in one city; more are a province, linked in partitions.
ONE_CITY = 1_000_000
PIECE = 1_000_000
Truth = tuple[pl.DataFrame, pl.Series]
LIMIT_S = 1_800
FROM, SURE = 0.5, 0.95


@dataclass(frozen=True)
class Line:
    """One tool on one city.

    Args:
        tool: Name.
        persons: Persons of the city.
        spent: Cost, None if there was no result in time.
        clean_s: CPU seconds of reading and cleaning within it, None if it was given clean columns.
        pairs: Pairs compared (Cakup), or kept (Splink).
        rows: See ``bench.judge.judge``.
    """

    tool: str
    persons: int
    spent: Spent | None
    clean_s: float | None = None
    pairs: int = 0
    rows: pl.DataFrame | None = None


def cleaned_rows(table: pl.DataFrame, asked: Asked, side: int, first: int) -> pl.DataFrame:
    """Return rows as Cakup cleaned them, with the columns that Splink's rules need.

    Args:
        table: Rows as they came.
        asked: Which column says the list.
        side: 0 lists, 1 register.
        first: Number of the first row.
    """
    rows = logical_rows(table, table_fields(table.columns, asked), side)
    frame = clean(in_one_form(rows)).frame
    day = pl.col("d1")
    words = pl.col("nm").str.split(" ")
    frame = frame.with_columns(rangka=sorted_words(skeletons(frame["nm"])))
    letters = pl.col("rangka").str.split(" ").list.eval(pl.element().str.slice(0, 1))
    digits = [day // 10_000, day // 100 % 100, day % 100]
    text = pl.concat_str([d.cast(pl.String).str.zfill(2) for d in digits], separator="-")
    return frame.select(
        "nik", "rangka", unique_id=pl.col("row") + first, nama="nm", kata1=words.list.first(),
        kata_akhir=words.list.last(), huruf=letters.list.join("").str.slice(0, 2),
        tanggal=pl.when(day.is_not_null()).then(text), tahun=day // 10_000,
        jenis_kelamin=pl.col("sex").cast(pl.Int32), kelurahan="desa_t", tempat="town_t", ibu="mm",
    ).sort("unique_id")  # fmt: skip


def write_cleaned(source: Path, target: Path, asked: Asked, side: int) -> None:
    """Clean a table piece by piece, so that memory never holds all of it."""
    writer, first = None, 0
    for table in batches(source, PIECE):
        rows = cleaned_rows(table, asked, side, first)
        writer = writer or PartWriter(target, rows.clear())
        writer.write(rows)
        first += table.height
    if writer is not None:
        writer.close()


def compare(
    persons: int, *, correlated: bool, limit_s: int, province: Path | None = None
) -> list[Line]:
    """Run both tools on one city, or on a province of many if there are more persons than that.

    Args:
        persons: Persons of the city.
        correlated: Whether words of a name go together.
        limit_s: Wall seconds that Splink may take; 0 = it is not run.
        province: Folder with a province of as many persons that ``noisy_province`` wrote.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = {n: Path(folder) / f"{n}.parquet" for n in ("l", "r", "cl", "cr", "out", "peer")}
        truth = _written(persons, paths, correlated=correlated, province=province)
        asked = (Asked({}, (), "list"), Asked({}))
        if not limit_s:
            return [_ours(persons, paths, truth)]
        for side, (name, clean_name) in enumerate((("l", "cl"), ("r", "cr"))):
            write_cleaned(paths[name], paths[clean_name], asked[side], side)
        ours = _ours(persons, paths, truth)
        words = ["-m", "bench.splink_peer", *(str(paths[n]) for n in ("cl", "cr", "peer"))]
        try:
            spent, told = run(words, limit_s=limit_s)
        except subprocess.TimeoutExpired:
            return [ours, Line("Splink", persons, None)]
        peer = Line(
            "Splink", persons, spent, None, told["kept"], answered_rows(truth, paths["peer"])
        )
    return [ours, peer]


def _written(
    persons: int, paths: dict[str, Path], *, correlated: bool, province: Path | None
) -> Truth:
    """Write the tables of a city or province; return who is who."""
    if persons > ONE_CITY:
        if province is None:
            made = noisy_province.make(persons, SEED, paths["l"].parent)
        else:
            made = noisy_province.Province.within(province)
        paths["l"], paths["r"] = made.workers, made.register
        return pl.read_parquet(made.truth), pl.read_parquet(made.truth_register)["person"]
    city = make(persons, SEED, correlated=correlated)
    city.workers.drop("person").write_parquet(paths["l"])
    city.register.drop("person").write_parquet(paths["r"])
    return city.workers.select("list", "person"), city.register["person"]


def _ours(persons: int, paths: dict[str, Path], truth: Truth) -> Line:
    """Run Cakup; a province as a user would, in partitions."""
    files = [str(paths[n]) for n in ("l", "r", "out")]
    if persons <= ONE_CITY:
        spent, told = run(["-m", "bench.cakup_parts", *files])
        cleaning = told["clean"]
    else:
        words = ["match", *files[:2], "--out", files[2], "--source-column", "list", "--json"]
        spent, told = run(["-m", "cakup", *words])
        cleaning = None
    return Line(
        "Cakup", persons, spent, cleaning, told["pairs"], answered_rows(truth, paths["out"])
    )


def answered_rows(truth: Truth, answers: Path) -> pl.DataFrame:
    """Return the rows to judge."""
    return answered(*truth, pl.read_parquet(answers))


def table(lines: list[Line], limit_s: int) -> str:
    """Return the comparison as a Markdown table."""
    out = [
        "| alat | orang | CPU s | tanpa membersihkan | jam s | memori MB | pasangan "
        "| presisi (0,5) "
        "| recall (0,5) | F1 (0,5) | presisi (0,95) | F1 terbaik |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for line in lines:
        if line.spent is None or line.rows is None:
            out.append(f"| {line.tool} | {line.persons:,} | tidak ada hasil dalam {limit_s:,} s |")
            continue
        half, sure, (top, at) = (
            judge(line.rows, FROM), judge(line.rows, SURE), best(line.rows),
        )  # fmt: skip
        out.append(
            f"| {line.tool} | {line.persons:,} | {line.spent.cpu_s:.1f} "
            f"| {_without_cleaning(line)} | {line.spent.wall_s:.1f} "
            f"| {line.spent.memory_mb:,.0f} | {line.pairs:,} | {half.precision.value:.4f} "
            f"| {half.recall.value:.4f} | {half.f1.value:.4f} | {sure.precision.value:.4f} "
            f"| {top:.4f} (p ≥ {at:.2f}) |"
        )
    packages = ("polars", "numpy", "duckdb", *(("splink",) if limit_s else ()))
    return "\n".join([*out, "", _growth(lines), "", machine(*packages)])


def _without_cleaning(line: Line) -> str:
    """Return the CPU seconds without cleaning, a dash where they were not told apart."""
    if line.spent is None or (line.clean_s is None and line.tool == "Cakup"):
        return "–"
    return f"{line.spent.cpu_s - (line.clean_s or 0.0):.1f}"


def _growth(lines: list[Line]) -> str:
    """Return how Cakup's cost grows with the size of the city."""
    ours = [x for x in lines if x.tool == "Cakup" and x.spent]
    told = []
    for small, large in pairwise(ours):
        if small.spent and large.spent and large.persons > small.persons:
            grew = math.log(large.spent.cpu_s / small.spent.cpu_s)
            told.append(f"{grew / math.log(large.persons / small.persons):.2f}")
    each = ", ".join(f"{x.spent.cpu_s / x.persons * 1e6:.0f}" for x in ours if x.spent)
    return f"CPU s per juta orang: {each}; pangkat pertumbuhan: {', '.join(told) or '–'}."


def main() -> None:
    """Compare the sizes asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, action="append")
    parser.add_argument("--correlated", action="store_true")
    parser.add_argument("--limit", type=int, default=LIMIT_S)
    parser.add_argument("--province", type=Path)
    asked = parser.parse_args()
    lines = []
    for persons in asked.persons or [130_000]:
        lines += compare(
            persons, correlated=asked.correlated, limit_s=asked.limit, province=asked.province
        )
    print(table(lines, asked.limit))


if __name__ == "__main__":
    main()
