"""Small pictures for a table's cell; they stretch with the cell, so text never scales with them.

All positions are percentages of the cell, so circles stay round on every width.
"""

from __future__ import annotations

from cakup.documents.markup import Child, Markup, el, pct
from cakup.documents.svg.chart import hatch

HEIGHT = 20
MIDDLE = HEIGHT / 2


def _picture(*children: Child, height: int = HEIGHT, class_: str = "") -> Markup:
    """Return the frame of a small picture; the numbers beside it are its text twin."""
    return el(
        "svg", *children, class_=f"inline {class_}".strip(), width="100%", height=height,
        aria_hidden="true", focusable="false",
    )  # fmt: skip


def bar(share: float, *, class_: str = "fill") -> Markup:
    """Return a bar on a track.

    Args:
        share: Length 0–1 of the cell's width.
        class_: CSS class of the bar.
    """
    return _picture(
        el("rect", class_="track", x=0, y=5, width="100%", height=10, rx=2),
        el("rect", class_=class_, x=0, y=5, width=pct(share), height=10, rx=2),
    )


def stacked(shares: list[tuple[float, str]], height: int = 36) -> Markup:
    """Return parts of a whole side by side.

    Args:
        shares: Length 0–1 and CSS class of each part, from the left.
        height: Height in pixels.
    """
    at = 0.0
    parts, cuts = [hatch("parts")], []
    for share, class_ in shares:
        fill = "url(#parts-hatch)" if class_ == "rest" else None
        parts.append(
            el("rect", class_=class_, x=pct(at), y=0, width=pct(share), height=height, fill=fill)
        )
        if at:
            cuts.append(el("line", class_="cut", x1=pct(at), x2=pct(at), y1=0, y2=height))
        at += share
    return _picture(*parts, *cuts, height=height, class_="stacked")


def dot(
    value: float, span: tuple[float, float], *, bounds: tuple[float, float] | None = None,
    reference: float | None = None, class_: str = "fill",
) -> Markup:  # fmt: skip
    """Return a dot with its bounds on a common scale.

    Args:
        value: Share.
        span: Ends of the scale, shares.
        bounds: Lowest and highest share.
        reference: Share of the whole city, a line.
        class_: CSS class of the dot.
    """

    def at(share: float) -> str:
        return pct((share - span[0]) / (span[1] - span[0]))

    def line(class_: str, a: float, b: float) -> Markup:
        return el("line", class_=class_, x1=at(a), x2=at(b), y1=MIDDLE, y2=MIDDLE)

    rule = None
    if reference is not None:
        x = at(reference)
        # Longer than the cell, so that it runs through the whole table.
        rule = el("line", class_="reference", x1=x, x2=x, y1=-8, y2=HEIGHT + 8)
    return _picture(
        line("rail", *span),
        rule,
        line("whisker", *bounds) if bounds else None,
        el("circle", class_=class_, cx=at(value), cy=MIDDLE, r=4.5),
    )


def bullet(
    value: float, target: float, limit: float, *, bounds: tuple[float, float] | None = None
) -> Markup:
    """Return a bullet bar: what is reached, its bounds, and the target as an upright mark.

    Args:
        value: Share reached.
        target: Share aimed at.
        limit: Right end of the scale, a share.
        bounds: Lowest and highest share.
    """
    short = max(target - value, 0.0)
    mark = pct(target / limit)
    whisker: list[Markup] = []
    if bounds:
        a, b = (pct(x / limit) for x in bounds)
        whisker = [
            el("line", class_=name, x1=a, x2=b, y1=14, y2=14) for name in ("halo", "whisker ink")
        ]
    return _picture(
        el("rect", class_="track", x=0, y=4, width="100%", height=20, rx=2),
        el("rect", class_="short", x=pct(value / limit), y=8, width=pct(short / limit), height=12),
        el("rect", class_="fill", x=0, y=8, width=pct(value / limit), height=12),
        whisker,
        el("line", class_="target", x1=mark, x2=mark, y1=1, y2=27),
        height=28,
        class_="bullet",
    )


def step(start: float, end: float, *, class_: str) -> Markup:
    """Return one step of a waterfall between two positions 0–1 of the cell's width."""
    left, width = min(start, end), abs(end - start)
    edge = pct(end)
    return _picture(
        el("rect", class_=class_, x=pct(left), y=4, width=pct(max(width, 0.002)), height=12),
        el("line", class_="edge", x1=edge, x2=edge, y1=0, y2=HEIGHT),
    )
