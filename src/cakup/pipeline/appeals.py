"""Appeals (*sanggahan*) against "already covered": a former employer still reports the worker.

An appeal is opened for a person on a stated ground and stays open until somebody decides it, the
insurer in its answer or an officer with a document. Until it is accepted the insurer's word counts
in every figure; accepted, the enrolment objected to ended on the day named.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import polars as pl

from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.language import Text
from cakup.pipeline import decisions, sent
from cakup.pipeline.decisions import Decision
from cakup.pipeline.explain_target import find
from cakup.pipeline.workspace import Workspace

OUTCOMES = ("diterima", "ditolak", "dicabut")
STATES: dict[str, Text] = {
    "diajukan": Text("diajukan, menunggu jawaban", "lodged, waits for an answer"),
    "diterima": Text("diterima", "accepted"),
    "ditolak": Text("ditolak", "rejected"),
    "dicabut": Text("dicabut", "taken back"),
}


@dataclass(frozen=True)
class Request:
    """Which appeal to open or to decide.

    Args:
        target: Person id or row (as in ``explain``) to open one; an appeal's id to decide it.
        by: Who lodged or decided it.
        basis: On what ground: document, with its number.
        on: Day of that; None = today.
        npp: Employer objected to; None = every employer that reports the worker.
        outcome: ``diterima``, ``ditolak`` or ``dicabut`` to decide; None to open.
        ended_on: Last day at that employer, for ``diterima``.
        wait_seconds: How long to wait for another writer.
    """

    target: str
    by: str
    basis: str
    on: date | None = None
    npp: str | None = None
    outcome: str | None = None
    ended_on: date | None = None
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What was recorded: the appeal, its state, and whether that is new."""

    appeal_id: str
    state: str
    is_new: bool

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return asdict(self)


def run(request: Request, workspace: Workspace) -> Result:
    """Open an appeal, or decide one; it applies at the next ``link`` and ``ledger``.

    Args:
        request: Which one.
        workspace: Workspace, linked.

    Raises:
        UsageError: ``crosscheck.by_and_basis``, ``crosscheck.unknown_appeal``,
            ``crosscheck.no_end``, ``usage.bad_choice``.
        InputError: ``explain.not_found``.
    """
    if not request.by.strip() or not request.basis.strip():
        raise UsageError("crosscheck.by_and_basis")
    day = (request.on or date.today()).isoformat()  # noqa: DTZ011 - the office's local day
    with workspace.writing("appeal", request.wait_seconds):
        made = _opened(request, workspace, day) if request.outcome is None else closed(
            workspace, request.target, request.outcome, request.by, request.basis, day,
            request.ended_on,
        )  # fmt: skip
        written = decisions.append(workspace, [made])
        workspace.record_run(
            "appeal", {"appeal_id": made.body["appeal_id"], "outcome": request.outcome},
            purpose="sanggahan kepesertaan", rows={"appeals": written},
            last_decision=made.decision_id,
        )  # fmt: skip
    return Result(made.body["appeal_id"], request.outcome or "diajukan", written > 0)


def closed(
    workspace: Workspace, appeal_id: str, outcome: str, by: str, basis: str, day: str,
    ended_on: date | None,
) -> Decision:  # fmt: skip
    """Return the decision that ends an appeal.

    Args:
        workspace: Workspace.
        appeal_id: The appeal.
        outcome: One of ``OUTCOMES``.
        by: Who decided.
        basis: On what ground.
        day: ISO day of the decision and of its receipt.
        ended_on: Last day at the employer; needed where it is accepted.
    """
    if outcome not in OUTCOMES:
        raise UsageError(
            "usage.bad_choice", option="--outcome", given=outcome[:20], choices=", ".join(OUTCOMES)
        )
    known = {d.body["appeal_id"] for d in decisions.read(workspace) if d.kind == "appeal_opened"}
    if appeal_id not in known:
        raise UsageError("crosscheck.unknown_appeal", id=appeal_id[:20])
    if outcome == "diterima" and ended_on is None:
        raise UsageError("crosscheck.no_end")
    body = {
        "appeal_id": appeal_id, "outcome": outcome,
        "ended_on": ended_on.isoformat() if ended_on and outcome == "diterima" else None,
    }  # fmt: skip
    mark = _hash(appeal_id, outcome, str(body["ended_on"]), by, basis, day)
    return Decision(f"appeal-{mark}", "appeal_closed", body, by, basis, day, day)


def open_appeals(workspace: Workspace) -> pl.DataFrame:
    """Return the table ``appeals`` as the last ``link`` left it; empty before the first."""
    store = workspace.store()
    if not store.has("appeals"):
        return pl.DataFrame(schema={"appeal_id": pl.String, "person_id": pl.String,
                                    "state": pl.String, "opened_on": pl.Date})  # fmt: skip
    return pl.read_parquet(store.path("appeals"))


def _opened(request: Request, workspace: Workspace, day: str) -> Decision:
    """Return the decision that opens an appeal: it names the row that stands for the person."""
    person = find(request.target, workspace, workspace.store()).person_id
    if person is None:
        raise InputError("explain.not_found", target="…")
    with workspace.engine() as engine:
        sent.view_all(engine, workspace)
        frame = pl.DataFrame({"person_id": [person]}, schema={"person_id": pl.String})
        held = sent.anchored(engine, workspace, frame)
    if held.is_empty():
        raise InputError("explain.not_found", target="…")
    row = held.row(0, named=True)
    appeal_id = f"S{_hash(row['anchor_fingerprint'], request.npp or '', day)[:10]}"
    body = {
        "appeal_id": appeal_id, "record": row["anchor_record_id"],
        "fingerprint": row["anchor_fingerprint"], "person": person, "npp": request.npp,
    }  # fmt: skip
    return Decision(
        f"appeal-{appeal_id}", "appeal_opened", body, request.by, request.basis, day, day
    )


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def appeal(
    workspace: Workspace, target: str, *, by: str, basis: str, on: date | None = None,
    npp: str | None = None,
) -> Result:  # fmt: skip
    """Open an appeal against the insurer's word that a person is covered.

    Args:
        workspace: Workspace, linked.
        target: Person id, record id, or ``FILE:SHEET:ROW``.
        by: Who lodged it.
        basis: On what ground.
        on: Day of that; None = today.
        npp: Employer objected to; None = all.

    Raises:
        UsageError: ``crosscheck.by_and_basis``.
        InputError: ``explain.not_found``.
    """
    return run(Request(target, by, basis, on, npp), workspace)


def settle_appeal(
    workspace: Workspace, appeal_id: str, outcome: str, *, by: str, basis: str,
    on: date | None = None, ended_on: date | None = None,
) -> Result:  # fmt: skip
    """Decide an appeal.

    Args:
        workspace: Workspace.
        appeal_id: The appeal.
        outcome: ``diterima``, ``ditolak`` or ``dicabut``.
        by: Who decided.
        basis: On what ground.
        on: Day of the decision; None = today.
        ended_on: Last day at the employer; needed for ``diterima``.

    Raises:
        UsageError: ``crosscheck.unknown_appeal``, ``crosscheck.no_end``,
            ``crosscheck.by_and_basis``.
    """
    return run(Request(appeal_id, by, basis, on, None, outcome, ended_on), workspace)
