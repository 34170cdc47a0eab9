"""Files that appear whole or not at all, readable by their owner only."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cakup.kernel.errors import AccessError, InputError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
#: On Windows a file that somebody reads cannot be replaced; readers are quick, so try again.
REPLACE_TRIES = 50
REPLACE_PAUSE_SECONDS = 0.1


def make_folder(path: Path) -> Path:
    """Make a folder that only its owner can read; parents too."""
    with file_errors(path):
        for folder in (*reversed(path.parents), path):
            if not folder.is_dir():
                # mkdir(parents=True) would make the parents readable by everybody.
                folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return path


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Turn operating-system errors about ``path`` into errors with a sentence."""
    try:
        yield
    except OSError as err:
        if isinstance(err, PermissionError) or err.errno == errno.EROFS:
            raise AccessError("workspace.no_permission", path=path.name) from err
        if err.errno in FULL:
            raise AccessError("workspace.disk_full", path=path.name) from err
        raise


@contextmanager
def staged(folder: Path, name: str) -> Iterator[Path]:
    """Yield a private, empty temporary file in ``folder``; it is removed at the end.

    Args:
        folder: Folder in which the finished file will stand; a rename must stay on one disk.
        name: Name to build on.
    """
    temporary = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}.part"
    with file_errors(folder / name):
        try:
            # Made private before anything is in it: a mode set afterwards leaves a gap.
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def put(temporary: Path, path: Path) -> None:
    """Move a finished temporary file to its place; it is on disk before its name is."""
    temporary.chmod(PRIVATE_FILE)
    _to_disk(temporary)
    _replace(temporary, path)
    if os.name == "posix":
        _to_disk(path.parent)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it there on success, remove it on failure."""
    with staged(path.parent, path.name) as temporary:
        yield temporary
        put(temporary, path)


def write_text(path: Path, text: str) -> None:
    """Write a small text file whole."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: Any) -> None:
    """Write JSON with sorted keys, whole."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file of the workspace.

    Raises:
        InputError: ``workspace.damaged`` if it is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as err:
        raise InputError("workspace.damaged", path=f"{path.parent.name}/{path.name}") from err


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    """Make sure that a file or folder survives a power cut."""
    flags = os.O_RDONLY if path.is_dir() else os.O_RDWR
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(temporary: Path, path: Path) -> None:
    """Rename over ``path``; where open files cannot be replaced, wait until they are closed."""
    tries = REPLACE_TRIES if sys.platform == "win32" else 1
    for left in range(tries - 1, -1, -1):
        try:
            os.replace(temporary, path)
        except PermissionError:
            if not left:
                raise
            time.sleep(REPLACE_PAUSE_SECONDS)
        else:
            return
