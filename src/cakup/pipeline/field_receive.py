"""``cakup field receive``: what visitors found, row by row; two who disagree are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cakup.documents.field_workbook import HEADS, LABELS, NO, REFERENCE, YES
from cakup.intake import values
from cakup.kernel.errors import InputError, UsageError, Where
from cakup.kernel.language import LANGS, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import effect, returns, sent
from cakup.pipeline.answer_sheet import AnswerRow, AnswerSheet, day_of, find_sheet, plain_word
from cakup.pipeline.answers import answers_file
from cakup.pipeline.effect import Effect
from cakup.pipeline.imports import all_imports, usable
from cakup.pipeline.returns import Taken, TakenRow
from cakup.pipeline.workspace import Workspace

REASONS: dict[str, Text] = {
    "reference": Text("nomor rujukan hilang atau berubah", "reference missing or changed"),
    "twice": Text("orang yang sama dua kali dengan isi berbeda", "one person twice, not alike"),
    "answer": Text("isi bukan ya atau tidak", "neither yes nor no"),
    "visit_day": Text("tanggal kunjungan kosong, salah, atau di masa depan",
                      "date of visit blank, wrong or in the future"),
    "death_day": Text("tanggal meninggal tidak terbaca atau sesudah kunjungan",
                      "date of death not readable or after the visit"),
    "contradiction": Text("isi bertentangan: meninggal, tetapi ditemui atau masih bekerja",
                          "contradiction: dead, yet met or still working"),
    "phone": Text("nomor HP tidak terbaca", "phone not readable"),
}  # fmt: skip
#: What two visitors can disagree about, with the words for it.
COMPARED: dict[str, Text] = {
    "alive": Text("hidup atau meninggal", "alive or dead"),
    "is_working": Text("masih bekerja", "still works"),
    "has_moved": Text("pindah", "moved"),
}
PHONE_DIGITS = (8, 14)


@dataclass(frozen=True)
class Request:
    """What came back.

    Args:
        files: Workbooks filled in by visitors.
        by: Who visited; None = as each file says.
        on: Day of the visits; None = as each file or row says.
        received_on: Day of receipt; None = today.
        is_applied: Whether persons and ledger are made anew at once and the change is told.
        day: Day for which the change is counted; None = the newest date of any data.
        wait_seconds: How long to wait for another writer.
    """

    files: tuple[str, ...]
    by: str | None = None
    on: date | None = None
    received_on: date | None = None
    is_applied: bool = True
    day: date | None = None
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Conflict:
    """Two visitors who disagree about one person; the later visit counts.

    Args:
        reference: Reference of the later visit.
        about: About what, keys of ``COMPARED``.
        by: Who visited later, and who earlier.
        on: Days of the two visits.
    """

    reference: str
    about: tuple[str, ...]
    by: tuple[str, str]
    on: tuple[date, date]


@dataclass(frozen=True)
class FileTaken:
    """What was taken from one file: see ``crosscheck_receive.Result``."""

    file_name: str
    import_id: str
    is_new: bool
    by: str
    answers: dict[str, int]
    open: int
    wrong: dict[str, int]
    wrong_rows: dict[str, str]


@dataclass(frozen=True)
class Result:
    """What was taken from all files, who disagrees, and what changed."""

    files: tuple[FileTaken, ...]
    conflicts: tuple[Conflict, ...]
    effect: Effect | None

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        told = self.effect.as_json() if self.effect else None
        return {**asdict(self), "effect": told}


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Take what visitors found; taking it twice changes nothing.

    Args:
        request: What came back.
        workspace: Workspace from which the lists were sent.
        progress: Listener.

    Raises:
        UsageError: ``usage.file_missing``, ``field.no_officer``, ``intake.files.none``.
        InputError: ``field.not_a_visit``, ``field.nothing_understood``; ``file.…``. All files are
            read before any is kept.
        ConflictError: ``workspace.busy``.
    """
    if not request.files:
        raise UsageError("intake.files.none")
    taken = [_read(Path(name), request, workspace, progress) for name in request.files]
    with workspace.writing("field receive", request.wait_seconds):
        newest = max(t.as_of for t in taken)
        day = request.day or max(newest, effect.newest_day(workspace) or newest)
        before = effect.state(workspace, day) if request.is_applied else ({}, False)
        told = tuple(_keep(workspace, one) for one in taken)
        found = conflicts(workspace, {t.import_id for t in told})
        changed = effect.apply(workspace, day, before, progress) if request.is_applied else None
    return Result(told, found, changed)


