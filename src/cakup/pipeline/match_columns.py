"""Columns of tables that are matched: what both have, what was said, how answers are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from cakup.intake.reading import ReadingNote
from cakup.kernel.errors import UsageError
from cakup.linkage.fields import TableFields
from cakup.linkage.generic.choose import Ignored
from cakup.linkage.tables import Asked, logical_rows, table_fields
from cakup.pipeline.table_files import unread_columns
from cakup.pipeline.table_lines import line_notes

#: Probability from which an answer is a link.
LINK_FROM = 0.95


def in_common(left: TableFields, right: TableFields) -> tuple[TableFields, TableFields]:
    """Return the fields that both tables have; what only one has cannot be compared."""
    both = [f for f in left.columns if f in right.columns]
    if not both and not left.also:
        names = [", ".join(f.columns) or "–" for f in (left, right)]
        raise UsageError("match.different_fields", left=names[0], right=names[1])
    return tuple(
        replace(f, columns={name: f.columns[name] for name in both}) for f in (left, right)
    )  # type: ignore[return-value]


def also_pairs(also: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return further columns as pairs; ``a=b`` is column a of the left and b of the right table."""
    pairs = (c.partition("=") for c in also)
    return tuple((a.strip(), b.strip() if eq else a.strip()) for a, eq, b in pairs)


def decided(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return pairs as they are written."""
    sure = pl.col("probability") >= LINK_FROM
    return pairs.select(
        "left_row", "right_row", "probability", "evidence",
        decision=pl.when(sure).then(pl.lit("link")).otherwise(pl.lit("review")),
    )  # fmt: skip


def spelled_fields(fields: TableFields) -> dict[str, str]:
    """Return the columns of each field as text."""
    columns = {name: "+".join(parts) for name, parts in fields.columns.items()}
    return {**columns, **{name: name for name in fields.also}}


def two_tables(
    left: pl.DataFrame, right: pl.DataFrame, asked: tuple[Asked, Asked]
) -> tuple[pl.DataFrame, TableFields, tuple[int, int], tuple[Ignored, ...]]:
    """Return the rows of both tables, their fields, heights, and columns that only one has."""
    told = (table_fields(left.columns, asked[0]), table_fields(right.columns, asked[1]))
    fields = in_common(*told)
    ignored = tuple(
        Ignored(name, column, "one_side")
        for name, had, kept in zip(("left", "right"), told, fields, strict=True)
        for field, columns in had.columns.items() if field not in kept.columns
        for column in columns
    )  # fmt: skip
    named = dict(zip(fields[1].also, fields[0].also, strict=True))
    renamed = replace(fields[1], also={named[n]: c for n, c in fields[1].also.items()})
    rows = pl.concat(
        [logical_rows(left, fields[0], 0), logical_rows(right, renamed, 1)], how="diagonal"
    )
    heights = (left.height, right.height)
    return rows, fields[0], heights, ignored


def unread(*paths: Path) -> tuple[Ignored, ...]:
    """Return the columns of the left (or only) and of the right table that are not read."""
    return tuple(
        Ignored(side, column, "not_plain")
        for side, path in zip(("left", "right"), paths, strict=False)
        for column in unread_columns(path)
    )


def odd_lines(*paths: Path) -> tuple[ReadingNote, ...]:
    """Return what was odd in the lines of tables, of one table once."""
    return tuple(n for path in dict.fromkeys(paths) if path.exists() for n in line_notes(path))
