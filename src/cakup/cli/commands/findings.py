"""``cakup findings`` (``cakup temuan``): what an auditor looks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import (
    BookRecipientOption,
    JsonOption,
    LangOption,
    NikOption,
    QuietOption,
    WorkspaceOption,
    language,
    terminal,
    workspace,
)
from cakup.kernel import spelling
from cakup.kernel.language import Text
from cakup.kernel.months import first_day, parse_day

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.findings import Result, Sum

ALIAS = "temuan"


def register(app: typer.Typer) -> None:
    """Add the command and its Indonesian name."""
    app.command("findings")(findings)
    app.command(ALIAS, hidden=True)(findings)


def findings(
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Hari terakhir yang diperiksa.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Bulan pertama yang diperiksa, mis. 2025-01.")
    ] = None,
    decree: Annotated[
        list[str] | None,
        typer.Option(
            "--sk",
            help="Daftar nama SK: nama daftar atau id impornya, boleh =PEMBAYAR (bawaan "
            "apbd_kabkota); boleh berulang.",
        ),
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Buku kerja .xlsx untuk pemeriksa (memuat nama).")
    ] = None,
    show_identity: NikOption = False,
    recipient: BookRecipientOption = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="Tujuan; dicatat.")] = None,
    basis: Annotated[
        str | None, typer.Option("--basis", help="Dasar: surat tugas dan tanggalnya; dicatat.")
    ] = None,
    known: Annotated[
        str | None, typer.Option("--known", help="Hanya berkas yang diterima sampai tanggal ini.")
    ] = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Temuan untuk pemeriksa: bulan, sumber dana, rupiah, baris sumber (alias: temuan)."""
    from cakup.pipeline import findings as use

    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        as_of=parse_day(as_of) if as_of else None,
        since=first_day(parse_day(since, option="--from")) if since else None,
        decrees=tuple(decree or ()), out=str(out_file) if out_file else None,
        show_identity=show_identity, known=parse_day(known, option="--known") if known else None,
        purpose=purpose or use.PURPOSE, recipient=recipient, basis=basis, lang=language(lang),
    )  # fmt: skip
    try:
        result = use.run(request, workspace(folder), out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    _say(result, out)


def _say(result: Result, out: Terminal) -> None:
    """Print the sums and the bridge; never a name."""
    from cakup.documents.findings_workbook import PAYERS, TITLES

    lang = out.lang
    heads = Text("Temuan|Orang|Bulan|Rupiah|Tanpa jumlah|Tinjau dahulu",
                 "Finding|Persons|Months|Rupiah|No amount|Review first")  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (TITLES[k](lang), *_cells(s, out)) for k, s in result.kinds.items()
    ]
    less = Text("dikurangi yang masuk dua temuan", "less what is in two findings")(lang)
    rows.append((less, None, None, spelling.rupiah(-result.overlap_rp, lang), None, None))
    rows.append((Text("Jumlah, tiap baris sekali", "Total, each row once")(lang),
                 *_cells(result.total, out)))  # fmt: skip
    rows += [
        ("  " + PAYERS[p](lang), *_cells(s, out)) for p, s in result.purses.items()
    ]  # fmt: skip
    day = spelling.day(result.as_of, lang)
    title = Text(f"Temuan sampai {day}", f"Findings to {day}")
    out.table(heads(lang).split("|"), rows, title=title(lang), right=(3,))
    if result.unchecked:
        out.say(
            Text(
                "Tidak diperiksa: dibayar tetapi tidak ada pada SK (sebutkan daftar SK dengan "
                "--sk).",
                "Not looked at: paid but not on the decree (name the decree's list with --sk).",
            )
        )
    if result.unconfirmed:
        keys = ", ".join(result.unconfirmed)
        out.say(Text(f"Belum dikonfirmasi: {keys}.", f"Not confirmed: {keys}."))
    if result.out:
        out.say(Text(f"{result.out} ditulis; memuat data pribadi.",
                     f"{result.out} written; it holds personal data."))  # fmt: skip
        out.next(Text("satu orang dari berkas sampai pembayaran: cakup trace TANDA-ORANG",
                      "one person from file to payment: cakup trace PERSON-ID"))  # fmt: skip
    else:
        out.next(
            Text(
                "dengan nama dan baris sumber: cakup findings --out temuan.xlsx",
                "with names and source rows: cakup findings --out findings.xlsx",
            )
        )


def _cells(told: Sum, out: Terminal) -> tuple[object, ...]:
    return (told.persons, told.months, spelling.rupiah(told.rupiah, out.lang),
            told.months_without_amount, told.waiting)  # fmt: skip
