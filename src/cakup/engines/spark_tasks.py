"""Pieces of work as tasks of Spark: one task per piece, on whatever machine has a core for it.

A piece is told by a few short words (a folder, a step, a unit); what it reads and writes are files
on storage that all machines share. So no row of a person passes through Spark, its logs or its
event log, and a task may be run twice or be killed without harm.
"""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from cakup import __version__
from cakup.engines.spark_session import JAVA_OPTIONS, start
from cakup.kernel.cores import cores
from cakup.kernel.errors import CakupError, EngineError
from cakup.kernel.ports import Outcome

POLL_SECONDS = 0.5
#: A worker process that dies is tried again so often on one machine; a cluster has its own setting.
LOCAL_TRIES = 2
#: Codes of our own for what a task could not even begin with.
NO_CAKUP, NO_FOLDER, DIED = "engine.spark_worker", "engine.spark_storage", "died"


@contextmanager
def open_tasks(
    scratch: Path, *, memory_mb: int = 3200, threads: int | None = None, small_rows: int = 0,
    settings: Mapping[str, str] | None = None,
) -> Iterator[SparkTasks]:  # fmt: skip
    """Yield tasks of a Spark that runs as long as the block.

    Args:
        scratch: Private folder for everything that Spark spills.
        memory_mb: Memory of Spark's driver, megabytes; the work itself is done outside the JVM.
        threads: Cores on one machine, None = all. Results do not depend on it.
        small_rows: Of no use here: links of a few rows are a task like any other.
        settings: Further settings ``spark.…``.
    """
    del small_rows
    n_threads = threads or cores()
    ours = {
        "spark.master": f"local[{n_threads},{LOCAL_TRIES}]",
        # The work is done outside the JVM: compiling for speed would never pay.
        JAVA_OPTIONS: "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        # One task has one core: what it calls must not take them all.
        "spark.executorEnv.POLARS_MAX_THREADS": "1",
    }
    session = start(scratch, memory_mb, threads, {**ours, **(settings or {})})
    try:
        yield SparkTasks(session)
    finally:
        session.stop()


class SparkTasks:
    """Runs pieces as tasks of Spark; a ``kernel.ports.Tasks``.

    Args:
        session: Session of Spark.
    """

    def __init__(self, session: Any) -> None:
        self._context = session.sparkContext

    def each(
        self, work: str, pieces: Sequence[tuple[str, ...]],
        heard: Callable[[int], None] = lambda _: None,
    ) -> list[Outcome]:  # fmt: skip
        """Do pieces, each in a task of its own.

        Args:
            work: ``module:function``; it takes the words of a piece and returns a whole number.
            pieces: Words of each piece, the folder that it works in first.
            heard: Told now and then how many pieces are done.

        Returns:
            What became of each piece. When a worker dies as often as Spark allows, no piece is
            known to be done: look at the files.

        Raises:
            EngineError: ``engine.spark_worker``, ``engine.spark_storage``: it would fail again.
        """
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        spoken = "CAKUP_TRACE" in os.environ
        with self._listening(heard):
            try:
                rows = (
                    self._context.parallelize(list(pieces), max(len(pieces), 1))
                    .map(_task(work, __version__, spoken))
                    .collect()
                )
            except (PySparkException, Py4JError):
                # Its text quotes what the worker said last, which may be a value of the data.
                rows = [(0, DIED, "")] * len(pieces)
        for _, code, detail in rows:
            if code == NO_CAKUP:
                raise EngineError(code, found=detail or "-", wanted=__version__)
            if code == NO_FOLDER:
                raise EngineError(code)
        return [Outcome(value, code) for value, code, _ in rows]

    @contextmanager
    def _listening(self, heard: Callable[[int], None]) -> Iterator[None]:
        """Ask Spark now and then how many tasks are done, while the block runs."""
        group = f"cakup-{id(heard)}-{threading.get_ident()}"
        self._context.setJobGroup(group, "cakup")
        ended = threading.Event()

        def poll() -> None:
            tracker = self._context.statusTracker()
            while not ended.wait(POLL_SECONDS):
                stages = [
                    tracker.getStageInfo(stage)
                    for job in tracker.getJobIdsForGroup(group)
                    for stage in getattr(tracker.getJobInfo(job), "stageIds", ())
                ]
                heard(sum(stage.numCompletedTasks for stage in stages if stage))

        listener = threading.Thread(target=poll, daemon=True)
        listener.start()
        try:
            yield
        finally:
            ended.set()
            listener.join()


def _task(work: str, wanted: str, spoken: bool) -> Callable[[tuple[str, ...]], Any]:
    """Return what a worker calls for one piece.

    It is made here, inside, so that it travels as it is: a machine without Cakup can still say so.
    """

    def task(piece: tuple[str, ...]) -> tuple[int, str | None, str]:
        try:
            from cakup import __version__ as found
            from cakup.engines.spark_tasks import done_quietly
        except ImportError:
            return 0, "engine.spark_worker", ""
        if found != wanted:
            return 0, "engine.spark_worker", found
        return done_quietly(work, piece, spoken)

    return task


def done_quietly(
    work: str, piece: tuple[str, ...], spoken: bool = False
) -> tuple[int, str | None, str]:
    """Do a piece in this process; nothing that it prints or raises leaves it.

    What libraries write when they fail may quote a value of the data, and everything that a worker
    writes ends in Spark's logs.

    Args:
        work: See ``SparkTasks.each``.
        piece: Its words.
        spoken: Let output and errors through, to look for a fault on fictitious data.

    Returns:
        The number that the work returned, the code of a failure (None without one), a detail.
    """
    if not Path(piece[0]).is_dir():
        return 0, NO_FOLDER, ""
    module, _, name = work.partition(":")
    with _silence(spoken):
        try:
            return int(getattr(importlib.import_module(module), name)(*piece)), None, ""
        except BaseException as err:  # a panic of a library is no Exception
            if spoken:
                raise
            # Other errors have a ``code`` too, and what stands there is not ours to show.
            return 0, err.code if isinstance(err, CakupError) else DIED, ""


@contextmanager
def _silence(spoken: bool) -> Iterator[None]:
    """Let everything that this process writes, its libraries too, go nowhere."""
    if spoken:
        yield
        return
    kept = [os.dup(stream) for stream in (1, 2)]
    # What Python itself prints waits in a buffer; it would come out after the block.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        try:
            for stream in (1, 2):
                os.dup2(nowhere.fileno(), stream)
            with redirect_stdout(nowhere), redirect_stderr(nowhere):
                yield
        finally:
            for stream, held in zip((1, 2), kept, strict=True):
                os.dup2(held, stream)
                os.close(held)
