"""Independent pieces of work on all cores; the order of the answers is that of the pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from cakup.kernel.cores import cores

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")


def each(work: Callable[[Piece], Answer], pieces: Iterable[Piece]) -> list[Answer]:
    """Return the answer of every piece, in the order of the pieces.

    NumPy lets go of the interpreter while it works on an array, so threads use all cores. A piece
    must not depend on another, and so no result depends on the number of cores.

    Args:
        work: Makes an answer of a piece; it must change nothing that another piece reads.
        pieces: What to work on.
    """
    waiting = list(pieces)
    if cores() == 1 or len(waiting) < 2:
        return [work(piece) for piece in waiting]
    with ThreadPoolExecutor(min(cores(), len(waiting))) as pool:
        return list(pool.map(work, waiting))
