"""How many rows with a wrong NIK, and how many of the register, are found again.

Rows are given a wrong NIK, and rows of the register lose theirs; each is linked again against
everything else. In a small city every draw may use everybody; in a large one the draws take rows of
different persons, and ``probes`` links them in one pass with the rows that it hides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from cakup.linkage.hiding import bare, misnumbered, one_each, patterns
from cakup.linkage.linking import Linked
from cakup.linkage.relink import LISTED, Relink, among
from cakup.linkage.vocabulary import Bools, Ints, Reals, stable_keys
from cakup.linkage.wrong_niks import WrongNiks

#: Rows with a wrong NIK that count as found, and as tried, before any was.
RECALL_BEFORE = (8.0, 10.0)
#: Rows with a NIK from which on a person shows which of them errs; rows for which what is known of
#: all lists counts beside a list's own.
MAJORITY, RATE_BEFORE = 3, 20.0


@dataclass(frozen=True)
class Recall:
    """Hidden rows that could have been found again, and those that were."""

    probes: int
    found: int


@dataclass(frozen=True)
class Odd:
    """Rows with a wrong NIK, by list and kind.

    A row's kind is 0 if its person has other list rows but none of the register, 1 if it has both,
    2 if it has the register's only: what is lost when the row stays alone differs.

    Args:
        source: List of each row that was given a wrong NIK.
        kind: Its kind.
        is_found: Whether it joined somebody.
        seen_source: List of each row that came with another NIK than its person's.
        seen_kind: Its kind.
    """

    source: Ints
    kind: Ints
    is_found: Bools
    seen_source: Ints
    seen_kind: Ints


@dataclass(frozen=True)
class Recalls:
    """What was found again.

    Args:
        odd: List rows with a wrong NIK.
        bare: Register rows whose NIK was hidden.
        wrong: Register rows that were given a wrong NIK.
    """

    odd: Odd
    bare: Recall
    wrong: Recall


@dataclass(frozen=True)
class RowCounts:
    """Rows per person: of lists, of lists with a NIK, of the register."""

    person: Ints
    is_listed: Bools
    is_numbered: Bools
    listed: Ints
    numbered: Ints
    registered: Ints

    @staticmethod
    def of(linked: Linked, listed: Bools, numbered: Bools) -> RowCounts:
        """Return the counts of a finished run, given the rows of lists and those with a NIK."""
        n, register = len(linked.person), linked.frame["side"].to_numpy() == 1
        counts = (
            np.bincount(linked.person.take(np.flatnonzero(rows)), minlength=n)
            for rows in (listed, numbered, register)
        )
        return RowCounts(linked.person, listed, numbered, *counts)

    def without(self, at: Ints) -> RowCounts:
        """Return for each of some rows what its person has besides it."""
        p = self.person[at]
        return RowCounts(
            p, self.is_listed, self.is_numbered, self.listed[p] - self.is_listed[at],
            self.numbered[p] - self.is_numbered[at], self.registered[p],
        )  # fmt: skip

    def kind(self, at: Ints) -> Ints:
        """Return the kind of rows, see ``Odd``."""
        p = self.person[at]
        is_only = self.listed[p] - self.is_listed[at] == 0
        return np.where(self.registered[p] > 0, np.where(is_only, 2, 1), 0)


@dataclass(frozen=True)
class Drawn:
    """Rows that are changed to see whether they are found again.

    Args:
        odd: List rows that are given a wrong NIK.
        bare: Register rows whose NIK is hidden.
        wrong: Register rows that are given a wrong NIK.
        donors: For each of ``bare`` a row whose pattern it takes.
    """

    odd: Ints
    bare: Ints
    wrong: Ints
    donors: Ints

    @staticmethod
    def of(
        rng: np.random.Generator, linked: Linked, rows: RowCounts, able: Bools, turns: Ints | None
    ) -> Drawn:
        """Draw rows, at most one of a person for each purpose.

        Args:
            rng: Draws.
            linked: The finished run.
            rows: What persons have.
            able: Rows that may be changed.
            turns: For what each number of a person is used: the place of a field of this class;
                None = for all.
        """
        source = linked.frame["source"].to_numpy().astype(np.int64)
        nowhere = np.zeros(len(able), dtype=np.int64)
        good = rows.is_numbered & able
        several = good & (rows.listed[rows.person] + rows.registered[rows.person] > 1)
        met = _register_by_nik(linked, good) & able
        is_bare = linked.frame["nik"].is_null().to_numpy() & ~rows.is_listed
        is_bare &= linked.frame["side"].to_numpy() == 1
        masks = [several, met & bool(is_bare.any()), met]
        if turns is not None:
            masks = [m & (turns[linked.person] == k) for k, m in enumerate(masks)]
        odd, hidden, wrong = (
            one_each(rng, mask, one, linked.person)
            for mask, one in zip(masks, (source, nowhere, nowhere), strict=True)
        )
        donors, _ = patterns(rng, linked.frame, hidden, is_bare, nowhere)
        return Drawn(odd, hidden, wrong, donors)

    @property
    def rows(self) -> list[Ints]:
        """The rows of each draw."""
        return [self.odd, self.bare, self.wrong]

    def frames(
        self, frame: pl.DataFrame, wrong: WrongNiks, rng: np.random.Generator
    ) -> list[pl.DataFrame]:
        """Return the rows of each draw as they are changed.

        Args:
            frame: Cleaned rows with rarities.
            wrong: What wrong NIKs are.
            rng: Draws.
        """
        return [
            misnumbered(frame, self.odd, wrong, rng), bare(frame, self.bare, self.donors, rng),
            misnumbered(frame, self.wrong, wrong, rng),
        ]  # fmt: skip

    def told(self, states: list[Ints], source: Ints, rows: RowCounts, seen: Odd) -> Recalls:
        """Return what the rows say.

        Args:
            states: What the rows of each draw joined.
            source: List of each row of the run.
            rows: What persons have besides.
            seen: What is known of rows that came with a wrong NIK.
        """
        odd = Odd(
            source[self.odd], rows.kind(self.odd), states[0] > 0, seen.seen_source, seen.seen_kind
        )
        return Recalls(odd, *(Recall(len(s), int(((s & LISTED) > 0).sum())) for s in states[1:]))


def seen_odd(source: Ints, rows: RowCounts, odd: Bools) -> Odd:
    """Return the rows of lists that came with a wrong NIK; none was given one yet.

    Args:
        source: List of each row.
        rows: What persons have.
        odd: Rows whose NIK is not that of most rows of their person.
    """
    none, seen = np.zeros(0, dtype=np.int64), np.flatnonzero(rows.is_numbered & odd)
    return Odd(none, none, np.zeros(0, dtype=np.bool_), source[seen], rows.kind(seen))


def recalls(
    rng: np.random.Generator, again: Relink, rows: RowCounts, seen: Odd, aside: Bools,
    wrong: WrongNiks,
) -> Recalls:  # fmt: skip
    """Give rows a wrong NIK or none, link them again and count what is found.

    Args:
        rng: Draws.
        again: The finished run.
        rows: What persons have.
        seen: Rows that came with a wrong NIK.
        aside: Rows that are left out altogether.
        wrong: What wrong NIKs are.
    """
    frame = again.linked.frame
    drawn = Drawn.of(rng, again.linked, rows, ~aside, None)
    states = [
        again.joined(changed, at, aside).state
        for changed, at in zip(drawn.frames(frame, wrong, rng), drawn.rows, strict=True)
    ]
    return drawn.told(states, frame["source"].to_numpy().astype(np.int64), rows, seen)


def _register_by_nik(linked: Linked, good: Bools) -> Bools:
    """Return register rows with a NIK that meet a list row in a group of equal NIK."""
    register = linked.frame["side"].to_numpy() == 1
    numbered = linked.frame["nik"].is_not_null().to_numpy()
    both = among(linked.exact, register) & among(linked.exact, good)
    return np.asarray(register & numbered & both[linked.exact], dtype=np.bool_)


def slip_rates(source: Ints, good: Bools, told: Odd) -> Reals:
    """Return for each list the share of its rows with a NIK whose NIK is wrong, found or not.

    Args:
        source: List of each row.
        good: Rows of lists with a NIK.
        told: Rows that were given a wrong NIK, and those that came with one.
    """
    n = int(source.max(initial=0)) + 1
    tried = np.bincount(told.source, minlength=n)
    found = np.bincount(told.source[told.is_found], minlength=n)
    recall = (found + RECALL_BEFORE[0]) / (tried + RECALL_BEFORE[1])
    seen = np.bincount(told.seen_source, minlength=n)
    wrong = seen / recall
    rest = np.bincount(source[good], minlength=n) - seen
    return np.asarray(wrong / np.maximum(wrong + rest, 1), dtype=np.float64)


def odd_rows(linked: Linked, numbered: Bools, rng: np.random.Generator) -> Bools:
    """Return rows whose NIK is not the one of their person.

    That is the NIK of most rows. Where two are as frequent, the row of the list that errs more
    often, by what larger persons tell, is more likely the wrong one; which it is, is drawn.

    Args:
        linked: A finished run.
        numbered: Rows with a NIK.
        rng: Draws.
    """
    at = _of_several_niks(linked, numbered)
    told = linked.frame.select("nik", "source")[at].with_columns(
        p=pl.Series(linked.person[at]), at=pl.Series(at)
    )
    told = told.with_columns(n=pl.len().over("p", "nik"), total=pl.len().over("p"))
    told = told.filter(pl.col("n") < pl.col("total")).with_columns(most=pl.col("n").max().over("p"))
    top = told.filter(pl.col("n") == pl.col("most"))
    is_tied = (pl.col("nik").n_unique() > 1).over("p")
    tied = top.filter(is_tied)
    clear = told.join(tied.select("p").unique(), on="p", how="anti")
    found = np.zeros(len(linked.person), dtype=bool)
    found[clear.filter(pl.col("n") < pl.col("most"))["at"].to_numpy()] = True
    if not tied.height:
        return found
    rates = _error_rates(linked, numbered, found)
    own = tied.with_columns(w=-pl.Series(np.log(rates[tied["source"].to_numpy()])))
    chance = own.group_by("p", "nik", maintain_order=True).agg(pl.col("w").sum()).sort("p", "nik")
    chance = chance.with_columns(w=pl.col("w") + pl.Series(rng.gumbel(size=chance.height)))
    right = chance.sort("p", "w", descending=[False, True]).unique("p", keep="first")
    unsure = told.join(right.select("p", right="nik"), on="p")
    found[unsure.filter(pl.col("nik") != pl.col("right"))["at"].to_numpy()] = True
    return found


def _of_several_niks(linked: Linked, numbered: Bools) -> Ints:
    """Return the rows with a NIK of persons whose rows have different ones; they are few."""
    at = np.flatnonzero(numbered)
    person, nik = linked.person[at], stable_keys(linked.frame["nik"])[at]
    one = np.zeros(len(numbered), dtype=np.int64)
    one[person] = nik
    differ = np.zeros(len(numbered), dtype=np.bool_)
    differ[person[nik != one[person]]] = True
    return at[differ[person]]


def _error_rates(linked: Linked, numbered: Bools, odd: Bools) -> Reals:
    """Return per list the share of wrong NIKs among the rows of persons with three NIKs or more."""
    n = len(linked.person)
    large = (
        numbered & (np.bincount(linked.person[numbered], minlength=n) >= MAJORITY)[linked.person]
    )
    source = linked.frame["source"].to_numpy().astype(np.int64)
    size = int(source.max(initial=0)) + 1
    rows, wrong = (np.bincount(source[m], minlength=size) for m in (large, large & odd))
    pooled = (wrong.sum() + 1.0) / (rows.sum() + 100.0)
    return np.asarray((wrong + RATE_BEFORE * pooled) / (rows + RATE_BEFORE), dtype=np.float64)
