"""From levels to evidence in bits, and from evidence to probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from cakup.linkage.compare import PARTS_PER_BIT
from cakup.linkage.parameters import NEVER, Parameters, decode
from cakup.linkage.vocabulary import Ints, Reals

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


def evidence(compared: pl.DataFrame, p: Parameters) -> tuple[Reals, Reals]:
    """Return the evidence for compared pairs.

    Args:
        compared: Columns ``pattern``, ``bits_<i>`` and ``kin`` (rarity of what members of one
            household do not share of a name), see ``compare``.
        p: Parameters.

    Returns:
        Bits for the same person against anybody else (strangers and households weighed together),
        and bits per field for the same person against strangers, shape (pairs, fields).
    """
    told = weights(p)
    levels = decode(compared["pattern"].to_numpy(), p.fields)
    rare = np.zeros(levels.shape)
    for at, field in enumerate(p.fields):
        if field.bits:
            rare[:, at] = compared[f"bits_{at}"].to_numpy() / PARTS_PER_BIT
    same = np.stack([b[levels[:, at]] for at, b in enumerate(told.same)], axis=1) + rare
    same = np.clip(same, -MOST_BITS, MOST_BITS)
    total = same.sum(axis=1)
    if told.kin is None or p.household <= 0:
        return total, same
    kin = np.stack([b[levels[:, at]] for at, b in enumerate(told.kin)], axis=1) + rare
    names = next((i for i, f in enumerate(p.fields) if f.name == "nama"), None)
    if names is not None:
        equal = np.isin(levels[:, names], NAME_EQUAL)
        unshared = compared["kin"].to_numpy() / PARTS_PER_BIT
        kin[equal, names] = (rare[:, names] - unshared)[equal]
    kin_total = np.clip(kin, -MOST_BITS, MOST_BITS).sum(axis=1)
    against = np.logaddexp2(0.0, np.log2(p.household) + kin_total)
    return total - against, same


def odds(bits: Reals, prior_bits: Reals | float) -> Reals:
    """Return the log2 odds of the same person."""
    return bits + prior_bits


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


def compete(group: Ints, log_odds: Reals) -> Reals:
    """Return probabilities when at most one of each group's pairs can be true.

    Args:
        group: Group of each pair.
        log_odds: Log2 odds of each pair taken alone.

    Returns:
        Probability of each pair; those of a group add up to less than 1.
    """
    value = np.exp2(np.clip(log_odds, -60.0, 60.0))
    if not len(group):
        return value
    order = np.lexsort((log_odds, group))
    starts = np.flatnonzero(np.concatenate([[True], np.diff(group[order]) != 0]))
    sums = np.add.reduceat(value[order], starts)
    total = np.empty_like(value)
    total[order] = np.repeat(sums, np.diff(np.append(starts, len(group))))
    return value / (1.0 + total)
