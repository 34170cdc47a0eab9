"""Do printed budget figures fit together? persons × months × price in force = rupiah.

Every printed figure leaves an interval (``coverage.printed``). The price comes from the law: for
stated contribution months their own prices, else every price in force since 2015-07. Figures are
*compatible* if one whole number of persons, one run of months and one price fit all of them.
Rules of reading: ``docs/how-to/memeriksa-anggaran.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import accumulate, combinations
from typing import Any

from cakup.coverage.consistency import Span
from cakup.coverage.printed import Printed, read_count
from cakup.kernel.errors import UsageError
from cakup.kernel.months import add_months
from cakup.planning.prices import Spell, Tariff, months_of

NAMES = ("persons", "months", "rupiah")
#: Runs of months tried where neither months nor a period is given.
LONGEST_MONTHS = 120
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True)
class Run:
    """A run of contribution months at prices in force.

    Args:
        months: Number of months.
        person_rp: Rupiah of one person over the run.
    """

    months: int
    person_rp: int


@dataclass(frozen=True)
class Tried:
    """One price that was tried.

    Args:
        rp_month: Rupiah per person-month; None where it changes inside the period.
        first: First month of the price.
        last: Last month, None = until further notice.
        fits: Whether the figures fit with it.
        unconfirmed: Keys of parameters behind it that are not sure.
    """

    rp_month: int | None
    first: date
    last: date | None
    fits: bool
    unconfirmed: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the price as plain JSON values; months as YYYY-MM."""
        return {
            "rp_month": self.rp_month, "from": _iso(self.first),
            "to": _iso(self.last) if self.last else None, "fits": self.fits,
            "unconfirmed": list(self.unconfirmed),
        }  # fmt: skip


