"""All papers and workbooks of a plan by kind, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cakup.documents.plan import (
    agreements,
    annex,
    budget_forms,
    decisions,
    decree,
    kak,
    letters,
    participants,
    reports,
    scenarios,
    uploads,
    verval,
)
from cakup.documents.plan.blocks import Book, Paper
from cakup.documents.plan.facts import PlanFacts
from cakup.law.terms import Terms
from cakup.pipeline.plan_inputs import PlanInputs
from cakup.pipeline.plan_stopped import stopped_books
from cakup.pipeline.plan_waiting import waiting_book
from cakup.planning.prices import BASE_KEY

#: Kinds of papers that can be asked for, in the order in which they are written.
KINDS = (
    "sekda", "skenario", "sk", "rka", "telaahan", "kak", "pks", "unggahan", "realisasi", "resmi",
    "verval", "slip", "paritrana", "tunggu", "berhenti", "rekonsiliasi",
    "kendali",
)  # fmt: skip
#: Kinds that name persons; a plan by numbers has none of them.
BY_NAME = ("sk", "unggahan", "verval", "slip", "tunggu", "berhenti", "rekonsiliasi")
Papers = Iterable[Paper | Book]


def papers_of(
    kind: str, facts: PlanFacts, inputs: PlanInputs, pagu: Mapping[str, Any] | None, folder: Path
) -> Papers:
    """Return the papers of one kind.

    Args:
        kind: One of ``KINDS`` but ``kendali``, which needs all others.
        facts: The plan.
        inputs: What it stands on.
        pagu: ``summary.json`` of the plan by numbers, None if there is none.
        folder: Folder of the plan.
    """
    if kind == "unggahan":
        return _uploads(facts, inputs)
    if kind == "tunggu":
        return [waiting_book(facts, inputs)]
    if kind == "berhenti":
        return stopped_books(folder, facts)
    if kind == "rekonsiliasi":
        return [decisions.reconcile_page(facts, pagu)] if pagu else []
    return _MAKERS[kind](facts)


def _annexes(facts: PlanFacts) -> Iterator[Paper | Book]:
    for purse in facts.purses:
        yield decree.decree_paper(facts, purse)
        for masked in (False, True):
            yield from annex.annex_papers(facts, purse, masked=masked)
            yield annex.annex_book(facts, purse, masked=masked)


def _uploads(facts: PlanFacts, inputs: PlanInputs) -> Papers:
    """Return the files for the insurer: aid as BPU, workers who must be PU for their employers."""
    base = int(Terms(date(facts.year, 1, 1), inputs.catalogue).rp(BASE_KEY))
    tests = [
        pl.col(f"r:{rule.id}") == "not_pu.employee"
        for rule in inputs.told.rules if rule.kind == "not_pu"
    ]  # fmt: skip
    employees = inputs.told.frame.filter(pl.any_horizontal(tests)).sort("person_id")
    return [*uploads.bpu_books(facts, base), *uploads.sipp_books(employees)]


_MAKERS: dict[str, Callable[[PlanFacts], Papers]] = {
    "sekda": lambda f: [decisions.sekda_page(f)],
    "skenario": lambda f: [scenarios.scenarios_page(f)],
    "sk": _annexes,
    "rka": lambda f: [*budget_forms.rka_papers(f), budget_forms.rka_book(f)],
    "telaahan": lambda f: [letters.telaahan(f)],
    "kak": lambda f: [kak.kak(f)],
    "pks": lambda f: [agreements.pks_annex(f)],
    "realisasi": lambda f: [reports.realisation_book(f)],
    "resmi": lambda f: [reports.official_rows(f), reports.official_book(f)],
    "verval": lambda f: [*verval.verval_papers(f), *verval.verval_opd_papers(f)],
    "slip": participants.slip_papers,
    "paritrana": lambda f: [reports.paritrana(f)],
}
