"""Rows linked again: only what meets them is looked at; the answer is that of the whole table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.noisy_city import make
from cakup.engines.duckdb import DuckEngine
from cakup.linkage import blocks, hiding, relink
from cakup.linkage import candidates as cd
from cakup.linkage.blocks import Key
from cakup.linkage.cleaning import Cleaned, clean
from cakup.linkage.linking import Linked, link
from cakup.linkage.rarities import rarity_columns, with_rarity
from cakup.linkage.recalls import _of_several_niks
from cakup.linkage.relink import JOINED, Joined, Relink
from cakup.linkage.rows import Rows, similarity
from cakup.linkage.scoring import Scorer
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields
from cakup.linkage.taken import Taken
from cakup.linkage.variants import variants, whence, with_lists
from cakup.linkage.vocabulary import WORDS_KEPT

RUN = tuple[Cleaned, Linked]


@pytest.fixture(scope="module")
def run() -> RUN:
    city = make(900, 83, covered=0.4)
    tables = (city.workers.drop("person"), city.register.drop("person"))
    asked = (Asked({}, (), "list"), Asked({}))
    fields = [table_fields(t.columns, a) for t, a in zip(tables, asked, strict=True)]
    rows = [logical_rows(t, f, i) for i, (t, f) in enumerate(zip(tables, fields, strict=True))]
    cleaned = clean(in_one_form(pl.concat(rows, how="diagonal")))
    with DuckEngine(threads=1) as engine:
        return cleaned, link(engine, cleaned)


class Whole(Relink):
    """Every column of every variant is made, and every key is made of all rows."""

    def _scored(
        self, table: Taken, owner: np.ndarray, is_probe: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        frame = pl.DataFrame({name: table.text(name) for name in table._frame.columns})
        words = frame.select(
            pl.col(f"nw{k + 1}").fill_null(0).cast(pl.Int64) for k in range(WORDS_KEPT)
        )
        keys = cd.keys(frame, self.letter_of[words.to_numpy()], is_probe[owner])
        parameters = self.linked.parameters
        assert parameters is not None
        scorer = Scorer(Rows(frame), self.linked.fields, parameters, similarity(self.engine))
        pairs = cd.pairs(keys, frame.height, lambda a, b: owner[a] != owner[b])
        scored = scorer.score(pairs)
        le, re = owner[scored["l"].to_numpy()], owner[scored["r"].to_numpy()]
        return np.minimum(le, re), np.maximum(le, re), scored["evidence"].to_numpy()


def _joined(kind: type[Relink], run: RUN, hidden: pl.DataFrame, at: np.ndarray) -> Joined:
    cleaned, linked = run
    gone = np.zeros(len(linked.person), dtype=bool)
    gone[np.setdiff1d(np.arange(0, len(gone), 17), at)] = True
    listed = linked.frame["side"].to_numpy() == 0
    with DuckEngine(threads=1) as engine:
        return kind(engine, linked, cleaned.words.letter_of, listed).joined(hidden, at, gone)


@pytest.mark.parametrize("share", [0.02, 0.3])
def test_looking_only_at_what_meets_a_hidden_row_changes_nothing(
    run: RUN, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked, rng = run[1], np.random.default_rng(4)
    numbered = linked.frame["nik"].is_not_null().to_numpy()
    able = np.flatnonzero((linked.frame["side"].to_numpy() == 0) & numbered)
    poor = np.flatnonzero((linked.frame["side"].to_numpy() == 0) & ~numbered)
    at = np.sort(rng.choice(able, int(share * len(able)), replace=False))
    hidden = hiding.bare(linked.frame, at, rng.choice(poor, len(at)), rng)
    fast = _joined(Relink, run, hidden, at)
    monkeypatch.setattr(blocks, "FEW_NEEDY", 10**9)
    slow = _joined(Whole, run, hidden, at)
    for name in JOINED:
        assert getattr(fast, name).tolist() == getattr(slow, name).tolist()
    assert (fast.state > 0).mean() > 0.3, "some are found"
    assert (fast.odds > relink.NEVER).any()


def test_taken_columns_are_those_of_the_variants(run: RUN) -> None:
    linked = run[1]
    frame, person, several = linked.frame, linked.person, linked.frame.height
    hidden = frame[np.arange(5)]
    slow = pl.concat([variants(frame, person), variants(hidden, np.arange(5) + several)])
    rows = with_lists(frame)
    fast = Taken(rows, whence(rows, person, np.arange(len(person))), with_lists(hidden))
    assert fast.n == slow.height < frame.height
    at = np.flatnonzero(np.random.default_rng(1).random(slow.height) < 0.3)
    some, plain = fast.take(at), Rows(slow)
    assert some.n == slow.height
    for name in rows.columns:
        assert fast.text(name).equals(slow[name].alias(name))
        assert some.text(name).equals(slow[name].gather(at))
    for name in ("nik", "nik_packed", "has_part", "d1_marks", "nbits", "nplain", "nik_list"):
        assert fast[name].tolist() == plain[name].tolist()
        assert some[name].tolist() == plain[name][at].tolist()


def test_whole_persons_may_be_left_out(run: RUN) -> None:
    linked = run[1]
    at = np.flatnonzero(linked.person % 3 != 0)
    rows = with_lists(linked.frame)
    source = whence(rows, linked.person, at)
    slow = variants(linked.frame[at], linked.person[at])
    assert rows["id"].gather(source["id"]).to_list() == slow["v"].to_list()
    for name in ("nik", "d1", "mplain", "desa_v", "nik_list"):
        assert rows[name].gather(source[name]).to_list() == slow[name].to_list()


def test_rarities_alone_are_those_beside_the_rows(run: RUN) -> None:
    cleaned, linked = run
    counted = linked.exact == np.arange(len(linked.exact))
    frame, chances = with_rarity(cleaned, counted)
    columns = rarity_columns(cleaned, counted)
    assert set(columns) == set(frame.columns) - set(cleaned.frame.columns)
    for name, column in columns.items():
        assert column.alias(name).equals(frame[name])
    assert {"name", "words", "nik_date", "nik_day", "desa"} <= set(chances)


def test_persons_of_several_niks(run: RUN) -> None:
    linked = run[1]
    numbered = linked.frame["nik"].is_not_null().to_numpy()
    held: dict[int, set[str | None]] = {}
    for person, nik in zip(linked.person[numbered], linked.frame["nik"].drop_nulls(), strict=True):
        held.setdefault(person, set()).add(nik)
    told = [a for a in np.flatnonzero(numbered) if len(held[linked.person[a]]) > 1]
    assert _of_several_niks(linked, numbered).tolist() == told
    assert told
    nobody = replace(linked, person=np.arange(len(linked.person)))
    assert not len(_of_several_niks(nobody, numbered))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 2), st.integers(0, 3)), min_size=2,
             max_size=40),
    st.sets(st.integers(0, 39), max_size=6),
)  # fmt: skip
def test_few_needy_rows_meet_whom_they_share_a_value_with(
    told: list[tuple[int, int, int]], few: set[int]
) -> None:
    one, other, third = (np.array(x, dtype=np.int64) for x in zip(*told, strict=True))
    needy = np.isin(np.arange(len(told)), list(few))
    key = Key("k", ((one, other.astype(np.int8)), (one, third)), most=10**6, needy=needy)
    slow = {
        (a, b)
        for b in range(len(told)) for a in range(b)
        if (a in few or b in few)
        and {(one[a], v) for v in (other[a], third[a]) if v and one[a]}
        & {(one[b], v) for v in (other[b], third[b]) if v and one[b]}
    }  # fmt: skip
    for most in (0, 1000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(blocks, "FEW_NEEDY", most)
            found = cd.pairs([key], len(told), lambda a, b: a != b)
        assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == slow
