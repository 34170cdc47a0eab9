"""Use case: do printed figures fit together? Needs no workspace; nothing is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from cakup.coverage.consistency import Verdict, check, read_figures
from cakup.kernel.errors import UsageError
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.workspace import Workspace


@dataclass(frozen=True)
class Request:
    """Printed figures as they stand in an article or report; None = not printed.

    Args:
        covered: Covered persons, e.g. ``43,526`` or ``sekitar 44 ribu``.
        base: Persons of whom they are a part.
        percent: Coverage in percent, e.g. ``33 %``.
        gap: Persons not covered.
        gap_percent: Share not covered in percent.
        new: Persons to be added.
    """

    covered: str | None = None
    base: str | None = None
    percent: str | None = None
    gap: str | None = None
    gap_percent: str | None = None
    new: str | None = None


def run(
    request: Request, workspace: Workspace | None = None, progress: Progress = SILENT
) -> Verdict:
    """Check the figures of a request.

    Args:
        request: The figures as printed.
        workspace: Not used; the check rests on the figures alone.
        progress: Not used; the check takes milliseconds.

    Raises:
        UsageError: ``figure.nothing_given``, or a figure that cannot be read.
    """
    given = read_figures(asdict(request))
    if not given:
        raise UsageError("figure.nothing_given")
    return check(given)


def check_figure(
    *, covered: str | None = None, base: str | None = None, percent: str | None = None,
    gap: str | None = None, gap_percent: str | None = None, new: str | None = None,
) -> Verdict:  # fmt: skip
    """Return whether printed figures can all be true of one whole covered and one whole base.

    Args:
        covered: Covered persons as printed, e.g. ``43,526`` or ``sekitar 44 ribu``.
        base: Persons of whom they are a part.
        percent: Coverage in percent, e.g. ``33 %``.
        gap: Persons not covered.
        gap_percent: Share not covered in percent.
        new: Persons to be added.

    Raises:
        UsageError: If nothing is given or a figure cannot be read.

    Example:
        >>> check_figure(percent="33 %", base="132,826", gap="sekitar 89.300").compatible
        True
    """
    return run(Request(covered, base, percent, gap, gap_percent, new))
