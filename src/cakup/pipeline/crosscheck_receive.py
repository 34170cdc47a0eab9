"""``cakup crosscheck receive``: the answers of another office, row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cakup.documents.crosscheck_workbook import (
    ANSWER_HEADS,
    LABELS,
    OBJECTION_HEADS,
    RECIPIENTS,
    REFERENCE,
)
from cakup.kernel.errors import InputError, UsageError, Where
from cakup.kernel.language import LANGS, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import appeals, decisions, effect, returns, sent
from cakup.pipeline.answer_sheet import (
    AnswerRow,
    AnswerSheet,
    day_of,
    find_sheet,
)
from cakup.pipeline.crosscheck_answers import (
    REASONS,
    Read,
    insurer,
    objection,
    registry,
    social_office,
)
from cakup.pipeline.effect import Effect
from cakup.pipeline.returns import Taken, TakenRow
from cakup.pipeline.workspace import Workspace

READERS: dict[str, Callable[[Mapping[str, str], date], Read]] = {
    "bpjs": insurer, "dukcapil": registry, "dinsos": social_office,
}  # fmt: skip
KINDS = {"bpjs": "padan_bpjs", "dukcapil": "padan_dukcapil", "dinsos": "padan_dinsos"}


@dataclass(frozen=True)
class Request:
    """What came back.

    Args:
        file: Workbook or CSV with the answers.
        as_of: Date of the data searched; None = as the file says.
        scope: Which data were searched; None = as the file says.
        sender: Who answered; None = the office that was asked.
        received_on: Day of receipt; None = today.
        is_applied: Whether persons and ledger are made anew at once and the change is told.
        day: Day for which the change is counted; None = the newest date of any data.
        wait_seconds: How long to wait for another writer.
    """

    file: str
    as_of: date | None = None
    scope: str | None = None
    sender: str | None = None
    received_on: date | None = None
    is_applied: bool = True
    day: date | None = None
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What was taken.

    Args:
        import_id: Id of the import; it can be withdrawn.
        is_new: False if these answers were here already.
        to: Office that answered.
        as_of: Date of the data searched.
        scope: Which data were searched.
        answers: Answers by what they say.
        open: Rows without an answer.
        wrong: Rows that could not be understood, by reason.
        wrong_rows: The same in words, in both languages, with row numbers.
        appeals: Appeals decided by this file.
        effect: What changed in persons and figures; None if not made anew.
    """

    import_id: str
    is_new: bool
    to: str
    as_of: date
    scope: str
    answers: dict[str, int]
    open: int
    wrong: dict[str, int]
    wrong_rows: dict[str, str]
    appeals: int
    effect: Effect | None

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        told = self.effect.as_json() if self.effect else None
        return {**asdict(self), "as_of": self.as_of.isoformat(), "effect": told}


