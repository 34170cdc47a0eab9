"""Whom a word on the command line means: a person, a record, or a row of a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from cakup.kernel.errors import InputError
from cakup.kernel.schemas import PERSON_KINDS, RETURN_KINDS
from cakup.pipeline.imports import Import, all_imports, table_of
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.store import Store

LEAST_DIGITS = 6
USED = ("accepted", "noted")
_ROW = re.compile(r"(?P<file>.+?)(?::(?P<sheet>[^:]*))?:(?P<row>[0-9]+)")
_DIGITS = re.compile(rf"[0-9a-f]{{{LEAST_DIGITS},}}")


@dataclass(frozen=True)
class Fate:
    """What became of a row of a file.

    Args:
        import_id: Import of the file.
        file_name: File.
        sheet: Sheet.
        sheet_row: Row number in Excel or the text editor.
        outcome: ``accepted``, ``noted``, ``returned``, ``blank``, or ``withdrawn`` (the whole
            import was), ``not_linked`` (imported after the last ``cakup link``).
        reasons: Reason codes of the row.
    """

    import_id: str
    file_name: str
    sheet: str
    sheet_row: int
    outcome: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """What was meant.

    Args:
        person_id: The person; None if the row belongs to nobody.
        fate: The row, if a row of a file was meant.
    """

    person_id: str | None
    fate: Fate | None = None


def find(target: str, workspace: Workspace, store: Store) -> Target:
    """Return the person or row that a text means.

    Args:
        target: Person id or its beginning, record id, ``FILE:SHEET:ROW`` or ``FILE:ROW``.
        workspace: Workspace.
        store: Pinned tables.

    Raises:
        InputError: ``explain.not_found``; ``explain.ambiguous``.
    """
    members = pl.scan_parquet(store.path("memberships")).select("record_id", "person_id")
    by_record = members.filter(pl.col("record_id") == target).collect()
    if by_record.height:
        return Target(by_record["person_id"][0])
    place = _ROW.fullmatch(target)
    if place:
        return _row_of_file(place, workspace, members)
    return Target(_person(target, store))


def _person(target: str, store: Store) -> str:
    """Return the id of which a text is the beginning; older ids count too."""
    known = pl.scan_parquet(store.path("person_ids")).select("person_id")
    if not _DIGITS.fullmatch(target):
        raise InputError("explain.not_found", target=_harmless(target))
    found = known.filter(pl.col("person_id").str.starts_with(target)).unique().collect()
    if found.is_empty():
        raise InputError("explain.not_found", target=_harmless(target))
    if found.height > 1:
        raise InputError("explain.ambiguous", target=_harmless(target), count=found.height)
    return str(found["person_id"][0])


def _harmless(target: str) -> str:
    """Return what was asked for, unless it may be a NIK or a name, which no message may hold."""
    is_id = _DIGITS.fullmatch(target) and not target.isdigit()
    is_record = re.fullmatch(r"[0-9a-f]{16}\.[0-9]+\.[0-9]+", target)
    return target if is_id or is_record else "…"


def _row_of_file(place: re.Match[str], workspace: Workspace, members: pl.LazyFrame) -> Target:
    """Return the person of a row, else what became of the row."""
    file_name, sheet, number = place["file"], place["sheet"], int(place["row"])
    imports = [i for i in all_imports(workspace) if i.file_name == file_name]
    fates = [f for one in imports for f in _fates(workspace, one, sheet, number)]
    if not fates:
        raise InputError("explain.not_found", target=f"{file_name}:{number}")
    if len({f.sheet for f in fates}) > 1:
        raise InputError("explain.ambiguous", target=f"{file_name}:{number}", count=len(fates))
    # The same file name may have come several times; the latest data answers.
    fate = fates[-1]
    one = next(i for i in imports if i.id == fate.import_id)
    person = _person_of(fate, one, workspace, members)
    if person is None and fate.outcome in USED and one.kind in (*PERSON_KINDS, *RETURN_KINDS):
        fate = replace(fate, outcome="not_linked")
    return Target(person, fate)


def _fates(workspace: Workspace, one: Import, sheet: str | None, number: int) -> list[Fate]:
    """Return what became of a row number in one import, on the sheet named or on all."""
    path = workspace.root / "imports" / one.id / "rows.parquet"
    rows = pl.scan_parquet(path).filter(pl.col("sheet_row") == number)
    if sheet:
        rows = rows.filter(pl.col("sheet") == sheet)
    return [
        Fate(
            one.id, one.file_name, row["sheet"], number,
            "withdrawn" if one.withdrawn_on else row["outcome"],
            tuple(code for code in (row["reasons"] or "").split(",") if code),
        )
        for row in rows.sort("sheet").collect().iter_rows(named=True)
    ]  # fmt: skip


def _person_of(fate: Fate, one: Import, workspace: Workspace, members: pl.LazyFrame) -> str | None:
    """Return the person to whom a row belongs: its own, or by participant number for payments."""
    table = table_of(one.kind).name
    if fate.outcome not in USED or table in ("employers", "projects"):
        return None
    path = workspace.root / "imports" / one.id / f"{table}.parquet"
    here = pl.scan_parquet(path).filter(
        (pl.col("sheet") == fate.sheet) & (pl.col("sheet_row") == fate.sheet_row)
    )
    if table == "records":
        found = members.join(here.select("record_id"), on="record_id", how="semi").collect()
    else:
        links = pl.scan_parquet(workspace.store().path("links")).select("kpj", "person_id")
        found = links.join(here.select("kpj").drop_nulls(), on="kpj", how="semi").collect()
    # A participant number of two persons says nothing about whose payment it is.
    return str(found["person_id"][0]) if found["person_id"].n_unique() == 1 else None
