"""Papers of a plan from facts made by hand: rows, masking, forms, marks, totals that must agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from cakup.documents.plan import (
    annex,
    budget,
    budget_forms,
    decisions,
    decree,
    kak,
    letters,
    participants,
    reports,
    scenarios,
    uploads,
    verval,
)
from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Paper
from cakup.documents.plan.control import control_sheet
from cakup.documents.plan.facts import PlanFacts
from cakup.documents.plan.masking import masked_name, masked_nik, published
from cakup.documents.plan.office import READY_WORDS
from cakup.documents.plan.pdf import pictures, write_pdf
from cakup.documents.plan.reconcile import check_parts, reconcile
from cakup.kernel.errors import EngineError
from plan_facts import an_office, facts, people, person, strings

SECRET = ("nik", "nama", "alamat", "telepon")


def _named(n: int = 12, **more: object) -> PlanFacts:
    """Return a plan of ``n`` persons for the year and one alone in another kelurahan from March."""
    rows = [person(i) for i in range(n)]
    rows.append(
        person(n, kode="12.75.02.1006", kelurahan="Binjai", kecamatan="Binjai Kota",
               first=date(2025, 3, 1), months=10, rupiah=168_000, to_check=True,
               pekerjaan="Bilal mayit", proposers="Bagian Kesra; Dinas Sosial")
    )  # fmt: skip
    return facts(
        [("kota", "other", 1, 12, n), ("kota", "other", 3, 12, 1)], {"kota": "apbd_kabkota"},
        people=people(rows), **more,  # type: ignore[arg-type]
    )  # fmt: skip


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
    held = _named()
    secrets = {str(r[k]) for r in held.people.iter_rows(named=True) for k in SECRET}
    for paper in _all(held):
        found = {t for t in secrets for s in strings(paper.blocks) if t in s}
        assert bool(found) is paper.has_names, (paper.name, sorted(found)[:1])


def test_slips_and_minutes_do_not_carry_the_whole_nik() -> None:
    held = _named()
    niks = set(held.people["nik"])
    for paper in [*verval.verval_papers(held), *participants.slip_papers(held)]:
        assert not [n for n in niks for s in strings(paper.blocks) if n in s]


def test_the_published_annex_tells_nobody() -> None:
    held = _named()
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


def test_every_row_multiplies_out_and_months_make_rows() -> None:
    held = _named()
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


def test_papers_of_one_plan_add_up() -> None:
    held = _named()
    check_parts(held)
    compared = {c.group: c.totals for c in reconcile(_all(held), held)}
    assert compared["sk-lampiran"] == {"lines": 13, "person_months": 154, "rupiah": 2_587_200}
    assert compared["verval-opd"]["persons"] == 13
    assert "slip" not in compared, "examples add up to nothing"
    assert len(compared) == 11
    final = _named(is_final=True)
    slips = {c.group: c.totals for c in reconcile(list(participants.slip_papers(final)), final)}
    assert slips["slip"] == {"persons": 13, "lines": 13, "person_months": 154,
                             "rupiah": 2_587_200}  # fmt: skip


def test_a_draft_shows_some_slips_of_every_kelurahan_and_says_of_how_many() -> None:
    held = _named()
    many, alone = participants.slip_papers(held)
    assert len(many.blocks[0]["items"]) == participants.SLIPS_SHOWN < 12
    assert "contoh, 10 dari 12 slip" in many.blocks[0]["items"][0]["mark"]
    assert "10 dari 12" in (many.footer or "")
    assert "semua slip kelurahan ini (1)" in alone.blocks[0]["items"][0]["mark"]
    final = list(participants.slip_papers(_named(is_final=True)))
    assert sum(len(p.blocks[0]["items"]) for p in final) == 13
    assert not any(one["mark"] for p in final for one in p.blocks[0]["items"])


def test_a_person_missing_on_the_annex_stops_everything() -> None:
    held = _named()
    short = replace(held, people=held.people.head(12))
    with pytest.raises(EngineError) as caught:
        check_parts(short)
    assert caught.value.code == "plan.documents.do_not_add"
    papers = annex.annex_papers(short, held.purses[0], masked=False)
    with pytest.raises(EngineError):
        reconcile(papers, held)


def test_two_purses_that_swap_money_are_noticed() -> None:
    held = facts([("a", "other", 1, 12, 5), ("b", "other", 1, 12, 7)],
                 {"a": "apbd_kabkota", "b": "dbh_sawit"})  # fmt: skip
    papers = budget_forms.rka_papers(held)
    reconcile(papers, held)
    papers[0].totals, papers[1].totals = papers[1].totals, papers[0].totals
    with pytest.raises(EngineError):
        reconcile(papers, held)


def test_a_final_paper_has_no_mark_and_the_control_sheet_has_all() -> None:
    marks = ("jkk.iuran.bpu.tarif_dari_dasar", "kriteria.uji")
    draft, final = _named(marks=marks), _named(marks=marks, is_final=True)
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
    held = _named(office=office)
    [paper] = annex.annex_papers(held, held.purses[0], masked=False)
    assert ["Nomor", "560/kota/2025"] in paper.blocks[0]["rows"]
    sign = paper.blocks[-1]["people"][0]
    assert (sign["jabatan"], sign["nama"]) == ("Wali Kota Uji", "Nama Rekaan")
    assert "Nomor BA-2/2025" in strings(verval.verval_papers(held)[1].blocks)
    assert "L/2025" in strings(letters.telaahan(held).blocks)


def test_the_decree_states_persons_money_and_words() -> None:
    held = _named(is_final=True)
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
    held = replace(_named(), place_name=place)
    assert (held.head, held.decree) == (head, decree_name)


def test_every_person_stands_in_one_minutes_of_an_office() -> None:
    held = _named()
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


def test_bars_of_many_scenarios_go_on_the_next_page() -> None:
    rows = [(f"Skenario {n}", 0.5, 0.4, "50%") for n in range(60)]
    paper = Paper("x", "x", [b.title("Skenario"), b.chart(rows, "", [])], landscape=True)
    assert len(pictures(paper, an_office(), draft=True, ppi=20)) == 3


def test_a_pdf_is_archivable_and_repeats(tmp_path: object) -> None:
    held = _named()
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


def test_upload_of_bpu_is_text_in_eleven_columns() -> None:
    held = _named()
    books = uploads.bpu_books(held, 1_000_000)
    assert [b.name for b in books] == ["bpu-kota-2025-01-baru", "bpu-kota-2025-03-baru"]
    frame = books[1].sheets[0].frame
    assert tuple(frame.columns) == uploads.BPU_COLUMNS
    assert set(frame.dtypes) == {pl.String}
    assert frame.row(0, named=True)["BULAN_IURAN"] == "10"
    assert frame.row(0, named=True)["TGL_LAHIR"] == "14-03-1985"
    assert len(frame.row(0, named=True)["NOMOR_IDENTITAS"]) == 16
    assert [c.column for c in books[0].codes] == list(uploads.BPU_COLUMNS)
    assert sum("belum dikonfirmasi" in c.meaning for c in books[0].codes) >= 5


def test_those_who_go_on_are_not_registered_anew() -> None:
    rows = [person(n, is_kept=n < 3) for n in range(5)]
    held = facts([("kota", "other", 1, 12, 5)], {"kota": "apbd_kabkota"}, people=people(rows))
    new, old = sorted(uploads.bpu_books(held, 1_000_000), key=lambda b: b.name)
    assert (new.totals["lines"], old.totals["lines"]) == (2, 3)
    assert any("tidak mendaftar baru" in g for g in old.guide)


def test_sipp_files_hold_at_most_ten_thousand_rows_of_text() -> None:
    frame = people([person(1)])
    many = pl.concat([frame] * 20_001).with_columns(
        upah_rp_month=pl.lit(None, dtype=pl.Int64),
        nik=pl.lit("12759114038") + pl.int_range(10_000, 30_001).cast(pl.String),
    )
    books = uploads.sipp_books(many)
    assert [b.sheets[0].frame.height for b in books] == [10_000, 10_000, 1]
    assert [b.name for b in books] == [f"sipp_data_tk_baru_bagian{n:02}" for n in (1, 2, 3)]
    assert tuple(books[0].sheets[0].frame.columns) == uploads.SIPP_COLUMNS
    assert len(uploads.SIPP_COLUMNS) == 30
    assert uploads.SIPP_COLUMNS[25] == "KODE_POS"  # column Z
    assert uploads.SIPP_COLUMNS[29] == "AKHIR_KONTRAK"  # column AD
    assert set(books[0].sheets[0].frame.dtypes) == {pl.String}
    assert uploads.sipp_books(many.head(0)) == []


def test_who_lacks_what_the_insurer_asks_for_is_told_why() -> None:
    rows = [
        person(1), person(2, nik=None), person(3, nik="127591140385"),
        person(4, tanggal_lahir=None), person(5, nik=person(6)["nik"]), person(6),
    ]  # fmt: skip
    held = facts([("kota", "other", 1, 12, 6)], {"kota": "apbd_kabkota"}, people=people(rows))
    new, short = sorted(uploads.bpu_books(held, 1_000_000), key=lambda b: len(b.name))
    assert (new.totals["lines"], short.totals["lines"]) == (1, 5)
    assert short.sheets[0].frame["alasan"].to_list() == [
        "NIK belum 16 angka", "NIK belum 16 angka", "tanggal lahir belum ada",
        "NIK dipakai dua orang", "NIK dipakai dua orang",
    ]  # fmt: skip
    reconcile([new, short], held)
    employed = people(rows).with_columns(upah_rp_month=pl.lit(3_000_000))
    books = uploads.sipp_books(employed)
    assert [b.name for b in books] == ["sipp_data_tk_baru_bagian01", "sipp-belum-lengkap"]


def test_three_programmes_are_named_everywhere() -> None:
    """JHT is added by plan.toml; no paper goes on to speak of two programmes."""
    held = _named(is_final=True)
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
    book = reports.realisation_book(_named())
    frame = book.sheets[0].frame
    assert frame.height == 12
    assert frame["orang"].to_list() == [12, 12] + [13] * 10
    assert frame["rak"].sum() == 2_587_200
    assert frame["sp2d"].null_count() == 12


def test_official_rows_carry_their_denominator() -> None:
    text = strings(reports.official_rows(_named()).blocks)
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
