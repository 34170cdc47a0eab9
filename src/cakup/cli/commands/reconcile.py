"""``cakup reconcile`` (``cakup rekon``): our payments and the insurer's."""

from __future__ import annotations

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
    from cakup.pipeline.reconcile import Result

ALIAS = "rekon"
SHOWN_ROWS = 24


def register(app: typer.Typer) -> None:
    """Add the command and its Indonesian name."""
    app.command("reconcile")(reconcile)
    app.command(ALIAS, hidden=True)(reconcile)


def reconcile(
    month: Annotated[str, typer.Option("--month", help="Bulan iuran, mis. 2025-10.")],
    ours: Annotated[str, typer.Option("--ours", help="Pengirim data pembayaran kita, mis. BPKAD.")],
    theirs: Annotated[
        str, typer.Option("--theirs", help="Pengirim data pembayaran BPJS Ketenagakerjaan.")
    ],
    since: Annotated[
        str | None, typer.Option("--from", help="Bulan pertama, bila lebih dari satu.")
    ] = None,
    answer: Annotated[
        Path | None,
        typer.Option("--answer", help="Jawaban BPJS atas data yang dikirim: status, alasan, KPJ."),
    ] = None,
    out_file: Annotated[
        Path | None,
        typer.Option("--out", help="Berita Acara .docx; lampiran .xlsx di sebelahnya."),
    ] = None,
    number: Annotated[str, typer.Option("--number", help="Nomor Berita Acara.")] = "",
    known: Annotated[
        str | None, typer.Option("--known", help="Hanya berkas yang diterima sampai tanggal ini.")
    ] = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Cocokkan pembayaran dengan BPJS menurut kode iuran, program, bulan (alias: rekon)."""
    from cakup.pipeline import reconcile as use

    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        month=parse_day(month, option="--month"), ours=ours, theirs=theirs,
        since=parse_day(since, option="--from") if since else None,
        answer=str(answer) if answer else None, out=str(out_file) if out_file else None,
        number=number, known=parse_day(known, option="--known") if known else None,
        lang=language(lang),
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
    """Print the groups, differing ones first, and the answer to names sent."""
    lang = out.lang
    heads = Text(
        "Wadah|Kode iuran|Bulan|Program|Kita: orang|Rp|BPJS: orang|Rp|Selisih Rp",
        "Code|Kode iuran|Month|Programme|Ours: n|Rp|Theirs: n|Rp|Difference Rp",
    )
    rows = [
        (g["wadah"] or "–", g["kode_iuran"], spelling.month(g["bulan"], lang), g["programs"],
         g["our_persons"], g["our_rp"], g["their_persons"], g["their_rp"],
         (g["our_rp"] or 0) - (g["their_rp"] or 0))
        for g in result.groups.iter_rows(named=True)
    ]  # fmt: skip
    rows.sort(key=lambda r: r[8] == 0 and r[4] == r[6])
    sums = result.sums()
    shown: list[tuple[object, ...]] = list(rows[:SHOWN_ROWS])
    total = Text("Jumlah", "Total")(lang)
    shown.append(("", total, "", "", None, sums["our_rp"], None, sums["their_rp"],
                  sums["difference_rp"]))  # fmt: skip
    out.table(heads(lang).split("|"), shown,
              title=Text("Menurut kode iuran, program, bulan",
                         "By kode iuran, programme, month")(lang))  # fmt: skip
    n, of = spelling.count(result.differing, lang), spelling.count(result.groups.height, lang)
    out.say(Text(f"{n} dari {of} kelompok berselisih.", f"{n} of {of} groups differ."))
    for kode, told in result.answers.items():
        reasons = "; ".join(f"{r}: {c}" for r, c in sorted(told.rejected.items()))
        out.say(
            Text(
                f"{kode}: dikirim {told.sent}, diterima {told.accepted}, nomor diberikan "
                f"{told.numbered}, ditolak {told.rejected.total()} ({reasons or '–'}).",
                f"{kode}: sent {told.sent}, accepted {told.accepted}, numbered {told.numbered}, "
                f"rejected {told.rejected.total()} ({reasons or '–'}).",
            )
        )
    if result.files:
        out.say(Text(f"{', '.join(result.files)} ditulis.", f"{', '.join(result.files)} written."))
    else:
        out.next(Text("Berita Acara: tambahkan --out berita-acara.docx",
                      "the minutes: add --out minutes.docx"))  # fmt: skip
