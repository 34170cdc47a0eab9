"""Small groups hidden so that no subtraction brings them back.

What is published is a tree of groups (city → kecamatan → kelurahan, or city → sectors), each with
one or more counts (covered and not covered) that add up to those of the group above. A group with 1
to ``limit − 1`` persons in any count is hidden with all its counts, and so are further groups until
nobody can compute a hidden one:

* below every group that is shown stand no hidden groups or at least two, and
* together they hold at least ``limit`` persons in every count,

so that each hidden count may be anything from 0 to at least ``limit``. Where a group is too small
to hide its parts behind each other it is hidden itself, and the question moves one level up. What
was hidden in the month before stays hidden: two publications must not fit together either. The
rule is simple enough to be proved on paper; a test proves it with a linear programme for every
hidden count (``tests/property/test_suppression.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Group:
    """A group of persons with its parts.

    Args:
        key: Stable name, unique in its tree.
        counts: Counts that are published or follow from what is published, each 0 or more.
        parts: Groups that together make it; empty for the smallest ones.
    """

    key: str
    counts: tuple[int, ...]
    parts: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        if self.parts:
            sums = tuple(sum(c) for c in zip(*(p.counts for p in self.parts), strict=True))
            if sums != self.counts:
                raise AssertionError(f"the parts of {self.key} must add up")

    def all_keys(self) -> Iterator[str]:
        """Yield its key and those of everything below it."""
        yield self.key
        for part in self.parts:
            yield from part.all_keys()

    @property
    def size(self) -> int:
        """Persons in all counts together."""
        return sum(self.counts)


def hidden_groups(root: Group, limit: int, before: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the keys of the groups that must not be shown.

    Args:
        root: The whole; its counts are published unless it is small itself.
        limit: Smallest number of persons that may be shown; 0 is always shown.
        before: Keys hidden in the publication before this one.
    """
    work = _Hiding(root, limit)
    for group in _all(root):
        if work.is_small(group) or group.key in before:
            work.hide(group)
    work.settle(root)
    return frozenset(work.hidden)


@dataclass
class _Hiding:
    """What is hidden so far, and what more must be."""

    root: Group
    limit: int
    hidden: set[str] = field(default_factory=set)

    def is_small(self, group: Group) -> bool:
        return any(0 < n < self.limit for n in group.counts)

    def hide(self, group: Group) -> None:
        """Hide a group; its parts must not give it away."""
        self.hidden.add(group.key)
        if group.parts and not any(p.key in self.hidden for p in group.parts):
            self.hide(min(group.parts, key=_smallest_first))

    def settle(self, group: Group) -> None:
        """Hide more below a group, deepest first, until nothing below it can be computed."""
        for part in group.parts:
            self.settle(part)
        while group.key not in self.hidden and not self._holds(group):
            shown = [p for p in group.parts if p.key not in self.hidden]
            self.hide(min(shown, key=_smallest_first) if shown else group)

    def _holds(self, group: Group) -> bool:
        """Return whether the hidden groups right below a shown one hide each other."""
        below = [p for p in group.parts if p.key in self.hidden]
        if not below:
            return True
        masses = self._masses(group)
        enough = (m >= self.limit or not n for m, n in zip(masses, group.counts, strict=True))
        return len(below) >= 2 and all(enough)

    def _masses(self, group: Group) -> Sequence[int]:
        """Return what the smallest hidden groups under a shown one hold together.

        Those below a shown group in between are behind its counts already.
        """
        held = [0] * len(group.counts)
        for part in group.parts:
            if part.key in self.hidden:
                found = self._masses(part) if part.parts else part.counts
                held = [a + b for a, b in zip(held, found, strict=True)]
        return held


def _smallest_first(group: Group) -> tuple[int, str]:
    return group.size, group.key


def _all(group: Group) -> Iterator[Group]:
    yield group
    for part in group.parts:
        yield from _all(part)


def hidden_terms(terms: Sequence[tuple[str, int]], limit: int) -> frozenset[str] | None:
    """Return the keys of the reasons of a movement that must not be shown.

    A movement is a sum of gains and losses with a published result, so hidden gains and losses
    hide each other without limit; losses alone, or gains alone, must hold ``limit`` persons.

    Args:
        terms: Key and net number of persons of every reason that is shown.
        limit: Smallest number of persons that may be shown.

    Returns:
        None if hiding every reason would not do, so that nothing of the movement may be shown.
    """
    hidden = {key: n for key, n in terms if 0 < abs(n) < limit}
    others = sorted((abs(n), key, n) for key, n in terms if key not in hidden and n)
    while hidden and not _terms_hold(list(hidden.values()), limit):
        if not others:
            return None
        _, key, n = others.pop(0)
        hidden[key] = n
    return frozenset(hidden)


def _terms_hold(values: Sequence[int], limit: int) -> bool:
    """Return whether hidden gains and losses cannot be told apart."""
    both = any(n > 0 for n in values) and any(n < 0 for n in values)
    return len(values) >= 2 and (both or abs(sum(values)) >= limit)
