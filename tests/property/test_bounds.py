"""Bounds of the count: the SQL and a plain reading agree; the truth of any answers lies inside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations, product
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cakup.coverage.bounds import CERTAIN, Bounds, bounds
from cakup.coverage.counts import Scope
from cakup.engines.duckdb import DuckEngine
from cakup.kernel.schemas import MEMBERSHIPS, PAYMENT_ORPHANS, PAYMENTS, RECORDS, REVIEW, Table
from rounds import examples
from tests.hand_made import POLARS

#: More with CAKUP_EXAMPLES=1000; the suite has to stay short.
EXAMPLES = examples(25)
SCOPE = Scope("12.75")
HERE, AWAY = "12.75.01.1001", "12.71.01.1001"
MONTH = date(2025, 10, 1)
kinds = st.sampled_from(["daftar_pekerja", "peserta", "peserta", "kematian"])
#: A person: is he active; and his rows: kind, place, probability.
people = st.lists(
    st.tuples(
        st.booleans(),
        st.lists(
            st.tuples(kinds, st.sampled_from([HERE, HERE, AWAY, None]),
                      st.sampled_from([1.0, 1.0, 0.97, 0.8, 0.6])),
            min_size=1, max_size=3,
        ),
    ),
    min_size=1, max_size=6,
)  # fmt: skip
pairs = st.lists(
    st.tuples(st.integers(0, 17), st.integers(0, 17), st.sampled_from([0.2, 0.5, 0.9])), max_size=6
)
orphans = st.lists(st.tuples(st.sampled_from(["11", "12", None]), st.booleans()), max_size=3)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(threads=1) as made:
        yield made


class World:
    """The drawn people as plain data: rows, places, who is counted."""

    def __init__(self, drawn: Any, links: Any, lost: Any) -> None:
        self.rows = [
            {"record_id": f"r{p}.{i}", "person_id": f"P{p}", "kind": kind, "kode": kode,
             "probability": chance}
            for p, (_, rows) in enumerate(drawn) for i, (kind, kode, chance) in enumerate(rows)
        ]  # fmt: skip
        ids = [r["record_id"] for r in self.rows]
        self.links = [
            (ids[a % len(ids)], ids[b % len(ids)], chance)
            for a, b, chance in links if ids[a % len(ids)] != ids[b % len(ids)]
        ]  # fmt: skip
        self.person = {r["record_id"]: r["person_id"] for r in self.rows}
        self.lost = lost
        self.region, self.active = {}, {}
        for p, (active, rows) in enumerate(drawn):
            places = [kode for _, kode, _ in rows if kode]
            self.region[f"P{p}"] = "unknown" if not places else "in" if HERE in places else "out"
            self.active[f"P{p}"] = active and any(kind == "peserta" for kind, *_ in rows)
        self.counted = {p for p in self.active if self.active[p] and self.region[p] == "in"}

    def of(self, person: str) -> list[dict[str, Any]]:
        return [r for r in self.rows if r["person_id"] == person]


def _register(engine: DuckEngine, world: World) -> None:
    def frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
        schema = {c.name: POLARS[c.type] for c in table.columns}
        return pl.DataFrame([{n: r.get(n) for n in schema} for r in rows], schema=schema)

    records = [{**r, "kode_wilayah_ktp": r["kode"]} for r in world.rows]
    review = [
        {"pair_id": str(i), "left_record_id": a, "right_record_id": b, "probability": c}
        for i, (a, b, c) in enumerate(world.links)
    ]
    lost = [{"record_id": f"o{i}", "bulan": MONTH if fresh else date(2024, 1, 1), "program": "jkk"}
            for i, (_, fresh) in enumerate(world.lost)]  # fmt: skip
    paid = [{"record_id": f"o{i}", "kpj": kpj} for i, (kpj, _) in enumerate(world.lost)]
    facts = pl.DataFrame(
        [{"person_id": p, "region": world.region[p], "is_active": world.active[p]}
         for p in world.region],
        schema={"person_id": pl.String, "region": pl.String, "is_active": pl.Boolean},
    )  # fmt: skip
    tables = {
        "records": frame(RECORDS, records), "memberships": frame(MEMBERSHIPS, records),
        "review": frame(REVIEW, review), "payment_orphans": frame(PAYMENT_ORPHANS, lost),
        "payments": frame(PAYMENTS, paid), "facts": facts,
    }  # fmt: skip
    for name, table in tables.items():
        engine.drop(name)
        engine.register(name, table)


def _footing(rows: list[dict[str, Any]]) -> tuple[bool, int]:
    """Whether the person stands without doubtful rows, and how many more there may be."""
    core = [r for r in rows if r["probability"] >= CERTAIN]
    loose = [r for r in rows if r["probability"] < CERTAIN and r["kind"] == "peserta"]
    has_participant = any(r["kind"] == "peserta" for r in core)
    is_sure = has_participant and any(r["kode"] == HERE for r in core)
    is_sure = is_sure or any(r["kode"] == HERE for r in loose)
    more = sum(r["kode"] in (HERE, None) for r in loose) - (0 if has_participant else 1)
    return is_sure, max(more, 0)


def _components(people: set[str], edges: set[frozenset[str]]) -> int:
    groups = [{p} for p in people]
    for edge in edges:
        touched = [g for g in groups if g & edge]
        groups = [g for g in groups if not g & edge] + [set().union(*touched)]
    return len(groups)


def _oracle(world: World) -> dict[str, int]:
    gone, more = set(), 0
    for person in world.counted:
        rows = world.of(person)
        if any(r["probability"] < CERTAIN for r in rows):
            is_sure, n = _footing(rows)
            more += n
            if not is_sure:
                gone.add(person)
    kind = {r["record_id"]: r["kind"] for r in world.rows}
    edges, here = set(), set()
    for a, b, _ in [*world.links, *((b, a, c) for a, b, c in world.links)]:
        one, other = world.person[a], world.person[b]
        if one == other:
            continue
        if one in world.counted and kind[b] == "kematian":
            gone.add(one)
        if one in world.counted and other in world.counted:
            edges.add(frozenset((one, other)))
        if (world.active[one] and world.region[one] == "out" and world.region[other] == "in"
                and not world.active[other]):  # fmt: skip
            here.add(one)
    left = world.counted - gone
    unknown = sum(world.active[p] and world.region[p] == "unknown" for p in world.active)
    unlinked = len({kpj or f"o{i}" for i, (kpj, fresh) in enumerate(world.lost) if fresh})
    return {
        "counted": len(world.counted),
        "lower": _components(left, {e for e in edges if e <= left}),
        "upper": len(world.counted) + more + unknown + len(here) + unlinked,
    }


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(people, pairs, orphans)
def test_bounds_are_those_of_the_plain_reading(
    engine: DuckEngine, drawn: Any, links: Any, lost: Any
) -> None:
    world = World(drawn, links, lost)
    _register(engine, world)
    found = bounds(engine, SCOPE, date(2025, 7, 1), MONTH)
    want = _oracle(world)
    assert {name: getattr(found, name) for name in want} == want
    assert found.lower <= found.expected <= found.upper
    _parts_add_up(found)


def _parts_add_up(found: Bounds) -> None:
    assert found.counted - found.lower == (
        found.unsure_link + found.perhaps_dead + found.perhaps_same
    )
    assert found.upper - found.counted == (
        found.place_unknown + found.perhaps_here + found.perhaps_more + found.unlinked
    )


@settings(max_examples=max(EXAMPLES // 3, 5), derandomize=True, deadline=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(st.integers(2, 5), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=5))
def test_any_answers_to_the_open_pairs_stay_inside(
    engine: DuckEngine, n: int, drawn: list[tuple[int, int]]
) -> None:
    """Certain participants with open pairs only: every set of yes-answers gives a count inside."""
    edges = [(a % n, b % n) for a, b in drawn if a % n != b % n]
    world = World([(True, [("peserta", HERE, 1.0)])] * n, [(a, b, 0.5) for a, b in edges], [])
    _register(engine, world)
    found = bounds(engine, SCOPE, MONTH, MONTH)
    counts = set()
    for answers in product([False, True], repeat=len(edges)):
        joined = {
            frozenset((f"P{a}", f"P{b}"))
            for (a, b), yes in zip(edges, answers, strict=True) if yes
        }  # fmt: skip
        counts.add(_components(world.counted, joined))
    assert (min(counts), max(counts)) == (found.lower, found.upper)
    assert all(x in range(found.lower, found.upper + 1) for x, _ in combinations(counts, 2))
