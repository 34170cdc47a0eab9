"""``cakup erase``: one person leaves every version, every import and every received file.

Erasing is a decision with a name and a basis. What is to go is written down first (row numbers
only, ``erasing.json``); whatever stops it, the next ``erase`` goes on from there. Figures already
told stay as they were told; tables are made anew without the person.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.engines.files import read_json, whole_file, write_json
from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import MONEY_KINDS
from cakup.pipeline import decisions, kept_linkage, ledger, link, sent
from cakup.pipeline.decisions import Decision
from cakup.pipeline.explain_target import Fate, find
from cakup.pipeline.extracts import ERASED, drop_unnamed, take_out
from cakup.pipeline.fingerprints import fingerprints
from cakup.pipeline.imports import Import, all_imports, table_of, usable
from cakup.pipeline.kept_tables import forget_all
from cakup.pipeline.person_ids import aliases
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

PURPOSE = "menghapus data seseorang"
ORDER = "erasing.json"
#: Tables that remember persons from run to run.
MEMORY = ("person_ids", "person_changes", "memberships")


@dataclass(frozen=True)
class Request:
    """Whom or what to erase.

    Args:
        target: Person id or row, as in ``explain``; empty with ``is_expired``. Of a row that is
            nobody's (returned, withdrawn, not yet linked) the row alone goes.
        by: Who decided.
        basis: On what ground: request of the person, decree, with its date.
        is_expired: Erase the imports whose ``keep_until`` has passed, instead of a person.
        on: Day of the decision; None = today. ``is_expired`` counts from it.
        is_sure: Whether to do it; else only what would go is counted.
        wait_seconds: How long to wait for another writer.
    """

    target: str = ""
    by: str = ""
    basis: str = ""
    is_expired: bool = False
    on: date | None = None
    is_sure: bool = False
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What went, or would go.

    Args:
        decision_id: The decision; None if nothing was done.
        rows: Rows by import.
        received: Old name → new name of the received files; an empty new name: deleted whole.
        sendings: Rows taken out of the records of what was sent.
        is_done: Whether it was done.
    """

    decision_id: str | None
    rows: dict[str, int] = field(default_factory=dict)
    received: dict[str, str] = field(default_factory=dict)
    sendings: int = 0
    is_done: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return asdict(self)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Erase a person, or imports whose time has passed; go on with what was stopped before.

    Args:
        request: Whom or what.
        workspace: Workspace.
        progress: Listener.

    Raises:
        UsageError: ``erase.by_and_basis``.
        InputError: ``explain.not_found``, ``explain.ambiguous``.
        ConflictError: ``workspace.busy``.
    """
    if request.is_sure and not (request.by.strip() and request.basis.strip()):
        raise UsageError("erase.by_and_basis")
    with workspace.writing("erase", request.wait_seconds):
        if (workspace.root / ORDER).exists():
            _carry_out(workspace, read_json(workspace.root / ORDER), progress)
        order = _expired(request, workspace) if request.is_expired else _order(request, workspace)
        rows = {i: len(held) for i, held in order["rows"].items() if held}
        if not request.is_sure or not rows:
            return Result(None, rows)
        write_json(workspace.root / ORDER, order)
        told = _carry_out(workspace, order, progress)
    return Result(order["decision"]["decision_id"], rows, told[0], told[1], is_done=True)


def _order(request: Request, workspace: Workspace) -> dict[str, Any]:
    """Return what is to go for a person: rows by import, ids, the decision."""
    store = workspace.store()
    meant = find(request.target, workspace, store)
    person = meant.person_id
    if person is None:
        return _row_order(meant.fate, request)
    stands_for = aliases(pl.read_parquet(store.path("person_changes")))
    person = stands_for.get(person, person)
    ids = sorted({person, *(old for old, new in stands_for.items() if new == person)})
    members = pl.read_parquet(store.path("memberships")).filter(pl.col("person_id").is_in(ids))
    rows = _rows_of(workspace, set(members["record_id"]))
    mark = _hash(person, request.by, request.basis, request.on)
    body = {"person_id": person, "n_rows": sum(map(len, rows.values())), "imports": sorted(rows)}
    return {
        "rows": rows, "persons": ids, "records": sorted(members["record_id"]), "expired": [],
        "decision": asdict(_decision("erase_person", f"erase-{mark}", body, request)),
    }  # fmt: skip


def _row_order(fate: Fate | None, request: Request) -> dict[str, Any]:
    """Return what is to go for a row that is nobody's: one returned, withdrawn or not yet linked.

    What it says of somebody is not known to be anybody's, so nothing else goes with it.

    Raises:
        InputError: ``explain.not_found`` if there is nothing in the row.
    """
    if fate is None or fate.outcome in ("blank", ERASED):
        raise InputError("explain.not_found", target="…")
    mark = _hash(fate.import_id, fate.sheet, fate.sheet_row, request.by, request.basis, request.on)
    body = {"imports": [fate.import_id], "sheet_row": fate.sheet_row, "n_rows": 1}
    return {
        "rows": {fate.import_id: [[fate.sheet, fate.sheet_row]]}, "persons": [], "records": [],
        "expired": [], "decision": asdict(_decision("erase_row", f"erase-{mark}", body, request)),
    }  # fmt: skip


def _expired(request: Request, workspace: Workspace) -> dict[str, Any]:
    """Return what is to go because its time has passed: whole imports."""
    day = (request.on or date.today()).isoformat()  # noqa: DTZ011 - the office's local day
    due = [
        i for i in all_imports(workspace)
        if str(i.facts.get("keep_until") or "9999") < day and not i.facts.get("expired_on")
    ]  # fmt: skip
    rows = {
        i.id: [
            list(r) for r in pl.read_parquet(workspace.root / "imports" / i.id / "rows.parquet")
            .filter(~pl.col("outcome").is_in(["blank", "erased"])).select("sheet", "sheet_row")
            .iter_rows()
        ]
        for i in due
    }  # fmt: skip
    body = {"imports": [i.id for i in due], "n_rows": sum(map(len, rows.values()))}
    mark = _hash(*(i.id for i in due), request.by, request.basis, request.on)
    return {
        "rows": rows, "persons": [], "records": [], "expired": [i.id for i in due],
        "decision": asdict(_decision("erase_expired", f"expire-{mark}", body, request)),
    }  # fmt: skip


def _hash(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:20]


def _decision(kind: str, decision_id: str, body: dict[str, Any], request: Request) -> Decision:
    day = (request.on or date.today()).isoformat()  # noqa: DTZ011 - the office's local day
    return Decision(decision_id, kind, body, request.by, request.basis, day, day)


def _rows_of(workspace: Workspace, records: set[str]) -> dict[str, list[list[Any]]]:
    """Return sheet and row of everything about a person, by import.

    Rows of his in withdrawn files are found by fingerprint and NIK, payments by his numbers.
    """
    imports = all_imports(workspace)
    found: dict[str, list[list[Any]]] = defaultdict(list)
    prints: set[str] = set()
    numbers: dict[str, set[str]] = {"nik": set(), "kpj": set()}
    mine: dict[str, pl.DataFrame] = {}
    for one in imports:
        if table_of(one.kind).name == "records":
            mine[one.id] = _table(workspace, one, "records")
    for frame in mine.values():
        own = frame.filter(pl.col("record_id").is_in(sorted(records)))
        if own.height:
            named = own.filter(pl.col("nama").is_not_null() | pl.col("nik").is_not_null())
            prints |= set(fingerprints(named, workspace.key))
            for name, held in numbers.items():
                held |= set(own[name].drop_nulls())
    _drop_shared(numbers, mine.values(), records)
    for one in imports:
        frame = mine.get(one.id, pl.DataFrame())
        if one.id in mine:
            is_mine = pl.col("record_id").is_in(sorted(records))
            if one.withdrawn_on is not None and frame.height:
                same = pl.Series(fingerprints(frame, workspace.key)).is_in(sorted(prints))
                is_mine = is_mine | pl.col("nik").is_in(sorted(numbers["nik"])) | same
            found[one.id] += _places(frame.filter(is_mine))
            answers = workspace.root / "imports" / one.id / "answers.parquet"
            if answers.exists():
                found[one.id] += _answer_places(workspace, one, records)
        elif one.kind == "pembayaran":
            lines = _table(workspace, one, "payments")
            is_mine = pl.col("nik").is_in(sorted(numbers["nik"])) | pl.col("kpj").is_in(
                sorted(numbers["kpj"])
            )
            found[one.id] += _places(lines.filter(is_mine))
    return {i: sorted(map(list, {tuple(r) for r in rows})) for i, rows in found.items() if rows}


def _drop_shared(
    numbers: dict[str, set[str]], frames: Iterable[pl.DataFrame], records: set[str]
) -> None:
    """Leave out numbers that rows of others bear too: a relative's payments are not his."""
    for frame in frames:
        others = frame.filter(~pl.col("record_id").is_in(sorted(records)))
        for name, held in numbers.items():
            held -= set(others[name].drop_nulls())


