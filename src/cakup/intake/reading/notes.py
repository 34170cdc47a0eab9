"""Texts of what reading notices; the numbers of rows are added by ``ReadingNote.spoken``."""

from __future__ import annotations

from cakup.kernel.language import Text

NOTES: dict[str, Text] = {
    "encoding": Text(
        id="Berkas dibaca sebagai {encoding} karena bukan UTF-8 yang sah.",
        en="The file was read as {encoding} because it is not valid UTF-8.",
    ),
    "separator_line": Text(
        id="Baris pertama menyatakan pemisah kolom (sep=…) dan bukan data.",
        en="The first line states the column separator (sep=…) and is not data.",
    ),
    "stray_quotes": Text(
        id="{count} baris berisi tanda kutip yang tidak berpasangan; dibaca apa adanya.",
        en="{count} rows hold quotation marks that do not pair; they were read as they stand.",
    ),
    "continued_rows": Text(
        id="{count} baris adalah lanjutan sel yang berisi ganti baris.",
        en="{count} lines are the rest of a cell that holds a line break.",
    ),
    "repeated_header": Text(
        id="{count} baris pada {file} mengulang judul kolom; tidak dihitung sebagai baris, juga "
        "tidak dalam nomor baris hasil. Hapus dari berkas bila nomornya harus sama di tempat lain.",
        en="{count} lines of {file} repeat the header; they do not count as rows, nor in the row "
        "numbers of the result. Delete them if the numbers must be the same elsewhere.",
    ),
    "long_lines": Text(
        id="{count} baris pada {file} punya sel lebih banyak daripada judul kolom; kelebihannya "
        "dibaca sebagai kolom tanpa judul. Bila sebuah sel berisi pemisah, isi sesudahnya bergeser "
        "ke kolom lain: betulkan baris itu, lalu jalankan lagi.",
        en="{count} lines of {file} have more cells than the header; what is beyond it was read as "
        "columns without a name. Where a cell holds a separator, what follows stands in the wrong "
        "column: mend these lines, then run it again.",
    ),
    "short_lines": Text(
        id="{count} baris pada {file} punya sel lebih sedikit daripada judul kolom; yang kurang "
        "dibaca kosong di ujungnya. Bila yang hilang ada di tengah, isi sesudahnya bergeser ke "
        "kolom lain: betulkan baris itu, lalu jalankan lagi.",
        en="{count} lines of {file} have fewer cells than the header; what lacks was read as blank "
        "at the end. Where it lacks in the middle, what follows stands in the wrong column: mend "
        "these lines, then run it again.",
    ),
    "hidden_sheet": Text(
        id="Lembar ini tersembunyi di buku kerja; isinya tetap dibaca.",
        en="This sheet is hidden in the workbook; it was read all the same.",
    ),
    "hidden_rows": Text(
        id="{count} baris tersembunyi; isinya tetap dibaca.",
        en="{count} rows are hidden; they were read all the same.",
    ),
    "hidden_columns": Text(
        id="Kolom tersembunyi {which} tetap dibaca.",
        en="The hidden columns {which} were read all the same.",
    ),
    "macros": Text(
        id="Buku kerja memuat makro; makro tidak pernah dijalankan.",
        en="The workbook holds macros; no macro is ever run.",
    ),
    "error_cells": Text(
        id="{count} baris berisi sel galat (misalnya #N/A, #REF!); selnya dibaca kosong.",
        en="{count} rows hold error cells (such as #N/A, #REF!); the cell was read as blank.",
    ),
    "formula": Text(
        id="{count} baris berisi rumus; hasil yang tersimpan yang dibaca, rumus tidak dijalankan.",
        en="{count} rows hold formulas; the stored result was read, no formula was run.",
    ),
    "formula_blank": Text(
        id="{count} baris berisi rumus tanpa hasil tersimpan; selnya dibaca kosong.",
        en="{count} rows hold a formula without a stored result; the cell was read as blank.",
    ),
    "merged_filled": Text(
        id="{count} baris mengisi sel dari sel gabungan di atasnya.",
        en="{count} rows took a cell from the merged cell above them.",
    ),
    "merged": Text(
        id="Ada {count} rentang sel gabungan; nilainya ada di sel pertama.",
        en="There are {count} merged ranges; the value stands in the first cell.",
    ),
    "unchecked_raw_digits": Text(
        id="Format {format} tidak memungkinkan pemeriksaan angka asli: NIK yang tersimpan sebagai "
        "angka mungkin sudah berubah di atas 15 angka.",
        en="The format {format} does not let us check raw digits: a NIK stored as a number may "
        "have changed beyond 15 digits.",
    ),
    "unchecked_formulas": Text(
        id="Format {format}: rumus tidak dapat dibedakan dari nilai.",
        en="Format {format}: formulas cannot be told from values.",
    ),
    "unchecked_hidden_rows": Text(
        id="Format {format}: baris tersembunyi tidak dapat dilihat.",
        en="Format {format}: hidden rows cannot be seen.",
    ),
    "unchecked_merges": Text(
        id="Format {format}: sel gabungan tidak dapat dilihat.",
        en="Format {format}: merged cells cannot be seen.",
    ),
}
