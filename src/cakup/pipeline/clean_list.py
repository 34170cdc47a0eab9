"""The clean list of known workers, and the rows that turned out to be one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from cakup.documents.clean_list import write_clean_list
from cakup.engines.files import whole_file
from cakup.kernel.language import Lang
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.basis import prepare
from cakup.pipeline.places import city_places
from cakup.pipeline.workspace import Workspace

PURPOSE = "daftar bersih pekerja"
_WORKED = "('daftar_pekerja', 'dtsen')"


@dataclass(frozen=True)
class Result:
    """What was written.

    Args:
        out: The workbook.
        persons: Persons on the clean list.
        repeated: Of these, persons on several rows.
        rows: Rows of lists behind them.
    """

    out: str
    persons: int
    repeated: int
    rows: int


def clean_list(
    workspace: Workspace, out: Path, as_of: date, *, lang: Lang = "id",
    progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Write every known worker of the city once, and beside it the rows that are one person.

    Args:
        workspace: Workspace, linked.
        out: Workbook to write.
        as_of: Day for which it holds.
        lang: Language.
        progress: Listener.

    Raises:
        InputError: ``workspace.table_missing`` before the first ``link``.
    """
    places = city_places(workspace, as_of)
    with workspace.engine() as engine:
        basis = prepare(engine, workspace, as_of, progress=progress, regions=("ktp",))
        files = pl.DataFrame(
            [(i.id, i.file_name, i.sender) for i in basis.imports],
            schema=dict.fromkeys(("import_id", "file_name", "sender"), pl.String), orient="row",
        )  # fmt: skip
        engine.register("list_files", files)
        inside = (
            f"(w.kode_wilayah_ktp IS NULL OR w.kode_wilayah_ktp = '{workspace.place}'"
            f" OR w.kode_wilayah_ktp LIKE '{workspace.place}.%')"
        )
        engine.run(f"""
            CREATE TEMP TABLE clean_rows AS
            SELECT m.person_id, m.sheet, m.sheet_row, f.file_name, f.sender, m.record_id
            FROM memberships m JOIN list_files f USING (import_id)
            WHERE m.kind IN {_WORKED}""")
        persons = engine.frame(f"""
            SELECT w.nama, w.nik, w.tanggal_lahir, w.jenis_kelamin, w.kode_wilayah_ktp AS kode,
              w.pekerjaan, coalesce(r.n, 0) AS n_rows, w.senders, w.person_id
            FROM workers w LEFT JOIN (SELECT person_id, count(*) AS n FROM clean_rows GROUP BY ALL)
              r USING (person_id)
            WHERE {inside} ORDER BY kode NULLS LAST, w.nama, w.person_id""")
        repeats = engine.frame(f"""
            SELECT w.nama, r.file_name, r.sheet, r.sheet_row, r.sender, r.person_id
            FROM clean_rows r JOIN workers w USING (person_id)
            WHERE {inside} QUALIFY count(*) OVER (PARTITION BY r.person_id) > 1
            ORDER BY w.nama, r.person_id, r.sender, r.file_name, r.sheet, r.sheet_row""")
    names = {
        k: a.nama if (a := places.get(k)) else k for k in persons["kode"].unique().drop_nulls()
    }
    kelurahan = pl.col("kode").replace_strict(names, default=None, return_dtype=pl.String)
    city = places.get(workspace.place)
    with whole_file(out) as temporary:
        write_clean_list(
            temporary, persons.with_columns(kelurahan=kelurahan), repeats,
            city.nama if city else workspace.place, as_of, lang,
        )  # fmt: skip
    repeated = repeats["person_id"].n_unique()
    workspace.record_run(
        "clean_list", {"as_of": as_of.isoformat(), "out": out.name}, purpose=PURPOSE,
        rows={"persons": persons.height, "rows": repeats.height}, tables=basis.versions,
    )  # fmt: skip
    return Result(str(out), persons.height, repeated, int(persons["n_rows"].sum()))
