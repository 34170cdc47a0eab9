"""Hide and relink: how many rows that are hard to link are missed, and how many are linked falsely.

Rows whose NIK settles who they are have their NIK, date and other fields blanked in the pattern of
a row of the same list that lacks its NIK. Each is then linked again as if it had come so, against
everything else as it stands. What becomes of these probes tells what became of the rows that really
came so; nobody's label is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.kernel.ports import SqlEngine
from cakup.linkage import candidates as cd
from cakup.linkage import score
from cakup.linkage.cleaning import day_columns, nik_columns
from cakup.linkage.competition import shared
from cakup.linkage.linking import Linked, Settings
from cakup.linkage.rows import Rows, similarity
from cakup.linkage.scoring import Scorer
from cakup.linkage.variants import field_groups, variants
from cakup.linkage.vocabulary import WORDS_KEPT, Ints, Reals

Bools = NDArray[np.bool_]
#: What a row joins: nobody, list rows only, register rows only, both.
ALONE, LISTED, REGISTERED, BOTH = range(4)
#: Probes per list at most.
MOST_PER_LIST = 3_000
EXCEL_DIGITS = 15
#: Digits in which a clerk slips without spoiling the birth date, and the share of wrong NIKs that
#: are another person's.
SLIPS, OTHERS = (0, 1, 2, 3, 4, 5, 12, 13, 14, 15), 0.5


@dataclass(frozen=True)
class Recall:
    """Hidden rows that could have been found again, and those that were."""

    probes: int
    found: int


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
        weight: Rows for which the probe stands: those of its person that could have been hidden.
        poor_source: List of each row without a NIK.
        poor_state: What it joins.
        good_source: List of each row with a NIK.
        good_is_covered: Whether its person is in the register.
        good_is_odd: Whether its NIK is not that of its person's other rows.
        persons: Persons with at least one row with a NIK on a list.
        covered: Those of them in the register.
        scored: Those of them whose register row, bare of its NIK, came by a score.
        register_odd: Those of them whose register row has another NIK.
        odd: Recall of list rows that were given a wrong NIK.
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
    good_is_odd: Bools
    persons: int
    covered: int
    scored: int
    register_odd: int
    odd: Recall
    register_bare: Recall
    register_wrong: Recall


@dataclass(frozen=True)
class Hiding:
    """A finished run whose rows are hidden.

    Args:
        engine: Engine for the similarity of texts.
        linked: The run.
        letter_of: First sound by skeleton, see ``vocabulary.WordTable``.
        listed: Rows that are of a list of workers.
        settings: Thresholds of the run.
    """

    engine: SqlEngine
    linked: Linked
    letter_of: Ints
    listed: Bools
    settings: Settings = field(default_factory=Settings)

    def probe(self, seed: int) -> Probes:
        """Hide rows of the lists and of the register, link them again, say what became of them.

        Args:
            seed: Same seed, same probes.
        """
        rng = np.random.default_rng(seed)
        linked, listed = self.linked, self.listed
        source = linked.frame["source"].to_numpy().astype(np.int64)
        numbered = linked.frame["nik"].is_not_null().to_numpy()
        register = linked.frame["side"].to_numpy() == 1
        good, poor = listed & numbered, listed & ~numbered
        at, donors = _drawn(rng, good, poor, source, linked.person)
        state = self._relinked(bare(linked.frame, at, donors), at)
        rows = _Rows.of(linked, listed, good)
        rest, odd = rows.without(at), _odd(linked, numbered)
        persons = rows.numbered > 0
        covered = persons & (rows.registered > 0)
        unlike = covered & ~_any(linked.person, register & numbered & ~odd)
        return Probes(
            source[at], rows.registered[rows.person[at]] > 0, rest.listed == 0,
            np.where(rest.numbered > 0, 0.0, 1.0 / (1.0 + rest.listed)), state,
            rows.numbered[rows.person[at]].astype(float),
            source[poor], _own_state(linked, listed, poor),
            source[good], rows.registered[rows.person[good]] > 0, odd[good],
            int(persons.sum()), int(covered.sum()),
            int((unlike & ~_any(linked.person, register & odd)).sum()),
            int((unlike & _any(linked.person, register & odd)).sum()),
            *self._recalls(rng, rows, good, register & numbered),
        )  # fmt: skip

    def _recalls(
        self, rng: np.random.Generator, rows: _Rows, good: Bools, register: Bools
    ) -> tuple[Recall, Recall, Recall]:
        """Return the recall of list rows with a wrong NIK, and of register rows bare or wrong."""
        linked, nowhere = self.linked, np.zeros(len(rows.person), dtype=np.int64)
        several = good & (rows.listed[rows.person] + rows.registered[rows.person] > 1)
        at, _ = _drawn(rng, several, several, nowhere, linked.person)
        odd = self._relinked(_misnumbered(linked.frame, at, rng), at)
        able = register & self._by_nik(good)[linked.exact]
        bare_side = linked.frame["nik"].is_null().to_numpy() & ~self.listed
        hidden, donors = _drawn(rng, able, bare_side, nowhere, linked.person)
        found = self._relinked(bare(linked.frame, hidden, donors), hidden) & LISTED
        other, _ = _drawn(rng, able, able, nowhere, linked.person)
        wrong = self._relinked(_misnumbered(linked.frame, other, rng), other) & LISTED
        return (
            Recall(len(at), int((odd > 0).sum())), Recall(len(hidden), int((found > 0).sum())),
            Recall(len(other), int((wrong > 0).sum())),
        )  # fmt: skip

    def _by_nik(self, good: Bools) -> Bools:
        """Return the groups of equal NIK in which the register and a list meet."""
        register = self.linked.frame["side"].to_numpy() == 1
        return _any(self.linked.exact, register) & _any(self.linked.exact, good)

    def _relinked(self, hidden: pl.DataFrame, at: Ints) -> Ints:
        """Return what rows join when they are linked again as they are in ``hidden``."""
        linked = self.linked
        if not len(at) or linked.parameters is None:
            return np.full(len(at), ALONE, dtype=np.int64)
        person = _without(linked.person, at)
        is_probe = np.zeros(len(person), dtype=bool)
        is_probe[at] = True
        rest = np.flatnonzero(~is_probe)
        table = pl.concat([variants(linked.frame[rest], person[rest]), variants(hidden, at)])
        le, re, evidence = self._scored(table, is_probe)
        p = self._probability(person, evidence, le, re)
        return self._joined(person, is_probe, (le, re, p))[at]

    def _scored(self, table: pl.DataFrame, is_probe: Bools) -> tuple[Ints, Ints, Reals]:
        """Return the pairs of persons with a probe, and their evidence."""
        owner = table["e"].to_numpy().astype(np.int64)
        words = table.select(
            pl.col(f"nw{k + 1}").fill_null(0).cast(pl.Int64) for k in range(WORDS_KEPT)
        )
        keys = cd.keys(table, self.letter_of[words.to_numpy()], is_probe[owner])

        def allowed(left: Ints, right: Ints) -> Bools:
            return np.asarray(owner[left] != owner[right], dtype=np.bool_)

        assert self.linked.parameters is not None
        scorer = Scorer(
            Rows(table), self.linked.fields, self.linked.parameters, similarity(self.engine)
        )
        scored = scorer.score(cd.pairs(keys, table.height, allowed))
        le, re = owner[scored["l"].to_numpy()], owner[scored["r"].to_numpy()]
        return np.minimum(le, re), np.maximum(le, re), scored["evidence"].to_numpy()

    def _probability(self, person: Ints, evidence: Reals, le: Ints, re: Ints) -> Reals:
        """Return the probability of scored pairs under the priors of the finished run."""
        registered = _any(person, self.linked.frame["side"].to_numpy() == 1)
        kind = registered[le].astype(np.int64) + registered[re]
        order = np.lexsort((-evidence, re, le))
        first = order[cd.run_starts((le * len(person) + re)[order])]
        p = np.zeros(len(le))
        alone = evidence[first] + self.linked.priors[kind[first]]
        p[first] = score.probability(shared(le[first], re[first], alone))
        return p

    def _joined(self, person: Ints, is_probe: Bools, scored: tuple[Ints, Ints, Reals]) -> Ints:
        """Return the state of every row from its best pair."""
        le, re, p = scored
        rest = ~is_probe
        state_of = np.where(_any(person, self.listed & rest), LISTED, 0)
        register = self.linked.frame["side"].to_numpy() == 1
        state_of += np.where(_any(person, register & rest), REGISTERED, 0)
        best, partner = np.zeros(len(person)), np.arange(len(person))
        for probe, other in ((le, re), (re, le)):
            mine = is_probe[probe] & rest[other]
            order = np.argsort(p[mine], kind="stable")
            a, b, q = probe[mine][order], other[mine][order], p[mine][order]
            better = q > best[a]
            best[a[better]], partner[a[better]] = q[better], b[better]
        return np.where(best >= self.settings.person_from, state_of[partner], ALONE)


def _any(group: Ints, rows: Bools) -> Bools:
    """Return whether each group has one of some rows."""
    found: Bools = np.bincount(group[rows], minlength=len(group)) > 0
    return found


@dataclass(frozen=True)
class _Rows:
    """Rows per person: of lists, of lists with a NIK, of the register."""

    person: Ints
    is_listed: Bools
    is_numbered: Bools
    listed: Ints
    numbered: Ints
    registered: Ints

    @staticmethod
    def of(linked: Linked, listed: Bools, numbered: Bools) -> _Rows:
        n, register = len(linked.person), linked.frame["side"].to_numpy() == 1
        counts = (np.bincount(linked.person[x], minlength=n) for x in (listed, numbered, register))
        return _Rows(linked.person, listed, numbered, *counts)

    def without(self, at: Ints) -> _Rows:
        """Return for each of some rows what its person has besides it."""
        p = self.person[at]
        return _Rows(
            p, self.is_listed, self.is_numbered, self.listed[p] - self.is_listed[at],
            self.numbered[p] - self.is_numbered[at], self.registered[p],
        )  # fmt: skip


def _own_state(linked: Linked, listed: Bools, poor: Bools) -> Ints:
    """Return what rows join in the finished run, themselves left out."""
    rest = _Rows.of(linked, listed, listed).without(np.flatnonzero(poor))
    return np.where(rest.listed > 0, LISTED, 0) + np.where(rest.registered > 0, REGISTERED, 0)


def _drawn(
    rng: np.random.Generator, able: Bools, poor: Bools, source: Ints, person: Ints
) -> tuple[Ints, Ints]:
    """Return the rows to hide and, for each, a poor row of its list whose pattern it takes.

    At most one row of a person is hidden: the others stand as they do.
    """
    rows = rng.permutation(np.flatnonzero(able))
    _, first = np.unique(person[rows], return_index=True)
    rows = np.sort(rows[first])
    at, donors = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for one in np.unique(source[poor]):
        mine, patterns = rows[source[rows] == one], np.flatnonzero(poor & (source == one))
        n = min(len(mine), MOST_PER_LIST)
        at.append(np.sort(rng.choice(mine, n, replace=False)))
        donors.append(rng.choice(patterns, n))
    return np.concatenate(at), np.concatenate(donors)


def bare(frame: pl.DataFrame, at: Ints, donors: Ints) -> pl.DataFrame:
    """Return rows as they would be with what their donors lack taken away.

    Args:
        frame: Cleaned rows with rarities.
        at: Rows.
        donors: For each a row whose pattern it takes.
    """
    rows, pattern = frame[at], frame[donors]
    length = pattern["np"].str.len_bytes().fill_null(0)
    digits = pl.min_horizontal(pl.col("n"), EXCEL_DIGITS)
    part = pl.DataFrame({"nik": rows["nik"], "n": length}).select(
        pl.when(pl.col("n") > 0).then(pl.col("nik").str.slice(0, digits))
    )
    out = rows.with_columns(
        nik_columns(pl.Series([None] * rows.height, dtype=pl.String), part.to_series())
    )
    for key, columns in field_groups(frame):
        if key not in ("ntail", "np", "d1"):
            gone = pattern[key].is_null()
            out = out.with_columns(
                pl.when(~gone).then(pl.col(c)).alias(c) for c in columns if c in out.columns
            )
    return _dated(out)


def _misnumbered(frame: pl.DataFrame, at: Ints, rng: np.random.Generator) -> pl.DataFrame:
    """Return rows with a wrong NIK: another row's, or a slip in place or running number."""
    rows = frame[at]
    others = rows["nik"].gather(rng.permutation(rows.height))
    place = rng.choice(SLIPS, rows.height)
    slipped = [
        nik[:k] + str((int(nik[k]) + 1 + d) % 10) + nik[k + 1 :]
        for nik, k, d in zip(rows["nik"].to_list(), place, rng.integers(0, 9, len(at)), strict=True)
    ]
    own = pl.DataFrame({"a": others, "b": pl.Series(slipped, dtype=pl.String)})
    chosen = own.with_columns(o=pl.Series(rng.random(rows.height) < OTHERS)).select(
        pl.when("o").then("a").otherwise("b")
    )
    nothing = pl.Series([None] * rows.height, dtype=pl.String)
    return _dated(rows.with_columns(nik_columns(chosen.to_series(), nothing)))


