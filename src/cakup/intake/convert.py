"""One part of a sheet becomes rows of a table, an outcome for every row, and rows to return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from cakup.identifiers.dates import Evidence, Orders
from cakup.intake import employers, payments, persons, projects
from cakup.intake.built import Built, Memory
from cakup.intake.plan import SheetPlan
from cakup.intake.reading import Sheet
from cakup.intake.reasons import codes
from cakup.intake.rows import classify
from cakup.intake.seen import Seen
from cakup.intake.settings import Settings
from cakup.intake.tally import Tally
from cakup.kernel.schemas import EMPLOYERS, PAYMENTS, PERSON_KINDS, PROJECTS, RECORDS
from cakup.kernel.tables import Table

POLARS_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "VARCHAR": pl.String, "BIGINT": pl.Int64, "INTEGER": pl.Int32, "DOUBLE": pl.Float64,
    "BOOLEAN": pl.Boolean, "DATE": pl.Date,
}  # fmt: skip
ROWS_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "sheet": pl.String, "sheet_no": pl.Int32, "sheet_row": pl.Int64, "outcome": pl.String,
    "reasons": pl.String, "origin_row": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class Converted:
    """One part, converted.

    Args:
        table: Rows of the kind's table, accepted and noted only, in the order of the sheet.
        rows: Outcome of every row; columns ``ROWS_TYPES``.
        returned: Cells of the returned rows as they came, with ``sheet_row``, ``origin_row`` (of
            rows that came back before) and ``reasons``.
        evidence: Date field → what speaks for its order.
    """

    table: pl.DataFrame
    rows: pl.DataFrame
    returned: pl.DataFrame
    evidence: dict[str, Evidence]


@dataclass
class SheetConverter:
    """Converts the parts of one sheet, in order.

    Args:
        plan: How the sheet is read.
        settings: Settings of the import.
        seen: Numbers that the whole file has held, shared by its sheets.
        orders: Date field → order, where the whole column was looked at before.
    """

    plan: SheetPlan
    settings: Settings
    seen: dict[str, Seen]
    orders: dict[str, Orders] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(
            dict(self.orders), self.seen, self.plan.final_zero_lost, self.plan.is_rounded
        )

    def convert(self, part: Sheet, tally: Tally, *, has_end: bool) -> Converted:
        """Convert one part and count it.

        Args:
            part: Rows of the sheet.
            tally: Counts of the import; grows.
            has_end: Whether the sheet ends with this part.
        """
        frame, sheet_rows = self._below_header(part)
        blank = classify(frame, self.plan.mapping.columns, self.plan.layout, has_end=has_end)
        is_data = blank.is_null()
        cells = frame.filter(is_data)
        at_rows = sheet_rows.filter(is_data)
        built = _builder(self.settings)(self._fields(cells), self.settings, self.memory)
        self._remember(built)
        origin = self._origin(cells)
        flags = self._with_origin(built.flags, origin)
        verdict = _verdict(flags)
        self._count(tally, built, flags, verdict, at_rows, blank, sheet_rows)
        rows = self._rows(blank, sheet_rows, verdict, at_rows, origin)
        usable = verdict.get_column("outcome") != "returned"
        table = self._table(built, verdict, at_rows)
        tally.n_table_rows += table.height
        told = cells.with_columns(at_rows, origin, verdict.get_column("reasons"))
        returned = told.filter(~usable)
        return Converted(table, rows, returned, dict(built.evidence))

    def settled_orders(self) -> dict[str, Orders]:
        """Return the orders that all parts together carry."""
        return {name: seen.decide() for name, seen in self.evidence.items()}

    def _below_header(self, part: Sheet) -> tuple[pl.DataFrame, pl.Series]:
        """Return the rows below the header with their numbers, without lines that go on a cell."""
        start = max(0, self.plan.layout.first_data_row - part.first_row)
        frame = part.frame.slice(start)
        first = part.first_row + start
        numbers = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True)
        numbers = numbers.alias("sheet_row")
        if part.continued_rows:
            kept = numbers.is_in(list(part.continued_rows)).not_()
            return frame.filter(kept), numbers.filter(kept)
        return frame, numbers

    def _fields(self, cells: pl.DataFrame) -> pl.DataFrame:
        columns = self.plan.mapping.columns
        missing = pl.lit(None, pl.String)
        return cells.select(
            (pl.col(f"c{i + 1}") if f"c{i + 1}" in cells.columns else missing).alias(name)
            for name, i in columns.items()
        ).with_columns(pl.lit(text).alias(name) for name, text in self.plan.place.items())

    def _remember(self, built: Built) -> None:
        for name, seen in built.evidence.items():
            self.evidence[name] = self.evidence.get(name, Evidence()) + seen

    def _origin(self, cells: pl.DataFrame) -> pl.Series:
        """Return the original row of each row, in a file that brings returned rows back."""
        if self.plan.origin is None or self.settings.before is None:
            return pl.Series("origin_row", [None], dtype=pl.Int64).new_from_index(0, cells.height)
        told = cells.get_column(f"c{self.plan.origin + 1}").str.strip_chars()
        return told.str.replace(r"\.0$", "").cast(pl.Int64, strict=False).alias("origin_row")

    def _with_origin(self, flags: pl.DataFrame, origin: pl.Series) -> pl.DataFrame:
        """Add the flags of rows that were accepted from an earlier file, or never returned."""
        if self.settings.before is None:
            return flags
        before = self.settings.before.filter(pl.col("sheet").is_in(["", self.plan.name]))
        done = before.filter("is_accepted").get_column("row")
        again = origin.is_in(done.implode()).fill_null(False) | _repeats(origin)
        known = origin.is_in(before.get_column("row").implode()).fill_null(False)
        return flags.with_columns(again.alias("already_corrected"), known.not_().alias("row_added"))

    def _count(
        self, tally: Tally, built: Built, flags: pl.DataFrame, verdict: pl.DataFrame,
        at_rows: pl.Series, blank: pl.Series, sheet_rows: pl.Series,
    ) -> None:  # fmt: skip
        for outcome in ("accepted", "noted", "returned"):
            tally.outcomes[outcome] += int((verdict.get_column("outcome") == outcome).sum())
        tally.outcomes["blank"] += len(blank) - blank.null_count()
        is_noted = verdict.get_column("outcome") == "noted"
        for code in flags.columns:
            # What else is the matter with a returned row stands in the file that goes back.
            told = flags.get_column(code)
            told = told & is_noted if code in codes("noted") else told
            tally.count_reason(code, self.plan.name, at_rows.filter(told))
        for code in codes("blank"):
            tally.count_reason(
                code, self.plan.name, sheet_rows.filter((blank == code).fill_null(False))
            )
        usable = verdict.get_column("outcome") != "returned"
        tally.n_sk_ready += int((built.is_sk_ready & usable).sum())
        tally.add_measures(built.measures)

    def _rows(
        self, blank: pl.Series, sheet_rows: pl.Series, verdict: pl.DataFrame, at_rows: pl.Series,
        origin: pl.Series,
    ) -> pl.DataFrame:  # fmt: skip
        """Return the outcome of every row below the header."""
        data = verdict.with_columns(at_rows, origin)
        away = pl.DataFrame({"sheet_row": sheet_rows, "reasons": blank}).drop_nulls("reasons")
        both = pl.concat([data, away.with_columns(outcome=pl.lit("blank"))], how="diagonal")
        return both.sort("sheet_row").select(
            pl.lit(self.plan.name).alias("sheet"),
            pl.lit(self.plan.no, pl.Int32).alias("sheet_no"),
            "sheet_row", "outcome", "reasons", "origin_row",
        )  # fmt: skip

    def _table(self, built: Built, verdict: pl.DataFrame, at_rows: pl.Series) -> pl.DataFrame:
        """Return rows of the kind's table with lineage, in the types of its schema."""
        table = table_of(self.settings.kind.name)
        at = built.table.get_column("at")
        lineage = {
            "sheet_row": at_rows, "outcome": verdict.get_column("outcome"),
            "notes": verdict.get_column("reasons").fill_null(""),
            "is_sk_ready": built.is_sk_ready,
        }  # fmt: skip
        rows = built.table.with_columns(
            column.gather(at).alias(name) for name, column in lineage.items()
        ).filter(pl.col("outcome") != "returned")
        stem = f"{self.settings.import_id}.{self.plan.no}."
        made = rows.with_columns(
            record_id=pl.lit(stem) + pl.col("sheet_row").cast(pl.String),
            import_id=pl.lit(self.settings.import_id),
            kind=pl.lit(self.settings.kind.name),
            sheet=pl.lit(self.plan.name),
        )
        return made.select(
            pl.col(c.name).cast(POLARS_TYPES[c.type]).alias(c.name) for c in table.columns
        )


