"""The rows of tables on their way to the units: read once, numbered, written unit by unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cakup.engines.files import make_folder
from cakup.identifiers import dates, nik
from cakup.identifiers.distinct import Distinct
from cakup.kernel.ports import SqlEngine
from cakup.kernel.progress import Progress
from cakup.linkage.cleaning import REFERENCE
from cakup.linkage.fields import TableFields
from cakup.linkage.sampling import every_nth
from cakup.linkage.tables import NIK_SHARE, logical_rows
from cakup.linkage.units import find_units
from cakup.pipeline.partition_files import Shelf
from cakup.pipeline.table_files import batches

BATCH_ROWS = 500_000
#: Rows of a table by which the kinds of its columns and the order of its dates are told.
TELLING_ROWS = 200_000


@dataclass(frozen=True)
class Tables:
    """What is linked.

    Args:
        paths: The table, or the left and the right one.
        fields: Which of its columns is which field, for each.
        rows: Rows of each.
    """

    paths: tuple[Path, ...]
    fields: tuple[TableFields, ...]
    rows: tuple[int, ...]


class DateTexts:
    """The texts of birth dates, each once and with a number: rows carry the number.

    Millions of rows hold some hundred thousand texts, so these are read once for all units and not
    once in each.
    """

    def __init__(self) -> None:
        self._known = pl.DataFrame(schema={"text": pl.String, "number": pl.Int32})

    def numbered(self, column: pl.Series) -> pl.Series:
        """Return the number of each text, missing where the text is.

        Args:
            column: Birth dates as text.
        """
        held = Distinct.of(column)
        found = held.texts.to_frame("text").join(
            self._known, on="text", how="left", maintain_order="left"
        )
        new = found.filter(pl.col("number").is_null()).select("text").with_row_index("number")
        new = new.select("text", pl.col("number").cast(pl.Int32) + self._known.height)
        self._known = pl.concat([self._known, new])
        number = found["number"].scatter(found["number"].is_null().arg_true(), new["number"])
        return held.spread(number).alias(column.name)

    def days(self, orders: Mapping[int, dates.Orders]) -> pl.DataFrame:
        """Return the day of each text, in a column for each table named by its number.

        Args:
            orders: How birth dates are written, see ``tables.date_orders``.
        """
        found = {}
        for order in set(orders.values()):
            read = dates.parse(pl.col("text"), order, latest=REFERENCE)
            found[order] = self._known.select(read.alias("t")).unnest("t")["tanggal"]
        return pl.DataFrame({str(side): found[order] for side, order in sorted(orders.items())})


@dataclass(frozen=True)
class Told:
    """What the rows of all tables tell.

    Args:
        sample: Some of the rows, in logical form.
        telling: What tells the unit of each row, see ``units.find_units``.
        dates: Birth dates; rows carry their numbers.
    """

    sample: pl.DataFrame
    telling: pl.DataFrame
    dates: DateTexts


def write_rows(shelf: Shelf, tables: Tables, progress: Progress) -> Told | None:
    """Write the rows of all tables in logical form, in pieces.

    Args:
        shelf: Files.
        tables: What is linked.
        progress: Listener.

    Returns:
        What they tell, None if there are no NIKs.
    """
    told = Told(pl.DataFrame(), pl.DataFrame(), DateTexts())
    samples, telling, filled, whole, done = [], [], 0, 0, 0
    every = max(sum(tables.rows) // (len(tables.rows) * TELLING_ROWS), 1)
    folder = make_folder(shelf.root / "rows")
    for at, rows in enumerate(_logical(tables)):
        samples.append(every_nth(rows.drop("gid"), every))
        if "nik" in rows.columns:
            telling.append(_telling(rows))
            whole += rows["nik"].count()
            filled += int((rows["nik"].is_not_null() | rows["nik_seen"].is_not_null()).sum())
        if "tanggal_lahir" in rows.columns:
            rows = rows.with_columns(told.dates.numbered(rows["tanggal_lahir"]))
        rows.write_ipc(folder / f"{at:06d}.arrow")
        done += rows.height
        progress.step("membaca tabel", done, sum(tables.rows))
    if not whole or whole < NIK_SHARE * filled:
        return None
    return Told(pl.concat(samples), pl.concat(telling), told.dates)


def _logical(tables: Tables) -> Iterator[pl.DataFrame]:
    """Yield the rows of all tables with their numbers and judged NIKs, dates as they came."""
    start = 0
    for side, (path, fields) in enumerate(zip(tables.paths, tables.fields, strict=True)):
        for batch in batches(path, BATCH_ROWS):
            rows = logical_rows(batch, fields, side).rename({"row": "gid"})
            rows = rows.with_columns(pl.col("gid") + start)
            start += rows.height
            if "nik" in rows.columns:
                told = rows.select(nik.clean(pl.col("nik")).alias("t")).unnest("t")
                rows = rows.with_columns(told["nik"], told["nik_seen"])
            yield rows.select(sorted(rows.columns))


def spread(
    shelf: Shelf, engine: SqlEngine, telling: pl.DataFrame, least_rows: int
) -> dict[str, int]:
    """Write the rows of each unit to files of their own; return how many each has.

    Args:
        shelf: Files; the pieces that ``write_rows`` left are gone afterwards.
        engine: Engine.
        telling: See ``Told``.
        least_rows: Rows that a unit must have.
    """
    engine.register("part_rows", telling)
    find_units(engine, least_rows)
    told = engine.frame("SELECT gid, unit FROM un_rows")
    units = (told if told["gid"].is_sorted() else told.sort("gid"))["unit"]

    def pieces() -> Iterator[pl.DataFrame]:
        start = 0
        for part in sorted((shelf.root / "rows").glob("*.arrow")):
            rows = pl.read_ipc(part)
            # Rows are numbered from 0 without a gap, so the unit of a row stands at its number.
            yield rows.with_columns(units.slice(start, rows.height))
            start += rows.height
            part.unlink()

    shelf.spread(pieces())
    sizes = units.value_counts().sort("unit")
    return {str(unit): int(n) for unit, n in sizes.iter_rows()}


def _telling(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what tells the unit of each row; texts that are only compared become numbers."""

    def number(name: str) -> pl.Series | pl.Expr:
        if name not in rows.columns:
            return pl.lit(None, pl.Int64)
        held = Distinct.of(rows[name]).mapped(lambda t: t.str.to_uppercase().str.strip_chars())
        text = pl.col("t")
        told = held.texts.to_frame("t").select(
            pl.when(text != "").then(text.hash(11).reinterpret(signed=True))
        )
        return held.spread(told.to_series())

    seen = "nik_seen" in rows.columns
    return rows.select(
        "gid", source=number("source"), nik=pl.col("nik").cast(pl.Int64),
        nik_seen=pl.col("nik_seen") if seen else pl.lit(None, pl.String),
        village=number("desa_kelurahan"), kab=pl.lit(None, pl.String),
    )  # fmt: skip
