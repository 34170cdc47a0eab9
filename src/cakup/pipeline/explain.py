"""``cakup explain``: why these rows are one person, and why that person is a participant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.kernel.errors import InputError
from cakup.kernel.identifiers import mask_nik
from cakup.kernel.language import Lang
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import decisions
from cakup.pipeline.evidence_words import against, words
from cakup.pipeline.explain_target import Fate, find
from cakup.pipeline.imports import all_imports
from cakup.pipeline.person_ids import aliases
from cakup.pipeline.record_cards import Card, cards
from cakup.pipeline.review_pairs import ANSWERS, chance
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.store import Store

PURPOSE = "menjelaskan satu orang dengan NIK dan nama lengkap"
#: Strength of evidence of a month, the strongest first.
MONTH_EVIDENCE = ("paid", "spell", "status")


@dataclass(frozen=True)
class Request:
    """Whom to explain.

    Args:
        target: Person id (or its beginning, at least six digits), record id, or a row as
            ``FILE:SHEET:ROW`` (``FILE:ROW`` where the file has one sheet).
        show_identity: Whether NIK, name and birth date stand in full; the run is recorded then.
        lang: Language of the words.
    """

    target: str
    show_identity: bool = False
    lang: Lang = "id"


@dataclass(frozen=True)
class Row:
    """One row that makes the person.

    Args:
        record_id: Its id.
        source: File, sheet, row, kind, sender and date in words.
        nik: NIK as it may be shown.
        nama: Name as it may be shown.
        lahir: Birth date as it may be shown.
        outcome: ``accepted`` or ``noted``.
        probability: That the row is this person's.
        evidence: Evidence in words.
    """

    record_id: str
    source: str
    nik: str
    nama: str
    lahir: str
    outcome: str
    probability: float
    evidence: str


@dataclass(frozen=True)
class Link:
    """One row of the participant data linked to the person.

    Args:
        kpj: Participant number.
        record_id: Row of the participant data.
        probability: That it is the same person.
        chance: The same in words.
        evidence: Evidence in words.
        decision: ``link``, ``review`` or a decision of people.
    """

    kpj: str | None
    record_id: str
    probability: float
    chance: str
    evidence: str
    decision: str


@dataclass(frozen=True)
class Strip:
    """Months of one enrolment under one payer.

    Args:
        kepesertaan: Enrolment.
        segment: Segment.
        payer: Payer.
        months: First day of month → strongest evidence (paid, spell, status).
    """

    kepesertaan: str
    segment: str
    payer: str
    months: dict[str, str]


@dataclass(frozen=True)
class Result:
    """What is known of the person, or what became of the row.

    Args:
        target: As asked for.
        person_id: The person's id; None if the row belongs to nobody.
        alias_of_target: Whether ``target`` is an older id that leads here.
        fate: What became of a row that is no person's; None otherwise.
        facts: The person's best values, identifying ones as they may be shown.
        rows: His rows, oldest file first.
        links: His links to the participant data.
        strips: His months, if the ledger is there.
        history: Changes of his id, in words of the table ``person_changes``.
        decisions: Decisions of people on his rows, in words.
        waiting: Rows of others about which people are asked, with the chance in words and what
            keeps them apart although they agree.
    """

    target: str
    person_id: str | None
    alias_of_target: bool = False
    fate: Fate | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    links: tuple[Link, ...] = ()
    strips: tuple[Strip, ...] = ()
    history: tuple[dict[str, str], ...] = ()
    decisions: tuple[str, ...] = ()
    waiting: tuple[dict[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return asdict(self)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Explain a person or a row.

    Args:
        request: Whom to explain.
        workspace: Workspace.
        progress: Not used; it takes moments.

    Raises:
        InputError: ``explain.not_found``; ``explain.ambiguous``; ``workspace.table_missing`` before
            the first ``cakup link``.
    """
    store = workspace.store()
    found = find(request.target, workspace, store)
    if found.person_id is None:
        return Result(request.target, None, fate=found.fate)
    stands_for = aliases(pl.read_parquet(store.path("person_changes")))
    person_id = stands_for.get(found.person_id, found.person_id)
    result = _explain(person_id, request, workspace, store)
    if request.show_identity:
        workspace.record_run(
            "explain", asdict(request), purpose=PURPOSE, rows={"persons": 1}, identity_shown=True
        )
    return Result(
        **{
            **vars(result),
            "target": request.target,
            "alias_of_target": person_id != found.person_id,
            "fate": found.fate,
        }
    )


def _explain(person_id: str, request: Request, workspace: Workspace, store: Store) -> Result:
    """Gather everything about one person."""
    persons = _of(store, "persons", person_id)
    if persons.is_empty():
        raise InputError("explain.not_found", target=person_id)
    members = _of(store, "memberships", person_id)
    found = cards(workspace, members["record_id"])
    order = {i.id: n for n, i in enumerate(all_imports(workspace))}
    rows = sorted(
        members.iter_rows(named=True), key=lambda m: (order[m["import_id"]], m["sheet_row"])
    )
    return Result(
        target=request.target,
        person_id=person_id,
        facts=_facts(persons.row(0, named=True), request.show_identity),
        rows=tuple(_row(m, found[m["record_id"]], request) for m in rows),
        links=tuple(_links(_of(store, "links", person_id), request.lang)),
        strips=tuple(_strips(store, person_id)),
        history=tuple(_history(store, person_id)),
        decisions=tuple(_decisions(workspace, found.values(), request.lang)),
        waiting=tuple(_waiting(workspace, store, set(found), request.lang)),
    )


