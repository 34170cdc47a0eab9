"""``cakup exchanges``: what personal data came in and went out, why, on what ground, to whom."""

from __future__ import annotations

import typer

from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    terminal,
    workspace,
)
from cakup.kernel.language import Text

DIRECTIONS = {
    "in": Text("masuk", "in"), "out": Text("keluar", "out"), "seen": Text("dilihat", "seen"),
    "gone": Text("dihapus", "erased"),
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("exchanges")(exchanges)


def exchanges(
    workspace_: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Catatan data pribadi yang masuk dan keluar: tujuan, dasar, kepada siapa, berapa baris."""
    from cakup.pipeline import exchanges as use

    out = terminal(lang, json=json, quiet=quiet)
    found = use.exchanges(workspace(workspace_))
    if json:
        out.data([one.as_json() for one in found])
        return
    heads = [Text("Kapan", "When"), Text("Arah", "Direction"), Text("Apa", "What"),
             Text("Dengan", "With"), Text("Tujuan", "Purpose"), Text("Dasar", "Basis"),
             Text("Baris", "Rows")]  # fmt: skip
    out.table(
        [h(out.lang) for h in heads],
        [
            (
                one.on.replace("T", " "), DIRECTIONS[one.direction](out.lang),
                use.MOVES[one.what][1](out.lang), one.with_whom or "–", one.purpose,
                one.basis or "–", one.rows,
            )
            for one in found
        ],
    )  # fmt: skip
