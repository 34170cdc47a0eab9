"""The ways in which one person is written, each completed from the person's other rows.

Rows that are surely one person share what they know: the date stands on one list, the NIK on
another. Every row takes its blanks from the row of the same person that speaks for most, and rows
that then say the same become one variant. What differs stays: a wrong NIK on one list does not hide
the right one on the next.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.linkage.vocabulary import Ints, firsts, mixed

#: Field → its columns. The first says whether the field is there; a second entry for a field fills
#: what the first left open.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ntail", ("nik", "n12", "nser", "ntail", "np", "np12")),
    ("np", ("np", "np12")),
    ("d0", ("d0", "d1", "d2", "ds", "dbits")),
    ("d1", ("d1", "d2", "ds", "dbits")),
    ("sex", ("sex",)),
)
NAME_COLUMNS = ("plain", "sound", "joined", "count", "bits", "corr", "kin", "m")
#: Stands for a missing number where numbers are mixed.
NO_VALUE = -1
#: Variants of one person that are compared at most.
MOST = 8


def variants(frame: pl.DataFrame, entity: Ints) -> pl.DataFrame:
    """Return the distinct variants of persons.

    Args:
        frame: Cleaned rows with rarities, in content order; whole persons only.
        entity: Person of each row of the frame.

    Returns:
        The columns of the frame with ``v`` (row that stands for the variant) and ``e`` (person);
        persons of one row first.
    """
    rows = frame.with_columns(v=pl.col("id"), e=pl.Series(entity.astype(np.int32)))
    several = rows.select(n=pl.len().over("e") > 1)["n"]
    if not several.any():
        return rows
    shared = _distinct(_filled(rows.filter(several)))
    return pl.concat([rows.filter(~several), shared])


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
            found.append((column, [column, f"{short}_t", f"{short}_bits"]))
    return found


def _of_name(rest: str) -> bool:
    """Return whether a column, without its first letter, is one of a name's."""
    return rest in NAME_COLUMNS or (rest[:1] in "wb" and rest[1:].isdigit())


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    """Fill each row's blanks from the row of the same person whose value most rows have."""
    person = rows["e"].to_numpy()
    for key, columns in field_groups(rows):
        blank = rows[key].is_null().to_numpy()
        needs = np.bincount(person[blank], minlength=int(person.max()) + 1) > 0
        needs &= np.bincount(person[~blank], minlength=len(needs)) > 0
        if not needs.any():
            continue
        donors = _donors(rows, key, np.flatnonzero(~blank & needs[person]), len(needs))
        at = np.arange(rows.height)
        taking = np.flatnonzero(blank & needs[person])
        at[taking] = donors[person[taking]]
        rows = rows.with_columns(rows[c].gather(at) for c in columns)
    return rows


def _donors(rows: pl.DataFrame, key: str, at: Ints, n: int) -> Ints:
    """Return per person the first of the rows that have its most frequent value.

    Args:
        rows: Rows.
        key: Column of the value.
        at: Rows that have one.
        n: Persons are numbered below this.
    """
    best = (
        rows.select("e", value=key)[at].with_columns(at=pl.Series(at))
        .group_by("e", "value").agg(n=pl.len(), donor=pl.col("at").min())
        .sort(["e", "n", "donor"], descending=[False, True, False])
        .unique("e", keep="first", maintain_order=True)
    )  # fmt: skip
    donors = np.zeros(n, dtype=np.int64)
    donors[best["e"].to_numpy()] = best["donor"].to_numpy()
    return donors


def _distinct(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep one row of those of one person that say the same, and at most ``MOST`` per person."""
    told = ("ntail", "n12", "np", "d0", "d1", "d2", "sex", "nplain", "mplain")
    says = [c for c in told if c in rows.columns]
    says += [c for c in rows.columns if c.endswith("_v")]
    numbers = [rows[c].hash(11) if rows[c].dtype == pl.String else rows[c] for c in says]
    columns = [
        n.cast(pl.Int64, wrap_numerical=True).fill_null(NO_VALUE).to_numpy() for n in numbers
    ]
    said = mixed(rows["e"].cast(pl.Int64).to_numpy(), *columns)
    kept = rows[np.flatnonzero(firsts(said) == np.arange(len(said)))]
    return kept.filter(pl.int_range(pl.len()).over("e") < MOST)


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
