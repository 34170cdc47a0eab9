"""The ways in which one person is written, each completed from the person's other rows.

Rows that are surely one person share what they know: the date stands on one list, the NIK on
another. Every row takes its blanks from the row of the same person that speaks for most, and rows
that then say the same become one variant. What differs stays: a wrong NIK on one list does not hide
the right one on the next.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.linkage.blocks import run_starts
from cakup.linkage.vocabulary import Bools, Ints, firsts, mixed

#: Field → its columns. The first says whether the field is there; a second entry for a field fills
#: what the first left open.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ntail", ("nik", "n12", "nser", "ntail", "np", "np12", "nik_list")),
    ("np", ("np", "np12")),
    ("d0", ("d0", "d1", "d2", "ds", "dbits", "day_list")),
    ("d1", ("d1", "d2", "ds", "dbits", "day_list")),
    ("sex", ("sex", "sex_list")),
)
NAME_COLUMNS = ("plain", "sound", "joined", "count", "bits", "corr", "kin", "m", "letters", "_list")
#: Columns that say where a row stands; variants are compared by what rows say.
UNCOMPARED = ("row", "side", "source")
#: Columns that tell on which list a value stands → column of the value; ``_v`` has its own too.
LISTS = {
    "nik_list": "ntail", "day_list": "d1", "sex_list": "sex", "n_list": "nplain",
    "m_list": "mplain",
}  # fmt: skip
#: Stands for a missing number where numbers are mixed.
NO_VALUE = -1
#: Rows up to which no value of a person can be more frequent than the first one's.
MOST_THAT_TIE = 2
#: Variants of one person that are compared at most.
MOST = 8


def variants(frame: pl.DataFrame, entity: Ints) -> pl.DataFrame:
    """Return the distinct variants of persons.

    Args:
        frame: Cleaned rows with rarities, in content order; whole persons only.
        entity: Person of each row of the frame.

    Returns:
        The columns that are compared, with ``v`` (row that stands for the variant) and ``e``
        (person); persons of one row first.
    """
    rows = with_lists(frame)
    rows = rows.with_columns(v=pl.col("id"), e=pl.Series(entity.astype(np.int32)))
    source = whence(rows, entity, np.arange(rows.height))
    if not _several(entity).any():
        return rows
    alike: dict[int, list[str]] = {}
    for column, taken in source.items():
        alike.setdefault(id(taken), []).append(column)
    parts = [rows.select(c)[source[c[0]]] for c in alike.values()]
    return pl.concat(parts, how="horizontal").select(rows.columns)


def whence(rows: pl.DataFrame, entity: Ints, at: Ints) -> dict[str, Ints]:
    """Return per column from which row each variant of persons takes its value.

    Args:
        rows: See ``with_lists``.
        entity: Person of each of them.
        at: Which of them count, in order; whole persons only.

    Returns:
        Places of rows; columns that are taken from the same rows have the same array. Persons of
        one row come first.
    """
    several = _several(entity[at])
    alone = at[~several]
    if not several.any():
        return dict.fromkeys(rows.columns, alone)
    kept, source = _distinct(rows, entity, at[several])
    every: dict[int, Ints] = {}
    for taken in source.values():
        if id(taken) not in every:
            every[id(taken)] = np.append(alone, taken.take(kept))
    return {column: every[id(taken)] for column, taken in source.items()}


def _several(entity: Ints) -> Bools:
    """Return whether each row's person has other rows."""
    found: Bools = np.bincount(entity)[entity] > 1 if len(entity) else np.zeros(0, dtype=bool)
    return found


def with_lists(frame: pl.DataFrame) -> pl.DataFrame:
    """Return what is compared of rows, and on which list each value stands: at first its row's."""
    named: list[str] = []
    if "source" in frame.columns:
        named = [name for name, value in LISTS.items() if value in frame.columns]
        named += [f"{c.removesuffix('_v')}_list" for c in frame.columns if c.endswith("_v")]
    own = frame["source"].cast(pl.Int32) if named else pl.Series(dtype=pl.Int32)
    return frame.with_columns(own.alias(n) for n in named).drop(UNCOMPARED, strict=False)


def field_groups(frame: pl.DataFrame) -> list[tuple[str, list[str]]]:
    """Return for each field the column that tells whether it is there, and all its columns."""
    found = [(key, [c for c in cols if c in frame.columns]) for key, cols in GROUPS]
    found = [(key, cols) for key, cols in found if key in frame.columns]
    for prefix in ("n", "m"):
        key = f"{prefix}plain"
        if key in frame.columns:
            found.append((key, [c for c in frame.columns if c[:1] == prefix and _of_name(c[1:])]))
    for column in frame.columns:
        if column.endswith("_v"):
            short = column.removesuffix("_v")
            own = (column, *(f"{short}_{x}" for x in ("t", "bits", "letters", "list")))
            found.append((column, [c for c in own if c in frame.columns]))
    return found


