"""Tables kept between commands: worked out once, read by the next one that asks the same.

``measure``, ``gap`` and ``report`` of one day all stand on the state of every person, which takes
longer than all they add. Such a table is kept in ``cache/`` of the workspace under a name that
holds everything it depends on (its SQL, the versions of the tables, the files that answer) and the
hash of its own bytes. A name that does not fit is never read, so nothing has to be told that
anything changed. Only tables without names and numbers of people are kept. ``cakup clean`` empties
the folder; whatever is missing is made again.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cakup import __version__
from cakup.engines.files import make_folder, put, sha256_of, staged
from cakup.kernel.errors import CakupError

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine
    from cakup.pipeline.workspace import Workspace

FOLDER = "cache"
#: What an unfinished linkage in partitions left, rows of people included.
UNFINISHED = "partitions"
#: Files kept at most, the latest read first; a report needs six.
MOST_FILES = 24
_DIGITS = 32


def key_of(sql: str, rests_on: Iterable[str]) -> str:
    """Return the key of a table: everything that its rows depend on, as hexadecimal digits.

    Args:
        sql: SQL of its rows.
        rests_on: Versions, files, keys of other kept tables that ``sql`` reads.
    """
    text = "\n".join((__version__, sql, *rests_on))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def make_kept(
    engine: SqlEngine, workspace: Workspace, name: str, sql: str, key: str,
    prepare: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Make the temp table ``name``: read it if it was kept, else work it out and keep it.

    Args:
        engine: Engine.
        workspace: Workspace.
        name: Name of the temp table.
        sql: SQL of its rows; it must not hold anything that identifies a person.
        key: ``key_of`` its rows.
        prepare: Makes what ``sql`` reads; called only if the table has to be worked out.
    """
    folder = workspace.root / FOLDER
    for path in sorted(folder.glob(f"{key}-*.parquet")):
        if _read(engine, name, path):
            return
    prepare()
    engine.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
    # A folder that cannot be written to costs time, nothing else.
    with suppress(CakupError, OSError):
        _keep(engine, name, folder, key)


def forget_all(workspace: Workspace) -> int:
    """Remove every kept table of a workspace, and unfinished work; return how many there were."""
    shutil.rmtree(workspace.root / UNFINISHED, ignore_errors=True)
    removed = 0
    for path in (workspace.root / FOLDER).glob("*.parquet"):
        path.unlink(missing_ok=True)
        removed += 1
    return removed


def _read(engine: SqlEngine, name: str, path: Path) -> bool:
    """Read a kept table; return False if it is not what was written, or gone meanwhile."""
    with suppress(CakupError, OSError):
        if sha256_of(path)[:_DIGITS] == path.stem.partition("-")[2]:
            quoted = str(path).replace("'", "''")
            engine.run(
                f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM read_parquet('{quoted}')"
            )
            path.touch()
            return True
    return False


def _keep(engine: SqlEngine, name: str, folder: Path, key: str) -> None:
    """Write a table under its key and the hash of its bytes; the oldest make room."""
    make_folder(folder)
    with staged(folder, key) as temporary:
        engine.write_parquet(f"SELECT * FROM {name}", temporary)
        put(temporary, folder / f"{key}-{sha256_of(temporary)[:_DIGITS]}.parquet")
    held = sorted(folder.glob("*.parquet"), key=lambda p: (p.stat().st_mtime_ns, p.name))
    for path in held[: max(0, len(held) - MOST_FILES)]:
        path.unlink(missing_ok=True)
