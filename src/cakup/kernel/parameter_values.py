"""What a dated parameter is: values with first day, status and sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from cakup.kernel.errors import RuleError

Status = Literal["solid", "secondary", "derived", "disputed", "unconfirmed", "confirmed"]
STATUSES = ("solid", "secondary", "derived", "disputed", "unconfirmed", "confirmed")
SURE = frozenset({"solid", "confirmed"})
#: Units whose values are rupiah amounts; an unconfirmed one is refused, not only marked.
MONEY = frozenset(
    {"rp", "rp_month", "rp_year", "rp_person_month", "rp_household_month", "bands"}
)  # fmt: skip
EXACT = frozenset({"share", "usd_ppp_day"})
UNITS = (
    "months", "years", "days", "working_days", "hours", "persons", "count", "share", "per_100k",
    "usd_ppp_day", "flag", "text", "words", *sorted(MONEY),
)  # fmt: skip
Plain = int | Decimal | str | bool | tuple[Any, ...] | None


@dataclass(frozen=True)
class Reference:
    """Where a value comes from.

    Args:
        title: Instrument and article, or publication.
        href: Link, may be empty.
        partial: Whether the exact address was not kept and the link leads to the host only.
    """

    title: str
    href: str = ""
    partial: bool = False


@dataclass(frozen=True)
class Value:
    """One dated value of a parameter.

    Args:
        since: First day on which it holds.
        value: ``int``, ``Decimal``, ``bool``, text or a list of them, by the parameter's unit;
            None = repealed or no limit.
        status: How sure it is.
        references: Sources, at least one.
        note: Remark, may be empty.
        confirmed_on: Day on which a local answer was confirmed; ``--known`` looks at this.
    """

    since: date
    value: Plain
    status: Status
    references: tuple[Reference, ...]
    note: str = ""
    confirmed_on: date | None = None

    @property
    def title(self) -> str:
        """Title of the first source."""
        return self.references[0].title

    @property
    def href(self) -> str:
        """Link of the first source, may be empty."""
        return self.references[0].href

    @property
    def is_sure(self) -> bool:
        """Whether results may use it without a mark."""
        return self.status in SURE

    def per(self, whole: int) -> int:
        """Return a share as a whole number per ``whole``, e.g. per 100,000.

        Raises:
            ValueError: If it is none, which a test of the files looks for.
        """
        assert isinstance(self.value, Decimal)
        exact = self.value * whole
        if exact != exact.to_integral_value():
            raise ValueError(f"{self.value} is no whole number per {whole}")
        return int(exact)


@dataclass(frozen=True)
class Parameter:
    """A parameter with its dated values, oldest first.

    Args:
        key: Dotted key.
        description: What it is, in Indonesian.
        unit: One of ``UNITS``.
        values: Dated values.
        description_en: What it is, in English.
        documentation: Remark on all its values.
        minimum: Smallest value that loads, None = no limit.
        maximum: Largest value that loads.
    """

    key: str
    description: str
    unit: str
    values: tuple[Value, ...]
    description_en: str = ""
    documentation: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    def at(self, day: date) -> Value:
        """Return the value in force on ``day``.

        Raises:
            RuleError: ``parameter.not_in_force`` before the first value or after a repeal.
        """
        found = self.find(day)
        if found is None or found.value is None:
            raise RuleError("parameter.not_in_force", key=self.key, day=day.isoformat())
        return found

    def find(self, day: date) -> Value | None:
        """Return the entry for ``day``, whose value may be None; None before the first one."""
        found = [v for v in self.values if v.since <= day]
        return found[-1] if found else None
