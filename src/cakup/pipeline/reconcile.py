"""``cakup reconcile``: our payments and the insurer's, group by group, and the minutes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.documents.reconciliation import MinutesFacts, write_attachment, write_minutes
from cakup.engines.files import make_folder, whole_file
from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.identifiers import mask_nik
from cakup.kernel.language import Lang
from cakup.kernel.months import first_day
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import PAYMENTS
from cakup.ledger.reconcile import one_sided_sql, sides_sql
from cakup.pipeline import imports
from cakup.pipeline.places import workspace_places
from cakup.pipeline.upload_answer import Answer, read_answer
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine

PURPOSE = "rekonsiliasi iuran bulanan dengan BPJS Ketenagakerjaan"


@dataclass(frozen=True)
class Request:
    """What to reconcile.

    Args:
        month: First day of the month, the last one if several.
        ours: Sender of our payment files, e.g. ``BPKAD``.
        theirs: Sender of the insurer's payment files.
        since: First day of the first month; None = only ``month``.
        answer: File with the insurer's answer to names sent; None = none.
        out: ``.docx`` of the minutes; the attachment stands beside it as ``.xlsx``. None = none.
        number: Number of the minutes.
        known: Only files received by this day.
        lang: Language of the attachment; minutes are in Indonesian.
    """

    month: date
    ours: str
    theirs: str
    since: date | None = None
    answer: str | None = None
    out: str | None = None
    number: str = ""
    known: date | None = None
    lang: Lang = "id"


@dataclass(frozen=True)
class Result:
    """What was found.

    Args:
        first: First month.
        last: Last month.
        groups: One row per kode iuran, month and programme; see ``ledger.reconcile.sides_sql``.
        one_sided: Participants whom only one side has. Holds identifying data.
        answers: What became of names sent, by kode iuran.
        files: Names of the files written.
    """

    first: date
    last: date
    groups: pl.DataFrame = field(repr=False)
    one_sided: pl.DataFrame = field(repr=False)
    answers: dict[str, Answer] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    @property
    def differing(self) -> int:
        """Groups in which the sides differ."""
        same = (pl.col("our_rp").eq_missing(pl.col("their_rp"))) & (
            pl.col("our_persons").eq_missing(pl.col("their_persons"))
        )
        return self.groups.filter(~same).height

    def sums(self) -> dict[str, int]:
        """Return rupiah of both sides and the difference."""
        ours, theirs = (int(self.groups[c].sum() or 0) for c in ("our_rp", "their_rp"))
        return {"our_rp": ours, "their_rp": theirs, "difference_rp": ours - theirs}

    def as_json(self) -> dict[str, Any]:
        """Return everything without a name or number as plain values."""
        rows = [
            {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}
            for row in self.groups.to_dicts()
        ]
        sides = dict(self.one_sided.group_by("side").len().iter_rows())
        return {
            "first": self.first.isoformat(), "last": self.last.isoformat(), "groups": rows,
            "differing": self.differing, **self.sums(), "only_ours": sides.get("ours", 0),
            "only_theirs": sides.get("theirs", 0), "files": list(self.files),
            "answers": {
                k: {**asdict(a), "rejected": dict(a.rejected)} for k, a in self.answers.items()
            },
        }  # fmt: skip


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Compare the payments of both sides and write the minutes.

    Args:
        request: What to reconcile.
        workspace: Workspace; only read, but the export is recorded in it.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice`` for another ending than ``.docx``.
        InputError: ``reconcile.no_side`` if a sender sent no payments; ``reconcile.not_an_answer``.
    """
    out = Path(request.out) if request.out else None
    if out is not None and out.suffix.lower() != ".docx":
        raise UsageError("usage.bad_choice", option="--out", given=out.suffix, choices=".docx")
    first, last = first_day(request.since or request.month), first_day(request.month)
    progress.step("mencocokkan pembayaran kedua pihak")
    with workspace.engine() as engine:
        files = _view_sides(engine, workspace, request)
        groups = engine.frame(sides_sql(first, last))
        alone = engine.frame(one_sided_sql(first, last))
    alone = alone.with_columns(
        berkas=pl.col("import_id").replace_strict(files, default=None, return_dtype=pl.String),
        nik=pl.col("nik").map_elements(mask_nik, return_dtype=pl.String, skip_nulls=False),
    )
    answers = read_answer(Path(request.answer)) if request.answer else {}
    result = Result(first, last, groups, alone, answers)
    written = _write(request, workspace, result) if out else ()
    result = Result(first, last, groups, alone, answers, written)
    told = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(request).items()}
    told |= {"out": out.name if out else None,
             "answer": Path(request.answer).name if request.answer else None}  # fmt: skip
    workspace.record_run(
        "reconcile", told, purpose=PURPOSE, recipient=request.theirs,
        rows={"groups": groups.height, "one_sided": alone.height}, files=list(written),
    )  # fmt: skip
    return result


