"""Occupations as written on lists → groups that a Perwal names, by whole words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

BUILT_IN = Path(__file__).parents[1] / "occupations.toml"
#: Separates the occupations of a person, each framed by blanks.
BAR = " | "
_NO_WORD = re.compile(r"[^a-z0-9]+")


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """Return the built-in groups: name → words that lists use."""
    read = tomllib.loads(BUILT_IN.read_text(encoding="utf-8"))
    return {name: tuple(plain(word) for word in words) for name, words in read.items()}


def plain(text: str) -> str:
    """Return an occupation in small letters with single blanks: ``buruh tani perkebunan``."""
    return _NO_WORD.sub(" ", text.lower()).strip()


def with_own(own: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the built-in groups with those of a rule set added or widened.

    Args:
        own: Group → words, as a rule set states them.
    """
    held = dict(groups())
    for name, words in own.items():
        held[name] = tuple(dict.fromkeys((*held.get(name, ()), *(plain(w) for w in words))))
    return held


def groups_of(
    occupations: Iterable[str | None], known: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the groups of every distinct text of occupations.

    Args:
        occupations: Texts; several occupations of one person are joined by ``|``.
        known: Group → words.

    Returns:
        Text → names of the groups that it belongs to, in the order of ``known``.
    """
    patterns = {
        name: re.compile(rf" (?:{'|'.join(re.escape(w) for w in words)}) ")
        for name, words in known.items()
        if words
    }
    found = {}
    for text in {o for o in occupations if o}:
        framed = " " + " | ".join(plain(part) for part in text.split("|")) + " "
        found[text] = tuple(n for n, pattern in patterns.items() if pattern.search(framed))
    return found
