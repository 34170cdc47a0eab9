"""The record of processing: what came in and what went out, why, on what ground, to whom.

Every import, export and reading of identities leaves a manifest of its run; this is the list of
those that moved personal data, without any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cakup.kernel.language import Text
from cakup.pipeline.workspace import Workspace

#: Verb → direction and words.
MOVES: dict[str, tuple[str, Text]] = {
    "import": ("in", Text("impor", "import")),
    "crosscheck_receive": ("in", Text("jawaban padan", "answers")),
    "field_receive": ("in", Text("hasil kunjungan", "visits")),
    "review_import": ("in", Text("keputusan tinjauan", "decisions of a review")),
    "crosscheck_send": ("out", Text("permintaan padan", "crosscheck")),
    "field_send": ("out", Text("daftar kunjungan", "lists for visits")),
    "gap": ("out", Text("daftar kerja", "work-lists")),
    "review_export": ("out", Text("pasangan untuk ditinjau", "pairs to review")),
    "clean_list": ("out", Text("daftar bersih", "clean list")),
    "gap-employer": ("out", Text("berkas per pemberi kerja", "files per employer")),
    "ledger-list": ("out", Text("daftar dari buku kepesertaan", "lists of the ledger")),
    "findings": ("out", Text("temuan", "findings")),
    "entitlements": ("out", Text("daftar hak", "entitlements")),
    "entitlements_import": ("in", Text("tanda pada daftar hak", "marks on entitlements")),
    "reconcile": ("out", Text("rekonsiliasi", "reconciliation")),
    "plan": ("out", Text("rencana", "plan")),
    "trace": ("seen", Text("jejak satu orang", "trace of one person")),
    "explain": ("seen", Text("penjelasan dengan identitas", "explanation with identity")),
    "erase": ("gone", Text("penghapusan", "erasure")),
}


@dataclass(frozen=True)
class Exchange:
    """One movement of personal data.

    Args:
        run_id: The run.
        on: ISO day and time.
        user: Who ran it.
        direction: ``in``, ``out``, ``seen`` or ``gone``.
        what: Key of ``MOVES``.
        purpose: Why.
        basis: On what ground; empty if not stated.
        with_whom: Sender or recipient; empty if not stated.
        rows: Rows moved.
    """

    run_id: str
    on: str
    user: str
    direction: str
    what: str
    purpose: str
    basis: str
    with_whom: str
    rows: int

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def exchanges(workspace: Workspace) -> list[Exchange]:
    """Return every movement of personal data on record, oldest first.

    Args:
        workspace: Workspace.
    """
    return [_exchange(run) for run in workspace.runs() if run["verb"] in MOVES]


def _exchange(run: Mapping[str, Any]) -> Exchange:
    return Exchange(
        run["run_id"], str(run.get("ended_at", ""))[:16], str(run.get("user", "")),
        MOVES[run["verb"]][0], run["verb"], str(run.get("purpose") or ""),
        str(run.get("basis") or ""), str(run.get("recipient") or run.get("sender") or ""),
        _rows(run.get("rows")),
    )  # fmt: skip


def _rows(held: Any) -> int:
    """Return the rows of a run: of an import those read, else the largest count told."""
    if isinstance(held, int):
        return held
    if not isinstance(held, dict):
        return 0
    if "persons" in held:
        return int(held["persons"])
    counts = [
        int(one.get("read", sum(v for v in one.values() if isinstance(v, int))))
        if isinstance(one, dict) else int(one)
        for one in held.values()
    ]  # fmt: skip
    return sum(counts)
