"""Memory that was freed and is still held."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable

#: Words of the GNU C library's ``mallopt``, and what they are set to, bytes. The library itself
#: would come to ask the system for arrays of up to 32 MB anew every time, and give back what is
#: free at the end of its memory from a few megabytes on.
_TRIM, _MAP = -1, -3
HELD_FREE, MAPPED_FROM = 64 << 20, 32 << 20
#: A process that was started with its own words keeps them, see ``pipeline.partitions``.
TOLD_OUTSIDE = "MALLOC_TRIM_THRESHOLD_"


def give_back() -> None:
    """Give memory that was freed back to the system.

    The GNU C library keeps what arrays of a few megabytes leave between others that still stand;
    in the middle of linking a large city that adds up. Elsewhere nothing happens.
    """
    trim = _of_the_c_library("malloc_trim")
    if trim is not None:
        trim(0)


def hold_freed() -> None:
    """Keep up to ``HELD_FREE`` bytes that arrays leave for the next ones, from now on.

    Linkage makes and forgets arrays of a few megabytes thousands of times. That each came with
    fresh pages from the system, which clears them first, took a twentieth of its CPU seconds. With
    another C library nothing happens.
    """
    tune = _of_the_c_library("mallopt")
    if tune is not None and TOLD_OUTSIDE not in os.environ:
        tune(_TRIM, HELD_FREE)
        tune(_MAP, MAPPED_FROM)


def _of_the_c_library(name: str) -> Callable[..., int] | None:
    """Return a function of the C library of this process, None where it has none of that name."""
    if os.name != "posix":
        return None  # Windows loads no library without being told which
    found: Callable[..., int] | None = getattr(ctypes.CDLL(None), name, None)
    return found
