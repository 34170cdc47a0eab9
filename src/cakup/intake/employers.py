"""Rows about employers become ``employers``."""

from __future__ import annotations

import polars as pl

from cakup.intake import areas, vocabulary
from cakup.intake.built import Built, Memory
from cakup.intake.cells import Rows
from cakup.intake.settings import Settings


def build(cells: pl.DataFrame, settings: Settings, memory: Memory) -> Built:
    """Make employers of employer rows.

    Args:
        cells: Fields of the data rows as text.
        settings: Settings of the import.
        memory: What earlier parts of the file told.

    Returns:
        Columns of ``EMPLOYERS`` without lineage, with flags and measures.
    """
    rows = Rows(cells, settings, memory)
    rows.made["npp"] = rows.digits("npp")
    rows.made["nama_pemberi_kerja"] = rows.text("nama_pemberi_kerja")
    rows.made["sektor"] = rows.text("sektor")
    rows.made["kode_wilayah_kerja"] = place_of_work(rows)
    rows.made["n_pekerja"] = rows.read(
        "n_pekerja", pl.Int64, vocabulary.count, "n_pekerja_unreadable"
    )
    rows.made["is_terdaftar"] = _registered(rows)
    rows.flags["no_employer"] = (
        rows.made["npp"].is_null() & rows.made["nama_pemberi_kerja"].is_null()
    )
    if rows.has("npp"):
        rows.flags["npp_missing"] = rows.made["npp"].is_null()
    table = pl.DataFrame(rows.made).with_row_index("at")
    return Built(table, pl.DataFrame(rows.flags), rows.always(False), _measures(rows))


def place_of_work(rows: Rows) -> pl.Series:
    """Return the code of the place of work: stated as such, else the address of the employer."""
    for suffix in ("_kerja", ""):
        found = areas.resolve(rows.cells, suffix, rows.settings)
        if found is not None:
            status = found.get_column("status")
            for name, code in (
                ("unknown", "kelurahan_unknown"), ("ambiguous", "kelurahan_ambiguous"),
                ("outside", "kelurahan_outside"), ("code_unknown", "kode_wilayah_unknown"),
                ("disagrees", "kode_wilayah_disagrees"),
            ):  # fmt: skip
                rows.flags[code] = status == name
            return found.get_column("kode")
    return rows.nothing(pl.String)


def _registered(rows: Rows) -> pl.Series:
    """Return whether the employer is registered; an NPP says so where no column does."""
    stated = rows.read("is_terdaftar", pl.Boolean, vocabulary.flag, "registered_unknown")
    has_npp = pl.when(pl.col("npp").is_not_null()).then(pl.lit(True))
    told = pl.DataFrame({"s": stated, "npp": rows.made["npp"]})
    return told.select(pl.coalesce("s", has_npp)).to_series()


def _measures(rows: Rows) -> dict[str, pl.Series]:
    """Return the parts of the quality score of a sender."""
    return {
        "nama_terbaca": rows.made["nama_pemberi_kerja"].is_not_null(),
        "npp_terisi": rows.made["npp"].is_not_null(),
        "wilayah_dikenal": rows.made["kode_wilayah_kerja"].is_not_null(),
        "jumlah_pekerja_terbaca": rows.made["n_pekerja"].is_not_null(),
    }
