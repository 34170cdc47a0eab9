"""Which columns are days for life, and which may be a moment: when something was, or how much."""

from __future__ import annotations

import numpy as np

from cakup.linkage.generic.values import DATE, NUMBER, Column

#: Field that stays with a person for life, and years between which nine of ten days lie if they
#: may be birth dates under another name.
BORN, GENERATION_YEARS = "tanggal_lahir", 15


def is_moment(column: Column) -> bool:
    """Return whether a column is an amount, or a day that is no birth date."""
    return column.kind == NUMBER or (column.kind == DATE and not is_birth(column))


def is_birth(column: Column) -> bool:
    """Return whether a column is a birth date, by its name or as its days span a generation."""
    if column.kind != DATE or column.name == BORN:
        return column.name == BORN
    days = column.number[column.value[column.value > 0]]
    days = days[np.isfinite(days)]
    if not len(days):
        return False
    low, high = np.quantile(days // 10_000, (0.05, 0.95))
    return bool(high - low >= GENERATION_YEARS)
