"""Rows of all kinds → persons and scored pairs of persons: the whole machine, step by step.

1. exact pass: equal NIK and agreeing name;
2. parameters from the rows themselves;
3. candidates between persons, compared and scored;
4. persons that are surely one are joined and share what they know (the date of one list, the NIK of
   another); their pairs are compared again with that;
5. what is left between persons keeps its probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.kernel.ports import SqlEngine
from cakup.kernel.progress import SILENT, Progress
from cakup.linkage import candidates as cd
from cakup.linkage import learning, score
from cakup.linkage.cleaning import Cleaned
from cakup.linkage.clusters import DIFFERENT, SAME, Edges, clusters, edges, uncompared
from cakup.linkage.compare import Comparison, compare_sql, comparisons
from cakup.linkage.competition import shared
from cakup.linkage.exact import exact_sql
from cakup.linkage.parameters import Parameters
from cakup.linkage.rarities import with_rarity
from cakup.linkage.variants import variants
from cakup.linkage.vocabulary import WORDS_KEPT, Ints, Reals

Bools = NDArray[np.bool_]
#: Evidence in bits from which a pair of persons is not compared again when one of them grew.
HOPELESS = -20.0


@dataclass(frozen=True)
class Settings:
    """How linkage behaves; probabilities 0–1.

    Args:
        share_from: Rows surely enough one person to share what they know.
        person_from: Rows that become one person.
        link_from: Links made without asking.
        review_from: Pairs shown to people.
        rounds: Times that persons are joined and compared again.
    """

    share_from: float = 0.97
    person_from: float = 0.8
    link_from: float = 0.95
    review_from: float = 0.05
    rounds: int = 2


@dataclass(frozen=True)
class Decided:
    """What people decided, as row numbers in content order.

    Args:
        same: Pairs that are one person, shape (n, 2).
        different: Pairs that are not.
    """

    same: Ints
    different: Ints


NOTHING = Decided(np.zeros((0, 2), dtype=np.int64), np.zeros((0, 2), dtype=np.int64))


@dataclass(frozen=True)
class Linked:
    """What came out.

    Args:
        frame: Cleaned rows, in content order.
        fields: Comparisons.
        parameters: Parameters, None if nothing needed scoring.
        exact: Person of each row after the exact pass and decisions alone.
        person: Person of each row, the smallest of its rows.
        doubt: Pairs with equal NIK and foreign names, columns ``l`` and ``r`` (rows).
        pairs: Scored pairs between rows' persons as they were compared last: ``l``, ``r`` (rows
            that stand for the variants), ``pattern``, ``bits_<i>``, ``kin``, ``keys``,
            ``evidence`` (bits).
        priors: Log2 prior odds per kind of pair (both lists, mixed, both register).
        registered: Whether the person of a number has a row in the register.
        joins: The pairs by which persons were joined, in the order of the rounds, columns as
            ``pairs`` with ``round`` and ``log_odds``.
        yields: Per key: pairs, and links found.
    """

    frame: pl.DataFrame
    fields: tuple[Comparison, ...]
    parameters: Parameters | None
    exact: Ints
    person: Ints
    doubt: pl.DataFrame
    pairs: pl.DataFrame
    priors: Reals
    registered: Bools
    joins: pl.DataFrame
    yields: pl.DataFrame

    def log_odds(self) -> Reals:
        """Return the log2 odds of every scored pair."""
        kind = self.registered[self.pairs["le"].to_numpy()].astype(np.int64)
        kind += self.registered[self.pairs["re"].to_numpy()]
        alone = score.odds(self.pairs["evidence"].to_numpy(), self.priors[kind])
        return shared(self.pairs["le"].to_numpy(), self.pairs["re"].to_numpy(), alone)


def link(
    engine: SqlEngine,
    cleaned: Cleaned,
    settings: Settings | None = None,
    decided: Decided = NOTHING,
    known: Ints | None = None,
    extras: Sequence[str] = (),
    progress: Progress = SILENT,
) -> Linked:
    """Link cleaned rows.

    Args:
        engine: Engine in which the temp tables ``lk_…`` are made.
        cleaned: Rows.
        settings: Thresholds.
        decided: Decisions of people.
        known: Pairs of rows known to be one person by other means (one KPJ), shape (n, 2).
        extras: Names of the further columns.
        progress: Listener.
    """
    return _Run(engine, cleaned, settings or Settings(), decided, known, extras, progress).all()


class _Run:
    """One run; every step reads what those before it left."""

    def __init__(
        self, engine: SqlEngine, cleaned: Cleaned, settings: Settings, decided: Decided,
        known: Ints | None, extras: Sequence[str], progress: Progress,
    ) -> None:  # fmt: skip
        self.engine, self.settings, self.decided, self.progress = (
            engine,
            settings,
            decided,
            progress,
        )
        self.cleaned = cleaned
        self.n = cleaned.frame.height
        self.known = known if known is not None else NOTHING.same
        self.fields = tuple(comparisons(cleaned.has, extras))
        self.joins: list[pl.DataFrame] = []
        self.side = cleaned.frame["side"].to_numpy().astype(np.int64)

    def all(self) -> Linked:
        """Do everything."""
        self.progress.step("padankan NIK sama")
        exact, doubt = self._exact()
        counted = exact == np.arange(self.n)
        frame, chances = with_rarity(self.cleaned, counted)
        self._table("lk_rows", frame.with_columns(v=pl.col("id")))
        if self.n < 2 or not self.fields:
            return self._nothing(frame, exact, doubt)
        self.progress.step("bobot tiap kolom")
        persons = np.flatnonzero(counted)
        self.parameters = learning.learn(self.engine, self.fields, frame, persons, chances)
        self.progress.step("calon pasangan")
        found, keys = self._candidates(frame, exact)
        self.progress.step("bandingkan", found.height)
        scored, person = self._rounds(frame, exact, found)
        yields = _yields(scored, [k.name for k in keys], self._log_odds(scored))
        joins = pl.concat(self.joins) if self.joins else scored.clear()
        return Linked(
            frame, self.fields, self.parameters, exact, person, doubt, scored, self.priors,
            self.registered, joins, yields,
        )  # fmt: skip

    def _nothing(self, frame: pl.DataFrame, exact: Ints, doubt: pl.DataFrame) -> Linked:
        empty = pl.DataFrame(
            schema={**dict.fromkeys(("l", "r", "le", "re"), pl.Int32), "evidence": pl.Float64}
        )
        self._note_register(exact)
        return Linked(
            frame, self.fields, None, exact, exact, doubt, empty, np.full(3, -30.0),
            self.registered, empty, pl.DataFrame(),
        )  # fmt: skip

    def _table(self, name: str, frame: pl.DataFrame) -> None:
        """Put a frame into the engine as a table of its own."""
        self.engine.register(f"{name}_given", frame)
        self.engine.run(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_given")
        self.engine.drop(f"{name}_given")

    def _exact(self) -> tuple[Ints, pl.DataFrame]:
        """Join rows with equal NIK and agreeing name, and what people decided."""
        frame = self.cleaned.frame
        if "nik" in self.cleaned.has:
            self._table("lk_rows", frame.with_columns(v=pl.col("id")))
            same_nik = self.engine.frame(f"SELECT * FROM ({exact_sql()}) ORDER BY l, r")
        else:
            same_nik = pl.DataFrame(schema={"l": pl.Int32, "r": pl.Int32, "same": pl.Boolean})
        sure = same_nik.filter("same")
        joins = edges(sure["l"].to_numpy(), sure["r"].to_numpy(), 50.0)
        joins = joins.plus(edges(self.known[:, 0], self.known[:, 1], 60.0)).plus(self._decisions())
        return clusters(self.n, joins), same_nik.filter(~pl.col("same")).select("l", "r")

    def _decisions(self) -> Edges:
        same, different = self.decided.same, self.decided.different
        return edges(same[:, 0], same[:, 1], SAME).plus(
            edges(different[:, 0], different[:, 1], DIFFERENT)
        )

    def _candidates(self, frame: pl.DataFrame, person: Ints) -> tuple[pl.DataFrame, list[cd.Key]]:
        """Return the pairs of variants to compare."""
        self.rows = variants(frame, person)
        self._table("lk_variants", self.rows)
        rows = self.rows
        size = np.bincount(person, minlength=self.n)
        owner = rows["e"].to_numpy().astype(np.int64)
        anchored = (size[owner] > 1) & rows["nik"].is_not_null().to_numpy()

        def allowed(left: Ints, right: Ints) -> Bools:
            ok: Bools = (owner[left] != owner[right]) & ~(anchored[left] & anchored[right])
            return ok

        keys = cd.keys(rows, self._letters(rows))
        found = cd.pairs(keys, allowed, rows["d1"].is_not_null().to_numpy())
        v = rows["v"]
        return found.with_columns(l=v.gather(found["l"]), r=v.gather(found["r"])), keys

    def _letters(self, rows: pl.DataFrame) -> Ints:
        """Return the first sound of each word of the names, 0 = none."""
        words = rows.select(
            pl.col(f"nw{k + 1}").fill_null(0).cast(pl.Int64) for k in range(WORDS_KEPT)
        )
        found: Ints = self.cleaned.words.letter_of[words.to_numpy()]
        return found

    def _score(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Compare pairs of variants and weigh them; the best variants of two persons stay."""
        self._table("lk_pairs", pairs)
        sql = compare_sql(self.fields, "lk_pairs", "lk_variants")
        compared = self.engine.frame(
            f"SELECT c.*, a.e AS le, b.e AS re FROM ({sql}) c JOIN lk_variants a ON a.v = c.l "
            "JOIN lk_variants b ON b.v = c.r ORDER BY c.l, c.r"
        )
        assert self.parameters is not None
        bits, _ = score.evidence(compared, self.parameters)
        low, high = pl.min_horizontal("le", "re"), pl.max_horizontal("le", "re")
        return (
            compared.with_columns(evidence=pl.Series(bits), le=low, re=high)
            .sort(["le", "re", "evidence", "l", "r"], descending=[False, False, True, False, False])
            .with_columns(keys=pl.col("keys").bitwise_or().over("le", "re"))
            .unique(["le", "re"], keep="first", maintain_order=True)
        )

    def _rounds(
        self, frame: pl.DataFrame, exact: Ints, found: pl.DataFrame
    ) -> tuple[pl.DataFrame, Ints]:
        """Score, join what is sure, and score again what that changed."""
        person = exact
        scored = self._score(found)
        self._find_priors(scored, person)
        for at, least in enumerate(
            [self.settings.share_from] * self.settings.rounds + [self.settings.person_from]
        ):
            joined, scored = self._join(scored, person, least)
            if np.array_equal(joined, person):
                continue
            self._note_joins(at, scored, joined)
            scored = self._again(frame, scored, person, joined)
            person = joined
            self._note_register(person)
        return scored, person

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
        if len(left):
            more = pl.DataFrame({"l": left.astype(np.int32), "r": right.astype(np.int32)})
            more = more.with_columns(keys=pl.lit(0, pl.Int64))
            ends = pl.concat([more["l"], more["r"]]).unique()
            self._table("lk_variants", self.rows.filter(pl.col("e").is_in(ends.implode())))
            scored = pl.concat([scored, self._score(self._expanded(more))]).sort("le", "re")
        label = clusters(self.n, weighed(scored))
        return label[person], scored

    def _between(self, person: Ints) -> Edges:
        """Return the decisions that keep persons apart."""
        left, right = person[self.decided.different[:, 0]], person[self.decided.different[:, 1]]
        apart = left != right
        return edges(left[apart], right[apart], DIFFERENT)

    def _expanded(self, persons: pl.DataFrame) -> pl.DataFrame:
        """Return all pairs of variants of pairs of persons."""
        self._table("lk_persons_pairs", persons)
        return self.engine.frame(
            "SELECT a.v AS l, b.v AS r, p.keys FROM lk_persons_pairs p "
            "JOIN lk_variants a ON a.e = p.l JOIN lk_variants b ON b.e = p.r ORDER BY 1, 2"
        )

    def _again(
        self, frame: pl.DataFrame, scored: pl.DataFrame, before: Ints, person: Ints
    ) -> pl.DataFrame:
        """Compare the pairs of persons that changed, with all that they know now."""
        changed = np.zeros(self.n, dtype=bool)
        changed[person[before != person]] = True
        members = changed[person]
        fresh = variants(frame.filter(pl.Series(members)), person[members])
        kept = self.rows.filter(pl.Series(~members[self.rows["v"].to_numpy()]))
        self.rows = pl.concat([kept, fresh]).sort("v")
        le, re = person[scored["le"].to_numpy()], person[scored["re"].to_numpy()]
        hopeful = (scored["evidence"].to_numpy() > HOPELESS) & (le != re)
        stale = changed[le] | changed[re]
        pairs = (
            pl.DataFrame({"l": np.minimum(le, re), "r": np.maximum(le, re), "keys": scored["keys"]})
            .filter(pl.Series(stale & hopeful))
            .group_by("l", "r").agg(pl.col("keys").bitwise_or())
            .with_columns(pl.col("l", "r").cast(pl.Int32)).sort("l", "r")
        )  # fmt: skip
        ends = pl.concat([pairs["l"], pairs["r"]]).unique()
        self._table("lk_variants", self.rows.filter(pl.col("e").is_in(ends.implode())))
        again = self._score(self._expanded(pairs))
        return pl.concat([scored.filter(pl.Series(~stale)), again]).sort("le", "re")

    def _find_priors(self, scored: pl.DataFrame, person: Ints) -> None:
        """Find the share of links among all pairs, per kind of pair.

        It is found once, before the surest links are taken out: what is left of a kind has lower
        evidence, not a lower prior.
        """
        self._note_register(person)
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
        alone = score.odds(scored["evidence"].to_numpy(), self.priors[self._kind(scored)])
        return shared(scored["le"].to_numpy(), scored["re"].to_numpy(), alone)


def _yields(scored: pl.DataFrame, names: list[str], log_odds: Reals) -> pl.DataFrame:
    """Return per key its pairs, its links, and the links that no other key found."""
    keys = scored["keys"].to_numpy()
    links = score.probability(log_odds)
    rows = []
    for at, name in enumerate(names):
        has, alone = (keys >> at) & 1 == 1, keys == 1 << at
        rows.append((name, int(has.sum()), float(links[has].sum()), float(links[alone].sum())))
    return pl.DataFrame(rows, schema=["key", "pairs", "links", "links_alone"], orient="row")
