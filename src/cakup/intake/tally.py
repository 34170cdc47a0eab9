"""Counts of one import: outcomes, reasons with their first rows, parts of the quality score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from cakup.intake.reasons import OUTCOMES, reasons

SHOWN_ROWS = 20


@dataclass
class Tally:
    """Counts that grow part by part.

    Args:
        outcomes: Outcome → rows.
        reasons: Code → rows.
        first_rows: Code → first rows as (sheet, row), at most ``SHOWN_ROWS``.
        measures: Name of a share → rows that meet it.
        n_sk_ready: Rows complete enough for the annex of a decree.
        n_table_rows: Rows written to the kind's table.
    """

    outcomes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    reasons: dict[str, int] = field(default_factory=dict)
    first_rows: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    measures: dict[str, int] = field(default_factory=dict)
    n_sk_ready: int = 0
    n_table_rows: int = 0

    @property
    def n_read(self) -> int:
        """Rows read: the sum of the four outcomes."""
        return sum(self.outcomes.values())

    @property
    def n_data(self) -> int:
        """Rows that are data: all but the blank ones."""
        return self.n_read - self.outcomes["blank"]

    def count_reason(self, code: str, sheet: str, rows: pl.Series) -> None:
        """Count the rows of a reason.

        Args:
            code: Reason code.
            sheet: Sheet name.
            rows: Sheet rows, ascending.
        """
        if not len(rows):
            return
        self.reasons[code] = self.reasons.get(code, 0) + len(rows)
        shown = self.first_rows.setdefault(code, [])
        shown += [(sheet, int(r)) for r in rows.head(SHOWN_ROWS - len(shown)).to_list()]

    def add_measures(self, measures: Mapping[str, pl.Series]) -> None:
        """Add how many rows meet each share of the quality score."""
        for name, met in measures.items():
            self.measures[name] = self.measures.get(name, 0) + int(met.sum())

    def sorted_reasons(self, outcome: str) -> list[tuple[str, int]]:
        """Return the codes of an outcome with their counts, the most frequent first."""
        held = [(c, n) for c, n in self.reasons.items() if reasons()[c].outcome == outcome]
        return sorted(held, key=lambda pair: (-pair[1], pair[0]))

    def as_json(self) -> dict[str, Any]:
        """Return the counts as plain JSON values, reasons sorted by outcome and count."""
        order = [pair for o in ("returned", "noted", "blank") for pair in self.sorted_reasons(o)]
        return {
            "rows": {"read": self.n_read, **self.outcomes},
            "sk_ready": self.n_sk_ready,
            "table_rows": self.n_table_rows,
            "reasons": [
                {
                    "code": code, "outcome": reasons()[code].outcome, "rows": n,
                    "first": [{"sheet": s, "row": r} for s, r in self.first_rows[code]],
                }
                for code, n in order
            ],
        }  # fmt: skip
