"""Use case: the next months if nothing is done, if the plan is carried out, if it is carried on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from cakup.documents.forecast.page import page
from cakup.engines.files import make_folder, read_json, whole_file, write_json, write_text
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Lang
from cakup.kernel.months import add_months, first_day
from cakup.kernel.progress import SILENT, Progress
from cakup.law.catalogue import Catalogue
from cakup.pipeline.forecast_names import contacts, write_names
from cakup.pipeline.forecast_people import covered, gathered, in_transport, planned
from cakup.pipeline.plan import plan_path
from cakup.pipeline.plan_inputs import PlanInputs, gather
from cakup.pipeline.workspace import Workspace
from cakup.planning.claims import expected, rates
from cakup.planning.forecast.expected import Course, course, person_months
from cakup.planning.forecast.people import AID, OWN, Exits, People
from cakup.planning.forecast.simulate import HIGH, LOW, Drawn, simulate
from cakup.planning.prices import TWO_PROGRAMMES, Tariff
from cakup.planning.settings import read_plan

PAGE = "perkiraan.html"
PURPOSE = "memperkirakan kepesertaan"
CALL_PURPOSE = "menghubungi peserta yang iurannya naik atau bantuannya berakhir"
HORIZON, RUNS = 36, 200
MOST_MONTHS, MOST_RUNS = 120, 10_000
#: Highest age in months at which a renewed plan still pays, unless the rule set says otherwise.
OLDEST_MONTHS = 64 * 12 + 11
KEEP_MONTHS = 12


@dataclass(frozen=True)
class Request:
    """Which forecast.

    Args:
        plan: ``plan.toml``; None = the one in the workspace.
        months: Months after the day of the data.
        runs: Runs drawn for the intervals.
        seed: Seed of the runs; None = that of the plan.
        wait_seconds: Seconds to wait for the workspace's lock.
        lang: Language of the page.
        names: ``.xlsx`` of whom to call; None = none.
        show_identity: Whether NIKs stand in full in it.
        recipient: Who receives it; recorded.
    """

    plan: str | None = None
    months: int = HORIZON
    runs: int = RUNS
    seed: int | None = None
    wait_seconds: float = 0.0
    lang: Lang = "id"
    names: str | None = None
    show_identity: bool = False
    recipient: str | None = None


@dataclass
class Result:
    """What is to be expected.

    Args:
        folder: Folder with ``perkiraan.html``, ``summary.json`` and ``lapses.parquet``.
        summary: What ``summary.json`` holds.
        lapses: By name: whose cover ends when, and whose own iuran rises when.
    """

    folder: Path
    summary: dict[str, Any]
    lapses: pl.DataFrame = field(default_factory=pl.DataFrame)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Forecast.

    Args:
        request: Which forecast.
        workspace: Workspace with its ledger, and a plan by name if there is to be one.
        progress: Listener.

    Raises:
        UsageError: ``forecast.bad_number``; ``usage.bad_choice`` for names that are no ``.xlsx``.
        InputError: ``plan.…`` for what is wrong in plan or criteria, naming file and line.
    """
    for option, given, most in (("--months", request.months, MOST_MONTHS),
                                ("--runs", request.runs, MOST_RUNS)):  # fmt: skip
        if not 1 <= given <= most:
            raise UsageError("forecast.bad_number", option=option, most=most)
    names = Path(request.names) if request.names else None
    if names is not None and names.suffix.lower() != ".xlsx":
        raise UsageError("usage.bad_choice", option="--names", given=names.suffix, choices=".xlsx")
    settings = read_plan(plan_path(workspace, request.plan))
    seed = settings.seed if request.seed is None else request.seed
    with workspace.engine() as engine:
        inputs = gather(engine, workspace, settings, progress, with_money=False)
        active = covered(engine, inputs.basis)
        known = contacts(engine) if names else pl.DataFrame()
    plan_id = _current(workspace, settings.year)
    folder = workspace.root / "plans" / plan_id if plan_id else None
    spans = planned(folder, settings.as_of) if folder else _no_plan()
    facts = inputs.frame.select("person_id", "tanggal_lahir", "jenis_kelamin")
    rows, people = gathered(active, spans, facts, settings.as_of)
    progress.step("memperkirakan bulan-bulan berikutnya")
    summary = _summary(request, inputs, people, rows, plan_id, seed)
    lapses = _lapses(rows, settings.as_of, inputs.catalogue, request.months)
    summary["lapses"] = _by_month(lapses, "berakhir")
    summary["doubling"] = _by_month(lapses, "iuran_naik")
    with workspace.writing("forecast", request.wait_seconds):
        result = _written(workspace, inputs, summary, lapses, seed, request.lang)
        if names is not None:
            written = write_names(names, lapses, known, inputs.places, request.lang,
                                  show_identity=request.show_identity)  # fmt: skip
            workspace.record_run(
                "forecast_names", {"forecast": result.summary["id"], "out": names.name},
                purpose=CALL_PURPOSE, recipient=request.recipient, rows=written,
                identity_shown=request.show_identity,
            )  # fmt: skip
        return result


