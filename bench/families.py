"""False links among relatives: twins, siblings, and a relative's NIK, each measured by itself.

    python -m bench.families --write docs/explanation/keluarga-dan-kembar.md

Households of invented people: siblings share mother, village and address, twins also the birth
date and neighbouring running numbers. Only *one* child of each household is a participant; the
list names the *other* one (never enrolled: every link is false) and, in every second household,
the participant too (every missing link is a miss).

Two ways: nothing written wrongly, so that relatives alone are measured, and with the noise of a
city (``noisy_city``): every row is written by one of its nine lists, the participants' by the
register. There a sibling's NIK also stands on rows by mistake.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date
from pathlib import Path
from random import Random

import polars as pl

from bench.accuracy import write
from bench.noisy_city import COLUMNS, LISTS, REGISTER, Noise, Person, noisy_row
from bench.noisy_names import Namer
from bench.spent import machine, run

Row = dict[str, str | None]
KINDS = ("kembar", "kembar, nama belakang sama", "saudara", "NIK saudara", "kembar tanpa NIK")
#: Noise as multiples of the city's.
NOISES = (0.0, 1.0, 1.5)


def household(at: int, kind: str, chance: Random, namer: Namer) -> list[Row]:
    """Return the participant and the other child of one household."""
    sex = chance.choice("LP")
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1960, 2005)
    place = f"1275{chance.randint(91, 99)}"
    mother, village = " ".join(namer.name("P", None)), f"DESA {chance.randint(1, 30)}"
    serial = chance.randint(1, 9_000)
    family = namer.name(sex, None)[-1]
    children: list[Row] = []
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


def _written(home: list[Row], at: int, noise: Noise, chance: Random, name: str) -> Row:
    """Return a child of a household as a list writes it.

    Args:
        home: The two children.
        at: Which of them.
        noise: How often the list writes wrongly.
        chance: Source of chance.
        name: The list.
    """
    spare = home[0]["nik"] or ""
    people = [_person(home[which], spare) for which in (at, 1 - at)]
    row: Row = dict(zip(COLUMNS, noisy_row(people, 0, noise, chance), strict=False))
    if home[at]["nik"] is None:
        row["nik"] = None
    # The city writes where a person was born; these households say nothing of it.
    del row["tempat_lahir"]
    return {**row, "person": home[at]["person"], "list": name}


def _person(child: Row, spare: str) -> Person:
    """Return a child as the noise of the city knows people; who has no NIK gets another."""
    told = {name: value or "" for name, value in child.items()}
    return Person(
        told["nik"] or spare, told["nama"].split(), date.fromisoformat(told["tanggal_lahir"]),
        told["jenis_kelamin"], told["nama_ibu"].split(), told["desa_kelurahan"], "",
    )  # fmt: skip


def tables(kind: str, n: int, seed: int, noise: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of the lists and those of the register.

    Args:
        kind: One of ``KINDS``.
        n: Households.
        seed: Seed of everything.
        noise: Noise as a multiple of the city's, 0 = nothing is written wrongly.
    """
    chance = Random(seed)
    namer = Namer(chance, correlated=True)
    homes = [household(at, kind, chance, namer) for at in range(n)]
    named = [(home, 1) for home in homes] + [(home, 0) for at, home in enumerate(homes) if at % 2]
    if not noise:
        left = [home[at] | {"list": "daftar"} for home, at in named]
        return pl.DataFrame(left, infer_schema_length=None), pl.DataFrame([h[0] for h in homes])
    shares = [share for share, _ in LISTS.values()]
    lists = chance.choices(list(LISTS), shares, k=len(named))
    left = [_written(home, at, LISTS[name][1].times(noise), chance, name)
            for (home, at), name in zip(named, lists, strict=True)]  # fmt: skip
    right = [_written(home, 0, REGISTER.times(noise), chance, "") for home in homes]
    both = [pl.DataFrame(rows, infer_schema_length=None) for rows in (left, right)]
    return both[0], both[1].drop("list")


def measured(kind: str, n: int, seed: int, noise: float, space: Path) -> str:
    """Return the line of one kind: false links, and misses, at .5 and .95."""
    left, register = tables(kind, n, seed, noise)
    left.drop("person").write_parquet(space / "l.parquet")
    register.drop("person").write_parquet(space / "r.parquet")
    out = space / "o.parquet"
    words = ["match", str(space / "l.parquet"), str(space / "r.parquet"), "--out", str(out)]
    run(["-m", "cakup", *words, "--source-column", "list", "--json", "--quiet"])
    found = pl.read_parquet(out)
    found = found.with_columns(
        right=left["person"].gather(found["left_row"])
        == register["person"].gather(found["right_row"])
    )
    there = left.height - n
    cells = []
    for least in (0.5, 0.95):
        told = found.filter(pl.col("probability") >= least)
        cells.append(_share(told.height - int(told["right"].sum()), n))
        cells.append(_share(there - int(told["right"].sum()), there))
    written = "bersih" if not noise else "seperti kota" if noise == 1 else f"{noise} × kota"
    return f"| {kind} | {written.replace('.', ',')} | {n} | " + " | ".join(cells) + " |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} %".replace(".", ",")


def page(n: int, seed: int) -> str:
    """Return the table as Markdown."""
    with tempfile.TemporaryDirectory() as space:
        lines = [measured(k, n, seed, noise, Path(space)) for noise in NOISES for k in KINDS]
    head = "| kasus | salah tulis | rumah tangga | tautan salah p ≥ 0,5 | terlewat p ≥ 0,5 "
    told = machine("cakup", "polars", "numpy", "duckdb")
    return "\n".join(
        [
            head + "| tautan salah p ≥ 0,95 | terlewat p ≥ 0,95 |",
            "|---|---|---|---|---|---|---|", *lines, "", f"Benih {seed}. Diukur {told}.",
        ]
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
