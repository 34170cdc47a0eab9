"""``cakup review export | import``: uncertain pairs to people, their decisions back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import (
    JsonOption,
    LangOption,
    NikOption,
    QuietOption,
    WaitOption,
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
    from cakup.pipeline.review_import import Result


def register(app: typer.Typer) -> None:
    """Add the commands."""
    review = typer.Typer(help="Tinjau pasangan baris yang ragu.", no_args_is_help=True)
    review.command("export")(export)
    review.command("import")(import_)
    app.add_typer(review, name="review")


def export(
    out_file: Annotated[Path, typer.Option("--out", help="Berkas .xlsx yang akan ditulis.")],
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="Paling banyak sekian pasangan; 0 = semua.")
    ] = 1000,
    show_identity: NikOption = False,
    workspace_: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Tulis pasangan yang perlu ditinjau ke buku kerja; yang paling berharga di atas."""
    from cakup.pipeline import review_export as use_case

    out = terminal(lang, json=json, quiet=quiet)
    request = use_case.Request(str(out_file), limit or None, show_identity, language(lang))
    try:
        result = use_case.run(request, workspace(workspace_), out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    if result.out is None:
        out.say(Text("Tidak ada pasangan yang perlu ditinjau.", "No pair needs a review."))
        return
    pairs, left = (spelling.count(n, out.lang) for n in (result.pairs, result.left))
    out.say(
        Text(
            f"{pairs} pasangan ditulis ke {out_file}; {left} lagi menunggu.",
            f"{pairs} pairs were written to {out_file}; {left} more wait.",
        )
    )
    if result.unsettled:
        out.say(
            Text(
                f"{result.unsettled} keputusan tidak berlaku (bertentangan atau tanpa baris); "
                "lihat lembar terpisah.",
                f"{result.unsettled} decisions are not in force (contradicting or without rows); "
                "see their own sheet.",
            )
        )
    out.next(
        Text(
            f"isi kolom Keputusan, lalu cakup review import {out_file.name}",
            f"fill in the column Decision, then cakup review import {out_file.name}",
        )
    )


def import_(
    file: Annotated[Path, typer.Argument(help="Buku kerja yang sudah diisi.")],
    by: Annotated[
        str | None,
        typer.Option("--by", help="Siapa yang memutuskan (wajib); mengisi kolom Oleh yang kosong."),
    ] = None,
    basis: Annotated[
        str | None,
        typer.Option(
            "--basis",
            help='Dokumen dan tanggalnya (wajib), mis. "BA-12/2025, 2025-11-20"; mengisi kolom '
            "Dasar yang kosong.",
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--on", help="Tanggal keputusan bila kolom Tanggal kosong (bawaan: tanggal dokumen)."
        ),
    ] = None,
    workspace_: WorkspaceOption = None,
    wait: WaitOption = 0.0,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Catat keputusan dari buku kerja yang sudah diisi; dua kali sama dengan satu kali."""
    from cakup.pipeline import review_import as use_case

    out = terminal(lang, json=json, quiet=quiet)
    day = parse_day(on, option="--on").isoformat() if on else None
    request = use_case.Request(str(file), by, basis, day, wait_seconds=wait)
    try:
        result = use_case.run(request, workspace(workspace_), out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    out.table(
        (Text("keputusan", "decision")(out.lang), Text("pasangan", "pairs")(out.lang)),
        [
            (Text("sama", "same")(out.lang), result.same),
            (Text("berbeda", "different")(out.lang), result.different),
            (Text("belum diputuskan", "not decided")(out.lang), result.open),
            (Text("baru dicatat", "newly recorded")(out.lang), result.recorded),
        ],
    )
    _tell_errors(out, result)
    if result.recorded:
        out.next(Text("terapkan: cakup link", "apply them: cakup link"))
    else:
        out.say(
            Text("Tidak ada keputusan baru; semuanya sudah tercatat.",
                 "No new decision; all of them are on record.")
        )  # fmt: skip


def _tell_errors(out: Terminal, result: Result) -> None:
    """Say how many errors are to be expected among the pairs that wait, before and after."""
    if result.before is None or result.after is None:
        return

    def told(n: float, interval: tuple[float, float]) -> str:
        low, high = (spelling.count(round(x), out.lang) for x in interval)
        return f"{spelling.count(round(n), out.lang)} ({low}–{high})"

    rows = [
        (
            Text("disatukan, ternyata dua orang", "joined, but two persons")(out.lang),
            told(result.before.false_links, result.before.false_interval),
            told(result.after.false_links, result.after.false_interval),
        ),
        (
            Text("dipisah, ternyata satu orang", "left apart, but one person")(out.lang),
            told(result.before.missed_links, result.before.missed_interval),
            told(result.after.missed_links, result.after.missed_interval),
        ),
    ]
    head = Text("salah yang diperkirakan", "errors to be expected"), Text("tadi", "before")
    out.table((*(h(out.lang) for h in head), Text("kini", "now")(out.lang)), rows)
