"""Office files with sheet-level mutations: the header moves, rows creep in, columns change.

Written from ``domain/lists-and-identity.md`` sections 2–4, apart from ``cakup.synth`` and without
its helpers: a reader that only knows its own generator's habits fails here. Every file carries its
truth: which column means which field, and what each sheet row must be read as.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.messy.headers import HEADERS, NOISE, renamed
from tests.messy.people import Person, people
from tests.messy.writing import Sheet, write

MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
)
DATE_SHAPES: dict[str, Callable[[date], Any]] = {
    "iso": lambda d: d.isoformat(),
    "slash": lambda d: f"{d.day}/{d.month}/{d.year}",
    "dash": lambda d: f"{d:%d-%m-%Y}",
    "short": lambda d: f"{d.day}-{d.month}-{d:%y}",
    "words": lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    "american": lambda d: f"{d.month}/{d.day}/{d.year}",
    "serial": lambda d: (d - date(1899, 12, 30)).days,
}
#: One of these is done to each file.
MUTATIONS = (
    "none",  # title rows, several sheets, blank rows: what every list has
    "moved_header",  # further down and to the right
    "inserted_rows",  # blank rows, section titles, the header again, subtotals
    "renamed",  # headers as another hand writes them
    "split_name",  # NAMA DEPAN, NAMA BELAKANG
    "split_birth",  # day, month and year in three columns under one head
    "ticked_sex",  # two columns L and P with a tick
    "merged_birth",  # place and date in one column
    "merged_address",  # RT and RW in one column
    "merged_cells",  # a kelurahan that stands once for many rows
    "grouped_header",  # two header rows, groups merged
    "no_header",
    "several",  # the header moves, rows creep in, every header is rewritten, columns change
)
#: What *several* does, beside one of the changes of columns.
SEVERAL = ("moved_header", "inserted_rows", "renamed")
OF_COLUMNS = ("split_name", "split_birth", "ticked_sex", "merged_birth", "merged_address")
ENDINGS = ("xlsx", "xlsx", "xlsx", "csv", "xls", "ods")


@dataclass
class Column:
    """One column: header rows, what it truly holds, its cells."""

    heads: list[str]
    field: str | None
    cell: Callable[[Person], Any]


@dataclass
class Layout:
    """How one office lays out its list."""

    mutation: str
    mutations: frozenset[str]
    ending: str
    date_shape: str
    title_rows: int
    left_blank: int
    nik_as_number: bool
    has_totals: bool
    n_sheets: int
    has_instructions: bool


@dataclass
class MessyFile:
    """A file and its truth.

    Args:
        path: The file.
        layout: How it is laid out.
        columns: Column letter → field, None for columns that nobody needs.
        rows: (Sheet, sheet row) → person; the sheet is empty for a CSV.
        other_rows: Rows below the header that are no person.
    """

    path: Path
    layout: Layout
    columns: dict[str, str | None]
    rows: dict[tuple[str, int], Person]
    other_rows: int = 0
    extra: dict[str, str] = field(default_factory=dict)


def make_file(
    folder: Path, number: int, n_people: int, rng: random.Random, mutation: str | None = None
) -> MessyFile:
    """Write one messy file and return it with its truth.

    Args:
        folder: Where it goes.
        number: Number in its name.
        n_people: People on it.
        rng: Random numbers.
        mutation: One of ``MUTATIONS``; drawn if absent.
    """
    layout = _layout(rng, mutation or rng.choice(MUTATIONS))
    crowd = people(n_people, rng)
    columns = _columns(layout, rng)
    sheets: list[Sheet] = []
    rows: dict[tuple[str, int], Person] = {}
    others = 0
    share = -(-n_people // layout.n_sheets)
    for at in range(layout.n_sheets):
        name = f"Data {at + 1}" if layout.n_sheets > 1 else "Sheet1"
        part = crowd[at * share : (at + 1) * share]
        sheet, where = _sheet(name, part, columns, layout, rng)
        others += len(sheet.grid) - sheet.n_above - len(where)
        rows |= {(name if layout.ending != "csv" else "", row): who for row, who in where.items()}
        sheets.append(sheet)
    if layout.has_instructions:
        lines = ("Isi semua kolom.", "NIK 16 angka.", "Kirim sebelum 30 November.")
        sheets.insert(0, Sheet("Petunjuk Pengisian", [[line] for line in lines], 0))
    path = write(folder / f"daftar-{number:03d}.{layout.ending}", sheets, rng)
    letters = {chr(65 + layout.left_blank + i): c.field for i, c in enumerate(columns)}
    return MessyFile(path, layout, letters, rows, others)


def _layout(rng: random.Random, mutation: str) -> Layout:
    ending = rng.choice(ENDINGS)
    if mutation in ("merged_cells", "grouped_header") and ending == "csv":
        ending = "xlsx"
    done = {*SEVERAL, rng.choice(OF_COLUMNS)} if mutation == "several" else {mutation}
    several = ending != "csv" and rng.random() < 0.3
    shape = rng.choice(list(DATE_SHAPES))
    moved = "moved_header" in done
    return Layout(
        mutation=mutation, mutations=frozenset(done), ending=ending, date_shape=shape,
        title_rows=rng.randrange(4, 9) if moved else rng.randrange(0, 4),
        left_blank=rng.randrange(1, 4) if moved else 0,
        nik_as_number=rng.random() < 0.2 and ending != "csv",
        has_totals=rng.random() < 0.4, n_sheets=rng.randrange(2, 4) if several else 1,
        has_instructions=ending != "csv" and rng.random() < 0.3,
    )  # fmt: skip


def _columns(layout: Layout, rng: random.Random) -> list[Column]:
    """Draw the columns; every list has a NIK, a name and a birth date."""
    optional = [f for f in HEADERS if f not in ("nik", "nama", "tanggal_lahir")]
    chosen = ["nik", "nama", "tanggal_lahir", *rng.sample(optional, rng.randrange(3, 8))]
    chosen += [f for f in _wanted(layout.mutations) if f not in chosen]
    if "kecamatan" in chosen and "desa_kelurahan" not in chosen:
        chosen.append("desa_kelurahan")
    head, tail = chosen[:3], chosen[3:]
    rng.shuffle(head)
    rng.shuffle(tail)
    columns = [Column([rng.choice(HEADERS[f])], f, _reader(f, layout)) for f in head + tail]
    for name in rng.sample(list(NOISE), rng.randrange(0, 3)):
        words = NOISE[name]
        noise = Column([name], None, lambda _, words=words: rng.choice(words))
        columns.insert(rng.randrange(len(columns) + 1), noise)
    numbers = iter(range(1, 100_000))
    if rng.random() < 0.8:
        columns.insert(0, Column([rng.choice(("No", "NO.", "No Urut"))], None,
                                 lambda _: next(numbers)))  # fmt: skip
    return _mutated(columns, layout, rng)


def _wanted(mutations: frozenset[str]) -> list[str]:
    """Return the fields that mutations need."""
    needs = {
        "ticked_sex": ("jenis_kelamin",), "merged_birth": ("tempat_lahir",),
        "merged_address": ("rt", "rw"), "merged_cells": ("desa_kelurahan",),
        "grouped_header": ("tempat_lahir", "desa_kelurahan", "kecamatan"),
    }  # fmt: skip
    return [f for m in sorted(mutations) for f in needs.get(m, ())]


def _reader(name: str, layout: Layout) -> Callable[[Person], Any]:
    if name == "tanggal_lahir":
        return lambda p: DATE_SHAPES[layout.date_shape](p.tanggal_lahir)
    if name == "desa_kelurahan":
        return lambda p: p.kelurahan
    if name == "nik" and layout.nik_as_number:
        return lambda p: int(p.nik[:15] + "0")
    return lambda p: getattr(p, name)


def _mutated(columns: list[Column], layout: Layout, rng: random.Random) -> list[Column]:
    """Return the columns after the file's mutations."""
    for kind in sorted(layout.mutations & set(CHANGES)):
        columns = CHANGES[kind](columns, layout, rng)
    return columns


