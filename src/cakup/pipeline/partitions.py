"""Link more rows than memory holds: unit by unit, in processes of their own, redone if they fail.

A *unit* is a kabupaten (``linkage.units``); a *partition* is a group of units that one process does
one after the other. How many partitions and processes there are changes nothing in the result. On
Spark every unit is a task of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from cakup.kernel import spelling
from cakup.kernel.cores import cores
from cakup.kernel.errors import EngineError
from cakup.kernel.ports import Tasks
from cakup.kernel.progress import SILENT, Progress
from cakup.linkage.partitions import grouped
from cakup.pipeline.partition_files import Shelf
from cakup.pipeline.partition_steps import WHOLE, Steps

#: Rows from which linking goes unit by unit unless the user says otherwise.
AUTOMATIC_FROM = 3_000_000
#: Rows of one partition, about. A process works unit by unit, so memory does not depend on it, and
#: starting one costs as much as linking some ten thousand rows.
PARTITION_ROWS = 10_000_000
#: Processes at most; each needs about 2 GB.
MOST_WORKERS = 2
#: Pairs of the second pass that are weighed at once.
BUCKET_PAIRS = 2_000_000
#: What a task of Spark calls for a unit.
PIECE = "cakup.pipeline.partition_worker:do_piece"
#: Units follow each other in a process, so memory that one is done with waits for the next: asking
#: the system for every large array anew took a quarter of the CPU seconds of ten million persons.
#: NumPy's arrays come from the C library, those of Polars from jemalloc, which it lets give memory
#: back after half a second; elsewhere these words mean nothing.
KEEP_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(1 << 32),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 33),
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:10000,muzzy_decay_ms:10000",
}
#: So many pieces or fewer that failed are tried once more one by one: memory may have been short.
ALONE_UP_TO = 8
#: Step → what it is called on the screen.
WORDS = {
    "count": "bersihkan dan hitung", "learn": "pelajari bobot", "link": "padankan",
    "seek": "kumpulkan yang dicari", "meet": "cari yang pindah",
    "pair": "pertemukan yang pindah", "weigh": "timbang yang pindah",
    "settle": "putuskan yang pindah",
}  # fmt: skip


@dataclass(frozen=True)
class Division:
    """Into how many partitions, by how many processes.

    Args:
        partitions: Groups of units.
        workers: Processes at a time; 0 = everything in this process.
        threads: Threads of each process, None = as many as there are cores for it.
    """

    partitions: int
    workers: int = MOST_WORKERS
    threads: int | None = None

    @staticmethod
    def of(asked: int | None, rows: int) -> Division | None:
        """Return the division for so many rows, None if they are linked all at once.

        Args:
            asked: Partitions the user asked for, 0 = none, None = as the rows need.
            rows: Rows.
        """
        if asked == 0 or (asked is None and rows < AUTOMATIC_FROM):
            return None
        n = asked or max(-(-rows // PARTITION_ROWS), MOST_WORKERS)
        return Division(n, max(min(MOST_WORKERS, cores(), n), 1))


@dataclass
class _Told:
    """What became of the partitions of one step."""

    failed: list[int] = field(default_factory=list)
    rows: int = 0


def run_steps(
    shelf: Shelf, division: Division, progress: Progress = SILENT, tasks: Tasks | None = None
) -> None:
    """Do every step that is not done yet.

    Args:
        shelf: Files; its manifest says what is linked.
        division: Partitions and processes.
        progress: Listener.
        tasks: Does the units elsewhere, one by one; None = processes of this machine do.

    Raises:
        EngineError: ``link.partition_failed``; what was finished is kept.
    """
    run = _Run(shelf, division, progress, tasks)
    run.all_units("count")
    run.once("learn")
    run.all_units("link")
    if len(run.units) > 1:
        run.once("seek")
        run.all_units("meet")
        run.once("pair")
        run.buckets("weigh")
        run.once("settle")


class _Run:
    """One run over all partitions."""

    def __init__(
        self, shelf: Shelf, division: Division, progress: Progress, tasks: Tasks | None
    ) -> None:
        self.shelf, self.division, self.progress, self.tasks = shelf, division, progress, tasks
        self.units: dict[str, int] = shelf.manifest()["units"]
        self.groups = grouped(self.units, division.partitions)
        self._lock = threading.Lock()

    def once(self, step: str) -> None:
        """Do a step that is not of one unit."""
        if self.shelf.done(WHOLE, step) is None:
            self.progress.step(WORDS[step])
            self._do(step, [[]], once=True)

    def buckets(self, step: str) -> None:
        """Do a step for the buckets of pairs that lack it, on one machine one after the other."""
        facts = self.shelf.done(WHOLE, "pair") or {"buckets": []}
        waiting = [b for b in facts["buckets"] if not self._is_done(b, step)]
        if waiting:
            self.progress.step(WORDS[step])
            self._do(step, [waiting])

    def all_units(self, step: str) -> None:
        """Do a step for the units that lack it."""
        waiting = [
            [u for u in group if not self._is_done(u, step)] for group in self.groups
        ]  # fmt: skip
        self._do(step, waiting)

    def _is_done(self, unit: str, step: str) -> bool:
        facts = self.shelf.done(unit, step)
        if facts is None:
            return False
        folder = self.shelf.folder(unit)
        return all((folder / name).exists() for name in facts.get("kept", ()))

    def _do(self, step: str, groups: Sequence[Sequence[str]], *, once: bool = False) -> None:
        """Do a step for groups of units; a group that fails is tried again, alone."""
        if self.tasks is not None:
            self._elsewhere(self.tasks, step, [u for g in groups for u in g] or [WHOLE] * once)
            return
        told = _Told()
        wanted = [at for at, group in enumerate(groups) if group or once]
        if self.division.workers:
            with ThreadPoolExecutor(self.division.workers) as pool:
                list(pool.map(lambda at: self._child(step, at, groups[at], told), wanted))
        else:
            for at in wanted:
                self._here(step, at, groups[at], told)
        again, told.failed = told.failed, []
        for at in sorted(again):
            self.progress.note(f"bagian {at + 1}: {WORDS[step]} gagal, diulang sendiri")
            self._again(step, at, groups[at], told, once=once)
        if told.failed:
            raise EngineError(
                "link.partition_failed", partition=min(told.failed) + 1, n=len(groups),
                step=WORDS[step],
            )  # fmt: skip

    def _again(self, step: str, at: int, group: Sequence[str], told: _Told, *, once: bool) -> None:
        """Redo what a group lacks, as often as that finishes at least one more unit."""
        left = [u for u in group if not self._is_done(u, step)]
        while left or once:
            failed = len(told.failed)
            self._child(step, at, left, told)
            if len(told.failed) == failed:
                return
            rest = [u for u in left if not self._is_done(u, step)]
            if len(rest) == len(left):
                return
            left = rest
            told.failed.pop()

    def _elsewhere(self, tasks: Tasks, step: str, units: Sequence[str]) -> None:
        """Let every unit be a task; those that failed are tried once more."""
        left, began = sorted(units, key=lambda u: (-self.units.get(u, 0), u)), time.monotonic()
        left = self._failed(tasks, step, left)
        if left:
            self.progress.note(f"{WORDS[step]}: {len(left)} bagian gagal, diulang sendiri")
            again = [[u] for u in left] if len(left) <= ALONE_UP_TO else [left]
            left = [u for some in again for u in self._failed(tasks, step, some)]
        if left:
            raise EngineError(
                "link.partition_failed", partition=list(units).index(left[0]) + 1, n=len(units),
                step=WORDS[step],
            )  # fmt: skip
        if units and self.units.keys() >= set(units):
            self._note_all(step, units, began)

    def _failed(self, tasks: Tasks, step: str, units: Sequence[str]) -> list[str]:
        """Do a step for units; return those for which it is not done then."""

        def heard(done: int) -> None:
            self.progress.step(WORDS[step], done, len(units))

        pieces = [(str(self.shelf.root), step, unit) for unit in units]
        outcomes = tasks.each(PIECE, pieces, heard) if pieces else []
        told = zip(units, outcomes, strict=True)
        return [u for u, outcome in told if outcome.code and not self._is_done(u, step)]

    def _here(self, step: str, at: int, group: Sequence[str], told: _Told) -> None:
        steps, began = Steps(self.shelf, self.division.threads), time.monotonic()
        if not group:
            getattr(steps, step)()
            return
        for unit in group:
            self._tell(step, at, told, getattr(steps, step)(unit))
        self._note(step, at, group, began)

    def _child(self, step: str, at: int, group: Sequence[str], told: _Told) -> None:
        """Do a group in a process of its own."""
        began = time.monotonic()
        alone = len(self.groups) == 1 or self.division.workers == 1
        threads = self.division.threads or (0 if alone else _share(self.division.workers))
        words = [str(self.shelf.root), step, str(threads), *group]
        with subprocess.Popen(  # noqa: S603 - Cakup itself, with words of its own
            [sys.executable, "-m", "cakup.pipeline.partition_worker", *words],
            stdout=subprocess.PIPE, text=True, env=_environment(threads),
            # A failure may quote a value of the data; only its code comes back.
            stderr=None if "CAKUP_TRACE" in os.environ else subprocess.DEVNULL,
        ) as child:  # fmt: skip
            for line in child.stdout or ():
                self._hear(line, step, at, told)
        if child.returncode:
            with self._lock:
                told.failed.append(at)
        elif group:
            self._note(step, at, group, began)

    def _hear(self, line: str, step: str, at: int, told: _Told) -> None:
        """Take one line of a child."""
        try:
            said: Mapping[str, Any] = json.loads(line)
        except ValueError:
            return
        if "rows" in said:
            self._tell(step, at, told, int(said["rows"]))

    def _tell(self, step: str, at: int, told: _Told, rows: int) -> None:
        with self._lock:
            told.rows += rows
            total = sum(self.units.values()) if step in ("count", "link") else None
            text = f"bagian {at + 1}/{len(self.groups)}: {WORDS[step]}"
            self.progress.step(text, told.rows, total)

    def _note(self, step: str, at: int, group: Sequence[str], began: float) -> None:
        if not self.units.keys() >= set(group):
            return
        rows = sum(self.units[u] for u in group)
        with self._lock:
            self.progress.note(
                f"bagian {at + 1}/{len(self.groups)}: {WORDS[step]} selesai, {len(group)} "
                f"kabupaten/kota, {spelling.count(rows, 'id')} baris, "
                f"{time.monotonic() - began:.0f} detik"
            )

    def _note_all(self, step: str, units: Sequence[str], began: float) -> None:
        rows = spelling.count(sum(self.units[u] for u in units), "id")
        self.progress.note(
            f"{WORDS[step]} selesai, {len(units)} kabupaten/kota, {rows} baris, "
            f"{time.monotonic() - began:.0f} detik"
        )


def _share(workers: int) -> int:
    return max(cores() // max(workers, 1), 1)


def _environment(threads: int) -> dict[str, str]:
    """Return the environment of a child, so that all of them together use the cores once."""
    shared = {"POLARS_MAX_THREADS": str(threads)} if threads else {}
    return {**os.environ, **KEEP_MEMORY, **shared}
