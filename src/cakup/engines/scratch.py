"""Private folders for spilling: one per engine, removed with it, swept after a crash.

DuckDB gives its spill files fixed names, so two engines may not share a folder; and a killed
process leaves personal data behind. Each folder therefore has a lock beside it: a folder whose lock
is free has no owner any more and is removed by the next engine.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cakup.engines.files import make_folder
from cakup.engines.lock import FileLock


@contextmanager
def private_scratch(parent: Path) -> Iterator[Path]:
    """Yield a new folder below ``parent``; it is removed with everything in it at the end."""
    make_folder(parent)
    sweep(parent)
    while True:
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        lock = FileLock(parent / f"{name}.lock")
        if lock.take():
            break
    folder = make_folder(parent / name)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _forget(lock)


def sweep(parent: Path) -> int:
    """Remove the folders of engines that died; return how many."""
    removed = 0
    for path in sorted(parent.glob("*.lock")):
        lock = FileLock(path)
        if lock.take():
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            _forget(lock)
            removed += 1
    return removed


def _forget(lock: FileLock) -> None:
    """Give a lock back and remove its file; closed first, since Windows keeps open files."""
    lock.release()
    with suppress(OSError):
        lock.path.unlink(missing_ok=True)
