"""Column widths that fit what people will see."""

from __future__ import annotations

import polars as pl

from cakup.sheets.outline import NUMBER_KINDS, SheetOut

NARROWEST, WIDEST = 6.0, 48.0
_LOOKED_AT = 2_000
_PADDING = 2.0
_DATE_CHARS = 10


def column_widths(out: SheetOut) -> list[float]:
    """Return the width of each column in characters, from its header and its first 2,000 rows.

    Args:
        out: The sheet.
    """
    widths = []
    for column in out.shown:
        if column.width is not None:
            widths.append(column.width)
            continue
        # A long header wraps: its longest word must fit, and half of the rest.
        words = column.title.split() or [""]
        head = max(max(map(len, words)), len(column.title) / 2) + (3.0 if out.has_header else 0.0)
        if column.kind == "date":
            body = float(_DATE_CHARS)
        else:
            values = out.frame.get_column(column.name).head(_LOOKED_AT).cast(pl.String)
            lengths = values.str.len_chars().drop_nulls()
            longest = lengths.quantile(0.98, "higher") if len(lengths) else 0
            body = float(longest or 0)
            if column.kind in NUMBER_KINDS:
                body = body * 4 / 3 + (2 if column.kind == "rupiah" else 0)
        widths.append(min(max(head, body + _PADDING, NARROWEST), WIDEST))
    return widths
