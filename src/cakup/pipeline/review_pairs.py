"""What stands in a review file: its columns, its answers, and the key that brings a row home."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cakup.kernel.language import Lang, Text
from cakup.pipeline.workspace import Workspace

ANSWERS: dict[str, Text] = {
    "same_person": Text("sama", "same"),
    "different_person": Text("berbeda", "different"),
    "open": Text("belum tahu", "not known"),
}
NUMBER = Text("No", "No")
ANSWER = Text("Keputusan", "Decision")
BY = Text("Oleh", "By")
BASIS = Text("Dasar", "Basis")
ON = Text("Tanggal", "Date")
CHANCE = Text("Peluang orang yang sama", "Chance of one person")
DIFFERS = Text("Beda pada", "Differs in")
EARLIER = Text("Keputusan terdahulu", "Earlier decisions")
SOURCE = Text("Sumber", "Source")
KEY = Text("Kunci (jangan diubah)", "Key (do not change)")
SIDES = ("A", "B")
_VERSION = "1"
_MARK_DIGITS = 16


@dataclass(frozen=True)
class PairKey:
    """What a decision on a pair must name; it travels in the file with the pair.

    Args:
        fingerprints: Of the two rows shown.
        persons: To whom they belonged then.
        records: The two rows shown.
        replaces: Decisions on the pair that were shown and will be overruled.
    """

    fingerprints: tuple[str, str]
    persons: tuple[str, str]
    records: tuple[str, str]
    replaces: tuple[str, ...] = ()

    def spelled(self, workspace: Workspace) -> str:
        """Return the key as text, with a mark that only this workspace can make."""
        text = self._text()
        return f"{text}|{workspace.keyed_hash('pair:' + text)[:_MARK_DIGITS]}"

    @staticmethod
    def read(text: str, workspace: Workspace) -> PairKey | None:
        """Return the key that a cell holds, None if it is not one of this workspace."""
        parts = text.strip().split("|")
        if len(parts) != 9 or parts[0] != _VERSION:
            return None
        key = PairKey(
            (parts[1], parts[2]), (parts[3], parts[4]), (parts[5], parts[6]),
            tuple(parts[7].split(",")) if parts[7] else (),
        )  # fmt: skip
        return key if key.spelled(workspace) == text.strip() else None

    def decision_id(self, kind: str, by: str, basis: str, decided_on: str) -> str:
        """Return the id of a decision: the same words on the same pair are one decision."""
        text = "|".join((self._text(), kind, by, basis, decided_on))
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def _text(self) -> str:
        parts = (*self.fingerprints, *self.persons, *self.records, ",".join(self.replaces))
        return "|".join((_VERSION, *parts))


def chance(probability: float | None, lang: Lang = "id") -> str:
    """Return a probability in words, with its figure.

    Args:
        probability: 0–1; None where only decisions of people speak.
        lang: Language.
    """
    if probability is None:
        return Text("keputusan orang bertentangan", "decisions contradict")(lang)
    for least, words in (
        (0.95, Text("hampir pasti sama", "almost surely the same")),
        (0.8, Text("sangat mungkin sama", "very likely the same")),
        (0.5, Text("lebih mungkin sama", "rather the same")),
        (0.2, Text("lebih mungkin berbeda", "rather different")),
        (0.0, Text("sangat mungkin berbeda", "very likely different")),
    ):
        if probability >= least:
            return f"{words(lang)} ({probability:.0%})"
    raise ValueError(probability)
