"""Any table of people → rows for linkage: which column is what, and every value in one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from cakup.identifiers import dates, nik
from cakup.kernel.errors import UsageError
from cakup.linkage.cleaning import REFERENCE
from cakup.linkage.fields import LOGICAL, Extra, TableFields, recognise
from cakup.linkage.sampling import some_rows, some_values
from cakup.linkage.vocabulary import distinct_values

#: Share of an identifier's filled values that must read as NIKs for the column to hold NIKs.
NIK_SHARE = 0.5
#: Share of a further column's filled values that must read as one kind.
KIND_SHARE = 0.9
#: Rows with NIK and date that decide which of day and month comes first.
ENOUGH_ROWS = 20_000
#: Values of a further column that tell whether they are dates.
ENOUGH_VALUES = 10_000
SEXES = {
    "L": ("l", "lk", "laki", "lakilaki", "pria", "m", "male", "man", "1", "cowok"),
    "P": ("p", "pr", "perempuan", "wanita", "f", "female", "woman", "2", "cewek"),
}


@dataclass(frozen=True)
class Asked:
    """What the user said about columns.

    Args:
        columns: Logical field → columns of the table, joined with a blank.
        also: Further columns to compare.
        source: Column that says which list a row comes from.
    """

    columns: Mapping[str, tuple[str, ...]]
    also: tuple[str, ...] = ()
    source: str | None = None


def table_fields(names: Sequence[str], asked: Asked) -> TableFields:
    """Return which columns of a table make which field.

    Args:
        names: Columns of the table.
        asked: What the user said; it goes before what the names say.

    Raises:
        UsageError: ``match.unknown_field`` or ``match.unknown_column``.
    """
    check_columns(names, asked)
    source = [asked.source] if asked.source else []
    named = [*(c for parts in asked.columns.values() for c in parts), *asked.also, *source]
    told = {f: c for f, c in recognise(names, named).items() if f not in asked.columns}
    columns = {**told, **asked.columns}
    if not columns and not asked.also:
        raise UsageError("match.no_field", known=", ".join(names))
    return TableFields(columns, {c: c for c in asked.also}, asked.source)


def check_columns(names: Sequence[str], asked: Asked) -> None:
    """Refuse fields that are not known and columns that are not there.

    Args:
        names: Columns of a table.
        asked: What the user said.

    Raises:
        UsageError: ``match.unknown_field`` or ``match.unknown_column``.
    """
    for field in asked.columns:
        if field not in LOGICAL:
            raise UsageError("match.unknown_field", field=field, known=", ".join(LOGICAL))
    source = [asked.source] if asked.source else []
    named = [*(c for parts in asked.columns.values() for c in parts), *asked.also, *source]
    for column in named:
        if column not in names:
            raise UsageError("match.unknown_column", column=column, known=", ".join(names))


def has_nik(table: pl.DataFrame, asked: Asked) -> bool:
    """Return whether a table has a column of NIKs.

    Args:
        table: Columns of text.
        asked: What the user said about columns.
    """
    columns = asked.columns.get("nik") or recognise(table.columns).get("nik")
    if columns is None or any(c not in table.columns for c in columns):
        return False
    some = some_rows(table, ENOUGH_ROWS).select(_joined(columns).alias("t")).drop_nulls()
    told = some.select(nik.clean(pl.col("t")).alias("t")).unnest("t")
    filled = int((told["nik_status"] != "missing").sum())
    return bool(told["nik"].count() >= NIK_SHARE * max(filled, 1)) and filled > 0


def logical_rows(table: pl.DataFrame, fields: TableFields, side: int) -> pl.DataFrame:
    """Return a table in the form that ``cleaning.clean`` takes, further columns as they are.

    Args:
        table: Columns of text; its rows count from 0.
        fields: Which column is what.
        side: 0 for the left table, 1 for the register.

    Returns:
        Columns ``row``, ``side``, ``source``, the logical fields that occur, ``nik`` as text, and
        ``x0, x1, …``.
    """
    source = pl.col(fields.source) if fields.source else pl.lit(f"{side}")
    joined = [_joined(columns).alias(field) for field, columns in fields.columns.items()]
    extras = [pl.col(c).alias(f"x{at}") for at, c in enumerate(fields.also.values())]
    rows = table.select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("row"),
        pl.lit(side, pl.UInt8).alias("side"),
        source.cast(pl.String).alias("source"),
        *joined, *extras,
    )  # fmt: skip
    return rows.with_columns(_sex()) if "jenis_kelamin" in rows.columns else rows


def in_one_form(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of both tables with NIKs judged and dates read; decided for whole columns.

    A column of other identifiers than NIKs becomes ``code``; dates that cannot be read stay text
    and are compared as a code of their own.

    Args:
        rows: Rows of ``logical_rows``, one table below the other.
    """
    if "nik" in rows.columns:
        distinct, place = distinct_values(rows["nik"])
        told = pl.DataFrame({"t": distinct}).select(nik.clean(pl.col("t")).alias("t")).unnest("t")
        filled = int((told["nik_status"] != "missing").sum())
        if told["nik"].count() >= NIK_SHARE * max(filled, 1):
            rows = rows.with_columns(
                told["nik"].gather(place), told["nik_seen"].gather(place),
            )  # fmt: skip
        else:
            rows = rows.rename({"nik": "code"})
    if "tanggal_lahir" in rows.columns:
        rows = rows.with_columns(birth_dates(rows, date_orders(rows)))
    return rows