def _current(workspace: Workspace, year: int) -> str | None:
    """Return the latest plan by name of a year, None if there is none."""
    path = workspace.root / "plans" / "current.json"
    name = read_json(path).get("nama") if path.exists() else None
    return str(name) if name and str(name).startswith(f"{year}-") else None


def _no_plan() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"person_id": pl.String, "plan_first": pl.Int64, "plan_last": pl.Int64}
    )


def _summary(
    request: Request, inputs: PlanInputs, people: People, rows: pl.DataFrame, plan_id: str | None,
    seed: int,
) -> dict[str, Any]:  # fmt: skip
    """Return the course of every variant with its interval, and the claims to be expected."""
    stay = inputs.standing.stay_year
    day = inputs.basis.as_of
    variants = {"tanpa_rencana": people.without_plan()}
    if plan_id:
        variants["rencana"] = people
        variants["rencana_diteruskan"] = people.carried_on(request.months, OLDEST_MONTHS)
    told = {name: _variant(request, held, stay, inputs, seed) for name, held in variants.items()}
    # The people whom money pays in the widest variant stand behind the mean death rate shown.
    widest = list(told.values())[-1]["claims"]
    return {
        "as_of": day.isoformat(), "place_name": inputs.place_name, "plan": plan_id,
        "months": request.months, "runs": request.runs, "seed": seed,
        "denominator": int(inputs.denominator.value),
        "covered_now": int((rows.get_column("group") >= 0).sum()),
        "stay_year": {k: round(v, 6) for k, v in stay.items()},
        "assumptions": _assumptions(), "variants": told,
        "rates": rates(day, inputs.catalogue, widest["deaths"], widest["person_months"]),
        "unconfirmed": sorted({u for v in told.values() for u in v["claims"]["unconfirmed"]}),
    }  # fmt: skip


def _variant(
    request: Request, people: People, stay: dict[str, float], inputs: PlanInputs, seed: int
) -> dict[str, Any]:
    """Return the months of one variant."""
    day, horizon = inputs.basis.as_of, request.months
    exits = Exits((stay["firm"], stay["own"]), day)
    mid = course(people, exits, horizon)
    drawn = simulate(people, exits, horizon, request.runs, seed)
    low, _, high = drawn.interval()
    size = int(inputs.denominator.value)
    months = [
        {
            "bulan": f"{add_months(first_day(day), m):%Y-%m}",
            "active": round(float(mid.active[m])), "low": round(float(low[m])),
            "high": round(float(high[m])), "share": round(float(mid.active[m]) / size, 6),
            "by_group": [round(float(n)) for n in mid.by_group[:, m]],
        }
        for m in range(horizon + 1)
    ]  # fmt: skip
    paid, full = person_months(people, horizon, inputs.basis.rules.jkm_waiting_months)
    claims = expected(
        people.age_months / 12, people.is_male, paid, full, day, inputs.catalogue
    )  # fmt: skip
    spans = _years(mid, drawn, day, size)
    return {
        "by_month": months, "years": spans,
        "average_share_by_year": [y["average_share"] for y in spans],
        "claims": claims.as_json(),
        "deaths_drawn": [int(np.quantile(drawn.deaths, q)) for q in (0.025, 0.5, 0.975)],
        "person_months_full": int(full.sum()),
    }  # fmt: skip


def _years(mid: Course, drawn: Drawn, day: date, size: int) -> list[dict[str, Any]]:
    """Return the active months of every twelve months after the day, with their interval."""
    held = []
    for first in range(1, len(mid.active), 12):
        last = min(first + 12, len(mid.active))
        months = float(mid.active[first:last].sum())
        low, high = np.quantile(drawn.active[:, first:last].sum(axis=1), [LOW, HIGH])
        held.append({
            "from": f"{add_months(first_day(day), first):%Y-%m}",
            "to": f"{add_months(first_day(day), last - 1):%Y-%m}",
            "active_months": round(months), "low": round(float(low)), "high": round(float(high)),
            "average_share": round(months / (last - first) / size, 6),
        })  # fmt: skip
    return held


def _assumptions() -> dict[str, str]:
    return {
        "tetap": "yang dibayar pemberi kerja dan mandiri tetap dengan bagian yang terukur setahun "
        "terakhir; tidak ada peserta baru selain rencana",
        "bantuan": "bantuan berakhir pada bulan terakhir yang sudah dibayar",
        "kematian": "tabel mortalita TMI IV 2019 (rendah) dan TMPI 2023 (tinggi), tengah = "
        "rata-rata; keduanya belum dikonfirmasi",
        "manfaat": "hanya untuk bulan yang dibayar bantuan dan rencana; bila semua hidup",
        "rumah_tangga": "bagian pencari nafkah, yang jatuh miskin tanpa santunan, dan klaim yang "
        "dibayar adalah asumsi (parameter risiko.rumah_tangga), bukan temuan",
    }