@dataclass(frozen=True)
class _Asked:
    """Which office answers, for which day, and whom its references mean."""

    to: str
    as_of: date
    anchors: Mapping[str, dict[str, str]]


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Take the answers of a file; taking them twice changes nothing.

    Args:
        request: What came back.
        workspace: Workspace from which the question was sent.
        progress: Listener.

    Raises:
        UsageError: ``usage.file_missing``; ``crosscheck.no_scope`` or ``crosscheck.no_date`` if
            neither the file nor the call says which data of which date were searched.
        InputError: ``crosscheck.not_an_answer``, ``crosscheck.nothing_understood``; ``file.…``.
        ConflictError: ``workspace.busy``.
    """
    path = Path(request.file)
    if not path.is_file():
        raise UsageError("usage.file_missing", path=path.name)
    progress.step("membaca jawaban")
    sheet, to = _read(path, workspace)
    received = request.received_on or date.today()  # noqa: DTZ011 - the office's local day
    as_of, scope = _terms(request, sheet, to, received, path)
    asked = _Asked(to, as_of, _anchors(workspace, to))
    rows, wrong, n_open, objections = _understand(sheet.rows, asked, workspace)
    if not rows and wrong:
        raise InputError(
            "crosscheck.nothing_understood", where=Where(path.name, sheet.name),
            reasons=_reasons(wrong),
        )  # fmt: skip
    taken = Taken(
        path, sheet.name, KINDS[to], request.sender or RECIPIENTS[to].id, as_of, received, scope,
        rows, wrong, n_open,
        {"sent": _codes(rows), "purpose": "jawaban padan data", "reasons": _counted(wrong)},
    )  # fmt: skip
    with workspace.writing("crosscheck receive", request.wait_seconds):
        day = request.day or max(as_of, effect.newest_day(workspace) or as_of)
        before = effect.state(workspace, day) if request.is_applied else ({}, False)
        import_id, is_new = returns.keep(workspace, taken)
        settled = _settle(workspace, objections, taken, import_id)
        changed = effect.apply(workspace, day, before, progress) if request.is_applied else None
        _record(workspace, taken, import_id, is_new=is_new)
    return Result(
        import_id, is_new, to, as_of, scope, _counted({r.number: r.answer["answer"] for r in rows}),
        n_open, _counted(wrong),
        {lang: returns.spelled_reasons(wrong, REASONS, lang) for lang in LANGS}, settled, changed,
    )  # fmt: skip


def _read(path: Path, workspace: Workspace) -> tuple[AnswerSheet, str]:
    """Return the sheet with the answers and which office answers, by its references."""
    plain = find_sheet(path, {"reference": REFERENCE}, ("reference",))
    to = _office(plain, workspace) if plain is not None else None
    if to is not None:
        heads = {"reference": REFERENCE, **OBJECTION_HEADS, **ANSWER_HEADS[to]}
        found = find_sheet(path, heads, ("reference", next(iter(ANSWER_HEADS[to]))), LABELS)
        if found is not None:
            return found, to
    first = next(iter(ANSWER_HEADS[to or "bpjs"].values()))
    raise InputError(
        "crosscheck.not_an_answer", where=Where(path.name),
        columns=Text(*(f"{REFERENCE(lang)}, {first(lang)}" for lang in LANGS)),
    )  # fmt: skip


def _office(sheet: AnswerSheet, workspace: Workspace) -> str | None:
    """Return the office to which the first known reference was sent."""
    offices = {one.code: one.to for one in sent.all_sent(workspace)}
    for row in sheet.rows:
        found = sent.read_reference(workspace, row.cells["reference"])
        if found is not None and offices.get(found[0]) in KINDS:
            return offices[found[0]]
    return None


def _terms(
    request: Request, sheet: AnswerSheet, to: str, received: date, path: Path
) -> tuple[date, str]:
    """Return date and scope of the data searched; a branch's "not found" is worth no more."""
    where = Where(path.name, sheet.name)
    as_of = request.as_of or day_of(sheet.above.get("as_of", ""))
    if as_of is None or as_of > received:
        raise UsageError("crosscheck.no_date", where=where)
    scope = " ".join((request.scope or sheet.above.get("scope", "")).split())
    if not scope and to == "bpjs":
        raise UsageError("crosscheck.no_scope", where=where)
    return as_of, scope or RECIPIENTS[to].id


def _anchors(workspace: Workspace, to: str) -> dict[str, dict[str, str]]:
    """Return whom each reference sent to an office means."""
    return {
        row["reference"]: {k: row[k] for k in
                           ("asked_person_id", "anchor_record_id", "anchor_fingerprint")}
        for one in sent.all_sent(workspace, to)
        for row in sent.rows_of(workspace, one.code).iter_rows(named=True)
    }  # fmt: skip


