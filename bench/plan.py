"""How long a plan takes: ``python -m bench.plan`` with ``--part``, *strata* without it.

*strata*: kelurahan × types × 12 start months × purses, every objective with value, bound, gap and
seconds. *candidates*: so many persons from rules to names. *peers*: small cases beside a MIP with
one variable per person, month and purse, and beside a ranking that walks down the list.
*forecast*: so many persons over 36 months, exact and drawn. *documents*: the papers of the latest
plan of ``--workspace``, kind by kind; KONSEP or ``--final``, of a ``--change`` of the budget.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from cakup.kernel.progress import Silent
from cakup.law.catalogue import built_in
from cakup.pipeline.plan_documents import write_documents
from cakup.pipeline.workspace import Workspace
from cakup.planning.compute import BaseCover, compute, schedule
from cakup.planning.criteria.evaluate import COLUMNS, evaluate
from cakup.planning.criteria.ruleset import find_ruleset
from cakup.planning.forecast.expected import course
from cakup.planning.forecast.people import Exits, People
from cakup.planning.forecast.simulate import simulate
from cakup.planning.optimise.build import Fair, Goal, Limit, Pot, Stratum, build
from cakup.planning.optimise.run import solve
from cakup.planning.settings import PlanSettings, Purse
from tests.plan_oracle import Bag, Oracle, Soul

OBJECTIVES = ("keep", "target", "poorest", "jkm_months", "fairness", "least_apbd")
PRICE = 16_800


def purses(number: int, money: int) -> list[Pot]:
    """Purses of many kinds: whole year, from September, a sponsor's months, not APBD."""
    kinds = [(0, 11, True), (8, 11, True), (0, 11, False), (3, 8, False), (6, 11, True),
             (0, 5, False)]  # fmt: skip
    prices: dict[str, Sequence[int]] = {"other": [PRICE] * 12, "transport": [PRICE] * 12}
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
        given = f", {one.given:,.2f} given to a later one" if one.given else ""
        print(f"  {one.name:<12} value {one.value:>16,.2f} bound {one.bound:>16,.2f} "
              f"{exact:<12} {one.seconds:5.2f} CPU s{given}")  # fmt: skip
    wall = time.perf_counter() - begun
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"  all {wall:.1f} s wall, solver {child.ru_utime + child.ru_stime:.1f} CPU s, "
          f"{child.ru_maxrss / 1024:,.0f} MB")  # fmt: skip


def candidates(number: int, seed: int) -> pl.DataFrame:
    """Return so many candidates as the rules see them, in 200 kelurahan."""
    made = np.random.default_rng(seed)
    born = date(1955, 1, 1)
    place = made.integers(0, 200, number)
    names = [f"12.75.{k // 20 + 1:02}.{1001 + k % 20}" for k in range(200)]
    work = ["Petani", "Penarik Becak", "Pedagang", "Karyawan", "Wiraswasta", "Buruh Tani"]
    day = pl.lit(date(2026, 8, 1))
    frame = pl.DataFrame({
        "person_id": pl.Series(np.arange(number)).cast(pl.String),
        "kode": pl.Series(names).gather(place),
        "pekerjaan": pl.Series(work).gather(made.integers(0, len(work), number)),
        "desil": pl.Series(made.integers(1, 11, number), dtype=pl.Int32),
        "days": made.integers(0, 19_000, number),
        "is_kept": pl.Series(made.random(number) < 0.1), "n_lists": 1,
        "n_family": pl.Series(made.integers(0, 6, number)),
    })  # fmt: skip
    frame = frame.with_columns(
        tanggal_lahir=pl.lit(born) + pl.duration(days="days"), kode_ktp="kode",
        kode_domisili="kode", nik="person_id", has_nik=True, in_region=True,
        in_region_domisili=True, evidence_on=day,
        listed_on=day, cover=pl.lit("none"), is_asn=False, is_pu=False, maybe_dead=False,
        maybe_covered=False,
    )  # fmt: skip
    missing = [n for n in COLUMNS if n not in frame.columns]
    return frame.with_columns(**{n: pl.lit(None, dtype=COLUMNS[n]) for n in missing})


