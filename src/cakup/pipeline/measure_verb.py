"""The library's verb ``cakup.measure``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cakup.coverage import counts
from cakup.kernel.language import Lang
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.measure import Measurement, Request, run
from cakup.pipeline.workspace import Workspace


def measure(
    workspace: Workspace, *, as_of: date, known: date | None = None, region: str = "ktp",
    segments: Sequence[str] = counts.DEFAULT_SEGMENTS, asn: str = "out", by: Sequence[str] = (),
    since: date | None = None, denominator: str | None = None, lang: Lang = "id",
    progress: Progress = SILENT,
) -> Measurement:  # fmt: skip
    """Measure coverage on a day.

    Args:
        workspace: Workspace, linked and with its ledger.
        as_of: Day for which the figures hold.
        known: Only files, decisions and answers received by this day.
        region: ``ktp``, ``domisili`` or ``kerja``.
        segments: Segments that count as covered.
        asn: ``out`` or ``in``.
        by: Axes of groups, such as ``("kecamatan",)``.
        since: Also tell why the figure moved since this day.
        denominator: Id of the denominator; None = the office's own, else the package's.
        lang: Language of the definitions.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice``, ``coverage.measure.…``.
        InputError: ``workspace.table_missing`` before the first link or ledger.
    """
    request = Request(
        as_of=as_of, known=known, region=region, segments=tuple(segments), asn=asn, by=tuple(by),
        since=since, denominator=denominator, lang=lang,
    )  # fmt: skip
    return run(request, workspace, progress)