def conflicts(workspace: Workspace, among: set[str] | None = None) -> tuple[Conflict, ...]:
    """Return where two visitors disagree about one person, the later visit first named.

    Args:
        workspace: Workspace.
        among: Only where one of the two visits is in one of these imports; None = all.
    """
    visits = [
        {**row, "by": one.sender}
        for one in usable(all_imports(workspace))
        if one.kind == "lapangan"
        for row in pl.read_parquet(answers_file(workspace, one)).iter_rows(named=True)
    ]
    by_person: dict[str, list[dict[str, Any]]] = {}
    for visit in sorted(visits, key=lambda v: (v["as_of"], v["turn"], v["record_id"])):
        by_person.setdefault(visit["asked_person_id"], []).append(visit)
    found = []
    for held in by_person.values():
        for at, later in enumerate(held):
            for earlier in held[:at]:
                about = _disagreeing(later, earlier)
                if about and (among is None or among & {later["import_id"], earlier["import_id"]}):
                    found.append(Conflict(
                        later["reference"], about, (later["by"], earlier["by"]),
                        (later["as_of"], earlier["as_of"]),
                    ))  # fmt: skip
    return tuple(sorted(found, key=lambda c: (c.reference, c.on)))


def _disagreeing(later: Mapping[str, Any], earlier: Mapping[str, Any]) -> tuple[str, ...]:
    """Return about what two visits of different people disagree."""
    if later["by"] == earlier["by"]:
        return ()
    told = {
        name: (later[name], earlier[name]) for name in ("is_working", "has_moved")
    }  # fmt: skip
    told["alive"] = (_alive(later), _alive(earlier))
    return tuple(
        name for name in COMPARED
        if None not in told[name] and told[name][0] != told[name][1]
    )  # fmt: skip


def _alive(visit: Mapping[str, Any]) -> bool | None:
    return {"ditemui": True, "meninggal": False}.get(visit["answer"])


def _keep(workspace: Workspace, taken: Taken) -> FileTaken:
    """Keep one file as an import and record it."""
    import_id, is_new = returns.keep(workspace, taken)
    workspace.record_run(
        "field_receive", {"file": taken.path.name, "is_new": is_new},
        purpose="hasil pemeriksaan lapangan", sender=taken.sender, imports=[import_id],
        rows={import_id: {"accepted": len(taken.rows), "returned": len(taken.wrong)}},
    )  # fmt: skip
    return FileTaken(
        taken.path.name, import_id, is_new, taken.sender,
        _counted([r.answer["answer"] for r in taken.rows]), taken.n_open,
        _counted(list(taken.wrong.values())),
        {lang: returns.spelled_reasons(taken.wrong, REASONS, lang) for lang in LANGS},
    )  # fmt: skip


def _counted(told: Sequence[str]) -> dict[str, int]:
    return {name: told.count(name) for name in sorted(set(told))}


def _read(path: Path, request: Request, workspace: Workspace, progress: Progress) -> Taken:
    """Read one workbook."""
    if not path.is_file():
        raise UsageError("usage.file_missing", path=path.name)
    progress.step(path.name)
    heads = {"reference": REFERENCE, **HEADS}
    sheet = find_sheet(path, heads, ("reference", "met"), LABELS)
    if sheet is None:
        raise InputError("field.not_a_visit", where=Where(path.name))
    where = Where(path.name, sheet.name)
    by = " ".join((request.by or sheet.above.get("officer", "")).split())
    if not by:
        raise UsageError("field.no_officer", where=where)
    received = request.received_on or date.today()  # noqa: DTZ011 - the office's local day
    rows, wrong, n_open = _understand(sheet, request, received, workspace)
    if not rows:
        reasons = Text(*(returns.spelled_reasons(wrong, REASONS, lang) or "–" for lang in LANGS))
        raise InputError("field.nothing_understood", where=where, reasons=reasons)
    facts = {"sent": rows[0].answer["reference"].split("-")[0], "purpose": "hasil kunjungan",
             "reasons": _counted(list(wrong.values()))}  # fmt: skip
    newest = max(r.answer["as_of"] for r in rows)
    return Taken(
        path, sheet.name, "lapangan", by, newest, received, "", rows, wrong, n_open, facts
    )  # fmt: skip


