"""What every value of a plan that nobody has confirmed is about, in words."""

from __future__ import annotations

from collections.abc import Iterable

from cakup.coverage.register import Entry
from cakup.ledger.rules import parameters as counting_parameters
from cakup.pipeline.plan_inputs import PlanInputs
from cakup.planning.january import WAYS

#: Marks that are no parameters of the law: prefix → words.
MARK_WORDS = {
    "risiko": "Tabel kematian TMI IV 2019 dan TMPI 2023, untuk perkiraan kematian dan santunan",
    "daftar": "Orang dengan alamat, desil, atau padanan yang belum diketahui",
}


def mark_words(inputs: PlanInputs, marks: Iterable[str]) -> dict[str, str]:
    """Return what every mark is about.

    Args:
        inputs: What the plan stands on.
        marks: Keys of values that nobody has confirmed.
    """
    return {key: _words(inputs, key) for key in marks}


def _words(inputs: PlanInputs, key: str) -> str:
    head, _, name = key.partition(".")
    if head in MARK_WORDS:
        return MARK_WORDS[head]
    if head == "kriteria":
        return f"Kriteria: {inputs.rules.title} ({inputs.rules.instrument})"
    if head == "januari":
        return f"Cara membayar Januari–Maret: {WAYS[name].id}"
    if head == "denominators":
        return f"Penyebut: {_entry(inputs.denominator)}"
    if head == "targets":
        return f"Target: {_entry(next(t for t in inputs.targets if t.key == key))}"
    catalogue = counting_parameters() if head == "counting" else inputs.catalogue
    return catalogue[key].description


def _entry(entry: Entry) -> str:
    """Return an entry of a register as people call it: issuer, year, paper."""
    year = f" {entry.year}" if entry.year else ""
    return f"{entry.issuer}{year}, {entry.document}"
