"""Compare pairs of rows: one level per field, packed into one integer pattern.

A level says how much two values agree; 0 always means that one of them is missing. Where agreement
means an *equal value*, its rarity in quarter bits goes along beside the pattern, because sharing a
rare name says more than sharing a common one.

A field is compared in two steps. The quick one uses numbers only and leaves a pair *open* where
only the similarity of texts can tell; ``Field.reach`` says which levels it can still get, so a pair
that is hopeless whatever its texts say never has them compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.linkage.levels import (
    ALIKE,
    ALIKE_TEXT,
    ALIKE_WITH_WORD,
    DATE_LEVELS,
    MOTHER_LEVELS,
    NAME_LEVELS,
    NIK_LEVELS,
    SEX_LEVELS,
    TEXT_LEVELS,
    TYPO,
    Open,
    Quick,
    mother_level,
    name_level,
    nik_date_level,
    part_level,
    sex_level,
    text_level,
)
from cakup.linkage.rows import Rows, Similarity
from cakup.linkage.vocabulary import Ints

#: Values of a field up to which two of them are compared once, however many pairs have them.
FEW_VALUES = 2_000
Levels = NDArray[np.uint8]
Parts = NDArray[np.int16]
Settle = Callable[[Rows, Ints, Ints, Levels, Similarity], Levels]


@dataclass(frozen=True)
class Comparison:
    """One compared field.

    Args:
        name: Name in patterns and evidence.
        short: Beginning of its columns.
        levels: Names of its levels; 0 is ``missing``.
        quick: Level, rarity and openness of pairs from numbers alone.
        settle: Level of open pairs from their texts; None if no pair is ever open.
        reach: Level of an open pair → levels that it can get, the lowest first where barely open
            pairs occur.
        exact: Levels at which the rarity of the shared value counts.
    """

    name: str
    short: str
    levels: tuple[str, ...]
    quick: Callable[[Rows, Ints, Ints], Quick]
    settle: Settle | None = None
    reach: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    exact: tuple[int, ...] = ()

    @property
    def has_rarity(self) -> bool:
        """Whether rarities go along with the levels."""
        return bool(self.exact)


@dataclass
class Compared:
    """Pairs and how much their fields agree.

    Args:
        left: Row of each pair.
        right: The other row.
        levels: Per field, level of each pair.
        bits: Per field, rarity of the shared value in parts of a bit, None if it has none.
        open: Per field, pairs whose texts decide (see ``levels.Quick``), None if there are none.
    """

    left: Ints
    right: Ints
    levels: list[Levels]
    bits: list[Parts | None]
    open: list[Open | None]

    def take(self, at: Ints) -> Compared:
        """Return some of the pairs."""
        return Compared(
            self.left.take(at), self.right.take(at), [x.take(at) for x in self.levels],
            [None if x is None else x.take(at) for x in self.bits],
            [None if x is None else x.take(at) for x in self.open],
        )  # fmt: skip

    @staticmethod
    def joined(parts: Sequence[Compared]) -> Compared:
        """Return pieces that were compared apart as one."""

        def columns(kind: str) -> list[Any]:
            found = zip(*(getattr(p, kind) for p in parts), strict=True)
            return [None if c[0] is None else np.concatenate(c) for c in found]

        return Compared(
            np.concatenate([p.left for p in parts]), np.concatenate([p.right for p in parts]),
            columns("levels"), columns("bits"), columns("open"),
        )  # fmt: skip


def comparisons(has: frozenset[str], extras: Sequence[str] = ()) -> list[Comparison]:
    """Return the comparisons for the fields that occur.

    Args:
        has: Fields that occur, see ``cleaning.Cleaned``.
        extras: Names of the further columns, in the order of ``x0, x1, …``.
    """
    found = []
    if has & {"nik", "np", "date"}:
        found.append(_nik_date_field())
    if "name" in has:
        found.append(_name_field())
    if "sex" in has:
        found.append(Comparison("jenis_kelamin", "sex", SEX_LEVELS, sex_level))
    if "mother" in has:
        found.append(_mother_field())
    written = [("desa", "desa_kelurahan"), ("town", "tempat_lahir"), ("addr", "alamat"),
               ("phone", "telepon"), ("code", "nik")]  # fmt: skip
    written += [(f"x{at}", name) for at, name in enumerate(extras)]
    return found + [_text_field(short, name) for short, name in written if short in has]


def sizes(fields: Sequence[Comparison]) -> list[int]:
    """Return the number of levels of each field, the radices of the pattern."""
    return [len(f.levels) for f in fields]


def quickly(fields: Sequence[Comparison], rows: Rows, left: Ints, right: Ints) -> Compared:
    """Compare pairs by numbers alone.

    Args:
        fields: Comparisons.
        rows: Rows.
        left: Row of each pair.
        right: The other row.
    """
    told = [f.quick(rows, left, right) for f in fields]
    bits = [t.bits if f.has_rarity else None for f, t in zip(fields, told, strict=True)]
    return Compared(left, right, [t.level for t in told], bits, [t.open for t in told])


def settle_field(
    at: int, fields: Sequence[Comparison], rows: Rows, compared: Compared, similar: Similarity
) -> None:
    """Settle one field's open pairs by their texts."""
    told, open_ = fields[at], compared.open[at]
    compared.open[at] = None
    if told.settle is None or open_ is None or not open_.any():
        return
    which = np.flatnonzero(open_)
    level = compared.levels[at].copy()
    level[which] = told.settle(
        rows, compared.left[which], compared.right[which], level[which], similar
    )
    compared.levels[at] = level


