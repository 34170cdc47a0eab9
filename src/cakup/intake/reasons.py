"""Why a row was returned, noted or left out: codes, plain words, what to do.

The texts stand in ``data/reasons.yaml``; ``docs/reference/alasan-baris.md`` lists every code and a
test holds the two together. No text has a place for a person's value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from cakup.kernel.language import Text

Outcome = Literal["accepted", "noted", "returned", "blank"]
OUTCOMES: tuple[Outcome, ...] = ("accepted", "noted", "returned", "blank")


@dataclass(frozen=True)
class Reason:
    """One reason.

    Args:
        code: Stable code.
        outcome: Outcome to which it leads: ``noted``, ``returned`` or ``blank``.
        what: What is the matter.
        do: What the sender should do; empty for rows that need nothing.
    """

    code: str
    outcome: Outcome
    what: Text
    do: Text


@cache
def reasons() -> dict[str, Reason]:
    """Return all reasons by code, in the order in which a row names them."""
    text = (files("cakup.intake") / "data" / "reasons.yaml").read_text(encoding="utf-8")
    found = {}
    for outcome, held in yaml.safe_load(text).items():
        for code, (what_id, do_id, what_en, do_en) in held.items():
            found[code] = Reason(code, outcome, Text(what_id, what_en), Text(do_id, do_en))
    return found


def codes(outcome: Outcome) -> tuple[str, ...]:
    """Return the codes that lead to an outcome, in their order."""
    return tuple(code for code, reason in reasons().items() if reason.outcome == outcome)
