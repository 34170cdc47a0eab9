"""Use case: write the papers of a plan, KONSEP or FINAL, with totals that agree everywhere."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cakup.documents.plan.blocks import Book, Paper
from cakup.documents.plan.change import Change, reconcile_change
from cakup.documents.plan.change_papers import change_papers
from cakup.documents.plan.control import change_control_sheet, control_sheet
from cakup.documents.plan.docx import write_docx
from cakup.documents.plan.facts import CITY_BUDGET, PlanFacts
from cakup.documents.plan.office import CHANGE_WORDS, READY_WORDS, Office, account
from cakup.documents.plan.office_file import read_office
from cakup.documents.plan.pdf import Press
from cakup.documents.plan.reconcile import Compared, check_parts, plan_totals, reconcile
from cakup.engines.files import make_folder, whole_file, write_json
from cakup.kernel.errors import EngineError, InputError, UsageError
from cakup.kernel.language import Lang, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import plan_log
from cakup.pipeline.entitlements import unseen_dead
from cakup.pipeline.plan_change import change_of
from cakup.pipeline.plan_inputs import PlanInputs, gather
from cakup.pipeline.plan_paper_set import BY_NAME, KINDS, papers_of
from cakup.pipeline.plan_papers import Written, facts_of, find_plan
from cakup.pipeline.workspace import Workspace
from cakup.planning.reconcile import comparable
from cakup.planning.settings import PlanSettings, read_plan
from cakup.planning.toml_lines import TomlFile
from cakup.sheets import write_xlsx

DOCUMENTS_FILE = "documents.toml"
PURPOSE = "dokumen rencana"
#: Keys of a purse that may change after the plan was computed.
FILLED_LATER = ("sk", "opd", "account", "certainty")
#: A dead person's place is not filled before somebody saw what the family may be entitled to.
UNSEEN = Text(
    "{n} peserta bantuan yang meninggal dilihat dahulu (cakup entitlements, tanpa --from)",
    "{n} aided persons who died are seen first (cakup entitlements, without --from)",
)
#: Papers that are also written as DOCX, for the office to edit.
EDITABLE = ("telaahan-staf", "kak-rab", "sk-naskah-", "sk-perubahan-")


@dataclass(frozen=True)
class Request:
    """Which papers.

    Args:
        plan_id: Plan, None = the latest by names, else the latest by numbers.
        final: FINAL instead of KONSEP.
        only: Kinds of ``KINDS``; empty = all that the plan has.
        plan: ``plan.toml`` of the plan, None = the one in the workspace.
        documents: ``documents.toml``, None = beside ``plan.toml``.
        change: Scenario that changes the budget in the middle of the year: only its papers; empty =
            those of the plan.
        by: Who asks.
        lang: Language of progress; papers are Indonesian.
        wait_seconds: Seconds to wait for the workspace's lock.
    """

    plan_id: str | None = None
    final: bool = False
    only: tuple[str, ...] = ()
    plan: str | None = None
    documents: str | None = None
    change: str = ""
    by: str = ""
    lang: Lang = "id"
    wait_seconds: float = 0.0


@dataclass
class Result:
    """What was written.

    Args:
        folder: Folder of the papers.
        files: Name → whether it holds personal data.
        totals: ``persons, lines, person_months, rupiah`` of the plan, the same in every paper.
        open_points: What FINAL still lacks.
        words: Key of a mark → what it is about.
        compared: Groups of papers whose totals were compared with the plan.
    """

    folder: Path
    files: dict[str, bool] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    open_points: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    compared: list[Compared] = field(default_factory=list)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Write the papers of a plan.

    Args:
        request: Which papers.
        workspace: Workspace.
        progress: Listener.

    Raises:
        UsageError: ``plan.unknown``, ``plan.infeasible``, ``usage.bad_choice``,
            ``plan.documents.stage``, ``plan.documents.outdated``,
            ``plan.documents.other_settings``, ``plan.documents.no_change``.
        InputError: ``plan.documents.not_ready`` for FINAL; ``plan.documents.unknown_account`` and
            others for what is wrong in ``documents.toml``, with file and line.
        EngineError: ``plan.documents.do_not_add`` if a paper disagreed with the plan.
    """
    written = _chosen(workspace, request)
    _refuse_infeasible(written)
    kinds = _kinds(request, written)
    settings = _settings(workspace, request, written)
    office = _office(request, settings)
    with workspace.engine() as engine:
        inputs = gather(engine, workspace, settings, progress)
    if inputs.basis.versions != written.summary["tables"]:
        raise UsageError("plan.documents.outdated", id=written.summary["id"])
    facts = facts_of(written, inputs, office, settings, is_final=request.final)
    open_points = office.open_points(facts.marks, inputs.basis.as_of.isoformat())
    every = len(READY_WORDS) + len(facts.marks) + 1
    change = None
    if request.change:
        change = change_of(written, request.change, facts, inputs, settings)
        open_points += office.open_change()
        every += len(CHANGE_WORDS)
    if unseen := unseen_dead(workspace, inputs.basis.as_of):
        open_points.append(UNSEEN.format("id", n=len(unseen)))
    if request.final and open_points:
        raise InputError("plan.documents.not_ready", open=len(open_points), all=every,
                         missing="; ".join(open_points) + ".")  # fmt: skip
    with workspace.writing("documents", request.wait_seconds), Press() as press:
        if change is not None:
            result = _changed(written, change, press, progress)
        else:
            result = _written(workspace, kinds, bool(request.only), written, facts, inputs,
                              press, progress)  # fmt: skip
        result.open_points, result.words = open_points, dict(facts.mark_words)
        if request.final:
            body = {"plan": written.summary["id"], "totals": result.totals,
                    **({"change": request.change} if request.change else {})}  # fmt: skip
            plan_log.append(workspace, [plan_log.Event("final", settings.year, body, request.by)])
        workspace.record_run(
            "documents", {"plan": written.summary["id"], "final": request.final,
                          "only": list(request.only), "change": request.change},
            purpose=PURPOSE, rows=facts.persons, files=result.files,
        )  # fmt: skip
    return result


