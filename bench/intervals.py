"""Do 95 % intervals of the corrected coverage contain the truth: ``python -m bench.intervals``.

Small cities of ``bench.noisy_city`` with drawn size, coverage, noise and names (words independent
or correlated) are linked; the corrected share of listed persons in the register is told with its
interval and compared with the truth. Seeds below 700,000 were used in development; the default
begins behind them.

    python -m bench.intervals --cities 1000                   what the docs show
    python -m bench.intervals --cities 100 --at-least 88      fails below 88
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import polars as pl

from bench.noisy_city import City, make
from bench.spent import machine
from cakup.coverage.corrected import Corrected, persons
from cakup.engines.duckdb import DuckEngine
from cakup.linkage.cleaning import clean
from cakup.linkage.linking import link
from cakup.linkage.probes import Hiding
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields

FIRST_SEED = 700_000
SIZES, COVERED, NOISE = (800, 1500, 2500, 4000), (0.05, 0.7), (0.4, 1.6)


@dataclass(frozen=True)
class Trial:
    """One city: what it was, the truth, what was told, what it cost."""

    size: int
    covered: float
    noise: float
    correlated: bool
    truth: float
    told: Corrected
    cpu_s: float

    @property
    def is_inside(self) -> bool:
        """Whether the interval contains the truth."""
        return self.told.low <= self.truth <= self.told.high


def trial(seed: int, size_given: int | None = None) -> Trial:
    """Make a city, link it, correct its coverage; of a drawn size, if none is given."""
    rng = random.Random(seed)
    size, covered = rng.choice(SIZES), rng.uniform(*COVERED)
    size = size_given or size
    noise, correlated = rng.uniform(*NOISE), rng.random() < 0.5
    city = make(size, seed, correlated=correlated, covered=covered, noise=noise)
    began = time.process_time()
    told = corrected(city)
    cpu = time.process_time() - began
    listed, register = (set(t["person"].to_list()) for t in (city.workers, city.register))
    truth = len(listed & register) / len(listed)
    return Trial(size, covered, noise, correlated, truth, told, cpu)


def corrected(city: City) -> Corrected:
    """Return the corrected share of listed persons who are in the register."""
    tables = (city.workers.drop("person"), city.register.drop("person"))
    asked = (Asked({}, (), "list"), Asked({}))
    fields = [table_fields(t.columns, a) for t, a in zip(tables, asked, strict=True)]
    rows = [logical_rows(t, f, i) for i, (t, f) in enumerate(zip(tables, fields, strict=True))]
    with DuckEngine(threads=1) as engine:
        cleaned = clean(in_one_form(pl.concat(rows, how="diagonal")))
        linked = link(engine, cleaned)
        listed = linked.frame["side"].to_numpy() == 0
        probes = Hiding(engine, linked, cleaned, listed).probe(1)
    return persons(probes, linked.share_registered(listed))


def main() -> int:
    """Run the trials and print what was found; 1 if fewer intervals hold the truth than asked."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cities", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=FIRST_SEED)
    arguments.add_argument("--persons", type=int, help="size of every city; none = drawn")
    arguments.add_argument("--at-least", type=int, default=0)
    arguments.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = arguments.parse_args()
    seeds = range(given.seed, given.seed + given.cities)
    os.environ["POLARS_MAX_THREADS"] = "1"  # read by the processes that are started now
    with ProcessPoolExecutor(given.processes, mp_context=get_context("spawn")) as pool:
        trials = list(pool.map(partial(trial, size_given=given.persons), seeds))
    _say(trials, given.seed)
    inside = sum(t.is_inside for t in trials)
    if inside < given.at_least:
        print(f"fewer than {given.at_least} of {len(trials)} intervals contain the truth")
        return 1
    return 0


def _say(trials: list[Trial], seed: int) -> None:
    """Print a table: all cities, and by size, noise, coverage and names."""
    groups: dict[str, list[Trial]] = {"semua": trials}
    for t in trials:
        for name in (
            f"{t.size} orang",
            "derau di bawah 0,8" if t.noise < 0.8 else "derau 0,8–1,2" if t.noise < 1.2
            else "derau di atas 1,2",
            "cakupan di bawah 25 %" if t.covered < 0.25 else "cakupan 25–50 %"
            if t.covered < 0.5 else "cakupan di atas 50 %",
            "nama berkorelasi" if t.correlated else "nama bebas",
        ):  # fmt: skip
            groups.setdefault(name, []).append(t)
    print("| kota | banyaknya | selang memuat kebenaran | galat rata-rata | galat mutlak rata-rata "
          "| lebar selang | tanpa koreksi |")  # fmt: skip
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name in ("semua", *sorted(set(groups) - {"semua"})):
        print(_row(name, groups[name]))
    cpu = sum(t.cpu_s for t in trials) / max(len(trials), 1)
    print(f"\n{cpu:.1f} detik CPU per kota; benih mulai {seed}; {machine()}")


def _row(name: str, trials: list[Trial]) -> str:
    n = max(len(trials), 1)
    error = [t.told.value - t.truth for t in trials]
    uncorrected = sum(t.told.uncorrected - t.truth for t in trials) / n
    cells = (
        f"{100 * sum(t.is_inside for t in trials) / n:.1f} %", f"{100 * sum(error) / n:+.2f}",
        f"{100 * sum(map(abs, error)) / n:.2f}",
        f"{100 * sum(t.told.high - t.told.low for t in trials) / n:.2f}",
        f"{100 * uncorrected:+.2f}",
    )  # fmt: skip
    return f"| {name} | {len(trials)} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
