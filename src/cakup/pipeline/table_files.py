"""Plain tables of text from CSV or Parquet, and results written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from cakup.engines.files import whole_file
from cakup.kernel.errors import AccessError, InputError, UsageError, Where
from cakup.pipeline.table_lines import LINE, csv_rows

KINDS = (".parquet", ".csv")
CSV_ROWS = 500_000
#: Rows by which bytes are told from text that was written as bytes.
BYTES_ROWS = 10_000
#: Kinds of values that have no form as text.
NO_TEXT = (pl.Duration, pl.Object)


def read_table(path: Path) -> pl.DataFrame:
    """Read a table as text; row 0 is the first after the header.

    Blank lines and repeated headers do not count, see ``table_lines``. What has no form as text is
    not read, see ``unread_columns``.

    Args:
        path: Parquet, or CSV of any dialect with its header in the first line that is not blank.

    Raises:
        UsageError: ``usage.file_missing``.
        InputError: ``match.not_a_table``, or a ``file.…`` code.
    """
    if not path.exists():
        raise UsageError("usage.file_missing", path=path.name)
    if path.suffix.lower() == ".parquet":
        try:
            return _scanned(path).collect().with_columns(pl.all().cast(pl.String))
        except (PolarsError, OSError) as err:
            raise InputError("match.not_a_table", where=Where(file=path.name)) from err
    return _with_header(csv_rows(path).drop(LINE))


def _with_header(frame: pl.DataFrame) -> pl.DataFrame:
    """Take the first row as names; columns without one keep their place as name."""
    names: list[str] = []
    for at, given in enumerate(frame.row(0)):
        name = (given or "").strip() or f"c{at + 1}"
        names.append(f"{name}_{at + 1}" if name in names else name)
    return frame.slice(1).rename(dict(zip(frame.columns, names, strict=True)))


def check_output(path: Path, *inputs: Path) -> None:
    """Refuse an output that cannot be written, or must not: before the work, not after it.

    Args:
        path: File to write.
        inputs: Tables that are read.

    Raises:
        UsageError: ``match.bad_output``, ``match.out_is_input``, ``usage.no_out_folder`` or
            ``usage.out_is_folder``.
        AccessError: ``workspace.no_permission``.
    """
    if path.suffix.lower() not in KINDS:
        raise UsageError("match.bad_output")
    if any(same_file(path, table) for table in inputs):
        raise UsageError("match.out_is_input", path=path.name)
    check_place(path)


def check_place(path: Path) -> None:
    """Refuse a file to write whose folder is not there or not ours to write in.

    Args:
        path: File to write.

    Raises:
        UsageError: ``usage.no_out_folder`` or ``usage.out_is_folder``.
        AccessError: ``workspace.no_permission``.
    """
    if not path.parent.is_dir():
        raise UsageError("usage.no_out_folder", folder=str(path.parent))
    if path.is_dir():
        raise UsageError("usage.out_is_folder", path=str(path))
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise AccessError("workspace.no_permission", path=str(path.parent))


def same_file(a: Path, b: Path) -> bool:
    """Return whether two paths lead to one file, by whatever spelling or link; both must be there.

    Args:
        a: One path.
        b: The other.
    """
    return a.exists() and b.exists() and a.samefile(b)


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write a table as its name says, readable by its owner only.

    Args:
        frame: Table.
        path: Ends in .parquet or .csv; a file there is replaced.
    """
    with whole_file(path) as temporary:
        if path.suffix.lower() == ".parquet":
            frame.write_parquet(temporary)
        else:
            # Numbers, words of our own and JSON only: nothing that a spreadsheet could run.
            frame.write_csv(temporary)


def heads(path: Path) -> list[str]:
    """Return the names of a table's columns as ``read_table`` gives them."""
    return next(batches(path, 1)).columns


def count_rows(path: Path) -> int:
    """Return the rows of a table."""
    if path.suffix.lower() == ".parquet":
        return int(_scanned(path).select(pl.len()).collect().item())
    return sum(batch.height for batch in batches(path, CSV_ROWS))


def batches(path: Path, rows: int) -> Iterator[pl.DataFrame]:
    """Yield a table as text in pieces, at least one; together they are ``read_table``.

    Args:
        path: See ``read_table``.
        rows: Rows of a piece, about.

    Raises:
        UsageError: ``usage.file_missing``.
        InputError: ``match.not_a_table``, or a ``file.…`` code.
    """
    if path.suffix.lower() != ".parquet":
        # A CSV file of the size that this is for comes as Parquet; a smaller one fits.
        whole = read_table(path)
        yield from (whole.slice(at, rows) for at in range(0, max(whole.height, 1), rows))
        return
    scanned = _scanned(path)
    for at in range(0, max(count_rows(path), 1), rows):
        yield scanned.slice(at, rows).collect().with_columns(pl.all().cast(pl.String))


def unread_columns(path: Path) -> tuple[str, ...]:
    """Return the columns of a table that hold no plain values: lists, structures, bytes.

    Args:
        path: See ``read_table``.

    Raises:
        UsageError: ``usage.file_missing``.
        InputError: ``match.not_a_table``.
    """
    if path.suffix.lower() != ".parquet":
        return ()
    return _not_plain(_opened(path))


def _not_plain(scanned: pl.LazyFrame) -> tuple[str, ...]:
    schema = scanned.collect_schema()
    spoilt = [n for n, kind in schema.items() if kind.is_nested() or kind.base_type() in NO_TEXT]
    # Old writers store text as bytes; only what is in them tells these from pictures and shapes.
    for name in (n for n, kind in schema.items() if kind == pl.Binary):
        try:
            scanned.select(pl.col(name).head(BYTES_ROWS).cast(pl.String)).collect()
        except PolarsError:
            spoilt.append(name)
    return tuple(n for n in schema if n in spoilt)


def _scanned(path: Path) -> pl.LazyFrame:
    """Return the columns of a Parquet file that hold plain values."""
    found = _opened(path)
    return found.drop(_not_plain(found))


def _opened(path: Path) -> pl.LazyFrame:
    if not path.exists():
        raise UsageError("usage.file_missing", path=path.name)
    try:
        found = pl.scan_parquet(path)
        found.collect_schema()
    except (PolarsError, OSError) as err:
        raise InputError("match.not_a_table", where=Where(file=path.name)) from err
    return found
