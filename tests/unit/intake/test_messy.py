"""Lists of the second generator, one mutation each: people are read rightly, nobody is made up.

``bench/reading.py`` measures the same over many seeds that were not used while Cakup was made.
"""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bench.reading import judge
from cakup.pipeline.workspace import Workspace
from office_files import born, crowd, csv, imported, person, table, xlsx
from tests.messy.offices import MUTATIONS, make_file


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("seed", [1, 2])
def test_each_mutation(workspace: Workspace, tmp_path: Path, mutation: str, seed: int) -> None:
    made = make_file(tmp_path, seed, 40, random.Random(f"{seed} {mutation}"), mutation)
    score = judge(made, workspace, "Dinas")
    assert (score.rows_right, score.spurious) == (len(made.rows), 0), dict(score.wrong)
    if mutation != "no_header":
        assert score.columns_right == score.columns, dict(score.wrong)


def test_day_month_and_year_in_three_columns(workspace: Workspace, tmp_path: Path) -> None:
    months = ["Jan", "2", "Maret", "04", "Mei", "6", "Juli", "8", "Sept", "10", "Nop", "12"]
    head = [["NIK", "Nama", "TANGGAL LAHIR", None, None, "Kelurahan"],
            [None, None, "Tgl", "Bln", "Thn", None]]  # fmt: skip
    rows: list[list[Any]] = []
    for n in range(24):
        day, row = born(n), person(n)
        year = day.year if n % 2 else f"{day:%y}"
        rows.append([row[1], row[2], day.day, months[day.month - 1], year, row[5]])
    rows[3][2] = "05-06-1980"  # a whole date in the column of days
    rows[4][3] = None
    result = imported(workspace, xlsx(tmp_path / "tiga.xlsx", [*head, *rows]))
    expected: list[date | None] = [born(n) for n in range(24)]
    expected[3], expected[4] = None, None
    held = table(workspace, result)
    assert [d for n, d in enumerate(held["tanggal_lahir"]) if n not in (3, 4)] == [
        d for n, d in enumerate(expected) if n not in (3, 4)
    ]
    assert held["tanggal_lahir"][3] in (date(1980, 6, 5), None)
    assert held["tanggal_lahir"][4] is None


def test_sex_by_ticks_in_two_columns(workspace: Workspace, tmp_path: Path) -> None:
    head = [["NIK", "Nama", "JENIS KELAMIN", None, "Kelurahan"], [None, None, "L", "P", None]]
    rows = []
    for n in range(20):
        row = person(n)
        ticks = ["v", None] if row[4] == "L" else [None, "v"]
        rows.append([row[1], row[2], *ticks, row[5]])
    rows[7][2:4] = ["v", "v"]
    rows[8][2:4] = [None, None]
    result = imported(workspace, xlsx(tmp_path / "centang.xlsx", [*head, *rows]))
    sexes: list[str | None] = [person(n)[4] for n in range(20)]
    sexes[7] = sexes[8] = None
    held = table(workspace, result)
    assert held["jenis_kelamin"].to_list() == sexes
    assert held["notes"][7] == "jenis_kelamin_unreadable"


def test_serial_dates_without_a_name_are_found_by_the_niks(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = [[r[1], r[2], (born(n) - date(1899, 12, 30)).days, 20711 + n % 3]
            for n, r in enumerate(crowd(30)[1:])]  # fmt: skip
    result = imported(workspace, csv(tmp_path / "polos.csv", rows))
    held = table(workspace, result)
    assert held["tanggal_lahir"].to_list() == [born(n) for n in range(30)]
    told = {c["letter"]: c for c in result.facts["sheets"][0]["columns"]}
    assert told["C"]["reason"] == "by_nik"
    assert told["C"]["id"] == "sama dengan tanggal di dalam NIK; 100% isi sesuai"


def test_damaged_first_rows_of_a_list_without_header_are_data(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = [r[1:] for r in crowd(20)[1:]]
    rows[0][0] = rows[1][0] = "belum ada"
    result = imported(workspace, xlsx(tmp_path / "polos.xlsx", [["DAFTAR PEKERJA"], [], *rows]))
    assert table(workspace, result)["nama"].to_list() == [person(n)[2] for n in range(20)]
