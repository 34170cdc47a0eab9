"""Office files with sheet-level mutations: the header moves, rows creep in, columns change.

Written from ``domain/lists-and-identity.md`` sections 2–4 without looking at ``cakup.intake``: a
reader that only knows its own generator's habits fails here. Every file carries its truth: which
header means which field, and what each sheet row must be read as.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.messy.people import Person, people

MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
)

#: Field → headers met in the field (section 2) and plain variations of them.
HEADERS: dict[str, list[str]] = {
    "nik": [
        "NIK",
        "NIK KTP",
        "NO E-KTP",
        "No. KTP",
        "NOMOR_IDENTITAS",
        "Nomor Induk\nKependudukan",
    ],
    "nama": ["NAMA", "NAMA LENGKAP", "Nama\nLengkap", "NAMA_LENGKAP", "Nama Pekerja", "NAMA LENGK"],
    "tanggal_lahir": ["TGL LAHIR", "TGL_LAHIR", "Tanggal Lahir", "TANGGAL\nLAHIR", "Tgl. Lhr"],
    "jenis_kelamin": ["JK", "L/P", "JENIS KELAMIN", "Jns Kelamin", "JENIS_KELA"],
    "tempat_lahir": ["TEMPAT LAHIR", "Tmpt Lahir", "TEMPAT_LAHIR"],
    "nama_ibu": ["NAMA IBU KANDUNG", "Nama Ibu", "NAMA_IBU_K"],
    "desa_kelurahan": ["KELURAHAN", "Desa/Kelurahan", "Kel.", "KELURAHAN_", "Kelurahan/Desa"],
    "kecamatan": ["KECAMATAN", "Kec.", "KECAMATAN "],
    "alamat": ["ALAMAT", "Alamat KTP", "Alamat Rumah", "ALAMAT_LEN"],
    "telepon": ["NO HP", "HANDPHONE", "No. Telp/HP", "Telepon"],
    "pekerjaan": ["PEKERJAAN", "Jenis Pekerjaan", "JENIS_PEKERJAAN_1", "Profesi"],
}
NOISE_COLUMNS = ["Keterangan", "Tanda Tangan", "Status Kawin", "Agama", "Pendidikan"]
DATE_SHAPES: dict[str, Callable[[date], str]] = {
    "iso": lambda d: d.isoformat(),
    "slash": lambda d: f"{d.day}/{d.month}/{d.year}",
    "dash": lambda d: f"{d:%d-%m-%Y}",
    "short": lambda d: f"{d.day}-{d.month}-{d:%y}",
    "words": lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    "serial": lambda d: str((d - date(1899, 12, 30)).days),
}


@dataclass
class Layout:
    """How one office lays out its sheet."""

    fields: list[str]
    headers: dict[str, str]
    date_shape: str
    title_rows: int
    mutation: str
    nik_as_number: bool
    blank_every: int
    totals_row: bool
    instruction_sheet: bool


@dataclass
class MessyFile:
    """A file and its truth."""

    path: Path
    layout: Layout
    columns: dict[str, str]
    rows: dict[tuple[str, int], Person]
    blank_rows: int = 0
    extra: dict[str, str] = field(default_factory=dict)


MUTATIONS = (
    "none",
    "moved_header",
    "inserted_rows",
    "renamed",
    "split",
    "merged",
    "combined_birth",
)


def make_layout(rng: random.Random) -> Layout:
    """Draw a layout; every one has a name and at least a NIK or a birth date."""
    optional = [f for f in HEADERS if f not in ("nama", "nik", "tanggal_lahir")]
    fields = [
        "nik",
        "nama",
        "tanggal_lahir",
        *rng.sample(optional, rng.randrange(3, len(optional))),
    ]
    if "kecamatan" in fields and "desa_kelurahan" not in fields:
        fields.append("desa_kelurahan")
    head, tail = fields[:3], fields[3:]
    rng.shuffle(head)
    rng.shuffle(tail)
    mutation = rng.choice(MUTATIONS)
    return Layout(
        fields=head + tail, headers={f: rng.choice(HEADERS[f]) for f in fields},
        date_shape=rng.choice(list(DATE_SHAPES)),
        title_rows=rng.randrange(4, 9) if mutation == "moved_header" else rng.randrange(0, 4),
        mutation=mutation, nik_as_number=rng.random() < 0.25,
        blank_every=rng.choice((7, 11)) if mutation == "inserted_rows" else 0,
        totals_row=rng.random() < 0.4, instruction_sheet=rng.random() < 0.3,
    )  # fmt: skip


def _cells(person: Person, layout: Layout) -> dict[str, object]:
    """Return header → cell of one person under a layout."""
    cells: dict[str, object] = {}
    for name in layout.fields:
        head = layout.headers[name]
        if name == "tanggal_lahir":
            cells[head] = DATE_SHAPES[layout.date_shape](person.tanggal_lahir)
        elif name == "desa_kelurahan":
            cells[head] = person.kelurahan
        elif name == "nik" and layout.nik_as_number:
            cells[head] = int(person.nik[:15] + "0")
        else:
            cells[head] = getattr(person, name)
    if layout.mutation == "split":
        cells = _split_name(cells, layout, person)
    if layout.mutation == "combined_birth":
        cells = _combine_birth(cells, layout, person)
    return cells


def _split_name(cells: dict[str, object], layout: Layout, person: Person) -> dict[str, object]:
    first, *rest = person.nama.split()
    out: dict[str, object] = {}
    for head, value in cells.items():
        if head == layout.headers["nama"]:
            out["NAMA DEPAN"], out["NAMA BELAKANG"] = first, " ".join(rest)
        else:
            out[head] = value
    return out


def _combine_birth(cells: dict[str, object], layout: Layout, person: Person) -> dict[str, object]:
    dropped = {layout.headers.get("tempat_lahir"), layout.headers["tanggal_lahir"]}
    out = {head: value for head, value in cells.items() if head not in dropped}
    spelled = DATE_SHAPES["words" if layout.date_shape == "serial" else layout.date_shape]
    out["Tempat/Tanggal Lahir"] = f"{person.tempat_lahir}, {spelled(person.tanggal_lahir)}"
    return out


def _truth_of_columns(layout: Layout) -> dict[str, str]:
    """Return header → field; split and combined columns name all the fields they carry."""
    truth = {layout.headers[f]: f for f in layout.fields}
    if layout.mutation == "split":
        del truth[layout.headers["nama"]]
        truth |= {"NAMA DEPAN": "nama", "NAMA BELAKANG": "nama"}
    if layout.mutation == "combined_birth":
        truth = {h: f for h, f in truth.items() if f not in ("tanggal_lahir", "tempat_lahir")}
        truth["Tempat/Tanggal Lahir"] = "tempat_lahir+tanggal_lahir"
    return truth


def make_file(folder: Path, number: int, n_people: int, rng: random.Random) -> MessyFile:
    """Write one messy file (XLSX or CSV) and return it with its truth."""
    layout = make_layout(rng)
    crowd = people(n_people, rng)
    grid, where = _grid(crowd, layout, rng)
    if rng.random() < 0.7:
        path = folder / f"daftar-{number:03d}.xlsx"
        sheet = _write_xlsx(path, grid, layout)
    else:
        path = folder / f"daftar-{number:03d}.csv"
        sheet = ""
        _write_csv(path, grid, rng)
    rows = {(sheet, row): person for row, person in where.items()}
    blank = len(grid) - len(rows)
    return MessyFile(path, layout, _truth_of_columns(layout), rows, blank_rows=blank)


def _grid(
    crowd: list[Person], layout: Layout, rng: random.Random
) -> tuple[list[list[object]], dict[int, Person]]:
    """Return all rows of the sheet and sheet row → person."""
    heads = list(_cells(crowd[0], layout))
    noise = rng.sample(NOISE_COLUMNS, rng.randrange(0, 3))
    titles: list[list[object]] = [
        ["PEMERINTAH KOTA BINJAI"], ["DAFTAR PEKERJA PENERIMA PERLINDUNGAN"], [],
        ["Tahun Anggaran 2025"], [], ["Disusun oleh: Bidang Sosial"], [], ["Rahasia"],
    ]  # fmt: skip
    grid: list[list[object]] = [list(t) for t in titles[: layout.title_rows]]
    grid.append(["No", *heads, *noise])
    where: dict[int, Person] = {}
    for i, person in enumerate(crowd, start=1):
        if layout.blank_every and i % layout.blank_every == 0:
            grid.append([])
        cells = _cells(person, layout)
        grid.append([i, *(cells[h] for h in heads), *("-" for _ in noise)])
        where[len(grid)] = person
    if layout.totals_row:
        grid.append(["JUMLAH", len(crowd)])
    return grid, where


def _write_xlsx(path: Path, grid: list[list[object]], layout: Layout) -> str:
    book = openpyxl.Workbook()
    sheet: Worksheet = book.active
    if layout.instruction_sheet:
        sheet.title = "Petunjuk Pengisian"
        for line in ("Isi semua kolom.", "NIK 16 angka.", "Kirim sebelum 30 November."):
            sheet.append([line])
        sheet = book.create_sheet("Data")
    else:
        sheet.title = "Sheet1"
    for number, row in enumerate(grid, start=1):
        for at, cell in enumerate(row, start=1):
            sheet.cell(number, at, cell)
    if layout.title_rows and layout.mutation == "merged":
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(layout.fields))
    book.save(path)
    return str(sheet.title)


def _write_csv(path: Path, grid: list[list[object]], rng: random.Random) -> None:
    encoding = rng.choice(("utf-8", "utf-8-sig", "cp1252"))
    width = max(len(r) for r in grid)
    flat = [[str(c).replace("\n", " ") for c in row] for row in grid]
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=rng.choice(",;\t"))
        for row in flat:
            writer.writerow(row + [""] * (width - len(row)))
