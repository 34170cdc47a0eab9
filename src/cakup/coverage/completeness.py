"""How complete the lists are: what share of the workforce is on any of them, and who is on none.

Three estimates of the unlisted, all labelled *perkiraan*, from weak to strong:

* dual system (Chapman 1951): two lists, the worker lists together and the participants. Unbiased
  only if being on one says nothing of being on the other.
* multiple lists (Chao 1987): persons on exactly one and on exactly two lists bound the number on
  none from below, if persons differ in how likely they are to be listed. Lists that exclude each
  other (fishermen, traders) push it up.
* three lists (log-linear model with all pairs, Fienberg 1972): worker lists, DTSEN and participants
  may depend on each other pair by pair; only a dependence of all three at once is left out.

Every duplicate that was not linked and every row that is no worker of the place pushes all three
up. Intervals are 95 %, logarithmic, so they never reach below what was seen (Chao 1987, eq. 12);
they hold chance only, not a broken assumption: ``bench/unlisted.py`` measures how far off they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
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
    "fienberg": Text(
        "tiga daftar (daftar pekerja, DTSEN, data peserta) yang boleh saling bergantung dua-dua; "
        "hanya ketergantungan ketiganya sekaligus yang diabaikan",
        "three lists (worker lists, DTSEN, participants) that may depend on each other pair by "
        "pair; only a dependence of all three at once is left out",
    ),
}
METHODS = {
    "chapman": Text("dua daftar (Chapman)", "two lists (Chapman)"),
    "chao": Text("satu dan dua daftar (Chao)", "one and two lists (Chao)"),
    "fienberg": Text("tiga daftar (Fienberg)", "three lists (Fienberg)"),
}
CAVEAT = Text(
    "Selang 95 % hanya memuat kebetulan, bukan anggapan yang keliru. Orang ganda yang belum "
    "terpadankan dan orang yang bukan pekerja kota ini membuat ketiganya terlalu tinggi; pada kota "
    "rekaan, yang kebenarannya diketahui, ketiganya meleset lebih jauh daripada selangnya.",
    "The 95 % interval holds chance only, not a broken assumption. Duplicates not yet linked and "
    "people who are no workers of this city make all three too high; on the fictitious city, of "
    "which the truth is known, all three were off by more than their interval.",
)
#: Fewest persons in each pattern of three lists for the log-linear model to be told.
LEAST_CELL = 5


@dataclass(frozen=True)
class Histories:
    """How persons are spread over the lists, all counts of known workers.

    Args:
        cells: Persons by where they are: on a worker list, in DTSEN as working, a participant.
        on_one: Persons on exactly one of all lists that state work.
        on_two: Persons on exactly two.
        lists: Number of such lists.
    """

    cells: dict[tuple[bool, bool, bool], int]
    on_one: int
    on_two: int
    lists: int

    def count(self, on_list: bool | None, in_dtsen: bool | None, participant: bool | None) -> int:
        """Return the persons of all patterns that fit; None fits both."""
        wanted = (on_list, in_dtsen, participant)
        return sum(
            n for cell, n in self.cells.items()
            if all(w is None or w == c for w, c in zip(wanted, cell, strict=True))
        )  # fmt: skip

    @property
    def observed(self) -> int:
        """Persons on any list."""
        return sum(self.cells.values())

    @property
    def participants(self) -> int:
        """Persons in the participant data."""
        return self.count(None, None, True)

    @property
    def listed(self) -> int:
        """Persons on a worker list or in DTSEN as working."""
        return self.observed - self.count(False, False, None)

    @property
    def both(self) -> int:
        """Persons listed who are participants too."""
        return self.participants - self.count(False, False, True)


@dataclass(frozen=True)
class Estimate:
    """An estimate of the persons on no list.

    Args:
        method: Key of ``METHODS``.
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
    def name(self) -> Text:
        """The method in words."""
        return METHODS[self.method]

    @property
    def assumption(self) -> Text:
        """On what the estimate rests."""
        return ASSUMPTIONS[self.method]


def histories(engine: SqlEngine, lists: int, where: str = "region = 'in'") -> Histories:
    """Return how the known workers are spread over the lists.

    Args:
        engine: Holds ``facts`` (``coverage.counts.facts_sql``).
        lists: Number of lists that state work.
        where: Which persons.
    """
    known = f"is_worker AND n_work_lists > 0 AND {where}"
    rows = engine.frame(f"""
        SELECT is_on_list, is_in_dtsen, is_participant, count(*)
        FROM facts WHERE {known} GROUP BY ALL ORDER BY ALL""").iter_rows()
    cells = {(bool(a), bool(b), bool(c)): int(n) for a, b, c, n in rows}
    once, twice = engine.frame(f"""
        SELECT count(*) FILTER (n_work_lists = 1), count(*) FILTER (n_work_lists = 2)
        FROM facts WHERE {known}""").row(0)
    return Histories(cells, int(once), int(twice), lists)


def estimates(seen: Histories) -> tuple[Estimate, ...]:
    """Return the estimates that the lists allow, none if there is only one list.

    Args:
        seen: How persons are spread over the lists.
    """
    found = []
    three = fienberg(seen.cells)
    if three is not None:
        found.append(three)
    if seen.listed and seen.participants:
        found.append(chapman(seen.listed, seen.participants, seen.both))
    if seen.lists >= 2 and seen.on_two:
        found.append(chao(seen.observed, seen.on_one, seen.on_two, seen.lists))
    return tuple(found)


def fienberg(cells: Mapping[tuple[bool, bool, bool], int]) -> Estimate | None:
    """Return the estimate of the log-linear model of three lists with all pairs.

    The pattern "on none" follows from the seven others: ``n111·n001·n010·n100 ÷ (n011·n101·n110)``
    (Fienberg 1972; Bishop, Fienberg and Holland 1975, section 6.4).

    Args:
        cells: Persons by pattern of the three lists.

    Returns:
        None if a pattern holds fewer than ``LEAST_CELL`` persons.
    """
    both = (False, True)
    counted = {p: cells.get(p, 0) for p in product(both, both, both) if any(p)}
    if min(counted.values()) < LEAST_CELL:
        return None
    log_none = sum((1 if sum(p) % 2 else -1) * log(n) for p, n in counted.items())
    unlisted = exp(log_none)
    variance = unlisted**2 * sum(1 / n for n in counted.values()) + unlisted
    return _with_interval("fienberg", sum(counted.values()), unlisted, variance)


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
