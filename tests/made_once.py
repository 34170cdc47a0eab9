"""Workspaces that several tests begin with: made once by each process, then copied."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from cakup.pipeline.workspace import Workspace


def once(make: Callable[[Path], Workspace]) -> Callable[[Path], Workspace]:
    """Return what gives every caller a copy of his own of what ``make`` makes.

    Args:
        make: Makes a workspace in a folder, which may hold other files too; it always makes the
            same, and writes nothing elsewhere.
    """
    made: list[tuple[Path, Path]] = []

    @wraps(make)
    def copied(folder: Path) -> Workspace:
        if not made:
            home = Path(tempfile.mkdtemp(prefix="cakup-"))
            atexit.register(shutil.rmtree, home, ignore_errors=True)
            made.append((home / "first", make(home / "first").root.relative_to(home / "first")))
        first, root = made[0]
        shutil.copytree(first, folder, dirs_exist_ok=True)
        return Workspace.find(folder / root)

    return copied
