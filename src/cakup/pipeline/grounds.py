"""On whose word and on what paper decisions are recorded: ``--by`` and ``--basis``.

A decision that comes in with a file changes persons, money or rights. It is recorded only with the
name of who decided and the document that says so: its name or number, and its date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from cakup.kernel.errors import UsageError
from cakup.kernel.months import MONTHS_ID

_ISO = re.compile(r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b")
_DASHED = re.compile(r"\b([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})\b")
_WORDS = re.compile(rf"\b([0-9]{{1,2}}) ({'|'.join(MONTHS_ID)}) ([0-9]{{4}})\b", re.IGNORECASE)
_EDGES = " ,;.()–-"
#: What joins a document to its date.
_JOINTS = re.compile(r"\b(tanggal|tgl\.?|dated|of)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Ground:
    """Who decided, and on what paper.

    Args:
        by: Name, or name and post.
        document: Name or number of the document.
        dated: Its date.
    """

    by: str
    document: str
    dated: date

    @property
    def basis(self) -> str:
        """Document and date in one text, as it stands in the log."""
        return f"{self.document}, {self.dated.isoformat()}"


def ground(by: str | None, basis: str | None) -> Ground:
    """Return who decided and on what paper.

    Args:
        by: Name of who decided.
        basis: Document and its date, e.g. ``BA-12/2025, 2025-11-20`` or ``SK 560 tanggal
            14 April 2025``.

    Raises:
        UsageError: ``decisions.no_by``, ``decisions.no_basis`` (missing, or without a document or
            a date).
    """
    if not by or not by.strip():
        raise UsageError("decisions.no_by")
    found = _dated(basis or "")
    if found is None or not found[0]:
        raise UsageError("decisions.no_basis")
    return Ground(by.strip(), *found)


def _dated(text: str) -> tuple[str, date] | None:
    """Return a text without its date, and the date."""
    for pattern in (_ISO, _DASHED, _WORDS):
        found = pattern.search(text)
        if found is None:
            continue
        one, two, three = found.groups()
        try:
            if pattern is _ISO:
                day = date(int(one), int(two), int(three))
            elif pattern is _DASHED:
                day = date(int(three), int(two), int(one))
            else:
                names = [m.lower() for m in MONTHS_ID]
                day = date(int(three), names.index(two.lower()) + 1, int(one))
        except ValueError:
            return None
        before = _JOINTS.sub("", text[: found.start()].rstrip()).strip(_EDGES)
        after = text[found.end() :].strip(_EDGES)
        return " ".join(part for part in (before, after) if part), day
    return None
