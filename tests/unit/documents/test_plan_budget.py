"""Budget forms of a plan: every row multiplies out, the sums are the plan's."""

from __future__ import annotations

import pytest

from cakup.documents.plan import budget, budget_forms, kak
from cakup.documents.plan.reconcile import reconcile
from cakup.kernel.errors import EngineError
from plan_facts import an_office, facts, named, strings


def test_every_row_multiplies_out_and_months_make_rows() -> None:
    held = named()
    rows = budget.budget_rows(held, held.purses[0])
    assert [(r.programme, r.persons, r.months) for r in rows] == [
        ("jkk", 12, 12), ("jkk", 1, 10), ("jkm", 12, 12), ("jkm", 1, 10),
    ]  # fmt: skip
    assert budget.total_rp(rows) == held.rupiah == 12 * 201_600 + 168_000
    cash = [budget.cash_by_month(held, held.purses[0], p) for p in ("jkk", "jkm")]
    assert cash[0] == [120_000] * 2 + [130_000] * 10
    assert cash[1] == [81_600] * 2 + [88_400] * 10
    assert sum(map(sum, cash)) == held.rupiah


def test_a_relief_that_ends_in_the_year_makes_two_rows() -> None:
    """PP 50/2025: self-payers in transport pay half until March 2027; never money of APBD."""
    held = facts([("m", "transport", 1, 12, 10), ("k", "transport", 1, 12, 10)],
                 {"m": "mandiri", "k": "apbd_kabkota"}, year=2027)  # fmt: skip
    own, aid = (budget.budget_rows(held, p) for p in held.purses)
    assert [(r.months, r.price_rp) for r in own if r.programme == "jkk"] == [
        (9, 10_000),
        (3, 5_000),
    ]
    assert [(r.months, r.price_rp) for r in aid if r.programme == "jkk"] == [(12, 10_000)]
    assert budget.total_rp(own) + budget.total_rp(aid) == held.rupiah


def test_money_outside_the_budget_has_no_account_and_no_budget_form() -> None:
    held = facts([("zakat", "other", 1, 12, 3), ("kota", "other", 1, 12, 3)],
                 {"zakat": "baznas", "kota": "apbd_kabkota"})  # fmt: skip
    zakat, city = budget_forms.rka_papers(held)
    assert "RENCANA PEMBIAYAAN" in zakat.blocks[1]["lines"][0]
    assert not [s for s in strings(zakat.blocks) if "5.1.02" in s or "TAPD" in s]
    assert [s for s in strings(city.blocks) if s == "5.1.02.02.02.0006"]


def test_the_form_of_change_shows_before_and_after() -> None:
    office = an_office(purse_budget={"ubah": {"change_of": "kota"}})
    held = facts([("kota", "other", 1, 12, 100), ("ubah", "other", 9, 12, 50)],
                 {"kota": "apbd_kabkota", "ubah": "apbd_kabkota"}, office=office)  # fmt: skip
    paper = budget_forms.rka_papers(held)[1]
    assert paper.blocks[1]["lines"][0].startswith("RKPA")
    table = next(b for b in paper.blocks if b["kind"] == "table" and "Sebelum (Rp)" in b["heads"])
    assert table["rows"][-1][-3:] == ["20.160.000", "23.520.000", "3.360.000"]
    assert paper.totals["rupiah"] == 50 * 4 * 16_800


def test_two_purses_that_swap_money_are_noticed() -> None:
    held = facts([("a", "other", 1, 12, 5), ("b", "other", 1, 12, 7)],
                 {"a": "apbd_kabkota", "b": "dbh_sawit"})  # fmt: skip
    papers = budget_forms.rka_papers(held)
    reconcile(papers, held)
    papers[0].totals, papers[1].totals = papers[1].totals, papers[0].totals
    with pytest.raises(EngineError):
        reconcile(papers, held)


def test_the_cost_estimate_sums_every_source_if_there_are_several() -> None:
    held = facts([("kota", "other", 1, 12, 10), ("zakat", "other", 1, 6, 5)],
                 {"kota": "apbd_kabkota", "zakat": "baznas"})  # fmt: skip
    table = next(x for x in kak.kak(held).blocks if "Koefisien" in x.get("heads", []))
    sums = {r[1]: r[-1] for r in table["rows"] if r[1].startswith("Jumlah ")}
    assert sums == {"Jumlah APBD kota (kota)": "2.016.000", "Jumlah Baznas (zakat)": "504.000"}
    assert table["rows"][-1][-1] == "2.520.000"
    alone = next(x for x in kak.kak(named()).blocks if "Koefisien" in x.get("heads", []))
    assert not [r for r in alone["rows"] if r[1].startswith("Jumlah ")]
