"""``cakup gap --by employer``: one workbook per employer with its own workers, and who to ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.documents.employer_workbook import EmployerFacts, write_candidates, write_employer
from cakup.employers import compare
from cakup.employers.candidates import Candidate, candidates, may_count
from cakup.engines.files import make_folder, whole_file
from cakup.kernel.errors import InputError
from cakup.kernel.identifiers import mask_nik
from cakup.kernel.language import Lang
from cakup.kernel.parameters import read_tree
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.basis import Basis, prepare
from cakup.pipeline.gap import searched
from cakup.pipeline.places import workspace_places
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine

PURPOSE = "klarifikasi kepesertaan pekerja dengan pemberi kerja"
UMK_KEY = "employers.umk_rp_month"
_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Request:
    """Which employers to ask.

    Args:
        as_of: Day of the comparison.
        out: Folder for the workbooks, or ``NAME.xlsx`` of the overview.
        known: Only files and decisions received by this day.
        purpose: Why; stands in the record of exports.
        lang: Language of the workbooks.
    """

    as_of: date
    out: str
    known: date | None = None
    purpose: str = PURPOSE
    lang: Lang = "id"


@dataclass(frozen=True)
class EmployerFile:
    """One workbook: employer, file, people in each part without doubt (None = not counted)."""

    firm: str
    nama: str
    path: str
    not_found: int | None
    not_listed: int | None
    wages: int


@dataclass(frozen=True)
class Result:
    """What was written.

    Args:
        as_of: Day of the comparison.
        files: One workbook per employer that sent a list.
        index: The office's overview.
        candidates: Questions by kind and strength.
        left: People still active at a firm who are on another employer's list.
        umk: Minimum wage used, None if none is recorded.
    """

    as_of: date
    files: tuple[EmployerFile, ...]
    index: str
    candidates: dict[str, dict[str, int]]
    left: int
    umk: int | None


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Compare every employer's own list with the participant data and write the workbooks.

    Args:
        request: Which day, where to.
        workspace: Workspace; only read, but the export is recorded in it.
        progress: Listener.

    Raises:
        InputError: ``gap.no_participants``; ``gap.no_employers`` without any list of an employer
            and any list of employers.
    """
    umk, source = _umk(workspace, request)
    with workspace.engine() as engine:
        basis = prepare(engine, workspace, request.as_of, request.known, progress, regions=("ktp",))
        if not basis.has_participants:
            raise InputError("gap.no_participants", day=request.as_of.isoformat())
        progress.step("membandingkan daftar pemberi kerja")
        make_comparison(engine, basis, umk)
        parts = {name: engine.frame(f"FROM {name}") for name in ("not_found", "not_listed",
                                                                   "wages")}  # fmt: skip
        firms = engine.frame(compare.sums_sql())
    if not firms.filter((pl.col("n_listed") > 0) | pl.col("in_register")).height:
        raise InputError("gap.no_employers")
    facts = _facts(workspace, basis, umk, source)
    files = _write(request, firms, parts, facts, progress)
    return _finish(request, workspace, firms, parts, facts, files, basis)


def make_comparison(engine: DuckEngine, basis: Basis, umk: int | None = None) -> None:
    """Make the temp tables of ``employers.compare`` and ``not_found, not_listed, wages``.

    Args:
        engine: Engine in which ``basis.prepare`` was run.
        basis: What it prepared.
        umk: Minimum wage, whole rupiah per month.
    """
    days = [(i.id, i.as_of) for i in basis.imports]
    schema = {"import_id": pl.String, "as_of": pl.Date}
    engine.register("list_days", pl.DataFrame(days, schema=schema, orient="row"))
    for name, sql in (
        *compare.tables_sql(basis.as_of), ("not_found", compare.not_found_sql()),
        ("not_listed", compare.not_listed_sql(basis.as_of)), ("wages", compare.wages_sql(umk)),
    ):  # fmt: skip
        engine.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")


def _umk(workspace: Workspace, request: Request) -> tuple[int | None, str]:
    """Return the minimum wage that the office recorded, and its source."""
    held = read_tree(workspace.root / "parameters" / "employers", "employers")
    if UMK_KEY not in held or held[UMK_KEY].values[0].since > request.as_of:
        return None, ""
    value = held[UMK_KEY].at(request.as_of)
    doubt = "" if value.is_sure else "; belum dikonfirmasi"
    return int(str(value.value)), value.title + doubt


def _facts(workspace: Workspace, basis: Basis, umk: int | None, source: str) -> EmployerFacts:
    city = workspace_places(workspace).get(workspace.place)
    told = searched([i for i in basis.imports if i.kind == "peserta"])
    return EmployerFacts(city.nama if city else workspace.place, basis.as_of, told, umk, source)


