"""Many noisy cities with movers between them, made one at a time so that memory stays small.

Every city has its own lists, villages (eight names occur in all of them) and area code; the
register is one for all. 15 % of its people hold a number issued in another city. 3 % moved in from
another city: half of their rows stand on that city's lists with their old village, which may be the
only place where their number is written. All people are invented; kecamatan digits are 91 to 99.

    python -m bench.noisy_province --persons 10000000 --seed 8401 --out FOLDER
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from bench.noisy_city import (
    BINJAI,
    COLUMNS,
    KELURAHAN,
    LISTS,
    REGISTER,
    Area,
    City,
    Noise,
    Person,
    noisy_row,
    people_of,
)
from bench.noisy_names import SYLLABLES, Namer
from cakup.engines.parquet import PartWriter

#: Persons of one city at most; a larger number is spread over several.
CITY = 250_000
#: Villages whose names occur in every city.
COMMON = ("SUKA MAJU", "SUKARAMAI", "TANAH TINGGI", "DAMAI", "KARTINI", "SETIA", "NANGKA", "SATRIA")
MOVED, OLD_ROWS, OLD_NUMBER = 0.03, 0.5, 0.8
TWICE_LISTED, TWICE_REGISTERED, COVERED = 0.015, 0.02, 0.33
Row = tuple[str | int | None, ...]


@dataclass(frozen=True)
class Province:
    """Files of a province: rows, and the truth beside them in the same order.

    Args:
        workers: Parquet of all lists, columns as in ``noisy_city.City`` without ``person``.
        register: Parquet of the participants.
        truth: ``list, person`` of the workers' rows.
        truth_register: ``person`` of the participants' rows.
    """

    workers: Path
    register: Path
    truth: Path
    truth_register: Path

    @staticmethod
    def within(folder: Path) -> Province:
        """Return the files of a province in a folder."""
        names = ("workers", "register", "truth", "truth_register")
        return Province(*(folder / f"{name}.parquet" for name in names))


def areas(n: int, seed: int) -> list[Area]:
    """Return the areas of ``n`` cities."""
    rng = random.Random(f"areas-{seed}")
    codes = [f"12{at + 1:02d}" for at in range(99)] + [f"13{at + 1:02d}" for at in range(99)]
    found = []
    for at in range(n):
        own = [f"{_word(rng)} {_word(rng)}" for _ in range(len(KELURAHAN) - len(COMMON))]
        found.append(Area(codes[at], (*COMMON, *own), (), 1000 + 20 * at))
    return [
        replace(a, foreign=tuple(f"{b.code}{k}" for b in found if b is not a for k in (91, 93)))
        if n > 1
        else replace(a, foreign=BINJAI.foreign)
        for a in found
    ]


def _word(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=rng.choice((2, 3))))


def make(
    persons: int, seed: int, folder: Path, *, city: int = CITY, noise: float = 1.0,
    in_process: bool = False,
) -> Province:  # fmt: skip
    """Write a province.

    Args:
        persons: Number of persons.
        seed: Seed; the same seed gives the same files.
        folder: Existing folder.
        city: Persons of one city at most.
        noise: How often everything goes wrong, as a multiple of what ``noisy_city.LISTS`` says.
        in_process: Whether no other process helps.
    """
    made = Province.within(folder)
    text = dict.fromkeys(COLUMNS[:-1], pl.String)
    with (
        PartWriter(made.workers, pl.DataFrame(schema={"list": pl.String, **text})) as workers,
        PartWriter(made.register, pl.DataFrame(schema=text)) as register,
        PartWriter(
            made.truth, pl.DataFrame(schema={"list": pl.String, "person": pl.Int64})
        ) as truth,
        PartWriter(made.truth_register, pl.DataFrame(schema={"person": pl.Int64})) as covered,
    ):
        for one in cities(persons, seed, city=city, noise=noise, in_process=in_process):
            workers.write(one.workers.drop("person"))
            register.write(one.register.drop("person"))
            truth.write(one.workers.select("list", "person"))
            covered.write(one.register.select("person"))
    return made


def _writer(path: Path, schema: dict[str, type[pl.DataType]]) -> PartWriter:
    return PartWriter(path, pl.DataFrame(schema=schema))


def cities(
    persons: int, seed: int, *, city: int = CITY, noise: float = 1.0, in_process: bool = False
) -> Iterator[City]:
    """Yield the cities of a province one after the other; persons are numbered through."""
    n = -(-persons // city)
    sizes = [persons // n + (at < persons % n) for at in range(n)]
    work = partial(_city, areas(n, seed), sizes, seed, noise)
    if n == 1 or in_process:
        yield from map(work, range(n))
        return
    pool = ProcessPoolExecutor(min(n, os.cpu_count() or 1), mp_context=get_context("spawn"))
    with pool:
        ahead = [pool.submit(work, at) for at in range(min(n, 3))]
        for at in range(n):
            yield ahead.pop(0).result()
            if at + 3 < n:
                ahead.append(pool.submit(work, at + 3))


def _city(every: list[Area], sizes: list[int], seed: int, noise: float, at: int) -> City:
    """Return one city with the rows that other cities' lists have about its people."""
    rng = random.Random(f"{seed}-{at}")
    namer = Namer(random.Random(f"names-{seed}"), False)
    namer.rng = rng
    area, n, first = every[at], sizes[at], sum(sizes[:at])
    people = people_of(n, rng, namer, area)
    came = {i: rng.choice(every) for i in rng.sample(range(n), int(n * MOVED))}
    _number_movers(people, came, area, rng)
    rows: list[Row] = []
    for name, (share, usual) in LISTS.items():
        for i in rng.sample(range(n), int(n * share)):
            for _ in range(2 if rng.random() < TWICE_LISTED else 1):
                old = came.get(i, area) if rng.random() < OLD_ROWS else area
                rows.append(
                    (f"{name} {old.code}", *_row(people, i, usual.times(noise), rng, old, area),
                     first + i)
                )  # fmt: skip
    rng.shuffle(rows)
    kept: list[Row] = []
    for i in rng.sample(range(n), int(n * COVERED)):
        for _ in range(2 if rng.random() < TWICE_REGISTERED else 1):
            old = came.get(i, area) if rng.random() < OLD_ROWS else area
            kept.append((*_row(people, i, REGISTER.times(noise), rng, old, area), first + i))
    rng.shuffle(kept)
    text = dict.fromkeys(COLUMNS[:-1], pl.String)
    return City(
        pl.DataFrame(
            rows, schema={"list": pl.String, **text, "person": pl.Int64}, orient="row"
        ),
        pl.DataFrame(kept, schema={**text, "person": pl.Int64}, orient="row"),
    )  # fmt: skip


def _number_movers(
    people: list[Person], came: dict[int, Area], area: Area, rng: random.Random
) -> None:
    """Give most of those who moved in a number of the city they came from."""
    serials: dict[str, int] = {}
    for i, old in came.items():
        if old is area or rng.random() > OLD_NUMBER:
            continue
        head = f"{old.code}95{people[i].nik[6:12]}"
        serials[head] = serials.get(head, area.first_serial) + 1
        people[i] = replace(people[i], nik=f"{head}{serials[head]:04d}")


def _row(
    people: list[Person], i: int, noise: Noise, rng: random.Random, old: Area, area: Area
) -> tuple[str | None, ...]:
    village = None if old is area else rng.choice(old.villages)
    return noisy_row(people, i, noise, rng, village)


def main() -> None:
    """Write a province and say how many rows it has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    made = make(asked.persons, asked.seed, asked.out)
    for path in (made.workers, made.register):
        print(path.name, pl.scan_parquet(path).select(pl.len()).collect().item())


if __name__ == "__main__":
    main()
