"""``cakup entitlements`` (``cakup hak``): to whom something may be owed."""

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
    from cakup.pipeline.entitlements import Result, Right

ALIAS = "hak"
SHOWN_ROWS = 20
SHOWN_DIGITS = 10


def register(app: typer.Typer) -> None:
    """Add the command and its Indonesian name."""
    app.command("entitlements")(entitlements)
    app.command(ALIAS, hidden=True)(entitlements)


def entitlements(
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Hari terakhir yang diperiksa.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Hari pertama peristiwa yang diperiksa.")
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Buku kerja .xlsx (memuat nama).")
    ] = None,
    marks: Annotated[
        Path | None,
        typer.Option("--import", help="Masukkan kembali buku kerja yang sudah diisi."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Siapa yang menindaklanjuti (wajib bagi --import).")
    ] = None,
    basis: Annotated[
        str | None,
        typer.Option("--basis", help="Dokumen dan tanggalnya (wajib bagi --import)."),
    ] = None,
    show_identity: NikOption = False,
    recipient: BookRecipientOption = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="Tujuan; dicatat.")] = None,
    known: Annotated[
        str | None, typer.Option("--known", help="Hanya berkas yang diterima sampai tanggal ini.")
    ] = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Yang mungkin berhak: meninggal atau kecelakaan selagi terlindungi (alias: hak)."""
    from cakup.pipeline import entitlements as use

    out = terminal(lang, json=json, quiet=quiet)
    if marks is not None:
        _take(out, folder, marks, by, basis, wait)
        return
    request = use.Request(
        as_of=parse_day(as_of) if as_of else None,
        since=parse_day(since, option="--from") if since else None,
        out=str(out_file) if out_file else None, show_identity=show_identity,
        known=parse_day(known, option="--known") if known else None,
        purpose=purpose or use.PURPOSE, recipient=recipient, lang=language(lang),
    )  # fmt: skip
    try:
        result = use.run(request, workspace(folder), out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    _say(result, out)


def _take(
    out: Terminal, folder: Path | None, file: Path, by: str | None, basis: str | None, wait: float
) -> None:
    """Take back a filled-in workbook."""
    from cakup.pipeline import entitlement_marks as use

    try:
        request = use.Request(str(file), by, basis, wait_seconds=wait)
        result = use.run(request, workspace(folder), out)
    finally:
        out.done()
    if out.json:
        out.data(vars(result))
        return
    out.say(
        Text(
            f"{result.seen} baris dilihat, {result.open} belum; {result.recorded} baru dicatat.",
            f"{result.seen} rows seen, {result.open} not; {result.recorded} newly recorded.",
        )
    )


def _say(result: Result, out: Terminal) -> None:
    """Print the events by person id; never a name."""
    lang = out.lang
    heads = Text("Orang|Peristiwa|Tanggal|Segmen|Bulan|Perkiraan|Klaim|Dilihat",
                 "Person|Event|Day|Segment|Months|Expected|Claim|Seen")  # fmt: skip
    day = spelling.day(result.as_of, lang)
    title = Text(f"Mungkin berhak, sampai {day}", f"May be entitled, to {day}")
    out.table(
        heads(lang).split("|"), [_row(r, out) for r in result.rights[:SHOWN_ROWS]],
        title=title(lang),
    )  # fmt: skip
    more = len(result.rights) - SHOWN_ROWS
    if more > 0:
        out.say(Text(f"… dan {more} lagi; semuanya: --out.", f"… and {more} more: --out."))
    out.say(
        Text(
            f"{len(result.rights)} peristiwa, {result.unseen} belum dilihat. Perkiraan adalah "
            "rentang, bukan janji; sebab kematian menentukan JKM atau JKK.",
            f"{len(result.rights)} events, {result.unseen} not seen. Expected is a range, not a "
            "promise; the cause of death decides between JKM and JKK.",
        )
    )
    if result.out:
        out.say(Text(f"{result.out} ditulis; memuat data pribadi.",
                     f"{result.out} written; it holds personal data."))  # fmt: skip
        out.next(
            Text(
                f"isi, lalu cakup entitlements --import {result.out} --by … --basis …",
                f"fill in, then cakup entitlements --import {result.out} --by … --basis …",
            )
        )
    else:
        out.next(Text("dengan nama dan berkas yang diperlukan: cakup entitlements --out hak.xlsx",
                      "with names and papers: cakup entitlements --out rights.xlsx"))  # fmt: skip


def _millions(low: int | None, high: int | None, out: Terminal) -> str:
    """Return a range in millions of rupiah."""
    if low is None:
        return "?"
    word = Text(" juta", " million")(out.lang)

    def said(value: int) -> str:
        digits = 0 if value % 1_000_000 == 0 else 1
        return spelling.decimal(value / 1_000_000, digits, out.lang)

    if high is None:
        return Text("mulai Rp", "from Rp")(out.lang) + said(low) + word
    return f"Rp{said(low)}{'' if low == high else '–' + said(high)}{word}"


def _row(right: Right, out: Terminal) -> tuple[object, ...]:
    from cakup.documents.rights_workbook import CLAIMS, EVENTS

    seen = Text("ya", "yes") if right.is_seen else Text("belum", "not yet")
    months = "?" if right.unbroken_months is None else str(right.unbroken_months)
    late = Text(" (menunggak)", " (arrears)")(out.lang) if right.is_in_arrears else ""
    return (
        right.person_id[:SHOWN_DIGITS], EVENTS[right.event](out.lang), right.day.isoformat(),
        right.segments, months + late, _millions(right.low_rp, right.high_rp, out),
        CLAIMS[right.claim](out.lang), seen(out.lang),
    )  # fmt: skip
