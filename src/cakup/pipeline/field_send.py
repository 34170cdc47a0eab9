"""``cakup field send``: one small list per kelurahan, or lingkungan, RW or RT, for those who visit.

Every list holds only its own area's people, with the NIK masked. Who is being visited or was met
lately is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from cakup.documents.field_workbook import Visit, write_visit
from cakup.documents.visit_order import visit_sorted
from cakup.engines.duckdb import DuckEngine
from cakup.engines.files import make_folder, whole_file
from cakup.kernel.errors import UsageError
from cakup.kernel.identifiers import mask_nik
from cakup.kernel.language import Lang, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import gap, sent
from cakup.pipeline.answers import latest_sql
from cakup.pipeline.basis import prepare
from cakup.pipeline.crosscheck_send import open_rows
from cakup.pipeline.gap_rows import REASONS
from cakup.pipeline.places import city_places, find_areas
from cakup.pipeline.workspace import Workspace
from cakup.places.registry import Places

PURPOSE = "verifikasi lapangan pekerja"
#: Axis → columns that make an area with the kelurahan, and the word before each in its name.
AXES: dict[str, tuple[tuple[str, str], ...]] = {
    "kelurahan": (),
    "lingkungan": (("lingkungan", ""),),
    "rw": (("rw", "RW "),),
    "rt": (("rw", "RW "), ("rt", "RT ")),
}
FRESH_DAYS = 180
PERIOD_DAYS = 30
NO_PART = Text("tanpa keterangan", "not stated")
_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Request:
    """Which lists to write, and on what terms.

    Args:
        out: Folder for the workbooks.
        as_of: Day for which the persons are chosen.
        basis: On what ground people are visited: letter of assignment, decree.
        by: ``kelurahan``, ``lingkungan``, ``rw`` or ``rt``.
        kelurahan: Codes or names; empty = all.
        reasons: Reasons of the work-list to visit for (``gap_rows.REASONS``); empty = all.
        purpose: Why.
        until: Day by which the lists are returned; None = 30 days after sending.
        fresh_days: Who was met so few days before ``as_of`` is not visited again.
        again: Also those who are being visited or were met lately.
        repeat: Number of an earlier field check whose lists are written once more, with the same
            references, for those who are still without cover.
        sent_on: Day of sending; None = today.
        lang: Language of the workbooks.
        wait_seconds: How long to wait for another writer.
    """

    out: str
    as_of: date
    basis: str
    by: str = "kelurahan"
    kelurahan: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    purpose: str = PURPOSE
    until: date | None = None
    fresh_days: int = FRESH_DAYS
    again: bool = False
    repeat: str | None = None
    sent_on: date | None = None
    lang: Lang = "id"
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class AreaFile:
    """One workbook: its file, code and name of its area, persons."""

    path: str
    kode: str
    nama: str
    persons: int


@dataclass(frozen=True)
class Result:
    """What was written.

    Args:
        code: Number of the field check, None if there was nobody to visit.
        files: Workbooks, by area.
        persons: Persons on them.
        without_area: Persons left out because no kelurahan is known.
        waiting: Persons left out because a list with them is still out.
        fresh: Persons left out because they were met lately.
        open_codes: Field checks with rows not returned yet.
    """

    code: str | None
    files: tuple[AreaFile, ...]
    persons: int
    without_area: int
    waiting: int
    fresh: int
    open_codes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        files = [{**asdict(f), "path": Path(f.path).name} for f in self.files]
        return {**asdict(self), "files": files}


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Write the lists of a field check, and record whom their numbers mean.

    Args:
        request: Which lists.
        workspace: Workspace, linked.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice``, ``field.no_basis``, ``crosscheck.unknown_code``.
        InputError: ``workspace.table_missing`` before the first ``cakup link``.
        ConflictError: ``workspace.busy``.
    """
    _check(request)
    with workspace.writing("field send", request.wait_seconds), workspace.engine() as engine:
        basis = prepare(engine, workspace, request.as_of, progress=progress, regions=("ktp",))
        rows = gap.uncovered(engine, basis, gap.Request(as_of=request.as_of, out=""))
        if request.repeat is not None:
            return _repeat(workspace, rows, request, progress)
        rows = rows.filter(pl.col("excluded").is_null())
        if request.reasons:
            rows = rows.filter(pl.col("alasan").is_in(request.reasons))
        places = city_places(workspace, request.as_of)
        wanted = find_areas(places, workspace.place, request.kelurahan)
        if wanted:
            rows = rows.filter(pl.col("kode").is_in([a.kode for a in wanted]))
        placed = rows.filter(pl.col("kode").is_not_null())
        asked, waiting, fresh = _not_met(engine, workspace, placed, request)
        still_open = tuple(sorted(open_rows(engine, workspace, "lapangan")))
        asked = sent.anchored(engine, workspace, visit_sorted(asked))
        told = (rows.height - placed.height, waiting, fresh, still_open)
        if asked.is_empty():
            return Result(None, (), 0, *told)
        code, files = _send(workspace, asked, places, request, progress)
    return Result(code, files, asked.height, *told)


