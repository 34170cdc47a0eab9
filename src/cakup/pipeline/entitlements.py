"""``cakup entitlements``: people to whom something may be owed, so that nobody is forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.documents.rights_workbook import RightsFacts, write_rights
from cakup.engines.files import whole_file
from cakup.kernel.errors import UsageError
from cakup.kernel.identifiers import mask_nik
from cakup.kernel.language import Lang
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import AID_PAYERS
from cakup.ledger import rights
from cakup.ledger.rules import rule_periods
from cakup.pipeline import decisions, imports
from cakup.pipeline.basis import known_store
from cakup.pipeline.expected_benefits import accident_death, death, injury
from cakup.pipeline.ledger import counting_rules, view_basis
from cakup.pipeline.ledger_lists import newest_money
from cakup.pipeline.person_ids import aliases
from cakup.pipeline.places import workspace_places
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine
    from cakup.engines.store import Store

PURPOSE = "mendampingi peserta atau ahli waris yang mungkin berhak"
#: Kind of decision that says that an event was looked at, and what became of the claim.
MARK = "right_seen"
CLAIMS = ("unknown", "not_filed", "filed", "paid", "refused")
_DIGITS = 20


@dataclass(frozen=True)
class Request:
    """What to look for.

    Args:
        as_of: Last day looked at; None = date of the newest participant or payment file.
        since: First day of the events looked at; None = from the beginning of the rules.
        out: Workbook ``.xlsx`` to write; None = none.
        show_identity: Whether the workbook holds the NIK in full.
        known: Only files, decisions and answers received by this day.
        purpose: Why; stands in the record of exports.
        recipient: Who receives the workbook.
        lang: Language.
    """

    as_of: date | None = None
    since: date | None = None
    out: str | None = None
    show_identity: bool = False
    known: date | None = None
    purpose: str = PURPOSE
    recipient: str | None = None
    lang: Lang = "id"


@dataclass(frozen=True)
class Right:
    """One event that may give a right.

    Args:
        key: Stable key, by which a mark comes back.
        event: ``death`` or ``accident``.
        day: Day of it.
        person_id: Person.
        segments: Segments of the cover on that day.
        payers: Payers.
        unbroken_months: Months with JKM up to it, None = not known.
        is_jkm_full: Whether the waiting months had passed, None = open.
        is_in_arrears: Whether the month of an own-account worker was not paid: a right with
            conditions.
        low_rp: Least that may be expected of JKM (death) or JKK (accident), None = not known.
        high_rp: Most; the range holds what the rules leave open. None = depends on the injury.
        accident_death_rp: What JKK gives if the death came from work; None = wage not known.
        unconfirmed: Keys of the law and of the rules on which the amounts rest and that are not
            sure.
        is_seen: Whether somebody marked the row seen.
        claim: One of ``CLAIMS``.
    """

    key: str
    event: str
    day: date
    person_id: str
    segments: str
    payers: str
    unbroken_months: int | None
    is_jkm_full: bool | None
    is_in_arrears: bool
    low_rp: int | None
    high_rp: int | None
    accident_death_rp: int | None
    unconfirmed: tuple[str, ...]
    is_seen: bool
    claim: str


@dataclass(frozen=True)
class Result:
    """What was found.

    Args:
        as_of: Last day looked at.
        rights: Events, the oldest not seen first.
        rows: The same with names, for the workbook. Holds identifying data.
        out: Name of the workbook, if one was written.
    """

    as_of: date
    rights: tuple[Right, ...]
    rows: pl.DataFrame = field(repr=False)
    out: str | None = None

    @property
    def unseen(self) -> int:
        """Events that nobody marked seen."""
        return sum(not r.is_seen for r in self.rights)

    def as_json(self) -> dict[str, Any]:
        """Return everything without a name as plain values."""
        told = [{**asdict(r), "day": r.day.isoformat()} for r in self.rights]
        return {"as_of": self.as_of.isoformat(), "rights": told, "unseen": self.unseen,
                "out": self.out}  # fmt: skip


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Find the events; reading personal data is recorded.

    Args:
        request: What to look for.
        workspace: The workspace; the ledger must have been built.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice`` for another ending than ``.xlsx``.
        InputError: ``workspace.table_missing``; ``ledger.no_date``.
    """
    if request.out and Path(request.out).suffix != ".xlsx":
        raise UsageError(
            "usage.bad_choice", option="--out", given=Path(request.out).suffix, choices=".xlsx"
        )
    as_of = request.as_of or newest_money(workspace, request.known)
    progress.step("mencari hak")
    events = _events(workspace, request, as_of)
    marks = marked(workspace, request.known)
    found = [_right(row, marks) for row in events.iter_rows(named=True)]
    found.sort(key=lambda r: (r.is_seen, r.day, r.person_id))
    result = Result(as_of, tuple(found), _named(found, events, request),
                    Path(request.out).name if request.out else None)  # fmt: skip
    if request.out:
        _write(request, workspace, result)
    told = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(request).items()}
    told["out"] = result.out
    workspace.record_run(
        "entitlements", told, purpose=request.purpose, recipient=request.recipient,
        rows=len(found), unseen=result.unseen, identity_shown=request.show_identity,
    )  # fmt: skip
    return result


