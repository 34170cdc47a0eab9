"""What an import is asked to do with one file, and what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cakup.intake.correction import Correction
from cakup.kernel.errors import CakupError
from cakup.kernel.language import LANGS
from cakup.places.codes import Scheme


@dataclass(frozen=True)
class Task:
    """One file to import; see ``import_files.Request``."""

    path: Path
    kind: str | None
    sender: str | None
    as_of: date | None
    list_name: str
    is_list_given: bool
    correction: Correction
    received_on: date
    scheme: Scheme | None
    payer: str | None
    is_dry: bool
    scope: str | None = None
    basis: str | None = None
    keep_until: str | None = None


@dataclass(frozen=True)
class FileResult:
    """What became of one file.

    Args:
        file_name: Its name.
        status: ``imported``, ``unchanged`` (it was imported before), ``checked`` (dry run) or
            ``refused``.
        import_id: Id of the import.
        sha256: Hash of its bytes.
        facts: The manifest: kind, sender, list, dates, sheets with mapping, quality, notes.
        counts: Rows by outcome, reasons, rows ready for a decree.
        returned: Path of the file with returned rows, in the workspace.
        error: For a refused file, its error in both languages.
    """

    file_name: str
    status: str
    import_id: str | None = None
    sha256: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    returned: str | None = None
    error: dict[str, dict[str, str]] | None = None

    @staticmethod
    def refused(file_name: str, err: CakupError) -> FileResult:
        """Return the result of a file that was refused."""
        return FileResult(file_name, "refused", error={lang: err.parts(lang) for lang in LANGS})

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        plain = {k: v for k, v in asdict(self).items() if k not in ("facts", "counts")}
        return {**plain, **self.facts, **self.counts}
