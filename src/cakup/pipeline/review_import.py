"""``cakup review import``: decisions of people from a review workbook into the log."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.engines.files import sha256_of
from cakup.kernel.errors import InputError, UsageError, Where
from cakup.kernel.language import LANGS, Lang, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import decisions, review_quality
from cakup.pipeline.answer_sheet import AnswerRow, AnswerSheet, day_of, find_sheet
from cakup.pipeline.decisions import Decision
from cakup.pipeline.grounds import ground
from cakup.pipeline.review_pairs import ANSWER, ANSWERS, BASIS, BY, KEY, ON, PairKey
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.linkage.calibration import Expected

PURPOSE = "mencatat keputusan orang atas pasangan baris"
SHOWN_ROWS = 20
#: Column of the workbook → texts of its head.
HEADS = {"answer": ANSWER, "by": BY, "basis": BASIS, "on": ON, "key": KEY}
REASONS: dict[str, Text] = {
    "answer": Text("keputusan tidak dikenal", "unknown decision"),
    "key": Text("kunci hilang atau berubah", "key missing or changed"),
    "by": Text("Oleh kosong", "By is blank"),
    "basis": Text("Dasar kosong", "Basis is blank"),
    "on": Text("Tanggal kosong, salah, atau di masa depan", "Date blank, wrong or in the future"),
}


@dataclass(frozen=True)
class Request:
    """What to import.

    Args:
        file: The workbook, filled in.
        by: Who answers for the decisions; also who decided, for rows that do not say so. Required.
        basis: Document and its date (``grounds.ground``); also the ground of rows that do not say
            theirs. Required.
        on: ISO day of the decision, for rows that do not say so; None = the document's date.
        received_on: ISO day on which the decisions count as received; None = today.
        wait_seconds: How long to wait for another writer.
    """

    file: str
    by: str | None = None
    basis: str | None = None
    on: str | None = None
    received_on: str | None = None
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What was recorded.

    Args:
        run_id: Manifest of the run.
        same: Rows decided as one person.
        different: Rows decided as different persons.
        open: Rows not decided.
        recorded: Decisions that are new in the log; the others stood there already.
        before: Errors to be expected among the pairs that waited, before these answers.
        after: The same now, among those that still wait.
    """

    run_id: str
    same: int
    different: int
    open: int
    recorded: int
    before: Expected | None = None
    after: Expected | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return asdict(self)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Record the decisions of a workbook: all of them, or none if a row cannot be understood.

    Args:
        request: What to import.
        workspace: Workspace.
        progress: Listener.

    Raises:
        UsageError: ``usage.file_missing``; ``decisions.no_by``, ``decisions.no_basis``.
        InputError: ``review.not_a_review`` if no sheet has the columns; ``review.bad_rows`` with
            reasons and row numbers; ``file.…`` if the file cannot be read;
            ``workspace.damaged`` if the pairs that wait are not intact.
        ConflictError: ``workspace.busy``.
    """
    given = ground(request.by, request.basis)
    request = replace(
        request, by=given.by, basis=given.basis, on=request.on or given.dated.isoformat()
    )
    path = Path(request.file)
    if not path.is_file():
        raise UsageError("usage.file_missing", path=path.name)
    received = request.received_on or date.today().isoformat()  # noqa: DTZ011  (a day, local)
    progress.step("membaca keputusan")
    sheet = _find_rows(path)
    where = Where(path.name, sheet.name)
    found, n_open = _decide(sheet.rows, request, received, workspace, where)
    with workspace.writing("review import", request.wait_seconds):
        earlier = decisions.read(workspace)
        pairs = _waiting(workspace)
        found = review_quality.with_odds(found, pairs)
        recorded = decisions.append(workspace, found)
        before, after = _errors(pairs, earlier, decisions.read(workspace), found)
        run_id = workspace.record_run(
            "review_import", asdict(request), purpose=PURPOSE, inputs=[sha256_of(path)],
            rows={"decided": len(found), "open": n_open, "recorded": recorded},
            last_decision=decisions.last(workspace),
        )  # fmt: skip
    kinds = [d.kind for d in found]
    return Result(
        run_id, kinds.count("same_person"), kinds.count("different_person"), n_open, recorded,
        before, after,
    )  # fmt: skip


def _waiting(workspace: Workspace) -> pl.DataFrame:
    """Return the pairs that wait; none before the first link."""
    store = workspace.store()
    if not store.has("review") or not store.has("memberships"):
        return pl.DataFrame(schema=review_quality.PAIRS)
    return review_quality.open_pairs(store, review_quality.in_force(workspace))


def _errors(
    pairs: pl.DataFrame, earlier: list[Decision], log: list[Decision], answered: list[Decision]
) -> tuple[Expected | None, Expected | None]:
    """Return the errors to be expected before and after the answers; None if nothing waits."""
    if pairs.is_empty():
        return None, None
    waited = review_quality.without(pairs, earlier)
    before = review_quality.expected(waited, review_quality.drawn(earlier, every=True))
    rest = review_quality.without(waited, answered)
    return before, review_quality.expected(rest, review_quality.drawn(log, every=True))


def _find_rows(path: Path) -> AnswerSheet:
    """Return the sheet with the decisions."""
    found = find_sheet(path, HEADS, ("answer", "key"))
    if found is None:
        raise InputError("review.not_a_review", where=Where(path.name), columns=_heads())
    return found


def _heads() -> Text:
    """Return the heads that a review sheet must have."""
    return Text(", ".join((ANSWER.id, KEY.id)), ", ".join((ANSWER.en, KEY.en)))


def _decide(
    rows: list[AnswerRow], request: Request, received: str, workspace: Workspace, where: Where
) -> tuple[list[Decision], int]:
    """Return the decisions of all rows and the number of open ones; refuse if any row is wrong."""
    answers = {text(lang): kind for kind, text in ANSWERS.items() for lang in LANGS}
    wrong: dict[str, list[int]] = defaultdict(list)
    found: list[Decision] = []
    n_open = 0
    for row in rows:
        word = " ".join(row.cells["answer"].split()).casefold()
        kind = answers.get(word, "open" if not word else None)
        if kind == "open":
            n_open += 1
            continue
        made = _decision(row, kind, request, received, workspace)
        if isinstance(made, Decision):
            found.append(made)
        for reason in () if isinstance(made, Decision) else made:
            wrong[reason].append(row.number)
    if wrong:
        raise InputError("review.bad_rows", where=where, reasons=_spell(wrong))
    return found, n_open


def _decision(
    row: AnswerRow, kind: str | None, request: Request, received: str, workspace: Workspace
) -> Decision | list[str]:
    """Return the decision of a row, or the reasons why it is none."""
    key = PairKey.read(row.cells["key"], workspace)
    by = row.cells.get("by") or (request.by or "").strip()
    basis = row.cells.get("basis") or (request.basis or "").strip()
    written = row.cells.get("on") or request.on or ""
    on = _iso_day(written)
    missing = {
        "answer": kind is None, "key": key is None, "by": not by, "basis": not basis,
        "on": on is None or on > received,
    }  # fmt: skip
    if kind is None or key is None or on is None or any(missing.values()):
        return [reason for reason, is_missing in missing.items() if is_missing]
    body = {
        "left": key.fingerprints[0], "right": key.fingerprints[1], "persons": list(key.persons),
        "records": list(key.records), "replaces": list(key.replaces),
    }  # fmt: skip
    return Decision(key.decision_id(kind, by, basis, on), kind, body, by, basis, on, received)


def _iso_day(text: str) -> str | None:
    found = day_of(text)
    return found.isoformat() if found else None


def _spell(wrong: dict[str, list[int]]) -> Text:
    """Return the reasons with the first row numbers of each."""

    def said(lang: Lang) -> str:
        parts = []
        for reason, numbers in sorted(wrong.items(), key=lambda r: -len(r[1])):
            shown = ", ".join(map(str, numbers[:SHOWN_ROWS]))
            more = ", …" if len(numbers) > SHOWN_ROWS else ""
            row = "baris" if lang == "id" else "rows"
            parts.append(f"{REASONS[reason](lang)} ({len(numbers)}: {row} {shown}{more})")
        return "; ".join(parts)

    return Text(said("id"), said("en"))


def review_import(
    workspace: Workspace, file: Path | str, *, by: str, basis: str, on: date | None = None,
    progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Record the decisions of a filled-in review workbook; they apply at the next ``link``.

    Args:
        workspace: Workspace from which the workbook was exported.
        file: The workbook.
        by: Who answers for the decisions; also who decided, for rows that do not say so.
        basis: Document and its date, e.g. ``BA-12/2025, 2025-11-20``.
        on: Day of the decision, for rows that do not say so; None = the document's date.
        progress: Listener.

    Raises:
        UsageError: ``decisions.no_by``, ``decisions.no_basis``.
        InputError: ``review.not_a_review``, ``review.bad_rows``.
        ConflictError: ``workspace.busy``.
    """
    day = on.isoformat() if on else None
    return run(Request(str(file), by, basis, day), workspace, progress)
