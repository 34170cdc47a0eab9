"""One file's way into the workspace: copy, recognise, convert, keep, or change nothing."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cakup import __version__
from cakup.engines.files import file_errors, make_folder, put, read_json, write_json
from cakup.engines.parquet import PartWriter
from cakup.intake.convert import POLARS_TYPES, ROWS_TYPES, Converted
from cakup.intake.kinds import kind_named
from cakup.intake.passage import Passage, pass_through, stated_day
from cakup.intake.plan import SheetPlan, carried_ids
from cakup.intake.quality import quality
from cakup.intake.reading import Limits, stable_copy
from cakup.intake.returned import ReturnedRows
from cakup.intake.settings import Settings
from cakup.intake.source import Source
from cakup.kernel.errors import AccessError, InputError, UsageError, Where
from cakup.kernel.progress import Progress
from cakup.kernel.schemas import SNAPSHOT_KINDS
from cakup.pipeline.extracts import former_hashes
from cakup.pipeline.import_results import FileResult, Task
from cakup.pipeline.imports import Import, all_imports, table_of
from cakup.pipeline.places import workspace_places
from cakup.pipeline.senders import remember, remembered, spelled
from cakup.pipeline.workspace import Workspace
from cakup.places.codes import scheme_of


@dataclass(frozen=True)
class _Identity:
    """What an import is, before a row of it is read."""

    kind: str
    sender: str
    list_name: str
    as_of: date
    as_of_source: str
    corrects: str | None


class _Kept:
    """Takes converted parts: rows into Parquet files, returned rows aside."""

    def __init__(self, folder: Path, kind: str, returned_id: str) -> None:
        self.folder, self.kind, self.returned_id = folder, kind, returned_id
        self.returned = ReturnedRows(returned_id)
        self._writers: tuple[PartWriter, PartWriter] | None = None

    def __enter__(self) -> _Kept:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def restart(self) -> None:
        """Begin again from nothing."""
        self.close()
        table = table_of(self.kind)
        types = {c.name: POLARS_TYPES[c.type] for c in table.columns}
        self._writers = (
            PartWriter(self.folder / f"{table.name}.parquet", pl.DataFrame(schema=types)),
            PartWriter(self.folder / "rows.parquet", pl.DataFrame(schema=ROWS_TYPES)),
        )
        self.returned = ReturnedRows(self.returned_id)

    def take(self, plan: SheetPlan, part: Converted) -> None:
        """Take one converted part."""
        assert self._writers is not None
        self._writers[0].write(part.table)
        self._writers[1].write(part.rows)
        self.returned.take(plan, part)

    def close(self) -> None:
        """Finish the files."""
        for writer in self._writers or ():
            writer.close()
        self._writers = None


def import_file(task: Task, workspace: Workspace, folder: Path, progress: Progress) -> FileResult:
    """Import one file; call it while holding the writer's lock.

    Args:
        task: The file and what is known about it.
        workspace: Where to.
        folder: Private folder for what is not finished.
        progress: Listener.

    Raises:
        CakupError: The file is refused; nothing of it stays.
    """
    try:
        with file_errors(workspace.root):
            return _import_file(task, workspace, folder, progress)
    except AccessError as err:
        if err.code != "workspace.disk_full":
            raise
        raise InputError("intake.disk_full", where=Where(file=task.path.name)) from err


def _import_file(task: Task, workspace: Workspace, folder: Path, progress: Progress) -> FileResult:
    make_folder(folder)
    _sweep(workspace)
    copy = make_folder(folder / "file") / task.path.name
    sha256 = stable_copy(task.path, copy)
    source = Source(copy, Limits())
    known = all_imports(workspace)
    parent = _parent(source, known, task)
    identity = _identity(task, source, parent, workspace)
    before = _same_file(known, identity, sha256, task)
    if before is not None:
        return _unchanged(task, before, sha256)
    _refuse_taken(known, identity, task)
    import_id = _import_id(identity, sha256, known)
    settings = _settings(task, identity, import_id, workspace, parent, known)
    kept = _Kept(make_folder(folder / "rows"), identity.kind, identity.corrects or import_id)
    with kept:
        passage = pass_through(source, settings, kept, progress)
    facts = _facts(task, identity, settings, source, passage, sha256)
    facts["supersedes"] = _superseded(known, identity)
    facts["scope"] = task.scope or (parent.facts.get("scope") if parent else None)
    if task.is_dry:
        return _result(task, "checked", import_id, facts, passage, None)
    returned = kept.returned.write(source, kept.folder)
    facts["returned_file"] = returned.name if returned else None
    # First what is remembered of the sender: a run that dies after the manifest is not repeated.
    remember(workspace, identity.sender, identity.kind, identity.list_name, settings.correction)
    _keep(workspace, copy, kept.folder, import_id, sha256, identity, {**facts, **_counts(passage)})
    return _result(task, "imported", import_id, facts, passage, returned)


def _parent(source: Source, known: list[Import], task: Task) -> Import | None:
    """Return the import whose returned rows a file brings back, None for an ordinary file."""
    ids = sorted({i for s in source.openings for i in carried_ids(s, source.layout(s))})
    if not ids:
        return None
    where = Where(file=task.path.name)
    if len(ids) > 1:
        raise InputError("intake.corrects.several", where=where, ids=", ".join(ids))
    carried = ids[0]
    found = next((i for i in known if i.id == carried), None)
    if found is None:
        raise InputError("intake.corrects.unknown", where=where, id=carried)
    if found.withdrawn_on is not None:
        raise InputError("intake.corrects.withdrawn", where=where, id=carried)
    if task.kind not in (None, found.kind):
        raise UsageError(
            "intake.corrects.conflict", where=where, id=carried, kind=found.kind,
        )  # fmt: skip
    return found


def _identity(task: Task, source: Source, parent: Import | None, workspace: Workspace) -> _Identity:
    """Return kind, sender, list and date: of a returned file those of its first import."""
    if parent is not None:
        return _Identity(
            parent.kind, parent.sender, parent.list_name, parent.as_of, "corrected", parent.id
        )
    where = Where(file=task.path.name)
    if task.kind is None:
        raise UsageError("intake.kind.missing", where=where)
    if not task.sender:
        raise UsageError("intake.sender.missing", where=where)
    kind_named(task.kind)
    stated = stated_day(source)
    if task.as_of is None and stated is None:
        raise UsageError("intake.as_of.missing", where=where)
    as_of = task.as_of or stated
    assert as_of is not None
    source_of_day = "file" if task.as_of is None else "option"
    if task.as_of is not None and stated not in (None, task.as_of):
        source_of_day = "option_against_file"
    sender = spelled(workspace, task.sender)
    return _Identity(task.kind, sender, task.list_name, as_of, source_of_day, None)


def _same_file(known: list[Import], identity: _Identity, sha256: str, task: Task) -> Import | None:
    """Return the import that holds this very file already."""
    for one in known:
        if one.withdrawn_on is not None or sha256 not in former_hashes(one.facts):
            continue
        same = (one.kind, one.sender, one.as_of, one.corrects) == (
            identity.kind, identity.sender, identity.as_of, identity.corrects,
        )  # fmt: skip
        if same and (one.list_name == identity.list_name or not task.is_list_given):
            return one
    return None


def _unchanged(task: Task, before: Import, sha256: str) -> FileResult:
    """Return the result of a file that is here already."""
    facts = {
        "kind": before.kind, "sender": before.sender, "list_name": before.list_name,
        "as_of": before.as_of.isoformat(), "received_on": before.received_on.isoformat(),
        **before.facts,
    }  # fmt: skip
    counts = {k: facts.pop(k) for k in ("rows", "sk_ready", "table_rows", "reasons")}
    return FileResult(task.path.name, "unchanged", before.id, sha256, facts, counts)


def _refuse_taken(known: list[Import], identity: _Identity, task: Task) -> None:
    """Refuse a second snapshot of one list for one date on one day: neither would be the later."""
    if identity.kind not in SNAPSHOT_KINDS or identity.corrects is not None:
        return
    key = (identity.kind, identity.sender, identity.list_name)
    for one in known:
        if (
            one.withdrawn_on is None and one.corrects is None and one.list_key == key
            and one.as_of == identity.as_of and one.received_on == task.received_on
        ):  # fmt: skip
            raise InputError(
                "intake.list.taken", where=Where(file=task.path.name), id=one.id,
                list=identity.list_name, file=one.file_name,
            )  # fmt: skip


def _superseded(known: list[Import], identity: _Identity) -> str | None:
    """Return the import that this snapshot takes over from, at its date."""
    key = (identity.kind, identity.sender, identity.list_name)
    older = [
        i for i in known
        if i.withdrawn_on is None and i.corrects is None and i.list_key == key
        and i.as_of <= identity.as_of
    ]  # fmt: skip
    is_snapshot = identity.kind in SNAPSHOT_KINDS and identity.corrects is None
    return older[-1].id if older and is_snapshot else None


def _import_id(identity: _Identity, sha256: str, known: list[Import]) -> str:
    """Return the id: from content and identity, and how often that was withdrawn before."""
    parts = [
        sha256, identity.kind, identity.sender, identity.list_name, identity.as_of.isoformat(),
        identity.corrects or "",
    ]  # fmt: skip
    taken = {i.id for i in known}
    for turn in range(len(known) + 1):
        text = "\n".join([*parts, *([str(turn)] if turn else [])])
        found = hashlib.sha256(text.encode()).hexdigest()[:16]
        if found not in taken:
            return found
    raise AssertionError("one id more than imports is always free")


def _settings(
    task: Task, identity: _Identity, import_id: str, workspace: Workspace,
    parent: Import | None, known: list[Import],
) -> Settings:  # fmt: skip
    held = remembered(workspace, identity.sender, identity.kind, identity.list_name)
    correction = task.correction.over(held)
    inherited = parent.facts if parent else {}
    scheme = task.scheme or scheme_of(correction.scheme) or scheme_of(inherited.get("scheme"))
    if task.scheme:
        correction = replace(correction, scheme=held.scheme)
    return Settings(
        kind=kind_named(identity.kind), import_id=import_id, as_of=identity.as_of,
        places=workspace_places(workspace), kota=workspace.place, scheme=scheme,
        payer=task.payer or inherited.get("payer"), correction=correction,
        before=_before(workspace, parent, known) if parent else None,
        where=Where(file=task.path.name),
    )  # fmt: skip


def _before(workspace: Workspace, parent: Import, known: list[Import]) -> pl.DataFrame:
    """Return the original rows of the first file that were returned, and those now accepted."""
    found = []
    for one in known:
        if one.withdrawn_on is not None or parent.id not in (one.id, one.corrects):
            continue
        path = workspace.root / "imports" / one.id / "rows.parquet"
        row = "sheet_row" if one.id == parent.id else "origin_row"
        sheet = pl.lit("") if one.facts.get("format") == "csv" else pl.col("sheet")
        found.append(
            pl.read_parquet(path)
            .filter((pl.col("outcome") != "blank") & pl.col(row).is_not_null())
            .select(
                sheet.alias("sheet"),
                pl.col(row).alias("row"),
                (pl.col("outcome") != "returned").alias("is_accepted"),
            )
        )
    return pl.concat(found)


def _facts(
    task: Task, identity: _Identity, settings: Settings, source: Source, passage: Passage,
    sha256: str,
) -> dict[str, Any]:  # fmt: skip
    """Return the manifest's facts, without counts."""
    score = quality(passage.tally)
    return {
        "kind": identity.kind, "sender": identity.sender, "list_name": identity.list_name,
        "as_of": identity.as_of.isoformat(), "as_of_source": identity.as_of_source,
        "received_on": task.received_on.isoformat(), "corrects": identity.corrects,
        "file_name": task.path.name, "sha256": sha256, "bytes": source.path.stat().st_size,
        "format": source.format, "scheme": settings.scheme, "payer": settings.payer,
        "basis": task.basis, "keep_until": task.keep_until,
        "sheets": [_sheet_facts(plan, passage) for plan in passage.plans],
        "skipped": [
            {"sheet": s.name, "code": s.code, "id": s.text.id, "en": s.text.en}
            for s in passage.skipped
        ],
        "notes": [
            {"code": n.code, "sheet": n.sheet, "count": n.count, "rows": list(n.rows),
             "id": n.spoken("id"), "en": n.spoken("en")}
            for n in passage.notes
        ],
        "quality": {"score": score.score, "shares": score.shares},
    }  # fmt: skip


