"""What the conversion of one file needs to know, beside the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from cakup.intake.correction import Correction
from cakup.intake.kinds import Kind
from cakup.kernel.errors import Where
from cakup.places.codes import Scheme
from cakup.places.registry import Places


@dataclass(frozen=True)
class Settings:
    """Settings of one import.

    Args:
        kind: Kind of file.
        import_id: Id of the import.
        as_of: Date of the data; no birth or death is later.
        places: Known areas, of all times.
        kota: Code of the city.
        scheme: Scheme of area codes without dots, None if not stated.
        payer: Payer of rows that do not name one, None = unknown.
        correction: What the user decided about the columns.
        before: For files that bring returned rows back: ``sheet`` (empty for CSV), ``row`` and
            ``is_accepted`` of the original rows, and of those that came back before.
        where: File, for errors.
    """

    kind: Kind
    import_id: str
    as_of: date
    places: Places
    kota: str
    scheme: Scheme | None = None
    payer: str | None = None
    correction: Correction = field(default_factory=Correction)
    before: pl.DataFrame | None = None
    where: Where = field(default_factory=Where)
