"""What is read of a block of XLSX rows: the cells as arrays, and the words for their kinds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.intake.reading.markup import Marks, Places

SHARED, TEXT, NUMBER, BOOLEAN, ERROR, ISO_DATE = range(6)
TYPES = {
    "s": SHARED,
    "str": TEXT,
    "inlineStr": TEXT,
    "n": NUMBER,
    "b": BOOLEAN,
    "e": ERROR,
    "d": ISO_DATE,
}


@dataclass(frozen=True)
class Cells:
    """Cells of one block, in the order of the file; arrays are of equal length but ``rows``.

    Args:
        rows: Row numbers present, ascending, 1-based.
        row: Row number of each cell.
        column: Column of each cell, 1-based.
        kind: ``SHARED``, ``TEXT``, ``NUMBER``, …
        style: Index into the cell styles.
        shared: Index into the shared strings, -1 for other kinds.
        text: Raw text of the cells that are not ``SHARED``, in order.
        is_formula: Whether the cell holds a formula.
        is_blank: Whether no value is stored.
        hidden_rows: Rows marked as hidden.
    """

    rows: Places
    row: Places
    column: Places
    kind: NDArray[np.int8]
    style: Places
    shared: Places
    text: pl.Series
    is_formula: Marks
    is_blank: Marks
    hidden_rows: list[int]


def column_number(letters: str) -> int:
    """Return the 1-based number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
