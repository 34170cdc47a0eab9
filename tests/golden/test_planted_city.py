"""A fictitious city with planted findings: all of them are found, and none is invented.

source: the truth of ``cakup synth --findings``, worked out in ``cakup.synth.planted`` from what was
planted, apart from the SQL that is tested here.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

import cakup
from cakup.pipeline import findings
from cakup.pipeline.ledger import counting_rules
from planted_city import AS_OF, PlantedCity, build

KEY = ["kind", "true_person", "bulan", "program", "payer"]
DECREE = "Lampiran SK"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> PlantedCity:
    return build(tmp_path_factory.mktemp("tertanam"))


def test_every_planted_month_is_found_and_none_is_invented(city: PlantedCity) -> None:
    request = findings.Request(decrees=(DECREE,))
    decrees = findings._decrees(city.workspace, request, AS_OF)
    rules = counting_rules(city.workspace, AS_OF)
    with city.workspace.engine() as engine:
        findings.make_issue(
            engine, city.workspace, None, findings.Period(None, AS_OF), rules, decrees
        )
        found = engine.frame("SELECT kind, person_id, bulan, program, payer FROM issue")
    found = found.join(city.who, on="person_id").select(KEY).unique()
    truth = city.truth("findings").select(KEY).unique()
    assert truth["kind"].n_unique() == len(findings.KINDS)
    missed = truth.join(found, on=KEY, how="anti")
    invented = found.join(truth, on=KEY, how="anti")
    assert (missed.height, invented.height) == (0, 0)


def test_money_of_the_findings_is_that_of_the_payments_each_once(city: PlantedCity) -> None:
    """The amounts are those of the truth: a line that came twice counts once."""
    found = cakup.findings(city.workspace, decrees=[DECREE])
    amounts = {"jkk": 10_000, "jkm": 6_800, "jht": 20_000}
    truth = city.truth("findings").with_columns(
        rupiah=pl.col("program").replace_strict(amounts, return_dtype=pl.Int64)
    )
    by_kind = dict(truth.group_by("kind").agg(pl.col("rupiah").sum()).iter_rows())
    assert {k: s.rupiah for k, s in found.kinds.items()} == by_kind
    once = truth.unique(["true_person", "bulan", "program", "payer"])
    assert found.total.rupiah == once["rupiah"].sum()
    assert found.overlap_rp == truth["rupiah"].sum() - once["rupiah"].sum() > 0


def test_the_auditors_workbook_adds_up_and_masks(city: PlantedCity, tmp_path: Path) -> None:
    path = tmp_path / "temuan.xlsx"
    found = cakup.findings(
        city.workspace,
        decrees=[DECREE],
        out=path,
        recipient="Inspektorat",
        basis="ST-1, 2025-11-03",
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Rekap", "Temuan", "Bulan", "Petunjuk", "Kode"]
    recap = {row[0].value: row[3].value for row in book["Rekap"].iter_rows() if row[0].value}
    assert recap["Jumlah, setiap baris sekali"] == found.total.rupiah
    months = book["Bulan"]
    heads = {c.value: c.column for c in months[4]}
    column = [months.cell(r, heads["Rupiah"]).value for r in range(5, 5 + found.lines.height)]
    assert sum(column) == found.total.rupiah
    niks = [months.cell(r, heads["NIK"]).value for r in range(5, 5 + found.lines.height)]
    assert all("…" in n for n in niks)
    run = city.workspace.runs()[-1]
    assert (run["verb"], run["recipient"], run["basis"]) == (
        "findings", "Inspektorat", "ST-1, 2025-11-03",
    )  # fmt: skip
    assert run["rows"] == found.findings.height


def test_same_files_same_findings(city: PlantedCity) -> None:
    one, two = (cakup.findings(city.workspace, decrees=[DECREE]) for _ in range(2))
    assert one.findings.equals(two.findings)
    assert one.lines.equals(two.lines)
