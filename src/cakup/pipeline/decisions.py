"""The one log of decisions: ``decisions/log.jsonl``, append-only and hash-chained.

Every line is JSON with ``n, decision_id, kind, body, by, basis, decided_on, received_on, previous,
hash``. ``hash`` is SHA-256 of the line without ``hash``; ``previous`` is the hash before it. A line
is appended once per ``decision_id``: repeating an import of decisions changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cakup.engines.files import PRIVATE_FILE, file_errors
from cakup.kernel.errors import InputError
from cakup.pipeline.workspace import Workspace

START = "0" * 64
KINDS = ("same_person", "different_person", "withdraw_import")


@dataclass(frozen=True)
class Decision:
    """One decision of a person.

    Args:
        decision_id: Stable id; the same id is recorded once.
        kind: One of ``KINDS``.
        body: What was decided. ``same_person`` and ``different_person`` carry ``left`` and
            ``right`` (record fingerprints) and ``persons`` (ids shown to the person who decided);
            ``withdraw_import`` carries ``import_id`` and ``reason``.
        by: Who decided.
        basis: On what ground: document or visit, with its date.
        decided_on: ISO day of the decision.
        received_on: ISO day on which Cakup received it; ``--known`` looks at this.
    """

    decision_id: str
    kind: str
    body: dict[str, Any]
    by: str
    basis: str
    decided_on: str
    received_on: str


def log_path(workspace: Workspace) -> Path:
    """Return the path of the log."""
    return workspace.root / "decisions" / "log.jsonl"


def read(workspace: Workspace, known: date | None = None) -> list[Decision]:
    """Return the decisions received by ``known`` in the order of the log.

    Raises:
        InputError: ``decisions.broken_chain`` if a line was changed, removed or put between.
    """
    found = [d for d, _ in _chain(log_path(workspace))]
    return [d for d in found if known is None or d.received_on <= known.isoformat()]


def append(workspace: Workspace, decisions: Iterable[Decision]) -> int:
    """Append the decisions whose id is new; call it while holding the writer's lock.

    Returns:
        Number of lines written. All of them are written in one append, or none.
    """
    path = log_path(workspace)
    chain = _chain(path)
    known = {d.decision_id for d, _ in chain}
    previous = chain[-1][1] if chain else START
    lines, n = [], len(chain)
    for decision in decisions:
        if decision.decision_id in known:
            continue
        known.add(decision.decision_id)
        n += 1
        body = {"n": n, **asdict(decision), "previous": previous}
        previous = _hash(body)
        lines.append(_spell({**body, "hash": previous}))
    if lines:
        _write(path, "".join(line + "\n" for line in lines))
    return len(lines)


def _write(path: Path, text: str) -> None:
    """Append text and make sure it is on disk before anything relies on it."""
    with file_errors(path):
        handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, PRIVATE_FILE)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


def _chain(path: Path) -> list[tuple[Decision, str]]:
    """Read and verify the log; a last line cut off by a crash is not a decision and is dropped."""
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    whole, _, torn = text.rpartition("\n")
    if torn:
        _drop_torn_line(path, whole)
    found: list[tuple[Decision, str]] = []
    previous = START
    for number, line in enumerate(whole.splitlines(), start=1):
        entry = json.loads(line)
        stated = entry.pop("hash")
        if entry["previous"] != previous or _hash(entry) != stated or entry["n"] != number:
            raise InputError("decisions.broken_chain", line=number)
        previous = stated
        del entry["n"], entry["previous"]
        found.append((Decision(**entry), stated))
    return found


def _drop_torn_line(path: Path, whole: str) -> None:
    """Cut the file back to its last complete line."""
    with path.open("r+", encoding="utf-8") as file:
        file.truncate(len(whole.encode()) + (1 if whole else 0))


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(_spell(body).encode()).hexdigest()


def _spell(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
