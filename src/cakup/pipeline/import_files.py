"""``cakup import``: files as received become accepted rows, and rows to send back.

An import appears whole or not at all: the file is copied and hashed first, converted in a private
scratch folder, and its manifest is written last. The same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cakup.engines.scratch import private_scratch
from cakup.intake.correction import Correction, read_correction
from cakup.kernel.errors import CakupError, UsageError
from cakup.kernel.months import parse_day
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import PAYERS, SNAPSHOT_KINDS
from cakup.pipeline.import_results import FileResult, Task
from cakup.pipeline.imported_file import import_file
from cakup.pipeline.imports import all_imports
from cakup.pipeline.workspace import Workspace
from cakup.places.codes import scheme_of

if TYPE_CHECKING:
    from cakup.pipeline.effect import Effect

PURPOSE = "pemutakhiran daftar pekerja dan kepesertaan untuk angka cakupan"


@dataclass(frozen=True)
class Request:
    """What to import.

    Args:
        files: Paths of the files.
        kind: One of ``kernel.schemas.KINDS``; not needed for returned files.
        sender: Who sent them; not needed for returned files.
        as_of: Date of the data, a day or a month; None = as the files state it.
        list_name: Which of the sender's lists; None = ``utama`` for one file, and the file's own
            name for each of several.
        mapping: Path of a mapping file.
        received: Day of receipt; None = today.
        scheme: ``kemendagri`` or ``bps`` for area codes without dots.
        payer: Payer of rows that name none.
        purpose: What the data are taken in for; written into the manifest.
        basis: On what ground they were given: agreement, decree or letter with its number.
        scope: What a participant file covers: branch, region, segments; "not found" holds for it.
        keep_until: Last day on which the rows may be kept; ``cakup erase --expired`` looks at it.
        dry_run: Only check; nothing is kept.
        is_applied: Where a file corrects or supersedes another, whether persons and ledger are
            made anew at once and the change is told.
        wait_seconds: How long to wait for another writer.
    """

    files: tuple[str, ...]
    kind: str | None = None
    sender: str | None = None
    as_of: str | None = None
    list_name: str | None = None
    mapping: str | None = None
    received: str | None = None
    scheme: str | None = None
    payer: str | None = None
    purpose: str = PURPOSE
    basis: str | None = None
    scope: str | None = None
    keep_until: str | None = None
    dry_run: bool = False
    is_applied: bool = False
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What became of the files, in their order, and what that changed.

    Args:
        files: One result per file.
        effect: Change in persons and figures, where a file corrects or supersedes another.
    """

    files: tuple[FileResult, ...] = field(default_factory=tuple)
    effect: Effect | None = None

    @property
    def is_refused(self) -> bool:
        """Whether any file was refused."""
        return any(f.status == "refused" for f in self.files)

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        told = {"effect": self.effect.as_json()} if self.effect else {}
        return {"imports": [f.as_json() for f in self.files], **told}


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Import files.

    One file that is refused raises; of several, the others are imported and the refused ones stand
    in the result.

    Args:
        request: What to import.
        workspace: Where to.
        progress: Listener.

    Raises:
        InputError: The only file is refused, with a ``file.…`` or ``intake.…`` code.
        UsageError: A date, kind, sender or mapping file is missing or wrong.
    """
    tasks = _tasks(request)
    results: list[FileResult] = []
    with (
        workspace.writing("import", request.wait_seconds),
        private_scratch(workspace.root / "scratch") as scratch,
    ):
        before = _before(request, workspace) if request.is_applied else None
        for number, task in enumerate(tasks):
            progress.step(task.path.name)
            folder = scratch / str(number)
            try:
                results.append(import_file(task, workspace, folder, progress))
            except CakupError as err:
                if len(tasks) == 1:
                    raise
                results.append(FileResult.refused(task.path.name, err))
        if not request.dry_run:
            _record(request, workspace, results)
        changed = None
        if before is not None and any(_replaces(one) for one in results):
            from cakup.pipeline import effect  # loads linkage, which a plain import does not need

            changed = effect.apply(workspace, before[0], before[1], progress)
    return Result(tuple(results), changed)


def _before(
    request: Request, workspace: Workspace
) -> tuple[date, tuple[dict[str, int], bool]] | None:
    """Return the day for which a change is counted and the state before; None without persons."""
    from cakup.pipeline import effect

    if request.dry_run or not workspace.store().has("persons"):
        return None
    newest = effect.newest_day(workspace) or date.min
    day = max(newest, parse_day(request.as_of)) if request.as_of else newest
    return day, effect.state(workspace, day)


def _replaces(one: FileResult) -> bool:
    """Return whether a file corrects or supersedes another."""
    facts = one.facts
    return one.status == "imported" and bool(facts.get("corrects") or facts.get("supersedes"))


def _tasks(request: Request) -> list[Task]:
    """Return one task per file; wrong options are refused before any file is opened."""
    if not request.files:
        raise UsageError("intake.files.none")
    as_of = parse_day(request.as_of) if request.as_of else None
    received = parse_day(request.received, option="--received") if request.received else None
    keep_until = None
    if request.keep_until:
        keep_until = parse_day(request.keep_until, option="--keep-until").isoformat()
    correction = read_correction(_existing(request.mapping)) if request.mapping else Correction()
    if request.payer is not None and request.payer not in PAYERS:
        raise UsageError(
            "usage.bad_choice", option="--payer", given=request.payer[:40],
            choices=", ".join(PAYERS),
        )  # fmt: skip
    return [
        Task(
            path=Path(name), kind=request.kind, sender=request.sender, as_of=as_of,
            list_name=request.list_name or _list_name(name, request),
            is_list_given=request.list_name is not None, correction=correction,
            received_on=received or date.today(),  # noqa: DTZ011 - the sender's local day
            scheme=scheme_of(request.scheme), payer=request.payer, is_dry=request.dry_run,
            scope=_stated(request.scope), basis=_stated(request.basis), keep_until=keep_until,
        )
        for name in request.files
    ]  # fmt: skip


def _stated(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None


def _existing(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise UsageError("usage.file_missing", path=path.name)
    return path


def _list_name(name: str, request: Request) -> str:
    """Return the list of a file for which none was named."""
    is_one_of_several = len(request.files) > 1 and request.kind in SNAPSHOT_KINDS
    return Path(name).stem if is_one_of_several else "utama"


def _record(request: Request, workspace: Workspace, results: Sequence[FileResult]) -> None:
    """Write the run's manifest: purpose, hashes and row counts."""
    asked = {k: v for k, v in asdict(request).items() if k != "wait_seconds"}
    asked["files"] = [Path(name).name for name in request.files]
    workspace.record_run(
        "import", asked, purpose=request.purpose, basis=request.basis, sender=request.sender,
        input={f.file_name: f.sha256 for f in results if f.sha256},
        rows={f.import_id: f.counts["rows"] for f in results if f.import_id and f.counts},
        imports=[f.import_id for f in results if f.status == "imported"],
        imports_known=len(all_imports(workspace)),
    )  # fmt: skip


