"""``cakup trace``: one person's chain from file row through rule and decision to payment."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.kernel.errors import InputError
from cakup.kernel.language import Lang
from cakup.kernel.progress import SILENT, Progress
from cakup.ledger.activity import state_sql
from cakup.ledger.audit import Period
from cakup.pipeline import explain as explaining
from cakup.pipeline.basis import known_store
from cakup.pipeline.findings import make_issue
from cakup.pipeline.findings_sql import findings_sql, lines_sql
from cakup.pipeline.ledger import counting_rules
from cakup.pipeline.ledger_lists import newest_money
from cakup.pipeline.record_cards import cards
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine
    from cakup.ledger.rules import Rules

PURPOSE = "menelusuri satu orang dari berkas sampai pembayaran"
_NIK = re.compile(r"[0-9]{16}")
_ENROLLED = (
    "kepesertaan_id", "segment", "payer", "status_kepesertaan", "spell_from", "spell_to", "as_of",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """Whom to trace.

    Args:
        target: NIK (16 digits), person id or its beginning, record id, or ``FILE:SHEET:ROW``.
        as_of: Day for which the rules are applied; None = date of the newest money data.
        show_identity: Whether NIK, name and birth date stand in full; the run is recorded then.
        known: Only files, decisions and answers received by this day.
        lang: Language of the words.
    """

    target: str
    as_of: date | None = None
    show_identity: bool = False
    known: date | None = None
    lang: Lang = "id"


@dataclass(frozen=True)
class Enrolment:
    """What one row of the participant data says, and where it stands.

    Args:
        source: File, sheet and row.
        kepesertaan_id: Enrolment.
        segment: Segment.
        payer: Payer as stated.
        status: What the insurer said.
        since: First day of the spell that counts, None for own-account workers.
        until: Last day of it, None = open.
        as_of: Date of the data.
    """

    source: str
    kepesertaan_id: str
    segment: str
    payer: str
    status: str | None
    since: date | None
    until: date | None
    as_of: date


@dataclass(frozen=True)
class Payment:
    """One month paid under one enrolment by one payer.

    Args:
        bulan: First day of the month.
        kepesertaan_id: Enrolment.
        payer: Payer.
        programs: Programmes, comma-joined.
        rupiah: Known amounts together, None = no row gives one.
        paid_on: First day of payment.
        sources: Rows of payment files.
        kinds: Reasons for which the month is at issue, comma-joined; empty = none.
    """

    bulan: date
    kepesertaan_id: str
    payer: str
    programs: str
    rupiah: int | None
    paid_on: date | None
    sources: str
    kinds: str


@dataclass(frozen=True)
class RuleUsed:
    """One counting rule on the way to the answer."""

    key: str
    value: str
    status: str
    source: str


@dataclass(frozen=True)
class Result:
    """The chain.

    Args:
        person: Rows, evidence, links, decisions and open questions: the answer of ``explain``.
        as_of: Day for which the rules were applied.
        enrolments: Rows of participant data.
        payments: Months paid, oldest first.
        rules: Counting rules applied.
        state: Columns of ``ledger.activity.state_sql`` on the day; empty for one who was never
            enrolled.
        findings: Reasons for which months are at issue, as rows of ``findings`` without names.
    """

    person: explaining.Result
    as_of: date
    enrolments: tuple[Enrolment, ...] = ()
    payments: tuple[Payment, ...] = ()
    rules: tuple[RuleUsed, ...] = ()
    state: dict[str, Any] = field(default_factory=dict)
    findings: tuple[dict[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the chain as plain values."""
        return {
            "person": self.person.as_json(), "as_of": self.as_of.isoformat(),
            **{
                name: [_plain(asdict(one)) for one in getattr(self, name)]
                for name in ("enrolments", "payments", "rules")
            },
            "state": _plain(self.state), "findings": [_plain(f) for f in self.findings],
        }  # fmt: skip


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Follow a person from the rows of files to the payments.

    Args:
        request: Whom.
        workspace: Workspace, linked and with its ledger.
        progress: Listener.

    Raises:
        InputError: ``explain.not_found``, ``explain.ambiguous``, ``trace.no_person`` for a row that
            became nobody's; ``workspace.table_missing``; ``ledger.no_date``.
    """
    as_of = request.as_of or newest_money(workspace, request.known)
    target = _person_of_nik(request.target, workspace, request.known) or request.target
    person = explaining.run(
        explaining.Request(target, request.show_identity, request.lang), workspace
    )
    if person.person_id is None:
        raise InputError("trace.no_person")
    rules = counting_rules(workspace, as_of, request.known)
    with workspace.engine() as engine:
        make_issue(engine, workspace, request.known, Period(None, as_of), rules, (), progress)
        engine.run(f"CREATE OR REPLACE TEMP TABLE issue_lines AS {lines_sql(request.lang)}")
        mine = f"person_id = '{person.person_id}'"
        result = Result(
            person=person, as_of=as_of,
            enrolments=tuple(_enrolments(engine, workspace, mine, request.lang)),
            payments=tuple(Payment(*row) for row in engine.frame(_payments_sql(mine)).iter_rows()),
            rules=tuple(_rules(rules)), state=_state(engine, person.person_id, as_of, rules),
            findings=tuple(
                engine.frame(f"SELECT * FROM ({findings_sql(request.lang)}) WHERE {mine}")
                .drop("nik", "nama", "is_waiting").to_dicts()
            ),
        )  # fmt: skip
    workspace.record_run(
        "trace", {"as_of": as_of.isoformat(), "person_id": person.person_id}, purpose=PURPOSE,
        rows={"persons": 1}, identity_shown=request.show_identity,
    )  # fmt: skip
    return result


def _person_of_nik(target: str, workspace: Workspace, known: date | None) -> str | None:
    """Return the id of the only person with this NIK, None if the text is no NIK or nobody's."""
    if not _NIK.fullmatch(target):
        return None
    path = known_store(workspace, known).path("persons")
    rows = pl.scan_parquet(path).filter(pl.col("nik") == target).select("person_id").collect()
    if rows.height > 1:
        raise InputError("explain.ambiguous", target="NIK", count=rows.height)
    return str(rows["person_id"][0]) if rows.height else None


