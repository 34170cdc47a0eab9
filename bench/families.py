"""False links among relatives: twins, siblings, and a relative's NIK, each measured by itself.

    python -m bench.families --write docs/explanation/keluarga-dan-kembar.md

Households of invented people: siblings share mother, village and address, twins also the birth
date and neighbouring running numbers. Only *one* child of each household is a participant; the
list names the *other* one (never enrolled: every link is false) and, in every second household,
the participant too (every missing link is a miss).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from random import Random

import polars as pl

from bench.accuracy import write
from bench.noisy_names import Namer
from bench.spent import machine, run

KINDS = ("kembar", "kembar, nama belakang sama", "saudara", "NIK saudara", "kembar tanpa NIK")


def household(at: int, kind: str, chance: Random, namer: Namer) -> list[dict[str, str | None]]:
    """Return the participant and the other child of one household."""
    sex = chance.choice("LP")
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1960, 2005)
    place = f"1275{chance.randint(91, 99)}"
    mother, village = " ".join(namer.name("P", None)), f"DESA {chance.randint(1, 30)}"
    serial = chance.randint(1, 9_000)
    family = namer.name(sex, None)[-1]
    children: list[dict[str, str | None]] = []
    for step in range(2):
        if step and "saudara" in kind.lower():
            year, month = year + chance.randint(1, 6), chance.randint(1, 12)
        told = day + 40 if sex == "P" else day
        words = namer.name(sex, None)
        words = [*words[:1], family] if kind in (KINDS[1], "saudara") else words
        children.append({
            "nik": f"{place}{told:02d}{month:02d}{year % 100:02d}{serial + step:04d}",
            "nama": " ".join(words), "tanggal_lahir": f"{year}-{month:02d}-{day:02d}",
            "jenis_kelamin": sex, "desa_kelurahan": village, "nama_ibu": mother,
            "person": f"{at}-{step}",
        })  # fmt: skip
    if kind == "NIK saudara":
        children[1]["nik"] = children[0]["nik"]
    if kind == "kembar tanpa NIK":
        children[1]["nik"] = None
    return children


def measured(kind: str, n: int, seed: int, space: Path) -> str:
    """Return the line of one kind: false links, and misses, at .5 and .95."""
    chance = Random(seed)
    namer = Namer(chance, correlated=True)
    homes = [household(at, kind, chance, namer) for at in range(n)]
    register = pl.DataFrame([h[0] for h in homes])
    both = [h[0] for at, h in enumerate(homes) if at % 2]
    left = pl.DataFrame([*(h[1] for h in homes), *both], infer_schema_length=None)
    left.drop("person").write_parquet(space / "l.parquet")
    register.drop("person").write_parquet(space / "r.parquet")
    out = space / "o.parquet"
    words = ["match", str(space / "l.parquet"), str(space / "r.parquet"), "--out", str(out)]
    run(["-m", "cakup", *words, "--json", "--quiet"])
    found = pl.read_parquet(out).with_columns(
        right=left["person"].gather(pl.read_parquet(out)["left_row"])
        == register["person"].gather(pl.read_parquet(out)["right_row"])
    )
    cells = []
    for least in (0.5, 0.95):
        told = found.filter(pl.col("probability") >= least)
        cells.append(f"{_share(told.height - told['right'].sum(), n)}")
        cells.append(f"{_share(len(both) - told['right'].sum(), len(both))}")
    return f"| {kind} | {n} | " + " | ".join(cells) + " |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} %".replace(".", ",")


def page(n: int, seed: int) -> str:
    """Return the table as Markdown."""
    with tempfile.TemporaryDirectory() as space:
        lines = [measured(kind, n, seed, Path(space)) for kind in KINDS]
    head = (
        "| kasus | rumah tangga | tautan salah p ≥ 0,5 | terlewat p ≥ 0,5 | tautan salah p ≥ 0,95 "
    )
    told = machine("cakup", "polars", "numpy", "duckdb")
    return "\n".join(
        [f"{head}| tautan salah p ≥ 0,95 | terlewat p ≥ 0,95 |", "|---|---|---|---|---|---|",
         *lines, "", f"Benih {seed}. Diukur {told}."]
    )  # fmt: skip


def main() -> None:
    """Measure and print, or write, the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=9301)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    table = page(asked.households, asked.seed)
    if asked.write:
        write(asked.write, table)
    print(table)


if __name__ == "__main__":
    main()