def _of_name(rest: str) -> bool:
    """Return whether a column, without its first letter, is one of a name's."""
    return rest in NAME_COLUMNS or (rest[:1] in "wb" and rest[1:].isdigit())


def _sources(rows: pl.DataFrame, person: Ints, at: Ints) -> dict[str, Ints]:
    """Return per column from which row each of some rows takes its value.

    A blank is taken from the row of the same person whose value most rows have.

    Args:
        rows: Rows.
        person: Person of each of ``at``.
        at: Places of all rows of some persons.
    """
    source, size = dict.fromkeys(rows.columns, at), int(person.max()) + 1
    for key, columns in field_groups(rows):
        held, values = source[key], rows[key]
        if not values.null_count():
            continue
        blank = values.is_null().to_numpy().take(held)
        lacking, having = np.flatnonzero(blank), np.flatnonzero(~blank)
        needs, has = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        needs[person.take(lacking)] = has[person.take(having)] = True
        taking = lacking[has.take(person.take(lacking))]
        if not len(taking):
            continue
        giving = having[needs.take(person.take(having))]
        donors = _donors(person[giving], values.gather(held[giving]), giving, size)
        filled = held.copy()
        filled[taking] = held[donors[person[taking]]]
        source.update(dict.fromkeys(columns, filled))
    return source


def _donors(person: Ints, value: pl.Series, at: Ints, n: int) -> Ints:
    """Return per person the first of the rows that have its most frequent value.

    Args:
        person: Person of each row that has a value.
        value: Its value.
        at: Place of the row, ascending.
        n: Persons are numbered below this.
    """
    donors = np.zeros(n, dtype=np.int64)
    donors[person[::-1]] = at[::-1]  # of rows that say as often what they say, the first
    often = np.bincount(person, minlength=n) > MOST_THAT_TIE
    asked = np.flatnonzero(often[person])
    best = (
        pl.DataFrame({"e": person[asked], "value": value.gather(asked), "at": at[asked]})
        .group_by("e", "value").agg(n=pl.len(), donor=pl.col("at").min())
        .sort(["e", "n", "donor"], descending=[False, True, False])
        .unique("e", keep="first", maintain_order=True)
    )  # fmt: skip
    donors[best["e"].to_numpy()] = best["donor"].to_numpy()
    return donors


def _distinct(rows: pl.DataFrame, entity: Ints, at: Ints) -> tuple[Ints, dict[str, Ints]]:
    """Complete rows, keep one of those of a person that say the same, ``MOST`` per person.

    Args:
        rows: Rows.
        entity: Person of each of them.
        at: Places of all rows of some persons.

    Returns:
        Which of ``at`` are kept, and what ``_sources`` returns.
    """
    person = entity[at].astype(np.int64)
    source = _sources(rows, person, at)
    told = ("ntail", "n12", "np", "d0", "d1", "d2", "sex", "nplain", "mplain")
    says = [c for c in told if c in rows.columns]
    says += [c for c in rows.columns if c.endswith("_v")]
    said = mixed(person, *(_number(rows[c]).take(source[c]) for c in says))
    kept = np.flatnonzero(firsts(said) == np.arange(len(said)))
    kept = kept[_first_few(person[kept])]
    return kept, source


def _number(values: pl.Series) -> Ints:
    """Return values as numbers, texts as their hash."""
    numbers = values.hash(11) if values.dtype == pl.String else values
    return numbers.cast(pl.Int64, wrap_numerical=True).fill_null(NO_VALUE).to_numpy()


def _first_few(person: Ints) -> Ints:
    """Return the places of rows that fewer than ``MOST`` rows of the same person stand before."""
    many = np.flatnonzero(np.bincount(person)[person] > MOST)
    order = many[np.argsort(person[many], kind="stable")]
    starts = run_starts(person[order])
    before = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    few = np.ones(len(person), dtype=bool)
    few[order[before >= MOST]] = False
    return np.flatnonzero(few)


def pairs_of_persons(owner: Ints, left: Ints, right: Ints) -> tuple[Ints, Ints, Ints]:
    """Return all pairs of variants of pairs of persons.

    Args:
        owner: Person of each variant.
        left: Persons.
        right: Persons.

    Returns:
        Variants, variants, and for each such pair the place of its pair of persons.
    """
    order = np.argsort(owner, kind="stable")
    held = owner[order]
    begin_a, begin_b = np.searchsorted(held, left), np.searchsorted(held, right)
    size_a = np.searchsorted(held, left, side="right") - begin_a
    size_b = np.searchsorted(held, right, side="right") - begin_b
    both = size_a * size_b
    which = np.repeat(np.arange(len(left)), both)
    at = np.arange(len(which)) - np.repeat(np.cumsum(both) - both, both)
    a, b = begin_a[which] + at // size_b[which], begin_b[which] + at % size_b[which]
    return order[a], order[b], which
