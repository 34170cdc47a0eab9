"""``cakup clean``: remove versions of tables that nothing needs any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cakup.engines.files import file_errors, read_json
from cakup.engines.scratch import sweep
from cakup.engines.store import CURRENT, NAME_DIGITS
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.kept_tables import forget_all
from cakup.pipeline.workspace import Workspace

PURPOSE = "menghapus versi tabel yang tidak dipakai"


@dataclass(frozen=True)
class Request:
    """What to keep.

    Args:
        keep: Versions that the latest ``keep`` runs wrote or read stay, besides those in use.
        dry_run: Only say what would go.
        wait_seconds: How long to wait for another writer.
    """

    keep: int = 5
    dry_run: bool = False
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What went.

    Args:
        removed: Files by table.
        bytes: Their size.
        kept: Versions that stay.
        dry_run: Whether nothing was touched.
    """

    removed: dict[str, int]
    bytes: int
    kept: int
    dry_run: bool

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return asdict(self)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Remove versions that neither a pointer nor a recent run names.

    ``current.json`` and every ``known-<day>.json`` are pointers. Received files, imports, decisions
    and manifests are never touched: all else can be made again from them.

    Args:
        request: What to keep.
        workspace: Workspace.
        progress: Listener.

    Raises:
        ConflictError: ``workspace.busy``.
        AccessError: ``workspace.no_permission``.
    """
    with workspace.writing("clean", request.wait_seconds):
        needed = _needed(workspace, request.keep)
        removed: dict[str, int] = defaultdict(int)
        size = kept = 0
        for table, path in _versions(workspace):
            if path.stem in needed[table]:
                kept += 1
                continue
            progress.step("menghapus versi", sum(removed.values()))
            removed[table] += 1
            size += path.stat().st_size
            if not request.dry_run:
                with file_errors(path):
                    path.unlink()
        result = Result(dict(removed), size, kept, request.dry_run)
        if not request.dry_run:
            _remove_empty_folders(workspace)
            sweep(workspace.root / "scratch")
            forget_all(workspace)
            workspace.record_run("clean", asdict(request), purpose=PURPOSE, rows=dict(removed))
    return result


def _needed(workspace: Workspace, keep: int) -> dict[str, set[str]]:
    """Return the file stems that must stay, by table."""
    needed: dict[str, set[str]] = defaultdict(set)
    pointers = [workspace.root / CURRENT, *workspace.root.glob("known-*.json")]
    named = [read_json(path) for path in pointers if path.exists()]
    runs = [tables for run in workspace.runs() if isinstance(tables := run.get("tables"), dict)]
    named += runs[len(runs) - min(keep, len(runs)) :]
    for versions in named:
        for table, version in versions.items():
            needed[table].add(str(version)[:NAME_DIGITS])
    return needed


def _versions(workspace: Workspace) -> Iterator[tuple[str, Path]]:
    """Yield every version of every table."""
    for path in sorted((workspace.root / "tables").glob("*/*.parquet")):
        yield path.parent.name, path


def _remove_empty_folders(workspace: Workspace) -> None:
    for folder in (workspace.root / "tables").iterdir():
        with suppress(OSError):
            folder.rmdir()


def clean(workspace: Workspace, *, keep: int = 5, dry_run: bool = False) -> Result:
    """Remove versions of tables that neither a pointer nor a recent run names.

    Args:
        workspace: Workspace.
        keep: Versions of this many latest runs stay, besides those in use.
        dry_run: Only say what would go.

    Raises:
        ConflictError: ``workspace.busy``.
    """
    return run(Request(keep, dry_run), workspace)
