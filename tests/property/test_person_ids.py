"""Ids of persons: any history of lists that come, go, merge and split, beside a slow oracle."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.schemas import PERSON_CHANGES, PERSON_IDS
from cakup.pipeline.person_ids import aliases, assign, mint
from rounds import examples

KEY = b"k" * 32
Cluster = tuple[int, ...]
#: Record number → its fingerprint. Several records share one: repeated lists, and namesakes.
FINGERPRINTS = ["a", "b", "a", "c", "d", "a", "b", "e"]


@dataclass
class Memory:
    """What one run leaves to the next."""

    members: dict[int, str] = field(default_factory=dict)
    ids: list[tuple[str, str, str]] = field(default_factory=list)
    changes: list[tuple[str, str, str, str]] = field(default_factory=list)


def _table(engine: DuckEngine, name: str, columns: tuple[str, ...], rows: list[tuple]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    engine.drop(name)
    engine.register(name, frame)


def _with_engine(engine: DuckEngine, before: Memory, clusters: list[Cluster]) -> Memory:
    """One run of the code under test."""
    rows = [(f"r{r}", f"r{min(c)}") for c in clusters for r in c]
    _table(engine, "r_clusters", ("record_id", "cluster_id"), rows)
    marks = pl.DataFrame({
        "record_id": [f"r{r}" for r in range(len(FINGERPRINTS))],
        "fingerprint": FINGERPRINTS,
        "age": list(range(len(FINGERPRINTS))),
    })  # fmt: skip
    engine.drop("record_marks")
    engine.register("record_marks", marks)
    members = [(f"r{r}", p) for r, p in before.members.items()]
    _table(engine, "before_members", ("record_id", "person_id"), members)
    _table(engine, "before_ids", PERSON_IDS.names, before.ids)
    _table(engine, "before_changes", PERSON_CHANGES.names, before.changes)
    assigned = assign(engine, KEY)
    person = dict(engine.frame("SELECT cluster_id, person_id FROM cluster_persons").rows())
    new_ids = sorted(engine.frame("SELECT fingerprint, person_id, run_id FROM new_ids").rows())
    new_changes = sorted(
        engine.frame("SELECT old_id, new_id, kind, run_id FROM new_changes").rows()
    )
    assert (assigned.run_id is None) == (not new_ids and not new_changes)
    assert set(person) == {f"r{min(c)}" for c in clusters}
    return Memory(
        {r: person[f"r{min(c)}"] for c in clusters for r in c},
        before.ids + new_ids,
        before.changes + new_changes,
    )


class Oracle:
    """The four rules, record by record."""

    def __init__(self, before: Memory, clusters: list[Cluster]) -> None:
        self.before = before
        self.clusters = clusters
        self.direct: dict[str, str] = {}
        for old, new, kind, _ in sorted(before.changes, key=lambda c: c[3]):
            if kind == "merge":
                self.direct[old] = new
            else:
                self.direct.pop(new, None)
        self.had = {f: [p for g, p, _ in before.ids if g == f] for f in FINGERPRINTS}
        self.born: dict[str, str] = {}
        for _, p, run in before.ids:
            self.born[p] = min(run, self.born.get(p, run))

    def now(self, person: str) -> str:
        return self.now(self.direct[person]) if person in self.direct else person

    def age(self, person: str) -> tuple[str, str]:
        return (self.born[person], person)

    def owners(self) -> dict[str, Cluster]:
        claims: dict[str, list[tuple[int, Cluster]]] = {}
        for c in self.clusters:
            for r in c:
                was = self.before.members.get(r)
                if was is None:
                    continue
                mine = [p for p in self.had[FINGERPRINTS[r]] if self.now(p) == was]
                for p in {was, *mine}:
                    claims.setdefault(p, []).append((r, c))
        owner = {p: min(found)[1] for p, found in claims.items()}
        late: dict[str, list[tuple[int, Cluster]]] = {}
        for f in sorted(set(FINGERPRINTS)):
            ids = {q for p in self.had[f] for q in (p, self.now(p))}
            free = sorted((p for p in ids if p not in owner), key=self.age)
            asking = []
            for c in self.clusters:
                new = [r for r in c if FINGERPRINTS[r] == f and r not in self.before.members]
                if new and not any(owner.get(p) == c for p in ids):
                    asking.append((min(new), c))
            for p, asker in zip(free, sorted(asking), strict=False):
                late.setdefault(p, []).append(asker)
        return owner | {p: min(found)[1] for p, found in late.items()}

    def run(self) -> dict[int, str]:
        owner = self.owners()
        members: dict[int, str] = {}
        homeless = []
        for c in self.clusters:
            mine = sorted((p for p, o in owner.items() if o == c), key=self.age)
            if mine:
                members |= dict.fromkeys(c, mine[0])
            else:
                homeless.append((min(FINGERPRINTS[r] for r in c), min(c), c))
        used = {p for _, p, _ in self.before.ids}
        for f, _, c in sorted(homeless):
            nth = 0
            while mint(f, KEY, nth) in used:
                nth += 1
            used.add(mint(f, KEY, nth))
            members |= dict.fromkeys(c, mint(f, KEY, nth))
        return members


@st.composite
def partitions(draw: st.DrawFn) -> list[Cluster]:
    """Some of the records, in some clusters."""
    present = draw(st.sets(st.integers(0, len(FINGERPRINTS) - 1), min_size=1))
    groups: dict[int, list[int]] = {}
    for r in sorted(present):
        groups.setdefault(draw(st.integers(0, 3)), []).append(r)
    return [tuple(g) for g in groups.values()]


def _check(before: Memory, after: Memory, clusters: list[Cluster]) -> None:
    """What must hold whatever the rules are."""
    assert set(after.members) == {r for c in clusters for r in c}
    of_cluster = [{after.members[r] for r in c} for c in clusters]
    assert all(len(ids) == 1 for ids in of_cluster)
    assert len({p for ids in of_cluster for p in ids}) == len(clusters)
    assert after.ids[: len(before.ids)] == before.ids
    assert after.changes[: len(before.changes)] == before.changes
    columns = dict.fromkeys(PERSON_CHANGES.names, pl.String)
    stands_for = aliases(pl.DataFrame(after.changes, schema=columns, orient="row"))
    for r, p in after.members.items():
        assert p not in stands_for
        leads = {stands_for.get(q, q) for f, q, _ in after.ids if f == FINGERPRINTS[r]}
        assert p in leads
    for c in clusters:
        was = {before.members.get(r) for r in c}
        if len(was) == 1 and None not in was:
            (p,) = was
            if {r for r, q in before.members.items() if q == p and r in after.members} == set(c):
                assert after.members[c[0]] == p, "an unchanged person keeps his id"
    gone = set(before.members.values()) - set(after.members.values())
    present = {q for r, q in before.members.items() if r in after.members}
    assert all(p in stands_for for p in gone & present), "an id in use never just disappears"


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(threads=1, memory_mb=200) as made:
        yield made


@settings(max_examples=examples(25), deadline=None)
@given(history=st.lists(partitions(), min_size=1, max_size=4))
def test_any_history_keeps_the_rules(engine: DuckEngine, history: list[list[Cluster]]) -> None:
    memory = Memory()
    for clusters in history:
        expected = Oracle(memory, clusters).run()
        after = _with_engine(engine, memory, clusters)
        assert after.members == expected
        _check(memory, after, clusters)
        again = _with_engine(engine, after, clusters)
        assert again == after, "a second run with nothing new changes nothing"
        memory = after


def test_a_merge_keeps_the_older_and_a_split_the_part_with_the_oldest_record(
    engine: DuckEngine,
) -> None:
    first = _with_engine(engine, Memory(), [(1,)])
    second = _with_engine(engine, first, [(1,), (3, 4)])
    older, younger = second.members[1], second.members[3]
    merged = _with_engine(engine, second, [(1, 3, 4)])
    assert set(merged.members.values()) == {older}
    assert merged.changes == [(younger, older, "merge", "L000003")]
    split = _with_engine(engine, merged, [(1, 4), (3,)])
    assert split.members == {1: older, 4: older, 3: younger}, "the alias lives again"
    assert split.changes[-1] == (older, younger, "split", "L000004")


def test_namesakes_get_ids_of_their_own_and_find_them_again(engine: DuckEngine) -> None:
    first = _with_engine(engine, Memory(), [(0,), (2,), (5,)])
    assert len(set(first.members.values())) == 3
    assert _with_engine(engine, first, [(2,), (5,)]).members == {
        2: first.members[2],
        5: first.members[5],
    }
    gone = _with_engine(engine, first, [(1,)])
    back = _with_engine(engine, gone, [(0,), (2,), (5,)])
    assert set(back.members.values()) == set(first.members.values())


def test_a_withdrawn_list_that_comes_back_finds_its_persons(engine: DuckEngine) -> None:
    first = _with_engine(engine, Memory(), [(0, 1), (3,)])
    without = _with_engine(engine, first, [(3,)])
    again = _with_engine(engine, without, [(2, 6), (3,)])
    assert again.members[2] == first.members[0]
    assert again.members[3] == first.members[3]