def _answer_places(workspace: Workspace, one: Import, records: set[str]) -> list[list[Any]]:
    """Return the rows of answers about a person: those that stood for his rows."""
    frame = pl.read_parquet(workspace.root / "imports" / one.id / "answers.parquet")
    own = frame.filter(pl.col("anchor_record_id").is_in(sorted(records)))
    sheet = pl.read_parquet(workspace.root / "imports" / one.id / "rows.parquet")["sheet"]
    name = str(sheet[0]) if len(sheet) else ""
    return [[name, int(r.split(".")[2])] for r in own["record_id"]]


def _table(workspace: Workspace, one: Import, name: str) -> pl.DataFrame:
    return pl.read_parquet(workspace.root / "imports" / one.id / f"{name}.parquet")


def _places(frame: pl.DataFrame) -> list[list[Any]]:
    return [list(r) for r in frame.select("sheet", "sheet_row").iter_rows()]


def _carry_out(
    workspace: Workspace, order: dict[str, Any], progress: Progress
) -> tuple[dict[str, str], int]:
    """Do what was written down, from wherever it was stopped."""
    decision = Decision(**order["decision"])
    # First of all, so that no run in between goes on from rows of the person.
    kept_linkage.forget(workspace.store())
    decisions.append(workspace, [decision])
    received = {}
    for import_id, rows in order["rows"].items():
        progress.step(f"impor {import_id}")
        told = take_out(
            workspace, import_id, [(s, int(n)) for s, n in rows], decision.decision_id
        )  # fmt: skip
        if told["old"]:
            received[told["old"]] = told["new"]
    for import_id in order["expired"]:
        _expire(workspace, import_id, decision)
    n = _clean_sendings(workspace, set(order["persons"]), set(order["records"]))
    _make_anew(workspace, set(order["persons"]), progress)
    workspace.record_run(
        "erase", {"decision_id": decision.decision_id}, purpose=PURPOSE, basis=decision.basis,
        rows={i: len(r) for i, r in order["rows"].items()}, received=received, sendings=n,
        tables=workspace.store().versions, last_decision=decision.decision_id,
    )  # fmt: skip
    (workspace.root / ORDER).unlink(missing_ok=True)
    return received, n


