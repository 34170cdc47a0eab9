"""Use case: make a fictitious city with known truth and write its files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cakup.kernel.months import parse_day
from cakup.kernel.progress import SILENT, Progress
from cakup.synth.files.writing import Sent, write
from cakup.synth.spec import Spec

#: The share behind the project's article: 43,526 of 132,826.
COVERED_SHARE = 43_526 / 132_826


@dataclass(frozen=True)
class Request:
    """What to make; ``make_city`` takes the same arguments.

    Args:
        folder: Folder for the files, made if missing; must be empty or made by this use case.
        place: Kemendagri code of the city whose areas are borrowed.
        workers: Workers alive and resident (KTP) in the city on ``as_of``.
        covered: How many of them are active participants then: persons (int) or share (float).
        listed: Share of them on at least one list of workers, 0–1.
        as_of: Day or month; last day of the 24 months of history.
        seed: Same seed, same bytes.
        noise: Multiplier on every noise rate; 0 = clean lists.
        correlated_names: Whether the second word of a name depends on the first.
        findings: Whether findings are planted: a decree that leaves people out, enrolments that the
            register wrongly calls not active, lists of employers; truth in ``truth/findings`` and
            ``truth/employer_truth``.
    """

    folder: str
    place: str = "12.75"
    workers: int = 132_826
    covered: int | float = COVERED_SHARE
    listed: float = 0.88
    as_of: str = "2025-10-31"
    seed: int = 7
    noise: float = 1.0
    correlated_names: bool = False
    findings: bool = False


@dataclass(frozen=True)
class Result:
    """What was made.

    Args:
        folder: The folder.
        as_of: The city's date.
        files: Files in the order in which to import them.
        truth: Counts recounted from the truth: persons, workers, covered, listed, gap,
            covered_not_listed, participants, migrants_active, dead.
    """

    folder: str
    as_of: date
    files: tuple[Sent, ...]
    truth: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain values."""
        return asdict(self)


def run(request: Request, workspace: None = None, progress: Progress = SILENT) -> Result:
    """Make the city and write its files; no workspace takes part.

    Args:
        request: What to make.
        workspace: Always None: made-up files enter a workspace by import, as all others do.
        progress: Listener.

    Raises:
        UsageError: ``synth.…`` for sizes that cannot be, ``usage.bad_date``,
            ``synth.folder_not_empty``.
    """
    spec = Spec.of(
        request.place, workers=request.workers, covered=request.covered, listed=request.listed,
        as_of=parse_day(request.as_of), seed=request.seed, noise=request.noise,
        correlated_names=request.correlated_names, findings=request.findings,
    )  # fmt: skip
    written = write(spec, Path(request.folder), progress)
    return Result(request.folder, spec.as_of, written.files, written.truth)


def make_city(folder: str | Path, progress: Progress = SILENT, **options: Any) -> Result:
    """Make a fictitious city and write its files.

    Args:
        folder: Folder for the files.
        progress: Listener.
        options: As in ``Request``: place, workers, covered, listed, as_of, seed, noise,
            correlated_names, findings.

    Raises:
        UsageError: As ``run``.
    """
    return run(Request(str(folder), **options), progress=progress)
