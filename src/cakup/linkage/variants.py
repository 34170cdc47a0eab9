"""The ways in which one person is written, each completed from the person's other rows.

Rows that are surely one person share what they know: the date stands on one list, the NIK on
another. Every row takes its blanks from the row of the same person that speaks for most, and rows
that then say the same become one variant. What differs stays: a wrong NIK on one list does not hide
the right one on the next.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.linkage.vocabulary import Ints

#: Field → its columns start with; the first names the column that must be filled.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("nik", ("nik", "n12", "nser", "ntail", "np", "np12")),
    ("np", ("np", "np12")),
    ("d0", ("d0", "d1", "d2", "ds", "dbits")),
    ("d1", ("d1", "d2", "ds", "dbits")),
    ("sex", ("sex",)),
)
#: Variants of one person that are compared at most.
MOST = 8


def variants(frame: pl.DataFrame, entity: Ints) -> pl.DataFrame:
    """Return the distinct variants of all persons.

    Args:
        frame: Cleaned rows with rarities, in content order.
        entity: Person of each row, the smallest of its rows.

    Returns:
        The columns of the frame with ``v`` (row that stands for the variant) and ``e`` (person),
        ordered by ``v``.
    """
    size = np.bincount(entity, minlength=len(entity))
    several = size[entity] > 1
    rows = frame.with_columns(v=pl.col("id"), e=pl.Series(entity.astype(np.int32)))
    if not several.any():
        return rows
    alone, shared = rows.filter(~several), rows.filter(several)
    shared = _distinct(_filled(shared))
    return pl.concat([alone, shared], how="vertical").sort("v")


def _groups(frame: pl.DataFrame) -> list[tuple[str, list[str]]]:
    """Return for each field the column that tells whether it is there, and all its columns."""
    found = [(key, [c for c in cols if c in frame.columns]) for key, cols in GROUPS]
    found = [(key, cols) for key, cols in found if key in frame.columns]
    for key, prefix in (("nm", "n"), ("mm", "m")):
        if key in frame.columns:
            own = ("plain", "sound", "joined", "count", "bits", "corr", "kin", "m")
            cols = [c for c in frame.columns if c[:1] == prefix and _is_name(c[1:], own)]
            found.append((key, cols))
    for column in frame.columns:
        if column.endswith("_v"):
            short = column.removesuffix("_v")
            found.append((column, [column, f"{short}_t", f"{short}_bits"]))
    return found


def _is_name(rest: str, own: tuple[str, ...]) -> bool:
    return rest in own or (rest[:1] in "wb" and rest[1:].isdigit())


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    """Fill each row's blanks from the rows of the same person."""
    for key, columns in _groups(rows):
        blank = rows[key].is_null()
        if not blank.any() or blank.all():
            continue
        best = (
            rows.filter(~blank).group_by("e", key).agg(pl.len().alias("n"), pl.col("v").min())
            .sort(["e", "n", "v"], descending=[False, True, False])
            .unique("e", keep="first", maintain_order=True)
        )  # fmt: skip
        source = (
            best.select("e", v="v").join(rows.select("v", *columns), on="v", how="left").drop("v")
        )
        missing = rows.filter(blank)
        filled = missing.drop(columns).join(source, on="e", how="left").select(rows.columns)
        rows = pl.concat([rows.filter(~blank), filled])
    return rows.sort("v")


def _distinct(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep one row of those of one person that say the same, and at most ``MOST`` per person."""
    says = [
        c for c in ("nik", "np", "d0", "d1", "d2", "sex", "nplain", "mplain") if c in rows.columns
    ] + [c for c in rows.columns if c.endswith("_v")]
    kept = rows.unique(["e", *says], keep="first", maintain_order=True)
    return kept.filter(pl.int_range(pl.len()).over("e") < MOST)
