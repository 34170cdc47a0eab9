"""Tables of anything: kinds and pairs of columns, levels, weights, groups, and the whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler

import cakup
from bench import generic_families as families
from bench.generic import halves, judged_clusters, judged_match
from cakup.kernel.errors import UsageError
from cakup.linkage.generic import levels, values, weights
from cakup.linkage.generic.choose import choose
from cakup.linkage.generic.kinds import kind_of
from cakup.linkage.generic.learning import Learnt, evidence

LATEST = date(2026, 12, 31)


def _column(kind: str, texts: list[str | None]) -> values.Column:
    given = pl.Series("v", texts, dtype=pl.String)
    return values.column("c", kind, given, pl.Series([0] * len(texts)), LATEST)


@pytest.mark.parametrize(
    ("name", "texts", "kind"),
    [
        ("surname", ["Smith", "Jones", "Müller"] * 3, values.NAME),
        ("street", ["12 High St", "4 Low Road"] * 3, values.TEXT),
        ("kodepos", ["20111", "20112", "20713", "20999"] * 3, values.CODE),
        ("zip", ["02111", "1234", "00713"], values.CODE),
        ("telepon", ["0812 3456 789", "+62 812-3456-780", "(061) 887 766"], values.CODE),
        ("nopol", ["BK 1234 AB", "B 17 XY", "BK 221 ZA"], values.TEXT),
        ("email", ["a@b.com", "c.d@e.org"], values.CODE),
        ("tgl_lahir", ["12/08/1985", "01/02/1990"], values.DATE),
        ("born", ["19850812", "19900201"], values.DATE),
        ("amount", ["12.5", "1000", "7"], values.NUMBER),
        ("spent", ["98700.0", "1250000.0", "40000.5"], values.NUMBER),
        ("belanja", ["1250000", "87500", "12300400", "99000"], values.NUMBER),
        ("member", ["1250001", "8750023", "1230040", "9900012"], values.CODE),
        ("year", ["1985", "1990", "2001"], values.NUMBER),
        ("sex", ["M", "F"] * 20, values.CLASS),
    ],
)
def test_kinds_are_found_from_the_values(name: str, texts: list[str], kind: str) -> None:
    assert kind_of(name, pl.Series(texts)) == kind


def _choice(
    left: dict[str, list[str]], right: dict[str, list[str]] | None = None
) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    told = choose(pl.DataFrame(left), None if right is None else pl.DataFrame(right), ({}, {}), ())
    fields = {f.left[0]: (f.right[0], f.why) for f in told.fields}
    return fields, {f"{i.table}.{i.column}": i.why for i in told.ignored}


def test_columns_of_other_names_are_found_by_name_meaning_and_content() -> None:
    cities = [f"town {k % 25}" for k in range(100)]
    left = {"Surname": [f"s{k}a" for k in range(100)], "zip": [f"{20000 + k}" for k in range(100)],
            "lives": cities, "only_here": [f"z{k}" for k in range(100)]}  # fmt: skip
    right = {"surname": left["Surname"], "kode_pos": left["zip"], "place": cities[::-1],
             "note": [f"q{k}" for k in range(100)]}  # fmt: skip
    fields, ignored = _choice(left, right)
    assert fields["zip"] == ("kode_pos", "meaning")
    assert fields["lives"] == ("place", "content")
    assert ignored == {"left.only_here": "one_side", "right.note": "one_side"}


def test_what_tells_nothing_is_left_out_and_said() -> None:
    n = 60
    fields, ignored = _choice({
        "rec_id": [f"r{k}" for k in range(n)], "number": [f"99{k:05d}" for k in range(n)],
        "country": ["ID"] * n, "full_name": [f"ani{'abcdefghi'[k % 9]} budi" for k in range(n)],
        "first_name": [f"ani{'abcdefghi'[k % 9]}" for k in range(n)],
    })  # fmt: skip
    assert list(fields) == ["full_name"]
    assert ignored == {
        "left.rec_id": "row_number", "left.number": "row_number", "left.country": "constant",
        "left.first_name": "repeats",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "texts", "why"),
    [
        ("person", [f"ani{'abcdefghijk'[k % 11]} budi{'abcdefg'[k % 7]}" for k in range(70)], None),
        ("label", [f"{k} kota {'abcdefgh'[k % 8]}" for k in range(70)], None),
        ("id", [f"{1000 + k * 37 % 50}" for k in range(70)], None),
        ("id", [f"r{k}" for k in range(70)], "row_number"),
        ("person", [f"row {k}" for k in range(70)], "row_number"),
        ("index", [f"{k}" for k in (*range(40), *range(30))], "row_number"),
        ("no", [f"{k}" for k in (*range(1, 8), *range(1, 5)) for _ in range(9)], "row_number"),
        ("true_id", [f"{1000 + k * 37 % 50}" for k in range(70)], "row_number"),
        ("entity", [f"toko {'abcdefghijk'[k % 11]}{'abcdefg'[k % 7]}" for k in range(70)], None),
        ("seats", [f"{k}" for k in (*range(40), *range(30))], None),
    ],
)
def test_a_name_that_means_a_row_number_is_believed_if_the_values_count(
    name: str, texts: list[str], why: str | None
) -> None:
    fields, ignored = _choice({name: texts})
    assert ignored == ({f"left.{name}": why} if why else {})
    assert list(fields) == ([] if why else [name])
    fields, ignored = _choice({name: texts}, {name: texts[::-1]})
    assert (name in fields) == (why is None)
    assert set(ignored.values()) == ({why} if why else set())


TEXTS = st.text(alphabet="ABCDE 1É", min_size=0, max_size=9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=12), st.sampled_from(["code", "name"])
)
@example([("1 A", "1 1"), ("1 1", "1 A")], "name")
def test_levels_against_one_pair_at_a_time(pairs: list[tuple[str, str]], kind: str) -> None:
    flat = [t for p in pairs for t in p]
    told = _column(kind, [t or None for t in flat])
    left, right = np.arange(0, len(flat), 2), np.arange(1, len(flat), 2)
    compared = levels.Compared(left, right, levels.equal([told], left, right))
    idf = np.ones(int(told.words.max(initial=0)) + 1)
    idf[0] = 0.0
    levels.settle(0, [told], [idf], compared)
    forms = values.one_form(pl.Series(flat, dtype=pl.String), kind).to_list()
    for at, (a, b) in enumerate(zip(forms[::2], forms[1::2], strict=True)):
        assert levels.NAMES[kind][compared.levels[0][at]] == _slow(kind, a or "", b or "")


def _slow(kind: str, a: str, b: str) -> str:
    if not a or not b:
        return "missing"
    if a == b:
        return "equal"
    if kind == "code":
        return {0: "equal", 1: "one_edit", 2: "two_edits"}.get(OSA.distance(a, b), "other")
    alike, words = JaroWinkler.similarity(a, b), ({*a.split()[:6]}, {*b.split()[:6]})
    both = len(words[0] & words[1]) / max(map(len, words))
    if alike >= levels.TYPO or both >= levels.MOST_WORDS:
        return "typo"
    if min(len(a), len(b)) == 1 and a[0] == b[0]:
        return "initial"
    if alike >= levels.ALIKE or both >= levels.ALIKE_WORDS:
        return "alike"
    return "some" if alike >= levels.SOME or both >= levels.SOME_WORDS else "other"


def test_a_day_with_a_slip_or_turned_is_near() -> None:
    told = _column("date", ["1985-08-12", "1985-12-08", "1985-08-13", "1985-03-27", "1985-08-12"])
    left, right = np.zeros(4, dtype=int), np.arange(1, 5)
    compared = levels.Compared(left, right, levels.equal([told], left, right))
    levels.settle(0, [told], [np.zeros(1)], compared)
    names = [levels.NAMES["date"][x] for x in compared.levels[0]]
    assert names == ["slip", "slip", "other", "equal"]


def test_names_in_each_other_s_columns() -> None:
    both = _column("name", ["ANI", "SITOMPUL", "BUDI", "SITOMPUL", "ANI", "GINTING"])
    given_, family = both.part("g", 0, 3), both.part("f", 3, 3)
    given_ = given_.with_value(np.array([given_.value[0], family.value[0], given_.value[2]]))
    family = family.with_value(np.array([family.value[0], given_.value[0], family.value[2]]))
    left, right = np.array([0, 0]), np.array([1, 2])
    compared = levels.Compared(left, right, levels.equal([given_, family], left, right))
    levels.swapped([given_, family], compared, [(0, 1)])
    top = levels.NAMES["name"]
    assert [top[x] for x in compared.levels[:, 0]] == ["swapped", "swapped"]
    assert [top[x] for x in compared.levels[:, 1]] == ["other", "other"]


def test_a_group_that_changed_as_a_whole_counts_once() -> None:
    bits = np.array([[9.0, 9.0], [-5.0, 4.0], [-5.0, 4.0], [-5.0, 4.0]])
    plain = np.zeros(bits.shape, dtype=np.uint8)
    alone = Learnt((), prior=-5)
    group = Learnt((), ((1, 2, 3),), (0.75,), (0.0,), -5)
    assert evidence(bits, plain, alone) == pytest.approx([-6.0, 21.0])
    assert evidence(bits, plain, group) == pytest.approx([7.0, 20.585], abs=0.01)
    kin = Learnt((), ((1, 2, 3),), (0.75,), (0.5,), -5)
    assert evidence(bits, plain, kin)[1] == pytest.approx(20.585 - 11.0, abs=0.01)


def test_rare_values_count_more_and_those_that_tell_the_same_count_once() -> None:
    chance = np.random.default_rng(3)
    town = chance.integers(0, 8, 900)
    told = [
        _column("text", [f"town {t}" for t in town]),
        _column("code", [f"{90000 + t}" for t in town]),
        _column("text", [f"x{v}" for v in chance.integers(0, 40, 900)]),
        _column("text", [f"y{v}" for v in chance.integers(0, 40, 900)]),
    ]  # fmt: skip
    rows = np.arange(900)
    random = levels.equal(told, rows, np.roll(rows, 7))
    counts = weights.count(told, random, rows)
    assert {counts.parent[0], counts.parent[1]} in ({-1, 0}, {-1, 1})
    child = 0 if counts.parent[0] == 1 else 1
    assert counts.given[child].max() < 0.3
    assert counts.rare[child].min() > 2.0
    assert counts.parent[2:] == (-1, -1)


@pytest.fixture(scope="module")
def persons() -> families.Made:
    return families.persons(77, 250)


def test_a_table_never_seen(persons: families.Made, tmp_path: Path) -> None:
    left, right = halves(persons)
    left.drop("entity").write_parquet(tmp_path / "l.parquet")
    names = {c: f"Col {k}" for k, c in enumerate(right.columns) if c not in ("entity", "suburb")}
    right.drop("entity").rename(names).with_columns(
        pl.col("suburb").str.to_uppercase()
    ).write_parquet(tmp_path / "r.parquet")
    result = cakup.match(tmp_path / "l.parquet", tmp_path / "r.parquet", tmp_path / "o.parquet")
    found = pl.read_parquet(tmp_path / "o.parquet")
    assert judged_match(found, left["entity"], right["entity"], 0.5)[2] > 0.9
    assert {f.why for f in result.chosen} >= {"content"}
    assert found["evidence"].str.contains("weights").any()


def test_order_and_source_column_change_nothing(persons: families.Made, tmp_path: Path) -> None:
    rows = persons.rows.head(300)
    order = rows.select(pl.int_range(pl.len()).shuffle(seed=2)).to_series()
    for name, table in (("a", rows), ("b", rows[order])):
        table.rename({"entity": "list"}).write_csv(tmp_path / f"{name}.csv")
        cakup.dedupe(tmp_path / f"{name}.csv", tmp_path / f"{name}.parquet", source_column="list")
    one, two = (pl.read_parquet(tmp_path / f"{n}.parquet")["cluster"] for n in ("a", "b"))
    assert judged_clusters(one, rows["entity"])[2] > 0.85
    same = judged_clusters(two, one.gather(order))
    assert same == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "first_name,street\n",
        "first_name,street\nAni,Jalan 1\n",
        "first_name,street\n,\n,\n",
        "first_name,street\n王小明,東京都 1\nمحمد,شارع 2\n王小明,東京都 1\n",
        "first_name,street\n" + "same,same\n" * 40,
    ],
)
def test_tables_that_are_hardly_any(text: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    if text.endswith("same\n"):
        with pytest.raises(UsageError, match=r"match\.no_field"):
            cakup.dedupe(tmp_path / "t.csv", tmp_path / "o.parquet")
        return
    cakup.dedupe(tmp_path / "t.csv", tmp_path / "o.parquet")
    found = pl.read_parquet(tmp_path / "o.parquet")
    assert found["row"].to_list() == list(range(found.height))
    cakup.match(tmp_path / "t.csv", tmp_path / "t.csv", tmp_path / "m.parquet", all_pairs=True)
    assert pl.read_parquet(tmp_path / "m.parquet").columns[0] == "left_row"
