"""What a fictitious city is asked to be: sizes, date, seed; and its division into parts."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np

from cakup.kernel.errors import UsageError
from cakup.kernel.months import add_months, last_day
from cakup.places.registry import Area, Places

MONTHS = 24
#: Workers per part. A part is made, written and forgotten, so memory does not grow with the city.
PART_WORKERS = 150_000
MIN_WORKERS = 60
#: Ordinal of 1 January 1970, from which days are counted.
EPOCH = 719_163


@dataclass(frozen=True)
class Spec:
    """A fictitious city.

    Args:
        place: Kemendagri code of the city whose areas are borrowed, e.g. ``12.75``.
        workers: Workers alive and resident (KTP) in the city on ``as_of``.
        covered: How many of them are active participants (PU, BPU or jakon) on ``as_of``.
        listed: Share (0–1) of the workers who stand on at least one list of workers.
        as_of: Last day of the 24 months of history.
        seed: Same seed, same city.
        noise: Multiplier on every noise rate of every list; 0 = clean lists.
        correlated_names: Whether the second word of a name depends on the first.
        findings: Whether findings are planted: a decree, lists of employers, wrong statuses.
        areas: Desa/kelurahan of the city with their kecamatan, from ``areas_of``.
    """

    place: str
    workers: int
    covered: int
    listed: float
    as_of: date
    seed: int
    noise: float = 1.0
    correlated_names: bool = False
    findings: bool = False
    areas: tuple[tuple[Area, Area], ...] = ()

    @staticmethod
    def of(
        place: str = "12.75", *, workers: int, covered: int | float, listed: float = 0.88,
        as_of: date = date(2025, 10, 31), seed: int = 7, noise: float = 1.0,
        correlated_names: bool = False, findings: bool = False,
    ) -> Spec:  # fmt: skip
        """Return a checked specification.

        Args:
            place: As in the class; so are all others but ``covered``.
            workers: As in the class.
            covered: A number of persons (int), or a share of the workers (float 0–1).
            listed: As in the class.
            as_of: As in the class.
            seed: As in the class.
            noise: As in the class.
            correlated_names: As in the class.
            findings: As in the class.

        Raises:
            UsageError: ``synth.few_workers``, ``synth.bad_covered``, ``synth.bad_listed``,
                ``synth.bad_noise``, ``synth.bad_seed``.
        """
        if workers < MIN_WORKERS:
            raise UsageError("synth.few_workers", least=MIN_WORKERS)
        count = covered if isinstance(covered, int) else math.floor(covered * workers + 0.5)
        if not 0 <= count <= workers:
            raise UsageError("synth.bad_covered", workers=workers)
        if not 0 <= listed <= 1:
            raise UsageError("synth.bad_listed")
        if not 0 <= noise <= 10:
            raise UsageError("synth.bad_noise")
        if seed < 0:
            raise UsageError("synth.bad_seed")
        return Spec(
            place, workers, count, listed, as_of, seed, noise, correlated_names, findings,
            areas_of(place),
        )  # fmt: skip

    @property
    def n_listed(self) -> int:
        """Workers who stand on at least one list of workers."""
        return math.floor(self.listed * self.workers + 0.5)

    @property
    def today(self) -> int:
        """``as_of`` in days since 1970."""
        return self.as_of.toordinal() - EPOCH

    @property
    def first_month(self) -> date:
        """First of the 24 months of history."""
        return add_months(self.as_of, 1 - MONTHS)

    @property
    def months(self) -> tuple[date, ...]:
        """First days of the 24 months."""
        return tuple(add_months(self.first_month, i) for i in range(MONTHS))

    @property
    def days(self) -> tuple[date, ...]:
        """The day of each month on which activity is judged: its last day, at most ``as_of``."""
        return tuple(min(last_day(m), self.as_of) for m in self.months)

    @property
    def n_parts(self) -> int:
        """In how many parts the city is made; depends on its size only."""
        return max(1, -(-self.workers // PART_WORKERS))

    def part(self, number: int) -> Part:
        """Return part ``number`` (0-based); the parts' counts add up to the city's."""
        start, end = (self.workers * i // self.n_parts for i in (number, number + 1))

        def share(total: int) -> int:
            return total * end // self.workers - total * start // self.workers

        return Part(self, number, end - start, share(self.covered), share(self.n_listed))


@dataclass(frozen=True)
class Part:
    """A slice of the city that is made on its own.

    Args:
        spec: The city.
        number: 0-based position.
        workers: Workers in this part.
        covered: Covered workers in this part.
        n_listed: Listed workers in this part.
    """

    spec: Spec
    number: int
    workers: int
    covered: int
    n_listed: int

    def stream(self, what: str) -> np.random.Generator:
        """Return the random numbers of one step; steps do not disturb one another."""
        return stream(self.spec.seed, self.number, what)


def stream(seed: int, part: int, what: str) -> np.random.Generator:
    """Return a generator that depends on the seed, the part and the step's name only."""
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence([seed, part, zlib.crc32(what.encode())]))
    )


def areas_of(place: str) -> tuple[tuple[Area, Area], ...]:
    """Return ``(kecamatan, desa/kelurahan)`` of a city.

    Built-in areas where Cakup has them (Kota Binjai); for any other city invented areas, five
    kecamatan of seven kelurahan, under the city's code.

    Raises:
        UsageError: ``synth.bad_place`` if the code is not one of a kabupaten or kota.
    """
    parts = place.split(".")
    if len(parts) != 2 or not all(len(p) == 2 and p.isascii() and p.isdigit() for p in parts):
        raise UsageError("synth.bad_place")
    known = Places.builtin()
    pairs = [
        (kecamatan, area)
        for kecamatan in known.within(place, "kecamatan")
        for area in known.children(kecamatan.kode)
    ]
    return tuple(pairs or _invented(place))


def _invented(place: str) -> list[tuple[Area, Area]]:
    """Return areas for a city that Cakup has no areas of."""
    sides = "Utara Timur Selatan Barat Tengah".split()
    trees = "Mahoni Trembesi Cempaka Kenanga Meranti Flamboyan Angsana".split()
    pairs = []
    for k, side in enumerate(sides, start=1):
        kecamatan = Area.of(f"{place}.{k:02}", f"Rekaan {side}")
        for d, tree in enumerate(trees, start=1):
            pairs.append((kecamatan, Area.of(f"{kecamatan.kode}.{1000 + d}", f"{tree} {side}")))
    return pairs