def _view_sides(engine: DuckEngine, workspace: Workspace, request: Request) -> dict[str, str]:
    """Make ``ours`` and ``theirs`` readable; return the file names by import."""
    held = [
        i for i in imports.usable(imports.all_imports(workspace, request.known))
        if i.kind == "pembayaran"
    ]  # fmt: skip
    for side, sender in (("ours", request.ours), ("theirs", request.theirs)):
        mine = [i for i in held if i.sender.casefold() == sender.casefold()]
        if not mine:
            known = ", ".join(sorted({i.sender for i in held})) or "–"
            raise InputError("reconcile.no_side", sender=sender[:40], senders=known)
        paths = [workspace.root / "imports" / i.id / f"{PAYMENTS.name}.parquet" for i in mine]
        engine.view(side, *paths)
    return {i.id: i.file_name for i in held}


def _write(request: Request, workspace: Workspace, result: Result) -> tuple[str, ...]:
    """Write minutes and attachment, each whole or not at all."""
    assert request.out is not None
    out = Path(request.out)
    city = workspace_places(workspace).get(workspace.place)
    facts = MinutesFacts(
        place=city.nama if city else workspace.place, first=result.first, last=result.last,
        ours=request.ours, theirs=request.theirs, number=request.number,
        attachment=out.with_suffix(".xlsx").name,
    )  # fmt: skip
    make_folder(out.parent)
    with whole_file(out) as temporary:
        write_minutes(temporary, result.groups, result.one_sided, _told(result.answers), facts)
    with whole_file(out.with_suffix(".xlsx")) as temporary:
        write_attachment(temporary, result.groups, result.one_sided, facts, request.lang)
    return out.name, out.with_suffix(".xlsx").name


def _told(answers: dict[str, Answer]) -> Sequence[tuple[str, int, int, int, int, str]]:
    """Return the answers as rows: kode, sent, accepted, numbered, rejected, reasons."""
    return [
        (kode, a.sent, a.accepted, a.numbered, a.rejected.total(),
         "; ".join(f"{reason}: {n}" for reason, n in sorted(a.rejected.items())))
        for kode, a in answers.items()
    ]  # fmt: skip


def reconcile(
    workspace: Workspace, month: date, *, ours: str, theirs: str, since: date | None = None,
    answer: Path | str | None = None, out: Path | str | None = None, number: str = "",
    known: date | None = None, lang: Lang = "id", progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Compare our payments with the insurer's by kode iuran × programme × month.

    Args:
        workspace: Workspace with payment files of both sides.
        month: Any day of the month, the last one if several.
        ours: Sender of our payment files.
        theirs: Sender of the insurer's payment files.
        since: Any day of the first month.
        answer: File with the insurer's answer to names sent.
        out: ``.docx`` of the minutes (Berita Acara); the attachment stands beside it.
        number: Number of the minutes.
        known: Only files received by this day.
        lang: Language of the attachment.
        progress: Listener.

    Raises:
        InputError: ``reconcile.no_side``; ``reconcile.not_an_answer``.
    """
    request = Request(
        month, ours, theirs, since, str(answer) if answer else None, str(out) if out else None,
        number, known, lang,
    )  # fmt: skip
    return run(request, workspace, progress)
