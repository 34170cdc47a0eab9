"""Papers of a plan from facts made by hand: rows, masking, forms, marks, totals that must agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cakup.documents.plan import (
    annex,
    budget_forms,
    decisions,
    decree,
    kak,
    letters,
    participants,
    reports,
    scenarios,
    verval,
)
from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Paper
from cakup.documents.plan.control import control_sheet
from cakup.documents.plan.facts import PlanFacts
from cakup.documents.plan.office import READY_WORDS
from cakup.documents.plan.pdf import pictures, write_pdf
from cakup.documents.plan.reconcile import check_parts, reconcile
from plan_facts import an_office, facts, named, people, person, strings

SECRET = ("nik", "nama", "alamat", "telepon")


def _all(held: PlanFacts) -> list[Paper]:
    purse = held.purses[0]
    return [
        decisions.sekda_page(held), scenarios.scenarios_page(held), letters.telaahan(held),
        kak.kak(held), reports.official_rows(held), reports.paritrana(held),
        decree.decree_paper(held, purse), *budget_forms.rka_papers(held),
        *annex.annex_papers(held, purse, masked=False),
        *annex.annex_papers(held, purse, masked=True), *verval.verval_papers(held),
        *verval.verval_opd_papers(held), *participants.slip_papers(held),
    ]  # fmt: skip


def test_names_stand_only_where_the_paper_needs_them() -> None:
    held = named()
    secrets = {str(r[k]) for r in held.people.iter_rows(named=True) for k in SECRET}
    for paper in _all(held):
        found = {t for t in secrets for s in strings(paper.blocks) if t in s}
        assert bool(found) is paper.has_names, (paper.name, sorted(found)[:1])


def test_slips_and_minutes_do_not_carry_the_whole_nik() -> None:
    held = named()
    niks = set(held.people["nik"])
    for paper in [*verval.verval_papers(held), *participants.slip_papers(held)]:
        assert not [n for n in niks for s in strings(paper.blocks) if n in s]


def test_papers_of_one_plan_add_up() -> None:
    held = named()
    check_parts(held)
    compared = {c.group: c.totals for c in reconcile(_all(held), held)}
    assert compared["sk-lampiran"] == {"lines": 13, "person_months": 154, "rupiah": 2_587_200}
    assert compared["verval-opd"]["persons"] == 13
    assert "slip" not in compared, "examples add up to nothing"
    assert len(compared) == 11
    final = named(is_final=True)
    slips = {c.group: c.totals for c in reconcile(list(participants.slip_papers(final)), final)}
    assert slips["slip"] == {"persons": 13, "lines": 13, "person_months": 154,
                             "rupiah": 2_587_200}  # fmt: skip


def test_a_draft_shows_some_slips_of_every_kelurahan_and_says_of_how_many() -> None:
    held = named()
    many, alone = participants.slip_papers(held)
    assert len(many.blocks[0]["items"]) == participants.SLIPS_SHOWN < 12
    assert "contoh, 10 dari 12 slip" in many.blocks[0]["items"][0]["mark"]
    assert "10 dari 12" in (many.footer or "")
    assert "semua slip kelurahan ini (1)" in alone.blocks[0]["items"][0]["mark"]
    final = list(participants.slip_papers(named(is_final=True)))
    assert sum(len(p.blocks[0]["items"]) for p in final) == 13
    assert not any(one["mark"] for p in final for one in p.blocks[0]["items"])


def test_a_final_paper_has_no_mark_and_the_control_sheet_has_all() -> None:
    marks = ("jkk.iuran.bpu.tarif_dari_dasar", "kriteria.uji")
    draft, final = named(marks=marks), named(marks=marks, is_final=True)
    assert [s for p in _all(draft) for s in strings(p.blocks) if "belum dikonfirmasi" in s.lower()]
    for paper in _all(final):
        assert not [s for s in strings(paper.blocks) if "belum dikonfirmasi" in s.lower()], (
            paper.name
        )
    told = strings(control_sheet(final, []).blocks)
    assert set(marks) <= set(told)


def test_numbers_and_signatories_come_from_the_office() -> None:
    office = an_office(
        numbering={"sk": "560/{purse}/{year}", "letter": "L/{year}", "verval": "BA-{n}/{year}"},
        signatories={"wali_kota": {"jabatan": "Wali Kota Uji", "nama": "Nama Rekaan"}},
    )  # fmt: skip
    held = named(office=office)
    [paper] = annex.annex_papers(held, held.purses[0], masked=False)
    assert ["Nomor", "560/kota/2025"] in paper.blocks[0]["rows"]
    sign = paper.blocks[-1]["people"][0]
    assert (sign["jabatan"], sign["nama"]) == ("Wali Kota Uji", "Nama Rekaan")
    assert "Nomor BA-2/2025" in strings(verval.verval_papers(held)[1].blocks)
    assert "L/2025" in strings(letters.telaahan(held).blocks)


def test_the_decree_states_persons_money_and_words() -> None:
    held = named(is_final=True)
    paper = decree.decree_paper(held, held.purses[0])
    text = " ".join(strings(paper.blocks))
    assert "Menetapkan 13 (tiga belas) penerima bantuan iuran JKK dan JKM" in text
    assert "154 orang-bulan, sejumlah Rp2.587.200,00 (Dua juta lima ratus delapan puluh" in text
    flat = [x for b in paper.blocks for x in b.get("blocks", [b])]
    assert [b["label"] for b in flat if b["kind"] == "clauses"] == [
        "Menimbang", "Mengingat", "Menetapkan", *decree.DICTUMS[:5],
    ]  # fmt: skip
    assert not paper.has_names
    reconcile([paper], held)


@pytest.mark.parametrize(
    ("place", "head", "decree_name"),
    [("Kota Binjai", "Wali Kota Binjai", "Keputusan Wali Kota"),
     ("Kabupaten Garut", "Bupati Garut", "Keputusan Bupati"),
     ("Kab. Pati", "Bupati Pati", "Keputusan Bupati")],
)  # fmt: skip
def test_a_regency_has_a_bupati(place: str, head: str, decree_name: str) -> None:
    held = replace(named(), place_name=place)
    assert (held.head, held.decree) == (head, decree_name)


def test_every_person_stands_in_one_minutes_of_an_office() -> None:
    held = named()
    kesra, trade = verval.verval_opd_papers(held)
    assert (kesra.totals["persons"], trade.totals["persons"]) == (1, 12)
    assert any("juga Dinas Sosial" in s for s in strings(kesra.blocks))


def test_a_slip_shows_the_months_of_both_purses() -> None:
    rows = [
        person(1, purse="a", last=date(2025, 3, 1), months=3, rupiah=50_400),
        person(1, purse="b", first=date(2025, 4, 1), months=9, rupiah=151_200),
    ]
    held = facts([("a", "other", 1, 3, 1), ("b", "other", 4, 12, 1)],
                 {"a": "csr", "b": "apbd_kabkota"}, people=people(rows), is_final=True)  # fmt: skip
    [paper] = participants.slip_papers(held)
    [slip] = paper.blocks[0]["items"]
    assert all(on for _, on in slip["months"])
    assert "Jan–Mar 2025 dibayar CSR/TJSL; Apr–Des 2025 dibayar APBD kota" in slip["cover"]
    assert paper.totals == {"persons": 1, "lines": 2, "person_months": 12, "rupiah": 201_600}


def test_the_page_for_the_sekda_is_one_page_however_many_purses() -> None:
    payers = {f"dompet-{n:02}": "apbd_kabkota" for n in range(30)}
    held = facts([(k, "other", 1, 12, 5) for k in payers], payers)
    assert len(pictures(decisions.sekda_page(held), held.office, draft=True, ppi=20)) == 1


def test_the_page_for_the_sekda_shows_every_target_the_lowest_first() -> None:
    held = named()
    aims = [
        {"id": f"t{n}", "place": "12.75", "issuer": f"Penerbit {n}", "status": "confirmed",
         "target_share": (9 - n) / 10, "target_persons": 100 * n + 1, "short_dec31": n}
        for n in range(1, 8)
    ]  # fmt: skip
    base = {**held.base, "targets": aims}
    held = replace(held, summary={**held.summary, "scenarios": [base]})
    paper = decisions.sekda_page(held)
    told = [s for s in strings(paper.blocks) if s.startswith("Penerbit ")]
    assert told == [f"Penerbit {n} {(9 - n) * 10},0%" for n in range(7, 0, -1)]
    assert len(pictures(paper, held.office, draft=True, ppi=20)) == 1


def test_bars_of_many_scenarios_go_on_the_next_page() -> None:
    rows = [(f"Skenario {n}", 0.5, 0.4, "50%") for n in range(60)]
    paper = Paper("x", "x", [b.title("Skenario"), b.chart(rows, "", [])], landscape=True)
    assert len(pictures(paper, an_office(), draft=True, ppi=20)) == 3


def test_a_pdf_is_archivable_and_repeats(tmp_path: object) -> None:
    held = named()
    paper = decisions.sekda_page(held)
    made = []
    for n in (1, 2):
        path = tmp_path / f"{n}.pdf"  # type: ignore[operator]
        write_pdf(path, paper, held.office, draft=True)
        made.append(path.read_bytes())
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in made[0]
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in made[0]


def test_texts_of_people_are_no_code() -> None:
    """A name that looks like typst code is printed as it is."""
    rows = [person(1, nama='#panic("x") *a* $1$ @b <c> "q" \\')]
    held = facts([("kota", "other", 1, 12, 1)], {"kota": "apbd_kabkota"}, people=people(rows))
    [paper] = annex.annex_papers(held, held.purses[0], masked=False)
    assert len(pictures(paper, held.office, draft=True, ppi=20)) == 1


def test_three_programmes_are_named_everywhere() -> None:
    """JHT is added by plan.toml; no paper goes on to speak of two programmes."""
    held = named(is_final=True)
    held = replace(held, summary={**held.summary, "programmes": ["jkk", "jkm", "jht"]})
    assert held.programmes == "JKK, JKM, dan JHT"
    [slip] = next(iter(participants.slip_papers(held))).blocks[0]["items"][:1]
    assert "tabungan hari tua (JHT)" in slip["cover"]


def test_a_check_of_the_lists_before_the_data_is_none() -> None:
    ready = {k: {"number": "1", "date": "2025-10-30", "by": "x"} for k in READY_WORDS}
    office = an_office(ready=ready)
    assert office.open_points(()) == []
    assert len(office.open_points((), "2025-10-31")) == 2
    assert office.open_points((), "2025-10-30") == []


def test_realisation_holds_the_plan_and_leaves_the_rest_to_the_office() -> None:
    book = reports.realisation_book(named())
    frame = book.sheets[0].frame
    assert frame.height == 12
    assert frame["orang"].to_list() == [12, 12] + [13] * 10
    assert frame["rak"].sum() == 2_587_200
    assert frame["sp2d"].null_count() == 12


def test_official_rows_carry_their_denominator() -> None:
    text = strings(reports.official_rows(named()).blocks)
    assert any("132.826" in s for s in text)
    assert {"RPJPN/RPJMD", "RKPD/Renja", "IKD", "LKPJ"} <= set(text)
    assert any("06.02.021" in s for s in text)


def test_a_paper_is_not_dated_before_what_it_stands_on() -> None:
    """A decree of the second half of the year does not carry the day of the first one."""
    ready = {k: {"number": "1", "date": "2027-07-01", "by": "x"} for k in READY_WORDS}
    office = replace(an_office(ready=ready), date=date(2026, 12, 15))
    assert [p for p in office.open_points((), "2027-06-30") if "[office] date" in p]
    assert not office.open_points((), "2026-10-31")
    change = {k: {"number": "1", "date": "2027-06-28", "by": "x"} for k in ("perda", "dppa")}
    late = replace(office, change=change, numbering={"sk_change": "561/SK"})
    assert [p for p in late.open_change() if "[office] date" in p]
    assert not replace(late, date=date(2027, 7, 1)).open_change()
