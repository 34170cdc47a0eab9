"""``cakup road``: year by year to a target, with places, who comes and leaves, and the cost."""

from __future__ import annotations

from typing import Annotated

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
from cakup.kernel.language import Text


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("road")(road)


def road(
    to: Annotated[int, typer.Option("--to", help="Tahun akhir.")],
    share: Annotated[
        float, typer.Option("--share", help="Target 31 Desember tahun akhir, persen.")
    ] = 100.0,
    growth: Annotated[
        float, typer.Option("--growth", help="Pertumbuhan pekerja setahun, persen.")
    ] = 0.0,
    plan: Annotated[
        str | None, typer.Option("--plan", help="plan.toml (bawaan: yang ada di ruang kerja).")
    ] = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Hitung jalan bertahun-tahun ke target: tempat, yang masuk dan pergi, biaya setahun."""
    from cakup.pipeline import road as use

    out = terminal(lang, json=json, quiet=quiet)
    held = use.run(use.Request(to, share / 100, growth / 100, plan), workspace(folder), out)
    out.done()
    if json:
        out.data(held)
        return
    words = (Text("tahun", "year"), Text("target", "target"), Text("orang", "persons"),
             Text("tanpa bantuan", "without aid"), Text("tempat", "places"),
             Text("tetap", "stay"), Text("masuk", "enter"), Text("pergi", "leave"),
             Text("biaya", "cost"))  # fmt: skip
    rows: list[list[object]] = [
        [str(s["year"]), spelling.percent(s["share"], 1, out.lang), s["target_persons"],
         s["without_aid"], s["places"], s["stay"], s["enter"], s["leave"],
         spelling.rupiah(s["cost_rp"], out.lang)]
        for s in held["steps"]
    ]  # fmt: skip
    out.table([word(out.lang) for word in words], rows)
    total = spelling.rupiah(held["cost_rp"], out.lang)
    out.say(Text(f"Semua tahun: {total} (perkiraan; harga APBD menurut hukum yang berlaku).",
                 f"All years: {total} (estimate; APBD price by the law in force)."))  # fmt: skip
    if held["short_of_candidates"]:
        since = held["short_from"]
        n, have = (spelling.count(held[k], out.lang) for k in ("short_of_candidates", "eligible"))
        out.say(
            Text(
                f"Calon yang memenuhi kriteria {have}, tidak cukup sejak {since}; pada tahun yang "
                f"paling banyak kurang {n}: perlu daftar baru.",
                f"{have} candidates meet the criteria, too few from {since}; in the fullest year "
                f"{n} are short: new lists needed.",
            )
        )
