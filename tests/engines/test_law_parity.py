"""The same rule on int, Polars and DuckDB gives the same rupiah, for bills and for benefits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.columns import MISSING, Sql, plain, sql
from cakup.law import columns as bills
from cakup.law.benefits import care, jht, jkk, jkm, jkp, jp, scholarship
from cakup.law.catalogue import built_in
from cakup.law.contributions.jp import hari_usia_pensiun, usia_lewat_pada, wajib_jp_lahir
from cakup.law.dues import fines, settlement
from cakup.law.frames import bill_sql, price_frame
from cakup.law.terms import Terms, TermsOver
from rounds import examples

MONEY = st.one_of(st.none(), st.integers(-3, 3), st.integers(0, 30_000_000), st.integers(0, 10**12))
MONTHS = st.one_of(st.none(), st.integers(0, 400))
FLAG = st.one_of(st.none(), st.booleans())
CLASS = st.one_of(st.none(), st.integers(0, 7))
DAYS = [date(2013, 5, 1), date(2016, 3, 1), date(2020, 9, 1), date(2025, 2, 7), date(2026, 4, 1)]
PAYERS = ["mandiri", "apbd_kabkota", "csr", None]
SECTORS = ["other", "transport", None]

#: Name → rule over (a money, b money, n months, f flag, k class) on one day.
BODIES: dict[str, Callable[..., Any]] = {
    "pu": lambda a, b, n, f, k, t: bills.wage_earner(
        t, a, k, labour_intensive=f, paid_wage=b, age=n, jp_registered=f, citizen=f
    ),
    "bpu": lambda a, b, n, f, k, t: bills.non_wage_earner(t, a, jht=f),
    "jakon": lambda a, b, n, f, k, t: bills.construction_by_wage(t, a),
    "contract": lambda a, b, n, f, k, t: bills.construction_by_contract(t, a * 100),
    "magang": lambda a, b, n, f, k, t: bills.apprentice(t, a),
    "pmi": lambda a, b, n, f, k, t: bills.migrant(t, n, individual=f),
    "benefits": lambda a, b, n, f, k, t: {
        "stmb": jkk.stmb(a, bulan_months=n, t=t),
        "death": jkk.santunan_kematian_kerja(a, t=t),
        "disabled": jkk.santunan_cacat_total(a, t=t),
        "thumb": jkk.santunan_cacat_sebagian(
            a, bagian="ibu_jari_tangan_kanan", kehilangan_per_100=k, t=t
        ),
        "jkm": jkm.santunan_sekaligus_jkm(menunggu=f, t=t),
        "aid": care.alat_bantu(a, t=t),
    },
    "later": lambda a, b, n, f, k, t: {
        "transport": care.penggantian_angkutan(a, angkutan=("darat", "udara"), t=t),
        "school": scholarship.beasiswa_jenjang(n, jenjang="pt", t=t),
        "jht": jht.jht_sebagian(a, untuk="perumahan", t=t),
        "pension": jp.dalam_batas(jp.formula_pensiun(a, masa_iur_months=n, t=t), t=t),
        "deemed": jp.masa_iur_dianggap(n, sejak_daftar_months=k, t=t),
        "jkp": jkp.uang_tunai_jkp(a, b, bulan_months=n, t=t),
        "fine": fines.denda_pu(a, terlambat_months=k, t=t),
        "to_pay": settlement.yang_dibayar(a, saldo_rp=b, t=t),
    },
}
#: First day on which every rule of a body is in force.
SINCE = {
    "pu": date(2012, 4, 23), "bpu": date(2015, 7, 1), "jakon": date(2015, 7, 1),
    "contract": date(2015, 7, 1), "magang": date(2015, 7, 1), "pmi": date(2023, 2, 22),
    "benefits": date(2015, 7, 1), "later": date(2021, 2, 2),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(threads=1) as made:
        yield made


def _frame(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    schema = {"i": pl.Int64, "a": pl.Int64, "b": pl.Int64, "n": pl.Int64, "f": pl.Boolean,
              "k": pl.Int64}  # fmt: skip
    return pl.DataFrame([(i, *r) for i, r in enumerate(rows)], schema=schema, orient="row")


def _results(columns: dict[str, Any], frame: pl.DataFrame) -> pl.DataFrame:
    made = {
        k: (v if isinstance(v, pl.Expr) else pl.lit(plain(v))).cast(pl.Int64)
        for k, v in columns.items()
    }
    return frame.with_columns(**made).select(list(made))


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("name", BODIES)
# A row is an example: planning the SQL of a body takes far longer than computing a row.
@settings(max_examples=examples(5, least=2), deadline=None)
@given(rows=st.lists(st.tuples(MONEY, MONEY, MONTHS, FLAG, CLASS), min_size=12, max_size=24))
def test_three_engines_agree(
    name: str, day: date, engine: DuckEngine, rows: list[tuple[Any, ...]]
) -> None:
    if day < SINCE[name]:
        return
    body, terms = BODIES[name], Terms(day, built_in(), allow_unconfirmed=True)
    scalar = [
        {k: plain(v) for k, v in body(*[MISSING if x is None else x for x in row], terms).items()}
        for row in rows
    ]
    frame = _frame(rows)
    columns = body(*[pl.col(c) for c in "abnfk"], terms)
    assert _results(columns, frame).to_dicts() == scalar
    engine.register("t", frame)
    texts = body(*[Sql(c) for c in "abnfk"], terms)
    select = ", ".join(f"({sql(v)})::BIGINT AS {k}" for k, v in texts.items())
    assert engine.frame(f"SELECT {select} FROM t ORDER BY i").to_dicts() == scalar


def _bpu_rows() -> pl.DataFrame:
    rows = [
        (date(y, m, 1), payer, sector, base)
        for y in (2015, 2020, 2026, 2027) for m in range(1, 13)
        for payer in PAYERS for sector in SECTORS for base in (1_000_000, 999_999, None)
    ]  # fmt: skip
    schema = {"m": pl.Date, "payer": pl.String, "sector": pl.String, "base": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index("i")


@pytest.mark.slow
def test_bpu_over_months_payers_and_sectors(engine: DuckEngine) -> None:
    """The column of months gives for each row what the single month gives."""
    frame = _bpu_rows()
    inputs = {"base": "base", "payer": "payer", "sector": "sector"}
    priced = price_frame(frame, "bpu", inputs, catalogue=built_in(), month="m")
    for row in priced.frame.iter_rows(named=True):
        terms = Terms(row["m"], built_in())
        known = {k: MISSING if row[k] is None else row[k] for k in inputs}
        if row["m"] < date(2015, 7, 1):
            assert row["total"] is None
            continue
        made = bills.non_wage_earner(
            terms, known["base"], payer=known["payer"], sector=known["sector"]
        )
        single = {k: plain(v) for k, v in made.items()}
        assert {k: row[k] for k in single} == single, row
    assert priced.missing["base_missing"] == frame["base"].null_count()
    engine.register("rows", frame)
    first, last = frame["m"].min(), frame["m"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    texts = bill_sql("bpu", inputs, catalogue=built_in(), month="m", first=first, last=last)
    select = ", ".join(f"({text})::BIGINT AS {name}" for name, text in texts.items())
    found = engine.frame(f"SELECT {select} FROM rows ORDER BY i")
    assert found.equals(priced.frame.select(list(texts)))


@pytest.mark.slow
def test_wage_earners_over_all_months() -> None:
    """Dated ceilings, reliefs and ages by month equal the single days, row by row."""
    months = [date(y, m, 15) for y in range(2012, 2029) for m in range(1, 13)]
    frame = pl.DataFrame({
        "m": months, "wage": [9_000_000 + 37 * i for i in range(len(months))],
        "risk": [i % 5 + 1 for i in range(len(months))],
        "born": [date(1966, 1 + i % 12, 9) for i in range(len(months))],
    })  # fmt: skip
    inputs = {"wage": "wage", "risk_group": "risk", "born": "born"}
    priced = price_frame(frame, "pu", inputs, catalogue=built_in(), month="m")
    for row in priced.frame.iter_rows(named=True):
        if row["m"] < date(2012, 4, 23):
            assert row["jkk"] is None
            continue
        terms = Terms(row["m"], built_in())
        single = bills.wage_earner(
            terms, row["wage"], row["risk"], born=row["born"], month=row["m"]
        )
        assert {k: row[k] for k in single if k not in ("worker_total", "employer_total")} == {
            k: plain(v) for k, v in single.items() if k not in ("worker_total", "employer_total")
        }, row
    assert priced.missing == {"month_before_the_law": 4}


def test_terms_over_months_refuse_what_a_single_day_refuses() -> None:
    """A floor from memory gives missing rows where it decides, and only there."""
    frame = pl.DataFrame({"d": [date(2014, 1, 1), date(2017, 1, 1), date(2020, 1, 1)] * 2,
                          "w": [100_000] * 3 + [4_000_000] * 3})  # fmt: skip
    terms = TermsOver(pl.col("d"), date(2014, 1, 1), date(2020, 1, 1), built_in())
    found = frame.select(x=jkk.santunan_kematian_kerja(pl.col("w"), t=terms))["x"].to_list()
    assert found == [14_200_000, None, 20_000_000, 192_000_000, 192_000_000, 192_000_000]


BIRTHS = st.dates(date(1950, 1, 1), date(2005, 12, 31))


@settings(max_examples=examples(8, least=2), deadline=None)
@given(
    births=st.lists(BIRTHS, min_size=20, max_size=60),
    day=st.dates(date(2015, 7, 1), date(2045, 12, 31)),
)
def test_ages_and_pension_by_month_end_agree(
    engine: DuckEngine, births: list[date], day: date
) -> None:
    births = [*births, date(1966, 2, 28), date(1964, 2, 29), date(1968, 2, 29), date(2000, 2, 29)]
    terms, frame = Terms(day, built_in()), pl.DataFrame({"born": births, "day": day})
    ages = [usia_lewat_pada(born, day) for born in births]
    reached = [hari_usia_pensiun(born, built_in())[0] for born in births]
    due = [(day.year, day.month) < (r.year, r.month) for r in reached]
    assert [bills.age_by_month_end(born, day) for born in births] == ages
    assert [wajib_jp_lahir(born, day, t=terms) for born in births] == due
    found = frame.select(
        age=bills.age_by_month_end(pl.col("born"), pl.col("day")),
        due=wajib_jp_lahir(pl.col("born"), pl.col("day"), t=terms),
    )
    assert (found["age"].to_list(), found["due"].to_list()) == (ages, due)
    engine.register("ages", frame.with_row_index("i"))
    age = sql(bills.age_by_month_end(Sql("born"), Sql("day")))
    is_due = sql(wajib_jp_lahir(Sql("born"), Sql("day"), t=terms))
    texts = engine.frame(f"SELECT {age} AS age, {is_due} AS due FROM ages ORDER BY i")
    assert (texts["age"].to_list(), texts["due"].to_list()) == (ages, due)