def extras(rows: pl.DataFrame, fields: TableFields) -> list[Extra]:
    """Return the further columns with the kind that their values show."""
    return [
        Extra(name, _kind(rows[f"x{at}"])) for at, name in enumerate(fields.also)
    ]  # fmt: skip


def _joined(columns: Sequence[str]) -> pl.Expr:
    """Return columns joined with a blank; missing only where all are."""
    parts = [pl.col(c).cast(pl.String).str.strip_chars().replace("", None) for c in columns]
    return parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=" ", ignore_nulls=True).replace("", None)  # fmt: skip  # noqa: E501


def _sex() -> pl.Expr:
    """Return L or P for the many ways in which a sex is written."""
    plain = pl.col("jenis_kelamin").str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "")
    known = {word: sex for sex, words in SEXES.items() for word in words}
    return plain.replace_strict(known, default=None, return_dtype=pl.String).alias("jenis_kelamin")


def date_orders(rows: pl.DataFrame) -> dict[int, dates.Orders]:
    """Return how birth dates are written, one decision for each table.

    Args:
        rows: Rows with ``side``, ``tanggal_lahir`` as text and, if there is one, a judged ``nik``.
    """
    rows = rows.select("side", "tanggal_lahir", *(["nik"] if "nik" in rows.columns else []))
    return {
        side: dates.evidence(
            *_both_speak(rows.filter(pl.col("side") == side)), latest=REFERENCE
        ).decide()
        for side in rows["side"].unique().sort().to_list()
    }  # fmt: skip


def birth_dates(rows: pl.DataFrame, orders: Mapping[int, dates.Orders]) -> pl.Series:
    """Return birth dates of rows, one table below the other.

    Args:
        rows: See ``date_orders``.
        orders: What it returned.
    """
    parts = [pl.Series("tanggal_lahir", [], dtype=pl.Date)]
    told = rows.select("side", "tanggal_lahir")
    for side in rows["side"].unique().sort().to_list():
        some = told.filter(pl.col("side") == side)
        distinct, place = distinct_values(some["tanggal_lahir"])
        read = pl.DataFrame({"t": distinct}).select(
            dates.parse(pl.col("t"), orders[side], latest=REFERENCE).alias("t")
        )
        parts.append(read.unnest("t")["tanggal"].gather(place))
    return pl.concat(parts).alias("tanggal_lahir")


def _both_speak(rows: pl.DataFrame) -> tuple[pl.Series, pl.Series | None]:
    """Return dates and the days that the NIKs of the same rows imply, from rows enough to tell."""
    if "nik" not in rows.columns:
        return rows["tanggal_lahir"], None
    some = rows.select("tanggal_lahir", "nik").drop_nulls()
    some = some_rows(some, ENOUGH_ROWS)
    told = some.select(nik.implied(pl.col("nik"), REFERENCE).alias("t")).unnest("t")
    if some.height < ENOUGH_ROWS:
        told = rows.select(nik.implied(pl.col("nik"), REFERENCE).alias("t")).unnest("t")
        return rows["tanggal_lahir"], told["tanggal_lahir_implied"]
    return some["tanggal_lahir"], told["tanggal_lahir_implied"]


def _kind(column: pl.Series) -> str:
    """Return what the values of a further column are."""
    filled = column.drop_nulls()
    if not len(filled):
        return "text"
    numbers = filled.str.strip_chars().cast(pl.Float64, strict=False).count()
    if numbers >= KIND_SHARE * len(filled):
        return "number"
    read = pl.DataFrame({"c": some_values(filled, ENOUGH_VALUES)}).select(
        dates.parse(pl.col("c"), latest=REFERENCE).alias("t")
    ).unnest("t")  # fmt: skip
    return "date" if read["tanggal"].count() >= KIND_SHARE * read.height else "text"
