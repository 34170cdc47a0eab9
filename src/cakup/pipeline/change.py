"""The states between two days that a movement of the coverage figure is taken apart by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from cakup.coverage.change import Change, terms
from cakup.coverage.counts import Scope, facts_sql
from cakup.coverage.register import Entry, read_register
from cakup.kernel.ports import SqlEngine
from cakup.kernel.progress import Progress
from cakup.kernel.schemas import PERSON_KINDS, RETURN_KINDS
from cakup.ledger.cover import cover_sql
from cakup.ledger.rules import Rules
from cakup.pipeline.basis import Basis, prepare
from cakup.pipeline.ledger import counting_rules
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.pipeline.measure import Request


@dataclass(frozen=True)
class Told:
    """Day 0, prepared; day 1 is still to come.

    Args:
        request: What was asked.
        persons: Persons counted on day 0, as told.
        denominator: Denominator in force on day 0, as known then.
        age_limit_years: Age from which a person is over the limit on day 1.
    """

    request: Request
    persons: int
    denominator: Entry | None
    age_limit_years: int

    def change(self, engine: SqlEngine, persons_to: int, denominator: Entry | None) -> Change:
        """Return the movement, once ``facts`` of day 1 are there.

        Args:
            engine: Engine that holds all tables of facts.
            persons_to: Persons counted on day 1.
            denominator: Denominator of day 1; where none was in force on day 0 it stands for both.
        """
        assert self.request.since is not None
        first = self.denominator or denominator
        return Change(
            from_on=self.request.since, from_known_on=self.request.since_known,
            to_on=self.request.as_of, persons_from=self.persons, persons_to=persons_to,
            denominator_from=int(first.value) if first else None,
            denominator_to=int(denominator.value) if denominator else None,
            terms=terms(engine, self.age_limit_years),
        )  # fmt: skip


def explain(
    engine: SqlEngine, workspace: Workspace, request: Request, scope: Scope, progress: Progress
) -> Told:
    """Prepare day 0 as it was told, as it is known now, and under the rules of day 1.

    Args:
        engine: Engine; it ends with ``facts_told, facts_then, facts_ruled, same_person, touched``
            and ``regrouped``.
        workspace: Workspace.
        request: Request with ``since``.
        scope: Whom the figure is about.
        progress: Listener.
    """
    assert request.since is not None
    told: Basis | None = None
    if request.since_known is not None:
        told = prepare(
            engine, workspace, request.since, request.since_known, progress, suffix="_told",
            is_cover_only=True, regions=(request.region,),
        )  # fmt: skip
        _facts(engine, scope, told.rules, "_told")
        engine.run(
            "CREATE OR REPLACE TEMP TABLE told_members AS"
            " SELECT record_id, import_id, person_id FROM memberships"
        )
    then = prepare(
        engine, workspace, request.since, request.known, progress, suffix="_then",
        is_cover_only=True, regions=(request.region,),
    )  # fmt: skip
    _facts(engine, scope, then.rules, "_then")
    _compare(engine, workspace, told, then)
    rules = counting_rules(workspace, request.as_of, request.known)
    # Only rules that decide who is covered can move the count.
    if cover_sql(request.since, then.rules) != cover_sql(request.since, rules):
        ruled = prepare(
            engine, workspace, request.since, request.known, progress, rules=rules,
            suffix="_ruled", is_cover_only=True, regions=(request.region,),
        )  # fmt: skip
        _facts(engine, scope, ruled.rules, "_ruled")
    else:
        _alias(engine, "facts_ruled")
    local = workspace.root / "parameters"
    known = request.since_known or request.known
    register = read_register("denominators", local, known)
    entry = register.default(scope.place, request.since)
    if request.denominator is not None:
        asked = [e for e in register.at(scope.place, request.since) if e.id == request.denominator]
        entry = asked[0] if asked else None
    persons = int(engine.value("SELECT count(*) FROM facts_told WHERE region = 'in' AND is_active"))
    return Told(request, persons, entry, rules.over_age_from_years)


def _facts(engine: SqlEngine, scope: Scope, rules: Rules, suffix: str) -> None:
    sql = facts_sql(scope, rules, suffix, ())
    engine.run(f"CREATE OR REPLACE TEMP TABLE facts{suffix} AS {sql}")


def _alias(engine: SqlEngine, name: str) -> None:
    engine.run(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM facts_then")


def _compare(engine: SqlEngine, workspace: Workspace, told: Basis | None, then: Basis) -> None:
    """Make ``same_person, touched, regrouped`` between the figure as told and as known now."""
    if told is None:
        _alias(engine, "facts_told")
        engine.run(
            "CREATE OR REPLACE TEMP VIEW same_person AS"
            " SELECT person_id AS told_id, person_id FROM facts_then"
        )
        for name in ("touched", "regrouped"):
            engine.run(f"CREATE OR REPLACE TEMP TABLE {name} (person_id VARCHAR)")
        return
    engine.run(f"CREATE OR REPLACE TEMP TABLE same_person AS {_SAME}")
    engine.run(f"CREATE OR REPLACE TEMP TABLE regrouped AS {_REGROUPED}")
    files = _differing(told, then, (*PERSON_KINDS, *RETURN_KINDS))
    engine.register("differing", pl.DataFrame({"import_id": sorted(files)},
                                              schema={"import_id": pl.String}))  # fmt: skip
    touched = _TOUCHED
    money = sorted(_differing(told, then, ("pembayaran",)))
    if money:
        folder = workspace.root / "imports"
        engine.view("differing_payments", *(folder / i / "payments.parquet" for i in money))
        touched += f" UNION {_paid_otherwise_sql(then.as_of)}"
    engine.run(f"CREATE OR REPLACE TEMP TABLE touched AS {touched}")
    engine.drop("differing")


def _differing(told: Basis, then: Basis, kinds: Iterable[str]) -> set[str]:
    """Return the files that answer for day 0 in one of the two and not in the other."""
    sets = [{i.id for i in b.imports if i.kind in kinds} for b in (told, then)]
    return sets[0] ^ sets[1]


#: Who the persons told of are now: the same id if any row stayed, else where most rows went.
_SAME = """
SELECT told_id, person_id FROM (
  SELECT t.person_id AS told_id, m.person_id, count(*) AS n
  FROM told_members t JOIN memberships m ON m.record_id = t.record_id
  GROUP BY t.person_id, m.person_id
) QUALIFY row_number() OVER (
  PARTITION BY told_id ORDER BY told_id <> person_id, n DESC, person_id) = 1
