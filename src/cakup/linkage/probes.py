"""Hide and relink: how many rows that are hard to link are missed, and how many are linked falsely.

Rows whose NIK settles who they are have their NIK, date and other fields blanked in the pattern of
a row of the same list that lacks its NIK. Each is then linked again as if it had come so, against
everything else as it stands. What becomes of these probes tells what became of the rows that really
came so; nobody's label is needed. The same is done with wrong NIKs in place of none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from cakup.kernel.ports import SqlEngine
from cakup.linkage.cleaning import Cleaned
from cakup.linkage.hiding import (
    as_they_came,
    bare,
    misleading,
    misnumbered,
    patterns,
    persons_to_hide,
)
from cakup.linkage.linking import Linked, Settings
from cakup.linkage.rarities import rarity_columns
from cakup.linkage.recalls import (
    Drawn,
    Odd,
    Recall,
    Recalls,
    RowCounts,
    odd_rows,
    recalls,
    seen_odd,
    slip_rates,
)
from cakup.linkage.relink import JOINED, LISTED, NEVER, REGISTERED, Joined, Relink, among, without
from cakup.linkage.score import probability
from cakup.linkage.vocabulary import Bools, Ints, Reals
from cakup.linkage.wrong_niks import WrongNiks

#: How many times rows of the lists are hidden at most, and probes that are enough.
ROUNDS, ENOUGH = 4, 3_000
#: Rows from which on everything is linked again in one pass; the share of the persons whose rows
#: may be hidden then, and for what the others are used, see ``recalls.Drawn``.
LARGE, MOST_PERSONS, TURNS = 50_000, 0.6, (0.8, 0.1, 0.1)
#: Halvings in which the shift of the odds is found, and how far it may go.
HALVINGS, MOST_SHIFT = 30, 8.0


@dataclass(frozen=True)
class Doubt:
    """Persons who share a NIK but not a name: how many are one.

    Args:
        listed: Expected number of pairs of listed persons who are one.
        covered: Expected number of listed persons whose register row stands apart.
        shift: What hidden rows say must be added to the log2 odds of a pair to make them true.
    """

    listed: float
    covered: float
    shift: float


@dataclass(frozen=True)
class Probes:
    """What became of hidden rows, and what rows that came poor look like.

    Args:
        source: List of each probe.
        is_covered: Whether its person is in the register.
        is_only: Whether its person is on no other row of a list.
        share: What the row adds to the number of listed persons: 1 if it is the person's only row,
            0 if another row of the person has a NIK, else 1 over its rows.
        state: What the probe joined, ``ALONE`` … ``BOTH``.
        weight: Rows for which the probe stands: those of its person that could have been hidden,
            over the times that it was.
        poor_source: List of each row without a NIK.
        poor_state: What it joins.
        good_source: List of each row with a NIK.
        good_is_covered: Whether its person is in the register.
        persons: Persons with at least one row with a NIK on a list.
        covered: Those of them in the register.
        scored: Those of them whose register row, bare of its NIK, came by a score.
        register_odd: Those of them whose register row has another NIK.
        odd: List rows with a wrong NIK.
        doubt: Persons who share a NIK and were not joined.
        register_bare: Recall of register rows whose NIK was hidden.
        register_wrong: Recall of register rows that were given a wrong NIK.
    """

    source: Ints
    is_covered: Bools
    is_only: Bools
    share: Reals
    state: Ints
    weight: Reals
    poor_source: Ints
    poor_state: Ints
    good_source: Ints
    good_is_covered: Bools
    persons: int
    covered: int
    scored: int
    register_odd: int
    odd: Odd
    doubt: Doubt
    register_bare: Recall
    register_wrong: Recall


@dataclass(frozen=True)
class Hiding:
    """A finished run whose rows are hidden.

    Args:
        engine: Engine for the similarity of texts.
        linked: The run.
        cleaned: The rows that it linked.
        listed: Rows that are of a list of workers.
        settings: Thresholds of the run.
        aside: Rows that are left out altogether, None = none: earlier files' copies of rows. With
            them a hidden row would find itself, NIK and all, and a poor one has poor copies.
    """

    engine: SqlEngine
    linked: Linked
    cleaned: Cleaned
    listed: Bools
    settings: Settings = field(default_factory=Settings)
    aside: Bools | None = None

    def at_most(self) -> int:
        """Return how many probes there can be: lists whose rows all have a NIK give none."""
        numbered = self.linked.frame["nik"].is_not_null().to_numpy()
        source = self.linked.frame["source"].to_numpy().astype(np.int64)
        came_poor = np.isin(source, source[self.listed & ~numbered])
        return ROUNDS * int((self.listed & numbered & came_poor).sum())

    def probe(self, seed: int) -> Probes:
        """Hide rows of the lists and of the register, link them again, say what became of them.

        Args:
            seed: Same seed, same probes.
        """
        rng = np.random.default_rng(seed)
        linked, listed = self.linked, self.listed
        source = linked.frame["source"].to_numpy().astype(np.int64)
        aside = np.zeros(len(listed), dtype=np.bool_) if self.aside is None else self.aside
        numbered = linked.frame["nik"].is_not_null().to_numpy() & ~aside
        register = (linked.frame["side"].to_numpy() == 1) & ~aside
        good, poor = listed & numbered, listed & ~numbered & ~aside
        rows = RowCounts.of(linked, listed, good)
        odd = odd_rows(linked, numbered, rng)
        ground = _Ground(
            source, good, good & ~odd, poor, poor | (listed & odd) | aside, aside,
            WrongNiks.of(linked, numbered, odd), seen_odd(source, rows, odd),
        )  # fmt: skip
        hidden, recall = self._hidden(rng, ground, rows)
        persons = rows.numbered > 0
        covered = persons & (rows.registered > 0)
        unlike = covered & ~among(linked.person, register & numbered & ~odd)
        return Probes(
            hidden.source, hidden.is_covered, hidden.is_only, hidden.share, hidden.joined.state,
            hidden.weight, source[poor], _own_state(linked, listed, poor),
            source[good], rows.registered[rows.person[good]] > 0,
            int(persons.sum()), int(covered.sum()),
            int((unlike & ~among(linked.person, register & odd)).sum()),
            int((unlike & among(linked.person, register & odd)).sum()),
            recall.odd, self._doubt(rows, hidden.joined), recall.bare, recall.wrong,
        )  # fmt: skip

    def _hidden(
        self, rng: np.random.Generator, ground: _Ground, rows: RowCounts
    ) -> tuple[_Hidden, Recalls]:
        """Return what hidden rows and rows with a wrong NIK became.

        In a large city all are linked in one pass, rows of one person for one purpose only; before
        it nobody knows how often wrong NIKs are found, so ``RECALL_BEFORE`` stands for it.
        """
        n = ROUNDS if int(ground.poor.sum()) < ENOUGH else 1
        if len(ground.good) <= LARGE:
            again = self._relink(self.linked)
            found = recalls(rng, again, rows, ground.seen, ground.aside, ground.wrong)
            slips = slip_rates(ground.source, ground.good, found.odd)
            rounds = [self._round(rng, ground, slips) for _ in range(n)]
            return _Hidden.all([hidden for hidden, _ in rounds]), found
        slips = slip_rates(ground.source, ground.good, ground.seen)
        there = RowCounts.of(self.linked, self.listed & ~ground.gone, ground.sure)
        first, recall = self._round(rng, ground, slips, there)
        assert recall is not None
        rest = [self._round(rng, ground, slips)[0] for _ in range(n - 1)]
        return _Hidden.all([first, *rest]), recall

    def _round(
        self, rng: np.random.Generator, ground: _Ground, slips: Reals, rows: RowCounts | None = None
    ) -> tuple[_Hidden, Recalls | None]:
        """Hide rows in a city whose poor rows are left out, and say what they are and join.

        Rows with a wrong NIK are left out too, and as many others are given one: what a poor row
        should find is as hard to know as it really is.

        Args:
            rng: Draws.
            ground: Rows.
            slips: Share of wrong NIKs by list.
            rows: What persons have of the rows that are not left out, if rows of persons of whom
                none may be hidden are to be given a wrong NIK as well.
        """
        sure, source, person = ground.sure, ground.source, self.linked.person
        most = 1.0 if rows is None else MOST_PERSONS
        chosen = persons_to_hide(rng, sure, ground.poor, source, most)
        at = as_they_came(rng, sure, ground.poor, source, person, chosen)
        linked = self._recounted(at, ground.gone)
        donors, weight = patterns(rng, linked.frame, at, ground.poor, source)
        drawn = None if rows is None else self._drawn(rng, linked, rows, ground, chosen)
        shown = sure.copy()
        shown[at] = False
        beside = among(person, sure & ~shown)[person]
        slipped = shown & beside & (rng.random(len(sure)) < slips[source])
        slipped[drawn.odd if drawn else []] = False
        parts = [at, np.flatnonzero(slipped), *(drawn.rows if drawn else ())]
        changed = [
            bare(linked.frame, at, donors, rng, misleading(linked)),
            misnumbered(linked.frame, parts[1], ground.wrong, rng),
            *(drawn.frames(linked.frame, ground.wrong, rng) if drawn else ()),
        ]
        joined = self._relink(linked).joined(pl.concat(changed), np.concatenate(parts), ground.gone)
        states = np.split(joined.state, np.cumsum([len(p) for p in parts])[:-1])[2:]
        recall = drawn.told(states, source, rows, ground.seen) if drawn and rows else None
        left, p = RowCounts.of(linked, sure, shown), person[at]
        share = np.where(left.numbered[p] > 0, 0.0, 1.0 / left.listed[p])
        hidden = _Hidden(
            at, source[at], left.registered[p] > 0, left.listed[p] == 1, share,
            joined.first(len(at)), weight,
        )  # fmt: skip
        return hidden, recall

    def _drawn(
        self, rng: np.random.Generator, linked: Linked, rows: RowCounts, ground: _Ground,
        chosen: Bools,
    ) -> Drawn:  # fmt: skip
        """Return rows to be found again, of persons of whom no row may be hidden."""
        turns = rng.choice(len(TURNS), len(chosen), p=TURNS)
        turns[chosen] = len(TURNS)
        return Drawn.of(rng, linked, rows, ~ground.gone, turns)

    def _relink(self, linked: Linked) -> Relink:
        letters = self.cleaned.words.letter_of
        return Relink(self.engine, linked, letters, self.listed, self.settings)

    def _recounted(self, at: Ints, gone: Bools) -> Linked:
        """Return the run with the rarities that it would have had with rows hidden.

        A poor row that was not found is counted as a person of its own, which makes its name look
        less rare; so must a hidden one.
        """
        apart = gone.copy()
        apart[at] = True
        counted = (without(self.linked.exact, ~apart) == np.arange(len(apart))) & ~gone
        rarities = rarity_columns(self.cleaned, counted)
        return replace(self.linked, frame=self.linked.frame.with_columns(**rarities))

    def _doubt(self, rows: RowCounts, probes: Joined) -> Doubt:
        """Return how many persons with one NIK and two names are expected to be one."""
        shift = _shift(probes)
        pairs = self._doubtful(shift)
        a, b = pairs["a"].to_numpy(), pairs["b"].to_numpy()
        p, is_both = pairs["p"].to_numpy(), (rows.listed[a] > 0) & (rows.listed[b] > 0)
        is_apart = (rows.listed[a] > 0) != (rows.listed[b] > 0)
        one, other = np.where(rows.listed[a] > 0, a, b), np.where(rows.listed[a] > 0, b, a)
        is_new = is_apart & (rows.registered[one] == 0) & (rows.registered[other] > 0)
        return Doubt(float(p[is_both].sum()), float(p[is_new].sum()), shift)

    def _doubtful(self, shift: float) -> pl.DataFrame:
        """Return pairs of persons ``a, b`` with equal NIK that are not one, with their chance."""
        linked = self.linked
        scored = linked.pairs.select(
            l="le", r="re", odds=pl.Series(linked.log_odds(), dtype=pl.Float64)
        )
        doubt = linked.doubt.select(pl.col("l").cast(pl.Int64), pl.col("r").cast(pl.Int64))
        return (
            _persons(doubt, linked.person)
            .join(_persons(scored, linked.person), on=["a", "b"], how="left")
            .group_by("a", "b")
            .agg(pl.col("odds").max().fill_null(NEVER))
            .sort("a", "b")
            .select("a", "b", p=1.0 / (1.0 + (-(pl.col("odds") + shift) * np.log(2.0)).exp()))
        )


def _persons(pairs: pl.DataFrame, person: Ints) -> pl.DataFrame:
    """Return pairs of rows as pairs of different persons, the smaller first."""
    a, b = person[pairs["l"].to_numpy()], person[pairs["r"].to_numpy()]
    named = pairs.drop("l", "r").with_columns(a=np.minimum(a, b), b=np.maximum(a, b))
    return named.filter(pl.col("a") != pl.col("b"))


def _shift(probes: Joined) -> float:
    """Return what must be added to log2 odds so that as many pairs are true as are expected."""
    odds = probes.odds[probes.odds > NEVER]
    true = int(probes.is_own.sum())
    low, high = -MOST_SHIFT, MOST_SHIFT
    for _ in range(HALVINGS if len(odds) else 0):
        middle = (low + high) / 2
        expected = float((1.0 / (1.0 + 2.0 ** -np.clip(odds + middle, NEVER, -NEVER))).sum())
        low, high = (middle, high) if expected < true else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class _Ground:
    """Rows among which some are hidden.

    Args:
        source: List of each row.
        good: Rows of lists with a NIK.
        sure: Those whose NIK is their person's.
        poor: Rows of lists without a NIK.
        gone: Rows that are left out when rows are hidden.
        aside: Rows that are left out altogether.
        wrong: What wrong NIKs are.
        seen: Rows that came with one.
    """

    source: Ints
    good: Bools
    sure: Bools
    poor: Bools
    gone: Bools
    aside: Bools
    wrong: WrongNiks
    seen: Odd


@dataclass(frozen=True)
class _Hidden:
    """Rows that were hidden: what they are, what they joined, and how much each counts."""

    at: Ints
    source: Ints
    is_covered: Bools
    is_only: Bools
    share: Reals
    joined: Joined
    worth: Reals

    @staticmethod
    def all(rounds: list[_Hidden]) -> _Hidden:
        """Return the rows of all rounds.

        A row that seems its person's only one and joins another was that other's all along, with a
        NIK so wrong that nobody saw it, as surely as the odds say: it counts by the chance that it
        was not.
        """
        names = ("at", "source", "is_covered", "is_only", "share", "worth")
        held = {n: np.concatenate([getattr(r, n) for r in rounds]) for n in names}
        joined = Joined(*(np.concatenate([getattr(r.joined, f) for r in rounds]) for f in JOINED))
        elsewhere = np.where(held["is_covered"], joined.state & LISTED, joined.state) > 0
        is_other = held["is_only"] & elsewhere & ~joined.is_own
        held["worth"] = np.where(
            is_other, held["worth"] * (1.0 - probability(joined.odds)), held["worth"]
        )
        return _Hidden(joined=joined, **held)

    @property
    def weight(self) -> Reals:
        """Return how much each counts, divided among the times that it was hidden."""
        times = np.bincount(self.at, minlength=1)
        return self.worth / times[self.at]


def _own_state(linked: Linked, listed: Bools, poor: Bools) -> Ints:
    """Return what rows join in the finished run, themselves left out."""
    rest = RowCounts.of(linked, listed, listed).without(np.flatnonzero(poor))
    return np.where(rest.listed > 0, LISTED, 0) + np.where(rest.registered > 0, REGISTERED, 0)
