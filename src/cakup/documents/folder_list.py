"""``Daftar berkas.xlsx``: what each file of a folder seems to be, for a person to correct."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from cakup.kernel.language import Lang, Text
from cakup.sheets import Code, ColumnOut, Paper, SheetOut, write_xlsx

HEADS: dict[str, Text] = {
    "file": Text("Berkas", "File"),
    "use": Text("Pakai", "Use"),
    "kind": Text("Jenis", "Kind"),
    "sender": Text("Pengirim", "Sender"),
    "list_name": Text("Nama daftar", "List"),
    "as_of": Text("Data per", "Data of"),
    "unsure": Text("Yang belum pasti", "Not sure"),
    "columns": Text("Kolom yang dikenali", "Columns understood"),
    "sha": Text("Tanda isi (jangan diubah)", "Mark of the content (do not change)"),
}
INPUTS = ("use", "kind", "sender", "list_name", "as_of")
_WIDTHS = {"file": 30.0, "use": 8.0, "kind": 16.0, "sender": 26.0, "list_name": 22.0,
           "as_of": 13.0, "unsure": 44.0, "columns": 60.0}  # fmt: skip


def write_folder_list(
    path: Path, rows: Sequence[dict[str, str]], kinds: dict[str, Text], lang: Lang = "id"
) -> None:
    """Write the list of files.

    Args:
        path: File to write; the caller makes it appear whole.
        rows: One per file, keys of ``HEADS``; texts.
        kinds: Kind → what it is called, for drop-down and *Kode*.
        lang: Language.
    """
    frame = pl.DataFrame(list(rows), schema=dict.fromkeys(HEADS, pl.String))
    choices = {"use": ("ya", "tidak"), "kind": tuple(kinds)}
    columns = [
        ColumnOut(
            name, head(lang), "text", width=_WIDTHS.get(name), is_input=name in INPUTS,
            choices=choices.get(name, ()), is_hidden=name == "sha",
            is_wrapped=name in ("unsure", "columns"),
        )
        for name, head in HEADS.items()
    ]  # fmt: skip
    title = Text("Berkas dalam folder ini", "Files in this folder")(lang)
    say = Text(
        "Perbaiki sel kuning bila keliru, simpan, lalu jalankan lagi perintah yang sama.",
        "Mend the yellow cells where they are wrong, save, and run the same command again.",
    )(lang)
    sheet = SheetOut(
        Text("Berkas", "Files")(lang), frame, columns, above=[[title], [say], [None]],
        freeze_columns=1, print_columns=7, paper=Paper(row_points=27.0),
    )  # fmt: skip
    codes = [Code(HEADS["kind"](lang), name, text(lang)) for name, text in kinds.items()]
    guide = [
        title, say,
        Text("Pakai: “tidak” melewatkan berkas itu. Data per: tanggal keadaan data (31-12-2025), "
             "bukan tanggal diterima. Nama daftar membedakan beberapa daftar satu pengirim.",
             "Use: “tidak” leaves the file out. Data of: the day of the data (31-12-2025), not "
             "of receipt. List tells several lists of one sender apart.")(lang),
    ]  # fmt: skip
    write_xlsx(path, [sheet], guide=guide, codes=codes, title=title, lang=lang)