@dataclass(frozen=True)
class BudgetVerdict:
    """What a check of a budget found.

    Args:
        compatible: Whether one number of persons, months and one price fit all figures.
        given: The figures by name, as read.
        conflicts: Smallest sets of figures that clash while every smaller part fits.
        implied: If compatible, what all figures together leave for each name; else what the others
            would ask of each figure of a conflict.
        prices: The prices tried, oldest first.
        price_implied: Rupiah per person-month that persons, months and rupiah would need.
    """

    compatible: bool
    given: dict[str, Printed]
    conflicts: tuple[tuple[str, ...], ...]
    implied: dict[str, Span]
    prices: tuple[Tried, ...]
    price_implied: Span | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the verdict in the shape of ``cakup check-budget --json``."""
        return {
            "compatible": self.compatible,
            "rounding": "nearest" if self.compatible else None,
            "given": {
                name: {"text": one.text, **Span(one.low, one.high).as_json()}
                for name, one in self.given.items()
            },
            "conflicts": [list(names) for names in self.conflicts],
            "implied": {name: span.as_json() for name, span in self.implied.items()},
            "prices": [one.as_json() for one in self.prices],
            "price_implied": self.price_implied.as_json() if self.price_implied else None,
        }


def read_budget(texts: Mapping[str, str | None]) -> dict[str, Printed]:
    """Read the figures that were given, in the order of ``NAMES``.

    Args:
        texts: Printed text by name; None = not given.

    Raises:
        UsageError: ``figure.unreadable_count``, ``figure.too_large``, ``budget.nothing_given``.
    """
    read = {
        name: replace(
            read_count(_bare(text) if name == "rupiah" else text, f"--{name}"), text=text.strip()
        )
        for name in NAMES
        if (text := texts.get(name)) is not None
    }
    if not read:
        raise UsageError("budget.nothing_given")
    return read


def _bare(text: str) -> str:
    """Return an amount without Rp before it and ``,00`` or ``,-`` behind it.

    Before juta or miliar a comma is the decimal mark, also before three digits: nobody prints
    two thousand miliar as 2,295 miliar. A zero behind the digits tells the reader of counts so.
    """
    bare = re.sub(r"\b(?:Rp|IDR)\.?\s*", "", text, count=1, flags=re.IGNORECASE)
    bare = re.sub(r"\s*rupiah$", "", bare.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"(?:,00|,-+|\.-+)$", "", bare)
    return re.sub(r"(?<![0-9.,])([0-9]{1,3},[0-9]{3})(?=\s*[a-zA-Z])", r"\g<1>0", bare)


def read_period(text: str) -> tuple[date, date]:
    """Return first and last contribution month of ``YYYY-MM..YYYY-MM``.

    Raises:
        UsageError: ``budget.bad_period``.
    """
    first, dots, last = text.partition("..")
    found = [_MONTH.fullmatch(part.strip()) for part in (first, last)]
    try:
        days = [date(int(m[1]), int(m[2]), 1) for m in found if m]
    except ValueError as err:
        raise UsageError("budget.bad_period") from err
    if not dots or len(days) != 2 or days[0] > days[1] or len(months_of(*days)) > LONGEST_MONTHS:
        raise UsageError("budget.bad_period")
    return days[0], days[1]


def check_budget(
    given: Mapping[str, Printed], tariff: Tariff, period: tuple[date, date] | None = None
) -> BudgetVerdict:
    """Check whether budget figures fit together.

    Args:
        given: Figures by name, see ``read_budget``.
        tariff: Payer, sector and programmes whose prices are looked up.
        period: First and last contribution month, None = every price in force since 2015-07.

    Raises:
        RuleError: ``parameter.not_in_force`` for months before the law.
    """
    groups = _groups(given, tariff, period)
    fits = [any(_persons(given, run) for run in one.runs) for one in groups]
    prices = tuple(
        Tried(one.rp_month, one.spell.first, one.spell.last, ok, one.spell.price.unconfirmed)
        for one, ok in zip(groups, fits, strict=True)
    )
    runs = [run for one in groups for run in one.runs]
    if any(fits):
        return BudgetVerdict(
            True, dict(given), (), _implied(given, runs), prices, _implied_price(given)
        )
    clashes = _clashes(given, runs)
    asked = _asked(given, runs, clashes)
    return BudgetVerdict(False, dict(given), clashes, asked, prices, _implied_price(given))


@dataclass(frozen=True)
class _Group:
    """The runs to try at one price; the price is None where it changes inside a run."""

    rp_month: int | None
    spell: Spell
    runs: list[Run]


def _groups(
    given: Mapping[str, Printed], tariff: Tariff, period: tuple[date, date] | None
) -> list[_Group]:
    """Return the runs to try, by price; one that changes inside a run only if needed."""
    if period is not None:
        return _of_period(tariff, period, given)
    spells = tariff.spells()
    groups = _of_spells(spells, given)
    if any(_persons(given, run) for one in groups for run in one.runs):
        return groups
    across = _across(spells, given)
    return [*groups, across] if any(_persons(given, run) for run in across.runs) else groups


def _of_spells(spells: Sequence[Spell], given: Mapping[str, Printed]) -> list[_Group]:
    """Return the runs at every price in force since the law; a price that comes back once.

    A run at a price that was in force for six months is no longer than six months.
    """
    low, high = _month_range(given)
    held: dict[int, _Group] = {}
    for spell in spells:
        price = spell.price.total_rp
        first, longest = spell.first, high
        if spell.last is not None:
            longest = min(high, len(months_of(spell.first, spell.last)))
        runs = [Run(n, n * price) for n in range(low, longest + 1)]
        if price in held:
            first = held[price].spell.first
            runs = max(runs, held[price].runs, key=len)
        held[price] = _Group(price, replace(spell, first=first), runs)
    return list(held.values())


def _across(spells: Sequence[Spell], given: Mapping[str, Printed]) -> _Group:
    """Return the runs of months over which the price changes."""
    low, high = _month_range(given)
    last = add_months(spells[-1].first, min(high, LONGEST_MONTHS))
    prices = [
        (at, spell.price.total_rp)
        for at, spell in enumerate(spells)
        for _ in months_of(spell.first, spell.last or last)
    ]
    sums = [0, *accumulate(price for _, price in prices)]
    costs = {
        (n, sums[at + n] - sums[at])
        for n in range(low, min(high, LONGEST_MONTHS) + 1)
        for at in range(len(prices) - n + 1)
        if prices[at][0] != prices[at + n - 1][0]
    }
    return _Group(None, replace(spells[0], last=None), [Run(n, cost) for n, cost in sorted(costs)])


def _month_range(given: Mapping[str, Printed]) -> tuple[int, int]:
    """Return the numbers of months to try."""
    if "months" not in given:
        return 1, LONGEST_MONTHS
    low, high = int(given["months"].low), int(given["months"].high)
    if high > 10 * LONGEST_MONTHS:
        raise UsageError("budget.too_many_months", most=10 * LONGEST_MONTHS)
    return max(low, 1), high


def _of_period(
    tariff: Tariff, period: tuple[date, date], given: Mapping[str, Printed]
) -> list[_Group]:
    """Return the runs of months inside a period, each with its months' own prices."""
    months = months_of(*period)
    prices = tariff.over(months)
    marks = tuple(sorted({key for p in prices for key in p.unconfirmed}))
    spell = Spell(replace(prices[0], unconfirmed=marks), months[0], months[-1])
    lengths = range(1, len(months) + 1) if "months" in given else (len(months),)
    totals = [p.total_rp for p in prices]
    starts = ((n, at) for n in lengths for at in range(len(months) - n + 1))
    costs = {(n, sum(totals[at : at + n])) for n, at in starts}
    only = totals[0] if len(set(totals)) == 1 else None
    return [_Group(only, spell, [Run(n, cost) for n, cost in sorted(costs)])]


