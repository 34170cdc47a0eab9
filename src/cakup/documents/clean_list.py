"""The clean list: every person once, and beside it every row that turned out to be the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.sheets import ColumnOut, Paper, SheetOut, write_xlsx

_PAPER = Paper(row_points=17.0, note="Rahasia: memuat data pribadi")


def write_clean_list(
    path: Path, persons: pl.DataFrame, repeats: pl.DataFrame, place: str, as_of: date,
    lang: Lang = "id",
) -> None:  # fmt: skip
    """Write the workbook.

    Args:
        path: File to write; the caller makes it appear whole.
        persons: ``nama, nik, tanggal_lahir, jenis_kelamin, kelurahan, pekerjaan, n_rows, senders,
            person_id``, one row per person.
        repeats: ``nama, file_name, sheet, sheet_row, sender, person_id`` of persons with several
            rows.
        place: Name of the city.
        as_of: Day for which it holds.
        lang: Language.
    """
    title = Text("Daftar bersih pekerja · {place}", "Clean list of workers · {place}").format(
        lang, place=place
    )
    state = Text(
        "Keadaan {day}; setiap orang satu kali. Rahasia: memuat data pribadi.",
        "As of {day}; every person once. Confidential: holds personal data.",
    ).format(lang, day=spelling.day(as_of, lang))
    name = ColumnOut("nama", Text("Nama", "Name")(lang), width=28)
    mark = ColumnOut("person_id", Text("Tanda orang", "Person id")(lang), "id", width=24)
    clean = SheetOut(
        Text("Daftar bersih", "Clean list")(lang), persons,
        [
            name,
            ColumnOut("nik", "NIK", "id", width=18),
            ColumnOut("tanggal_lahir", Text("Tanggal lahir", "Birth date")(lang), "date", width=13),
            ColumnOut("jenis_kelamin", Text("L/P", "Sex")(lang), width=6),
            ColumnOut("kelurahan", "Kelurahan", width=20),
            ColumnOut("pekerjaan", Text("Pekerjaan", "Occupation")(lang), width=20),
            ColumnOut("n_rows", Text("Baris", "Rows")(lang), "count", width=7),
            ColumnOut("senders", Text("Daftar (pengirim)", "Lists (senders)")(lang), width=34),
            mark,
        ],
        above=[[title], [state], [None]], freeze_columns=1, paper=_PAPER,
    )  # fmt: skip
    repeated = SheetOut(
        Text("Ganda", "Duplicates")(lang), repeats,
        [
            mark, name,
            ColumnOut("sender", Text("Pengirim", "Sender")(lang), width=28),
            ColumnOut("file_name", Text("Berkas", "File")(lang), width=28),
            ColumnOut("sheet", Text("Lembar", "Sheet")(lang), width=16),
            ColumnOut("sheet_row", Text("Nomor baris", "Row")(lang), "count", width=9),
        ],
        above=[
            [Text("Orang yang ada pada lebih dari satu baris", "Persons on several rows")(lang)],
            [Text("Baris dengan tanda orang yang sama adalah satu orang.",
                  "Rows with one person id are one person.")(lang)],
            [None],
        ],
        freeze_columns=2, paper=_PAPER,
    )  # fmt: skip
    guide = [
        title,
        Text("Nama dan NIK adalah yang paling didukung semua daftar; asal setiap baris ada pada "
             "lembar Ganda atau dengan cakup explain.",
             "Name and NIK are those that most lists support; where each row comes from stands on "
             "the sheet Duplicates, or ask cakup explain.")(lang),
        Text("Data pribadi (UU 27/2022): simpan di tempat terkunci, hapus bila tidak diperlukan.",
             "Personal data (Law 27/2022): keep it locked away, delete it when done.")(lang),
    ]  # fmt: skip
    write_xlsx(path, [clean, repeated], guide=guide, title=title, lang=lang)
