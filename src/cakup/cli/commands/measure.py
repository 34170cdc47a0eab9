"""``cakup measure``: the coverage figures of a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

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

FORMATS = ("table", "csv", "json", "xlsx")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("measure")(measure)


def measure(
    as_of: Annotated[str, typer.Option("--as-of", help="Tanggal atau bulan (= hari terakhirnya).")],
    known: Annotated[
        str | None, typer.Option("--known", help="Hanya berkas yang diterima sampai tanggal ini.")
    ] = None,
    region: Annotated[
        str, typer.Option("--region", help="Aturan wilayah: ktp, domisili, atau kerja.")
    ] = "ktp",
    segments: Annotated[
        str, typer.Option("--segments", help="Segmen yang dihitung: pu,bpu,jakon,pmi.")
    ] = "pu,bpu,jakon",
    asn: Annotated[str, typer.Option("--asn", help="ASN, TNI, Polri: in atau out.")] = "out",
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
    denominator: Annotated[
        str | None, typer.Option("--denominator", help="Penyebut: id dari cakup denominator list.")
    ] = None,
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
    from cakup.cli.measure_view import say
    from cakup.coverage.counts import ALIASES
    from cakup.pipeline import measure as use
    from cakup.pipeline.measure_export import csv_text, export

    shape = _shape(format_, out, json=json)
    screen = terminal(lang, json=shape in ("json", "csv"), quiet=quiet)
    request = use.Request(
        as_of=parse_day(as_of), known=_day(known, "--known"), region=region,
        segments=_words(segments), asn=asn, by=tuple(ALIASES.get(a, a) for a in _words(by)),
        since=_day(since, "--since"), since_known=_day(since_known, "--since-known"),
        denominator=denominator, lang=language(lang),
    )  # fmt: skip
    held = workspace(folder)
    found = use.run(request, held, screen)
    screen.done()
    if out is not None:
        rows = export(found, out, shape, held)
        screen.say(Text(f"{out.name}: {rows} baris.", f"{out.name}: {rows} rows."))
    elif shape == "json":
        screen.data(found.as_json())
    elif shape == "csv":
        typer.echo(csv_text(found), nl=False)
    else:
        say(found, screen)


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


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w.strip() for w in text.split(",") if w.strip()))


def _day(text: str | None, option: str) -> date | None:
    return None if text is None else parse_day(text, option=option)