def _expire(workspace: Workspace, import_id: str, decision: Decision) -> None:
    """Take an import whose time has passed out of all computation; nothing of it is left."""
    reason = "masa simpan habis"
    decisions.append(workspace, [Decision(
        f"withdraw-{import_id}", "withdraw_import", {"import_id": import_id, "reason": reason},
        decision.by, decision.basis, decision.decided_on, decision.received_on,
    )])  # fmt: skip
    path = workspace.root / "imports" / import_id / "manifest.json"
    write_json(path, {**read_json(path), "expired_on": decision.decided_on, "sha256": ""})
    drop_unnamed(workspace)


def _clean_sendings(workspace: Workspace, persons: set[str], records: set[str]) -> int:
    """Take the person out of the records of what was sent; return how many rows."""
    n = 0
    for one in sent.all_sent(workspace):
        path = workspace.root / sent.FOLDER / one.code / "rows.parquet"
        frame = pl.read_parquet(path)
        kept = frame.filter(
            ~pl.col("asked_person_id").is_in(sorted(persons))
            & ~pl.col("anchor_record_id").is_in(sorted(records))
        )
        if kept.height < frame.height:
            n += frame.height - kept.height
            with whole_file(path) as temporary:
                kept.write_parquet(temporary)
    return n


def _make_anew(workspace: Workspace, persons: set[str], progress: Progress) -> None:
    """Make all tables anew without the persons and delete every older version of them."""
    store = workspace.store()
    if store.has("persons"):
        with workspace.engine() as engine:
            engine.register("gone", pl.DataFrame({"p": sorted(persons)}, schema={"p": pl.String}))
            for name in MEMORY:
                store.view(engine, name)
                columns = ("old_id", "new_id") if name == "person_changes" else ("person_id",)
                where = " AND ".join(f"{c} NOT IN (SELECT p FROM gone)" for c in columns)
                store.write(engine, name, f"SELECT * FROM {name} WHERE {where}")
            store.commit()
        link.run(link.Request(), workspace, progress)
        if any(i.kind in MONEY_KINDS for i in usable(all_imports(workspace))) or store.has(
            "ledger"
        ):
            ledger.run(ledger.Request(), workspace, progress)
    for pointer in workspace.root.glob("known-*.json"):
        pointer.unlink()
    held = {(n, v[:32]) for n, v in workspace.store().versions.items()}
    for path in (workspace.root / "tables").glob("*/*.parquet"):
        if (path.parent.name, path.stem) not in held:
            path.unlink()
    forget_all(workspace)


def erase(
    workspace: Workspace, target: str, *, by: str, basis: str, on: date | None = None,
    is_sure: bool = False, progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Erase a person from every version, import and received file.

    Args:
        workspace: Workspace, linked.
        target: Person id, record id, or ``FILE:SHEET:ROW``.
        by: Who decided.
        basis: On what ground.
        on: Day of the decision; None = today.
        is_sure: Whether to do it; else only what would go is counted.
        progress: Listener.

    Raises:
        UsageError: ``erase.by_and_basis``.
        InputError: ``explain.not_found``.
    """
    return run(Request(target, by, basis, on=on, is_sure=is_sure), workspace, progress)
