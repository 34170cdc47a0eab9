"""How complete the lists are: what share of the workforce is on any of them, and who is on none.

Two estimates of the unlisted, both labelled *perkiraan*:

* dual system (Chapman 1951): two lists, the worker lists together and the participants. Unbiased
  only if being on one says nothing of being on the other.
* multiple lists (Chao 1987): persons on exactly one and on exactly two lists bound the number on
  none from below, if persons differ in how likely they are to be listed. Lists that exclude each
  other (fishermen, traders) push it up.

Intervals are 95 %, logarithmic, so they never reach below what was seen (Chao 1987, eq. 12).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from cakup.kernel.language import Text

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine

Z_95 = 1.959964
ASSUMPTIONS = {
    "chapman": Text(
        "dua daftar (daftar pekerja dan DTSEN digabung, dan data peserta); benar hanya bila ada "
        "pada yang satu tidak bergantung pada yang lain: bila orang yang terdaftar lebih mudah "
        "masuk keduanya, perkiraan ini terlalu rendah",
        "two lists (worker lists and DTSEN together, and participants); right only if being on one "
        "does not depend on being on the other: if some people get on both more easily, it is "
        "too low",
    ),
    "chao": Text(
        "batas bawah dari orang yang ada pada tepat satu dan tepat dua daftar; daftar yang saling "
        "meniadakan (nelayan, pedagang) membuatnya terlalu tinggi",
        "lower bound from persons on exactly one and exactly two lists; lists that exclude each "
        "other (fishermen, traders) make it too high",
    ),
}


@dataclass(frozen=True)
class Histories:
    """How persons are spread over the lists, all counts of known workers.

    Args:
        observed: Persons on any list.
        listed: Persons on a worker list or in DTSEN as working.
        participants: Persons in the participant data.
        both: Persons in both.
        on_one: Persons on exactly one of all lists.
        on_two: Persons on exactly two.
        lists: Number of lists.
    """

    observed: int
    listed: int
    participants: int
    both: int
    on_one: int
    on_two: int
    lists: int


@dataclass(frozen=True)
class Estimate:
    """An estimate of the persons on no list.

    Args:
        method: ``chapman`` or ``chao``.
        observed: Persons seen on any list.
        unlisted: Estimated persons on no list.
        low: Lower end of the 95 % interval of ``unlisted``.
        high: Upper end.
    """

    method: str
    observed: int
    unlisted: float
    low: float
    high: float

    @property
    def assumption(self) -> Text:
        """On what the estimate rests."""
        return ASSUMPTIONS[self.method]


def histories(engine: SqlEngine, where: str = "region = 'in'") -> Histories:
    """Return how the known workers are spread over the lists.

    Args:
        engine: Holds ``facts`` (``coverage.counts.facts_sql``).
        where: Which persons.
    """
    row = engine.frame(f"""
        SELECT count(*), count(*) FILTER (is_listed), count(*) FILTER (is_participant),
          count(*) FILTER (is_listed AND is_participant), count(*) FILTER (n_sources = 1),
          count(*) FILTER (n_sources = 2), coalesce(max(n_sources), 0)
        FROM facts WHERE is_worker AND n_sources > 0 AND {where}""").row(0)
    return Histories(*(int(n) for n in row))


def estimates(seen: Histories) -> tuple[Estimate, ...]:
    """Return the estimates that the lists allow, none if there is only one list.

    Args:
        seen: How persons are spread over the lists.
    """
    found = []
    if seen.listed and seen.participants:
        found.append(chapman(seen.listed, seen.participants, seen.both))
    if seen.lists >= 2 and seen.on_two:
        found.append(chao(seen.observed, seen.on_one, seen.on_two, seen.lists))
    return tuple(found)


def chapman(first: int, second: int, both: int) -> Estimate:
    """Return Chapman's estimate of the persons on neither of two lists.

    Args:
        first: Persons on the first list.
        second: Persons on the second list.
        both: Persons on both.
    """
    observed = first + second - both
    total = (first + 1) * (second + 1) / (both + 1) - 1
    spread = (first + 1) * (second + 1) * (first - both) * (second - both)
    variance = spread / ((both + 1) ** 2 * (both + 2))
    return _with_interval("chapman", observed, max(total - observed, 0.0), variance)


def chao(observed: int, on_one: int, on_two: int, lists: int) -> Estimate:
    """Return Chao's bias-corrected lower bound of the persons on no list.

    Args:
        observed: Persons on any list.
        on_one: Persons on exactly one list.
        on_two: Persons on exactly two lists.
        lists: Number of lists, 2 or more.
    """
    share = (lists - 1) / lists
    unlisted = share * on_one * (on_one - 1) / (2 * (on_two + 1))
    variance = (
        share * on_one * (on_one - 1) / (2 * (on_two + 1))
        + share**2 * on_one * (2 * on_one - 1) ** 2 / (4 * (on_two + 1) ** 2)
        + share**2 * on_one**2 * on_two * (on_one - 1) ** 2 / (4 * (on_two + 1) ** 4)
    )
    return _with_interval("chao", observed, unlisted, variance)


def _with_interval(method: str, observed: int, unlisted: float, variance: float) -> Estimate:
    """Return the estimate with its logarithmic 95 % interval."""
    if unlisted <= 0:
        return Estimate(method, observed, 0.0, 0.0, 0.0)
    factor = exp(Z_95 * sqrt(log(1 + variance / unlisted**2)))
    return Estimate(method, observed, unlisted, unlisted / factor, unlisted * factor)
