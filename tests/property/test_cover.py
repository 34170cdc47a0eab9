"""The short answer (who is covered on a day) agrees with the full state on random histories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cakup.engines.duckdb import DuckEngine
from cakup.ledger.activity import status_sql
from cakup.ledger.cover import cover_sql
from cakup.ledger.rules import Rules
from rounds import examples
from tests.property.test_ledger_oracle import (
    _build,
    _given,
    days,
    participants,
    persons,
    rules_given,
    snapshots,
    stretches,
)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(threads=1) as made:
        yield made


@settings(max_examples=examples(20), derandomize=True, deadline=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(snapshots, persons, participants, stretches, rules_given, days)
def test_cover_is_the_same(
    engine: DuckEngine, snaps: Any, people: Any, parts: Any, pays: Any, rules: Rules, day: date
) -> None:
    data = _given(snaps, people, parts, pays)
    newest = max([s["as_of"] for s in data["snapshots"]] + [date(2025, 12, 31)])
    _build(engine, data, newest)
    columns = "person_id, is_registered, is_active, CASE WHEN is_active THEN segments END"
    full, short = (
        engine.frame(f"SELECT {columns} FROM ({sql}) ORDER BY person_id").rows()
        for sql in (status_sql(day, rules), cover_sql(day, rules))
    )
    assert full == short
