"""``cakup summarise`` (``cakup ringkas``): a city's figures without a name, for the province."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cakup.cli.measure_options import (
    AsnOption,
    AsOfOption,
    KnownOption,
    RegionOption,
    SegmentsOption,
    words,
)
from cakup.cli.options import JsonOption, LangOption, QuietOption, WorkspaceOption, terminal
from cakup.cli.options import workspace as opened
from cakup.kernel import spelling
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

ALIAS = "ringkas"


def register(app: typer.Typer) -> None:
    """Add the command and its Indonesian name."""
    app.command("summarise")(summarise)
    app.command(ALIAS, hidden=True)(summarise)


def summarise(
    as_of: AsOfOption,
    out_file: Annotated[Path, typer.Option("--out", help="Berkas .json, atau folder.")],
    region: RegionOption = "ktp",
    segments: SegmentsOption = "pu,bpu,jakon",
    asn: AsnOption = "out",
    known: KnownOption = None,
    recipient: Annotated[str | None, typer.Option("--to", help="Penerima; dicatat.")] = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Tulis ringkasan tanpa nama untuk provinsi: angka, arti, tanggal, kode (alias: ringkas)."""
    from cakup.pipeline import summarise as use

    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        parse_day(as_of), str(out_file), region, words(segments), asn,
        parse_day(known, option="--known") if known else None, recipient,
    )  # fmt: skip
    try:
        result = use.run(request, opened(folder), out)
    finally:
        out.done()
    if json:
        out.data({**asdict(result.summary), "file": Path(result.path).name,
                  "hidden": result.hidden})  # fmt: skip
        return
    active = spelling.count(result.summary.counts["active"], out.lang)
    out.say(
        Text(
            f"{result.path} ditulis: {active} orang aktif, tanpa nama; {result.hidden} kelompok "
            "kecil disembunyikan.",
            f"{result.path} written: {active} active persons, no names; {result.hidden} small "
            "groups hidden.",
        )
    )
    out.next(Text("kirim ke provinsi; di sana: cakup merge ringkasan-*.json --out tabel.xlsx",
                  "send it to the province; there: cakup merge … --out table.xlsx"))  # fmt: skip
