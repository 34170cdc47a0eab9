"""``cakup run FOLDER``: mixed files → list of files → the whole main job, at the level they allow.

The list is written first and waits for a person's corrections; run again, the corrected list is
obeyed. Doing the same again changes nothing: files that are here already are not imported twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from cakup.documents.folder_list import HEADS, write_folder_list
from cakup.engines.files import make_folder, whole_file
from cakup.intake.kinds import KINDS
from cakup.kernel import spelling
from cakup.kernel.errors import CakupError, InputError, UsageError, Where
from cakup.kernel.language import Lang, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import MONEY_KINDS, PARTICIPANT_KINDS
from cakup.pipeline import (
    crosscheck_receive,
    field_receive,
    gap,
    import_files,
    ledger,
    link,
    measure,
    report,
)
from cakup.pipeline.answer_sheet import day_of, find_sheet
from cakup.pipeline.clean_list import clean_list
from cakup.pipeline.folder_scan import ANSWER, RETURNED, VISIT, Guess, scan, spelled_unsure
from cakup.pipeline.imports import all_imports, in_force, usable
from cakup.pipeline.levels import level_of
from cakup.pipeline.workspace import Workspace

LIST_NAME = "Daftar berkas.xlsx"
KIND_WORDS: dict[str, Text] = {
    **{name: kind.title for name, kind in KINDS.items()},
    RETURNED: Text("baris dikembalikan yang sudah diperbaiki", "returned rows, mended"),
    ANSWER: Text("jawaban padan data", "answers to a crosscheck"),
    VISIT: Text("hasil kunjungan", "visits"),
}


@dataclass(frozen=True)
class Request:
    """Which folder.

    Args:
        folder: Folder with the files; subfolders too.
        out: Folder for everything that is written; None = ``hasil`` in the folder.
        yes: Go on without waiting for corrections.
        as_of: Day of the figures, and date of the data for files that state none.
        purpose: What the data are taken in for.
        basis: On what ground they were given.
        lang: Language.
    """

    folder: str
    out: str | None = None
    yes: bool = False
    as_of: date | None = None
    purpose: str = import_files.PURPOSE
    basis: str | None = None
    lang: Lang = "id"


@dataclass(frozen=True)
class FileDone:
    """What became of one file.

    Args:
        file: Its path under the folder.
        kind: Kind, None if it was not taken.
        state: ``imported``, ``unchanged``, ``left_out`` or ``refused``.
        say: One sentence, in both languages.
        rows: Rows by outcome.
        returned: File with the returned rows, in the folder of results.
    """

    file: str
    kind: str | None
    state: str
    say: Text
    rows: dict[str, int] = field(default_factory=dict)
    returned: str | None = None


@dataclass(frozen=True)
class Result:
    """What was done.

    Args:
        list_file: The list of files.
        is_waiting: Whether it waits for corrections and nothing was imported.
        files: What became of every file.
        level: Name of the level; empty while waiting.
        says: What the level rests on, allows, and does not allow yet.
        as_of: Day of the figures.
        persons: Persons on the clean list.
        repeated: Of these, persons on several rows.
        covered: Persons covered, None where no coverage can be told.
        share: Share of the denominator; None at the level of lists, or without a denominator.
        denominator: Persons of the denominator.
        outputs: Files written, under the folder of results.
    """

    list_file: str
    is_waiting: bool
    files: tuple[FileDone, ...]
    level: str = ""
    says: tuple[Text, Text, Text] | None = None
    as_of: date | None = None
    persons: int = 0
    repeated: int = 0
    covered: int | None = None
    share: float | None = None
    denominator: int | None = None
    outputs: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return {**asdict(self), "as_of": self.as_of.isoformat() if self.as_of else None}


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Look at a folder, wait for corrections or not, and do the whole main job.

    Args:
        request: Which folder.
        workspace: Workspace.
        progress: Listener.

    Raises:
        UsageError: ``usage.file_missing`` if the folder is not there.
        InputError: ``run.bad_list`` if the corrected list cannot be understood;
            ``run.nothing`` if no file can be used.
        ConflictError: ``workspace.busy``.
    """
    folder = Path(request.folder)
    if not folder.is_dir():
        raise UsageError("usage.file_missing", path=folder.name)
    out = make_folder(Path(request.out) if request.out else folder / "hasil")
    guesses = scan(folder, workspace, [out, workspace.root], request.as_of, progress)
    path = out / LIST_NAME
    corrected = _corrected(path, guesses) if path.exists() else None
    if corrected is not None:
        guesses, is_whole = corrected
    is_ready = request.yes or (corrected is not None and is_whole and _complete(guesses))
    if not is_ready or corrected is None:
        _write_list(path, guesses, request.lang)
    if not is_ready:
        return Result(str(path), True, tuple(_waiting(g) for g in guesses))
    done = [_take(folder, out, g, request, workspace, progress) for g in guesses]
    return _job(request, workspace, out, path, done, progress)


