"""How long a plan takes: ``python -m bench.plan`` (``--part strata|candidates|peers``).

*strata*: kelurahan × types × 12 start months × purses, every objective with value, bound, gap and
seconds. *candidates*: so many persons from rules to names. *peers*: small cases beside a MIP with
one variable per person, month and purse, and beside a ranking that walks down the list.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence

import numpy as np

from cakup.planning.optimise.build import Fair, Goal, Limit, Pot, Stratum, build
from cakup.planning.optimise.run import solve

OBJECTIVES = ("keep", "target", "poorest", "jkm_months", "fairness", "least_apbd")
PRICE = 16_800


def purses(number: int, money: int) -> list[Pot]:
    """Purses of many kinds: whole year, from September, a sponsor's months, not APBD."""
    kinds = [(0, 11, True), (8, 11, True), (0, 11, False), (3, 8, False), (6, 11, True),
             (0, 5, False)]  # fmt: skip
    prices = {"other": [PRICE] * 12, "transport": [PRICE] * 12}
    return [
        Pot(f"dompet-{k}", money // (k + 1), *kinds[k % len(kinds)], prices) for k in range(number)
    ]


def strata(kelurahan: int, types: int, number: int, persons: int, seed: int) -> list[Stratum]:
    """Return the strata of a city: types differ in decile, sector, last year's people and age."""
    made = np.random.default_rng(seed)
    found = []
    for k in range(kelurahan):
        for kind in range(types):
            some = [0, *(at for at in range(1, number) if made.random() < 0.5)]
            end = 11 if kind % 6 else int(made.integers(2, 11))
            found.append(
                Stratum(
                    f"12.75.{k // 20 + 1:02}.{1001 + k % 20}", kind % 5 + 1,
                    "transport" if kind == 11 else "other", kind % 4 == 0, False, 0, end, end,
                    tuple(some), int(made.poisson(persons / kelurahan / types)), kind % 4 == 0,
                )
            )  # fmt: skip
    return found


def limits(kelurahan: int, persons: int) -> list[Limit]:
    """Floors for every kelurahan and a ceiling for every kecamatan."""
    codes = [f"12.75.{k // 20 + 1:02}.{1001 + k % 20}" for k in range(kelurahan)]
    floors = [Limit(c, persons // kelurahan // 20, None, c) for c in codes]
    return floors + [Limit(f"12.75.{k + 1:02}", 0, persons // 12, f"12.75.{k + 1:02}")
                     for k in range(kelurahan // 20)]  # fmt: skip


def with_strata(args: argparse.Namespace) -> None:
    """Solve the large case and print every objective."""
    pots = purses(args.purses, args.persons * PRICE * 12 // 20)
    groups = strata(args.kelurahan, args.types, args.purses, args.persons, args.seed)
    fair = [Fair(code.kode, 5, 120) for code in limits(args.kelurahan, args.persons)
            if len(code.kode) == 13]  # fmt: skip
    begun = time.perf_counter()
    built = build(
        groups, pots, limits(args.kelurahan, args.persons), args.objectives,
        goal=Goal(args.persons // 4, args.persons // 10, args.persons), fair=fair,
    )  # fmt: skip
    made = time.perf_counter() - begun
    columns, rows = len(built.problem.upper), len(built.problem.row_low)
    print(f"{args.kelurahan} kelurahan x {args.types} types x 12 months x {args.purses} purses: "
          f"{columns:,} columns, {rows:,} rows, built in {made:.1f} s")  # fmt: skip
    solution = solve(built.problem, 300)
    for one in solution.reached:
        exact = "exact" if one.gap == 0 else f"gap {one.gap:.1e}"
        print(f"  {one.name:<12} value {one.value:>16,.2f} bound {one.bound:>16,.2f} "
              f"{exact:<12} {one.seconds:5.2f} s")  # fmt: skip
    wall = time.perf_counter() - begun
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"  all {wall:.1f} s wall, solver {child.ru_utime + child.ru_stime:.1f} CPU s, "
          f"{child.ru_maxrss / 1024:,.0f} MB")  # fmt: skip


def main(words: Sequence[str] | None = None) -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("strata", "candidates", "peers"), default="strata")
    parser.add_argument("--kelurahan", type=int, default=200)
    parser.add_argument("--types", type=int, default=12)
    parser.add_argument("--purses", type=int, default=6)
    parser.add_argument("--persons", type=int, default=130_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--objectives", nargs="+", default=list(OBJECTIVES))
    args = parser.parse_args(words)
    {"strata": with_strata}[args.part](args)


if __name__ == "__main__":
    main()
