"""What was sent out to be answered: to whom, why, on what ground, and whom each number means.

``sent/<code>/`` holds ``manifest.json`` (recipient, purpose, basis, elements, period, rows) and
``rows.parquet``: the reference of every row, the person's id, and the row of a list that stood for
him (id and fingerprint). No name and no NIK is kept: the file itself stays with its recipient.
The manifest is written last: without it nothing was sent.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.engines.files import make_folder, read_json, whole_file, write_json
from cakup.kernel.schemas import PERSON_KINDS
from cakup.pipeline.fingerprints import FIELDS, fingerprints
from cakup.pipeline.imports import all_imports, usable, view_rows
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine

FOLDER = "sent"
SCHEMA = dict.fromkeys(
    ("reference", "asked_person_id", "anchor_record_id", "anchor_fingerprint", "area"), pl.String
)
_REFERENCE = re.compile(r"([PL]\d{4,})-(\d{5,})-([0-9A-F]{3})")
_CHECK_DIGITS = 3


@dataclass(frozen=True)
class Sent:
    """One file that was sent, or one set of files of a field check.

    Args:
        code: ``P0001`` (cross-check) or ``L0001`` (field check).
        to: ``bpjs``, ``dukcapil``, ``dinsos`` or ``lapangan``.
        as_of: Day for which persons were chosen.
        sent_on: Day of sending.
        facts: Everything else of its manifest.
    """

    code: str
    to: str
    as_of: date
    sent_on: date
    facts: dict[str, Any]


def all_sent(workspace: Workspace, to: str | None = None) -> list[Sent]:
    """Return what was sent, in order."""
    found = []
    for path in sorted((workspace.root / FOLDER).glob("*/manifest.json")):
        facts = read_json(path)
        one = Sent(
            path.parent.name, facts.pop("to"), date.fromisoformat(facts.pop("as_of")),
            date.fromisoformat(facts.pop("sent_on")), facts,
        )  # fmt: skip
        if to in (None, one.to):
            found.append(one)
    return found


def rows_of(workspace: Workspace, code: str) -> pl.DataFrame:
    """Return whom the references of a sending mean: columns of ``SCHEMA``."""
    return pl.read_parquet(workspace.root / FOLDER / code / "rows.parquet")


def next_code(workspace: Workspace, letter: str) -> str:
    """Return the next number of a kind of sending; call it while holding the writer's lock."""
    held = [one.code for one in all_sent(workspace) if one.code.startswith(letter)]
    return f"{letter}{1 + max((int(code[1:]) for code in held), default=0):04d}"


def record(workspace: Workspace, code: str, rows: pl.DataFrame, facts: dict[str, Any]) -> None:
    """Record a sending, whole or not at all.

    Args:
        workspace: Workspace, locked for writing.
        code: Its code.
        rows: Columns of ``SCHEMA``.
        facts: ``to, as_of, sent_on`` and what was agreed: purpose, basis, recipient, elements, …
    """
    folder = workspace.root / FOLDER / code
    if folder.exists():  # left by a run that died before its manifest
        shutil.rmtree(folder)
    make_folder(folder)
    with whole_file(folder / "rows.parquet") as temporary:
        rows.select(list(SCHEMA)).write_parquet(temporary)
    write_json(folder / "manifest.json", {**facts, "rows": rows.height})


def reference(workspace: Workspace, code: str, number: int) -> str:
    """Return the reference of a row: code, number, and digits that catch slips of the pen."""
    plain = f"{code}-{number:05d}"
    return f"{plain}-{_check(workspace, plain)}"


def read_reference(workspace: Workspace, text: str) -> tuple[str, str] | None:
    """Return the code and the exact reference that a cell holds, None if it is none of ours."""
    found = _REFERENCE.fullmatch(re.sub(r"\s", "", text).upper().replace("–", "-"))
    if found is None or _check(workspace, f"{found[1]}-{found[2]}") != found[3]:
        return None
    return found[1], found[0]


def anchored(engine: DuckEngine, workspace: Workspace, persons: pl.DataFrame) -> pl.DataFrame:
    """Return the persons with the row that stands for each: the oldest of a list of workers.

    Args:
        engine: Engine with the views ``records`` and ``memberships`` of the day.
        workspace: Workspace.
        persons: Has the column ``person_id``; its order stays.
    """
    engine.register("to_anchor", persons.select("person_id"))
    kinds = ", ".join(f"'{kind}'" for kind in PERSON_KINDS)
    rows = engine.frame(f"""
        WITH chosen AS (
          SELECT m.person_id,
            arg_min(r.record_id, (r.kind <> 'daftar_pekerja', r.record_id)) AS record_id
          FROM to_anchor t JOIN memberships m USING (person_id)
          JOIN records r ON r.record_id = m.record_id AND r.kind IN ({kinds})
          GROUP BY m.person_id)
        SELECT c.person_id, c.record_id, {", ".join(f"r.{f}" for f in FIELDS)}
        FROM chosen c JOIN records r ON r.record_id = c.record_id ORDER BY c.person_id""")
    engine.drop("to_anchor")
    prints = fingerprints(rows, workspace.key)
    held = rows.select(
        "person_id", anchor_record_id="record_id", anchor_fingerprint=prints
    )  # fmt: skip
    return persons.join(held, on="person_id", how="inner", maintain_order="left")


def view_all(engine: DuckEngine, workspace: Workspace) -> None:
    """Make ``records`` of all usable lists and ``memberships`` readable, for ``anchored``."""
    lists = [i for i in usable(all_imports(workspace)) if i.kind in PERSON_KINDS]
    view_rows(engine, workspace, lists)
    workspace.store().view(engine, "memberships")


def _check(workspace: Workspace, plain: str) -> str:
    return workspace.keyed_hash(f"reference:{plain}")[:_CHECK_DIGITS].upper()
