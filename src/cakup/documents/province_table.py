"""The table of a province: one row per kabupaten/kota, the sum, what is missing, what it means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cakup.coverage.summary import Merged
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.sheets import ColumnOut, Paper, SheetOut, write_xlsx

HIDDEN = Text(
    "{n} kabupaten/kota tanpa angka: disembunyikan supaya kelompok kecil tidak dapat dihitung.",
    "{n} cities without a count: hidden so that small groups cannot be worked out.",
)


def write_province(
    path: Path, rows: pl.DataFrame, held: Merged, total_source: str,
    once: Mapping[str, Any] | None, lang: Lang = "id",
) -> None:  # fmt: skip
    """Write the table.

    Args:
        path: File to write; the caller makes it appear whole.
        rows: One row per city.
        held: Sums, missing cities, the province's own figure.
        total_source: Where that figure stands.
        once: People counted once by name, None without.
        lang: Language.
    """
    first = held.summaries[0]
    day = spelling.day(date.fromisoformat(first.as_of), lang)
    title = Text(f"Cakupan per kabupaten/kota, {day}", f"Coverage by city and regency, {day}")(lang)
    missing = pl.DataFrame(
        {"kode": [k for k, _ in held.missing], "nama": [n for _, n in held.missing]},
        schema={"kode": pl.String, "nama": pl.String},
    )
    sheets = [
        SheetOut(Text("Tabel", "Table")(lang), rows, _columns(lang),
                 above=[[title], [first.numerator_definition], [_sums(held, total_source, lang)],
                        [None]],
                 footer=_notes(rows, held, once, lang), freeze_columns=2,
                 paper=Paper(row_points=18.0)),
        SheetOut(Text("Belum ada", "Missing")(lang), missing,
                 [ColumnOut("kode", Text("Kode", "Code")(lang), "id"),
                  ColumnOut("nama", Text("Kabupaten/kota", "City or regency")(lang))],
                 above=[[Text("Belum mengirim ringkasan", "Sent no summary")(lang)], [None]]),
    ]  # fmt: skip
    write_xlsx(path, sheets, title=title, lang=lang, has_summary=False)


def _columns(lang: Lang) -> list[ColumnOut]:
    return [
        ColumnOut("kode", Text("Kode", "Code")(lang), "id"),
        ColumnOut("nama", Text("Kabupaten/kota", "City or regency")(lang)),
        ColumnOut("aktif", Text("Aktif", "Active")(lang), "count"),
        ColumnOut("penyebut", Text("Penyebut", "Denominator")(lang), "count"),
        ColumnOut("cakupan", Text("Cakupan", "Coverage")(lang), "percent"),
        ColumnOut("jenis_penyebut", Text("Jenis penyebut", "Kind of denominator")(lang)),
        ColumnOut("tahun", Text("Tahun", "Year")(lang)),
        ColumnOut("status", Text("Status penyebut", "Status")(lang)),
        ColumnOut("pekerja_tercatat", Text("Pekerja tercatat", "Listed workers")(lang), "count"),
        ColumnOut("aktif_tanpa_wilayah", Text("Aktif tanpa wilayah", "Active, no place")(lang),
                  "count"),
        ColumnOut("diketahui_sampai", Text("Data sampai", "Data by")(lang)),
    ]  # fmt: skip


def _sums(held: Merged, total_source: str, lang: Lang) -> str:
    n = spelling.count(held.active, lang)
    told = Text(f"{len(held.summaries)} kabupaten/kota, {n} orang aktif",
                f"{len(held.summaries)} cities, {n} active persons")(lang)  # fmt: skip
    if held.total is not None and held.difference is not None:
        theirs, gap = spelling.count(held.total, lang), f"{held.difference:+,}".replace(",", ".")
        where = f" ({total_source})" if total_source else ""
        text = Text(
            f"; angka provinsi {theirs}{where}, selisih {gap}",
            f"; the province's figure {theirs}{where}, difference {gap}",
        )
        told += text(lang)
    return told + "."


def _notes(
    rows: pl.DataFrame, held: Merged, once: Mapping[str, Any] | None, lang: Lang
) -> list[str]:
    """Return what a reader must know before adding up."""
    lines = []
    if held.denominator is None:
        text = Text(
            "Persen provinsi tidak dihitung: jenis atau tahun penyebut tidak sama, atau ada yang "
            "tidak mempunyainya.",
            "No percentage of the province: denominators differ in kind or year, or one lacks.",
        )
        lines.append(text(lang))
    elif not held.missing:
        share = spelling.percent(held.active / held.denominator, 1, lang)
        lines.append(Text(f"Cakupan provinsi {share}.", f"Coverage of the province {share}.")(lang))
    if held.missing:
        n = len(held.missing)
        text = Text(
            f"{n} kabupaten/kota belum mengirim; jumlah ini bukan angka provinsi.",
            f"{n} cities sent nothing; this sum is not the province's.",
        )
        lines.append(text(lang))
    if rows["aktif"].null_count():
        lines.append(HIDDEN.format(lang, n=rows["aktif"].null_count()))
    lines.append(_once_words(held, once)(lang))
    return lines


def _once_words(held: Merged, once: Mapping[str, Any] | None) -> Text:
    """Return what is known of people whom two cities have."""
    region = held.summaries[0].region
    if once is None:
        return Text(
            "Tanpa nama, orang yang tercatat aktif di dua kota tidak dapat dikenali; aturan "
            f"wilayah {region} menghitungnya di tempat yang disebut data masing-masing kota.",
            "Without names, somebody active in two cities cannot be told; the region rule "
            f"{region} counts each person where each city's data say.",
        )
    places = ", ".join(once["places"])
    return Text(
        f"Dengan nama ({places}): {once['active']} orang, masing-masing sekali; {once['twice']} "
        f"terhitung lagi di kota lain; {once['without_nik']} tanpa NIK.",
        f"By name ({places}): {once['active']} persons, each once; {once['twice']} counted again "
        f"elsewhere; {once['without_nik']} without a NIK.",
    )
