"""Use case: from the known uncovered to scenarios of a plan that can be defended line by line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from cakup.engines.files import make_folder, whole_file, write_json
from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.language import Lang
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import plan_log
from cakup.pipeline.plan_blocks import blocks
from cakup.pipeline.plan_inputs import PlanInputs, gather
from cakup.pipeline.plan_marks import mark_words
from cakup.pipeline.plan_midyear import midyear, write_changed
from cakup.pipeline.plan_notices import notices
from cakup.pipeline.plan_page import areas, write_page
from cakup.pipeline.plan_results import reasons_frame, scenario_summary, waterfall
from cakup.pipeline.workspace import Workspace
from cakup.planning.compute import Outcome, compute, limits_of, schedule
from cakup.planning.criteria.evaluate import evaluate
from cakup.planning.criteria.ruleset import find_ruleset
from cakup.planning.january import january
from cakup.planning.midyear import change
from cakup.planning.optimise.run import TIME_LIMIT_SECONDS
from cakup.planning.purses import eligible_expr, refuse_empty
from cakup.planning.scenarios import all_scenarios, is_over
from cakup.planning.settings import PlanSettings, Quota, Scenario, read_plan
from cakup.planning.toml_lines import TomlFile

PLAN_FILE = "plan.toml"
PURPOSE = "menyusun rencana perlindungan"


@dataclass(frozen=True)
class Request:
    """Which plan.

    Args:
        plan: ``plan.toml``; None = the one in the workspace.
        stage: ``pagu`` or ``nama``; None = as the file says.
        preview: Only the counts per rule; nothing is saved.
        only: Ids of the scenarios to compute beside the base; empty = all.
        reseed_reason: Why another seed is drawn; recorded.
        by: Who asks.
        time_limit_seconds: Seconds of the processor for one scenario's solver.
        lang: Language of progress.
        wait_seconds: Seconds to wait for the workspace's lock.
    """

    plan: str | None = None
    stage: str | None = None
    preview: bool = False
    only: tuple[str, ...] = ()
    reseed_reason: str = ""
    by: str = ""
    time_limit_seconds: float = TIME_LIMIT_SECONDS
    lang: Lang = "id"
    wait_seconds: float = 0.0


@dataclass
class Result:
    """What was planned.

    Args:
        id: Name of the plan, its folder under ``plans/``; empty for a preview.
        folder: That folder, None for a preview.
        summary: What ``summary.json`` holds.
        settings: The plan as read.
        inputs: What it stands on.
        outcomes: Scenario → what was computed.
    """

    id: str
    folder: Path | None
    summary: dict[str, Any]
    settings: PlanSettings
    inputs: PlanInputs
    outcomes: dict[str, Outcome] = field(default_factory=dict)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Plan.

    Args:
        request: Which plan.
        workspace: Workspace, linked and with its ledger.
        progress: Listener.

    Raises:
        InputError: ``plan.…`` for what is wrong in plan or criteria, naming file and line.
        ConflictError: ``plan.seed.fixed``; ``workspace.busy``.
        EngineError: ``plan.solver.stopped``.
    """
    path = plan_path(workspace, request.plan)
    settings = read_plan(path)
    if request.stage:
        settings = replace(settings, stage=request.stage)
    file = TomlFile(path)
    with workspace.engine() as engine:
        inputs = gather(engine, workspace, settings, progress, with_money=not request.preview)
    if request.preview:
        return Result("", None, preview_summary(settings, inputs, file), settings, inputs)
    check(settings, inputs, file)
    scenarios = _chosen(settings, request)
    with workspace.writing("plan", request.wait_seconds):
        events = plan_log.seed_events(
            workspace, settings.year, settings.seed, request.reseed_reason, request.by
        )
        plan_log.append(workspace, events)
        return _planned(request, workspace, settings, inputs, scenarios, progress)


def plan_path(workspace: Workspace, given: str | None) -> Path:
    """Return the path of the plan file."""
    return Path(given) if given else workspace.root / PLAN_FILE


