"""``cakup publish`` (``cakup terbitkan``): freeze a figure with its date."""

from __future__ import annotations

from typing import Annotated

import typer

from cakup.cli.measure_options import (
    AsnOption,
    AsOfOption,
    DenominatorOption,
    KnownOption,
    RegionOption,
    SegmentsOption,
    words,
)
from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WaitOption,
    WorkspaceOption,
    language,
    terminal,
    workspace,
)
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

ALIAS = "terbitkan"


def register(app: typer.Typer) -> None:
    """Add the command and its Indonesian name."""
    app.command("publish")(publish)
    app.command(ALIAS, hidden=True)(publish)


def publish(
    as_of: AsOfOption,
    by: Annotated[str | None, typer.Option("--by", help="Siapa yang menerbitkan (wajib).")] = None,
    basis: Annotated[
        str | None, typer.Option("--basis", help="Dokumen terbitan dan tanggalnya (wajib).")
    ] = None,
    correction: Annotated[
        str, typer.Option("--correction", help="Alasan, bila terbitan sebelumnya dibetulkan.")
    ] = "",
    known: KnownOption = None,
    region: RegionOption = "ktp",
    segments: SegmentsOption = "pu,bpu,jakon",
    asn: AsnOption = "out",
    denominator: DenominatorOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Bekukan angka yang diterbitkan; hitungan baru berdiri di sampingnya (alias: terbitkan)."""
    from cakup.pipeline import measure as use
    from cakup.pipeline import publish as freeze
    from cakup.pipeline.measure_sides import publication_words

    out = terminal(lang, json=json, quiet=quiet)
    held = workspace(folder)
    request = use.Request(
        as_of=parse_day(as_of), known=parse_day(known, option="--known") if known else None,
        region=region, segments=words(segments), asn=asn, denominator=denominator,
        lang=language(lang),
    )  # fmt: skip
    try:
        found = use.run(request, held, out)
        told = freeze.publish(
            held, found, by=by, basis=basis, correction=correction, wait_seconds=wait
        )
    finally:
        out.done()
    if json:
        out.data(told.as_json())
        return
    said = publication_words(told)
    out.say(Text(f"Angka beku: {said.id}.", f"Frozen figure: {said.en}."))
    out.next(
        Text(
            "lembar metadatanya: cakup measure --metadata metadata.xlsx --as-of …",
            "its metadata sheet: cakup measure --metadata metadata.xlsx --as-of …",
        )
    )