def _place(columns: list[Column], name: str) -> int:
    return next(i for i, c in enumerate(columns) if c.field == name)


def _rename(columns: list[Column], layout: Layout, rng: random.Random) -> list[Column]:
    for column in columns:
        if column.field and len(column.heads) == 1:
            column.heads = [renamed(column.heads[0], rng)]
    return columns


def _split_name(columns: list[Column], layout: Layout, rng: random.Random) -> list[Column]:
    at = _place(columns, "nama")
    columns[at : at + 1] = [
        Column(["NAMA DEPAN"], "nama_depan", lambda p: p.nama.split()[0]),
        Column(["NAMA BELAKANG"], "nama_belakang", lambda p: " ".join(p.nama.split()[1:])),
    ]
    return columns


def _split_birth(columns: list[Column], layout: Layout, rng: random.Random) -> list[Column]:
    at = _place(columns, "tanggal_lahir")
    columns[at : at + 1] = [
        Column(["TANGGAL LAHIR", "Tgl"], "tanggal_lahir", lambda p: p.tanggal_lahir.day),
        Column(["", "Bln"], "tanggal_lahir", lambda p: p.tanggal_lahir.month),
        Column(["", "Thn"], "tanggal_lahir", lambda p: p.tanggal_lahir.year),
    ]
    return columns


