"""Tables that fold: on a narrow screen most columns become lines under the name of the row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cakup.documents.markup import Child, Markup, el
from cakup.documents.report.words import cell, head

#: Screens only: paper is narrower than some of these tables ask for, but holds them all.
FOLDING = (
    ".folded{display:none}"
    "@media screen and (max-width:959px){.fold{display:none}.folded{display:block}"
    ".scroll th:first-child{min-width:0}.scroll thead th.num{white-space:normal}"
    ".folding th:first-child{width:60%}.folding td,.folding tbody th{vertical-align:top}}"
)


@dataclass(frozen=True)
class Row:
    """One row.

    Args:
        name: What stands in its first column.
        values: Its other columns, numbers in words.
        under: What stands under the name on every screen.
        warned: Positions of values that need action.
        told: One sentence in place of values.
    """

    name: str
    values: Sequence[str] = ()
    under: str | None = None
    warned: Collection[int] = ()
    told: str | None = None


def folding(heads: Sequence[str], rows: Sequence[Row], kept: Collection[int]) -> Markup:
    """Return a table.

    Args:
        heads: Heads of all columns, that of the names first.
        rows: Rows.
        kept: Positions of the values that keep their column on a narrow screen.
    """
    named, *others = heads
    row = el("tr", head(named), [head(words, num=True, class_=_fold(at, kept))
                                 for at, words in enumerate(others)])  # fmt: skip
    return el("table", el("thead", row), el("tbody", [_row(one, others, kept) for one in rows]),
              class_="folding")  # fmt: skip


def _fold(at: int, kept: Collection[int]) -> str:
    return "" if at in kept else "fold"


def _row(row: Row, heads: Sequence[str], kept: Collection[int]) -> Markup:
    below: list[Child] = [el("span", row.under, class_="sub")] if row.under else []
    below += [
        el("span", f"{heads[at]}: {value}",
           class_="sub folded warn" if at in row.warned else "sub folded")
        for at, value in enumerate(row.values) if at not in kept
    ]  # fmt: skip
    name = el("th", row.name, below, scope="row")
    if row.told is not None:
        return el("tr", name, el("td", row.told, colspan=len(heads), class_="warn"))
    cells = [
        cell(value, num=True,
             class_=f"{'warn' if at in row.warned else ''} {_fold(at, kept)}".strip())
        for at, value in enumerate(row.values)
    ]  # fmt: skip
    return el("tr", name, cells)
