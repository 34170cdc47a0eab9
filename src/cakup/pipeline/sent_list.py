"""``cakup crosscheck list``, ``cakup field list``: what was sent, and what is still open."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import polars as pl

from cakup.pipeline import sent
from cakup.pipeline.answers import answers_file
from cakup.pipeline.imports import all_imports, usable
from cakup.pipeline.workspace import Workspace


@dataclass(frozen=True)
class Listed:
    """One sending.

    Args:
        code: Its number.
        to: Who was asked.
        sent_on: Day of sending.
        as_of: Day for which the persons were chosen.
        purpose: Why.
        basis: On what ground.
        until: ISO day by which the file is deleted.
        rows: Persons asked about.
        open: Of these, without an answer.
    """

    code: str
    to: str
    sent_on: date
    as_of: date
    purpose: str
    basis: str
    until: str
    rows: int
    open: int

    def as_json(self) -> dict[str, Any]:
        """Return the sending as plain JSON values."""
        return {
            **asdict(self), "sent_on": self.sent_on.isoformat(), "as_of": self.as_of.isoformat()
        }  # fmt: skip


def run(workspace: Workspace) -> list[Listed]:
    """Return what was sent, oldest first; answers that were withdrawn leave their rows open.

    Args:
        workspace: Workspace.
    """
    answered: set[str] = set()
    for one in usable(all_imports(workspace)):
        if (path := answers_file(workspace, one)).exists():
            answered |= set(pl.read_parquet(path, columns=["reference"])["reference"])
    return [
        Listed(
            s.code, s.to, s.sent_on, s.as_of, s.facts.get("purpose", ""), s.facts.get("basis", ""),
            s.facts.get("until", ""), int(s.facts["rows"]),
            sum(r not in answered for r in sent.rows_of(workspace, s.code)["reference"]),
        )
        for s in sent.all_sent(workspace)
    ]  # fmt: skip
