"""A measurement as rows: CSV and workbook, with definitions and sources on every row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from cakup.coverage.counts import AXES
from cakup.engines.files import whole_file
from cakup.kernel.figures import Figure
from cakup.kernel.language import Lang, Text
from cakup.pipeline.measure import Measurement
from cakup.pipeline.workspace import Workspace
from cakup.sheets.delimited import write_csv
from cakup.sheets.outline import ColumnOut, SheetOut
from cakup.sheets.workbook import write_xlsx

#: Column → kind of cell and its type; the names are the interface, units and dates are ISO.
COLUMNS: dict[str, tuple[Any, Any]] = {
    "ukuran": ("text", pl.String),
    **dict.fromkeys(AXES, ("text", pl.String)),
    "pembilang": ("count", pl.Int64), "penyebut": ("count", pl.Int64),
    "nilai": ("percent", pl.Float64), "batas_bawah": ("count", pl.Int64),
    "batas_atas": ("count", pl.Int64), "selang_bawah": ("percent", pl.Float64),
    "selang_atas": ("percent", pl.Float64), "disembunyikan": ("text", pl.String),
    "tanggal": ("date", pl.Date), "diketahui_sampai": ("date", pl.Date),
    "wilayah_menurut": ("text", pl.String), "belum_dikonfirmasi": ("text", pl.String),
    "definisi_pembilang": ("text", pl.String), "definisi_penyebut": ("text", pl.String),
    "sumber": ("text", pl.String),
}  # fmt: skip
TARGET_COLUMNS: dict[str, tuple[Any, Any]] = {
    "id": ("text", pl.String), "pembacaan": ("text", pl.String), "penerbit": ("text", pl.String),
    "dokumen": ("text", pl.String), "tahun": ("text", pl.String), "status": ("text", pl.String),
    "target": ("percent", pl.Float64), "orang": ("count", pl.Int64),
    "orang_sekarang": ("count", pl.Int64), "kurang": ("count", pl.Int64),
    "dasar_orang": ("count", pl.Int64), "dasar_tanggal": ("text", pl.String),
    "cara_membaca": ("text", pl.String),
}  # fmt: skip
GUIDE = {
    "id": (
        "Setiap baris adalah satu angka dengan pembilang, penyebut, tanggal, aturan wilayah, dan "
        "sumbernya. Jangan menyalin persennya tanpa keterangan itu.",
        "Batas bukan selang kepercayaan: batas bawah hanya memakai tautan yang pasti, batas atas "
        "semua yang mungkin.",
        "Bagian dari pekerja tercatat (menurut kecamatan, umur, sektor, …) bukan UCJ.",
    ),
    "en": (
        "Every row is one figure with numerator, denominator, date, region rule and source. Do not "
        "copy its percentage without them.",
        "Bounds are no confidence interval: the lower one keeps certain links only, the upper one "
        "all that is possible.",
        "Shares of the listed workers (by kecamatan, age, sector, …) are not UCJ.",
    ),
}


def rows_of(figures: Sequence[Figure]) -> pl.DataFrame:
    """Return figures as a table with the columns ``COLUMNS``."""
    rows = [
        {
            "ukuran": f.name, **{axis: f.by.get(axis) for axis in AXES},
            "pembilang": f.numerator, "penyebut": f.denominator, "nilai": f.value,
            "batas_bawah": f.bounds[0] if f.bounds else None,
            "batas_atas": f.bounds[1] if f.bounds else None,
            "selang_bawah": f.interval[0] if f.interval else None,
            "selang_atas": f.interval[1] if f.interval else None,
            "disembunyikan": "ya" if f.suppressed else None, "tanggal": f.as_of,
            "diketahui_sampai": f.known_on, "wilayah_menurut": f.region_rule,
            "belum_dikonfirmasi": ", ".join(f.unconfirmed) or None,
            "definisi_pembilang": f.numerator_definition,
            "definisi_penyebut": f.denominator_definition,
            "sumber": "; ".join(f"{s.issuer}: {s.document}" for s in f.sources) or None,
        }
        for f in figures
    ]  # fmt: skip
    return pl.DataFrame(rows, schema={name: kind for name, (_, kind) in COLUMNS.items()})


def target_rows(held: Measurement) -> pl.DataFrame:
    """Return the distances to targets as a table with the columns ``TARGET_COLUMNS``."""
    rows = [
        {
            "id": t.entry.id, "pembacaan": t.reading or None, "penerbit": t.entry.issuer,
            "dokumen": t.entry.document, "tahun": str(t.entry.year or ""),
            "status": t.entry.status, "target": float(t.target_share),
            "orang": t.target_persons, "orang_sekarang": t.current_persons,
            "kurang": t.needed_persons, "dasar_orang": t.baseline_persons,
            "dasar_tanggal": t.baseline_on or None, "cara_membaca": t.entry.reading,
        }
        for t in held.targets
    ]  # fmt: skip
    return pl.DataFrame(rows, schema={name: kind for name, (_, kind) in TARGET_COLUMNS.items()})


def csv_text(held: Measurement) -> str:
    """Return the figures as CSV text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "angka.csv"
        write_csv(path, _used(rows_of(held.figures)))
        return path.read_text(encoding="utf-8-sig")


def export(held: Measurement, path: Path, shape: str, workspace: Workspace) -> int:
    """Write a measurement to a file that appears whole, and record the export.

    Args:
        held: The measurement; it names no person.
        path: File to write.
        shape: ``csv``, ``json`` or ``xlsx``.
        workspace: Workspace whose register of runs notes purpose and row count.

    Returns:
        Number of figures written.
    """
    frame = _used(rows_of(held.figures))
    with whole_file(path) as temporary:
        if shape == "csv":
            write_csv(temporary, frame)
        elif shape == "json":
            text = json.dumps(held.as_json(), ensure_ascii=False, indent=1)
            temporary.write_text(text + "\n", encoding="utf-8")
        else:
            write_xlsx(
                temporary, _sheets(held, frame), guide=GUIDE[held.request.lang],
                title=held.place_name, lang=held.request.lang,
            )  # fmt: skip
    workspace.record_run(
        "measure-export", {"file": path.name, "format": shape},
        purpose="angka cakupan tanpa nama", rows=frame.height, measured_by=held.run_id,
    )  # fmt: skip
    return frame.height


def _sheets(held: Measurement, frame: pl.DataFrame) -> list[SheetOut]:
    """Return the sheets of the workbook: figures, targets, and the terms of a change."""
    lang: Lang = held.request.lang
    sheets = [
        SheetOut(Text("Angka", "Figures")(lang), frame, _columns(frame, COLUMNS), freeze_columns=1)
    ]
    if held.targets:
        targets = target_rows(held)
        columns = _columns(targets, TARGET_COLUMNS)
        sheets.append(SheetOut(Text("Target", "Targets")(lang), targets, columns))
    if held.change is not None:
        terms = pl.DataFrame(
            {"sebab": list(held.change.terms), "orang": list(held.change.terms.values())}
        )
        columns = (ColumnOut("sebab"), ColumnOut("orang", kind="count", has_total=True))
        sheets.append(SheetOut(Text("Perubahan", "Change")(lang), terms, columns))
    return sheets


def _used(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out the axes that nothing is broken down by."""
    return frame.drop([a for a in AXES if frame[a].null_count() == frame.height])


def _columns(frame: pl.DataFrame, kinds: dict[str, tuple[Any, Any]]) -> tuple[ColumnOut, ...]:
    return tuple(ColumnOut(name, kind=kinds[name][0]) for name in frame.columns)
