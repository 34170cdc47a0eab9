"""Linking unit by unit: what is learnt once for all of them, and how they are grouped."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cakup.linkage.compare import comparisons
from cakup.linkage.list_shares import ListShares
from cakup.linkage.parameters import Parameters
from cakup.linkage.tally import Tally
from cakup.linkage.vocabulary import Reals

#: Rows from which parameters are learnt, as whole units; all of them if there are fewer.
SAMPLE_ROWS = 600_000


def sample(sizes: Mapping[str, int], rows: int = SAMPLE_ROWS) -> list[str]:
    """Return units of together so many rows, chosen as if by lot but always the same.

    Persons of a sample must be whole: what rows of one person disagree in is what is learnt.

    Args:
        sizes: Rows per unit.
        rows: Rows that are enough.
    """
    drawn = sorted(sizes, key=lambda u: (hashlib.sha256(u.encode()).hexdigest(), u))
    chosen, held = [], 0
    for unit in drawn:
        if held >= rows:
            break
        chosen.append(unit)
        held += sizes[unit]
    return sorted(chosen)


def grouped(sizes: Mapping[str, int], n: int) -> list[list[str]]:
    """Return the units in ``n`` groups of about equal size; fewer if there are fewer units.

    Args:
        sizes: Rows per unit.
        n: Groups.
    """
    groups: list[list[str]] = [[] for _ in range(max(min(n, len(sizes)), 1))]
    held = [0] * len(groups)
    for unit in sorted(sizes, key=lambda u: (-sizes[u], u)):
        at = held.index(min(held))
        groups[at].append(unit)
        held[at] += sizes[unit]
    return [sorted(group) for group in groups]


def scaled(
    parameters: Parameters, priors: Reals, part: Tally, whole: Tally
) -> tuple[Parameters, Reals]:
    """Return what a part taught, as it is in the whole.

    What two rows of one person agree in does not depend on how many other persons there are. The
    share of pairs that are one person, or of one household, falls as fast as persons grow.

    Args:
        parameters: Parameters learnt from the part with the counts of the whole.
        priors: Log2 prior odds per kind of pair among the pairs of the part.
        part: Counts of the part.
        whole: Counts of the whole.
    """
    if part.persons == whole.persons:
        return parameters, priors

    def pairs(t: Tally) -> Reals:
        only, both = float(max(t.persons - t.registered, 2)), float(max(t.registered, 2))
        return np.array([only * (only - 1) / 2, only * both, both * (both - 1) / 2])

    grown = whole.persons / max(part.persons, 1)
    share = np.log2(grown * pairs(part) / pairs(whole))
    return replace(parameters, household=parameters.household / grown), priors + share


def spelled(parameters: Parameters, has: Sequence[str], extras: Sequence[str]) -> dict[str, Any]:
    """Return parameters as plain JSON values.

    Args:
        parameters: Parameters.
        has: Fields that occur.
        extras: Names of the further columns.
    """

    def numbers(values: Sequence[Reals] | None) -> list[list[float]] | None:
        return None if values is None else [v.tolist() for v in values]

    lists = parameters.lists
    of_lists = None if lists is None else {
        "names": list(lists.names), "halves": [h.tolist() for h in lists.halves],
        "pooled": numbers(lists.pooled),
    }  # fmt: skip
    return {
        "has": sorted(has), "extras": list(extras), "household": parameters.household,
        "lists": of_lists,
        **{name: numbers(getattr(parameters, name)) for name in ("m", "u", "s", "value_u")},
    }  # fmt: skip


def read_spelled(told: Mapping[str, Any]) -> Parameters:
    """Return the parameters that ``spelled`` wrote; numbers come back to the last bit."""

    def arrays(name: str) -> tuple[Reals, ...]:
        return tuple(np.array(v, dtype=float) for v in told[name] or ())

    lists = None
    if (held := told["lists"]) is not None:
        halves, pooled = (tuple(np.array(v) for v in held[name]) for name in ("halves", "pooled"))
        lists = ListShares(tuple(held["names"]), halves, pooled)
    return Parameters(
        tuple(comparisons(frozenset(told["has"]), told["extras"])), arrays("m"), arrays("u"),
        arrays("s") if told["s"] is not None else None, arrays("value_u"), told["household"], lists,
    )  # fmt: skip
