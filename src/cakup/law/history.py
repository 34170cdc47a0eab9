"""What changed when, for whom, and what is not sure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cakup.kernel.errors import UsageError
from cakup.kernel.language import Text
from cakup.kernel.parameters import Parameter, Value, read_raw
from cakup.law.catalogue import Catalogue
from cakup.law.regulations import Regulation, set_by
from cakup.law.rules import Rule, all_rules

QUESTIONS = Path(__file__).parent / "open_questions.yaml"


@dataclass(frozen=True)
class Change:
    """One parameter whose value differs between two days.

    Args:
        parameter: The parameter.
        before: Entry in force on the first day, None if there was none.
        after: Entry in force on the second day, None if there is none.
        regulation: What set the later value, None for a local answer.
    """

    parameter: Parameter
    before: Value | None
    after: Value | None
    regulation: Regulation | None


def diff(first: date, second: date, catalogue: Catalogue) -> tuple[Change, ...]:
    """Return what differs in the law between two days, by programme.

    Args:
        first: Earlier day.
        second: Later day.
        catalogue: Parameters.

    Raises:
        UsageError: ``law.input.out_of_range`` if the second day is not later.
    """
    if second <= first:
        raise UsageError(
            "law.input.out_of_range", name="DATE2", low=first.isoformat(), high="…"
        )  # fmt: skip
    found = []
    for parameter in catalogue.all():
        before, after = parameter.find(first), parameter.find(second)
        old = before.value if before else None
        new = after.value if after else None
        if old != new and after is not None:
            found.append(Change(parameter, before, after, set_by(parameter, after.since)))
    return tuple(found)


def change_dates(catalogue: Catalogue, programme: str | None = None) -> tuple[date, ...]:
    """Return every day on which a value changes, sorted.

    Args:
        catalogue: Parameters.
        programme: First part of the keys looked at, None for all that are rules.
    """
    days = {
        value.since
        for parameter in catalogue.all()
        if not parameter.key.startswith("referensi.")
        and (programme is None or parameter.key.startswith(f"{programme}."))
        for value in parameter.values
    }
    return tuple(sorted(days))


@dataclass(frozen=True)
class Doubt:
    """A value in force that is not sure, and what rests on it.

    Args:
        parameter: The parameter.
        value: The value.
        rules: Rules that may read it.
    """

    parameter: Parameter
    value: Value
    rules: tuple[Rule, ...]

    @property
    def outputs(self) -> tuple[str, ...]:
        """Results that it may touch, each once."""
        return tuple(dict.fromkeys(rule.output for rule in self.rules))


def doubts(on: date | None, catalogue: Catalogue) -> tuple[Doubt, ...]:
    """Return every value that is not sure, the least sure first.

    Args:
        on: Day on which it is in force; None for the latest unsure value of each parameter.
        catalogue: Parameters.
    """
    rules = tuple(all_rules().values())
    found = []
    for parameter in catalogue.all():
        value = _unsure(parameter, on)
        if value is not None:
            reading = tuple(rule for rule in rules if rule.reads(parameter.key))
            found.append(Doubt(parameter, value, reading))
    order = ("unconfirmed", "disputed", "derived", "secondary")
    return tuple(sorted(found, key=lambda d: (order.index(d.value.status), d.parameter.key)))


def _unsure(parameter: Parameter, on: date | None) -> Value | None:
    """Return the unsure value in force on a day, or the latest unsure one; None if it is sure."""
    if on is not None:
        held = parameter.find(on)
        return held if held and held.value is not None and not held.is_sure else None
    return next((v for v in reversed(parameter.values) if not v.is_sure), None)


@dataclass(frozen=True)
class OpenQuestion:
    """A legal question that nobody has settled yet.

    Args:
        id: Short name.
        question: The question.
        readings: Readings that are heard.
        taken: What is taken here meanwhile.
        ask: Who can settle it.
        keys: Parameters that it touches.
    """

    id: str
    question: Text
    readings: Text
    taken: Text
    ask: Text
    keys: tuple[str, ...]


def open_questions() -> tuple[OpenQuestion, ...]:
    """Return the open legal questions."""
    raw: list[dict[str, Any]] = read_raw(QUESTIONS, "open_questions")
    return tuple(
        OpenQuestion(
            one["id"], Text(**one["question"]), Text(**one["readings"]), Text(**one["taken"]),
            Text(**one["ask"]), tuple(one["keys"]),
        )
        for one in raw
    )  # fmt: skip