def _chosen(settings: PlanSettings, request: Request) -> tuple[tuple[Scenario, PlanSettings], ...]:
    """Return the base and the scenarios asked for."""
    held = all_scenarios(settings)
    known = [s.id for s, _ in held]
    for name in request.only:
        if name not in known:
            raise UsageError("usage.bad_choice", option="--scenario", given=name[:40],
                             choices=", ".join(known))  # fmt: skip
    return tuple(
        (one, changed) for n, (one, changed) in enumerate(held)
        if n == 0 or ((not request.only or one.id in request.only)
                      and not is_over(settings, one, changed))
    )  # fmt: skip


def check(settings: PlanSettings, inputs: PlanInputs, file: TomlFile | None = None) -> None:
    """Refuse what cannot be planned: nobody eligible, quotas of unknown areas or above candidates.

    Raises:
        InputError: ``plan.no_candidates``, ``plan.purse.nobody``, ``plan.quota.…``.
    """
    inside = inputs.told.frame.filter(pl.col("is_in"))
    if not inside.height:
        raise InputError("plan.no_candidates", criteria=inputs.rules.id)
    refuse_empty(inside, settings, inputs.rules.occupations, file)
    codes = inside.get_column("kode").drop_nulls()
    for number, quota in enumerate(settings.quotas):
        where = file.where("quota", number, "kode_wilayah") if file else None
        _check_area(quota, inputs, codes, where)
        here = int((codes == quota.kode).sum()) + int(codes.str.starts_with(f"{quota.kode}.").sum())
        if quota.least > here:
            where = file.where("quota", number, "min") if file else None
            raise InputError("plan.quota.too_few", where=where, kode=quota.kode,
                             least=quota.least, candidates=here)  # fmt: skip


def _check_area(quota: Quota, inputs: PlanInputs, codes: pl.Series, where: Any) -> None:
    """Refuse the code of an area that is not in the city."""
    place = inputs.place
    known = {a.kode for a in inputs.places.within(place, "kecamatan")}
    known |= {a.kode for a in inputs.places.within(place, "desa_kelurahan")}
    known |= {place, *codes.unique(), *(k.rpartition(".")[0] for k in codes.unique())}
    if quota.kode not in known:
        near = ", ".join(sorted(k for k in known if k[:5] == quota.kode[:5])[:5]) or place
        raise InputError("plan.quota.unknown_area", where=where, kode=quota.kode[:20], near=near)


def _planned(
    request: Request, workspace: Workspace, settings: PlanSettings, inputs: PlanInputs,
    scenarios: tuple[tuple[Scenario, PlanSettings], ...], progress: Progress,
) -> Result:  # fmt: skip
    """Compute every scenario and write the results."""
    outcomes: dict[str, Outcome] = {}
    told = []
    for n, (scenario, held) in enumerate(scenarios):
        progress.step("menghitung skenario", n, len(scenarios))
        base = outcomes.get(scenarios[0][0].id)
        limit = request.time_limit_seconds
        if held.changed_from and base is not None and base.solution.is_feasible:
            outcomes[scenario.id] = solve_changed(inputs, held, base, limit)
        else:
            outcomes[scenario.id] = solve_one(inputs, held, n == 0, limit)
        summed = scenario_summary(scenario, outcomes[scenario.id], inputs)
        if base is not None and (change_told := midyear(outcomes[scenario.id], base, scenario.id)):
            summed["mid_year"] = change_told
        told.append(summed)
    plan_id = _plan_id(settings, inputs)
    summary = _summary(plan_id, settings, inputs, told, outcomes[scenarios[0][0].id])
    over = [s.id for s, held in all_scenarios(settings) if is_over(settings, s, held)]
    summary["notices"] = notices(workspace, settings, inputs, over)
    folder = make_folder(workspace.root / "plans" / plan_id)
    _write(folder, summary, inputs, outcomes[scenarios[0][0].id])
    for name, outcome in outcomes.items():
        write_changed(folder, name, outcome)
    write_page(workspace, folder, summary, request.lang)
    _close(workspace, settings, inputs, request.by)
    write_json(workspace.root / "plans" / "current.json", {settings.stage: plan_id,
               **_other_stage(workspace, settings.stage)})  # fmt: skip
    workspace.record_run(
        "plan", settings.plain(), purpose=PURPOSE, rows=inputs.told.frame.height,
        tables=inputs.basis.versions, inputs=[i.id for i in inputs.basis.imports], plan=plan_id,
    )  # fmt: skip
    return Result(plan_id, folder, summary, settings, inputs, outcomes)


