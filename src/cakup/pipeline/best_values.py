"""One person's values from all of his rows: what most lists say, and what says it best.

Support is counted in lists, not in rows: a row repeated within a list, or in every snapshot of it,
is one voice. Ties are broken by the quality of the value, then by the value itself, so the order of
rows and files never matters.

Most persons have one value per column. One pass over all rows finds these; only where rows differ
are voices counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from cakup.names.normal import normal_names
from cakup.pipeline.fingerprints import IMPORT_SHIFT
from cakup.pipeline.imports import Import

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine

PLACES = ("kode_wilayah_ktp", "kode_wilayah_domisili", "kode_wilayah_kerja")
VOTED = ("nik", "nama", "tanggal_lahir", "jenis_kelamin", "meninggal_on")


def make_persons(
    engine: SqlEngine, imports: Sequence[Import], clusters: str = "cluster_persons"
) -> None:
    """Make the temp table ``made_persons`` with the columns of ``persons``.

    Args:
        engine: Holds ``records``, ``record_marks``, ``r_clusters`` and ``cluster_persons``.
        imports: The imports of those records.
        clusters: Table to take instead of ``cluster_persons``: some of its rows.
    """
    _voices(engine, imports, clusters)
    _plain_values(engine)
    _forms(engine)
    for column, sql in {
        "nik": _nik(),
        "nama": _NAMA,
        "tanggal_lahir": _birth(),
        "jenis_kelamin": _sex(),
        "meninggal_on": _most_said("meninggal_on"),
    }.items():
        engine.run(f"CREATE OR REPLACE TEMP TABLE best_{column} AS {sql}")
    joins = " ".join(f"LEFT JOIN best_{c} ON best_{c}.person_no = p.person_no" for c in VOTED)
    chosen = {c: f"coalesce(best_{c}.{c}, CASE WHEN p.{c}_1 = p.{c}_2 THEN p.{c}_1 END)"
              for c in VOTED}  # fmt: skip
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE made_persons AS
        SELECT n.person_id, {", ".join(f"{sql} AS {c}" for c, sql in chosen.items())},
               {", ".join(f"p.{c}" for c in PLACES)}, p.is_known_worker, p.n_records
        FROM plain_values p JOIN person_numbers n ON n.person_no = p.person_no {joins}""")


def _voices(engine: SqlEngine, imports: Sequence[Import], clusters: str) -> None:
    """Make ``voices``: every row with its person, its list and how recent it is (0 = latest).

    Persons are numbered for the while: grouping by whole numbers is much faster than by text.
    """
    lists = {key: n for n, key in enumerate(sorted({i.list_key for i in imports}))}
    latest_first = sorted(imports, key=lambda i: (i.as_of, i.received_on, i.id), reverse=True)
    frame = pl.DataFrame(
        [(i.id, lists[i.list_key], n) for n, i in enumerate(latest_first)],
        schema={"import_id": pl.String, "list_no": pl.Int64, "back": pl.Int64},
        orient="row",
    )
    engine.register("voice_lists", frame)
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE person_numbers AS
        SELECT cluster_id, person_id, row_number() OVER () AS person_no FROM {clusters}""")
    row_in_import = (1 << IMPORT_SHIFT) - 1
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE voices AS
        SELECT p.person_no, l.list_no, (l.back << {IMPORT_SHIFT}) + (m.age & {row_in_import})
                   AS back,
               nullif(m.nama_form, '') AS nama_form, r.kind, r.nik,
               CASE WHEN m.nama_form <> '' THEN r.nama END AS nama,
               r.tanggal_lahir, r.tanggal_lahir_status, r.jenis_kelamin,
               {", ".join(f"r.{name}" for name in PLACES)}, r.is_pekerja,
               CASE WHEN r.kind IN ('kematian', 'lapangan') THEN r.meninggal_on END AS meninggal_on
        FROM records r
        JOIN r_clusters c ON c.record_id = r.record_id
        JOIN person_numbers p ON p.cluster_id = c.cluster_id
        JOIN record_marks m ON m.record_id = r.record_id
        JOIN voice_lists l ON l.import_id = r.import_id""")
    engine.drop("voice_lists")


def _plain_values(engine: SqlEngine) -> None:
    """Make ``plain_values``: one row per person, the extremes of what is voted on, and the rest.

    Places are those of the latest list that states them. A row of the participant data or of a list
    of workers makes a known worker; one of DTSEN only if it says so, one of deaths never.
    """
    extremes = ", ".join(f"min({name}) AS {name}_1, max({name}) AS {name}_2" for name in VOTED)
    latest = ", ".join(
        f"arg_min({name}, back) FILTER ({name} IS NOT NULL) AS {name}" for name in PLACES
    )
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE plain_values AS
        SELECT person_no, {extremes}, {latest}, count(*) AS n_records,
               bool_or(kind IN ('daftar_pekerja', 'peserta')
                       OR (kind = 'dtsen' AND coalesce(is_pekerja, false))) AS is_known_worker
        FROM voices GROUP BY person_no""")
    # Only names that are not written alike can have different forms.
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE plain_forms AS
        SELECT person_no, min(nama_form) AS nama_form_1, max(nama_form) AS nama_form_2
        FROM voices WHERE person_no IN ({_differing("nama")}) GROUP BY person_no""")