def _chosen(workspace: Workspace, request: Request) -> Written:
    """Return the plan asked for; without one the latest by names, else by numbers."""
    if request.plan_id is not None:
        return find_plan(workspace, request.plan_id)
    try:
        return find_plan(workspace, None, "nama")
    except UsageError:
        return find_plan(workspace, None, "pagu")


def _refuse_infeasible(written: Written) -> None:
    """Refuse a plan that cannot be met: there is nothing to sign.

    Raises:
        UsageError: ``plan.infeasible``.
    """
    base = written.summary["scenarios"][0]
    if not base["feasible"]:
        raise UsageError("plan.infeasible", scenario=base["id"], clash=", ".join(base["clash"]),
                         change="; atau ".join(base["least_change"]))  # fmt: skip


def _kinds(request: Request, written: Written) -> tuple[str, ...]:
    """Return the kinds to write.

    Raises:
        UsageError: ``usage.bad_choice``; ``plan.documents.stage``.
    """
    can: tuple[str, ...] = KINDS
    if written.summary["stage"] != "nama":
        can = tuple(k for k in KINDS if k not in BY_NAME)
    if request.change and request.only:
        raise UsageError("usage.bad_choice", option="--only", given=request.only[0][:20],
                         choices="– (--change)")  # fmt: skip
    for kind in request.only:
        if kind not in KINDS:
            raise UsageError("usage.bad_choice", option="--only", given=kind[:20],
                             choices=", ".join(KINDS))  # fmt: skip
        if kind not in can:
            raise UsageError("plan.documents.stage", kind=kind, id=written.summary["id"],
                             near=", ".join(can))  # fmt: skip
    return tuple(k for k in can if not request.only or k in request.only)


