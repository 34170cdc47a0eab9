"""Scenarios side by side as one picture: what is reached on 31 December and on average."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cakup.documents.markup import Child, Markup, el
from cakup.documents.svg.chart import chart, text
from cakup.documents.svg.scale import ticks
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

WIDTH, LEFT, RIGHT, TOP, ROW = 960.0, 300.0, 140.0, 34.0, 28.0
BAR = 14.0
#: Room of a target's number.
NUMBER = 14.0


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
    height = TOP + ROW * len(lines) + 34
    most = max([line.december for line in lines] + [share for _, share in targets] + [0.05])
    marks = ticks(0.0, most, 5)
    span = marks[-1]

    def x(share: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * share / span

    words = Text(
        "Batang: cakupan 31 Desember, bagian gelap tambahan oleh rencana. Belah ketupat: rata-rata "
        "dua belas bulan. Garis tegak: target.",
        "Bar: coverage on 31 December, the dark part added by the plan. Diamond: average of twelve "
        "months. Upright line: target.",
    )
    title = Text("Skenario berdampingan", "Scenarios side by side")
    bottom = height - 30
    return chart(
        "skenario", title(lang), words(lang), (WIDTH, height),
        [_axis(x(m), m, bottom, lang) for m in marks],
        _targets(targets, x, bottom),
        [_row(line, TOP + ROW * n, x, lang) for n, line in enumerate(lines)],
        class_="trend",
    )  # fmt: skip


def _axis(at: float, mark: float, bottom: float, lang: Lang) -> list[Markup]:
    return [
        el("line", class_="grid", x1=at, x2=at, y1=TOP - 6, y2=bottom),
        text(at, bottom + 16, spelling.percent(mark, 0, lang), "tick", "middle"),
    ]


def _targets(targets: Sequence[tuple[str, float]], x: object, bottom: float) -> Child:
    """Return an upright line per target with its number; near ones stand one above the other."""
    assert callable(x)
    parts: list[Markup] = []
    last, level = -NUMBER, 0
    for n, (_, share) in enumerate(numbered(targets), start=1):
        at = x(share)
        level = level + 1 if at - last < NUMBER else 0
        last = at
        y = TOP - 8 - 11 * (level % 3)
        parts.append(el("line", class_="reference", x1=at, x2=at, y1=y + 2, y2=bottom))
        parts.append(text(at, y, str(n), "note", "middle"))
    return parts


def numbered(targets: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return the targets in the order of their numbers, the lowest first."""
    return sorted(targets, key=lambda one: (one[1], one[0]))


def _row(line: Line, top: float, x: object, lang: Lang) -> Child:
    assert callable(x)
    middle = top + ROW / 2
    if not line.is_met:
        words = Text("tidak dapat dipenuhi", "cannot be met")(lang)
        return [text(LEFT - 10, middle + 4, line.title, "", "end"),
                text(x(0.0) + 6, middle + 4, words, "fall")]  # fmt: skip
    y = middle - BAR / 2
    at = x(line.average)
    diamond = (
        f"M{at - 6:g} {middle:g}L{at:g} {middle - 6:g}L{at + 6:g} {middle:g}L{at:g} {middle + 6:g}Z"
    )
    return [
        text(LEFT - 10, middle + 4, line.title, "", "end"),
        el("rect", class_="r2", x=x(0.0), y=y, width=x(line.base) - x(0.0), height=BAR),
        el("rect", class_="fill", x=x(line.base), y=y,
           width=max(0.0, x(line.december) - x(line.base)), height=BAR),
        el("path", d=diamond, class_="diamond"),
        text(WIDTH, middle + 4, line.cost, "", "end"),
    ]  # fmt: skip
