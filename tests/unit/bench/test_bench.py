"""Benches are run by hand: a change elsewhere must not break them unseen."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from bench import cakup_parts, link_parts, monthly
from bench.noisy_city import make
from bench.spent import Spent

MODULES = sorted(
    p.stem for p in Path(cakup_parts.__file__).parent.glob("*.py") if p.stem[:2] != "__"
)
#: Other tools, installed for a comparison only.
PEERS = {"splink", "recordlinkage"}


@pytest.mark.parametrize("name", MODULES)
def test_every_bench_can_be_loaded(name: str) -> None:
    try:
        module = import_module(f"bench.{name}")
    except ModuleNotFoundError as missing:
        if missing.name not in PEERS:
            raise
        pytest.skip(f"{missing.name} is not installed")
    assert module.__doc__


def test_the_parts_of_a_match_are_those_of_the_command(tmp_path: Path) -> None:
    city = make(300, 91)
    left, right, out = (tmp_path / f"{n}.parquet" for n in ("l", "r", "out"))
    city.workers.drop("person").write_parquet(left)
    city.register.drop("person").write_parquet(right)
    told = cakup_parts.run(str(left), str(right), str(out))
    assert told["pairs"] > 0
    assert pl.read_parquet(out).filter(decision="link").height > 50


def test_what_is_fixed_is_told_apart_from_what_grows_with_a_list() -> None:
    def line(name: str, rows: int, cpu_s: float) -> monthly.Line:
        spent = Spent(cpu_s, cpu_s, 1.0)
        return monthly.Line(name, rows, spent, {}, 1.0, spent)

    lists = [line(f"{monthly.ONE_MORE}, {n}", n, 4.5 + n / 10_000) for n in (500, 5_000, 20_000)]
    told = monthly.proportion([line("peserta", 74_000, 99.0), *lists])
    assert told[0].startswith("Satu daftar lagi: 4,50 detik CPU tetap dan 0,10 per seribu baris")
    assert monthly.proportion(lists[:1]) == []


def test_the_steps_of_linking_add_up_to_the_whole() -> None:
    steps = [("menyalakan", 0.0), ("sidik baris", 1.0), ("bersihkan baris", 2.5), ("selesai", 4.0)]
    told = link_parts.parts(steps)
    assert told == {"menyalakan": 1.0, "sidik baris": 1.5, "bersihkan baris": 1.5}
    text = link_parts.table([(Spent(4.0, 3.0, 10.0), told), (Spent(4.4, 3.0, 10.0), told)])
    assert "| *dari baris ke orang ke tautan* | 1,5 |" in text
    assert "| **seluruh perintah** | 4,0–4,4 |" in text
