"""How a code as given is carried to the places of another day.

A renamed or renumbered area has one successor: its people move on whole. A split area has several:
nobody can say from the code who went where, so those people are counted as not carried over. The
other way round a part of a split belongs to exactly one older area, and several parts that were
merged cannot be told apart. Where all that took over lies in one kecamatan or city, the people are
certainly still there: only the kelurahan is lost, never the city.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cakup.places.registry import Area

How = Literal["same", "carried", "split", "ended", "unknown"]
CARRIED: tuple[How, ...] = ("same", "carried")


_Step = Callable[["Mapping[str, Sequence[Area]]", str], tuple[str, ...]]


@dataclass(frozen=True)
class Carried:
    """What a code means on a day.

    Args:
        kode: Code valid on that day, None if it cannot be said.
        how: ``same``; ``carried`` along successors (or back along the only predecessor);
            ``split`` if several areas took over; ``ended`` if none did; ``unknown`` code.
        inside: Where ``kode`` is None: code of the smallest area of that day that certainly holds
            it, None if none does.
    """

    kode: str | None
    how: How
    inside: str | None = None


def valid(area: Area, day: date) -> bool:
    """Return whether an area is valid on ``day``; an open end is always valid."""
    return (area.valid_from is None or area.valid_from <= day) and (
        area.valid_to is None or day <= area.valid_to
    )


def carry(areas: Mapping[str, Sequence[Area]], kode: str, day: date) -> Carried:
    """Return what ``kode`` means on ``day``.

    Args:
        areas: All areas by code; several entries of one code are different times.
        kode: Code as given in a record.
        day: Day of the figure.
    """
    if kode not in areas:
        return Carried(None, "unknown")
    if any(valid(a, day) for a in areas[kode]):
        return Carried(kode, "same")
    ended = all(a.valid_to is not None and a.valid_to < day for a in areas[kode])
    return _walk(areas, kode, day, _successors if ended else _predecessors)


def _walk(areas: Mapping[str, Sequence[Area]], kode: str, day: date, step: _Step) -> Carried:
    """Follow a chain while it has exactly one next area."""
    seen = {kode}
    while True:
        following = step(areas, kode)
        if len(following) != 1:
            how: How = "split" if following else "ended"
            return Carried(None, how, _holding(areas, following or (kode,), day))
        kode = following[0]
        if kode in seen or kode not in areas:
            return Carried(None, "ended", _holding(areas, (kode,), day))
        if any(valid(a, day) for a in areas[kode]):
            return Carried(kode, "carried")
        seen.add(kode)


def _holding(areas: Mapping[str, Sequence[Area]], parts: Sequence[str], day: date) -> str | None:
    """Return the smallest area of the day above all parts, told by their codes."""
    above = parts[0].rpartition(".")[0]
    while above:
        inside = all(part.startswith(above + ".") for part in parts)
        if inside and any(valid(a, day) for a in areas.get(above, ())):
            return above
        above = above.rpartition(".")[0]
    return None


def _successors(areas: Mapping[str, Sequence[Area]], kode: str) -> tuple[str, ...]:
    latest = max(areas[kode], key=lambda a: a.valid_to or date.max)
    return latest.successors


def _predecessors(areas: Mapping[str, Sequence[Area]], kode: str) -> tuple[str, ...]:
    return tuple(
        sorted({a.kode for held in areas.values() for a in held if kode in a.successors} - {kode})
    )
