"""``cakup report``: one HTML file about coverage, without names and without NIK."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from cakup.kernel import spelling
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.report import Result


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    out: Annotated[Path, typer.Option("--out", help="Berkas HTML yang ditulis.")] = Path(
        "laporan.html"
    ),
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Tanggal atau bulan (bawaan: tanggal data peserta terbaru)."),
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Untuk umum: sembunyikan kelompok kecil.")
    ] = False,
    region: Annotated[
        str, typer.Option("--region", help="Aturan wilayah: ktp, domisili, atau kerja.")
    ] = "ktp",
    segments: Annotated[
        str, typer.Option("--segments", help="Segmen yang dihitung.")
    ] = "pu,bpu,jakon",
    asn: Annotated[str, typer.Option("--asn", help="ASN, TNI, Polri: in atau out.")] = "out",
    since: Annotated[
        str | None,
        typer.Option("--since", help="Tanggal pembanding (bawaan: bulan yang sama tahun lalu)."),
    ] = None,
    known: Annotated[
        str | None, typer.Option("--known", help="Hanya berkas yang diterima sampai tanggal ini.")
    ] = None,
    denominator: Annotated[
        str | None, typer.Option("--denominator", help="Tanda penyebut yang dipakai.")
    ] = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Tulis laporan cakupan sebagai satu berkas HTML tanpa nama dan tanpa NIK."""
    from cakup.pipeline import report as use

    terminal_ = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        out=str(out), as_of=parse_day(as_of) if as_of else None, is_public=public, region=region,
        segments=tuple(s.strip() for s in segments.split(",") if s.strip()), asn=asn,
        since=parse_day(since, option="--since") if since else None,
        known=parse_day(known, option="--known") if known else None,
        denominator=denominator, lang=language(lang),
    )  # fmt: skip
    result = use.run(request, workspace(folder), terminal_)
    terminal_.done()
    if json:
        terminal_.data({**asdict(result), "as_of": result.as_of.isoformat()})
        return
    _say(result, terminal_, is_public=public)


def _say(result: Result, out: Terminal, *, is_public: bool) -> None:
    """Print the headline and where the file is."""
    lang = out.lang
    day = spelling.day(result.as_of, lang)
    if result.value is not None and result.numerator is not None and result.denominator:
        n, of = (spelling.count(x, lang) for x in (result.numerator, result.denominator))
        share = spelling.percent(result.value, 1, lang)
        out.say(Text(f"{share} terlindungi pada {day}: {n} dari {of}.",
                     f"{share} covered on {day}: {n} of {of}."))  # fmt: skip
    else:
        out.say(Text(f"Cakupan pada {day} belum dapat dihitung; laporan menyebut sebabnya.",
                     f"Coverage on {day} cannot be told yet; the report says why."))  # fmt: skip
    if result.n_hidden:
        out.say(Text(f"{result.n_hidden} angka disembunyikan untuk versi publik.",
                     f"{result.n_hidden} figures are hidden in the public version."))  # fmt: skip
    size = spelling.count(-(-result.bytes // 1000), lang)
    out.say(Text(f"Laporan: {result.path} ({size} kB, satu berkas, tanpa jaringan).",
                 f"Report: {result.path} ({size} kB, one file, no network)."))  # fmt: skip
    public = (
        ("", "") if is_public else ("; versi untuk umum: --public", "; for the public: --public")
    )
    out.next(
        Text(
            f"buka di peramban, atau cetak pada A4{public[0]}",
            f"open it in a browser, or print it on A4{public[1]}",
        )
    )
