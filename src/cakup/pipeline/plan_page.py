"""The page of a plan, and pagu beside names once both stages are there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cakup.documents.scenarios.page import page
from cakup.engines.files import read_json, write_json, write_text
from cakup.kernel.language import Lang
from cakup.pipeline.places import workspace_places
from cakup.pipeline.workspace import Workspace
from cakup.planning.compute import Outcome
from cakup.planning.reconcile import comparable, reconciled

PAGE = "rencana.html"


def areas(outcome: Outcome) -> dict[str, list[int]]:
    """Return persons and person-months by kelurahan; an empty code where it is not known.

    Args:
        outcome: A solved scenario.
    """
    held: dict[str, list[int]] = {}
    if not outcome.solution.is_feasible:
        return held
    for n, way, stratum in outcome._used():
        one = held.setdefault(outcome.strata[stratum].kode, [0, 0])
        one[0] += n
        one[1] += n * way.months
    return dict(sorted(held.items()))


def beside(workspace: Workspace, summary: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the plan by name held against the plan by numbers.

    None while one is missing or cannot be met: nobody has been named or approved then; nor of the
    rest of a year against the pagu of the whole.

    Args:
        workspace: Workspace.
        summary: The plan just made; the other stage is the latest of the same year.
    """
    other = "pagu" if summary["stage"] == "nama" else "nama"
    path = workspace.root / "plans" / "current.json"
    name = read_json(path).get(other) if path.exists() else None
    if not name or not str(name).startswith(f"{summary['year']}-"):
        return None
    held = read_json(workspace.root / "plans" / str(name) / "summary.json")
    pagu, named = (held, summary) if other == "pagu" else (summary, held)
    if not comparable(pagu, named):
        return None
    found = workspace_places(workspace).within(workspace.place, "desa_kelurahan")
    return reconciled(pagu, named, {area.kode: area.nama for area in found})


def write_page(
    workspace: Workspace, folder: Path, summary: Mapping[str, Any], lang: Lang = "id"
) -> None:
    """Write the page, and ``reconciliation.json`` if both stages are there.

    Args:
        workspace: Workspace.
        folder: Folder of the plan.
        summary: Its summary.
        lang: Language of the page.
    """
    held = beside(workspace, summary)
    if held is not None:
        write_json(folder / "reconciliation.json", held)
    else:
        (folder / "reconciliation.json").unlink(missing_ok=True)
    write_text(folder / PAGE, page(summary, held, lang))
