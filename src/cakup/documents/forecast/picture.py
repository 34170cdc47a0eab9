"""Lines of coverage by month, one per course, each with the band of its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cakup.documents.markup import Markup, el, number
from cakup.documents.svg.chart import chart, text
from cakup.documents.svg.scale import ticks
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

TOP, BOTTOM, LEFT, RIGHT = 22.0, 36.0, 44.0, 14.0
#: Height that a line's name needs beside the next one.
NAME_PX = 17.0
LETTER_PX = 7.9
YEAR_PX = 26.0


@dataclass(frozen=True)
class Course:
    """One line.

    Args:
        name: How it is called.
        class_: CSS class of line, band and name.
        share: Coverage by month.
        low: Lower end of the interval by month.
        high: Upper end.
    """

    name: str
    class_: str
    share: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


class _Frame:
    """Positions of months and shares."""

    def __init__(
        self, months: Sequence[date], courses: Sequence[Course], size: tuple[float, float],
        lang: Lang,
    ) -> None:  # fmt: skip
        self.months, self.size, self.lang = months, size, lang
        most = max(max(c.high) for c in courses)
        least = min(min(c.low) for c in courses)
        self.marks = ticks(0.0 if least < 0.6 * most else least * 0.95, most or 1.0, 5)
        names = [f"{c.name} 00,0%" for c in courses]
        self.right = RIGHT + LETTER_PX * max(len(n) for n in names) if size[0] > 500 else RIGHT

    def x(self, i: float) -> float:
        """Return the position of month ``i``."""
        inner = self.size[0] - LEFT - self.right
        return LEFT + inner * i / max(len(self.months) - 1, 1)

    def y(self, share: float) -> float:
        """Return the position of a share."""
        low, high = self.marks[0], self.marks[-1]
        return TOP + (self.size[1] - TOP - BOTTOM) * (1 - (share - low) / (high - low))

    def path(self, values: Sequence[float]) -> str:
        """Return the points of a line."""
        return "L".join(f"{number(self.x(i))} {number(self.y(v))}" for i, v in enumerate(values))

    def band(self, one: Course) -> str:
        """Return the outline between both ends of an interval."""
        back = "L".join(
            f"{number(self.x(i))} {number(self.y(one.low[i]))}"
            for i in reversed(range(len(one.low)))
        )
        return f"M{self.path(one.high)}L{back}Z"


def courses(
    key: str, title: str, description: str, months: Sequence[date], lines: Sequence[Course], *,
    size: tuple[float, float], lang: Lang = "id", class_: str = "",
) -> Markup:  # fmt: skip
    """Return the chart.

    Args:
        key: Stable name, unique on the page.
        title: What it shows.
        description: What it says.
        months: First days of the months, without holes.
        lines: Courses; the last is drawn on top.
        size: Width and height; above 500 wide the lines carry their names.
        lang: Language.
        class_: CSS class.
    """
    frame = _Frame(months, lines, size, lang)
    bands = [el("path", class_=f"band {c.class_}", d=frame.band(c)) for c in lines]
    paths = [el("path", class_=f"course {c.class_}", d="M" + frame.path(c.share)) for c in lines]
    return chart(
        key, title, description, size, _januaries(frame), _axis(frame), _calendar(frame), bands,
        paths, _names(frame, lines) if size[0] > 500 else None, class_=f"trend {class_}".strip(),
    )  # fmt: skip


def _januaries(frame: _Frame) -> list[Markup]:
    """Return a band over every January."""
    width = frame.x(1) - frame.x(0)
    return [
        el("rect", class_="january", x=max(frame.x(i - 0.5), LEFT), y=TOP, width=width,
           height=frame.size[1] - TOP - BOTTOM)
        for i, m in enumerate(frame.months) if m.month == 1
    ]  # fmt: skip


def _axis(frame: _Frame) -> list[Markup]:
    """Return gridlines with their shares."""
    lines: list[Markup] = []
    fine = any(abs(m * 100 - round(m * 100)) > 1e-6 for m in frame.marks)
    for mark in frame.marks:
        y, words = frame.y(mark), spelling.percent(mark, int(fine), frame.lang)
        lines.append(el("line", class_="grid", x1=LEFT, x2=frame.size[0] - frame.right, y1=y, y2=y))
        lines.append(text(LEFT - 6, y + 4, words, "tick", "end"))
    if frame.marks[0] > 0:
        words = Text("sumbu tidak mulai dari nol", "axis does not start at zero")(frame.lang)
        lines.append(text(LEFT + 3, frame.size[1] - BOTTOM - 5, words, "note"))
    return lines


def _calendar(frame: _Frame) -> list[Markup]:
    """Return months below the axis, as many as fit, and the years under each January."""
    room = frame.x(1) - frame.x(0)
    every = next((n for n in (1, 2, 3, 6, 12) if n * room >= YEAR_PX), 12)
    base = frame.size[1] - BOTTOM
    held = []
    for i, m in enumerate(frame.months):
        words = spelling.month(m, frame.lang)[:3]
        if (m.month - 1) % every == 0:
            held.append(text(frame.x(i), base + 14, words, "tick", "middle"))
        if m.month == 1:
            held.append(text(frame.x(i), base + 29, str(m.year), "tick year", "middle"))
    return held


def _names(frame: _Frame, lines: Sequence[Course]) -> list[Markup]:
    """Return each line's name and last share at its end, moved apart where they would meet."""
    order = sorted(lines, key=lambda c: -c.share[-1])
    x, y = frame.x(len(frame.months) - 1) + 8, -NAME_PX
    lowest = frame.size[1] - BOTTOM
    held = []
    for rank, one in enumerate(order):
        below = NAME_PX * (len(order) - 1 - rank)
        y = min(max(frame.y(one.share[-1]) + 4, y + NAME_PX), max(lowest - below, y + NAME_PX))
        words = f"{one.name} {spelling.percent(one.share[-1], 1, frame.lang)}"
        held.append(text(x, y, words, f"course-name {one.class_}"))
    return held
