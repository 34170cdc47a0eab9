"""Markup written safely: every text and attribute is escaped, only ``Markup`` passes as it is."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

_VOID = frozenset({"meta", "br", "hr", "img", "link", "col", "input"})


class Markup(str):
    """Text that is markup already and must not be escaped again."""

    __slots__ = ()


Child: TypeAlias = "Markup | str | int | Iterable[Child] | None"
Value: TypeAlias = "str | int | float | bool | None"


def el(tag: str, *children: Child, **attributes: Value) -> Markup:
    """Return one element.

    Args:
        tag: Name of the element.
        children: Markup as it is; text and whole numbers escaped; None is left out; iterables are
            opened.
        attributes: ``class_`` stands for ``class``, an underscore inside a name for a hyphen;
            None and False leave an attribute out, True writes it without value.
    """
    head = tag + "".join(_attribute(name, value) for name, value in attributes.items())
    body = join(children)
    if not body and tag in _VOID:
        return Markup(f"<{head}>")
    return Markup(f"<{head}>{body}</{tag}>")


def join(children: Child) -> Markup:
    """Return children one after the other; see ``el``."""
    if children is None:
        return Markup("")
    if isinstance(children, Markup):
        return children
    if isinstance(children, str | int):
        return Markup(escape(str(children), quote=False))
    return Markup("".join(join(child) for child in children))


def number(value: float) -> str:
    """Return a coordinate with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def pct(share: float) -> str:
    """Return a share 0–1 as an SVG or CSS percentage, held inside 0–100."""
    return number(min(1.0, max(0.0, share)) * 100) + "%"


def _attribute(name: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    key = name.rstrip("_").replace("_", "-") if name != "viewBox" else name
    if value is True:
        return f" {key}"
    text = number(value) if isinstance(value, float) else str(value)
    return f' {key}="{escape(text)}"'