def table_of(kind: str) -> Table:
    """Return the table that holds the rows of a kind."""
    if kind in PERSON_KINDS:
        return RECORDS
    return {"pembayaran": PAYMENTS, "jakon": PROJECTS}.get(kind, EMPLOYERS)


def _builder(settings: Settings) -> Callable[[pl.DataFrame, Settings, Memory], Built]:
    """Return what makes rows of the kind."""
    table = table_of(settings.kind.name)
    if table is RECORDS:
        return persons.build
    if table is PROJECTS:
        return projects.build
    return payments.build if table is PAYMENTS else employers.build


def _repeats(origin: pl.Series) -> pl.Series:
    """Return whether an original row stands twice in one returned file."""
    return origin.is_first_distinct().not_() & origin.is_not_null()


def _verdict(flags: pl.DataFrame) -> pl.DataFrame:
    """Return outcome and reason codes of every data row.

    Args:
        flags: One Boolean column per code.
    """
    returned = [c for c in codes("returned") if c in flags.columns]
    noted = [c for c in codes("noted") if c in flags.columns]
    any_returned = pl.any_horizontal(returned) if returned else pl.lit(False)
    any_noted = pl.any_horizontal(noted) if noted else pl.lit(False)
    told = flags.select(
        pl.when(any_returned).then(pl.lit("returned"))
        .when(any_noted).then(pl.lit("noted"))
        .otherwise(pl.lit("accepted")).alias("outcome"),
        (any_returned | any_noted).alias("has_reason"),
    )  # fmt: skip
    has_reason = told.get_column("has_reason")
    # Texts are made for the rows that need them only: most rows have no reason.
    some = flags.filter(has_reason).select(
        pl.concat_str(
            [pl.when(pl.col(c)).then(pl.lit(c)) for c in (*returned, *noted)],
            separator=",", ignore_nulls=True,
        ).alias("reasons")
    ) if has_reason.any() else pl.DataFrame(schema={"reasons": pl.String})  # fmt: skip
    spread = some.with_columns(at=has_reason.arg_true().cast(pl.UInt32))
    rows = told.select("outcome").with_row_index("at")
    return rows.join(spread, on="at", how="left", maintain_order="left").select(
        "outcome", "reasons"
    )
