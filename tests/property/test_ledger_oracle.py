"""Random histories: the ledger in SQL and the plain oracle say the same of every person and day."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.schemas import ANSWERS, APPEALS, MEMBERSHIPS, PAYMENTS, PERSONS, RECORDS, Table
from cakup.ledger import build, findings, payments
from cakup.ledger.activity import status_sql, trend_sql
from cakup.ledger.rules import Rules, rules_at
from cakup.ledger.snapshots import Snapshot, windows

sys.path.insert(0, str(Path(__file__).parents[1]))
from ledger_oracle import History, answering, end, month, plus
from rounds import examples

START = date(2025, 1, 1)
#: More with CAKUP_EXAMPLES=1000; the suite has to stay short.
EXAMPLES = examples(50)
IS_SHORT = "CAKUP_EXAMPLES" not in os.environ
BASE = rules_at(date(2025, 12, 31))
PEOPLE = ("P1", "P2")
NIK = {"P1": "1275910101900001", "P2": "1275910101900002"}
TYPES = {"VARCHAR": pl.String, "DATE": pl.Date, "BIGINT": pl.Int64, "BOOLEAN": pl.Boolean,
         "INTEGER": pl.Int32, "DOUBLE": pl.Float64}  # fmt: skip

days = st.integers(0, 640).map(lambda n: START + timedelta(days=n))
months = st.integers(-1, 16).map(lambda n: plus(START, n))
maybe = lambda s: st.none() | s  # noqa: E731 - a name for a shape used many times
#: Mostly the person's own number, sometimes another's, an unknown one or none.
kpjs = st.sampled_from(["own", "own", "own", "own", "KP1", "K9", None])
payers = st.sampled_from(
    ["pemberi_kerja", "mandiri", "apbd_kabkota", "apbd_provinsi", "csr", "tidak_diketahui"]
)
segments = st.sampled_from(["pu", "pu", "bpu", "bpu", "bpu", "jakon", "pmi"])
programs = st.sampled_from([None, "jkk,jkm", "jkk,jkm", "jkk,jkm,jht", "jkk"])
snapshots = st.lists(
    st.tuples(st.sampled_from("AAB"), days, st.integers(0, 30)), min_size=0, max_size=4
)
participants = st.lists(
    st.fixed_dictionaries({
        "person_id": st.sampled_from(PEOPLE), "at": st.integers(0, 3), "segmen": maybe(segments),
        "kpj": kpjs, "has_nik": st.booleans(),
        "npp": maybe(st.sampled_from(["N1", "N2"])), "kode_iuran": maybe(st.just("G1")),
        "mulai_on": maybe(days), "selesai_on": maybe(days), "paid_until": maybe(days),
        "status_kepesertaan": maybe(st.sampled_from(["aktif", "aktif", "nonaktif"])),
        "program": programs, "payer": maybe(payers),
    }),
    min_size=1, max_size=5,
)  # fmt: skip
#: A stretch of months paid by one payer; single payments are stretches of one month.
stretches = st.lists(
    st.fixed_dictionaries({
        "person_id": st.sampled_from(PEOPLE), "first": months, "n": st.integers(1, 7),
        "kpj": kpjs, "has_nik": st.booleans(),
        "npp": maybe(st.sampled_from(["N1", "N2"])), "kode_iuran": maybe(st.just("G1")),
        "segmen": maybe(segments), "payer": maybe(payers),
        "program": st.sampled_from([None, "jkm", "jkm", "jkk"]),
        "amount_rp": maybe(st.sampled_from([16_800, 16_800, -16_800, 0])),
        "has_month": st.sampled_from([True] * 9 + [False]),
    }),
    min_size=1, max_size=5,
)  # fmt: skip
persons = st.fixed_dictionaries({
    p: st.tuples(maybe(st.sampled_from([date(1960, 3, 1), date(1960, 8, 15), date(1990, 1, 1)])),
                 maybe(days)) for p in PEOPLE
})  # fmt: skip
rules_given = st.builds(
    lambda unpaid, moment, wait, reading, restart, arrears, full: replace(
        BASE, lapse_after_unpaid_months=unpaid, lapse_moment=moment, jkm_waiting_months=wait,
        jkm_waiting_reading=reading, jkm_clock_restart=restart, jkm_in_arrears=arrears,
        kpi_full_months=full,
    ),
    st.integers(1, 4), st.sampled_from(["next_month_start", "last_month_end"]), st.integers(0, 4),
    st.sampled_from(["strict", "inclusive"]),
    st.sampled_from(["after_lapse", "any_gap", "never"]),
    st.sampled_from(["open", "covered", "not_covered"]), st.integers(1, 6),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(threads=1) as made:
        yield made


def _frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {c.name: TYPES[c.type] for c in table.columns}
    return pl.DataFrame([{n: r.get(n) for n in schema} for r in rows], schema=schema)


def _given(snaps: Any, people: Any, parts: Any, pays: Any) -> dict[str, list[dict[str, Any]]]:
    """Turn drawn values into rows as the tables have them."""
    made = [
        {"import_id": f"s{i}", "list": name, "as_of": as_of, "received_on": as_of + timedelta(wait)}
        for i, (name, as_of, wait) in enumerate(snaps)
    ]
    for row in (*parts, *pays):
        row["kpj"] = f"K{row['person_id']}" if row["kpj"] == "own" else row["kpj"]
    rows = []
    for i, p in enumerate(parts):
        if made:
            snap = made[p["at"] % len(made)]
            rows.append(
                {**p, "record_id": f"r{i}", "import_id": snap["import_id"], "kind": "peserta"}
            )
            rows[-1]["nik"] = NIK[p["person_id"]] if p["has_nik"] else None
    lines = [
        {**p, "record_id": f"p{i}.{k}", "import_id": "pay",
         "nik": NIK[p["person_id"]] if p["has_nik"] else None,
         "bulan": plus(p["first"], k) if p["has_month"] else None,
         "paid_on": plus(p["first"], 0) + timedelta(days=9)}
        for i, p in enumerate(pays) for k in range(p["n"])
    ]  # fmt: skip
    held = [
        {"person_id": p, "nik": NIK[p], "tanggal_lahir": born, "meninggal_on": died}
        for p, (born, died) in people.items()
    ]
    return {"snapshots": made, "participants": rows, "payments": lines, "persons": held}


def _build(engine: DuckEngine, data: dict[str, Any], newest: date) -> None:
    """Run the SQL as ``pipeline/ledger.py`` does."""
    for name in (
        "ledger", "ledger_order", "enrolments", "paid_months", "assigned", "paid_lines",
        "payment_payers", "payment_keys", "identities", "participants", "records", "memberships",
        "persons", "payments", "windows", "receipts", "answers", "appeals",
    ):  # fmt: skip
        engine.drop(name)
    engine.register("records", _frame(RECORDS, data["participants"]))
    engine.register("memberships", _frame(MEMBERSHIPS, data["participants"]))
    engine.register("persons", _frame(PERSONS, data["persons"]))
    engine.register("payments", _frame(PAYMENTS, data["payments"]))
    held = windows(
        Snapshot(s["import_id"], (s["list"],), s["as_of"], s["received_on"])
        for s in data["snapshots"]
    )
    schema = {"import_id": pl.String, "as_of": pl.Date, "answers_from": pl.Date,
              "answers_to": pl.Date, "known_on": pl.Date, "is_answering": pl.Boolean,
              "scope": pl.String, "covers": pl.String}  # fmt: skip
    rows = [{**asdict(w), "scope": None, "covers": "cabang"} for w in held]
    engine.register("windows", pl.DataFrame(rows, schema=schema))
    engine.register("answers", _frame(ANSWERS, []))
    engine.register("appeals", _frame(APPEALS, []))
    engine.register("receipts", pl.DataFrame({"import_id": ["pay"], "known_on": [newest]}))
    oldest = min((s["as_of"] for s in data["snapshots"]), default=date(2015, 7, 1))
    first = plus(month(oldest), 1 - build.HISTORY_MONTHS)
    for name, sql in (
        *build.payment_steps(), ("enrolments", build.enrolments_sql(first, month(newest))),
        ("ledger_order", build.ledger_order_sql()), ("ledger", build.ledger_sql()),
    ):  # fmt: skip
        engine.run(f"CREATE TEMP TABLE {name} AS {sql}")


@settings(
    max_examples=EXAMPLES,
    derandomize=IS_SHORT,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(snapshots, persons, participants, stretches, rules_given, days)
def test_sql_and_oracle_agree(
    engine: DuckEngine, snaps: Any, people: Any, parts: Any, pays: Any, rules: Rules, day: date
) -> None:
    data = _given(snaps, people, parts, pays)
    newest = max([s["as_of"] for s in data["snapshots"]] + [date(2025, 12, 31)])
    _build(engine, data, newest)
    oracle = History(**data, newest=newest)

    rows = engine.frame(
        "SELECT person_id, bulan, program, kepesertaan_id, payer, segment, evidence FROM ledger"
    )
    assert (
        len(rows)
        == rows.select("person_id", "bulan", "program", "kepesertaan_id", "payer").n_unique()
    )
    assert {r[:5]: r[5:] for r in rows.iter_rows()} == oracle.ledger
    assert rows.rows() == sorted(rows.rows()), "the ledger comes in the order of its key"
    orphans = engine.frame(payments.orphans_sql())
    assert sorted(zip(orphans["record_id"], orphans["reason"], strict=True)) == sorted(
        oracle.orphans
    )

    rules = replace(rules, day=day)
    found = {r["person_id"]: r for r in engine.frame(status_sql(day, rules)).iter_rows(named=True)}
    assert set(found) == set(PEOPLE)
    for person in PEOPLE:
        _same_state(found[person], oracle, person, day, rules)
    _same_lists(engine, oracle, day, rules)


def _same_state(got: Any, oracle: History, person: str, day: date, rules: Rules) -> None:
    want = oracle.state(person, day, rules)
    died = oracle.persons[person]["meninggal_on"]
    dead = died is not None and died <= day
    assert got["is_active"] == (want["is_covered"] and not dead)
    for name in ("is_registered", "last_month", "active_months_12", "registered_on",
                 "is_month_covered"):  # fmt: skip
        assert got[name] == want[name], name
    assert got["kpi_weight"] == pytest.approx(want["kpi_weight"])
    assert got["unbroken_months"] == (0 if dead else want["unbroken_months"])
    assert got["is_jkm_full"] == (False if dead else want["is_jkm_full"])
    if want["is_covered"]:
        for name in ("segments", "payers", "evidence"):
            assert got[name] == want[name], name
    event(f"active={got['is_active']} evidence={got['evidence']} jkm={got['is_jkm_full']}")
    if not want["is_covered"] and got["lapsed_on"] is not None and not dead:
        before = got["lapsed_on"] - timedelta(days=1)
        assert oracle.state(person, before, rules)["is_covered"]
        assert not oracle.state(person, got["lapsed_on"], rules)["is_covered"]


def _same_lists(engine: DuckEngine, oracle: History, day: date, rules: Rules) -> None:
    for sql, want in (
        (findings.over_age_sql(day, rules), oracle.over_age(day, rules)),
        (findings.after_death_sql(day), oracle.after_death(day)),
    ):
        got = {r["person_id"]: r for r in engine.frame(sql).iter_rows(named=True)}
        assert {p: r["n_months"] for p, r in got.items()} == {p: len(m) for p, m in want.items()}
    doubled = engine.frame(
        "SELECT person_id, min(first_month), max(last_month)"
        f" FROM ({findings.double_sql(day)}) GROUP BY 1"
    )
    assert {r[0]: r[1:] for r in doubled.iter_rows()} == {
        p: (min(m), max(m)) for p, m in oracle.double(day).items()
    }
    claims = engine.frame(findings.claims_sql(day, [(date(2020, 1, 1), day, rules)]))
    want_claims = {}
    for person, row in oracle.persons.items():
        died = row["meninggal_on"]
        if died is not None and died <= day:
            state = oracle.state(person, died, rules)
            if state["is_covered"]:
                want_claims[person] = (died, state["is_jkm_full"])
    assert {
        r["person_id"]: (r["meninggal_on"], r["is_jkm_full"]) for r in claims.iter_rows(named=True)
    } == want_claims


@settings(
    max_examples=max(EXAMPLES // 8, 2),
    derandomize=IS_SHORT,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(snapshots, persons, participants, stretches, rules_given)
def test_trend_counts_the_active_of_each_month_end(
    engine: DuckEngine, snaps: Any, people: Any, parts: Any, pays: Any, rules: Rules
) -> None:
    data = _given(snaps, people, parts, pays)
    newest = max([s["as_of"] for s in data["snapshots"]] + [date(2025, 12, 31)])
    _build(engine, data, newest)
    first, last = date(2025, 3, 1), date(2026, 3, 1)
    trend = engine.frame(trend_sql(first, last, rules))
    assert trend["bulan"].to_list() == [plus(first, i) for i in range(13)]
    for bulan, n_active, n_covered in trend.select("bulan", "n_active", "n_covered").iter_rows():
        state = engine.frame(status_sql(end(bulan), rules))
        assert n_active == state["is_active"].sum()
        assert n_covered == state["is_month_covered"].sum()


@given(st.lists(st.tuples(st.sampled_from("AB"), days, st.integers(0, 30)), max_size=5), days)
def test_windows_agree_with_the_oracle(snaps: Any, day: date) -> None:
    rows = [
        {"import_id": f"s{i}", "list": name, "as_of": a, "received_on": a + timedelta(wait)}
        for i, (name, a, wait) in enumerate(snaps)
    ]
    held = windows(
        Snapshot(s["import_id"], (s["list"],), s["as_of"], s["received_on"]) for s in rows
    )
    got = {
        w.import_id for w in held
        if w.is_answering and (w.answers_from is None or w.answers_from <= day)
        and (w.answers_to is None or day < w.answers_to)
    }  # fmt: skip
    lists = {name: [s for s in rows if s["list"] == name] for name in "AB"}
    assert got == {a["import_id"] for held in lists.values() if (a := answering(held, day))}
