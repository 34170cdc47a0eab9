"""What a rule may ask of the law: rates, amounts, counts and words in force.

``Terms`` answers for one day and remembers what it was asked, so that the status of every value
travels with the amount. ``TermsOver`` answers for a column of days with a column, so that the same
rule computes ten years of months at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from cakup.kernel.columns import ROUNDINGS, Column, by_day, divide, least, where
from cakup.kernel.errors import RuleError
from cakup.kernel.parameters import MONEY, Parameter, Value
from cakup.law.catalogue import Catalogue

PER_100K = 100_000
#: Reliefs are whole thousandths; 10^12 rupiah × rate × 1,000 still fits 64 bits.
FULL = 1_000
ROUNDING_KEYS = {"iuran": "umum.pembulatan.iuran", "manfaat": "umum.pembulatan.manfaat"}


def rounding_word(text: object) -> str:
    """Return ``half_up``, ``down`` or ``up`` from the text of the convention."""
    word = str(text).removesuffix("_to_whole_rupiah")
    if word not in ROUNDINGS:
        raise RuleError(
            "parameter.bad_choice", key="umum.pembulatan", day="…", choices=", ".join(ROUNDINGS)
        )
    return word


class Terms:
    """The law on one day.

    Args:
        day: The day (any day of a contribution month, or the day of an event).
        catalogue: Parameters.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.
    """

    def __init__(self, day: date, catalogue: Catalogue, *, allow_unconfirmed: bool = False) -> None:
        self.day = day
        self.catalogue = catalogue
        self.allow_unconfirmed = allow_unconfirmed
        self._watched: list[dict[str, Value]] = []

    @contextmanager
    def watch(self) -> Iterator[dict[str, Value]]:
        """Collect every value that is asked for inside the block, by key."""
        seen: dict[str, Value] = {}
        self._watched.append(seen)
        try:
            yield seen
        finally:
            self._watched.pop()
            for outer in self._watched:
                outer.update(seen)

    def _note(self, key: str, value: Value) -> Value:
        if self._watched:
            self._watched[-1][key] = value
        return value

    def has(self, key: str) -> bool:
        """Return whether a value is in force; asking leaves no mark."""
        found = self.catalogue[key].find(self.day)
        return found is not None and found.value is not None

    def in_force(self, key: str) -> Column:
        """Return whether a value is in force; over a column of days, on which of them."""
        return self.has(key)

    def value(self, key: str) -> Value:
        """Return the value in force.

        Raises:
            RuleError: ``parameter.not_in_force``; ``law.unconfirmed`` for a rupiah amount that is
                not confirmed, unless such amounts are allowed.
        """
        parameter = self.catalogue[key]
        found = parameter.at(self.day)
        if not self.allow_unconfirmed and found.status == "unconfirmed" and parameter.unit in MONEY:
            raise RuleError("law.unconfirmed", key=key, source=found.title)
        return self._note(key, found)

    def _whole(self, key: str) -> int:
        found = self.value(key).value
        assert isinstance(found, int)
        return found

    @staticmethod
    def _number(value: Value) -> int:
        assert isinstance(value.value, int)
        return value.value

    def rp(self, key: str) -> Column:
        """Return an amount in whole rupiah."""
        return self._whole(key)

    def count(self, key: str) -> Column:
        """Return a number of months, years, days or persons."""
        return self._whole(key)

    def rate(self, key: str) -> Column:
        """Return a share as a whole number per 100,000."""
        return self.value(key).per(PER_100K)

    def share(self, key: str, whole: int) -> Column:
        """Return a share as a whole number per ``whole``, small enough for large products."""
        return self.value(key).per(whole)

    def part(self, key: str) -> Column:
        """Return the part of a contribution that a relief leaves, in thousandths; 1000 = none."""
        return self.value(key).per(FULL) if self.runs(key) else FULL

    def limit(self, key: str) -> int | None:
        """Return an upper limit, None if there is none."""
        found = self.catalogue[key].find(self.day)
        return self._whole(key) if found is not None and found.value is not None else None

    def exact(self, key: str) -> Decimal:
        """Return a share as an exact decimal number."""
        found = self.value(key).value
        assert isinstance(found, Decimal)
        return found

    def flag(self, key: str) -> bool:
        """Return whether something holds."""
        return self.value(key).value is True

    def runs(self, key: str) -> bool:
        """Return whether a relief takes something off; asking leaves no mark."""
        found = self.catalogue[key].find(self.day)
        return found is not None and found.value is not None and found.per(FULL) != FULL

    def lists(self, key: str, word: str) -> bool:
        """Return whether a list holds a word; the list leaves a mark only if it does."""
        found = self.catalogue[key].find(self.day)
        if found is None or not isinstance(found.value, tuple) or word not in found.value:
            return False
        self._note(key, found)
        return True

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of words, empty before the list exists."""
        if not self.has(key):
            return ()
        found = self.value(key).value
        return found if isinstance(found, tuple) else (str(found),)

    def scale(self, key: str) -> list[tuple[Column, Column]]:
        """Return the brackets of a scale: threshold in rupiah and rate per 100,000."""
        names = self.catalogue.below(key)
        pairs = zip(names[::2], names[1::2], strict=True)
        return [(self.rp(threshold), self.rate(rate)) for threshold, rate in pairs]

    def at_least(self, amount: Column, key: str) -> Column:
        """Return an amount, raised to a floor in rupiah.

        The floor marks the amount only where one of the recorded floors would decide, and a floor
        that nobody has confirmed is refused only where it decides.
        """
        found = self.catalogue[key].at(self.day)
        if not isinstance(amount, int):
            refused = found.status == "unconfirmed" and not self.allow_unconfirmed
            return where(amount >= found.value, amount, None if refused else found.value)
        if amount >= max(self._recorded(key)):
            return amount
        self._note(key, found)
        return amount if amount >= self._number(found) else self.rp(key)

    def at_most(self, amount: Column, key: str) -> Column:
        """Return an amount, cut at a ceiling in rupiah.

        The ceiling marks the amount only where one of the recorded ceilings would cut it: whoever
        lies below all of them is not touched by a doubt about the one in force.
        """
        if isinstance(amount, int) and amount <= min(self._recorded(key)):
            self.catalogue[key].at(self.day)
            return amount
        return least(amount, self.rp(key))

    def _recorded(self, key: str) -> list[int]:
        """Return every amount that a limit ever had."""
        return [v.value for v in self.catalogue[key].values if isinstance(v.value, int)]

    def divide(self, value: Column, divisor: int, what: str = "iuran") -> Column:
        """Return ``value / divisor``, rounded by the stated convention.

        Args:
            value: Whole number.
            divisor: Positive whole number.
            what: ``iuran`` or ``manfaat``.
        """
        key = ROUNDING_KEYS[what]
        found = self.catalogue[key].at(self.day)
        if isinstance(value, int) and value % divisor:
            self._note(key, found)  # the convention decides only where something is left over
        return divide(value, divisor, rounding_word(found.value))


