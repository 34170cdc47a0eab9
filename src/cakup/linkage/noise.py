"""How noisy each list is: what share of its values is missing, and what share is wrong.

Rows of one person say the same things about him. Who errs is not known, but how often each list
errs can be told (Dawid and Skene): what a person's value is follows from what lists say and how
often they err, and how often a list errs from how often it says something else; round by round.
Small lists are drawn towards all lists together.

Files of one list are one witness, and what a later file only repeats is said once: a copy confirms
nothing.

Persons are those that an equal NIK and an agreeing name join, so nothing that is judged here chose
them; only for the NIK itself are they those of the finished linkage. What keeps a row from being
linked at all is not seen: a share of wrong NIKs is *at least*.

Dawid, A. P., Skene, A. M. (1979). Maximum likelihood estimation of observer error-rates using the
EM algorithm. Applied Statistics 28, 20–28.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from cakup.linkage.blocks import run_starts
from cakup.linkage.graph import components
from cakup.linkage.linked import Linked
from cakup.linkage.rows import NIK_SERIALS
from cakup.linkage.vocabulary import Bools, Ints, Reals

NIK = "nik"
#: Field → column by which its values are told apart.
COLUMNS = {
    "nama": "nplain", "tanggal_lahir": "d0", "jenis_kelamin": "sex", "nama_ibu": "msound",
    "desa_kelurahan": "desa_v", "tempat_lahir": "town_v",
}  # fmt: skip
#: Of this field a person's own NIK is a witness too.
BORN = "tanggal_lahir"
#: Rows that the share of all lists counts for beside a list's own.
SHRINKAGE = 20.0
FIRST, LEAST = 0.05, 1e-4
ROUNDS = 12
SCHEMA = {
    "source": pl.Int64, "field": pl.String, "n_rows": pl.Int64, "missing": pl.Float64,
    "damaged": pl.Float64, "n_compared": pl.Int64, "wrong": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """How often lists err in a field.

    Args:
        compared: Values of each list whose person has another value to hold against it.
        share: Share of them that is wrong, drawn towards all lists together.
    """

    compared: Ints
    share: Reals


def wrong_shares(person: Ints, value: Ints, witness: Ints, n: int) -> Wrong:
    """Return how often witnesses err about persons.

    Args:
        person: Person of each statement.
        value: What it says, as a number.
        witness: Who says it, below ``n``.
        n: Number of witnesses.
    """
    order = np.argsort(person, kind="stable")
    return _wrong(person[order], value[order], witness[order], n)


def _wrong(person: Ints, value: Ints, witness: Ints, n: int) -> Wrong:
    """Return what ``wrong_shares`` does, statements about one person side by side."""
    alike = person[1:] == person[:-1]
    several = np.zeros(len(person), dtype=bool)
    several[1:] |= alike
    several[:-1] |= alike
    compared = np.bincount(witness[several], minlength=n)
    if not several.any():
        return Wrong(compared, np.full(n, np.nan))
    # Where all say the same nobody is in doubt: only the others are gone through round by round.
    differ = np.zeros(int(person.max(initial=0)) + 1, dtype=bool)
    differ[person[1:][alike & (value[1:] != value[:-1])]] = True
    at = np.flatnonzero(differ[person])
    at = at[np.lexsort((value[at], person[at]))]
    person, value, witness = person[at], value[at], witness[at]
    is_new = np.ones(len(person), dtype=bool)
    is_new[1:] = (person[1:] != person[:-1]) | (value[1:] != value[:-1])
    said = np.cumsum(is_new) - 1
    of = run_starts(person[is_new])
    size = np.diff(np.append(of, int(is_new.sum())))
    errs = np.full(n, FIRST)
    for _ in range(ROUNDS):
        doubt = 1.0 - _right(said, of, size, witness, errs)[said]
        total = np.bincount(witness, doubt, minlength=n)
        pooled = total.sum() / compared.sum()
        errs = np.clip((total + SHRINKAGE * pooled) / (compared + SHRINKAGE), LEAST, 1.0 - LEAST)
    return Wrong(compared, np.where(compared > 0, errs, np.nan))


def _right(said: Ints, of: Ints, size: Ints, witness: Ints, errs: Reals) -> Reals:
    """Return the probability that each distinct value of a person is his.

    Args:
        said: Distinct value of each statement, values of one person side by side.
        of: Where persons begin among the distinct values.
        size: How many distinct values each has.
        witness: Witness of each statement.
        errs: How often each errs.
    """
    for_it = np.log2((1.0 - errs) / errs)
    weight = np.bincount(said, for_it[witness])
    if not len(weight):
        return np.zeros(0)
    share = np.exp2(weight - np.repeat(np.maximum.reduceat(weight, of), size))
    return np.asarray(share / np.repeat(np.add.reduceat(share, of), size), dtype=np.float64)


def of_lists(linked: Linked, sources: int, lines: Ints) -> pl.DataFrame:
    """Return for each file and field what is missing and what is wrong.

    Args:
        linked: Finished run.
        sources: Number of files.
        lines: Rows of an earlier and a later file of one list that say the same, shape (n, 2).

    Returns:
        ``source``, ``field``, ``n_rows``, ``missing`` and ``damaged`` (shares of the file's rows;
        only a NIK can be damaged), ``n_compared`` and ``wrong`` (of the whole list: share of the
        compared values, missing where there are none).
    """
    frame = linked.frame
    source = frame["source"].to_numpy().astype(np.int64)
    rows = np.bincount(source, minlength=sources)
    list_of = components(sources, source[lines[:, 0]], source[lines[:, 1]])
    witness, is_first = list_of[source], np.ones(len(source), dtype=bool)
    is_first[lines[:, 0]] = False
    by_nik = _Persons.of(linked.exact, witness)
    parts = []
    for name, value, damaged in _values(frame):
        there = value != 0
        persons = _Persons.of(linked.person, witness) if name == NIK else by_nik
        told = _told(persons, value, there & is_first, sources, _born(frame, name))
        missing, broken = (
            np.bincount(source[held], minlength=sources) / np.maximum(rows, 1)
            for held in (np.flatnonzero(~(there | damaged)), np.flatnonzero(damaged))
        )
        parts.append(
            pl.DataFrame(
                {"source": np.arange(sources), "field": name, "n_rows": rows, "missing": missing,
                 "damaged": broken, "n_compared": told.compared[list_of],
                 "wrong": told.share[list_of]},
                schema=SCHEMA,
            ).with_columns(pl.col("wrong").fill_nan(None))
        )  # fmt: skip
    found = pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)
    return found.filter(pl.col("n_rows") > 0)


@dataclass(frozen=True)
class _Persons:
    """Rows in the order of their persons.

    Args:
        rows: Rows, those of one person side by side and in order.
        person: Person of each.
        witness: Who says what it says.
    """

    rows: Ints
    person: Ints
    witness: Ints

    @staticmethod
    def of(person: Ints, witness: Ints) -> _Persons:
        """Return the rows of persons, each named by the number of a row."""
        # Person and row as one number: several times faster than sorting places by persons.
        bits = max(len(person) - 1, 1).bit_length()
        packed = np.sort(person << bits | np.arange(len(person)))
        rows = packed & ((1 << bits) - 1)
        return _Persons(rows, packed >> bits, witness.take(rows))

    def take(self, where: Bools) -> _Persons:
        """Return some of the rows."""
        at = np.flatnonzero(where)
        return _Persons(self.rows.take(at), self.person.take(at), self.witness.take(at))


def _values(frame: pl.DataFrame) -> Iterator[tuple[str, Ints, Bools]]:
    """Yield each field's name, values as numbers (0 = missing), and which are damaged."""
    none = np.zeros(frame.height, dtype=bool)
    number = pl.col("n12") * NIK_SERIALS + pl.col("nser")
    nik = frame.select(number.fill_null(0).cast(pl.Int64)).to_series().to_numpy()
    if nik.any():
        yield NIK, nik, (nik == 0) & frame["np"].is_not_null().to_numpy()
    for name, column in COLUMNS.items():
        if column in frame.columns:
            value = frame[column].fill_null(0).cast(pl.Int64).to_numpy()
            if value.any():
                yield name, value, none


