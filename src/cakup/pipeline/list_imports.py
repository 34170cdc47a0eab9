"""``cakup imports``: which files came, which of them answer for a day, which were withdrawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.imports import Import, all_imports, in_force
from cakup.pipeline.workspace import Workspace

State = Literal["in_force", "superseded", "withdrawn"]


@dataclass(frozen=True)
class Request:
    """Which imports to list.

    Args:
        as_of: Day for which they answer; None = the latest date of any data.
        known: Only files and decisions received by this day; None = all.
    """

    as_of: date | None = None
    known: date | None = None


@dataclass(frozen=True)
class Listed:
    """One import.

    Args:
        import_id: Its id.
        state: ``in_force``, ``superseded`` (a later list of the same sender answers, or the data
            are of a later date), or ``withdrawn``.
        kind: Kind of file.
        sender: Who sent it.
        list_name: Which of the sender's lists.
        as_of: Date of its data.
        received_on: Day of receipt.
        file_name: Name of the file as sent.
        corrects: Import that it completes, if any.
        rows: Rows by outcome, with ``read``.
        sk_ready: Rows complete enough for the annex of a decree.
        quality: Score 0–100, None if there was no data row.
    """

    import_id: str
    state: State
    kind: str
    sender: str
    list_name: str
    as_of: date
    received_on: date
    file_name: str
    corrects: str | None
    rows: dict[str, int]
    sk_ready: int
    quality: float | None


@dataclass(frozen=True)
class Result:
    """Imports, oldest data first."""

    imports: tuple[Listed, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return {"imports": [asdict(i) for i in self.imports]}


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """List imports.

    Args:
        request: Which ones.
        workspace: Workspace.
        progress: Listener; there is nothing to tell.
    """
    del progress
    found = all_imports(workspace, request.known)
    day = request.as_of or max((i.as_of for i in found), default=date.min)
    answering = {i.id for i in in_force(found, day)}
    return Result(tuple(_listed(one, answering) for one in found))


def _listed(one: Import, answering: set[str]) -> Listed:
    state: State = "in_force" if one.id in answering else "superseded"
    return Listed(
        one.id, "withdrawn" if one.withdrawn_on else state, one.kind, one.sender, one.list_name,
        one.as_of, one.received_on, one.file_name, one.corrects, one.facts.get("rows", {}),
        one.facts.get("sk_ready", 0), one.facts.get("quality", {}).get("score"),
    )  # fmt: skip


def imports(
    workspace: Workspace, *, as_of: date | None = None, known: date | None = None
) -> Result:
    """List the imports of a workspace.

    Args:
        workspace: Workspace.
        as_of: Day for which they answer; None = the latest date of any data.
        known: Only files and decisions received by this day; None = all.
    """
    return run(Request(as_of, known), workspace)
