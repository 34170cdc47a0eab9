"""From linked rows of two tables to the best right row of each left row, and to clusters."""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.kernel.ports import SqlEngine
from cakup.linkage import results, score
from cakup.linkage.candidates import Pairs
from cakup.linkage.linking import Linked
from cakup.linkage.results import DIGITS, Members
from cakup.linkage.rows import Rows, similarity
from cakup.linkage.scoring import Scorer
from cakup.linkage.variants import pairs_of_persons
from cakup.linkage.vocabulary import Ints, Reals

#: Probability from which a pair is worth a row when all pairs are asked for.
SHOWN_FROM = 0.01
SCHEMA = {
    "left_row": pl.Int64, "right_row": pl.Int64, "probability": pl.Float64,
    "evidence": pl.String, "rank": pl.Float64,
}  # fmt: skip
#: Places of both rows in an order of what rows say; they decide between equally good pairs.
TURNS = {"left_turn": pl.Int64, "right_turn": pl.Int64}


def all_pairs(linked: Linked, engine: SqlEngine) -> pl.DataFrame:
    """Return all pairs of a left and a right row that may be one person.

    Args:
        linked: Linked rows; ``side`` 0 is left, 1 is right.
        engine: Engine for the similarity of texts.

    Returns:
        ``left_row``, ``right_row`` (rows of the tables), ``probability``, ``evidence``, ``rank``
        (how well the two rows themselves agree, to choose among rows of one person) and ``TURNS``.
    """
    told = results.members(linked)
    found = pl.concat([_inside(linked, told, engine), _between(linked)])
    row = linked.frame["row"].to_numpy()
    left, right = row[found["left_row"].to_numpy()], row[found["right_row"].to_numpy()]
    return found.with_columns(
        left_row=pl.Series(left), right_row=pl.Series(right),
        probability=pl.col("probability").round(DIGITS),
        left_turn="left_row", right_turn="right_row",
    )[np.lexsort((right, left))]  # fmt: skip


def best_pairs(pairs: pl.DataFrame, least: float, *, one_to_one: bool) -> pl.DataFrame:
    """Return for each left row its best right row.

    Args:
        pairs: See ``all_pairs``. Without ``TURNS``, rows that stand earlier go first among equals.
        least: Least probability.
        one_to_one: Whether a right row may serve one left row only; the likeliest pairs go first.
    """
    turns = [name for name in TURNS if name in pairs.columns]
    order = ["probability", "rank", *turns, "left_row", "right_row"]
    held = pairs.filter(pl.col("probability") >= least).sort(
        order, descending=[True, True, *(False for _ in order[2:])]
    )
    if one_to_one:
        held = held[_greedy(held["left_row"].to_numpy(), held["right_row"].to_numpy())]
    return held.unique("left_row", keep="first", maintain_order=True).sort("left_row")


def clusters(linked: Linked) -> pl.DataFrame:
    """Return every row with the smallest row of its person: ``row``, ``cluster``."""
    held = pl.DataFrame({"row": linked.frame["row"], "person": linked.person})
    return held.select("row", cluster=pl.col("row").min().over("person")).sort("row")


def _greedy(left: Ints, right: Ints) -> list[int]:
    """Return the places of pairs, best first, that do not use a row twice."""
    used_left: set[int] = set()
    used_right: set[int] = set()
    chosen = []
    for at, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        if a not in used_left and b not in used_right:
            used_left.add(a)
            used_right.add(b)
            chosen.append(at)
    return chosen


def _sides(linked: Linked, persons: Ints, others: Ints) -> tuple[Ints, Ints, Ints]:
    """Return all pairs of left rows of persons and right rows of others, and their place."""
    side, person = linked.frame["side"].to_numpy(), linked.person
    asked = np.zeros((2, len(side)), dtype=bool)
    asked[0, persons] = asked[1, others] = True
    left = np.flatnonzero((side == 0) & asked[0, person])
    right = np.flatnonzero((side == 1) & asked[1, person])
    a, b, which = pairs_of_persons(
        np.concatenate([person[left], person[right] + len(side)]),
        persons, others + len(side),
    )  # fmt: skip
    rows = np.concatenate([left, right])
    return rows[a], rows[b], which


def _inside(linked: Linked, told: Members, engine: SqlEngine) -> pl.DataFrame:
    """Return the pairs of rows of one person."""
    side = linked.frame["side"].to_numpy()
    has = [np.bincount(linked.person[side == s], minlength=len(side)) > 0 for s in (0, 1)]
    both = np.flatnonzero(has[0] & has[1])
    left, right, _ = _sides(linked, both, both)
    sure = linked.exact[left] == linked.exact[right]
    p = told.probability
    apart = np.minimum(p[left], p[right])
    weakest = np.where(p[left] <= p[right], left, right)
    return pl.DataFrame(
        {"left_row": left, "right_row": right,
         "probability": np.where(sure, np.maximum(apart, results.EXACT), apart),
         "evidence": told.evidence_of(weakest),
         "rank": _agreement(linked, left, right, engine)},
        schema=SCHEMA,
    )  # fmt: skip


def _agreement(linked: Linked, left: Ints, right: Ints, engine: SqlEngine) -> Reals:
    """Return how well rows agree by themselves, in bits; 0 where there is no choice."""
    bits = np.zeros(len(left))
    if linked.parameters is None:
        return bits
    several = np.bincount(left, minlength=len(linked.person))[left] > 1
    at = np.flatnonzero(several)
    scorer = Scorer(
        Rows(linked.frame), linked.fields, linked.parameters, similarity(engine)
    )  # fmt: skip
    scored = scorer.score(Pairs(left[at], right[at], at))
    bits[at] = -np.inf
    bits[scored["keys"].to_numpy()] = scored["evidence"].to_numpy()
    return bits


def _between(linked: Linked) -> pl.DataFrame:
    """Return the pairs of rows of two persons that may be one."""
    if not linked.pairs.height:
        return pl.DataFrame(schema=SCHEMA)
    p = score.probability(linked.log_odds())
    kept = p >= SHOWN_FROM
    pairs, p = linked.pairs.filter(pl.Series(kept)), p[kept]
    texts = results.evidence_json(linked, pairs)
    le, re = pairs["le"].to_numpy().astype(np.int64), pairs["re"].to_numpy().astype(np.int64)
    parts = []
    for persons, others in ((le, re), (re, le)):
        left, right, which = _sides(linked, persons, others)
        parts.append(
            pl.DataFrame(
                {"left_row": left, "right_row": right, "probability": p[which],
                 "evidence": texts.gather(which), "rank": pairs["evidence"].gather(which)},
                schema=SCHEMA,
            )
        )  # fmt: skip
    return pl.concat(parts)
