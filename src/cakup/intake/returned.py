"""Rows go back to their sender: own sheets and columns, with row, status, reason, import id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from cakup.intake.convert import Converted
from cakup.intake.plan import ADDED, SheetPlan, is_added
from cakup.intake.reasons import reasons
from cakup.intake.source import Source
from cakup.kernel import spelling
from cakup.sheets import ColumnOut, Mark, SheetOut, write_csv, write_xlsx

#: So many rows at most stand in one returned file; the rest is counted and named in its guide.
MOST_ROWS = 1_000_000
STATUS = "Dikembalikan"
#: Reasons that another one says already.
SAID_BY = {"no_identity": ("nik_missing", "nik_filler", "nik_unknown", "nama_missing")}
GUIDE = (
    "Baris yang dikembalikan: cara memperbaiki dan mengirimnya kembali",
    "Lembar dan kolomnya seperti yang Anda kirim; hanya baris yang belum dapat dipakai yang ada di "
    "sini. Baris yang lain sudah diterima dan tidak perlu dikirim lagi.",
    "1. Baca kolom Alasan: apa yang kurang, dan apa yang perlu diperbaiki. Sel yang disebut diberi "
    "warna.",
    "2. Perbaiki sel yang keliru. Kolom Baris asal adalah nomor baris pada berkas Anda yang "
    "pertama.",
    "3. Jangan mengubah kolom Baris asal dan Id impor, dan jangan menambah baris baru; orang baru "
    "dikirim dalam daftar sendiri.",
    "4. Simpan, lalu kirim kembali berkas ini apa adanya. Dari Id impor dikenali bahwa "
    "baris-baris ini melengkapi berkas pertama; jenis, pengirim, dan tanggalnya tidak perlu "
    "disebut lagi.",
    "In English: mend the tinted cells as the column Alasan says, leave Baris asal and Id impor as "
    "they are, add no rows, and send this file back.",
)
#: Field → word of a reason that speaks of it; the field's cells are tinted in such rows.
SPOKEN_OF = {
    "nik": "NIK", "nama": "nama", "nama_depan": "nama", "tanggal_lahir": "tanggal lahir",
    "kpj": "KPJ", "kode_iuran": "kode iuran", "bulan": "bulan iuran", "jumlah": "jumlah iuran",
    "nama_pemberi_kerja": "nama perusahaan", "npp": "NPP",
}  # fmt: skip
REASON_CHARS, ID_CHARS = 60.0, 18.0


@dataclass
class ReturnedRows:
    """Returned rows of one import, collected part by part.

    Args:
        import_id: Id that the returned file carries: of this import, or of the one it corrects.
        frames: Sheet number → rows so far.
        plans: Sheet number → how it was read.
        n_kept: Rows kept.
        n_all: Rows returned.
    """

    import_id: str
    frames: dict[int, list[pl.DataFrame]] = field(default_factory=dict)
    plans: dict[int, SheetPlan] = field(default_factory=dict)
    n_kept: int = 0
    n_all: int = 0

    def take(self, plan: SheetPlan, part: Converted) -> None:
        """Keep the returned rows of one part."""
        rows = part.returned
        self.n_all += rows.height
        kept = rows.head(MOST_ROWS - self.n_kept)
        self.n_kept += kept.height
        if kept.height:
            self.frames.setdefault(plan.no, []).append(kept)
            self.plans[plan.no] = plan

    def write(self, source: Source, folder: Path) -> Path | None:
        """Write ``returned.csv`` or ``returned.xlsx`` if there is any row to return.

        Args:
            source: The file as received, for what stands above its data.
            folder: Where the file goes.
        """
        if not self.n_kept:
            return None
        sheets = [self._sheet(source, no) for no in sorted(self.frames)]
        dialect = source.dialect
        if dialect is not None:
            path = folder / "returned.csv"
            only = sheets[0]
            write_csv(
                path, only.frame, only.columns, separator=dialect.separator, above=only.above,
                has_header=False,
            )  # fmt: skip
            return path
        path = folder / "returned.xlsx"
        title = "Baris yang dikembalikan"
        write_xlsx(path, sheets, guide=self._guide(), title=title, has_summary=False)
        return path

    def _guide(self) -> Sequence[str]:
        if self.n_all == self.n_kept:
            return GUIDE
        shown, all_ = spelling.count(self.n_kept), spelling.count(self.n_all)
        return (*GUIDE, f"Berkas ini memuat {shown} baris pertama dari {all_} baris.")

    def _sheet(self, source: Source, no: int) -> SheetOut:
        plan = self.plans[no]
        rows = pl.concat(self.frames[no], how="diagonal")
        cells = [c for c in rows.columns if c not in ("sheet_row", "origin_row", "reasons")]
        ours = {f"c{h.index + 1}" for h in plan.layout.headings if is_added(h, plan.origin)}
        cells = [c for c in cells if c not in ours]
        opening = next(s for s in source.openings if s.no == no)
        above, heads = _above(opening.frame, plan, opening.first_row, cells)
        told = rows.select(
            *cells,
            pl.coalesce("origin_row", "sheet_row").cast(pl.String).alias("baris_asal"),
            pl.lit(STATUS).alias("status"),
            _in_words(rows.get_column("reasons")).alias("alasan"),
            pl.lit(self.import_id).alias("id_impor"),
        )
        widths = {"alasan": REASON_CHARS, "id_impor": ID_CHARS}
        columns = [
            ColumnOut(n, kind="id", width=widths.get(n), is_wrapped=n == "alasan")
            for n in told.columns
        ]
        return SheetOut(
            plan.name, told, columns, above=above, has_header=False, heads=heads,
            has_footer=False, marks=_marks(plan, cells),
        )  # fmt: skip


def _marks(plan: SheetPlan, cells: Sequence[str]) -> list[Mark]:
    """Return the columns that are tinted in the rows whose reason speaks of them."""
    held = plan.mapping.columns
    return [
        Mark((f"c{held[field] + 1}",), "alasan", word)
        for field, word in SPOKEN_OF.items()
        if field in held and f"c{held[field] + 1}" in cells
    ]


def _above(
    frame: pl.DataFrame, plan: SheetPlan, first_row: int, cells: Sequence[str]
) -> tuple[list[list[str | None]], list[int]]:
    """Return title and header rows, the added names on the lowest, and which are the header."""
    top = frame.head(plan.layout.first_data_row - first_row).select(cells)
    rows = [list(row) for row in top.iter_rows()]
    heads = [row - first_row for row in plan.layout.header_rows]
    if not heads:
        rows.append([None] * len(cells))
        heads = [len(rows) - 1]
    for at in heads:
        rows[at] = [*rows[at], *(ADDED if at == heads[-1] else [None] * len(ADDED))]
    return rows, heads


def _in_words(column: pl.Series) -> pl.Series:
    """Return reason codes as sentences: what is the matter, then what to do."""
    distinct = column.unique().drop_nulls()
    said = []
    for codes in distinct.to_list():
        held = codes.split(",")
        known = {part for code in held for part in SAID_BY.get(code, ())}
        spoken = [reasons()[c] for c in held if c not in known]
        said.append(" ".join(f"{r.what.id} {r.do.id}" for r in spoken))
    told = dict(zip(distinct.to_list(), said, strict=True))
    return column.replace_strict(told, default=None, return_dtype=pl.String)
