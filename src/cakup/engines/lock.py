"""A lock that the operating system gives back when its holder dies.

A file that merely exists cannot tell a working holder from a dead one, and a process number can be
used again by a stranger. So the lock is the system's own (``flock``, on Windows a locked byte): it
ends with its process, however that ends. The file's text only says who holds it and since when.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from cakup.engines.files import PRIVATE_FILE, file_errors

#: The locked byte on Windows lies far behind the text, so that others can still read the text.
LOCKED_BYTE = 1 << 30

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@dataclass(frozen=True)
class Holder:
    """Who holds a lock.

    Args:
        what: Command, user and process number.
        since: Time in words.
    """

    what: str = "?"
    since: str = "?"


class FileLock:
    """An exclusive lock on a file.

    Args:
        path: The file; it stays when the lock is given back, empty.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self, what: str = "", since: str = "") -> bool:
        """Try to take the lock, without waiting.

        Args:
            what: Who takes it, for others to read.
            since: Since when, for others to read.

        Returns:
            Whether it was free.

        Raises:
            AccessError: ``workspace.no_permission``, ``workspace.disk_full``.
        """
        with file_errors(self.path):
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            _lock(handle)
        except (BlockingIOError, PermissionError):
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        if not self._is_still_the_file(handle):
            os.close(handle)
            return False
        self._handle = handle
        self._say(f"{what}\n{since}\n" if what else "")
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            self._say("")
            os.close(self._handle)
            self._handle = None

    def holder(self) -> Holder:
        """Return who holds the lock, as far as its text says."""
        try:
            what, since = self.path.read_text(encoding="utf-8").splitlines()[:2]
        except (OSError, ValueError):
            return Holder()
        return Holder(what, since)

    def _is_still_the_file(self, handle: int) -> bool:
        """Return whether the path names what was locked; a sweeper may have removed it between."""
        try:
            return os.path.samestat(os.fstat(handle), self.path.stat())
        except FileNotFoundError:
            return False

    def _say(self, text: str) -> None:
        assert self._handle is not None
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.ftruncate(self._handle, 0)
        os.write(self._handle, text.encode())
