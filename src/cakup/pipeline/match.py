"""``cakup match`` and ``cakup dedupe``: linkage for any table of people, without a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.errors import UsageError
from cakup.kernel.progress import SILENT, Progress
from cakup.linkage import answers
from cakup.linkage.cleaning import Cleaned, clean
from cakup.linkage.fields import TableFields
from cakup.linkage.linking import Settings, link
from cakup.linkage.tables import Asked, extras, in_one_form, logical_rows, table_fields
from cakup.pipeline import match_partitions as parts
from cakup.pipeline.table_files import check_output, read_table, write_table
from cakup.pipeline.workspace import Workspace

Columns = Mapping[str, tuple[str, ...]]
#: Probability from which a left row gets an answer, and from which the answer is a link.
ANSWER_FROM, LINK_FROM = 0.20, 0.95
MOST_EXTRAS = 12


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
    """

    out: Path
    rows: tuple[int, ...]
    written: int
    links: int
    clusters: int | None
    fields: dict[str, str]
    pairs: int

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return {
            "out": str(self.out), "rows": list(self.rows), "written": self.written,
            "links": self.links, "clusters": self.clusters, "fields": self.fields,
            "pairs": self.pairs,
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
    out = Path(request.out)
    check_output(out)
    divided = _match_divided(request, progress)
    if divided is not None:
        return divided
    with DuckEngine() as engine:
        cleaned, fields, heights = _two_tables(request, progress)
        linked = link(engine, cleaned, progress=progress)
        progress.step("memilih jawaban")
        pairs = answers.all_pairs(linked, engine)
    if not request.all_pairs:
        pairs = answers.best_pairs(pairs, ANSWER_FROM, one_to_one=request.one_to_one)
    written = _decided(pairs)
    write_table(written, out)
    return Result(
        out, heights, written.height,
        int((written["decision"] == "link").sum()), None, _spelled(fields), linked.compared,
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
    out = Path(request.out)
    check_output(out)
    if not 0.0 < request.threshold < 1.0:
        raise UsageError("usage.bad_share", option="--threshold")
    settings = replace(Settings(), person_from=request.threshold)
    divided = _dedupe_divided(request, settings, progress)
    if divided is not None:
        return divided
    with DuckEngine() as engine:
        cleaned, fields, height = _one_table(request, progress)
        linked = link(engine, cleaned, settings, progress=progress)
    written = answers.clusters(linked)
    write_table(written, out)
    clusters = written["cluster"].n_unique()
    return Result(
        out, (height,), written.height, written.height - clusters, clusters,
        _spelled(fields), linked.compared,
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
    if divided is None:
        return None
    asked = _asked(request)
    fields = _in_common(*(table_fields(h, a) for h, a in zip(divided.heads, asked, strict=True)))
    least = answers.SHOWN_FROM if request.all_pairs else ANSWER_FROM
    job = parts.match_job(Settings(), least)
    with divided.prepared(fields, job, progress) as shelf:
        if shelf is None:
            return None
        written, links, pairs = parts.linked_answers(
            shelf, divided.division, least, Path(request.out), one_to_one=request.one_to_one,
            all_pairs=request.all_pairs, progress=progress,
        )  # fmt: skip
    spelled = _spelled(fields[0])
    return Result(Path(request.out), divided.rows, written, links, None, spelled, pairs)


def _dedupe_divided(
    request: DedupeRequest, settings: Settings, progress: Progress
) -> Result | None:
    """Find repeated rows in partitions, see ``_match_divided``."""
    divided = parts.Divided.of((Path(request.table),), Path(request.out), request.partitions)
    if divided is None:
        return None
    asked = Asked(request.columns, request.also, request.source_column)
    fields = table_fields(divided.heads[0], asked)
    with divided.prepared((fields,), parts.dedupe_job(settings), progress) as shelf:
        if shelf is None:
            return None
        rows, clusters, pairs = parts.linked_clusters(
            shelf, divided.division, Path(request.out), progress
        )
    spelled = _spelled(fields)
    return Result(Path(request.out), (rows,), rows, rows - clusters, clusters, spelled, pairs)


def _asked(request: MatchRequest) -> tuple[Asked, Asked]:
    """Return what the user said about the columns of both tables."""
    return (
        Asked({**request.columns, **request.left_columns}, request.also, request.source_column),
        Asked({**request.columns, **request.right_columns}, request.also),
    )


def _in_common(left: TableFields, right: TableFields) -> tuple[TableFields, TableFields]:
    """Return the fields that both tables have; what only one has cannot be compared."""
    both = [f for f in left.columns if f in right.columns]
    if not both and not left.also:
        names = [", ".join(f.columns) or "–" for f in (left, right)]
        raise UsageError("match.different_fields", left=names[0], right=names[1])
    return tuple(
        replace(f, columns={name: f.columns[name] for name in both}) for f in (left, right)
    )  # type: ignore[return-value]


def _two_tables(
    request: MatchRequest, progress: Progress
) -> tuple[Cleaned, TableFields, tuple[int, int]]:
    """Read and clean both tables; what was read is forgotten, so that memory holds it once."""
    progress.step("membaca tabel")
    left, right = read_table(Path(request.left)), read_table(Path(request.right))
    asked = _asked(request)
    fields = _in_common(table_fields(left.columns, asked[0]), table_fields(right.columns, asked[1]))
    rows = pl.concat(
        [logical_rows(left, fields[0], 0), logical_rows(right, fields[1], 1)], how="diagonal"
    )
    return _cleaned(rows, fields[0], progress), fields[0], (left.height, right.height)


def _one_table(request: DedupeRequest, progress: Progress) -> tuple[Cleaned, TableFields, int]:
    """Read and clean one table."""
    progress.step("membaca tabel")
    table = read_table(Path(request.table))
    asked = Asked(request.columns, request.also, request.source_column)
    fields = table_fields(table.columns, asked)
    return _cleaned(logical_rows(table, fields, 0), fields, progress), fields, table.height


def _cleaned(rows: pl.DataFrame, fields: TableFields, progress: Progress) -> Cleaned:
    """Clean rows for linkage."""
    if len(fields.also) > MOST_EXTRAS:
        raise UsageError("match.too_many_columns", n=len(fields.also), most=MOST_EXTRAS)
    progress.step("bersihkan baris", rows.height)
    rows = in_one_form(rows)
    return clean(rows, extras(rows, fields), expand_m="nik" in rows.columns)


def _decided(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return pairs as they are written."""
    sure = pl.col("probability") >= LINK_FROM
    return pairs.select(
        "left_row", "right_row", "probability", "evidence",
        decision=pl.when(sure).then(pl.lit("link")).otherwise(pl.lit("review")),
    )  # fmt: skip


def _spelled(fields: TableFields) -> dict[str, str]:
    columns = {name: "+".join(parts) for name, parts in fields.columns.items()}
    return {**columns, **{name: name for name in fields.also}}
