"""Answers that came back are kept as an import: whole or not at all, once, and able to be undone.

An answer file is known by what it says, not by its bytes: the same answers saved again are the same
import. Rows that cannot be understood stay with their reasons; the others are taken.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cakup import __version__
from cakup.engines.files import make_folder, put, sha256_of, staged, whole_file, write_json
from cakup.intake.convert import POLARS_TYPES, ROWS_TYPES
from cakup.intake.reading import stable_copy
from cakup.kernel.language import Lang, Text
from cakup.kernel.schemas import RECORDS, RETURN_KINDS
from cakup.pipeline.answers import ANSWER_TYPES
from cakup.pipeline.imports import Import, all_imports
from cakup.pipeline.workspace import Workspace

SUFFIXES = (".csv", ".xlsx", ".xls", ".ods")
SHOWN_ROWS = 20


@dataclass(frozen=True)
class TakenRow:
    """One row that was understood.

    Args:
        number: Its number in Excel.
        answer: Columns of the table ``answers`` that it fills, with ``reference`` and the anchor.
        states: Columns of ``records`` that it states, with ``kind``; None if it states nothing
            about the person that a figure could use.
    """

    number: int
    answer: dict[str, Any]
    states: dict[str, Any] | None = None


@dataclass(frozen=True)
class Taken:
    """A file as understood.

    Args:
        path: The file.
        sheet: Sheet with the answers.
        kind: One of ``kernel.schemas.RETURN_KINDS``.
        sender: Who answered.
        as_of: Date of the answers.
        received_on: Day of receipt.
        scope: Which data were searched; empty for visits.
        rows: Rows that were understood.
        wrong: Row number → reason why it was not.
        n_open: Rows without an answer.
        facts: Purpose, basis and what else the manifest shall say.
    """

    path: Path
    sheet: str
    kind: str
    sender: str
    as_of: date
    received_on: date
    scope: str
    rows: Sequence[TakenRow]
    wrong: Mapping[int, str]
    n_open: int
    facts: dict[str, Any] = field(default_factory=dict)


def keep(workspace: Workspace, taken: Taken) -> tuple[str, bool]:
    """Keep the answers as an import; call it while holding the writer's lock.

    Args:
        workspace: Workspace.
        taken: The file as understood.

    Returns:
        Id of the import, and whether it is new.
    """
    known = all_imports(workspace)
    import_id, is_new = _identity(taken, known)
    if not is_new:
        return import_id, False
    turn = 1 + max((int(i.facts.get("turn", 0)) for i in known if i.kind in RETURN_KINDS),
                   default=0)  # fmt: skip
    folder = workspace.root / "imports" / import_id
    if folder.exists():  # left by a run that died before its manifest
        shutil.rmtree(folder)
    make_folder(folder)
    sha256 = _keep_received(workspace, taken.path)
    answers, records, rows = _frames(taken, import_id, turn)
    for name, frame in (("answers", answers), ("records", records), ("rows", rows)):
        with whole_file(folder / f"{name}.parquet") as temporary:
            frame.write_parquet(temporary)
    write_json(folder / "manifest.json", _manifest(taken, import_id, turn, sha256))
    return import_id, True


def spelled_reasons(wrong: Mapping[int, str], reasons: Mapping[str, Text], lang: Lang) -> str:
    """Return the reasons with the first row numbers of each.

    Args:
        wrong: Row number → reason.
        reasons: Reason → words.
        lang: Language.
    """
    row = "baris" if lang == "id" else "rows"
    parts = []
    for reason in dict.fromkeys(wrong.values()):
        numbers = sorted(n for n, r in wrong.items() if r == reason)
        shown = ", ".join(map(str, numbers[:SHOWN_ROWS]))
        more = ", …" if len(numbers) > SHOWN_ROWS else ""
        parts.append(f"{reasons[reason](lang)} ({len(numbers)}: {row} {shown}{more})")
    return "; ".join(parts)


def _identity(taken: Taken, known: Sequence[Import]) -> tuple[str, bool]:
    """Return the id of the answers, and whether no import in force holds them yet."""
    told = sorted(
        json.dumps([r.answer, r.states], default=str, sort_keys=True, ensure_ascii=False)
        for r in taken.rows
    )
    text = "\n".join((taken.kind, taken.sender, taken.scope, taken.as_of.isoformat(), *told))
    withdrawn = {i.id: i.withdrawn_on is not None for i in known}
    for turn in range(len(known) + 1):
        found = hashlib.sha256(f"{text}\n{turn}".encode()).hexdigest()[:16]
        if not withdrawn.get(found, False):
            return found, found not in withdrawn
    raise AssertionError("one id more than imports is always free")


def _keep_received(workspace: Workspace, path: Path) -> str:
    """Copy the file as received; return its hash."""
    folder = make_folder(workspace.root / "received")
    with staged(folder, "answer") as temporary:
        temporary.unlink()  # the copy makes it anew
        stable_copy(path, temporary)
        sha256 = sha256_of(temporary)
        suffix = path.suffix.lower()
        put(temporary, folder / f"{sha256}{suffix if suffix in SUFFIXES else ''}")
    return sha256


def _frames(
    taken: Taken, import_id: str, turn: int
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the answers, the rows of ``records`` they state, and the fate of every row."""
    answers, records, fates = [], [], []
    common = {
        "import_id": import_id, "as_of": taken.as_of, "known_on": taken.received_on, "turn": turn,
        "scope": taken.scope,
    }  # fmt: skip
    for row in taken.rows:
        record_id = f"{import_id}.1.{row.number}"
        answers.append({**common, "record_id": record_id, **row.answer})
        fates.append((row.number, "accepted", ""))
        if row.states is not None:
            records.append({
                "record_id": record_id, "import_id": import_id, "sheet": taken.sheet,
                "sheet_row": row.number, "outcome": "accepted", "nik_status": "missing",
                "tanggal_lahir_status": "missing", **row.states,
            })  # fmt: skip
    fates += [(number, "returned", reason) for number, reason in taken.wrong.items()]
    schema = {c.name: POLARS_TYPES[c.type] for c in RECORDS.columns}
    return (
        pl.DataFrame(answers, schema=ANSWER_TYPES),
        pl.DataFrame([{n: r.get(n) for n in schema} for r in records], schema=schema),
        _fates(taken.sheet, fates),
    )


def _fates(sheet: str, fates: list[tuple[int, str, str]]) -> pl.DataFrame:
    """Return the file ``rows.parquet``: what became of every row."""
    told = [
        {"sheet": sheet, "sheet_no": 1, "sheet_row": number, "outcome": outcome, "reasons": why}
        for number, outcome, why in sorted(fates)
    ]
    return pl.DataFrame([{n: t.get(n) for n in ROWS_TYPES} for t in told], schema=ROWS_TYPES)


def _manifest(taken: Taken, import_id: str, turn: int, sha256: str) -> dict[str, Any]:
    n = len(taken.rows)
    counts = {"accepted": n, "noted": 0, "returned": len(taken.wrong), "blank": taken.n_open}
    return {
        "id": import_id, "kind": taken.kind, "sender": taken.sender,
        "list_name": f"jawaban {taken.facts.get('sent', '')}".strip(),
        "as_of": taken.as_of.isoformat(), "received_on": taken.received_on.isoformat(),
        "file_name": taken.path.name, "corrects": None, "sha256": sha256, "scope": taken.scope,
        "format": taken.path.suffix.lower().lstrip("."), "turn": turn, "version": __version__,
        "rows": {"read": n + len(taken.wrong) + taken.n_open, **counts}, "sk_ready": 0,
        **taken.facts,
    }  # fmt: skip
