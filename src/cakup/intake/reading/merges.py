"""Merged cells: a value that stands once for many rows is given to each of them."""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.intake.reading.workbook import Merge


def fill_down(frame: pl.DataFrame, merges: tuple[Merge, ...]) -> tuple[pl.DataFrame, list[int]]:
    """Copy the value of each vertical merge down its first column.

    Only rows that hold something else are filled, so that a merged title does not turn blank rows
    into data, and only blank cells are written.

    Args:
        frame: Sheet of text, frame row 0 is sheet row 1.
        merges: Merged ranges.

    Returns:
        The frame, and the sheet rows that took a value.
    """
    tall = [merge for merge in merges if merge.bottom > merge.top and merge.left <= frame.width]
    if not tall or frame.is_empty():
        return frame, []
    is_filled = np.zeros(frame.height, dtype=np.bool_)
    for column in frame:
        is_filled |= column.is_not_null().to_numpy()
    filled_rows: list[int] = []
    for left in sorted({merge.left for merge in tall}):
        column = frame.to_series(left - 1)
        sources, targets = _pairs([m for m in tall if m.left == left], frame.height)
        wanted = is_filled[targets] & column.is_null().to_numpy()[targets]
        wanted &= column.is_not_null().to_numpy()[sources]
        sources, targets = sources[wanted], targets[wanted]
        if len(targets):
            frame = frame.with_columns(column.scatter(targets, column.gather(sources)))
            filled_rows += (targets + 1).tolist()
    return frame, sorted(set(filled_rows))


def _pairs(merges: list[Merge], height: int) -> tuple[np.ndarray, np.ndarray]:
    """Return source and target rows (0-based) of one column; overlapping ranges count once."""
    sources, targets = [], []
    reached = 0
    for merge in sorted(merges, key=lambda m: (m.top, m.bottom)):
        bottom = min(merge.bottom, height)
        if merge.top <= reached or bottom <= merge.top:
            continue
        reached = bottom
        rows = np.arange(merge.top, bottom)
        targets.append(rows)
        sources.append(np.full(len(rows), merge.top - 1))
    if not targets:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate(sources), np.concatenate(targets)