def _tick_sex(columns: list[Column], layout: Layout, rng: random.Random) -> list[Column]:
    tick = rng.choice(("v", "x", "1") if layout.ending == "csv" else ("v", "√", "x", "1"))
    at = _place(columns, "jenis_kelamin")
    columns[at : at + 1] = [
        Column(["JENIS KELAMIN", "L"], "jenis_kelamin",
               lambda p: tick if p.jenis_kelamin == "L" else ""),
        Column(["", "P"], "jenis_kelamin", lambda p: tick if p.jenis_kelamin == "P" else ""),
    ]  # fmt: skip
    return columns


def _merge_birth(columns: list[Column], layout: Layout, rng: random.Random) -> list[Column]:
    columns = [c for c in columns if c.field != "tempat_lahir"]
    shape = DATE_SHAPES["words" if layout.date_shape == "serial" else layout.date_shape]
    head = rng.choice(("Tempat/Tanggal Lahir", "TTL", "Tempat, Tgl Lahir"))
    columns[_place(columns, "tanggal_lahir")] = Column(
        [head], "ttl", lambda p: f"{p.tempat_lahir}, {shape(p.tanggal_lahir)}"
    )
    return columns


def _merge_address(columns: list[Column], layout: Layout, rng: random.Random) -> list[Column]:
    columns = [c for c in columns if c.field != "rw"]
    head = rng.choice(("RT/RW", "RT / RW"))
    columns[_place(columns, "rt")] = Column([head], "rt_rw", lambda p: f"{p.rt}/{p.rw}")
    return columns


def _grouped(columns: list[Column], layout: Layout, rng: random.Random) -> list[Column]:
    """Return the columns with birth and address under a merged head each."""
    groups = {"LAHIR": ("tempat_lahir", "tanggal_lahir"), "ALAMAT": ("desa_kelurahan", "kecamatan")}
    names = {"tempat_lahir": "Tempat", "tanggal_lahir": "Tanggal", "desa_kelurahan": "Kelurahan",
             "kecamatan": "Kecamatan"}  # fmt: skip
    inside = {f for pair in groups.values() for f in pair}
    made = [Column([c.heads[0], ""], c.field, c.cell) for c in columns if c.field not in inside]
    for head, pair in groups.items():
        for place, name in enumerate(pair):
            column = next(c for c in columns if c.field == name)
            made.append(Column([head if place == 0 else "", names[name]], name, column.cell))
    return made


