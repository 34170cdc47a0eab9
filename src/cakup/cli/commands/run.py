"""``cakup run``: the whole main job on a folder of mixed files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
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
    from cakup.pipeline.run_folder import Result

STATES: dict[str, Text] = {
    "waiting": Text("periksa", "check"),
    "imported": Text("masuk", "taken"),
    "unchanged": Text("sudah ada", "here already"),
    "left_out": Text("dilewatkan", "left out"),
    "refused": Text("tidak dapat dipakai", "cannot be used"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    folder: Annotated[Path, typer.Argument(help="Folder berisi berkas apa saja.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder hasil (bawaan: hasil di dalam folder itu).")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Jangan menunggu perbaikan Daftar berkas.xlsx.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Hari angka, dan tanggal data berkas yang tidak menyebutnya."),
    ] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="Tujuan; dicatat.")] = None,
    basis: Annotated[
        str | None, typer.Option("--basis", help="Dasar penerimaan data: PKS, keputusan, surat.")
    ] = None,
    place: Annotated[
        str | None,
        typer.Option("--place", help="Kode kota: buat ruang kerja di folder hasil."),
    ] = None,
    workspace_: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Kerjakan satu folder dari berkas tercampur sampai laporan (alias: olah)."""
    from cakup.pipeline import run_folder as use
    from cakup.pipeline.workspace import CONFIG, Workspace

    voice = terminal(lang, json=json, quiet=quiet)
    own = (out or folder / "hasil") / "ruang-kerja"
    if workspace_ is None and (own / CONFIG).exists():
        space = Workspace.find(own)
    elif workspace_ is None and place is not None:
        space = Workspace.create(own, place)
    else:
        space = workspace(workspace_)
    request = use.Request(
        str(folder), str(out) if out else None, yes, parse_day(as_of) if as_of else None,
        purpose or use.Request.purpose, basis, language(lang),
    )  # fmt: skip
    try:
        result = use.run(request, space, voice)
    finally:
        voice.done()
    if json:
        voice.data(result.as_json())
        return
    _say(result, voice)


def _say(result: Result, out: Terminal) -> None:
    """Print what became of every file, then the level and what it allows."""
    from cakup.pipeline.run_folder import KIND_WORDS

    lang = out.lang
    heads = [Text("Berkas", "File"), Text("Jenis", "Kind"), Text("Keadaan", "State"),
             Text("Keterangan", "Note")]  # fmt: skip
    rows = [
        (f.file, KIND_WORDS[f.kind](lang) if f.kind else "–", STATES[f.state](lang), f.say(lang))
        for f in result.files
    ]
    out.table([h(lang) for h in heads], rows)
    if result.is_waiting:
        out.next(
            Text(
                f"periksa {result.list_file}, perbaiki sel kuning, lalu jalankan lagi perintah ini "
                "(atau dengan --yes)",
                f"check {result.list_file}, mend the yellow cells, then run this command again "
                "(or with --yes)",
            )
        )
        return
    assert result.says is not None
    assert result.as_of is not None
    day = spelling.day(result.as_of, lang)
    title, allows, not_yet = (text(lang) for text in result.says)
    out.say(Text(f"Tingkat: {title}, keadaan {day}.", f"Level: {title}, as of {day}."))
    out.say(Text(f"  Dapat: {allows}.", f"  Allows: {allows}."))
    if not_yet:
        out.say(Text(f"  Belum: {not_yet}.", f"  Not yet: {not_yet}."))
    persons, repeated = (spelling.count(n, lang) for n in (result.persons, result.repeated))
    out.say(
        Text(
            f"{persons} pekerja pada daftar bersih; {repeated} di antaranya pada beberapa baris.",
            f"{persons} workers on the clean list; {repeated} of them on several rows.",
        )
    )
    if result.share is not None and result.covered is not None and result.denominator is not None:
        share = spelling.percent(result.share, lang=lang)
        n, of = (spelling.count(x, lang) for x in (result.covered, result.denominator))
        least = Text("sekurangnya ", "at least ")(lang) if result.level == "jawaban" else ""
        out.say(Text(f"Cakupan: {least}{share} — {n} dari {of}.",
                     f"Coverage: {least}{share} — {n} of {of}."))  # fmt: skip
    where = Path(result.list_file).parent
    files = ", ".join(result.outputs)
    out.say(Text(f"Hasil di {where}/: {files}.", f"Results in {where}/: {files}."))
    step = {
        "daftar": Text("tanyakan kepada BPJS: cakup crosscheck send --to bpjs",
                       "ask the insurer: cakup crosscheck send --to bpjs"),
        "jawaban": Text("yang belum dijawab: cakup crosscheck list",
                        "what is not answered yet: cakup crosscheck list"),
    }  # fmt: skip
    out.next(step.get(result.level, Text("buka laporan.html", "open laporan.html")))