class TermsOver(Terms):
    """The law over a column of days: every answer is a column.

    Args:
        days: Column of days, ``Sql`` or a Polars expression.
        first: Earliest day in the column.
        last: Latest day in the column.
        catalogue: Parameters.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used; otherwise
            rows that need one are missing.
    """

    def __init__(
        self, days: Column, first: date, last: date, catalogue: Catalogue, *,
        allow_unconfirmed: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(last, catalogue, allow_unconfirmed=allow_unconfirmed)
        self._days = days
        self._first = first

    def _spells(self, key: str) -> tuple[Parameter, list[tuple[date, Value]]]:
        """Return the values that hold on some day between the first and the last."""
        parameter = self.catalogue[key]
        known = [v for v in parameter.values if v.since <= self.day]
        within = [v for v in known if v.since > self._first]
        before = [v for v in known if v.since <= self._first][-1:]
        return parameter, [(v.since, v) for v in (*before, *within)]

    def _column(self, key: str, whole: int | None, default: Column = None) -> Column:
        """Return the values of a parameter by day; what may not be used is missing."""
        parameter, spells = self._spells(key)
        dated: list[tuple[date, Column]] = [(date.min, default)] if default is not None else []
        for since, value in spells:
            refused = (
                value.status == "unconfirmed"
                and parameter.unit in MONEY
                and not self.allow_unconfirmed
            )
            if refused or value.value is None:
                dated.append((since, default))
            else:
                dated.append((since, value.per(whole) if whole else value.value))
        if len(dated) == 1 and dated[0][0] <= self._first:
            return dated[0][1]
        return by_day(self._days, dated)

    def has(self, key: str) -> bool:
        """Return whether a value is in force on some day of the column."""
        return any(v.value is not None for _, v in self._spells(key)[1])

    def in_force(self, key: str) -> Column:
        """Return on which days of the column a value is in force."""
        spells = [(since, v.value is not None) for since, v in self._spells(key)[1]]
        if len(spells) == 1 and spells[0][0] <= self._first:
            return spells[0][1]
        return by_day(self._days, [(date.min, False), *spells])

    def rp(self, key: str) -> Column:
        """Return amounts in whole rupiah by day."""
        return self._column(key, None)

    def count(self, key: str) -> Column:
        """Return counts by day."""
        return self._column(key, None)

    def rate(self, key: str) -> Column:
        """Return shares per 100,000 by day."""
        return self._column(key, PER_100K)

    def share(self, key: str, whole: int) -> Column:
        """Return shares per ``whole`` by day."""
        return self._column(key, whole)

    def part(self, key: str) -> Column:
        """Return what a relief leaves, in thousandths, by day."""
        return self._column(key, FULL, FULL)

    def at_least(self, amount: Column, key: str) -> Column:
        """Return amounts raised to a floor; missing where a refused floor decides."""
        parameter, spells = self._spells(key)
        compared = by_day(self._days, [(since, v.value) for since, v in spells])
        assert parameter.unit in MONEY
        return where(amount >= compared, amount, self._column(key, None))

    def at_most(self, amount: Column, key: str) -> Column:
        """Return amounts cut at a ceiling by day."""
        return least(amount, self.rp(key))

    def divide(self, value: Column, divisor: int, what: str = "iuran") -> Column:
        """Return ``value / divisor``, rounded by the convention of the last day."""
        found = self.catalogue[ROUNDING_KEYS[what]].at(self.day)
        return divide(value, divisor, rounding_word(found.value))
