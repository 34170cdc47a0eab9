"""The second pass: who is written in two kabupaten, once with his number and once without.

Rows with one NIK are in one unit already, so only persons without a whole NIK can have a part of
themselves elsewhere. Those who are still without one after the first pass *seek*: they meet persons
of other units who share their birth year and name, their birth date and a word of the name, or the
readable part of a NIK. What meets is weighed with the parameters and priors of the whole, competes
with the candidates of its own unit, and joins from the same probability on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from cakup.kernel.ports import SqlEngine
from cakup.linkage import results, score
from cakup.linkage.candidates import Pairs
from cakup.linkage.cleaning import Cleaned
from cakup.linkage.clusters import DIFFERENT, clusters, edges
from cakup.linkage.competition import RIVAL_FROM, shared
from cakup.linkage.linked import Linked, Settings, Whole, alone_odds
from cakup.linkage.rarities import with_rarity
from cakup.linkage.rows import Rows, similarity
from cakup.linkage.scoring import Scorer
from cakup.linkage.variants import pairs_of_persons, variants
from cakup.linkage.vocabulary import Bools, Ints, WordTable, bag_key, mixed

#: Kinds of keys, and pairs per seeking person that each may make; larger blocks are left out.
MOST = {"year+name": 2.0, "year+words": 2.0, "date+word": 3.0, "nik12": 1.0}
KEYS = {"kind": pl.UInt8, "key": pl.Int64, "person": pl.Int64}
#: Bits of the table by which keys that nobody seeks are told at once.
SLOT_BITS = 26
#: Probability before rivals took their share from which a pair is told.
TOLD_FROM = 0.005


@dataclass(frozen=True)
class Sought:
    """Keys that somebody seeks.

    Args:
        keys: In order.
        slots: Whether a key with these last bits is among them.
    """

    keys: Ints
    slots: Bools

    @staticmethod
    def of(keys: Ints) -> Sought:
        """Return keys made ready for looking up.

        Args:
            keys: In order, each once.
        """
        slots = np.zeros(1 << SLOT_BITS, dtype=bool)
        slots[keys & ((1 << SLOT_BITS) - 1)] = True
        return Sought(keys, slots)

    def has(self, keys: Ints) -> Bools:
        """Return whether each key is sought."""
        found: Bools = self.slots[keys & ((1 << SLOT_BITS) - 1)].copy()
        at = np.flatnonzero(found)
        near = np.minimum(np.searchsorted(self.keys, keys[at]), max(len(self.keys) - 1, 0))
        found[at] = self.keys[near] == keys[at] if len(self.keys) else False
        return found


def seeking(linked: Linked) -> Bools:
    """Return the rows of persons without a whole NIK."""
    n = len(linked.person)
    numbered = linked.frame["nik"].is_not_null().to_numpy()
    has = np.bincount(linked.person[numbered], minlength=n) > 0
    seeks: Bools = ~has[linked.person]
    return seeks


def person_keys(
    frame: pl.DataFrame, words: WordTable, person: Ints, among: Bools | None = None,
    sought: Sought | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return the keys by which persons of different units meet, each once per person.

    Args:
        frame: Cleaned rows.
        words: Their names.
        person: Number of each row's person in the whole.
        among: Rows to look at, None for all.
        sought: Keys that are of use, None for all.

    Returns:
        ``kind``, ``key``, ``person``.
    """
    at = np.flatnonzero(among) if among is not None else np.arange(frame.height)
    parts = []
    for kind, values in enumerate(_keys(frame[at], words, at)):
        for value in values:
            here = value != 0
            if sought is not None:
                here &= sought.has(value)
            parts.append(
                pl.DataFrame(
                    {"kind": np.full(int(here.sum()), kind, dtype=np.uint8), "key": value[here],
                     "person": person[at[here]]}, schema=KEYS,
                )
            )  # fmt: skip
    return pl.concat(parts).unique().sort("kind", "key", "person")


