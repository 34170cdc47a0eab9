"""From levels to evidence in bits, and from evidence to probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.linkage.compare import Compared, Comparison
from cakup.linkage.levels import BARELY, PARTS_PER_BIT
from cakup.linkage.parameters import NEVER, Parameters, decode
from cakup.linkage.rows import Array
from cakup.linkage.vocabulary import Reals

#: Bits of one field at most, either way: no single field may decide against all others.
MOST_BITS = 40.0
NAME_EQUAL = (8, 9)


@dataclass(frozen=True)
class Weights:
    """Bits per level of each field.

    Args:
        same: For the same person against strangers.
        kin: For one household against strangers, None without households.
    """

    same: tuple[Reals, ...]
    kin: tuple[Reals, ...] | None


def weights(p: Parameters) -> Weights:
    """Return the bits per level beside the rarity of shared values."""
    return Weights(_bits(p, p.m), _bits(p, p.s) if p.s is not None else None)


def _bits(p: Parameters, top: tuple[Reals, ...]) -> tuple[Reals, ...]:
    found = []
    for share, u in zip(top, p.value_u, strict=True):
        bits = np.log2(np.maximum(share, NEVER) / np.maximum(u, NEVER))
        bits[0] = 0.0
        found.append(bits)
    return tuple(found)


def at_most(at: int, compared: Compared, p: Parameters, told: Weights) -> Reals:
    """Return the most evidence that one field of pairs compared quickly can still give.

    Args:
        at: Field.
        compared: See ``compare.quickly``.
        p: Parameters.
        told: Their weights.
    """
    field, rare, open_ = p.fields[at], compared.bits[at], compared.open[at]
    size = len(field.levels)
    # Levels of settled pairs, of open ones and of barely open ones, one behind the other.
    reachable, counts = np.tile(told.same[at], 3), np.zeros((3, size), dtype=bool)
    counts[:, list(field.exact)] = True
    for base, levels in field.reach.items():
        for kind, among in ((1, levels), (BARELY, levels[:2])):
            reachable[kind * size + base] = max(told.same[at][x] for x in among)
            counts[kind, base] = any(x in field.exact for x in among)
    level = compared.levels[at]
    if open_ is not None:
        level = level + open_.view(np.uint8) * np.uint8(size)
    bits: Reals = reachable.take(level)
    if rare is not None:
        bits += (counts.ravel() / PARTS_PER_BIT).take(level) * rare
    return np.minimum(bits, MOST_BITS, out=bits)


def evidence(compared: Compared, kin_rarity: Array, p: Parameters) -> Reals:
    """Return the evidence of settled pairs, in bits.

    Strangers and members of one household are weighed together: that two rows share mother and
    address says little about one person if it is likelier that they are sisters.

    Args:
        compared: See ``compare.settled``.
        kin_rarity: Rarity of what members of one household do not share of a name, in parts.
        p: Parameters.
    """
    total, household = np.zeros(len(compared.left)), np.zeros(len(compared.left))
    told = weights(p)
    for at, level in enumerate(compared.levels):
        rare = _rare(compared.bits[at])
        total += np.clip(told.same[at][level] + rare, -MOST_BITS, MOST_BITS)
        if told.kin is not None:
            household += _kin_bits(told.kin[at], p.fields[at], level, rare, kin_rarity)
    return total - _against(household, p, told)


def _rare(bits: NDArray[np.int16] | None) -> Reals | float:
    return 0.0 if bits is None else bits / float(PARTS_PER_BIT)


def _kin_bits(
    weight: Reals, field: Comparison, level: Array, rare: Reals | float, kin_rarity: Array
) -> Reals:
    """Return the bits of one field for one household; of equal names only a part is shared."""
    bits = weight[level] + rare
    if field.name == "nama":
        equal = np.isin(level, NAME_EQUAL)
        bits = np.where(equal, rare - kin_rarity / float(PARTS_PER_BIT), bits)
    return np.clip(bits, -MOST_BITS, MOST_BITS)


def _against(household: Reals, p: Parameters, told: Weights) -> Reals | float:
    if told.kin is None or p.household <= 0:
        return 0.0
    against: Reals = np.logaddexp2(0.0, np.log2(p.household) + household)
    return against


def by_field(pairs: pl.DataFrame, p: Parameters) -> Reals:
    """Return the bits of each field for the same person against strangers.

    Args:
        pairs: Columns ``pattern`` and ``bits_<i>``.
        p: Parameters.

    Returns:
        Shape (pairs, fields).
    """
    told = weights(p).same
    levels = decode(pairs["pattern"].to_numpy(), p.fields)
    out = np.zeros(levels.shape)
    for at, field in enumerate(p.fields):
        rare = pairs[f"bits_{at}"].to_numpy() / PARTS_PER_BIT if field.has_rarity else 0.0
        out[:, at] = np.clip(told[at][levels[:, at]] + rare, -MOST_BITS, MOST_BITS)
    return out


def probability(log_odds: Reals) -> Reals:
    """Return probabilities of log2 odds."""
    return 1.0 / (1.0 + np.exp2(-np.clip(log_odds, -60.0, 60.0)))


def prior(bits: Reals, pairs: float, most: float) -> float:
    """Return log2 of the share of pairs that are one person, by fixed point.

    The expected number of links must equal the sum of the probabilities that the prior gives.

    Args:
        bits: Evidence of all candidate pairs.
        pairs: Number of all pairs, compared or not.
        most: Most links there can be, e.g. the smaller side.

    Returns:
        Bits, negative.
    """
    if not len(bits) or pairs <= 0:
        return -30.0
    links = max(0.3 * most, 1.0)
    for _ in range(60):
        share = min(max(links / pairs, 1e-15), 0.5)
        links = float(probability(bits + np.log2(share / (1.0 - share))).sum())
        links = min(max(links, 0.5), most)
    return float(np.log2(share / (1.0 - share)))
