"""``cakup clean``: remove versions of tables that nothing needs any more."""

from __future__ import annotations

from typing import Annotated

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
from cakup.kernel.language import Text

MEGABYTE = 1_000_000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("clean")(clean)


def clean(
    keep: Annotated[
        int, typer.Option("--keep", min=0, help="Versi dari sekian proses terakhir tetap disimpan.")
    ] = 5,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Hanya tunjukkan apa yang akan dihapus.")
    ] = False,
    workspace_: WorkspaceOption = None,
    wait: WaitOption = 0.0,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Hapus versi tabel lama; yang sedang dipakai, berkas, dan keputusan tidak disentuh."""
    from cakup.pipeline import clean as use_case

    out = terminal(lang, json=json, quiet=quiet)
    try:
        result = use_case.run(use_case.Request(keep, dry_run, wait), workspace(workspace_), out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    heads = Text("tabel|versi dihapus", "table|versions removed")
    if result.removed:
        out.table(heads(out.lang).split("|"), list(result.removed.items()))
    count = spelling.count(sum(result.removed.values()), out.lang)
    size = spelling.decimal(result.bytes / MEGABYTE, 1, out.lang)
    done = Text("akan dihapus", "would be removed") if dry_run else Text("dihapus", "removed")
    out.say(
        Text(
            f"{count} versi ({size} MB) {done.id}; {result.kept} tetap.",
            f"{count} versions ({size} MB) {done.en}; {result.kept} stay.",
        )
    )
