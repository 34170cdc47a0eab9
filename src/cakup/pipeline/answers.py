"""Answers that came back are put on the persons who were asked about.

A row that comes back carries only its reference and what was answered; who was meant stands in the
record of what was sent: the row of a list (its id and fingerprint) that stood for the person, and
his id then. So an answer never makes a person, never votes on his name or NIK, and taking it out
again leaves everything as it was. It belongs to the row that was sent; if that is gone, to another
row with the same fingerprint; else to the person as he is called now; else to nobody, and is
listed as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from cakup.kernel.schemas import ANSWERS, APPEALS, PERSON_CHANGES, RETURN_KINDS
from cakup.pipeline.decisions import Decision
from cakup.pipeline.imports import Import, view_rows
from cakup.pipeline.person_ids import aliases
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.store import Store
    from cakup.kernel.ports import SqlEngine

#: Columns of ``imports/<id>/answers.parquet`` beside those of the table: who was meant.
ANCHOR = ("anchor_record_id", "anchor_fingerprint", "asked_person_id")
_TYPES = {"VARCHAR": pl.String, "DATE": pl.Date, "BIGINT": pl.Int64, "BOOLEAN": pl.Boolean}
#: Schema of ``answers.parquet``.
ANSWER_TYPES = {
    **{c.name: _TYPES[c.type] for c in ANSWERS.columns if c.name != "person_id"},
    **dict.fromkeys(ANCHOR, pl.String),
}
EVIDENCE = '{"pass": "rujukan"}'


def attach(
    engine: SqlEngine, workspace: Workspace, imports: Sequence[Import], log: Sequence[Decision]
) -> None:
    """Put answers and appeals on persons; call it when persons have their ids.

    Makes the temp tables ``made_answers`` and ``made_appeals`` and adds the rows that answers state
    to ``records``, ``r_clusters``, ``r_links`` and ``record_marks``.

    Args:
        engine: Engine in which records were linked and ids assigned.
        workspace: Workspace.
        imports: All usable imports about persons, answers among them.
        log: Decisions, for the appeals.
    """
    returns = [i for i in imports if i.kind in RETURN_KINDS]
    _tell_aliases(engine)
    if returns:
        engine.view("told_answers", *(answers_file(workspace, i) for i in returns))
    else:
        empty = pl.DataFrame(schema=ANSWER_TYPES)
        engine.register("told_answers", empty)
    _anchor(engine, "anchored", "told_answers")
    engine.run("""
        CREATE OR REPLACE TEMP TABLE made_answers AS
        SELECT t.*, a.person_id FROM told_answers t LEFT JOIN anchored a USING (record_id)""")
    if returns:
        view_rows(engine, workspace, imports)
        _add_rows(engine)
    _attach_appeals(engine, log)


def answers_file(workspace: Workspace, one: Import) -> Path:
    """Return the file with the answers of an import."""
    return workspace.root / "imports" / one.id / "answers.parquet"


def view_answers(engine: SqlEngine, store: Store) -> None:
    """Make the tables ``answers`` and ``appeals`` readable; empty before the first link."""
    for table in (ANSWERS, APPEALS):
        if store.has(table.name):
            engine.view(table.name, store.path(table.name))
        else:
            columns = ", ".join(f"{c.name} {c.type}" for c in table.columns)
            engine.run(f"CREATE OR REPLACE TEMP TABLE {table.name} ({columns})")


def latest_sql(day: date | None, asked: str) -> str:
    """Return SQL of the latest answer of every person and scope by a day.

    An insurer's branch that finds nothing does not undo what another found: scopes stand apart, and
    of two the one that found somebody speaks first.

    Args:
        day: Only answers about this day or earlier; None = all.
        asked: ``bpjs``, ``dukcapil``, ``dinsos`` or ``lapangan``.
    """
    until = f"AND as_of <= DATE '{day.isoformat()}'" if day else ""
    found = "(answer NOT IN ('tidak_ditemukan', 'belum_pernah'))"
    return f"""
SELECT * FROM (
  SELECT * FROM answers WHERE person_id IS NOT NULL AND asked = '{asked}' {until}
  QUALIFY row_number() OVER (
    PARTITION BY person_id, lower(scope)
    ORDER BY as_of DESC, turn DESC, {found} DESC, record_id) = 1
) QUALIFY row_number() OVER (
  PARTITION BY person_id ORDER BY {found} DESC, as_of DESC, turn DESC, record_id) = 1"""


def _tell_aliases(engine: SqlEngine) -> None:
    """Make ``answer_aliases(old_id, person_id)``: how persons of earlier runs are called now."""
    columns = ", ".join(PERSON_CHANGES.names)
    changes = engine.frame(
        f"SELECT {columns} FROM before_changes UNION ALL SELECT {columns} FROM new_changes"
    )
    rows = sorted(aliases(changes).items())
    schema = {"old_id": pl.String, "person_id": pl.String}
    engine.register("answer_aliases", pl.DataFrame(rows, schema=schema, orient="row"))


def _anchor(engine: SqlEngine, name: str, told: str) -> None:
    """Make ``name(record_id, cluster_id, person_id)``: on whom is put what is anchored in ``told``.

    Most runs have nothing to put on anybody; they need not look at all persons for it.
    """
    sql = "SELECT NULL::VARCHAR AS record_id, NULL::VARCHAR AS cluster_id WHERE false"
    if engine.value(f"SELECT count(*) FROM {told}"):
        sql = _anchored_sql(told)
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE {name} AS
        SELECT a.record_id, a.cluster_id, p.person_id
        FROM ({sql}) a LEFT JOIN cluster_persons p ON p.cluster_id = a.cluster_id""")


