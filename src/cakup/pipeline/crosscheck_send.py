"""``cakup crosscheck send``: ask the insurer, the civil registry or the social office about people.

The list is as small as the question allows: one row per person, the elements agreed on, purpose,
basis and period. Who was answered lately or is still being asked is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from cakup.documents.crosscheck_workbook import (
    ELEMENTS,
    RECIPIENTS,
    USUAL_ELEMENTS,
    Question,
    write_question,
)
from cakup.engines.duckdb import DuckEngine
from cakup.engines.files import make_folder, whole_file
from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.language import Lang
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import gap, sent
from cakup.pipeline.answers import latest_sql
from cakup.pipeline.basis import Basis, prepare
from cakup.pipeline.places import city_places, find_areas
from cakup.pipeline.workspace import Workspace

PURPOSE = "verifikasi kepesertaan dan keadaan pekerja"
WHO = ("uncovered", "all")
FRESH_DAYS = 90
PERIOD_DAYS = 30


@dataclass(frozen=True)
class Request:
    """Whom to ask about, and on what terms.

    Args:
        to: ``bpjs``, ``dukcapil`` or ``dinsos``.
        out: Workbook to write, ``.xlsx``.
        as_of: Day for which the persons are chosen.
        basis: On what ground the data go out: agreement, decree or letter with its number.
        purpose: Why.
        elements: Elements sent; empty = the smallest usual set. NIK is always one of them.
        until: Day by which both sides delete the file; None = 30 days after sending.
        who: ``uncovered`` (known workers without known cover) or ``all`` known workers.
        kelurahan: Codes or names; empty = all.
        fresh_days: Who was answered about a day so few days before ``as_of`` is not asked again.
        again: Ask also those who are being asked or were answered lately.
        repeat: Code of an earlier sending to write once more, instead of a new one.
        sent_on: Day of sending; None = today.
        lang: Language of the workbook.
        wait_seconds: How long to wait for another writer.
    """

    to: str
    out: str
    as_of: date | None = None
    basis: str = ""
    purpose: str = PURPOSE
    elements: tuple[str, ...] = ()
    until: date | None = None
    who: str = "uncovered"
    kelurahan: tuple[str, ...] = ()
    fresh_days: int = FRESH_DAYS
    again: bool = False
    repeat: str | None = None
    sent_on: date | None = None
    lang: Lang = "id"
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What was sent.

    Args:
        code: Number of the sending, None if there was nobody to ask about.
        out: The workbook, None if there was nobody.
        persons: Rows in it.
        objections: Rows that carry an appeal.
        without_nik: Persons left out because no valid NIK is known.
        waiting: Persons left out because an earlier question about them is open.
        fresh: Persons left out because they were answered lately.
        open_codes: Sendings to the same office with rows not answered yet.
    """

    code: str | None
    out: str | None
    persons: int
    objections: int
    without_nik: int
    waiting: int
    fresh: int
    open_codes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return asdict(self)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Write the list that another office answers, and record to whom it goes and why.

    Args:
        request: Whom to ask about.
        workspace: Workspace, linked.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice``, ``crosscheck.no_basis``, ``crosscheck.unknown_code``.
        InputError: ``workspace.table_missing`` before the first ``cakup link``.
        ConflictError: ``workspace.busy``.
    """
    _check(request)
    with workspace.writing("crosscheck send", request.wait_seconds), workspace.engine() as engine:
        if request.repeat is not None:
            return _repeat(request, workspace, engine, progress)
        assert request.as_of is not None
        basis = prepare(engine, workspace, request.as_of, progress=progress, regions=("ktp",))
        chosen = _chosen(engine, workspace, basis, request)
        with_nik = chosen.filter(pl.col("nik").is_not_null())
        asked, waiting, fresh = _not_asked_yet(engine, workspace, with_nik, request)
        told: dict[str, Any] = {
            "without_nik": chosen.height - with_nik.height, "waiting": waiting, "fresh": fresh,
            "open_codes": tuple(sorted(open_rows(engine, workspace, request.to))),
        }  # fmt: skip
        rows = sent.anchored(engine, workspace, asked)
        if rows.is_empty():
            return Result(None, None, 0, 0, **told)
        code = sent.next_code(workspace, "P")
        rows = _numbered(workspace, code, rows)
        _write(workspace, code, rows, _terms(request), request.out, request.lang)
        objections = rows.height - rows.get_column("objection").null_count()
        return Result(code, request.out, rows.height, objections, **told)


def open_rows(engine: DuckEngine, workspace: Workspace, to: str) -> dict[str, pl.DataFrame]:
    """Return the rows of each sending to an office that wait for an answer.

    Args:
        engine: Engine with the table ``answers`` in view.
        workspace: Workspace.
        to: The office, or ``lapangan``.
    """
    answered = engine.frame(f"SELECT DISTINCT reference FROM answers WHERE asked = '{to}'")
    found = {}
    for one in sent.all_sent(workspace, to):
        rows = sent.rows_of(workspace, one.code).join(answered, on="reference", how="anti")
        if rows.height:
            found[one.code] = rows
    return found


def _check(request: Request) -> None:
    _choose("--to", request.to, tuple(RECIPIENTS))
    _choose("--who", request.who, WHO)
    for element in request.elements:
        _choose("--elements", element, tuple(ELEMENTS))
    if Path(request.out).suffix.lower() != ".xlsx":
        raise UsageError(
            "usage.bad_choice", option="--out", given=Path(request.out).suffix, choices=".xlsx"
        )
    if request.repeat is not None:
        return
    if request.as_of is None:
        raise UsageError("usage.missing", option="--as-of")
    if not request.basis.strip():
        raise UsageError("crosscheck.no_basis")


def _choose(option: str, given: str, choices: Sequence[str]) -> None:
    if given not in choices:
        raise UsageError(
            "usage.bad_choice", option=option, given=given[:20], choices=", ".join(choices)
        )


def _chosen(
    engine: DuckEngine, workspace: Workspace, basis: Basis, request: Request
) -> pl.DataFrame:
    """Return the persons asked for: ``person_id, kode, nik, nama, …, objection``."""
    columns = "p.person_id, p.nik, p.nama, p.tanggal_lahir, p.jenis_kelamin"
    objecting = "SELECT person_id FROM appeals WHERE state = 'diajukan'"
    if request.who == "all":
        of = (
            "SELECT person_id, kode_wilayah_ktp AS kode FROM people WHERE is_worker AND"
            f" (kode_wilayah_ktp IS NULL OR kode_wilayah_ktp = '{basis.place}'"
            f" OR kode_wilayah_ktp LIKE '{basis.place}.%')"
        )
    else:
        rows = gap.uncovered(engine, basis, gap.Request(as_of=basis.as_of, out=""))
        kept = rows.filter(pl.col("excluded").is_null()).select("person_id", "kode")
        engine.register("wanted_persons", kept)
        of = "SELECT person_id, kode FROM wanted_persons"
    if request.to == "bpjs":
        own = f"FROM people WHERE person_id IN ({objecting})"
        of += f" UNION SELECT person_id, kode_wilayah_ktp {own}"
    found = engine.frame(f"""
        SELECT {columns}, min(w.kode) AS kode,
          bool_or(p.person_id IN ({objecting})) AS is_objecting
        FROM ({of}) w JOIN persons p USING (person_id) GROUP BY ALL ORDER BY kode, p.person_id""")
    areas = find_areas(city_places(workspace, basis.as_of), workspace.place, request.kelurahan)
    if areas:
        found = found.filter(pl.col("kode").is_in([a.kode for a in areas]))
    words = "disanggah: menurut pekerja tidak lagi bekerja pada pemberi kerja yang melaporkan"
    return found.with_columns(
        objection=pl.when(pl.col("is_objecting") & (request.to == "bpjs")).then(pl.lit(words))
    )


def _not_asked_yet(
    engine: DuckEngine, workspace: Workspace, persons: pl.DataFrame, request: Request
) -> tuple[pl.DataFrame, int, int]:
    """Leave out who is being asked about or was answered lately; return how many of each."""
    if request.again or persons.is_empty():
        return persons, 0, 0
    assert request.as_of is not None
    objecting = persons.filter(pl.col("objection").is_not_null())
    others = persons.filter(pl.col("objection").is_null())
    waiting = {
        person
        for rows in open_rows(engine, workspace, request.to).values()
        for person in rows.get_column("asked_person_id")
    }
    lately = request.as_of - timedelta(days=request.fresh_days)
    fresh = engine.frame(
        f"SELECT person_id FROM ({latest_sql(None, request.to)})"
        f" WHERE as_of > DATE '{lately.isoformat()}'"
    ).get_column("person_id")
    is_fresh = pl.col("person_id").is_in(fresh.implode())
    is_waiting = pl.col("person_id").is_in(sorted(waiting)) & ~is_fresh
    return (
        pl.concat([objecting, others.filter(~is_fresh & ~is_waiting)]),
        others.filter(is_waiting).height, others.filter(is_fresh).height,
    )  # fmt: skip


def _numbered(workspace: Workspace, code: str, rows: pl.DataFrame) -> pl.DataFrame:
    numbers = [sent.reference(workspace, code, n) for n in range(1, rows.height + 1)]
    return rows.with_columns(
        reference=pl.Series(numbers, dtype=pl.String), asked_person_id="person_id", area="kode"
    )


def _terms(request: Request) -> dict[str, Any]:
    """Return what was agreed, as it stands in the record."""
    on = request.sent_on or date.today()  # noqa: DTZ011 - the office's local day
    until = request.until or on + timedelta(days=PERIOD_DAYS)
    elements = tuple(e for e in ELEMENTS if e in (request.elements or USUAL_ELEMENTS[request.to]))
    assert request.as_of is not None
    return {
        "to": request.to, "as_of": request.as_of.isoformat(), "sent_on": on.isoformat(),
        "purpose": request.purpose, "basis": request.basis.strip(), "until": until.isoformat(),
        "recipient": RECIPIENTS[request.to].id,
        "elements": ["nik", *(e for e in elements if e != "nik")], "who": request.who,
    }  # fmt: skip


def _write(
    workspace: Workspace, code: str, rows: pl.DataFrame, terms: dict[str, Any], out: str,
    lang: Lang, *, is_new: bool = True,
) -> None:  # fmt: skip
    """Write the workbook, but let it appear only when it is on record whom its numbers mean."""
    path = Path(out)
    make_folder(path.parent)
    city = city_places(workspace, date.fromisoformat(terms["as_of"])).get(workspace.place)
    question = Question(
        code, terms["to"], city.nama if city else workspace.place,
        date.fromisoformat(terms["as_of"]), terms["purpose"], terms["basis"],
        date.fromisoformat(terms["until"]), tuple(terms["elements"]),
    )  # fmt: skip
    with whole_file(path) as temporary:
        write_question(temporary, rows, question, lang)
        if is_new:
            sent.record(workspace, code, rows, terms)
    workspace.record_run(
        "crosscheck_send", {"to": terms["to"], "code": code, "file": path.name},
        purpose=terms["purpose"], basis=terms["basis"], recipient=terms["recipient"],
        elements=terms["elements"], until=terms["until"], rows={"persons": rows.height},
        is_repeated=not is_new,
    )  # fmt: skip


def _repeat(
    request: Request, workspace: Workspace, engine: DuckEngine, progress: Progress
) -> Result:
    """Write an earlier list once more: the same numbers, the persons as they are known now."""
    one = next(
        (s for s in sent.all_sent(workspace, request.to) if s.code == request.repeat), None
    )  # fmt: skip
    if one is None:
        raise UsageError("crosscheck.unknown_code", number=str(request.repeat)[:12])
    prepare(engine, workspace, one.as_of, progress=progress, regions=("ktp",))
    engine.register("sent_rows", sent.rows_of(workspace, one.code))
    rows = engine.frame("""
        SELECT s.*, p.nik, p.nama, p.tanggal_lahir, p.jenis_kelamin, NULL::VARCHAR AS objection
        FROM sent_rows s LEFT JOIN memberships m ON m.record_id = s.anchor_record_id
        JOIN persons p ON p.person_id = coalesce(m.person_id, s.asked_person_id)
        ORDER BY s.reference""")
    if rows.is_empty():
        raise InputError("crosscheck.nobody_left", number=one.code)
    terms = {
        **one.facts, "to": one.to, "as_of": one.as_of.isoformat(),
        "sent_on": one.sent_on.isoformat(),
    }  # fmt: skip
    _write(workspace, one.code, rows, terms, request.out, request.lang, is_new=False)
    return Result(one.code, request.out, rows.height, 0, 0, 0, 0, ())


def crosscheck_send(
    workspace: Workspace, out: Path | str, *, to: str, as_of: date, basis: str,
    purpose: str = PURPOSE, elements: Sequence[str] = (), until: date | None = None,
    who: str = "uncovered", kelurahan: Sequence[str] = (), again: bool = False,
    sent_on: date | None = None, lang: Lang = "id", progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Write the smallest list with which another office can answer about known workers.

    Args:
        workspace: Workspace, linked.
        out: Workbook to write, ``.xlsx``.
        to: ``bpjs``, ``dukcapil`` or ``dinsos``.
        as_of: Day for which the persons are chosen.
        basis: On what ground the data go out.
        purpose: Why.
        elements: Elements sent; empty = the smallest usual set.
        until: Day by which both sides delete the file; None = 30 days after sending.
        who: ``uncovered`` or ``all`` known workers.
        kelurahan: Codes or names; empty = all.
        again: Ask also those who are being asked or were answered lately.
        sent_on: Day of sending; None = today.
        lang: Language of the workbook.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice``, ``crosscheck.no_basis``.
        InputError: ``workspace.table_missing`` before the first ``link``.
    """
    request = Request(
        to=to, out=str(out), as_of=as_of, basis=basis, purpose=purpose, elements=tuple(elements),
        until=until, who=who, kelurahan=tuple(kelurahan), again=again, sent_on=sent_on, lang=lang,
    )  # fmt: skip
    return run(request, workspace, progress)