def _settings(workspace: Workspace, request: Request, written: Written) -> PlanSettings:
    """Return the settings of a plan as it was computed; paths come from the file named.

    Raises:
        UsageError: ``plan.documents.other_settings`` if ``plan.toml`` changed since.
    """
    path = Path(request.plan) if request.plan else workspace.root / "plan.toml"
    told = written.summary["settings"]
    held = replace(read_plan(path), stage=told["stage"])
    if _money(held.plain()) != _money(told):
        raise UsageError("plan.documents.other_settings", id=written.summary["id"],
                         file=path.name)  # fmt: skip
    return held


def _money(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings without what may be filled in after the plan: decree, office, account."""
    purses = [{k: v for k, v in p.items() if k not in FILLED_LATER} for p in settings["purses"]]
    return {**settings, "purses": purses}


def _office(request: Request, settings: PlanSettings) -> Office:
    """Read ``documents.toml`` and refuse what the plan cannot use, before anything is computed.

    Raises:
        InputError: ``plan.documents.unknown_account``, ``plan.documents.unknown_purse``.
    """
    path = Path(request.documents) if request.documents else settings.folder / DOCUMENTS_FILE
    office = read_office(path)
    file = TomlFile(settings.folder / settings.file)
    names = [p.id for p in settings.purses]
    for purse, held in office.purse_budget.items():
        for named in (purse, held.get("change_of", "")):
            if named and named not in names:
                key = "change_of" if named != purse else next(iter(held), "")
                where = office.places.get(f"budget.purse.{purse}.{key}")
                near = ", ".join(get_close_matches(named, names, n=3, cutoff=0.3) or names)
                raise InputError("plan.documents.unknown_purse", where=where, purse=named[:40],
                                 near=near)  # fmt: skip
    for n, one in enumerate(settings.purses):
        for programme in settings.programmes if one.payer in CITY_BUDGET else ():
            where = file.where("purse", n, "account")
            account(office, one.id, programme, one.account, settings.year, where)
    return office


def _written(
    workspace: Workspace, kinds: Sequence[str], is_part: bool, written: Written, facts: PlanFacts,
    inputs: PlanInputs, press: Press, progress: Progress,
) -> Result:  # fmt: skip
    """Write everything asked for aside, compare it, and only then put it in place, whole."""
    check_parts(facts)
    pagu = _pagu(workspace, facts) if facts.has_names else None
    state = "final" if facts.is_final else "konsep"
    target = written.folder / "documents" / state
    making = written.folder / "documents" / f".{state}.part"
    shutil.rmtree(making, ignore_errors=True)
    make_folder(making)
    result = Result(target, totals=plan_totals(facts))
    stated: list[Paper | Book] = []
    for kind in kinds:
        if kind == "kendali":
            continue
        progress.step(f"menulis {kind}")
        for paper in papers_of(kind, facts, inputs, pagu, written.folder):
            _set(making, paper, facts, result, press)
            stated.append(_without_rows(paper))
    try:
        result.compared = reconcile(stated, facts)
    except EngineError:
        shutil.rmtree(making)
        raise
    if "kendali" in kinds:
        _set(making, control_sheet(facts, result.compared), facts, result, press)
    _contents(making, target, result, is_part=is_part)
    _replace_folder(making, target, is_part=is_part)
    return result


def _changed(written: Written, change: Change, press: Press, progress: Progress) -> Result:
    """Write the papers of a change aside, compare them, and only then put them in place, whole."""
    facts = change.after
    state = "final" if facts.is_final else "konsep"
    target = written.folder / "documents" / f"{state}-perubahan-{change.scenario}"
    making = written.folder / "documents" / f".{target.name}.part"
    shutil.rmtree(making, ignore_errors=True)
    make_folder(making)
    result = Result(target, totals=plan_totals(facts))
    stated: list[Paper | Book] = []
    for paper in change_papers(change):
        progress.step(f"menulis {paper.name}")
        _set(making, paper, facts, result, press)
        stated.append(_without_rows(paper))
    try:
        compared = reconcile_change(stated, change)
    except EngineError:
        shutil.rmtree(making)
        raise
    _set(making, change_control_sheet(change, compared), facts, result, press)
    _contents(making, target, result, is_part=False)
    _replace_folder(making, target, is_part=False)
    return result


def _without_rows(paper: Paper | Book) -> Paper | Book:
    """Return what a paper states, without its rows: a large city's slips do not fit in memory."""
    return replace(paper, sheets=()) if isinstance(paper, Book) else replace(paper, blocks=[])


def _pagu(workspace: Workspace, facts: PlanFacts) -> dict[str, Any] | None:
    """Return the latest plan by numbers of the same year."""
    try:
        held = find_plan(workspace, None, "pagu").summary
    except UsageError:
        return None
    return held if comparable(held, facts.summary) else None


def _set(folder: Path, paper: Paper | Book, facts: PlanFacts, result: Result, press: Press) -> None:
    """Write one paper as PDF (and DOCX if the office goes on editing it), or one workbook."""
    if isinstance(paper, Book):
        name = f"{paper.name}.xlsx"
        with whole_file(folder / name) as temporary:
            write_xlsx(temporary, paper.sheets, guide=paper.guide, codes=paper.codes,
                       title=paper.name, has_summary=paper.has_summary)  # fmt: skip
        result.files[name] = paper.has_names
        return
    with whole_file(folder / f"{paper.name}.pdf") as temporary:
        press.write(temporary, paper, facts.office, draft=not facts.is_final)
    result.files[f"{paper.name}.pdf"] = paper.has_names
    if paper.name.startswith(EDITABLE):
        with whole_file(folder / f"{paper.name}.docx") as temporary:
            write_docx(temporary, paper, facts.office, draft=not facts.is_final)
        result.files[f"{paper.name}.docx"] = paper.has_names


def _contents(making: Path, target: Path, result: Result, *, is_part: bool) -> None:
    """Write the list of contents: every file and whether it holds personal data."""
    from cakup.engines.files import read_json

    held = target / "isi.json"
    before = read_json(held)["files"] if is_part and held.is_file() else {}
    compared = [{"group": c.group, "papers": c.papers, **c.totals} for c in result.compared]
    write_json(making / "isi.json", {"totals": result.totals, "compared": compared,
                                     "files": {**before, **result.files}})  # fmt: skip


def _replace_folder(making: Path, target: Path, *, is_part: bool) -> None:
    """Put the new papers in place; with some kinds only, the others stay."""
    if is_part and target.exists():
        for one in making.iterdir():
            one.replace(target / one.name)
        shutil.rmtree(making)
        return
    shutil.rmtree(target, ignore_errors=True)
    making.replace(target)


def write_documents(
    workspace: Workspace, plan_id: str | None = None, *, final: bool = False,
    only: Sequence[str] = (), change: str = "", plan: Path | str | None = None,
    documents_file: Path | str | None = None, progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Write the papers of a plan.

    Args:
        workspace: Workspace.
        plan_id: Plan, None = the latest by names, else the latest by numbers.
        final: FINAL instead of KONSEP; refused while a requirement is open.
        only: Kinds of papers; empty = all that the plan has.
        change: Scenario that changes the budget in the middle of the year: only its papers.
        plan: ``plan.toml``, None = the one in the workspace.
        documents_file: ``documents.toml``, None = beside ``plan.toml``.
        progress: Listener.

    Raises:
        InputError: ``plan.documents.not_ready`` for FINAL.
    """
    request = Request(
        plan_id, final, tuple(only), str(plan) if plan else None,
        str(documents_file) if documents_file else None, change,
    )  # fmt: skip
    return run(request, workspace, progress)