def _enrolments(engine: DuckEngine, workspace: Workspace, mine: str, lang: Lang) -> list[Enrolment]:
    """Return the person's enrolments as the participant files state them."""
    rows = engine.frame(
        f"SELECT record_id, {', '.join(_ENROLLED)} FROM enrolments WHERE {mine}"
        " ORDER BY as_of, kepesertaan_id, record_id"
    )
    found = cards(workspace, rows["record_id"])
    return [
        Enrolment(found[r["record_id"]].source(lang), *(r[name] for name in _ENROLLED))
        for r in rows.iter_rows(named=True)
    ]


def _payments_sql(mine: str) -> str:
    """Return SQL of the months paid for a person, with their rows and what is at issue."""
    key = "person_id, bulan, kepesertaan_id, payer"
    return f"""
WITH held AS (
  SELECT {key}, string_agg(DISTINCT program, ',' ORDER BY program) AS programs,
    min(paid_on) AS paid_on
  FROM ledger WHERE {mine} AND evidence = 'paid' GROUP BY ALL
), numbers AS (
  SELECT {key}, f.file_name, sum(amount_rp)::BIGINT AS rupiah,
    array_to_string(list_sort(list(DISTINCT sheet_row)), ', ') AS rows
  FROM payment_lines JOIN files f USING (import_id) WHERE {mine} GROUP BY ALL
), told AS (
  SELECT {key}, sum(rupiah)::BIGINT AS rupiah,
    string_agg(file_name || ': ' || rows, '; ' ORDER BY file_name) AS sources
  FROM numbers GROUP BY ALL
)
SELECT h.bulan, h.kepesertaan_id, h.payer, h.programs, t.rupiah, h.paid_on,
  coalesce(t.sources, ''), coalesce(i.kinds, '')
FROM held h LEFT JOIN told t USING ({key}) LEFT JOIN issue_lines i USING ({key})
ORDER BY h.bulan, h.kepesertaan_id, h.payer"""


def _rules(rules: Rules) -> list[RuleUsed]:
    """Return the counting rules with their value, status and source."""
    return [
        RuleUsed(key.removeprefix("counting."), str(value.value), value.status, value.title)
        for key, value in sorted(rules.values.items())
        if key not in ("counting.small_cell", "counting.pu_due_day")
    ]


def _state(engine: DuckEngine, person_id: str, as_of: date, rules: Rules) -> dict[str, Any]:
    """Return what the rules say of the person on the day, a death taken into account."""
    asked = (
        "SELECT person_id, least(meninggal_on, "
        f"DATE '{as_of.isoformat()}') AS day FROM persons WHERE person_id = '{person_id}'"
    )
    rows = engine.frame(state_sql(asked, rules, are_few=True)).to_dicts()
    return {k: v for k, v in rows[0].items() if k != "person_id"} if rows else {}


def trace(
    workspace: Workspace, target: str, *, as_of: date | None = None, show_identity: bool = False,
    known: date | None = None, lang: Lang = "id",
) -> Result:  # fmt: skip
    """Return one person's chain from file row through rule and decision to payment.

    Args:
        workspace: Workspace, linked and with its ledger.
        target: NIK, person id or its beginning, record id, or ``FILE:SHEET:ROW``.
        as_of: Day for which the rules are applied; None = date of the newest money data.
        show_identity: Whether NIK, name and birth date stand in full; the run is recorded.
        known: Only files, decisions and answers received by this day.
        lang: Language of the words.

    Raises:
        InputError: ``explain.not_found``, ``explain.ambiguous``, ``trace.no_person``.
    """
    return run(Request(target, as_of, show_identity, known, lang), workspace)
