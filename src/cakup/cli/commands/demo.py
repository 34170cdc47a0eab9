"""``cakup demo``: the whole main job on a fictitious city, with its times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import JsonOption, LangOption, QuietOption, terminal
from cakup.cli.terminal import Terminal
from cakup.kernel import spelling
from cakup.kernel.language import Text

if TYPE_CHECKING:
    from cakup.pipeline.demo import Result


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    folder: Annotated[Path, typer.Argument(help="Folder peragaan; dibuat bila belum ada.")],
    workers: Annotated[int, typer.Option("--workers", help="Jumlah pekerja kota.")] = 132_826,
    covered: Annotated[int, typer.Option("--covered", help="Yang aktif di antaranya.")] = 43_526,
    seed: Annotated[
        int, typer.Option("--seed", help="Benih: kota yang sama untuk angka sama.")
    ] = 7,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Peragakan seluruh pekerjaan utama pada kota rekaan: dari daftar sampai laporan."""
    from cakup.pipeline import demo as use_case

    voice = terminal(lang, json=json, quiet=quiet)
    request = use_case.Request(
        str(folder), workers=workers, covered=covered, seed=seed, lang=voice.lang
    )
    made = use_case.run(request, voice)
    voice.done()
    if json:
        voice.data({"folder": str(made.folder), "seconds": made.seconds})
        return
    _show_imports(made, voice)
    _show_coverage(made, voice)
    _show_places(made, voice)


def _show_imports(made: Result, voice: Terminal) -> None:
    """Print one line per file: what became of its rows."""
    heads = Text(
        "Berkas|Dibaca|Diterima|Dengan catatan|Dikembalikan|Kosong|Siap SK",
        "File|Read|Accepted|With a note|Returned|Blank|SK-ready",
    )(voice.lang).split("|")
    rows = []
    for result in made.results["import"]:
        for one in result.files:
            n = one.counts["rows"]
            parts = [n[k] for k in ("read", "accepted", "noted", "returned", "blank")]
            rows.append([one.file_name, *parts, one.counts["sk_ready"]])
    voice.table(heads, rows)


def _show_coverage(made: Result, voice: Terminal) -> None:
    """Print the coverage table, as ``cakup measure`` does."""
    from cakup.cli import measure_view

    measure_view.say(made.results["measure"], voice)


def _show_places(made: Result, voice: Terminal) -> None:
    """Print where everything is, and what to do next."""
    seconds = spelling.decimal(sum(made.seconds.values()), 1, voice.lang)
    folder = made.folder
    voice.say("")
    voice.say(Text(f"Selesai dalam {seconds} detik.", f"Done in {seconds} seconds."))
    for path, what in (
        ("laporan.html", Text("laporan, tanpa nama dan NIK", "the report, no names and no NIK")),
        ("gap/", Text("daftar kerja, satu per kelurahan", "work-lists, one per kelurahan")),
        ("workspace/", Text("ruang kerja", "the workspace")),
        ("berkas/", Text("berkas rekaan seperti dikirim dinas", "the files as offices send them")),
    ):
        voice.say(f"  {folder}/{path:14} {what(voice.lang)}")
    voice.next(
        Text(
            f"buka {folder}/laporan.html, lalu coba: cakup explain … -w {folder}/workspace",
            f"open {folder}/laporan.html, then try: cakup explain … -w {folder}/workspace",
        )
    )
