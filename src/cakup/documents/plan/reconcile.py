"""All papers of one plan must add up to the same persons, months and rupiah, or none is written.

Every paper says what *its own printed rows* add up to; nothing is compared with itself. Papers of
one group are parts of a whole (annexes by purse, minutes by kelurahan) and are compared in sum;
papers of one purse are also compared with that purse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cakup.documents.plan.blocks import Book, Paper
from cakup.documents.plan.facts import PlanFacts
from cakup.kernel.errors import EngineError

KEYS = ("persons", "lines", "person_months", "rupiah")


@dataclass
class Compared:
    """A group of papers that was compared with the plan.

    Args:
        group: Its name.
        papers: Papers in it.
        totals: What they add up to.
    """

    group: str
    papers: int = 0
    totals: dict[str, int] = field(default_factory=dict)


def reconcile(papers: Sequence[Paper | Book], facts: PlanFacts) -> list[Compared]:
    """Compare what papers add up to with the plan.

    Args:
        papers: All papers of the kinds that are written.
        facts: The plan.

    Returns:
        Every group with its totals, in the order of the papers.

    Raises:
        EngineError: ``plan.documents.do_not_add`` naming the first group or paper that differs.
    """
    whole = plan_totals(facts)
    by_purse: dict[str, list[Paper | Book]] = {}
    groups: dict[str, Compared] = {}
    for paper in papers:
        if not paper.group:
            continue
        held = groups.setdefault(paper.group, Compared(paper.group))
        if held.papers and set(held.totals) != set(paper.totals):
            raise EngineError("plan.documents.do_not_add", document=paper.name)
        held.papers += 1
        for key, value in paper.totals.items():
            held.totals[key] = held.totals.get(key, 0) + value
        if paper.purse:
            by_purse.setdefault(paper.purse, []).append(paper)
    for purse, parts in by_purse.items():
        _compare_purse(purse, parts, facts)
    for held in groups.values():
        _compare(held.group, held.totals, whole)
    return list(groups.values())


def plan_totals(facts: PlanFacts) -> dict[str, int]:
    """Return what the plan itself adds up to, read from ``summary.json`` and its blocks."""
    return {
        "persons": facts.persons, "lines": int(facts.blocks["persons"].sum()),
        "person_months": facts.person_months, "rupiah": facts.rupiah,
    }  # fmt: skip


def _compare(name: str, found: dict[str, int], whole: dict[str, int]) -> None:
    for key, value in found.items():
        if key not in whole or value != whole[key]:
            raise EngineError("plan.documents.do_not_add", document=name)


def _compare_purse(purse: str, papers: list[Paper | Book], facts: PlanFacts) -> None:
    """Compare the papers about a purse, group by group, with the purse."""
    told = next(p for p in facts.base["purses"] if p["id"] == purse)
    whole = {"person_months": int(told["person_months"]), "rupiah": int(told["spent_rp"])}
    sums: dict[str, dict[str, int]] = {}
    for paper in papers:
        held = sums.setdefault(paper.group, {})
        for key in whole.keys() & paper.totals.keys():
            held[key] = held.get(key, 0) + paper.totals[key]
    for group, held in sums.items():
        _compare(f"{group} {purse}", held, whole)


def check_parts(facts: PlanFacts) -> None:
    """Compare the tables that papers are made of with the plan and with each other.

    Raises:
        EngineError: ``plan.documents.do_not_add``.
    """
    whole = plan_totals(facts)
    tables = {
        "rka": int(facts.spans["rupiah"].sum()), "kas": int(facts.bills["rupiah"].sum()),
        "dompet": sum(int(p["spent_rp"]) for p in facts.base["purses"]),
    }  # fmt: skip
    months = sum(facts.heads())
    if facts.has_names:
        tables["lampiran"] = int(facts.people["rupiah"].sum())
        named = {"persons": facts.people["person_id"].n_unique(), "lines": facts.people.height}
        _compare("lampiran", named, whole)
        _compare("lampiran", {"person_months": int(facts.people["months"].sum())}, whole)
    for name, rupiah in tables.items():
        _compare(name, {"rupiah": rupiah}, whole)
    _compare("bulan", {"person_months": months}, whole)
