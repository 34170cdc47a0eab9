"""A second process that writes workbooks, because the library for them works cell by cell.

The child is started as ``python -m cakup.synth.files.scribe``, not forked: Polars has threads. Jobs
and answers travel through its pipes as a line of JSON and an Arrow stream. What it writes is byte
for byte what this process would write; if it dies, this process writes instead.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import polars as pl

from cakup.kernel.cores import cores
from cakup.synth.files import registers, worker_lists
from cakup.synth.files.shapes import Shape
from cakup.synth.files.sheets import write_workbook
from cakup.synth.spec import stream

SHAPES: dict[str, Shape] = {**worker_lists.LISTS, **registers.REGISTERS}
#: A child takes half a second to start; smaller cities are written by then.
WORTH_WORKERS = 40_000


def workbook(
    path: Path, key: str, rows: pl.DataFrame, words: dict[str, str], seed: int
) -> pl.DataFrame:
    """Write one list as a workbook in this process.

    Args:
        path: File to write.
        key: Key of ``SHAPES``.
        rows: Rows in order.
        words: Fillings of the title rows.
        seed: Seed of the city.

    Returns:
        Places of the rows; see ``write_workbook``.
    """
    shape = SHAPES[key]
    return write_workbook(path, shape, rows, words, stream(seed, 0, f"file:{shape.file}"))


class Scribe:
    """The child process.

    Args:
        workers: Size of the city; a small one gets no child.
    """

    def __init__(self, workers: int) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        if workers < WORTH_WORKERS or cores() < 2:
            return
        paths = os.pathsep.join(p for p in sys.path if p)
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own module, no outside words
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": paths, "POLARS_MAX_THREADS": "1"},
            )  # fmt: skip
        except OSError:
            self._child = None

    def __enter__(self) -> Scribe:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._stop()

    @property
    def is_there(self) -> bool:
        """Whether there is a child to write."""
        return self._child is not None

    def workbook(
        self, path: Path, key: str, rows: pl.DataFrame, words: dict[str, str], seed: int
    ) -> pl.DataFrame | None:
        """Let the child write a workbook and wait for it; None if there is no child any more.

        Args:
            path: File to write.
            key: Key of ``SHAPES``.
            rows: Rows in order.
            words: Fillings of the title rows.
            seed: Seed of the city.
        """
        if self._child is None or self._child.stdin is None or self._child.stdout is None:
            return None
        job = {"path": str(path), "key": key, "words": words, "seed": seed}
        try:
            _send(self._child.stdin, job, rows)
            answer = _receive(self._child.stdout)
        except (OSError, ValueError):
            answer = None
        if answer is None:
            self._stop()
            return None
        return answer[1]

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(OSError):  # what a dead child did not read
                        pipe.close()
            child.wait()


def _send(pipe: IO[bytes], head: dict[str, Any], frame: pl.DataFrame) -> None:
    held = io.BytesIO()
    frame.write_ipc_stream(held)
    size = held.getbuffer().nbytes
    pipe.write(json.dumps({**head, "bytes": size}).encode() + b"\n")
    pipe.write(held.getbuffer())
    pipe.flush()


def _receive(pipe: IO[bytes]) -> tuple[dict[str, Any], pl.DataFrame] | None:
    """Return the next message; None when the other side has closed."""
    line = pipe.readline()
    if not line.endswith(b"\n"):
        return None
    head: dict[str, Any] = json.loads(line)
    body = pipe.read(head.pop("bytes"))
    return head, pl.read_ipc_stream(io.BytesIO(body))


def main() -> None:
    """Write workbooks until there are no more jobs."""
    while (job := _receive(sys.stdin.buffer)) is not None:
        head, rows = job
        placed = workbook(Path(head["path"]), head["key"], rows, head["words"], head["seed"])
        _send(sys.stdout.buffer, {}, placed)


if __name__ == "__main__":
    main()
