"""``cakup measure``: the coverage figures of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.measure_options import (
    AsnOption,
    AsOfOption,
    DenominatorOption,
    KnownOption,
    MetadataOption,
    OfficialOption,
    RegionOption,
    SegmentsOption,
    words,
)
from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
    terminal,
    workspace,
)
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.measure import Measurement
    from cakup.pipeline.workspace import Workspace

FORMATS = ("table", "csv", "json", "xlsx")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("measure")(measure)


def measure(
    as_of: AsOfOption,
    known: KnownOption = None,
    region: RegionOption = "ktp",
    segments: SegmentsOption = "pu,bpu,jakon",
    asn: AsnOption = "out",
    by: Annotated[
        str,
        typer.Option(
            "--by",
            help="Rincian, dipisah koma (semua gabungannya): kecamatan, kelurahan, segmen, "
            "sektor, jenis_kelamin, umur, desil, pembayar.",
        ),
    ] = "",
    since: Annotated[
        str | None, typer.Option("--since", help="Jelaskan perubahan sejak tanggal ini.")
    ] = None,
    since_known: Annotated[
        str | None,
        typer.Option("--since-known", help="Angka pembanding seperti diketahui pada tanggal ini."),
    ] = None,
    denominator: DenominatorOption = None,
    official: OfficialOption = None,
    metadata: MetadataOption = None,
    format_: Annotated[str, typer.Option("--format", help="table, csv, json, atau xlsx.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Berkas keluaran .csv, .json, atau .xlsx.")
    ] = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Ukur cakupan: siapa dihitung, dari berapa, menurut aturan dan sumber apa."""
    from cakup.coverage.counts import ALIASES
    from cakup.pipeline import measure as use

    shape = _shape(format_, out, json=json)
    screen = terminal(lang, json=shape in ("json", "csv"), quiet=quiet)
    request = use.Request(
        as_of=parse_day(as_of), known=_day(known, "--known"), region=region,
        segments=words(segments), asn=asn, by=tuple(ALIASES.get(a, a) for a in words(by)),
        since=_day(since, "--since"), since_known=_day(since_known, "--since-known"),
        denominator=denominator, lang=language(lang),
    )  # fmt: skip
    held = workspace(folder)
    found = use.run(request, held, screen)
    _show(_Asked(held, found, official, metadata, out, shape), screen)


@dataclass(frozen=True)
class _Asked:
    """A measurement and what is asked of it."""

    workspace: Workspace
    found: Measurement
    official: Path | None
    metadata: Path | None
    out: Path | None
    shape: str


def _show(asked: _Asked, screen: Terminal) -> None:
    """Print or write a measurement, with what stands beside it."""
    from cakup.cli.bridge_view import say_bridge, say_sides
    from cakup.cli.measure_view import say
    from cakup.pipeline.measure_export import csv_text, export
    from cakup.pipeline.measure_sides import heads_of_projects, metadata, publication_words
    from cakup.pipeline.official import compare, read_official
    from cakup.pipeline.publish import published

    held, found = asked.workspace, asked.found
    told = published(held, found)
    span = compare(held, found, read_official(asked.official), screen) if asked.official else None
    screen.done()
    if asked.metadata is not None:
        metadata(held, found, asked.metadata, screen.lang)
        screen.say(Text(f"{asked.metadata.name} ditulis.", f"{asked.metadata.name} written."))
    if asked.out is not None:
        rows = export(found, asked.out, asked.shape, held)
        screen.say(Text(f"{asked.out.name}: {rows} baris.", f"{asked.out.name}: {rows} rows."))
    elif asked.shape == "json":
        more = {"published": [p.as_json() for p in told]} if told else {}
        screen.data(found.as_json() | more | ({"official": span.as_json()} if span else {}))
    elif asked.shape == "csv":
        typer.echo(csv_text(found), nl=False)
    else:
        say(found, screen)
        say_sides(screen, [publication_words(p) for p in told], heads_of_projects(held, found))
    if span is not None:
        say_bridge(screen, span)


def _shape(given: str, out: Path | None, *, json: bool) -> str:
    """Return the shape of the output; the ending of a file says it too."""
    ending = out.suffix.lower().lstrip(".") if out else ""
    shape = given or ("json" if json else ending or "table")
    if shape not in FORMATS:
        raise UsageError(
            "usage.bad_choice", option="--format", given=shape[:20], choices=", ".join(FORMATS)
        )
    if shape == "xlsx" and out is None:
        raise UsageError("coverage.measure.file_needed")
    if out is not None and shape == "table":
        raise UsageError("coverage.measure.file_needed")
    return shape


def _day(text: str | None, option: str) -> date | None:
    return None if text is None else parse_day(text, option=option)