def settled(
    fields: Sequence[Comparison], rows: Rows, compared: Compared, similar: Similarity
) -> Compared:
    """Settle all open pairs; rarities stay where the shared value is equal."""
    for at, told in enumerate(fields):
        settle_field(at, fields, rows, compared, similar)
        bits = compared.bits[at]
        if bits is not None:
            counts = np.zeros(len(told.levels), dtype=bool)
            counts[list(told.exact)] = True
            compared.bits[at] = np.where(counts[compared.levels[at]], bits, np.int16(0))
    return compared


def packed(fields: Sequence[Comparison], levels: Sequence[Levels]) -> Ints:
    """Return the levels of all fields as one number per pair."""
    pattern = np.zeros(len(levels[0]) if levels else 0, dtype=np.int64)
    factor = 1
    for told, level in zip(fields, levels, strict=True):
        pattern += level.astype(np.int64) * factor
        factor *= len(told.levels)
    return pattern


def _steps(thresholds: Mapping[int, Sequence[float]], column: str) -> Settle:
    """Return how open pairs settle: one level up for every threshold that the texts reach.

    Args:
        thresholds: Level of an open pair → thresholds.
        column: Texts.
    """

    def settle(rows: Rows, left: Ints, right: Ints, level: Levels, similar: Similarity) -> Levels:
        alike = _alike(rows, column, left, right, similar)
        for base, steps in thresholds.items():
            at = level == base
            up = sum((alike[at] >= step).astype(np.uint8) for step in steps)
            level[at] = base + up
        return level

    return settle


def _alike(
    rows: Rows, column: str, left: Ints, right: Ints, similar: Similarity
) -> NDArray[np.float32]:
    """Return the similarity of texts; of a field with few values, once for every two of them."""
    texts = rows.text(column)
    values = f"{column.removesuffix('_t')}_v"
    if rows.has(values):
        size = int(rows[values].max(initial=0)) + 1
        if size < FEW_VALUES:
            both = rows[values][left] * np.int64(size) + rows[values][right]
            _, first, place = np.unique(both, return_index=True, return_inverse=True)
            left, right = left[first], right[first]
            return similar(texts.gather(left), texts.gather(right))[place]
    return similar(texts.gather(left), texts.gather(right))


def _reach(thresholds: Mapping[int, Sequence[float]]) -> dict[int, tuple[int, ...]]:
    return {base: tuple(range(base, base + len(s) + 1)) for base, s in thresholds.items()}


def _nik_date_field() -> Comparison:
    """Return the joint comparison of NIK and birth date; a NIK contains a date."""
    levels = tuple(f"{n}/{d}" for n in NIK_LEVELS for d in DATE_LEVELS)
    n_date = len(DATE_LEVELS)
    other, equal = (n_date * NIK_LEVELS.index(x) for x in ("part_other", "part_equal"))
    reach = {other + d: (d, equal + d, other + d) for d in range(n_date)}
    exact = tuple(range(1, len(levels), n_date))

    def settle(rows: Rows, left: Ints, right: Ints, level: Levels, _: Similarity) -> Levels:
        return (level - other + n_date * part_level(rows, left, right)).astype(np.uint8)

    return Comparison("nik_date", "nik_date", levels, nik_date_level, settle, reach, exact)


def _name_field() -> Comparison:
    """Return the comparison of names.

    Equal names count with the rarity of the whole name; a shortened name counts as the shorter
    one; else the shared words count, less what their going together makes likely.
    """
    steps = {1: (ALIKE, TYPO), 4: (ALIKE_WITH_WORD, TYPO)}
    return Comparison(
        "nama", "n", NAME_LEVELS, name_level, _steps(steps, "nm"), _reach(steps),
        (4, 5, 6, 7, 8, 9),
    )  # fmt: skip


def _mother_field() -> Comparison:
    steps = {1: (ALIKE, TYPO), 2: (TYPO,)}
    return Comparison(
        "nama_ibu", "m", MOTHER_LEVELS, mother_level, _steps(steps, "mm"), _reach(steps), (4,)
    )


def _text_field(short: str, name: str) -> Comparison:
    """Return the comparison of two written values."""
    steps = {1: (ALIKE_TEXT, TYPO)}

    def quick(rows: Rows, left: Ints, right: Ints) -> Quick:
        return text_level(rows, left, right, short)

    settle = _steps(steps, f"{short}_t")
    return Comparison(name, short, TEXT_LEVELS, quick, settle, _reach(steps), (4,))


def pairs_frame(compared: Compared, fields: Sequence[Comparison]) -> pl.DataFrame:
    """Return settled pairs as a frame: ``l``, ``r``, ``pattern`` and ``bits_<i>``."""
    bits = {f"bits_{at}": b for at, b in enumerate(compared.bits) if b is not None}
    return pl.DataFrame(
        {"l": compared.left.astype(np.int32), "r": compared.right.astype(np.int32),
         "pattern": packed(fields, compared.levels), **bits}
    )  # fmt: skip
