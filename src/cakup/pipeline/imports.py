"""The register of imports: which files came, which are in force on a day, which were withdrawn.

An import is a folder ``imports/<id>/`` with ``manifest.json`` and one Parquet file of its rows:
``records.parquet`` (kinds about persons), ``payments.parquet`` or ``employers.parquet``. The
manifest is written last: a folder without it does not exist for anybody. Files that bring answers
back (``RETURN_KINDS``) hold ``answers.parquet`` too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cakup.engines.files import read_json
from cakup.kernel.ports import SqlEngine
from cakup.kernel.schemas import (
    EMPLOYERS,
    PAYMENTS,
    PERSON_KINDS,
    PROJECTS,
    RECORDS,
    RETURN_KINDS,
    SNAPSHOT_KINDS,
)
from cakup.kernel.tables import Table
from cakup.pipeline import decisions
from cakup.pipeline.workspace import Workspace


@dataclass(frozen=True)
class Import:
    """One imported file.

    Args:
        id: 16 hexadecimal digits from content, kind, sender, list and date.
        kind: One of ``kernel.schemas.KINDS``.
        sender: Who sent it.
        list_name: Which of the sender's lists it is.
        as_of: Date of its data.
        received_on: Day of receipt.
        file_name: Name of the file as sent.
        corrects: Import whose returned rows this file brings back, if any.
        withdrawn_on: Day of receipt of the decision that took it out, if any.
        facts: Everything else of its manifest (counts, mapping, quality, scope).
    """

    id: str
    kind: str
    sender: str
    list_name: str
    as_of: date
    received_on: date
    file_name: str
    corrects: str | None
    withdrawn_on: date | None
    facts: dict[str, Any]

    @property
    def list_key(self) -> tuple[str, str, str]:
        """What a later snapshot supersedes: kind, sender, list."""
        return (self.kind, self.sender, self.list_name)


def all_imports(workspace: Workspace, known: date | None = None) -> list[Import]:
    """Return the imports received by ``known``, oldest data first; withdrawn ones carry the day."""
    withdrawn = {
        d.body["import_id"]: date.fromisoformat(d.received_on)
        for d in decisions.read(workspace, known)
        if d.kind == "withdraw_import"
    }
    found = [
        _read(path.parent, withdrawn)
        for path in sorted((workspace.root / "imports").glob("*/manifest.json"))
    ]
    kept = [i for i in found if known is None or i.received_on <= known]
    return sorted(kept, key=lambda i: (i.as_of, i.received_on, i.id))


def usable(imports: Iterable[Import]) -> list[Import]:
    """Return the imports that were not withdrawn, nor correct one that was."""
    kept = [i for i in imports if i.withdrawn_on is None]
    ids = {i.id for i in kept}
    return [i for i in kept if i.corrects is None or i.corrects in ids]


def in_force(imports: Iterable[Import], day: date) -> list[Import]:
    """Return the imports that answer for ``day``.

    Of the snapshots of one list the latest not after ``day`` answers (if all are later, the first
    one does, because nothing older is known), together with the files that correct it. Increments
    (payments, deaths, answers) all answer; a visit says nothing about days before it.
    """
    usable_ = usable(imports)
    answering: dict[tuple[str, str, str], Import] = {}
    for one in (i for i in usable_ if i.kind in SNAPSHOT_KINDS and i.corrects is None):
        held = answering.get(one.list_key)
        if held is None or one.as_of <= day:
            answering[one.list_key] = one
    ids = {i.id for i in answering.values()}
    answer = [
        i for i in usable_ if i.kind not in SNAPSHOT_KINDS or i.id in ids or i.corrects in ids
    ]
    return [i for i in answer if i.kind != "lapangan" or i.as_of <= day]


def view_rows(engine: SqlEngine, workspace: Workspace, imports: Iterable[Import]) -> None:
    """Make ``records, payments, employers, projects`` of the imports readable in the engine."""
    tables = (RECORDS, PAYMENTS, EMPLOYERS, PROJECTS)
    files: dict[str, list[Path]] = {table.name: [] for table in tables}
    for one in imports:
        name = table_of(one.kind).name
        files[name].append(workspace.root / "imports" / one.id / f"{name}.parquet")
    for table in tables:
        if files[table.name]:
            engine.view(table.name, *files[table.name])
        else:
            empty = ", ".join(f"NULL::{c.type} AS {c.name}" for c in table.columns)
            engine.run(f"CREATE OR REPLACE TEMP VIEW {table.name} AS SELECT {empty} WHERE false")


def table_of(kind: str) -> Table:
    """Return the table that holds the rows of a kind."""
    if kind in (*PERSON_KINDS, *RETURN_KINDS):
        return RECORDS
    return {"pembayaran": PAYMENTS, "jakon": PROJECTS}.get(kind, EMPLOYERS)


def _read(folder: Path, withdrawn: dict[str, date]) -> Import:
    """Read one manifest."""
    facts = read_json(folder / "manifest.json")
    return Import(
        id=facts.pop("id"), kind=facts.pop("kind"), sender=facts.pop("sender"),
        list_name=facts.pop("list_name"), as_of=date.fromisoformat(facts.pop("as_of")),
        received_on=date.fromisoformat(facts.pop("received_on")),
        file_name=facts.pop("file_name"), corrects=facts.pop("corrects", None),
        withdrawn_on=withdrawn.get(folder.name), facts=facts,
    )  # fmt: skip
