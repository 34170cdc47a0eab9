"""Files to begin a plan with, and changes by hand."""

from __future__ import annotations

from pathlib import Path

from cakup.engines.files import whole_file
from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline import plan_log
from cakup.pipeline.plan_inputs import gather
from cakup.pipeline.workspace import Workspace
from cakup.planning.settings import read_plan

STARTS = Path(__file__).parents[1] / "planning" / "starts"
PLAN_FILE = "plan.toml"


def start(workspace: Workspace, path: Path | None = None) -> list[Path]:
    """Write the files to begin with; nothing is overwritten.

    Args:
        workspace: Workspace.
        path: Where ``plan.toml`` goes, None = into the workspace; all others beside it.

    Raises:
        InputError: ``plan.file.exists``.
    """
    folder = path.parent if path else workspace.root
    names = sorted(one.name for one in STARTS.glob("*.toml"))
    wanted = {name: (path if path and name == PLAN_FILE else folder / name) for name in names}
    for target in wanted.values():
        if target.exists():
            raise InputError("plan.file.exists", path=target.name)
    for name, target in wanted.items():
        with whole_file(target) as temporary:
            temporary.write_text((STARTS / name).read_text(encoding="utf-8"), encoding="utf-8")
    return list(wanted.values())


def change_by_hand(
    workspace: Workspace, path: Path, add: tuple[str, ...], remove: tuple[str, ...], reason: str,
    by: str, wait_seconds: float = 0.0,
) -> int:  # fmt: skip
    """Record persons who are put in or taken out by hand; returns the number of lines.

    Args:
        workspace: Workspace.
        path: ``plan.toml``.
        add: Persons to put in.
        remove: Persons to take out.
        reason: Ground, with its date.
        by: Who decided.
        wait_seconds: Seconds to wait for the lock.

    Raises:
        UsageError: ``plan.hand.no_reason``; ``plan.hand.unknown_person``.
    """
    if not reason or not by:
        raise UsageError("plan.hand.no_reason")
    settings = read_plan(path)
    with workspace.engine() as engine:
        inputs = gather(engine, workspace, settings, with_money=False)
    known = set(inputs.frame.get_column("person_id"))
    if not {*add, *remove} <= known:
        raise UsageError("plan.hand.unknown_person")
    events = [
        plan_log.Event(kind, settings.year, {"person_id": p, "reason": reason}, by)
        for kind, persons in (("add", add), ("remove", remove))
        for p in persons
    ]
    with workspace.writing("plan", wait_seconds):
        return plan_log.append(workspace, events)