def _lapses(rows: pl.DataFrame, as_of: date, law: Catalogue, horizon: int) -> pl.DataFrame:
    """Return by name whose aid ends when, and whose own iuran rises when.

    Returns:
        ``person_id, what, bulan, payer, rupiah, rupiah_before``: ``berakhir`` (first month without
        cover, price that would keep it) and ``iuran_naik`` (price from that month, and before).
    """
    first = first_day(as_of)
    months = [add_months(first, m) for m in range(horizon + 1)]
    prices = pl.DataFrame({
        "month": range(horizon + 1), "bulan": months,
        "rupiah": _prices("apbd_kabkota", "other", months, law),
    })  # fmt: skip
    ends = rows.filter((pl.col("group") == AID) & (pl.col("aid_until") < horizon))
    held = ends.select(
        "person_id", what=pl.lit("berakhir"), month=pl.col("aid_until") + 1, payer="aid_payer"
    ).join(prices, on="month", how="left").with_columns(
        rupiah_before=pl.lit(None, dtype=pl.Int64)
    )  # fmt: skip
    parts = [held]
    own = in_transport(rows.filter(pl.col("group") == OWN))
    for sector in ("other", "transport"):
        told = _prices("mandiri", sector, months, law)
        for at in range(1, len(months)):
            if told[at] > told[at - 1]:
                some = own.filter(pl.col("sector") == sector)
                parts.append(some.select(
                    "person_id", what=pl.lit("iuran_naik"), payer=pl.lit("mandiri"),
                    bulan=pl.lit(months[at]), rupiah=pl.lit(told[at], dtype=pl.Int64),
                    rupiah_before=pl.lit(told[at - 1], dtype=pl.Int64),
                ))  # fmt: skip
    names = ["person_id", "what", "bulan", "payer", "rupiah", "rupiah_before"]
    return pl.concat([p.select(names) for p in parts]).sort("what", "bulan", "person_id")


def _prices(payer: str, sector: str, months: list[date], law: Catalogue) -> list[int]:
    tariff = Tariff(payer, sector, TWO_PROGRAMMES, law)
    return [p.total_rp for p in tariff.over(months)]


def _by_month(lapses: pl.DataFrame, what: str) -> list[dict[str, Any]]:
    """Return persons and rupiah by month and payer."""
    held = lapses.filter(pl.col("what") == what).group_by("bulan", "payer", "rupiah").agg(
        persons=pl.len(), before=pl.col("rupiah_before").first()
    ).sort("bulan", "payer", "rupiah")  # fmt: skip
    return [
        {
            "bulan": f"{r['bulan']:%Y-%m}", "payer": r["payer"], "persons": r["persons"],
            "rupiah_person_month": r["rupiah"], "rupiah_before": r["before"],
            "keep_rp_month": r["persons"] * r["rupiah"],
            "keep_rp_year": r["persons"] * r["rupiah"] * KEEP_MONTHS,
        }
        for r in held.iter_rows(named=True)
    ]  # fmt: skip


def _written(
    workspace: Workspace, inputs: PlanInputs, summary: dict[str, Any], lapses: pl.DataFrame,
    seed: int, lang: Lang,
) -> Result:  # fmt: skip
    """Write the forecast; its folder's name changes with everything it rests on."""
    held = {"summary": summary, "tables": inputs.basis.versions, "seed": seed}
    digest = hashlib.sha256(json.dumps(held, sort_keys=True, default=str).encode()).hexdigest()
    name = f"{summary['as_of']}-{digest[:8]}"
    folder = make_folder(workspace.root / "forecasts" / name)
    with whole_file(folder / "lapses.parquet") as temporary:
        lapses.write_parquet(temporary, compression="zstd")
    told = {"id": name, **summary}
    write_json(folder / "summary.json", told)
    write_text(folder / PAGE, page(told, lang))
    workspace.record_run(
        "forecast", {"plan": summary["plan"], "months": summary["months"], "seed": seed},
        purpose=PURPOSE, rows=lapses.height, tables=inputs.basis.versions, forecast=name,
    )  # fmt: skip
    return Result(folder, told, lapses)


def forecast(
    workspace: Workspace, plan: Path | str | None = None, *, months: int = HORIZON,
    runs: int = RUNS, seed: int | None = None, lang: Lang = "id", names: Path | str | None = None,
    show_identity: bool = False, recipient: str | None = None, progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Forecast cover for the next months: nothing done, plan carried out, plan carried on.

    Args:
        workspace: Workspace with its ledger.
        plan: ``plan.toml``; None = the one in the workspace.
        months: Months after the day of the data.
        runs: Runs drawn for the intervals.
        seed: Seed of the runs; None = that of the plan.
        lang: Language of the page.
        names: ``.xlsx`` of whom to call: whose iuran rises, whose aid ends.
        show_identity: Whether NIKs stand in full in it.
        recipient: Who receives it; recorded.
        progress: Listener.

    Raises:
        InputError: ``plan.…`` for what is wrong in plan or criteria, naming file and line.
    """
    given = str(plan) if plan else None
    request = Request(
        given, months, runs, seed, lang=lang, names=str(names) if names else None,
        show_identity=show_identity, recipient=recipient,
    )  # fmt: skip
    return run(request, workspace, progress)
