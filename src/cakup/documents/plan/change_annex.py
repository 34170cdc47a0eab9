"""Annex of the amending decree: by name, before and after; full, and masked for publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from cakup.documents.plan import blocks as b
from cakup.documents.plan.annex import ROWS_ON_PAPER, address
from cakup.documents.plan.blocks import Book, Paper
from cakup.documents.plan.change import PARTS, Change, totals_of
from cakup.documents.plan.facts import PurseFacts, span
from cakup.documents.plan.masking import published
from cakup.kernel import spelling
from cakup.sheets import ColumnOut, SheetOut

HEADS = ("No", "NIK", "Nama", "Alamat", "Kelurahan", "Masa semula", "Bulan", "Iuran semula (Rp)",
         "Masa menjadi", "Bulan", "Iuran menjadi (Rp)", "Keterangan")  # fmt: skip
WIDTHS = (0.8, 2.8, 3.1, 3.6, 2.3, 2.2, 1, 1.8, 2.2, 1, 1.8, 3.4)
PUBLIC_WIDTHS = (0.8, 2, 2.6, 2.6, 2.6, 2.4, 1, 1.9, 2.4, 1, 1.9, 4)
PUBLIC_HEADS = (*HEADS[:3], "Kelurahan", "Kecamatan", *HEADS[5:])
RIGHT = (0, 6, 7, 9, 10)


def annex_papers(change: Change, purse: PurseFacts, *, masked: bool) -> Iterator[Paper]:
    """Yield the printed annex of a purse, part by part; long parts by kecamatan.

    Args:
        change: The change.
        purse: The purse.
        masked: Whether it is the version for publication.
    """
    for part in PARTS:
        rows = _shown(change.of(purse, part), masked=masked)
        if not rows.height:
            continue
        if rows.height <= ROWS_ON_PAPER:
            yield _paper(change, purse, part, rows, "", 0, masked=masked)
            continue
        done = 0
        for key, here in rows.partition_by("kecamatan", as_dict=True, maintain_order=True).items():
            for at in range(0, here.height, ROWS_ON_PAPER):
                piece = here.slice(at, ROWS_ON_PAPER)
                tail = f" {at // ROWS_ON_PAPER + 1}" if here.height > ROWS_ON_PAPER else ""
                where = f"{key[0] or 'belum diketahui'}{tail}"
                yield _paper(change, purse, part, piece, where, done, masked=masked)
                done += piece.height


def _shown(rows: pl.DataFrame, *, masked: bool) -> pl.DataFrame:
    """Return rows with names as they may be shown."""
    if not masked or not rows.height:
        return rows
    dated = rows.with_columns(
        first=pl.coalesce("after_first", "before_first"), last=pl.coalesce("after_last",
        "before_last"), months="after_months", rupiah="after_rupiah",
    )  # fmt: skip
    hidden = published(dated)
    return rows.with_columns(
        nik=hidden["nik"],
        nama=hidden["nama"],
        kelurahan=hidden["kelurahan"],
        kecamatan=hidden["kecamatan"],
    )


def _paper(
    change: Change, purse: PurseFacts, part: str, rows: pl.DataFrame, where: str, done: int, *,
    masked: bool,
) -> Paper:  # fmt: skip
    """Return one part of an annex, or a piece of it."""
    facts = change.after
    place = f", Kecamatan {where}" if where else ""
    slug = f"-{where.lower().replace(' ', '-')}" if where else ""
    make = _public_row if masked else _row
    lines = [make(n, r) for n, r in enumerate(rows.iter_rows(named=True), start=done + 1)]
    total = totals_of(rows)
    return Paper(
        f"lampiran-perubahan-{purse.id}-{part.lower()}{slug}{'-disamarkan' if masked else ''}",
        f"{PARTS[part]}, {purse.source}{place}",
        [
            b.pairs([
                ("Lampiran", f"{facts.decree} {facts.place_short} tentang perubahan"),
                ("Nomor", facts.office.number("sk_change", year=facts.year, purse=purse.id)),
                ("Tanggal", facts.office.day),
                ("Tentang", f"Perubahan penerima bantuan iuran {facts.programmes} tahun anggaran "
                            f"{facts.year}, sumber dana {purse.source} (dompet {purse.id}), mulai "
                            f"{change.month}{place}"),
            ]),
            b.heading(PARTS[part]),
            *facts.draft(b.mark(
                f"KONSEP: skenario “{change.title}”, bukan keputusan. Belum dikonfirmasi: harga "
                "iuran, rekening, rumusan (Bagian Hukum), yang sudah dibayar sampai "
                "bulan sebelumnya."
            )),
            b.table(PUBLIC_HEADS if masked else HEADS, [*lines, _sum(rows.height, total)],
                    widths=PUBLIC_WIDTHS if masked else WIDTHS, right=RIGHT, total=True,
                    small=True),
            b.signatures([facts.office.signatory("wali_kota")], facts.office.place_date),
        ],
        landscape=True, serif=True, has_names=not masked, purse=purse.id, totals=total,
        group=f"lampiran-perubahan{'-disamarkan' if masked else ''}",
        footer=facts.foot(f"Perubahan {change.scenario}, {PARTS[part].partition(':')[0]}, "
                          f"{purse.source} ({purse.id})"),
    )  # fmt: skip


def _sum(height: int, total: Mapping[str, int]) -> list[str]:
    n = spelling.count
    return ["", "", f"Jumlah {n(height)} orang", "", "", "", n(total["before_months"]),
            n(total["before_rupiah"]), "", n(total["after_months"]), n(total["after_rupiah"]),
            ""]  # fmt: skip


def _row(n: int, r: Mapping[str, Any]) -> list[str]:
    return [str(n), r["nik"] or "–", r["nama"] or "", address(r), r["kelurahan"] or "–", *_year(r)]


def _public_row(n: int, r: Mapping[str, Any]) -> list[str]:
    return [str(n), r["nik"] or "–", r["nama"] or "", r["kelurahan"] or "–", r["kecamatan"] or "–",
            *_year(r)]  # fmt: skip


def _year(r: Mapping[str, Any]) -> list[str]:
    """Return months and rupiah before and after, and the remark."""
    cells = []
    for side in ("before", "after"):
        first: date | None = r[f"{side}_first"]
        cells += [span(first, r[f"{side}_last"]) if first else "–", str(r[f"{side}_months"]),
                  spelling.count(r[f"{side}_rupiah"])]  # fmt: skip
    return [*cells, r["remark"]]


def annex_book(change: Change, purse: PurseFacts, *, masked: bool) -> Book:
    """Return the annex of a purse as a workbook, one sheet per part."""
    sheets, total = [], dict.fromkeys(totals_of(change.rows), 0)
    for part in PARTS:
        rows = _shown(change.of(purse, part), masked=masked)
        if rows.height:
            sheets.append(_sheet(change, purse, part, rows, masked=masked))
            total = {k: v + total[k] for k, v in totals_of(rows).items()}
    tail = "-disamarkan" if masked else ""
    return Book(
        f"lampiran-perubahan-{purse.id}{tail}", sheets, has_names=not masked, purse=purse.id,
        group=f"lampiran-perubahan-xlsx{tail}", totals=total, has_summary=False,
    )  # fmt: skip


def _sheet(
    change: Change, purse: PurseFacts, part: str, rows: pl.DataFrame, *, masked: bool
) -> SheetOut:
    """Return one part of an annex as a sheet."""

    def month(name: str) -> pl.Series:
        held = [span(d, d) if d else None for d in rows.get_column(name)]
        return pl.Series(held, dtype=pl.String)

    frame = rows.with_columns(
        no=pl.int_range(1, rows.height + 1),
        **{n: month(n) for n in ("before_first", "before_last", "after_first", "after_last")},
    )
    columns = [
        ColumnOut("no", "No", "count", width=6),
        ColumnOut("nik", "NIK", "id", width=14 if masked else 19),
        ColumnOut("nama", "Nama", width=26),
        *(() if masked else (ColumnOut("alamat", "Alamat", width=28),
                             ColumnOut("lingkungan", "Lingkungan", width=14),
                             ColumnOut("rt", "RT", width=6), ColumnOut("rw", "RW", width=6))),
        ColumnOut("kelurahan", "Kelurahan", width=18),
        ColumnOut("kecamatan", "Kecamatan", width=16),
        *_columns("before", "semula"), *_columns("after", "menjadi"),
        ColumnOut("remark", "Keterangan", width=44),
    ]  # fmt: skip
    note = "Disamarkan untuk publikasi" if masked else "Rahasia: memuat data pribadi"
    return SheetOut(
        PARTS[part].partition(":")[0], frame.select([c.name for c in columns]), columns,
        above=[[f"{PARTS[part]}, {purse.source} ({purse.id}){change.after.state}"],
               [f"{change.title}, mulai {change.month}. {note}"], [None]],
        freeze_columns=3,
    )  # fmt: skip


def _columns(side: str, word: str) -> list[ColumnOut]:
    return [
        ColumnOut(f"{side}_first", f"Mulai, {word}", width=12),
        ColumnOut(f"{side}_last", f"Akhir, {word}", width=12),
        ColumnOut(f"{side}_months", f"Bulan, {word}", "count", width=10, has_total=True),
        ColumnOut(f"{side}_rupiah", f"Iuran {word} (Rp)", "rupiah", width=17, has_total=True),
    ]
