"""Why a figure moved: the SQL and a plain reading of the terms agree, and always add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cakup.coverage.change import TERMS, Change, terms
from cakup.engines.duckdb import DuckEngine
from rounds import examples

#: More with CAKUP_EXAMPLES=1000; the suite has to stay short.
EXAMPLES = examples(25)
LIMIT = 65
PEOPLE = [f"P{i}" for i in range(6)]
FACT_SCHEMA = {
    "person_id": pl.String, "region": pl.String, "is_active": pl.Boolean,
    "is_covered": pl.Boolean, "is_ever": pl.Boolean, "is_chosen": pl.Boolean,
    "is_kept": pl.Boolean, "age_years": pl.Int32,
}  # fmt: skip
facts = st.fixed_dictionaries({
    "region": st.sampled_from(["in", "in", "in", "out", "unknown"]),
    "is_covered": st.booleans(), "is_ever": st.booleans(),
    "is_chosen": st.sampled_from([True, True, False]),
    "is_kept": st.sampled_from([True, True, False]),
    "age_years": st.sampled_from([30, 64, 65, 70]),
})  # fmt: skip
#: A person is missing from a day's facts if he is dead or nothing is known of him then.
worlds = st.fixed_dictionaries({
    "told": st.dictionaries(st.sampled_from([f"T{i}" for i in range(6)]), facts, max_size=6),
    "then": st.dictionaries(st.sampled_from(PEOPLE), facts, max_size=6),
    "ruled": st.dictionaries(st.sampled_from(PEOPLE), facts, max_size=6),
    "now": st.dictionaries(st.sampled_from(PEOPLE), facts, max_size=6),
    "same": st.lists(st.sampled_from(PEOPLE), min_size=6, max_size=6),
    "touched": st.sets(st.sampled_from(PEOPLE)), "regrouped": st.sets(st.sampled_from(PEOPLE)),
    "dead": st.sets(st.sampled_from(PEOPLE)),
})  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(threads=1) as made:
        yield made


def _counted(fact: dict[str, Any] | None) -> int:
    return int(bool(fact) and fact["region"] == "in" and fact["is_active"])


def _complete(day: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Whoever is covered was ever registered; active = covered, chosen and kept."""
    return {
        p: {**f, "is_ever": f["is_ever"] or f["is_covered"],
            "is_active": f["is_covered"] and f["is_chosen"] and f["is_kept"]}
        for p, f in day.items()
    }  # fmt: skip


def _register(engine: DuckEngine, world: dict[str, Any]) -> None:
    for name, key in (("facts_told", "told"), ("facts_then", "then"), ("facts_ruled", "ruled"),
                      ("facts", "now")):  # fmt: skip
        rows = [{"person_id": p, **f} for p, f in world[key].items()]
        engine.drop(name)
        engine.register(name, pl.DataFrame(rows, schema=FACT_SCHEMA))
    same = {"told_id": [f"T{i}" for i in range(6)], "person_id": world["same"]}
    died = [date(2025, 5, 1) if p in world["dead"] else None for p in PEOPLE]
    persons = {"person_id": PEOPLE, "meninggal_on": died}
    for name, columns in (
        ("same_person", same), ("persons", persons),
        ("touched", {"person_id": sorted(world["touched"])}),
        ("regrouped", {"person_id": sorted(world["regrouped"])}),
    ):  # fmt: skip
        engine.drop(name)
        schema = {c: pl.Date if c == "meninggal_on" else pl.String for c in columns}
        engine.register(name, pl.DataFrame(columns, schema=schema))


def _oracle(world: dict[str, Any]) -> dict[str, int]:
    """Look at one person after the other, in the words of interfaces section 3."""
    found = dict.fromkeys(TERMS, 0)
    for person in PEOPLE:
        told = sum(
            _counted(world["told"].get(f"T{i}")) for i in range(6) if world["same"][i] == person
        )
        then, ruled, now = (_counted(world[k].get(person)) for k in ("then", "ruled", "now"))
        if person in world["touched"]:
            found["restated"] += then - told
        elif person in world["regrouped"]:
            found["relinked"] += then - told
        else:
            found["rule_changed"] += then - told
        found["rule_changed"] += ruled - then
        if now != ruled:
            term = _leaving(world, person) if ruled else _coming(world, person)
            found[term] += now - ruled
    return found


def _leaving(world: dict[str, Any], person: str) -> str:
    was, now = world["ruled"][person], world["now"].get(person)
    if now is None:
        return "died" if person in world["dead"] else "lapsed"
    if not now["is_covered"] and was["age_years"] < LIMIT <= now["age_years"]:
        return "aged_out"
    if now["region"] != "in" or not now["is_kept"]:
        return "moved"
    if now["is_covered"] and not now["is_chosen"]:
        return "moved"
    return "lapsed"


def _coming(world: dict[str, Any], person: str) -> str:
    was = world["ruled"].get(person)
    if was is None:
        return "entered"
    if was["is_covered"]:
        return "moved"
    return "revived" if was["is_ever"] else "entered"


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(worlds)
def test_terms_are_those_of_the_plain_reading(engine: DuckEngine, world: dict[str, Any]) -> None:
    for key in ("told", "then", "ruled", "now"):
        world[key] = _complete(world[key])
    _register(engine, world)
    found = terms(engine, LIMIT)
    assert found == _oracle(world)
    first = sum(_counted(f) for f in world["told"].values())
    last = sum(_counted(f) for f in world["now"].values())
    assert sum(found.values()) == last - first


@given(st.integers(0, 10**7), st.integers(1, 10**7), st.integers(0, 10**7), st.integers(1, 10**7))
def test_share_splits_exactly(n0: int, d0: int, n1: int, d1: int) -> None:
    change = Change(date(2024, 12, 31), None, date(2025, 10, 31), n0, n1, d0, d1,
                    {**dict.fromkeys(TERMS, 0), "entered": n1 - n0})  # fmt: skip
    assert change.person_part is not None
    assert change.denominator_part is not None
    assert change.person_part + change.denominator_part == Fraction(n1, d1) - Fraction(n0, d0)


def test_terms_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(AssertionError):
        Change(date(2024, 12, 31), None, date(2025, 10, 31), 1, 3, 10, 10, {"entered": 1})