def import_files(
    workspace: Workspace,
    *files: Path | str,
    kind: str | None = None,
    sender: str | None = None,
    as_of: str | None = None,
    list_name: str | None = None,
    mapping: Path | str | None = None,
    received: str | None = None,
    scheme: str | None = None,
    payer: str | None = None,
    purpose: str = PURPOSE,
    basis: str | None = None,
    scope: str | None = None,
    dry_run: bool = False,
    is_applied: bool = False,
    progress: Progress = SILENT,
) -> Result:
    """Import files into a workspace.

    Args:
        workspace: Workspace.
        files: Files as received: CSV, XLSX, XLS or ODS.
        kind: One of ``kernel.schemas.KINDS``; not needed for returned files.
        sender: Who sent them; not needed for returned files.
        as_of: Date of the data, ``YYYY-MM-DD`` or ``YYYY-MM``; None = as the files state it.
        list_name: Which of the sender's lists.
        mapping: Mapping file.
        received: Day of receipt, ``YYYY-MM-DD``; None = today.
        scheme: ``kemendagri`` or ``bps`` for area codes without dots.
        payer: Payer of rows that name none.
        purpose: What the data are taken in for.
        basis: On what ground they were given.
        scope: What a participant file covers: branch, region, segments.
        dry_run: Only check; nothing is kept.
        is_applied: Whether a correction or a later snapshot is counted at once.
        progress: Listener.

    Raises:
        InputError: The only file is refused.
        UsageError: A date, kind, sender or mapping file is missing or wrong.
        ConflictError: ``workspace.busy``.
    """
    request = Request(
        files=tuple(str(f) for f in files), kind=kind, sender=sender, as_of=as_of,
        list_name=list_name, mapping=None if mapping is None else str(mapping), received=received,
        scheme=scheme, payer=payer, purpose=purpose, basis=basis, scope=scope, dry_run=dry_run,
        is_applied=is_applied,
    )  # fmt: skip
    return run(request, workspace, progress)
