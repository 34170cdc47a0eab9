"""Inputs that were stated and made no difference, so that nobody thinks they were counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cakup.kernel.errors import CakupError
from cakup.law.catalogue import Catalogue
from cakup.law.questions.answer import Answer
from cakup.law.questions.ask import ask
from cakup.law.questions.facts import Facts

#: Texts that are ignored by their meaning, and what the other inputs are read by.
BY_MEANING = frozenset({"note", "claim", "segment", "event"})
#: Many months are priced one by one; beyond these the question is not asked again.
MOST_MONTHS = 24


def idle_inputs(
    day: date, facts: Facts, programmes: tuple[str, ...], answer: Answer, *, catalogue: Catalogue,
    allow_unconfirmed: bool = False,
) -> tuple[str, ...]:  # fmt: skip
    """Return the inputs without which the answer would be the same, assumptions included.

    Args:
        day: Day of the question.
        facts: What was stated.
        programmes: Programmes asked for.
        answer: The answer to it.
        catalogue: Parameters.
        allow_unconfirmed: As it was for the answer.
    """
    if (facts.months or 0) > MOST_MONTHS:
        return ()
    same = _essence(answer)
    idle = []
    for name in facts.given():
        if name in BY_MEANING:
            continue
        try:
            without = ask(
                day, replace(facts, **{name: None}), programmes, catalogue=catalogue,
                allow_unconfirmed=allow_unconfirmed,
            )  # fmt: skip
        except CakupError:
            continue
        if _essence(without) == same:
            idle.append(name)
    return tuple(idle)


def _essence(answer: Answer) -> tuple[object, ...]:
    """Return everything by which two answers differ for a reader."""
    gaps = [(gap.name, gap.error.code) for gap in answer.gaps]
    return answer.computed, answer.marks, answer.assumed, gaps