def _dated(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose dates follow from what is stated and from the NIK."""
    days = day_columns(rows["d0"], rows["ntail"])
    known = days["d1"].is_not_null()
    return rows.with_columns(days, dbits=pl.when(known).then("dbits"))


def _odd(linked: Linked, numbered: Bools) -> Bools:
    """Return rows whose NIK is not that of most rows of their person."""
    told = pl.DataFrame(
        {"p": linked.person, "nik": linked.frame["nik"], "side": linked.frame["side"]}
    )
    told = told.with_row_index("at").filter(pl.Series(numbered))
    counts = told.group_by("p", "nik").agg(pl.len(), pl.col("side").min(), pl.col("at").min())
    top = counts.sort(["p", "len", "side", "at"], descending=[False, True, False, False])
    top = top.unique("p", keep="first", maintain_order=True).select("p", most="nik")
    odd = told.join(top, on="p").filter(pl.col("nik") != pl.col("most"))["at"].to_numpy()
    found = np.zeros(len(linked.person), dtype=bool)
    found[odd] = True
    return found


def _without(person: Ints, at: Ints) -> Ints:
    """Return persons with some rows taken out, each on its own; a person is its smallest row."""
    alone = np.zeros(len(person), dtype=bool)
    alone[at] = True
    first = np.full(len(person), len(person), dtype=np.int64)
    rest = np.flatnonzero(~alone)
    np.minimum.at(first, person[rest], rest)
    return np.where(alone, np.arange(len(person)), first[person])
