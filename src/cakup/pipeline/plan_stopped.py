"""Who loses cover where a budget changed in the middle of the year is short: by name, to act on."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cakup.documents.plan.blocks import Book
from cakup.documents.plan.facts import PlanFacts, span
from cakup.sheets import ColumnOut, SheetOut

GUIDE = (
    "Bila perubahan APBD ini disahkan",
    "Daftar ini: peserta yang tidak terbayar lagi, yang terakhir dalam urutan kriteria lebih "
    "dahulu. Beri tahu mereka sebelum bulan itu; tawarkan iuran mandiri atau penyandang dana lain.",
    "Keputusan perubahan dengan lampirannya, RKPA/DPPA, anggaran kas, dan pemberitahuan kepada "
    "mereka: cakup documents --change NAMA-SKENARIO. Dokumen lain di sini adalah dokumen rencana "
    "dasar.",
    "Dokumen itu menganggap bulan sebelum perubahan terbayar menurut rencana. Bila kenyataannya "
    "lain: impor data peserta dan pembayaran sampai bulan itu, cakup link, cakup ledger, lalu di "
    "plan.toml tulis plan.as_of yang baru, plan.start bulan perubahan, dan pagu_rp sisa pagu; "
    "sesudah itu cakup plan dan cakup documents.",
)


def stopped_books(folder: Path, facts: PlanFacts) -> list[Book]:
    """Return one workbook per scenario whose changed budget stops somebody.

    Args:
        folder: Folder of the plan, with ``berhenti-<scenario>.parquet``.
        facts: The plan.
    """
    books = []
    for one in facts.summary["scenarios"]:
        path = folder / f"berhenti-{one['id']}.parquet"
        if one.get("mid_year") and path.exists():
            books.append(_book(one["id"], one["title"] or one["id"], pl.read_parquet(path), facts))
    return books


def _book(scenario: str, title: str, stopped: pl.DataFrame, facts: PlanFacts) -> Book:
    """Return the workbook of one scenario."""
    people = facts.people.sort("first").unique("person_id", keep="last", maintain_order=True)
    held = stopped.join(people.drop("rank"), on="person_id", how="left", maintain_order="left")
    since = [span(d, d) for d in held.get_column("tanpa_perlindungan")]
    frame = held.select(
        urutan=pl.int_range(1, held.height + 1), nama="nama", nik="nik", telepon="telepon",
        kelurahan="kelurahan", alamat="alamat", dompet="purse",
        sejak=pl.Series(since, dtype=pl.String),
        kriteria="rank", person_id="person_id",
    )  # fmt: skip
    columns = [
        ColumnOut("urutan", "No", "count", width=7), ColumnOut("nama", "Nama", width=30),
        ColumnOut("nik", "NIK", "id", width=19), ColumnOut("telepon", "Telepon", "id", width=16),
        ColumnOut("kelurahan", "Kelurahan", width=18), ColumnOut("alamat", "Alamat", width=28),
        ColumnOut("dompet", "Dompet semula", width=18),
        ColumnOut("sejak", "Tanpa perlindungan sejak", width=16),
        ColumnOut("kriteria", "Urutan kriteria", "count", width=11),
        ColumnOut("person_id", "Tanda orang", "id", width=24),
    ]  # fmt: skip
    above: list[list[str | None]] = [
        [f"Kehilangan perlindungan: {title}{facts.state}"],
        ["Rahasia: memuat data pribadi. Skenario, bukan keputusan"], [None],
    ]  # fmt: skip
    sheet = SheetOut("Berhenti", frame, columns, freeze_columns=2, above=above)
    return Book(f"berhenti-{scenario}", [sheet], guide=GUIDE, has_names=True)