def _complete(guesses: Sequence[Guess]) -> bool:
    """Return whether every file that is to be used has kind, sender and date."""
    return all(
        g.as_of is not None and g.sender
        for g in guesses if g.kind in KINDS and g.why_not is None
    )  # fmt: skip


def _waiting(guess: Guess) -> FileDone:
    if guess.why_not is not None:
        return FileDone(guess.file, None, "refused", guess.why_not)
    unsure = (spelled_unsure(guess, lang) or "–" for lang in ("id", "en"))
    return FileDone(guess.file, guess.kind, "waiting", Text(*unsure))


def _write_list(path: Path, guesses: Sequence[Guess], lang: Lang) -> None:
    rows = [
        {
            "file": g.file, "use": "ya" if g.why_not is None else "tidak", "kind": g.kind or "",
            "sender": g.sender, "list_name": g.list_name,
            "as_of": g.as_of.strftime("%d-%m-%Y") if g.as_of else "",
            "unsure": g.why_not(lang) if g.why_not else spelled_unsure(g, lang),
            "columns": g.columns, "sha": g.sha256[:16],
        }
        for g in guesses
    ]  # fmt: skip
    with whole_file(path) as temporary:
        write_folder_list(temporary, rows, KIND_WORDS, lang)


def _corrected(path: Path, guesses: Sequence[Guess]) -> tuple[list[Guess], bool]:
    """Return the files as a person corrected the list, and whether it names all of them."""
    sheet = find_sheet(path, HEADS, ("file", "use"))
    if sheet is None:
        raise InputError("run.bad_list", where=Where(path.name), reason=_NO_COLUMNS)
    rows = {row.cells["file"]: row for row in sheet.rows}
    made = []
    for guess in guesses:
        row = rows.get(guess.file)
        if row is None or (row.cells.get("sha") or "") != guess.sha256[:16]:
            made.append(guess)
            continue
        cells, where = row.cells, Where(path.name, sheet.name, row.number)
        if guess.why_not is not None or cells["use"].casefold() not in ("ya", "yes"):
            why = guess.why_not or Text("Dilewatkan menurut daftar berkas.",
                                        "Left out by the list of files.")  # fmt: skip
            made.append(replace(guess, why_not=why))
            continue
        if cells["kind"] not in KIND_WORDS:
            raise InputError("run.bad_list", where=where, reason=HEADS["kind"])
        day = day_of(cells["as_of"])
        if cells["as_of"] and day is None:
            raise InputError("run.bad_list", where=where, reason=HEADS["as_of"])
        made.append(replace(
            guess, kind=cells["kind"], sender=cells["sender"],
            list_name=cells["list_name"] or "utama", as_of=day or guess.as_of, unsure=(),
        ))  # fmt: skip
    is_whole = all(g.file in rows for g in guesses)
    return made, is_whole


_NO_COLUMNS = Text("kolom Berkas dan Pakai", "the columns File and Use")


def _take(
    folder: Path, out: Path, guess: Guess, request: Request, workspace: Workspace,
    progress: Progress,
) -> FileDone:  # fmt: skip
    """Import one file, or say in one sentence why not; one bad file stops no other."""
    if guess.why_not is not None or guess.kind is None:
        return FileDone(guess.file, None, "left_out", guess.why_not or Text("–", "–"))
    path = folder / guess.file
    try:
        if guess.kind == ANSWER:
            told = crosscheck_receive.run(
                crosscheck_receive.Request(str(path), is_applied=False), workspace, progress
            )
            return _answered(
                guess, told.is_new, sum(told.answers.values()), sum(told.wrong.values())
            )
        if guess.kind == VISIT:
            seen = field_receive.run(
                field_receive.Request((str(path),), is_applied=False), workspace, progress
            ).files[0]
            return _answered(
                guess, seen.is_new, sum(seen.answers.values()), sum(seen.wrong.values())
            )
        return _imported(path, out, guess, request, workspace, progress)
    except CakupError as err:
        told_both = [err.parts("id"), err.parts("en")]
        say = Text(*(" ".join(x for x in (p["what"], p["do"]) if x) for p in told_both))
        return FileDone(guess.file, guess.kind, "refused", say)


def _answered(guess: Guess, is_new: bool, n: int, wrong: int) -> FileDone:
    say = Text(f"{n} jawaban dicatat, {wrong} baris tidak terbaca.",
               f"{n} answers recorded, {wrong} rows not understood.")  # fmt: skip
    return FileDone(guess.file, guess.kind, "imported" if is_new else "unchanged", say,
                    {"accepted": n, "returned": wrong})  # fmt: skip


