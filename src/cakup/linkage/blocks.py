"""Blocks: rows that share a value of a key, cut by further columns until they are small.

A block that is larger than the key's budget allows is cut by a further column, and dropped if it
is still too large: so pairs grow in proportion to rows, whatever the size of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cakup.linkage.vocabulary import Bools, Ints, Reals, Whole, mixed

#: Pairs per row that a key may make in small tables, and from how many pairs on it is less: in
#: small tables comparing is cheap, and there is little else to find anybody by.
SMALL_MOST, SMALL_PAIRS = 15.0, 1.5e9
#: Bits of the table by which entries that meet no needy one are told before sorting.
SLOT_BITS = 23
#: Where fewer than one row in so many is needy, rows that meet none are told before any value is
#: made; bits of that table.
FEW_NEEDY, MET_BITS = 8, 20
#: Columns that fewer than one row in so many has are looked up row by row.
SPARSE = 3
_SPREAD = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)


@dataclass(frozen=True)
class Key:
    """One key's values; a row may have several, or none.

    Args:
        name: Name, for the report of yields.
        ways: Each the columns that make one value of a row, e.g. one way per word of the name; a
            row has no value where one of them is 0.
        refine: Further columns by which blocks that are too large are cut, in order; 0 = missing.
        most: Pairs per row of the table at most; larger blocks are cut first, so that cost grows
            with the rows, whatever the size of the city.
        needy: Rows of which a pair needs at least one, None if any pair will do.
        share: Share of the pairs that it may make otherwise, 0–1.
        branches: Columns each of which cuts blocks that are too large before ``refine`` does: rows
            of one entity that differ in one of them still meet in another.
        least: Rows up to which a block is paired whatever ``most`` says. What is too large in the
            end is then paired in pieces of as many rows, else dropped.
    """

    name: str
    ways: tuple[tuple[Whole, ...], ...]
    refine: tuple[Whole, ...] = ()
    most: float = 1.0
    needy: Bools | None = None
    share: float = 1.0
    branches: tuple[Whole, ...] = ()
    least: int = 0


@dataclass(frozen=True)
class Blocks:
    """Entries of a key: equal values stand together, needy rows first.

    Args:
        codes: Value, whether the row is *not* needy, and the row, packed into one number each.
        row_bits: Bits of the row.
    """

    codes: Ints
    row_bits: int

    @property
    def value(self) -> Ints:
        """Value of each entry."""
        return self.codes >> (self.row_bits + 1)

    @property
    def row(self) -> Ints:
        """Row of each entry."""
        return self.codes & ((1 << self.row_bits) - 1)

    @property
    def settled(self) -> Ints:
        """1 for each entry whose row is not needy."""
        return (self.codes >> self.row_bits) & 1

    def take(self, where: Bools) -> Blocks:
        """Return some of the entries."""
        return Blocks(self.codes[where], self.row_bits)


def cut(key: Key, n: int) -> Blocks:
    """Return the entries of a key after blocks that are too large were cut or dropped.

    Rows alone in their block are left out.

    Args:
        key: Key.
        n: Rows of the table.
    """
    bits = max(n - 1, 1).bit_length()
    row = np.arange(n)
    if key.needy is not None:
        row |= (~key.needy).astype(np.int64) << bits
    upper = ~np.int64((1 << (bits + 1)) - 1)

    def blocks(value: Ints, at: Ints) -> Ints:
        value &= upper
        value |= row.take(at)
        return value

    def by(held: Blocks, column: Whole, place: int = 0) -> Blocks:
        held = held.take(column[held.row] != 0)
        value = mixed(held.value, np.full(len(held.codes), place)) if place else held.value
        return Blocks(blocks(mixed(value, column[held.row] + 1), held.row), bits)

    if key.needy is not None and FEW_NEEDY * np.count_nonzero(key.needy) < n:
        held = Blocks(_entries_of_few(key, blocks, key.needy), bits)
    else:
        held = Blocks(_entries(key, blocks, np.int64(1 << bits)), bits)
    allowed = allowance(key.most, n) * key.share
    if not key.branches:
        return Blocks(np.concatenate(_kept(held, key, allowed, by)), bits)
    small, large = _split(held, allowed, key.least)
    kept = [small.codes]
    for place, branch in enumerate(key.branches, start=1):
        kept += _kept(by(large, branch, place), key, allowed / len(key.branches), by)
    return Blocks(np.concatenate(kept), bits)


def _kept(
    held: Blocks, key: Key, allowed: float, by: Callable[[Blocks, Whole], Blocks]
) -> list[Ints]:
    """Return the entries of blocks that are small, or become so when further columns cut them.

    Args:
        held: Entries in any order.
        key: Key, for its further columns.
        allowed: Pairs that may be made.
        by: Cuts blocks by a column.
    """
    kept = []
    for extra in (*key.refine, None):
        small, held = _split(held, allowed, key.least)
        kept.append(small.codes)
        if extra is None or not len(held.codes):
            break
        held = by(held, extra)
    if key.least and 0 < len(held.codes) * (key.least - 1) <= allowed:
        kept += _pieces(held, key.least)
    return kept


def _split(held: Blocks, allowed: float, least: int) -> tuple[Blocks, Blocks]:
    """Return the entries of small and those of large blocks, equal values side by side."""
    held = _together(held)
    starts = run_starts(held.value)
    size = np.diff(np.append(starts, len(held.codes)))
    largest = max(_largest(size, _pairs_in(held.settled, starts, size), allowed), least)
    is_small = np.repeat(size <= largest, size)
    return held.take(is_small), held.take(~is_small)


def _pieces(held: Blocks, rows: int) -> list[Ints]:
    """Return large blocks in pieces of some rows, twice, so that the pieces overlap."""
    starts = run_starts(held.value)
    place = np.arange(len(held.codes)) - np.repeat(starts, np.diff([*starts, len(held.codes)]))
    low = (1 << (held.row_bits + 1)) - 1
    return [
        mixed(held.value, (place + shift) // rows, np.full(len(place), 2 + (shift > 0))) & ~low
        | held.codes & low
        for shift in (0, rows // 2)
    ]


def _entries(key: Key, blocks: Callable[[Ints, Ints], Ints], settled: np.int64) -> Ints:
    """Return the entries of each way; a row that is not needy has to meet one that is.

    Whether it does is asked of a table of some bits of the values, so a few too many stay.

    Args:
        key: Key.
        blocks: Packs values and rows into one number, see ``Blocks``.
        settled: The bit of rows that are not needy.
    """
    found, met = [], np.zeros(1 << SLOT_BITS, dtype=bool)
    for way in key.ways:
        at = np.flatnonzero(np.logical_and.reduce([column != 0 for column in way]))
        codes = blocks(mixed(*(column.take(at) for column in way)), at)
        met[_slot(codes[codes & settled == 0])] = True
        found.append(codes)
    for at_way, codes in enumerate(found):
        unsure = np.flatnonzero(codes & settled)
        stays = np.ones(len(codes), dtype=bool)
        stays[unsure] = met.take(_slot(codes.take(unsure)))
        found[at_way] = codes[stays]
    return np.concatenate(found)


def _entries_of_few(key: Key, blocks: Callable[[Ints, Ints], Ints], needy: Bools) -> Ints:
    """Return what ``_entries`` does where few rows are needy; other ones too many may stay.

    Args:
        key: Key.
        blocks: Packs values and rows into one number, see ``Blocks``.
        needy: Rows of which a pair needs one.
    """
    met, few = np.zeros(1 << MET_BITS, dtype=bool), np.flatnonzero(needy)
    for way in key.ways:
        at = _there(way, few)
        met[_met_slot([column.take(at) for column in way])] = True
    found = []
    for way in key.ways:
        if SPARSE * np.count_nonzero(way[-1]) < len(needy):
            at = _there(way, np.flatnonzero(way[-1]))
            at = at[met.take(_met_slot([column.take(at) for column in way]))]
        else:
            at = _there(way, np.flatnonzero(met.take(_met_slot(way))))
        found.append(blocks(mixed(*(column.take(at) for column in way)), at))
    return np.concatenate(found)


def _there(way: Sequence[Whole], at: Ints) -> Ints:
    """Return those of some rows that have a value."""
    for column in reversed(way):
        at = at[column.take(at) != 0]
    return at


def _met_slot(way: Sequence[Whole]) -> NDArray[np.uint32]:
    """Return a few bits of values, the same for equal ones, in a few steps."""
    parts = (
        column.astype(np.uint32) * np.uint32(spread)
        for column, spread in zip(way, _SPREAD, strict=False)
    )
    total = next(parts)
    for part in parts:
        total += part
    return total >> np.uint32(32 - MET_BITS)


def _slot(codes: Ints) -> Ints:
    """Return the leading bits of the values of entries."""
    return codes >> (63 - SLOT_BITS) & ((1 << SLOT_BITS) - 1)


def _together(held: Blocks) -> Blocks:
    """Return entries in order, without those that are alone; those given are put in order."""
    codes = held.codes
    codes.sort()
    alike = np.zeros(len(codes) + 1, dtype=bool)
    alike[1:-1] = codes[1:] ^ codes[:-1] < 1 << (held.row_bits + 1)
    return Blocks(codes[alike[:-1] | alike[1:]], held.row_bits)


def _pairs_in(settled: Ints, starts: Ints, size: Ints) -> Reals:
    """Return how many pairs each block makes."""
    if not len(starts):
        return np.zeros(0)
    without = np.add.reduceat(settled, starts)
    return (size * (size - 1.0) - without * (without - 1.0)) / 2


def _largest(size: Ints, pairs: Reals, most: float) -> int:
    """Return the size up to which blocks are paired as they are."""
    per_size = np.bincount(size, pairs)
    return int(np.searchsorted(np.cumsum(per_size), most, side="right")) - 1


def allowance(most: float, n: int) -> float:
    """Return how many pairs a key may make.

    Args:
        most: Pairs per row in large tables.
        n: Rows.
    """
    return max(most * n, min(SMALL_MOST * n, SMALL_PAIRS / max(n, 1)))


def run_sizes(value: Ints) -> Ints:
    """Return for each entry how many entries have its value; equal ones stand together."""
    size = np.diff(np.append(run_starts(value), len(value)))
    return np.repeat(size, size)


def run_starts(value: Ints) -> Ints:
    """Return where runs of equal values begin."""
    if not len(value):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate([[True], value[1:] != value[:-1]]))
