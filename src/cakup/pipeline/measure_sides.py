"""What stands beside a measurement: publications, heads of projects, the metadata sheet."""

from __future__ import annotations

from pathlib import Path

from cakup.coverage.definitions import REGION_WORDS
from cakup.documents.metadata_sheet import MetadataFacts, write_metadata
from cakup.engines.files import whole_file
from cakup.kernel import spelling
from cakup.kernel.errors import UsageError
from cakup.kernel.language import LANGS, Lang, Text
from cakup.pipeline.basis import prepare
from cakup.pipeline.measure import Measurement
from cakup.pipeline.official import project_heads
from cakup.pipeline.publish import Published, published
from cakup.pipeline.workspace import Workspace


def heads_of_projects(workspace: Workspace, held: Measurement) -> tuple[int, int] | None:
    """Return heads and projects of construction in the month of a measurement, None without data.

    Args:
        workspace: Workspace of the measurement.
        held: The measurement.
    """
    with workspace.engine() as engine:
        basis = prepare(
            engine, workspace, held.request.as_of, held.request.known, is_cover_only=True
        )
        if not any(i.kind == "jakon" for i in basis.imports):
            return None
        return project_heads(engine, basis, held.request.as_of)


def publication_words(told: Published) -> Text:
    """Return one publication in words, with the difference to the present count.

    Args:
        told: The publication.
    """

    def said(lang: Lang) -> str:
        share = f"{spelling.percent(told.value, 1, lang)} — " if told.value is not None else ""
        n = spelling.count(told.numerator, lang)
        head = Text(
            f"diterbitkan {told.basis} oleh {told.by}: {share}{n} orang",
            f"published {told.basis} by {told.by}: {share}{n} persons",
        )(lang)
        why = Text(f"; membetulkan: {told.correction}", f"; corrects: {told.correction}")(lang)
        gap = 0 if told.now is None else told.now - told.numerator
        since = Text(
            f"; hitungan sekarang {spelling.count(told.now or 0)} ({gap:+d})",
            f"; the count is now {spelling.count(told.now or 0, 'en')} ({gap:+d})",
        )(lang)
        return head + (why if told.correction else "") + (since if gap else "")

    return Text(*(said(lang) for lang in LANGS))


def metadata(workspace: Workspace, held: Measurement, path: Path, lang: Lang = "id") -> None:
    """Write the metadata sheet of a measurement.

    Args:
        workspace: Workspace of the measurement.
        held: The measurement.
        path: File ending in ``.xlsx``.
        lang: Language.

    Raises:
        UsageError: ``usage.bad_choice`` for another ending.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(
            "usage.bad_choice", option="--metadata", given=path.suffix, choices=".xlsx"
        )
    rule, lost = REGION_WORDS[held.request.region], held.unknown.active_without_place
    facts = MetadataFacts(
        place=held.place_name,
        region=Text(
            f"menurut {rule.id}; wilayah {spelling.count(lost)} peserta aktif tidak diketahui",
            f"by {rule.en}; place of {spelling.count(lost, 'en')} active persons not known",
        )(lang),
        segments=", ".join(s.upper() for s in held.request.segments),
        estimate=round(held.bounds.expected) if held.bounds else None,
        bounds=held.figures[0].bounds,
        published=tuple(publication_words(p)(lang) for p in published(workspace, held)),
        project_heads=heads_of_projects(workspace, held),
    )
    with whole_file(path) as temporary:
        write_metadata(temporary, held.figures[0], facts, lang)
