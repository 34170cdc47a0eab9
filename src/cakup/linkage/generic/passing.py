"""Columns that say when or how much, not who: they change from row to row of one entity.

The day and the amount of a visit differ between two rows of one person as they do between
strangers. Two such columns differ together in nearly every pair, as what tells relatives apart
does, and would make a class of relatives into which all pairs of one entity fall. So they are told
before there are classes, and not compared.

A table of relatives in which nobody is repeated looks the same in what differs always. Therefore
only amounts and days may pass, never a name or a code, and no day that may be a birth date.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from cakup.linkage.generic.learning import Learnt, starts_of
from cakup.linkage.generic.related import is_birth
from cakup.linkage.generic.values import DATE, NUMBER, Column
from cakup.linkage.generic.weights import SMALLEST, Counts
from cakup.linkage.vocabulary import Reals

#: Share of what a column of its kind is and says of one entity, below which it is equal hardly
#: ever, and says hardly anything.
HARDLY_EQUAL, HARDLY_SAYS = 0.1, 0.04
#: A single one makes no class: it is weighed, at next to nothing.
LEAST_COLUMNS = 2


def passing(
    columns: Sequence[Column], counts: Counts, told: Learnt, asked: Collection[int] = ()
) -> tuple[int, ...]:
    """Return the columns that change from row to row of one entity; none if nothing else is left.

    Args:
        columns: Columns.
        counts: What was counted.
        told: What was learnt without groups and classes.
        asked: Columns that are to be compared whatever they say.
    """
    expected = starts_of(columns)
    found = [
        f for f, column in enumerate(columns)
        if f not in asked and _may_pass(column)
        and told.m[f][-1] < HARDLY_EQUAL * expected[f][-1]
        and _says(told.m[f], counts.u[f]) < HARDLY_SAYS * _says(expected[f], counts.u[f])
    ]  # fmt: skip
    return tuple(found) if LEAST_COLUMNS <= len(found) < len(columns) - 1 else ()


def _may_pass(column: Column) -> bool:
    """Return whether a column is an amount, or a day that is no birth date."""
    return column.kind == NUMBER or (column.kind == DATE and not is_birth(column))


def _says(shares: Reals, u: Reals) -> float:
    """Return the bits that a field says of a pair of one entity on average.

    Args:
        shares: Shares of their pairs per level.
        u: The same of strangers'.
    """
    share = shares[1:] / max(float(shares[1:].sum()), SMALLEST)
    ratio = np.maximum(share, SMALLEST) / np.maximum(u[1:], SMALLEST)
    return float((share * np.log2(ratio)).sum())
