"""Rows taken out of an import for good: its tables, its rows, and the file as received.

A received file becomes an *extract*: the same sheets and rows, the rows of the person blank. Its
name is its new hash; the manifest keeps old name → new name with the number of rows, so that a
figure told earlier can still be explained and the file, sent again, does not bring the person back.
Every step is a whole file and may be repeated.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl

from cakup.engines.files import put, read_json, sha256_of, staged, whole_file, write_json
from cakup.intake.source import Source
from cakup.kernel.errors import CakupError
from cakup.pipeline.workspace import Workspace
from cakup.sheets import ColumnOut, SheetOut, write_csv, write_xlsx

ERASED = "erased"
#: Outcomes of rows that are counted anew.
COUNTED = ("accepted", "noted", "returned", ERASED)
TABLES = ("records", "payments", "answers")
#: Rows by sheet: what is taken out of one import.
Rows = Collection[tuple[str, int]]


def take_out(workspace: Workspace, import_id: str, rows: Rows, decision_id: str) -> dict[str, Any]:
    """Take rows out of an import; taking them out twice is taking them out once.

    Args:
        workspace: Workspace, locked for writing.
        import_id: The import.
        rows: Sheet and row number of each.
        decision_id: Decision on which they go.

    Returns:
        ``rows, old, new``: how many, and the names (hashes) of the received file before and after.
    """
    folder = workspace.root / "imports" / import_id
    manifest = read_json(folder / "manifest.json")
    told = next((e for e in manifest.get(ERASED, ()) if e["decision_id"] == decision_id), None)
    gone = pl.DataFrame(
        sorted(rows), schema={"sheet": pl.String, "sheet_row": pl.Int64}, orient="row"
    )
    for name in TABLES:
        if (folder / f"{name}.parquet").exists():
            _without(folder / f"{name}.parquet", gone, manifest, workspace)
    _mark_erased(folder / "rows.parquet", gone)
    for name in ("returned.xlsx", "returned.csv"):
        (folder / name).unlink(missing_ok=True)
    if told is None:
        old = str(manifest.get("sha256", ""))
        new = _extract(workspace, manifest, gone)
        told = {"decision_id": decision_id, "rows": gone.height, "old": old, "new": new}
        manifest |= {"sha256": new, ERASED: [*manifest.get(ERASED, ()), told],
                     "returned_file": None}  # fmt: skip
        _count(manifest, folder / "rows.parquet")
        write_json(folder / "manifest.json", manifest)
    drop_unnamed(workspace)
    return {k: told[k] for k in ("rows", "old", "new")}


def drop_unnamed(workspace: Workspace) -> None:
    """Delete received files that no manifest names any more."""
    manifests = (workspace.root / "imports").glob("*/manifest.json")
    named = {read_json(path).get("sha256") for path in manifests}
    for path in (workspace.root / "received").iterdir():
        if path.stem not in named:
            path.unlink()


def former_hashes(facts: dict[str, Any]) -> set[str]:
    """Return the hashes under which the file of an import was received and kept."""
    return {str(facts.get("sha256")), *(str(e["old"]) for e in facts.get(ERASED, ()))}


def _without(
    path: Path, gone: pl.DataFrame, manifest: dict[str, Any], workspace: Workspace
) -> None:
    """Write a table of an import without the rows; answers have no sheet of their own."""
    del manifest, workspace
    frame = pl.read_parquet(path)
    if "sheet" in frame.columns:
        kept = frame.join(gone, on=["sheet", "sheet_row"], how="anti", maintain_order="left")
    else:
        row = pl.col("record_id").str.split(".").list.get(2).cast(pl.Int64)
        kept = frame.filter(~row.is_in(gone["sheet_row"].implode()))
    if kept.height < frame.height:
        with whole_file(path) as temporary:
            kept.write_parquet(temporary)


def _mark_erased(path: Path, gone: pl.DataFrame) -> None:
    """Say of the rows that they were taken out; the row numbers stay."""
    frame = pl.read_parquet(path)
    is_gone = pl.struct("sheet", "sheet_row").is_in(gone.to_struct("k").implode())
    marked = frame.with_columns(
        outcome=pl.when(is_gone).then(pl.lit(ERASED)).otherwise("outcome"),
        reasons=pl.when(is_gone).then(pl.lit("")).otherwise("reasons"),
    )
    if not marked.equals(frame):
        with whole_file(path) as temporary:
            marked.write_parquet(temporary)


def _count(manifest: dict[str, Any], path: Path) -> None:
    """Write into the counts of a manifest how many rows have which outcome now."""
    rows = manifest.get("rows")
    if not isinstance(rows, dict):
        return
    told = pl.read_parquet(path, columns=["outcome"])["outcome"].value_counts()
    now = dict(told.iter_rows())
    rows |= {outcome: int(now.get(outcome, 0)) for outcome in COUNTED}


def _extract(workspace: Workspace, manifest: dict[str, Any], gone: pl.DataFrame) -> str:
    """Put an extract beside the received file; return its hash, empty if there is no file."""
    folder = workspace.root / "received"
    source = next(folder.glob(f"{manifest.get('sha256')}.*"), None)
    if source is None:
        return ""
    suffix = ".csv" if source.suffix == ".csv" else ".xlsx"
    with staged(folder, "extract") as temporary:
        try:
            _write_extract(Source(source), temporary, gone, suffix)
        except CakupError:
            # What cannot be read again cannot be cleaned: the file goes as a whole.
            return ""
        new = sha256_of(temporary)
        put(temporary, folder / f"{new}{suffix}")
    return new


def _write_extract(source: Source, path: Path, gone: pl.DataFrame, suffix: str) -> None:
    """Write all sheets as text, the rows taken out blank."""
    sheets = []
    for part, _ in source.parts():
        names = (part.name,) if suffix == ".xlsx" else tuple(gone["sheet"].unique())
        numbers = gone.filter(pl.col("sheet").is_in(names))["sheet_row"]
        number = pl.int_range(part.first_row, part.first_row + part.frame.height)
        frame = part.frame.with_columns(
            pl.when(number.is_in(numbers.implode())).then(None).otherwise(pl.all()).name.keep()
        )
        above: list[list[str | None]] = [[None] for _ in range(part.first_row - 1)]
        columns = [ColumnOut(c, kind="id") for c in frame.columns]
        sheets.append(
            SheetOut(part.name, frame, columns, above=above, has_header=False, has_footer=False)
        )
    if suffix == ".csv":
        frame = pl.concat([s.frame for s in sheets], how="diagonal")
        separator = source.dialect.separator if source.dialect else ";"
        write_csv(path, frame, separator=separator, has_header=False)
        return
    write_xlsx(path, sheets, has_summary=False)