def _events(workspace: Workspace, request: Request, as_of: date) -> pl.DataFrame:
    """Return the events with the state of the ledger on their day, the person's name and wage."""
    local = workspace.root / "parameters"
    with workspace.engine() as engine:
        store = known_store(workspace, request.known)
        view_basis(engine, store)
        store.view(engine, "memberships")
        most = _view_accidents(engine, workspace, request.known)
        first = request.since or engine.value(
            "SELECT min(day) FROM (SELECT min(meninggal_on) AS day FROM persons UNION ALL"
            " SELECT min(day) FROM accidents)"
        )
        periods = rule_periods(first or as_of + timedelta(days=1), as_of, local, request.known)
        if not periods:
            periods = [(as_of + timedelta(days=1), as_of, counting_rules(workspace, as_of))]
        found = rights.rights_sql(as_of, periods, most)
        return engine.frame(f"""
SELECT e.*, p.nama, p.nik, p.kode_wilayah_ktp, w.upah_rp_month, coalesce(list_contains(
    b.months, date_trunc('month', e.day)::DATE), false) AS is_paid, b.months IS NOT NULL AS has_paid
FROM ({found}) e
JOIN persons p ON p.person_id = e.person_id
LEFT JOIN (SELECT person_id, list(DISTINCT bulan) AS months FROM ledger WHERE evidence = 'paid'
  GROUP BY person_id) b ON b.person_id = e.person_id
LEFT JOIN (SELECT m.person_id, max(r.upah_rp_month) AS upah_rp_month FROM records r
  JOIN memberships m ON m.record_id = r.record_id WHERE r.kind = 'peserta' GROUP BY m.person_id
) w ON w.person_id = e.person_id ORDER BY e.day, e.person_id, e.event""")


def _view_accidents(engine: DuckEngine, workspace: Workspace, known: date | None) -> int:
    """Make ``accidents(person_id, day)`` and ``records``; return the most of one person."""
    used = imports.usable(imports.all_imports(workspace, known))
    imports.view_rows(engine, workspace, [i for i in used if i.kind in ("peserta", "kecelakaan")])
    if any(i.kind == "kecelakaan" for i in used):
        sql = (
            "SELECT DISTINCT m.person_id, r.kecelakaan_on AS day FROM records r"
            " JOIN memberships m ON m.record_id = r.record_id"
            " WHERE r.kind = 'kecelakaan' AND r.kecelakaan_on IS NOT NULL"
        )
    else:
        sql = "SELECT NULL::VARCHAR AS person_id, NULL::DATE AS day WHERE false"
    engine.run(f"CREATE OR REPLACE TEMP TABLE accidents AS {sql}")
    counted = "SELECT count(*) AS n FROM accidents GROUP BY person_id"
    most = engine.value(f"SELECT max(n) FROM ({counted})")
    return int(most or 0)


def _right(row: dict[str, Any], marks: dict[str, dict[str, str]]) -> Right:
    """Return one event with what it may give and what people said of it."""
    key = key_of(row["person_id"], row["event"], row["day"])
    said = marks.get(key)
    segments = (row["segments"] or "").split(",")
    segment = "bpu" if segments == ["bpu"] else "pu"
    # The insurer's word of a day is no payment: only a paid month is not in arrears.
    in_arrears = segment == "bpu" and row["has_paid"] and not row["is_paid"]
    if not row["is_month_covered"] and not in_arrears:
        # Covered by its spell in a month that the ledger does not reach: nothing can be counted.
        row = row | {"unbroken_months": None, "is_jkm_full": None}
    wage = row["upah_rp_month"]
    amounts = death(row, segment, in_arrears) if row["event"] == "death" else injury(row, segment)
    return Right(
        key=key, event=row["event"], day=row["day"], person_id=row["person_id"],
        segments=row["segments"] or "", payers=row["payers"] or "",
        unbroken_months=row["unbroken_months"], is_jkm_full=row["is_jkm_full"],
        is_in_arrears=in_arrears, low_rp=amounts[0], high_rp=amounts[1],
        accident_death_rp=accident_death(row["day"], segment, wage)
        if row["event"] == "death" else None,
        unconfirmed=amounts[2], is_seen=said is not None,
        claim=said["claim"] if said else "unknown",
    )  # fmt: skip


