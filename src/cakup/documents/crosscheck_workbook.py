"""The list that another office answers: one row per person, no more than the question needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.sheets import Code, ColumnOut, Paper, SheetOut, write_xlsx

RECIPIENTS: dict[str, Text] = {
    "bpjs": Text("BPJS Ketenagakerjaan", "BPJS Ketenagakerjaan (the insurer)"),
    "dukcapil": Text("Dinas Kependudukan dan Pencatatan Sipil", "the civil registry (Dukcapil)"),
    "dinsos": Text("Dinas Sosial", "the social office (Dinsos)"),
}
#: Elements that a question may carry; NIK is always one of them.
ELEMENTS: dict[str, Text] = {
    "nik": Text("NIK", "NIK"),
    "nama": Text("Nama", "Name"),
    "tanggal_lahir": Text("Tanggal lahir", "Birth date"),
    "jenis_kelamin": Text("L/P", "Sex"),
}
#: The smallest set of elements with which each office can find a person and tell him from others.
USUAL_ELEMENTS = {
    "bpjs": ("nik", "nama", "tanggal_lahir"),
    "dukcapil": ("nik", "nama", "tanggal_lahir"),
    "dinsos": ("nik", "nama"),
}
REFERENCE = Text("Nomor rujukan", "Reference")
OBJECTION = Text("Sanggahan", "Appeal")
#: Labels above the header whose answers hold for the whole file.
LABELS: dict[str, Text] = {
    "as_of": Text("Keadaan data penjawab per tanggal", "Date of the data searched"),
    "scope": Text("Data yang dicari (cabang, wilayah, segmen)",
                  "Data searched (branch, region, segments)"),
}  # fmt: skip
ANSWER_HEADS: dict[str, dict[str, Text]] = {
    "bpjs": {
        "hasil": Text("Hasil", "Result"),
        "segmen": Text("Segmen", "Segment"),
        "payer": Text("Pembayar iuran", "Payer"),
        "paid_until": Text("Dibayar sampai (bulan)", "Paid until (month)"),
        "npp": Text("NPP (bila PU)", "NPP (wage workers)"),
        "mulai_on": Text("Terdaftar sejak", "Enrolled since"),
    },
    "dukcapil": {
        "hidup": Text("Hidup", "Alive"),
        "meninggal_on": Text("Tanggal meninggal", "Date of death"),
        "nik_valid": Text("NIK berlaku", "NIK valid"),
        "name_match": Text("Nama cocok", "Name matches"),
        "resident": Text("Penduduk kota ini", "Resident of the city"),
    },
    "dinsos": {
        "hasil": Text("Hasil", "Result"),
        "desil": Text("Desil DTSEN", "DTSEN decile"),
    },
}
OBJECTION_HEADS: dict[str, Text] = {
    "objection": Text("Jawaban sanggahan", "Answer to the appeal"),
    "ended_on": Text("Berhenti bekerja pada", "Left the employer on"),
}
#: Answers of a drop-down list: what is stored → words that may stand in the cell, the first shown.
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "bpjs.hasil": {
        "aktif": ("aktif", "ya", "active", "yes"),
        "nonaktif": ("tidak aktif", "nonaktif", "non aktif", "inactive"),
        "tidak_ditemukan": ("tidak ditemukan", "tidak", "tidak ada", "not found", "no"),
        "belum_pernah": ("belum pernah terdaftar", "belum pernah", "never registered"),
    },
    "dinsos.hasil": {
        "ditemukan": ("ditemukan", "ya", "found", "yes"),
        "tidak_ditemukan": ("tidak ditemukan", "tidak", "not found", "no"),
    },
    "dukcapil.hidup": {
        "hidup": ("hidup", "ya", "alive", "yes"),
        "meninggal": ("meninggal", "tidak", "dead", "no"),
        "tidak_ditemukan": ("tidak ditemukan", "not found"),
    },
    "dukcapil.nik_valid": {"ya": ("ya", "yes"), "tidak": ("tidak", "no")},
    "dukcapil.name_match": {
        "ya": ("ya", "yes"), "sebagian": ("sebagian", "partly"), "tidak": ("tidak", "no"),
    },
    "dukcapil.resident": {"ya": ("ya", "yes"), "tidak": ("tidak", "no")},
    "bpjs.objection": {
        "diterima": ("diterima", "accepted"), "ditolak": ("ditolak", "rejected"),
    },
}  # fmt: skip
_SEGMENTS = ("PU", "BPU", "jakon", "PMI")
_PAYERS = (
    "pemberi kerja", "mandiri", "APBD kabupaten/kota", "APBD provinsi", "DBH CHT", "DBH sawit",
    "APBDes", "CSR", "Baznas", "Sertakan", "lain",
)  # fmt: skip
_MEANINGS: dict[str, dict[str, Text]] = {
    "bpjs": {
        "aktif": Text("terdaftar dan aktif pada tanggal data", "enrolled and active on the date"),
        "tidak aktif": Text("pernah terdaftar, sekarang tidak aktif", "was enrolled, not active"),
        "tidak ditemukan": Text(
            "tidak ada pada data yang dicari; bukan berarti belum pernah terdaftar",
            "not in the data searched; this does not mean never registered",
        ),
        "belum pernah terdaftar": Text(
            "dicari pada data seluruh Indonesia dan tidak pernah terdaftar",
            "looked for in the data of all Indonesia and never registered",
        ),
    },
    "dukcapil": {
        "hidup": Text("tercatat hidup", "on record as alive"),
        "meninggal": Text("tercatat meninggal; isi tanggalnya", "on record as dead; give the date"),
        "tidak ditemukan": Text("NIK tidak ada", "no such NIK"),
    },
    "dinsos": {
        "ditemukan": Text("ada pada DTSEN; isi desilnya", "in DTSEN; give the decile"),
        "tidak ditemukan": Text("tidak ada pada DTSEN", "not in DTSEN"),
    },
}


@dataclass(frozen=True)
class Question:
    """What stands beside the rows.

    Args:
        code: Number of the sending.
        to: ``bpjs``, ``dukcapil`` or ``dinsos``.
        place: Name of the city.
        as_of: Day for which the persons were chosen.
        purpose: Why the data are exchanged.
        basis: On what ground: agreement, decree, letter.
        until: Day by which both sides delete the file.
        elements: Elements that it carries.
    """

    code: str
    to: str
    place: str
    as_of: date
    purpose: str
    basis: str
    until: date
    elements: tuple[str, ...]


def write_question(path: Path, frame: pl.DataFrame, question: Question, lang: Lang = "id") -> None:
    """Write the workbook that another office answers.

    Args:
        path: File to write; the caller makes it appear whole.
        frame: ``reference``, the elements, and ``objection`` (text or NULL).
        question: What stands beside the rows.
        lang: Language.
    """
    has_objections = frame.get_column("objection").null_count() < frame.height
    shown, asked = _columns(question, lang, has_objections=has_objections)
    blank = {c.name: pl.lit(None, dtype=pl.String) for c in asked}
    title = Text("Permintaan padan data {code} · {to}", "Request to crosscheck {code} · {to}")
    heading = title.format(lang, code=question.code, to=RECIPIENTS[question.to](lang))
    place = len(shown)
    above: list[list[str | None]] = [[heading], [_state(question, lang)], [_agreed(question, lang)]]
    fills = []
    for label in LABELS.values():
        fills.append((len(above), place))
        above.append([label(lang)])
    sheet = SheetOut(
        Text("Padan", "Crosscheck")(lang), frame.with_columns(**blank), [*shown, *asked],
        above=[*above, [None]], fills=fills, freeze_columns=1,
        footer=[_scope_note(question.to, lang)],
        paper=Paper(row_points=18.0, note=Text("Rahasia: memuat data pribadi",
                                               "Confidential: holds personal data")(lang)),
    )  # fmt: skip
    codes = [
        Code(next(iter(ANSWER_HEADS[question.to].values()))(lang), word, meaning(lang))
        for word, meaning in _MEANINGS[question.to].items()
    ]
    write_xlsx(path, [sheet], guide=_guide(question, lang), codes=codes, title=heading, lang=lang)


def _columns(
    question: Question, lang: Lang, *, has_objections: bool
) -> tuple[list[ColumnOut], list[ColumnOut]]:
    """Return the columns that are sent, and those to be filled."""
    widths = {"nik": 18.0, "nama": 26.0, "tanggal_lahir": 14.0, "jenis_kelamin": 6.0}
    shown = [ColumnOut("reference", REFERENCE(lang), "id", width=17)]
    for name in question.elements:
        kind = "date" if name == "tanggal_lahir" else "id"
        shown.append(ColumnOut(name, ELEMENTS[name](lang), kind, width=widths[name]))  # type: ignore[arg-type]
    heads = dict(ANSWER_HEADS[question.to])
    if has_objections:
        shown.append(ColumnOut("objection", OBJECTION(lang), width=34, is_wrapped=True))
        heads |= OBJECTION_HEADS
    asked = [
        ColumnOut(
            name, head(lang), "text", width=24.0 if name == "hasil" else 14.0, is_input=True,
            choices=_choices(question.to, name),
        )
        for name, head in heads.items()
    ]  # fmt: skip
    return shown, asked


def _choices(to: str, name: str) -> tuple[str, ...]:
    if f"{to}.{name}" in CHOICES:
        return tuple(words[0] for words in CHOICES[f"{to}.{name}"].values())
    return {"segmen": _SEGMENTS, "payer": _PAYERS, "desil": tuple(map(str, range(1, 11)))}.get(
        name, ()
    )


def _state(question: Question, lang: Lang) -> str:
    return Text(
        "{place}, orang menurut daftar per {day}. Rahasia: memuat data pribadi.",
        "{place}, persons by the lists of {day}. Confidential: holds personal data.",
    ).format(lang, place=question.place, day=spelling.day(question.as_of, lang))


def _agreed(question: Question, lang: Lang) -> str:
    elements = ", ".join(ELEMENTS[e](lang) for e in question.elements)
    return Text(
        "Tujuan: {purpose}. Dasar: {basis}. Unsur: {elements}. Hapus paling lambat {until}.",
        "Purpose: {purpose}. Basis: {basis}. Elements: {elements}. Delete by {until}.",
    ).format(
        lang, purpose=question.purpose, basis=question.basis, elements=elements,
        until=spelling.day(question.until, lang),
    )  # fmt: skip


def _scope_note(to: str, lang: Lang) -> str:
    if to != "bpjs":
        return Text("Baris tanpa jawaban dianggap belum dijawab.",
                    "Rows without an answer count as not answered.")(lang)  # fmt: skip
    return Text(
        "“Tidak ditemukan” dibaca sebagai tidak ditemukan pada data yang disebut di atas; “belum "
        "pernah terdaftar” hanya bila dicari pada data seluruh Indonesia.",
        "“Not found” is read as not found in the data named above; “never registered” only if "
        "looked for in the data of all Indonesia.",
    )(lang)


def _guide(question: Question, lang: Lang) -> Sequence[str]:
    """Return the paragraphs of *Petunjuk*, for the person who answers."""
    label_as_of, label_scope = (label(lang) for label in LABELS.values())
    first = next(iter(ANSWER_HEADS[question.to].values()))(lang)
    lines = [
        Text("Cara menjawab permintaan ini", "How to answer this request"),
        Text(
            "1. Isi dua sel kuning di atas tabel: “{as_of}” (31-12-2025) dan “{scope}”, misalnya "
            "“Cabang Binjai, PU dan BPU”. Tanpa keduanya jawaban tidak dapat dipakai.",
            "1. Fill the two yellow cells above the table: “{as_of}” (31-12-2025) and “{scope}”, "
            "for instance “Binjai branch, PU and BPU”. Without them no answer can be used.",
        ),
        Text(
            "2. Isi kolom kuning tiap baris. Kolom {first} dipilih dari daftar; kolom lain boleh "
            "kosong bila tidak diketahui. Arti tiap pilihan ada pada lembar Kode.",
            "2. Fill the yellow columns of each row. {first} is chosen from the list; the others "
            "may stay blank where not known. The sheet Codes says what each choice means.",
        ),
        Text(
            "3. Jangan mengubah Nomor rujukan, jangan menambah kolom. Urutan baris bebas; baris "
            "yang belum dapat dijawab biarkan kosong dan kirim kemudian.",
            "3. Leave the references as they are and add no columns. Rows may be in any order; "
            "leave blank what cannot be answered yet and send it later.",
        ),
        Text(
            "4. Simpan (xlsx atau csv) dan kirim kembali lewat jalur yang disepakati, bukan lewat "
            "percakapan umum.",
            "4. Save (xlsx or csv) and send it back by the agreed way, not by public chat.",
        ),
        Text(
            "Data ini hanya untuk {purpose} (dasar: {basis}); hapus paling lambat {until} "
            "(UU 27/2022).",
            "These data are only for {purpose} (basis: {basis}); delete them by {until} "
            "(Law 27/2022).",
        ),
    ]
    values = {
        "as_of": label_as_of, "scope": label_scope, "first": first, "purpose": question.purpose,
        "basis": question.basis, "until": spelling.day(question.until, lang),
    }  # fmt: skip
    return [line.format(lang, **values) for line in lines]