def _anchored_sql(told: str) -> str:
    """Return SQL of ``record_id, cluster_id`` of what is anchored in ``told``."""
    return f"""
WITH by_row AS (
  SELECT t.record_id, c.cluster_id FROM {told} t
  JOIN record_marks m ON m.record_id = t.anchor_record_id
    AND m.fingerprint = t.anchor_fingerprint
  JOIN r_clusters c ON c.record_id = m.record_id
), by_print AS (
  SELECT t.record_id, arg_min(c.cluster_id, m.age) AS cluster_id FROM {told} t
  JOIN record_marks m ON m.fingerprint = t.anchor_fingerprint
  JOIN r_clusters c ON c.record_id = m.record_id GROUP BY t.record_id
), by_person AS (
  SELECT t.record_id, min(p.cluster_id) AS cluster_id FROM {told} t
  LEFT JOIN answer_aliases a ON a.old_id = t.asked_person_id
  JOIN cluster_persons p ON p.person_id = coalesce(a.person_id, t.asked_person_id)
  GROUP BY t.record_id
)
SELECT t.record_id, coalesce(r.cluster_id, f.cluster_id, p.cluster_id) AS cluster_id
FROM {told} t LEFT JOIN by_row r USING (record_id) LEFT JOIN by_print f USING (record_id)
LEFT JOIN by_person p USING (record_id)
WHERE coalesce(r.cluster_id, f.cluster_id, p.cluster_id) IS NOT NULL"""


def _add_rows(engine: SqlEngine) -> None:
    """Add what answers state of persons to the tables of linkage; names and NIKs are left blank.

    Of two visits, or two answers of one registry, about a person the later one speaks. All of the
    insurer's do: each holds for its own days, which the ledger works out.
    """
    stated = """
      SELECT r.record_id, r.kind, r.kpj, r.sheet_row, a.cluster_id
      FROM records r JOIN anchored a ON a.record_id = r.record_id
      JOIN made_answers t ON t.record_id = r.record_id
      WHERE t.asked = 'bpjs' OR t.record_id IN (
        SELECT arg_max(record_id, (as_of, turn, record_id)) FROM made_answers
        WHERE asked <> 'bpjs' AND answer NOT IN ('tidak_ditemui', 'tidak_ditemukan')
        GROUP BY asked, person_id)"""
    engine.run(f"CREATE OR REPLACE TEMP TABLE stated AS {stated}")
    sure = f"1.0::DOUBLE AS probability, '{EVIDENCE}' AS evidence"
    _extend(
        engine, "r_clusters", "record_id, cluster_id, probability, evidence",
        f"SELECT record_id, cluster_id, {sure} FROM stated",
    )  # fmt: skip
    _extend(
        engine, "r_links", "cluster_id, kpj, peserta_record_id, probability, evidence, decision",
        f"SELECT cluster_id, kpj, record_id AS peserta_record_id, {sure}, 'link' AS decision "
        "FROM stated WHERE kind = 'peserta'",
    )  # fmt: skip
    _extend(
        engine, "record_marks", "record_id, fingerprint, age, nama_form",
        "SELECT record_id, '' AS fingerprint, sheet_row AS age, '' AS nama_form FROM stated",
    )  # fmt: skip


def _extend(engine: SqlEngine, name: str, columns: str, sql: str) -> None:
    """Put more rows, in the order of the columns, into a table that may be a registered frame."""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {name}_more AS SELECT {columns} FROM {name} UNION ALL {sql}"
    )
    engine.drop(name)
    engine.run(f"ALTER TABLE {name}_more RENAME TO {name}")


def _attach_appeals(engine: SqlEngine, log: Sequence[Decision]) -> None:
    """Make ``made_appeals`` from the decisions."""
    rows = [
        {
            "record_id": d.body["appeal_id"], "anchor_record_id": d.body["record"],
            "anchor_fingerprint": d.body["fingerprint"], "asked_person_id": d.body["person"],
            "npp": d.body.get("npp"), "opened_on": date.fromisoformat(d.decided_on), **closed,
        }
        for d in log
        if d.kind == "appeal_opened"
        for closed in (_closing(d.body["appeal_id"], log),)
    ]  # fmt: skip
    schema = {
        "record_id": pl.String, **dict.fromkeys(ANCHOR, pl.String), "npp": pl.String,
        "opened_on": pl.Date, "state": pl.String, "closed_on": pl.Date, "ended_on": pl.Date,
    }  # fmt: skip
    engine.register("told_appeals", pl.DataFrame(rows, schema=schema))
    _anchor(engine, "anchored_appeals", "told_appeals")
    engine.run("""
        CREATE OR REPLACE TEMP TABLE made_appeals AS
        SELECT t.record_id AS appeal_id, a.person_id, t.state, t.opened_on, t.closed_on, t.ended_on,
          t.npp
        FROM told_appeals t LEFT JOIN anchored_appeals a USING (record_id)""")


def _closing(appeal_id: str, log: Sequence[Decision]) -> dict[str, object]:
    """Return how an appeal ended: by its last decision."""
    last = [d for d in log if d.kind == "appeal_closed" and d.body["appeal_id"] == appeal_id]
    if not last:
        return {"state": "diajukan", "closed_on": None, "ended_on": None}
    body = last[-1].body
    ended = body.get("ended_on")
    return {
        "state": body["outcome"], "closed_on": date.fromisoformat(last[-1].decided_on),
        "ended_on": date.fromisoformat(ended) if ended else None,
    }  # fmt: skip
