"""Who is covered on the day of the data, and whom the plan covers: rows of a forecast."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.months import months_between
from cakup.kernel.schemas import AID_PAYERS
from cakup.pipeline.basis import Basis
from cakup.pipeline.plan_base import group_sql
from cakup.planning.criteria.occupations import groups, groups_of
from cakup.planning.forecast.people import AID, FIRM, OWN, People
from cakup.planning.purses import TRANSPORT_GROUPS

GROUPS = {"firm": FIRM, "own": OWN, "aid": AID}
#: Age of persons whose date of birth nobody knows.
MIDDLE_AGE_MONTHS = 40 * 12


def covered(engine: DuckEngine, basis: Basis) -> pl.DataFrame:
    """Return the persons active on the day of the data who count for the city.

    Args:
        engine: Engine in which the basis was prepared.
        basis: The basis.

    Returns:
        ``person_id, kind, payers, tanggal_lahir, jenis_kelamin, pekerjaan, aid_until, aid_payer,
        is_full`` ordered by person; ``aid_until`` counts months after the day.
    """
    aid = ", ".join(f"'{p}'" for p in AID_PAYERS)
    day = f"DATE '{basis.as_of.isoformat()}'"
    inside = f"(p.kode_wilayah_ktp = '{basis.place}' OR starts_with(p.kode_wilayah_ktp, '{basis.place}.'))"  # noqa: E501
    return engine.frame(f"""
        WITH paid AS (
          SELECT person_id, max(datediff('month', {day}, bulan)) AS aid_until,
            arg_max(payer, (bulan, payer)) AS aid_payer
          FROM ledger WHERE payer IN ({aid}) AND bulan > {day} - INTERVAL 1 MONTH
          GROUP BY person_id)
        SELECT p.person_id, {group_sql()} AS kind, s.payers, q.tanggal_lahir, p.jenis_kelamin,
          p.pekerjaan, greatest(coalesce(a.aid_until, 0), 0)::BIGINT AS aid_until, a.aid_payer,
          coalesce(s.is_jkm_full, false) AS is_full
        FROM people p JOIN status s USING (person_id) JOIN persons q USING (person_id)
        LEFT JOIN paid a USING (person_id)
        WHERE s.is_active AND {inside} ORDER BY p.person_id""")


def planned(folder: Path, as_of: date) -> pl.DataFrame:
    """Return first and last month of every person of a plan, counted from the day of the data.

    Args:
        folder: Folder of the plan.
        as_of: Day of the data.
    """
    months = pl.read_parquet(folder / "persons.parquet")
    spans = months.group_by("person_id").agg(
        first=pl.col("bulan").min(), last=pl.col("bulan").max()
    )
    return spans.select(
        "person_id",
        plan_first=_months(pl.col("first"), as_of), plan_last=_months(pl.col("last"), as_of),
    ).sort("person_id")  # fmt: skip


def _months(day: pl.Expr, as_of: date) -> pl.Expr:
    return ((day.dt.year() - as_of.year) * 12 + day.dt.month() - as_of.month).cast(pl.Int64)


def gathered(
    active: pl.DataFrame, plan: pl.DataFrame, facts: pl.DataFrame, as_of: date
) -> tuple[pl.DataFrame, People]:
    """Return the rows of a forecast, covered persons and persons of the plan together.

    Args:
        active: As ``covered``.
        plan: As ``planned``.
        facts: Birth and sex of the candidates: ``person_id, tanggal_lahir, jenis_kelamin``.
        as_of: Day of the data.
    """
    new = plan.join(active, on="person_id", how="anti").join(facts, on="person_id", how="left")
    rows = pl.concat(
        [active.join(plan, on="person_id", how="left"), new], how="diagonal"
    ).sort("person_id")  # fmt: skip
    born = pl.col("tanggal_lahir")
    months = (as_of.year - born.dt.year()) * 12 + as_of.month - born.dt.month().cast(pl.Int32)
    age = (months - (born.dt.day() > as_of.day).cast(pl.Int32)).fill_null(MIDDLE_AGE_MONTHS)
    rows = rows.with_columns(
        age_months=age.clip(0, 1_300).cast(pl.Int64),
        group=pl.col("kind").replace_strict(GROUPS, default=-1, return_dtype=pl.Int64),
        **{n: pl.col(n).fill_null(0) for n in ("aid_until", "plan_first", "plan_last")},
        is_full=pl.col("is_full").fill_null(False),
    )
    even = np.arange(rows.height) % 2 == 0
    male = rows.select(
        pl.when(pl.col("jenis_kelamin").is_null()).then(None)
        .otherwise(pl.col("jenis_kelamin") == "L")
    ).to_series()  # fmt: skip
    known = male.is_not_null().to_numpy()
    is_male = np.where(known, male.fill_null(False).to_numpy(), even)
    held = {n: rows.get_column(n).to_numpy().astype(np.int64) for n in
            ("age_months", "group", "aid_until", "plan_first", "plan_last")}  # fmt: skip
    return rows, People(is_male=is_male, is_full=rows.get_column("is_full").to_numpy(), **held)


def in_transport(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with ``sector``: transport by occupation, else other."""
    found = groups_of(frame.get_column("pekerjaan").unique(), groups())
    ride = [text for text, names in found.items() if set(names) & set(TRANSPORT_GROUPS)]
    return frame.with_columns(
        sector=pl.when(pl.col("pekerjaan").is_in(ride)).then(pl.lit("transport"))
        .otherwise(pl.lit("other"))
    )  # fmt: skip


def first_of_plan(year: int, as_of: date) -> int:
    """Return the month of a plan year's January, counted from the day of the data."""
    return months_between(as_of, date(year, 1, 1))