def _understand(
    sheet: AnswerSheet, request: Request, received: date, workspace: Workspace
) -> tuple[list[TakenRow], dict[int, str], int]:
    """Return the rows understood, the others with their reason, and how many are blank."""
    anchors = {
        row["reference"]: row
        for one in sent.all_sent(workspace, "lapangan")
        for row in sent.rows_of(workspace, one.code).drop("area").iter_rows(named=True)
    }
    usual = request.on or day_of(sheet.above.get("visited_on", ""))
    taken: dict[str, TakenRow] = {}
    wrong: dict[int, str] = {}
    n_open = 0
    for row in sheet.rows:
        found = sent.read_reference(workspace, row.cells["reference"])
        is_filled = any(row.cells.get(name) for name in HEADS)
        if not is_filled:
            n_open += found is not None  # other texts are the footer
            continue
        if found is None or found[1] not in anchors:
            wrong[row.number] = "reference"
            continue
        told = _visit(row, usual, received)
        if isinstance(told, str):
            wrong[row.number] = told
            continue
        answer = {"asked": "lapangan", **anchors[found[1]], **told[0]}
        made = TakenRow(row.number, answer, told[1])
        held = taken.setdefault(found[1], made)
        if (held.answer, held.states) != (made.answer, made.states):
            wrong[row.number] = "twice"
    return list(taken.values()), wrong, n_open


def _visit(
    row: AnswerRow, usual: date | None, received: date
) -> tuple[dict[str, Any], dict[str, Any]] | str:
    """Read one visit: the answer, and what it states of the person; else a reason."""
    cells = row.cells
    flags = {name: _flag(cells.get(name, "")) for name in ("met", "working", "moved")}
    if any(cells.get(name) and flags[name] is None for name in flags):
        return "answer"
    written = cells.get("visited_on", "")
    on = day_of(written) if written else usual
    if on is None or on > received:
        return "visit_day"
    died = day_of(cells.get("meninggal_on", ""))
    if cells.get("meninggal_on") and (died is None or died > on):
        return "death_day"
    if died is not None and (flags["met"] or flags["working"]):
        return "contradiction"
    phone = _phone(cells.get("telepon", ""))
    if phone == "":
        return "phone"
    answer = {
        "as_of": on, "answer": _answer(died, flags), "is_working": flags["working"],
        "has_moved": flags["moved"],
    }  # fmt: skip
    states = {
        "kind": "lapangan", "is_pekerja": flags["working"], "telepon": phone,
        "pekerjaan": cells.get("pekerjaan") or None, "meninggal_on": died,
    }  # fmt: skip
    return answer, states


def _answer(died: date | None, flags: Mapping[str, bool | None]) -> str:
    if died is not None:
        return "meninggal"
    if flags["moved"]:
        return "pindah"
    return "tidak_ditemui" if flags["met"] is False else "ditemui"


def _flag(cell: str) -> bool | None:
    """Return a yes or no."""
    plain = plain_word(cell)
    if plain in (*YES, "v", "x", "√", "✓", "✔", "1", "y"):
        return True
    return False if plain in (*NO, "t", "0", "-") else None


def _phone(cell: str) -> str | None:
    """Return a phone number, None where blank, empty text where it is none."""
    if not cell:
        return None
    plain = str(values.phone(pl.Series([cell], dtype=pl.String))[0] or "")
    least, most = PHONE_DIGITS
    return plain if plain.isdigit() and least <= len(plain) <= most else ""


def field_receive(
    workspace: Workspace, *files: Path | str, by: str | None = None, on: date | None = None,
    received_on: date | None = None, is_applied: bool = True, progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Take what visitors found; taking it twice changes nothing.

    Args:
        workspace: Workspace from which the lists were sent.
        files: Workbooks filled in by visitors.
        by: Who visited; None = as each file says.
        on: Day of the visits; None = as each file or row says.
        received_on: Day of receipt; None = today.
        is_applied: Whether persons and ledger are made anew at once and the change is told.
        progress: Listener.

    Raises:
        UsageError: ``field.no_officer``.
        InputError: ``field.not_a_visit``, ``field.nothing_understood``.
    """
    request = Request(
        tuple(str(f) for f in files), by, on, received_on, is_applied=is_applied
    )  # fmt: skip
    return run(request, workspace, progress)
