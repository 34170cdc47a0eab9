"""The waiting list: who meets every rule and has no place, in the order of the rule set."""

from __future__ import annotations

from datetime import date

import polars as pl

from cakup.documents.plan.blocks import Book
from cakup.documents.plan.facts import PlanFacts
from cakup.documents.plan.masking import first_occupation
from cakup.kernel.months import MONTHS_ID_SHORT
from cakup.pipeline.plan_inputs import PlanInputs
from cakup.planning.people import MAY_BEGIN, ranked
from cakup.planning.settings import PlanSettings
from cakup.sheets import ColumnOut, SheetOut

#: Rows of the first sheet: what is worth printing. The whole list is hundreds of pages.
CALLED_FIRST = 200
GUIDE = (
    "Cara memakai daftar tunggu",
    "Tempat yang kosong (meninggal, pindah, bekerja pada perusahaan, tidak lolos verval) diisi "
    "dari atas. Urutan mengikuti kriteria; undian hanya memutuskan di antara yang sama "
    "kedudukannya.",
    f"Lembar pertama memuat {CALLED_FIRST} orang yang dipanggil dahulu: cetak lembar itu saja. "
    "Selebihnya ada pada lembar Selanjutnya, untuk dicari dan disaring.",
    "Yang melewati batas umur sebelum bulan pertama rencana tidak ada di sini; yang melewatinya di "
    "tengah tahun disebut bulan terakhirnya.",
    "Melompati urutan adalah perubahan dengan tangan: cakup plan --add TANDA --reason ALASAN, "
    "tercatat.",
)


def waiting_book(facts: PlanFacts, inputs: PlanInputs) -> Book:
    """Return the waiting list as a workbook.

    Args:
        facts: The plan.
        inputs: What it stands on.
    """
    start = facts.summary["settings"]["start"]
    settings = PlanSettings(
        facts.year, inputs.basis.as_of, int(facts.summary["seed"]), inputs.rules.id, (),
        start=date.fromisoformat(f"{start}-01") if start else None,
    )  # fmt: skip
    order = ranked(inputs.told, inputs.rules, settings, pl.lit(0)).frame.filter(MAY_BEGIN)
    chosen = facts.people.get_column("person_id").unique().to_list()
    held = order.filter(~pl.col("person_id").is_in(chosen)).sort("rank")
    codes = held.get_column("kode").drop_nulls().unique().to_list()
    named = inputs.places.named(codes)
    frame = held.select(
        urutan=pl.int_range(1, held.height + 1), nama="nama", nik="nik",
        kelurahan=pl.col("kode").replace_strict(named, default=None, return_dtype=pl.String),
        alamat="alamat",
        pekerjaan=pl.col("pekerjaan").map_elements(first_occupation, return_dtype=pl.String),
        desil=pl.when(pl.col("desil") > 0).then(pl.col("desil")),
        peserta_lama=pl.when("is_kept").then(pl.lit("ya")),
        periksa=_note(facts.year), kode="kode",
        person_id="person_id",
    )  # fmt: skip
    columns = [
        ColumnOut("urutan", "Urutan", "count", width=9), ColumnOut("nama", "Nama", width=34),
        ColumnOut("nik", "NIK", "id", width=19),
        ColumnOut("kelurahan", "Kelurahan", width=18), ColumnOut("alamat", "Alamat", width=28),
        ColumnOut("pekerjaan", "Pekerjaan", width=20),
        ColumnOut("desil", "Desil", "count", width=8),
        ColumnOut("peserta_lama", "Peserta tahun lalu", width=12),
        ColumnOut("periksa", "Catatan", width=28),
        ColumnOut("kode", "Kode kelurahan", "id", width=16),
        ColumnOut("person_id", "Tanda orang", "id", width=24),
    ]  # fmt: skip
    above: list[list[str | None]] = [
        [f"Daftar tunggu bantuan iuran {facts.year}{facts.state}"],
        ["Rahasia: memuat data pribadi. Tempat yang kosong diisi dari atas"],
        [None],
    ]
    parts = [("Dipanggil dahulu", frame.head(CALLED_FIRST))]
    if frame.height > CALLED_FIRST:
        parts.append(("Selanjutnya", frame.slice(CALLED_FIRST)))
    sheets = [SheetOut(name, part, columns, freeze_columns=2, above=above) for name, part in parts]
    return Book("daftar-tunggu", sheets, guide=GUIDE, has_names=True)


def _note(year: int) -> pl.Expr:
    """Return what to know before a person is called: facts to check, a last month."""
    last = {n: f"batas umur: sampai {m} {year}" for n, m in enumerate(MONTHS_ID_SHORT[:-1])}
    until = pl.col("end").replace_strict(last, default=None, return_dtype=pl.String)
    check = pl.when("to_check").then(pl.lit("perlu diverifikasi"))
    told = pl.concat_str(check, until, separator="; ", ignore_nulls=True)
    return pl.when(told != "").then(told)
