"""Strata that differ only in their area made one: the same problem in far fewer columns.

Money, target and objectives do not ask where a person lives; floors, ceilings and shares of areas
ask only how many. So strata whose ways have the same coefficients everywhere but in the rows of
areas become one *pool*: its columns say how many begin when and who pays, and one column per group
of its strata that are alike in these rows too says how many live there. Areas lie inside each other
(poor of a kelurahan, kelurahan, kecamatan, city), so these columns are flows: where the pools are
whole numbers there are whole persons for every stratum. Every solution of one problem is one of the
other, with the same value; nothing is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cakup.planning.optimise.problem import INFINITE, Aim, Floats, Ints, Problem

Bools: TypeAlias = "NDArray[np.bool_]"
#: Row and value of every entry of a column.
Entries: TypeAlias = "tuple[tuple[int, float], ...]"
#: Rows of areas.
AREAS = ("quota", "fair")


@dataclass(frozen=True)
class Pooled:
    """The smaller problem and the way back.

    Args:
        problem: Columns of pools, of groups where a pool has several, then the other columns; rows
            of pools, then the rows of the original but strata.
        begins: First column of every stratum, and the end of the last.
        starts: First column of every pool, and the end of the last.
        pool: Pool per stratum.
        group: Group per stratum, counted over all pools.
        place: Column of every group, −1 where the pool is one group.
        rows: Original row of every row after those of pools.
        sizes: Persons per stratum.
        order: Stratum of every person, those who stand first first.
    """

    problem: Problem
    begins: Ints
    starts: Ints
    pool: Ints
    group: Ints
    place: Ints
    rows: Ints
    sizes: Floats
    order: Ints

    @property
    def groups(self) -> Ints:
        """Columns that count the persons of groups."""
        return self.place[self.place >= 0]

    def spread(self, whole: Floats) -> Floats:
        """Return the columns of the original problem.

        Places go to persons in their order, within a group where areas ask how many; those who
        stand first begin first.

        Args:
            whole: Whole persons of the smaller problem, of its groups too.
        """
        n, small = int(self.begins[-1]), int(self.starts[-1])
        rest = whole[small + len(self.groups) :]
        made = np.zeros(n + len(rest))
        made[n:] = rest
        held = np.rint(whole).astype(np.int64)
        pools = self.pool[self.order]
        lines = self.order[np.argsort(pools, kind="stable")]
        cuts = np.searchsorted(np.sort(pools), np.arange(len(self.starts)))
        for k, (a, b) in enumerate(pairwise(cuts)):
            columns = held[self.starts[k] : self.starts[k + 1]]
            if not columns.any():
                continue
            line = self._chosen(lines[a:b], held, int(columns.sum()))
            way = np.repeat(np.arange(len(columns)), columns)
            np.add.at(made, self.begins[line] + way, 1.0)
        return made

    def _chosen(self, line: Ints, held: Ints, places: int) -> Ints:
        """Return the strata of those who get a place, in order."""
        group = self.group[line]
        column = self.place[group]
        if not len(line) or column[0] < 0:
            return line[:places]
        by_group = np.argsort(group, kind="stable")
        ordered = group[by_group]
        number = np.empty(len(line), dtype=np.int64)
        number[by_group] = np.arange(len(line)) - np.searchsorted(ordered, ordered)
        return line[number < held[column]]

    def original(self, rows: dict[int, float]) -> dict[int, float]:
        """Return what is told of rows for the original rows; pools stand for none."""
        pools = len(self.starts) - 1
        return {int(self.rows[r - pools]): v for r, v in rows.items() if r >= pools}

    def prices(self, duals: Floats, rows: int) -> Floats:
        """Return duals of the original rows; those of strata are 0, nobody asks for them."""
        made = np.zeros(rows)
        made[self.rows] = duals[len(self.starts) - 1 :]
        return made


def pooled(problem: Problem) -> Pooled:
    """Return a problem with strata that differ only in their area made one.

    Args:
        problem: Columns of persons stratum by stratum, then other columns; rows of strata first.
    """
    return _Maker(problem).made()


class _Maker:
    """Finds pools and groups and puts the smaller problem together."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.n = n = int(problem.is_whole.sum())
        kinds = np.array(problem.kinds, dtype=np.str_)
        self.is_area, self.is_kept = np.isin(kinds, AREAS), kinds != "stratum"
        self.column = np.repeat(np.arange(len(problem.upper)), np.diff(problem.starts))
        stratum = problem.rows[problem.starts[:n]]
        cuts = np.flatnonzero(np.diff(stratum)) + 1
        self.begins = np.concatenate([[0], cuts, [n]]) if n else np.zeros(1, dtype=np.int64)
        self.rows = stratum[self.begins[:-1]]
        self.sizes = problem.row_high[self.rows]
        self.plain = self._table(self.is_kept & ~self.is_area)
        self.areas = self._table(self.is_area)
        self._find()

    def _table(self, wanted: Bools) -> list[Entries]:
        """Return row and value of the entries in some rows, column by column."""
        inside = wanted[self.problem.rows] & (self.column < self.n)
        rows, values = self.problem.rows[inside].tolist(), self.problem.values[inside].tolist()
        at = np.searchsorted(self.column[inside], np.arange(self.n + 1)).tolist()
        pairs = list(zip(rows, values, strict=True))
        return [tuple(pairs[a:b]) for a, b in pairwise(at)]

    def _find(self) -> None:
        """Number pools and groups; a stratum whose ways differ in an area stands alone."""
        costs = [a.costs[: self.n] for a in self.problem.aims]
        pools: dict[Any, int] = {}
        groups: dict[Any, int] = {}
        pool, group = [], []
        for k, (a, b) in enumerate(zip(self.begins[:-1], self.begins[1:], strict=True)):
            here = self.areas[a:b]
            is_alone = any(one != here[0] for one in here)
            key = (tuple(self.plain[a:b]), tuple(c[a:b].tobytes() for c in costs),
                   k if is_alone else -1)  # fmt: skip
            pool.append(pools.setdefault(key, len(pools)))
            group.append(groups.setdefault((pool[-1], here[0]), len(groups)))
        self.pool = np.array(pool, dtype=np.int64)
        self.group = np.array(group, dtype=np.int64)
        self.first = np.unique(self.pool, return_index=True)[1]
        self.first_of_group = np.unique(self.group, return_index=True)[1]

    def made(self) -> Pooled:
        """Put the smaller problem together."""
        given, count = self.problem, len(self.first)
        pool_of = self.pool[self.first_of_group]
        has_groups = np.bincount(pool_of, minlength=count) > 1
        spans = [(self.begins[s], self.begins[s + 1]) for s in self.first]
        chosen = _joined([np.arange(a, b) for a, b in spans])
        split = np.flatnonzero(has_groups[pool_of]) if count else np.zeros(0, np.int64)
        starts = np.concatenate([[0], np.cumsum([b - a for a, b in spans])]).astype(np.int64)
        place = np.full(len(pool_of), -1, dtype=np.int64)
        place[split] = starts[-1] + np.arange(len(split))
        kept = np.flatnonzero(self.is_kept)
        renamed = np.full(len(given.row_low), -1)
        renamed[kept] = count + np.arange(len(kept))
        entries = self._of_pools(chosen, starts, has_groups) + self._of_groups(split, pool_of)
        entries += self._of_rest()
        rows = np.array([renamed[-1 - r] if r < 0 else r for held in entries for r, _ in held])
        in_pool = np.bincount(self.pool, self.sizes, count)
        in_group = np.bincount(self.group, self.sizes, len(pool_of))[split]
        upper = [np.repeat(in_pool, np.diff(starts)), in_group, given.upper[self.n :]]
        held = np.zeros(len(split))
        small = Problem(
            np.concatenate(upper), np.arange(sum(map(len, upper))) < starts[-1],
            np.concatenate([[0], np.cumsum([len(h) for h in entries])]).astype(np.int64),
            rows.astype(np.int64), np.array([v for held in entries for _, v in held], np.float64),
            np.append(np.where(has_groups, 0.0, -INFINITE), given.row_low[kept]),
            np.append(np.where(has_groups, 0.0, in_pool), given.row_high[kept]),
            aims=[Aim(a.name, np.concatenate([a.costs[chosen], held, a.costs[self.n :]]),
                      a.is_whole, a.unit, a.is_share) for a in given.aims],
            kinds=["stratum"] * count + [given.kinds[r] for r in kept],
        )  # fmt: skip
        return Pooled(small, self.begins, starts, self.pool, self.group, place, kept, self.sizes,
                      self._order())  # fmt: skip

    def _of_pools(self, chosen: Ints, starts: Ints, has_groups: Bools) -> list[Entries]:
        """Return the entries of the columns of pools; original rows are written −1 − row."""
        of = np.repeat(np.arange(len(self.first)), np.diff(starts))
        return [
            ((int(pool), 1.0), *_far(self.plain[c]),
             *(() if has_groups[pool] else _far(self.areas[c])))
            for c, pool in zip(chosen, of, strict=True)
        ]  # fmt: skip

    def _of_groups(self, split: Ints, pool_of: Ints) -> list[Entries]:
        first = self.begins[self.first_of_group[split]]
        return [((int(pool_of[g]), -1.0), *_far(self.areas[c]))
                for g, c in zip(split, first, strict=True)]  # fmt: skip

    def _of_rest(self) -> list[Entries]:
        given = self.problem
        return [
            _far(tuple(zip(given.rows[a:b].tolist(), given.values[a:b].tolist(), strict=True)))
            for a, b in pairwise(given.starts[self.n :])
        ]

    def _order(self) -> Ints:
        """Return the stratum of every person in order; without one every stratum takes its part."""
        if len(self.problem.order):
            at = np.full(len(self.problem.row_low), -1)
            at[self.rows] = np.arange(len(self.rows))
            found = at[self.problem.order]
            return found[found >= 0]
        counts = self.sizes.astype(np.int64)
        number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        turn = (number + 0.5) / np.repeat(np.maximum(counts, 1), counts)
        return np.repeat(np.arange(len(counts)), counts)[np.argsort(turn, kind="stable")]


def _far(entries: Entries) -> Entries:
    """Return entries whose rows are marked as those of the original problem."""
    return tuple((-1 - row, value) for row, value in entries)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
