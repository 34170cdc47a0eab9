"""Columns that say when, how much or what, not who: they change from row to row of one entity.

The day and the amount of a visit, the article bought and the clerk differ between two rows of one
person as they do between strangers. They differ together in nearly every pair, as what tells
relatives apart does, and would make a class of relatives into which all pairs of one entity fall.
So they are told, and not compared.

A table of relatives in which nobody is repeated looks the same in what differs always. Therefore a
name never passes, nor a day that may be a birth date; amounts and other days pass if they are equal
hardly ever. What has fewer values passes only if it is equal *as often as by chance*: what belongs
to an entity is equal in its rows, and what tells two relatives apart is equal in hardly any. A text
may be a name under an unknown heading, so it passes only where otherwise nobody would be repeated.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np

from cakup.linkage import score
from cakup.linkage.fields import plain
from cakup.linkage.generic.learning import Learnt
from cakup.linkage.generic.levels import STARTS
from cakup.linkage.generic.meanings import is_birth, is_moment
from cakup.linkage.generic.related import LITTLE_POWER
from cakup.linkage.generic.taught import Taught
from cakup.linkage.generic.values import CLASS, CODE, DATE, NAME, NUMBER, Column, told_apart
from cakup.linkage.generic.weights import SMALLEST
from cakup.linkage.vocabulary import Reals

#: Share of what a column of its kind is and says of one entity, below which it is equal hardly
#: ever, and says hardly anything.
HARDLY_EQUAL, HARDLY_SAYS = 0.1, 0.04
#: A single one makes no class: it is weighed, at next to nothing.
LEAST_COLUMNS = 2
#: Equal pairs by chance from which they are told from none; how much fewer and more are chance,
#: and how many standard deviations.
TOLD_BY_CHANCE, FEWER, MORE, SPREAD = 10.0, 0.5, 2.0, 2.0
#: Share of the bits of a numbering from which every row has a value of its own.
OWN = 0.95
#: Names of columns in which anything may be written.
REMARKS = frozenset((
    "body", "catatan", "comment", "comments", "complaint", "deskripsi", "description", "detail",
    "details", "isi", "keluhan", "keterangan", "ket", "memo", "message", "note", "notes", "pesan",
    "reason", "remark", "remarks", "subject", "summary", "uraian",
))  # fmt: skip
#: Share of the pairs of one entity that classes must leave, or nobody would be repeated.
LEFT_BY_CLASSES = 0.1


def passing(seen: Taught, told: Learnt, asked: Collection[int] = ()) -> tuple[int, ...]:
    """Return the columns that change from row to row of one entity; none if nothing else is left.

    Args:
        seen: Pairs.
        told: What they taught without groups and classes.
        asked: Columns that are to be compared whatever they say.
    """
    moments = [
        f for f, c in enumerate(seen.columns)
        if f not in asked and is_moment(c) and _hardly(told.m[f], seen, f)
        and told.m[f][-1] < HARDLY_EQUAL * STARTS[c.kind][-1]
    ]  # fmt: skip
    more = _by_chance(seen, told, (CLASS, CODE, NUMBER, DATE))
    return _some(seen, {*moments, *more} - {*asked}) or _some(seen, moments, 0.0)


def emptying(
    seen: Taught, before: Learnt, after: Learnt, asked: Collection[int] = ()
) -> tuple[int, ...]:
    """Return the columns because of which nobody is repeated, though they are as chance makes them.

    Args:
        seen: Pairs.
        before: What they taught without groups and classes.
        after: The same with them.
        asked: Columns that are to be compared whatever they say.
    """
    if after.prior > before.prior + np.log2(LEFT_BY_CLASSES):
        return ()
    return _some(seen, {*_by_chance(seen, before, tuple(STARTS))} - {*asked})


def _some(seen: Taught, found: Collection[int], least: float = LITTLE_POWER) -> tuple[int, ...]:
    """Return columns in their order; none if they are too few, tell too little or leave too few."""
    power = np.array([c.power for c in seen.columns])
    enough = LEAST_COLUMNS <= len(found) < len(power) - 1
    return tuple(sorted(found)) if enough and power[[*found]].sum() >= least * power.sum() else ()


def _by_chance(seen: Taught, told: Learnt, kinds: Collection[str]) -> list[int]:
    """Return the fields that pairs of one entity have in common as often as strangers do.

    None if there is one among them that may be what tells these entities apart.
    """
    share = score.probability(seen.odds(told))
    found = []
    for f, column in enumerate(seen.columns):
        u = seen.counts.u[f]
        pairs = np.bincount(seen.some.levels[f], share, minlength=len(u))[1:]
        if not _hardly(np.concatenate([[1.0], pairs]), seen, f):
            continue
        chance = float(pairs.sum()) * u[-1]
        if _tells(column) or (chance >= TOLD_BY_CHANCE and pairs[-1] < FEWER * chance):
            return []
        most = MORE * chance + SPREAD * np.sqrt(chance + 1.0)
        if column.kind in kinds and pairs[-1] <= most:
            found.append(f)
    return found


def _tells(column: Column) -> bool:
    """Return whether a column may tell who it is: a name, a birth date, a value of nobody else."""
    if column.kind == NAME or is_birth(column):
        return True
    if is_moment(column) or plain(column.name) in REMARKS:
        return False
    counts = np.bincount(column.value)[1:]
    rows = int(counts.sum())
    return told_apart(counts, rows) > OWN * math.log2(max(rows, 2))


def _hardly(shares: Reals, seen: Taught, f: int) -> bool:
    """Return whether a field says hardly anything of pairs of one entity."""
    u = seen.counts.u[f]
    expected = np.array(STARTS[seen.columns[f].kind], dtype=float)
    return _says(shares, u) < HARDLY_SAYS * _says(expected, u)


def _says(shares: Reals, u: Reals) -> float:
    """Return the bits that a field says of a pair of one entity on average.

    Args:
        shares: Shares of their pairs per level.
        u: The same of strangers'.
    """
    share = shares[1:] / max(float(shares[1:].sum()), SMALLEST)
    ratio = np.maximum(share, SMALLEST) / np.maximum(u[1:], SMALLEST)
    return float((share * np.log2(ratio)).sum())
