"""``cakup erase``: one person, or what may not be kept any longer, leaves every version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WaitOption,
    WorkspaceOption,
    terminal,
    workspace,
)
from cakup.kernel import spelling
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.erase import Result


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("erase")(erase)


def erase(
    target: Annotated[
        str, typer.Argument(help="Tanda orang, atau BERKAS:LEMBAR:BARIS; kosong dengan --expired.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="Yang memutuskan.")] = "",
    basis: Annotated[
        str, typer.Option("--basis", help="Dasar: permohonan atau keputusan, dengan tanggalnya.")
    ] = "",
    expired: Annotated[
        bool, typer.Option("--expired", help="Hapus impor yang masa simpannya sudah lewat.")
    ] = False,
    on: Annotated[
        str | None, typer.Option("--on", help="Tanggal keputusan (bawaan: hari ini).")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Sungguh hapus; tanpa ini hanya dihitung.")
    ] = False,
    workspace_: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Hapus data seseorang dari semua versi, impor, dan berkas yang diterima."""
    from cakup.pipeline import erase as use

    if not target and not expired:
        raise UsageError("usage.missing", option="TARGET")
    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        target, by, basis, expired, parse_day(on, option="--on") if on else None, yes, wait
    )
    try:
        result = use.run(request, workspace(workspace_), out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    _say(result, out)


def _say(result: Result, out: Terminal) -> None:
    """Print what went or would go, by import; never a value."""
    lang = out.lang
    if not result.rows:
        out.say(Text("Tidak ada yang perlu dihapus.", "There is nothing to erase."))
        return
    heads = [Text("Impor", "Import"), Text("Baris", "Rows")]
    out.table([h(lang) for h in heads], list(result.rows.items()))
    total = spelling.count(sum(result.rows.values()), lang)
    if not result.is_done:
        out.say(Text(f"{total} baris akan dihapus; belum ada yang diubah.",
                     f"{total} rows would go; nothing was changed yet."))  # fmt: skip
        out.next(
            Text(
                "hapus dengan --yes --by NAMA --basis DOKUMEN; tidak dapat dibatalkan",
                "erase with --yes --by NAME --basis DOCUMENT; it cannot be undone",
            )
        )
        return
    out.say(Text(f"{total} baris dihapus dari semua versi [{result.decision_id}].",
                 f"{total} rows are gone from every version [{result.decision_id}]."))  # fmt: skip
    for old, new in result.received.items():
        out.say(f"  {old[:12]} → {new[:12] or '–'}")
    out.say(
        Text(
            "Angka yang sudah disebut tetap seperti disebut; salinan di luar ruang kerja (berkas "
            "yang dikirim, cadangan) harus dihapus oleh pemegangnya.",
            "Figures already told stay as told; copies outside the workspace (files sent, backups) "
            "must be deleted by whoever holds them.",
        )
    )