def _check(request: Request) -> None:
    for option, given, choices in (
        ("--by", (request.by,), tuple(AXES)), ("--reasons", request.reasons, tuple(REASONS)),
    ):  # fmt: skip
        for one in given:
            if one not in choices:
                raise UsageError(
                    "usage.bad_choice", option=option, given=one[:20], choices=", ".join(choices)
                )
    if not request.basis.strip():
        raise UsageError("field.no_basis")


def _not_met(
    engine: DuckEngine, workspace: Workspace, persons: pl.DataFrame, request: Request
) -> tuple[pl.DataFrame, int, int]:
    """Leave out who is being visited or was met lately; return how many of each."""
    if request.again:
        return persons, 0, 0
    waiting = {
        person
        for rows in open_rows(engine, workspace, "lapangan").values()
        for person in rows.get_column("asked_person_id")
    }
    lately = request.as_of - timedelta(days=request.fresh_days)
    met = engine.frame(
        f"SELECT person_id FROM ({latest_sql(None, 'lapangan')})"
        f" WHERE as_of > DATE '{lately.isoformat()}' AND answer <> 'tidak_ditemui'"
    ).get_column("person_id")
    is_met = pl.col("person_id").is_in(met.implode())
    is_waiting = pl.col("person_id").is_in(sorted(waiting)) & ~is_met
    return (
        persons.filter(~is_met & ~is_waiting), persons.filter(is_waiting).height,
        persons.filter(is_met).height,
    )  # fmt: skip


def _send(
    workspace: Workspace, asked: pl.DataFrame, places: Places, request: Request, progress: Progress
) -> tuple[str, tuple[AreaFile, ...]]:
    """Record the field check, then write its lists: a number without a record means nobody.

    Killed between the two, ``repeat`` writes the lists of what is on record.
    """
    code = sent.next_code(workspace, "L")
    numbers = [sent.reference(workspace, code, n) for n in range(1, asked.height + 1)]
    asked = asked.with_columns(
        reference=pl.Series(numbers, dtype=pl.String), asked_person_id="person_id", area="kode"
    )  # fmt: skip
    on = request.sent_on or date.today()  # noqa: DTZ011 - the office's local day
    until = request.until or on + timedelta(days=PERIOD_DAYS)
    sent.record(
        workspace, code, asked,
        {
            "to": "lapangan", "as_of": request.as_of.isoformat(), "sent_on": on.isoformat(),
            "purpose": request.purpose, "basis": request.basis.strip(), "by": request.by,
            "until": until.isoformat(), "recipient": "petugas lapangan",
        },
    )  # fmt: skip
    city = places.get(workspace.place)
    visit = Visit(
        code, city.nama if city else workspace.place, "", request.as_of, request.purpose,
        request.basis.strip(), until,
    )  # fmt: skip
    return code, _write(workspace, asked, places, request, visit, progress)


