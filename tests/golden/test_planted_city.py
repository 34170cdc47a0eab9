"""A fictitious city with planted findings: all of them are found, and none is invented.

source: the truth of ``cakup synth --findings``, worked out in ``cakup.synth.planted`` from what was
planted, apart from the SQL that is tested here.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest

import cakup
from cakup.pipeline import employer_gap, findings
from cakup.pipeline.basis import prepare
from cakup.pipeline.ledger import counting_rules
from planted_city import AS_OF, PlantedCity, build, record_umk

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

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


def test_employers_lists_differ_where_it_was_planted_and_nowhere_else(city: PlantedCity) -> None:
    """People listed and not found, found and not listed, low wages: all, and no other.

    Only the employers of the planted file are asked here: other lists name offices as employers.
    """
    truth = city.truth("employer_truth").with_columns(pl.col("true_person").cast(pl.Int64))
    with city.workspace.engine() as engine:
        basis = prepare(engine, city.workspace, AS_OF, regions=("ktp",))
        employer_gap.make_comparison(engine, basis, 3_000_000)
        names = engine.frame("SELECT firm, nama FROM firms")
        rows = {
            kind: engine.frame(f"SELECT firm, person_id FROM {table} WHERE {where}")
            for kind, table, where in (
                ("listed_not_found", "not_found", "true"),
                ("found_not_listed", "not_listed", "true"),
                ("below_umk", "wages", "is_below_umk"),
            )
        }  # fmt: skip
    key = ["kind", "nama", "true_person"]
    found = pl.concat(
        frame.join(names, on="firm").join(city.who, on="person_id").select(
            pl.lit(kind).alias("kind"), "nama", pl.col("true_person").cast(pl.Int64)
        )
        for kind, frame in rows.items()
    ).unique().filter(pl.col("nama").is_in(truth["nama"].unique().implode()))  # fmt: skip
    assert truth["kind"].n_unique() == 3
    assert truth.select(key).join(found, on=key, how="anti").height == 0
    assert found.join(truth.select(key), on=key, how="anti").height == 0


def test_each_employer_sees_its_own_workers_only(city: PlantedCity, tmp_path: Path) -> None:
    record_umk(city.workspace)
    result = cakup.gap_by_employer(city.workspace, tmp_path, as_of=AS_OF)
    persons = pl.read_parquet(city.workspace.store().path("persons"))
    niks = set(persons["nik"].drop_nulls())
    truth = city.truth("employer_truth")
    firms = {f.nama: f for f in result.files}
    assert result.candidates["pwbd"]["strong"] == 2
    assert result.candidates["pds_tk"]["strong"] == 6
    for nama in truth["nama"].unique():
        path = tmp_path / Path(firms[nama].path).name
        book = openpyxl.load_workbook(path)
        texts = [
            str(c.value) for s in book.worksheets for row in s.iter_rows() for c in row if c.value
        ]
        assert not niks & set(texts), "a NIK stands in full"
        others = set(firms) - {nama}
        assert not [t for t in texts if t in others], "another employer is named"
        assert any("Mohon klarifikasi" in t for t in texts)
        assert not [t for t in texts if "pelanggaran" in t.lower()]
        planted = truth.filter((pl.col("nama") == nama) & (pl.col("kind") == "listed_not_found"))
        assert firms[nama].not_found == planted.height
    index = openpyxl.load_workbook(result.index)
    first = {str(c.value) for row in index.worksheets[0].iter_rows() for c in row if c.value}
    assert not first & set(persons["nama"].drop_nulls())


def test_everybody_who_died_under_cover_is_found_and_nobody_else(city: PlantedCity) -> None:
    """Spells: a month of cover that holds the death; own account: paid then or in the 3 before."""
    months = city.truth("person_months").with_columns(pl.col("bulan").cast(pl.Date))
    first = months["bulan"].min()
    reported = city.truth("records").filter(pl.col("file") == "14_kematian.xlsx")
    dead = city.truth("persons").filter(
        pl.col("true_person").is_in(reported["true_person"].implode())
        & (pl.col("meninggal_on") >= pl.lit(first).dt.offset_by("3mo"))
        & (pl.col("meninggal_on") <= AS_OF)
    )  # fmt: skip
    dead = dead.select(
        "true_person", "meninggal_on", death=pl.col("meninggal_on").dt.truncate("1mo")
    )
    back = (pl.col("death").dt.year() - pl.col("bulan").dt.year()) * 12 + (
        pl.col("death").dt.month().cast(pl.Int32) - pl.col("bulan").dt.month().cast(pl.Int32)
    )
    own = pl.col("segment").cast(pl.String) == "bpu"
    covered = months.join(dead, on="true_person").filter(
        (~own & (back == 0)) | (own & pl.col("is_paid") & back.is_between(0, 3))
    )
    found = cakup.entitlements(city.workspace, since=first + timedelta(days=92)).rights
    ids = pl.DataFrame({"person_id": [r.person_id for r in found]}).join(city.who, on="person_id")
    assert {r.event for r in found} == {"death"}
    assert set(ids["true_person"]) == set(covered["true_person"])
    assert found


def test_paid_after_death_and_owed_are_two_lists(city: PlantedCity) -> None:
    """Somebody may be on both, but no month is: one is money back, the other a right."""
    audit = cakup.findings(city.workspace).findings.filter(pl.col("kind") == "after_death")
    owed = {r.person_id: r.day for r in cakup.entitlements(city.workspace).rights}
    assert audit.height
    for row in audit.iter_rows(named=True):
        assert row["person_id"] not in owed or row["first_month"] > owed[row["person_id"]]
