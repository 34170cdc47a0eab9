"""Annex of the decree: by name and address, one per purse; full, and masked for publication."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Book, Paper
from cakup.documents.plan.facts import PlanFacts, PurseFacts, months_of, rp, span
from cakup.documents.plan.masking import first_occupation, published
from cakup.kernel import spelling
from cakup.kernel.terbilang import rupiah_words
from cakup.sheets import ColumnOut, SheetOut

#: Rows of one printed annex; longer ones are split by kecamatan, the workbook stays whole.
ROWS_ON_PAPER = 2_000
HEADS = ("No", "NIK", "Nama", "Tempat, tanggal lahir", "L/P", "Alamat", "Kelurahan", "Pekerjaan",
         "Desil", "Masa", "Bulan", "Iuran (Rp)", "Ket.")  # fmt: skip
WIDTHS = (0.9, 3.0, 3.4, 3.2, 0.7, 4.0, 2.6, 2.5, 0.9, 2.4, 1.0, 1.8, 1.3)
PUBLIC_HEADS = ("No", "NIK", "Nama", "Kelurahan", "Kecamatan", "Pekerjaan", "Masa", "Bulan",
                "Iuran (Rp)")  # fmt: skip
PUBLIC_WIDTHS = (1, 3, 3.2, 3.4, 2.8, 3, 2.8, 1.2, 2.2)


def annex_papers(facts: PlanFacts, purse: PurseFacts, *, masked: bool) -> list[Paper]:
    """Return the printed annex of a purse, in parts by kecamatan if it is long.

    Args:
        facts: The plan.
        purse: The purse.
        masked: Whether it is the version for publication.
    """
    people = _marked(facts, purse)
    if people.height <= ROWS_ON_PAPER:
        return [_paper(facts, purse, people, "", 0, masked=masked)]
    pieces = []
    for key, part in people.partition_by("kecamatan", as_dict=True, maintain_order=True).items():
        for n, at in enumerate(range(0, part.height, ROWS_ON_PAPER), start=1):
            piece = part.slice(at, ROWS_ON_PAPER)
            tail = f" bagian {n}" if part.height > ROWS_ON_PAPER else ""
            pieces.append((f"{key[0] or 'belum diketahui'}{tail}", piece))
    whole, papers, done = months_of(people), [], 0
    for n, (where, piece) in enumerate(pieces, start=1):
        told = (f"berkas {n} dari {len(pieces)}; seluruh lampiran "
                f"{spelling.count(whole['lines'])} orang, {rp(whole['rupiah'])}")  # fmt: skip
        papers.append(_paper(facts, purse, piece, where, done, masked=masked, told=told))
        done += piece.height
    return papers


def _marked(facts: PlanFacts, purse: PurseFacts) -> pl.DataFrame:
    """Return the people of a purse; a FINAL marks nobody, the control sheet says how many."""
    people = facts.of(purse)
    return people.with_columns(to_check=pl.lit(False)) if facts.is_final else people


def _paper(
    facts: PlanFacts, purse: PurseFacts, people: pl.DataFrame, part: str, before: int, *,
    masked: bool, told: str = "",
) -> Paper:  # fmt: skip
    """Return one part of an annex; ``told`` says which part of what it is."""
    number = purse.number(facts.office, facts.year)
    where = f", Kecamatan {part}" if part else ""
    total = months_of(people)
    slug = f"-{part.lower().replace(' ', '-')}" if part else ""
    tail = "-disamarkan" if masked else ""
    heads, widths = (PUBLIC_HEADS, PUBLIC_WIDTHS) if masked else (HEADS, WIDTHS)
    rows = _rows(published(people) if masked else people, before, total, masked=masked)
    return Paper(
        f"sk-lampiran-{purse.id}{slug}{tail}",
        f"Lampiran {facts.decree}: penerima bantuan iuran {facts.year}, {purse.source}{where}",
        [
            b.pairs([
                ("Lampiran", f"{facts.decree} {facts.place_short}"),
                ("Nomor", number), ("Tanggal", facts.office.day),
                ("Tentang", f"Penetapan penerima bantuan iuran {facts.programmes} tahun anggaran "
                            f"{facts.year}, sumber dana {purse.source} (dompet {purse.id}){where}"),
                *([("Bagian", told)] if told else []),
            ]),
            *facts.draft(b.mark(_sure(facts, people, masked=masked))),
            b.table(heads, rows, widths=widths, total=True, small=True,
                    right=(0, 7, 8) if masked else (0, 8, 10, 11)),
            b.para(f"Jumlah iuran {rp(total['rupiah'])} ({rupiah_words(total['rupiah'])})."),
            b.signatures([facts.office.signatory("wali_kota")], facts.office.place_date),
        ],
        landscape=True, serif=True, has_names=not masked,
        group="sk-lampiran-disamarkan" if masked else "sk-lampiran", purse=purse.id, totals=total,
        footer=facts.foot(f"Lampiran {facts.decree} Nomor {number}, tanggal "
                          f"{facts.office.day}"),
    )  # fmt: skip


def _sure(facts: PlanFacts, people: pl.DataFrame, *, masked: bool) -> str:
    """Return what a KONSEP says of the list."""
    checks = spelling.count(int(people.get_column("to_check").sum()))
    seen = f" Tanda “cek”: {checks} orang dengan keterangan yang belum diketahui."
    return (
        "KONSEP: daftar belum ditetapkan. Belum dikonfirmasi: harga iuran, rekening, kriteria "
        f"({facts.summary['criteria']['instrument']}), pemeriksaan Disdukcapil dan BPJS."
        f"{'' if masked else seen}"
    )


def _rows(
    people: pl.DataFrame, before: int, total: Mapping[str, int], *, masked: bool
) -> list[list[str]]:
    """Return the printed rows and the row of totals."""
    make = _public_row if masked else _row
    rows = [make(n, r) for n, r in enumerate(people.iter_rows(named=True), start=before + 1)]
    last = ["", "", f"Jumlah {spelling.count(total['lines'])} orang"]
    sums = [spelling.count(total["person_months"]), spelling.count(total["rupiah"])]
    if masked:
        return [*rows, [*last, "", "", "", "", *sums]]
    return [*rows, [*last, "", "", "", "", "", "", "", *sums, ""]]


def _row(n: int, r: Mapping[str, Any]) -> list[str]:
    born: date | None = r["tanggal_lahir"]
    place = f"{r['tempat_lahir']}, " if r["tempat_lahir"] else ""
    return [
        str(n), r["nik"] or "–", r["nama"] or "",
        f"{place}{born:%d-%m-%Y}" if born else place.rstrip(", "), r["jenis_kelamin"] or "",
        address(r), r["kelurahan"] or "–", first_occupation(r["pekerjaan"]),
        str(r["desil"] or "–"), span(r["first"], r["last"]), str(r["months"]),
        spelling.count(r["rupiah"]), "cek" if r["to_check"] else "",
    ]  # fmt: skip


def _public_row(n: int, r: Mapping[str, Any]) -> list[str]:
    return [
        str(n), r["nik"] or "–", r["nama"] or "", r["kelurahan"] or "–", r["kecamatan"] or "–",
        r["pekerjaan"], span(r["first"], r["last"]), str(r["months"]), spelling.count(r["rupiah"]),
    ]  # fmt: skip


def address(r: Mapping[str, Any]) -> str:
    """Return an address with lingkungan, RT and RW where they are known."""
    parts = [r["alamat"] or ""]
    if r.get("lingkungan"):
        parts.append(f"Lk. {str(r['lingkungan']).removeprefix('Lingkungan ')}")
    if r["rt"] or r["rw"]:
        parts.append(f"RT\u00a0{r['rt'] or '–'}/RW\u00a0{r['rw'] or '–'}")
    return ", ".join(p for p in parts if p)


def annex_book(facts: PlanFacts, purse: PurseFacts, *, masked: bool) -> Book:
    """Return the annex of a purse as a workbook; masked it may be published."""
    people = _marked(facts, purse)
    sheet = _public_sheet(facts, purse, people) if masked else _sheet(facts, purse, people)
    held = sheet.frame
    return Book(
        f"sk-lampiran-{purse.id}{'-disamarkan' if masked else ''}", [sheet], has_names=not masked,
        group="sk-xlsx-disamarkan" if masked else "sk-xlsx", purse=purse.id,
        totals={"lines": held.height, "person_months": int(held["bulan"].sum()),
                "rupiah": int(held["iuran"].sum())},
    )  # fmt: skip


def _above(facts: PlanFacts, purse: PurseFacts, note: str) -> list[list[str | None]]:
    number = purse.number(facts.office, facts.year)
    return [[f"Lampiran {facts.decree} Nomor {number}{facts.state}"],
            [f"Penerima bantuan iuran {facts.year}, sumber dana {purse.source} ({purse.id})"],
            [note], [None]]  # fmt: skip


def _money_columns() -> list[ColumnOut]:
    return [
        ColumnOut("mulai", "Bulan mulai", width=12), ColumnOut("akhir", "Bulan akhir", width=12),
        ColumnOut("bulan", "Bulan", "count", width=8, has_total=True),
        ColumnOut("iuran", "Iuran (Rp)", "rupiah", width=17, has_total=True),
    ]  # fmt: skip


def _money(people: pl.DataFrame) -> dict[str, Any]:
    def month(n: str) -> list[str]:
        return [span(d, d) for d in people.get_column(n)]

    return {
        "mulai": pl.Series(month("first"), dtype=pl.String),
        "akhir": pl.Series(month("last"), dtype=pl.String),
        "bulan": people.get_column("months"), "iuran": people.get_column("rupiah"),
    }  # fmt: skip


def _sheet(facts: PlanFacts, purse: PurseFacts, people: pl.DataFrame) -> SheetOut:
    """Return the full annex as a sheet."""
    work = pl.col("pekerjaan").map_elements(first_occupation, return_dtype=pl.String)
    frame = people.select(
        no=pl.int_range(1, people.height + 1), nik="nik", nama="nama", tempat_lahir="tempat_lahir",
        tanggal_lahir="tanggal_lahir", jenis_kelamin="jenis_kelamin", alamat="alamat",
        lingkungan="lingkungan", rt="rt", rw="rw", kelurahan="kelurahan", kecamatan="kecamatan",
        pekerjaan=work, desil="desil", sumber=pl.lit(purse.source),
        ahli_waris=pl.lit(None, dtype=pl.String),
        keterangan=pl.when("to_check").then(pl.lit("perlu diverifikasi")),
    ).with_columns(**_money(people))  # fmt: skip
    columns = [
        ColumnOut("no", "No", "count", width=6), ColumnOut("nik", "NIK", "id", width=19),
        ColumnOut("nama", "Nama", width=26), ColumnOut("tempat_lahir", "Tempat lahir", width=16),
        ColumnOut("tanggal_lahir", "Tanggal lahir", "date", width=13),
        ColumnOut("jenis_kelamin", "L/P", width=6), ColumnOut("alamat", "Alamat", width=28),
        ColumnOut("lingkungan", "Lingkungan", width=14),
        ColumnOut("rt", "RT", width=6), ColumnOut("rw", "RW", width=6),
        ColumnOut("kelurahan", "Kelurahan", width=18),
        ColumnOut("kecamatan", "Kecamatan", width=16),
        ColumnOut("pekerjaan", "Pekerjaan", width=18),
        ColumnOut("desil", "Desil", "count", width=8),
        ColumnOut("sumber", "Sumber dana", width=14), *_money_columns(),
        ColumnOut("ahli_waris", "Ahli waris", width=20, is_input=True),
        ColumnOut("keterangan", "Keterangan", width=20),
    ]  # fmt: skip
    return SheetOut(
        f"Lampiran {purse.id}"[:31], frame.select([c.name for c in columns]), columns,
        above=_above(facts, purse, "Rahasia: memuat data pribadi; hanya untuk berkas keputusan"),
        footer=[rupiah_words(int(people["rupiah"].sum()))], freeze_columns=3,
    )  # fmt: skip


def _public_sheet(facts: PlanFacts, purse: PurseFacts, people: pl.DataFrame) -> SheetOut:
    """Return the annex for publication as a sheet."""
    frame = published(people).with_columns(no=pl.int_range(1, people.height + 1), **_money(people))
    columns = [
        ColumnOut("no", "No", "count", width=6), ColumnOut("nik", "NIK", "id", width=14),
        ColumnOut("nama", "Nama", width=24), ColumnOut("kelurahan", "Kelurahan", width=20),
        ColumnOut("kecamatan", "Kecamatan", width=18),
        ColumnOut("pekerjaan", "Pekerjaan", width=22), *_money_columns(),
    ]  # fmt: skip
    return SheetOut(
        f"Lampiran {purse.id}"[:31], frame.select([c.name for c in columns]), columns,
        above=_above(facts, purse, "Disamarkan untuk publikasi: inisial, NIK terpotong, kelompok "
                                   "kecil disembunyikan"),
        footer=[rupiah_words(int(people["rupiah"].sum()))], freeze_columns=3,
    )  # fmt: skip
