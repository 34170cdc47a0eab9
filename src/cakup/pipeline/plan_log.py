"""``plans/log.jsonl``: the seed of the draw, closed lists, changes by hand; append-only, chained.

Every line is JSON with ``n, event, year, body, by, on, previous, hash``. The seed of a year is
recorded before its list of candidates is closed; another seed needs a reason, which is recorded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cakup.engines.files import make_folder, whole_file
from cakup.kernel.errors import ConflictError, InputError
from cakup.pipeline.workspace import Workspace

START = "0" * 64
EVENTS = ("seed", "closed", "add", "remove", "final")


@dataclass(frozen=True)
class Event:
    """One line of the log.

    Args:
        event: One of ``EVENTS``.
        year: Plan year.
        body: What happened; ids of persons, never names.
        by: Who did it, may be empty.
        on: ISO day, empty = the day on which it is written; results never depend on it.
    """

    event: str
    year: int
    body: dict[str, Any]
    by: str = ""
    on: str = ""


def path(workspace: Workspace) -> Path:
    """Return the path of the log."""
    return workspace.root / "plans" / "log.jsonl"


def read(workspace: Workspace, year: int | None = None) -> list[Event]:
    """Return the events, of one year if given.

    Raises:
        InputError: ``decisions.broken_chain`` if a line was changed or removed.
    """
    held = [Event(r["event"], r["year"], r["body"], r["by"], r["on"]) for r in _lines(workspace)]
    return [e for e in held if year is None or e.year == year]


def append(workspace: Workspace, events: Iterable[Event]) -> int:
    """Append events; call it while holding the writer's lock. Returns the number of lines."""
    held = _lines(workspace)
    previous = held[-1]["hash"] if held else START
    made = list(held)
    today = date.today().isoformat()  # noqa: DTZ011 - the office's local day
    for one in events:
        body = {
            "n": len(made) + 1, "event": one.event, "year": one.year, "body": one.body,
            "by": one.by, "on": one.on or today, "previous": previous,
        }  # fmt: skip
        previous = _hash(body)
        made.append({**body, "hash": previous})
    if len(made) > len(held):
        make_folder(path(workspace).parent)
        with whole_file(path(workspace)) as temporary:
            temporary.write_text("".join(_spell(m) + "\n" for m in made), encoding="utf-8")
    return len(made) - len(held)


def _lines(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the lines, the chain checked."""
    file = path(workspace)
    if not file.exists():
        return []
    previous = START
    held: list[dict[str, Any]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            one = json.loads(line)
            claimed = one.pop("hash")
        except (json.JSONDecodeError, KeyError, AttributeError) as err:
            raise InputError("plan.log.broken", row=len(held) + 1) from err
        if one.get("previous") != previous or _hash(one) != claimed:
            raise InputError("plan.log.broken", row=len(held) + 1)
        previous = claimed
        held.append({**one, "hash": claimed})
    return held


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(_spell(body).encode()).hexdigest()


def _spell(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seed_events(
    workspace: Workspace, year: int, seed: int, reason: str = "", by: str = ""
) -> list[Event]:
    """Return the event that records a seed, none if it is recorded already.

    Raises:
        ConflictError: ``plan.seed.fixed`` for another seed without a reason and a name.
    """
    seeds = [e.body["seed"] for e in read(workspace, year) if e.event == "seed"]
    if not seeds:
        return [Event("seed", year, {"seed": seed, "reason": reason}, by)]
    if seeds[-1] == seed:
        return []
    if not reason or not by:
        raise ConflictError("plan.seed.fixed", year=year, seed=seeds[-1])
    return [Event("seed", year, {"seed": seed, "reason": reason, "replaces": seeds[-1]}, by)]


def by_hand(workspace: Workspace, year: int) -> dict[str, Event]:
    """Return the last change by hand of every person: ``person_id`` → event."""
    held: dict[str, Event] = {}
    for one in read(workspace, year):
        if one.event in ("add", "remove"):
            held[one.body["person_id"]] = one
    return held
