"""``cakup link --update`` where nothing came since the last: what is there stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from cakup.kernel.errors import CakupError
from cakup.pipeline import decisions, kept_linkage
from cakup.pipeline.imports import Import
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.store import Store


def same_as_last(
    workspace: Workspace, store: Store, imports: Sequence[Import]
) -> dict[str, Any] | None:
    """Return the manifest of the last run if another would write what that wrote, else None.

    So it is if the same release linked the same files under the same decisions, and its tables are
    current and intact. A file whose rows were erased has a decision that says so.

    Args:
        workspace: Workspace.
        store: Its current tables.
        imports: Imports to link.
    """
    last = _last(workspace)
    if last is None or not last["request"].get("update") or "told" not in last:
        return None
    if last["inputs"] != [i.id for i in imports]:
        return None
    if last["last_decision"] != decisions.last(workspace):
        return None
    tables: dict[str, str] = last["tables"]
    if {name: store.versions.get(name) for name in tables} != tables:
        return None
    if not _are_intact(store, (*tables, *kept_linkage.TABLES)):
        return None
    return last if kept_linkage.is_current(store) else None


def _last(workspace: Workspace) -> dict[str, Any] | None:
    """Return the manifest of the last run over all files that there were, None if there is none."""
    runs = [
        r for r in workspace.runs() if r["verb"] == "link" and r["request"].get("known") is None
    ]
    return runs[-1] if runs else None


def _are_intact(store: Store, tables: Iterable[str]) -> bool:
    try:
        for name in tables:
            store.path(name)
    except CakupError:
        return False
    return True
