"""The six people of ``domain/coverage.md`` section 6, through real files and commands.

Source: worked example of section 6 (fictional people, all months of 2025, count date 31 Dec) [D].
The parts are tested one by one elsewhere; here the files are imported, linked, booked and measured
as a clerk would.
"""

from __future__ import annotations

import csv
import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from cakup.cli.main import main

#: Person, payer as a sender writes it, months paid in 2025.
PEOPLE = [
    ("A", "APBD Kota", range(1, 13)),
    ("B", "APBD Kota", range(10, 13)),
    ("C", "APBD Provinsi", range(11, 13)),
    ("D", "APBD Kota", range(1, 10)),
    ("E", "APBDes", range(1, 7)),
    ("F", "CSR", range(8, 13)),
]
NAMES = [
    "SURTI HARAHAP",
    "BONAR SIREGAR",
    "CUT MELATI",
    "DARMAN LUBIS",
    "ENI GINTING",
    "FIRMAN TAN",
]
BIRTHS = ["1980-02-03", "1975-11-20", "1990-07-14", "1968-01-25", "1985-09-09", "1979-05-30"]


def _niks() -> list[str]:
    sexes = "PLPLPL"
    return [
        f"127591{int(b[8:]) + 40 * (s == 'P'):02d}{b[5:7]}{b[2:4]}{i + 1:04d}"
        for i, (b, s) in enumerate(zip(BIRTHS, sexes, strict=True))
    ]


def _write(path: Path, rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def _files(folder: Path) -> None:
    niks = _niks()
    people = list(zip(niks, NAMES, BIRTHS, "PLPLPL", strict=True))
    _write(
        folder / "daftar.csv",
        [["NIK", "Nama Lengkap", "Tanggal Lahir", "L/P", "Kelurahan"]]
        + [[nik, name, born, sex, "Pahlawan"] for nik, name, born, sex in people],
    )
    _write(
        folder / "peserta.csv",
        [["KPJ", "NIK", "NAMA", "TGL LAHIR", "JK", "SEGMEN", "TGL MULAI", "PROGRAM"]]
        + [
            [f"2500000{i:04d}", nik, name, born, sex, "BPU", f"2025-{months[0]:02d}-01", "JKK,JKM"]
            for i, ((nik, name, born, sex), (_, _, months)) in enumerate(
                zip(people, PEOPLE, strict=True), start=1
            )
        ],
    )
    _write(
        folder / "pembayaran.csv",
        [["KPJ", "PROGRAM", "BULAN IURAN", "JUMLAH", "TGL BAYAR", "PEMBAYAR"]]
        + [
            [f"2500000{i:04d}", program, f"2025-{month:02d}", amount, f"2025-{month:02d}-10", payer]
            for i, (_, payer, months) in enumerate(PEOPLE, start=1)
            for month in months
            for program, amount in (("JKK", 10_000), ("JKM", 6_800))
        ],
    )


def _cakup(workspace: Path, *words: str) -> str:
    told = io.StringIO()
    with redirect_stdout(told), pytest.raises(SystemExit) as done:
        main([*words, "-w", str(workspace)])
    assert done.value.code == 0, told.getvalue()
    return told.getvalue()


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("six")
    _files(folder)
    workspace = folder / "ws"
    with pytest.raises(SystemExit) as done:
        main(["init", str(workspace), "--place", "12.75", "--seed", "7"])
    assert done.value.code == 0
    for name, kind in (
        ("daftar", "daftar_pekerja"),
        ("peserta", "peserta"),
        ("pembayaran", "pembayaran"),
    ):
        _cakup(
            workspace, "import", str(folder / f"{name}.csv"), "--kind", kind, "--sender", "Dinas",
            "--as-of", "2025-12-31", "--quiet",
        )  # fmt: skip
    _cakup(workspace, "link", "--quiet")
    _cakup(workspace, "ledger", "--quiet")
    figures = json.loads(_cakup(workspace, "measure", "--as-of", "2025-12", "--json"))["figures"]
    return {f["name"]: f for f in figures if not f["by"]}


def test_registered_is_six(measured: dict[str, dict[str, Any]]) -> None:
    assert measured["terdaftar"]["numerator"] == 6


def test_active_counts_lapse_from_the_fourth_unpaid_month(
    measured: dict[str, dict[str, Any]],
) -> None:
    assert measured["aktif"]["numerator"] == 5
    assert measured["aktif"]["unconfirmed"]


def test_full_death_cover_is_two(measured: dict[str, dict[str, Any]]) -> None:
    assert measured["jkm_penuh"]["numerator"] == 2