UNION ALL
SELECT DISTINCT person_id, person_id FROM told_members t
WHERE NOT EXISTS (
  SELECT 1 FROM told_members o JOIN memberships m ON m.record_id = o.record_id
  WHERE o.person_id = t.person_id)"""

#: Persons of whom the rows known both times were grouped otherwise.
_REGROUPED = """
WITH pairs AS (
  SELECT DISTINCT t.person_id AS told_id, m.person_id
  FROM told_members t JOIN memberships m ON m.record_id = t.record_id
)
SELECT DISTINCT person_id FROM (
  SELECT person_id, count(*) OVER (PARTITION BY person_id) AS n_told,
    count(*) OVER (PARTITION BY told_id) AS n_now FROM pairs
) WHERE n_told > 1 OR n_now > 1"""


_TOUCHED = """
SELECT person_id FROM memberships WHERE import_id IN (SELECT import_id FROM differing)
UNION
SELECT s.person_id FROM told_members t JOIN same_person s ON s.told_id = t.person_id
WHERE t.import_id IN (SELECT import_id FROM differing)"""


def _paid_otherwise_sql(day: date) -> str:
    """Return SQL of the persons for whom a differing payment file has a line up to a day.

    Lines find their person by the numbers of the participant rows, as in the ledger; whether the
    line changed anything shows in the count itself.
    """
    until = f"bulan <= DATE '{day.isoformat()}'"
    held = "SELECT m.person_id FROM records r JOIN memberships m ON m.record_id = r.record_id"
    return " UNION ".join(
        f"{held} WHERE r.kind = 'peserta' AND r.{key} IN"
        f" (SELECT {key} FROM differing_payments WHERE {key} IS NOT NULL AND {until})"
        for key in ("kpj", "nik", "kode_iuran")
    )
