"""An answer: amounts, what was assumed, which doubts touch them, and the steps with articles."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from cakup.kernel import spelling
from cakup.kernel.columns import plain
from cakup.kernel.errors import CakupError, RuleError
from cakup.kernel.language import Lang, Text
from cakup.kernel.parameters import Value
from cakup.law.rules import Rule, of
from cakup.law.terms import FULL, Terms

#: Results that are no rupiah amounts.
NO_MONEY = frozenset(
    {"multiple_of_wage", "latest_registration_month", "jp_due", "jkp_due", "relief_part",
     "waiting", "scholarship_due", "old_age_due", "deemed_months", "jkp_qualifies", "in_arrears"}
)  # fmt: skip


#: Titles that name a regulation with its number.
REGULATION = re.compile(r"(UU|PP|Perpres|Permenaker) \d")
#: Arguments through which a wage or base goes in.
WAGES = frozenset({"upah_rp_month", "dasar_rp_month"})


def _source(value: Value) -> str:
    """Return the source of a value: a regulation if one is named, else the first."""
    titles = [reference.title for reference in value.references]
    return next((title for title in titles if REGULATION.match(title)), titles[0])


def unsure(used: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the keys of the values that are not sure, sorted."""
    return tuple(sorted(key for key, value in used.items() if not value.is_sure))


@dataclass(frozen=True)
class Step:
    """One rule applied.

    Args:
        output: Name of the result.
        result: What came out.
        rule: The rule.
        inputs: What went in, by argument name.
        values: Parameters that were used, by key.
        inherited: Parameters on which the wage or base rests that went in.
    """

    output: str
    result: Any
    rule: Rule
    inputs: dict[str, Any]
    values: dict[str, Value]
    inherited: dict[str, Value] = field(default_factory=dict)

    def spoken(self, lang: Lang = "id") -> str:
        """Return the step in one sentence."""
        told = {key.rpartition(".")[2]: part(v.value, lang) for key, v in self.values.items()}
        told |= {name: spoken(value, name, lang) for name, value in self.inputs.items()}
        told["tarif"], told["sisa"] = self._rate(lang), self._left(lang)
        told["dibayar"] = _paid_part(self.inputs.get("potongan", FULL), lang)
        unit = "" if self.output in NO_MONEY else "_rp"
        return self.rule.says.format(lang, **told, result=spoken(self.result, unit, lang))

    def _rate(self, lang: Lang) -> str:
        """Return the rate that was used, as a percentage, and what a relief leaves of it."""
        named = [(k, v.value) for k, v in self.values.items() if isinstance(v.value, Decimal)]
        rates = [share for key, share in named if "tarif" in key or key.startswith("umum.denda")]
        return (part(rates[0], lang) if rates else "–") + self._left(lang)

    def _left(self, lang: Lang) -> str:
        """Return what a relief leaves, as a factor; empty where none runs."""
        left = [v.value for k, v in self.values.items() if k.startswith("diskon.")]
        shares = [share for share in left if isinstance(share, Decimal)]
        return f" × {part(shares[0], lang)}" if shares else ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Articles and other sources of the values used, each once, regulations first.

        Where no regulation is among them, the articles of the rule stand first: a newspaper that
        quotes a number is its source, not its ground.
        """
        listed = [_source(value) for value in self.values.values()]
        told = sorted(dict.fromkeys(listed), key=lambda title: not REGULATION.match(title))
        if told and REGULATION.match(told[0]):
            return tuple(told)
        return (self.rule.articles.rstrip("."), *told)

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Keys of values used, here or for the wage that went in, that are not sure."""
        return unsure({**self.inherited, **self.values})


def _paid_part(thousandths: Any, lang: Lang) -> str:
    """Return what a discount leaves, as a factor; empty where nothing is taken off."""
    left = Decimal(thousandths) / FULL if isinstance(thousandths, int) else Decimal(1)
    return "" if left == 1 else f" × {part(left, lang)}"


def part(value: Any, lang: Lang) -> str:
    """Return the value of a parameter in a sentence: a share as a percentage, a number plainly."""
    if isinstance(value, Decimal):
        text = spelling.decimal(float(value * 100), 4, lang)
        return text.rstrip("0").rstrip(",.") + "%"
    return spelling.count(value, lang) if type(value) is int else str(value)