def _of(store: Store, table: str, person_id: str) -> pl.DataFrame:
    """Return the rows of a table about one person."""
    return pl.scan_parquet(store.path(table)).filter(pl.col("person_id") == person_id).collect()


def _facts(person: dict[str, Any], show_identity: bool) -> dict[str, Any]:
    """Return the person's values as they may be shown."""
    born: date | None = person["tanggal_lahir"]
    return {
        **{k: v.isoformat() if isinstance(v, date) else v for k, v in person.items()},
        "nik": person["nik"] if show_identity else mask_nik(person["nik"]),
        "nama": person["nama"] if show_identity else initials(person["nama"]),
        "tanggal_lahir": _born(born, show_identity),
    }


def initials(name: str | None) -> str:
    """Return a name as it may stand on a screen: ``A. S.``; empty if there is none."""
    return " ".join(f"{word[0].upper()}." for word in (name or "").split())


def _born(born: date | None, show_identity: bool) -> str:
    """Return a birth date, or its year only."""
    if born is None:
        return ""
    return born.strftime("%d-%m-%Y") if show_identity else f"…-{born.year}"


def _row(member: dict[str, Any], card: Card, request: Request) -> Row:
    shown = request.show_identity
    return Row(
        record_id=member["record_id"],
        source=card.source(request.lang),
        nik=card.shown("nik", show_identity=shown),
        nama=card.values["nama"] or "" if shown else initials(card.values["nama"]),
        lahir=_born(card.values["tanggal_lahir"], shown),
        outcome=card.values["outcome"],
        probability=member["probability"],
        evidence=words(member["evidence"], request.lang),
    )


def _links(links: pl.DataFrame, lang: Lang) -> Iterable[Link]:
    for link in links.sort("probability", "peserta_record_id", descending=[True, False]).iter_rows(
        named=True
    ):
        yield Link(
            kpj=link["kpj"],
            record_id=link["peserta_record_id"],
            probability=link["probability"],
            chance=chance(link["probability"], lang),
            evidence=words(link["evidence"], lang),
            decision=link["decision"],
        )


def _strips(store: Store, person_id: str) -> Iterable[Strip]:
    """Return the months of every enrolment and payer, programmes together."""
    if not store.has("ledger"):
        return
    rank = {name: n for n, name in enumerate(MONTH_EVIDENCE)}
    ledger = _of(store, "ledger", person_id)
    grouped = ledger.group_by("kepesertaan_id", "segment", "payer").agg("bulan", "evidence")
    for row in grouped.sort("kepesertaan_id", "segment", "payer").iter_rows(named=True):
        months: dict[str, str] = {}
        for month, evidence in sorted(
            zip(row["bulan"], row["evidence"], strict=True),
            key=lambda m: (m[0], -rank.get(m[1], len(rank))),
        ):
            months[month.isoformat()] = evidence
        yield Strip(row["kepesertaan_id"], row["segment"], row["payer"], months)


def _history(store: Store, person_id: str) -> Iterable[dict[str, str]]:
    """Return the changes in which the person's id took part, oldest first."""
    changes = pl.read_parquet(store.path("person_changes")).filter(
        (pl.col("old_id") == person_id) | (pl.col("new_id") == person_id)
    )
    yield from changes.sort("run_id", "old_id", "new_id").iter_rows(named=True)


def _decisions(workspace: Workspace, found: Iterable[Card], lang: Lang) -> Iterable[str]:
    """Return the decisions that name a fingerprint of his rows."""
    prints = {card.fingerprint for card in found}
    for d in decisions.read(workspace):
        if d.kind in ANSWERS and prints & {d.body["left"], d.body["right"]}:
            yield f"{ANSWERS[d.kind](lang)}: {d.by}, {d.decided_on}, {d.basis} [{d.decision_id}]"


def _waiting(
    workspace: Workspace, store: Store, mine: set[str], lang: Lang
) -> Iterable[dict[str, str]]:
    """Return the pairs that wait for a decision, from this person's side."""
    ids = sorted(mine)
    pairs = pl.read_parquet(store.path("review")).filter(
        pl.col("left_record_id").is_in(ids) | pl.col("right_record_id").is_in(ids)
    )
    others = {*pairs["left_record_id"], *pairs["right_record_id"]} - mine
    found = cards(workspace, others)
    for pair in pairs.sort("value_of_information", "pair_id", descending=[True, False]).iter_rows(
        named=True
    ):
        for other in (pair["left_record_id"], pair["right_record_id"]):
            if other in found:
                yield {
                    "record_id": other,
                    "source": found[other].source(lang),
                    "chance": chance(pair["probability"], lang),
                    "against": "; ".join(against(pair["pattern"], lang)),
                }


def explain(
    workspace: Workspace, target: str, *, show_identity: bool = False, lang: Lang = "id"
) -> Result:
    """Return why rows are one person, and why that person is a participant.

    Args:
        workspace: Workspace, linked.
        target: Person id (or its beginning), record id, or ``FILE:SHEET:ROW``.
        show_identity: Whether NIK, name and birth date stand in full; the run is recorded then.
        lang: Language of the words.

    Raises:
        InputError: ``explain.not_found``, ``explain.ambiguous``.
    """
    return run(Request(target, show_identity, lang), workspace)
