"""Papers of a budget changed in the middle of the year: before, after, and what they add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cakup.documents.plan.blocks import Book, Paper
from cakup.documents.plan.budget_forms import classified
from cakup.documents.plan.change import (
    KEYS,
    Change,
    check_change,
    compared_rows,
    purse_totals,
    reconcile_change,
    totals_of,
)
from cakup.documents.plan.change_budget import budget_papers, pairs, signed
from cakup.documents.plan.change_papers import change_papers, notices
from cakup.documents.plan.control import GROUP_WORDS, change_control_sheet
from cakup.documents.plan.facts import PlanFacts
from cakup.documents.plan.office import CHANGE_WORDS, READY_WORDS
from cakup.kernel.errors import EngineError
from plan_facts import an_office, facts, people, person, strings

YEAR, PRICE = 2025, 16_800
PAYERS = {"kota": "apbd_kabkota", "bantu": "csr"}
#: Person → months (purse, first, last) before and after a change in July.
BEFORE = {1: [("kota", 1, 12)], 2: [("kota", 1, 12)], 3: [("kota", 1, 12)], 4: [("kota", 9, 12)]}
AFTER = {1: [("kota", 1, 12)], 2: [("kota", 1, 7)], 3: [("kota", 1, 8), ("bantu", 9, 12)],
         5: [("bantu", 7, 12)]}  # fmt: skip
Months = dict[int, list[tuple[str, int, int]]]


def a_year(months: Months, *, is_final: bool = False) -> PlanFacts:
    """Return facts of persons with their months."""
    rows = [
        person(n, purse=p, first=date(YEAR, a, 1), last=date(YEAR, z, 1), months=z - a + 1,
               rupiah=(z - a + 1) * PRICE)
        for n, parts in months.items() for p, a, z in parts
    ]  # fmt: skip
    blocks = Counter((p, "other", a, z) for parts in months.values() for p, a, z in parts)
    office = an_office(numbering={"sk": "{purse}/SK/{year}", "sk_change": "{purse}/SK-P/{year}"})
    held = facts([(*k, n) for k, n in blocks.items()], PAYERS, people=people(rows), office=office,
                 is_final=is_final)  # fmt: skip
    paying = {p for p, *_ in blocks}
    return replace(held, purses=tuple(p for p in held.purses if p.id in paying))


def a_change(before: Months = BEFORE, after: Months = AFTER, **more: Any) -> Change:
    """Return a change from July; who lost cover is counted here by hand."""

    def last(months: Months, n: int) -> int:
        return max((z for _, _, z in months.get(n, [])), default=0)

    lost = sum(last(after, n) < last(before, n) and min(a for _, a, _ in parts) < 7
               for n, parts in before.items())  # fmt: skip
    old, new = a_year(before, **more), a_year(after, **more)
    told = {"lost": lost, "told": {"id": ["Sejak Juli pagu berubah.", "cakup documents"]}}
    return Change("potong", "Potong Juli", date(YEAR, 7, 1), old, new, compared_rows(old, new),
                  told, {"other": PRICE, "transport": PRICE})  # fmt: skip


def kinds(change: Change) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return kind, part and remark by person and purse."""
    asked = ("person_id", "purse", "kind", "part", "remark")
    return {(p, u): (k, a, r) for p, u, k, a, r in change.rows.select(asked).iter_rows()}


def test_what_becomes_of_everybody() -> None:
    assert kinds(a_change()) == {
        ("p0001", "kota"): ("tetap", "A", ""),
        ("p0002", "kota"): ("berhenti", "B", "berhenti, tanpa perlindungan sejak Agu 2025"),
        ("p0003", "kota"): ("beralih", "B", "sejak Sep 2025 dibayar bantu"),
        ("p0003", "bantu"): ("masuk", "C", "semula dibayar kota"),
        ("p0004", "kota"): ("batal", "B", "batal dimulai"),
        ("p0005", "bantu"): ("baru", "C", "baru"),
    }


def test_a_second_purse_that_is_never_reached_is_no_move() -> None:
    change = a_change({1: [("bantu", 1, 8), ("kota", 9, 12)]}, {1: [("bantu", 1, 6)]})
    stops = "berhenti, tanpa perlindungan sejak Jul 2025"
    assert kinds(change) == {("p0001", "bantu"): ("berhenti", "B", stops),
                             ("p0001", "kota"): ("berhenti", "B", stops)}  # fmt: skip
    check_change(change)


@pytest.mark.parametrize("is_final", [False, True])
def test_papers_add_up_and_names_stand_where_they_may(is_final: bool) -> None:
    change = a_change(is_final=is_final)
    check_change(change)
    papers = list(change_papers(change))
    reconcile_change(papers, change)
    groups = {p.group for p in papers}
    assert groups >= {"sk-perubahan", "lampiran-perubahan", "lampiran-perubahan-disamarkan",
                      "lampiran-perubahan-xlsx", "rka-perubahan", "rka-perubahan-xlsx"}  # fmt: skip
    for paper in papers:
        text = " ".join(strings(paper.blocks)) if isinstance(paper, Paper) else " ".join(
            str(s.frame.to_dicts()) for s in paper.sheets)  # fmt: skip
        assert ("Rekaan Nomor" in text or "127591140385" in text) == paper.has_names, paper.name
        if isinstance(paper, Paper):
            assert ("KONSEP" in text) == (not is_final), paper.name
            assert ("belum dikonfirmasi" in text.lower()) <= (not is_final), paper.name


