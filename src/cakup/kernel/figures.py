"""A figure is an object: no percentage travels alone (``docs/explanation/cakupan.md``)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Source:
    """Where a number comes from.

    Args:
        issuer: Who published it.
        document: Title or number of the document.
        year: Year to which it refers.
        status: Status word of ``kernel/parameters.py``.
    """

    issuer: str
    document: str
    year: int | None = None
    status: str = "unconfirmed"


@dataclass(frozen=True)
class Figure:
    """A number with everything a reader needs to judge it.

    Args:
        value: Share 0–1, or None where only counts are allowed or nothing may be said.
        numerator: Persons counted, None if suppressed.
        denominator: Persons it is a part of, None if unknown.
        as_of: Day for which it holds.
        known_on: Last day of receipt of the files that were used.
        numerator_definition: Words for the numerator.
        denominator_definition: Words for the denominator.
        region_rule: ``ktp``, ``domisili`` or ``kerja``.
        sources: Origins of numerator and denominator.
        bounds: Lowest and highest numerator that the links allow (*batas*), not an interval.
        interval: 95 % interval of ``value``, None where none is claimed.
        unconfirmed: Keys of unconfirmed parameters that touch the figure.
        suppressed: Whether the figure is hidden to protect persons.
        by: Axis values of a sub-figure, e.g. ``{"kecamatan": "12.75.01"}``.
        name: Short stable name such as ``aktif`` or ``terdaftar``.
    """

    value: float | None
    numerator: int | None
    denominator: int | None
    as_of: date
    known_on: date | None
    numerator_definition: str
    denominator_definition: str
    region_rule: str
    sources: tuple[Source, ...] = ()
    bounds: tuple[int, int] | None = None
    interval: tuple[float, float] | None = None
    unconfirmed: tuple[str, ...] = ()
    suppressed: bool = False
    by: dict[str, str] = field(default_factory=dict)
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the figure as plain JSON values; dates are ISO text."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}


def _plain(value: Any) -> Any:
    """Return dates as text and tuples as lists."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Source):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value
