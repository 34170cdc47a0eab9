"""Which participant snapshot answers for which days.

Of the snapshots of one list the latest not after a day answers for it; the first one also answers
for all days before it, because nothing older is known. A month is answered like its last day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Snapshot:
    """One usable participant file.

    Args:
        import_id: Its id.
        list_key: What a later snapshot supersedes (kind, sender, list).
        as_of: Date of its data.
        received_on: Day of receipt.
        corrects: Import whose returned rows this file brings back, if any.
    """

    import_id: str
    list_key: tuple[str, ...]
    as_of: date
    received_on: date
    corrects: str | None = None


@dataclass(frozen=True)
class Window:
    """The days for which one file answers.

    Args:
        import_id: The file.
        as_of: Date of the snapshot (of the corrected file, for a correction).
        answers_from: First day, None = from the beginning.
        answers_to: First day no longer answered, None = no end.
        known_on: Day of receipt.
        is_answering: False if another file of the same date took its place: then it says who the
            participants are, but nothing about any day.
    """

    import_id: str
    as_of: date
    answers_from: date | None
    answers_to: date | None
    known_on: date
    is_answering: bool


def windows(snapshots: Iterable[Snapshot]) -> list[Window]:
    """Return for each file the days for which it answers, ordered by import id.

    Args:
        snapshots: Usable participant files; a correction whose original is missing is left out.
    """
    given = {s.import_id: s for s in snapshots}
    lists: dict[tuple[str, ...], list[Snapshot]] = {}
    for one in given.values():
        if one.corrects is None:
            lists.setdefault(one.list_key, []).append(one)
    days: dict[str, tuple[date | None, date | None, bool]] = {}
    for held in lists.values():
        held.sort(key=lambda s: (s.as_of, s.received_on, s.import_id))
        for at, one in enumerate(held):
            later = [s.as_of for s in held[at + 1 :]]
            earlier = [s.as_of for s in held[:at] if s.as_of < one.as_of]
            days[one.import_id] = (
                one.as_of if earlier else None,
                later[0] if later else None,
                one.as_of not in later,
            )
    found = [(s, _original(s, given)) for s in given.values()]
    return sorted(
        (
            Window(
                s.import_id, o.as_of, *days[o.import_id][:2], s.received_on, days[o.import_id][2]
            )
            for s, o in found
            if o is not None
        ),
        key=lambda w: w.import_id,
    )


def _original(one: Snapshot, given: dict[str, Snapshot]) -> Snapshot | None:
    """Follow corrections back to the first file; None if a link is missing or runs in a circle."""
    seen: set[str] = set()
    at: Snapshot | None = one
    while at is not None and at.corrects is not None:
        if at.import_id in seen:
            return None
        seen.add(at.import_id)
        at = given.get(at.corrects)
    return at
