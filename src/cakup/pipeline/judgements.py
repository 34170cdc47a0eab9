"""What people decided about pairs, put on the records that are there now.

A decision names the fingerprints of two records and the persons to whom they belonged. It applies
to every record with those fingerprints, else to the records that made those persons, else to
nothing (orphaned). Where both records look alike to the last letter, only the two rows that were
shown can be meant.

Decisions that cannot all be true (a = b, b = c, a ≠ c) are all set aside and go back to review. A
decision no longer stands when a later one names it as replaced, or when the same person decided the
same pair again.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.kernel.schemas import DECISION_STATES
from cakup.pipeline.decisions import Decision
from cakup.pipeline.person_ids import aliases

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine

PAIR_KINDS = ("same_person", "different_person")
Pair = tuple[str, str]


@dataclass(frozen=True)
class Judged:
    """Decisions on the records that are there.

    Args:
        pairs: ``left_record_id, right_record_id, same``: what linkage must obey.
        states: Rows of the table ``decision_states``.
    """

    pairs: pl.DataFrame
    states: pl.DataFrame

    def count(self, state: str) -> int:
        """Return how many decisions are in a state."""
        return self.states.filter(pl.col("state") == state).height


@dataclass(frozen=True)
class _Applied:
    """One standing decision and the records on its two sides, oldest first."""

    id: str
    same: bool
    left: tuple[str, ...]
    right: tuple[str, ...]

    def edges(self) -> list[Pair]:
        """Return the pairs that say it: a star for *same*, all of them for *different*."""
        if self.same:
            hub, *others = dict.fromkeys(self.left + self.right)
            return [(hub, other) for other in others]
        return list(product(self.left, self.right))


def judge(engine: SqlEngine, decisions: Sequence[Decision]) -> Judged:
    """Find the records of every decision and set contradictions aside.

    Args:
        engine: Holds ``record_marks``, ``before_ids`` and ``before_changes``.
        decisions: The log, in its order; other kinds are left out.
    """
    about_pairs = [d for d in decisions if d.kind in PAIR_KINDS]
    standing = _standing(about_pairs)
    applied = _on_records(engine, standing)
    found = [a for a in applied if a.left and a.right]
    clashing = _contradicting(found)
    state = dict.fromkeys((d.decision_id for d in about_pairs), "replaced")
    state |= {a.id: "applied" if a.left and a.right else "orphaned" for a in applied}
    state |= dict.fromkeys(clashing, "contradicting")
    sides = {a.id: a for a in applied}
    rows = [_state_row(d, state[d.decision_id], sides.get(d.decision_id)) for d in about_pairs]
    return Judged(
        _pairs(a for a in found if a.id not in clashing),
        pl.DataFrame(rows, schema=_schema(DECISION_STATES.names, "n_records"), orient="row"),
    )


def standing_pairs(decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions about pairs that were neither replaced nor repeated, in their order."""
    return _standing([d for d in decisions if d.kind in PAIR_KINDS])


def _standing(decisions: Sequence[Decision]) -> list[Decision]:
    """Leave out what was replaced, and a person's earlier words on the same pair."""
    replaced = {old for d in decisions for old in d.body.get("replaces", ())}
    latest: dict[tuple[str, frozenset[str]], Decision] = {}
    for d in decisions:
        if d.decision_id not in replaced:
            latest[(d.by.strip().casefold(), _pair_of(d))] = d
    kept = {d.decision_id for d in latest.values()}
    return [d for d in decisions if d.decision_id in kept]


def _pair_of(decision: Decision) -> frozenset[str]:
    """Return what makes two decisions be about the same pair."""
    body = decision.body
    alike = body["left"] == body["right"]
    return frozenset(body["records"] if alike else (body["left"], body["right"]))


def _on_records(engine: SqlEngine, decisions: Sequence[Decision]) -> list[_Applied]:
    """Find the records on both sides of each decision."""
    marks = _Marks(engine, decisions)
    return [
        _Applied(
            d.decision_id,
            d.kind == "same_person",
            marks.side(d, 0),
            marks.side(d, 1),
        )
        for d in decisions
    ]