#: Mutation → what it does to the columns, in the order of the alphabet: ``renamed`` is not last.
CHANGES: dict[str, Callable[[list[Column], Layout, random.Random], list[Column]]] = {
    "grouped_header": _grouped, "merged_address": _merge_address, "merged_birth": _merge_birth,
    "renamed": _rename, "split_birth": _split_birth, "split_name": _split_name,
    "ticked_sex": _tick_sex,
}  # fmt: skip


def _sheet(
    name: str, crowd: list[Person], columns: list[Column], layout: Layout, rng: random.Random
) -> tuple[Sheet, dict[int, Person]]:
    """Return one sheet and sheet row → person."""
    pad = [None] * layout.left_blank
    titles: list[list[Any]] = [
        ["PEMERINTAH KOTA BINJAI"], ["DAFTAR PEKERJA PENERIMA PERLINDUNGAN"], [],
        ["Tahun Anggaran 2025"], [], ["Disusun oleh: Bidang Sosial"], [], ["Rahasia"],
    ]  # fmt: skip
    grid = [[*pad, *t] for t in titles[: layout.title_rows]]
    depth = max(len(c.heads) for c in columns)
    heads = [[*pad, *([*c.heads, ""][row] if depth > 1 else c.heads[0] for c in columns)]
             for row in range(depth)]  # fmt: skip
    if "no_header" not in layout.mutations:
        grid += heads
    sheet = Sheet(name, grid, len(grid))
    sheet.merges += _head_merges(columns, layout, depth)
    where: dict[int, Person] = {}
    if "merged_cells" in layout.mutations:
        crowd = sorted(crowd, key=lambda p: p.kelurahan)
    for i, person in enumerate(crowd, start=1):
        if "inserted_rows" in layout.mutations and rng.random() < 0.12:
            grid.append(_inserted(rng, pad, heads[-1], columns))
        grid.append([*pad, *(c.cell(person) for c in columns)])
        where[len(grid)] = person
        if i % 29 == 0 and "no_header" not in layout.mutations:
            grid.append([])
    if "merged_cells" in layout.mutations:
        _merge_kelurahan(sheet, columns, layout, where)
    if layout.has_totals:
        grid.append([*pad, "JUMLAH", len(crowd)])
    return sheet, where


def _inserted(
    rng: random.Random, pad: list[None], heads: list[Any], columns: list[Column]
) -> list[Any]:
    """Return a row that is no person."""
    return rng.choice((
        [], list(heads), [*pad, "KELURAHAN NANGKA"], [*pad, "SUB TOTAL", None, 12],
        [*pad, *(f"({n})" for n in range(1, len(columns) + 1))],
    ))  # fmt: skip


def _head_merges(columns: list[Column], layout: Layout, depth: int) -> list[tuple[int, ...]]:
    """Return the merged ranges of the title and of grouped headers, 1-based and inclusive."""
    left = layout.left_blank + 1
    merges = [(1, left, 1, left + len(columns) - 1)] if layout.title_rows else []
    top = layout.title_rows + 1
    if depth == 2:
        for i, column in enumerate(columns):
            if column.heads[0] and len(column.heads) == 2 and column.heads[1]:
                end = i
                while end + 1 < len(columns) and columns[end + 1].heads[0] == "":
                    end += 1
                merges.append((top, left + i, top, left + end))
            elif column.heads[0]:
                merges.append((top, left + i, top + 1, left + i))
    return merges


def _merge_kelurahan(
    sheet: Sheet, columns: list[Column], layout: Layout, where: dict[int, Person]
) -> None:
    """Let the kelurahan of neighbouring rows stand once, in a merged cell."""
    at = layout.left_blank + next(i for i, c in enumerate(columns) if c.field == "desa_kelurahan")
    rows = sorted(where)
    start = 0
    while start < len(rows):
        end = start
        while (
            end + 1 < len(rows)
            and rows[end + 1] == rows[end] + 1
            and where[rows[end + 1]].kelurahan == where[rows[start]].kelurahan
        ):
            end += 1
        for row in rows[start + 1 : end + 1]:
            sheet.grid[row - 1][at] = None
        if end > start:
            sheet.merges.append((rows[start], at + 1, rows[end], at + 1))
        start = end + 1
