"""``cakup entitlements --import``: what people found out about rights, back from the workbook."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from cakup.documents.rights_workbook import (
    CLAIM,
    CLAIMS,
    EVENTS,
    KEY,
    NOTE,
    SEEN,
    UNSEEN,
    WHAT,
    WHEN,
    WHO,
    YES,
)
from cakup.engines.files import sha256_of
from cakup.intake.reading import read
from cakup.kernel.errors import InputError, UsageError, Where
from cakup.kernel.language import LANGS, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import decisions
from cakup.pipeline.decisions import Decision
from cakup.pipeline.entitlements import MARK, key_of
from cakup.pipeline.grounds import Ground, ground
from cakup.pipeline.workspace import Workspace

PURPOSE = "mencatat tindak lanjut hak peserta dan ahli waris"
HEADER_WITHIN_ROWS = 20
SHOWN_ROWS = 20
#: What people write into the column of what was seen; any other word is asked about.
SEEN_WORDS = {"yes": YES, "done": Text("sudah", "seen")}
OPEN_WORDS = {"empty": Text("", ""), "unseen": UNSEEN, "no": Text("tidak", "no")}
_HEADS = {"seen": SEEN, "claim": CLAIM, "note": NOTE, "key": KEY, "person_id": WHO, "event": WHAT,
          "day": WHEN}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DASHED = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")


@dataclass(frozen=True)
class Request:
    """What to take back.

    Args:
        file: The workbook, filled in.
        by: Who followed it up. Required.
        basis: Document and its date (``grounds.ground``). Required.
        received_on: ISO day on which it counts as received; None = today.
        wait_seconds: How long to wait for another writer.
    """

    file: str
    by: str | None = None
    basis: str | None = None
    received_on: str | None = None
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What was recorded: rows seen, rows still open, marks new in the log, run."""

    seen: int
    open: int
    recorded: int
    run_id: str


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Record what people found out: all rows, or none if one cannot be understood.

    Args:
        request: What to take back.
        workspace: Workspace from which the workbook was written.
        progress: Listener.

    Raises:
        UsageError: ``usage.file_missing``; ``decisions.no_by``, ``decisions.no_basis``.
        InputError: ``entitlements.not_a_list``; ``entitlements.bad_rows`` with row numbers.
        ConflictError: ``workspace.busy``.
    """
    said = ground(request.by, request.basis)
    path = Path(request.file)
    if not path.is_file():
        raise UsageError("usage.file_missing", path=path.name)
    received = request.received_on or date.today().isoformat()  # noqa: DTZ011  (a day, local)
    progress.step("membaca tindak lanjut")
    found, n_open = _marks(path, said, received)
    with workspace.writing("entitlements", request.wait_seconds):
        recorded = decisions.append(workspace, found)
        run_id = workspace.record_run(
            "entitlements_import", asdict(request), purpose=PURPOSE, inputs=[sha256_of(path)],
            rows={"seen": len(found), "open": n_open, "recorded": recorded},
            last_decision=decisions.last(workspace),
        )  # fmt: skip
    return Result(len(found), n_open, recorded, run_id)


def _marks(path: Path, said: Ground, received: str) -> tuple[list[Decision], int]:
    """Return the marks of all rows and how many rows stay open."""
    rows = _rows(path)
    found: list[Decision] = []
    wrong: list[int] = []
    n_open = 0
    for number, cells in rows:
        if _code(cells["seen"], OPEN_WORDS):
            n_open += 1
            continue
        is_seen = _code(cells["seen"], SEEN_WORDS) is not None
        mark = _mark(cells, said, received) if is_seen else None
        if mark is None:
            wrong.append(number)
        else:
            found.append(mark)
    if wrong:
        shown = ", ".join(map(str, wrong[:SHOWN_ROWS])) + (", …" if wrong[SHOWN_ROWS:] else "")
        raise InputError("entitlements.bad_rows", where=Where(path.name), n=len(wrong), rows=shown)
    return found, n_open


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows below the header with their numbers in Excel."""
    for sheet in read(path).sheets:
        rows = sheet.frame.rows()
        for at, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
            texts = {(cell or "").strip().casefold(): i for i, cell in enumerate(row)}
            places = {
                name: texts[head(lang).casefold()]
                for name, head in _HEADS.items() for lang in LANGS
                if head(lang).casefold() in texts
            }  # fmt: skip
            if len(places) == len(_HEADS):
                told = [
                    (sheet.first_row + n, {k: (r[p] or "").strip() for k, p in places.items()})
                    for n, r in enumerate(rows[at + 1 :], start=at + 1)
                ]
                return [(n, cells) for n, cells in told if cells["key"]]
    raise InputError("entitlements.not_a_list", where=Where(path.name), columns=KEY)


def _mark(cells: dict[str, str], said: Ground, received: str) -> Decision | None:
    """Return the mark of a row, None if the row was changed or its claim is not understood."""
    event, claim = _code(cells["event"], EVENTS), _code(cells["claim"], CLAIMS)
    day = _day(cells["day"])
    if event is None or claim is None or day is None:
        return None
    if cells["key"] != key_of(cells["person_id"], event, day):
        return None
    body = {"person_id": cells["person_id"], "event": event, "day": day.isoformat(),
            "claim": claim, "note": bool(cells["note"])}  # fmt: skip
    text = "|".join((cells["key"], claim, said.by, said.basis))
    decision_id = hashlib.sha256(text.encode()).hexdigest()[:20]
    return Decision(decision_id, MARK, body, said.by, said.basis, said.dated.isoformat(), received)


def _code(word: str, words: dict[str, Text]) -> str | None:
    plain = " ".join(word.split()).casefold()
    return next((c for c, t in words.items() for lg in LANGS if t(lg).casefold() == plain), None)


def _day(text: str) -> date | None:
    iso, dashed = _ISO.match(text), _DASHED.match(text)
    try:
        if iso:
            return date(*map(int, iso.groups()))
        return date(*map(int, dashed.groups()[::-1])) if dashed else None
    except ValueError:
        return None


def entitlements_import(
    workspace: Workspace, file: Path | str, *, by: str, basis: str, progress: Progress = SILENT
) -> Result:
    """Record what people found out about rights, from the filled-in workbook of ``entitlements``.

    Args:
        workspace: Workspace from which the workbook was written.
        file: The workbook.
        by: Who followed it up.
        basis: Document and its date, e.g. ``BA-12/2025, 2025-11-20``.
        progress: Listener.

    Raises:
        UsageError: ``decisions.no_by``, ``decisions.no_basis``.
        InputError: ``entitlements.not_a_list``, ``entitlements.bad_rows``.
        ConflictError: ``workspace.busy``.
    """
    return run(Request(str(file), by, basis), workspace, progress)
