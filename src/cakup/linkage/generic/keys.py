"""Which rows of a table of anything are compared: keys made of its own columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from cakup.linkage.blocks import Key
from cakup.linkage.candidates import MOST_KEYS
from cakup.linkage.generic.values import CLASS, WORDY, Column
from cakup.linkage.vocabulary import Bools, Ints

#: Pairs per row that one key may make in large tables, rows from which a table is large, and how
#: many times as many smaller ones may make at most: there comparing costs little beside the rest.
ALONE, TOGETHER = 0.5, 0.35
LARGE, MORE = 200_000, 4.0
#: Columns up to which keys are few, and rows paired at once where these keys do not suffice.
FEW, CHAINED = 5, 6
#: Share of what the strongest column tells from which rows equal in one alone are paired so.
STRONG = 0.5
#: Ways of each column that are crossed with those of another.
CROSSED = 3
#: Rows from which keys are deep; pairs per row that all of them together may make before those
#: found twice are counted once; rows of one value that meet whatever that says.
DEEP, BUDGET, LEAST = 20_000, 12.0, 4
#: Pairs of columns that make deep keys, columns that cut each side by side, and one below another.
STRONGEST, BRANCHES, BELOW = 20, 8, 2


def keys(columns: Sequence[Column], changed: Sequence[Bools] | None = None) -> list[Key]:
    """Return the keys of a table.

    Every column by itself and every two together, exact and by sound, beginning, end or word. A
    key that would make too many pairs is cut by a third column or dropped, so a column that is
    constant costs nothing and one that is unique finds nothing.

    Args:
        columns: Columns.
        changed: Per column the rows that say something new, None if all do; two rows that share a
            key only now differ from before in one of its columns.
    """
    found: list[Key] = []
    more = min(max(LARGE / max(len(columns[0].value), 1), 1.0), MORE) if columns else 1.0
    everyone = [np.ones(len(c.value), dtype=bool) for c in columns[:1]] * len(columns)
    useful = [
        _Useful(c, new, tuple(way[c.value] for way in _ways(c)))
        for c, new in zip(columns, everyone if changed is None else changed, strict=True)
        if c.value.any()
    ]
    if columns and len(columns[0].value) >= DEEP:
        found = _deep(useful, BUDGET * more)
        return [k for k in found if k.share]
    for told in useful:
        if told.column.kind != CLASS:
            refine = tuple(o.column.value for o in useful if o is not told)
            alone = tuple((way,) for way in told.ways)
            found.append(_key(told.column.name, alone, refine[:4], more * ALONE, told.new))
    strongest = max((u.column.power for u in useful), default=0.0)
    found += [_chain(f"{u.column.name}~", (u.ways[:1],), u.new) for u in useful
              if u.column.kind != CLASS and u.column.power >= STRONG * strongest]  # fmt: skip
    pairs = sorted(combinations(useful, 2), key=lambda p: -p[0].column.power - p[1].column.power)
    for a, b in pairs[: MOST_KEYS - len(found)]:
        third = tuple(c.column.value for c in useful if c is not a and c is not b)[:3]
        ways = tuple((x, y) for x in a.ways[:CROSSED] for y in b.ways[:CROSSED])
        name = f"{a.column.name}+{b.column.name}"
        found.append(_key(name, ways, third, more * TOGETHER, a.new | b.new))
    if len(useful) <= FEW:
        found += [_chain(f"{a.column.name}~{b.column.name}", _in_step(a, b), a.new | b.new)
                  for a, b in pairs]  # fmt: skip
    return [k for k in found if k.share and any(all(part.any() for part in way) for way in k.ways)]


def _chain(name: str, ways: tuple[tuple[Ints, ...], ...], new: Bools) -> Key:
    """Return a key whose blocks, however large, are paired from row to row.

    Who has thirty rows that differ in the day and the amount only has four hundred pairs, too many
    for other keys, and a further column would cut them apart.
    """
    return replace(_key(name, ways, (), 0.0, new), least=CHAINED)


def _deep(useful: Sequence[_Useful], budget: float) -> list[Key]:
    """Return the keys of a large table: what two columns say is cut by every third side by side.

    In a small table two columns find almost nobody else. In a large one they find many, and which
    third column two rows of one entity agree in is not known before: so each of them is tried, and
    blocks stay small enough that pairs grow with the rows. Equal values sound equal, so only sound
    and beginning are keys of words, and of other columns the value.

    Args:
        useful: Columns that say something.
        budget: Pairs per row that all keys together may make.
    """
    rank = sorted(useful, key=lambda u: -u.column.power * float((u.column.value > 0).mean()))
    found = []
    for told in useful:
        if told.column.kind != CLASS:
            ways = tuple((way,) for way in _soft(told))
            found.append(_key(told.column.name, ways, _others(rank, told)[:BELOW], 0.0, told.new))
    pairs = sorted(combinations(useful, 2), key=lambda p: -p[0].column.power - p[1].column.power)
    for a, b in pairs[:STRONGEST]:
        thirds = _others(rank, a, b)
        name = f"{a.column.name}+{b.column.name}"
        key = _key(name, _in_step(a, b), thirds[:BELOW], 0.0, a.new | b.new)
        found.append(replace(key, branches=thirds[:BRANCHES]))
    return [replace(k, most=budget / len(found), least=LEAST) for k in found]


def _soft(told: _Useful) -> tuple[Ints, ...]:
    """Return the ways of a column without those that another holds as well."""
    return told.ways[1:] if told.column.kind in WORDY else told.ways


def _in_step(a: _Useful, b: _Useful) -> tuple[tuple[Ints, Ints], ...]:
    """Return both columns by sound, and both by beginning; what has no sound as it is."""
    steps = [_soft(u)[:2] if u.column.kind in WORDY else _soft(u)[:1] for u in (a, b)]
    return tuple((steps[0][min(k, len(steps[0]) - 1)], steps[1][min(k, len(steps[1]) - 1)])
                 for k in range(max(map(len, steps))))  # fmt: skip


def _others(rank: Sequence[_Useful], *used: _Useful) -> tuple[Ints, ...]:
    """Return the other columns, those that tell most first."""
    return tuple(_soft(u)[0] for u in rank if all(u is not x for x in used))


@dataclass(frozen=True)
class _Useful:
    """A column, its rows that say something new, and its ways; keys share these, or a million
    rows would not fit into memory."""

    column: Column
    new: Bools
    ways: tuple[Ints, ...]


def _key(
    name: str, ways: tuple[tuple[Ints, ...], ...], refine: tuple[Ints, ...], most: float, new: Bools
) -> Key:
    """Return a key for pairs of which one row says something new."""
    share = float(new.mean()) if len(new) else 0.0
    # A little more than its share: rows that know more are worth looking at again.
    return Key(name, ways, refine, most, None if share == 1.0 else new, share**0.5)


def _ways(told: Column) -> tuple[Ints, ...]:
    """Return the ways of a column, each a number per distinct value."""
    exact = np.arange(len(told.texts))
    return (exact, *told.keys) if told.kind in WORDY else told.keys
