"""Marks of people who are to be checked: in a KONSEP on the annex, in a FINAL counted only."""

from __future__ import annotations

import pytest

from cakup.documents.plan import annex
from cakup.documents.plan.control import control_sheet
from plan_facts import facts, people, person, strings


@pytest.mark.parametrize("is_final", [False, True])
def test_who_is_to_be_checked_is_marked_in_a_draft_and_counted_on_the_control_sheet(
    is_final: bool,
) -> None:
    rows = [person(1, to_check=True), person(2), person(3, to_check=True)]
    held = facts([("kota", "other", 1, 12, 3)], {"kota": "apbd_kabkota"}, people=people(rows),
                 is_final=is_final, marks=("daftar.perlu_diverifikasi",))  # fmt: skip
    purse = held.purses[0]
    [paper] = annex.annex_papers(held, purse, masked=False)
    [sheet] = annex.annex_book(held, purse, masked=False).sheets
    marked = 0 if is_final else 2
    assert strings(paper.blocks).count("cek") == marked
    assert sheet.frame["keterangan"].drop_nulls().len() == marked
    assert any("2 orang, bertanda" in t for t in strings(control_sheet(held, []).blocks))
