"""``cakup withdraw``: take an import out of all later computation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.effect_view import say_effect
from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WaitOption,
    WorkspaceOption,
    terminal,
    workspace,
)
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from cakup.pipeline.withdraw import Result


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("withdraw")(withdraw)


def withdraw(
    import_id: Annotated[str, typer.Argument(help="Id impor, lihat cakup imports.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Alasan, tanpa data pribadi; masuk catatan keputusan.")
    ],
    by: Annotated[str | None, typer.Option("--by", help="Yang memutuskan.")] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Tanggal keputusan (bawaan: hari ini).")
    ] = None,
    later: Annotated[
        bool, typer.Option("--later", help="Orang dan angka dihitung kemudian.")
    ] = False,
    workspace_: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Tarik satu impor dari semua perhitungan berikutnya; berkasnya tidak dihapus."""
    from dataclasses import asdict

    from cakup.pipeline import withdraw as use_case

    voice = terminal(lang, json=json, quiet=quiet)
    day = parse_day(on, option="--on") if on else None
    request = use_case.Request(import_id, reason, by, day, not later, wait)
    try:
        result = use_case.run(request, workspace(workspace_), voice)
    finally:
        voice.done()
    if json:
        voice.data(asdict(result))
    voice.say(_said(result))
    if result.corrections:
        listed = ", ".join(result.corrections)
        voice.say(
            Text(
                f"Ikut tidak dihitung, karena melengkapinya: {listed}.",
                f"No longer counted either, since they complete it: {listed}.",
            )
        )
    if result.effect is None:
        voice.next(Text("cakup link untuk menghitung ulang", "cakup link to compute anew"))
    elif not json:
        say_effect(result.effect, voice)


def _said(result: Result) -> Text:
    """Return what happened, in one sentence."""
    name = f"{result.import_id} ({result.file_name})"
    if result.is_new:
        return Text(f"Impor {name} ditarik.", f"Import {name} is withdrawn.")
    return Text(
        f"Impor {name} sudah ditarik sebelumnya; tidak ada yang berubah.",
        f"Import {name} was withdrawn before; nothing changes.",
    )