def _sheet_facts(plan: SheetPlan, passage: Passage) -> dict[str, Any]:
    return {
        "sheet": plan.name, "no": plan.no, "header_rows": list(plan.layout.header_rows),
        "first_data_row": plan.layout.first_data_row, "final_zero_lost": plan.final_zero_lost,
        "is_rounded": plan.is_rounded,
        "kind_seen": plan.kind_seen, "place": plan.place,
        "columns": [
            {**asdict(c), "id": c.spoken("id"), "en": c.spoken("en")} for c in plan.mapping.choices
        ],
        "orders": {f: asdict(o) for (no, f), o in passage.orders.items() if no == plan.no},
    }  # fmt: skip


def _counts(passage: Passage) -> dict[str, Any]:
    return passage.tally.as_json()


def _result(
    task: Task, status: str, import_id: str, facts: dict[str, Any], passage: Passage,
    returned: Path | None,
) -> FileResult:  # fmt: skip
    path = f"imports/{import_id}/{returned.name}" if returned else None
    return FileResult(
        task.path.name, status, import_id, facts["sha256"], facts, _counts(passage), path
    )


def _keep(
    workspace: Workspace, copy: Path, rows: Path, import_id: str, sha256: str,
    identity: _Identity, facts: dict[str, Any],
) -> None:  # fmt: skip
    """Move everything to its place; the manifest is last and makes the import exist."""
    target = workspace.root / "imports" / import_id
    if target.exists():  # left by a run that died before its manifest
        shutil.rmtree(target)
    received = make_folder(workspace.root / "received")
    suffix = {"csv": ".csv", "xlsx": ".xlsx", "xls": ".xls", "ods": ".ods"}[facts["format"]]
    put(copy, received / f"{sha256}{suffix}")
    make_folder(target)
    for path in sorted(rows.iterdir()):
        put(path, target / path.name)
    manifest = {**facts, "id": import_id, "version": __version__}
    write_json(target / "manifest.json", manifest)


def _sweep(workspace: Workspace) -> None:
    """Remove what a run that died has left: import folders and received files without manifest."""
    folders = [p for p in (workspace.root / "imports").iterdir() if p.is_dir()]
    whole = [p for p in folders if (p / "manifest.json").exists()]
    for path in set(folders) - set(whole):
        shutil.rmtree(path)
    hashes = {read_json(p / "manifest.json").get("sha256") for p in whole}
    for path in (workspace.root / "received").iterdir():
        if path.stem not in hashes:
            path.unlink()
