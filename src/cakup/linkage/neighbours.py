"""Whom new rows have to do with: the persons that are to be looked at again.

New rows are put beside all ways in which persons are written. Who comes out as a possible pair is
looked at again, together with everybody who had to do with him before, and so on until nobody is
added: persons outside share no pair with those inside, so nothing about them can change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
import polars as pl

from cakup.kernel.ports import SqlEngine
from cakup.linkage import candidates as cd
from cakup.linkage.blocks import Key
from cakup.linkage.cleaning import Cleaned
from cakup.linkage.keeping import Known, stable
from cakup.linkage.rarities import with_rarity
from cakup.linkage.rows import Rows, similarity
from cakup.linkage.scoring import Scorer
from cakup.linkage.variants import variants
from cakup.linkage.vocabulary import WORDS_KEPT, Bools, Ints

#: Pairs per new row that a key may make, as a multiple of those per row of a run over all rows,
#: in which every pair has two ends.
ROOM = 4.0


def neighbours(
    engine: SqlEngine, told: Known, table: pl.DataFrame, fresh: Cleaned
) -> pl.Series:  # fmt: skip
    """Return the labels of the persons that new rows may be, each once.

    Args:
        engine: Engine for the similarity of texts.
        told: What the last run over all rows knows.
        table: How persons are written, see ``keeping.Written``.
        fresh: New rows, without NIKs that are fillers.
    """
    nobody = np.zeros(fresh.frame.height, dtype=bool)
    frame, _ = with_rarity(fresh, nobody, told.whole.counts)
    rows = stable(variants(frame, np.arange(fresh.frame.height)), fresh, told.lists)
    columns = [c for c in table.columns if c in rows.columns]
    both = pl.concat(
        [table.select(columns), rows.select(columns).cast(table.select(columns).schema)]
    )  # fmt: skip
    is_new = np.arange(both.height) >= table.height
    pairs = cd.pairs(_keys(both, is_new), both.height, _across(is_new))
    parameters = told.parameters
    scorer = Scorer(Rows(both), parameters.fields, parameters, similarity(engine))
    scored = scorer.score(pairs)
    ends = np.concatenate([scored["l"].to_numpy(), scored["r"].to_numpy()])
    return table["person"].gather(np.unique(ends[ends < table.height])).unique()


def _across(is_new: Bools) -> Callable[[Ints, Ints], Bools]:
    def allowed(left: Ints, right: Ints) -> Bools:
        return np.asarray(is_new[left] != is_new[right], dtype=np.bool_)

    return allowed


def _keys(both: pl.DataFrame, is_new: Bools) -> list[Key]:
    """Return keys by which a new row meets an old one; one end must be needy, either will do."""
    letters = both.select(f"nl{k + 1}" for k in range(WORDS_KEPT)).to_numpy()
    every = np.ones(both.height, dtype=bool)
    share = ROOM * float(is_new.sum()) / max(both.height, 1)
    found = []
    for key in cd.keys(both, letters, every):
        key = replace(key, most=key.most * share)
        needy = every if key.needy is None else key.needy
        if needy.any():
            found.append(replace(key, needy=needy & is_new))
        if not needy.all():
            asked = needy | is_new
            ways = tuple((*way[:-1], np.where(asked, way[-1], 0)) for way in key.ways)
            found.append(replace(key, ways=ways, needy=is_new))
    return found[: cd.MOST_KEYS]


def closed(ties: pl.DataFrame, some: Collection[str]) -> set[str]:
    """Return labels with all that they are tied to, and those with all theirs, to the end.

    Args:
        ties: Pairs of labels ``a``, ``b``.
        some: Labels to begin with.
    """
    found = set(some)
    both = pl.concat([ties.select("a", "b"), ties.select(a="b", b="a")])
    edge = found
    while edge:
        near = both.filter(pl.col("a").is_in(list(edge)))["b"]
        edge = set(near.to_list()) - found
        found |= edge
    return found