def _persons(given: Mapping[str, Printed], run: Run) -> Span | None:
    """Return the persons that fit the figures over one run of months, None if nobody does."""
    if "months" in given and not given["months"].low <= run.months <= given["months"].high:
        return None
    low, high = Fraction(0), None
    if "persons" in given:
        low, high = given["persons"].low, given["persons"].high
    if "rupiah" in given:
        cost = given["rupiah"]
        low = max(low, Fraction(-(-int(cost.low) // run.person_rp)))
        most = Fraction(int(cost.high) // run.person_rp)
        high = most if high is None else min(high, most)
    return Span(low, high) if high is None or low <= high else None


def _implied(given: Mapping[str, Printed], runs: Sequence[Run]) -> dict[str, Span]:
    """Return what all figures together leave for each name."""
    fitting = [(run, span) for run in runs if (span := _persons(given, run)) is not None]
    if not fitting:
        return {}
    persons = [(s.low, s.high) for _, s in fitting]
    months = [(Fraction(run.months), Fraction(run.months)) for run, _ in fitting]
    costs = [
        (s.low * run.person_rp, None if s.high is None else s.high * run.person_rp)
        for run, s in fitting
    ]
    return {"persons": _hull(persons), "months": _hull(months), "rupiah": _hull(costs)}


def _hull(spans: Sequence[tuple[Fraction, Fraction | None]]) -> Span:
    """Return the smallest range around several."""
    highs = [high for _, high in spans if high is not None]
    return Span(min(low for low, _ in spans), max(highs) if len(highs) == len(spans) else None)


def _implied_price(given: Mapping[str, Printed]) -> Span | None:
    """Return the price per person-month that the three figures would need."""
    if set(given) != set(NAMES) or not given["persons"].low or not given["months"].low:
        return None
    persons, months, rupiah = (given[name] for name in NAMES)
    return Span(rupiah.low / (persons.high * months.high), rupiah.high / (persons.low * months.low))


def _subsets(given: Mapping[str, Printed]) -> Iterator[dict[str, Printed]]:
    for size in range(1, len(given) + 1):
        for names in combinations(given, size):
            yield {name: given[name] for name in names}


def _clashes(given: Mapping[str, Printed], runs: Sequence[Run]) -> tuple[tuple[str, ...], ...]:
    """Return every set of figures that clashes while each smaller part of it fits."""
    found: list[tuple[str, ...]] = []
    for part in _subsets(given):
        if any(set(smaller) <= set(part) for smaller in found):
            continue
        if not any(_persons(part, run) for run in runs):
            found.append(tuple(part))
    return tuple(found)


def _asked(
    given: Mapping[str, Printed], runs: Sequence[Run], clashes: Sequence[Sequence[str]]
) -> dict[str, Span]:
    """Return, for every figure of a clash, what the others would ask of it.

    All other figures speak where they fit together, else the rest of that clash. An amount that is
    no multiple of any price has the multiples on both sides of it.
    """
    asked: dict[str, Span] = {}
    for names in clashes:
        if tuple(names) == ("rupiah",):
            asked["rupiah"] = _multiples(given["rupiah"], runs)
            continue
        for name in names:
            everyone = {n: one for n, one in given.items() if n != name}
            close = {n: given[n] for n in names if n != name}
            found = _implied(everyone, runs) or _implied(close, runs)
            if name not in asked and name in found:
                asked[name] = found[name]
    return {name: asked[name] for name in NAMES if name in asked}


def _multiples(amount: Printed, runs: Sequence[Run]) -> Span:
    """Return the nearest amounts below and above that whole persons and months can make."""
    steps = {run.person_rp for run in runs}
    below = max(int(amount.low) // step * step for step in steps)
    above = min(-(-int(amount.high) // step) * step for step in steps)
    return Span(Fraction(below), Fraction(above))


def _iso(month: date) -> str:
    return f"{month:%Y-%m}"
