"""Blocks of a plan: persons by purse, sector and months, what documents multiply out."""

from __future__ import annotations

from typing import Any

from cakup.planning.compute import Outcome


def blocks(outcome: Outcome) -> list[dict[str, Any]]:
    """Return persons by purse, sector and months: what documents multiply out.

    Args:
        outcome: A solved scenario.

    Returns:
        ``purse, sector, first, last, persons``, months 1-12; empty if it cannot be met.
    """
    if not outcome.solution.is_feasible:
        return []
    held: dict[tuple[str, str, int, int], int] = {}
    for n, way, s in outcome._used():
        for at, first, last in way.parts():
            key = (outcome.pots[at].id, outcome.strata[s].sector, first + 1, last + 1)
            held[key] = held.get(key, 0) + n
    names = ("purse", "sector", "first", "last")
    return [
        {**dict(zip(names, key, strict=True)), "persons": held[key]} for key in sorted(held)
    ]  # fmt: skip
