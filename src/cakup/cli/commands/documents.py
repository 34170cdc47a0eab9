"""``cakup documents``: the papers of a plan, KONSEP or FINAL."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WaitOption,
    WorkspaceOption,
    language,
    terminal,
    workspace,
)
from cakup.kernel import spelling
from cakup.kernel.language import Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.plan_documents import Result

#: What stands before the key of a mark among the open points.
ACCEPTANCE = "penerimaan atas "


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("documents")(documents)


def documents(
    plan_id: Annotated[
        str | None, typer.Argument(help="Nomor rencana (bawaan: tahap nama terakhir).")
    ] = None,
    final: Annotated[
        bool, typer.Option("--final", help="FINAL: ditolak selama ada syarat yang belum lengkap.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Jenis dokumen: sekda, sk, rka, …; boleh berulang."),
    ] = None,
    change: Annotated[
        str,
        typer.Option("--change", help="Skenario perubahan di tengah tahun: hanya dokumennya."),
    ] = "",
    path: Annotated[
        Path | None, typer.Option("--plan", help="plan.toml (bawaan: yang ada di ruang kerja).")
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option("--settings", help="documents.toml (bawaan: di sebelah plan.toml)."),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Nama yang meminta; dicatat pada FINAL.")] = "",
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Tulis dokumen rencana: lampiran SK, RKA, telaahan, KAK, unggahan, slip, halaman Sekda, …"""
    from cakup.pipeline import plan_documents as use

    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        plan_id=plan_id, final=final, only=tuple(only or ()), plan=str(path) if path else None,
        documents=str(settings) if settings else None, change=change, by=by, lang=language(lang),
        wait_seconds=wait,
    )  # fmt: skip
    result = use.run(request, workspace(folder), out)
    out.done()
    if json:
        out.data(
            {"folder": result.folder.name, "files": result.files, "totals": result.totals,
             "open": result.open_points, "compared": [asdict(c) for c in result.compared]}
        )  # fmt: skip
        return
    _say(result, out, final=final, change=change)


def _say(result: Result, out: Terminal, *, final: bool, change: str) -> None:
    """Print where the papers are, their totals, and what FINAL lacks."""
    t, lang = result.totals, out.lang
    secret = sum(result.files.values())
    out.say(Text(
        f"{len(result.files)} berkas di {result.folder}; {secret} memuat data pribadi.",
        f"{len(result.files)} files in {result.folder}; {secret} hold personal data.",
    ), style="bold")  # fmt: skip
    out.say(Text(
        f"Semua dokumen sejumlah {spelling.count(t['persons'])} orang, "
        f"{spelling.count(t['person_months'])} orang-bulan, {spelling.rupiah(t['rupiah'])}.",
        f"All papers add up to {spelling.count(t['persons'], 'en')} persons, "
        f"{spelling.count(t['person_months'], 'en')} person-months, "
        f"{spelling.rupiah(t['rupiah'], 'en')}.",
    ))  # fmt: skip
    heads = [Text("Untuk FINAL masih diperlukan", "Still needed for FINAL")(lang),
             Text("tentang", "about")(lang)]  # fmt: skip
    rows: list[list[object]] = [
        [p, result.words.get(p.removeprefix(ACCEPTANCE), "")] for p in result.open_points
    ]
    if rows:
        out.table(heads, rows)
    if final:
        out.next(Text("tanda tangani, lalu simpan lembar kendali dalam berkas",
                      "sign, and keep the control sheet in the file"))  # fmt: skip
        return
    more = f"cakup documents{f' --change {change}' if change else ''} --final"
    out.next(Text(f"lengkapi documents.toml, lalu {more} --by NAMA",
                  f"complete documents.toml, then {more} --by NAME"))  # fmt: skip
