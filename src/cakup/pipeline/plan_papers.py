"""What the papers of a plan are made of, read back from the plan's own tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cakup.documents.plan.facts import PlanFacts, PurseFacts
from cakup.documents.plan.office import Office
from cakup.documents.plan.tables import BLOCKS, bills, priced, rupiah, spans
from cakup.kernel.errors import EngineError, UsageError
from cakup.pipeline.plan_inputs import PlanInputs
from cakup.pipeline.plan_marks import mark_words
from cakup.pipeline.workspace import Workspace
from cakup.planning.claims import Expected, expected
from cakup.planning.purses import TRANSPORT_GROUPS
from cakup.planning.settings import PlanSettings

#: Mark of the life tables behind expected deaths.
DEATHS = "risiko.kematian"


@dataclass(frozen=True)
class Written:
    """A plan as it stands in its folder.

    Args:
        folder: The folder.
        summary: ``summary.json``.
        months: ``persons.parquet``.
    """

    folder: Path
    summary: dict[str, Any]
    months: pl.DataFrame


def find_plan(workspace: Workspace, plan_id: str | None, stage: str = "nama") -> Written:
    """Return a plan, the latest of a stage if none is named.

    Raises:
        UsageError: ``plan.unknown``.
    """
    root = workspace.root / "plans"
    held = sorted(p.parent.name for p in root.glob("*/summary.json"))
    if plan_id is None:
        current = root / "current.json"
        named = json.loads(current.read_text(encoding="utf-8")) if current.exists() else {}
        plan_id = named.get(stage, "")
    if plan_id not in held:
        raise UsageError("plan.unknown", id=(plan_id or stage)[:60], near=", ".join(held) or "–")
    folder = root / plan_id
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return Written(folder, summary, pl.read_parquet(folder / "persons.parquet"))


def facts_of(
    written: Written, inputs: PlanInputs, office: Office, settings: PlanSettings, *, is_final: bool
) -> PlanFacts:
    """Return the facts of a plan's papers.

    Args:
        written: The plan.
        inputs: What it stands on, gathered anew; persons and rules must be those of the plan.
        office: Letterhead and the like.
        settings: ``plan.toml`` as it stands, for decrees, offices and accounts.
        is_final: FINAL instead of KONSEP.

    Raises:
        UsageError: ``plan.documents.outdated`` if the lists changed since the plan was made.
    """
    summary = written.summary
    people = _people(written, inputs)
    blocks = _blocks(written, people)
    made = _priced(written, inputs, blocks)
    hoped = _expected(written, inputs)
    marks = _marks(summary, people, hoped)
    paying = set(blocks.get_column("purse"))
    return PlanFacts(
        summary["place_name"], summary, office,
        tuple(p for p in _purses(summary, settings) if p.id in paying), people, blocks, bills(made),
        spans(made), hoped.as_json(), marks, is_final,
        mark_words(inputs, marks),
    )  # fmt: skip


def changed_facts(
    written: Written, inputs: PlanInputs, settings: PlanSettings, facts: PlanFacts
) -> PlanFacts:
    """Return the facts of a plan's year as a change of the budget makes it.

    Args:
        written: The plan with the scenario as its only one and the months of the changed year.
        inputs: What it stands on.
        settings: ``plan.toml`` as it stands.
        facts: The plan as it was.
    """
    people = _people(written, inputs)
    blocks = _blocks(written, people)
    made = _priced(written, inputs, blocks)
    paying = set(blocks.get_column("purse"))
    return replace(
        facts, summary=written.summary, people=people, blocks=blocks, bills=bills(made),
        spans=spans(made),
        purses=tuple(p for p in _purses(written.summary, settings) if p.id in paying),
    )  # fmt: skip


def _marks(
    summary: Mapping[str, Any], people: pl.DataFrame, hoped: Expected
) -> tuple[str, ...]:  # fmt: skip
    """Return the marks of the plan, of the expected deaths that papers print, and of the list."""
    marks = list(summary["unconfirmed"])
    if any(key.startswith(f"{DEATHS}.") for key in hoped.unconfirmed):
        marks.append(DEATHS)
    if people.height and bool(people.get_column("to_check").any()):
        marks.append("daftar.perlu_diverifikasi")
    return tuple(marks)


def _purses(summary: Mapping[str, Any], settings: PlanSettings) -> tuple[PurseFacts, ...]:
    held = {p.id: p for p in settings.purses}
    return tuple(
        PurseFacts(
            p["id"], p["payer"], held[p["id"]].sk, held[p["id"]].opd, p["is_public"],
            held[p["id"]].account, p["pagu_rp"], held[p["id"]].certainty,
        )
        for p in summary["scenarios"][0]["purses"]
    )  # fmt: skip


def _people(written: Written, inputs: PlanInputs) -> pl.DataFrame:
    """Return one row per person and purse with name, place and months."""
    grouped = written.months.group_by("person_id", "purse").agg(
        first=pl.col("bulan").min(), last=pl.col("bulan").max(), months=pl.len().cast(pl.Int64),
        rupiah=pl.col("rupiah").sum(), rank=pl.col("rank").first(),
    )  # fmt: skip
    codes = inputs.frame.get_column("kode").drop_nulls().unique().to_list()
    named, places = inputs.places.named(codes), inputs.places
    parents = {k: (a.nama if (a := places.get(k.rpartition(".")[0])) else "") for k in codes}
    identity = inputs.told.frame.select(
        "person_id", "nama", "nik", "tempat_lahir", "tanggal_lahir", "jenis_kelamin", "alamat",
        "rt", "rw", "lingkungan", "pekerjaan", "desil", "telepon", "proposers",
        "is_kept", "to_check",
        sector=_sector(), kode=pl.col("kode").fill_null(""),
        kelurahan=pl.col("kode").replace_strict(named, default="", return_dtype=pl.String),
        kecamatan=pl.col("kode").replace_strict(parents, default="", return_dtype=pl.String),
    )  # fmt: skip
    people = grouped.join(identity, on="person_id", how="left").sort("rank", "first")
    if people.get_column("sector").null_count():
        raise UsageError("plan.documents.outdated", id=written.summary["id"])
    return people


def _sector() -> pl.Expr:
    held = pl.col("groups").list.eval(pl.element().is_in(list(TRANSPORT_GROUPS))).list.any()
    return pl.when(held.fill_null(False)).then(pl.lit("transport")).otherwise(pl.lit("other"))


def _blocks(written: Written, people: pl.DataFrame) -> pl.DataFrame:
    """Return persons by purse, sector and months; the stage by numbers has them in the plan."""
    if people.height:
        months = pl.col("last").dt.month() - pl.col("first").dt.month() + 1
        if people.filter(months != pl.col("months")).height:
            raise EngineError("plan.documents.do_not_add", document="bulan")
        return (
            people.group_by(
                "purse", "sector", first=pl.col("first").dt.month().cast(pl.Int64),
                last=pl.col("last").dt.month().cast(pl.Int64),
            ).agg(persons=pl.len().cast(pl.Int64)).sort("purse", "sector", "first", "last")
        )  # fmt: skip
    return pl.DataFrame(written.summary["blocks"], schema=BLOCKS)


def _priced(written: Written, inputs: PlanInputs, blocks: pl.DataFrame) -> pl.DataFrame:
    """Return one row per block, month and programme with its price.

    Raises:
        UsageError: ``plan.documents.outdated`` if the prices are no longer those of the plan.
    """
    made = priced(blocks, written.summary["settings"], inputs.catalogue)
    if rupiah(made) != int(written.summary["scenarios"][0]["rupiah_total"]):
        raise UsageError("plan.documents.outdated", id=written.summary["id"])
    return made


def _expected(written: Written, inputs: PlanInputs) -> Expected:
    """Return what is to be expected of the people of the plan.

    Months of full death cover are those of the plan, spread over its months. In the stage by
    numbers nobody is named yet: the months are spread over all who meet the rules.
    """
    base = written.summary["scenarios"][0]
    frame = inputs.told.frame.select("person_id", "tanggal_lahir", "jenis_kelamin", "is_in")
    if written.months.height:
        months = written.months.group_by("person_id").agg(n=pl.len().cast(pl.Float64))
        held = months.join(frame, on="person_id")
    else:
        inside = frame.filter("is_in")
        each = int(base["person_months"]) / max(inside.height, 1)
        held = inside.with_columns(n=pl.lit(each))
    held = held.sort("person_id")
    day = date(written.summary["year"], 1, 1)
    ages = ((pl.lit(day) - pl.col("tanggal_lahir")).dt.total_days() / 365.25).fill_null(40.0)
    n = held.get_column("n").to_numpy()
    full = n * (base["full_jkm_months"] / max(base["person_months"], 1))
    is_male = (held.get_column("jenis_kelamin") == "L").fill_null(True).to_numpy()
    years = held.select(ages.alias("age")).get_column("age").to_numpy()
    return expected(years, is_male, n, full, day, inputs.catalogue)
