"""What stands in a table without NIK where nothing is known: ``NA``, ``-``, ``tidak ada``."""

from __future__ import annotations

import polars as pl

from cakup.identifiers.absent import NO_VALUE

#: Words that stand for a missing value, beside those known from lists.
FILLERS = (
    *NO_VALUE, "n a", "unknown", "not known", "not available", "not applicable", "undefined",
    "missing", "nihil", "tdk ada", "blm ada", "tidak tersedia",
)  # fmt: skip
#: Signs that alone say nothing; a plus or a percent sign may be a value.
SIGNS = r"^[-–—_.?*/\\]+$"
#: Rows, and share of the rows, in which one of them must stand: a person may be called Na.
LEAST_ROWS, LEAST_SHARE = 10, 0.005
#: Bytes of the longest text looked at: the longest filler with something around it.
LONGEST = 24


def without_fillers(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table without the texts that stand for missing values.

    Rows that share such a text would agree in it although nothing is known of either.

    Args:
        table: Columns of text.
    """
    least = max(LEAST_ROWS, LEAST_SHARE * table.height)
    return table.with_columns([_emptied(table[name], least) for name in table.columns])


def _emptied(column: pl.Series, least: float) -> pl.Series:
    """Return a column in which fillers that stand in enough rows are missing."""
    short = column.filter(column.str.len_bytes() <= LONGEST)
    if len(short) < least:
        return column
    texts = pl.DataFrame({"t": short}).group_by("t").len("n").with_columns(_filler(pl.col("t")))
    often = pl.col("n").sum().over("filler") >= least
    gone = texts.drop_nulls("filler").filter(often)["t"]
    if not len(gone):
        return column
    return column.set(column.is_in(gone.implode()).fill_null(False), None)


def _filler(text: pl.Expr) -> pl.Expr:
    """Return which filler a text is, all spellings and all signs being one; null for the others."""
    plain = text.str.strip_chars().str.to_lowercase()
    words = plain.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return (
        pl.when(plain.str.contains(SIGNS)).then(pl.lit(""))
        .when(words.is_in(FILLERS)).then(words.replace("n a", "na"))
        .alias("filler")
    )  # fmt: skip
