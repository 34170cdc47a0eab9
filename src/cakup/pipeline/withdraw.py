"""``cakup withdraw``: take an import out of all later computation, without deleting it."""

from __future__ import annotations

import getpass
from dataclasses import asdict, dataclass
from datetime import date

from cakup.kernel.errors import UsageError
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import decisions, effect
from cakup.pipeline.decisions import Decision
from cakup.pipeline.effect import Effect
from cakup.pipeline.imports import all_imports
from cakup.pipeline.workspace import Workspace


@dataclass(frozen=True)
class Request:
    """What to withdraw.

    Args:
        import_id: Id of the import.
        reason: Why; without personal data.
        by: Who decided; None = the user of this computer.
        decided_on: Day of the decision, None = today; it is also the day from which ``--known``
            sees it.
        is_applied: Whether persons and ledger are made anew at once and the change is told.
        wait_seconds: How long to wait for another writer.
    """

    import_id: str
    reason: str
    by: str | None = None
    decided_on: date | None = None
    is_applied: bool = False
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What was withdrawn.

    Args:
        import_id: Id of the import.
        file_name: Name of its file.
        is_new: Whether this call withdrew it; False if it was withdrawn before.
        corrections: Imports that only complete it and so no longer count either.
        effect: Change in persons and figures; None if they were not made anew.
    """

    import_id: str
    file_name: str
    is_new: bool
    corrections: tuple[str, ...]
    effect: Effect | None = None


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Withdraw an import; doing it twice changes nothing.

    Args:
        request: Which one, and why.
        workspace: Workspace.
        progress: Listener.

    Raises:
        UsageError: ``intake.withdraw.unknown``, ``intake.withdraw.reason``.
    """
    if not request.reason.strip():
        raise UsageError("intake.withdraw.reason")
    with workspace.writing("withdraw", request.wait_seconds):
        known = all_imports(workspace)
        found = next((i for i in known if i.id == request.import_id), None)
        if found is None:
            raise UsageError("intake.withdraw.unknown", id=request.import_id[:40])
        counted_on = max(i.as_of for i in known)
        is_applied = request.is_applied and workspace.store().has("persons")
        before = effect.state(workspace, counted_on) if is_applied else ({}, False)
        day = (request.decided_on or date.today()).isoformat()  # noqa: DTZ011 - the local day
        decision = Decision(
            decision_id=f"withdraw-{found.id}", kind="withdraw_import",
            body={"import_id": found.id, "reason": request.reason.strip()},
            by=request.by or _user(), basis=request.reason.strip(),
            decided_on=day, received_on=day,
        )  # fmt: skip
        written = decisions.append(workspace, [decision])
        facts = {**asdict(request), "decided_on": day}
        workspace.record_run(
            "withdraw", facts, purpose="menarik impor dari perhitungan",
            rows={found.id: found.facts.get("rows", {})}, last_decision=decision.decision_id,
        )  # fmt: skip
        changed = effect.apply(workspace, counted_on, before, progress) if is_applied else None
    corrections = tuple(i.id for i in known if i.corrects == found.id)
    return Result(found.id, found.file_name, written > 0, corrections, changed)


def withdraw(
    workspace: Workspace, import_id: str, *, reason: str, by: str | None = None,
    decided_on: date | None = None, is_applied: bool = False,
) -> Result:  # fmt: skip
    """Take an import out of all later computation, without deleting it.

    Args:
        workspace: Workspace.
        import_id: Id of the import.
        reason: Why; without personal data.
        by: Who decided; None = the user of this computer.
        decided_on: Day of the decision; None = today.
        is_applied: Whether persons and ledger are made anew at once and the change is told.

    Raises:
        UsageError: ``intake.withdraw.unknown``, ``intake.withdraw.reason``.
        ConflictError: ``workspace.busy``.
    """
    return run(Request(import_id, reason, by, decided_on, is_applied), workspace)


def _user() -> str:
    """Return the name of the user; a machine without accounts has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
