"""Use case: record a target with its paper, and list those known."""

from __future__ import annotations

from cakup.coverage.register import Entry
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.published import AddRequest, add, listed
from cakup.pipeline.workspace import Workspace

__all__ = ["AddRequest", "add_target", "targets"]


def add_target(request: AddRequest, workspace: Workspace, progress: Progress = SILENT) -> Entry:
    """Record a target (share or persons) in the workspace; nothing that stands there is changed.

    Args:
        request: Percentage or persons, issuer, document, year and reading.
        workspace: Workspace that is written.
        progress: Not used; this takes milliseconds.

    Raises:
        UsageError: ``coverage.register.…`` for what is missing or wrong.
    """
    return add("targets", request, workspace)


def targets(workspace: Workspace | None = None, place: str | None = None) -> tuple[Entry, ...]:
    """Return the targets known, by place, id and date.

    Args:
        workspace: Workspace whose own entries are added to the package's.
        place: Only this place and the areas inside it.
    """
    return listed("targets", workspace, place)