def _understand(
    rows: Sequence[AnswerRow], asked: _Asked, workspace: Workspace
) -> tuple[list[TakenRow], dict[int, str], int, dict[str, tuple[str, date | None]]]:
    """Return the rows understood, the others with their reason, blank ones, answers to appeals."""
    read = READERS[asked.to]
    first = next(iter(ANSWER_HEADS[asked.to]))
    taken: dict[str, TakenRow] = {}
    wrong: dict[int, str] = {}
    objections: dict[str, tuple[str, date | None]] = {}
    n_open = 0
    for row in rows:
        found = sent.read_reference(workspace, row.cells["reference"])
        if not row.cells.get(first):
            n_open += found is not None  # other texts are the footer
            continue
        if found is None:
            wrong[row.number] = "reference"
            continue
        if found[1] not in asked.anchors:
            wrong[row.number] = "other_office"
            continue
        told = read(row.cells, asked.as_of)
        appeal = objection(row.cells)
        if isinstance(told, str) or isinstance(appeal, str):
            wrong[row.number] = told if isinstance(told, str) else str(appeal)
            continue
        answer = {"asked": asked.to, "reference": found[1], **asked.anchors[found[1]], **told[0]}
        made = TakenRow(row.number, answer, told[1])
        held = taken.setdefault(found[1], made)
        if (held.answer, held.states) != (made.answer, made.states):
            wrong[row.number] = "twice"
        elif appeal is not None:
            objections[asked.anchors[found[1]]["anchor_fingerprint"]] = appeal
    return list(taken.values()), wrong, n_open, objections


def _settle(
    workspace: Workspace, objections: Mapping[str, tuple[str, date | None]], taken: Taken,
    import_id: str,
) -> int:  # fmt: skip
    """Record the answers to open appeals; return how many are new."""
    log = decisions.read(workspace)
    ended = {d.body["appeal_id"] for d in log if d.kind == "appeal_closed"}
    made = [
        appeals.closed(
            workspace, d.body["appeal_id"], objections[d.body["fingerprint"]][0], taken.sender,
            f"jawaban padan {import_id}", taken.received_on.isoformat(),
            objections[d.body["fingerprint"]][1],
        )
        for d in log
        if d.kind == "appeal_opened" and d.body["appeal_id"] not in ended
        and d.body["fingerprint"] in objections
    ]  # fmt: skip
    return decisions.append(workspace, made)


def _counted(told: Mapping[int, str]) -> dict[str, int]:
    values = list(told.values())
    return {name: values.count(name) for name in sorted(set(values))}


def _reasons(wrong: Mapping[int, str]) -> Text:
    return Text(*(returns.spelled_reasons(wrong, REASONS, lang) for lang in LANGS))


def _codes(rows: Sequence[TakenRow]) -> str:
    return ", ".join(sorted({r.answer["reference"].split("-")[0] for r in rows}))


def _bases(workspace: Workspace, taken: Taken) -> str:
    """Return on what ground the question went out that is answered."""
    codes = set(str(taken.facts["sent"]).split(", "))
    held = [s.facts.get("basis", "") for s in sent.all_sent(workspace) if s.code in codes]
    return "; ".join(dict.fromkeys(b for b in held if b))


def _record(workspace: Workspace, taken: Taken, import_id: str, *, is_new: bool) -> None:
    workspace.record_run(
        "crosscheck_receive", {"file": taken.path.name, "scope": taken.scope, "is_new": is_new},
        purpose="jawaban padan data", basis=_bases(workspace, taken), sender=taken.sender,
        imports=[import_id],
        rows={import_id: {"accepted": len(taken.rows), "returned": len(taken.wrong)}},
    )  # fmt: skip


def crosscheck_receive(
    workspace: Workspace, file: Path | str, *, as_of: date | None = None, scope: str | None = None,
    sender: str | None = None, received_on: date | None = None, is_applied: bool = True,
    progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Take the answers of another office; taking them twice changes nothing.

    Args:
        workspace: Workspace from which the question was sent.
        file: Workbook or CSV with the answers.
        as_of: Date of the data searched; None = as the file says.
        scope: Which data were searched; None = as the file says.
        sender: Who answered; None = the office that was asked.
        received_on: Day of receipt; None = today.
        is_applied: Whether persons and ledger are made anew at once and the change is told.
        progress: Listener.

    Raises:
        UsageError: ``crosscheck.no_scope``, ``crosscheck.no_date``.
        InputError: ``crosscheck.not_an_answer``, ``crosscheck.nothing_understood``.
    """
    request = Request(
        str(file), as_of=as_of, scope=scope, sender=sender, received_on=received_on,
        is_applied=is_applied,
    )  # fmt: skip
    return run(request, workspace, progress)
