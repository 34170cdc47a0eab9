"""Units against a slow oracle in plain Python, and rows that must stay together."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import polars as pl
import pytest

from cakup.engines.duckdb import DuckEngine
from cakup.linkage.partitions import grouped, sample
from cakup.linkage.units import TELLING, find_units, keep_together

Row = dict[str, object]
SCHEMA = {"gid": pl.Int64, "source": pl.String, "nik": pl.Int64, "nik_seen": pl.String,
          "village": pl.String, "kab": pl.String}  # fmt: skip


def rows_of(seed: int) -> list[Row]:
    """Return rows of three kabupaten; some live elsewhere than their number was issued."""
    rng = random.Random(seed)
    rows: list[Row] = []
    for gid in range(700):
        home = rng.choice(("1201", "1202", "1375"))
        issued = home if rng.random() < 0.8 else rng.choice(("1201", "1202", "1375", "7171"))
        nik = int(f"{issued}91{rng.randrange(1, 25):02d}01{rng.randrange(80, 84)}0001")
        village = rng.choice((None, f"{home} A", f"{home} B", "DAMAI"))
        if rng.random() < 0.02:
            village = "TYPO"
        rows.append({
            "gid": gid, "source": rng.choice((f"tani {home}", "peserta")),
            "nik": nik if rng.random() < 0.7 else None,
            "nik_seen": f"{nik}"[:14] if rng.random() < 0.1 else None, "village": village,
            "kab": home if rng.random() < 0.1 else None,
        })  # fmt: skip
    return rows


def most(counts: Counter[str]) -> str | None:
    return min(counts, key=lambda k: (-counts[k], k)) if counts else None


def units_by_hand(rows: list[Row], least: int) -> dict[int, str]:
    """Say it once more, row by row."""
    votes: dict[object, Counter[str]] = defaultdict(Counter)
    for r in rows:
        if r["nik"] is not None:
            issued = str(r["nik"])[:4]
            votes["list", r["source"]][issued] += 1
            if r["village"]:
                votes["village", r["source"], r["village"]][issued] += 1

    def told(key: object, telling: int) -> str | None:
        counts = votes[key]
        best = most(counts)
        enough = best and 2 * counts[best] > counts.total() >= telling
        return best if enough else None

    place = {}
    for r in rows:
        village = told(("village", r["source"], r["village"]), TELLING) if r["village"] else None
        place[r["gid"]] = r["kab"] or village or told(("list", r["source"]), 1)
    lived = Counter(p for p in place.values() if p)
    units = {u: n for u, n in lived.items() if n >= least}
    groups = defaultdict(list)
    for r in rows:
        groups[r["nik"] if r["nik"] is not None else ("alone", r["gid"])].append(r)
    found = {}
    for key, members in groups.items():
        unit = None
        if not isinstance(key, tuple):
            unit = most(Counter(p for r in members if (p := place[r["gid"]]) in units))
        if unit is None:
            unit = min(filter(None, (stray(r, place, units, told) for r in members)), default=None)
        unit = unit or most(Counter(units)) or "0000"
        found |= {int(str(r["gid"])): unit for r in members}
    return found


def stray(r: Row, place: dict, units: dict, told: object) -> str | None:
    number = r["nik"] if r["nik"] is not None else r["nik_seen"]
    is_told = r["nik"] is not None or len(str(r["nik_seen"] or "")) >= 12
    issued = str(number)[:4] if is_told else None
    for one in (place[r["gid"]], issued, told(("list", r["source"]), 1)):  # type: ignore[operator]
        if one in units:
            return str(one)
    return None


@pytest.mark.parametrize(("seed", "least"), [(1, 20), (2, 90), (3, 400), (4, 5_000)])
def test_units_as_said(seed: int, least: int) -> None:
    rows = rows_of(seed)
    with DuckEngine(threads=1) as engine:
        for order in (rows, rows[::-1]):
            engine.register("part_rows", pl.DataFrame(order, schema=SCHEMA, orient="row"))
            find_units(engine, least)
            found = dict(engine.frame("SELECT gid, unit FROM un_rows").rows())
            assert found == units_by_hand(rows, least)


def test_tied_rows_share_a_unit() -> None:
    rows = rows_of(9)
    with DuckEngine(threads=1) as engine:
        engine.register("part_rows", pl.DataFrame(rows, schema=SCHEMA, orient="row"))
        find_units(engine, 20)
        before = dict(engine.frame("SELECT gid, unit FROM un_rows").rows())
        ties = [(3, 90), (90, 400), (400, 611), (12, 13)]
        engine.register(
            "part_pairs",
            pl.DataFrame(ties, schema={"left_gid": pl.Int64, "right_gid": pl.Int64}, orient="row"),
        )
        keep_together(engine)
        after = dict(engine.frame("SELECT gid, unit FROM un_rows").rows())
    assert len({after[g] for g in (3, 90, 400, 611)}) == 1
    assert after[12] == after[13]
    by_nik = defaultdict(set)
    for r in rows:
        if r["nik"] is not None:
            by_nik[r["nik"]].add(after[int(str(r["gid"]))])
    assert all(len(units) == 1 for units in by_nik.values())
    tied = {rows[g]["nik"] for pair in ties for g in pair} - {None}
    others = [g for g in before if rows[g]["nik"] not in tied and g not in sum(ties, ())]
    assert all(before[g] == after[g] for g in others)


def test_groups_and_samples() -> None:
    sizes = {f"{1100 + at}": 50 + 37 * at % 400 for at in range(40)}
    groups = grouped(sizes, 6)
    assert sorted(u for g in groups for u in g) == sorted(sizes)
    held = [sum(sizes[u] for u in g) for g in groups]
    assert max(held) < 1.2 * min(held)
    assert len(grouped(sizes, 99)) == 40
    some = sample(sizes, 3_000)
    assert 3_000 <= sum(sizes[u] for u in some) < 3_500
    assert sample(dict(reversed(sizes.items())), 3_000) == some
    assert sample(sizes, 10**9) == sorted(sizes)
