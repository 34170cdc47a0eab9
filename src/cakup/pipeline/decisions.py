"""The one log of decisions: ``decisions/log.jsonl``, append-only and hash-chained.

Every line is JSON with ``n, decision_id, kind, body, by, basis, decided_on, received_on, previous,
hash``. ``hash`` is SHA-256 of the line without ``hash``; ``previous`` is the hash before it. A line
is appended once per ``decision_id``: repeating an import of decisions changes nothing.

``decisions/head.json`` names the last line, so a log that lost its end (an old copy put back) is
noticed too. It is written after the log: a crash between leaves a head that is merely older.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cakup.engines.files import make_folder, read_json, whole_file, write_json
from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline.workspace import Workspace

START = "0" * 64
HEAD = "head.json"
KINDS = (
    "same_person", "different_person", "withdraw_import", "right_seen", "appeal_opened",
    "appeal_closed", "erase_person", "erase_row", "erase_expired", "figure_published",
)  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """One decision of a person.

    Args:
        decision_id: Stable id; the same id is recorded once.
        kind: One of ``KINDS``.
        body: What was decided. ``same_person`` and ``different_person`` carry ``left`` and
            ``right`` (record fingerprints), ``persons`` and ``records`` (ids shown to the person
            who decided) and ``replaces`` (ids of decisions shown and overruled), ``log_odds`` too
            (what the pair's were when it was recorded, before answers moved them);
            ``withdraw_import`` carries ``import_id`` and ``reason``; ``right_seen`` the event
            (``person_id, event, day``) and the state of its ``claim``.
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
        InputError: ``decisions.broken_chain`` if a line was changed, removed or put between;
            ``decisions.shortened`` if lines at the end are gone.
    """
    found = [d for d, _ in _chain(log_path(workspace))]
    return [d for d in found if known is None or d.received_on <= known.isoformat()]


def last(workspace: Workspace, known: date | None = None) -> str | None:
    """Return the id of the last decision received by ``known``, for the manifest of a run."""
    found = read(workspace, known)
    return found[-1].decision_id if found else None


def append(workspace: Workspace, decisions: Iterable[Decision]) -> int:
    """Append the decisions whose id is new; call it while holding the writer's lock.

    The log is written beside itself and renamed, so all new lines are there or none.

    Returns:
        Number of lines written.

    Raises:
        UsageError: ``decisions.unknown_kind``.
        InputError: As ``read``.
    """
    path = log_path(workspace)
    chain = _chain(path)
    known = {d.decision_id for d, _ in chain}
    previous = chain[-1][1] if chain else START
    lines, n = [], len(chain)
    for decision in decisions:
        if decision.kind not in KINDS:
            raise UsageError("decisions.unknown_kind", kind=decision.kind, kinds=", ".join(KINDS))
        if decision.decision_id in known:
            continue
        known.add(decision.decision_id)
        n += 1
        body = {"n": n, **asdict(decision), "previous": previous}
        previous = _hash(body)
        lines.append(_spell({**body, "hash": previous}))
    if lines:
        _write(path, lines)
    head = {"n": n, "hash": previous}
    # Not only after new lines: a crash may have left a head that is behind the log.
    if n and head != _head(path):
        write_json(path.with_name(HEAD), head)
    return len(lines)


def _write(path: Path, lines: list[str]) -> None:
    """Write the log with new lines at its end, whole."""
    make_folder(path.parent)
    whole, _ = _whole_lines(path)
    with whole_file(path) as temporary:
        temporary.write_bytes(whole + "".join(line + "\n" for line in lines).encode())


def _whole_lines(path: Path) -> tuple[bytes, bytes]:
    """Return the complete lines and what follows them.

    Cakup itself leaves no torn line; an editor or a copy that was cut off may. A line without its
    end is no decision. It is only left out here: a reader must not write.
    """
    if not path.exists():
        return b"", b""
    whole, end, torn = path.read_bytes().rpartition(b"\n")
    return whole + end, torn


def _chain(path: Path) -> list[tuple[Decision, str]]:
    """Read and verify the log; return every decision with the hash of its line."""
    head_path = path.with_name("head.json")
    # The head first: a writer may add lines between the two reads, never remove any.
    head: dict[str, Any] = read_json(head_path) if head_path.exists() else {"n": 0, "hash": START}
    found: list[tuple[Decision, str]] = []
    previous = START
    for number, line in enumerate(_whole_lines(path)[0].split(b"\n")[:-1], start=1):
        decision, previous = _link(line, number, previous)
        found.append((decision, previous))
    at_head = found[head["n"] - 1][1] if 0 < head["n"] <= len(found) else START
    if head["n"] > len(found) or at_head != head["hash"]:
        raise InputError("decisions.shortened", found=len(found), known=head["n"])
    return found


def _head(path: Path) -> dict[str, Any]:
    """Return number and hash of the last line that was recorded for certain."""
    head_path = path.with_name(HEAD)
    found: dict[str, Any] = read_json(head_path) if head_path.exists() else {"n": 0, "hash": START}
    return found


def _link(line: bytes, number: int, previous: str) -> tuple[Decision, str]:
    """Read one line and return its decision and hash."""
    try:
        entry = json.loads(line)
        stated = entry.pop("hash")
        if entry["previous"] != previous or _hash(entry) != stated or entry["n"] != number:
            raise ValueError(number)
        del entry["n"], entry["previous"]
        return Decision(**entry), stated
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise InputError("decisions.broken_chain", line=number) from err


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(_spell(body).encode()).hexdigest()


def _spell(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
