"""``cakup synth``: make a fictitious city."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import JsonOption, LangOption, QuietOption, terminal
from cakup.cli.terminal import Terminal
from cakup.kernel import spelling
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Text

if TYPE_CHECKING:
    from cakup.pipeline.synth import Result

TRUTH = (
    ("workers", Text("Pekerja ber-KTP kota itu", "Workers with a KTP of the city")),
    ("covered", Text("… peserta aktif (kebenaran)", "… active participants (truth)")),
    ("gap", Text("… belum terlindungi", "… not covered")),
    ("listed", Text("… ada pada daftar pekerja", "… on a list of workers")),
    ("covered_not_listed", Text("… aktif, tidak ada pada daftar", "… active, on no list")),
    ("participants", Text("Peserta, juga dari luar kota", "Participants, also from outside")),
    (
        "migrants_active",
        Text(
            "Aktif hanya sebagai PMI (di luar angka di atas)",
            "Active as migrants only (not in the above)",
        ),
    ),
    ("dead", Text("Sudah meninggal", "Dead")),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("synth")(synth)


def synth(
    folder: Annotated[Path, typer.Argument(help="Folder untuk berkas rekaan; harus kosong.")],
    place: Annotated[
        str, typer.Option("--place", help="Kode Kemendagri kota yang namanya dipinjam.")
    ] = "12.75",
    workers: Annotated[
        int, typer.Option("--workers", help="Jumlah pekerja ber-KTP kota itu.")
    ] = 132_826,
    covered: Annotated[
        str | None,
        typer.Option(
            "--covered", help="Peserta aktif: orang (43526) atau bagian (0.33); bawaan 32,8%."
        ),
    ] = None,
    listed: Annotated[
        float, typer.Option("--listed", help="Bagian pekerja pada sedikitnya satu daftar, 0–1.")
    ] = 0.88,
    as_of: Annotated[
        str, typer.Option("--as-of", help="Hari terakhir riwayat 24 bulan.")
    ] = "2025-10-31",
    seed: Annotated[int, typer.Option("--seed", help="Benih: sama benih, sama berkas.")] = 7,
    noise: Annotated[
        float, typer.Option("--noise", help="Pengali kekotoran data; 0 = bersih.")
    ] = 1.0,
    correlated_names: Annotated[
        bool,
        typer.Option("--correlated-names", help="Kata kedua nama bergantung pada kata pertama."),
    ] = False,
    findings: Annotated[
        bool,
        typer.Option("--findings", help="Tanam temuan: lampiran SK, status keliru, perusahaan."),
    ] = False,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Buat kota rekaan: daftar, data peserta dan pembayaran, dengan kebenaran yang diketahui."""
    from cakup.pipeline import synth as use_case

    out = terminal(lang, json=json, quiet=quiet)
    request = use_case.Request(
        str(folder), place, workers, _covered(covered), listed, as_of, seed, noise,
        correlated_names, findings,
    )  # fmt: skip
    made = use_case.run(request, progress=out)
    out.done()
    if json:
        out.data(made.as_json())
        return
    _tables(out, made)
    out.next(
        Text(
            f"cakup init kerja --place {place}; lalu cakup import {folder}/… menurut "
            "daftar-berkas.csv",
            f"cakup init work --place {place}; then cakup import {folder}/… as in "
            "daftar-berkas.csv",
        )
    )


def _covered(text: str | None) -> int | float:
    """Return persons or a share; a decimal point makes it a share."""
    from cakup.pipeline.synth import COVERED_SHARE

    if text is None:
        return COVERED_SHARE
    try:
        return float(text) if "." in text else int(text)
    except ValueError as err:
        raise UsageError("synth.unreadable_covered") from err


def _tables(out: Terminal, made: Result) -> None:
    """Print the files and the truth."""
    heads = (
        ("Berkas", "Jenis", "Pengirim", "Data per", "Baris")
        if out.lang == "id"
        else ("File", "Kind", "Sender", "Data of", "Rows")
    )
    out.table(heads, [(f.file, f.kind, f.sender, f.as_of.isoformat(), f.rows) for f in made.files])
    day = spelling.day(made.as_of, out.lang)
    head = Text(f"Kebenaran per {day}", f"Truth on {day}")
    out.table((head(out.lang), ""), [(words(out.lang), made.truth[key]) for key, words in TRUTH])
    out.say(
        Text(
            "Semua orang rekaan: angka kecamatan pada NIK 91–99, yang tidak dipakai wilayah mana "
            "pun.",
            "All people are invented: kecamatan digits 91–99 in every NIK, which no area has.",
        )
    )
