"""Seven people and one year, worked out by hand, across the verbs.

source: domain/coverage.md section 6 for A–F; G is added here and worked out in the comments.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import cakup
from cakup.pipeline.workspace import Workspace
from seven_people import AS_OF, PEOPLE, build, nik

MONTH_RP = 16_800


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("tujuh") / "kerja")


@pytest.fixture(scope="module")
def who(seven: Workspace) -> dict[str, str]:
    """Return the letter of each person id."""
    persons = pl.read_parquet(seven.store().path("persons"))
    letters = {name: letter for letter, name in PEOPLE.items()}
    return {row["person_id"]: letters[row["nama"]] for row in persons.to_dicts()}


def test_counts_of_the_year(seven: Workspace) -> None:
    """The six of the worked example; G is dead and no worker of the day any more."""
    found = cakup.measure(seven, as_of=AS_OF)
    sums = found.sums
    assert sums["n_active"] == 5
    assert sums["n_registered"] == 6


def test_findings_by_hand(seven: Workspace, who: dict[str, str]) -> None:
    """G: province 2–5 is the second payer (it paid later); city 4–6 and province 4–5 after death.

    B: 10–12 not on the decree. F: December paid, called not active on the 31st.
    """
    found = cakup.findings(seven, as_of=AS_OF, decrees=["Lampiran SK"])
    told = {(f["kind"], who[f["person_id"]], f["payer"]): (f["n_months"], f["rupiah"])
            for f in found.findings.to_dicts()}  # fmt: skip
    assert told == {
        ("two_aid", "G", "apbd_provinsi"): (4, 4 * MONTH_RP),
        ("after_death", "G", "apbd_kabkota"): (3, 3 * MONTH_RP),
        ("after_death", "G", "apbd_provinsi"): (2, 2 * MONTH_RP),
        ("paid_not_active", "F", "csr"): (1, MONTH_RP),
        ("not_on_decree", "B", "apbd_kabkota"): (3, 3 * MONTH_RP),
    }
    # Province April and May stand in two findings: 13 months by reason, 11 in all.
    assert sum(k.rupiah for k in found.kinds.values()) == 13 * MONTH_RP
    assert found.overlap_rp == 2 * MONTH_RP
    assert found.total.rupiah == 11 * MONTH_RP == 184_800
    assert {p: s.rupiah for p, s in found.purses.items()} == {
        "apbd_kabkota": 6 * MONTH_RP, "apbd_provinsi": 4 * MONTH_RP, "csr": MONTH_RP,
    }  # fmt: skip
    assert found.lines["rupiah"].sum() == found.total.rupiah


def test_findings_without_a_decree_say_what_was_not_looked_at(seven: Workspace) -> None:
    found = cakup.findings(seven, as_of=AS_OF)
    assert found.unchecked == ("not_on_decree",)
    assert "not_on_decree" not in found.kinds
    assert found.total.rupiah == 8 * MONTH_RP


def test_findings_of_some_months_only(seven: Workspace) -> None:
    """April to June hold five of G's months and nothing else."""
    found = cakup.findings(seven, since=date(2025, 4, 1), as_of=date(2025, 6, 30))
    assert found.total.rupiah == 5 * MONTH_RP
    assert found.total.persons == 1


@pytest.mark.parametrize("by_nik", [True, False])
def test_trace_follows_g_from_the_file_to_the_payment(
    seven: Workspace, who: dict[str, str], by_nik: bool
) -> None:
    letters = {letter: person for person, letter in who.items()}
    found = cakup.trace(seven, nik("G") if by_nik else letters["G"], as_of=AS_OF)
    assert found.person.person_id == letters["G"]
    assert {r.source.split(",")[0] for r in found.person.rows} == {
        "Disnaker.xlsx", "Bagian Hukum.xlsx", "BPJS Cabang Binjai.xlsx", "Disdukcapil.xlsx",
    }  # fmt: skip
    assert len(found.payments) == 10
    april = [p for p in found.payments if p.bulan == date(2025, 4, 1)]
    assert [(p.payer, p.rupiah, p.kinds) for p in april] == [
        ("apbd_kabkota", MONTH_RP, "after_death"),
        ("apbd_provinsi", MONTH_RP, "after_death,two_aid"),
    ]
    assert all(p.sources.startswith("BPJS Cabang Binjai.xlsx: ") for p in found.payments)
    # On the day of death: January to March paid, unbroken, at the boundary of the waiting months.
    assert found.state["day"] == date(2025, 3, 17)
    assert found.state["is_covered"] is True
    assert found.state["unbroken_months"] == 3
    assert found.state["is_jkm_full"] is False
    assert {f["kind"] for f in found.findings} == {"two_aid", "after_death"}


def test_trace_never_says_a_nik_that_it_does_not_know(seven: Workspace) -> None:
    with pytest.raises(cakup.CakupError) as caught:
        cakup.trace(seven, "1275911001809999", as_of=AS_OF)
    assert caught.value.code == "explain.not_found"
    assert "1275911001809999" not in str(caught.value)
