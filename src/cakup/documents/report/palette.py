"""Colours of the report, light and dark, with the contrast that a test holds them to.

One sequential blue-green ramp for coverage, orange for what needs action, grey for unknown; never
red against green. ``on-rN`` is the text colour on class N of the ramp.
"""

from __future__ import annotations

LIGHT = {
    "page": "#f2f5f5", "paper": "#ffffff", "ink": "#13272c", "muted": "#4b6067",
    "line": "#d5dfe0", "ground": "#e4ebeb", "accent": "#0b5563", "action": "#a8480a",
    "action-fill": "#e8893a", "grey": "#8b989d", "hatch-line": "#b4bfc2",
    "r1": "#e1f0ee", "r2": "#b3dad7", "r3": "#74b9bc", "r4": "#1f7681", "r5": "#0a4a58",
    "on-r1": "#13272c", "on-r2": "#13272c", "on-r3": "#13272c", "on-r4": "#ffffff",
    "on-r5": "#ffffff", "on-hatch": "#4b6067",
}  # fmt: skip
DARK = {
    "page": "#0b1417", "paper": "#121f23", "ink": "#e6eff0", "muted": "#a5b7bc",
    "line": "#2a3c42", "ground": "#1c2c31", "accent": "#86d3d1", "action": "#f6ab5c",
    "action-fill": "#d67b2c", "grey": "#77868b", "hatch-line": "#3d5057",
    "r1": "#17343b", "r2": "#1f4f58", "r3": "#286b75", "r4": "#62b2b6", "r5": "#b9e6e1",
    "on-r1": "#e6eff0", "on-r2": "#e6eff0", "on-r3": "#ffffff", "on-r4": "#0b1417",
    "on-r5": "#0b1417", "on-hatch": "#a5b7bc",
}  # fmt: skip

#: Text and the ground it stands on; each pair needs 4.5:1.
TEXT_PAIRS = (
    *((f"on-r{i}", f"r{i}") for i in range(1, 6)),
    ("ink", "page"), ("ink", "paper"), ("muted", "page"), ("muted", "paper"),
    ("accent", "page"), ("accent", "paper"), ("action", "page"), ("action", "paper"),
    ("on-hatch", "paper"), ("ink", "ground"), ("muted", "ground"), ("accent", "ground"),
    ("action", "ground"),
)  # fmt: skip


def variables(palette: dict[str, str]) -> str:
    """Return the palette as CSS custom properties."""
    return "".join(f"--{name}:{colour};" for name, colour in palette.items())


def contrast(one: str, other: str) -> float:
    """Return the contrast of two ``#rrggbb`` colours as WCAG 2 defines it, 1–21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
