"""Rows as they would be had they come poor: without a NIK, or with a wrong one."""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.linkage.cleaning import day_columns, nik_columns
from cakup.linkage.linked import Linked
from cakup.linkage.variants import field_groups
from cakup.linkage.vocabulary import Bools, Ints, Reals
from cakup.linkage.wrong_niks import WrongNiks

#: Probes per list at most, where at most one row of a person is hidden; and of all lists.
MOST_PER_LIST, MOST_HIDDEN = 1_000, 9_000
EXCEL_DIGITS = 15
#: A row stands for so many times the average at most.
MOST_WEIGHT = 4.0
#: Fields that are or follow from the NIK.
OF_NIK = ("ntail", "np", "d1")
#: Digits from which on what is left of a NIK says more than where it was issued, and share of
#: misleading ones that lost a digit; the others have one too many.
LEAST_TOLD, LOST = 12, 0.5


def one_each(rng: np.random.Generator, able: Bools, source: Ints, person: Ints) -> Ints:
    """Return rows to hide, at most one of a person and ``MOST_PER_LIST`` of a list.

    Args:
        rng: Draws.
        able: Rows that may be hidden.
        source: List of each row.
        person: Person of each row.
    """
    rows = rng.permutation(np.flatnonzero(able))
    _, first = np.unique(person[rows], return_index=True)
    rows = np.sort(rows[first])
    chosen = [np.zeros(0, dtype=np.int64)]
    for one in np.unique(source[rows]):
        mine = rows[source[rows] == one]
        chosen.append(np.sort(rng.choice(mine, min(len(mine), MOST_PER_LIST), replace=False)))
    return np.concatenate(chosen)


def persons_to_hide(
    rng: np.random.Generator, good: Bools, poor: Bools, source: Ints, most: float = 1.0
) -> Bools:
    """Return for each number of a person whether its rows may be hidden: all, or so many as to make
    ``MOST_HIDDEN`` rows.

    Args:
        rng: Draws.
        good: Rows that may be hidden.
        poor: Rows that came poor.
        source: List of each row.
        most: Share of the persons at most.
    """
    expected = float(_share_poor(good, poor, source)[source[good]].sum())
    return rng.random(len(good)) < min(MOST_HIDDEN / max(expected, 1.0), most)


def as_they_came(
    rng: np.random.Generator, good: Bools, poor: Bools, source: Ints, person: Ints,
    chosen: Bools | None = None,
) -> Ints:  # fmt: skip
    """Return rows to hide, each as likely as rows of its list came poor.

    Several rows of one person may be hidden, as several may have come poor. In a large city only
    rows of some persons are.

    Args:
        rng: Draws.
        good: Rows that may be hidden.
        poor: Rows that came poor.
        source: List of each row.
        person: Person of each row.
        chosen: See ``persons_to_hide``; None = drawn.
    """
    chosen = persons_to_hide(rng, good, poor, source) if chosen is None else chosen
    share = _share_poor(good, poor, source)
    hidden = good & chosen[person] & (rng.random(len(person)) < share[source])
    return np.flatnonzero(hidden)


def _share_poor(good: Bools, poor: Bools, source: Ints) -> Reals:
    """Return for each list the share of its rows that came poor."""
    n = int(source.max(initial=0)) + 1
    n_good, n_poor = np.bincount(source[good], minlength=n), np.bincount(source[poor], minlength=n)
    return np.asarray(n_poor / np.maximum(n_good + n_poor, 1), dtype=np.float64)


def patterns(
    rng: np.random.Generator, frame: pl.DataFrame, at: Ints, poor: Bools, source: Ints
) -> tuple[Ints, Reals]:
    """Return for each row to hide a poor row of its list, else of any, whose pattern it takes.

    A row cannot be given what it lacks itself, so it takes the pattern of a poor row that has no
    more than it, and stands for as many as make patterns as frequent as they are among poor rows.

    Args:
        rng: Draws.
        frame: Cleaned rows with rarities.
        at: Rows to hide.
        poor: Rows that came poor.
        source: List of each row.

    Returns:
        The poor rows, and the weight of each row to hide, 1 on average in each list.
    """
    every, out, weight = np.flatnonzero(poor), np.zeros(len(at), dtype=np.int64), np.ones(len(at))
    held = _held(frame, np.concatenate([every, at]))
    for one in np.unique(source[at]):
        mine = np.flatnonzero(source[at] == one)
        own = every[source[every] == one]
        own = own if len(own) else every
        for mask in np.unique(held[at[mine]]):
            these = mine[held[at[mine]] == mask]
            fit = own[(held[own] & ~mask) == 0]
            out[these] = rng.choice(fit if len(fit) else own, len(these))
        got = held[at[mine]] & held[out[mine]]
        kinds, wanted = np.unique(held[own], return_counts=True)
        n_got = np.array([max(int((got == k).sum()), 1) for k in kinds])
        place = np.minimum(np.searchsorted(kinds, got), len(kinds) - 1)
        share = np.where(kinds[place] == got, (wanted / n_got)[place], 0.0)
        # A pattern that hardly came out must not speak for all of them.
        share = np.minimum(share, MOST_WEIGHT * max(share.mean(), 1e-9))
        weight[mine] = share / share.mean() if share.any() else 1.0
    return out, weight


