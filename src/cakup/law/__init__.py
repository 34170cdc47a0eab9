"""The law as code: dated parameters with their source, and one function per rule.

::

    from cakup import law

    law.at("2026-04-01").contribution(segment="bpu", base=1_000_000, payer="self")
    law.explain(on="2026-05-10", programme="JKK", event="death", wage=3_000_000)

Nothing here is legal advice. A value that nobody has confirmed marks every amount that it touches.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["LawOn", "at", "diff", "explain", "run_cases", "status"]


def __getattr__(name: str) -> Any:
    """Load a public verb when it is first used."""
    if name in __all__:
        return getattr(import_module("cakup.law.api"), name)
    raise AttributeError(f"module 'cakup.law' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
