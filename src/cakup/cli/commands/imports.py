"""``cakup imports``: list the files that came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    terminal,
    workspace,
)
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from cakup.pipeline.list_imports import Listed

STATES = {
    "in_force": Text("berlaku", "in force"),
    "superseded": Text("digantikan", "replaced"),
    "withdrawn": Text("ditarik", "withdrawn"),
}
HEADS = Text(
    "Impor|Keadaan|Jenis|Pengirim, daftar|Data per|Baris|Mutu",
    "Import|State|Kind|Sender, list|Data of|Rows|Quality",
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("imports")(imports)


def imports(
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Hari yang dijawab (bawaan: tanggal data terbaru)."),
    ] = None,
    known: Annotated[
        str | None,
        typer.Option("--known", help="Hanya berkas dan keputusan yang diterima sampai hari ini."),
    ] = None,
    workspace_: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Daftar berkas yang diimpor, mana yang berlaku, dan mana yang ditarik."""
    from cakup.pipeline import list_imports

    voice = terminal(lang, json=json, quiet=quiet)
    request = list_imports.Request(
        parse_day(as_of) if as_of else None,
        parse_day(known, option="--known") if known else None,
    )
    result = list_imports.run(request, workspace(workspace_))
    if json:
        voice.data(result.as_json())
    if not result.imports:
        voice.say(Text("Belum ada berkas yang diimpor.", "No file was imported yet."))
    else:
        voice.table(HEADS(voice.lang).split("|"), [_row(i, voice.lang) for i in result.imports])
    voice.next(
        Text("cakup link untuk menyusun orang, atau cakup withdraw IMPOR --reason ALASAN",
             "cakup link to make persons, or cakup withdraw IMPORT --reason TEXT")
    )  # fmt: skip


def _row(one: Listed, lang: Lang) -> tuple[object, ...]:
    """Return the cells of one import."""
    completes = f" (+{one.corrects[:8]})" if one.corrects else ""
    return (
        one.import_id, STATES[one.state](lang), one.kind,
        f"{one.sender}, {one.list_name}{completes}", one.as_of.isoformat(),
        one.rows.get("read", 0),
        "–" if one.quality is None else spelling.decimal(one.quality, 1, lang),
    )  # fmt: skip
