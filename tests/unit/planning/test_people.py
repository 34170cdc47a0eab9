"""Order, draw, families, strata and names: interchangeable persons, one place per NIK."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from cakup.law.catalogue import built_in
from cakup.planning.compute import BaseCover, compute, schedule
from cakup.planning.criteria.evaluate import evaluate
from cakup.planning.criteria.ruleset import RuleSet, read_ruleset
from cakup.planning.people import Ranked, drawn, ranked, strata
from cakup.planning.settings import PlanSettings, Purse
from plan_frames import frame, person

AS_OF = date(2026, 10, 31)
RULES = """[criteria]
id = "uji"
title = "Uji"
instrument = "Perwali 1/2027"
region = "12.75"
source = "uji"
status = "confirmed"
order = ["kept", "desil", "umur", "tanggungan"]

[[rule]]
id = "umur"
kind = "age"
min_years = 18
max_years = 64
"""


def rules(tmp_path: Path, more: str = "") -> RuleSet:
    path = tmp_path / "uji.toml"
    path.write_text(RULES + more, encoding="utf-8")
    return read_ruleset(path)


def purse(rp: int, **more: object) -> Purse:
    held = {"id": "apbd", "payer": "apbd_kabkota", "pagu_rp": rp, "first": date(2027, 1, 1),
            "last": date(2027, 12, 1)}  # fmt: skip
    return Purse(**{**held, **more})  # type: ignore[arg-type]


def plan(*purses: Purse, seed: int = 7, **more: object) -> PlanSettings:
    return PlanSettings(
        2027,
        AS_OF,
        seed,
        "uji",
        ("keep", "target", "poorest"),
        purses=purses,
        **more,  # type: ignore[arg-type]
    )


def order(tmp_path: Path, people: list[dict[str, object]], seed: int = 7, more: str = "") -> Ranked:
    held = rules(tmp_path, more)
    told = evaluate(held, frame(*people), 2027, AS_OF)
    return ranked(told, held, plan(purse(0), seed=seed), pl.lit(1))


def ids(held: Ranked) -> list[str]:
    return held.frame.get_column("person_id").to_list()


def test_the_order_is_that_of_the_rule_set(tmp_path: Path) -> None:
    people = [
        person("tua", tanggal_lahir=date(1970, 1, 1)),
        person("muda", tanggal_lahir=date(2000, 1, 1)),
        person("miskin", desil=1), person("lama", desil=4, is_kept=True),
        person("berkeluarga", n_family=3), person("entah", desil=None),
    ]  # fmt: skip
    assert ids(order(tmp_path, people)) == [
        "lama", "miskin", "tua", "berkeluarga", "muda", "entah",
    ]  # fmt: skip


def test_the_draw_decides_ties_only_and_depends_on_seed_and_person_only(tmp_path: Path) -> None:
    people = [person(f"p{n}") for n in range(8)] + [person("awal", desil=1)]
    first = order(tmp_path, people)
    assert ids(first)[0] == "awal"
    assert first.n_drawn == 8
    assert ids(order(tmp_path, people[::-1])) == ids(first)
    orders = {tuple(ids(order(tmp_path, people, seed=s))) for s in range(5)}
    assert len(orders) > 1
    assert all(o[0] == "awal" for o in orders)
    assert drawn(["a", "b"], 1) == drawn(["b", "a"], 1)[::-1]


def test_one_place_per_nik_and_per_family_card(tmp_path: Path) -> None:
    people = [
        person("a", nik="N1"), person("b", nik="N1", desil=1), person("c", nkk="K9"),
        person("d", nkk="K9", desil=1), person("e", nkk=None), person("f", nkk=None),
    ]  # fmt: skip
    held = order(tmp_path, people)
    assert "b" in ids(held)
    assert held.not_first.to_list() == ["a"]
    family = '[[rule]]\nid = "kk"\nkind = "one_per_family"\nunknown = "check"\n'
    held = order(tmp_path, people, more=family)
    assert sorted(ids(held)) == ["b", "d", "e", "f"]
    assert sorted(held.not_first.to_list()) == ["a", "c"]
    assert held.unknown_family == 2
    strict = family.replace("check", "out")
    assert sorted(ids(order(tmp_path, people, more=strict))) == ["b", "d"]


def test_strata_keep_everybody_and_the_pagu_stage_its_share(tmp_path: Path) -> None:
    people = [person(f"p{n}", desil=n % 5 + 1, kode=f"12.75.01.100{n % 3}") for n in range(97)]
    held = order(tmp_path, people)
    assert sum(s.persons for s in strata(held.frame, 1)) == 97
    assert sum(s.persons for s in strata(held.frame, 1, 0.45)) == int(97 * 0.45)


def test_places_go_to_persons_in_their_order_without_gaps_and_pagu_holds(tmp_path: Path) -> None:
    people = [person(f"p{n:02}", desil=n % 4 + 1) for n in range(20)]
    people += [person("tua", desil=1, tanggal_lahir=date(1962, 6, 15))]
    held = rules(tmp_path)
    told = evaluate(held, frame(*people), 2027, AS_OF)
    money = purse(16_800 * 100)
    base = BaseCover((0,) * 12, 100)
    outcome = compute(told, held, plan(money), base, None, built_in())
    months = schedule(outcome)
    assert months["rupiah"].sum() <= money.pagu_rp
    assert not months.select("person_id", "bulan").is_duplicated().any()
    spans = months.group_by("person_id").agg(
        n=pl.len(), first=pl.col("bulan").min(), last=pl.col("bulan").max()
    )
    ends = spans.with_columns(end=pl.when(pl.col("person_id") == "tua").then(date(2027, 6, 1))
                              .otherwise(date(2027, 12, 1)))  # fmt: skip
    assert (ends["last"] == ends["end"]).all()  # to December, or to the age limit
    length = (spans["last"].dt.month() - spans["first"].dt.month() + 1).cast(pl.UInt32)
    assert (length == spans["n"]).all()
    chosen = outcome.names.join(told.frame.select("person_id", "desil"), on="person_id")
    for one in range(1, 5):
        here = chosen.filter(pl.col("desil") == one).sort("rank")
        waiting = outcome.ranked.frame.filter(
            (pl.col("desil") == one) & ~pl.col("person_id").is_in(here["person_id"].to_list())
            & (pl.col("person_id") != "tua")
        )  # fmt: skip
        if here.height and waiting.height:
            inside = here.filter(pl.col("person_id") != "tua")["rank"].max()
            assert inside is None or int(inside) < int(waiting["rank"].min())  # type: ignore[arg-type]


def test_last_years_people_come_first(tmp_path: Path) -> None:
    people = [person(f"baru{n}", desil=1) for n in range(10)]
    people += [person(f"lama{n}", desil=5, is_kept=True) for n in range(3)]
    held = rules(tmp_path)
    told = evaluate(held, frame(*people), 2027, AS_OF)
    outcome = compute(told, held, plan(purse(16_800 * 36)), BaseCover((0,) * 12, 100), None,
                      built_in())  # fmt: skip
    assert set(outcome.names["person_id"]) == {"lama0", "lama1", "lama2"}
    assert int(np.sum(outcome.by_month())) == 36
