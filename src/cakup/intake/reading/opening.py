"""Opening a file that a stranger sent: regular files only, and the same bytes to the end."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cakup.kernel.errors import InputError, LimitError, Where

BLOCK_BYTES = 1 << 20
# A FIFO would block for ever on open; O_NONBLOCK lets us look at it first. Windows has neither.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True)
class Snapshot:
    """What tells that a file is still the same: identity, size and times of its last change."""

    device: int
    inode: int
    size_bytes: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, handle: BinaryIO) -> Snapshot:
        """Return the snapshot of an open file."""
        found = os.fstat(handle.fileno())
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@contextmanager
def opened(path: Path, file_bytes: int) -> Iterator[BinaryIO]:
    """Open a regular file for reading; leaving the block checks that it did not change meanwhile.

    Args:
        path: File as the user named it.
        file_bytes: Largest size accepted, bytes.

    Raises:
        InputError: ``file.missing``, ``file.no_permission``, ``file.not_regular``, ``file.empty``,
            ``file.changed``.
        LimitError: ``file.too_large``.
    """
    where = Where(file=path.name)
    with _open_regular(path, where) as handle:
        before = Snapshot.of(handle)
        if before.size_bytes == 0:
            raise InputError("file.empty", where=where)
        if before.size_bytes > file_bytes:
            raise LimitError("file.too_large", where=where, limit_mb=file_bytes >> 20)
        try:
            yield handle
        except InputError as err:
            # What looked like a damaged file may have been a file in the middle of being written.
            if Snapshot.of(handle) != before:
                raise InputError("file.changed", where=where) from err
            raise
        if Snapshot.of(handle) != before:
            raise InputError("file.changed", where=where)


def _open_regular(path: Path, where: Where) -> BinaryIO:
    """Open without following a link and without waiting on a pipe."""
    try:
        # Python's own open cannot say O_NOFOLLOW; the look before it names links clearly.
        if stat.S_ISLNK(os.lstat(path).st_mode):
            raise InputError("file.not_regular", where=where)
        number = os.open(path, _FLAGS)
    except FileNotFoundError as err:
        raise InputError("file.missing", where=where) from err
    except PermissionError as err:
        raise InputError("file.no_permission", where=where) from err
    except OSError as err:
        raise InputError("file.not_regular", where=where) from err
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise InputError("file.not_regular", where=where)
    return os.fdopen(number, "rb")


def fingerprint(path: Path, *, file_bytes: int = 4 << 30) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal, read in bounded memory.

    Args:
        path: A regular file.
        file_bytes: Largest size accepted, bytes.

    Raises:
        InputError: As ``opened``.
    """
    with opened(path, file_bytes) as handle:
        digest = hashlib.sha256()
        for block in _blocks(handle, path):
            digest.update(block)
        return digest.hexdigest()


def _blocks(handle: BinaryIO, path: Path) -> Iterator[bytes]:
    """Yield a file to the size that it has now; one that goes on growing is not followed.

    Raises:
        InputError: ``file.changed``.
    """
    left = Snapshot.of(handle).size_bytes
    while block := handle.read(BLOCK_BYTES):
        left -= len(block)
        if left < 0:
            break
        yield block
    if left:
        raise InputError("file.changed", where=Where(file=path.name))


def stable_copy(path: Path, target: Path, *, file_bytes: int = 4 << 30) -> str:
    """Copy a file and hash it in one pass; a file that changes meanwhile is refused.

    Reading from the copy makes sure that what was hashed is what is read.

    Args:
        path: A regular file of any size up to ``file_bytes``.
        target: Where the copy goes, readable by its owner only; it is removed on any failure.
        file_bytes: Largest size accepted, bytes.

    Returns:
        SHA-256 of the bytes copied, hexadecimal.

    Raises:
        InputError: As ``opened``.
        OSError: When the copy cannot be written (disk full); the caller wraps it.
    """
    digest = hashlib.sha256()
    done = False
    try:
        with opened(path, file_bytes) as source:
            number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(number, "wb") as copy:
                for block in _blocks(source, path):
                    digest.update(block)
                    copy.write(block)
        done = True
    finally:
        if not done:
            target.unlink(missing_ok=True)
    return digest.hexdigest()
