"""The two languages in which Cakup speaks; Indonesian first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["id", "en"]
LANGS: tuple[Lang, ...] = ("id", "en")


def count(value: int, lang: Lang = "id") -> str:
    """Return a whole number with thousands marked: ``132.826`` (id) or ``132,826`` (en)."""
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "id" else text


@dataclass(frozen=True)
class Text:
    """One text in both languages.

    Args:
        id: Indonesian wording.
        en: English wording.
    """

    id: str
    en: str

    def __call__(self, lang: Lang = "id") -> str:
        """Return the wording in ``lang``."""
        return self.en if lang == "en" else self.id

    def format(self, lang: Lang = "id", /, **values: object) -> str:
        """Return the wording in ``lang`` with ``{placeholders}`` filled from ``values``."""
        return self(lang).format(**values)
