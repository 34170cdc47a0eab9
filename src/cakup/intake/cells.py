"""The data rows of one part of a sheet as fields, with readers that note what they cannot read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from cakup.identifiers import dates
from cakup.identifiers.dates import Evidence, Orders
from cakup.identifiers.distinct import Distinct
from cakup.intake import values
from cakup.intake.built import Memory
from cakup.intake.settings import Settings

EVENTS_FROM = date(1945, 8, 17)
#: Enrolments may be stated ahead, by so many years at most.
YEARS_AHEAD = 20


class Rows:
    """The data rows of one part, as the fields of its kind.

    Args:
        cells: One text column per field that the sheet has.
        settings: Settings of the import.
        memory: What earlier parts of the file told.
    """

    def __init__(self, cells: pl.DataFrame, settings: Settings, memory: Memory) -> None:
        self.cells = cells
        self.settings = settings
        self.memory = memory
        self.made: dict[str, pl.Series] = {}
        self.flags: dict[str, pl.Series] = {}
        self.evidence: dict[str, Evidence] = {}
        self._raw: dict[str, Distinct] = {}
        self._tidy: dict[str, Distinct] = {}

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.cells.height

    def has(self, field: str) -> bool:
        """Return whether the sheet has a field."""
        return field in self.cells.columns

    def raw(self, field: str) -> Distinct:
        """Return a field as written, nothing if the sheet has none."""
        if not self.has(field):
            return Distinct.nothing(self.height)
        if field not in self._raw:
            self._raw[field] = Distinct.of(self.cells.get_column(field))
        return self._raw[field]

    def tidy(self, field: str) -> Distinct:
        """Return a field as tidy text, nothing if the sheet has none."""
        if field not in self._tidy:
            self._tidy[field] = self.raw(field).mapped(values.text)
        return self._tidy[field]

    def text(self, field: str) -> pl.Series:
        """Return a field as tidy text, a text for each row."""
        return self.tidy(field).rows()

    def put(self, field: str, cells: pl.Series) -> None:
        """Give a field other cells, as if the sheet had them."""
        self.cells = self.cells.with_columns(cells.alias(field))
        self._raw.pop(field, None)
        self._tidy.pop(field, None)

    def digits(self, field: str) -> pl.Series:
        """Return an identifier without blanks and marks, all null if the sheet has none."""
        return self.raw(field).mapped(values.digits).rows()

    def nothing(self, kind: pl.DataType | type[pl.DataType]) -> pl.Series:
        """Return a column without values."""
        return pl.Series([None], dtype=kind).new_from_index(0, self.height)

    def always(self, value: bool) -> pl.Series:
        """Return a column of one truth value."""
        return pl.Series([value]).new_from_index(0, self.height)

    def read(
        self, field: str, kind: type[pl.DataType], reader: Callable[[str], Any], note: str
    ) -> pl.Series:
        """Return a field through a reader of single texts; filled cells without value are noted.

        Args:
            field: Field.
            kind: Type of the values.
            reader: Function from text to value or None.
            note: Reason code of unreadable cells.
        """
        told = self.tidy(field)
        found = told.read(reader, kind)
        if self.has(field):
            self.flags[note] = told.rows().is_not_null() & found.is_null()
        return found

    def day(
        self, field: str, *, earliest: date, latest: date, implied: pl.Series | None = None
    ) -> tuple[pl.Series, pl.Series]:
        """Return day and status of a date field; its order is one decision for the column.

        Args:
            field: Field.
            earliest: First possible day.
            latest: Last possible day.
            implied: Birth dates that whole NIKs imply, for birth dates only.
        """
        if not self.has(field):
            absent = pl.Series(["missing"]).new_from_index(0, self.height)
            return self.nothing(pl.Date), absent
        told = dates.Told.of(self.tidy(field), latest=latest, earliest=earliest)
        seen = told.evidence(implied)
        self.evidence[field] = seen
        stated = self.settings.correction.orders.get(field)
        if stated in ("dmy", "mdy"):
            orders = Orders(stated)  # type: ignore[arg-type]
        else:
            orders = self.memory.orders.setdefault(field, seen.decide())
        days = told.days(orders).struct
        return days.field("tanggal"), days.field("status")
