"""How long the contributions of many wage earners take: ``python -m bench.law --persons 10000000``.

Every person has a wage, a risk class and a contribution month between July 2015 and December 2026,
so that each row has its own JP ceiling, JKP rates and relief. Cakup on Polars, the same as SQL on
DuckDB, plain NumPy doing the same arithmetic by hand, and, where it is installed, openfisca-core
doing JKK and JP. Sums must agree to the rupiah. Prints CPU seconds (user + system) and wall
seconds; the best of three runs after one to warm up.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from cakup.engines.duckdb import DuckEngine
from cakup.law.catalogue import built_in
from cakup.law.frames import bill_sql, price_frame
from cakup.law.terms import Terms

MONTHS = [date(y, m, 1) for y in range(2015, 2027) for m in range(1, 13)][6:]
RESULTS = ("jkk", "jkm", "jht_worker", "jht_employer", "jp_worker", "jp_employer", "jkp_total")
INPUTS = {"wage": "wage", "risk_group": "risk"}


def people(persons: int, seed: int) -> pl.DataFrame:
    made = np.random.default_rng(seed)
    return pl.DataFrame({
        "wage": made.integers(1_000_000, 25_000_000, persons),
        "risk": made.integers(1, 6, persons, dtype=np.int64),
        "month": pl.Series(MONTHS).gather(made.integers(0, len(MONTHS), persons)),
    })  # fmt: skip


def with_polars(frame: pl.DataFrame) -> dict[str, int]:
    priced = price_frame(frame, "pu", INPUTS, catalogue=built_in(), month="month")
    return {name: int(priced.frame[name].sum()) for name in RESULTS}


def with_duckdb(frame: pl.DataFrame) -> dict[str, int]:
    texts = bill_sql("pu", INPUTS, catalogue=built_in(), month="month", first=MONTHS[0],
                     last=MONTHS[-1])  # fmt: skip
    with DuckEngine(memory_mb=4_000) as engine:
        engine.register("people", frame)
        sums = ", ".join(f"sum({texts[name]})::BIGINT AS {name}" for name in RESULTS)
        row = engine.frame(f"SELECT {sums} FROM people").row(0, named=True)
    return {name: int(value) for name, value in row.items()}


def with_numpy(frame: pl.DataFrame) -> dict[str, int]:
    """The same arithmetic by hand: tables by month, one gather each, integers throughout."""
    wage, risk = frame["wage"].to_numpy(), frame["risk"].to_numpy()
    year, month = frame["month"].dt.year().to_numpy(), frame["month"].dt.month().to_numpy()
    at = (year.astype(np.int64) - 2015) * 12 + month - 7
    terms = [Terms(m, built_in()) for m in MONTHS]
    part = np.array([t.part("diskon.pp49_2020.jkk") for t in terms])[at]
    ceiling = np.array([t.rp("jp.iuran.batas_upah") for t in terms])[at]
    has_jkp = [t.has("jkp.batas_upah") for t in terms]
    jkp_rate = np.array([t.rate("jkp.iuran.tarif_total") if h else 0
                         for t, h in zip(terms, has_jkp, strict=True)])[at]  # fmt: skip
    rates = np.array([240, 540, 890, 1270, 1740])[risk - 1]
    whole = 100_000_000

    def rounded(amount: Any, divisor: int) -> Any:
        return (amount + divisor // 2) // divisor

    capped = np.minimum(wage, ceiling)
    made = {
        "jkk": rounded(wage * rates * part, whole), "jkm": rounded(wage * 300 * part, whole),
        "jht_worker": rounded(wage * 2000, 100_000), "jht_employer": rounded(wage * 3700, 100_000),
        "jp_worker": rounded(capped * 1000 * part, whole),
        "jp_employer": rounded(capped * 2000 * part, whole),
        "jkp_total": rounded(np.minimum(wage, 5_000_000) * jkp_rate, 100_000),
    }  # fmt: skip
    return {name: int(column.sum()) for name, column in made.items()}


def with_openfisca(frame: pl.DataFrame) -> dict[str, int] | None:
    """JKK and JP of one month in openfisca-core; None where it is not installed."""
    try:
        from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables
    except ImportError:
        return None
    person = entities.Entity("person", "persons", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])
    terms = Terms(MONTHS[-1], built_in())
    ceiling = terms.rp("jp.iuran.batas_upah")
    rates = np.array([0.0024, 0.0054, 0.0089, 0.0127, 0.0174])

    def variable(name: str, kind: type, formula: Any = None) -> None:
        body = {"value_type": kind, "entity": person, "definition_period": periods.DateUnit.MONTH}
        body |= {"formula": formula} if formula else {}
        system.add_variable(type(name, (variables.Variable,), body))

    variable("wage", float)
    variable("risk", int)
    variable("jkk", float, lambda p, m: np.round(p("wage", m) * rates[p("risk", m) - 1]))
    variable("jp_worker", float,
             lambda p, m: np.round(np.minimum(p("wage", m), ceiling) * 0.01))  # fmt: skip
    simulation = simulations.SimulationBuilder().build_default_simulation(system, frame.height)
    assert isinstance(simulation, simulations.Simulation)
    simulation.set_input("wage", "2026-12", frame["wage"].to_numpy())
    simulation.set_input("risk", "2026-12", frame["risk"].to_numpy())
    names = ("jkk", "jp_worker")
    return {n: int(simulation.calculate(n, "2026-12").astype(float).sum()) for n in names}


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return the result and the best CPU and wall seconds of three runs after a first one."""
    work()
    best = (float("inf"), float("inf"))
    for _ in range(3):
        cpu, wall = cpu_seconds(), time.perf_counter()
        result = work()
        best = min(best, (cpu_seconds() - cpu, time.perf_counter() - wall))
    return result, *best


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    frame = people(args.persons, args.seed)
    print(
        f"{args.persons:,} wage earners, {len(MONTHS)} contribution months, {len(RESULTS)} amounts"
    )
    ways = {"cakup, Polars": with_polars, "cakup, DuckDB": with_duckdb, "NumPy by hand": with_numpy,
            "openfisca-core (JKK, JP, one month)": with_openfisca}  # fmt: skip
    sums = {}
    for name, way in ways.items():
        result, cpu, wall = measured(lambda way=way: way(frame))  # type: ignore[misc]
        if result is None:
            print(f"{name:<38} not installed")
            continue
        sums[name] = result
        print(f"{name:<38} {cpu:6.2f} CPU s {wall:6.2f} s wall")
    exact = [sums[n] for n in list(ways)[:3]]
    assert exact[0] == exact[1] == exact[2], "the sums differ"
    print(f"sums agree to the rupiah: {sum(exact[0].values()):,}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
