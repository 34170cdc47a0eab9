"""Strata that differ only in their area made one, so that what cannot be is proven in seconds.

Most areas have their floor to spare; for a proof about the few that have not, where the others live
does not matter. So strata whose ways have the same coefficients in every row that is kept (money,
target, objectives reached, floors in question) become one stratum with all their persons; floors
and quotas of the rest are left out. Every solution of the problem is one of the merged problem too:
what no merged solution can do, no solution can.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cakup.planning.optimise.problem import INFINITE, Aim, Floats, Ints, Problem
from cakup.planning.optimise.relaxed import Held

KEPT = ("purse", "target")


@dataclass(frozen=True)
class Merged:
    """The smaller problem.

    Args:
        problem: The problem.
        held: Rows of the objectives reached, over its columns.
        aim: The objective, over its columns.
        start: The solution that was merged with it.
    """

    problem: Problem
    held: Held
    aim: Aim
    start: Floats


def merged(problem: Problem, held: Held, aim: Aim, floors: Ints, whole: Floats) -> Merged:
    """Return the problem with alike strata made one.

    Args:
        problem: Columns of persons stratum by stratum, then other columns.
        held: Rows of the objectives reached.
        aim: An objective over the other columns only.
        floors: Rows that are kept beside money and target.
        whole: A solution.
    """
    n = int(problem.is_whole.sum())
    kept = np.array([kind in KEPT for kind in problem.kinds], dtype=np.bool_)
    kept[floors] = True
    renamed = np.cumsum(kept) - 1
    column = np.repeat(np.arange(len(problem.upper)), np.diff(problem.starts))
    inside = kept[problem.rows]
    entry = column[inside], renamed[problem.rows[inside]], problem.values[inside]
    table = np.zeros((n, int(kept.sum()) + len(held)))
    persons = entry[0] < n
    table[entry[0][persons], entry[1][persons]] = entry[2][persons]
    for k, (costs, _) in enumerate(held):
        table[:, int(kept.sum()) + k] = costs[:n]
    first, to, sizes = _grouped(problem, table)
    upper = np.append(np.repeat(sizes, np.diff(np.append(first[1], len(first[0])))),
                      problem.upper[n:])  # fmt: skip
    made = _assembled(problem, kept, entry, first, sizes, upper)
    return Merged(
        made, [(np.append(c[first[0]], c[n:]), least) for c, least in held],
        Aim(aim.name, np.append(np.zeros(len(first[0])), aim.costs[n:]), aim.is_whole, aim.unit),
        np.append(np.bincount(to, whole[:n], len(first[0])), whole[n:]),
    )  # fmt: skip


def _grouped(problem: Problem, table: Floats) -> tuple[tuple[Ints, Ints], Ints, Floats]:
    """Return groups of alike strata.

    Returns:
        The columns that stand for their groups and where each group begins among them; for every
        column the one that stands for it; persons per group.
    """
    n = len(table)
    stratum = problem.rows[problem.starts[:n]]
    cuts = np.flatnonzero(np.diff(stratum)) + 1
    begins, ends = (np.append(0, cuts), np.append(cuts, n)) if n else (cuts, cuts)
    seen: dict[bytes, int] = {}
    chosen: list[int] = []
    starts: list[int] = []
    sizes: list[float] = []
    to = np.zeros(n, dtype=np.int64)
    for a, b in zip(begins, ends, strict=True):
        key = table[a:b].tobytes()
        if key not in seen:
            seen[key] = len(starts)
            starts.append(len(chosen))
            chosen += range(a, b)
            sizes.append(0.0)
        group = seen[key]
        to[a:b] = starts[group] + np.arange(b - a)
        sizes[group] += float(problem.row_high[stratum[a]])
    return (np.array(chosen, dtype=np.int64), np.array(starts)), to, np.array(sizes)


def _assembled(
    problem: Problem, kept: NDArray[np.bool_], entry: tuple[Ints, Ints, Floats],
    first: tuple[Ints, Ints], sizes: Floats, upper: Floats,
) -> Problem:  # fmt: skip
    """Return rows and columns: those kept, and a row per group of strata."""
    n, rows = int(problem.is_whole.sum()), int(np.sum(kept))
    chosen, starts = first
    place = np.full(len(problem.upper), -1)
    place[chosen] = np.arange(len(chosen))
    place[n:] = len(chosen) + np.arange(len(problem.upper) - n)
    stays = place[entry[0]] >= 0
    group = np.repeat(np.arange(len(sizes)), np.diff(np.append(starts, len(chosen))))
    column = np.concatenate([place[entry[0][stays]], np.arange(len(chosen))])
    order = np.argsort(column, kind="stable")
    counts = np.bincount(column, minlength=len(upper))
    row = np.concatenate([entry[1][stays], rows + group])
    values = np.concatenate([entry[2][stays], np.ones(len(chosen))])
    return Problem(
        upper, np.arange(len(upper)) < len(chosen), np.append(0, np.cumsum(counts)), row[order],
        values[order], np.append(problem.row_low[kept], np.full(len(sizes), -INFINITE)),
        np.append(problem.row_high[kept], sizes), kinds=["other"] * (rows + len(sizes)),
        lower=np.append(np.zeros(len(chosen)), problem.lower[n:]),
    )  # fmt: skip
