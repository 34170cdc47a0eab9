"""CSV that no spreadsheet can be made to run.

A cell that begins with ``= + - @`` (or a tab or line break before them) is taken for a formula when
a CSV is opened. Such a text gets an apostrophe in front. Not touched are plain numbers (``-5``,
``+6281234567``) and a single sign (``-`` for "nothing"), which run nothing: phones and blanks come
back as they left.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from cakup.sheets.outline import ColumnOut

_RISKY = r"^\s*[=+\-@＝＋－＠]\s*\S|^[\t\r\n]"
_HARMLESS = r"^[+-][0-9]+([.,][0-9]+)*$"
_GUARDED = r"^'(\s*[=+\-@＝＋－＠]\s*\S|[\t\r\n])"
_BOM = "\ufeff"


def guarded(text: pl.Expr) -> pl.Expr:
    """Return texts that a spreadsheet takes for text.

    Args:
        text: String column.
    """
    is_harmless = ~text.str.contains(_RISKY) | text.str.contains(_HARMLESS)
    return pl.when(is_harmless).then(text).otherwise(pl.lit("'") + text)


def unguarded(text: pl.Expr) -> pl.Expr:
    """Return texts without the apostrophe that ``guarded`` put in front.

    Args:
        text: String column.
    """
    return text.str.replace(_GUARDED, "${1}")


def write_csv(
    path: Path,
    frame: pl.DataFrame,
    columns: Sequence[ColumnOut] = (),
    *,
    separator: str = ";",
    above: Sequence[Sequence[str | None]] = (),
    has_header: bool = True,
) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark, CRLF, quotes where needed.

    Args:
        path: File to write; the caller makes it appear whole.
        frame: Rows; texts are guarded, dates become ISO.
        columns: Columns in order; all where empty.
        separator: ``;`` opens in columns under Indonesian settings, ``,`` elsewhere.
        above: Rows above the header, each a sequence of cell texts.
        has_header: Whether a header row is written; False when ``above`` brings its own.
    """
    shown = tuple(columns) or tuple(ColumnOut(name) for name in frame.columns)
    table = frame.select(
        guarded(pl.col(c.name)) if frame.schema[c.name] == pl.String else pl.col(c.name)
        for c in shown
    )
    lines = [list(row) for row in above]
    if has_header:
        lines.append([column.title for column in shown])
    with path.open("wb") as handle:
        handle.write(_BOM.encode())
        handle.write(_lines(lines, separator).encode())
        table.write_csv(
            handle,
            include_header=False,
            separator=separator,
            quote_style="necessary",
            line_terminator="\r\n",
        )


def _lines(rows: Sequence[Sequence[str | None]], separator: str) -> str:
    """Return rows of text as CSV lines."""
    if not rows:
        return ""
    cells = [pl.Series([cell], dtype=pl.String) for row in rows for cell in row]
    flat = pl.concat(cells) if cells else pl.Series([], dtype=pl.String)
    safe = iter(flat.to_frame("t").select(guarded(pl.col("t"))).to_series().to_list())
    written = []
    for row in rows:
        texts = [_quoted(next(safe) or "", separator) for _ in row]
        written.append(separator.join(texts) + "\r\n")
    return "".join(written)


def _quoted(text: str, separator: str) -> str:
    if any(mark in text for mark in (separator, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text
