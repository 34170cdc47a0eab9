"""Rows about construction projects become ``projects``: heads by project and month."""

from __future__ import annotations

import polars as pl

from cakup.intake import values, vocabulary
from cakup.intake.built import Built, Memory
from cakup.intake.cells import Rows
from cakup.intake.employers import place_of_work
from cakup.intake.settings import Settings


def build(cells: pl.DataFrame, settings: Settings, memory: Memory) -> Built:
    """Make projects of project rows.

    Args:
        cells: Fields of the data rows as text.
        settings: Settings of the import.
        memory: What earlier parts of the file told.

    Returns:
        Columns of ``PROJECTS`` without lineage, with flags and measures.
    """
    rows = Rows(cells, settings, memory)
    rows.made["proyek"] = rows.text("proyek")
    month = rows.tidy("bulan")
    rows.made["bulan"] = month.read(values.month, pl.Date)
    rows.flags["bulan_unreadable"] = rows.text("bulan").is_not_null() & rows.made["bulan"].is_null()
    rows.made["n_pekerja"] = rows.read(
        "n_pekerja", pl.Int64, vocabulary.count, "n_pekerja_unreadable"
    )
    rows.flags["project_missing"] = rows.made["proyek"].is_null()
    rows.flags["heads_missing"] = rows.made["n_pekerja"].is_null()
    rows.made["kode_wilayah_kerja"] = place_of_work(rows)
    table = pl.DataFrame(rows.made).with_row_index("at")
    measures = {
        "proyek_terbaca": rows.made["proyek"].is_not_null(),
        "jumlah_pekerja_terbaca": rows.made["n_pekerja"].is_not_null(),
    }
    return Built(table, pl.DataFrame(rows.flags), rows.always(False), measures)
