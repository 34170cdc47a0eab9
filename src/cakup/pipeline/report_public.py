"""The public version of the report: small groups and what would reveal them are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cakup.documents.report.model import Report
from cakup.kernel.figures import Figure


def n_hidden(report: Report) -> int:
    """Return the number of figures that are hidden."""
    figures = [a.figure for a in report.areas]
    figures += [f for b in report.breakdowns for _, f in b.rows]
    return sum(f.suppressed for f in figures)


def public(report: Report) -> Report:
    """Return the report with small groups hidden.

    Args:
        report: Full report; ``small_cell`` is the smallest group that may be shown.
    """
    limit = report.small_cell or 0
    areas = _hidden([a.figure for a in report.areas], limit)
    breakdowns = tuple(
        replace(
            b,
            rows=tuple(
                (label, figure)
                for (label, _), figure in zip(
                    b.rows, _hidden([f for _, f in b.rows], limit), strict=True
                )
            ),
        )
        for b in report.breakdowns
    )
    return replace(
        report,
        areas=tuple(replace(a, figure=f) for a, f in zip(report.areas, areas, strict=True)),
        breakdowns=breakdowns,
        tasks=tuple(replace(t, n=_shown(t.n, limit)) for t in report.tasks),
        ending_90_days=tuple((bulan, _shown(n, limit)) for bulan, n in report.ending_90_days),
    )


def _shown(n: int | None, limit: int) -> int | None:
    """Return a count, None if it is small."""
    return None if n is not None and 0 < n < limit else n


def _hidden(figures: Sequence[Figure], limit: int) -> list[Figure]:
    """Return a column of figures with small ones hidden, never exactly one of them."""
    small = {i for i, f in enumerate(figures) if _is_small(f, limit)}
    if len(small) == 1:
        others = [i for i, f in enumerate(figures) if i not in small and f.numerator]
        small |= set(sorted(others, key=lambda i: (figures[i].numerator or 0, i))[:1])
    return [replace(f, suppressed=True) if i in small else f for i, f in enumerate(figures)]


def _is_small(figure: Figure, limit: int) -> bool:
    """Return whether the counted or the uncounted of a group are 1 to ``limit − 1`` persons."""
    n = figure.numerator or 0
    rest = (figure.denominator or n) - n
    return 0 < n < limit or 0 < rest < limit