def _repeat(
    workspace: Workspace, uncovered: pl.DataFrame, request: Request, progress: Progress
) -> Result:
    """Write the lists of an earlier field check once more, with the same references."""
    held = sent.all_sent(workspace, "lapangan")
    one = next((s for s in held if s.code == request.repeat), None)
    if one is None:
        raise UsageError("crosscheck.unknown_code", number=str(request.repeat)[:12])
    rows = sent.rows_of(workspace, one.code).join(
        uncovered, left_on="asked_person_id", right_on="person_id", how="inner", coalesce=False
    )
    places = city_places(workspace, one.as_of)
    city = places.get(workspace.place)
    visit = Visit(
        one.code, city.nama if city else workspace.place, "", one.as_of, one.facts["purpose"],
        one.facts["basis"], date.fromisoformat(one.facts["until"]),
    )  # fmt: skip
    again = replace(request, by=one.facts["by"])
    files = _write(workspace, visit_sorted(rows), places, again, visit, progress)
    return Result(one.code, files, rows.height, 0, 0, 0, ())


def _write(
    workspace: Workspace, asked: pl.DataFrame, places: Places, request: Request, visit: Visit,
    progress: Progress,
) -> tuple[AreaFile, ...]:  # fmt: skip
    """Write one workbook per area, each whole, and record that they went out."""
    code = visit.code
    folder = make_folder(Path(request.out))
    files = []
    asked = asked.with_columns(
        nik_masked=pl.Series([mask_nik(n) for n in asked["nik"]], dtype=pl.String)
    )
    parts = list(_areas(asked, places, request))
    for n, (kode, nama, rows) in enumerate(parts, start=1):
        progress.step("menulis daftar kunjungan", n, len(parts))
        slug = _UNSAFE.sub("-", nama.lower()).strip("-")
        path = folder / f"lapangan-{code}-{kode}-{slug}.xlsx"
        with whole_file(path) as temporary:
            write_visit(temporary, rows, replace(visit, area=nama), REASONS, request.lang)
        files.append(AreaFile(str(path), kode, nama, rows.height))
    _record_run(workspace, request, code, files)
    return tuple(files)


def _areas(
    rows: pl.DataFrame, places: Places, request: Request
) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Yield code, name and rows of every area, in the order of the walk."""
    parts = AXES[request.by]
    keys = ["kode", *(column for column, _ in parts)]
    for key, part in rows.partition_by(keys, as_dict=True, maintain_order=True).items():
        area = places.get(str(key[0]))
        named = [area.nama if area else str(key[0])]
        for (_, word), value in zip(parts, key[1:], strict=True):
            named.append(f"{word}{value}" if value else f"{word}{NO_PART(request.lang)}")
        yield str(key[0]), " ".join(named), part


def _record_run(
    workspace: Workspace, request: Request, code: str, files: Sequence[AreaFile]
) -> None:
    workspace.record_run(
        "field_send", {"code": code, "by": request.by}, purpose=request.purpose,
        basis=request.basis.strip(), recipient="petugas lapangan",
        rows={"persons": sum(f.persons for f in files)},
        files={Path(f.path).name: f.persons for f in files},
    )  # fmt: skip


def field_send(
    workspace: Workspace, out: Path | str, *, as_of: date, basis: str, by: str = "kelurahan",
    kelurahan: Sequence[str] = (), reasons: Sequence[str] = (), purpose: str = PURPOSE,
    until: date | None = None, again: bool = False, sent_on: date | None = None, lang: Lang = "id",
    progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Write the lists of a field check, one per area.

    Args:
        workspace: Workspace, linked.
        out: Folder for the workbooks.
        as_of: Day for which the persons are chosen.
        basis: On what ground people are visited.
        by: ``kelurahan``, ``lingkungan``, ``rw`` or ``rt``.
        kelurahan: Codes or names; empty = all.
        reasons: Reasons of the work-list to visit for; empty = all.
        purpose: Why.
        until: Day by which the lists are returned; None = 30 days after sending.
        again: Also those who are being visited or were met lately.
        sent_on: Day of sending; None = today.
        lang: Language of the workbooks.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice``, ``field.no_basis``.
        InputError: ``workspace.table_missing`` before the first ``link``.
    """
    request = Request(
        str(out), as_of, basis, by, tuple(kelurahan), tuple(reasons), purpose, until, again=again,
        sent_on=sent_on, lang=lang,
    )  # fmt: skip
    return run(request, workspace, progress)
