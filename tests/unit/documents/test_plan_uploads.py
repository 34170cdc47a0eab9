"""Upload sheets of a plan: the insurer's columns as text, in files it takes."""

from __future__ import annotations

import polars as pl

from cakup.documents.plan import uploads
from cakup.documents.plan.reconcile import reconcile
from plan_facts import facts, named, people, person


def test_upload_of_bpu_is_text_in_eleven_columns() -> None:
    held = named()
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
