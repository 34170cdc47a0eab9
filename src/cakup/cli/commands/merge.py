"""``cakup merge`` (``cakup gabung``): the table of a province."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import JsonOption, LangOption, QuietOption, language, terminal
from cakup.kernel import spelling
from cakup.kernel.language import Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.merge import Result

ALIAS = "gabung"


def register(app: typer.Typer) -> None:
    """Add the command and its Indonesian name."""
    app.command("merge")(merge)
    app.command(ALIAS, hidden=True)(merge)


def merge(
    files: Annotated[list[Path], typer.Argument(help="Ringkasan dari cakup summarise.")],
    total: Annotated[
        int | None, typer.Option("--total", help="Angka provinsi sendiri, orang; dibandingkan.")
    ] = None,
    total_source: Annotated[
        str, typer.Option("--total-source", help="Di mana angka provinsi itu tertulis.")
    ] = "",
    expected: Annotated[
        Path | None,
        typer.Option("--expected", help="CSV kode,nama kabupaten/kota yang harus ada."),
    ] = None,
    named: Annotated[
        list[Path] | None,
        typer.Option(
            "--named", help="Ruang kerja yang namanya tersedia; orangnya dihitung sekali. Boleh "
            "berulang.",
        ),
    ] = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="Tabel .xlsx.")] = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:  # fmt: skip
    """Gabungkan ringkasan menjadi tabel provinsi; arti yang berbeda ditolak (alias: gabung)."""
    from cakup.pipeline import merge as use

    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        tuple(map(str, files)), total, total_source, str(expected) if expected else None,
        tuple(map(str, named or ())), str(out_file) if out_file else None, language(lang),
    )  # fmt: skip
    try:
        result = use.run(request, progress=out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    _say(result, out)


def _say(result: Result, out: Terminal) -> None:
    """Print the table, the sum, what is missing."""
    lang, held = out.lang, result.merged
    heads = Text("Kode|Kabupaten/kota|Aktif|Penyebut|Cakupan|Jenis penyebut",
                 "Code|City|Active|Denominator|Coverage|Kind")(lang).split("|")  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (r["kode"], r["nama"], r["aktif"], r["penyebut"],
         spelling.percent(r["cakupan"], 1, lang) if r["cakupan"] is not None else "–",
         f"{r['jenis_penyebut'] or '–'} {r['tahun'] or ''}".strip())
        for r in result.rows
    ]  # fmt: skip
    rows.append(("", Text("Jumlah", "Total")(lang), held.active, held.denominator, "", ""))
    out.table(heads, rows, right=(4,))
    if held.total is not None and held.difference is not None:
        n, gap = spelling.count(held.total, lang), f"{held.difference:+d}"
        out.say(Text(f"Angka provinsi sendiri {n}: selisih {gap}.",
                     f"The province's own figure {n}: difference {gap}."))  # fmt: skip
    if held.missing:
        names = ", ".join(nama for _, nama in held.missing)
        out.say(Text(f"Belum ada {len(held.missing)}: {names}.",
                     f"Missing {len(held.missing)}: {names}."))  # fmt: skip
    if result.once is not None:
        o = result.once
        out.say(
            Text(
                f"Dengan nama: {o.active} orang masing-masing sekali; {o.twice} terhitung lagi di "
                f"kota lain; {o.without_nik} tanpa NIK.",
                f"By name: {o.active} persons each once; {o.twice} counted again elsewhere; "
                f"{o.without_nik} without a NIK.",
            )
        )
    if result.out:
        out.say(Text(f"{result.out} ditulis.", f"{result.out} written."))