def _imported(
    path: Path, out: Path, guess: Guess, request: Request, workspace: Workspace, progress: Progress
) -> FileDone:
    """Import a list or register; put its returned rows beside the results."""
    is_list = guess.kind in KINDS
    asked = import_files.Request(
        (str(path),), kind=guess.kind if is_list else None,
        sender=guess.sender if is_list else None,
        as_of=guess.as_of.isoformat() if is_list and guess.as_of else None,
        list_name=guess.list_name if is_list else None, purpose=request.purpose,
        basis=request.basis,
    )  # fmt: skip
    one = import_files.run(asked, workspace, progress).files[0]
    rows = one.counts.get("rows", {})
    returned = one.returned or _held_returned(workspace, one.import_id)
    copy = None
    if returned is not None:
        source = workspace.root / returned
        target = make_folder(out / "dikembalikan") / f"{path.stem}-dikembalikan{source.suffix}"
        with whole_file(target) as temporary:
            shutil.copyfile(source, temporary)
        copy = f"dikembalikan/{target.name}"
    n = {k: rows.get(k, 0) for k in ("read", "accepted", "noted", "returned")}
    return FileDone(guess.file, guess.kind, one.status, _counted(n), n, copy)


def _counted(rows: dict[str, int]) -> Text:
    """Return what became of the rows of a file."""

    def told(template: Text, lang: Lang) -> str:
        return template.format(lang, **{k: spelling.count(v, lang) for k, v in rows.items()})

    words = Text(
        "{read} baris: {accepted} diterima, {noted} dengan catatan, {returned} dikembalikan.",
        "{read} rows: {accepted} accepted, {noted} with a note, {returned} returned.",
    )
    return Text(told(words, "id"), told(words, "en"))


def _held_returned(workspace: Workspace, import_id: str | None) -> str | None:
    """Return the file with returned rows of an import that was here already."""
    for name in ("returned.xlsx", "returned.csv"):
        if import_id and (workspace.root / "imports" / import_id / name).exists():
            return f"imports/{import_id}/{name}"
    return None


def _job(
    request: Request, workspace: Workspace, out: Path, path: Path, done: list[FileDone],
    progress: Progress,
) -> Result:  # fmt: skip
    """Link, build the ledger, and write what the level allows."""
    held = usable(all_imports(workspace))
    if not held:
        raise InputError("run.nothing")
    link.run(link.Request(), workspace, progress)
    if any(i.kind in MONEY_KINDS for i in held) or workspace.store().has("ledger"):
        ledger.run(ledger.Request(), workspace, progress)
    day = request.as_of or max(
        (i.as_of for i in held if i.kind in PARTICIPANT_KINDS),
        default=max(i.as_of for i in held),
    )
    level = level_of(in_force(held, day))
    clean = clean_list(workspace, out / "Daftar bersih.xlsx", day, lang=request.lang,
                       progress=progress)  # fmt: skip
    found = measure.run(measure.Request(as_of=day, lang=request.lang), workspace, progress)
    written = report.run(
        report.Request(out=str(out / "laporan.html"), as_of=day, lang=request.lang),
        workspace, progress,
    )  # fmt: skip
    outputs = [path.name, "Daftar bersih.xlsx", "laporan.html"]
    if found.has_participants:
        gap.run(
            gap.Request(as_of=day, out=str(out / "belum terlindungi" / "gap.xlsx"),
                        purpose=request.purpose, basis=request.basis or "", lang=request.lang),
            workspace, progress,
        )  # fmt: skip
        outputs.append("belum terlindungi/")
    if any(d.returned for d in done):
        outputs.append("dikembalikan/")
    return Result(
        str(path), False, tuple(done), level.name, (level.title, level.allows, level.not_yet), day,
        clean.persons, clean.repeated,
        written.numerator if found.has_participants else None,
        written.value if found.has_participants else None,
        written.denominator, tuple(outputs),
    )  # fmt: skip


def run_folder(
    workspace: Workspace, folder: Path | str, *, out: Path | str | None = None, yes: bool = False,
    as_of: date | None = None, purpose: str = import_files.PURPOSE, basis: str | None = None,
    lang: Lang = "id", progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Do the whole main job on a folder of mixed files.

    Args:
        workspace: Workspace.
        folder: Folder with the files.
        out: Folder for everything that is written; None = ``hasil`` in the folder.
        yes: Go on without waiting for corrections of the list of files.
        as_of: Day of the figures, and date of the data for files that state none.
        purpose: What the data are taken in for.
        basis: On what ground they were given.
        lang: Language.
        progress: Listener.

    Raises:
        InputError: ``run.bad_list``, ``run.nothing``.
        ConflictError: ``workspace.busy``.
    """
    request = Request(
        str(folder), str(out) if out is not None else None, yes, as_of, purpose, basis, lang
    )
    return run(request, workspace, progress)
