"""Purses: prices asked of the law, whom each may pay, from which month."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cakup.kernel.errors import InputError
from cakup.law.catalogue import built_in
from cakup.planning.criteria.occupations import groups, groups_of
from cakup.planning.prices import Tariff, months_of
from cakup.planning.purses import eligible_expr, pots, refuse_empty, spoken
from cakup.planning.settings import PlanSettings, Purse
from plan_frames import frame, person

YEAR = [date(2026, m, 1) for m in range(1, 13)]


def purse(payer: str = "apbd_kabkota", **more: object) -> Purse:
    held = {"id": "d", "payer": payer, "pagu_rp": 1_000_000, "first": date(2027, 1, 1),
            "last": date(2027, 12, 1)}  # fmt: skip
    return Purse(**{**held, **more})  # type: ignore[arg-type]


def settings(*purses: Purse, **more: object) -> PlanSettings:
    return PlanSettings(2027, date(2026, 10, 31), 1, "uji", (), purses=purses, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("payer", "sector", "programmes", "expected"),
    [
        # PP 50/2025 excludes iuran paid from APBD; it halves what self-payers owe.
        ("apbd_kabkota", "other", ("jkk", "jkm"), [16_800] * 12),
        ("dbh_sawit", "other", ("jkk", "jkm"), [16_800] * 12),
        ("apbd_kabkota", "transport", ("jkk", "jkm"), [16_800] * 12),
        ("mandiri", "other", ("jkk", "jkm"), [16_800] * 3 + [8_400] * 9),
        ("mandiri", "transport", ("jkk", "jkm"), [8_400] * 12),
        ("apbd_kabkota", "other", ("jkk", "jkm", "jht"), [36_800] * 12),
    ],
)
def test_prices_of_2026(
    payer: str, sector: str, programmes: tuple[str, ...], expected: list[int]
) -> None:
    told = Tariff(payer, sector, programmes, built_in()).over(YEAR)
    assert [p.total_rp for p in told] == expected


def test_the_price_doubles_when_the_discount_ends() -> None:
    months = months_of(date(2026, 12, 1), date(2027, 4, 1))
    other = Tariff("mandiri", "other", ("jkk", "jkm"), built_in()).over(months)
    transport = Tariff("mandiri", "transport", ("jkk", "jkm"), built_in()).over(months)
    assert [p.total_rp for p in other] == [8_400, 16_800, 16_800, 16_800, 16_800]
    assert [p.total_rp for p in transport] == [8_400, 8_400, 8_400, 8_400, 16_800]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({}, ["A", "B", "C"]), ({"eligible": "semua"}, ["A", "B", "C"]),
        ({"eligible": "petani"}, ["B"]), ({"eligible": {"desil_max": 1}}, ["C"]),
        ({"eligible": {"kode_wilayah": "12.75.02"}}, ["C"]),
        ({"eligible": {"kept": True}}, ["B"]),
        ({"payer": "dbh_sawit"}, []), ({"payer": "apbd_provinsi"}, ["C"]),
    ],
)  # fmt: skip
def test_whom_a_purse_may_pay(given: dict[str, object], taken: list[str]) -> None:
    people = frame(
        person("A"), person("B", pekerjaan="Petani", is_kept=True),
        person("C", desil=1, kode="12.75.02.1001", aid_payer="apbd_provinsi"),
    )  # fmt: skip
    found = groups_of(people["pekerjaan"].unique(), groups())
    people = people.with_columns(
        groups=people["pekerjaan"].replace_strict(found, return_dtype=pl.List(pl.String))
    )
    one = purse(**given)
    assert people.filter(eligible_expr(one, groups()))["person_id"].to_list() == taken
    assert spoken(one).id
    assert spoken(one).en


def test_a_purse_without_anybody_is_refused() -> None:
    people = frame(person("A")).with_columns(groups=pl.lit(["becak"]), is_in=pl.lit(True))
    with pytest.raises(InputError) as caught:
        refuse_empty(people, settings(purse(eligible="sawit")), groups(), None)
    assert caught.value.code == "plan.purse.nobody"


def test_money_is_there_from_its_month_only() -> None:
    late = purse(id="apbd-p", first=date(2027, 9, 1))
    sponsor = purse("csr", id="csr", last=date(2027, 2, 1))
    held = settings(purse(), late, sponsor, january="dpa_baru", dpa_ready=date(2027, 3, 1))
    made, prices = pots(held, built_in())
    assert [(p.first, p.last) for p in made] == [(2, 11), (8, 11), (0, 1)]
    assert {p.total_rp for p in prices} == {16_800}
    old = settings(purse(), january="dpa_lama", dpa_ready=date(2027, 3, 1))
    assert pots(old, built_in())[0][0].first == 0
