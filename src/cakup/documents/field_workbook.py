"""The list that a visitor carries: only the people of his area, and columns for what he finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from cakup.documents.visit_order import ward_number
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.sheets import Code, ColumnOut, Paper, SheetOut, write_xlsx

REFERENCE = Text("Nomor rujukan", "Reference")
LABELS: dict[str, Text] = {
    "officer": Text("Nama petugas yang mengunjungi", "Name of the visitor"),
    "visited_on": Text("Tanggal kunjungan, bila sama untuk semua baris",
                       "Date of the visit, if one for all rows"),
}  # fmt: skip
HEADS: dict[str, Text] = {
    "visited_on": Text("Tanggal kunjungan", "Date of visit"),
    "met": Text("Ditemui", "Met"),
    "working": Text("Masih bekerja", "Still works"),
    "pekerjaan": Text("Pekerjaan sekarang", "Occupation now"),
    "moved": Text("Pindah", "Moved"),
    "meninggal_on": Text("Meninggal pada", "Died on"),
    "telepon": Text("HP", "Phone"),
    "note": Text("Catatan", "Note"),
}
YES, NO = ("ya", "yes"), ("tidak", "no")
_WIDTHS = {"visited_on": 11.0, "met": 9.0, "working": 9.0, "pekerjaan": 13.0, "moved": 8.0,
           "meninggal_on": 11.0, "telepon": 13.0, "note": 17.0}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """What stands beside the rows.

    Args:
        code: Number of the field check.
        place: Name of the city.
        area: Name of the area: kelurahan, and lingkungan, RW or RT if asked for.
        as_of: Day for which the persons were chosen.
        purpose: Why the people are visited.
        basis: On what ground.
        until: Day by which the list is returned or destroyed.
    """

    code: str
    place: str
    area: str
    as_of: date
    purpose: str
    basis: str
    until: date


def write_visit(
    path: Path, frame: pl.DataFrame, visit: Visit, reasons: Mapping[str, Text], lang: Lang = "id"
) -> None:
    """Write the list of one area.

    Args:
        path: File to write; the caller makes it appear whole.
        frame: Rows in the order of the visit: ``reference, lingkungan, rt, rw, alamat, nama,
            nik_masked, pekerjaan, alasan``.
        visit: What stands beside the rows.
        reasons: Reason → words.
        lang: Language.
    """
    title = Text("Pemeriksaan lapangan {code} · {area}", "Field check {code} · {area}").format(
        lang, code=visit.code, area=visit.area
    )
    columns = _columns(frame, lang)
    shown = 1 + [c.name for c in columns].index("alasan")
    above: list[list[str | None]] = [[title], [_state(visit, lang)], [_agreed(visit, lang)]]
    fills = []
    for label in LABELS.values():
        fills.append((len(above), shown))
        above.append([label(lang)])
    sheet = SheetOut(
        Text("Kunjungan", "Visits")(lang), _rows(frame, reasons, lang), columns,
        above=[*above, [None]], fills=fills, freeze_columns=4,
        print_columns=len(columns) - 1, paper=Paper(
            new_page_before=_new_pages(frame),
            note=Text("Rahasia: memuat data pribadi", "Confidential: holds personal data")(lang),
        ),
    )  # fmt: skip
    write_xlsx(path, [sheet], guide=_guide(visit, lang), codes=_codes(lang), title=title, lang=lang)


def _columns(frame: pl.DataFrame, lang: Lang) -> list[ColumnOut]:
    del frame
    choices = {"met": (YES[0], NO[0]), "working": (YES[0], NO[0]), "moved": (YES[0],)}
    return [
        ColumnOut("no", "No", "count", width=5),
        ColumnOut("tempat", Text("Lingk. / RT / RW", "Lingk. / RT / RW")(lang), width=13),
        ColumnOut("alamat", Text("Alamat", "Address")(lang), width=22),
        ColumnOut("nama", Text("Nama", "Name")(lang), width=21),
        ColumnOut("nik_masked", "NIK", "id", width=11),
        ColumnOut("pekerjaan_lama", Text("Pekerjaan", "Occupation")(lang), width=12),
        ColumnOut("alasan", Text("Alasan", "Reason")(lang), width=17),
        *(
            ColumnOut(name, head(lang), "id" if name == "telepon" else "text",
                      width=_WIDTHS[name], is_input=True, choices=choices.get(name, ()))
            for name, head in HEADS.items()
        ),
        ColumnOut("reference", REFERENCE(lang), "id", is_hidden=True, width=17),
    ]  # fmt: skip


def _rows(frame: pl.DataFrame, reasons: Mapping[str, Text], lang: Lang) -> pl.DataFrame:
    blank = {name: pl.lit(None, dtype=pl.String) for name in HEADS}
    plain = frame.with_columns(
        no=pl.int_range(1, frame.height + 1),
        tempat=pl.concat_str(
            pl.col("lingkungan").fill_null("–"), pl.col("rt").fill_null("–"),
            pl.col("rw").fill_null("–"), separator=" / ",
        ).replace("– / – / –", None),
        pekerjaan_lama="pekerjaan",
        alasan=pl.col("alasan").replace_strict(
            {key: words(lang) for key, words in reasons.items()}, default=None,
            return_dtype=pl.String,
        ),
    )  # fmt: skip
    return plain.with_columns(**blank)


def _new_pages(frame: pl.DataFrame) -> tuple[int, ...]:
    """Return where a new lingkungan begins: each head of one gets pages of his own."""
    held = [ward_number(w) for w in frame.get_column("lingkungan").to_list()]
    return tuple(n for n in range(1, len(held)) if held[n] != held[n - 1])


def _state(visit: Visit, lang: Lang) -> str:
    return Text(
        "{place}, keadaan {day}. Rahasia: memuat data pribadi. Isi kolom kuning saja.",
        "{place}, as of {day}. Confidential: holds personal data. Fill the yellow columns only.",
    ).format(lang, place=visit.place, day=spelling.day(visit.as_of, lang))


def _agreed(visit: Visit, lang: Lang) -> str:
    return Text(
        "Tujuan: {purpose}. Dasar: {basis}. Kembalikan paling lambat {until}.",
        "Purpose: {purpose}. Basis: {basis}. Return by {until}.",
    ).format(
        lang, purpose=visit.purpose, basis=visit.basis, until=spelling.day(visit.until, lang)
    )  # fmt: skip


def _guide(visit: Visit, lang: Lang) -> Sequence[str]:
    """Return the paragraphs of *Petunjuk*, for the person who visits."""
    lines = [
        Text("Petunjuk pemeriksaan lapangan {area}", "Guide to the field check of {area}"),
        Text(
            "1. Tulis nama Anda pada sel kuning di atas tabel; tanggal kunjungan di sana bila "
            "sama untuk semua baris, kalau tidak pada tiap baris (31-12-2025).",
            "1. Write your name into the yellow cell above the table; the date of the visit there "
            "if it is one for all rows, else in each row (31-12-2025).",
        ),
        Text(
            "2. Ditemui: ya atau tidak. Bila ya, isi Masih bekerja, dan Pekerjaan sekarang bila "
            "berbeda dari daftar. HP bila orangnya bersedia.",
            "2. Met: ya (yes) or tidak (no). If yes, fill Still works, and Occupation now if it "
            "differs from the list. The phone if the person is willing.",
        ),
        Text(
            "3. Pindah: ya, bila tidak tinggal di kelurahan ini lagi. Meninggal pada: tanggalnya; "
            "tanyakan dengan hati-hati kepada keluarga atau kepala lingkungan lebih dahulu.",
            "3. Moved: ya, if no longer living in this kelurahan. Died on: the date; ask the "
            "family or the head of the neighbourhood first, with care.",
        ),
        Text(
            "4. Baris yang belum dikunjungi biarkan kosong. Jangan mengubah kolom lain, jangan "
            "menambah baris; nomor rujukan tersembunyi pada kolom terakhir.",
            "4. Leave rows not visited blank. Leave the other columns alone and add no rows; the "
            "reference is hidden in the last column.",
        ),
        Text(
            "5. Daftar boleh dicetak (A4 mendatar). Hasil di kertas disalin ke berkas ini, lalu "
            "berkas dikirim kembali.",
            "5. The list may be printed (A4 landscape). Copy what stands on paper into this file, "
            "then send the file back.",
        ),
        Text(
            "Data pribadi (UU 27/2022): hanya untuk {purpose}; jangan difoto atau diteruskan; "
            "kembalikan atau musnahkan paling lambat {until}.",
            "Personal data (Law 27/2022): only for {purpose}; do not photograph or pass on; return "
            "or destroy by {until}.",
        ),
    ]
    values = {
        "area": visit.area, "purpose": visit.purpose, "until": spelling.day(visit.until, lang)
    }  # fmt: skip
    return [line.format(lang, **values) for line in lines]


def _codes(lang: Lang) -> list[Code]:
    """Return the sheet *Kode*."""
    meanings = (
        ("met", "ya", Text("orangnya sendiri ditemui", "the person was met")),
        ("met", "tidak", Text("rumah ada, orang tidak ditemui; boleh dikunjungi lagi",
                              "not at home; may be visited again")),
        ("working", "ya", Text("bekerja atau berusaha sekarang", "works or trades now")),
        ("working", "tidak", Text("tidak bekerja lagi; tidak dihitung sebagai pekerja",
                                  "does not work any more; no longer counted as a worker")),
        ("moved", "ya", Text("tidak tinggal di kelurahan ini lagi",
                             "does not live in this kelurahan any more")),
    )  # fmt: skip
    return [Code(HEADS[column](lang), word, meaning(lang)) for column, word, meaning in meanings]
