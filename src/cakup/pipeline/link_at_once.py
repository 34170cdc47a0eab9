"""``cakup link`` for rows that memory holds: all at once, here or in one task of Spark.

Makes ``r_clusters``, ``r_links`` and ``r_review`` (``linkage.resolve``), ``made_list_coverage`` and
``made_list_noise``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cakup import __version__
from cakup.engines.duckdb import DuckEngine
from cakup.kernel.errors import EngineError
from cakup.kernel.ports import SqlEngine, Tasks
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.imports import Import, all_imports, view_rows
from cakup.pipeline.kept_tables import UNFINISHED
from cakup.pipeline.list_coverage import make_list_coverage
from cakup.pipeline.list_noise import make_list_noise
from cakup.pipeline.partition_files import Shelf
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.linkage.kept_probes import KeptProbes
    from cakup.linkage.resolve import Resolved

Resolver = Callable[[SqlEngine, Progress], "Resolved | None"]
#: Makes the tables of linkage; returns the run if it can be asked more.
Linkage = Callable[[DuckEngine, Progress], "Asked | None"]
WHOLE, STEP = "whole", "resolve"
#: Tables that linkage reads beside the rows of the files, and those that it makes.
GIVEN = ("decisions_pairs", "answers_line", "line_pairs")
MADE = ("r_clusters", "r_links", "r_review", "made_list_coverage", "made_list_noise")
PIECE = "cakup.pipeline.link_at_once:do_piece"
#: Memory of the engine of a task; it only compares texts and reads files.
TASK_MEMORY_MB = 1600


@dataclass(frozen=True)
class Asked:
    """A finished run in this process.

    Args:
        resolved: The run.
        probes: What became of hidden rows, None if none were hidden.
    """

    resolved: Resolved
    probes: KeptProbes | None


def at_once(resolver: Resolver, lists: Sequence[Import]) -> Linkage:
    """Return linkage in this process.

    Args:
        resolver: Makes the tables of linkage, see ``resolving``.
        lists: Imports that are linked.
    """

    def work(engine: DuckEngine, progress: Progress = SILENT) -> Asked | None:
        resolved = resolver(engine, progress)
        progress.step("sembunyikan dan padankan lagi")
        probes = make_list_coverage(engine, resolved, lists)
        make_list_noise(engine, resolved)
        return Asked(resolved, probes) if resolved is not None else None

    return work


@contextmanager
def elsewhere(
    workspace: Workspace, tasks: Tasks, lists: Sequence[Import], known: date | None
) -> Iterator[Linkage]:
    """Yield linkage in one task; what it made stays until the block ends well.

    Args:
        workspace: Workspace, on storage that the task can read.
        tasks: Does the task.
        lists: Imports that are linked.
        known: Only files received by this day; None = all.
    """
    shelf = Shelf(workspace.root / UNFINISHED)

    def work(engine: DuckEngine, progress: Progress = SILENT) -> Asked | None:
        given = {name: engine.frame(f"SELECT * FROM {name} ORDER BY ALL") for name in GIVEN}
        ids = [i.id for i in lists]
        told = [__version__, ids, *(frame.rows() for frame in given.values())]
        key = hashlib.sha256(repr(told).encode()).hexdigest()
        if shelf.manifest().get("key") != key:
            shelf.clear()
            for name, frame in given.items():
                shelf.put(WHOLE, name, frame)
            shelf.begin(
                {"job": "link_at_once", "key": key, "workspace": str(workspace.root),
                 "lists": ids, "known": known.isoformat() if known else None}
            )  # fmt: skip
        if shelf.done(WHOLE, STEP) is None:
            _do(tasks, shelf, progress)
        for name in MADE:
            engine.drop(name)
            engine.view(name, shelf.path(WHOLE, name))
        return None

    yield work
    shelf.remove()


def _do(tasks: Tasks, shelf: Shelf, progress: Progress) -> None:
    """Let the task be done, once more if it fails."""
    progress.step("padankan")
    for _ in range(2):
        outcome = tasks.each(PIECE, [(str(shelf.root),)], lambda _: None)[0]
        if outcome.code is None or shelf.done(WHOLE, STEP) is not None:
            return
    raise EngineError("link.partition_failed", partition=1, n=1, step="padankan")


def do_piece(folder: str) -> int:
    """Link the rows of a workspace as its shelf says; return their number.

    Args:
        folder: Shelf, see ``elsewhere``.
    """
    shelf = Shelf(Path(folder))
    told = shelf.manifest()
    workspace = Workspace.find(Path(told["workspace"]))
    known = date.fromisoformat(told["known"]) if told["known"] else None
    held = {i.id: i for i in all_imports(workspace, known)}
    lists = [held[one] for one in told["lists"]]
    with DuckEngine(memory_mb=TASK_MEMORY_MB, threads=1) as engine:
        view_rows(engine, workspace, lists)
        for name in GIVEN:
            engine.register(name, shelf.get(WHOLE, name))
        at_once(resolving(), lists)(engine, SILENT)
        for name in MADE:
            shelf.put(WHOLE, name, engine.frame(f"SELECT * FROM {name}"))
        rows = int(engine.value("SELECT count(*) FROM records"))
    shelf.finish(WHOLE, STEP, [f"{name}.parquet" for name in MADE])
    return rows


def resolving() -> Resolver:
    """Return what makes the tables of linkage; loaded late, it is the heaviest part."""
    module = import_module("cakup.linkage.resolve")
    return lambda engine, progress: module.resolve(engine, module.Settings(), progress)
