"""Fast ways of comparing against slow ones that say the same."""

from __future__ import annotations

from collections import Counter

import duckdb
import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler, Levenshtein

from cakup.linkage.blocks import Key, cut
from cakup.linkage.cleaning import _content_order, _stated
from cakup.linkage.letters import letters_of, most_alike
from cakup.linkage.levels import PART_EQUAL, PART_OTHER, part_level
from cakup.linkage.rows import Rows, similarity
from cakup.linkage.variants import _donors
from cakup.linkage.vocabulary import mixed

TEXTS = st.lists(
    st.none() | st.text("ABEIMNOQXÉ 07", max_size=14) | st.sampled_from(["A" * 255, "B" * 300]),
    min_size=2, max_size=12,
)  # fmt: skip


def _pairs(texts: list[str | None]) -> tuple[pl.Series, np.ndarray, np.ndarray]:
    left, right = np.divmod(np.arange(len(texts) ** 2), len(texts))
    return pl.Series(texts, dtype=pl.String), left, right


@given(TEXTS)
def test_letters_never_allow_less_than_the_texts_have(texts: list[str | None]) -> None:
    column, left, right = _pairs(texts)
    letters = letters_of(column)
    bound = most_alike(letters[left], letters[right])
    for a, b, most in zip(left, right, bound, strict=True):
        x, y = texts[a], texts[b]
        if x is not None and y is not None:
            assert JaroWinkler.similarity(x.encode(), y.encode()) <= most


def test_letters_of_strangers_allow_little() -> None:
    letters = letters_of(pl.Series(["MUHAMMAD YUSUF", "SITI RAHAYU", "MUHAMAD YUSUP"]))
    apart, alike = most_alike(letters[[0, 0]], letters[[1, 2]])
    assert apart < 0.75 < 0.9 < alike


@given(TEXTS)
def test_texts_are_as_similar_as_the_engine_finds_them(texts: list[str | None]) -> None:
    column, left, right = _pairs([text or None for text in texts])  # none is empty after cleaning
    a, b = column.gather(left), column.gather(right)
    frame = pl.DataFrame({"a": a, "b": b}).to_arrow()
    with duckdb.connect(":memory:") as db:
        db.register("frame", frame)
        sql = "SELECT coalesce(jaro_winkler_similarity(a, b), 0)::FLOAT AS s FROM frame"
        expected = pl.from_arrow(db.sql(sql).to_arrow_table())["s"].to_numpy()
    assert similarity(None)(a, b).tolist() == expected.tolist()


@given(st.data())
def test_the_donor_has_the_most_frequent_value(data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 25))
    person = np.array(data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)), dtype=int)
    value = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    at = np.cumsum(np.array(data.draw(st.lists(st.integers(1, 3), min_size=n, max_size=n)), int))
    found = _donors(person, pl.Series(value, dtype=pl.Int64), at, 6)
    for e in set(person.tolist()):
        rows = [k for k in range(n) if person[k] == e]
        often = Counter(value[k] for k in rows)
        best = min((-often[v], min(at[k] for k in rows if value[k] == v)) for v in often)
        assert found[e] == best[1]


@given(st.data())
def test_one_slip_in_a_nik_is_found_wherever_it_is(data: st.DataObject) -> None:
    whole = data.draw(st.text("0123456789", min_size=16, max_size=16))
    at, kind = data.draw(st.integers(0, 15)), data.draw(st.sampled_from(["lost", "won", "two"]))
    digit = data.draw(st.sampled_from("0123456789"))
    part = {
        "lost": whole[:at] + whole[at + 1 :],
        "won": whole[:at] + digit + whole[at:],
        "two": whole[: at // 2] + digit + whole[at // 2 : at] + whole[at + 1 :] + digit,
    }[kind]
    frame = pl.DataFrame(
        {"nik": [whole, None], "np": [None, part]}, schema={"nik": pl.String, "np": pl.String}
    )
    level = part_level(Rows(frame), np.array([0]), np.array([1]))[0]
    same = Levenshtein.distance(whole, part) <= 1 or (len(part) <= 15 and whole.startswith(part))
    assert level == (PART_EQUAL if same else PART_OTHER)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20), st.randoms())
def test_equal_rows_stand_in_the_order_of_their_numbers(said: list[int], random) -> None:
    row = list(range(len(said)))
    random.shuffle(row)
    rows = pl.DataFrame({"row": row, "nama": [str(x) for x in said]})
    order = _content_order(rows)
    key = rows.select(pl.struct("nama").hash(11).alias("k"))["k"].to_numpy()
    assert order.tolist() == np.lexsort((np.array(row), key)).tolist()


@given(st.lists(st.none() | st.dates(), max_size=8))
def test_days_are_numbers(dates: list) -> None:
    expected = [d and d.year * 10_000 + d.month * 100 + d.day for d in dates]
    some = pl.Series(dates, dtype=pl.Date)
    assert _stated(some).to_list() == expected
    thick = pl.Series([d and d.replace(year=1980) for d in dates] * 400, dtype=pl.Date)
    assert _stated(thick).to_list() == [x and x % 10_000 + 19_800_000 for x in expected] * 400


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=30))
def test_blocks_keep_every_row_that_meets_a_needy_one(rows: list[tuple[int, bool]]) -> None:
    value = np.array([v for v, _ in rows], dtype=np.int32)
    needy = np.array([x for _, x in rows])
    held = cut(Key("k", ((value,),), most=1000.0, needy=needy), len(rows))
    met = {
        k for k in range(len(rows)) for j in range(len(rows))
        if j != k and value[k] == value[j] != 0 and (needy[k] or needy[j])
    }  # fmt: skip
    assert met <= set(held.row.tolist())
    told = dict(zip(held.row.tolist(), held.settled.tolist(), strict=True))
    assert all(told[k] == (not needy[k]) for k in told)
    low = (1 << (held.row_bits + 1)) - 1
    assert all(
        held.codes[i] & ~low == mixed(value[[k]])[0] & ~low for i, k in enumerate(held.row.tolist())
    )