def _differing(column: str) -> str:
    """Return SQL of the persons whose rows differ in a column."""
    table = "plain_forms" if column == "nama_form" else "plain_values"
    return f"SELECT person_no FROM {table} WHERE {column}_1 < {column}_2"


def _most_said(column: str, quality: str = "0", where: str = "true") -> str:
    """Return SQL of the value that most lists say, for persons whose rows differ.

    Args:
        column: Column of ``voices``.
        quality: Whole number of a row, summed over the rows of a value; breaks ties of support.
        where: Which rows may speak.
    """
    return f"""
        SELECT person_no, arg_min({column}, (-lists, -quality, {column})) AS {column}
        FROM (
            SELECT person_no, {column}, count(*) AS lists, sum(quality) AS quality
            FROM (
                SELECT person_no, {column}, list_no, sum({quality})::BIGINT AS quality
                FROM voices
                WHERE {column} IS NOT NULL AND {where} AND person_no IN ({_differing(column)})
                GROUP BY person_no, {column}, list_no)
            GROUP BY person_no, {column})
        GROUP BY person_no"""


def _nik() -> str:
    """A valid NIK; of two, the one whose birth date agrees with that of its row."""
    return _most_said("nik", "CASE WHEN tanggal_lahir_status = 'ok' THEN 1 ELSE 0 END")


def _birth() -> str:
    """A birth date; a mere default (1 January) or impossible one only for want of another."""
    doubtful = "coalesce(tanggal_lahir_status IN ('default', 'impossible'), false)"
    quality = "CASE WHEN tanggal_lahir_status = 'disagrees_nik' THEN 0 ELSE 1 END"
    return f"""
        WITH sure AS ({_most_said("tanggal_lahir", quality, f"NOT {doubtful}")}),
             doubtful AS ({_most_said("tanggal_lahir", "0", doubtful)})
        SELECT * FROM sure
        UNION ALL
        SELECT * FROM doubtful WHERE person_no NOT IN (SELECT person_no FROM sure)"""


def _sex() -> str:
    """L or P; of two equally supported, the one of rows whose NIK says so too."""
    agrees = (
        "CASE WHEN nik IS NULL THEN 0 "
        "WHEN (substr(nik, 7, 1) >= '4') = (jenis_kelamin = 'P') THEN 1 ELSE 0 END"
    )
    return _most_said("jenis_kelamin", agrees)


def _forms(engine: SqlEngine) -> None:
    """Make ``name_forms(nama, normal)`` for persons whose rows write the name in several ways."""
    written = engine.frame(f"""
        SELECT DISTINCT nama FROM voices
        WHERE nama IS NOT NULL AND person_no IN ({_differing("nama_form")})
        ORDER BY nama""")["nama"]
    normal = normal_names(written)["normal"].fill_null("")
    engine.drop("name_forms")
    engine.register("name_forms", pl.DataFrame({"nama": written, "normal": normal}))


#: The fullest name that the lists support. A normal form is supported by every list that has it or
#: a part of its words (a shorter form of the same name). Of the forms with most support the longest
#: wins; it is printed in the spelling that most lists use, of two the one without title or
#: abbreviation.
_NAMA = f"""
    WITH written AS (
        SELECT v.person_no, v.nama, v.list_no, f.normal, v.nama_form = f.normal AS is_plain
        FROM voices v JOIN name_forms f ON f.nama = v.nama
        WHERE v.person_no IN ({_differing("nama_form")})),
    ways AS (SELECT DISTINCT person_no, normal, list_no FROM written),
    backed AS (
        SELECT f.person_no, f.normal, count(DISTINCT g.list_no) AS lists
        FROM (SELECT DISTINCT person_no, normal FROM ways) f
        JOIN ways g ON g.person_no = f.person_no AND (g.normal = f.normal OR list_has_all(
            string_split(f.normal, ' '), string_split(g.normal, ' ')))
        GROUP BY f.person_no, f.normal),
    chosen AS (
        SELECT person_no, arg_min(normal, (-lists, -length(normal), normal)) AS normal
        FROM backed GROUP BY person_no),
    spelled AS (
        SELECT w.person_no, w.nama, bool_or(w.is_plain) AS is_plain,
               count(DISTINCT w.list_no) AS lists
        FROM written w JOIN chosen c ON c.person_no = w.person_no AND c.normal = w.normal
        GROUP BY w.person_no, w.nama
        UNION ALL
        SELECT person_no, nama, true, count(DISTINCT list_no)
        FROM voices
        WHERE nama IS NOT NULL AND person_no IN ({_differing("nama")})
          AND person_no NOT IN ({_differing("nama_form")})
        GROUP BY person_no, nama)
    SELECT person_no, arg_min(nama, (-lists, NOT is_plain, nama)) AS nama
    FROM spelled GROUP BY person_no"""