def solve_one(
    inputs: PlanInputs, settings: PlanSettings, with_names: bool, time_limit_seconds: float
) -> Outcome:
    """Solve one scenario; one that changes the criteria is judged anew."""
    told, rules = inputs.told, inputs.rules
    if settings.criteria != "" and find_ruleset(settings.criteria, settings.folder).id != rules.id:
        from cakup.pipeline.plan_inputs import with_always, with_hand

        rules = with_always(find_ruleset(settings.criteria, settings.folder))
        told = with_hand(
            evaluate(rules, inputs.frame, settings.year, settings.as_of, settings.payers),
            inputs.hand,
        )
    aimed = inputs.aimed_at(settings.target)
    return compute(
        told, rules, settings, inputs.base, aimed.target_persons if aimed else None,
        inputs.catalogue, with_names=with_names, time_limit_seconds=time_limit_seconds,
    )  # fmt: skip


def solve_changed(
    inputs: PlanInputs, settings: PlanSettings, base: Outcome, time_limit_seconds: float
) -> Outcome:
    """Go on from the base with a budget that changes in the middle of the year."""
    aimed = inputs.aimed_at(settings.target)
    return change(
        base, settings, aimed.target_persons if aimed else None, inputs.catalogue,
        limits_of(settings, inputs.rules, base.ranked), time_limit_seconds,
    )  # fmt: skip


def _plan_id(settings: PlanSettings, inputs: PlanInputs) -> str:
    """Return a name that says year and stage and changes with everything the plan rests on."""
    held = {
        "settings": settings.plain(), "tables": inputs.basis.versions, "hand": inputs.hand,
        "rules": [inputs.rules.id, inputs.rules.instrument,
                  [(r.id, r.kind, r.unknown, r.options) for r in inputs.rules.rules]],
        "scenarios": [(s.id, {k: str(v) for k, v in s.changes.items()})
                      for s in settings.scenarios],
        "denominator": str(inputs.denominator.value),
    }  # fmt: skip
    text = json.dumps(held, sort_keys=True, default=str)
    return f"{settings.year}-{settings.stage}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def preview_summary(
    settings: PlanSettings, inputs: PlanInputs, file: TomlFile | None = None
) -> dict[str, Any]:
    """Return the counts per rule, and how many each purse may pay; nothing of money."""
    inside = inputs.told.frame.filter(pl.col("is_in"))
    counts = inside.select(
        **{str(n): (pl.col("is_in") & eligible_expr(p, inputs.rules.occupations, file)).sum()
           for n, p in enumerate(settings.purses)}
    ).row(0) if inside.height else [0] * len(settings.purses)  # fmt: skip
    return {
        "year": settings.year, "as_of": settings.as_of.isoformat(),
        "criteria": criteria_json(inputs), "candidates": inputs.told.frame.height,
        "eligible": inside.height, "to_check": int(inside.get_column("to_check").sum()),
        "waterfall": waterfall(inputs),
        "purses": [{"id": p.id, "eligible": int(c)}
                   for p, c in zip(settings.purses, counts, strict=True)],
    }  # fmt: skip


def criteria_json(inputs: PlanInputs) -> dict[str, Any]:
    """Return the head of the rule set as plain values."""
    r = inputs.rules
    return {
        "id": r.id, "title": r.title, "instrument": r.instrument, "date": r.date,
        "status": r.status, "source": r.source, "order": list(r.order),
    }  # fmt: skip