def test_the_control_sheet_of_a_change_says_on_what_it_stands_and_what_was_compared() -> None:
    change = a_change(is_final=True)
    papers = list(change_papers(change))
    compared = reconcile_change(papers, change)
    told = strings(change_control_sheet(change, compared).blocks)
    whole = {k: sum(purse_totals(change, p.id)[k] for p in change.changed) for k in KEYS}
    for one in compared:
        assert one.totals == whole, one.group
        assert one.group in GROUP_WORDS
        assert GROUP_WORDS[one.group] in told
    assert sum(c.papers for c in compared) == sum(bool(p.group and p.purse) for p in papers)
    for words in (*READY_WORDS.values(), *CHANGE_WORDS.values()):
        assert words in told
    number = told[told.index(CHANGE_WORDS["sk_change"]) + 1]
    assert number.split("; ") == [f"{p.id}/SK-P/{YEAR}" for p in change.changed]


def test_a_paper_that_does_not_add_up_is_refused() -> None:
    change = a_change()
    papers = [p for p in change_papers(change) if isinstance(p, Book)]
    papers[0].totals["after_rupiah"] += 1
    with pytest.raises(EngineError, match=r"do_not_add"):
        reconcile_change(papers, change)
    with pytest.raises(EngineError, match=r"do_not_add"):
        check_change(replace(change, told={"lost": 0}))


def test_every_line_of_the_form_multiplies_out_and_less_stands_in_brackets() -> None:
    change = a_change()
    kota = next(p for p in change.purses if p.id == "kota")
    lines = pairs(change, kota)
    jkm = {(p.old.persons, p.new.persons, p.row.months): p.more_rp for p in lines
           if p.row.programme == "jkm"}  # fmt: skip
    assert jkm == {(3, 1, 12): -2 * 12 * 6_800, (0, 1, 8): 8 * 6_800, (0, 1, 7): 7 * 6_800,
                   (1, 0, 4): -4 * 6_800}  # fmt: skip
    assert (signed(-1_234_567), signed(0), signed(12)) == ("(1.234.567)", "0", "12")


def test_notices_go_to_those_who_lose_cover_once_each() -> None:
    [paper] = notices(a_change())
    told = {s["name"]: s for s in paper.blocks[0]["items"]}
    assert set(told) == {"Rekaan Nomor2", "Rekaan Nomor4"}
    stopped = told["Rekaan Nomor2"]
    assert stopped["title"] == "Bantuan iuran Anda berhenti sejak Agustus 2025"
    assert [is_paid for _, is_paid in stopped["months"]] == [True] * 7 + [False] * 5
    assert "Rp16.800 sebulan" in stopped["accident"][0]
    assert told["Rekaan Nomor4"]["title"] == "Bantuan iuran Anda batal sejak September 2025"


months_of_one = st.sampled_from(
    [[], [("kota", 1, 12)], [("kota", 1, 6)], [("kota", 1, 8), ("bantu", 9, 12)],
     [("bantu", 1, 5), ("kota", 6, 12)], [("kota", 9, 12)], [("bantu", 7, 12)], [("kota", 1, 5)]]
)  # fmt: skip


@given(st.lists(st.tuples(months_of_one, months_of_one), min_size=1, max_size=6))
def test_rows_and_forms_add_up_for_any_change(years: list[tuple[Any, Any]]) -> None:
    before = {n: old for n, (old, _) in enumerate(years) if old}
    after = {n: new for n, (_, new) in enumerate(years) if new}
    if not before or not after:
        return
    change = a_change(before, after)
    assert change.rows.select("person_id", "purse").is_duplicated().sum() == 0
    for purse in change.purses:
        rows = change.of(purse)
        parts = [totals_of(change.of(purse, p)) for p in "ABC"]
        assert totals_of(rows) == {k: sum(t[k] for t in parts) for k in KEYS}
        assert set(rows.filter(pl.col("part") == "A")["kind"]) <= {"tetap"}
        spent = sum(p.new.amount_rp for p in pairs(change, purse))
        assert spent == totals_of(rows)["after_rupiah"]


def test_the_changed_form_stands_under_the_same_head_as_the_first() -> None:
    change = a_change()
    [form] = [p for p in budget_papers(change) if p.name.endswith(change.before.purses[0].id)]
    told = dict(next(block["rows"] for block in form.blocks if block["kind"] == "pairs"))
    for words, value in classified(change.after, change.after.purses[0]):
        assert told[words] == value
