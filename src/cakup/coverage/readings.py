"""Targets in persons: the distance to a share, and the three readings of "plus 20 percent".

"Menaikkan cakupan minimal 20 persen dari tahun sebelumnya" can be read in three ways that differ
three to one in persons and money; none is applied silently, all are shown side by side. Persons
needed are always rounded up: a target is reached when the whole person is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from cakup.coverage.register import Entry
from cakup.kernel import spelling
from cakup.kernel.language import LANGS, Text

READINGS: dict[str, Text] = {
    "A": Text("+{step}% dari jumlah tahun lalu", "+{step}% of last year's number"),
    "B": Text("+{step} poin persen dari penyebut", "+{step} percentage points of the base"),
    "C": Text("{step}% dari yang belum terlindungi", "{step}% of those not yet covered"),
}


@dataclass(frozen=True)
class Distance:
    """How far a count is from a target.

    Args:
        entry: The target.
        reading: ``A``, ``B`` or ``C`` for an increase, empty for a share or number of persons.
        target_persons: Persons at which the target is reached, rounded up, at most the base.
        current_persons: Persons counted now.
        needed_persons: Persons still missing, 0 if it is reached.
        target_share: Share of the base at the target.
        current_share: Share of the base now.
        baseline_persons: Persons from which an increase counts; None for other targets.
        baseline_on: ISO day of that count; empty for other targets.
    """

    entry: Entry
    reading: str
    target_persons: int
    current_persons: int
    needed_persons: int
    target_share: Fraction
    current_share: Fraction
    baseline_persons: int | None = None
    baseline_on: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether nobody is missing."""
        return self.needed_persons == 0

    @property
    def reading_words(self) -> Text:
        """What it counts in words: the reading of an increase, else as the register has it."""
        if not self.reading:
            return Text(self.entry.reading, self.entry.reading)
        found = []
        for lang in LANGS:
            step = spelling.decimal(float(self.entry.value) * 100, 0, lang)
            found.append(f"{self.reading}: {READINGS[self.reading].format(lang, step=step)}")
        return Text(*found)

    def as_json(self) -> dict[str, Any]:
        """Return the distance as plain JSON values, with the target's paper."""
        return {
            **self.entry.as_json(),
            "reading_letter": self.reading or None,
            "target_persons": self.target_persons,
            "current_persons": self.current_persons,
            "needed_persons": self.needed_persons,
            "target_share": float(self.target_share),
            "current_share": float(self.current_share),
            "distance_share": float(self.target_share - self.current_share),
            "baseline_persons": self.baseline_persons,
            "baseline_on": self.baseline_on or None,
        }


def distance(entry: Entry, base: int, current: int) -> Distance:
    """Return how far a count is from a target share or a target number of persons.

    Args:
        entry: Target of kind ``cakupan``.
        base: Persons of the denominator.
        current: Persons counted now.
    """
    if entry.unit == "share":
        share = Fraction(entry.value)
        target = ceil(share * base)
    else:
        target = int(entry.value)
        share = Fraction(target, base)
    return Distance(
        entry, "", target, current, max(0, target - current), share, Fraction(current, base)
    )


def readings(
    entry: Entry, base: int, current: int, baseline: int, baseline_on: str
) -> tuple[Distance, ...]:
    """Return the three readings of an increase, in the order A, B, C.

    Args:
        entry: Target of kind ``kenaikan``; its value is the step, e.g. 0.20.
        base: Persons of the denominator.
        current: Persons counted now.
        baseline: Persons counted at the end of the year before.
        baseline_on: ISO day of that count.
    """
    step = Fraction(entry.value)
    targets = {
        "A": ceil(baseline * (1 + step)),
        "B": ceil(baseline + base * step),
        "C": ceil(baseline + (base - baseline) * step),
    }
    return tuple(
        Distance(
            entry, letter, min(target, base), current, max(0, min(target, base) - current),
            Fraction(min(target, base), base), Fraction(current, base), baseline, baseline_on,
        )
        for letter, target in targets.items()
    )  # fmt: skip


def distances(
    targets: Iterable[Entry], base: int, current: int, baseline: int, baseline_on: str
) -> tuple[Distance, ...]:
    """Return the distance to every target, increases in their three readings.

    Args:
        targets: Targets of the place, and national increases.
        base: Persons of the denominator.
        current: Persons counted now.
        baseline: Persons counted at the end of the year before.
        baseline_on: ISO day of that count.
    """
    found: list[Distance] = []
    for entry in targets:
        if entry.kind == "kenaikan":
            found += readings(entry, base, current, baseline, baseline_on)
        else:
            found.append(distance(entry, base, current))
    return tuple(found)
