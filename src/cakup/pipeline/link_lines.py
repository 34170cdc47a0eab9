"""Rows that come again: the same row of the same list in a later file is one line.

A list that comes every month repeats most of its rows. Rows of one list that say the same in all
that linkage reads are one person's; a row that stands twice in one file is two lines, the first of
each file and the second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from cakup.pipeline.imports import Import

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine

#: What linkage reads of a row.
CONTENT = (
    "kpj", "nik", "nik_seen", "nama", "tanggal_lahir", "jenis_kelamin", "nama_ibu",
    "tempat_lahir", "alamat", "telepon", "desa_kelurahan", "kode_wilayah_domisili",
    "kode_wilayah_ktp",
)  # fmt: skip
_LISTS = {"import_id": pl.String, "list_no": pl.Int64, "nth": pl.Int64}


def make_line_pairs(engine: SqlEngine, lists: Sequence[Import], source: str = "records") -> None:
    """Make ``line_pairs(left_record_id, right_record_id)``: one line in two files of its list.

    Args:
        engine: Holds ``source``.
        lists: Imports about persons.
        source: Rows.
    """
    several = {k for k, n in Counter(i.list_key for i in lists).items() if n > 1}
    _number(engine, [i for i in lists if i.list_key in several])
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE line_pairs AS
        SELECT before AS left_record_id, record_id AS right_record_id FROM (
            SELECT record_id, lag(record_id) OVER (
                PARTITION BY list_no, content, line ORDER BY file_no) AS before
            FROM ({_lines(source)}))
        WHERE before IS NOT NULL ORDER BY ALL""")
    engine.drop("line_lists")


def make_repeats(engine: SqlEngine, lists: Sequence[Import], held: set[str]) -> None:
    """Make ``repeats(record_id, of)``: new rows that say what a row of the file before says.

    Args:
        engine: Holds ``records``.
        lists: Imports about persons.
        held: Those of them whose rows were linked before; the latest of each list is looked at.
    """
    latest = {i.list_key: i for i in _by_age(lists) if i.id in held}
    fresh = [i for i in lists if i.id not in held and i.list_key in latest]
    before = [latest[key] for key in dict.fromkeys(i.list_key for i in fresh)]
    _number(engine, [*before, *fresh])
    names = pl.DataFrame({"id": [i.id for i in before]}, schema={"id": pl.String})
    engine.register("line_before", names)
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE repeats AS
        WITH told AS ({_lines("records")}),
        was AS (SELECT * FROM told WHERE import_id IN (SELECT id FROM line_before))
        SELECT n.record_id, w.record_id AS of
        FROM told n JOIN was w
          ON w.list_no = n.list_no AND w.content = n.content AND w.line = n.line
        WHERE n.import_id NOT IN (SELECT id FROM line_before)""")
    engine.drop("line_before")
    engine.drop("line_lists")


def _by_age(lists: Sequence[Import]) -> list[Import]:
    return sorted(lists, key=lambda i: (i.as_of, i.received_on, i.id))


def _number(engine: SqlEngine, lists: Sequence[Import]) -> None:
    """Make ``line_lists``: number of the list and place of the file in it."""
    keys = {key: n for n, key in enumerate(sorted({i.list_key for i in lists}))}
    rows = [(i.id, keys[i.list_key], n) for n, i in enumerate(_by_age(lists))]
    engine.register("line_lists", pl.DataFrame(rows, schema=_LISTS, orient="row"))


def _lines(source: str) -> str:
    """Return SQL of the rows of ``line_lists`` with what they say and the how manieth says it."""
    return f"""
        SELECT *, row_number() OVER (PARTITION BY import_id, content ORDER BY record_id) AS line
        FROM (SELECT r.record_id, r.import_id, l.list_no, l.nth AS file_no,
                     hash({", ".join(f"r.{c}" for c in CONTENT)}) AS content
              FROM {source} r JOIN line_lists l ON l.import_id = r.import_id)"""
