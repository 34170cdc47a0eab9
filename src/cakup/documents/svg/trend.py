"""The line of active persons by month, with the fall each January and the months already paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cakup.documents.markup import Child, Markup, el, number
from cakup.documents.svg.chart import chart, text
from cakup.documents.svg.scale import ticks
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

TOP, BOTTOM, LEFT, RIGHT = 26.0, 34.0, 46.0, 12.0

NOTE_PX_PER_LETTER = 6.5


@dataclass(frozen=True)
class Month:
    """One month of the line: first day, persons, whether it is only what is already paid."""

    bulan: date
    n: int
    is_forecast: bool


class _Frame:
    """Positions of months and numbers."""

    def __init__(self, months: Sequence[Month], size: tuple[float, float]) -> None:
        self.months, self.size = months, size
        values = [m.n for m in months]
        low = 0.0 if min(values) < 0.6 * max(values) else min(values) * 0.9
        self.marks = ticks(low, float(max(values) or 1), 4)
        self.is_cut = self.marks[0] > 0

    def x(self, i: float) -> float:
        """Return the position of month ``i``."""
        inner = self.size[0] - LEFT - RIGHT
        return LEFT + inner * (i + 0.5) / len(self.months)

    def y(self, value: float) -> float:
        """Return the position of a number of persons."""
        low, high = self.marks[0], self.marks[-1]
        return TOP + (self.size[1] - TOP - BOTTOM) * (1 - (value - low) / (high - low))

    def line(self, first: int, last: int) -> str:
        """Return the path from month ``first`` to month ``last``."""
        return "M" + "L".join(
            f"{number(self.x(i))} {number(self.y(self.months[i].n))}"
            for i in range(first, last + 1)
        )


def trend(
    key: str, title: str, description: str, months: Sequence[Month], *, size: tuple[float, float],
    lang: Lang = "id", class_: str = "",
) -> Markup:  # fmt: skip
    """Return the chart.

    Args:
        key: Stable name, unique on the page.
        title: What it shows.
        description: What it says.
        months: Months in order, without holes; forecast months last.
        size: Width and height.
        lang: Language.
        class_: CSS class.
    """
    frame = _Frame(months, size)
    seen = max((i for i, m in enumerate(months) if not m.is_forecast), default=0)
    return chart(
        key, title, description, size,
        _januaries(frame), _axis(frame, lang), _months(frame, lang),
        _forecast(frame, seen, lang),
        el("path", class_="line-known", d=frame.line(0, seen)),
        _falls(frame, seen, lang),
        _end(frame, seen, lang),
        class_=f"trend {class_}".strip(),
    )  # fmt: skip


def _januaries(frame: _Frame) -> list[Markup]:
    """Return a band over every January."""
    width = frame.x(1) - frame.x(0)
    return [
        el("rect", class_="january", x=frame.x(i - 0.5), y=TOP, width=width,
           height=frame.size[1] - TOP - BOTTOM)
        for i, m in enumerate(frame.months) if m.bulan.month == 1
    ]  # fmt: skip


def _axis(frame: _Frame, lang: Lang) -> Child:
    """Return gridlines with their numbers."""
    lines: list[Markup] = []
    for mark in frame.marks:
        y = frame.y(mark)
        lines.append(el("line", class_="grid", x1=LEFT, x2=frame.size[0] - RIGHT, y1=y, y2=y))
        lines.append(text(LEFT - 5, y + 3.5, _short(mark, lang), "tick", "end"))
    if frame.is_cut:
        words = Text("sumbu tidak mulai dari nol", "axis does not start at zero")(lang)
        lines.append(text(LEFT + 3, frame.size[1] - BOTTOM - 4, words, "note"))
    return lines


def _short(value: float, lang: Lang) -> str:
    """Return an axis number: thousands as ``40 rb``."""
    if value >= 1000 and value % 1000 == 0:
        return f"{spelling.count(int(value // 1000), lang)} {'k' if lang == 'en' else 'rb'}"
    return spelling.count(round(value), lang)


def _months(frame: _Frame, lang: Lang) -> list[Markup]:
    """Return month names below the axis, as many as fit, and the years under each January."""
    room = frame.x(1) - frame.x(0)
    every = next(n for n in (1, 2, 3, 6, 12, 24) if n * room >= 26)
    base = frame.size[1] - BOTTOM
    names = []
    for i, m in enumerate(frame.months):
        if (m.bulan.month - 1) % every == 0:
            names.append(text(frame.x(i), base + 13, spelling.month(m.bulan, lang)[:3], "tick",
                              "middle"))  # fmt: skip
        if m.bulan.month == 1 or i == 0:
            far = i + 1 < len(frame.months) - 1
            if far and (m.bulan.month == 1 or m.bulan.month <= 9):
                names.append(text(frame.x(i), base + 26, str(m.bulan.year), "tick year", "middle"))
    return names


def _forecast(frame: _Frame, seen: int, lang: Lang) -> Child:
    """Return the dashed line of months already paid, with its words."""
    last = len(frame.months) - 1
    if last <= seen:
        return None
    words = Text("sudah dibayar", "already paid")(lang)
    x = frame.x(seen + 0.5)
    return [
        el("line", class_="today", x1=x, x2=x, y1=TOP - 8, y2=frame.size[1] - BOTTOM),
        el("path", class_="line-paid", d=frame.line(seen, last)),
        _beside(x, words, frame.size[0]),
    ]


def _beside(x: float, words: str, width: float) -> Markup:
    """Return words to the right of a line, or to its left where they would leave the picture."""
    if x + 5 + NOTE_PX_PER_LETTER * (len(words) + 2) <= width:
        return text(x + 5, TOP - 6, words + " →", "note")
    return text(width, TOP - 10, words + " ↓", "note", "end")


def _falls(frame: _Frame, seen: int, lang: Lang) -> list[Markup]:
    """Return the change from December to each January that lost people, in the action colour."""
    marks = []
    for i in range(1, seen + 1):
        fall = frame.months[i].n - frame.months[i - 1].n
        if frame.months[i].bulan.month != 1 or fall >= 0:
            continue
        marks.append(el("path", class_="line-fall", d=frame.line(i - 1, i)))
        words = "−" + spelling.count(-fall, lang)
        below = frame.y(frame.months[i].n) + 16
        y = below if below < frame.size[1] - BOTTOM - 4 else frame.y(frame.months[i].n) - 10
        marks.append(text(frame.x(i), y, words, "fall", "middle"))
    return marks


def _end(frame: _Frame, seen: int, lang: Lang) -> Child:
    """Return the last known month as a dot with its number."""
    x, y = frame.x(seen), frame.y(frame.months[seen].n)
    anchor = "end" if x > frame.size[0] * 0.75 else "middle"
    return [
        el("circle", class_="fill", cx=x, cy=y, r=4),
        text(x + (4 if anchor == "end" else 0), y - 10,
             spelling.count(frame.months[seen].n, lang), "end-value", anchor),
    ]  # fmt: skip