def with_candidates(args: argparse.Namespace) -> None:
    """From the rules to names for a million candidates, step by step."""
    frame = candidates(args.candidates, args.seed)
    rules = find_ruleset("binjai-mou-2025")
    first, last = date(2027, 1, 1), date(2027, 12, 1)
    money = args.candidates * PRICE
    plan = PlanSettings(
        2027, date(2026, 10, 31), args.seed, rules.id, ("keep", "target", "poorest", "jkm_months"),
        purses=(
            Purse("apbd", "apbd_kabkota", money, first, last),
            Purse("apbd-p", "apbd_kabkota", money // 4, date(2027, 9, 1), last),
            Purse("baznas", "baznas", money // 20, first, last, {"desil_max": 4}),
        ),
    )  # fmt: skip
    base = BaseCover((args.candidates // 4,) * 12, 2 * args.candidates)
    begun = time.perf_counter()
    told = evaluate(rules, frame, 2027, plan.as_of)
    judged = time.perf_counter() - begun
    outcome = compute(told, rules, plan, base, args.candidates, built_in())
    months = schedule(outcome)
    wall = time.perf_counter() - begun
    own = resource.getrusage(resource.RUSAGE_SELF)
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    gaps = ", ".join(f"{r.name} {r.gap:.0e}" if r.gap else f"{r.name} exact"
                     for r in outcome.solution.reached)  # fmt: skip
    print(f"{args.candidates:,} candidates: rules {judged:.1f} s, all {wall:.1f} s wall; "
          f"{len(outcome.strata):,} strata, {len(outcome.built.ways):,} columns; "
          f"{outcome.persons:,} persons, {months.height:,} person-months; {gaps}; "
          f"{own.ru_maxrss / 1024:,.0f} MB, solver {child.ru_maxrss / 1024:,.0f} MB")  # fmt: skip


def greedy(people: Sequence[Stratum], pots: Sequence[Pot]) -> tuple[int, int]:
    """Walk down the list: last year's people, then the poorest; the first purse that has money.

    Returns:
        Person-months of last year's people, and weight of the poorest.
    """
    left = [pot.pagu_rp for pot in pots]
    kept = poor = 0
    for one in sorted(people, key=lambda s: (not s.is_kept, s.desil)):
        for _ in range(one.persons):
            for start in range(one.first, one.end + 1):
                fits = [u for u in one.purses if pots[u].first <= start and pots[u].last >= one.end
                        and pots[u].cost(one.sector, start, one.end) <= left[u]]  # fmt: skip
                if fits:
                    months = one.end - start + 1
                    left[fits[0]] -= pots[fits[0]].cost(one.sector, start, one.end)
                    kept += months * one.is_kept
                    poor += months * (11 - one.desil)
                    break
    return kept, poor


def with_peers(args: argparse.Namespace) -> None:
    """Small cities: Cakup, a MIP of single persons, and a ranking, side by side."""
    print("persons   cakup keep/poorest      s    MIP of persons          s    ranking")
    for persons in (30, 60, 120):
        pots = purses(3, persons * PRICE * 12 // 5)
        groups = [s for s in strata(4, 6, 3, persons, args.seed) if s.persons]
        begun = time.perf_counter()
        built = build(groups, pots, [], ("keep", "poorest"), with_prices=False)
        solution = solve(built.problem, 300)
        ours = time.perf_counter() - begun
        told = {r.name: r for r in solution.reached}
        begun = time.perf_counter()
        souls = [Soul(s.kode, s.desil, s.is_kept, s.first, s.end, s.purses)
                 for s in groups for _ in range(s.persons)]  # fmt: skip
        bags = [Bag(p.pagu_rp, p.first, p.last, p.is_public, tuple(p.prices["other"]))
                for p in pots]  # fmt: skip
        oracle = Oracle(souls, bags, [])
        peers = [oracle.maximise(name) for name in ("keep", "poorest")]
        theirs = time.perf_counter() - begun
        walked = greedy(groups, pots)
        exact = "exact" if all(told[n].gap == 0 for n in ("keep", "poorest")) else "gap > 0"
        print(f"{len(souls):>7}   {told['keep'].value:,.0f} / {told['poorest'].value:,.0f} {exact}"
              f"  {ours:6.2f}   {peers[0]:,.0f} / {peers[1]:,.0f}  {theirs:8.2f}   "
              f"{walked[0]:,} / {walked[1]:,}")  # fmt: skip


def with_forecast(args: argparse.Namespace) -> None:
    """A million persons over 36 months: exact means, then runs drawn person by person."""
    made, n = np.random.default_rng(args.seed), args.candidates
    group = made.choice([0, 1, 2, -1], n, p=[0.5, 0.2, 0.2, 0.1])
    is_new = group == -1
    people = People(
        made.integers(18 * 12, 65 * 12, n), made.random(n) < 0.6, group,
        np.where(group == 2, made.integers(0, 9, n), 0), np.where(is_new, 15, 0),
        np.where(is_new, 26, 0), made.random(n) < 0.7,
    )  # fmt: skip
    exits = Exits((0.9, 0.67), date(2025, 10, 31))
    begun = time.perf_counter()
    exact = course(people, exits, 36)
    means = time.perf_counter() - begun
    drawn = simulate(people, exits, 36, args.runs, args.seed)
    wall = time.perf_counter() - begun - means
    low, mean, high = drawn.interval()
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{n:,} persons x 36 months: exact {means:.1f} s, {args.runs} runs {wall:.1f} s; "
          f"month 36 exact {exact.active[36]:,.0f}, drawn {mean[36]:,.0f} "
          f"({low[36]:,.0f}-{high[36]:,.0f}); {own.ru_maxrss / 1024:,.0f} MB")  # fmt: skip


def with_documents(args: argparse.Namespace) -> None:
    """Write the papers of a workspace's plan and say what each kind costs."""
    spent: dict[str, float] = {}
    last = [("mengumpulkan", _cpu())]

    class Clock(Silent):
        """Notes the processor's time at every step."""

        def step(self, what: str, done: int = 0, total: int | None = None) -> None:
            now = _cpu()
            spent[last[0][0]] = spent.get(last[0][0], 0.0) + now - last[0][1]
            last[0] = (what.removeprefix("menulis "), now)

    begun = _cpu()
    result = write_documents(
        Workspace.find(args.workspace), final=args.final, change=args.change, progress=Clock()
    )
    Clock().step("")
    for kind, seconds in sorted(spent.items(), key=lambda one: -one[1])[:8]:
        print(f"  {kind:<16} {seconds:6.1f} CPU s")
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{result.totals['persons']:,} persons, {len(result.files)} files: "
          f"{_cpu() - begun:.1f} CPU s, {own.ru_maxrss / 1024:,.0f} MB")  # fmt: skip


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def main(words: Sequence[str] | None = None) -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--part",
        choices=("strata", "candidates", "peers", "forecast", "documents"),
        default="strata",
    )
    parser.add_argument("--kelurahan", type=int, default=200)
    parser.add_argument("--types", type=int, default=12)
    parser.add_argument("--purses", type=int, default=6)
    parser.add_argument("--persons", type=int, default=130_000)
    parser.add_argument("--candidates", type=int, default=1_000_000)
    parser.add_argument("--workspace", type=Path, default=Path("peragaan/workspace"))
    parser.add_argument("--final", action="store_true")
    parser.add_argument("--change", default="")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--objectives", nargs="+", default=list(OBJECTIVES))
    args = parser.parse_args(words)
    parts = {"strata": with_strata, "candidates": with_candidates, "peers": with_peers,
             "forecast": with_forecast, "documents": with_documents}  # fmt: skip
    parts[args.part](args)


if __name__ == "__main__":
    main()
