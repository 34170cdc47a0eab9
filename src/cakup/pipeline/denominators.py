"""Use case: record a denominator with its paper, and list those known."""

from __future__ import annotations

from cakup.coverage.register import Entry
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.published import AddRequest, add, listed
from cakup.pipeline.workspace import Workspace

__all__ = ["AddRequest", "add_denominator", "denominators"]


def add_denominator(
    request: AddRequest, workspace: Workspace, progress: Progress = SILENT
) -> Entry:
    """Record a denominator (persons) in the workspace; nothing that stands there is changed.

    Args:
        request: Number, issuer, document, year and reading.
        workspace: Workspace that is written.
        progress: Not used; this takes milliseconds.

    Raises:
        UsageError: ``coverage.register.…`` for what is missing or wrong.
    """
    return add("denominators", request, workspace)


def denominators(workspace: Workspace | None = None, place: str | None = None) -> tuple[Entry, ...]:
    """Return the denominators known, by place, id and date.

    Args:
        workspace: Workspace whose own entries are added to the package's.
        place: Only this place and the areas inside it.
    """
    return listed("denominators", workspace, place)
