"""Whom to call: self-payers whose iuran rises, and persons whose aid ends, by name."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cakup.documents.findings_workbook import PAYERS
from cakup.engines.duckdb import DuckEngine
from cakup.engines.files import whole_file
from cakup.kernel import spelling
from cakup.kernel.identifiers import mask_nik
from cakup.kernel.language import Lang, Text
from cakup.places.registry import Places
from cakup.sheets import ColumnOut, Paper, SheetOut, write_xlsx

SHEETS = {
    "iuran_naik": Text("Iuran naik", "Iuran rises"),
    "berakhir": Text("Bantuan berakhir", "Aid ends"),
}
_SECRET = Text("Rahasia: memuat data pribadi", "Confidential: holds personal data")
GUIDE = (
    Text("Siapa yang dihubungi", "Whom to call"),
    Text(
        "Iuran naik: peserta mandiri yang iurannya naik sejak bulan itu karena potongan berakhir. "
        "Hubungi sebelum bulan itu; sering mereka berhenti karena tidak tahu.",
        "Iuran rises: self-payers who pay more from that month on because the discount ends. Call "
        "them before it; often they stop because nobody told them.",
    ),
    Text(
        "Bantuan berakhir: bulan pertama tanpa bayaran, dan iuran sebulan yang menjaganya.",
        "Aid ends: the first month that nobody pays, and the monthly iuran that would keep it.",
    ),
    Text(
        "Rahasia: memuat data pribadi. Rupiah adalah perkiraan menurut hukum yang berlaku.",
        "Confidential: holds personal data. Rupiah are estimates by the law in force.",
    ),
)


def contacts(engine: DuckEngine) -> pl.DataFrame:
    """Return how persons are called and reached: ``person_id, nama, nik, kode, telepon``.

    Args:
        engine: Engine in which the basis was prepared.
    """
    has_phone = "telepon" in engine.frame("SELECT * FROM records LIMIT 0").columns
    phone = (
        "arg_min(r.telepon, r.record_id) FILTER (r.telepon IS NOT NULL)" if has_phone else "NULL"
    )
    return engine.frame(f"""
        SELECT p.person_id, p.nama, p.nik, p.kode_wilayah_ktp AS kode, t.telepon::VARCHAR AS telepon
        FROM persons p LEFT JOIN (
          SELECT m.person_id, {phone} AS telepon FROM records r
          JOIN memberships m ON m.record_id = r.record_id GROUP BY m.person_id) t USING (person_id)
        ORDER BY p.person_id""")


def write_names(
    path: Path, lapses: pl.DataFrame, persons: pl.DataFrame, places: Places, lang: Lang, *,
    show_identity: bool,
) -> int:  # fmt: skip
    """Write the workbook.

    Args:
        path: File to write.
        lapses: As ``forecast.Result.lapses``.
        persons: As ``contacts`` returns.
        places: Areas, for their names.
        lang: Language.
        show_identity: Whether NIKs stand in full.

    Returns:
        Rows written.
    """
    held = lapses.join(persons, on="person_id", how="left").sort("bulan", "kode", "nama")
    codes = held.get_column("kode").drop_nulls().unique()
    held = held.with_columns(
        pl.col("kode").replace_strict(places.named(codes), default=None, return_dtype=pl.String)
    )
    sheets = [_sheet(held.filter(pl.col("what") == what), name, lang, show_identity=show_identity)
              for what, name in SHEETS.items()]  # fmt: skip
    with whole_file(path) as temporary:
        write_xlsx(temporary, sheets, guide=[t(lang) for t in GUIDE], title=path.stem)
    return held.height


def _sheet(held: pl.DataFrame, name: Text, lang: Lang, *, show_identity: bool) -> SheetOut:
    nik = pl.col("nik") if show_identity else pl.col("nik").map_elements(
        mask_nik, return_dtype=pl.String, skip_nulls=False
    )  # fmt: skip
    months = {m: spelling.month(m, lang) for m in held.get_column("bulan").unique()}
    payers = {p: PAYERS[p](lang) for p in held.get_column("payer").drop_nulls().unique()}
    frame = held.select(
        nama="nama", nik=nik,
        wilayah="kode",
        telepon="telepon",
        bulan=pl.col("bulan").replace_strict(months, default=None, return_dtype=pl.String),
        pembayar=pl.col("payer").replace_strict(payers, default=None, return_dtype=pl.String),
        sebelum="rupiah_before", sesudah="rupiah", person_id="person_id",
    )  # fmt: skip
    columns = [
        ColumnOut("nama", Text("Nama", "Name")(lang), width=30),
        ColumnOut("nik", "NIK", "id", width=19),
        ColumnOut("wilayah", Text("Wilayah KTP", "Place of KTP")(lang), width=20),
        ColumnOut("telepon", Text("Telepon", "Telephone")(lang), "id", width=16),
        ColumnOut("bulan", Text("Mulai bulan", "From month")(lang), width=14),
        ColumnOut("pembayar", Text("Pembayar", "Payer")(lang), width=16),
        ColumnOut("sebelum", Text("Iuran sebelumnya", "Iuran before")(lang), "rupiah", width=18),
        ColumnOut("sesudah", Text("Iuran sebulan", "Iuran a month")(lang), "rupiah", width=18),
        ColumnOut("person_id", Text("Tanda orang", "Person id")(lang), "id", width=24),
    ]  # fmt: skip
    return SheetOut(
        name(lang), frame, columns, above=[[_SECRET(lang)], [None]], freeze_columns=1,
        print_columns=len(columns) - 1, paper=Paper(note=_SECRET(lang)),
    )  # fmt: skip
