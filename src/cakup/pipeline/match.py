"""``cakup match`` and ``cakup dedupe``: linkage for any table of people, without a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from cakup.engines.duckdb import DuckEngine
from cakup.intake.reading import ReadingNote
from cakup.kernel.errors import UsageError
from cakup.kernel.progress import SILENT, Progress
from cakup.linkage import answers
from cakup.linkage.cleaning import Cleaned, clean
from cakup.linkage.fields import TableFields
from cakup.linkage.generic.choose import Field, Ignored
from cakup.linkage.linking import Settings, link
from cakup.linkage.tables import (
    Asked,
    check_columns,
    extras,
    has_nik,
    in_one_form,
    logical_rows,
    table_fields,
)
from cakup.pipeline import match_partitions as parts
from cakup.pipeline import match_tables
from cakup.pipeline.match_columns import (
    also_pairs,
    decided,
    in_common,
    odd_lines,
    spelled_fields,
    two_tables,
    unread,
)
from cakup.pipeline.table_files import check_output, read_table, write_table
from cakup.pipeline.workspace import Workspace

Columns = Mapping[str, tuple[str, ...]]
#: Probability from which a left row gets an answer.
ANSWER_FROM = 0.20
MOST_EXTRAS = 12
#: Probability from which rows of two tables become one entity and share what they know.
JOINED_FROM = 0.8


@dataclass(frozen=True)
class MatchRequest:
    """Two tables to match.

    Args:
        left: CSV or Parquet; each of its rows gets its best row of the right table.
        right: The register.
        out: Output, ``.parquet`` or ``.csv``.
        columns: Logical field → columns joined with a blank, for both tables.
        left_columns: The same for the left table only; goes before ``columns``.
        right_columns: The same for the right table only.
        also: Further columns of both tables to compare as text, number or date.
        source_column: Column of the left table that says which list a row comes from.
        one_to_one: Whether a right row may serve one left row only.
        all_pairs: Whether every pair from 0.01 on is written instead of the best ones.
        partitions: Into how many partitions the tables are divided, 0 = not at all, None = as
            their size needs; the result does not depend on it.
    """

    left: str
    right: str
    out: str
    columns: Columns = field(default_factory=dict)
    left_columns: Columns = field(default_factory=dict)
    right_columns: Columns = field(default_factory=dict)
    also: tuple[str, ...] = ()
    source_column: str | None = None
    one_to_one: bool = False
    all_pairs: bool = False
    partitions: int | None = None


@dataclass(frozen=True)
class DedupeRequest:
    """A table whose rows may repeat persons.

    Args:
        table: CSV or Parquet.
        out: Output, ``.parquet`` or ``.csv``.
        columns: Logical field → columns joined with a blank.
        also: Further columns to compare.
        source_column: Column that says which list a row comes from.
        threshold: Probability from which rows are one person, 0–1.
        partitions: See ``MatchRequest``.
    """

    table: str
    out: str
    columns: Columns = field(default_factory=dict)
    also: tuple[str, ...] = ()
    source_column: str | None = None
    threshold: float = 0.5
    partitions: int | None = None


@dataclass(frozen=True)
class Result:
    """What was written.

    Args:
        out: The file.
        rows: Rows of the tables read.
        written: Rows written.
        links: Pairs at 0.95 or more (match), or rows beyond the first of their cluster (dedupe).
        clusters: Clusters (dedupe), None for match.
        fields: Logical field or further column → columns of the (left) table.
        pairs: Candidate pairs compared.
        ignored: Columns that were not compared, and why.
        chosen: Tables without NIK: what was compared, as what, and how it was found.
        notes: What was odd in the lines of the tables.
    """

    out: Path
    rows: tuple[int, ...]
    written: int
    links: int
    clusters: int | None
    fields: dict[str, str]
    pairs: int
    ignored: tuple[Ignored, ...] = ()
    chosen: tuple[Field, ...] = ()
    notes: tuple[ReadingNote, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return {
            "out": str(self.out), "rows": list(self.rows), "written": self.written,
            "links": self.links, "clusters": self.clusters, "fields": self.fields,
            "pairs": self.pairs, "ignored": [asdict(i) for i in self.ignored],
            "chosen": [asdict(f) for f in self.chosen],
            "notes": [
                {"code": n.code, "file": n.params["file"], "count": n.count, "rows": list(n.rows),
                 "id": n.spoken("id"), "en": n.spoken("en")}
                for n in self.notes
            ],
        }  # fmt: skip


def run_match(
    request: MatchRequest, workspace: Workspace | None = None, progress: Progress = SILENT
) -> Result:
    """Match two tables and write the answers.

    Args:
        request: Tables and columns.
        workspace: Not used.
        progress: Listener.

    Raises:
        UsageError: ``match.…`` for columns that are not there.
        InputError: A table cannot be read.
    """
    paths = (Path(request.left), Path(request.right))
    check_output(Path(request.out), *paths)
    skipped, notes = unread(*paths), odd_lines(*paths)
    result = _match_divided(request, progress) or _match_at_once(request, progress)
    return replace(result, ignored=(*result.ignored, *skipped), notes=notes)


def _match_at_once(request: MatchRequest, progress: Progress) -> Result:
    """Match two tables that memory holds."""
    progress.step("membaca tabel")
    left, right = read_table(Path(request.left)), read_table(Path(request.right))
    asked = asked_columns(request)
    if not all(has_nik(t, a) for t, a in zip((left, right), asked, strict=True)):
        return _any_match(request, left, right, asked, progress)
    with DuckEngine() as engine:
        rows, fields, heights, ignored = two_tables(left, right, asked)
        del left, right
        cleaned = cleaned_rows(rows, fields, progress)
        del rows
        linked = link(engine, cleaned, progress=progress)
        progress.step("memilih jawaban")
        pairs = answers.all_pairs(linked, engine)
    if not request.all_pairs:
        pairs = answers.best_pairs(pairs, ANSWER_FROM, one_to_one=request.one_to_one)
    written = decided(pairs)
    write_table(written, Path(request.out))
    return Result(
        Path(request.out), heights, written.height,
        int((written["decision"] == "link").sum()), None, spelled_fields(fields), linked.compared,
        ignored,
    )  # fmt: skip


def run_dedupe(
    request: DedupeRequest, workspace: Workspace | None = None, progress: Progress = SILENT
) -> Result:
    """Find the rows of one table that are one person, and write the clusters.

    Args:
        request: Table and columns.
        workspace: Not used.
        progress: Listener.

    Raises:
        UsageError: ``match.…`` for columns that are not there; ``usage.bad_share``.
        InputError: The table cannot be read.
    """
    check_output(Path(request.out), Path(request.table))
    if not 0.0 < request.threshold < 1.0:
        raise UsageError("usage.bad_share", option="--threshold")
    settings = replace(Settings(), person_from=request.threshold)
    asked = Asked(
        request.columns, tuple(a for a, _ in also_pairs(request.also)), request.source_column
    )
    skipped, notes = unread(Path(request.table)), odd_lines(Path(request.table))
    result = _dedupe_divided(request, asked, settings, progress) or _dedupe_at_once(
        request, asked, settings, progress
    )
    return replace(result, ignored=(*result.ignored, *skipped), notes=notes)


def _dedupe_at_once(
    request: DedupeRequest, asked: Asked, settings: Settings, progress: Progress
) -> Result:
    """Find repeated rows of a table that memory holds."""
    progress.step("membaca tabel")
    table = read_table(Path(request.table))
    if not has_nik(table, asked):
        return _any_dedupe(request, table, asked, progress)
    with DuckEngine() as engine:
        fields, height = table_fields(table.columns, asked), table.height
        cleaned = cleaned_rows(logical_rows(table, fields, 0), fields, progress)
        del table
        linked = link(engine, cleaned, settings, progress=progress)
    written = answers.clusters(linked)
    write_table(written, Path(request.out))
    clusters = written["cluster"].n_unique()
    return Result(
        Path(request.out), (height,), written.height, written.height - clusters, clusters,
        spelled_fields(fields), linked.compared,
    )  # fmt: skip


def match(
    left: Path | str, right: Path | str, out: Path | str, *, progress: Progress = SILENT,
    **options: Any,
) -> Result:  # fmt: skip
    """Match two tables of people and write the best right row of each left row.

    Args:
        left: CSV or Parquet.
        right: CSV or Parquet.
        out: Output, ``.parquet`` or ``.csv``: ``left_row``, ``right_row`` (0-based),
            ``probability``, ``evidence``, ``decision``.
        progress: Listener.
        options: ``columns``, ``left_columns``, ``right_columns``, ``also``, ``source_column``,
            ``one_to_one``, ``all_pairs``, ``partitions``; see ``MatchRequest``.

    Raises:
        UsageError: A column is not there.
        InputError: A table cannot be read.
    """
    return run_match(MatchRequest(str(left), str(right), str(out), **options), None, progress)


def dedupe(
    table: Path | str, out: Path | str, *, progress: Progress = SILENT, **options: Any
) -> Result:
    """Find the rows of one table that are one person and write every row with its cluster.

    Args:
        table: CSV or Parquet.
        out: Output, ``.parquet`` or ``.csv``: ``row``, ``cluster`` (smallest row), 0-based.
        progress: Listener.
        options: ``columns``, ``also``, ``source_column``, ``threshold``, ``partitions``; see
            ``DedupeRequest``.

    Raises:
        UsageError: A column is not there.
        InputError: The table cannot be read.
    """
    return run_dedupe(DedupeRequest(str(table), str(out), **options), None, progress)


def _match_divided(request: MatchRequest, progress: Progress) -> Result | None:
    """Match in partitions if the tables are large or the user wants it; None if not."""
    paths = (Path(request.left), Path(request.right))
    divided = parts.Divided.of(paths, Path(request.out), request.partitions)
    asked = asked_columns(request)
    if divided is None or not divided.may_have_nik(asked, progress):
        return None
    fields = in_common(*(table_fields(h, a) for h, a in zip(divided.heads, asked, strict=True)))
    least = answers.SHOWN_FROM if request.all_pairs else ANSWER_FROM
    job = parts.match_job(Settings(), least)
    with divided.prepared(fields, job, progress) as shelf:
        if shelf is None:
            return None
        written, links, pairs = parts.linked_answers(
            shelf, divided.division, least, Path(request.out), one_to_one=request.one_to_one,
            all_pairs=request.all_pairs, progress=progress,
        )  # fmt: skip
    spelled = spelled_fields(fields[0])
    return Result(Path(request.out), divided.rows, written, links, None, spelled, pairs)


def _dedupe_divided(
    request: DedupeRequest, asked: Asked, settings: Settings, progress: Progress
) -> Result | None:
    """Find repeated rows in partitions, see ``_match_divided``."""
    divided = parts.Divided.of((Path(request.table),), Path(request.out), request.partitions)
    if divided is None or not divided.may_have_nik((asked,), progress):
        return None
    fields = table_fields(divided.heads[0], asked)
    with divided.prepared((fields,), parts.dedupe_job(settings), progress) as shelf:
        if shelf is None:
            return None
        rows, clusters, pairs = parts.linked_clusters(
            shelf, divided.division, Path(request.out), progress
        )
    spelled = spelled_fields(fields)
    return Result(Path(request.out), (rows,), rows, rows - clusters, clusters, spelled, pairs)


def asked_columns(request: MatchRequest) -> tuple[Asked, Asked]:
    """Return what the user said about the columns of both tables."""
    pairs = also_pairs(request.also)
    return (
        Asked({**request.columns, **request.left_columns}, tuple(a for a, _ in pairs),
              request.source_column),
        Asked({**request.columns, **request.right_columns}, tuple(b for _, b in pairs)),
    )  # fmt: skip


def _any_match(
    request: MatchRequest, left: pl.DataFrame, right: pl.DataFrame, asked: tuple[Asked, Asked],
    progress: Progress,
) -> Result:  # fmt: skip
    """Match tables without NIK."""
    for table, columns in zip((left, right), asked, strict=True):
        check_columns(table.columns, columns)
    told = match_tables.answer(
        left, right, (asked[0].columns, asked[1].columns), also_pairs(request.also), JOINED_FROM,
        progress, [request.source_column] if request.source_column else [],
    )  # fmt: skip
    pairs = told.pairs
    assert pairs is not None
    if not request.all_pairs:
        pairs = answers.best_pairs(pairs, ANSWER_FROM, one_to_one=request.one_to_one)
    written = decided(pairs)
    write_table(written, Path(request.out))
    return Result(
        Path(request.out), (left.height, right.height), written.height,
        int((written["decision"] == "link").sum()), None, match_tables.spelled(told.choice),
        told.compared, told.choice.ignored, told.choice.fields,
    )  # fmt: skip


def _any_dedupe(
    request: DedupeRequest, table: pl.DataFrame, asked: Asked, progress: Progress
) -> Result:
    """Deduplicate a table without NIK."""
    check_columns(table.columns, asked)
    told = match_tables.answer(
        table, None, (asked.columns, asked.columns), also_pairs(request.also), request.threshold,
        progress, [request.source_column] if request.source_column else [],
    )  # fmt: skip
    written = pl.DataFrame(
        {"row": pl.int_range(table.height, dtype=pl.Int64, eager=True), "cluster": told.cluster}
    )
    write_table(written, Path(request.out))
    clusters = written["cluster"].n_unique()
    return Result(
        Path(request.out), (table.height,), written.height, written.height - clusters, clusters,
        match_tables.spelled(told.choice), told.compared, told.choice.ignored, told.choice.fields,
    )  # fmt: skip


def cleaned_rows(rows: pl.DataFrame, fields: TableFields, progress: Progress) -> Cleaned:
    """Clean rows for linkage."""
    if len(fields.also) > MOST_EXTRAS:
        raise UsageError("match.too_many_columns", n=len(fields.also), most=MOST_EXTRAS)
    progress.step("bersihkan baris", rows.height)
    rows = in_one_form(rows)
    return clean(rows, extras(rows, fields), expand_m="nik" in rows.columns)