class _Marks:
    """The records that decisions can mean, by fingerprint and by person."""

    def __init__(self, engine: SqlEngine, decisions: Sequence[Decision]) -> None:
        self.stands_for = aliases(engine.frame("SELECT * FROM before_changes"))
        named = {p for d in decisions for p in d.body.get("persons", ())}
        named |= {self.stands_for.get(p, p) for p in named}
        self.made_of: dict[str, set[str]] = defaultdict(set)
        for person, fingerprint in _among(
            engine, named, "SELECT person_id, fingerprint FROM before_ids", "person_id"
        ):
            self.made_of[person].add(fingerprint)
        wanted = {f for d in decisions for f in (d.body["left"], d.body["right"])}
        wanted = wanted.union(*self.made_of.values())
        self.bearing: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for fingerprint, age, record in _among(
            engine, wanted, "SELECT fingerprint, age, record_id FROM record_marks", "fingerprint"
        ):
            self.bearing[fingerprint].append((age, record))

    def side(self, decision: Decision, at: int) -> tuple[str, ...]:
        """Return the records on side ``at`` (0 left, 1 right), oldest first."""
        body = decision.body
        prints = (body["left"], body["right"])
        if prints[0] != prints[1]:
            if prints[at] in self.bearing:
                return self._records({prints[at]})
        elif {r for _, r in self.bearing.get(prints[0], ())} >= set(body["records"]):
            return (body["records"][at],)
        mine, other = (body.get("persons", ("", ""))[i] for i in (at, 1 - at))
        not_mine = self.made_of.get(other, set()) | {prints[1 - at]}
        # First the rows that made the person himself, then those of whoever he was merged into.
        for person in (mine, self.stands_for.get(mine, mine)):
            found = self._records(self.made_of.get(person, set()) - not_mine)
            if found:
                return found
        return ()

    def _records(self, fingerprints: Iterable[str]) -> tuple[str, ...]:
        found = sorted(pair for f in fingerprints for pair in self.bearing.get(f, ()))
        return tuple(record for _, record in found)


def _among(engine: SqlEngine, values: set[str], query: str, column: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query whose column has one of the values."""
    engine.register("judge_wanted", pl.DataFrame({"v": sorted(values)}, schema={"v": pl.String}))
    rows = engine.frame(
        f"SELECT q.* FROM ({query}) q JOIN judge_wanted w ON w.v = q.{column} ORDER BY ALL"
    ).rows()
    engine.drop("judge_wanted")
    return rows


def _contradicting(applied: Sequence[_Applied]) -> set[str]:
    """Return the decisions that cannot all be true.

    Of a *different* whose two sides *same* decisions join, it and every *same* on the shortest way
    between the sides are set aside, until nothing clashes. All clashes of a round are looked for
    before any is set aside, so the order of the log does not matter.
    """
    aside: set[str] = set()
    while True:
        standing = [a for a in applied if a.id not in aside]
        graph: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for one in (a for a in standing if a.same):
            for left, right in one.edges():
                graph[left].append((right, one.id))
                graph[right].append((left, one.id))
        for near in graph.values():
            near.sort()
        found: set[str] = set()
        for one in (a for a in standing if not a.same):
            way = _way(graph, one)
            if way is not None:
                found |= {one.id, *way}
        if not found:
            return aside
        aside |= found


def _way(graph: dict[str, list[tuple[str, str]]], different: _Applied) -> set[str] | None:
    """Return the *same* decisions that join the two sides of a *different*, None if none do."""
    goals = set(different.right)
    came: dict[str, tuple[str, str] | None] = dict.fromkeys(different.left)
    queue = deque(came)
    while queue:
        at = queue.popleft()
        if at in goals:
            used = set()
            while (step := came[at]) is not None:
                at, decision = step
                used.add(decision)
            return used
        for near, decision in graph.get(at, ()):
            if near not in came:
                came[near] = (at, decision)
                queue.append(near)
    return None


def _pairs(applied: Iterable[_Applied]) -> pl.DataFrame:
    """Return the pairs, each once, the smaller record left."""
    rows = sorted({(*sorted(edge), a.same) for a in applied for edge in a.edges()})
    schema = {"left_record_id": pl.String, "right_record_id": pl.String, "same": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _state_row(decision: Decision, state: str, applied: _Applied | None) -> tuple[object, ...]:
    """Return one row of ``decision_states``."""
    left, right = (applied.left, applied.right) if applied else ((), ())
    return (
        decision.decision_id, decision.kind, state, len({*left, *right}),
        left[0] if left else None, right[0] if right else None,
    )  # fmt: skip


def _schema(names: Iterable[str], whole: str) -> dict[str, type[pl.DataType]]:
    """Return a schema of texts with one whole number."""
    return {name: pl.Int64 if name == whole else pl.String for name in names}
