"""Scenarios side by side as one picture: what is reached on 31 December and on average."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from cakup.documents.markup import Child, Markup, el
from cakup.documents.svg.chart import chart, text
from cakup.documents.svg.scale import ticks
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

WIDTH, LEFT, RIGHT, TOP, ROW = 960.0, 300.0, 140.0, 34.0, 30.0
BAR = 14.0
#: Letters on one line of a title.
TITLE = 40
#: Room of a target's number beside another, and above it.
NUMBER, STEP = 14.0, 11.0
NAME = Text("Skenario berdampingan", "Scenarios side by side")
SAYS = Text(
    "Batang: cakupan 31 Desember, bagian gelap tambahan oleh rencana. Belah ketupat: rata-rata "
    "dua belas bulan. Garis tegak: target.",
    "Bar: coverage on 31 December, the dark part added by the plan. Diamond: average of twelve "
    "months. Upright line: target.",
)
UNMET = Text("tidak dapat dipenuhi", "cannot be met")
#: Share → where it stands.
Places = Callable[[float], float]


@dataclass(frozen=True)
class Line:
    """One scenario.

    Args:
        title: Its words.
        base: Share covered on 31 December without the plan.
        december: Share covered on 31 December with it.
        average: Average share over the twelve months.
        cost: Its cost in words.
        is_met: Whether all its rules can be met.
    """

    title: str
    base: float = 0.0
    december: float = 0.0
    average: float = 0.0
    cost: str = ""
    is_met: bool = True


def scenarios(lines: Sequence[Line], targets: Sequence[tuple[str, float]], lang: Lang) -> Markup:
    """Return the picture.

    Args:
        lines: Scenarios, the base first.
        targets: Name and share of every target.
        lang: Language.
    """
    marks = marked(lines, targets)
    span = marks[-1]

    def x(share: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * share / span

    heights = stacked([x(share) for _, share in numbered(targets)])
    top = TOP + STEP * max([0, *heights])
    height = top + ROW * len(lines) + 34
    bottom = height - 30
    return chart(
        "skenario", NAME(lang), SAYS(lang), (WIDTH, height),
        [axis(x(m), m, (top, bottom), lang) for m in marks],
        uprights(targets, heights, x, (top, bottom)),
        [_row(line, top + ROW * n, x, lang) for n, line in enumerate(lines)],
        class_="trend wider",
    )  # fmt: skip


def marked(lines: Sequence[Line], targets: Sequence[tuple[str, float]]) -> list[float]:
    """Return the shares that the axis marks, all that is drawn below the last."""
    most = max([line.december for line in lines] + [share for _, share in targets] + [0.05])
    return ticks(0.0, most, 5)


def axis(at: float, mark: float, span: tuple[float, float], lang: Lang) -> list[Markup]:
    """Return the line of a mark of the axis and its share below it."""
    top, bottom = span
    return [
        el("line", class_="grid", x1=at, x2=at, y1=top - 6, y2=bottom),
        text(at, bottom + 16, spelling.percent(mark, 0, lang), "tick", "middle"),
    ]


def uprights(
    targets: Sequence[tuple[str, float]], heights: Sequence[int], x: Places,
    span: tuple[float, float],
) -> Child:  # fmt: skip
    """Return an upright line per target with its number; numbers stand before all lines."""
    top, bottom = span
    drawn: list[Markup] = []
    told: list[Markup] = []
    for n, ((_, share), height) in enumerate(zip(numbered(targets), heights, strict=True), start=1):
        at, y = x(share), top - 8 - STEP * height
        drawn.append(el("line", class_="reference", x1=at, x2=at, y1=y + 2, y2=bottom))
        told.append(text(at, y, str(n), "note number", "middle"))
    return [*drawn, *told]


def stacked(places: Sequence[float]) -> list[int]:
    """Return how high the number at every place stands so that none is on another.

    Args:
        places: Where they stand, the leftmost first.
    """
    last: list[float] = []
    found = []
    for at in places:
        free = next((n for n, before in enumerate(last) if at - before >= NUMBER), len(last))
        last[free : free + 1] = [at]
        found.append(free)
    return found


def numbered(targets: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return the targets in the order of their numbers, the lowest first."""
    return sorted(targets, key=lambda one: (one[1], one[0]))


def _label(title: str, middle: float) -> list[Markup]:
    """Return the title before a bar, on two lines if one is too short for it."""
    most = TITLE if len(title) <= TITLE else min(TITLE, len(title) // 2 + 5)
    first, *rest = wrap(title, most, max_lines=2, placeholder=" …") or [""]
    if not rest:
        return [text(LEFT - 10, middle + 4, first, "", "end")]
    return [text(LEFT - 10, middle - 3, first, "", "end"),
            text(LEFT - 10, middle + 11, rest[0], "", "end")]  # fmt: skip


def _row(line: Line, top: float, x: Places, lang: Lang) -> Child:
    middle = top + ROW / 2
    if not line.is_met:
        return [_label(line.title, middle),
                text(x(0.0) + 6, middle + 4, UNMET(lang), "fall")]  # fmt: skip
    return [
        _label(line.title, middle), bar(line, middle, x),
        text(WIDTH, middle + 4, line.cost, "", "end"),
    ]  # fmt: skip


def bar(line: Line, middle: float, x: Places) -> list[Markup]:
    """Return the bar of a scenario and the diamond of its average."""
    y, at = middle - BAR / 2, x(line.average)
    diamond = (
        f"M{at - 6:g} {middle:g}L{at:g} {middle - 6:g}L{at + 6:g} {middle:g}L{at:g} {middle + 6:g}Z"
    )
    return [
        el("rect", class_="r2", x=x(0.0), y=y, width=x(line.base) - x(0.0), height=BAR),
        el("rect", class_="fill", x=x(line.base), y=y,
           width=max(0.0, x(line.december) - x(line.base)), height=BAR),
        el("path", d=diamond, class_="diamond"),
    ]  # fmt: skip