def _born(frame: pl.DataFrame, name: str) -> Ints | None:
    """Return the birth date that each row's NIK implies, 0 without one; None for other fields."""
    if name != BORN:
        return None
    implied = pl.when(pl.col("nik").is_not_null()).then(pl.coalesce("d2", "d1"))
    return frame.select(implied.fill_null(0).cast(pl.Int64)).to_series().to_numpy()


def _told(persons: _Persons, value: Ints, there: Bools, n: int, born: Ints | None) -> Wrong:
    """Return how often lists err in a field; a person's NIK is a witness of his birth date."""
    said = persons.take(there.take(persons.rows))
    who, says, by = said.person, value.take(said.rows), said.witness
    if born is not None:
        implied = born.take(persons.rows)
        known = np.flatnonzero(implied)
        known = known[run_starts(persons.person[known])]
        one = persons.person[known]
        # The NIK speaks last of each person.
        place = np.cumsum(np.bincount(who, minlength=len(value)))[one] + np.arange(len(one))
        others = np.ones(len(who) + len(one), dtype=bool)
        others[place] = False
        said_last = (one, implied.take(known), np.full(len(one), n))
        every = np.empty((3, len(others)), dtype=np.int64)
        for row, own, last in zip(every, (who, says, by), said_last, strict=True):
            row[others], row[place] = own, last
        who, says, by = every
    return _wrong(who, says, by, n + 1)