def _summary(
    plan_id: str, settings: PlanSettings, inputs: PlanInputs, told: list[dict[str, Any]],
    base: Outcome,
) -> dict[str, Any]:  # fmt: skip
    """Return what ``summary.json`` holds."""
    marks = {k for p in base.prices for k in p.unconfirmed}
    marks |= set(inputs.basis.rules.marks("active", "jkm"))
    if not inputs.denominator.is_sure:
        marks.add(inputs.denominator.key)
    if not inputs.rules.is_sure:
        marks.add(f"kriteria.{inputs.rules.id}")
    aimed = inputs.aimed_at(settings.target)
    if aimed is not None and not aimed.entry.is_sure:
        marks.add(aimed.entry.key)
    if not settings.is_running:
        marks.add(f"januari.{settings.january}")
    return {
        "id": plan_id, "place": inputs.place, "place_name": inputs.place_name,
        **preview_summary(settings, inputs), "stage": settings.stage, "seed": settings.seed,
        "yield": settings.yield_share, "programmes": list(settings.programmes),
        "denominator": inputs.denominator.as_json(), "standing": _standing(inputs),
        "target": _key(aimed), "scenarios": told,
        "areas": areas(base),
        "january": january(settings, base, inputs.catalogue, inputs.basis.rules),
        "levers": [one.as_json() for one in inputs.levers],
        "by_hand": {"added": sum(v == "add" for v in inputs.hand.values()),
                    "removed": sum(v == "remove" for v in inputs.hand.values())},
        "running": inputs.running.as_json(base) if inputs.running else None,
        "settings": settings.plain(), "blocks": blocks(base), "unconfirmed": sorted(marks),
        "unconfirmed_words": mark_words(inputs, sorted(marks)), "tables": inputs.basis.versions,
    }  # fmt: skip


def _key(aimed: Any) -> str | None:
    from cakup.pipeline.plan_inputs import target_key

    return target_key(aimed) if aimed is not None else None


def _standing(inputs: PlanInputs) -> dict[str, Any]:
    held = inputs.standing
    return {
        "active": held.active,
        "stay_year": {k: round(v, 6) for k, v in held.stay_year.items()}, "seen": held.seen,
    }  # fmt: skip


def _write(folder: Path, summary: Mapping[str, Any], inputs: PlanInputs, base: Outcome) -> None:
    """Write the tables, then the summary; each appears whole."""
    feasible = base.solution.is_feasible
    with whole_file(folder / "persons.parquet") as temporary:
        schedule(base).write_parquet(temporary, compression="zstd")
    with whole_file(folder / "reasons.parquet") as temporary:
        frame = reasons_frame(inputs, base if feasible and base.names.height else None)
        frame.write_parquet(temporary, compression="zstd")
    make_folder(folder / "documents")
    write_json(folder / "summary.json", dict(summary))


def _close(workspace: Workspace, settings: PlanSettings, inputs: PlanInputs, by: str) -> None:
    """Record the list of candidates that the plan was made of, after its seed."""
    ids = "\n".join(sorted(inputs.told.frame.get_column("person_id")))
    digest = hashlib.sha256(ids.encode()).hexdigest()
    held = [e.body.get("sha256") for e in plan_log.read(workspace, settings.year)
            if e.event == "closed"]  # fmt: skip
    if digest not in held:
        body = {"sha256": digest, "candidates": inputs.told.frame.height}
        plan_log.append(workspace, [plan_log.Event("closed", settings.year, body, by)])


def _other_stage(workspace: Workspace, stage: str) -> dict[str, str]:
    """Return the latest plans of other stages."""
    path = workspace.root / "plans" / "current.json"
    if not path.exists():
        return {}
    held = json.loads(path.read_text(encoding="utf-8"))
    return {k: v for k, v in held.items() if k != stage}


def plan(
    workspace: Workspace, path: Path | str | None = None, *, stage: str | None = None,
    preview: bool = False, scenarios: tuple[str, ...] = (), reseed_reason: str = "", by: str = "",
    progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Turn the known uncovered workers of a workspace into scenarios of a plan.

    Args:
        workspace: Workspace, linked and with its ledger.
        path: ``plan.toml``; None = the one in the workspace.
        stage: ``pagu`` or ``nama``; None = as the file says.
        preview: Only the counts per rule; nothing is saved.
        scenarios: Ids of the scenarios to compute beside the base; empty = all.
        reseed_reason: Why another seed is drawn; recorded.
        by: Who decided it; recorded.
        progress: Listener.

    Raises:
        InputError: For what is wrong in plan or criteria, naming file and line.
    """
    request = Request(
        str(path) if path else None, stage=stage, preview=preview, only=tuple(scenarios),
        reseed_reason=reseed_reason, by=by,
    )  # fmt: skip
    return run(request, workspace, progress)
