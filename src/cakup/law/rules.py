"""One function per rule, and what is known about it: result, articles, parameters, sentence.

The function stays a plain function; ``@rule`` only writes it down. Its articles are those of the
``Law:`` part of its docstring, so that they stand in one place.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any, TypeVar

from cakup.kernel.language import Text

F = TypeVar("F", bound=Callable[..., Any])
LAW = re.compile(r"Law:\s*(.+?)(?:\n\s*\n|\Z)", re.DOTALL)
MODULES = (
    "contributions.wage", "contributions.pu", "contributions.jp", "contributions.jkp",
    "contributions.bpu", "contributions.jakon", "contributions.pmi", "contributions.magang",
    "dues.fines", "dues.arrears", "dues.settlement", "benefits.jkk", "benefits.care",
    "benefits.jkm", "benefits.scholarship", "benefits.jht", "benefits.jp", "benefits.jkp",
    "benefits.pmi", "series", "membership", "dues.due_dates",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A rule of the law as it stands in the code.

    Args:
        output: Name of the result, e.g. ``jkk``.
        programme: Programme it belongs to, e.g. ``jkk``.
        keys: Parameters that it may read, with ``*`` as a wildcard.
        says: Sentence with ``{placeholders}`` for inputs and ``{result}``.
        function: The function.
    """

    output: str
    programme: str
    keys: tuple[str, ...]
    says: Text
    function: Callable[..., Any]

    @property
    def name(self) -> str:
        """Name of the function."""
        return self.function.__name__

    @property
    def articles(self) -> str:
        """Articles on which it rests, as the docstring states them."""
        found = LAW.search(inspect.getdoc(self.function) or "")
        return " ".join(found.group(1).split()) if found else ""

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]

    def reads(self, key: str) -> bool:
        """Return whether the rule may read a parameter."""
        return any(fnmatchcase(key, pattern) for pattern in self.keys)


RULES: dict[str, Rule] = {}


def rule(output: str, *keys: str, programme: str, id: str, en: str) -> Callable[[F], F]:
    """Write a function down as a rule of the law; the function itself is returned unchanged.

    Args:
        output: Name of the result.
        keys: Parameters that it may read, ``*`` is a wildcard.
        programme: Programme it belongs to.
        id: Sentence in Indonesian.
        en: The same in English.
    """

    def write(function: F) -> F:
        RULES[function.__name__] = Rule(output, programme, keys, Text(id, en), function)
        return function

    return write


def all_rules() -> dict[str, Rule]:
    """Return every rule by the name of its function, in the order of ``MODULES`` and lines."""
    order = [f"cakup.law.{module}" for module in MODULES]
    for module in order:
        import_module(module)

    def place(item: tuple[str, Rule]) -> tuple[int, int]:
        code = item[1].function
        return order.index(code.__module__), code.__code__.co_firstlineno

    return dict(sorted(RULES.items(), key=place))


def of(function: Callable[..., Any]) -> Rule:
    """Return what is written down about a rule function."""
    return RULES[function.__name__]
