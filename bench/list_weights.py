"""What weights of their own for every list change: the same cities linked with and without them.

    python -m bench.list_weights                                       small
    python -m bench.list_weights --persons 20000 --write docs/explanation/pemadanan.md

Cities of the second maker (``bench.noisy_city``), as they are and with three lists made far worse
than the rest. Seeds must not have been used in development.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
from pathlib import Path
from unittest import mock

import polars as pl

from bench import noisy_city
from bench.judge import Judged, answered, judge
from bench.spent import machine
from cakup.engines.duckdb import DuckEngine
from cakup.linkage import answers, list_shares
from cakup.linkage.cleaning import Cleaned, clean
from cakup.linkage.linking import link
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields

SEEDS = (8501, 8502)
#: What goes wrong more often on three lists.
WORSE: dict[str, dict[str, float]] = {
    "pasar": {"date_wrong": 0.30, "nik_typo": 0.12, "name": 0.70},
    "kelurahan": {"nik_typo": 0.10, "relative": 0.06, "date_wrong": 0.12},
    "umkm": {"date_wrong": 0.25},
}
HEAD = (
    "| kota | bobot | presisi (0,5) | recall (0,5) | F1 (0,5) | presisi (0,95) | recall (0,95) |\n"
    "|---|---|---:|---:|---:|---:|---:|"
)


def worse_lists() -> dict[str, tuple[float, noisy_city.Noise]]:
    """Return the lists of the second maker, three of them far worse."""
    told = dict(noisy_city.LISTS)
    for name, more in WORSE.items():
        share, noise = told[name]
        told[name] = (share, dataclasses.replace(noise, **more))
    return told


def cleaned(city: noisy_city.City) -> Cleaned:
    """Return the rows of a city as ``cakup match --source-column list`` cleans them."""
    tables = [city.workers.drop("person"), city.register.drop("person")]
    fields = [table_fields(t.columns, Asked({})) for t in tables]
    fields[0] = dataclasses.replace(fields[0], source="list")
    rows = [
        logical_rows(t, f, side) for side, (t, f) in enumerate(zip(tables, fields, strict=True))
    ]
    return clean(in_one_form(pl.concat(rows)))


def judged(city: noisy_city.City, rows: Cleaned, *, by_list: bool) -> tuple[Judged, Judged]:
    """Return how right links are at 0.5 and 0.95.

    Args:
        city: City.
        rows: Its rows, cleaned.
        by_list: Whether every list has weights of its own.
    """
    learn = list_shares.learn if by_list else lambda *_: None
    with DuckEngine(threads=1) as engine, mock.patch.object(list_shares, "learn", learn):
        linked = link(engine, rows)
        best = answers.best_pairs(answers.all_pairs(linked, engine), 0.0, one_to_one=False)
    told = answered(city.workers.select("list", "person"), city.register["person"], best)
    return judge(told, 0.5), judge(told, 0.95)


def lines(persons: int, seed: int, *, correlated: bool, worse: bool) -> list[str]:
    """Return the two lines of one city."""
    lists = worse_lists() if worse else noisy_city.LISTS
    with mock.patch.object(noisy_city, "LISTS", lists):
        city = noisy_city.make(persons, seed, correlated=correlated)
    rows = cleaned(city)
    kind, words = "tiga daftar buruk" if worse else "biasa", "berkaitan" if correlated else "bebas"
    name = f"{kind}, nama {words}, benih {seed}"
    told = []
    for by_list in (False, True):
        half, sure = judged(city, rows, by_list=by_list)
        figures = (half.precision, half.recall, half.f1, sure.precision, sure.recall)
        spelled = " | ".join(f"{f.value:.4f}".replace(".", ",") for f in figures)
        told.append(f"| {name} | {'tiap daftar' if by_list else 'satu untuk semua'} | {spelled} |")
    return told


def main() -> None:
    """Print, and write into a page if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=3_000)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    told = [HEAD]
    for seed in SEEDS:
        for worse in (False, True):
            for correlated in (False, True):
                told += lines(asked.persons, seed, correlated=correlated, worse=worse)
    table = "\n".join([*told, "", machine("polars", "numpy", "duckdb")])
    print(table)
    if asked.write:
        mark = "bench:list_weights"
        page = asked.write.read_text(encoding="utf-8")
        made = re.sub(
            rf"<!-- {mark} -->.*?<!-- /{mark} -->",
            lambda _: f"<!-- {mark} -->\n{table}\n<!-- /{mark} -->", page, flags=re.S,
        )  # fmt: skip
        asked.write.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
