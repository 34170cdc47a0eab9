"""How long an import takes, and how much memory: CPU, wall and peak RSS of the command itself.

    python -m bench.import --rows 1000000 --format csv
    python -m bench.import --rows 1000000 --format xlsx
    python -m bench.import --rows 10000000 --format csv

The file is made here (fictitious people, kecamatan digits 91–95; one NIK in twenty is damaged as
``domain/lists-and-identity.md`` section 3 says), written once,
and imported in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from bench.spent import machine
from cakup.places.registry import Places
from cakup.sheets import ColumnOut, SheetOut, write_xlsx

WORDS = ("Siti", "Nur", "Ahmad", "Budi", "Rina", "Dewi", "Agus", "Tarigan", "Sitepu", "Lubis",
         "Harahap", "Ginting", "Wati", "Putra", "Sari", "Hasan", "Maulana", "Rahmad")  # fmt: skip
JOBS = ("Petani", "Pedagang", "Penarik becak", "Buruh harian", "Nelayan", "Ojek")
SHEET_ROWS = 1_000_000
PART_ROWS = 1_000_000


def part(rng: np.random.Generator, start: int, rows: int) -> pl.DataFrame:
    """Return rows of a list of workers as text."""
    areas = [a.nama for a in Places.builtin().within("12.75", "desa_kelurahan")]
    day, month = rng.integers(1, 29, rows), rng.integers(1, 13, rows)
    year, female = rng.integers(1955, 2008, rows), rng.random(rows) < 0.5
    serial = np.arange(start, start + rows) % 9999 + 1
    kecamatan = rng.integers(91, 96, rows)
    frame = pl.DataFrame(
        {
            "no": np.arange(start + 1, start + rows + 1), "day": day, "month": month, "year": year,
            "female": female, "serial": serial, "kecamatan": kecamatan,
            "w1": rng.choice(WORDS, rows), "w2": rng.choice(WORDS, rows),
            "w3": rng.choice(WORDS, rows), "area": rng.choice(areas, rows),
            "job": rng.choice(JOBS, rows), "noise": rng.random(rows),
            "phone": rng.integers(10**8, 10**9, rows), "house": rng.integers(1, 200, rows),
        }
    )  # fmt: skip
    return frame.select(_cells())


def _cells() -> list[pl.Expr]:
    two = [pl.col(c).cast(pl.String).str.zfill(2) for c in ("day", "month")]
    nik_day = (pl.col("day") + 40 * pl.col("female").cast(pl.Int64)).cast(pl.String).str.zfill(2)
    nik = pl.concat_str(
        pl.lit("1275"), pl.col("kecamatan").cast(pl.String), nik_day, two[1],
        (pl.col("year") % 100).cast(pl.String).str.zfill(2),
        pl.col("serial").cast(pl.String).str.zfill(4),
    )  # fmt: skip
    noise = pl.col("noise")
    return [
        pl.col("no").cast(pl.String).alias("NO"),
        pl.when(noise < 0.02).then(None).when(noise < 0.03).then(pl.lit("1,27591E+15"))
        .when(noise < 0.04).then(nik.str.slice(0, 15)).when(noise < 0.05).then(pl.lit("'") + nik)
        .otherwise(nik).alias("NIK"),
        pl.concat_str("w1", "w2", "w3", separator=" ").alias("NAMA LENGKAP"),
        pl.when(pl.col("female")).then(pl.lit("P")).otherwise(pl.lit("L")).alias("L/P"),
        pl.concat_str(*two, pl.col("year").cast(pl.String), separator="/").alias("TGL LAHIR"),
        pl.format("Jl. Melati No. {}", "house").alias("ALAMAT"),
        pl.col("area").alias("KELURAHAN"),
        pl.col("job").alias("PEKERJAAN"),
        pl.format("0812{}", "phone").alias("NO HP"),
    ]  # fmt: skip


def write(path: Path, rows: int, kind: str, seed: int) -> None:
    """Write the file in parts, so that ten million rows fit."""
    rng = np.random.default_rng(seed)
    if kind == "xlsx":
        sheets = [
            SheetOut(f"Data {n}", frame, [ColumnOut(c, kind="id") for c in frame.columns],
                     has_footer=False)
            for n, at in enumerate(range(0, rows, SHEET_ROWS), start=1)
            for frame in [part(rng, at, min(SHEET_ROWS, rows - at))]
        ]  # fmt: skip
        write_xlsx(path, sheets)
        return
    with path.open("wb") as handle:
        for at in range(0, rows, PART_ROWS):
            frame = part(rng, at, min(PART_ROWS, rows - at))
            frame.write_csv(handle, include_header=at == 0, separator=";")


def measure(path: Path, workspace: Path) -> dict[str, float]:
    """Import the file with the command and return its times and memory."""
    shutil.rmtree(workspace, ignore_errors=True)
    command = [sys.executable, "-m", "cakup"]
    subprocess.run([*command, "init", str(workspace), "--place", "12.75", "--quiet"][:-1],
                   check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [*command, "import", str(path), "--kind", "daftar_pekerja", "--sender", "Uji",
         "--as-of", "2025-10", "-w", str(workspace), "--json", "--quiet"],
        check=True, capture_output=True,
    )  # fmt: skip
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    counts = json.loads(done.stdout)["imports"][0]["rows"]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"rows": counts["read"], "wall_s": wall, "cpu_s": cpu, "rss_mb": after.ru_maxrss / 1024}


def main() -> None:
    """Make the file, import it, print one line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--keep", type=Path, help="folder in which the file stays")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"daftar-{given.rows}.{given.format}"
        if not path.exists():
            write(path, given.rows, given.format, given.seed)
        found = measure(path, Path(scratch) / "ws")
        print(
            f"{given.format} {found['rows']:,.0f} rows, {path.stat().st_size / 1e6:,.0f} MB: "
            f"CPU {found['cpu_s']:.1f} s, wall {found['wall_s']:.1f} s, "
            f"peak RSS {found['rss_mb']:,.0f} MB; load {os.getloadavg()[0]:.1f}"
        )
        print(machine("cakup", "polars", "pyarrow"))


if __name__ == "__main__":
    main()
