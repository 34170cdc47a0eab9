"""Candidates that exclude each other share the probability."""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.linkage.vocabulary import Ints, Reals

#: Log2 odds from which a rival counts.
RIVAL_FROM = -5.0
#: Rivals of one person that are weighed at most, the strongest.
MOST_RIVALS = 12


def shared(left: Ints, right: Ints, log_odds: Reals) -> Reals:
    """Return log2 odds after rivals took their share.

    A person can be one of several candidates only. Two candidates of one person that may be the
    same person themselves (their own pair is likelier than not) are no rivals: rows that repeat
    somebody do not halve his probability.

    Args:
        left: Persons.
        right: Persons.
        log_odds: Log2 odds of each pair by itself; a pair occurs once.

    Returns:
        Log2 odds; with a single candidate unchanged.
    """
    strong = np.flatnonzero(log_odds >= RIVAL_FROM)
    if len(strong) < 2:
        return log_odds
    ends = np.concatenate([left[strong], right[strong]])
    busy = np.bincount(ends) > 1
    strong = strong[busy[left[strong]] | busy[right[strong]]]
    pairs = pl.DataFrame(
        {"a": left[strong], "b": right[strong], "w": log_odds[strong], "at": strong}
    )
    both = pl.concat(
        [pairs, pairs.select(a="b", b="a", w="w", at="at")]
    ).sort(["a", "w", "b"], descending=[False, True, False])  # fmt: skip
    both = both.filter((pl.len().over("a") > 1) & (pl.int_range(pl.len()).over("a") < MOST_RIVALS))
    met = both.join(both.select("a", c="b", rival="w"), on="a").filter(pl.col("b") != pl.col("c"))
    same = pairs.filter(pl.col("w") > 0).select(
        low=pl.min_horizontal("a", "b"), high=pl.max_horizontal("a", "b")
    )
    rivals = met.with_columns(
        low=pl.min_horizontal("b", "c"), high=pl.max_horizontal("b", "c")
    ).join(same, on=["low", "high"], how="anti")  # fmt: skip
    # Summed in a fixed order, so that no bit depends on threads.
    ordered = rivals.sort("at", "rival", "a", "c")
    at, weight = ordered["at"].to_numpy(), np.exp2(np.clip(ordered["rival"].to_numpy(), -60, 60))
    out = log_odds.copy()
    if len(at):
        starts = np.flatnonzero(np.concatenate([[True], at[1:] != at[:-1]]))
        out[at[starts]] -= np.log2(1.0 + np.add.reduceat(weight, starts))
    return out
