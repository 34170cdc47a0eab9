"""Columns are found by names, synonyms and content, with a reason; people correct them once."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cakup.intake.correction import Correction, as_toml, correction_of, read_correction
from cakup.intake.labels import normal
from cakup.kernel.errors import InputError, UsageError, Where
from cakup.pipeline.import_results import FileResult
from cakup.pipeline.workspace import Workspace
from office_files import HEADER, crowd, csv, fields, imported, nik, person, reasons, table, xlsx

#: Names met in the field: lists-and-identity.md sections 2.1–2.3 and plain variations.
NAMES: dict[str, tuple[str, ...]] = {
    "nik": ("NIK", "NIK KTP", "NO E-KTP", "NOMOR_IDENTITAS", "No. KTP", "Nomor Induk\nKependudukan",
            "NIK (16 digit)", "nik *", "N I K", "NO_KTP"),
    "nama": ("NAMA", "NAMA_LENGKAP", "Nama Lengkap", "NAMA PEKERJA", "Nama\nSesuai KTP",
             "Nama Tenaga Kerja", "NAMA_LGKP"),
    "tanggal_lahir": ("TGL_LAHIR", "TGL LAHIR", "Tanggal Lahir", "TGL. LAHIR (hh-bb-tttt)",
                      "Tgl Lhr", "TGL_LHR", "TANGGAL_LAHIR"),
    "jenis_kelamin": ("JENIS KELAMIN", "JK", "L/P", "Jns Kelamin", "JENIS_KLMI", "Gender"),
    "desa_kelurahan": ("KELURAHAN", "Kelurahan/Desa", "Desa / Kelurahan", "Kel.", "NAMA_KEL",
                       "Nama Desa/Kelurahan"),
}  # fmt: skip
AT = {"nik": 1, "nama": 2, "tanggal_lahir": 3, "jenis_kelamin": 4, "desa_kelurahan": 5}


@pytest.mark.parametrize(("field", "name"), [(f, n) for f, held in NAMES.items() for n in held])
def test_names_that_offices_give_a_column(
    workspace: Workspace, tmp_path: Path, field: str, name: str
) -> None:
    rows = crowd(30)
    rows[0][AT[field]] = name
    result = imported(workspace, xlsx(tmp_path / "daftar.xlsx", rows), dry_run=True)
    assert {k: fields(result)[k] for k in AT} == dict(zip(AT, "BCDEF", strict=True))


@pytest.mark.parametrize("field", AT)
def test_a_column_without_a_useful_name_is_found_by_its_content(
    workspace: Workspace, tmp_path: Path, field: str
) -> None:
    rows = crowd(60)
    rows[0][AT[field]] = "Kolom X"
    result = imported(workspace, csv(tmp_path / "daftar.csv", rows), dry_run=True)
    told = {c["letter"]: c for c in result.facts["sheets"][0]["columns"]}["ABCDEF"[AT[field]]]
    assert (told["field"], told["reason"]) == (field, "content")
    assert told["id"] == "dari isi kolom; 100% isi sesuai"
    assert told["en"] == "from the cells; 100% of cells fit"


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Nama Ahli Waris", [f"Waris {chr(65 + n)}" for n in range(20)]),
        ("NIK Suami/Istri", [nik(n + 100) for n in range(20)]),
        ("Tanggal Lahir Anak", [f"{n + 1:02d}-03-2010" for n in range(20)]),
        ("Nama Petugas", ["Petugas Lapangan"] * 20),
        ("Keterangan", ["-"] * 20),
        ("No Rekening", [f"10{n:08d}" for n in range(20)]),
    ],
)
@pytest.mark.parametrize("at", [0, 6])
def test_columns_about_others_are_never_the_person(
    workspace: Workspace, tmp_path: Path, name: str, cells: list[str], at: int
) -> None:
    rows = [[*r[:at], x, *r[at:]] for r, x in zip(crowd(20), [name, *cells], strict=True)]
    result = imported(workspace, csv(tmp_path / "daftar.csv", rows))
    held = table(workspace, result)
    assert held["nik"].to_list() == [nik(n) for n in range(20)]
    assert held["nama"].to_list() == [person(n)[2] for n in range(20)]
    assert "ABCDEFG"[at] not in fields(result).values()


def test_swapped_headers_are_noticed_by_the_content(workspace: Workspace, tmp_path: Path) -> None:
    """NAMA stands over the NIKs and NIK over the names."""
    rows = crowd(40)
    rows[0][1], rows[0][2] = rows[0][2], rows[0][1]
    result = imported(workspace, csv(tmp_path / "tukar.csv", rows))
    assert table(workspace, result)["nik"].to_list() == [nik(n) for n in range(40)]


def test_two_columns_with_the_same_content_are_one(workspace: Workspace, tmp_path: Path) -> None:
    rows = [[*r, r[1]] for r in crowd(20)]
    result = imported(workspace, csv(tmp_path / "kembar.csv", rows))
    assert fields(result)["nik"] == "B"


# What people decide -------------------------------------------------------------------------


def _odd(workspace: Workspace, tmp_path: Path, **more: Any) -> FileResult:
    """Import a list whose columns nobody could guess."""
    head = ["u", "kolom satu", "kolom dua", "kolom tiga", "kolom empat", "kolom lima"]
    rows = [head, *map(person, range(3))]  # too few to tell anything by content
    name = more.pop("name", "aneh.csv")
    return imported(workspace, csv(tmp_path / name, rows), **more)


TOML = """
header_row = 1
ignore = ["kolom empat"]
columns = { nik = "kolom satu", nama = "C", tanggal_lahir = "kolom tiga", desa_kelurahan = "F" }
orders = { tanggal_lahir = "hari-bulan" }
"""


def test_the_whole_loop_of_a_mapping_file(workspace: Workspace, tmp_path: Path) -> None:
    """Refused; mended by a small TOML; remembered for the sender; changed; told in the mapping."""
    with pytest.raises(InputError) as caught:
        _odd(workspace, tmp_path)
    assert caught.value.code in ("intake.file.no_table", "intake.mapping.required")
    path = tmp_path / "peta.toml"
    path.write_text(TOML, encoding="utf-8")
    first = _odd(workspace, tmp_path, mapping=path)
    assert fields(first) == {"nik": "B", "nama": "C", "tanggal_lahir": "D", "desa_kelurahan": "F"}
    told = {c["letter"]: c["reason"] for c in first.facts["sheets"][0]["columns"]}
    assert [told[letter] for letter in "BCDEF"] == ["user", "user", "user", "ignored", "user"]
    assert table(workspace, first)["nik"].to_list() == [nik(n) for n in range(3)]

    held = tomllib.loads((workspace.root / "senders" / "dinas-uji.toml").read_text("utf-8"))
    assert held["sender"] == "Dinas Uji"
    assert held["mapping"][0]["columns"]["nik"] == "kolom satu"

    later = _odd(workspace, tmp_path, name="lagi.csv", as_of="2025-11")
    assert fields(later) == fields(first), "remembered without --mapping"
    assert later.facts["supersedes"] == first.import_id
    with pytest.raises(InputError) as other:
        _odd(workspace, tmp_path, name="x.csv", sender="Dinas Lain")
    assert other.value.exit_code == 3, "remembered for this sender only"

    path.write_text('columns = { nama = "kolom empat" }\nignore = []\n', encoding="utf-8")
    changed = _odd(workspace, tmp_path, name="ubah.csv", as_of="2025-12", mapping=path)
    assert fields(changed)["nama"] == "E"
    assert fields(changed)["nik"] == "B", "what the new file does not say stays decided"


def test_spelling_of_a_sender_does_not_split_his_lists(
    workspace: Workspace, tmp_path: Path
) -> None:
    one = imported(workspace, csv(tmp_path / "a.csv", crowd(5)), sender="Dinas  Perdagangan")
    two = imported(workspace, csv(tmp_path / "b.csv", crowd(6)), sender="dinas perdagangan",
                   as_of="2025-11")  # fmt: skip
    assert two.facts["sender"] == one.facts["sender"] == "Dinas Perdagangan"
    assert two.facts["supersedes"] == one.import_id


@pytest.mark.parametrize(
    "text",
    ["x = [", "kolom = 1", 'columns = { nok = "B" }', "header_row = 0", 'scheme = "x"',
     "columns = 3", 'orders = { tanggal_lahir = "y" }', 'payers = { DBH = "uang" }', "ignore = 3"],
)  # fmt: skip
def test_mapping_files_that_say_nothing_sensible(
    workspace: Workspace, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "peta.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        _odd(workspace, tmp_path, mapping=path)
    assert caught.value.code == "intake.mapping.file"


def test_a_mapping_file_that_names_no_column(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "peta.toml"
    path.write_text('columns = { nik = "KOLOM HILANG" }', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        imported(workspace, csv(tmp_path / "a.csv", crowd(5)), mapping=path)
    assert caught.value.code == "intake.mapping.no_such_column"


def test_sheets_orders_and_payers_can_be_chosen(workspace: Workspace, tmp_path: Path) -> None:
    head = ("KPJ", "PERIODE", "JUMLAH", "PEMBAYAR", "PROGRAM", "TGL BAYAR")
    rows = [head, *((f"25{n:09d}", "2025-09", 16800, "Dana Abadi", "JKK", f"0{n}/04/2025")
                    for n in range(1, 7))]  # fmt: skip
    path = xlsx(tmp_path / "bayar.xlsx", {"Lama": rows, "Baru": rows[:4]})
    peta = tmp_path / "peta.toml"
    peta.write_text(
        'sheets = ["Baru"]\npayers = { "dana abadi" = "baznas" }\n'
        'orders = { tanggal_bayar = "bulan-hari" }\n', encoding="utf-8",
    )  # fmt: skip
    result = imported(workspace, path, kind="pembayaran", mapping=peta)
    held = table(workspace, result, "payments")
    assert held.height == 3
    assert held["payer"].unique().to_list() == ["baznas"]
    assert held["paid_on"].dt.month().to_list() == [1, 2, 3]
    assert {s["code"] for s in result.facts["skipped"]} == {"not_chosen"}


def test_what_was_decided_survives_being_written() -> None:
    chance = random.Random(7)
    names = ["NIK", 'kolom "satu"', "ä\\ö", "tanda = {x}", "a\tb", "C", "baris\nbaru"]
    for _ in range(200):
        fields_ = chance.sample(["nik", "nama", "tanggal_lahir", "desa_kelurahan"], 3)
        held = Correction(
            columns={f: chance.choice(names) for f in fields_},
            ignore=tuple(chance.sample(names, 2)), header_row=chance.choice([None, 1, 60]),
            sheets=tuple(chance.sample(names, 1)), orders={"tanggal_lahir": "mdy"},
            payers={"dbh kota": "dbh_cht"}, scheme=chance.choice([None, "bps"]),
        )  # fmt: skip
        assert correction_of(tomllib.loads(as_toml(held)), Where()) == held


def test_a_mapping_file_is_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "peta.toml"
    path.write_text(TOML, encoding="utf-8")
    held = read_correction(path)
    assert held.columns["nik"] == "kolom satu"
    assert (held.header_row, held.orders) == (1, {"tanggal_lahir": "dmy"})


@pytest.mark.parametrize(
    ("one", "other"),
    [("TGL_LAHIR", "Tgl. Lahir"), ("tanggal\nlahir", "TANGGAL  LAHIR"), ("NoHp", "NO HP"),
     ("NO E-KTP", "no_ktp"), ("KELURAHAN ", "kel.")],
)  # fmt: skip
def test_one_form_for_all_spellings_of_a_name(one: str, other: str) -> None:
    assert normal(one) == normal(other)


def test_the_mapping_can_be_looked_at_without_keeping_anything(
    workspace: Workspace, tmp_path: Path
) -> None:
    result = imported(workspace, csv(tmp_path / "a.csv", [*crowd(8), [], list(HEADER)]),
                      dry_run=True)  # fmt: skip
    assert result.status == "checked"
    assert fields(result)["nik"] == "B"
    assert reasons(result) == {"blank": 1, "repeated_header": 1}
    assert list((workspace.root / "imports").iterdir()) == []
    assert not list((workspace.root / "senders").glob("*"))