def _held(frame: pl.DataFrame, rows: Ints) -> Ints:
    """Return which fields some rows have, a bit for each; the NIK and what follows from it aside.

    Args:
        frame: Cleaned rows.
        rows: Which are asked; nothing is told of the others.
    """
    told, held = np.zeros(len(rows), dtype=np.int64), np.zeros(frame.height, dtype=np.int64)
    keys = [key for key, _ in field_groups(frame) if key not in OF_NIK]
    for bit, key in enumerate(keys):
        told |= frame[key].is_not_null().to_numpy().take(rows).astype(np.int64) << bit
    held[rows] = told
    return held


def misleading(linked: Linked) -> Reals:
    """Return for each row how likely what is left of its NIK is not how its person's NIK begins.

    0 or 1 where the person's NIK is known from other rows, else the share among those.
    """
    frame = linked.frame
    left = (frame["np"].str.len_bytes().fill_null(0) >= LEAST_TOLD).to_numpy()
    # Only persons with such a row matter; they are few.
    at = np.flatnonzero(_of_persons(linked.person, left))
    told = frame.select("nik", "np")[at].with_columns(p=pl.Series(linked.person[at]))
    known = told.drop_nulls("nik").group_by("p", "nik").len().sort("p", "len", "nik")
    known = known.unique("p", keep="last").select("p", known="nik")
    told = told.join(known, on="p", how="left", maintain_order="left")
    wrong = told.select(
        pl.when(pl.Series(left[at])).then(~pl.col("known").str.starts_with(pl.col("np")))
        .cast(pl.Float64).alias("wrong")
    )["wrong"]  # fmt: skip
    mean = float(str(wrong.mean() or 0.0))
    found = np.full(frame.height, mean)
    found[at] = wrong.fill_null(mean).to_numpy()
    return found


def _of_persons(person: Ints, rows: Bools) -> Bools:
    """Return the rows of persons of whom some row is among some rows."""
    has = np.zeros(len(person), dtype=np.bool_)
    has[person[rows]] = True
    return np.asarray(has[person], dtype=np.bool_)


def bare(
    frame: pl.DataFrame, at: Ints, donors: Ints, rng: np.random.Generator,
    misled: Reals | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return rows as they would be with what their donors lack taken away.

    Args:
        frame: Cleaned rows with rarities.
        at: Rows.
        donors: For each a row whose pattern it takes.
        rng: Draws.
        misled: How likely what is left of a row's NIK misleads, see ``misleading``; None = never.
    """
    groups = [(key, columns) for key, columns in field_groups(frame) if key not in OF_NIK]
    rows, pattern = frame[at], frame.select("np", *(key for key, _ in groups))[donors]
    length = pattern["np"].str.len_bytes().fill_null(0)
    digits = pl.min_horizontal(pl.col("n"), EXCEL_DIGITS)
    seen = rows["nik"]
    if misled is not None:
        is_wrong = rng.random(len(at)) < misled[donors]
        seen = pl.Series(
            [
                _shifted(nik, rng) if wrong else nik
                for nik, wrong in zip(seen.to_list(), is_wrong.tolist(), strict=True)
            ],
            dtype=pl.String,
        )
    part = pl.DataFrame({"nik": seen, "n": length}).select(
        pl.when(pl.col("n") > 0).then(pl.col("nik").str.slice(0, digits))
    )
    told = nik_columns(pl.Series([None] * rows.height, dtype=pl.String), part.to_series())
    kept = []
    for key, columns in groups:
        there = pl.lit(pattern[key].is_not_null())
        kept += [pl.when(there).then(pl.col(column)).alias(column) for column in columns]
    return _dated(rows.with_columns(told).with_columns(kept))


def misnumbered(
    frame: pl.DataFrame, at: Ints, wrong: WrongNiks, rng: np.random.Generator
) -> pl.DataFrame:
    """Return rows with a wrong NIK: with a slip, a relative's, or another's.

    Args:
        frame: Cleaned rows with rarities.
        at: Rows.
        wrong: What wrong NIKs are.
        rng: Draws.
    """
    rows = frame[at]
    nothing = pl.Series([None] * rows.height, dtype=pl.String)
    nik = nik_columns(wrong.drawn(at, rng), nothing)
    if "sex" in rows.columns:
        rows = rows.with_columns(sex=wrong.sexes(at, nik, rng))
    return _dated(rows.with_columns(nik))


def _shifted(nik: str, rng: np.random.Generator) -> str:
    """Return a NIK of which one of the first digits was lost or written twice."""
    k = int(rng.integers(0, EXCEL_DIGITS - 1))
    return nik[:k] + nik[k + 1 :] if rng.random() < LOST else nik[: k + 1] + nik[k:]


def _dated(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose dates follow from what is stated and from the NIK."""
    days = day_columns(rows["d0"], rows["ntail"])
    known = days["d1"].is_not_null()
    return rows.with_columns(days, dbits=pl.when(known).then("dbits"))