def _write(
    request: Request, firms: pl.DataFrame, parts: Mapping[str, pl.DataFrame], facts: EmployerFacts,
    progress: Progress,
) -> list[EmployerFile]:  # fmt: skip
    """Write one workbook per employer that sent a list."""
    make_folder(_index(request).parent)
    asked = firms.filter(pl.col("n_listed") > 0).to_dicts()
    split = {
        name: {k[0]: v for k, v in rows.partition_by("firm", as_dict=True).items()}
        for name, rows in parts.items()
    }  # fmt: skip
    files = []
    for n, firm in enumerate(asked, start=1):
        progress.step("menulis berkas pemberi kerja", n, len(asked))
        mine = {
            name: _masked(split[name].get(firm["firm"], rows.clear())) for name, rows in
            parts.items()
        }  # fmt: skip
        counts = may_count(firm)
        name = firm["nama"] or firm["firm"]
        path = _index(request).with_name(f"{_index(request).stem}-{_slug(firm)}.xlsx")
        with whole_file(path) as temporary:
            write_employer(temporary, name, mine, replace(facts, may_count=counts), request.lang)
        files.append(
            EmployerFile(
                firm["firm"], name, str(path), firm["n_not_found"] if counts else None,
                firm["n_not_listed"] if counts else None, mine["wages"].height,
            )
        )  # fmt: skip
    return files


def _index(request: Request) -> Path:
    given = Path(request.out)
    return given if given.suffix.lower() == ".xlsx" else given / "pemberi-kerja.xlsx"


def _slug(firm: dict[str, Any]) -> str:
    """Return the part of a file name that says whose it is."""
    plain = _UNSAFE.sub("-", (firm["nama"] or "").lower()).strip("-")
    return "-".join(part for part in (firm["npp"], plain[:40]) if part) or "tanpa-nama"


def _masked(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.col("nik").map_elements(mask_nik, return_dtype=pl.String, skip_nulls=False)
    )


def _finish(
    request: Request, workspace: Workspace, firms: pl.DataFrame, parts: Mapping[str, pl.DataFrame],
    facts: EmployerFacts, files: list[EmployerFile], basis: Basis,
) -> Result:  # fmt: skip
    """Write the overview, record the export, return what was done."""
    found = [one for firm in firms.to_dicts() for one in candidates(firm)]
    names = dict(firms.select("firm", "nama").iter_rows())
    left = _masked(_left(parts["not_listed"])).with_columns(
        firm_name=pl.col("firm").replace(names), other_name=pl.col("other_firm").replace(names)
    )
    written = {f.firm: Path(f.path).name for f in files}
    with_files = firms.with_columns(
        berkas=pl.col("firm").replace_strict(written, default=None, return_dtype=pl.String)
    )
    with whole_file(_index(request)) as temporary:
        write_candidates(temporary, with_files, found, left, facts, request.lang)
    told = {**asdict(request), "as_of": request.as_of.isoformat(), "out": Path(request.out).name,
            "known": request.known.isoformat() if request.known else None}  # fmt: skip
    workspace.record_run(
        "gap-employer", told, purpose=request.purpose, tables=basis.versions,
        rows={name: rows.height for name, rows in parts.items()} | {"left": left.height},
        files=[Path(f.path).name for f in files],
    )  # fmt: skip
    return Result(
        request.as_of, tuple(files), str(_index(request)), _tally(found), left.height, facts.umk
    )


def _left(not_listed: pl.DataFrame) -> pl.DataFrame:
    """Return people without doubt who are on another employer's list."""
    return not_listed.filter((pl.col("reason") == "other_list") & pl.col("is_strong"))


def _tally(found: list[Candidate]) -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = {}
    for one in found:
        by_strength = told.setdefault(one.kind, {})
        by_strength[one.strength] = by_strength.get(one.strength, 0) + 1
    return told


def gap_by_employer(
    workspace: Workspace, out: Path | str, *, as_of: date, known: date | None = None,
    purpose: str = PURPOSE, lang: Lang = "id", progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Write one workbook per employer with its own workers, and the overview of whom to ask.

    Args:
        workspace: Workspace, linked and with its ledger.
        out: Folder, or ``NAME.xlsx`` of the overview.
        as_of: Day of the comparison.
        known: Only files and decisions received by this day.
        purpose: Why; stands in the record of exports.
        lang: Language of the workbooks.
        progress: Listener.

    Raises:
        InputError: ``gap.no_participants``; ``gap.no_employers``.
    """
    return run(Request(as_of, str(out), known, purpose, lang), workspace, progress)
