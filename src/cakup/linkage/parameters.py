"""What agreement and disagreement weigh, estimated from the tables themselves without labels.

Three kinds of pairs are told apart: the same person (``m``), members of one household (``s``; they
share mother, village, address and often a surname, and twins share the birth date) and strangers
(``u``). ``u`` is never estimated inside blocks: it comes from random pairs, exact shares and pairs
that share a birth day. ``m`` comes from pairs that are surely or mostly the same person by *other*
fields; ``s`` from pairs with the same rare mother, address or telephone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cakup.linkage.compare import Comparison, sizes
from cakup.linkage.levels import DATE_LEVELS, NAME_LEVELS, NIK_LEVELS
from cakup.linkage.list_shares import ListShares
from cakup.linkage.vocabulary import Ints, Reals

#: Pairs by which the starting values count beside the data.
PRIOR_PAIRS = 25.0
ROUNDS = 25
N_DATE = len(DATE_LEVELS)
N_NIK = len(NIK_LEVELS)
FULL = tuple(range(1, 8))
PART = (8, 9)
SAME_DAY = (1, 2, 3, 4, 6)
SHARING = (4, 5, 6, 7)
NEVER = 1e-9

_M_NIK = {1: 0.93, 2: 0.01, 3: 0.002, 4: 0.01, 5: 0.01, 6: 0.005, 7: 0.03, 8: 0.95, 9: 0.05}
_M_DATE = {1: 0.95, 2: 0.02, 3: 0.01, 4: 0.02}
_M = {
    "nama": (1, 0.012, 0.005, 0.01, 0.01, 0.01, 0.03, 0.10, 0.12, 0.703),
    "nama_ibu": (1, 0.02, 0.02, 0.10, 0.86),
    "jenis_kelamin": (1, 0.015, 0.985),
}
_M_TEXT = (1, 0.10, 0.02, 0.03, 0.85)
_S = {
    "nama": (1, 0.68, 0.002, 0.002, 0.20, 0.08, 0.005, 0.02, 0.004, 0.004),
    "nama_ibu": (1, 0.10, 0.02, 0.08, 0.80),
    "jenis_kelamin": (1, 0.5, 0.5),
}
_S_TEXT = (1, 0.35, 0.02, 0.03, 0.60)


@dataclass(frozen=True)
class Population:
    """Pairs from which something is learnt.

    Args:
        levels: Level of each field, shape (patterns, fields).
        count: Pairs per pattern.
        blind: Fields by which the pairs were chosen; they say nothing here.
        drawn: One of how many pairs was taken.
        pattern: Pattern of each pair.
        lists: Lists of the two rows of each pair, shape (2, pairs).
    """

    levels: Ints
    count: Reals
    blind: frozenset[str]
    drawn: float
    pattern: Ints
    lists: Ints


@dataclass(frozen=True)
class Parameters:
    """Shares of pairs per level; in each class of levels they add up to 1.

    Args:
        fields: Comparisons.
        m: Per field, shares among pairs of one person.
        u: Per field, shares among strangers.
        s: Per field, shares within households, None if no field speaks of households.
        value_u: Per field, what ``u`` is per level beside the rarity of the shared value.
        household: Share of pairs that are of one household.
        lists: ``m`` of each list beside the pooled one, None with fewer than two lists.
    """

    fields: tuple[Comparison, ...]
    m: tuple[Reals, ...]
    u: tuple[Reals, ...]
    s: tuple[Reals, ...] | None
    value_u: tuple[Reals, ...]
    household: float
    lists: ListShares | None = None

    def of_lists(self, names: Sequence[str]) -> Parameters:
        """Return the parameters for lists in another order, see ``ListShares.aligned``."""
        return self if self.lists is None else replace(self, lists=self.lists.aligned(names))

    def of_files(self, list_of: Ints) -> Parameters:
        """Return the parameters where each list has those of another, see ``ListShares.taken``."""
        return self if self.lists is None else replace(self, lists=self.lists.taken(list_of))


def decode(pattern: Ints, fields: Sequence[Comparison]) -> Ints:
    """Return the level of each field of packed patterns, shape (patterns, fields)."""
    out, rest = [], pattern.astype(np.int64)
    for size in sizes(fields):
        out.append(rest % size)
        rest = rest // size
    return np.stack(out, axis=1) if out else np.zeros((len(pattern), 0), dtype=np.int64)


def classes(field: Comparison) -> list[list[int]]:
    """Return the groups of levels within which shares add up to 1; ``missing`` is in none."""
    if field.name != "nik_date":
        return [list(range(1, len(field.levels)))]
    groups = [[n * N_DATE + d for n in niks for d in (1, 2, 3, 4)] for niks in (FULL, PART)]
    groups += [[n * N_DATE for n in niks] for niks in (FULL, PART)]
    return [*groups, [1, 2, 3, 4]]


def start(fields: Sequence[Comparison], household: bool = False) -> list[Reals]:
    """Return starting values of ``m``, or of ``s``."""
    found = []
    for field in fields:
        if field.name == "nik_date":
            found.append(_start_nik_date(household))
        elif household:
            found.append(np.array(_S.get(field.name, _S_TEXT), dtype=float))
        else:
            found.append(np.array(_M.get(field.name, _M_TEXT), dtype=float))
    return [normalised(f, v) for f, v in zip(fields, found, strict=True)]


def _start_nik_date(household: bool) -> Reals:
    grid = np.full((N_NIK, N_DATE), 1e-5)
    niks, days = _M_NIK, _M_DATE
    if household:
        niks = {1: 0.01, 2: 0.01, 3: 0.001, 4: 0.001, 5: 0.001, 6: 0.001, 7: 0.976, 8: 0.01,
                9: 0.99}  # fmt: skip
        days = {1: 0.012, 2: 0.02, 3: 0.003, 4: 0.965}
    for n, p in niks.items():
        grid[n, 0] = p
        for d, q in days.items():
            grid[n, d] = p * q
    for d, q in days.items():
        grid[0, d] = q
    return grid.ravel()


def normalised(field: Comparison, shares: Reals) -> Reals:
    """Return shares that add up to 1 in each class; levels outside any class are 1."""
    out = np.ones(len(field.levels))
    for group in classes(field):
        total = shares[group].sum()
        out[group] = shares[group] / total if total > 0 else 1.0 / len(group)
    return out


def strangers(
    fields: Sequence[Comparison],
    random: Population,
    same_day: Population,
    same_nik_day: Population,
    shares: dict[str, float],
) -> list[Reals]:
    """Return ``u``.

    Args:
        fields: Comparisons.
        random: Random pairs of different records.
        same_day: Pairs with the same stated birth date.
        same_nik_day: Pairs whose NIKs hold the same day.
        shares: Per field, the chance that two strangers have the same value; for ``nik_date`` the
            chance of the same stated date, and ``nik_day`` for that of the NIK's day.

    Returns:
        Shares per level.
    """
    found = []
    for at, field in enumerate(fields):
        if field.name == "nik_date":
            found.append(_strangers_nik_date(at, fields, random, same_day, same_nik_day, shares))
            continue
        counts = marginal(random, at, len(field.levels)) + 0.3
        counts[0] = 0.0
        u = counts / counts.sum()
        if field.name in shares and field.exact:
            u[field.exact[-1]] = max(shares[field.name], NEVER)
        found.append(normalised(field, u))
    return found


def _strangers_nik_date(
    at: int,
    fields: Sequence[Comparison],
    random: Population,
    same_day: Population,
    same_nik_day: Population,
    shares: dict[str, float],
) -> Reals:
    """Return ``u`` of the joint level of NIK and date.

    Running numbers are dense within a place and a day, so near NIKs are common among strangers born
    on one day and unheard of among others: each row of the grid is counted where it can occur.
    Pairs whose names agree are left out of the counts; they may be one person.
    """
    names = next((i for i, f in enumerate(fields) if f.name == "nama"), None)
    size = len(fields[at].levels)

    def grid(population: Population) -> Reals:
        keep = (
            population.levels[:, names] <= 1
            if names is not None
            else np.ones(len(population.count), dtype=bool)
        )
        weight = np.where(keep, population.count, 0.0)
        counts = np.bincount(population.levels[:, at], weight, minlength=size)
        return counts.astype(float).reshape(N_NIK, N_DATE)

    day, nik_day, chance = grid(same_day), grid(same_nik_day), grid(random)
    p_day, p_nik_day = shares.get("nik_date", 1e-4), shares.get("nik_day", 1e-4)
    dates = chance[:, 1:].sum(axis=0) + 0.5
    dates = dates / dates.sum()
    dates[0] = p_day
    dates[1:] *= (1 - p_day) / dates[1:].sum()
    u = np.full((N_NIK, N_DATE), NEVER)
    full, part = list(FULL), list(PART)
    # One number and one birth day under two names are one person whose name was spoilt, not two
    # strangers: a relative's number comes with the bearer's own day.
    day[1, 1] = 0.0
    on_day = (day[full, 1] + 0.2) / (day[full, 1] + 0.2).sum()
    u[full, 1] = p_day * on_day
    of_nik_day = nik_day[list(SAME_DAY)][:, 2:] + 0.05
    of_nik_day *= p_nik_day / max(nik_day[list(SAME_DAY)][:, 1:].sum(), 1.0)
    u[np.ix_(SAME_DAY, (2, 3, 4))] = np.minimum(of_nik_day, 1e-3)
    u[5, 2:] = dates[1:] * 1e-5
    u[7, 2:] = dates[1:] - u[1:7, 2:].sum(axis=0)
    undated = nik_day[list(SAME_DAY)].sum(axis=1) + 0.2
    u[list(SAME_DAY), 0] = p_nik_day * undated / undated.sum()
    u[5, 0] = 1e-6
    u[7, 0] = 1 - u[1:7, 0].sum()
    prefix = (on_day[0] + on_day[1]) if on_day.sum() else 1e-3
    u[part, 1] = p_day * np.array([prefix, 1 - prefix])
    u[8, 2:] = dates[1:] * 1e-6
    u[9, 2:] = dates[1:]
    u[part, 0] = np.array([p_nik_day * prefix, 1 - p_nik_day * prefix])
    u[0, 1:] = dates
    return normalised(fields[at], u.ravel())


def marginal(population: Population, at: int, size: int) -> Reals:
    """Return the pairs of a population per level of one field."""
    return np.bincount(population.levels[:, at], population.count, minlength=size).astype(float)


def same_person(
    fields: Sequence[Comparison], u: Sequence[Reals], populations: Sequence[Population]
) -> list[Reals]:
    """Return ``m`` by expectation and maximisation with ``u`` held.

    Args:
        fields: Comparisons.
        u: Shares among strangers.
        populations: Pairs that are mostly of one person; each is blind for its own keys.

    Returns:
        Shares per level; the starting values count as ``PRIOR_PAIRS`` pairs.
    """
    first = start(fields)
    m = list(first)
    mixing = [0.9] * len(populations)
    for _ in range(ROUNDS):
        sums = [PRIOR_PAIRS * x for x in first]
        for at, population in enumerate(populations):
            weight = log_ratio(population, fields, m, u)
            share, mixing[at] = posterior(weight, population.count, mixing[at])
            _add(sums, population, fields, share)
        m = [normalised(f, x) for f, x in zip(fields, sums, strict=True)]
    return m


def households(
    fields: Sequence[Comparison],
    m: Sequence[Reals],
    populations: Sequence[Population],
) -> tuple[list[Reals], list[float]]:
    """Return ``s`` and, per population, how many of its pairs are of one household.

    Args:
        fields: Comparisons.
        m: Shares among pairs of one person.
        populations: Pairs with the same rare mother, address or telephone.
    """
    first = start(fields, household=True)
    s = list(first)
    mixing = [0.5] * len(populations)
    for _ in range(ROUNDS):
        sums = [PRIOR_PAIRS * x for x in first]
        for at, population in enumerate(populations):
            weight = log_ratio(population, fields, s, m)
            share, mixing[at] = posterior(weight, population.count, mixing[at])
            _add(sums, population, fields, share)
        s = [normalised(f, _of_relatives(f, x)) for f, x in zip(fields, sums, strict=True)]
    counts = [q * float(p.count.sum()) for q, p in zip(mixing, populations, strict=True)]
    return s, counts


def _of_relatives(field: Comparison, sums: Reals) -> Reals:
    """Return counts of a household without those that can only be one person twice.

    A relative's number does not bring the relative's birth day along: among pairs with one NIK the
    days agree no more often than among relatives with two.
    """
    if field.name != "nik_date":
        return sums
    grid = sums.copy().reshape(N_NIK, N_DATE)
    for equal, other in ((1, 7), (PART[0], PART[1])):
        twins = grid[other, 1] / max(grid[other, 2:].sum(), NEVER)
        grid[equal, 1] = min(grid[equal, 1], twins * grid[equal, 2:].sum())
    return grid.ravel()


def log_ratio(
    population: Population,
    fields: Sequence[Comparison],
    top: Sequence[Reals],
    bottom: Sequence[Reals],
) -> Reals:
    """Return per pattern the evidence for ``top`` against ``bottom``, in bits."""
    total = np.zeros(len(population.count))
    for at, field in enumerate(fields):
        if field.name not in population.blind:
            bits = np.log2(np.maximum(top[at], NEVER) / np.maximum(bottom[at], NEVER))
            bits[0] = 0.0
            total += bits[population.levels[:, at]]
    return total


def posterior(bits: Reals, count: Reals, mixing: float) -> tuple[Reals, float]:
    """Return per pattern the share of its pairs of the first kind, and their whole share."""
    total = max(float(count.sum()), 1.0)
    share = np.full(len(bits), mixing)
    for _ in range(8):
        share = 1.0 / (1.0 + (1.0 - mixing) / mixing * np.exp2(-np.clip(bits, -500, 500)))
        mixing = float(np.clip((share * count).sum() / total, 1e-4, 1.0 - 1e-4))
    return share, mixing


def _add(
    sums: list[Reals],
    population: Population,
    fields: Sequence[Comparison],
    share: NDArray[np.float64],
) -> None:
    """Add a population's pairs to the counts of the levels."""
    for at, field in enumerate(fields):
        if field.name not in population.blind:
            sums[at] = sums[at] + np.bincount(
                population.levels[:, at], population.count * share, minlength=len(field.levels)
            )


def beside_rarity(
    fields: Sequence[Comparison], u: Sequence[Reals], random: Population, words_shared: float
) -> tuple[Reals, ...]:
    """Return what ``u`` is once the rarity of the shared value is counted for itself.

    Args:
        fields: Comparisons.
        u: Shares among strangers.
        random: Random pairs.
        words_shared: Words that a name shares with that of a stranger, on average.
    """
    found = []
    for at, field in enumerate(fields):
        rest = u[at].copy()
        if field.name == "nama":
            counts = marginal(random, at, len(NAME_LEVELS))
            total = max(counts[1:].sum(), 1.0)
            for level in SHARING:
                rest[level] = np.clip(
                    (counts[level] + 1.0) / total / max(words_shared, NEVER), 1e-3, 1
                )
            rest[7] = rest[8] = rest[9] = 1.0
        elif field.name == "nik_date":
            grid = rest.reshape(N_NIK, N_DATE)
            for rows in (list(FULL), list(PART), [0]):
                grid[rows, 1] /= max(grid[rows, 1].sum(), NEVER)
            rest = grid.ravel()
        elif field.has_rarity:
            rest[list(field.exact)] = 1.0
        found.append(rest)
    return tuple(found)
