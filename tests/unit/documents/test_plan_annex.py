"""The annex of a decree: masked for publication, whole for the file, in parts if it is long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cakup.documents.plan import annex
from cakup.documents.plan.masking import masked_name, masked_nik, published
from cakup.documents.plan.reconcile import check_parts, reconcile
from cakup.kernel.errors import EngineError
from plan_facts import named, people, person


def test_the_published_annex_tells_nobody() -> None:
    held = named()
    shown = published(held.people)
    assert set(shown["nik"].head(12)) == {f"1275…{n:04d}" for n in range(12)}
    assert shown["nama"][0] == "R*** N***"
    assert shown["kelurahan"].to_list() == ["Nangka"] * 12 + ["disamarkan"]
    assert shown["pekerjaan"].to_list() == ["Pedagang"] * 12 + ["disamarkan"]
    frame = annex.annex_book(held, held.purses[0], masked=True).sheets[0].frame
    assert not {"tanggal_lahir", "alamat", "telepon", "desil", "jenis_kelamin"} & set(frame.columns)


def test_a_rare_occupation_is_hidden_in_a_large_kelurahan() -> None:
    rows = [person(n, pekerjaan="Bilal mayit" if n < 4 else "Petani") for n in range(20)]
    shown = published(people(rows))["pekerjaan"].to_list()
    assert shown == ["disamarkan"] * 4 + ["Petani"] * 16


@pytest.mark.parametrize(
    ("given", "told"), [(None, ""), ("", ""), ("1275911403850042", "1275…0042")]
)
def test_masked_nik(given: str | None, told: str) -> None:
    assert masked_nik(given) == told
    assert masked_name(given and "siti A.") == ("S*** A***" if given else "")


def test_a_person_missing_on_the_annex_stops_everything() -> None:
    held = named()
    short = replace(held, people=held.people.head(12))
    with pytest.raises(EngineError) as caught:
        check_parts(short)
    assert caught.value.code == "plan.documents.do_not_add"
    papers = annex.annex_papers(short, held.purses[0], masked=False)
    with pytest.raises(EngineError):
        reconcile(papers, held)


@pytest.mark.parametrize("masked", [False, True])
def test_a_long_annex_says_which_part_of_what_it_is(
    monkeypatch: pytest.MonkeyPatch, masked: bool
) -> None:
    monkeypatch.setattr(annex, "ROWS_ON_PAPER", 5)
    held = named()
    papers = annex.annex_papers(held, held.purses[0], masked=masked)
    told = [dict(p.blocks[0]["rows"])["Bagian"] for p in papers]
    assert told == [f"berkas {n} dari 4; seluruh lampiran 13 orang, Rp2.587.200,00"
                    for n in range(1, 5)]  # fmt: skip
    assert sum(p.totals["lines"] for p in papers) == 13
    monkeypatch.setattr(annex, "ROWS_ON_PAPER", 13)
    [whole] = annex.annex_papers(held, held.purses[0], masked=masked)
    assert "Bagian" not in dict(whole.blocks[0]["rows"])
