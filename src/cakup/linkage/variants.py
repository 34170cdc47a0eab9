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
from cakup.linkage.vocabulary import Ints, firsts, mixed

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
    rows = frame.with_columns(*_lists(frame)).drop(UNCOMPARED, strict=False)
    rows = rows.with_columns(v=pl.col("id"), e=pl.Series(entity.astype(np.int32)))
    several = np.bincount(entity)[entity] > 1 if len(entity) else np.zeros(0, dtype=bool)
    if not several.any():
        return rows
    alone, (kept, source) = np.flatnonzero(~several), _distinct(rows, np.flatnonzero(several))
    alike: dict[int, list[str]] = {}
    for column, taken in source.items():
        alike.setdefault(id(taken), []).append(column)
    parts = [rows.select(c)[np.append(alone, source[c[0]][kept])] for c in alike.values()]
    return pl.concat(parts, how="horizontal").select(rows.columns)


def _lists(frame: pl.DataFrame) -> list[pl.Expr]:
    """Return the columns that tell on which list each value stands: at first the row's own."""
    if "source" not in frame.columns:
        return []
    named = [name for name, value in LISTS.items() if value in frame.columns]
    named += [f"{c.removesuffix('_v')}_list" for c in frame.columns if c.endswith("_v")]
    own = pl.col("source").cast(pl.Int32)
    return [own.alias(name) for name in named]


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
            own = (column, f"{short}_t", f"{short}_bits", f"{short}_list")
            found.append((column, [c for c in own if c in frame.columns]))
    return found


def _of_name(rest: str) -> bool:
    """Return whether a column, without its first letter, is one of a name's."""
    return rest in NAME_COLUMNS or (rest[:1] in "wb" and rest[1:].isdigit())


def _sources(rows: pl.DataFrame, at: Ints) -> dict[str, Ints]:
    """Return per column from which row each of some rows takes its value.

    A blank is taken from the row of the same person whose value most rows have.

    Args:
        rows: Rows.
        at: Places of all rows of some persons.
    """
    person = rows["e"].to_numpy()[at]
    source = dict.fromkeys(rows.columns, at)
    for key, columns in field_groups(rows):
        held = source[key]
        blank = rows[key].is_null().to_numpy()[held]
        needs = np.bincount(person[blank], minlength=int(person.max()) + 1) > 0
        needs &= np.bincount(person[~blank], minlength=len(needs)) > 0
        if not needs.any():
            continue
        asked = needs[person]
        giving, taking = np.flatnonzero(~blank & asked), np.flatnonzero(blank & asked)
        donors = _donors(person[giving], rows[key].gather(held[giving]), giving, len(needs))
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


def _distinct(rows: pl.DataFrame, at: Ints) -> tuple[Ints, dict[str, Ints]]:
    """Complete rows, keep one of those of a person that say the same, ``MOST`` per person.

    Args:
        rows: Rows.
        at: Places of all rows of some persons.

    Returns:
        Which of ``at`` are kept, and what ``_sources`` returns.
    """
    source = _sources(rows, at)
    told = ("ntail", "n12", "np", "d0", "d1", "d2", "sex", "nplain", "mplain")
    says = [c for c in told if c in rows.columns]
    says += [c for c in rows.columns if c.endswith("_v")]
    person = rows["e"].to_numpy()[at]
    said = mixed(person.astype(np.int64), *(_number(rows[c].gather(source[c])) for c in says))
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
