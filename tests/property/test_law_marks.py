"""A value that is not sure moves only amounts that carry its mark.

Every unsure value is put a little higher or lower, one parameter at a time, and golden cases are
computed again: an amount that differs and does not say so would be presented as law.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cakup.kernel.errors import CakupError
from cakup.kernel.parameters import Parameter, Value
from cakup.law.cases import read_cases
from cakup.law.catalogue import Catalogue, built_in
from cakup.law.questions.answer import Answer
from cakup.law.questions.ask import ask, read_programmes
from cakup.law.questions.facts import Facts, read_facts

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "law"
FILES = ("worked-examples.yaml", "rule-cases.yaml", "independent-cases.yaml")
#: Of cases with the same inputs but for date and amounts, every how many is computed again.
STEP = 6
UNSURE = [p.key for p in built_in().all() if any(not v.is_sure for v in p.values)]
#: Limits are moved to a value that was recorded at another time.
LIMITS = ("jp.iuran.batas_upah", "jp.manfaat.min", "jp.manfaat.max", "jkk.manfaat.kematian_min")


SHAPE = ("segment", "event", "payer", "sector", "channel", "body_part", "heir", "contract_type")


class Moved(Catalogue):
    """The built-in parameters with one of them moved."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter

    def __getitem__(self, key: str) -> Parameter:
        return self.parameter if key == self.parameter.key else built_in()[key]

    def keys(self) -> tuple[str, ...]:
        return built_in().keys()

    def below(self, prefix: str) -> tuple[str, ...]:
        return built_in().below(prefix)


class Listening(Catalogue):
    """The built-in parameters; it keeps the keys of those that were asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Parameter:
        self.asked.add(key)
        return built_in()[key]

    def keys(self) -> tuple[str, ...]:
        return built_in().keys()

    def below(self, prefix: str) -> tuple[str, ...]:
        return built_in().below(prefix)


class Question(NamedTuple):
    name: str
    day: date
    facts: Facts
    programmes: tuple[str, ...]
    answer: Answer
    #: Parameters that the answer was made from; another one, moved, cannot change it.
    asked: frozenset[str]


@cache
def questions() -> tuple[Question, ...]:
    made = []
    alike: Counter[str] = Counter()
    for name in FILES:
        for case in read_cases(GOLDEN / name):
            shape = " ".join(str(case["inputs"].get(w, "")) for w in SHAPE) + str([*case["inputs"]])
            alike[shape] += 1
            if alike[shape] % STEP != 1:
                continue
            day, facts = date.fromisoformat(str(case["date"])), read_facts(case["inputs"])
            programmes = read_programmes(case.get("programme"))
            heard = Listening()
            answer = ask(day, facts, programmes, catalogue=heard, allow_unconfirmed=True)
            asked = frozenset(heard.asked)
            made.append(Question(str(case["id"]), day, facts, programmes, answer, asked))
    return tuple(made)


def moved(parameter: Parameter) -> Parameter:
    """Return a parameter whose unsure values lie a little beside; a relief that is off stays."""
    values = [
        value
        if value.is_sure or (parameter.key.startswith("diskon.") and value.value == 1)
        else replace(value, value=_beside(parameter, value, at))
        for at, value in enumerate(parameter.values)
    ]
    return replace(parameter, values=tuple(values))


def _beside(parameter: Parameter, value: Value, at: int) -> Any:
    held = value.value
    if isinstance(held, bool):
        return not held
    if parameter.key in LIMITS:
        return parameter.values[at - 1 if at else 1].value
    if isinstance(held, int):
        return held + 1
    if isinstance(held, Decimal):
        step = Decimal("0.01") if held >= Decimal("0.1") else Decimal("0.001")
        return held - step if held > step else held + step
    if str(held).startswith("half_up"):
        return str(held).replace("half_up", "down")
    return () if isinstance(held, tuple) else held


@pytest.mark.parametrize("key", UNSURE)
def test_what_a_doubtful_value_moves_says_so(key: str) -> None:
    beside = Moved(moved(built_in()[key]))
    silent: dict[str, Any] = {}
    for one in (q for q in questions() if key in q.asked):
        try:
            after = ask(
                one.day, one.facts, one.programmes, catalogue=beside, allow_unconfirmed=True
            )
        except CakupError:
            continue
        for output, amount in one.answer.computed.items():
            told = key in one.answer.marks[output]
            if after.computed.get(output) != amount and not told:
                silent[f"{one.name}: {output}"] = (amount, after.computed.get(output))
    assert silent == {}