def key_of(person_id: str, event: str, day: date) -> str:
    """Return the key of an event; the same person, event and day is the same key.

    Args:
        person_id: Person.
        event: One of ``ledger.rights.EVENTS``.
        day: Day of the event.
    """
    text = f"{person_id}|{event}|{day.isoformat()}"
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def marked(workspace: Workspace, known: date | None = None) -> dict[str, dict[str, str]]:
    """Return what was said of events, by key; the latest word counts.

    A mark names the person; if his id was merged into another since, it follows him.

    Args:
        workspace: Workspace.
        known: Only decisions received by this day.
    """
    stands_for = _aliases(known_store(workspace, known))
    found: dict[str, dict[str, str]] = {}
    for decision in decisions.read(workspace, known):
        if decision.kind == MARK:
            body = decision.body
            person = stands_for.get(body["person_id"], body["person_id"])
            key = key_of(person, body["event"], date.fromisoformat(body["day"]))
            found[key] = {"claim": body["claim"], "by": decision.by, "on": decision.decided_on}
    return found


def _aliases(store: Store) -> dict[str, str]:
    if not store.has("person_changes"):
        return {}
    return aliases(pl.read_parquet(store.path("person_changes")))


def unseen_dead(
    workspace: Workspace, as_of: date | None = None, known: date | None = None
) -> tuple[str, ...]:
    """Return the dead whose place no plan may fill yet: paid for by aid, and their row not seen.

    Args:
        workspace: Workspace with a ledger.
        as_of: Last day looked at; None = date of the newest participant or payment file.
        known: Only files and decisions received by this day.

    Returns:
        Person ids, sorted.
    """
    day = as_of or newest_money(workspace, known)
    events = _events(workspace, Request(as_of=day, known=known), day)
    seen = marked(workspace, known)
    aided = [
        row for row in events.iter_rows(named=True)
        if row["event"] == "death" and set((row["payers"] or "").split(",")) & set(AID_PAYERS)
    ]  # fmt: skip
    waiting = {
        r["person_id"] for r in aided if key_of(r["person_id"], "death", r["day"]) not in seen
    }
    return tuple(sorted(waiting))


def _named(found: Iterable[Right], events: pl.DataFrame, request: Request) -> pl.DataFrame:
    """Return the rows of the workbook."""
    names = events.select("person_id", "nama", "nik", "kode_wilayah_ktp").unique()
    rows = pl.DataFrame(
        [{**asdict(r), "unconfirmed": ", ".join(r.unconfirmed)} for r in found],
        schema={
            "key": pl.String, "event": pl.String, "day": pl.Date, "person_id": pl.String,
            "segments": pl.String, "payers": pl.String, "unbroken_months": pl.Int64,
            "is_jkm_full": pl.Boolean, "is_in_arrears": pl.Boolean, "low_rp": pl.Int64,
            "high_rp": pl.Int64, "accident_death_rp": pl.Int64, "unconfirmed": pl.String,
            "is_seen": pl.Boolean, "claim": pl.String,
        },
    )  # fmt: skip
    joined = rows.join(names, on="person_id", how="left", maintain_order="left")
    if request.show_identity:
        return joined
    return joined.with_columns(
        pl.col("nik").map_elements(mask_nik, return_dtype=pl.String, skip_nulls=False)
    )


def _write(request: Request, workspace: Workspace, result: Result) -> None:
    city = workspace_places(workspace).get(workspace.place)
    facts = RightsFacts(
        city.nama if city else workspace.place, result.as_of, request.recipient or "–"
    )
    assert request.out is not None
    with whole_file(Path(request.out)) as temporary:
        write_rights(temporary, result.rows, facts, request.lang)


def entitlements(
    workspace: Workspace, *, as_of: date | None = None, since: date | None = None,
    out: Path | str | None = None, show_identity: bool = False, known: date | None = None,
    purpose: str = PURPOSE, recipient: str | None = None, lang: Lang = "id",
    progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Return deaths and accidents in covered or arrears months: what may be owed, to whom.

    Args:
        workspace: The workspace; the ledger must have been built.
        as_of: Last day looked at; None = date of the newest participant or payment file.
        since: First day of the events looked at.
        out: Workbook to write.
        show_identity: Whether NIKs stand in full.
        known: Only files, decisions and answers received by this day.
        purpose: Why; stands in the record of exports.
        recipient: Who receives the workbook.
        lang: Language.
        progress: Listener.

    Raises:
        InputError: ``workspace.table_missing``; ``ledger.no_date``.
    """
    request = Request(
        as_of, since, str(out) if out else None, show_identity, known, purpose, recipient, lang
    )
    return run(request, workspace, progress)
