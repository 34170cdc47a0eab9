"""Memory that was freed and is still held."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Give memory that was freed back to the system.

    The GNU C library keeps what arrays of a few megabytes leave between others that still stand;
    in the middle of linking a large city that adds up. Elsewhere nothing happens.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
