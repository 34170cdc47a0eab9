"""The frame of a picture that carries its own title and description."""

from __future__ import annotations

from cakup.documents.markup import Child, Markup, el


def chart(
    key: str, title: str, description: str, size: tuple[float, float], *children: Child,
    class_: str = "",
) -> Markup:  # fmt: skip
    """Return an SVG with title and description for readers who cannot see it.

    Args:
        key: Stable name, unique on the page.
        title: What it shows.
        description: What it says, in a sentence.
        size: Width and height in its own units, about the pixels of a phone.
        children: Elements.
        class_: CSS class.
    """
    width, height = size
    return el(
        "svg",
        el("title", title, id=f"{key}-t"),
        el("desc", description, id=f"{key}-d"),
        *children,
        class_=f"chart {class_}".strip(),
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_labelledby=f"{key}-t {key}-d",
        xmlns="http://www.w3.org/2000/svg",
    )


def hatch(key: str) -> Markup:
    """Return the pattern for what is hidden or unknown."""
    return el(
        "defs",
        el(
            "pattern",
            el("rect", class_="hatch-ground", width=6, height=6),
            el("path", class_="hatch-line", d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"),
            id=f"{key}-hatch", width=6, height=6, patternUnits="userSpaceOnUse",
        ),
    )  # fmt: skip


def text(x: float, y: float, words: str, class_: str = "", anchor: str = "start") -> Markup:
    """Return text in a chart."""
    return el("text", words, x=float(x), y=float(y), class_=class_ or None, text_anchor=anchor)
