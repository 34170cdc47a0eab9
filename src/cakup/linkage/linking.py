"""Rows of all kinds → persons and scored pairs of persons: the whole machine, step by step.

1. exact pass: equal NIK and agreeing name;
2. parameters from the rows themselves;
3. candidates between persons, compared and scored;
4. persons that are surely one are joined and share what they know (the date of one list, the NIK of
   another); their pairs are compared again with that;
5. what is left between persons keeps its probability.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.kernel.memory import give_back
from cakup.kernel.ports import SqlEngine
from cakup.kernel.progress import SILENT, Progress
from cakup.linkage import candidates as cd
from cakup.linkage import score
from cakup.linkage.candidates import Pairs
from cakup.linkage.cleaning import Cleaned, without_nik
from cakup.linkage.clusters import DIFFERENT, SAME, Edges, clusters, edges, uncompared
from cakup.linkage.compare import comparisons
from cakup.linkage.competition import shared
from cakup.linkage.cuts import cuts
from cakup.linkage.exact import Exact, same_nik
from cakup.linkage.graph import components, ends_of, is_among
from cakup.linkage.learning import Teacher
from cakup.linkage.linked import NOTHING, Decided, Linked, Settings, Whole, alone_odds
from cakup.linkage.parameters import Parameters
from cakup.linkage.rarities import WholeCounts, with_rarity
from cakup.linkage.rows import Rows, similarity
from cakup.linkage.scoring import FORGOTTEN_FROM, Scorer, best_of_equals, yields
from cakup.linkage.variants import pairs_of_persons, variants
from cakup.linkage.vocabulary import WORDS_KEPT, Bools, Ints, Reals

#: Times at most that persons are joined who are likely one, until nobody is left to join.
LAST_ROUNDS = 4

__all__ = ["NOTHING", "Decided", "Linked", "Settings", "Whole", "exact_pass", "learn", "link"]


def link(
    engine: SqlEngine,
    cleaned: Cleaned,
    settings: Settings | None = None,
    decided: Decided = NOTHING,
    known: Ints | None = None,
    progress: Progress = SILENT,
    whole: Whole | None = None,
    lines: Ints | None = None,
    exact: Exact | None = None,
) -> Linked:
    """Link cleaned rows.

    Args:
        engine: Engine in which the temp tables ``lk_…`` are made.
        cleaned: Rows.
        settings: Thresholds.
        decided: Decisions of people.
        known: Pairs of rows known to be one person by other means (one KPJ), shape (n, 2).
        progress: Listener.
        whole: What was learnt from everything of which the rows are a part, None if they are all.
        lines: Rows of an earlier and a later file of one list that say the same, shape (n, 2).
        exact: What ``exact_pass`` found of these rows, None to find it.
    """
    run = _Run(engine, cleaned, settings or Settings(), decided, known, progress, whole, exact)
    run.lines = NOTHING.same if lines is None else lines
    return run.all()


def exact_pass(
    engine: SqlEngine, cleaned: Cleaned, decided: Decided = NOTHING, known: Ints | None = None
) -> tuple[Cleaned, Exact]:
    """Return rows without filler NIKs, and the persons as far as equal NIKs tell.

    Args:
        engine: Engine.
        cleaned: Rows.
        decided: See ``link``.
        known: See ``link``.
    """
    run = _Run(engine, cleaned, Settings(), decided, known, SILENT, None)
    return run.cleaned, run._exact()


def learn(
    engine: SqlEngine, cleaned: Cleaned, counts: WholeCounts, known: Ints | None = None,
    decided: Decided = NOTHING, progress: Progress = SILENT, lines: Ints = NOTHING.same,
) -> tuple[Parameters, Reals] | None:  # fmt: skip
    """Return the parameters and priors that rows teach, None if they teach nothing.

    Args:
        engine: Engine.
        cleaned: Rows, a part of the whole or all of it; persons of it must be whole.
        counts: Counts of the whole.
        known: See ``link``.
        decided: See ``link``.
        progress: Listener.
        lines: See ``link``.
    """
    run = _Run(engine, cleaned, Settings(), decided, known, progress, Whole(counts, None, None))
    run.lines = lines
    return run.learn()


class _Run:
    """One run; every step reads what those before it left."""

    def __init__(
        self, engine: SqlEngine, cleaned: Cleaned, settings: Settings, decided: Decided,
        known: Ints | None, progress: Progress, whole: Whole | None, exact: Exact | None = None,
    ) -> None:  # fmt: skip
        self.settings, self.decided, self.progress = settings, decided, progress
        self.whole = whole
        self.cleaned, self.exact = cleaned, exact
        self.similar = similarity(engine)
        self.n = cleaned.frame.height
        self.known = known if known is not None else NOTHING.same
        self.lines = NOTHING.same
        self.fields = tuple(comparisons(cleaned.has, [e.name for e in cleaned.extras]))
        if whole is not None and whole.parameters is not None:
            self.fields = whole.parameters.fields
        self.joins: list[pl.DataFrame] = []
        self.cuts: list[pl.DataFrame] = []
        self._weighed = (pl.DataFrame(), np.zeros(0, dtype=bool), np.zeros(0))
        self.side = cleaned.frame["side"].to_numpy().astype(np.int64)

    def all(self) -> Linked:
        """Do everything."""
        self.progress.step("padankan NIK sama")
        told = self._exact()
        exact, doubt = told.person, told.doubt
        counted = exact == np.arange(self.n)
        frame, chances = self._rarities(counted)
        if self.n < 2 or not self.fields:
            return self._nothing(frame, exact, doubt)
        self.progress.step("bobot tiap kolom")
        self._learn(frame, counted, chances)
        self.progress.step("calon pasangan")
        self.rows = variants(frame, exact)
        give_back()
        found, names = self._candidates(exact)
        give_back()
        compared = {k: int(((found.keys >> at) & 1).sum()) for at, k in enumerate(names)}
        total = len(found.left)
        self.progress.step("bandingkan", total)
        scored = self._score(found)
        del found  # a large city's candidates need not stay while persons are joined
        give_back()
        scored, person = self._rounds(frame, exact, scored, compared)
        joins = pl.concat(self.joins) if self.joins else scored.clear()
        return Linked(
            frame, self.fields, self.parameters, exact, person, doubt, scored, self.priors,
            self.registered, joins, self.yields, total, self.settings.line, pl.concat(self.cuts),
        )  # fmt: skip

    def learn(self) -> tuple[Parameters, Reals] | None:
        """Do what is needed to know the parameters and the priors."""
        exact = self._exact().person
        counted = exact == np.arange(self.n)
        frame, chances = self._rarities(counted)
        if self.n < 2 or not self.fields:
            return None
        self._learn(frame, counted, chances)
        self.rows = variants(frame, exact)
        found, _ = self._candidates(exact)
        self._find_priors(self._score(found), exact)
        return self.parameters, self.priors

    def _rarities(self, counted: Bools) -> tuple[pl.DataFrame, dict[str, float]]:
        return with_rarity(self.cleaned, counted, self.whole.counts if self.whole else None)

    def _learn(self, frame: pl.DataFrame, counted: Bools, chances: dict[str, float]) -> None:
        """Take the parameters that were learnt from the whole, else learn them from the rows."""
        if self.whole is not None and self.whole.parameters is not None:
            self.parameters = self.whole.parameters.of_lists(self.cleaned.sources)
            return
        persons, sources = np.flatnonzero(counted), self.cleaned.sources
        source = frame["source"].to_numpy().astype(np.int64)
        # Files of one list err alike, and what is copied from one to the next cannot differ.
        list_of = components(len(sources), source[self.lines[:, 0]], source[self.lines[:, 1]])
        rows = Rows(frame.with_columns(source=pl.Series(list_of[source], dtype=pl.Int32)))
        teaching = np.delete(np.arange(self.n), self.lines[:, 0])
        told = Teacher(rows, self.fields, self.similar, persons, teaching, chances, sources).learn()
        self.parameters = told.of_files(list_of)

    def _nothing(self, frame: pl.DataFrame, exact: Ints, doubt: pl.DataFrame) -> Linked:
        empty = pl.DataFrame(
            schema={**dict.fromkeys(("l", "r", "le", "re"), pl.Int32), "evidence": pl.Float64}
        )
        self._note_register(exact)
        return Linked(
            frame, self.fields, None, exact, exact, doubt, empty, np.full(3, -30.0),
            self.registered, empty, pl.DataFrame(),
        )  # fmt: skip

    def _exact(self) -> Exact:
        """Join rows with equal NIK and agreeing name, and what people decided."""
        if self.exact is not None:
            self.cleaned = without_nik(self.cleaned, self.exact.filler)
            return self.exact
        joins = edges(self.known[:, 0], self.known[:, 1], 60.0).plus(self._decisions())
        doubt, filler = NOTHING.same, NOTHING.same[:, 0]
        if "nik" in self.cleaned.has:
            told = same_nik(Rows(self.cleaned.frame), self.similar)
            joins = edges(told.same[:, 0], told.same[:, 1], 50.0).plus(joins)
            doubt, filler = told.doubt, told.filler
            self.cleaned = without_nik(self.cleaned, filler)
        frame = pl.DataFrame({"l": doubt[:, 0], "r": doubt[:, 1]})
        return Exact(clusters(self.n, joins), frame.sort("l", "r"), filler)

    def _decisions(self) -> Edges:
        same, different = self.decided.same, self.decided.different
        return edges(same[:, 0], same[:, 1], SAME).plus(
            edges(different[:, 0], different[:, 1], DIFFERENT)
        )

    def _candidates(self, person: Ints) -> tuple[Pairs, list[str]]:
        """Return the pairs of variants to compare, and the names of the keys."""
        size = np.bincount(np.delete(person, self.lines[:, 1]), minlength=self.n)
        owner = self._owner()
        loose = (size[owner] <= 1) | self.rows["nik"].is_null().to_numpy()

        def allowed(left: Ints, right: Ints) -> Bools:
            return np.asarray(owner[left] != owner[right], dtype=np.bool_)

        keys = cd.keys(self.rows, self._letters(), loose)
        return cd.pairs(keys, self.rows.height, allowed), [k.name for k in keys]

    def _owner(self) -> Ints:
        """Return the person of each variant."""
        return np.asarray(self.rows["e"].to_numpy(), dtype=np.int64)

    def _letters(self) -> NDArray[np.int8]:
        """Return the first sound of each word of the names, 0 = none."""
        words = self.rows.select(pl.col(f"nw{k + 1}").fill_null(0) for k in range(WORDS_KEPT))
        letter_of = self.cleaned.words.letter_of.astype(np.int8)
        return np.asarray(letter_of[words.to_numpy(order="fortran")], dtype=np.int8)

    def _score(self, pairs: Pairs) -> pl.DataFrame:
        """Compare pairs of variants and weigh them; the best variants of two persons stay."""
        scored = Scorer(Rows(self.rows), self.fields, self.parameters, self.similar).score(pairs)
        owner, name = self._owner(), self.rows["v"].to_numpy()
        left, right = scored["l"].to_numpy(), scored["r"].to_numpy()
        le, re = np.minimum(owner[left], owner[right]), np.maximum(owner[left], owner[right])
        best, keys = best_of_equals(
            le * self.n + re, scored["evidence"].to_numpy(), scored["keys"].to_numpy()
        )
        return scored[best].with_columns(
            l=pl.Series(name[left[best]]), r=pl.Series(name[right[best]]), keys=pl.Series(keys),
            le=pl.Series(le[best]), re=pl.Series(re[best]),
        )  # fmt: skip

    def _score_persons(self, left: Ints, right: Ints, keys: Ints) -> pl.DataFrame:
        """Compare all variants of pairs of persons."""
        a, b, which = pairs_of_persons(self._owner(), left, right)
        return self._score(Pairs(a, b, keys[which]))

    def _rounds(
        self, frame: pl.DataFrame, exact: Ints, scored: pl.DataFrame, compared: dict[str, int]
    ) -> tuple[pl.DataFrame, Ints]:
        """Join what is sure, and score again what that changed; at last until nobody is left.

        Two rows of one person that compete for a third hold each other down until one is joined.
        """
        person = exact
        self._keep_ends(scored)
        self._find_priors(scored, person)
        self.yields = yields(scored, compared, self._log_odds(scored))
        surely, last = [self.settings.share_from] * self.settings.rounds, self.settings.person_from
        for at, least in enumerate(surely + [last] * LAST_ROUNDS):
            joined, scored = self._join(scored, person, least)
            if np.array_equal(joined, person):
                if least == last:
                    break
                continue
            self._note_joins(at, scored, joined)
            scored = self._again(frame, scored, person, joined)
            person = joined
            self._note_register(person)
        return scored, person

    def _keep_ends(self, scored: pl.DataFrame) -> None:
        """Forget the variants of persons that are in no pair; they are never compared again."""
        ends = ends_of(self.n, scored["le"].to_numpy(), scored["re"].to_numpy())
        kept, every = np.flatnonzero(ends[self._owner()]), self.rows
        # Column by column: what is left of one need not stay beside all the others.
        self.rows = pl.DataFrame([every.drop_in_place(c).gather(kept) for c in every.columns])

    def _note_joins(self, at: int, scored: pl.DataFrame, joined: Ints) -> None:
        """Remember the pairs by which persons were joined."""
        within = joined[scored["le"].to_numpy()] == joined[scored["re"].to_numpy()]
        noted = scored.with_columns(
            round=pl.lit(at, pl.Int32), log_odds=pl.Series(self._log_odds(scored))
        )
        self.joins.append(noted.filter(pl.Series(within)))

    def _join(self, scored: pl.DataFrame, person: Ints, share: float) -> tuple[Ints, pl.DataFrame]:
        """Return persons after surely equal ones were joined; tangled ones are compared in full."""
        least = float(np.log2(share / (1 - share)))

        def weighed(pairs: pl.DataFrame) -> Edges:
            le, re = pairs["le"].to_numpy(), pairs["re"].to_numpy()
            return edges(le, re, np.clip(self._log_odds(pairs) - least, -30, 30)).plus(
                self._between(person)
            )

        left, right = uncompared(self.n, weighed(scored))
        hopeless = edges(NOTHING.same[:, 0], NOTHING.same[:, 1], 0.0)
        if len(left):
            more = self._score_persons(left, right, np.zeros(len(left), dtype=np.int64))
            told = is_among(
                left * self.n + right,
                more["le"].to_numpy().astype(np.int64) * self.n + more["re"].to_numpy(),
            )
            # A pair that came out hopeless speaks against the chain that holds its ends.
            hopeless = edges(left[~told], right[~told], FORGOTTEN_FROM - least)
            scored = pl.concat([scored, more]).sort("le", "re")
        held = weighed(scored)
        label = clusters(self.n, held.plus(hopeless))
        own = slice(scored.height)  # without the decisions, which need no explanation
        scores = Edges(held.left[own], held.right[own], held.bits[own])
        self.cuts.append(cuts(scores, scored["pattern"].to_numpy(), hopeless, label))
        return label[person], scored

    def _between(self, person: Ints) -> Edges:
        """Return the decisions that keep persons apart."""
        left, right = person[self.decided.different[:, 0]], person[self.decided.different[:, 1]]
        apart = left != right
        return edges(left[apart], right[apart], DIFFERENT)

    def _again(
        self, frame: pl.DataFrame, scored: pl.DataFrame, before: Ints, person: Ints
    ) -> pl.DataFrame:
        """Compare the pairs of persons that changed, with all that they know now."""
        changed = np.zeros(self.n, dtype=bool)
        changed[person[before != person]] = True
        le, re = person[scored["le"].to_numpy()], person[scored["re"].to_numpy()]
        stale = changed[le] | changed[re]
        apart = le != re
        which = np.flatnonzero(stale & apart)
        self._write_anew(frame, person, changed, ends_of(self.n, le[apart], re[apart]))
        pair = np.minimum(le, re)[which] * self.n + np.maximum(le, re)[which]
        first, keys = best_of_equals(pair, np.zeros(len(pair)), scored["keys"].to_numpy()[which])
        again = self._score_persons(pair[first] // self.n, pair[first] % self.n, keys)
        return pl.concat([scored.filter(pl.Series(~stale)), again]).sort("le", "re")

    def _write_anew(self, frame: pl.DataFrame, person: Ints, changed: Bools, ends: Bools) -> None:
        """Find the variants of changed persons anew; those in no pair are not needed any more."""
        members = np.flatnonzero((changed & ends)[person])
        fresh = variants(frame[members], person[members])
        kept = np.flatnonzero((ends & ~changed)[person[self.rows["v"].to_numpy()]])
        self.rows = pl.concat([self.rows[kept], fresh])

    def _find_priors(self, scored: pl.DataFrame, person: Ints) -> None:
        """Find the share of links among all pairs, per kind of pair.

        It is found once, before the surest links are taken out: what is left of a kind has lower
        evidence, not a lower prior.
        """
        self._note_register(person)
        if self.whole is not None and self.whole.priors is not None:
            self.priors = self.whole.priors
            return
        kind = self._kind(scored)
        has = [np.bincount(person[self.side == s], minlength=self.n) > 0 for s in (0, 1)]
        only, both = float((has[0] & ~has[1]).sum()), float((has[1]).sum())
        evidence = scored["evidence"].to_numpy()
        self.priors = np.array(
            [
                score.prior(evidence[kind == 0], only * (only - 1) / 2, only),
                score.prior(evidence[kind == 1], only * both, only),
                score.prior(evidence[kind == 2], both * (both - 1) / 2, both),
            ]
        )

    def _note_register(self, person: Ints) -> None:
        """Remember which persons have a row in the register."""
        self.registered = np.bincount(person[self.side == 1], minlength=self.n) > 0

    def _kind(self, scored: pl.DataFrame) -> Ints:
        """Return 0 for two list persons, 1 if one is in the register, 2 if both are."""
        le, re = scored["le"].to_numpy(), scored["re"].to_numpy()
        return self._in_register(le) + self._in_register(re)

    def _in_register(self, persons: Ints) -> Ints:
        found: Ints = self.registered[persons].astype(np.int64)
        return found

    def _log_odds(self, scored: pl.DataFrame) -> Reals:
        """Return the log2 odds of scored pairs; those of the pairs asked for last are kept."""
        if self._weighed[0] is not scored or self._weighed[1] is not self.registered:
            evidence, prior = scored["evidence"].to_numpy(), self.priors[self._kind(scored)]
            alone = alone_odds(evidence, prior, self.settings.line)
            odds = shared(scored["le"].to_numpy(), scored["re"].to_numpy(), alone)
            self._weighed = (scored, self.registered, odds)
        return self._weighed[2]
