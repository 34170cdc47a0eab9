"""Use case: one of the ledger's lists with the people's names, for those who must look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.progress import SILENT, Progress
from cakup.ledger.findings import LISTS
from cakup.pipeline import imports
from cakup.pipeline.ledger import counting_rules, listing_sql, view_basis
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    import polars as pl

PURPOSES = {
    "double": "daftar pembayar ganda untuk diperiksa",
    "overage": "daftar peserta lewat batas umur untuk diperiksa",
    "after-death": "daftar iuran sesudah meninggal untuk diperiksa",
    "claims": "daftar ahli waris yang berhak mengajukan klaim",
}


@dataclass(frozen=True)
class Request:
    """Which list.

    Args:
        name: ``double``, ``overage``, ``after-death`` or ``claims``.
        as_of: Last day looked at; None = date of the newest participant or payment file.
        known: Use the tables and answers as known on this day.
    """

    name: str
    as_of: date | None = None
    known: date | None = None


@dataclass(frozen=True)
class Result:
    """The list.

    Args:
        as_of: Last day looked at.
        rows: ``kode_wilayah_ktp, nama, nik`` and the columns of ``cakup.ledger.findings``, by
            area and name. Holds identifying data.
        unconfirmed: Keys of the rules that touch the list and are not sure.
    """

    as_of: date
    rows: pl.DataFrame
    unconfirmed: tuple[str, ...]


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Return one list; the reading of personal data is recorded with its purpose.

    Args:
        request: Which list.
        workspace: The workspace; the ledger must have been built.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice`` for an unknown list.
        InputError: ``workspace.table_missing`` without a ledger; ``ledger.no_date``.
    """
    if request.name not in LISTS:
        raise UsageError(
            "usage.bad_choice", option="--list", given=request.name, choices=", ".join(LISTS)
        )
    as_of = request.as_of or _newest(workspace, request.known)
    rules = counting_rules(workspace, as_of, request.known)
    progress.step("menyusun daftar")
    with workspace.engine() as engine:
        view_basis(engine, workspace.store(request.known))
        sql = listing_sql(engine, request.name, rules, workspace.root / "parameters", request.known)
        rows = engine.frame(
            f"SELECT p.kode_wilayah_ktp, p.nama, p.nik, l.* FROM ({sql}) l"
            " JOIN persons p ON p.person_id = l.person_id ORDER BY ALL"
        )
    touched = {"overage": ("over_age",), "claims": ("active", "jkm")}.get(request.name)
    workspace.record_run(
        "ledger-list",
        {"name": request.name, "as_of": as_of.isoformat(),
         "known": request.known.isoformat() if request.known else None},
        purpose=PURPOSES[request.name], rows=len(rows),
    )  # fmt: skip
    return Result(as_of, rows, rules.marks(*touched) if touched else ())


def _newest(workspace: Workspace, known: date | None) -> date:
    """Return the newest date of participant and payment files."""
    found = imports.usable(imports.all_imports(workspace, known))
    days = [i.as_of for i in found if i.kind in ("peserta", "pembayaran")]
    if not days:
        raise InputError("ledger.no_date")
    return max(days)
