"""``cakup init``: make a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cakup.cli.options import JsonOption, LangOption, QuietOption, terminal
from cakup.kernel.language import Text


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    folder: Annotated[Path, typer.Argument(help="Folder ruang kerja yang akan dibuat.")],
    place: Annotated[
        str, typer.Option("--place", help="Kode Kemendagri kota/kabupaten, misalnya 12.75.")
    ],
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", help="Kunci dari angka, hanya untuk data rekaan: tanda orang berulang sama."
        ),
    ] = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Buat ruang kerja baru untuk satu kota atau kabupaten."""
    from cakup.pipeline.places import workspace_places
    from cakup.pipeline.workspace import Workspace

    out = terminal(lang, json=json, quiet=quiet)
    made = Workspace.create(folder, place, seed=seed)
    if json:
        out.data({"workspace": str(made.root), "place": made.place})
    out.say(
        Text(
            f"Ruang kerja {folder} siap untuk {place}.",
            f"The workspace {folder} is ready for {place}.",
        )
    )
    if workspace_places(made).get(place) is None:
        out.next(
            Text(
                f"muat wilayahnya: cakup places import BERKAS.csv -w {folder}",
                f"load its areas: cakup places import FILE.csv -w {folder}",
            )
        )
        return
    out.next(
        Text(
            "impor daftar pertama: cakup import BERKAS --kind daftar_pekerja --sender NAMA",
            "import the first list: cakup import FILE --kind daftar_pekerja --sender NAME",
        )
    )
