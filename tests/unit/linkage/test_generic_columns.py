"""Which columns of tables of anything are compared: copies count once, the telling ones stay."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import polars as pl
import pytest

from cakup.linkage.generic.choose import choose

N = 200
LOT = random.Random(5)
STREET = [f"{LOT.randint(1, 90)} Jalan {LOT.choice('ABCDEFG')}éti" for _ in range(N)]
DAYS = [(LOT.randint(13, 28), LOT.randint(1, 12), LOT.randint(1950, 2000)) for _ in range(N)]
Texts = Mapping[str, Sequence[str | None]]


def _left_out(left: Texts, right: Texts | None = None, also: tuple[str, ...] = ()) -> set[str]:
    """Return ``table.column:why`` of the columns that are not compared."""
    tables = [None if t is None else pl.DataFrame(t) for t in (left, right)]
    assert tables[0] is not None
    told = choose(tables[0], tables[1], ({}, {}), [(a, a) for a in also])
    return {f"{i.table}.{i.column}:{i.why}" for i in told.ignored}


def _some(texts: list[str], share: float, other: str | None = None) -> list[str | None]:
    """Return texts of which every so many are another one."""
    every = round(1 / share)
    return [other if k % every == 0 else t for k, t in enumerate(texts)]


@pytest.mark.parametrize(
    "again",
    [
        STREET,
        [s.upper().replace("É", "E") for s in STREET],
        [f" {s}." for s in STREET],
        _some(STREET, 0.03, "Jalan lain"),
        _some(STREET, 0.5),
    ],
)
def test_a_copy_in_any_spelling_counts_once(again: Sequence[str | None]) -> None:
    assert _left_out({"street": STREET, "b": again}) == {"left.b:copy"}


def _days() -> list[str]:
    return [f"{y}-{m:02d}-{d:02d}" for d, m, y in DAYS]


def test_dates_and_codes_are_copied_too() -> None:
    ours = [f"{d:02d}/{m:02d}/{y}" for d, m, y in DAYS]
    phones = [f"0812-{k * 7919 % 997:05d}" for k in range(N // 2)] * 2
    bare = [p.replace("-", "") for p in phones]
    told = _left_out({"born": _days(), "tel_a": phones, "seen": ours, "tel_b": bare})
    assert told == {"left.seen:copy", "left.tel_b:copy"}


def test_the_fuller_one_of_two_stays_and_who_both_tell_something() -> None:
    half = [s if k % 2 else None for k, s in enumerate(STREET)]
    rest = [s if k % 3 else None for k, s in enumerate(STREET)]
    assert _left_out({"half": half, "street": STREET}) == {"left.half:copy"}
    assert _left_out({"half": half, "rest": rest}) == set()
    assert _left_out({"street": STREET, "b": _some(STREET, 0.1, "Jalan lain")}) == set()


def test_yes_and_no_are_equal_by_chance_and_no_copies() -> None:
    seldom = [[("yes" if k % 50 == at else "no") for k in range(N)] for at in (1, 7)]
    assert _left_out({"street": STREET, "moved": seldom[0], "died": seldom[1]}) == set()
    often = ["yes" if k % 5 == 1 else "no" for k in range(N)]
    assert _left_out({"street": STREET, "a": often, "b": often}) == {"left.b:copy"}
    few = ["M", "F"] * 8
    assert _left_out({"sex": few, "same": few}) == set()


def test_columns_of_two_tables_are_copies_only_if_both_tables_copied_them() -> None:
    other = STREET[1:] + STREET[:1]
    both = _left_out({"street": STREET, "b": STREET}, {"street": other, "b": other})
    assert both == {"left.b:copy", "right.b:copy"}
    assert _left_out({"street": STREET, "b": STREET}, {"street": STREET, "b": other}) == set()


def test_what_the_user_named_stays() -> None:
    told = _left_out({"name": STREET, "b": STREET}, also=("b",))
    assert told == {"left.name:copy"}


def test_columns_that_the_user_did_not_name_are_called_that() -> None:
    table = {"road": STREET, "seats": [f"{k % 90}" for k in range(N)]}
    assert _left_out(table, also=("road",)) == {"left.seats:not_named"}
    both = _left_out(table, table, also=("road",))
    assert both == {"left.seats:not_named", "right.seats:not_named"}


def test_column_names_in_another_script_are_names() -> None:
    # Both hold the same numbers: by what they hold each would be paired with the other.
    numbers = [f"{k % 90}" for k in range(N)]
    table = {"рост": numbers, "вес": numbers[50:] + numbers[:50], "имя": STREET}
    for other in (None, {name: table[name] for name in ("имя", "вес", "рост")}):
        right = None if other is None else pl.DataFrame(other)
        told = choose(pl.DataFrame(table), right, ({}, {}), ())
        assert [(f.left, f.right, f.why) for f in told.fields] == [
            ((name,), (name,), "name") for name in table
        ]


def test_words_in_another_order_are_told_once() -> None:
    turned = [" ".join(reversed(s.split())) for s in STREET]
    assert _left_out({"street": STREET, "turned": turned}) == {"left.turned:repeats"}


def test_of_too_many_columns_those_that_tell_most_stay_in_their_order() -> None:
    noise = {f"f{k}": [LOT.choice("abcde") for _ in range(N)] for k in range(25)}
    seldom = [s if k % 50 == 0 else None for k, s in enumerate(STREET)]
    names = [f"{LOT.choice('abcdefgh')}ni {LOT.choice('klmnop')}udi" for _ in range(N)]
    sex = [LOT.choice("MF") for _ in range(N)]
    table = {"seldom": seldom, **noise, "road": STREET, "who": names, "sex": sex}
    told = choose(pl.DataFrame(table), None, ({}, {}), ())
    compared = [f.left[0] for f in told.fields]
    assert len(compared) == 20
    assert compared[0] == "sex"
    assert compared[-2:] == ["road", "who"]
    assert compared[1:-2] == [f for f in noise if f in compared]
    left_out = {i.column: i.why for i in told.ignored}
    assert left_out["seldom"] == "too_many"
    assert set(left_out.values()) == {"too_many"}


def test_too_many_columns_leave_what_the_user_named() -> None:
    codes = {f"k{k}": [f"{LOT.randint(100, 999)}x" for _ in range(N)] for k in range(25)}
    table = {"sex": [LOT.choice("MF") for _ in range(N)], "born": _days(), **codes}
    told = choose(pl.DataFrame(table), None, ({}, {}), [(c, c) for c in codes])
    assert {f.why for f in told.fields} == {"told"}
    assert len(told.fields) == 20
    assert {i.column for i in told.ignored} >= {"sex", "born"}
