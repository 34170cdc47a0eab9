"""What a kind makes of the data rows of one part of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from cakup.identifiers.dates import Evidence, Orders
from cakup.intake.seen import Seen


@dataclass(frozen=True)
class Built:
    """Rows of a table and what was noticed on them; all parts are aligned to the data rows.

    Args:
        table: Rows of the kind's table; ``at`` is the position of the data row they come from.
        flags: One Boolean column per reason code; codes that were not looked at are absent.
        is_sk_ready: Whether a row is complete enough for the annex of a decree.
        measures: Share name → whether a row meets it; the parts of the quality score.
        evidence: Date field → what speaks for its order of day and month.
    """

    table: pl.DataFrame
    flags: pl.DataFrame
    is_sk_ready: pl.Series
    measures: Mapping[str, pl.Series]
    evidence: Mapping[str, Evidence] = field(default_factory=dict)


@dataclass
class Memory:
    """What the parts of one file must remember of each other.

    Args:
        orders: Date field → order decided; a field that is absent is decided by its first part.
        seen: Name → numbers that earlier parts held.
        final_zero_lost: Whether every final 0 of the NIK column stands for a lost digit.
        is_rounded: Whether the NIK column passed through 64-bit floats.
    """

    orders: dict[str, Orders] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)
    final_zero_lost: bool = False
    is_rounded: bool = False

    def repeated(self, name: str, key: pl.Series) -> pl.Series:
        """Return whether a key was there before, in this part or an earlier one; null never is.

        Args:
            name: What the key is, e.g. ``nik``.
            key: Whole numbers, null where the row has no key.
        """
        return self.seen.setdefault(name, Seen()).repeated(key)
