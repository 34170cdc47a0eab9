"""What a run over all rows leaves for the next one, which only looks at what is new.

Parameters, counts and priors weigh rows that come later as they weighed those that were there. The
ways in which every person is written (``variants``) are kept in numbers that are the same in every
table, so that new rows can be put beside them; and the pairs of persons that had anything to do
with each other, so that whoever is looked at again is looked at with his rivals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from cakup.linkage import partitions
from cakup.linkage.cleaning import Cleaned
from cakup.linkage.linked import Linked, Whole
from cakup.linkage.parameters import Parameters
from cakup.linkage.rarities import value_keys
from cakup.linkage.tally import Sums, Tally, from_frame, tally
from cakup.linkage.variants import variants
from cakup.linkage.vocabulary import WORDS_KEPT, Ints, WordTable, bag_key

#: Bit that every number of a text has, so that none is mistaken for one of a few.
LARGE = np.int64(1) << np.int64(61)
POSITIVE = np.int64((1 << 62) - 1)
TIES = {"a": pl.String, "b": pl.String}


@dataclass(frozen=True)
class Written:
    """How persons are written, and who has to do with whom.

    Args:
        table: Variants in numbers that are the same everywhere, with ``person`` (label).
        ties: Pairs of labels ``a``, ``b``: pairs that were weighed, or bear one NIK.
    """

    table: pl.DataFrame
    ties: pl.DataFrame


@dataclass(frozen=True)
class Known:
    """What a run over all rows knows.

    Args:
        whole: Parameters, counts and priors.
        has: Fields that occurred.
        fillers: NIKs that so many different names bear that they are nobody's.
        villages: ``village``, ``code``: which code a written village has.
    """

    whole: Whole
    has: frozenset[str]
    fillers: tuple[str, ...]
    villages: pl.DataFrame

    @property
    def parameters(self) -> Parameters:
        """Parameters, with the lists in the order of ``lists``."""
        assert self.whole.parameters is not None
        return self.whole.parameters.of_lists((*self.lists, ""))

    @property
    def lists(self) -> tuple[str, ...]:
        """Lists that have shares of their own; in variants they are numbered in this order."""
        assert self.whole.parameters is not None
        held = self.whole.parameters.lists
        return held.names if held else ()

    def with_later(self, later: Mapping[str, str]) -> Known:
        """Return what is known when files come whose lists are known.

        Args:
            later: The file of the list before, by later file.
        """
        parameters = self.whole.parameters
        if parameters is None or parameters.lists is None:
            return self
        shares = parameters.lists.with_later(later)
        whole = replace(self.whole, parameters=replace(parameters, lists=shares))
        return replace(self, whole=whole)


def written(
    linked: Linked, cleaned: Cleaned, labels: pl.Series, lists: Sequence[str]
) -> Written:  # fmt: skip
    """Return how the persons of a run are written.

    Args:
        linked: The run.
        cleaned: The rows that it linked.
        labels: Label of each row's person, in content order.
        lists: See ``Known.lists``.
    """
    table = stable(variants(linked.frame, linked.person), cleaned, lists)
    person = labels.gather(table["e"].cast(pl.Int64))
    parts = [linked.pairs.select("le", "re"), linked.joins.select("le", "re")]
    if linked.doubt.height:
        parts.append(linked.doubt.select(le="l", re="r"))
    ends = pl.concat([p.cast(pl.Int64) for p in parts])
    ties = pl.DataFrame(
        {"a": labels.gather(ends["le"]), "b": labels.gather(ends["re"])}, schema=TIES
    )
    apart = ties.filter(pl.col("a") != pl.col("b")).unique().sort("a", "b")
    bare = table.drop("id", "v", "e", *(c for c in table.columns if c.endswith("letters")))
    return Written(bare.with_columns(person=person.alias("person")), apart)


def known(linked: Linked, cleaned: Cleaned, villages: pl.DataFrame) -> Known | None:
    """Return what a run over all rows knows, None if it learnt nothing.

    Args:
        linked: The run.
        cleaned: The rows that it linked, NIKs of fillers among them.
        villages: See ``Known``.
    """
    if linked.parameters is None:
        return None
    numbered = cleaned.frame["nik"].is_not_null() & linked.frame["nik"].is_null()
    fillers = cleaned.frame["nik"].filter(numbered).unique().sort().to_list()
    bare = Cleaned(linked.frame, cleaned.has, cleaned.words, cleaned.mother, cleaned.sources)
    counts = tally(bare, linked.exact)
    whole = Whole(counts, linked.parameters, linked.priors)
    return Known(whole, cleaned.has, tuple(fillers), villages)


def stable(rows: pl.DataFrame, cleaned: Cleaned, lists: Sequence[str]) -> pl.DataFrame:
    """Return variants with numbers of words, values and lists that are the same in every table.

    Adds ``nl1…``: the first sound of each word of the name.

    Args:
        rows: Variants of rows of ``cleaned``.
        cleaned: Their words.
        lists: See ``Known.lists``; all others have the number after the last.
    """
    made = _words(rows, cleaned.words, "n")
    letters = cleaned.words.letter_of.astype(np.int8)
    for k in range(WORDS_KEPT):
        made[f"nl{k + 1}"] = pl.Series(letters[_numbers(rows[f"nw{k + 1}"])])
    if cleaned.mother is not None:
        made |= _words(rows, cleaned.mother, "m")
    for column in (c for c in rows.columns if c.endswith("_v")):
        values = _numbers(rows[column])
        keys = value_keys(values, rows[f"{column.removesuffix('_v')}_t"])
        made[column] = _missing(np.where(keys != 0, keys & POSITIVE | LARGE, 0)[values])
    place = {name: at for at, name in enumerate(lists)}
    number = np.array([place.get(name, len(lists)) for name in cleaned.sources], dtype=np.int32)
    for column in (c for c in rows.columns if c.endswith("_list")):
        made[column] = pl.Series(number[_numbers(rows[column])])
    return rows.with_columns(**made)


def _words(rows: pl.DataFrame, words: WordTable, prefix: str) -> dict[str, pl.Series]:
    """Return the columns of a name of which the numbers change."""
    keys = np.where(words.key_of != 0, words.key_of & POSITIVE | LARGE, 0)
    found = {
        f"{prefix}w{k + 1}": keys[_numbers(rows[f"{prefix}w{k + 1}"])] for k in range(WORDS_KEPT)
    }
    found[f"{prefix}sound"] = bag_key(np.stack(list(found.values()), axis=1))
    return {name: _missing(values) for name, values in found.items()}


def _numbers(column: pl.Series) -> Ints:
    return column.fill_null(0).cast(pl.Int64).to_numpy()


def _missing(values: Ints) -> pl.Series:
    """Return numbers with 0 as missing."""
    return pl.DataFrame({"v": values}).select(pl.when(pl.col("v") != 0).then("v")).to_series()


def spelled(told: Known) -> dict[str, Any]:
    """Return everything but the frames as plain JSON values."""
    counts = told.whole.counts
    assert isinstance(counts, Tally)
    assert told.whole.parameters is not None
    assert told.whole.priors is not None
    return {
        "parameters": partitions.spelled(told.whole.parameters, sorted(told.has), ()),
        "priors": told.whole.priors.tolist(), "fillers": list(told.fillers),
        "sums": {k: [s.total, s.distinct, s.pairs] for k, s in counts.sums.items()},
        "persons": counts.persons, "registered": counts.registered, "rows": counts.rows,
    }  # fmt: skip


def read_spelled(told: Mapping[str, Any], counts: pl.DataFrame, villages: pl.DataFrame) -> Known:
    """Return what ``spelled`` wrote.

    Args:
        told: Plain JSON values.
        counts: ``Tally.frame``.
        villages: See ``Known``.
    """
    sums = {k: Sums(*s) for k, s in told["sums"].items()}
    held = Tally(told["persons"], told["registered"], told["rows"], from_frame(counts), sums)
    whole = Whole(
        held, partitions.read_spelled(told["parameters"]),
        np.array(told["priors"], dtype=np.float64),
    )  # fmt: skip
    return Known(whole, frozenset(told["parameters"]["has"]), tuple(told["fillers"]), villages)