def _keys(frame: pl.DataFrame, words: WordTable, at: Ints) -> list[list[Ints]]:
    """Return the values of each kind of key, in the order of ``MOST``; 0 = none."""
    day = frame["d1"].fill_null(0).cast(pl.Int64).to_numpy()
    year = day // 10_000
    place = words.place[at]
    sounds = words.key_of[words.sound]

    def key(kind: int, *parts: Ints) -> Ints:
        there = np.all([part != 0 for part in parts], axis=0)
        return np.where(there, mixed(np.full(len(at), kind + 1), *parts), 0)

    n12 = frame["n12"].fill_null(frame["np12"]).fill_null(0).cast(pl.Int64).to_numpy()
    return [
        [key(0, year, words.joined[place])],
        [key(1, year, bag_key(np.where(words.sound > 0, sounds, 0))[place])],
        [key(2, day, np.where(words.sound[:, k] > 0, sounds[:, k], 0)[place])
         for k in range(words.sound.shape[1])],
        [key(3, n12)],
    ]  # fmt: skip


def meetings(hits: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of persons of different units that meet, of which one seeks.

    Args:
        hits: ``kind``, ``key``, ``person``, ``unit``, ``seeks``.

    Returns:
        ``le`` (smaller person), ``re``, in order.
    """
    found = [pl.DataFrame(schema={"le": pl.Int64, "re": pl.Int64})]
    for kind, most in enumerate(MOST.values()):
        here = hits.filter(kind=kind)
        seekers = here.filter("seeks")
        sizes = here.group_by("key").agg(n=pl.len(), s=pl.col("seeks").sum())
        made = sizes.select("key", pairs=pl.col("n").cast(pl.Float64) * pl.col("s"))
        per_size = made.group_by("pairs").agg(all=pl.col("pairs").sum()).sort("pairs")
        allowed = most * seekers["person"].n_unique()
        largest = per_size.filter(pl.col("all").cum_sum() <= allowed)["pairs"].max()
        kept = made.filter(pl.col("pairs") <= (largest or 0.0)).select("key")
        both = (
            seekers.join(kept, on="key", how="semi")
            .select("key", a="person", ua="unit")
            .join(here.select("key", b="person", ub="unit"), on="key")
            .filter(pl.col("ua") != pl.col("ub"))
        )
        found.append(
            both.select(le=pl.min_horizontal("a", "b"), re=pl.max_horizontal("a", "b")).unique()
        )
    return pl.concat(found).unique().sort("le", "re")


def rivals(linked: Linked, person: Ints, seeks: Bools) -> pl.DataFrame:
    """Return the candidates that seeking persons have in their own unit, as ``weighed`` does.

    Args:
        linked: Linked rows of the unit.
        person: Number of each row's person in the whole.
        seeks: Rows of persons who seek.
    """
    if not linked.pairs.height or linked.parameters is None:
        return pl.DataFrame(schema=_TOLD)
    le, re = linked.pairs["le"].to_numpy(), linked.pairs["re"].to_numpy()
    chosen = linked.pairs.filter(pl.Series(seeks[le] | seeks[re]))
    return _told(linked, chosen, person).filter(pl.col("alone") >= RIVAL_FROM)


_TOLD = {
    "le": pl.Int64, "re": pl.Int64, "kind": pl.UInt8, "alone": pl.Float64, "l": pl.Int64,
    "r": pl.Int64, "evidence": pl.String, "pattern": pl.String,
}  # fmt: skip


def weighed(
    engine: SqlEngine, cleaned: Cleaned, person: Ints, pairs: pl.DataFrame, whole: Whole,
    line: tuple[float, float] = (0.0, 1.0),
) -> pl.DataFrame:  # fmt: skip
    """Compare and weigh pairs of persons.

    Args:
        engine: Engine for the similarity of texts.
        cleaned: All rows of these persons, ``row`` being their number in the whole.
        person: Number of each row's person in the whole.
        pairs: ``le``, ``re``: persons.
        whole: Counts, parameters and priors.
        line: See ``Settings``.

    Returns:
        ``le``, ``re``, ``kind`` (0 both on lists, 1 mixed, 2 both in the register), ``alone`` (log2
        odds without rivals), ``l``, ``r`` (rows that agree best), ``evidence`` (JSON), ``pattern``.
    """
    if whole.parameters is None or whole.priors is None or not pairs.height:
        return pl.DataFrame(schema=_TOLD)
    names, first = np.unique(person, return_index=True)
    own = first[np.searchsorted(names, person)]
    frame, _ = with_rarity(cleaned, own == np.arange(len(own)), whole.counts)
    rows = variants(frame, own)
    ends = [first[np.searchsorted(names, pairs[side].to_numpy())] for side in ("le", "re")]
    a, b, which = pairs_of_persons(rows["e"].to_numpy().astype(np.int64), *ends)
    parameters = whole.parameters.of_lists(cleaned.sources)
    fields = parameters.fields
    scored = Scorer(Rows(rows), fields, parameters, similarity(engine)).score(Pairs(a, b, which))
    best = scored.sort(["keys", "evidence", "l", "r"], descending=[False, True, False, False])
    best = best.unique("keys", keep="first", maintain_order=True)
    owner, place = rows["e"], rows["v"]
    best = best.with_columns(
        l=place.gather(best["l"]), r=place.gather(best["r"]),
        le=owner.gather(best["l"]), re=owner.gather(best["r"]),
    )  # fmt: skip
    register = frame["side"].to_numpy() == 1
    registered = np.bincount(own[register], minlength=len(own)) > 0
    none = pl.DataFrame()
    linked = Linked(
        frame, fields, parameters, own, own, none, best, whole.priors, registered, none, none,
        line=line,
    )  # fmt: skip
    return _told(linked, best, person)


def _told(linked: Linked, pairs: pl.DataFrame, person: Ints) -> pl.DataFrame:
    """Return pairs with the numbers of the whole and their evidence as text."""
    le, re = pairs["le"].to_numpy(), pairs["re"].to_numpy()
    kind = linked.registered[le].astype(np.int64) + linked.registered[re]
    alone = alone_odds(pairs["evidence"].to_numpy(), linked.priors[kind], linked.line)
    some = np.flatnonzero(score.probability(alone) >= TOLD_FROM)
    pairs, le, re = pairs[some], le[some], re[some]
    row = linked.frame["row"].to_numpy()
    texts = results.evidence_json(linked, pairs)
    told = pl.DataFrame(
        {"le": person[le], "re": person[re], "kind": kind[some], "alone": alone[some],
         "l": row[pairs["l"].to_numpy()], "r": row[pairs["r"].to_numpy()], "evidence": texts,
         "pattern": results.pattern_words(linked, pairs)}, schema=_TOLD,
    )  # fmt: skip
    swap = pl.col("le") > pl.col("re")
    flipped = {
        name: pl.when(swap).then(other).otherwise(name)
        for name, other in (("le", "re"), ("re", "le"), ("l", "r"), ("r", "l"))
    }
    return told.with_columns(**flipped).sort("le", "re")


@dataclass(frozen=True)
class Settled:
    """What the second pass decides.

    Args:
        pairs: As ``weighed``, with ``log_odds`` after rivals took their share.
        joined: ``person``, ``into``: persons that become part of another.
    """

    pairs: pl.DataFrame
    joined: pl.DataFrame


def settle(pairs: pl.DataFrame, different: pl.DataFrame, settings: Settings) -> Settled:
    """Let candidates of all units compete, and join who is one.

    Args:
        pairs: Rows of ``weighed`` and ``rivals``; a pair occurs once.
        different: ``le``, ``re``: persons that people told apart.
        settings: Thresholds.
    """
    pairs = pairs.sort("le", "re")
    ends = [pairs[side].to_numpy() for side in ("le", "re")]
    names = np.unique(np.concatenate([*ends, np.zeros(0, dtype=np.int64)]))
    left, right = (np.searchsorted(names, end) for end in ends)
    odds = shared(left, right, pairs["alone"].to_numpy())
    least = float(np.log2(settings.person_from / (1 - settings.person_from)))
    apart = [different[side].to_numpy() for side in ("le", "re")]
    known = np.isin(apart[0], names) & np.isin(apart[1], names)
    low, high = (np.searchsorted(names, end[known]) for end in apart)
    label = clusters(
        len(names),
        edges(left, right, np.clip(odds - least, -30, 30)).plus(edges(low, high, DIFFERENT)),
    )  # fmt: skip
    moved = np.flatnonzero(label != np.arange(len(names)))
    joined = pl.DataFrame({"person": names[moved], "into": names[label[moved]]})
    return Settled(pairs.with_columns(log_odds=pl.Series(odds)), joined)
