"""The picture of scenarios for a narrow screen: titles stand above their bars."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from textwrap import wrap

from cakup.documents.markup import Child, Markup
from cakup.documents.scenarios.picture import (
    BAR,
    NAME,
    SAYS,
    STEP,
    TOP,
    UNMET,
    Line,
    Places,
    axis,
    bar,
    marked,
    numbered,
    stacked,
    uprights,
)
from cakup.documents.svg.chart import chart, text
from cakup.kernel.language import Lang

#: Which of the two pictures is seen; paper has the wide one.
NARROW = (
    "svg.narrower{display:none;max-width:460px}"
    "svg.narrower .title{paint-order:stroke;stroke:var(--page);stroke-width:4px}"
    "@media screen and (max-width:799px){svg.wider{display:none}svg.narrower{display:block}}"
)
WIDTH, LEFT, RIGHT = 368.0, 10.0, 20.0
#: Letters on one line of a title, the height of such a line, and the room below a bar.
TITLE, LETTERS, BELOW = 44, 16.0, 14.0


def narrow_scenarios(
    lines: Sequence[Line], targets: Sequence[tuple[str, float]], lang: Lang
) -> Markup:
    """Return the picture; costs are left to the table below it.

    Args:
        lines: Scenarios, the base first.
        targets: Name and share of every target.
        lang: Language.
    """
    marks = marked(lines, targets)

    def x(share: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * share / marks[-1]

    heights = stacked([x(share) for _, share in numbered(targets)])
    titles = [wrap(line.title, TITLE, max_lines=2, placeholder=" …") or [""] for line in lines]
    rows = [LETTERS * len(title) + BAR + BELOW for title in titles]
    tops = list(accumulate(rows, initial=TOP + STEP * max([0, *heights])))
    span = (tops[0], tops[-1])
    return chart(
        "skenario-sempit", NAME(lang), SAYS(lang), (WIDTH, tops[-1] + 26),
        [axis(x(m), m, span, lang) for m in marks],
        uprights(targets, heights, x, span),
        [_row(*one, x, lang) for one in zip(lines, titles, tops, strict=False)],
        class_="trend narrower",
    )  # fmt: skip


def _row(line: Line, title: Sequence[str], top: float, x: Places, lang: Lang) -> Child:
    told = [text(LEFT, top + LETTERS * n - 4, words, "title")
            for n, words in enumerate(title, start=1)]  # fmt: skip
    middle = top + LETTERS * len(title) + BAR / 2
    drawn = bar(line, middle, x) if line.is_met else text(LEFT, middle + 4, UNMET(lang), "fall")
    return [told, drawn]
