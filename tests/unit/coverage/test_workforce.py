"""Who counts as a worker of the day, and the denominator that is taken apart without a rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date

import pytest

from cakup.coverage.register import Entry, read_register
from cakup.coverage.workforce import PARTS, Division, asn_job_sql, divided, on_lists
from cakup.engines.duckdb import DuckEngine

DAY = date(2025, 10, 31)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(threads=1) as made:
        yield made


@pytest.fixture
def labour_force() -> Entry:
    return read_register("denominators").get("binjai-pers-2024", DAY)


@pytest.mark.parametrize(
    ("job", "is_asn"),
    [
        ("PNS", True), ("Pegawai Negeri Sipil (PNS)", True), ("KEPOLISIAN RI (POLRI)", True),
        ("TENTARA NASIONAL INDONESIA (TNI)", True), ("TNI/Polri", True), ("PPPK guru", True),
        ("non-ASN", False), ("Tenaga non ASN", False), ("Pensiunan TNI", False),
        ("Purnawirawan Polri", False), ("istri PNS", False), ("honorer", False),
        ("Karyawan swasta", False), ("pedagang asongan", False), ("petani", False),
    ],
)  # fmt: skip
def test_occupations_of_civil_servants(engine: DuckEngine, job: str, is_asn: bool) -> None:
    sql = asn_job_sql(f"'{job}'")
    assert engine.value(f"SELECT {sql}") is is_asn


def test_no_occupation_is_no_civil_servant(engine: DuckEngine) -> None:
    assert engine.value(f"SELECT {asn_job_sql('NULL::VARCHAR')}") is False


SUMS = {"n_workers": 100_000, "n_active": 40_000, "n_over_age": 3_000, "n_other_segment": 200,
        "n_asn": 5_000}  # fmt: skip


def test_every_person_of_the_denominator_is_in_one_part(labour_force: Entry) -> None:
    held = divided(SUMS, labour_force)
    assert held == Division(40_000, 56_800, 3_000, 200, 5_000, 27_826)
    assert sum(n for _, n in held.named()) == 132_826
    assert [f.name for f in fields(held)] == list(PARTS)


def test_potensi_holds_no_civil_servants(labour_force: Entry) -> None:
    """The insurer's potential participants leave ASN out: then they are no part of the rest."""
    potensi = replace(labour_force, kind="potensi")
    assert on_lists(SUMS, labour_force) - on_lists(SUMS, potensi) == 5_000
    held = divided(SUMS, potensi)
    assert held is not None
    assert held.asn == 0
    assert sum(n for _, n in held.named()) == 132_826


def test_more_on_lists_than_the_denominator_is_not_taken_apart(labour_force: Entry) -> None:
    assert divided({**SUMS, "n_workers": 140_000}, labour_force) is None