def spoken(value: Any, name: str, lang: Lang) -> str:
    """Return a value as people write it, by the unit at the end of its name."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        words = Text("ya", "yes") if value else Text("tidak", "no")
        return words(lang)
    if isinstance(value, int) and "_rp" in name:
        return spelling.rupiah(value, lang)
    if isinstance(value, int) and not name.endswith("years"):
        return spelling.count(value, lang)
    if isinstance(value, date):
        return spelling.day(value, lang)
    if isinstance(value, Decimal):
        return spelling.percent(float(value), 2, lang)
    return str(value)


@dataclass(frozen=True)
class Gap:
    """Something that was not computed, and why."""

    name: str
    error: CakupError


@dataclass
class Answer:
    """Everything that a question gave.

    Args:
        day: Day for which the law was asked.
        computed: Results by name.
        marks: For each result the keys of the values that are not sure and touch it.
        assumed: What was not stated, with the value taken.
        steps: Rules applied, in order.
        gaps: What was not computed, and why.
        values: Every value used, by key.
    """

    day: date
    computed: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    assumed: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Keys of all values that are not sure and touch a result."""
        return tuple(sorted({key for keys in self.marks.values() for key in keys}))

    def payload(self, lang: Lang = "id") -> dict[str, Any]:
        """Return the answer for JSON."""
        return {
            "on": self.day.isoformat(),
            "computed": self.computed,
            "assumed": self.assumed,
            "unconfirmed": list(self.unconfirmed),
            "marks": {k: list(v) for k, v in self.marks.items() if v},
            "steps": [
                {"output": s.output, "result": s.result, "says": s.spoken(lang),
                 "sources": list(s.sources), "unconfirmed": list(s.unconfirmed)}
                for s in self.steps
            ],
            "not_computed": [{"name": g.name, **g.error.parts(lang)} for g in self.gaps],
        }  # fmt: skip


class Book:
    """Applies rules one by one and keeps what they rest on.

    Args:
        terms: The law on the day.
        answer: Where results go; a new one if None.
    """

    def __init__(self, terms: Terms, answer: Answer | None = None) -> None:
        self.terms = terms
        self.answer = answer or Answer(terms.day)
        self._under_wage: dict[str, Value] = {}

    def rest_wage_on(self, values: dict[str, Value]) -> None:
        """Say on which values the wage or base rests; every amount computed from it inherits."""
        self._under_wage |= values
        self.answer.values.update(values)

    def apply(self, function: Callable[..., Any], *args: Any, out: str = "", **kwargs: Any) -> Any:
        """Apply a rule and write its step down; the result is stored under ``out`` if given."""
        bound = inspect.signature(function).bind(*args, **kwargs)
        with self.terms.watch() as seen:
            result = plain(function(*args, **kwargs))
        inputs = {k: v for k, v in bound.arguments.items() if k != "t"}
        inherited = self._under_wage if WAGES & set(inputs) else {}
        step = Step(out or of(function).output, result, of(function), inputs, seen, inherited)
        self.answer.steps.append(step)
        self.answer.values.update(seen)
        if out:
            self.put(out, result, step.unconfirmed)
        return result

    def attempt(self, function: Callable[..., Any], *args: Any, out: str, **kwargs: Any) -> Any:
        """Apply a rule; where the law is not known or not confirmed the result is a gap."""
        try:
            return self.apply(function, *args, out=out, **kwargs)
        except RuleError as err:
            self.gap(out, err)
            return None

    def put(self, name: str, value: Any, marks: tuple[str, ...] = ()) -> Any:
        """Store a result with the doubts that touch it; None is not stored."""
        if value is not None:
            self.answer.computed[name] = value
            self.answer.marks[name] = tuple(sorted(set(marks)))
        return value

    def touch(self, name: str, *marks: str) -> None:
        """Add doubts to a stored result."""
        held = self.answer.marks.get(name, ())
        self.answer.marks[name] = tuple(sorted({*held, *marks}))

    def sum(self, name: str, parts: list[str], times: int = 1) -> int | None:
        """Store the sum of stored results; nothing if one of them is missing."""
        done = self.answer.computed
        if not parts or any(part not in done for part in parts):
            return None
        marks = {key for part in parts for key in self.answer.marks[part]}
        total: int = sum(done[part] for part in parts) * times
        return int(self.put(name, total, tuple(marks)))

    def assume(self, name: str, value: Any) -> Any:
        """Write down what was not stated and return the value taken."""
        self.answer.assumed[name] = value
        return value

    def gap(self, name: str, error: CakupError) -> None:
        """Write down what could not be computed."""
        self.answer.gaps.append(Gap(name, error))
