"""Which fields only say again what another one says, and which tell most.

Judged by the values in the form in which they are compared, in some of the rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cakup.linkage.cleaning import REFERENCE
from cakup.linkage.generic.values import CODE, plain_form, told_apart

#: Share of rows of a copy in which the other field is filled as well, and of these in which both
#: are equal beyond what chance makes equal.
COMMON, EQUAL = 0.95, 0.95
#: Bits by which that must be more than chance: once in a million.
NO_CHANCE = 20.0
_SEED = 5


@dataclass(frozen=True)
class Looked:
    """Values of one field in some rows, a number each, 0 = missing.

    Args:
        kind: What the field holds.
        told: Per table its values in the form in which they are compared.
        bare: The same without blanks and marks, for fields of different kinds.
        is_told: Whether the user named the field.
        is_known: Whether it is one of the fields known to describe a person.
    """

    kind: str
    told: tuple[np.ndarray, ...]
    bare: tuple[np.ndarray, ...]
    is_told: bool
    is_known: bool

    @property
    def power(self) -> float:
        """How much the field tells apart: bits of its values times how often it is filled."""
        values = np.concatenate(self.told)
        return told_apart(np.unique(values[values != 0], return_counts=True)[1], len(values))


def look(kind: str, tables: Sequence[pl.Series], *, is_told: bool, is_known: bool) -> Looked:
    """Return the values of one field as numbers.

    Args:
        kind: What it holds.
        tables: Its values in some rows of each table; the same rows for all fields.
        is_told: Whether the user named the field.
        is_known: Whether it is one of the fields known to describe a person.
    """

    def numbers(form: str, values: pl.Series) -> np.ndarray:
        sides = pl.Series(np.zeros(len(values), dtype=np.int64))
        texts = plain_form(form, values, sides, REFERENCE)
        return np.where(texts.is_null().to_numpy(), 0, texts.hash(_SEED).to_numpy())

    told = tuple(numbers(kind, v) for v in tables)
    return Looked(kind, told, tuple(numbers(CODE, v) for v in tables), is_told, is_known)


def copies(fields: Sequence[Looked]) -> set[int]:
    """Return the fields that add nothing to another one: each counts once.

    Of two that say the same the later goes; the earlier one if only it leaves blanks where the
    other is filled. What the user named goes only for something else that the user named.

    Args:
        fields: Fields in their order.
    """
    gone = set[int]()
    for later, field in enumerate(fields):
        for earlier, other in enumerate(fields[:later]):
            if earlier in gone:
                continue
            if other.is_told >= field.is_told and _adds_nothing(field, other):
                gone.add(later)
                break
            if field.is_told >= other.is_told and _adds_nothing(other, field):
                gone.add(earlier)
    return gone


def weakest(fields: Sequence[Looked], most: int) -> set[int]:
    """Return the fields that are too many: those that tell least.

    What the user named stays first, then what is known to describe a person: a sex tells one bit,
    but of the person, and a column of unknown classes perhaps of the row alone.

    Args:
        fields: Fields in their order.
        most: Fields that stay.
    """
    if len(fields) <= most:
        return set()
    rank = [(-f.is_told, -f.is_known, -f.power, at) for at, f in enumerate(fields)]
    return {at for *_, at in sorted(rank)[most:]}


def _adds_nothing(part: Looked, whole: Looked) -> bool:
    """Return whether a field is filled only where another one is, and equals it there.

    In every table: an address that only one list copied still tells something in the other. Two
    columns of yes and no are equal in most rows if both are nearly always no; so only what is equal
    beyond chance counts, as a share of what chance leaves, and in so many rows that chance would
    hardly ever do it.
    """
    alike = part.kind == whole.kind
    bits = 0.0
    for mine, theirs in zip(*((f.told if alike else f.bare) for f in (part, whole)), strict=True):
        both = (mine != 0) & (theirs != 0)
        if both.sum() < COMMON * (mine != 0).sum():
            return False
        if both.any():
            told = _beyond_chance(mine[both], theirs[both])
            if told is None:
                return False
            bits += told
    return bits >= NO_CHANCE


def _beyond_chance(a: np.ndarray, b: np.ndarray) -> float | None:
    """Return the bits against chance of two columns that are equal; None if they are not."""
    same, chance = float((a == b).mean()), _chance(a, b)
    if same < EQUAL or same - chance < EQUAL * (1.0 - chance):
        return None
    return -len(a) * math.log2(chance)


def _chance(a: np.ndarray, b: np.ndarray) -> float:
    """Return how often values of two columns would be equal were their rows shuffled."""
    values, place = np.unique(np.concatenate([a, b]), return_inverse=True)
    counts = [np.bincount(p, minlength=len(values)) / len(a) for p in np.split(place, 2)]
    return float((counts[0] * counts[1]).sum())
