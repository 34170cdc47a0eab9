"""``cakup findings``: what an auditor looks for, with months, purse, rupiah and source rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.documents.findings_workbook import AuditFacts, write_findings
from cakup.engines.files import whole_file
from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.identifiers import mask_nik
from cakup.kernel.language import Lang
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import PAYERS
from cakup.ledger import audit
from cakup.ledger.audit import KINDS, Decree, Period
from cakup.pipeline import imports
from cakup.pipeline.basis import known_store
from cakup.pipeline.findings_sql import findings_sql, lines_sql, sums_sql
from cakup.pipeline.ledger import counting_rules, used_files, view_basis
from cakup.pipeline.ledger_lists import newest_money
from cakup.pipeline.payment_lines import make_payment_lines
from cakup.pipeline.places import workspace_places
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine
    from cakup.ledger.rules import Rules

PURPOSE = "pemeriksaan pembayaran iuran"
DECREE_PAYER = "apbd_kabkota"


@dataclass(frozen=True)
class Request:
    """What to look for.

    Args:
        as_of: Last day looked at; None = date of the newest participant or payment file.
        since: First month looked at; None = from the beginning.
        decrees: Lists of names (SK) as ``LIST`` or ``LIST=PAYER``: name of a list of workers or
            id of its import, and the purse that may pay for its people (``apbd_kabkota``).
        out: Workbook ``.xlsx`` to write; None = none.
        show_identity: Whether the workbook holds the NIK in full.
        known: Only files, decisions and answers received by this day.
        purpose: Why it is looked at; stands in the record of exports.
        recipient: Who receives the workbook.
        basis: Ground of the export: letter or order, with its date.
        lang: Language.
    """

    as_of: date | None = None
    since: date | None = None
    decrees: tuple[str, ...] = ()
    out: str | None = None
    show_identity: bool = False
    known: date | None = None
    purpose: str = PURPOSE
    recipient: str | None = None
    basis: str | None = None
    lang: Lang = "id"


@dataclass(frozen=True)
class Sum:
    """What a group of months at issue adds up to.

    Args:
        persons: Different persons.
        months: Different pairs of person and month.
        rupiah: Known amounts of the payments at issue, each once.
        months_without_amount: Pairs of person and month for which no payment row gives an amount.
        waiting: Persons of whom a pair of rows waits for review: look there first.
    """

    persons: int
    months: int
    rupiah: int
    months_without_amount: int
    waiting: int


@dataclass(frozen=True)
class Result:
    """What was found.

    Args:
        as_of: Last day looked at.
        since: First month looked at, if any.
        kinds: Sums by reason in the order of ``ledger.audit.KINDS``.
        purses: Sums by payer, every month once.
        total: Sum over all reasons, every month once.
        overlap_rp: What the sums of the reasons hold more than once: Σ kinds − total.
        unchecked: Reasons that could not be looked at.
        unconfirmed: Keys of the rules that touch the findings and are not sure.
        findings: One row per reason, person and purse. Holds identifying data.
        lines: One row per person, month, enrolment and purse, with source rows. Idem.
        out: Name of the workbook, if one was written.
    """

    as_of: date
    since: date | None
    kinds: dict[str, Sum]
    purses: dict[str, Sum]
    total: Sum
    overlap_rp: int
    unchecked: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    findings: pl.DataFrame = field(repr=False)
    lines: pl.DataFrame = field(repr=False)
    out: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return everything without a name as plain values."""
        plain = {k: getattr(self, k) for k in ("overlap_rp", "unchecked", "unconfirmed", "out")}
        shown = self.findings.drop("nik", "nama").to_dicts()
        return {
            "as_of": self.as_of.isoformat(),
            "since": self.since.isoformat() if self.since else None,
            "kinds": {k: asdict(v) for k, v in self.kinds.items()},
            "purses": {k: asdict(v) for k, v in self.purses.items()},
            "total": asdict(self.total), **plain,
            "findings": [
                {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}
                for row in shown
            ],
        }  # fmt: skip


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Look for findings; reading personal data is recorded with purpose, recipient and rows.

    Args:
        request: What to look for.
        workspace: The workspace; the ledger must have been built.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice`` for an unknown payer or ending.
        InputError: ``workspace.table_missing``; ``ledger.no_date``; ``findings.no_payments``;
            ``findings.no_decree``.
    """
    if request.out and Path(request.out).suffix != ".xlsx":
        raise UsageError(
            "usage.bad_choice", option="--out", given=Path(request.out).suffix, choices=".xlsx"
        )
    as_of = request.as_of or newest_money(workspace, request.known)
    if not any(i.kind == "pembayaran" for i in used_files(workspace, request.known)):
        raise InputError("findings.no_payments")
    rules = counting_rules(workspace, as_of, request.known)
    decrees = _decrees(workspace, request, as_of)
    period = Period(request.since, as_of)
    with workspace.engine() as engine:
        progress.step("mencari temuan")
        make_issue(engine, workspace, request.known, period, rules, decrees, progress)
        result = _result(engine, request, as_of, rules, bool(decrees))
    if request.out:
        _write(request, workspace, result)
    _record(workspace, request, result)
    return result


def make_issue(
    engine: DuckEngine, workspace: Workspace, known: date | None, period: Period, rules: Rules,
    decrees: Sequence[Decree] = (), progress: Progress = SILENT,
) -> None:  # fmt: skip
    """Make the temp tables ``issue`` (``ledger.audit.lines_sql``), ``payment_lines``, ``files``.

    Args:
        engine: Engine; the basis of the ledger and ``memberships, review`` are readable afterwards.
        workspace: Workspace.
        known: Only files and decisions received by this day.
        period: Months looked at.
        rules: Counting rules.
        decrees: Lists of names of the purses.
        progress: Listener.
    """
    store = known_store(workspace, known, progress)
    view_basis(engine, store)
    store.view(engine, "memberships", "review")
    found = audit.lines_sql(period, rules, workspace.place, decrees)
    engine.run(f"CREATE OR REPLACE TEMP TABLE issue AS {found}")
    progress.step("mencari baris pembayarannya")
    make_payment_lines(engine, workspace, store, known)
    named = [(i.id, i.file_name) for i in imports.all_imports(workspace, known)]
    schema = {"import_id": pl.String, "file_name": pl.String}
    engine.register("files", pl.DataFrame(named, schema=schema, orient="row"))


def _decrees(workspace: Workspace, request: Request, as_of: date) -> list[Decree]:
    """Return the lists of names that were given, with the files that answer on the day."""
    held = imports.in_force(imports.all_imports(workspace, request.known), as_of)
    lists = [i for i in held if i.kind == "daftar_pekerja"]
    return [_decree(text, lists) for text in request.decrees]


def _decree(text: str, lists: list[imports.Import]) -> Decree:
    name, _, payer = text.rpartition("=") if "=" in text else (text, "", DECREE_PAYER)
    if payer not in PAYERS:
        raise UsageError(
            "usage.bad_choice", option="--sk", given=payer[:20], choices=", ".join(PAYERS)
        )
    found = [i for i in lists if name in (i.id, i.list_name) or i.corrects == name]
    if not found:
        known = sorted({i.list_name for i in lists})
        raise InputError("findings.no_decree", name=name[:60], lists=", ".join(known) or "–")
    year = max(i.as_of for i in found).year
    return Decree(payer, tuple(i.id for i in found), year, found[0].list_name)


def _result(
    engine: DuckEngine, request: Request, as_of: date, rules: Rules, has_decree: bool
) -> Result:
    """Return the findings of the temp tables, named and added up."""
    engine.run(f"CREATE OR REPLACE TEMP TABLE issue_lines AS {lines_sql(request.lang)}")
    kinds = _sums(engine, "kind")
    missing = () if has_decree else ("not_on_decree",)
    total = next(iter(_sums(engine, None).values()))
    return Result(
        as_of=as_of, since=request.since,
        kinds={k: kinds.get(k, Sum(0, 0, 0, 0, 0)) for k in KINDS if k not in missing},
        purses=_sums(engine, "payer"), total=total,
        overlap_rp=sum(s.rupiah for s in kinds.values()) - total.rupiah,
        unchecked=missing, unconfirmed=rules.marks("over_age"),
        findings=_shown(engine.frame(findings_sql(request.lang)), request),
        lines=_shown(engine.frame("SELECT * FROM issue_lines ORDER BY ALL"), request),
        out=Path(request.out).name if request.out else None,
    )  # fmt: skip


def _sums(engine: DuckEngine, by: str | None) -> dict[str, Sum]:
    return {str(row[0]): Sum(*map(int, row[1:])) for row in engine.frame(sums_sql(by)).iter_rows()}


def _shown(frame: pl.DataFrame, request: Request) -> pl.DataFrame:
    """Return rows with the NIK as it may be shown."""
    if request.show_identity:
        return frame
    return frame.with_columns(
        pl.col("nik").map_elements(mask_nik, return_dtype=pl.String, skip_nulls=False)
    )


def _write(request: Request, workspace: Workspace, result: Result) -> None:
    """Write the workbook, whole or not at all."""
    city = workspace_places(workspace).get(workspace.place)
    facts = AuditFacts(
        place=city.nama if city else workspace.place, as_of=result.as_of, since=result.since,
        purpose=request.purpose, recipient=request.recipient or "–",
        decrees=tuple(text.rpartition("=")[0] or text for text in request.decrees),
        unconfirmed=result.unconfirmed,
    )  # fmt: skip
    groups = {k: asdict(v) for k, v in result.kinds.items()}
    purses = {k: asdict(v) for k, v in result.purses.items()}
    assert request.out is not None
    with whole_file(Path(request.out)) as temporary:
        write_findings(
            temporary, result.findings, result.lines, groups, purses, asdict(result.total),
            facts, request.lang,
        )  # fmt: skip


def _record(workspace: Workspace, request: Request, result: Result) -> None:
    told = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(request).items()}
    told["out"] = result.out
    workspace.record_run(
        "findings", told, purpose=request.purpose, recipient=request.recipient,
        basis=request.basis, rows=result.findings.height, identity_shown=request.show_identity,
        kinds={k: asdict(v) for k, v in result.kinds.items()},
    )  # fmt: skip


def findings(
    workspace: Workspace, *, as_of: date | None = None, since: date | None = None,
    decrees: Sequence[str] = (), out: Path | str | None = None, show_identity: bool = False,
    known: date | None = None, purpose: str = PURPOSE, recipient: str | None = None,
    basis: str | None = None, lang: Lang = "id", progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Return what an auditor looks for: double payers, after death, over age, elsewhere …

    Args:
        workspace: The workspace; the ledger must have been built.
        as_of: Last day looked at; None = date of the newest participant or payment file.
        since: First month looked at.
        decrees: Lists of names of the purses, ``LIST`` or ``LIST=PAYER``.
        out: Workbook to write.
        show_identity: Whether NIKs stand in full.
        known: Only files, decisions and answers received by this day.
        purpose: Why; stands in the record of exports.
        recipient: Who receives the workbook.
        basis: Ground of the export.
        lang: Language.
        progress: Listener.

    Raises:
        InputError: ``workspace.table_missing``; ``ledger.no_date``; ``findings.no_decree``.

    Example:
        >>> cakup.findings(cakup.Workspace.find()).total.rupiah  # doctest: +SKIP
        81278400
    """
    request = Request(
        as_of, since, tuple(decrees), str(out) if out else None, show_identity, known, purpose,
        recipient, basis, lang,
    )  # fmt: skip
    return run(request, workspace, progress)
