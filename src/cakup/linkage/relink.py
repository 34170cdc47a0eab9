"""Rows linked again, against everything else as it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from cakup.kernel.ports import SqlEngine
from cakup.linkage import candidates as cd
from cakup.linkage.blocks import run_starts
from cakup.linkage.competition import shared
from cakup.linkage.graph import components
from cakup.linkage.linked import Linked, Settings, alone_odds
from cakup.linkage.rows import similarity
from cakup.linkage.scoring import Scorer
from cakup.linkage.taken import Taken
from cakup.linkage.variants import variants, whence, with_lists
from cakup.linkage.vocabulary import WORDS_KEPT, Bools, Ints, Reals

#: What a row joins: nobody, list rows only, register rows only, both.
ALONE, LISTED, REGISTERED, BOTH = range(4)
NEVER = -60.0
#: Fields of ``Joined``.
JOINED = ("state", "odds", "is_own")


@dataclass(frozen=True)
class Joined:
    """What rows joined.

    Args:
        state: ``ALONE`` … ``BOTH``.
        odds: Log2 odds of the best pair, ``NEVER`` without one.
        is_own: Whether the best pair is with the row's own person.
    """

    state: Ints
    odds: Reals
    is_own: Bools

    def first(self, n: int) -> Joined:
        """Return the first ``n`` rows."""
        return Joined(self.state[:n], self.odds[:n], self.is_own[:n])


@dataclass(frozen=True)
class Relink:
    """A finished run into which rows are linked again.

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

    def joined(self, hidden: pl.DataFrame, at: Ints, gone: Bools | None = None) -> Joined:
        """Return what rows join when they are linked again as they are in ``hidden``.

        Args:
            hidden: Rows as they should be taken, columns as the frame of the run.
            at: Their places in that frame.
            gone: Rows to be left out altogether.
        """
        linked = self.linked
        if not len(at) or linked.parameters is None:
            n = len(at)
            return Joined(
                np.full(n, ALONE, dtype=np.int64), np.full(n, NEVER), np.zeros(n, dtype=np.bool_)
            )
        is_probe = np.zeros(len(linked.person), dtype=bool)
        is_probe[at] = True
        kept = ~is_probe if gone is None else ~is_probe & ~gone
        person, rest = without(linked.person, kept), np.flatnonzero(kept)
        rows, changed = with_lists(linked.frame), variants(hidden, at)
        source = whence(rows, person, rest)
        owner = np.append(person[source["id"]], changed["e"].to_numpy().astype(np.int64))
        le, re, evidence = self._scored(Taken(rows, source, changed), owner, is_probe)
        odds = self._odds(person, evidence, le, re)
        partner, best = _best(is_probe, le, re, odds, np.ones(len(person), dtype=np.bool_))
        settled, sure = _best(is_probe, le, re, odds, ~is_probe)
        # A person is named by one of its rows: the rest of a hidden row's person may have another.
        own = linked.person[partner] == linked.person
        least = _bits(self.settings.person_from)
        state = self._state(
            person, kept, is_probe,
            np.where(best >= least, partner, person), np.where(sure >= least, settled, person),
        )  # fmt: skip
        return Joined(state[at], best[at], own[at] & (best[at] > NEVER))

    def _scored(self, table: Taken, owner: Ints, is_probe: Bools) -> tuple[Ints, Ints, Reals]:
        """Return the pairs of persons with a probe, and their evidence.

        Args:
            table: Variants.
            owner: Person of each.
            is_probe: Persons that are a hidden row.
        """
        letters = np.empty((len(owner), WORDS_KEPT), dtype=np.int32, order="F")
        for k, word in enumerate(table.words("n")):
            letters[:, k] = self.letter_of[word]
        has = [c for c in self.linked.frame.columns if c in cd.COLUMNS or c.endswith("_v")]
        keys = cd.keys(table.numbers(has), letters, is_probe[owner])

        def allowed(left: Ints, right: Ints) -> Bools:
            return np.asarray(owner[left] != owner[right], dtype=np.bool_)

        assert self.linked.parameters is not None
        # Rows that meet no probe are not looked at any more.
        pairs = cd.pairs(keys, len(owner), allowed)
        met = np.zeros(len(owner), dtype=np.bool_)
        met[pairs.left] = met[pairs.right] = True
        at, place = np.flatnonzero(met), np.cumsum(met) - 1
        scorer = Scorer(
            table.take(at), self.linked.fields, self.linked.parameters, similarity(self.engine)
        )
        scored = scorer.score(cd.Pairs(place[pairs.left], place[pairs.right], pairs.keys))
        le, re = (owner[at[scored[x].to_numpy()]] for x in ("l", "r"))
        return np.minimum(le, re), np.maximum(le, re), scored["evidence"].to_numpy()

    def _odds(self, person: Ints, evidence: Reals, le: Ints, re: Ints) -> Reals:
        """Return the log2 odds of scored pairs under the priors of the finished run."""
        registered = among(person, self.linked.frame["side"].to_numpy() == 1)
        kind = registered[le].astype(np.int64) + registered[re]
        order = np.lexsort((-evidence, re, le))
        first = order[run_starts((le * len(person) + re)[order])]
        odds = np.full(len(le), NEVER)
        prior = self.linked.priors[kind[first]]
        alone = alone_odds(evidence[first], prior, self.linked.line)
        odds[first] = np.maximum(shared(le[first], re[first], alone), NEVER)
        return odds

    def _state(self, person: Ints, kept: Bools, is_probe: Bools, *partners: Ints) -> Ints:
        """Return what each hidden row's group is, itself left out."""
        n = len(person)
        found = [np.flatnonzero(partner != np.arange(n)) for partner in partners]
        other = [partner[at] for partner, at in zip(partners, found, strict=True)]
        group = components(n, np.concatenate(found), np.concatenate(other))
        group = group[person]
        register = self.linked.frame["side"].to_numpy() == 1
        state = np.zeros(len(person), dtype=np.int64)
        for side, bit in ((self.listed, LISTED), (register, REGISTERED)):
            rows = np.bincount(group[side & (kept | is_probe)], minlength=len(person))
            state += bit * (rows[group] - (is_probe & side) > 0)
        return state


def _best(is_probe: Bools, le: Ints, re: Ints, odds: Reals, able: Bools) -> tuple[Ints, Reals]:
    """Return the best partner of every row among some, itself without one, and the odds."""
    n = len(is_probe)
    best, partner = np.full(n, NEVER), np.arange(n)
    for probe, other in ((le, re), (re, le)):
        mine = is_probe[probe] & able[other]
        order = np.argsort(odds[mine], kind="stable")
        a, b, q = probe[mine][order], other[mine][order], odds[mine][order]
        better = q > best[a]
        best[a[better]], partner[a[better]] = q[better], b[better]
    return partner, best


def _bits(p: float) -> float:
    return float(np.log2(p / (1.0 - p)))


def among(group: Ints, rows: Bools) -> Bools:
    """Return whether each group has one of some rows."""
    found: Bools = np.bincount(group[rows], minlength=len(group)) > 0
    return found


def without(person: Ints, kept: Bools) -> Ints:
    """Return persons without the rows that are not kept; each of those is on its own.

    Args:
        person: Person of each row, named by its smallest row.
        kept: Rows that stay together.
    """
    first = np.full(len(person), len(person), dtype=np.int64)
    rest = np.flatnonzero(kept)
    np.minimum.at(first, person[rest], rest)
    return np.where(kept, first[person], np.arange(len(person)))
