"""The ways in which a person can be covered: from which month to which, paid by which purses.

Continuity is built in: every way ends with the last month that the person's age allows, in
December for nearly everybody. A purse that ends earlier (a sponsor's two months) can only be the
first part of a way that another purse carries on without a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MONTHS = 12


@dataclass(frozen=True)
class Way:
    """One way.

    Args:
        start: First month, 0 = January.
        end: Last month.
        purse: Position of the first purse.
        switch: First month of the second purse; ``end + 1`` if there is none.
        second: Position of the second purse, −1 if there is none.
    """

    start: int
    end: int
    purse: int
    switch: int
    second: int = -1

    @property
    def months(self) -> int:
        """Number of months covered."""
        return self.end - self.start + 1

    def parts(self) -> tuple[tuple[int, int, int], ...]:
        """Return ``(purse, first month, last month)`` of every part."""
        if self.second < 0:
            return ((self.purse, self.start, self.end),)
        return (
            (self.purse, self.start, self.switch - 1),
            (self.second, self.switch, self.end),
        )


@dataclass(frozen=True)
class Path:
    """One way that a changed budget left: any number of purses, and perhaps an early end.

    Args:
        start: First month, 0 = January.
        end: Last month.
        pieces: ``(purse, first month, last month)`` of every part.
    """

    start: int
    end: int
    pieces: tuple[tuple[int, int, int], ...]

    @property
    def months(self) -> int:
        """Number of months covered."""
        return self.end - self.start + 1

    def parts(self) -> tuple[tuple[int, int, int], ...]:
        """Return ``(purse, first month, last month)`` of every part."""
        return self.pieces


def ways(
    first: int, last_start: int, end: int, purses: Sequence[tuple[int, int, int]]
) -> tuple[Way, ...]:
    """Return every way of a stratum.

    Args:
        first: First month in which its persons may begin.
        last_start: Last month in which they may begin.
        end: Last month in which they may be covered.
        purses: ``(position, first month, last month)`` of the purses that may pay them.
    """
    found = []
    for start in range(max(first, 0), min(last_start, end, MONTHS - 1) + 1):
        for at, opens, closes in purses:
            if not opens <= start <= closes:
                continue
            if closes >= end:
                found.append(Way(start, end, at, end + 1))
                continue
            found += [
                Way(start, end, at, closes + 1, other)
                for other, other_opens, other_closes in purses
                if other != at and other_opens <= closes + 1 and other_closes >= end
            ]
    return tuple(found)
